"""Un relevé, ses mouvements, et ce que chacun règle. Les libellés, qui nomment, sont au coffre."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.texte import sha256

CONTRAT = "releve/1"


class MouvementLu(msgspec.Struct, frozen=True, kw_only=True):
    """Un mouvement tel que la banque le dit. `communication` : celle, structurée, d'une facture.

    `unique` : sa référence est celle que la banque ne donne qu'à lui.
    """

    reference: str
    jour: date
    montant: Decimal
    communication: str = ""
    libelle: str = ""
    nom: str = ""
    compte: str = ""
    unique: bool = True


class ReleveLu(msgspec.Struct, frozen=True, kw_only=True):
    """Un relevé tel que la banque le dit ; `numero` vaut 0 s'il n'en a pas."""

    iban: str
    numero: int
    jour: date
    initial: Decimal
    final: Decimal
    mouvements: tuple[MouvementLu, ...]


class Mouvement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Un mouvement, tel que git le garde : sans un nom."""

    cle: str
    jour: date
    montant: str
    communication: str = ""

    @property
    def somme(self) -> Decimal:
        """Ce qui entre, ou sort s'il est négatif."""
        return Decimal(self.montant)

    @property
    def code(self) -> str:
        """De quoi le désigner."""
        return self.cle[7:15]


class Detail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ce que le coffre garde d'un mouvement."""

    libelle: str = ""
    nom: str = ""
    compte: str = ""


class Releve(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Un relevé importé. `source` et `details` : des empreintes de contenus du coffre.

    `rang` : combien de relevés du même compte, du même jour et du même numéro l'ont précédé.
    """

    contrat: str = CONTRAT
    iban: str
    numero: int
    jour: date
    initial: str
    final: str
    mouvements: tuple[Mouvement, ...]
    source: str
    details: str
    rang: int = 0

    @property
    def id(self) -> str:
        """Son nom de fichier : le jour, la fin du compte, le numéro ; son empreinte s'il en faut plus."""
        nom = f"{self.jour:%Y-%m-%d}-{self.iban[-4:].lower()}-{self.numero:03}"
        if self.numero and not self.rang:
            return nom
        dit = "|".join((self.initial, self.final, *(m.cle for m in self.mouvements)))
        return f"{nom}-{sha256(dit)[:8]}"


class Compte(Fiche, frozen=True):
    """Un compte en banque du lieu, à part de celui des factures. `initial` : son solde à l'ouverture.

    `rang` : après celui de la banque au plan, combien de comptes plus loin ; dit une fois pour toutes.
    """

    iban: str
    nom: str = ""
    initial: str = ""
    rang: int | None = None


class Reglement(Fiche, frozen=True):
    """Ce qu'un mouvement règle : une pièce, ou un compte du plan. `contrepasse` : celui qu'il défait."""

    mouvement: str
    montant: str
    le: date
    piece: str = ""
    compte: str = ""
    auto: bool = False
    contrepasse: str = ""

    def __post_init__(self) -> None:
        montants.relire(self.montant, "montant")
        if bool(self.piece) == bool(self.compte):
            raise ValueError("un règlement vise une « piece » ou un « compte », non les deux")

    @property
    def somme(self) -> Decimal:
        """Sa part du mouvement."""
        return Decimal(self.montant)


COMPTES = Collection(Genre("compte en banque", "comptes"), Compte)
REGLEMENTS = Collection(Genre("règlement", "reglements", par_mois=True), Reglement)
