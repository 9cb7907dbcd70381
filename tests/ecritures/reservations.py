"""Les écritures des réservations : une fois, en série, répondre, fermer, régler."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    reserver = ("espace", "reserver", "cour")
    serie = ("espace", "serie", "creer", "salle-du-rez", "--du", "2026-12-01", "--au", "2026-12-31")
    return [
        (*reserver, "demain 9h-10h", "--objet", titre, "--pour", "@Karim", "--demandeur", "@Léa"),
        ("stock", "objet", "creer", "Projecteur", "--lot", "2"),
        (*reserver, "demain 10h-11h", "--objet", "Ciné", "--pour", "@Karim", "--materiel", "projecteur"),
        (*reserver, "demain 11h-12h", "--objet", "Fixe", "--option", "demain 10h"),
        (*reserver, "demain 11h-12h", "--objet", "Force", "--forcer", "--motif", texte),
        ("espace", "valider", "fixe", "--forcer", "--motif", texte),
        ("espace", "valider", "fixe", "--forcer", "--motif", "convenu"),
        ("espace", "deplacer", "fixe", "demain 9h-10h", "--forcer", "--motif", texte),
        ("espace", "modifier", "fixe", "--objet", titre, "--disposition", texte),
        ("espace", "modifier", "fixe", "--personnes", "4", "--forcer", "--motif", texte),
        ("espace", "modifier", "fixe", "--personnes", "5"),
        ("espace", "absent", "fixe"),
        ("espace", "annuler", "fixe", "--motif", texte),
        (*reserver, "demain 14h-15h", "--objet", "Optionnelle", "--option", "demain 10h"),
        ("espace", "refuser", "optionnelle", "--motif", texte),
        (*serie, "--regle", "chaque mardi 19h-21h", "--objet", titre),
        (*serie, "--regle", "chaque jeudi 19h-21h", "--objet", "Suivie"),
        (*serie, "--regle", "chaque jeudi 19h-21h", "--objet", "Forcee", "--forcer", "--motif", texte),
        ("espace", "annuler", "suivie", "--le", "2026-12-10", "--motif", texte),
        ("espace", "serie", "ajouter", "suivie", "2026-12-10", "--forcer", "--motif", texte),
        ("espace", "serie", "sauter", "suivie", "2026-12-17", "--motif", texte),
        ("espace", "serie", "deplacer", "suivie", "17/12", "--quand", "20h", "--forcer", "--motif", texte),
        ("espace", "serie", "annuler", "suivie", "2026-12-24", "--motif", texte, "--oui"),
        ("espace", "serie", "modifier", "suivie", "--objet", titre, "--pour", "@Karim"),
        ("espace", "serie", "depuis", "suivie", "2026-12-10", "--objet", texte, "--forcer", "--motif", texte),
        ("espace", "fermer", "cour", "--du", "2026-12-20", "--au", "2026-12-24", "--motif", texte),
        ("espace", "fermer", "cour", "--du", "2026-12-20", "--au", "2026-12-24", "--motif", "travaux"),
        ("espace", "rouvrir", "cour", "--du", "2026-12-22"),
        ("espace", "periode", titre, "--du", "2026-12-21", "--quoi", texte),
        ("espace", "periode", "feries", "--annee", "2027"),
        ("espace", "horaires", "lun-ven 9h-18h", "--saison", titre, "--du", "1/7", "--au", "31/8"),
        ("espace", "regle", "creer", "dite", "--habilitation", texte),
        ("espace", "regle", "creer", "fixe", "--moderation"),
        ("espace", "regle", "modifier", "fixe", "--habilitation", titre),
        ("espace", "regle", "retirer", "fixe"),
        ("espace", "salle", "modifier", "cour", "--nom", titre, "--consignes", texte),
        ("espace", "salle", "modifier", "cour", "--equipement", texte, "--disposition", f"{titre}:12"),
    ]
