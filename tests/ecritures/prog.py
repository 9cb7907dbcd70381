"""Les écritures du programme : événements, inscriptions, idées, services."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    creer = ("prog", "evenement", "creer", titre, "--quand", "demain 9h-10h")
    serie = ("prog", "serie", "creer")
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12")
    return [
        ("prog", "reseau", "creer", titre, "https://exemple.be/agenda.ics"),
        ("prog", "reseau", "creer", "Fablab", "https://exemple.be/agenda.ics"),
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
        ("prog", "annoncer", "fixe", "affiche", "--preuve", texte),
        ("prog", "annoncer", "fixe", "presse", "--preuve", "Vu", "--par", "@Karim"),
        ("prog", "plan"),
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
        *_formations(titre, texte),
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
        ("prog", "service", "essai", "pret-d-outils", "--motif", texte),
        ("prog", "service", "essai", "pret-d-outils"),
        ("prog", "service", "perenniser", "pret-d-outils", "--motif", texte),
        ("prog", "service", "finir", "pret-d-outils", "--motif", texte),
    ]


def _formations(titre: str, texte: str) -> list[tuple[str, ...]]:
    seance = ("prog", "evenement", "creer", "Leçon", "--quand")
    return [
        (*seance, "demain 18h-20h"),
        (*seance, "23 novembre 2026 18h-20h"),
        ("prog", "formation", "creer", titre, "--description", texte, "--theme", texte),
        (
            "prog",
            "formation",
            "creer",
            "Le tour",
            "--seance",
            "2026-11-23-lecon",
            "--seance",
            "2026-11-25-lecon",
        ),
        ("prog", "formation", "modifier", "le-tour", "--titre", titre, "--description", texte),
        ("prog", "formation", "modifier", "le-tour", "--habilite", texte, "--vaut", "2 ans"),
        ("prog", "formation", "modifier", "le-tour", "--habilite", "tour", "--enseigne", "@Karim"),
        ("prog", "formation", "modifier", "le-tour", "--seance", "2026-11-25-lecon"),
        ("prog", "formation", "inscrire", "le-tour", "@Karim"),
        ("prog", "formation", "modifier", "le-tour", "--seance", "2026-11-23-lecon"),
        ("prog", "emarger", "2026-11-23-lecon", "@Karim"),
        ("prog", "formation", "habiliter", "le-tour", "@Karim"),
        ("accueil", "suivi", "noter", "@Karim", texte, "--formation", "le-tour"),
        ("prog", "formation", "creer", "Finie"),
        ("prog", "formation", "finir", "finie", "--motif", texte),
    ]
