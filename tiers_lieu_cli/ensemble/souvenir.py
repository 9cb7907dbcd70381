"""Ce que la vérification a trouvé bon, retenu dans `.git`, jetable : la suivante ne relit que ce qui diffère.

Le souvenir ne sert qu'à dire « tout est toujours en ordre » : au moindre constat, au moindre doute sur
lui-même, tout est relu. Il ne vaut que sur ce disque, pour cette version de l'outil, et un mois.

Ce qui diffère : les fichiers dont l'état sur ce disque n'est plus celui d'alors (`etats_du_disque`), et ceux
que l'archive a enregistrés depuis ; avec eux se relisent ceux où quelque chose restait à regarder, et ce que
chacun touche (`Verification.entourer`).
"""

from __future__ import annotations

import os
import re
import stat
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.ensemble import etats_du_disque
from tiers_lieu_cli.ensemble.arrivee import Arrivee, Change, ObjetsVerifies
from tiers_lieu_cli.ensemble.etats_du_disque import AU_REGISTRE, Etat, Racine, Releve
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE
from tiers_lieu_cli.noyau.depot.contenus import Contenus, index_sain
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import permis

FICHIER = "tiers-lieu.verifie"
FORMAT = f"4-{__version__}"
#: En secondes : au-delà, tout se relit ; un disque s'abîme aussi sans qu'on y touche.
_VIEUX = 30 * 24 * 3600
#: Ce qui change le sens de tant d'autres fiches qu'il faut toutes les relire.
_TOUCHE_A_TOUT = frozenset({"espace/salles", "espace/periodes", "espace/series", "prog/series"})
#: Au-delà, tout relire coûte à peine plus.
_TROP, _TROP_DE_CONTENUS = 300, 5000
#: Au-delà de tant de suites, ou de dossiers dans une seule, tout récrire se rattrape.
_SUITES, _TROP_DE_DOSSIERS = 40, 100
#: En octets, ce qui précède chaque morceau du souvenir.
_SCEAU = 8
#: Devant les contenus enregistrés de chaque dépôt ; aucun fichier du lieu ne commence ainsi.
_CONTENUS = "/{}/"
_CONTENU = motif(r"/(\d)/([0-9a-f]{2})/([0-9a-f]{38})", re.ASCII)
_CONTENUS_EPARS = motif(r"/(\d)/([0-9a-f]{2})/", re.ASCII)


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
    #: Par dépôt, l'empreinte de chaque fichier de paquet que git a relu tout entier.
    paquets: list[dict[str, str]]


class Suite(msgspec.Struct, frozen=True, array_like=True):
    """Ce qu'une vérification a appris depuis : ajouté au bout, sans récrire trois Mio.

    `neufs` : les dossiers qui ne sont plus tels ; `partis` : ceux qui ne sont plus là.
    """

    commit: str
    combien: int
    a_relire: list[str]
    neufs: Releve
    partis: list[str]

    def appliquer(self, souvenir: Souvenir) -> Souvenir:
        """Le souvenir, et ceci."""
        gardes = {d: e for d, e in souvenir.etats.items() if d not in self.partis} if self.partis else None
        return msgspec.structs.replace(
            souvenir,
            commit=self.commit,
            combien=self.combien,
            a_relire=self.a_relire,
            etats=(souvenir.etats if gardes is None else gardes) | self.neufs,
        )


class Depuis(msgspec.Struct, frozen=True):
    """Ce qui est à relire, depuis que tout était bon."""

    souvenir: Souvenir
    #: Combien de suites il a.
    suites: int
    commit: str
    presents: list[str]
    #: Tous les fichiers, relus ou non.
    combien: int
    etats: Releve
    #: Ceux que la main a changés, et qui ne sont pas enregistrés.
    a_la_main: list[str]


def des_contenus(c: Contexte) -> list[Racine]:
    """Où sont les contenus enregistrés de chaque dépôt."""
    return [
        Racine(os.fspath(depot.interne / "objects"), _CONTENUS.format(rang))
        for rang, depot in enumerate(c.depots)
    ]


