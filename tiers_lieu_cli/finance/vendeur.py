"""Le lieu tel qu'il vend : `caisse.yaml`, ce que la loi lui fait écrire, et ce qu'il y manque."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tiers_lieu_cli.finance import montants, paiement
from tiers_lieu_cli.finance.identite import Identite, ecrire_numero
from tiers_lieu_cli.finance.plan import plan
from tiers_lieu_cli.finance.regimes import Regime, droit
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

FICHIER = "caisse.yaml"
FORMAT = 1


class Assujettissement(StrEnum):
    """Ce que le lieu est pour la TVA. `EXEMPTE` : il ne fait que des opérations exemptées (art. 44)."""

    ASSUJETTI = "assujetti"
    FRANCHISE = "franchise"
    EXEMPTE = "exempte"
    NON_ASSUJETTI = "non-assujetti"

    @property
    def dit(self) -> str:
        """Comme on le lit."""
        return {"franchise": "en franchise", "exempte": "exempté", "non-assujetti": "non assujetti"}.get(
            self.value, self.value
        )


class Comptabilite(StrEnum):
    """Comment le lieu tient ses comptes. `SIMPLIFIEE` : recettes et dépenses, permise aux petites ASBL."""

    DOUBLE = "double"
    SIMPLIFIEE = "simplifiee"


class Vendeur(Fiche, frozen=True):
    """Ce que `caisse.yaml` dit du lieu.

    `numero` : d'entreprise (BE), SIRET (FR) ; `tribunal` : celui du registre des personnes morales ;
    `delai` : les jours pour payer ; `qr` : comment le QR dit la communication (structure, texte) ;
    `pied` : une ligne au bas des factures.
    """

    ENSEMBLE = (("rue", "code_postal", "ville"),)

    format: int = FORMAT
    pays: str = "BE"
    denomination: str = ""
    forme: str = ""
    assujettissement: Assujettissement = Assujettissement.NON_ASSUJETTI
    rue: str = ""
    complement: str = ""
    code_postal: str = ""
    ville: str = ""
    numero: str = ""
    tva: str = ""
    tribunal: str = ""
    iban: str = ""
    bic: str = ""
    courriel: str = ""
    telephone: str = ""
    delai: int = 30
    qr: str = "structure"
    pied: str = ""
    #: Au-delà, un achat s'approuve à deux.
    seuil_achats: str = "500.00"
    comptabilite: Comptabilite = Comptabilite.DOUBLE

    def __post_init__(self) -> None:
        if self.pays not in ("BE", "FR"):
            raise ValueError("« pays » est BE ou FR")
        if montants.relire(self.seuil_achats, "seuil_achats") < 0:
            raise ValueError("« seuil_achats » n'est pas négatif")
        if not 0 <= self.delai <= 120:
            raise ValueError("« delai » est un nombre de jours, de 0 à 120")
        if self.qr not in ("structure", "texte"):
            raise ValueError("« qr » est « structure » ou « texte »")
        if self.comptabilite is Comptabilite.SIMPLIFIEE and not plan(self.pays).rubriques:
            raise ValueError(f"« comptabilite » : le plan {self.pays} n'en a pas de simplifiée")

    @property
    def seuil(self) -> Decimal:
        """Le plus gros achat qu'une seule personne décide."""
        return Decimal(self.seuil_achats)

    @property
    def identite(self) -> Identite:
        """Le lieu comme une partie de la facture."""
        return Identite(
            nom=self.denomination,
            forme=self.forme,
            rue=self.rue,
            complement=self.complement,
            code_postal=self.code_postal,
            ville=self.ville,
            pays=self.pays,
            numero=self.numero,
            tva=self.tva,
            courriel=self.courriel,
            telephone=self.telephone,
        )

    @property
    def mention_legale(self) -> str:
        """Ce que l'art. 2:20 du CSA (BE) ou le droit français lui fait dire de lui-même."""
        if self.pays == "BE":
            iban = paiement.montrer_iban(self.iban)
            numero = ecrire_numero(self.numero, self.pays)
            return f"{self.forme} · n° d'entreprise {numero} · RPM {self.tribunal} · {iban}"
        return f"{self.forme} · SIRET {ecrire_numero(self.numero, self.pays)}"

    @property
    def mention_indemnite(self) -> str:
        """L'indemnité forfaitaire de recouvrement due par un professionnel."""
        valeur = droit(self.pays).parametre("indemnite-de-recouvrement", date.max)
        return (
            f"Indemnité forfaitaire pour frais de recouvrement entre professionnels : {valeur}\u00a0€"
            if valeur
            else ""
        )

    @property
    def mention_penalites(self) -> str:
        """Les pénalités de retard."""
        valeur = droit(self.pays).parametre("penalites-de-retard", date.max)
        return f"Pénalités de retard : {valeur}" if valeur else ""


