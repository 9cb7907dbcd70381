"""Les mises en lien d'un besoin ou d'une offre, les annonces qu'elles réunissent, celles à faire avancer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce, Besoin, Offre
from tiers_lieu_cli.accueil.lien import regles
from tiers_lieu_cli.accueil.lien.modele import LIENS, Lien
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def autour_de(arbre: Arbre, annonce: Annonce, jour: date) -> list[Lien]:
    """Les mises en lien de cette annonce : elles datent au plus tôt du jour où on l'a entendue."""
    lus = LIENS.des_mois(arbre, min(annonce.entendu, jour), jour).fiches
    siens = (lien for lien in lus if annonce.id in (lien.besoin, lien.offre))
    return sorted(siens, key=lambda lien: (lien.propose, lien.id))


def annonces_de(arbre: Arbre, lien: Lien) -> tuple[Besoin | None, Offre | None]:
    """Le besoin et l'offre de cette mise en lien ; `None` si la fiche manque."""
    return BESOINS.une(arbre, lien.besoin), OFFRES.une(arbre, lien.offre)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Un accord à demander, une suite à connaître, dus ce jour ou avant ; rien de clos n'est lu."""
    for lien in LIENS.en_cours.toutes(arbre).fiches:
        du = lien.propose if lien.a_demander else regles.a_revoir_le(lien)
        if du is None or du > jour:
            continue
        qui = regles.dire_les_deux(*annonces_de(arbre, lien))
        if lien.a_demander:
            commande = f"tl accueil lien accord {lien.id} @{lien.a_demander[0]}"
            yield Echeance(
                du, f"demander son accord à {' et '.join(lien.a_demander)} ({qui})", commande, lien.id
            )
        else:
            depuis = (jour - (lien.presente or jour)).days
            commande = f"tl accueil lien suite {lien.id}"
            yield Echeance(du, f"relancer la mise en lien {qui} ({depuis} jours)", commande, lien.id)
