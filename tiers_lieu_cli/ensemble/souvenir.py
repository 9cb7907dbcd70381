"""Ce que la vérification a trouvé bon, retenu dans `.git`, jetable : la suivante ne relit que ce qui diffère.

Le souvenir ne sert qu'à dire « tout est toujours en ordre » : au moindre constat, au moindre doute sur
lui-même, tout est relu. Il ne vaut que sur ce disque, pour cette version de l'outil, et un mois.

Ce qui diffère : les fichiers de ce que l'archive a enregistré depuis, et ceux que la main a changés ; avec
eux se relisent ceux où quelque chose restait à regarder, et ce que chacun touche (`verification.voisinage`).
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.depot.sante import sans_date
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.sorties import permis

FICHIER = "tiers-lieu.verifie"
FORMAT = f"1-{__version__}"
#: En secondes : au-delà, tout se relit ; un disque s'abîme aussi sans qu'on y touche.
_VIEUX = 30 * 24 * 3600
#: Ce qui change le sens de tant d'autres fiches qu'il faut toutes les relire.
_TOUCHE_A_TOUT = frozenset({"espace/salles", "espace/periodes", "espace/series", "prog/series"})
#: Au-delà, tout relire coûte à peine plus.
_TROP = 300
_ETAT = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignored")
_SUR = ("--ignore-submodules=all", "--no-renames")
#: Combien de mots précèdent le chemin, selon la sorte de ligne de `git status` ; rien d'une fusion en cours.
_AVANT_LE_CHEMIN = {"1": 8, "?": 1, "!": 1}
#: Un fichier dont git a promis de ne plus regarder l'état.
_CACHES = re.compile(rb"(?<![^\0])[a-zS] ")


#: Par fichier d'un dépôt : sa taille, et ses deux heures.
Contenus = dict[str, tuple[int, int, int]]


class Souvenir(msgspec.Struct, frozen=True, array_like=True):
    """Ce qui était bon : l'enregistrement, le registre d'alors, et de quoi voir que rien n'y a touché.

    `ici` : ce que seul ce disque sait de lui ; `a_relire` : ce qui laissait un doute, ou n'était pas
    enregistré ; `contenus` : chaque fichier des dépôts, et son état sur ce disque.
    """

    format: str
    ici: str
    commit: str
    registre: str
    moment: float
    #: Combien de fichiers le registre tient.
    du_registre: int
    a_relire: list[str]
    contenus: Contenus


class Depuis(msgspec.Struct, frozen=True):
    """Ce qui est à relire, depuis que tout était bon."""

    souvenir: Souvenir
    commit: str
    presents: list[str]
    #: Tous les fichiers, relus ou non.
    combien: int
    contenus: Contenus
    #: Ceux que la main a changés, et qui ne sont pas enregistrés.
    a_la_main: list[str]


class _Change(Exception):
    """Quelque chose a changé qui ne se juge qu'en relisant tout."""


class _EtatDuDepot(msgspec.Struct, frozen=True):
    """Ce que git dit d'un dépôt ; `non_suivis` : parmi `a_la_main`, et ce qui est ignoré."""

    commit: str
    a_la_main: list[str]
    non_suivis: list[str]
    otes: int


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


@contextmanager
def ouvrir_les_objets(depot: Depot) -> Iterator[ObjetsVerifies]:
    """De quoi relire quelques contenus."""
    objets = ObjetsVerifies(depot.racine)
    try:
        yield objets
    finally:
        objets.fermer()