def chercher(c: Contexte) -> Callable[[], Depuis | None] | None:
    """Commencer à chercher ce qui a changé ; `None` s'il n'y a pas de souvenir, ou rien à quoi se fier."""
    souvenir, suites = _charger(c) or (None, 0)
    if souvenir is None:
        return None
    try:
        tetes = [depot.tete() for depot in c.depots]
        if not all(tetes):
            return None
        registres = [Racine.de(depot.racine, AU_REGISTRE, tait=True) for depot in c.depots[1:]]
        racines = [Racine.de(c.lieu.racine), *registres, *des_contenus(c)]
        attendre = etats_du_disque.commencer(racines, souvenir.etats)
        arrivee = Arrivee(c.archive, souvenir.commit, tetes[0])
    except (Change, GitRefuse, OSError, Echec):
        return None

    def finir() -> Depuis | None:
        try:
            # Pendant que les états se relèvent.
            sains = all(index_sain(depot.interne) for depot in c.depots)
            etats = attendre()
            return _comparer(c, souvenir, suites, tetes, etats, arrivee) if sains else None
        except (Change, GitRefuse, Echec, OSError):
            return None
        finally:
            arrivee.fermer()

    return finir


def contenus_bons(c: Contexte) -> list[tuple[str, Contenus]] | None:
    """Par dépôt, le dernier enregistrement et les contenus que la mémoire dit bons ; `None` sans mémoire."""
    souvenir, _ = _charger(c) or (None, 0)
    if souvenir is None or len(souvenir.paquets) != len(c.depots):
        return None
    epars: list[set[str]] = [set() for _ in c.depots]
    for dossier, etats in souvenir.etats.items():
        if dit := _CONTENUS_EPARS.fullmatch(dossier):
            epars[int(dit[1])].update(dit[2] + etat[0] for etat in etats_du_disque.lire(etats))
    commits = (souvenir.commit, souvenir.registre)
    bons = (Contenus(p, frozenset(e), sains=True) for p, e in zip(souvenir.paquets, epars, strict=True))
    return list(zip(commits, bons, strict=False))


def retenir(
    c: Contexte,
    tetes: Sequence[str],
    etats: Releve,
    combien: int,
    a_relire: Iterable[str],
    paquets: list[dict[str, str]],
) -> None:
    """Retenir que tout est bon ; `tetes` et `etats` : d'avant qu'on ne lise quoi que ce soit.

    À ne pas demander d'un registre qui n'est pas tel qu'enregistré.
    """
    with suppress(GitRefuse, Echec, OSError):
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
                paquets=paquets,
            ),
        )


def mettre_a_jour(c: Contexte, depuis: Depuis, a_relire: Iterable[str]) -> None:
    """Ce qui a changé est bon aussi."""
    avant = depuis.souvenir.etats
    suite = Suite(
        commit=depuis.commit,
        combien=depuis.combien,
        a_relire=sorted({*a_relire, *depuis.a_la_main}),
        neufs={dossier: e for dossier, e in depuis.etats.items() if avant.get(dossier) != e},
        partis=[dossier for dossier in avant if dossier not in depuis.etats],
    )
    neuf = suite.appliquer(depuis.souvenir)
    if neuf == depuis.souvenir:
        return
    with suppress(Echec, OSError):
        if depuis.suites < _SUITES and len(suite.neufs) < _TROP_DE_DOSSIERS:
            poignee = systeme.ouvrir_pour_ajouter(c.archive.interne / FICHIER, 0o600)
            with os.fdopen(poignee, "ab") as flux:
                flux.write(_sceller(suite))
        else:
            ecrire(c, neuf)


def ecrire(c: Contexte, souvenir: Souvenir) -> None:
    """Poser le souvenir, sans suite."""
    systeme.remplacer(c.archive.interne / FICHIER, [_sceller(souvenir)])


