"""`tl finance livre|bilan|compte-resultat|exporter` : ce que les écritures donnent."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite import etats, exports
from tiers_lieu_cli.finance.comptabilite.etats import Etat, Pages
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture
from tiers_lieu_cli.finance.comptabilite.simple import ComptesSimples
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.options import LExercice, UnExercice
from tiers_lieu_cli.finance.vendeur import Comptabilite
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties
from tiers_lieu_cli.noyau.texte import accorder, clef

livre_app, bilan_app, resultat_app = Application(), Application(), Application()
exporter_app = Application("Donner les écritures à d'autres programmes ; jamais relues d'eux.")

_Dossier = Annotated[Path, typer.Argument(help="Le dossier où écrire.")]


@livre_app.lit("livre")
def livre(
    c: Contexte,
    annee: UnExercice = None,
    compte: Annotated[str, typer.Option("--compte", help="Les écritures d'un seul compte.")] = "",
    json: Json = False,
) -> None:
    """Le livre d'un exercice : chaque écriture, à somme égale ; ou, tenu simplement, recettes et dépenses.

    Exemples :
        tl finance livre
        tl finance livre 2026 --compte banque
    """
    caisse = caisses.ouvrir(c)
    exercice = annee or c.horloge.aujourdhui().year
    if caisse.vendeur.comptabilite is Comptabilite.SIMPLIFIEE:
        _livre_simple(c, caisse, exercice, compte, json=json)
        return
    comptes = caisse.vue(Comptes)
    toutes = comptes.de_l_annee(exercice)
    if compte:
        voulu = comptes.caisse.plan.designer(compte).numero
        toutes = [e for e in toutes if any(ligne.compte == voulu for ligne in e.lignes)]
    c.ecran.liste(
        [_vue(e) for e in toutes],
        "Aucune écriture cette année-là.",
        [
            *(
                Colonne("Jour", style=Style.PALE),
                Colonne("Jl"),
                Colonne("Pièce"),
                Colonne("Compte", cede=True),
            ),
            *(Colonne("Débit"), Colonne("Crédit")),
        ],
        (rang for e in toutes for rang in _rangs(comptes, e)),
        json=json,
    )


def _livre_simple(c: Contexte, caisse: Caisse, annee: int, rubrique: str, *, json: bool) -> None:
    """Recettes et dépenses, dans l'ordre, et ce qui reste en banque et dans la boîte."""
    comptes = caisse.vue(ComptesSimples)
    tous = [f for f in comptes.flux() if f.jour.year == annee]
    solde = comptes.liquidites(annee) - sum((f.somme for f in tous), ZERO)
    rangs, lus = [], []
    for flux in tous:
        solde += flux.somme
        if rubrique and clef(rubrique) not in (flux.rubrique.mot, clef(flux.rubrique.nom)):
            continue
        entre, sort = max(flux.somme, ZERO), max(ZERO - flux.somme, ZERO)
        lus.append(
            {
                "jour": flux.jour,
                "piece": flux.piece,
                "rubrique": flux.rubrique.mot,
                "recette": ranger_montant(entre),
                "depense": ranger_montant(sort),
                "solde": ranger_montant(solde),
            }
        )
        dits = (euros(s) if s else "" for s in (entre, sort))
        rangs.append((f"{flux.jour:%d/%m}", flux.piece, flux.rubrique.nom, *dits, euros(solde)))
    if json:
        c.ecran.json(lus)
    elif not rangs:
        c.ecran.dire("Aucune recette ni dépense cette année-là.")
    else:
        c.ecran.tableau(
            [
                *(Colonne("Jour", style=Style.PALE), Colonne("Pièce"), Colonne("Quoi", cede=True)),
                *(Colonne("Recette"), Colonne("Dépense"), Colonne("Reste")),
            ],
            rangs,
        )


def _rangs(comptes: Comptes, ecriture: Ecriture) -> list[tuple[str, ...]]:
    tete = (f"{ecriture.jour:%d/%m}", ecriture.journal.value, ecriture.piece)
    return [
        (
            *(tete if not rang else ("", "", "")),
            f"{ligne.compte} {comptes.noms[ligne.compte][0]}",
            euros(ligne.debit) if ligne.debit else "",
            euros(ligne.credit) if ligne.credit else "",
        )
        for rang, ligne in enumerate(ecriture.lignes)
    ]


