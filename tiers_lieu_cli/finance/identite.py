"""Qui achète : ce qu'une facture doit en dire, et ce qu'un numéro doit être pour être vrai."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

_COURRIEL = motif(r"[^\s@]{1,64}@[^\s@]{1,190}", re.ASCII)
#: L'annuaire où l'adresse Peppol d'un numéro d'entreprise se cherche (code EAS).
EAS_BCE = "0208"
EAS_SIREN = "0002"
EAS_COURRIEL = "EM"
_ANNUAIRES = {"BE": EAS_BCE, "FR": EAS_SIREN}


class Identite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Ce qu'on sait de qui achète (ou vend), pour lui faire une facture.

    `numero` : numéro d'entreprise (BE), SIREN ou SIRET (FR) ; `tva` : numéro de TVA, préfixe compris ;
    `peppol` : une adresse « annuaire:numéro » quand ce n'est pas le numéro d'entreprise ; `iban` : pour
    rendre de l'argent.
    """

    nom: str
    forme: str = ""
    rue: str = ""
    complement: str = ""
    code_postal: str = ""
    ville: str = ""
    pays: str = "BE"
    numero: str = ""
    tva: str = ""
    courriel: str = ""
    telephone: str = ""
    peppol: str = ""
    iban: str = ""

    @property
    def adresse_electronique(self) -> tuple[str, str]:
        """(annuaire, adresse) où lui envoyer une facture électronique ; deux vides s'il n'en a pas."""
        if self.peppol:
            annuaire, _, adresse = self.peppol.partition(":")
            return annuaire, adresse
        if self.annuaire and self.immatriculation:
            return self.annuaire, self.immatriculation
        return (EAS_COURRIEL, self.courriel) if self.courriel else ("", "")

    @property
    def annuaire(self) -> str:
        """Le code (EAS, ISO 6523) du registre de son pays ; vide si l'on ne le connaît pas."""
        return _ANNUAIRES.get(self.pays, "")

    @property
    def immatriculation(self) -> str:
        """Son numéro au registre, BCE ou SIREN : celui qu'on a dit, ou celui que contient son numéro de TVA.

        Un numéro de TVA belge est « BE » et le numéro d'entreprise ; un français, « FR », une clé de deux
        caractères et le SIREN.
        """
        if self.pays == "FR":
            return self.numero[:9] or (self.tva[4:] if self.tva.startswith("FR") else "")
        if self.pays == "BE":
            return self.numero or (self.tva[2:] if self.tva.startswith("BE") else "")
        return self.numero

    @property
    def lieu(self) -> str:
        """« 4000 Liège »."""
        return f"{self.code_postal} {self.ville}".strip()


#: Les champs d'une identité ou d'un lieu qui ne se lisent pas tels quels.
_DITS = {
    "denomination": "dénomination",
    "complement": "complément",
    "numero": "numéro",
    "tva": "TVA",
    "iban": "IBAN",
    "bic": "BIC",
    "qr": "QR",
    "telephone": "téléphone",
    "peppol": "adresse Peppol",
    "delai": "délai",
    "seuil_achats": "seuil des achats",
    "comptabilite": "comptabilité",
}


def dire_champ(nom: str) -> str:
    """« Téléphone », « Code postal » : le nom d'un champ, comme on le lit."""
    dit = _DITS.get(nom, nom.replace("_", " "))
    return f"{dit[:1].upper()}{dit[1:]}"


def ecrire_numero(numero: str, pays: str) -> str:
    """Un numéro d'entreprise comme on le lit : « 0202.239.951 », « 732 829 320 00074 »."""
    if pays == "BE" and len(numero) == 10:
        return f"{numero[:4]}.{numero[4:7]}.{numero[7:]}"
    if pays == "FR" and len(numero) in (9, 14):
        return "\u00a0".join(filter(None, (numero[:3], numero[3:6], numero[6:9], numero[9:])))
    return numero


def ecrire_tva(tva: str) -> str:
    """Un numéro de TVA comme on le lit : « BE 0202.239.951 »."""
    pays, numero = tva[:2], tva[2:]
    return f"{pays}\u00a0{ecrire_numero(numero, pays)}" if pays in ("BE", "FR") else tva


def verifier(dite: Identite) -> Identite:
    """La même, numéros mis au propre ; `ErreurUsage` dit d'un coup tout ce qui est faux."""
    fautes: list[str] = []
    propres = {champ: " ".join(getattr(dite, champ).split()) for champ in dite.__struct_fields__}
    propres["pays"] = propres["pays"].upper()
    if not re.fullmatch(r"[A-Z]{2}", propres["pays"]):
        fautes.append(f"« {dite.pays} » n'est pas un code de pays (BE, FR…)")
    if not propres["nom"]:
        fautes.append("il manque le nom")
    for champ, quoi, controle in _CONTROLES:
        if propres[champ]:
            try:
                propres[champ] = controle(propres[champ], propres["pays"])
            except ValueError:
                fautes.append(f"« {propres[champ][:40]} » n'est pas {quoi}")
    if fautes:
        raise ErreurUsage(
            texte.phrase("; ".join(fautes)), "Corriger, puis recommencer ; rien n'est enregistré."
        )
    return Identite(**propres)


def verifier_bic(dit: str) -> str:
    """Le BIC mis au propre (ISO 9362) ; `ErreurUsage` s'il n'en est pas un."""
    from stdnum import bic
    from stdnum.exceptions import ValidationError

    try:
        return str(bic.validate(dit))
    except ValidationError:
        raise ErreurUsage(
            f"« {dit[:40]} » n'est pas un BIC.", "Le recopier de l'extrait de compte : GKCCBEBB."
        ) from None


def _iban(dit: str, _pays: str) -> str:
    from stdnum import iban

    return str(iban.validate(dit, check_country=False))


def _numero(dit: str, pays: str) -> str:
    from stdnum.be import vat
    from stdnum.fr import siren, siret

    if pays == "BE":
        return str(vat.validate(dit))
    if pays == "FR":
        compact = re.sub(r"[\s.]", "", dit)
        return str(siret.validate(compact) if len(compact) > 9 else siren.validate(compact))
    return dit.replace(" ", "")


def _tva(dit: str, pays: str) -> str:
    from stdnum.be import vat as belge
    from stdnum.eu import vat

    compact = re.sub(r"[\s.]", "", dit).upper()
    if pays == "BE":
        # stdnum admet un numéro sans préfixe ; une facture électronique le veut (BR-CO-09).
        return f"BE{belge.validate(compact)}"
    return str(vat.validate(compact)) if vat.guess_country(compact) else _etranger(compact)


def _etranger(compact: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2,13}", compact):
        raise ValueError(compact)
    return compact


def _courriel(dit: str, _pays: str) -> str:
    if not _COURRIEL.fullmatch(dit):
        raise ValueError(dit)
    return dit


def _peppol(dit: str, _pays: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{2,4}:[\w.@-]{3,50}", dit, re.ASCII):
        raise ValueError(dit)
    return dit


_CONTROLES: tuple[tuple[str, str, Callable[[str, str], str]], ...] = (
    ("numero", "un numéro d'entreprise (BE), un SIREN ou un SIRET (FR)", _numero),
    ("tva", "un numéro de TVA", _tva),
    ("iban", "un IBAN", _iban),
    ("courriel", "une adresse de courriel", _courriel),
    ("peppol", "une adresse Peppol (0208:0202239951)", _peppol),
)
