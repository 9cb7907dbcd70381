"""`tl finance budget` : ce qui fut voté, ce qu'on a engagé, ce qui est fait, ce qui reste (FIN-28)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.achats import ACHATS
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers
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


class Format(StrEnum):
    """Sous quelle forme le budget se donne."""

    ECRAN = "ecran"
    HTML = "html"
    PDF = "pdf"


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
    comptes, votes = Comptes(caisse), _votes(caisse, annee)
    realises = {
        c: s
        for c, s in comptes.soldes(annee).items()
        if comptes.noms[c][1] in (Nature.PRODUIT, Nature.CHARGE)
    }
    engages = _engages(caisse, annee)
    trouvees = []
    for compte in sorted({*votes, *realises, *engages}):
        nom, nature = comptes.noms[compte]
        produit = nature is Nature.PRODUIT
        engage = engages.get(compte, ZERO)
        fait = realises.get(compte, ZERO)
        # Un achat approuvé est déjà en charge : tant qu'il n'est pas payé, il est engagé, non réalisé.
        realise = (ZERO - fait) if produit else fait - engage
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

    paye, sommes = Banque(caisse).paye, dict[str, Decimal]()
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        impaye = paye.get(achat.id, ZERO) == 0
        if achat.datee.year == annee and impaye and est_approuve(achat, caisse.vendeur.seuil):
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
    annee: Annotated[int | None, typer.Option("--annee", help="L'exercice ; sinon, celui-ci.")] = None,
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


class _Page(msgspec.Struct, frozen=True):
    """Le budget, en mots, pour une page."""

    lieu: str
    annee: int
    parties: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


@budget_app.lit("budget", vers=Vers)
def budget(
    c: Contexte,
    vers: Vers = A_L_ECRAN,
    annee: Annotated[int | None, typer.Option("--annee", help="L'exercice ; sinon, celui-ci.")] = None,
    format_: Annotated[
        Format, typer.Option("--format", help="À l'écran, en page, ou en PDF.")
    ] = Format.ECRAN,
    json: Json = False,
) -> None:
    """Voté, engagé, réalisé, ce qui reste, l'écart ; ligne à ligne.

    Exemples :
        tl finance budget
        tl finance budget --format pdf --sortie budget.pdf
    """
    caisse = caisses.ouvrir(c)
    exercice = annee or c.horloge.aujourdhui().year
    toutes = lignes(caisse, exercice)
    if json:
        c.ecran.json([_vue(x) for x in toutes])
        return
    if format_ is not Format.ECRAN:
        _en_page(c, vers, format_, exercice, toutes)
        return
    c.ecran.titre(f"{c.lieu.reglages.nom} · budget {exercice}")
    for titre, produit in (("Produits", True), ("Charges", False)):
        siennes = [x for x in toutes if x.produit is produit]
        c.ecran.dire(titre)
        c.ecran.tableau(
            [
                Colonne("", cede=True, style=Style.GRAS),
                *(Colonne(t) for t in ("Voté", "Engagé", "Réalisé", "Reste", "")),
            ],
            [
                (x.nom, euros(x.vote), euros(x.engage), euros(x.realise), euros(x.reste), barre(x.part))
                for x in siennes
            ],
        )


def barre(part: int) -> str:
    """« ██████░░░░ 62 % » : ce qui est fait, lisible sans couleur."""
    plein = max(0, min(10, round(part / 10)))
    return f"{'█' * plein}{'░' * (10 - plein)} {part} %"


def _en_page(c: Contexte, vers: Vers, format_: Format, annee: int, toutes: list[LigneDeBudget]) -> None:
    from tiers_lieu_cli.noyau.pages import gabarit, pdf

    parties = tuple(
        (
            titre,
            tuple(
                (
                    x.nom,
                    euros(x.vote),
                    euros(x.engage),
                    euros(x.realise),
                    euros(x.reste),
                    str(max(0, min(100, x.part))),
                )
                for x in toutes
                if x.produit is produit
            ),
        )
        for titre, produit in (("Produits", True), ("Charges", False))
    )
    vue = _Page(c.lieu.reglages.nom, annee, parties)
    if format_ is Format.PDF:
        fichier = vers.exiger("budget.pdf")
        vers.ecrire(c, pdf.composer("budget", vue))
        c.ecran.dire(f"Budget {annee} dans {fichier}.")
        return
    page = gabarit.rendre(c.archive.racine, "budget.html", vue)
    if vers.sortie is None:
        c.ecran.page(page)
    else:
        c.ecran.dire(f"Budget {annee} dans {vers.ecrire(c, page.encode())}.")


def _vue(ligne: LigneDeBudget) -> dict[str, object]:
    sommes = ("vote", "engage", "realise", "reste")
    return {
        "compte": ligne.compte,
        "nom": ligne.nom,
        "sens": "produit" if ligne.produit else "charge",
        **{nom: ranger_montant(getattr(ligne, nom)) for nom in sommes},
    }
