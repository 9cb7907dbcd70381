"""`tl stock` : ce qui se consomme et ce qui se prête. Chaque chose n'est importée que si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

_ARTICLE = "tiers_lieu_cli.stock.article"
_OBJET = "tiers_lieu_cli.stock.objet"

app = Application("Le stock : ce qui se consomme, ce qui se prête.")
app.differer("article", "Ce qui se consomme : en ouvrir un, le voir.", f"{_ARTICLE}.commandes:app")
app.differer("entrer", "Noter ce qui entre.", f"{_ARTICLE}.mouvements:entrer_app")
app.differer("sortir", "Noter ce qui sort.", f"{_ARTICLE}.mouvements:sortir_app")
app.differer("corriger", "Dire ce qu'il y a vraiment.", f"{_ARTICLE}.mouvements:corriger_app")
app.differer("niveau", "Ce qu'il reste.", f"{_ARTICLE}.niveaux:niveau_app")
app.differer("courses", "Ce qu'il faut acheter, par fournisseur.", f"{_ARTICLE}.niveaux:courses_app")
app.differer("perimes", "Ce qui périme bientôt.", f"{_ARTICLE}.niveaux:perimes_app")
app.differer("inventaire", "La feuille pour compter, par place.", f"{_ARTICLE}.inventaire:app")
app.differer(
    "compter", "Rentrer ce qui fut compté ; les écarts s'expliquent.", f"{_ARTICLE}.inventaire:compter_app"
)
app.differer("objet", "Ce qui se prête : en ajouter, le voir.", f"{_OBJET}.commandes:app")
app.differer("reserver", "Retenir un objet pour quelqu'un.", f"{_OBJET}.preter:reserver_app")
app.differer("preter", "Remettre un ou plusieurs objets.", f"{_OBJET}.preter:preter_app")
app.differer("rendre", "Noter qu'un objet est revenu.", f"{_OBJET}.rendre:rendre_app")
app.differer(
    "prolonger", "Garder un objet plus longtemps, si personne ne l'attend.", f"{_OBJET}.preter:prolonger_app"
)
app.differer("annuler", "Annuler une réservation d'objet.", f"{_OBJET}.rendre:annuler_app")
app.differer("prets", "Ce qui est dehors, en retard d'abord.", f"{_OBJET}.commandes:prets_app")
app.differer("etiquettes", "Des étiquettes à coller, avec leur QR.", f"{_OBJET}.etiquettes:app")
app.differer("scanner", "Prêter et rendre au lecteur de codes.", f"{_OBJET}.scanner:app")