def _vue(ecriture: Ecriture) -> dict[str, object]:
    return {
        "jour": ecriture.jour,
        "journal": ecriture.journal,
        "piece": ecriture.piece,
        "libelle": ecriture.libelle,
        "lignes": [
            {"compte": x.compte, "debit": ranger_montant(x.debit), "credit": ranger_montant(x.credit)}
            for x in ecriture.lignes
        ],
    }


@bilan_app.lit("bilan", vers=Page)
def bilan(c: Contexte, vers: Page, annee: UnExercice = None) -> None:
    """Ce que le lieu possède et ce qu'il doit, à la fin de l'exercice.

    Exemples :
        tl finance bilan
        tl finance bilan 2026 --sortie ~/bilan.pdf
    """
    _donner(c, vers, etats.patrimoine(caisses.ouvrir(c), annee or c.horloge.aujourdhui().year))


@resultat_app.lit("compte-resultat", vers=Page)
def compte_resultat(c: Contexte, vers: Page, annee: UnExercice = None) -> None:
    """Ce qui est entré, ce qui a coûté, et la différence.

    Exemples :
        tl finance compte-resultat 2026
        tl finance compte-resultat 2026 --sortie ~/resultat.pdf
    """
    _donner(c, vers, etats.resultats(caisses.ouvrir(c), annee or c.horloge.aujourdhui().year))


def _donner(c: Contexte, vers: Page, etat: Etat) -> None:
    """Un état, à l'écran, en page, ou pour un autre programme."""
    forme = rendu.forme(vers.format, vers.sortie, json=vers.json)
    if forme is Format.TERMINAL:
        etats.montrer(c.ecran, c.lieu.reglages.nom, etats.page(etat))
        return
    if forme is Format.JSON:
        rendu.ecrire(c, "etats", etats.vue(etat), forme, vers, "L'état")
        return
    page = etats.page(etat)
    rendu.ecrire(
        c, "etats", Pages(c.lieu.reglages.nom, page.titre, (page,)), forme, vers, f"« {page.titre} »"
    )


@exporter_app.lit("hledger")
def hledger(
    c: Contexte, dossier: _Dossier, annee: LExercice = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le journal au format de hledger, comptes déclarés.

    Exemple :
        tl finance exporter hledger ~/comptes
    """
    _exporter(c, dossier, annee, "hledger", ecraser=ecraser, json=json)


@exporter_app.lit("beancount")
def beancount(
    c: Contexte, dossier: _Dossier, annee: LExercice = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le journal au format de beancount, sans tolérance.

    Exemple :
        tl finance exporter beancount ~/comptes
    """
    _exporter(c, dossier, annee, "beancount", ecraser=ecraser, json=json)


@exporter_app.lit("fec")
def fec(
    c: Contexte, dossier: _Dossier, annee: LExercice = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le fichier des écritures comptables (18 colonnes), pour l'administration française.

    Exemple :
        tl finance exporter fec ~/comptes --annee 2026
    """
    _exporter(c, dossier, annee, "fec", ecraser=ecraser, json=json)


@exporter_app.lit("csv")
def csv(
    c: Contexte, dossier: _Dossier, annee: LExercice = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Les écritures en CSV, pour le comptable.

    Exemple :
        tl finance exporter csv ~/comptes
    """
    _exporter(c, dossier, annee, "csv", ecraser=ecraser, json=json)


@exporter_app.lit("ods")
def ods(
    c: Contexte, dossier: _Dossier, annee: LExercice = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Un classeur : journal, balance, résultat ; il s'ouvre dans LibreOffice.

    Exemple :
        tl finance exporter ods ~/comptes
    """
    _exporter(c, dossier, annee, "ods", ecraser=ecraser, json=json)


def _exporter(
    c: Contexte, dossier: Path, annee: int | None, format_: str, *, ecraser: bool, json: bool
) -> None:
    comptes = caisses.ouvrir(c).vue(Comptes)
    exercice = annee or c.horloge.aujourdhui().year
    ecritures = comptes.de_l_annee(exercice)
    nom, octets = exports.FORMATS[format_](comptes, ecritures, exercice)
    with Sorties(c, ecraser=ecraser) as sorties:
        fichier = sorties.ecrire(sorties.dossier(dossier) / nom, [octets])
    if json:
        c.ecran.json({"fichier": str(fichier), "ecritures": len(ecritures), "octets": len(octets)})
        return
    c.ecran.dire(f"{accorder(len(ecritures), 'écriture')} de {exercice} dans {fichier}.")
