"""Les mises en lien d'un besoin ou d'une offre, et les annonces qu'une mise en lien réunit."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce, Besoin, Offre
from tiers_lieu_cli.accueil.lien.modele import LIENS, Lien
from tiers_lieu_cli.noyau.depot.arbre import Arbre


def autour_de(arbre: Arbre, annonce: Annonce, jour: date) -> list[Lien]:
    """Les mises en lien de cette annonce : elles datent au plus tôt du jour où on l'a entendue."""
    lus = LIENS.des_mois(arbre, min(annonce.entendu, jour), jour).fiches
    siens = (lien for lien in lus if annonce.id in (lien.besoin, lien.offre))
    return sorted(siens, key=lambda lien: (lien.propose, lien.id))


def annonces_de(arbre: Arbre, lien: Lien) -> tuple[Besoin | None, Offre | None]:
    """Le besoin et l'offre de cette mise en lien ; `None` si la fiche manque."""
    return BESOINS.une(arbre, lien.besoin), OFFRES.une(arbre, lien.offre)
