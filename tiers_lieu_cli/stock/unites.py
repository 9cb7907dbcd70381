"""Les quantités comme on les dit : « 4,85 », « 1 234 », « 500 g », « 2 boîtes de 12 ». Pur."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.texte import pluriel, sans_accent

#: Une quantité plus fine ou plus grande est une faute de frappe.
DECIMALES = 3
MAXIMUM = Decimal(1_000_000)
#: D'une même grandeur, ce que vaut chaque unité (Système international).
_GRANDEURS: tuple[dict[str, Decimal], ...] = (
    {"kg": Decimal(1), "g": Decimal("0.001"), "mg": Decimal("0.000001")},
    {"l": Decimal(1), "dl": Decimal("0.1"), "cl": Decimal("0.01"), "ml": Decimal("0.001")},
    {"m": Decimal(1), "cm": Decimal("0.01"), "mm": Decimal("0.001")},
)
_AUTREMENT = {
    "kilo": "kg",
    "kilos": "kg",
    "gramme": "g",
    "grammes": "g",
    "litre": "l",
    "litres": "l",
    "metre": "m",
    "metres": "m",
    "piece": "pièce",
    "pieces": "pièce",
    "pcs": "pièce",
}
_DITE = r"(?P<signe>[-−+]?)\s*(?P<nombre>[0-9][0-9 \u00a0\u202f]*(?:[,.][0-9]+)?)\s*(?P<unite>[^0-9,.+-].*)?"
_PAR = r"(?P<nom>.+?) de (?P<combien>[0-9][0-9 ,.]*)(?P<unite>\s*\S+)?"


class QuantiteIncomprise(ErreurUsage):
    """Ce n'est pas une quantité de cet article."""

    def __init__(self, dit: str, unite: str, pourquoi: str = "") -> None:
        super().__init__(
            f"« {dit} » n'est pas une quantité en {unite}{f' : {pourquoi}' if pourquoi else ''}.",
            f"Écrire par exemple : 4,85 ou « 3 {unite} ».",
        )


class Conditionnement(msgspec.Struct, frozen=True):
    """Ce qu'on achète d'un bloc : « boîte de 12 » contient 12 unités de l'article."""

    nom: str
    contient: Decimal

    @classmethod
    def lire(cls, dit: str, unite: str) -> Conditionnement:
        """« boîte de 12 », « sac de 500 g » ; `ErreurUsage` si ce n'en est pas un."""
        trouve = re.fullmatch(_PAR, " ".join(dit.split()))
        if not trouve:
            raise ErreurUsage(
                f"« {dit} » n'est pas un conditionnement.",
                "Écrire par exemple : « boîte de 12 », « sac de 5 kg ».",
            )
        contient = lire(f"{trouve['combien']}{trouve['unite'] or ''}", unite)
        if contient <= 0:
            raise ErreurUsage(f"« {dit} » ne contient rien.", "Écrire combien il y en a dedans.")
        return cls(trouve["nom"], contient)

    def combien_pour(self, manque: Decimal) -> int:
        """Combien en acheter pour avoir au moins ce qui manque : on n'achète pas une demi-boîte."""
        return int((manque / self.contient).to_integral_value(ROUND_CEILING))


def nommer(unite: str) -> str:
    """L'unité sous son nom usuel : « Kilos » → « kg », « pieces » → « pièce »."""
    dite = " ".join(unite.split())
    plate = sans_accent(dite)
    return _AUTREMENT.get(plate, plate if any(plate in g for g in _GRANDEURS) else dite.lower())


def lire(dit: str, unite: str, achat: Conditionnement | None = None) -> Decimal:
    """La quantité dite, en unités de l'article ; une autre unité est convertie, ou refusée."""
    trouve = re.fullmatch(_DITE, dit.strip())
    if not trouve:
        raise QuantiteIncomprise(dit, unite)
    nombre = Decimal(re.sub(r"[ \u00a0\u202f]", "", trouve["nombre"]).replace(",", "."))
    if trouve["signe"] in ("-", "−"):
        nombre = -nombre
    valeur = nombre * facteur(dit, (trouve["unite"] or "").strip(), unite, achat)
    if abs(valeur) > MAXIMUM:
        raise QuantiteIncomprise(dit, unite, "c'est trop grand pour être vrai")
    if valeur != round(valeur, DECIMALES):
        raise QuantiteIncomprise(dit, unite, f"{DECIMALES} décimales au plus")
    return valeur


def facteur(dit: str, de: str, vers: str, achat: Conditionnement | None) -> Decimal:
    """Combien d'unités de l'article vaut une unité dite ; vide : la sienne."""
    voulue, dite = nommer(vers), nommer(de)
    if not de or dite == voulue or _singulier(dite) == _singulier(voulue):
        return Decimal(1)
    for grandeur in _GRANDEURS:
        if dite in grandeur and voulue in grandeur:
            return grandeur[dite] / grandeur[voulue]
    noms = {_singulier(achat.nom), _singulier(f"{achat.nom} de {dire(achat.contient)}")} if achat else set()
    if achat and (_singulier(dite) in noms or _singulier(dite.partition(" de ")[0]) in noms):
        return achat.contient
    autre = f", ni en {achat.nom} de {dire(achat.contient)}" if achat else ""
    raise QuantiteIncomprise(dit, vers, f"« {de} » ne se convertit pas{autre}")


def convertir(quantite: Decimal, de: str, vers: str) -> Decimal:
    """La même quantité dans une autre unité de même grandeur ; `ErreurUsage` s'il n'y en a pas."""
    return quantite * facteur(dire(quantite), de, vers, None)


def dire(quantite: Decimal, unite: str = "") -> str:
    """« 4,85 kg », « 1 234 », « 3 pièces »."""
    nombre = f"{quantite.normalize():,f}".replace(",", "\u202f").replace(".", ",")
    if not unite:
        return nombre
    mesure = any(unite in grandeur for grandeur in _GRANDEURS)
    if mesure or abs(quantite) < 2:
        return f"{nombre} {unite}"
    premier, espace, reste = unite.partition(" ")
    return f"{nombre} {pluriel(premier)}{espace}{reste}"


def _singulier(mot: str) -> str:
    premier, espace, reste = sans_accent(mot).partition(" ")
    return f"{premier.rstrip('sx')}{espace}{reste}"
