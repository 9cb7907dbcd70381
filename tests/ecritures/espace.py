"""Les écritures de l'espace : salles, clés, états des lieux, entretien."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    cle = ("espace", "cle")
    entretien = ("espace", "entretien")
    etat = ("espace", "etat")
    return [
        ("lieu", "--adresse", texte, "--nom", titre, "--commune", texte),
        ("espace", "salle", "creer", "neuve", "--nom", titre, "--equipement", texte),
        (*cle, "creer", "dite", "--nom", titre),
        (*cle, "creer", "autre", "--aussi", texte),
        (*cle, "creer", "rangee", "--rangee", texte),
        (*cle, "creer", "fixe", "--ouvre", "cour", "--exemplaires", "5"),
        (*cle, "remettre", "fixe", "--a", "@Karim", "--pour", texte),
        (*cle, "remettre", "fixe", "--societe", titre),
        (*cle, "remettre", "fixe", "--societe", "Nettoyage Meuse"),
        (*cle, "rendre", "fixe", "--societe", "Nettoyage Meuse", "--note", texte),
        (*cle, "rendre", "fixe", "--societe", "Nettoyage Meuse"),
        (*cle, "perdue", "fixe", "--note", texte),
        (*cle, "perdue", "fixe"),
        (*cle, "modifier", "fixe", "--nom", titre, "--rangee", texte),
        (*cle, "modifier", "rangee", "--aussi", texte),
        (*cle, "modifier", "fixe", "--exemplaires", "6"),
        (*cle, "creer", "vieille"),
        (*cle, "retirer", "vieille"),
        ("espace", "salle", "creer", "ancienne", "--nom", "Ancienne"),
        ("espace", "salle", "retirer", "ancienne", "--motif", texte),
        (*etat, "entree", "cour", "--point", texte, "--note", titre),
        (*etat, "entree", "cour", "--point", f"{titre}: bon"),
        (*etat, "entree", "cour", "--point", f"porte: bonne, {texte}"),
        (*etat, "sortie", "cour", "--rien-a-signaler", "--note", texte),
        (*etat, "sortie", "cour", "--point", f"porte: abîmée, {titre}"),
        (*etat, "sortie", "cour", "--point", "porte: abîmée", "--avec", "@Karim"),
        (*entretien, "creer", titre, "--tous-les", "3 mois", "--note", texte),
        (*entretien, "creer", "Balayer", "--prestataire", texte),
        (*entretien, "creer", "Purger", "--tous-les", "1 an"),
        (*entretien, "panne", titre, "--salle", "cour"),
        (*entretien, "panne", "Four", "--note", texte, "--prestataire", titre),
        (*entretien, "modifier", "purger", "--titre", titre, "--note", texte),
        (*entretien, "modifier", "purger", "--prestataire", texte),
        (*entretien, "modifier", "purger", "--pour", "demain"),
        (*entretien, "fait", "purger", "--note", texte),
        (*entretien, "fait", "purger", "--prestataire", titre, "--par", "@Karim"),
    ]
