"""Ce que la vérification a trouvé bon, retenu dans `.git`, jetable : la suivante ne relit que ce qui diffère.

Le souvenir ne sert qu'à dire « tout est toujours en ordre » : au moindre constat, au moindre doute sur
lui-même, tout est relu. Il ne vaut que sur ce disque, pour cette version de l'outil, et un mois.

Ce qui diffère : les fichiers dont l'état sur ce disque n'est plus celui d'alors (`etats_du_disque`), et ceux
que l'archive a enregistrés depuis ; avec eux se relisent ceux où quelque chose restait à regarder, et ce que
chacun touche (`Verification.entourer`).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.ensemble import etats_du_disque
from tiers_lieu_cli.ensemble.etats_du_disque import AU_REGISTRE, Etat, Racine, Releve
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import empreinte_de
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.depot.sante import sans_date
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import permis

FICHIER = "tiers-lieu.verifie"
FORMAT = f"2-{__version__}"
#: En secondes : au-delà, tout se relit ; un disque s'abîme aussi sans qu'on y touche.
_VIEUX = 30 * 24 * 3600
#: Ce qui change le sens de tant d'autres fiches qu'il faut toutes les relire.
_TOUCHE_A_TOUT = frozenset({"espace/salles", "espace/periodes", "espace/series", "prog/series"})
#: Au-delà, tout relire coûte à peine plus.
_TROP, _TROP_DE_CONTENUS = 300, 5000
#: Devant les contenus enregistrés de chaque dépôt ; aucun fichier du lieu ne commence ainsi.
_CONTENUS = "/{}/"
_CONTENU = motif(r"/(\d)/([0-9a-f]{2})/([0-9a-f]{38})", re.ASCII)
_BRANCHE = motif(r"ref: (refs/heads/[\w./-]+)\n?", re.ASCII)


class Souvenir(msgspec.Struct, frozen=True, array_like=True):
    """Ce qui était bon : l'enregistrement, le registre d'alors, et de quoi voir que rien n'y a touché.

    `ici` : ce que seul ce disque sait de lui ; `combien` : les fichiers, registre compris ; `a_relire` : ce
    qui laissait un doute, ou n'était pas enregistré ; `etats` : des fichiers, des contenus enregistrés.
    """

    format: str
    ici: str
    commit: str
    registre: str
    moment: float
    combien: int
    a_relire: list[str]
    etats: Releve


class Depuis(msgspec.Struct, frozen=True):
    """Ce qui est à relire, depuis que tout était bon."""

    souvenir: Souvenir
    commit: str
    presents: list[str]
    #: Tous les fichiers, relus ou non.
    combien: int
    etats: Releve
    #: Ceux que la main a changés, et qui ne sont pas enregistrés.
    a_la_main: list[str]


class _Change(Exception):
    """Quelque chose a changé qui ne se juge qu'en relisant tout."""


class ObjetsVerifies(Objets):
    """Des objets dont le contenu répond de son empreinte."""

    def lire(self, nom: str, au_plus: int | None = None) -> tuple[str, str, bytes] | None:
        """Voir `Objets.lire` ; `_Change` s'il manque ou ment."""
        lu = super().lire(nom, au_plus)
        if lu is None:
            raise _Change
        brut = b"%s %d\0" % (lu[1].encode(), len(lu[2])) + lu[2]
        if hashlib.sha1(brut, usedforsecurity=False).hexdigest() != lu[0]:
            raise _Change
        return lu


def relever(c: Contexte, connus: Releve | None = None) -> Callable[[], Releve]:
    """Commencer le relevé du lieu et de ses contenus ; `connus` : celui d'avant, où le registre se tait."""
    autres = [Racine.de(depot.racine, AU_REGISTRE, tait=bool(connus)) for depot in c.depots[1:]]
    autres += (
        Racine(os.fspath(depot.interne / "objects"), _CONTENUS.format(rang))
        for rang, depot in enumerate(c.depots)
    )
    return etats_du_disque.commencer(Racine.de(c.lieu.racine), autres, connus)