def chercher(c: Contexte) -> Callable[[], Depuis | None] | None:
    """Commencer à chercher ce qui a changé ; `None` s'il n'y a pas de souvenir, ou rien à quoi se fier."""
    souvenir = _charger(c)
    if souvenir is None:
        return None
    try:
        attendre = [git.commencer(depot.racine, *_ETAT, *_SUR) for depot in c.depots]
        caches = git.commencer(c.archive.racine, "ls-files", "-v", "-z")
        etranges = _chercher_les_etranges(c.lieu.racine)
    except (OSError, Echec):
        return None

    def finir() -> Depuis | None:
        # Ce qui se lit ici se lit pendant que git cherche.
        contenus = _contenus(c)
        # Toutes les réponses s'attendent : aucun processus ne reste derrière.
        dites = [_ou_rien(attente) for attente in (*attendre, caches)]
        autres = etranges.communicate()[0]
        if None in dites or autres or etranges.returncode or _CACHES.search(dites[-1] or b""):
            return None
        try:
            etats = [_lire_l_etat(dite or b"") for dite in dites[:-1]]
            return _comparer(c, souvenir, etats, contenus, (dites[-1] or b"").count(b"\0"))
        except (_Change, GitRefuse, Echec, OSError):
            return None

    return finir


def retenir(c: Contexte, tetes: Sequence[str], du_registre: int, a_relire: Iterable[str]) -> None:
    """Retenir que tout est bon ; `tetes` : ce que chaque dépôt avait enregistré avant qu'on le lise.

    Rien n'est retenu si le registre a changé entre-temps, ou n'est pas tel qu'enregistré.
    """
    with suppress(_Change, GitRefuse, Echec, OSError):
        etats = [_lire_l_etat(git.git(depot.racine, *_ETAT, *_SUR)) for depot in c.depots]
        if any(e.a_la_main or e.commit != tete for e, tete in zip(etats[1:], tetes[1:], strict=True)):
            return
        ecrire(
            c,
            Souvenir(
                format=FORMAT,
                ici=_ici(c),
                commit=tetes[0],
                registre=_du_registre(etats),
                moment=c.horloge.maintenant().timestamp(),
                du_registre=du_registre,
                a_relire=sorted({*a_relire, *etats[0].a_la_main}),
                contenus=_contenus(c),
            ),
        )


