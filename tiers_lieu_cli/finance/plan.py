"""Le plan comptable du lieu : des données par pays, et un mot pour désigner chaque compte."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.texte import clef

_DONNEES = Path(__file__).parent / "donnees"


class Nature(StrEnum):
    """Ce qu'un compte est : hledger et le bilan en dépendent."""

    ACTIF = "A"
    PASSIF = "L"
    FONDS = "E"
    PRODUIT = "R"
    CHARGE = "X"


class Compte(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Un compte du plan ; `mot` : comme on le dit au comptoir."""

    numero: str
    nom: str
    nature: Nature
    mot: str = ""
    rubrique: str = ""


class Sens(StrEnum):
    """De quel côté une comptabilité simplifiée range une rubrique ; `PASSAGE` : ce qui ne fait que passer."""

    RECETTE = "recette"
    DEPENSE = "depense"
    AVOIR = "avoir"
    DETTE = "dette"
    PASSAGE = "passage"


class Rubrique(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Une ligne des états d'une comptabilité simplifiée."""

    mot: str
    nom: str
    sens: Sens


class Plan(Fiche, frozen=True, kw_only=True):
    """Le plan d'un pays. `roles` : le compte que l'outil prend pour ce qu'il écrit lui-même.

    `rubriques` : les lignes d'une comptabilité simplifiée, là où la loi en permet une.
    """

    id: str = ""
    pays: str
    source: str
    comptes: tuple[Compte, ...]
    roles: dict[str, str]
    rubriques: tuple[Rubrique, ...] = ()

    def __post_init__(self) -> None:
        connus = {c.numero for c in self.comptes}
        if len(connus) != len(self.comptes) or not set(self.roles.values()) <= connus:
            raise ValueError("« comptes » : des numéros tous différents, et « roles » n'en cite pas d'autre")
        if {c.rubrique for c in self.comptes} - {""} != {r.mot for r in self.rubriques}:
            raise ValueError("« rubriques » : chaque compte en a une qui est dite, chacune a un compte")

    def compte(self, numero: str) -> Compte:
        """Le compte de ce numéro."""
        return next(c for c in self.comptes if c.numero == numero)

    def role(self, nom: str) -> str:
        """Le numéro du compte qui tient ce rôle (« clients », « banque »…)."""
        return self.roles[nom]

    def rubrique(self, numero: str) -> Rubrique | None:
        """La ligne de la comptabilité simplifiée où va ce compte ; les fonds n'en ont pas.

        Un autre compte en banque, hors du plan, va avec le premier.
        """
        connus = {c.numero: c.rubrique for c in self.comptes}
        mot = connus.get(numero, connus[self.role("banque")])
        return next((r for r in self.rubriques if r.mot == mot), None)

    def designer(self, dit: str) -> Compte:
        """Le compte que ce numéro ou ce mot désigne ; `ErreurUsage` sinon."""
        cle = clef(dit)
        exacts = [c for c in self.comptes if dit.strip() == c.numero or cle in (clef(c.mot), clef(c.nom))]
        proches = exacts or [
            c for c in self.comptes if cle and (c.numero.startswith(cle) or cle in clef(c.nom))
        ]
        if len(proches) == 1:
            return proches[0]
        voisins = ", ".join(f"{c.numero} {c.nom}" for c in (proches or self.comptes)[:8])
        fait = "désigne plusieurs comptes" if proches else "n'est pas un compte du plan"
        raise ErreurUsage(f"« {dit[:40]} » {fait}.", f"Choisir parmi : {voisins}…")

    def contrepartie(self, dit: str, *tenus: str) -> Compte:
        """Le compte que ce mot désigne, où porter de l'argent à la main ; pas l'un de ceux qui se tiennent.

        Les relevés, la boîte, les cautions et les carnets disent les leurs ; `tenus` : d'autres rôles encore.
        """
        compte = self.designer(dit)
        for role in (*_TENUS, *tenus):
            if compte.numero == self.roles[role]:
                raise ErreurUsage(
                    f"« {compte.nom} » se tient de soi-même : on n'y porte rien à la main.", _AILLEURS[role]
                )
        return compte


#: Par rôle, où se dit ce qu'on voudrait y porter.
_AILLEURS = {
    "banque": "Ce qui va à la banque, ou en vient : --compte virement",
    "caisse": "Ce qui va à la boîte, ou en vient : --compte virement",
    "cautions": "Passer par la caution : tl finance caution --help",
    "credits": "Passer par le carnet : tl finance credit --help",
    "clients": "Dire la facture payée : --facture 2026-0001",
    "fournisseurs": "Noter l'achat : tl finance achat creer --help ; son paiement vient de la banque.",
    "tva-due": "Elle vient des factures émises ; son paiement, de la banque.",
    "tva-deductible": "Elle vient des achats : tl finance achat creer --help",
}
_TENUS = ("banque", "caisse", "cautions", "credits")
#: Les comptes des autres : ils se déduisent des pièces, des achats, et de ce que la banque en paie.
DES_AUTRES = ("clients", "fournisseurs", "tva-due", "tva-deductible")


@cache
def plan(pays: str) -> Plan:
    """Le plan de ce pays, relu une fois."""
    chemin = _DONNEES / f"plan-{pays.lower()}.yaml"
    return fiche.lire(chemin.read_bytes(), Plan, f"plan-{pays.lower()}", chemin.name)
