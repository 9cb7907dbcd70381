"""`tl espace` : les salles et ce qui s'y passe. Chaque chose n'est importée que si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.aide import Application

_ICI = "tiers_lieu_cli.espace"

app = Application("Les salles du lieu : réserver, fermer, ouvrir.")
app.differer("salle", "Les salles : en ajouter, les voir.", f"{_ICI}.salle.commandes:app")
app.differer("reserver", "Réserver une salle.", f"{_ICI}.reservation.reserver:app")
app.differer("cle", "Les clés, badges et codes : ce qu'ils ouvrent, qui les a.", f"{_ICI}.cle.commandes:app")

app.differer("jour", "La feuille du jour : salles prises, montages, clés.", f"{_ICI}.planning.jour:app")
app.differer(
    "libre", "Une salle pour douze, mardi après-midi, avec projecteur.", f"{_ICI}.libre.commandes:app"
)
app.differer("occupation", "Combien les salles servent.", f"{_ICI}.taux.commandes:app")
app.differer("planning", "La semaine des salles en grille.", f"{_ICI}.planning.commandes:app")
app.differer(
    "etat",
    "L'état des lieux, à l'entrée et à la sortie ; ce qui a changé.",
    "tiers_lieu_cli.espace.etat.commandes:app",
)
app.differer(
    "entretien",
    "L'entretien : tâches qui reviennent, pannes, contrôles légaux.",
    f"{_ICI}.entretien.commandes:app",
)
