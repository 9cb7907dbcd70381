"""`tl finance budget` : ce qui fut voté, ce qu'on a engagé, ce qui est fait, ce qui reste (FIN-28)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import engagements, montants
from tiers_lieu_cli.finance.achats import ACHATS
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse, ExerciceFerme
from tiers_lieu_cli.finance.comptabilite import etats
from tiers_lieu_cli.finance.comptabilite.etats import Page as PageDEtat
from tiers_lieu_cli.finance.comptabilite.etats import Pages
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.options import LExercice
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie

budget_app, voter_app = Application(), Application()


class Vote(Fiche, frozen=True):
    """Une somme votée pour un compte et un exercice ; une révision s'ajoute, elle ne remplace pas."""

    annee: int
    compte: str
    montant: str
    vote: date
    pv: str = ""

    @property
    def somme(self) -> Decimal:
        """Ce qu'elle ajoute (ou retire)."""
        return montants.relire(self.montant, "montant")


VOTES = Collection(Genre("vote de budget", "budgets"), Vote)


class LigneDeBudget(msgspec.Struct, frozen=True):
    """Une ligne, en sommes lues dans son sens : un produit encaissé et une charge payée sont positifs."""

    compte: str
    nom: str
    produit: bool
    vote: Decimal
    engage: Decimal
    realise: Decimal

    @property
    def reste(self) -> Decimal:
        """Ce qui n'est ni engagé ni fait."""
        return self.vote - self.engage - self.realise

    @property
    def part(self) -> int:
        """Ce qui est fait, en centièmes du vote ; 0 si rien n'est voté."""
        return int(self.realise * 100 / self.vote) if self.vote > 0 else 0


def lignes(caisse: Caisse, annee: int) -> list[LigneDeBudget]:
    """Les comptes votés ou mouvementés de l'exercice."""
    comptes, votes = caisse.vue(Comptes), _votes(caisse, annee)
    realises = {
        c: s
        for c, s in comptes.soldes(annee).items()
        if comptes.noms[c][1] in (Nature.PRODUIT, Nature.CHARGE)
    }
    achetes, promis = _engages(caisse, annee), engagements.par_compte(caisse, annee)
    trouvees = []
    for compte in sorted({*votes, *realises, *achetes, *promis}):
        nom, nature = comptes.noms[compte]
        produit = nature is Nature.PRODUIT
        achete = achetes.get(compte, ZERO)
        engage = achete + promis.get(compte, ZERO)
        fait = realises.get(compte, ZERO)
        # Un achat approuvé est déjà en charge : tant qu'il n'est pas payé, il est engagé, non réalisé.
        realise = (ZERO - fait) if produit else fait - achete
        trouvees.append(LigneDeBudget(compte, nom, produit, votes.get(compte, ZERO), engage, realise))
    return trouvees


def _votes(caisse: Caisse, annee: int) -> dict[str, Decimal]:
    sommes: dict[str, Decimal] = {}
    for vote in VOTES.toutes(caisse.arbre).fiches:
        if vote.annee == annee:
            sommes[vote.compte] = sommes.get(vote.compte, ZERO) + vote.somme
    return sommes


def _engages(caisse: Caisse, annee: int) -> Mapping[str, Decimal]:
    from tiers_lieu_cli.finance.achats import est_approuve

    paye, sommes = caisse.vue(Banque).paye, dict[str, Decimal]()
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        impaye = achat.total > 0 and paye.get(achat.id, ZERO) == 0
        if achat.datee.year == annee and impaye and est_approuve(caisse, achat):
            sommes[achat.compte] = sommes.get(achat.compte, ZERO) + Decimal(achat.ht)
    return sommes


