"""`tl prog evenement` : le groupe ; chaque verbe n'est chargé que si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

app = Application("Les événements : créer, modifier, tenir, voir.")
for _verbe, _resume, _ou in (
    ("creer", "Ajouter un événement au programme.", "saisir"),
    ("modifier", "Changer un événement ; seul ce qu'on donne change.", "saisir"),
    ("annuler", "Annuler : il reste au programme, et le dit.", "devenir"),
    ("reporter", "Reporter, à une date ou sans date.", "devenir"),
    ("tenir", "Il a eu lieu : combien on fut, et la suite.", "devenir"),
    ("fiche", "Voir un événement.", "voir"),
):
    app.differer(_verbe, _resume, f"tiers_lieu_cli.prog.evenement.{_ou}:{_verbe}_app")
