"""Ce qui relie un paiement à sa pièce : la communication structurée, la référence RF, le QR bancaire."""

from __future__ import annotations

import re
from decimal import Decimal

from tiers_lieu_cli.finance.montants import CENTIME, arrondir
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif

_OGM = motif(r"\d{12}", re.ASCII)
#: Comme les gens la recopient : avec ou sans signes, au milieu d'une phrase.
_ECRITE = motif(r"(?<!\d)(\d{3})[ /.]{0,2}(\d{4})[ /.]{0,2}(\d{5})(?!\d)", re.ASCII)


def cle_ogm(base: int) -> int:
    """La clé d'une communication structurée : le reste par 97, et 97 quand il est nul."""
    return base % 97 or 97


def ogm(annee: int, rang: int) -> str:
    """Les douze chiffres d'une pièce : l'année, son rang sur six, la clé."""
    if not (1000 <= annee <= 9999 and 1 <= rang <= 999_999):
        raise ValueError(
            "une communication structurée a une année de quatre chiffres et un rang de six au plus"
        )
    base = annee * 1_000_000 + rang
    return f"{base:010}{cle_ogm(base):02}"


def ogm_valide(chiffres: str) -> bool:
    """Ces douze chiffres sont-ils une communication structurée ?"""
    return bool(_OGM.fullmatch(chiffres)) and int(chiffres[10:]) == cle_ogm(int(chiffres[:10]))


def montrer_ogm(chiffres: str) -> str:
    """« +++202/6000/00192+++ », comme les Belges la lisent."""
    return f"+++{chiffres[:3]}/{chiffres[3:7]}/{chiffres[7:]}+++"


def lire_ogm(texte: str) -> str:
    """Les douze chiffres d'une communication « +++202/6000/00192+++ » ; vide si elle n'est pas bonne."""
    trouvees = ("".join(trouve.groups()) for trouve in _ECRITE.finditer(texte))
    return next((chiffres for chiffres in trouvees if ogm_valide(chiffres)), "")


def rf(numero: str) -> str:
    """La référence de créancier d'une pièce (ISO 11649) : RF, deux chiffres de contrôle, le numéro."""
    base = re.sub(r"[^0-9A-Z]", "", numero.upper())
    chiffres = "".join(str(int(c, 36)) for c in f"{base}RF00")
    return f"RF{98 - int(chiffres) % 97:02}{base}"


def communication(pays: str, annee: int, rang: int, numero: str) -> str:
    """Ce que le client écrit en payant : structurée en Belgique, référence RF ailleurs."""
    return ogm(annee, rang) if pays == "BE" else rf(numero)


def montrer(dite: str) -> str:
    """La communication telle qu'on la lit sur la facture."""
    return montrer_ogm(dite) if ogm_valide(dite) else " ".join(re.findall(".{1,4}", dite))


def qr(nom: str, iban: str, montant: Decimal, dite: str, *, structuree: bool = True) -> str:
    """Le QR qu'une application bancaire lit (EPC069-12), en SVG.

    segno ne regarde ni l'IBAN ni les décimales : on le fait avant lui.
    """
    compte = verifier_iban(iban)
    if montant != arrondir(montant) or not CENTIME <= montant <= Decimal("999999999.99"):
        raise Echec(f"Un QR de paiement demande de 0,01 € à 999 999 999,99 €, non {montant} €.", "")
    import io

    from segno import helpers

    quoi = {"reference": dite} if structuree else {"text": montrer(dite)}
    code = helpers.make_epc_qr(
        name=nom[:70], iban=compte, amount=montant.quantize(CENTIME), encoding="UTF-8", **quoi
    )
    flux = io.BytesIO()
    code.save(flux, kind="svg", scale=4, border=4)
    return flux.getvalue().decode()


def verifier_iban(iban: str) -> str:
    """L'IBAN sans blancs ; `Echec` s'il n'en est pas un."""
    from stdnum import iban as ibans
    from stdnum.exceptions import ValidationError

    try:
        return str(ibans.validate(iban, check_country=False))
    except ValidationError:
        raise Echec(f"« {iban[:40]} » n'est pas un IBAN.", "Le recopier de l'extrait de compte.") from None


def montrer_iban(iban: str) -> str:
    """« BE71 0961 2345 6769 »."""
    return " ".join(re.findall(".{1,4}", iban))