#: Ce qu'une facture doit dire de qui vend, par pays, et l'option qui le donne.
_EXIGES = {
    "BE": {
        "denomination": "la dénomination (--denomination)",
        "forme": "la forme juridique, ASBL par exemple (--forme)",
        "rue": "la rue du siège (--rue)",
        "code_postal": "le code postal du siège (--code-postal)",
        "ville": "la ville du siège (--ville)",
        "numero": "le numéro d'entreprise (--numero)",
        "tribunal": "le tribunal du registre des personnes morales (--tribunal)",
        "iban": "l'IBAN (--iban)",
    },
    "FR": {
        "denomination": "la dénomination (--denomination)",
        "forme": "la forme, association loi 1901 par exemple (--forme)",
        "rue": "la rue du siège (--rue)",
        "code_postal": "le code postal du siège (--code-postal)",
        "ville": "la ville du siège (--ville)",
        "numero": "le SIRET (--numero)",
        "iban": "l'IBAN (--iban)",
    },
}
#: Ceux qui ont un numéro de TVA et l'écrivent.
_AVEC_TVA = frozenset({Assujettissement.ASSUJETTI})
#: Qui peut vendre sous une franchise. En Belgique, il faut l'avoir demandée (art. 56bis du Code de la TVA) ;
#: en France, l'art. 293 B du CGI vaut de plein droit pour qui ne s'est pas assujetti.
_EN_FRANCHISE = {
    "BE": frozenset({Assujettissement.FRANCHISE}),
    "FR": frozenset({Assujettissement.FRANCHISE, Assujettissement.NON_ASSUJETTI}),
}


class MentionsManquantes(Echec):
    """Une facture ne peut pas partir sans dire ce que la loi exige ; tout ce qui manque est dit d'un coup."""

    def __init__(self, manques: list[str]) -> None:
        liste = "".join(f"\n  · {manque}" for manque in manques)
        super().__init__(
            f"Rien n'est émis : {len(manques)} mention{'s' * (len(manques) > 1)} obligatoire"
            f"{'s' * (len(manques) > 1)} manque{'nt' * (len(manques) > 1)} :{liste}",
            "Compléter le lieu : tl finance vendeur, ou le client : tl finance tiers modifier",
        )


def manques_du_vendeur(vendeur: Vendeur) -> Iterator[str]:
    """Ce que la loi exige du vendeur et que `caisse.yaml` ne dit pas (FIN-15, FIN-16)."""
    for champ, quoi in _EXIGES[vendeur.pays].items():
        if not getattr(vendeur, champ):
            yield f"lieu : {quoi}"
    taxe = vendeur.assujettissement in _AVEC_TVA or (
        vendeur.pays == "BE" and vendeur.assujettissement is Assujettissement.FRANCHISE
    )
    if taxe and not vendeur.tva:
        yield "lieu : le numéro de TVA (--tva)"


def manques_du_regime(vendeur: Vendeur, regimes: set[Regime]) -> Iterator[str]:
    """Ce que les régimes des lignes demandent au vendeur, et qu'il n'est pas."""
    for regime in sorted(regimes, key=lambda r: r.code):
        if regime.pourcent and vendeur.assujettissement is not Assujettissement.ASSUJETTI:
            yield f"lieu : « {regime.code} » porte de la TVA, il faut être assujetti (--assujettissement)"
        if regime.franchise and vendeur.assujettissement not in _EN_FRANCHISE[vendeur.pays]:
            est = vendeur.assujettissement.dit
            yield f"lieu : « {regime.code} » est une franchise, et le lieu est {est} (--assujettissement)"


def manques_du_client(client: Identite, *, assujetti: bool) -> Iterator[str]:
    """Ce que la facture doit dire du client."""
    for champ, quoi in (("rue", "la rue"), ("code_postal", "le code postal"), ("ville", "la ville")):
        if not getattr(client, champ):
            yield f"client : {quoi} (--{champ.replace('_', '-')})"
    if assujetti and not client.tva:
        yield "client : son numéro de TVA (--tva)"
