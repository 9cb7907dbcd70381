"""Prendre l'agenda que chaque maison publie, et n'en garder que des dates ; chacun est posé dès qu'il est lu.

Les lire se fait à part, des dizaines par processus, un processus par cœur : un hostile n'arrête que lui.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.federation import regles
from tiers_lieu_cli.ensemble.federation.modele import Agenda, Lot, Lu, Maison
from tiers_lieu_cli.ensemble.federation.regles import Etat, Lecture
from tiers_lieu_cli.noyau import borne, fichiers, sorties, systeme
from tiers_lieu_cli.noyau.agenda.agenda_lu import TAILLE_MAXIMALE
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.telechargement import Bornes, Demande, TelechargementImpossible, telecharger
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

BORNES = Bornes(taille=TAILLE_MAXIMALE, ensemble=600.0, connexions=32)
_LECTEUR = "tiers_lieu_cli.ensemble.federation.lecteur_agendas"
#: Le dossier où chaque agenda se range.
AGENDAS = "agendas"
#: Un lot s'arrête aussi passé la taille d'un agenda : son lecteur a peu de mémoire.
_PAR_LOT = 64
#: En secondes, ce qu'on attend un lot ; un agenda n'a que cinq secondes de calcul (`lecteur_agendas`).
_DELAI = 20.0 + 5.0 * _PAR_LOT


class _Recu(msgspec.Struct, frozen=True):
    """Un agenda arrivé, qui n'est pas encore lu."""

    maison: Maison
    octets: bytes
    etag: str
    modifie: str = ""


def gardes(ou: Path, maisons: Sequence[Maison]) -> dict[str, Agenda]:
    """Les agendas qu'on a déjà de ces maisons, tant qu'on les lit au même endroit."""
    lus = {}
    for maison in maisons:
        with suppress(OSError, msgspec.DecodeError):
            lu = msgspec.json.decode(systeme.lire_ordinaire(_fichier(ou, maison.id)), type=Agenda)
            if lu.source == maison.source:
                lus[maison.id] = lu
    return lus


def _fichier(ou: Path, ident: str) -> Path:
    return ou / AGENDAS / f"{ident}.json"


def prendre(
    c: Contexte, ou: Path, maisons: Sequence[Maison], deja: Mapping[str, Agenda], telechargement: bool
) -> Iterator[tuple[Lecture, Agenda | None]]:
    """Chaque agenda dès qu'il est lu et posé ; une panne n'arrête que lui."""
    sorties.verifier(ou / AGENDAS, dossier=True).mkdir(exist_ok=True)
    voulue = regles.fenetre(c.horloge.aujourdhui())
    # Développé assez loin, il vaut tant qu'il ne change pas : une série n'y manque pas.
    valables = {ident: a for ident, a in deja.items() if a.au >= voulue.dernier_jour}
    fenetre = Creneau.de_jours(voulue.premier_jour, voulue.dernier_jour + regles.MARGE)
    lecteurs = ThreadPoolExecutor(os.cpu_count())
    lot: list[_Recu] = []
    lots: dict[Future[list[Lu]], list[_Recu]] = {}

    def lire() -> None:
        octets = [recu.octets for recu in lot]
        lots[lecteurs.submit(_lire, octets, c.lieu.fuseau.key, fenetre)] = [*lot]
        lot.clear()

    try:
        for maison, arrive in _arrives(c, maisons, valables, telechargement):
            if isinstance(arrive, _Recu):
                lot.append(arrive)
                if len(lot) == _PAR_LOT or sum(len(recu.octets) for recu in lot) >= TAILLE_MAXIMALE:
                    lire()
            else:
                yield _sans_lire(maison, arrive, deja.get(maison.id))
            for fini in [f for f in lots if f.done()]:
                yield from _poser(c, ou, fenetre, zip(lots.pop(fini), fini.result(), strict=True), deja)
        if lot:
            lire()
        for fini in as_completed(lots):
            yield from _poser(c, ou, fenetre, zip(lots[fini], fini.result(), strict=True), deja)
    finally:
        # Interrompu, on n'attend pas que tout soit lu.
        lecteurs.shutdown(cancel_futures=True)


