"""`tl finance livre|bilan|compte-resultat|exporter` : ce que les écritures donnent."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.comptabilite import exports, regles
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture
from tiers_lieu_cli.finance.comptabilite.regles import Poste
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties

livre_app, bilan_app, resultat_app = Application(), Application(), Application()
exporter_app = Application("Donner les écritures à d'autres programmes ; jamais relues d'eux.")

_Annee = Annotated[int | None, typer.Argument(metavar="ANNEE", help="L'exercice ; sinon, celui-ci.")]
_Dossier = Annotated[Path, typer.Argument(help="Le dossier où écrire.")]
_DeLAnnee = Annotated[int | None, typer.Option("--annee", help="L'exercice ; sinon, celui-ci.")]


@livre_app.lit("livre")
def livre(
    c: Contexte,
    annee: _Annee = None,
    compte: Annotated[str, typer.Option("--compte", help="Les écritures d'un seul compte.")] = "",
    json: Json = False,
) -> None:
    """Le livre-journal d'un exercice : chaque écriture, à somme égale.

    Exemples :
        tl finance livre
        tl finance livre 2026 --compte banque
    """
    comptes = Comptes(caisses.ouvrir(c))
    toutes = comptes.de_l_annee(annee or c.horloge.aujourdhui().year)
    if compte:
        voulu = comptes.caisse.plan.designer(compte).numero
        toutes = [e for e in toutes if any(ligne.compte == voulu for ligne in e.lignes)]
    if json:
        c.ecran.json([_vue(e) for e in toutes])
        return
    if not toutes:
        c.ecran.dire("Aucune écriture cette année-là.")
        return
    c.ecran.tableau(
        [
            *(
                Colonne("Jour", style=Style.PALE),
                Colonne("Jl"),
                Colonne("Pièce"),
                Colonne("Compte", cede=True),
            ),
            *(Colonne("Débit"), Colonne("Crédit")),
        ],
        [rang for e in toutes for rang in _rangs(comptes, e)],
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


@bilan_app.lit("bilan")
def bilan(c: Contexte, annee: _Annee = None, json: Json = False) -> None:
    """Ce que le lieu possède et ce qu'il doit, à la fin de l'exercice.

    Exemple :
        tl finance bilan
    """
    comptes = Comptes(caisses.ouvrir(c))
    exercice = annee or c.horloge.aujourdhui().year
    sommes = comptes.soldes(exercice)
    actif = regles.postes(sommes, comptes.noms, Nature.ACTIF)
    passif = regles.postes(sommes, comptes.noms, Nature.PASSIF, Nature.FONDS)
    resultat = regles.resultat(sommes, comptes.noms)
    if json:
        c.ecran.json(_etat(exercice, actif=actif, passif=passif, resultat=resultat))
        return
    c.ecran.titre(f"{c.lieu.reglages.nom} · état du patrimoine {exercice}")
    _montrer(c.ecran, "Ce que le lieu possède", actif, ZERO, "")
    _montrer(c.ecran, "Ce qu'il doit, et ses fonds", passif, resultat, "Résultat de l'exercice")


@resultat_app.lit("compte-resultat")
def compte_resultat(c: Contexte, annee: _Annee = None, json: Json = False) -> None:
    """Ce qui est entré, ce qui a coûté, et la différence.

    Exemple :
        tl finance compte-resultat 2026
    """
    comptes = Comptes(caisses.ouvrir(c))
    exercice = annee or c.horloge.aujourdhui().year
    sommes = comptes.soldes(exercice)
    produits = regles.postes(sommes, comptes.noms, Nature.PRODUIT)
    charges = regles.postes(sommes, comptes.noms, Nature.CHARGE)
    resultat = regles.resultat(sommes, comptes.noms)
    if json:
        c.ecran.json(_etat(exercice, produits=produits, charges=charges, resultat=resultat))
        return
    c.ecran.titre(f"{c.lieu.reglages.nom} · compte de résultat {exercice}")
    _montrer(c.ecran, "Produits", produits, ZERO, "")
    _montrer(c.ecran, "Charges", charges, ZERO, "")
    c.ecran.dire(f"Résultat : {euros(resultat)}")


def _etat(exercice: int, *, resultat: Decimal, **parts: list[Poste]) -> dict[str, object]:
    dits = {
        nom: [{"compte": p.compte, "nom": p.nom, "somme": ranger_montant(p.somme)} for p in part]
        for nom, part in parts.items()
    }
    return {"annee": exercice, **dits, "resultat": ranger_montant(resultat)}


def _montrer(ecran: Ecran, titre: str, postes: list[Poste], plus: Decimal, nom: str) -> None:
    ecran.dire(titre)
    rangs = [(p.compte, p.nom, euros(p.somme)) for p in postes]
    if plus:
        rangs.append(("", nom, euros(plus)))
    total = sum((p.somme for p in postes), plus)
    ecran.tableau(
        [Colonne(style=Style.PALE), Colonne(cede=True), Colonne()], [*rangs, ("", "Total", euros(total))]
    )


@exporter_app.lit("hledger")
def hledger(
    c: Contexte, dossier: _Dossier, annee: _DeLAnnee = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le journal au format de hledger, comptes déclarés.

    Exemple :
        tl finance exporter hledger comptes
    """
    _exporter(c, dossier, annee, "hledger", ecraser=ecraser, json=json)


@exporter_app.lit("beancount")
def beancount(
    c: Contexte, dossier: _Dossier, annee: _DeLAnnee = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le journal au format de beancount, sans tolérance.

    Exemple :
        tl finance exporter beancount comptes
    """
    _exporter(c, dossier, annee, "beancount", ecraser=ecraser, json=json)


@exporter_app.lit("fec")
def fec(
    c: Contexte, dossier: _Dossier, annee: _DeLAnnee = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Le fichier des écritures comptables (18 colonnes), pour l'administration française.

    Exemple :
        tl finance exporter fec comptes --annee 2026
    """
    _exporter(c, dossier, annee, "fec", ecraser=ecraser, json=json)


@exporter_app.lit("csv")
def csv(
    c: Contexte, dossier: _Dossier, annee: _DeLAnnee = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Les écritures en CSV, pour le comptable.

    Exemple :
        tl finance exporter csv comptes
    """
    _exporter(c, dossier, annee, "csv", ecraser=ecraser, json=json)


@exporter_app.lit("ods")
def ods(
    c: Contexte, dossier: _Dossier, annee: _DeLAnnee = None, ecraser: Ecraser = False, json: Json = False
) -> None:
    """Un classeur : journal, balance, résultat ; il s'ouvre dans LibreOffice.

    Exemple :
        tl finance exporter ods comptes
    """
    _exporter(c, dossier, annee, "ods", ecraser=ecraser, json=json)


def _exporter(
    c: Contexte, dossier: Path, annee: int | None, format_: str, *, ecraser: bool, json: bool
) -> None:
    comptes = Comptes(caisses.ouvrir(c))
    exercice = annee or c.horloge.aujourdhui().year
    ecritures = comptes.de_l_annee(exercice)
    nom, octets = exports.FORMATS[format_](comptes, ecritures, exercice)
    with Sorties(c, ecraser=ecraser) as sorties:
        fichier = sorties.ecrire(sorties.dossier(dossier) / nom, [octets])
    if json:
        c.ecran.json({"fichier": str(fichier), "ecritures": len(ecritures), "octets": len(octets)})
        return
    c.ecran.dire(f"{len(ecritures)} écritures de {exercice} dans {fichier}.")
