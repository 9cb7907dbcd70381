"""Les montants : exacts, en texte dans les fichiers, arrondis d'une seule façon.

Un montant est un `Decimal`. Saisi, il s'écrit comme on l'écrit (« 1 234,50 ») ; rangé, il
s'écrit avec un point et entre guillemets ("1234.50") : un nombre nu serait arrondi en route.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

CENTIME = Decimal("0.01")
ZERO = Decimal("0.00")
#: Un prix net tiré d'un prix TTC garde de quoi retrouver la ligne au centime, pour un million d'unités.
PRECISION_D_UN_PRIX = Decimal("0.00000001")
#: Au-delà, c'est une étourderie, et une facture électronique n'en voudrait pas.
PLUS_GRAND = Decimal(100_000_000)
_RANGE = motif(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,8})?", re.ASCII)
_SAISI = motif(r"(-?)(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,12})(?:,(\d{1,8}))?", re.ASCII)


def arrondir(montant: Decimal, pas: Decimal = CENTIME) -> Decimal:
    """Au centime le plus proche ; un demi-centime s'éloigne de zéro, pour un crédit comme pour un débit."""
    arrondi = montant.quantize(pas, ROUND_HALF_UP)
    return arrondi if arrondi else abs(arrondi)


def lire(texte: str, quoi: str) -> Decimal:
    """Un nombre saisi à la française : « 12,50 », « 1 234,5 » ; un point se lirait de deux façons."""
    dit = texte.strip().removesuffix("€").strip()
    trouve = _SAISI.fullmatch(dit)
    if not trouve:
        pourquoi = " : le point se lit de deux façons" if re.fullmatch(r"-?[\d ]+\.\d+", dit) else ""
        raise ErreurUsage(
            f"{quoi} : « {texte[:40]} » n'est pas un nombre{pourquoi}.", "L'écrire avec une virgule : 12,50"
        )
    signe, entier, decimales = trouve.groups()
    return Decimal(f"{signe}{re.sub(r'[^0-9]', '', entier)}.{decimales or '0'}")


def lire_montant(texte: str, quoi: str) -> Decimal:
    """Un montant en euros saisi : deux décimales au plus, et d'une taille raisonnable."""
    montant = lire(texte, quoi)
    if montant != arrondir(montant) or abs(montant) >= PLUS_GRAND:
        raise ErreurUsage(
            f"{quoi} : « {texte[:40]} » n'est pas un montant en euros.", "Écrire par exemple : 12,50"
        )
    return arrondir(montant)


def relire(texte: str, champ: str) -> Decimal:
    """Un nombre rangé dans un fichier, en texte ; `ValueError` sinon."""
    if not _RANGE.fullmatch(texte):
        raise ValueError(f'« {champ} » est un nombre entre guillemets, avec un point : "12.50"')
    return Decimal(texte)


def ranger(nombre: Decimal) -> str:
    """Le nombre tel qu'un fichier l'écrit : « 3.5 », « 12.50 » ; jamais d'exposant."""
    texte = f"{nombre:f}"
    if "." not in texte:
        return texte
    entier, _, decimales = texte.partition(".")
    gardees = decimales.rstrip("0")
    return f"{entier}.{gardees}" if gardees else entier


def ranger_montant(montant: Decimal) -> str:
    """Le montant tel qu'un fichier l'écrit, toujours deux décimales."""
    return f"{arrondir(montant):f}"


def euros(montant: Decimal) -> str:
    """« 1 234,50 € », comme on le lit en Belgique et en France."""
    return f"{nombre(arrondir(montant), 2)}\u00a0€"


def nombre(valeur: Decimal, decimales: int | None = None) -> str:
    """« 1 234,5 » : milliers séparés d'une espace fine, virgule décimale ; « - » devant s'il le faut."""
    texte = f"{valeur:,.{decimales}f}" if decimales is not None else f"{Decimal(ranger(valeur)):,f}"
    return texte.replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")


#: Un mot de code n'a pas d'accent ; ce que le client lit en a.
_ACCENTS = {
    "annee": "année",
    "journee": "journée",
    "matinee": "matinée",
    "soiree": "soirée",
    "nuitee": "nuitée",
    "seance": "séance",
    "piece": "pièce",
    "unite": "unité",
    "metre": "mètre",
    "kilometre": "kilomètre",
    "reservation": "réservation",
    "materiel": "matériel",
    "velo": "vélo",
    "reunion": "réunion",
    "etage": "étage",
    "m2": "m²",
    "m3": "m³",
}


def accentuer(mots: str) -> str:
    """« demi-journee » : « demi-journée » ; un mot qu'on ne connaît pas reste tel quel."""
    return re.sub(r"[a-z0-9]+", lambda mot: _ACCENTS.get(mot[0], mot[0]), mots)