def mettre_a_jour(c: Contexte, depuis: Depuis, a_relire: Iterable[str]) -> None:
    """Ce qui a changé est bon aussi."""
    neuf = msgspec.structs.replace(
        depuis.souvenir,
        commit=depuis.commit,
        a_relire=sorted({*a_relire, *depuis.a_la_main}),
        contenus=depuis.contenus,
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


def _du_registre(etats: list[_EtatDuDepot]) -> str:
    return etats[1].commit if len(etats) > 1 else ""


def _contenus(c: Contexte) -> Contenus:
    """Chaque fichier des contenus enregistrés, et son état sur ce disque."""
    trouves: Contenus = {}
    for rang, depot in enumerate(c.depots):
        restent = [f"{rang}:"]
        while restent:
            dossier = restent.pop()
            with os.scandir(depot.interne / "objects" / dossier.partition(":")[2]) as entrees:
                for entree in entrees:
                    if entree.is_dir(follow_symlinks=False):
                        restent.append(f"{dossier}{entree.name}/")
                    else:
                        vu = entree.stat(follow_symlinks=False)
                        trouves[dossier + entree.name] = (vu.st_size, vu.st_mtime_ns, vu.st_ctime_ns)
    return trouves


def _exiger_les_contenus(c: Contexte, connus: Contenus, maintenant: Contenus) -> None:
    """Chaque contenu connu est-il tel qu'il fut ? Un seul, touché (git lui donne l'heure), se relit."""
    touches = [nom for nom, etat in connus.items() if maintenant.get(nom) != etat]
    neufs = maintenant.keys() - connus.keys()
    if len(touches) > _TROP or any(nom not in maintenant for nom in touches):
        raise _Change
    # Un paquet ne se juge qu'en le relisant tout entier.
    if any(nom.partition(":")[2].startswith(("pack/", "info/")) for nom in (*touches, *neufs)):
        raise _Change
    for rang, depot in enumerate(c.depots):
        debut = f"{rang}:"
        siens = [nom.removeprefix(debut).replace("/", "") for nom in touches if nom.startswith(debut)]
        if siens:
            with ouvrir_les_objets(depot) as objets:
                for empreinte in siens:
                    objets.lire(empreinte)


def _chercher_les_etranges(racine: Path) -> Popen[bytes]:
    """Ce que git ne voit pas toujours : tubes, liens et le reste, ni dossiers ni fichiers."""
    if sys.platform == "win32":
        raise OSError
    passer = [mot for nom in sorted(HORS_ARCHIVE | {".git"}) for mot in ("-path", f"./{nom}", "-prune", "-o")]
    mots = ["find", ".", *passer, "!", "-type", "f", "!", "-type", "d", "-print"]
    return Popen(mots, cwd=racine, stdout=PIPE, stderr=DEVNULL)


def _ou_rien(attendre: Callable[[], bytes]) -> bytes | None:
    try:
        return attendre()
    except GitRefuse:
        return None


def _lire_l_etat(dit: bytes) -> _EtatDuDepot:
    """Ce que `git status` répond ; `_Change` s'il parle autrement."""
    commit, a_la_main, non_suivis, otes = "", list[str](), list[str](), 0
    for ligne in dit.decode("utf-8", "surrogateescape").split("\0"):
        sorte, _, reste = ligne.partition(" ")
        if sorte == "#":
            commit = reste.removeprefix("branch.oid ") if reste.startswith("branch.oid ") else commit
        elif sorte in _AVANT_LE_CHEMIN:
            chemin = ligne.split(" ", _AVANT_LE_CHEMIN[sorte])[-1]
            if sorte != "!":
                a_la_main.append(chemin)
            if sorte in "?!":
                non_suivis.append(chemin)
            otes += sorte == "1" and ligne[3] == "D"
        elif ligne:
            raise _Change
    if not commit or commit == "(initial)":
        raise _Change
    return _EtatDuDepot(commit, a_la_main, non_suivis, otes)


def _comparer(
    c: Contexte, souvenir: Souvenir, etats: list[_EtatDuDepot], contenus: Contenus, suivis: int
) -> Depuis:
    """Ce qui est à relire ; `_Change` dès que quelques fichiers ne suffisent pas à juger.

    `suivis` : combien de fichiers l'archive tient.
    """
    archive = etats[0]
    if _du_registre(etats) != souvenir.registre or any(etat.a_la_main for etat in etats[1:]):
        raise _Change
    _exiger_les_contenus(c, souvenir.contenus, contenus)
    enregistres = list(_enregistres(c.archive, souvenir.commit, archive.commit))
    ailleurs = HORS_ARCHIVE | permis(c.lieu.racine)
    nommes = {*enregistres, *archive.a_la_main, *archive.non_suivis, *souvenir.a_relire}
    voulus = {chemin for chemin in nommes if _compte(chemin, ailleurs)}
    if len(voulus) > _TROP or any(chemin.endswith("/") for chemin in voulus):
        raise _Change
    presents = sorted(chemin for chemin in voulus if os.path.lexists(c.lieu.racine / chemin))
    _exiger_suivis(c, voulus.difference(presents))
    if not all(_se_juge_seul(c, chemin) for chemin in presents):
        raise _Change
    return Depuis(
        souvenir=souvenir,
        commit=archive.commit,
        presents=presents,
        combien=suivis - archive.otes + len(voulus.intersection(archive.non_suivis)) + souvenir.du_registre,
        contenus=contenus,
        a_la_main=[chemin for chemin in archive.a_la_main if _compte(chemin, ailleurs)],
    )


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


def _enregistres(depot: Depot, avant: str, apres: str) -> Iterator[str]:
    """Les fichiers qui diffèrent entre deux enregistrements, leurs contenus relus."""
    if avant == apres:
        return
    dates = git.commencer(depot.racine, "log", "--format=%h %at %ct", apres, f"^{avant}")
    try:
        with ouvrir_les_objets(depot) as objets:
            ancien, neuf = (objets.lire(f"{commit}^{{tree}}") for commit in (avant, apres))
            yield from _differences(objets, ancien and ancien[0], neuf and neuf[0])
    finally:
        dites = dates()
    if any(True for _ in sans_date(dites)):
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
