"""`tl accueil` : les gens, les passages, les besoins et ce qui les relie."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

_ICI = "tiers_lieu_cli.accueil"

app = Application("Accueillir : les gens, qui passe, besoins et offres, mises en lien, bénévoles.")
app.differer(
    "personne", "Les personnes : en enregistrer, les retrouver, les voir.", f"{_ICI}.personne.commandes:app"
)
app.differer("passage", "Noter qui entre.", f"{_ICI}.passage.commandes:app")
app.differer("modifier-passage", "Corriger un passage.", f"{_ICI}.passage.modifier:app")
app.differer("presents", "Qui est là maintenant.", f"{_ICI}.passage.presences:presents_app")
app.differer("depart", "Noter qui repart.", f"{_ICI}.passage.presences:depart_app")
app.differer("passages", "Compter les passages.", f"{_ICI}.passage.presences:passages_app")
app.differer("heures", "Les heures des bénévoles.", f"{_ICI}.heures.commandes:app")
app.differer("habilitation", "Qui sait se servir de quoi.", f"{_ICI}.habilitation.commandes:app")
app.differer("besoin", "Ce dont on a besoin ici.", f"{_ICI}.besoin.commandes:app")
app.differer("offre", "Ce que chacun offre de faire.", f"{_ICI}.offre.commandes:app")
app.differer("relier", "Qui pourrait répondre à quel besoin.", f"{_ICI}.lien.relier:app")
app.differer("lien", "Les mises en lien, et ce qu'elles donnent.", f"{_ICI}.lien.commandes:app")
app.differer("bienvenue", "Les premiers pas de quelqu'un.", f"{_ICI}.bienvenue.commandes:app")
app.differer("suivi", "L'accompagnement, pas à pas.", f"{_ICI}.suivi.commandes:app")
app.differer("reseau", "Qui est relié à qui.", f"{_ICI}.reseau.commandes:app")
app.differer("bilan", "Le bilan d'une période, avec ses dessins.", f"{_ICI}.bilan.commandes:app")
