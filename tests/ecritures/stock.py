"""Les écritures du stock : articles, mouvements, objets, prêts."""

from __future__ import annotations


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    article, objet = ("stock", "article"), ("stock", "objet")
    return [
        (*article, "creer", titre, "--unite", "kg"),
        (*article, "creer", "Deux", "--unite", "kg", "--fournisseur", texte, "--place", titre),
        (*article, "creer", "Farine", "--unite", "kg", "--seuil", "1"),
        (*article, "modifier", "farine", "--cible", "3"),
        ("stock", "entrer", "farine", "5", "--perime", "12/12"),
        ("stock", "sortir", "farine", "1"),
        ("stock", "corriger", "farine", "2"),
        ("stock", "compter", "--article", "farine=1", "--oui"),
        (*article, "finir", "farine"),
        (*objet, "creer", titre, "--place", texte),
        (*objet, "creer", "Scie", "--note", texte, "--serie", titre, "--mode-d-emploi", texte),
        (*objet, "creer", "Marteau", "--lot", "2"),
        (*objet, "modifier", "marteau", "--place", "casier 2"),
        ("stock", "reserver", "marteau", "@Karim", "--quand", "demain 10h-12h", "--pour", texte),
        ("stock", "annuler", "marteau"),
        ("stock", "reserver", "scie", "@Karim", "--quand", "demain 10h-12h"),
        ("stock", "annuler", "scie"),
        ("stock", "preter", "marteau", "@Karim", "--jusqua", "demain", "--pour", texte),
        ("stock", "prolonger", "marteau", "--jusqua", "dans 3 jours"),
        ("stock", "rendre", "marteau", "--note", texte),
        ("stock", "preter", "marteau", "@Karim", "--jusqua", "demain", "--combien", "2"),
        ("stock", "rendre", "marteau", "--combien", "1"),
        ("stock", "rendre", "marteau"),
        ("stock", "preter", "marteau", "@Karim", "--jusqua", "demain"),
        ("stock", "rendre", "marteau", "--degat", texte),
        ("stock", "scanner", "@Karim", "--jusqua", "demain"),
        (*objet, "repare", "marteau"),
        ("stock", "preter", "marteau", "@Karim", "--jusqua", "demain"),
        ("stock", "rendre", "marteau", "--perdu"),
        (*objet, "retrouve", "marteau"),
        (*objet, "retirer", "marteau"),
    ]
