"""Les écritures dans les mots d'autres programmes : hledger, beancount, FEC, CSV, ODS. Jamais relues."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.comptabilite.modele import NOMS, Ecriture
from tiers_lieu_cli.finance.montants import ranger_montant
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.noyau.texte import sans_accent

Export = tuple[str, bytes]
_RACINES = {
    Nature.ACTIF: ("Actif", "A", "Assets"),
    Nature.PASSIF: ("Passif", "L", "Liabilities"),
    Nature.FONDS: ("Fonds", "E", "Equity"),
    Nature.PRODUIT: ("Produits", "R", "Income"),
    Nature.CHARGE: ("Charges", "X", "Expenses"),
}
#: L'ordre et les noms des colonnes du FEC (article A47 A-1 du livre des procédures fiscales).
COLONNES_DU_FEC = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)


def hledger(comptes: Comptes, ecritures: Sequence[Ecriture], annee: int) -> Export:
    """Monnaie et comptes déclarés, types compris : `hledger check -s` ne trouve rien.

    C'est lui que signe une clôture : rien n'y vient d'un réglage du lieu, qui peut changer.
    """
    lignes = [f"; Exercice {annee}", "commodity 1000.00 EUR", ""]
    lignes += [
        f"account {_hledger(comptes, numero)}  ; type: {_RACINES[comptes.noms[numero][1]][1]}"
        for numero in sorted({ligne.compte for e in ecritures for ligne in e.lignes})
    ]
    for ecriture in ecritures:
        lignes += ["", f"{ecriture.jour} * ({ecriture.piece}) {ecriture.libelle}"]
        lignes += [
            f"    {_hledger(comptes, x.compte)}  {ranger_montant(x.somme)} EUR" for x in ecriture.lignes
        ]
    return f"{annee}.journal", ("\n".join(lignes) + "\n").encode()


def _hledger(comptes: Comptes, numero: str) -> str:
    nom, nature = comptes.noms[numero]
    return f"{_RACINES[nature][0]}:{numero} {re.sub(r'[;:()]', ' ', nom).strip()}".replace("  ", " ")


def beancount(comptes: Comptes, ecritures: Sequence[Ecriture], annee: int) -> Export:
    """Chaque solde final est affirmé sans tolérance : `bean-check` est un vrai oracle."""
    lignes = [
        f'option "title" "{comptes.caisse.c.lieu.reglages.nom}, {annee}"',
        'option "operating_currency" "EUR"',
    ]
    lignes.append("")
    numeros = sorted({ligne.compte for e in ecritures for ligne in e.lignes})
    lignes += [f"{annee}-01-01 open {_beancount(comptes, numero)} EUR" for numero in numeros]
    for ecriture in ecritures:
        lignes += ["", f'{ecriture.jour} * "{ecriture.piece}" "{ecriture.libelle}"']
        lignes += [
            f"  {_beancount(comptes, x.compte)}  {ranger_montant(x.somme)} EUR" for x in ecriture.lignes
        ]
    lignes.append("")
    for numero, somme in regles.soldes(ecritures).items():
        fin = date(annee + 1, 1, 1)
        lignes.append(f"{fin} balance {_beancount(comptes, numero)}  {ranger_montant(somme)} ~ 0.00 EUR")
    return f"{annee}.beancount", ("\n".join(lignes) + "\n").encode()


def _beancount(comptes: Comptes, numero: str) -> str:
    nom, nature = comptes.noms[numero]
    mot = re.sub(r"[^A-Za-z0-9]+", "-", sans_accent(nom)).strip("-").title()
    return f"{_RACINES[nature][2]}:C{numero}-{mot}"


def fec(comptes: Comptes, ecritures: Sequence[Ecriture], annee: int) -> Export:
    """Dix-huit colonnes, tabulations, CRLF, une suite de numéros sans trou, débit et crédit égaux."""
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter="\t", lineterminator="\r\n", quoting=csv.QUOTE_NONE, escapechar=" ")
    ecrivain.writerow(COLONNES_DU_FEC)
    for numero, ecriture in enumerate(ecritures, start=1):
        jour = f"{ecriture.jour:%Y%m%d}"
        for x in ecriture.lignes:
            debit, credit = (ranger_montant(s).replace(".", ",") for s in (x.debit, x.credit))
            ecrivain.writerow(
                (
                    *(ecriture.journal.value, NOMS[ecriture.journal], f"{numero:06}", jour),
                    *(x.compte, comptes.noms[x.compte][0], "", "", ecriture.piece, jour),
                    *(ecriture.libelle, debit, credit, "", "", jour, "", ""),
                )
            )
    siren = comptes.caisse.vendeur.numero[:9] or "000000000"
    return f"{siren}FEC{annee}1231.txt", flux.getvalue().encode("utf-8")


def en_csv(comptes: Comptes, ecritures: Sequence[Ecriture], annee: int) -> Export:
    """Une ligne par compte mouvementé, à la française : point-virgule, virgule décimale."""
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(("Jour", "Journal", "Pièce", "Libellé", "Compte", "Nom du compte", "Débit", "Crédit"))
    for ecriture in ecritures:
        for x in ecriture.lignes:
            sommes = (ranger_montant(s).replace(".", ",") for s in (x.debit, x.credit))
            tete = (f"{ecriture.jour:%d/%m/%Y}", ecriture.journal.value, ecriture.piece, ecriture.libelle)
            ecrivain.writerow((*tete, x.compte, comptes.noms[x.compte][0], *sommes))
    return f"ecritures-{annee}.csv", ("\ufeff" + flux.getvalue()).encode("utf-8")


def ods(comptes: Comptes, ecritures: Sequence[Ecriture], annee: int) -> Export:
    """Un classeur de trois feuilles : le journal, la balance, le résultat."""
    from odf.opendocument import OpenDocumentSpreadsheet

    classeur = OpenDocumentSpreadsheet()
    sommes = regles.soldes(ecritures)
    _feuille(
        classeur,
        "Journal",
        ("Jour", "Journal", "Pièce", "Libellé", "Compte", "Nom", "Débit", "Crédit"),
        [
            (
                e.jour,
                e.journal.value,
                e.piece,
                e.libelle,
                x.compte,
                comptes.noms[x.compte][0],
                x.debit,
                x.credit,
            )
            for e in ecritures
            for x in e.lignes
        ],
    )
    _feuille(
        classeur,
        "Balance",
        ("Compte", "Nom", "Solde"),
        [(c, comptes.noms[c][0], s) for c, s in sommes.items()],
    )
    resultat = [
        (p.compte, p.nom, p.somme if nature is Nature.PRODUIT else -p.somme)
        for nature in (Nature.PRODUIT, Nature.CHARGE)
        for p in regles.postes(sommes, comptes.noms, nature)
    ]
    total = ("", "Résultat", regles.resultat(sommes, comptes.noms))
    _feuille(classeur, "Résultat", ("Compte", "Nom", "Somme"), [*resultat, total])
    flux = io.BytesIO()
    classeur.write(flux)
    return f"comptes-{annee}.ods", flux.getvalue()


def _feuille(classeur: object, nom: str, titres: Sequence[str], rangs: Sequence[Sequence[object]]) -> None:
    from odf.table import Table, TableRow

    table = Table(name=nom)
    for rang in (titres, *rangs):
        ligne = TableRow()
        for valeur in rang:
            ligne.addElement(_case(valeur))
        table.addElement(ligne)
    classeur.spreadsheet.addElement(table)  # type: ignore[attr-defined]


def _case(valeur: object) -> object:
    from odf.table import TableCell
    from odf.text import P

    if isinstance(valeur, Decimal):
        case = TableCell(valuetype="currency", currency="EUR", value=ranger_montant(valeur))
    elif isinstance(valeur, date):
        case = TableCell(valuetype="date", datevalue=valeur.isoformat())
    else:
        case = TableCell(valuetype="string")
    case.addElement(P(text=ranger_montant(valeur) if isinstance(valeur, Decimal) else str(valeur)))
    return case


FORMATS: dict[str, Callable[[Comptes, Sequence[Ecriture], int], Export]] = {
    "hledger": hledger,
    "beancount": beancount,
    "fec": fec,
    "csv": en_csv,
    "ods": ods,
}
