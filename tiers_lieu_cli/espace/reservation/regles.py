"""Les règles d'une réservation, sans fichier ni heure courante."""

from __future__ import annotations

from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation.modele import Etat, Promesse, Reservation
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import Creneau

OBJET_MAXIMAL = 200

_DITS = {Etat.OPTION: "option", Etat.DEMANDEE: "à valider"}


def occupation(promesse: Promesse, ident: str, salle: str, seance: Creneau) -> Occupation:
    """La salle prise par une promesse, montage et démontage compris."""
    return Occupation(
        id=ident,
        titre=promesse.objet,
        salle=salle,
        creneau=promesse.etendre(seance),
        seance=seance,
        personnes=promesse.personnes,
        nature=_DITS.get(promesse.etat, ""),
        contre=promesse.forcage.contre if promesse.forcage else (),
    )


def occuper(reservation: Reservation) -> Occupation:
    """La salle qu'une réservation prend, ou prendrait."""
    return occupation(reservation, reservation.id, reservation.salle, reservation.creneau)


def objet_propre(objet: str) -> str:
    """L'objet sur une ligne, ni vide ni démesuré."""
    propre = " ".join(objet.split())
    if not propre or len(propre) > OBJET_MAXIMAL or not all(c.isprintable() or c == "\u200d" for c in propre):
        raise ErreurUsage(
            f"Un objet tient sur une ligne, de 1 à {OBJET_MAXIMAL} caractères visibles.",
            'Exemple : --objet "réunion de quartier"',
        )
    return propre
