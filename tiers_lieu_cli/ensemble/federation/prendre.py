"""Prendre ce que des maisons publient, dans un dossier à elles : chacune est posée dès qu'elle est arrivée.

Coupé, on reprend : ce qui est posé ne se redemande que s'il a changé. Ce qu'on lit ne choisit ni le nom ni
l'endroit d'un fichier, et rien n'en est gardé que ce que le schéma nomme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.federation import autres, regles
from tiers_lieu_cli.ensemble.federation.agendas import AGENDAS
from tiers_lieu_cli.ensemble.federation.modele import Federation, Gardee, Maison
from tiers_lieu_cli.ensemble.federation.regles import Etat, Lecture
from tiers_lieu_cli.noyau import fichiers, sorties, systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.sorties import INTERNE
from tiers_lieu_cli.noyau.telechargement import Bornes, Demande, TelechargementImpossible, telecharger
from tiers_lieu_cli.noyau.temps import temps

#: Ce qu'une grande maison publie fait quelques Kio ; mille maisons lentes tiennent dans dix minutes.
BORNES = Bornes(taille=1024 * 1024, ensemble=600.0, connexions=32)
#: Le dossier du lieu où elle se range.
FEDERATION = "federation"
_MAISONS = "maisons"
#: Ce qu'on garde d'une maison, ou d'une fédération.
Prise = Gardee | Federation


def dossier(c: Contexte, voulu: Path | None) -> Path:
    """Où la fédération se range ; fait au besoin."""
    ou = sorties.verifier(voulu or c.lieu.racine / INTERNE / FEDERATION, dossier=True)
    for fait in (ou, ou / _MAISONS):
        sorties.verifier(fait, dossier=True).mkdir(exist_ok=True)
    return ou


def gardees(ou: Path, maisons: Sequence[Maison]) -> dict[str, Prise]:
    """Ce qu'on a déjà lu de ces maisons, tant qu'on les lit au même endroit."""
    lues = {m.id: gardee for m in maisons if (gardee := _relire(ou, m))}
    return {m.id: lues[m.id] for m in maisons if m.id in lues and lues[m.id].source == m.source}


def _relire(ou: Path, maison: Maison) -> Prise | None:
    """`None` si elle n'y est pas, ou ne se lit plus : elle se reprendra."""
    forme: type[Prise] = Federation if maison.en_suit_d_autres else Gardee
    try:
        return msgspec.json.decode(systeme.lire_ordinaire(_fichier(ou, maison.id)), type=forme)
    except (OSError, msgspec.DecodeError):
        return None


def _fichier(ou: Path, ident: str) -> Path:
    return ou / _MAISONS / f"{ident}.json"


def oublier_les_autres(ou: Path, suivies: Sequence[Maison]) -> bool:
    """Ôter ce qu'on avait lu d'une maison qu'on ne suit plus, son agenda aussi ; vrai s'il y en avait."""
    otees = False
    siens = {f"{m.id}.json" for m in suivies}
    for fichier in sorted((*(ou / _MAISONS).glob("*.json"), *(ou / AGENDAS).glob("*.json"))):
        if fichier.name not in siens and not fichier.is_symlink() and fichier.is_file():
            fichier.unlink()
            otees = True
    return otees


def prendre(
    c: Contexte, ou: Path, maisons: Sequence[Maison], deja: Mapping[str, Prise], telechargement: bool
) -> Iterator[tuple[Lecture, Prise | None]]:
    """Chaque maison dès qu'elle est lue et posée, avec ce qu'on en garde ; une panne n'arrête qu'elle."""
    moment = temps.ecrire_moment(c.horloge.murale())
    for maison, arrive in _arrives(c, maisons, deja, telechargement):
        ancienne = deja.get(maison.id)
        if arrive is None:
            yield Lecture(maison.id, Etat.LAISSEE, gardee=ancienne is not None), ancienne
            continue
        if isinstance(arrive, Echec):
            yield Lecture(maison.id, Etat.PANNE, arrive.fait, ancienne is not None), ancienne
            continue
        neuve = msgspec.structs.replace(arrive, lue_le=moment)
        systeme.remplacer(_fichier(ou, maison.id), [msgspec.json.encode(neuve)])
        changee = Etat.INCHANGEE if ancienne and _dit(ancienne) == _dit(neuve) else Etat.CHANGEE
        yield Lecture(maison.id, changee if ancienne else Etat.NEUVE), neuve


def _dit(prise: Prise) -> object:
    return prise.publiee if isinstance(prise, Gardee) else prise.maisons


def _arrives(
    c: Contexte, maisons: Sequence[Maison], deja: Mapping[str, Prise], telechargement: bool
) -> Iterator[tuple[Maison, Prise | Echec | None]]:
    """Ce que chaque maison donne ; `None` : elle est sur le réseau, et l'on n'y va pas.

    Du réseau, celles qu'on a lues il y a le plus longtemps d'abord : relancer reprend où l'on en était.
    """
    distantes = [m for m in maisons if "://" in m.source and not m.en_suit_d_autres]
    for maison in maisons:
        if "://" not in maison.source:
            yield maison, autres.d_ici(c, maison) if maison.en_suit_d_autres else _d_ici(c, maison)
        elif not telechargement:
            yield maison, None
    if not telechargement:
        return
    connues = {ident: prise for ident, prise in deja.items() if isinstance(prise, Gardee)}
    distantes.sort(key=lambda m: connues[m.id].lue_le if m.id in connues else "")
    demandes = [
        Demande(regles.ou_lire(m.source), connues[m.id].etag, connues[m.id].modifie)
        if m.id in connues
        else Demande(regles.ou_lire(m.source))
        for m in distantes
    ]
    for rang, reponse in telecharger(demandes, BORNES, "application/json"):
        maison = distantes[rang]
        if reponse.refus:
            yield maison, TelechargementImpossible(maison.source, reponse.refus)
        elif reponse.octets is None:
            yield maison, connues.get(maison.id)
        else:
            yield maison, _comprise(maison, reponse.octets, reponse.etag, reponse.modifie)
    federations = [m for m in maisons if "://" in m.source and m.en_suit_d_autres]
    yield from autres.prendre(
        federations, {ident: prise for ident, prise in deja.items() if isinstance(prise, Federation)}
    )


def _d_ici(c: Contexte, maison: Maison) -> Gardee | Echec:
    """Une maison dont le site est un dossier de cette machine, ou d'un partage."""
    dit = c.lieu.racine / Path(maison.source).expanduser()
    try:
        octets = fichiers.octets(Path(regles.ou_lire(str(dit))), BORNES.taille, "Vérifier ce que c'est.")
    except Echec as echec:
        return echec
    return _comprise(maison, octets)


def _comprise(maison: Maison, octets: bytes, etag: str = "", modifie: str = "") -> Gardee | Echec:
    try:
        publiee = regles.comprendre(octets)
    except Echec as echec:
        return echec
    return Gardee(source=maison.source, etag=etag, modifie=modifie, lue_le="", publiee=publiee)
