"""Ce que l'histoire dit : les actions faites, et ce qu'un fichier a traversé."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from tiers_lieu_cli.noyau.depot.depot import Depot

_SUR = ("--no-renames", "--no-ext-diff", "--no-textconv")
_CHAMPS = "%x01%H%x00%P%x00%ct%x00%an%x00%s" + "".join(
    f"%x00%(trailers:key={nom},valueonly,separator=%x09)" for nom in ("Action", "Annule", "Fiche")
)


class Acte(msgspec.Struct, frozen=True):
    """Une action enregistrée. `fiches` : les chemins qu'elle dit avoir changés."""

    empreinte: str
    parents: tuple[str, ...]
    moment: datetime
    role: str
    phrase: str
    action: str
    annule: str
    fiches: tuple[str, ...]

    @property
    def code(self) -> str:
        """De quoi la désigner : le début de son empreinte."""
        return self.empreinte[:8]


class Revisions(msgspec.Struct, frozen=True):
    """Les instants (UTC) de naissance et de dernier changement, et le nombre de changements."""

    cree: datetime
    modifie: datetime
    changements: int


def actes(
    depot: Depot,
    *chemins: str,
    cite: str = "",
    depuis: datetime | None = None,
    entre: str = "HEAD",
    combien: int | None = None,
) -> Iterator[Acte]:
    """Les actions, de la plus récente à la plus ancienne.

    `chemins` : qui ont changé ces fichiers ; `cite` : qui ont ajouté ou ôté ce mot d'une
    fiche ; `entre` : une suite d'enregistrements (« a..b »).
    """
    if not depot.existe or (entre == "HEAD" and not depot.tete()):
        return
    choix = [f"-n{combien}"] if combien else []
    choix += [f"--since=@{int(depuis.timestamp())}"] if depuis else []
    choix += [f"-S{cite}"] if cite else []
    sortie = depot.git("log", *_SUR, "--no-patch", f"--format={_CHAMPS}", *choix, entre, "--", *chemins)
    for bloc in sortie.decode("utf-8", "replace").split("\x01")[1:]:
        empreinte, parents, instant, role, phrase, action, annule, fiches = bloc.rstrip("\n").split("\0")
        yield Acte(
            empreinte=empreinte,
            parents=tuple(parents.split()),
            moment=datetime.fromtimestamp(int(instant), UTC),
            role=role,
            phrase=phrase,
            action=action,
            annule=annule,
            fiches=tuple(filter(None, fiches.split("\t"))),
        )


class Changement(msgspec.Struct, frozen=True):
    """Ce qui diffère d'un fichier : son mode et ses empreintes avant et après (`None` : absent)."""

    mode: str
    avant: str | None
    apres: str | None


def changements(depot: Depot, avant: str, apres: str) -> dict[str, Changement]:
    """Les fichiers qui diffèrent entre deux enregistrements ; `avant` vide est le lieu sans rien."""
    if not avant:
        avant = depot.git("hash-object", "-t", "tree", "--stdin").decode().strip()
    sortie = depot.git("diff-tree", "-r", "-z", "--no-renames", avant, apres).decode("utf-8", "replace")
    return dict(lire_changements(sortie.split("\0")))


def lire_changements(morceaux: Iterable[str]) -> Iterator[tuple[str, Changement]]:
    """Les changements de la forme brute de git : « :modes empreintes statut », puis le chemin."""
    suite = iter(morceaux)
    for tete in suite:
        if tete.startswith(":"):
            _, mode, ancienne, neuve, _ = tete.split()
            yield next(suite), Changement(mode, _presente(ancienne), _presente(neuve))


def _presente(empreinte: str) -> str | None:
    return None if set(empreinte) == {"0"} else empreinte


def au(depot: Depot, moment: datetime) -> str:
    """Le dernier enregistrement fait ici à ce moment ; vide si le lieu n'existait pas encore."""
    if not depot.tete():
        return ""
    borne = f"--before=@{int(moment.timestamp())}"
    return depot.git("rev-list", "-n1", "--first-parent", borne, "HEAD").decode().strip()


def revisions(depot: Depot, dossiers: Iterable[str], jusque: str = "HEAD") -> dict[str, Revisions]:
    """Les révisions enregistrées de chaque fichier de ces dossiers, présents ou retirés."""
    sortie = depot.git("log", "--format=%x01%ct", "--name-only", *_SUR, "-z", jusque, "--", *dossiers).decode(
        "utf-8", "replace"
    )
    instants: dict[str, list[int]] = {}
    for bloc in sortie.split("\x01")[1:]:
        tete, _, chemins = bloc.replace("\n", "\0").partition("\0")
        for chemin in filter(None, chemins.split("\0")):
            instants.setdefault(chemin, []).append(int(tete))
    return {
        chemin: Revisions(
            cree=datetime.fromtimestamp(vus[-1], UTC),
            # Une horloge reculée ne doit pas faire reculer ce que les agendas ont déjà vu.
            modifie=datetime.fromtimestamp(max(vus), UTC),
            changements=len(vus) - 1,
        )
        for chemin, vus in instants.items()
    }
