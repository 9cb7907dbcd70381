"""Les états des lieux lus dans le lieu : ceux d'une salle, celui auquel une sortie se compare."""

from __future__ import annotations

from datetime import datetime

from tiers_lieu_cli.espace.etat.modele import ETATS, EtatDesLieux, Occasion
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.temps import series, temps
from tiers_lieu_cli.noyau.texte import en_tirets


def entree_de(arbre: Arbre, salle: str, reservation: str, moment: datetime) -> EtatDesLieux | None:
    """L'entrée à laquelle une sortie se compare : celle de la réservation, sinon la dernière de la salle.

    Une entrée déjà comparée à une sortie n'est plus en cours ; on regarde un mois en arrière.
    """
    recents = ETATS.des_mois(arbre, temps.un_mois_avant(moment.date()), moment.date()).fiches
    sorties = {e.entree for e in recents if e.sens is Occasion.SORTIE}
    candidates = [
        e
        for e in recents
        if e.sens is Occasion.ENTREE
        and e.salle == salle
        and e.moment <= moment
        and e.id not in sorties
        and (not reservation or series.au_present(e.reservation) in ("", reservation))
    ]
    return max(candidates, key=lambda e: (bool(e.reservation and reservation), e.le), default=None)


def exiger(arbre: Arbre, mot: str) -> EtatDesLieux:
    """L'état des lieux de ce nom ; pour une salle, son dernier."""
    if salles := SALLES.repondent(arbre, mot):
        mot = SALLES.designer(arbre, mot) if len(salles) == 1 else mot
    if mot in salles:
        fin = f"-{en_tirets(mot, 'etat')}-"
        siens = (ETATS.une(arbre, i) for i in ETATS.idents(arbre) if fin in i)
        dernier = max((e for e in siens if e and e.salle == mot), key=lambda e: (e.le, e.id), default=None)
        if dernier is None:
            raise FicheIntrouvable(ETATS.genre.nom, mot, (), f"Le faire : tl espace etat entree {mot}")
        return dernier
    return ETATS.exiger(arbre, mot)


def designer(arbre: Arbre, mot: str) -> tuple[str, str]:
    """La salle, et la réservation (ou la date de série) si c'en est une, que ce mot désigne."""
    try:
        return SALLES.designer(arbre, mot), ""
    except FicheIntrouvable as introuvable:
        if dite := de_la_date(arbre, mot):
            return dite[0].salle, series.nommer(dite[0].souche, dite[1])
        try:
            reservation = RESERVATIONS.exiger(arbre, mot)
        except FicheIntrouvable:
            raise introuvable from None
        return reservation.salle, reservation.id
