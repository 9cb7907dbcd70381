"""`tl finance engagement` : ce qu'une convention promet de payer, ou de recevoir, à dates dites (CONV-2).

L'accueil tient les dates et les parties ; le loyer, la prime, le subside restent ici, liés par « c-012 ».
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.achats import ACHATS
from tiers_lieu_cli.finance.caisse import Caisse, propositions
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.francais import tous_les
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, saisie

app = Application("Ce que les conventions promettent de payer, ou de recevoir.")


class Engagement(Fiche, frozen=True):
    """Une somme, sous un compte, du jour `du` et tous les `chaque` (« 1 mois »), jusqu'à `au` compris."""

    convention: str
    compte: str
    montant: str
    chaque: str
    du: date
    au: date | None = None

    def __post_init__(self) -> None:
        montants.relire(self.montant, "montant")
        if delais.periode(self.chaque) is None:
            raise ValueError("« chaque » est une période : 1 mois, 3 mois, 1 an")

    @property
    def somme(self) -> Decimal:
        """Ce qui est promis chaque fois."""
        return Decimal(self.montant)

    def jours(self, apres: date, jusqu_a: date) -> Iterator[date]:
        """Ses échéances après ce jour, jusqu'à celui-là compris."""
        periode = delais.periode(self.chaque)
        assert periode
        fin, rang = min(jusqu_a, self.au or jusqu_a), 0
        while (jour := delais.apres(self.du, periode, rang)) <= fin:
            rang += 1
            if jour > apres:
                yield jour


ENGAGEMENTS = Collection(Genre("engagement", "engagements"), Engagement)


class Promis(msgspec.Struct, frozen=True):
    """Une échéance qui vient. `entre` : une recette, et non une dépense."""

    jour: date
    compte: str
    somme: Decimal
    entre: bool


def a_venir(caisse: Caisse, apres: date, jusqu_a: date) -> Iterator[Promis]:
    """Les échéances qui viennent ; une facture déjà notée pour ce compte, ce mois-là, en tient lieu."""
    notes = {(a.compte, a.datee.year, a.datee.month) for a in ACHATS.toutes(caisse.arbre).fiches}
    for x in ENGAGEMENTS.toutes(caisse.arbre).fiches:
        entre = caisse.plan.compte(x.compte).nature is Nature.PRODUIT
        for jour in x.jours(apres, jusqu_a):
            if entre or (x.compte, jour.year, jour.month) not in notes:
                yield Promis(jour, x.compte, x.somme, entre)


def par_compte(caisse: Caisse, annee: int) -> dict[str, Decimal]:
    """Ce qui reste promis d'ici la fin de l'exercice, par compte."""
    sommes: dict[str, Decimal] = {}
    aujourdhui = caisse.c.horloge.aujourdhui()
    for promis in a_venir(caisse, max(aujourdhui, date(annee - 1, 12, 31)), date(annee, 12, 31)):
        sommes[promis.compte] = sommes.get(promis.compte, ZERO) + promis.somme
    return sommes