def chercher(c: Contexte) -> Callable[[], Depuis | None] | None:
    """Commencer à chercher ce qui a changé ; `None` s'il n'y a pas de souvenir, ou rien à quoi se fier."""
    souvenir = _charger(c)
    if souvenir is None:
        return None
    try:
        tetes = [_tete(depot) for depot in c.depots]
        attendre = relever(c, souvenir.etats)
        arrivee = _Arrivee(c.archive, souvenir.commit, tetes[0])
    except (_Change, OSError, Echec):
        return None

    def finir() -> Depuis | None:
        try:
            return _comparer(c, souvenir, tetes, attendre(), arrivee)
        except (_Change, GitRefuse, Echec, OSError):
            return None
        finally:
            arrivee.fermer()

    return finir


def retenir(c: Contexte, tetes: Sequence[str], etats: Releve, combien: int, a_relire: Iterable[str]) -> None:
    """Retenir que tout est bon ; `tetes` et `etats` : d'avant qu'on ne lise quoi que ce soit.

    Rien n'est retenu d'un registre qui n'est pas tel qu'enregistré.
    """
    with suppress(GitRefuse, Echec, OSError):
        if any(depot.a_la_main() for depot in c.depots[1:]):
            return
        ecrire(
            c,
            Souvenir(
                format=FORMAT,
                ici=_ici(c),
                commit=tetes[0],
                registre=_du_registre(tetes),
                moment=c.horloge.maintenant().timestamp(),
                combien=combien,
                a_relire=sorted({*a_relire}),
                etats={
                    d: etats_du_disque.taire(e) if d.startswith(AU_REGISTRE) else e for d, e in etats.items()
                },
            ),
        )


def mettre_a_jour(c: Contexte, depuis: Depuis, a_relire: Iterable[str]) -> None:
    """Ce qui a changé est bon aussi."""
    neuf = msgspec.structs.replace(
        depuis.souvenir,
        commit=depuis.commit,
        combien=depuis.combien,
        a_relire=sorted({*a_relire, *depuis.a_la_main}),
        etats=depuis.etats,
    )
    if neuf != depuis.souvenir:
        with suppress(Echec, OSError):
            ecrire(c, neuf)


def ecrire(c: Contexte, souvenir: Souvenir) -> None:
    """Poser le souvenir, et la preuve qu'il n'est pas abîmé."""
    dit = msgspec.msgpack.encode(souvenir)
    systeme.remplacer(c.archive.interne / FICHIER, [zlib.crc32(dit).to_bytes(4, "big"), dit])


def _charger(c: Contexte) -> Souvenir | None:
    try:
        octets = systeme.lire_ordinaire(c.archive.interne / FICHIER)
        dit = octets[4:]
        if zlib.crc32(dit).to_bytes(4, "big") != octets[:4]:
            return None
        lu = msgspec.msgpack.decode(dit, type=Souvenir)
    except (OSError, msgspec.MsgspecError):
        return None
    age = c.horloge.maintenant().timestamp() - lu.moment
    return lu if lu.format == FORMAT and lu.ici == _ici(c) and 0 <= age < _VIEUX else None


def _ici(c: Contexte) -> str:
    """Ce que ce disque seul sait : un lieu copié ou reçu n'a pas pu l'écrire d'avance."""
    vus = (os.stat(depot.interne / "config") for depot in c.depots)
    return " ".join(f"{vu.st_ino}-{vu.st_ctime_ns}" for vu in vus)


def _du_registre(tetes: Sequence[str]) -> str:
    return tetes[1] if len(tetes) > 1 else ""


def _tete(depot: Depot) -> str:
    """Le dernier enregistrement, `_Change` si le dépôt ne le dit pas comme d'ordinaire."""
    dit = _BRANCHE.fullmatch(_lire(depot, "HEAD"))
    if not dit:
        raise _Change
    with suppress(FileNotFoundError):
        return _lire(depot, dit[1]).strip()
    with suppress(FileNotFoundError):
        for ligne in _lire(depot, "packed-refs").splitlines():
            if ligne.endswith(f" {dit[1]}"):
                return ligne.partition(" ")[0]
    raise _Change


