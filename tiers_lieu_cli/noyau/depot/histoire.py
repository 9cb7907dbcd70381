"""Ce que l'histoire dit : les actions faites, et ce qu'un fichier a traversé."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from tiers_lieu_cli.noyau.depot import enregistrement, git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.enregistrement import Enregistrement
from tiers_lieu_cli.noyau.depot.objets import Entree, Objets
from tiers_lieu_cli.noyau.depot.ouvert import ouvert

#: Les mêmes mots, pour GitPython.
_SUR = {mot.strip("-").replace("-", "_"): True for mot in git.SANS_RIEN_LANCER}


class Acte(msgspec.Struct, frozen=True):
    """Une action enregistrée. `fiches` : les chemins qu'elle dit avoir changés.

    `date_lisible` : faux, et son moment est l'époque zéro, si sa date ne se lit pas.
    """

    empreinte: str
    parents: tuple[str, ...]
    moment: datetime
    role: str
    phrase: str
    action: str
    annule: str
    fiches: tuple[str, ...]
    date_lisible: bool = True

    @property
    def code(self) -> str:
        """De quoi la désigner : le début de son empreinte."""
        return self.empreinte[:8]


class Revisions(msgspec.Struct, frozen=True):
    """Les instants (UTC) de naissance et de dernier changement, et le nombre de changements.

    `premier`, `dernier` : le rang de ces deux enregistrements parmi ceux qu'on a regardés.
    """

    cree: datetime
    modifie: datetime
    changements: int
    premier: int = 0
    dernier: int = 0


class Version(msgspec.Struct, frozen=True):
    """Ce qu'un enregistrement a fait d'un fichier : son contenu d'après (`None` : retiré)."""

    rang: int
    instant: datetime
    contenu: bytes | None


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
    depuis_quand = f"@{int(depuis.timestamp())}" if depuis else None
    with ouvert(depot) as repo:
        if cite:
            dits = repo.git.log(
                entre, "--", *chemins, S=cite, format="%H", max_count=combien, since=depuis_quand, **_SUR
            )
            suite: Iterable[bytes] = map(bytes.fromhex, dits.split())
        else:
            suite = (
                commit.binsha
                for commit in repo.iter_commits(entre, chemins, max_count=combien, since=depuis_quand)
            )
        for empreinte in suite:
            yield _acte(enregistrement.lire(empreinte.hex(), repo.odb.stream(empreinte).read()))


def _sans_rien_dire(elements: Sequence[str], _titre: str) -> Iterator[str]:
    return iter(elements)


def touchant(
    depot: Depot,
    chemins: Iterable[str],
    depuis: datetime | None = None,
    avancer: Callable[[Sequence[str], str], Iterator[str]] = _sans_rien_dire,
) -> Iterator[Acte]:
    """Les actions qui ont changé l'un de ces fichiers, de la plus récente à la plus ancienne.

    Rangées par chemin (`traces`) : chaque enregistrement n'est comparé à son ascendant qu'une fois.
    """
    from tiers_lieu_cli.noyau.depot import traces

    chemins, objets = tuple(chemins), Objets(depot.racine, depot.env)
    tete = objets.lire("HEAD")
    trouves = traces.qui_touchent(depot, tete[0], chemins, avancer) if tete else []
    if trouves is None:
        yield from (acte for acte in actes(depot, *chemins, depuis=depuis) if len(acte.parents) < 2)
        return
    for empreinte, octets in zip(trouves, objets.contenus(trouves), strict=True):
        acte = _acte(enregistrement.lire(empreinte, octets or b""))
        if depuis is None or acte.moment >= depuis:
            yield acte


def derniers(depot: Depot, combien: int) -> Iterator[Acte]:
    """Les toutes dernières actions, d'ascendant en ascendant : la touche Tab n'attend pas GitPython."""
    objets = Objets(depot.racine, depot.env)
    lu = objets.lire("HEAD")
    while lu and combien:
        acte = _acte(enregistrement.lire(lu[0], lu[2]))
        yield acte
        combien -= 1
        lu = objets.lire(acte.parents[0]) if acte.parents else None


