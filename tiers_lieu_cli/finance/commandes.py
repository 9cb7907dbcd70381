"""`tl finance` : la caisse, pour le trésorier seul."""

from __future__ import annotations

from tiers_lieu_cli.noyau.porte import Application

_ICI = "tiers_lieu_cli.finance"

app = Application(
    """La caisse : tarifs, factures, comptes. Pour le trésorier seul.

    Exemples :
        tl finance aujourdhui
        tl finance faits importer faits.json
        tl finance facture brouillon --depuis-faits
        tl finance facture emettre --tout
    """
)
app.differer("aujourdhui", "Ce qui attend le trésorier.", f"{_ICI}.aujourdhui:app")
app.differer("init", "Ouvrir la caisse de ce lieu.", f"{_ICI}.ouverture:init_app")
app.differer("vendeur", "Ce que les factures disent du lieu.", f"{_ICI}.ouverture:vendeur_app")
app.differer("faits", "Ce qui vient des opérations.", f"{_ICI}.faits.commandes:app")
app.differer("tiers", "À qui l'on facture.", f"{_ICI}.tiers.commandes:app")
app.differer("tarif", "Les prix, datés.", f"{_ICI}.tarif.commandes:app")
app.differer("regime", "Les règles de TVA en vigueur, et leur source.", f"{_ICI}.tarif.commandes:regime_app")
app.differer("devis", "Promettre un prix.", f"{_ICI}.piece.devis:app")
app.differer("facture", "Préparer, émettre, suivre.", f"{_ICI}.transmission.commandes:app")
app.differer("note-credit", "Corriger une facture émise.", f"{_ICI}.piece.credits:credit_app")
app.differer("banque", "Relevés, paiements.", f"{_ICI}.banque.commandes:app")
app.differer("caisse", "Les espèces.", f"{_ICI}.especes:app")
app.differer("achat", "Ce qu'on doit.", f"{_ICI}.achats:app")
app.differer("engagement", "Ce que les conventions promettent.", f"{_ICI}.engagements:app")
app.differer("caution", "Attendues, reçues, rendues.", f"{_ICI}.cautions:app")
app.differer("credit", "Heures vendues d'avance.", f"{_ICI}.credit:app")
app.differer("relance", "Ce qui est échu.", f"{_ICI}.relances:relance_app")
app.differer("relancer", "Noter un rappel envoyé.", f"{_ICI}.relances:relancer_app")
app.differer("litige", "Ne plus relancer une facture.", f"{_ICI}.relances:litige_app")
app.differer("budget", "Voté, engagé, réalisé, reste.", f"{_ICI}.budgets:budget_app")
app.differer("voter", "Une ligne de budget votée.", f"{_ICI}.budgets:voter_app")
app.differer("tableau", "La trésorerie qui vient.", f"{_ICI}.tableau:app")
app.differer("cloturer", "Fermer un exercice.", f"{_ICI}.cloture:cloturer_app")
app.differer("conservation", "Jusqu'à quand garder.", f"{_ICI}.cloture:conservation_app")
app.differer("purger", "Effacer ce qui est échu.", f"{_ICI}.cloture:purger_app")
app.differer("livre", "Les écritures d'un exercice.", f"{_ICI}.comptabilite.commandes:livre_app")
app.differer("bilan", "Ce qu'on possède, ce qu'on doit.", f"{_ICI}.comptabilite.commandes:bilan_app")
app.differer("compte-resultat", "Ce qui entre, ce qui coûte.", f"{_ICI}.comptabilite.commandes:resultat_app")
app.differer("dossier", "Le dossier de l'assemblée.", f"{_ICI}.dossier:app")
app.differer("exporter", "Pour le comptable, hledger…", f"{_ICI}.comptabilite.commandes:exporter_app")
app.differer("verifier", "Prouver que rien n'a changé.", f"{_ICI}.verifier:app")
app.differer("retour", "Répondre à l'accueil, sans montant.", f"{_ICI}.retour:app")
app.differer("relier", "Relier la caisse à son moyeu.", f"{_ICI}.partage:relier_app")
app.differer("rejoindre", "Prendre la caisse d'un moyeu.", f"{_ICI}.partage:rejoindre_app")
app.differer("synchroniser", "Mettre en commun ses postes.", f"{_ICI}.partage:synchroniser_app")
app.differer("rgpd", "Les données des tiers : rendre, effacer.", f"{_ICI}.rgpd.commandes:app")
