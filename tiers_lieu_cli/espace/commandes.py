"""`tl espace` : les salles et ce qui s'y passe. Chaque chose n'est importée que si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

_ICI = "tiers_lieu_cli.espace"

app = Application("Les salles du lieu : réserver, fermer, ouvrir.")
app.differer("salle", "Les salles : en ajouter, les voir.", f"{_ICI}.salle.commandes:app")
app.differer("reserver", "Réserver une salle.", f"{_ICI}.reservation.reserver:app")
app.differer("serie", "Les réservations à dates répétées.", f"{_ICI}.serie.commandes:app")
app.differer("fiche", "Voir une réservation ou une série.", f"{_ICI}.promesse.fiche:app")
app.differer("demandes", "Ce qui attend une réponse, ou une place.", f"{_ICI}.promesse.demandes:app")
app.differer("valider", "Promettre une demande, une option.", f"{_ICI}.promesse.repondre:valider_app")
app.differer("refuser", "Refuser une demande, et dire pourquoi.", f"{_ICI}.promesse.repondre:refuser_app")
app.differer("modifier", "Changer l'objet, le nombre, pour qui.", f"{_ICI}.promesse.modifier:app")
app.differer("deplacer", "Changer le moment ou la salle.", f"{_ICI}.promesse.deplacer:app")
app.differer("annuler", "Annuler une réservation, une série, une date.", f"{_ICI}.promesse.annuler:app")
app.differer("absent", "Noter qu'on ne les a pas vus.", f"{_ICI}.promesse.repondre:absent_app")
app.differer("fermer", "Fermer une salle, ou tout le lieu.", f"{_ICI}.fermeture.fermer:app")
app.differer("rouvrir", "Rouvrir, en tout ou en partie.", f"{_ICI}.fermeture.rouvrir:app")
app.differer("replacer", "Prendre une proposition, par son numéro.", "tiers_lieu_cli.ensemble.replacer:app")
app.differer("horaires", "Les heures d'ouverture, par saison.", f"{_ICI}.horaires.commandes:horaires_app")
app.differer("periode", "Les périodes nommées : vacances, fériés.", f"{_ICI}.horaires.periodes:app")
app.differer("regle", "Qui peut réserver, combien, dans quels délais.", f"{_ICI}.regle.commandes:app")
app.differer("jour", "La feuille du jour : salles prises, montages, clés.", f"{_ICI}.planning.jour:app")
app.differer(
    "libre", "Une salle pour douze, mardi après-midi, avec projecteur.", f"{_ICI}.libre.commandes:app"
)
app.differer("occupation", "Combien les salles servent.", f"{_ICI}.taux.commandes:app")
app.differer("planning", "La semaine des salles en grille.", f"{_ICI}.planning.commandes:app")
app.differer("cle", "Les clés, badges et codes : ce qu'ils ouvrent, qui les a.", f"{_ICI}.cle.commandes:app")
app.differer(
    "etat",
    "L'état des lieux, à l'entrée et à la sortie ; ce qui a changé.",
    f"{_ICI}.etat.commandes:app",
)
app.differer(
    "entretien",
    "L'entretien : tâches qui reviennent, pannes, contrôles légaux.",
    f"{_ICI}.entretien.commandes:app",
)
app.differer("importer", "Importer des réservations (CSV, ICS).", f"{_ICI}.echange.importer:app")
app.differer("exporter", "Exporter les réservations (CSV, ICS).", f"{_ICI}.echange.exporter:app")
app.differer("flux", "Un agenda par salle.", f"{_ICI}.echange.flux:app")