def _acte(lu: Enregistrement) -> Acte:
    suites = lu.suites()
    return Acte(
        empreinte=lu.empreinte,
        parents=lu.parents,
        moment=lu.moment,
        role=lu.auteur.nom,
        phrase=lu.phrase,
        action=" ".join(suites.get("Action", ())),
        annule=" ".join(suites.get("Annule", ())),
        fiches=tuple(suites.get("Fiche", ())),
        date_lisible=lu.depose.instant is not None,
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


def differences(
    objets: Objets, avant: str | None, apres: str | None, prefixe: str = ""
) -> Iterator[tuple[str, Entree | None, Entree | None]]:
    """Chaque fichier qui diffère entre deux dossiers enregistrés, avant et après ; `None` : absent.

    Peu de choses ont changé : ce sont des contenus récents, qui se lisent sans lancer git.
    """
    anciennes, neuves = (objets.dossier(arbre) if arbre else {} for arbre in (avant, apres))
    for nom in sorted(anciennes.keys() | neuves.keys()):
        paire = anciennes.get(nom), neuves.get(nom)
        if paire[0] == paire[1]:
            continue
        dossiers = [e.empreinte if e and e.est_dossier else None for e in paire]
        if any(dossiers):
            yield from differences(objets, dossiers[0], dossiers[1], f"{prefixe}{nom}/")
        ancien, neuf = (None if e is None or e.est_dossier else e for e in paire)
        if ancien or neuf:
            yield f"{prefixe}{nom}", ancien, neuf


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
    avant = f"@{int(moment.timestamp())}"
    with ouvert(depot) as repo:
        trouve = next(repo.iter_commits("HEAD", max_count=1, first_parent=True, before=avant), None)
        return trouve.hexsha if trouve else ""


class Passe(msgspec.Struct, frozen=True):
    """Ce que des dossiers ont traversé ; `rangs` : chaque enregistrement, du plus ancien au plus récent."""

    revisions: dict[str, Revisions]
    rangs: dict[str, int]


def revisions(depot: Depot, dossiers: Iterable[str], jusque: str = "HEAD") -> dict[str, Revisions]:
    """Les révisions enregistrées de chaque fichier de ces dossiers, présents ou retirés."""
    return passe(depot, dossiers, jusque).revisions


def passe(depot: Depot, dossiers: Iterable[str], jusque: str = "HEAD") -> Passe:
    """Les mêmes, et l'ordre des enregistrements qui les ont faites."""
    # Sans GitPython, qui coûte à importer plus que git à répondre.
    sortie = depot.git(
        "log", *git.SANS_RIEN_LANCER, "--format=%x01%H %ct", "--name-only", "-z", jusque, "--", *dossiers
    )
    blocs = sortie.decode("utf-8", "replace").split("\x01")[1:]
    rangs: dict[str, int] = {}
    vus: dict[str, list[tuple[int, int]]] = {}
    for rang, bloc in zip(range(len(blocs) - 1, -1, -1), blocs, strict=True):
        tete, _, chemins = bloc.replace("\n", "\0").partition("\0")
        empreinte, _, date = tete.partition(" ")
        rangs[empreinte] = rang
        instant = enregistrement.instant(date) or 0
        for chemin in filter(None, chemins.split("\0")):
            vus.setdefault(chemin, []).append((rang, instant))
    dites = {
        chemin: Revisions(
            cree=datetime.fromtimestamp(fois[-1][1], UTC),
            # Une horloge reculée ne doit pas faire reculer ce que les agendas ont déjà vu.
            modifie=datetime.fromtimestamp(max(instant for _, instant in fois), UTC),
            changements=len(fois) - 1,
            premier=fois[-1][0],
            dernier=fois[0][0],
        )
        for chemin, fois in vus.items()
    }
    return Passe(dites, rangs)


def versions(
    depot: Depot, dossiers: Iterable[str], jusque: str = "HEAD", rangs: Mapping[str, int] | None = None
) -> dict[str, list[Version]]:
    """Tous les contenus de chaque fichier de ces dossiers, du plus ancien au plus récent.

    Pour quelques fichiers : chacun est relu. `rangs` : l'ordre des enregistrements, s'il est connu.
    """
    mots = ("--format=%x01%H %ct", "--raw", "--abbrev=40", "-z", "--reverse")
    sortie = depot.git("log", *git.SANS_RIEN_LANCER, *mots, jusque, "--", *dossiers)
    objets, trouvees = Objets(depot.racine, depot.env), dict[str, list[Version]]()
    for rang, bloc in enumerate(sortie.decode("utf-8", "replace").split("\x01")[1:]):
        tete, *morceaux = bloc.replace("\n", "\0").split("\0")
        empreinte, _, date = tete.partition(" ")
        ou = rangs.get(empreinte, 0) if rangs is not None else rang
        instant = datetime.fromtimestamp(enregistrement.instant(date) or 0, UTC)
        for chemin, change in lire_changements(morceaux):
            lu = objets.lire(change.apres) if change.apres else None
            trouvees.setdefault(chemin, []).append(Version(ou, instant, lu[2] if lu else None))
    objets.fermer()
    return trouvees
