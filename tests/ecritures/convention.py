"""Les écritures des conventions : partenaires, textes, signatures, décisions."""

from __future__ import annotations

from pathlib import Path

_FICHIER = str(Path(__file__).parents[2] / "README.md")


def commandes(titre: str, texte: str) -> list[tuple[str, ...]]:
    convention, partenaire = ("convention",), ("convention", "partenaire")
    avec = ("--avec", "comite", "--du", "1/1/2027", "--au", "31/12/2027")
    return [
        (*partenaire, "creer", titre, "--note", texte),
        (*partenaire, "creer", "Comité", "--sorte", "citoyen"),
        (*partenaire, "modifier", "comite", "--sorte", "public"),
        (*convention, "creer", "--modele", "occupation", *avec, "--objet", titre, "--forme", texte),
        (*convention, "creer", "--modele", "bail", *avec, "--objet", "Les murs", "--reconduction", "1 an"),
        (*convention, "creer", "--modele", "partenariat", *avec, "--objet", "Le jardin"),
        (*convention, "modifier", "murs", "--preavis", "3 mois"),
        (*convention, "engagement", "creer", "jardin", titre, "--note", texte),
        (*convention, "engagement", "creer", "jardin", "Arroser", "--pour", "1/6/2027"),
        (*convention, "engagement", "renegocier", "arroser", "--pour", "1/7/2027", "--motif", texte),
        (*convention, "engagement", "tenir", "arroser", "--note", texte),
        (*convention, "engagement", "creer", "jardin", "Tailler"),
        (*convention, "engagement", "abandonner", "tailler", "--note", texte),
        (*convention, "signer", "jardin", "--note", texte),
        (*convention, "signer", "murs"),
        (*convention, "decider", "murs", "renegocier"),
        (*convention, "avis", "murs"),
        (*convention, "avenant", "murs", titre),
        (*convention, "resilier", "murs"),
        (*convention, "document", "creer", _FICHIER, "--titre", titre, "--etiquette", texte),
        (*convention, "document", "creer", _FICHIER, "--titre", "Plan"),
        (*convention, "document", "detruire", "plan", "--motif", texte, "--oui"),
    ]
