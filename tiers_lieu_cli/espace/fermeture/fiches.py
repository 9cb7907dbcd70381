"""Les fermetures du lieu : en poser, en retrouver une."""

from __future__ import annotations

from datetime import datetime

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.fermeture.modele import FERMETURES, LONGUES, Fermeture
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau


def collection(fermeture: Fermeture) -> Collection[Fermeture]:
    """Où la ranger : dans son mois, ou parmi les longues."""
    return FERMETURES if temps.tient_dans_son_mois(fermeture.id, fermeture.creneau) else LONGUES


def en_cours_et_a_venir(arbre: Arbre, depuis: datetime) -> list[Fermeture]:
    """Celles qui ferment encore quelque chose ; celles qu'on a rouvertes en entier n'y sont plus."""
    fenetre = Creneau(depuis, depuis.replace(year=depuis.year + 3))
    return [f for f in occupations.fermetures_de(arbre, fenetre) if any(c.fin > depuis for c in f.creneaux())]


def fenetre_de(fermeture: Fermeture) -> Creneau:
    """Le temps qu'elle ferme, trois ans au plus quand elle n'a pas de fin."""
    creneau = fermeture.creneau
    if not creneau.est_sans_fin:
        return creneau
    return Creneau(creneau.debut, creneau.debut.replace(year=creneau.debut.year + 3, day=1))