def _sans_lire(
    maison: Maison, arrive: Agenda | Echec | None, ancien: Agenda | None
) -> tuple[Lecture, Agenda | None]:
    if isinstance(arrive, Echec):
        return Lecture(maison.id, Etat.PANNE, arrive.fait, ancien is not None), ancien
    if arrive is None:
        return Lecture(maison.id, Etat.LAISSEE, gardee=ancien is not None), ancien
    return Lecture(maison.id, Etat.INCHANGEE, laisses=arrive.laisses), arrive


def _poser(
    c: Contexte,
    ou: Path,
    fenetre: Creneau,
    lus: Iterator[tuple[_Recu, Lu]],
    deja: Mapping[str, Agenda],
) -> Iterator[tuple[Lecture, Agenda | None]]:
    for recu, reponse in lus:
        ident, ancien = recu.maison.id, deja.get(recu.maison.id)
        if reponse.refus:
            yield (
                Lecture(ident, Etat.PANNE, f"{regles.PROGRAMME} {reponse.refus}.", ancien is not None),
                ancien,
            )
            continue
        neuf = Agenda(
            source=recu.maison.source,
            etag=recu.etag,
            modifie=recu.modifie,
            lue_le=temps.ecrire_moment(c.horloge.murale()),
            au=fenetre.dernier_jour,
            evenements=reponse.evenements,
            laisses=reponse.laisses,
        )
        systeme.remplacer(_fichier(ou, ident), [msgspec.json.encode(neuf)])
        etat = Etat.NEUVE
        if ancien is not None:
            etat = Etat.INCHANGEE if ancien.evenements == neuf.evenements else Etat.CHANGEE
        yield Lecture(ident, etat, laisses=neuf.laisses), neuf


def _arrives(
    c: Contexte, maisons: Sequence[Maison], valables: Mapping[str, Agenda], telechargement: bool
) -> Iterator[tuple[Maison, _Recu | Agenda | Echec | None]]:
    """Ce que chaque agenda donne : de quoi le lire, ce qu'on en a déjà, ou rien si l'on n'y va pas."""
    distantes = [m for m in maisons if "://" in m.source]
    for maison in maisons:
        if "://" not in maison.source:
            yield maison, _d_ici(c, maison, valables.get(maison.id))
        elif not telechargement:
            yield maison, None
    if not telechargement:
        return
    distantes.sort(key=lambda m: valables[m.id].lue_le if m.id in valables else "")
    connus = [valables.get(m.id) for m in distantes]
    demandes = [
        Demande(regles.ou_lire_l_agenda(m.source), *((a.etag, a.modifie) if a else ()))
        for m, a in zip(distantes, connus, strict=True)
    ]
    for rang, reponse in telecharger(demandes, BORNES, "text/calendar"):
        maison = distantes[rang]
        if reponse.refus:
            yield maison, TelechargementImpossible(maison.source, f"{reponse.refus} ({regles.PROGRAMME})")
        elif reponse.octets is None:
            yield maison, connus[rang]
        else:
            yield maison, _Recu(maison, reponse.octets, reponse.etag, reponse.modifie)


def _d_ici(c: Contexte, maison: Maison, connu: Agenda | None) -> _Recu | Agenda | Echec:
    """L'agenda d'un dossier ; son empreinte dit s'il a changé."""
    dit = c.lieu.racine / Path(maison.source).expanduser()
    try:
        octets = fichiers.octets(Path(regles.ou_lire_l_agenda(str(dit))), TAILLE_MAXIMALE)
    except Echec as echec:
        return echec
    empreinte = hashlib.sha256(octets).hexdigest()
    return connu if connu and connu.etag == empreinte else _Recu(maison, octets, empreinte)


def _lire(agendas: list[bytes], fuseau: str, fenetre: Creneau) -> list[Lu]:
    """Lire un lot ; celui qui arrête le processus est refusé, et un autre lit la suite."""
    faites: list[Lu] = []
    while len(faites) < len(agendas):
        reste = Lot(tuple(agendas[len(faites) :]), fuseau, fenetre)
        try:
            for message in borne.suivre(
                _LECTEUR, msgspec.msgpack.encode(reste), delai=_DELAI, memoire=borne.MEMOIRE
            ):
                reponse = msgspec.msgpack.decode(message, type=Lu)
                faites.append(reponse)
        except (borne.Depassement, msgspec.DecodeError):
            faites.append(Lu(refus="demande trop de temps ou de mémoire pour être lu"))
    return faites[: len(agendas)]