@voter_app.ecrit("voter", depot=caisses.depot)
def voter(
    c: Contexte,
    e: Ecriture,
    compte: Annotated[str, typer.Argument(help="Le compte : loyer, subside, prestations…")],
    montant: Annotated[
        str, typer.Option("--montant", help="Ce qui est voté ; une révision s'ajoute : -200.")
    ],
    annee: LExercice = None,
    le: Annotated[str, typer.Option("--le", help="Le jour du vote ; sinon, aujourd'hui.")] = "",
    pv: Annotated[str, typer.Option("--pv", help="La référence du procès-verbal.")] = "",
) -> Fait:
    """Noter une ligne de budget votée, ou sa révision.

    Exemple :
        tl finance voter loyer --montant 7200 --annee 2027 --pv "AG du 12 décembre"
    """
    caisse = caisses.ouvrir(c)
    somme = montants.lire_montant(montant, "Le montant")
    trouve = caisse.plan.designer(compte)
    if trouve.nature not in (Nature.PRODUIT, Nature.CHARGE):
        raise ErreurUsage(
            f"« {trouve.nom} » n'est ni un produit ni une charge.", "Choisir un compte de résultat."
        )
    exercice = annee or c.horloge.aujourdhui().year
    if exercice in caisse.clos:
        raise ExerciceFerme(date(exercice, 12, 31))
    neuf = Vote(
        id=f"{exercice}-{trouve.numero}-{identifiants.hasard(c.hasard, 4)}",
        annee=exercice,
        compte=trouve.numero,
        montant=ranger_montant(somme),
        vote=saisie.lire_jour_venu(le, c.horloge.murale()) if le else c.horloge.aujourdhui(),
        pv=texte.ligne(pv, "La référence", vide=True),
    )
    VOTES.poser(e, neuf)
    total = _votes(caisse, exercice).get(trouve.numero, ZERO) + somme
    return Fait(
        id=neuf.id,
        action="finance.budget.voter",
        histoire=f"Budget {exercice}, compte {trouve.numero}",
        phrase=f"{trouve.nom} : {euros(total)} votés pour {exercice}.",
        suite="tl finance budget",
    )


@budget_app.lit("budget", vers=Page)
def budget(
    c: Contexte,
    vers: Page,
    annee: LExercice = None,
) -> None:
    """Voté, engagé, réalisé, ce qui reste, l'écart ; ligne à ligne.

    Exemples :
        tl finance budget
        tl finance budget --format pdf --sortie ~/budget.pdf
    """
    caisse = caisses.ouvrir(c)
    exercice = annee or c.horloge.aujourdhui().year
    toutes = lignes(caisse, exercice)
    forme = rendu.forme(vers.format, vers.sortie, json=vers.json)
    if forme is Format.JSON:
        rendu.ecrire(c, "etats", [_vue(x) for x in toutes], forme, vers, "Le budget")
        return
    montree = page(exercice, toutes)
    if forme is not Format.TERMINAL:
        rendu.ecrire(
            c, "etats", Pages(c.lieu.reglages.nom, montree.titre, (montree,)), forme, vers, "Le budget"
        )
        return
    etats.montrer(c.ecran, c.lieu.reglages.nom, montree)


def page(annee: int, toutes: list[LigneDeBudget]) -> PageDEtat:
    """Le budget en mots ; la dernière colonne est la part faite, et engagée, qui se dessine."""
    cotes = [
        ("Produits", [x for x in toutes if x.produit]),
        ("Charges", [x for x in toutes if not x.produit]),
    ]
    produits, charges = (_total(lignes) for _, lignes in cotes)
    return PageDEtat(
        f"Budget {annee}",
        ("Voté", "Engagé", "Réalisé", "Reste"),
        tuple(
            (titre, tuple(_mots(x) for x in (*lignes, _total(lignes))) if lignes else ())
            for titre, lignes in cotes
        ),
        note=f"Produits moins charges : {euros(produits.vote - charges.vote)} au vote,"
        f" {euros(produits.realise - charges.realise)} réalisés.",
        barres=True,
    )


def _total(lignes: list[LigneDeBudget]) -> LigneDeBudget:
    sommes = (sum((getattr(x, nom) for x in lignes), ZERO) for nom in ("vote", "engage", "realise"))
    return LigneDeBudget("", "Total", lignes[0].produit if lignes else False, *sommes)


def _mots(x: LigneDeBudget) -> tuple[str, ...]:
    """« 26+12 » : la part faite, puis l'engagée, en centièmes du vote ; vide si rien n'est voté."""
    sommes = (x.vote, x.engage, x.realise, x.reste)
    engagee = int(x.engage * 100 / x.vote) if x.vote > 0 else 0
    part = f"{x.part}+{engagee}" if engagee else str(x.part)
    return x.nom, *(euros(somme) for somme in sommes), part if x.vote else ""


def _vue(ligne: LigneDeBudget) -> dict[str, object]:
    sommes = ("vote", "engage", "realise", "reste")
    return {
        "compte": ligne.compte,
        "nom": ligne.nom,
        "sens": "produit" if ligne.produit else "charge",
        **{nom: ranger_montant(getattr(ligne, nom)) for nom in sommes},
    }
