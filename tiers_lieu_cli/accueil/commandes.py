"""`tl accueil` : les personnes qui font le lieu."""

from __future__ import annotations

from tiers_lieu_cli.noyau.aide import Application

_ICI = "tiers_lieu_cli.accueil"

app = Application("Les personnes qui font le lieu.")
app.differer(
    "personne", "Les personnes : en enregistrer, les retrouver, les voir.", f"{_ICI}.personne.commandes:app"
)
app.differer("passage", "Noter qui entre.", f"{_ICI}.passage.commandes:app")
app.differer("presents", "Qui est là maintenant.", f"{_ICI}.passage.presences:presents_app")
app.differer("depart", "Noter qui repart.", f"{_ICI}.passage.presences:depart_app")
app.differer("passages", "Compter les passages.", f"{_ICI}.passage.presences:passages_app")
app.differer("heures", "Les heures des bénévoles.", f"{_ICI}.heures.commandes:app")
app.differer("habilitation", "Qui sait se servir de quoi.", f"{_ICI}.habilitation.commandes:app")
