"""`tl accueil` : les personnes qui font le lieu."""

from __future__ import annotations

from tiers_lieu_cli.noyau.aide import Application

app = Application("Les personnes qui font le lieu.")
app.differer(
    "personne",
    "Les personnes : en enregistrer, les retrouver, les voir.",
    "tiers_lieu_cli.accueil.personne.commandes:app",
)
