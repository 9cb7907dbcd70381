"""Les écritures du programme : événements, inscriptions, idées, services."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    creer = ("prog", "evenement", "creer", titre, "--quand", "demain 9h-10h")
    serie = ("prog", "serie", "creer")
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12")
    return [
        ("prog", "reseau", "ajouter", titre, "https://exemple.be/agenda.ics"),
        ("prog", "reseau", "ajouter", "Fablab", "https://exemple.be/agenda.ics"),
        ("prog", "reseau", "lire", "fablab"),
        ("prog", "reseau", "modifier", "fablab", "--nom", titre),
        ("prog", "reseau", "retirer", "fablab", "--oui"),
        (*serie, titre, *regle, "--ailleurs", texte, "--porteur", "@Karim"),
        (*serie, "Autre", *regle, "--description", texte, "--etiquette", texte),
        (*serie, "Revient", *regle),
        ("prog", "serie", "modifier", "revient", "--titre", titre, "--description", texte),
        ("prog", "serie", "sauter", "revient", "8/12", "--motif", texte),
        ("prog", "serie", "ajouter", "revient", "8/12"),
        ("prog", "serie", "deplacer", "revient", "15/12", "--quand", "mercredi 20h", "--motif", texte),
        ("prog", "serie", "annuler", "revient", "22/12", "--motif", texte, "--oui"),
        ("prog", "serie", "depuis", "revient", "12/1", "--titre", titre, "--description", texte),
        (*creer, "--description", texte),
        (*creer, "--ailleurs", texte, "--porteur", "@Karim"),
        (*creer, "--etiquette", texte),
        ("prog", "evenement", "creer", "Fixe", "--quand", "demain 9h-10h"),
        ("prog", "evenement", "creer", titre, "--quand", "demain 9h-10h", "--montage", "30min"),
        ("prog", "evenement", "modifier", "fixe", "--titre", titre, "--description", texte),
        ("prog", "evenement", "modifier", "fixe", "--langue", texte, "--acces", texte, "--capacite", "2"),
        ("prog", "evenement", "reporter", "fixe", "--motif", texte),
        ("prog", "evenement", "annuler", "fixe", "--motif", texte, "--oui"),
        ("prog", "evenement", "creer", "Passé", "--quand", "23 novembre 2026 9h-10h"),
        ("prog", "evenement", "tenir", "passe", "--suite", texte),
        ("prog", "inscrire", "passe", "--personne", "@Karim", "--note", texte),
        ("prog", "inscrire", "passe", "--personne", "@Karim", "--responsable", "@Léa"),
        ("prog", "inscrire", "passe", "--groupe", "5", "--note", texte),
        ("prog", "desinscrire", "passe", "--personne", "@Karim"),
        ("prog", "emarger", "passe", "@Léa", "--sur-place", "2", "--public", "riverains"),
        ("prog", "equipe", "creneaux", "passe", "--role", texte),
        ("prog", "equipe", "creneaux", "passe", "--role", "bar"),
        ("prog", "equipe", "inscrire", "passe", "--role", "bar", "--personne", "@Karim"),
        ("prog", "equipe", "inscrire", "passe", "--role", texte, "--personne", "@Karim"),
        ("prog", "equipe", "retirer", "passe", "--role", "bar", "--personne", "@Karim"),
        *_idees(titre, texte),
        *_services(titre, texte),
    ]


def _idees(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("prog", "proposer", texte, "--de", "@Karim"),
        ("prog", "proposer", "Une idée fixe", "--de", "@Karim"),
        ("prog", "soutenir", "idee-fixe", "--personne", "@Karim"),
        ("prog", "decliner", "idee-fixe", "--reponse", texte),
        ("prog", "decliner", "idee-fixe", "--reponse", "non"),
        ("prog", "repondu", "idee-fixe"),
        ("prog", "proposer", "Encore une"),
        ("prog", "accepter", "encore", "--quand", "demain 9h-10h", "--titre", titre, "--reponse", texte),
        ("prog", "accepter", "encore", "--quand", "demain 9h-10h", "--ailleurs", texte),
    ]


def _services(titre: str, texte: str) -> list[tuple[str, ...]]:
    return [
        ("prog", "service", "creer", titre, "--description", texte),
        ("prog", "service", "creer", "Prêt d'outils", "--responsable", "@Karim"),
        ("prog", "service", "essai", "pret-d-outils", "--raison", texte),
        ("prog", "service", "essai", "pret-d-outils"),
        ("prog", "service", "perenniser", "pret-d-outils", "--raison", texte),
        ("prog", "service", "arreter", "pret-d-outils", "--raison", texte),
    ]
