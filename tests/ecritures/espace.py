"""Les écritures de l'espace : salles, clés, entretien."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    cle = ("espace", "cle")
    entretien = ("espace", "entretien")
    return [
        ("espace", "salle", "creer", "neuve", "--nom", titre, "--equipement", texte),
        (*cle, "creer", "dite", "--nom", titre),
        (*cle, "creer", "autre", "--aussi", texte),
        (*cle, "creer", "rangee", "--rangee", texte),
        (*cle, "creer", "fixe", "--ouvre", "cour", "--exemplaires", "5"),
        (*cle, "remettre", "fixe", "--a", "@Karim", "--pour", texte),
        (*cle, "remettre", "fixe", "--societe", titre),
        (*cle, "remettre", "fixe", "--societe", "Nettoyage Meuse"),
        (*cle, "rendre", "fixe", "--societe", "Nettoyage Meuse", "--remarque", texte),
        (*cle, "rendre", "fixe", "--societe", "Nettoyage Meuse"),
        (*cle, "perdue", "fixe", "--remarque", texte),
        (*cle, "perdue", "fixe"),
        (*entretien, "tache", titre, "--tous-les", "3 mois", "--note", texte),
        (*entretien, "tache", "Balayer", "--prestataire", texte),
        (*entretien, "tache", "Purger", "--tous-les", "1 an"),
        (*entretien, "panne", titre, "--salle", "cour"),
        (*entretien, "panne", "Four", "--note", texte, "--prestataire", titre),
        (*entretien, "fait", "purger", "--note", texte),
        (*entretien, "fait", "purger", "--prestataire", titre, "--par", "@Karim"),
    ]
