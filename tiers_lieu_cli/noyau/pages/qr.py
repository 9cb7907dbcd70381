"""Un QR, en SVG."""

from __future__ import annotations

from tiers_lieu_cli.noyau.echecs import Echec


def svg(contenu: str) -> str:
    """Le QR de ce texte ; `Echec` si ce poste n'a pas de quoi le faire."""
    try:
        import segno
    except ImportError:
        raise Echec(
            "Ce poste n'a pas de quoi faire un QR.", "Demander à qui a installé l'outil d'y ajouter « pdf »."
        ) from None
    return str(segno.make_qr(contenu, error="m").svg_inline(scale=4, border=2))
