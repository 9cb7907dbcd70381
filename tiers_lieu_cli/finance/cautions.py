"""`tl finance caution` : une dette, jamais un produit ; retenue, elle le devient, et dit pourquoi."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import especes, montants
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture as EcritureComptable
from tiers_lieu_cli.finance.comptabilite.modele import Journal
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.options import UnTiers, actif, designer_tiers
from tiers_lieu_cli.noyau import texte, valeurs
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

app = Application("Les cautions : attendues, reçues, retenues, rendues.")


class Caution(Fiche, frozen=True):
    """Une caution attendue ; son nom est celui de sa convention."""

    tiers: str
    montant: str
    cree: date

    @property
    def somme(self) -> Decimal:
        """Ce qui est attendu."""
        return montants.relire(self.montant, "montant")


class Quoi(StrEnum):
    """Ce qui arrive à une caution."""

    RECUE = "recue"
    RETENUE = "retenue"
    RENDUE = "rendue"


class Etape(Fiche, frozen=True):
    """Une étape d'une caution. `par` : la banque, qui attend son relevé, ou la boîte."""

    caution: str
    quoi: Quoi
    montant: str
    le: date
    motif: str = ""
    par: str = "caisse"

    @property
    def somme(self) -> Decimal:
        """Sa part."""
        return montants.relire(self.montant, "montant")


CAUTIONS = Collection(Genre("caution", "cautions"), Caution)
ETAPES = Collection(Genre("étape de caution", "cautions-etapes", par_mois=True), Etape)

_Laquelle = Annotated[str, typer.Argument(metavar="CONVENTION", help="La convention, comme c-012.")]
_Montant = Annotated[str, typer.Option("--montant", help="Une part seulement ; sinon, tout.")]
_Par = Annotated[str, typer.Option("--moyen", help="Par la banque ou la caisse.")]


def detenue(caisse: Caisse, ident: str) -> Decimal:
    """Ce que le lieu détient encore d'une caution."""
    return sum(
        (e.somme if e.quoi is Quoi.RECUE else ZERO - e.somme for e in _etapes(caisse) if e.caution == ident),
        ZERO,
    )


def etat(caisse: Caisse, caution: Caution) -> str:
    """Où elle en est : attendue, recue ou rendue."""
    siennes = [e for e in _etapes(caisse) if e.caution == caution.id]
    if not siennes:
        return "attendue"
    return "recue" if detenue(caisse, caution.id) else "rendue"


def dues(caisse: Caisse) -> Decimal:
    """Tout ce que le lieu doit rendre."""
    return sum((detenue(caisse, caution.id) for caution in CAUTIONS.toutes(caisse.arbre).fiches), ZERO)


def _etapes(caisse: Caisse) -> list[Etape]:
    return sorted(ETAPES.toutes(caisse.arbre).fiches, key=lambda e: (e.le, e.id))


def ecritures(caisse: Caisse) -> Iterator[EcritureComptable]:
    """Reçue ou rendue, une dette ; retenue, un produit. Ce qui passe par la banque attend son relevé.

    Ce qui passe par la boîte est un mouvement d'espèces, et n'est pas redit ici.
    """
    plan = caisse.plan
    for etape in _etapes(caisse):
        retenue = etape.quoi is Quoi.RETENUE
        if etape.par == "caisse" and not retenue:
            continue
        contre = plan.role("caution-retenue" if retenue else "attente")
        somme = etape.somme if etape.quoi is Quoi.RECUE else ZERO - etape.somme
        libelle = f"Caution {etape.quoi}"
        yield regles.simple(
            etape.le, Journal.DIVERS, etape.caution, libelle, contre, plan.role("cautions"), somme
        )


@app.ecrit("attendre", depot=caisses.depot)
def attendre(
    c: Contexte,
    e: Ecriture,
    convention: _Laquelle,
    tiers: UnTiers,
    montant: Annotated[str, typer.Option("--montant", help="Ce qui est attendu.")],
) -> Fait:
    """Dire qu'une caution est attendue, pour une convention.

    Exemple :
        tl finance caution attendre c-012 --tiers "Les Fanfares" --montant 200
    """
    caisse = caisses.ouvrir(c)
    somme = montants.lire_montant(montant, "Le montant")
    if somme <= 0:
        raise ErreurUsage("Une caution n'est ni nulle ni négative.", "Dire combien est attendu.")
    ident = identifiants.verifier(convention)
    if deja := CAUTIONS.une(caisse.arbre, ident):
        fait = f"Une caution de {euros(deja.somme)} est déjà attendue pour {ident}."
        raise ErreurUsage(fait, "La voir : tl finance caution liste")
    neuve = Caution(
        id=ident,
        tiers=actif(designer_tiers(caisse, tiers)).id,
        montant=ranger_montant(somme),
        cree=c.horloge.aujourdhui(),
    )
    CAUTIONS.poser(e, neuve)
    return _fait(neuve.id, "attendre", f"Caution de {euros(somme)} attendue pour {neuve.id}.", "recevoir")


