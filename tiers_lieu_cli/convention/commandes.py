"""`tl convention` : ce qui lie la maison. Chaque chose n'est importée que si on l'appelle."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

_ICI = "tiers_lieu_cli.convention"
_CONVENTION = f"{_ICI}.convention"

app = Application("Ce qui lie la maison : partenaires, conventions, échéances, documents.")
app.differer("partenaire", "Avec qui la maison s'engage.", f"{_ICI}.partenaire.commandes:app")
app.differer("creer", "Écrire une convention, d'un modèle.", f"{_CONVENTION}.ecrire:creer_app")
app.differer("modifier", "Corriger ce qu'on en sait.", f"{_CONVENTION}.ecrire:modifier_app")
app.differer(
    "avenant", "Changer ce qui est signé, par une version de plus.", f"{_CONVENTION}.ecrire:avenant_app"
)
app.differer("signer", "Noter qu'elle est signée.", f"{_CONVENTION}.suivre:signer_app")
app.differer("decider", "Dire ce qu'on fait d'un terme qui vient.", f"{_CONVENTION}.suivre:decider_app")
app.differer("avis", "Noter l'avis de reconduction reçu.", f"{_CONVENTION}.suivre:avis_app")
app.differer("resilier", "Y mettre fin.", f"{_CONVENTION}.suivre:resilier_app")
app.differer("liste", "Ce qui court, et avec qui.", f"{_CONVENTION}.voir:liste_app")
app.differer("fiche", "Une convention, ses trois dates, ses versions.", f"{_CONVENTION}.voir:fiche_app")
app.differer("texte", "La relire, l'imprimer.", f"{_CONVENTION}.voir:texte_app")
app.differer("engagement", "Ce que chacun a promis, et ce qui est tenu.", f"{_ICI}.engagement.commandes:app")
app.differer("bilan", "Les deux côtés d'un partenaire, sur une page.", f"{_ICI}.engagement.bilan:app")
app.differer("document", "Le coffre : ranger, retrouver, ouvrir.", f"{_ICI}.document.commandes:app")
app.differer("echeances", "Ce qu'il faut décider, et d'ici quand.", f"{_CONVENTION}.echeances:echeances_app")
app.differer("ical", "Les échéances en agenda, pour l'équipe.", f"{_CONVENTION}.echeances:ical_app")
