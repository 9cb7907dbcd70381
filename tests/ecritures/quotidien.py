"""Les écritures du quotidien de l'accueil : passages, heures, habilitations, besoins, offres, liens."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("accueil", "passage", titre),
        ("accueil", "passage", "riverains", "2", "--personne", "@Karim"),
        ("accueil", "depart", "@Karim"),
        ("accueil", "modifier-passage", "--personne", "@Léa"),
        ("accueil", "depart", texte),
        ("accueil", "heures", "noter", "@Karim", "2h", "--activite", texte),
        ("accueil", "heures", "noter", "@Karim", "2h", "--activite", "fixe"),
        ("accueil", "heures", "modifier", "fixe", "--activite", texte),
        ("accueil", "heures", "modifier", "fixe", "--duree", "3h", "--le", "hier"),
        ("accueil", "habilitation", "creer", "@Karim", texte),
        ("accueil", "habilitation", "creer", "@Karim", "fraiseuse"),
        ("accueil", "habilitation", "retirer", "@Karim", "fraiseuse", "--motif", texte),
        *_annonces(titre, texte),
        ("accueil", "bienvenue", "creer", "@Karim", "--referent", "@Léa"),
        ("accueil", "bienvenue", "faite", "@Karim", texte),
        ("accueil", "bienvenue", "faite", "@Karim"),
        ("accueil", "bienvenue", "finir", "@Karim"),
        ("accueil", "suivi", "noter", "@Karim", texte, "--prochain", titre, "--pour", "demain"),
        ("accueil", "suivi", "noter", "@Karim", "Fixe", "--prochain", "Fixe", "--pour", "demain"),
        ("accueil", "suivi", "modifier", "suivi", "--texte", texte, "--prochain", titre),
        ("accueil", "suivi", "modifier", "suivi", "--par", "@Léa"),
        ("accueil", "suivi", "fait", "suivi"),
    ]


def _annonces(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("accueil", "besoin", "creer", titre, "--theme", texte),
        ("accueil", "besoin", "creer", "Besoin fixe", "--personne", "@Karim", "--quand", texte),
        ("accueil", "besoin", "creer", "Besoin fixe", "--personne", "@Karim"),
        ("accueil", "besoin", "modifier", "besoin-fixe", "--texte", titre, "--theme", texte),
        ("accueil", "besoin", "modifier", "besoin-fixe", "--etat", "relie", "--motif", texte),
        ("accueil", "besoin", "modifier", "besoin-fixe", "--etat", "exprime"),
        ("accueil", "offre", "creer", titre, "--theme", texte),
        ("accueil", "offre", "creer", "Offre fixe", "--personne", "@Léa"),
        ("accueil", "offre", "modifier", "offre-fixe", "--texte", titre),
        ("accueil", "offre", "modifier", "offre-fixe", "--etat", "retiree", "--motif", texte),
        ("accueil", "offre", "modifier", "offre-fixe", "--etat", "disponible"),
        ("accueil", "relier", "besoin-fixe", "offre-fixe", "--accord", "@Karim"),
        ("accueil", "lien", "accord", "besoin-fixe", "@Léa"),
        ("accueil", "lien", "suite", "besoin-fixe", "en-cours", "--note", texte),
    ]