def _lire(depot: Depot, nom: str) -> str:
    return systeme.lire_ordinaire(depot.interne / nom).decode("utf-8", "replace")


class _Arrivee:
    """Ce que l'archive a enregistré depuis ; ses processus partent quand il y a de quoi."""

    def __init__(self, archive: Depot, avant: str, apres: str) -> None:
        self._archive, self._avant, self.commit = archive, avant, apres
        self._objets: ObjetsVerifies | None = None
        self._dates = None
        if avant != apres:
            self._dates = git.commencer(archive.racine, "log", "--format=%h %at %ct", apres, f"^{avant}")
            self._objets = ObjetsVerifies(archive.racine)

    @property
    def objets(self) -> ObjetsVerifies:
        """De quoi relire des contenus enregistrés."""
        self._objets = self._objets or ObjetsVerifies(self._archive.racine)
        return self._objets

    def fermer(self) -> None:
        """Ne laisser aucun processus derrière."""
        if self._objets:
            self._objets.fermer()
        if self._dates:
            with suppress(GitRefuse):
                self._dates()

    def enregistres(self) -> Iterator[str]:
        """Les fichiers qui diffèrent entre les deux enregistrements, leurs contenus relus."""
        dates, self._dates = self._dates, None
        if not dates:
            return
        try:
            yield from _differences(self.objets, self._racine(self._avant), self._racine(self.commit))
        finally:
            dites = dates()
        if any(True for _ in sans_date(dites)):
            raise _Change

    def a_la_main(self, racine: Path, chemins: Iterable[str]) -> list[str]:
        """De ces chemins, ceux dont le disque n'a pas ce qui est enregistré ; ni ce que l'archive ignore."""
        changes: list[str] = []
        neufs: list[str] = []
        for chemin in chemins:
            entree = self.objets.entree(self._racine(self.commit), chemin)
            if not os.path.lexists(racine / chemin):
                changes += [chemin] if entree else []
            elif entree is None:
                neufs.append(chemin)
            elif not _est_tel(racine / chemin, entree.empreinte):
                changes.append(chemin)
        if neufs:
            mots = ("ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--", *neufs)
            ignores = git.git(racine, *mots).decode("utf-8", "surrogateescape").split("\0")
            changes += set(neufs).difference(ignores)
        return sorted(changes)

    def _racine(self, commit: str) -> str:
        lu = self.objets.lire(f"{commit}^{{tree}}")
        assert lu
        return lu[0]


def _est_tel(fichier: Path, empreinte: str) -> bool:
    """Ce fichier a-t-il ce contenu, sans être un programme ?"""
    programme = os.lstat(fichier).st_mode & stat.S_IXUSR
    return not programme and empreinte_de(systeme.lire_ordinaire(fichier)) == empreinte


def _comparer(c: Contexte, souvenir: Souvenir, tetes: list[str], etats: Releve, arrivee: _Arrivee) -> Depuis:
    """Ce qui est à relire ; `_Change` dès que quelques fichiers ne suffisent pas à juger."""
    if _du_registre(tetes) != souvenir.registre:
        raise _Change
    touches = dict(etats_du_disque.changes(souvenir.etats, etats))
    contenus = {chemin: touches.pop(chemin) for chemin in [*touches] if chemin.startswith("/")}
    if any(chemin.startswith(AU_REGISTRE) or not _est_ordinaire(etat) for chemin, etat in touches.items()):
        raise _Change
    _exiger_les_contenus(c, contenus, arrivee)
    ailleurs = HORS_ARCHIVE | permis(c.lieu.racine)
    nommes = {*touches, *arrivee.enregistres(), *souvenir.a_relire}
    voulus = {chemin for chemin in nommes if _compte(chemin, ailleurs)}
    if len(voulus) > _TROP:
        raise _Change
    presents = sorted(chemin for chemin in voulus if os.path.lexists(c.lieu.racine / chemin))
    _exiger_suivis(c, voulus.difference(presents))
    if not all(_se_juge_seul(c, chemin) for chemin in presents):
        raise _Change
    return Depuis(
        souvenir=souvenir,
        commit=arrivee.commit,
        presents=presents,
        combien=souvenir.combien + _en_plus(souvenir.etats, etats),
        etats=etats,
        a_la_main=arrivee.a_la_main(c.lieu.racine, voulus),
    )