@app.ecrit("recevoir", depot=caisses.depot)
def recevoir(
    c: Contexte, e: Ecriture, convention: _Laquelle, montant: _Montant = "", par: _Par = "banque"
) -> Fait:
    """La caution est là : une dette, jamais un produit, sans TVA.

    Exemple :
        tl finance caution recevoir c-012 --moyen caisse
    """
    caisse = caisses.ouvrir(c)
    caution = CAUTIONS.exiger(caisse.arbre, convention)
    reste = caution.somme - sum(
        (x.somme for x in _etapes(caisse) if x.caution == caution.id and x.quoi is Quoi.RECUE), ZERO
    )
    somme = _part(montant, reste, "est déjà reçue en entier")
    _poser(c, e, caisse, caution, Quoi.RECUE, somme, par=par)
    return _fait(caution.id, "recevoir", f"{euros(somme)} reçus pour {caution.id} : à rendre.", "rendre")


@app.ecrit("rendre", depot=caisses.depot)
def rendre(
    c: Contexte, e: Ecriture, convention: _Laquelle, montant: _Montant = "", par: _Par = "banque"
) -> Fait:
    """La rendre, en tout ou en partie.

    Exemple :
        tl finance caution rendre c-012
    """
    caisse = caisses.ouvrir(c)
    caution = CAUTIONS.exiger(caisse.arbre, convention)
    somme = _part(montant, detenue(caisse, caution.id), "n'est pas détenue")
    _poser(c, e, caisse, caution, Quoi.RENDUE, somme, par=par)
    return _fait(caution.id, "rendre", f"{euros(somme)} rendus pour {caution.id}.", "")


@app.ecrit("retenir", depot=caisses.depot)
def retenir(
    c: Contexte,
    e: Ecriture,
    convention: _Laquelle,
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi, sans nommer personne.")],
    montant: _Montant = "",
) -> Fait:
    """En retenir une part, et dire pourquoi : alors seulement c'est un produit.

    Exemple :
        tl finance caution retenir c-012 --montant 50 --motif "vitre cassée"
    """
    caisse = caisses.ouvrir(c)
    caution = CAUTIONS.exiger(caisse.arbre, convention)
    somme = _part(montant, detenue(caisse, caution.id), "n'est pas détenue")
    _poser(c, e, caisse, caution, Quoi.RETENUE, somme, motif=texte.ligne(motif, "Le motif"))
    return _fait(caution.id, "retenir", f"{euros(somme)} retenus sur {caution.id}.", "rendre")


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les cautions, ce que le lieu en détient.

    Exemple :
        tl finance caution liste
    """
    caisse = caisses.ouvrir(c)
    toutes = CAUTIONS.toutes(caisse.arbre).fiches
    if json:
        c.ecran.json(
            [
                {
                    "convention": x.id,
                    "montant": x.montant,
                    "etat": etat(caisse, x),
                    "detenue": ranger_montant(detenue(caisse, x.id)),
                }
                for x in toutes
            ]
        )
        return
    c.ecran.dire(f"À rendre : {euros(dues(caisse))}.")
    c.ecran.tableau(
        [
            Colonne("Convention", style=Style.GRAS),
            Colonne("Pour", cede=True),
            Colonne("Attendu"),
            Colonne("Détenu"),
            Colonne("État"),
        ],
        [
            (
                x.id,
                caisse.nom(x.tiers),
                euros(x.somme),
                euros(detenue(caisse, x.id)),
                valeurs.montrer(etat(caisse, x)),
            )
            for x in toutes
        ],
    )


def _part(dite: str, au_plus: Decimal, sinon: str) -> Decimal:
    somme = montants.lire_montant(dite, "Le montant") if dite else au_plus
    if somme <= 0 or somme > au_plus:
        fait = f"Au plus {euros(au_plus)}" if au_plus > 0 else f"Cette caution {sinon}"
        raise ErreurUsage(f"{fait}.", "La voir : tl finance caution liste")
    return somme


def _poser(
    c: Contexte,
    e: Ecriture,
    caisse: Caisse,
    caution: Caution,
    quoi: Quoi,
    somme: Decimal,
    *,
    motif: str = "",
    par: str = "caisse",
) -> None:
    par = valeurs.exiger(par, valeurs.parmi(("banque", "caisse")), "la banque, ni la caisse")
    jour = c.horloge.aujourdhui()
    if par == "caisse" and quoi is not Quoi.RETENUE:
        especes.mouvoir(caisse, e, somme if quoi is Quoi.RECUE else ZERO - somme, f"caution {caution.id}")
    ETAPES.poser(
        e,
        Etape(
            id=identifiants.date_de(jour, f"{caution.id}-{quoi}", "caution", c.hasard),
            caution=caution.id,
            quoi=quoi,
            montant=ranger_montant(somme),
            le=jour,
            motif=motif,
            par=par,
        ),
    )


def _fait(ident: str, verbe: str, phrase: str, ensuite: str) -> Fait:
    return Fait(
        id=ident,
        action=f"finance.caution.{verbe}",
        histoire=f"Caution {ident} ({verbe})",
        phrase=phrase,
        suite=f"tl finance caution {ensuite} {ident}" if ensuite else "tl finance caution liste",
    )
