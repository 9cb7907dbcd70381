"""Le texte libre : une ligne propre, ou un refus qui dit pourquoi."""

from __future__ import annotations

from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Une ligne se lit d'un coup d'œil.
LONGUEUR_MAXIMALE = 200


def ligne(texte: str, quoi: str, *, vide: bool = False) -> str:
    """Le texte sur une ligne, sans blancs inutiles ; `ErreurUsage` s'il est vide, long ou illisible.

    `quoi` le nomme (« Le titre ») ; `vide` : rien du tout est permis.
    """
    propre = " ".join(texte.split())
    lisible = all(c.isprintable() or c == "\u200d" for c in propre)
    if not (propre or vide) or len(propre) > LONGUEUR_MAXIMALE or not lisible:
        raise ErreurUsage(
            f"{quoi} tient sur une ligne, de 1 à {LONGUEUR_MAXIMALE} caractères visibles.",
            "Le redire plus court ; le détail va dans --note ou au journal.",
        )
    return propre