def _sceller(quoi: Souvenir | Suite) -> bytes:
    """Ces octets, et de quoi voir qu'ils ne sont ni abîmés ni coupés : leur somme, leur nombre."""
    dit = msgspec.msgpack.encode(quoi)
    return b"".join((zlib.crc32(dit).to_bytes(4, "big"), len(dit).to_bytes(4, "big"), dit))


def morceaux(octets: bytes) -> Iterator[memoryview]:
    """Le souvenir, puis ses suites ; `ValueError` au premier abîmé."""
    place, tout = 0, memoryview(octets)
    while place < len(octets):
        somme, nombre = (int.from_bytes(octets[place + n : place + n + 4], "big") for n in (0, 4))
        dit = tout[place + _SCEAU : place + _SCEAU + nombre]
        if len(dit) != nombre or zlib.crc32(dit) != somme:
            raise ValueError
        yield dit
        place += _SCEAU + nombre


def _charger(c: Contexte) -> tuple[Souvenir, int] | None:
    """Le souvenir, et combien de suites il a."""
    try:
        premier, *suites = morceaux(systeme.lire_ordinaire(c.archive.interne / FICHIER))
        lu = msgspec.msgpack.decode(premier, type=Souvenir)
        for dit in suites:
            lu = msgspec.msgpack.decode(dit, type=Suite).appliquer(lu)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    age = c.horloge.maintenant().timestamp() - lu.moment
    bon = lu.format == FORMAT and lu.ici == _ici(c) and 0 <= age < _VIEUX
    return (lu, len(suites)) if bon else None


def _ici(c: Contexte) -> str:
    """Ce que ce disque seul sait : un lieu copié ou reçu n'a pas pu l'écrire d'avance."""
    vus = (os.stat(depot.interne / "config") for depot in c.depots)
    return " ".join(f"{vu.st_ino}-{vu.st_ctime_ns}" for vu in vus)


def _du_registre(tetes: Sequence[str]) -> str:
    return tetes[1] if len(tetes) > 1 else ""


def _comparer(
    c: Contexte, souvenir: Souvenir, suites: int, tetes: list[str], etats: Releve, arrivee: Arrivee
) -> Depuis:
    """Ce qui est à relire ; `Change` dès que quelques fichiers ne suffisent pas à juger."""
    if _du_registre(tetes) != souvenir.registre:
        raise Change
    touches = dict(etats_du_disque.changes(souvenir.etats, etats))
    contenus = {chemin: touches.pop(chemin) for chemin in [*touches] if chemin.startswith("/")}
    if any(chemin.startswith(AU_REGISTRE) or not _est_ordinaire(etat) for chemin, etat in touches.items()):
        raise Change
    _exiger_les_contenus(c, contenus, arrivee)
    ailleurs = HORS_ARCHIVE | permis(c.lieu.racine)
    nommes = {*touches, *arrivee.enregistres, *souvenir.a_relire}
    voulus = {chemin for chemin in nommes if _compte(chemin, ailleurs)}
    if len(voulus) > _TROP:
        raise Change
    presents = sorted(chemin for chemin in voulus if os.path.lexists(c.lieu.racine / chemin))
    _exiger_suivis(c, voulus.difference(presents))
    if not all(_se_juge_seul(c, chemin) for chemin in presents):
        raise Change
    return Depuis(
        souvenir=souvenir,
        suites=suites,
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


def _exiger_les_contenus(c: Contexte, touches: Mapping[str, Etat | None], arrivee: Arrivee) -> None:
    """Chaque contenu neuf, ou touché (git lui donne l'heure), se relit ; `Change` s'il manque ou ment.

    Un paquet ne se juge qu'en le relisant tout entier.
    """
    if len(touches) > _TROP_DE_CONTENUS or None in touches.values():
        raise Change
    par_depot: dict[str, list[str]] = {}
    for chemin in touches:
        dit = _CONTENU.fullmatch(chemin)
        if not dit:
            raise Change
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
            raise Change