def _proposes(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((x.id, euros(x.somme)) for x in ENGAGEMENTS.toutes(caisse.arbre).fiches if x.au is None)


@app.ecrit("creer", depot=caisses.depot)
def creer(
    c: Contexte,
    e: Ecriture,
    convention: Annotated[str, typer.Argument(metavar="CONVENTION", help="La convention, comme c-012.")],
    montant: Annotated[str, typer.Option("--montant", help="Ce qui est promis chaque fois.")],
    compte: Annotated[str, typer.Option("--compte", help="Le compte : loyer, assurance, subside…")],
    du: Annotated[str, typer.Option("--du", help="La première échéance.")],
    chaque: Annotated[str, typer.Option("--chaque", help="Tous les combien : mois, 3 mois, an.")] = "mois",
    au: Annotated[str, typer.Option("--au", help="La dernière, si on la connaît.")] = "",
) -> Fait:
    """Noter ce qu'une convention promet : le budget et la trésorerie en tiennent compte.

    Exemples :
        tl finance engagement creer c-012 --montant 620 --compte loyer --du 1/1/2027
        tl finance engagement creer c-014 --montant 380 --compte assurance --chaque an --du 1/3/2027
    """
    caisse, murale = caisses.ouvrir(c), c.horloge.murale()
    somme = montants.lire_montant(montant, "Le montant")
    trouve = caisse.plan.designer(compte)
    if somme <= 0 or trouve.nature not in (Nature.PRODUIT, Nature.CHARGE):
        raise ErreurUsage(
            "Un engagement est une somme, sous un produit ou une charge.", "Dire --montant 620 --compte loyer"
        )
    premier = saisie.lire_jour(du, murale, saisie.Sens.LIBRE)
    dernier = saisie.lire_jour(au, murale, saisie.Sens.LIBRE) if au else None
    if dernier and dernier < premier:
        raise ErreurUsage("La dernière échéance vient avant la première.", "Inverser --du et --au.")
    neuf = Engagement(
        id=f"{identifiants.verifier(convention)}-{trouve.numero}-{premier}",
        convention=convention,
        compte=trouve.numero,
        montant=ranger_montant(somme),
        chaque=delais.lire(chaque),
        du=premier,
        au=dernier,
    )
    ENGAGEMENTS.poser(e, neuf)
    return _fait(neuf, "creer", f"{euros(somme)} {tous_les(neuf.chaque)}, {trouve.nom}, pour {convention}.")


@app.ecrit("finir", depot=caisses.depot)
def finir(
    c: Contexte,
    e: Ecriture,
    lequel: Annotated[
        str,
        typer.Argument(
            metavar="ENGAGEMENT",
            help="L'engagement (Tab propose).",
            autocompletion=completion(propositions(_proposes)),
        ),
    ],
    au: Annotated[str, typer.Option("--au", help="Le dernier jour où il vaut.")],
) -> Fait:
    """Dire jusqu'à quand un engagement vaut ; un loyer qui change : le finir, en créer un autre.

    Exemple :
        tl finance engagement finir c-012-610000-2027-01-01 --au 31/12/2027
    """
    caisse = caisses.ouvrir(c)
    ancien = ENGAGEMENTS.exiger(caisse.arbre, lequel)
    fin = saisie.lire_jour(au, c.horloge.murale(), saisie.Sens.LIBRE)
    ENGAGEMENTS.corriger(e, ancien, structs.replace(ancien, au=fin))
    return _fait(ancien, "finir", f"{ancien.id} vaut jusqu'au {fin:%d/%m/%Y}.")


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Ce que les conventions promettent, et la prochaine échéance.

    Exemple :
        tl finance engagement liste
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    tous = ENGAGEMENTS.toutes(caisse.arbre).fiches
    prochains = {x.id: next(x.jours(jour, date(jour.year + 5, 12, 31)), None) for x in tous}
    c.ecran.liste(
        [{"fiche": x, "prochaine": prochains[x.id]} for x in tous],
        "Aucun engagement.  En noter un : tl finance engagement creer --help",
        [
            Colonne("Convention", style=Style.GRAS),
            Colonne("Compte", cede=True),
            Colonne("Montant"),
            Colonne("Quand"),
            Colonne("Prochaine"),
        ],
        (
            (
                x.convention,
                caisse.plan.compte(x.compte).nom,
                euros(x.somme),
                tous_les(x.chaque),
                _dire(prochains[x.id]),
            )
            for x in tous
        ),
        json=json,
    )


def _dire(jour: date | None) -> str:
    return f"{jour:%d/%m/%Y}" if jour else "finie"


def _fait(x: Engagement, verbe: str, phrase: str) -> Fait:
    return Fait(
        id=x.id,
        action=f"finance.engagement.{verbe}",
        histoire=f"Engagement {x.id} ({verbe})",
        phrase=phrase,
        suite="tl finance tableau",
    )
