"""Les faits que l'accueil compte, lus dans le lieu."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.bilan import regles
from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau.contexte import Contexte


def compter(c: Contexte, du: date, au: date) -> Comptes:
    """Les faits datés sont lus dans leurs mois ; besoins et mises en lien, tous.

    Un besoin d'il y a deux ans peut être comblé ce mois-ci, et il reste rangé au mois où on l'a
    entendu. Mille fiches se lisent en trente millièmes de seconde ; un bilan se fait chaque mois.
    """
    passages, heures = PASSAGES.des_mois(c.arbre, du, au), HEURES.des_mois(c.arbre, du, au)
    besoins, liens = BESOINS.toutes(c.arbre), LIENS.toutes(c.arbre)
    habilitations, bienvenues = HABILITATIONS.toutes(c.arbre), BIENVENUES.des_mois(c.arbre, du, au)
    for recolte in (passages, heures, besoins, liens, habilitations, bienvenues):
        c.ecran.defauts(recolte.defauts)
    return regles.compter(
        du,
        au,
        passages=passages.fiches,
        besoins=besoins.fiches,
        liens=liens.fiches,
        heures=heures.fiches,
        obtenues=[h.obtenue for h in habilitations.fiches],
        arrivees=[b.debut for b in bienvenues.fiches],
    )