def _est_ordinaire(etat: Etat | None) -> bool:
    return etat is None or stat.S_ISREG(etat[4])


def _en_plus(avant: Releve, apres: Releve) -> int:
    """Combien de fichiers de plus."""
    differents = [d for d in avant.keys() | apres.keys() if d[:1] != "/" and avant.get(d) != apres.get(d)]
    return sum(
        len(etats_du_disque.lire(etats[dossier])) * signe
        for etats, signe in ((apres, 1), (avant, -1))
        for dossier in differents
        if dossier in etats
    )


def _exiger_les_contenus(c: Contexte, touches: Mapping[str, Etat | None], arrivee: _Arrivee) -> None:
    """Chaque contenu neuf, ou touché (git lui donne l'heure), se relit ; `_Change` s'il manque ou ment.

    Un paquet ne se juge qu'en le relisant tout entier.
    """
    if len(touches) > _TROP_DE_CONTENUS or None in touches.values():
        raise _Change
    par_depot: dict[str, list[str]] = {}
    for chemin in touches:
        dit = _CONTENU.fullmatch(chemin)
        if not dit:
            raise _Change
        par_depot.setdefault(dit[1], []).append(dit[2] + dit[3])
    for rang, empreintes in par_depot.items():
        objets = ObjetsVerifies(c.depots[1].racine) if int(rang) else arrivee.objets
        for empreinte in empreintes:
            objets.lire(empreinte)


def _compte(chemin: str, ailleurs: frozenset[str]) -> bool:
    """Ce chemin est-il de ceux que la vérification lit (`verification.fichiers`) ?"""
    parties = chemin.rstrip("/").split("/")
    dossiers = ("/".join(parties[:rang]) for rang in range(1, len(parties) + 1))
    return not any(nom == ".git" or nom.startswith(".tmp-") for nom in parties) and ailleurs.isdisjoint(
        dossiers
    )


def _se_juge_seul(c: Contexte, chemin: str) -> bool:
    """Ce fichier changé ne change-t-il rien de ce qu'on sait des autres ?"""
    trouve = c.genres.de(chemin)
    if trouve is None or trouve[1].genre.dossier in _TOUCHE_A_TOUT:
        return False
    ident, rangee = trouve
    autres = (r for r in c.genres.declare(rangee.genre.dossier).rangements if r is not rangee)
    return not any(os.path.lexists(c.lieu.racine / r.genre.chemin(ident)) for r in autres)


def _exiger_suivis(c: Contexte, partis: Iterable[str]) -> None:
    """Ce qui n'est plus là est-il rangé ailleurs, sous le même nom ? Sinon, on l'y citait peut-être."""
    for chemin in partis:
        trouve = c.genres.de(chemin)
        ailleurs = c.genres.declare(trouve[1].genre.dossier).rangements if trouve else ()
        if not (trouve and any(os.path.lexists(c.lieu.racine / r.genre.chemin(trouve[0])) for r in ailleurs)):
            raise _Change


def _differences(objets: Objets, avant: str | None, apres: str | None, prefixe: str = "") -> Iterator[str]:
    anciennes, neuves = (objets.dossier(arbre) if arbre else {} for arbre in (avant, apres))
    for nom in sorted(anciennes.keys() | neuves.keys()):
        ancienne, neuve = anciennes.get(nom), neuves.get(nom)
        if ancienne == neuve:
            continue
        if neuve and neuve.mode not in ("40000", "100644"):
            raise _Change
        dossiers = [e.empreinte if e and e.est_dossier else None for e in (ancienne, neuve)]
        if any(dossiers):
            yield from _differences(objets, dossiers[0], dossiers[1], f"{prefixe}{nom}/")
        if any(e and not e.est_dossier for e in (ancienne, neuve)):
            if neuve and not neuve.est_dossier:
                objets.lire(neuve.empreinte)
            yield f"{prefixe}{nom}"
