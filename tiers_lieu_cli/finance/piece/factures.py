"""`tl finance facture emettre…` : émettre, suivre, retrouver ; `note-credit` : corriger sans rien effacer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import moyeu as moyeux
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.document import controle
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.options import DesBrouillons, LaPiece, LExercice
from tiers_lieu_cli.finance.piece import brouillons, emission
from tiers_lieu_cli.finance.piece.emission import AEmettre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon, Piece, Serie
from tiers_lieu_cli.finance.piece.vues import montrer_lignes, totaux_de
from tiers_lieu_cli.finance.transmission.modele import etat_de
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.texte import accorder, clef

app = brouillons.app

Motif = Annotated[str, typer.Option("--motif", help="Pourquoi, sans nommer personne.")]


class FaitsChanges(Echec):
    """Un brouillon facture un fait qui n'est plus ce qu'il était."""

    def __init__(self, brouillon: Brouillon, faits: Sequence[str]) -> None:
        quoi = accorder(len(faits), "fait corrigé", "faits corrigés")
        super().__init__(
            f"« {brouillon.id} » facture {quoi} depuis : {', '.join(faits[:4])}.",
            f"Le refaire : tl finance facture retirer {brouillon.id}, puis tl finance facture brouillon"
            f" --tiers {brouillon.tiers} --depuis-faits",
        )


def prete_a_emettre(c: Contexte) -> Depot:
    """La caisse ; les règles sont compilées avant de tenir le verrou, où l'on ne reste qu'un instant."""
    trouve = caisses.depot(c)
    moyeux.exiger_a_jour(trouve)
    controle.prechauffer("cii")
    controle.prechauffer("ubl")
    return trouve


@app.ecrit("emettre", depot=prete_a_emettre, oui=True)
def emettre(
    c: Contexte,
    e: Ecriture,
    lesquels: DesBrouillons = None,
    tous: Annotated[bool, typer.Option("--tout", help="Tous les brouillons.")] = False,
) -> Fait:
    """Émettre une facture : contrôlée, numérotée, figée. Elle ne changera plus.

    Exemples :
        tl finance facture emettre b-7k2m9x
        tl finance facture emettre --tout
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    choisis = _choisir(caisse, lesquels or [], tous=tous)
    for brouillon in choisis:
        _refuser_les_faits_changes(caisse, brouillon)
    voulues = [emission.preparer(caisse, brouillon, jour) for brouillon in choisis]
    pieces = emettre_ensemble(c, caisse, e, voulues)
    for brouillon in choisis:
        e.retirer(BROUILLONS.genre.chemin(brouillon.id))
    return dire_emises(caisse, pieces, "emettre", _avis_de_franchise(caisse, voulues))


def _choisir(caisse: Caisse, mots: Sequence[str], *, tous: bool) -> list[Brouillon]:
    if tous:
        choisis = sorted(BROUILLONS.toutes(caisse.arbre).fiches, key=lambda b: _ordre(caisse, b))
    else:
        choisis = [BROUILLONS.exiger(caisse.arbre, mot) for mot in dict.fromkeys(mots)]
    if not choisis:
        raise ErreurUsage(
            "Aucun brouillon à émettre.", "En préparer : tl finance facture brouillon --depuis-faits"
        )
    return choisis


def _ordre(caisse: Caisse, brouillon: Brouillon) -> tuple[date, date, str, str]:
    """L'ordre des numéros d'un lot : celui des jours, puis des noms ; l'identifiant est tiré au sort."""
    prestation = brouillon.operation or brouillon.cree
    return brouillon.cree, prestation, clef(caisse.nom(brouillon.tiers)), brouillon.id


def _refuser_les_faits_changes(caisse: Caisse, brouillon: Brouillon) -> None:
    su = caisse.memoire.faits
    cites = [cle.partition(":") for ligne in brouillon.lignes for cle in ligne.faits]
    changes = [i for i, _, revision in cites if i in su and (su[i].annule or su[i].revision > int(revision))]
    if changes:
        raise FaitsChanges(brouillon, changes)


def emettre_ensemble(c: Contexte, caisse: Caisse, e: Ecriture, voulues: list[AEmettre]) -> list[Piece]:
    """Tout vérifier, demander ce qui se décide, puis figer."""
    jour = c.horloge.aujourdhui()
    emission.exiger_tout(caisse, voulues, jour)
    for voulue in voulues:
        if question := emission.ecart_a_confirmer(caisse, voulue, jour):
            c.confirmer(question)
    seuil = emission.seuil_apres(caisse, voulues, jour)
    if seuil and seuil.depasse:
        c.confirmer(
            f"Le chiffre de l'année en franchise serait de {euros(seuil.chiffre)}, au-delà du seuil"
            f" ({euros(seuil.plafond)}) : la franchise se perd. Émettre quand même ?"
        )
    moyeux.porter_ensuite(c, caisse.depot, e)
    return emission.emettre(caisse, e, c.ecran.avancer(voulues, "Émettre"), jour)


def _avis_de_franchise(caisse: Caisse, voulues: Sequence[AEmettre]) -> list[str]:
    seuil = emission.seuil_apres(caisse, voulues, caisse.c.horloge.aujourdhui())
    if seuil is None or not seuil.approche:
        return []
    return [f"Franchise : {euros(seuil.chiffre)} cette année, pour un seuil de {euros(seuil.plafond)}."]


def dire_emises(caisse: Caisse, pieces: list[Piece], verbe: str, plus: Sequence[str] = ()) -> Fait:
    """Ce qu'on dit de pièces émises ; `plus` : ce qui s'y ajoute."""
    premiere = pieces[0]
    quoi = "Facture" if premiere.serie is Serie.FACTURE else "Note de crédit"
    lignes = [f"  {p.numero}  {caisse.nom(p.tiers)}  {euros(p.montant_du)}" for p in pieces[:12]]
    if len(pieces) > len(lignes):
        lignes.append(f"  … et {accorder(len(pieces) - len(lignes), 'autre')}.")
    seule = f"{quoi} {premiere.numero} émise : {caisse.nom(premiere.tiers)}, {euros(premiere.montant_du)}."
    if premiere.a_transmettre:
        suite = f"tl finance facture document {premiere.numero} --xml --sortie ~/{premiere.numero}.xml"
    else:
        suite = f"tl finance facture document {premiere.numero} --sortie ~/{premiere.numero}.pdf"
    return Fait(
        id=premiere.numero,
        action=f"finance.facture.{verbe}",
        histoire=", ".join(f"{quoi} {p.numero}" for p in pieces[:6]) + (" …" if len(pieces) > 6 else ""),
        phrase=seule if len(pieces) == 1 else f"{len(pieces)} factures émises :",
        lignes=[*(lignes if len(pieces) > 1 else ()), *plus],
        suite=suite,
        details={
            "numeros": [p.numero for p in pieces],
            "pieces": [{"numero": p.numero, "du": p.du, "communication": p.communication} for p in pieces],
        },
    )


# -- retrouver -------------------------------------------------------------------


@app.lit("liste")
def liste(
    c: Contexte,
    annee: LExercice = None,
    json: Json = False,
) -> None:
    """Les brouillons, puis les pièces de l'année.

    Exemple :
        tl finance facture liste
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    brouillons = BROUILLONS.toutes(caisse.arbre).fiches
    pieces = [p for p in caisse.livre.toutes if p.exercice == (annee or jour.year)]
    if json:
        c.ecran.json({"brouillons": brouillons, "pieces": [_resume(caisse, p) for p in pieces]})
        return
    if not brouillons and not pieces:
        c.ecran.dire("Rien encore.  Préparer : tl finance facture brouillon --depuis-faits")
        return
    rangs = [
        (b.id, caisse.nom(b.tiers), euros(emission.preparer(caisse, b, jour).totaux.du), "brouillon", "")
        for b in brouillons
    ]
    rangs += [
        (p.numero, caisse.nom(p.tiers), euros(p.montant_du), f"{p.emise:%d/%m/%Y}", etat(caisse, p))
        for p in reversed(pieces)
    ]
    c.ecran.tableau(
        [
            Colonne("Pièce", style=Style.GRAS),
            Colonne("Pour", cede=True),
            Colonne("Montant"),
            Colonne("Émise"),
            Colonne("État", cede=True),
        ],
        rangs,
    )


@app.lit("fiche")
def fiche(c: Contexte, laquelle: LaPiece, json: Json = False) -> None:
    """Une pièce émise : ses lignes, son état, ce qui la corrige.

    Exemple :
        tl finance facture fiche 2026-0001
    """
    caisse = caisses.ouvrir(c)
    piece = caisse.livre.une(laquelle)
    notes = [n.numero for n in caisse.livre.credits.get(piece.id, ())]
    if json:
        c.ecran.json({**_resume(caisse, piece), "piece": piece, "notes_de_credit": notes})
        return
    quoi = (
        "Facture"
        if piece.serie is Serie.FACTURE
        else f"Note de crédit sur {piece.origine.numero if piece.origine else ''} ·"
    )
    c.ecran.titre(f"{quoi} {piece.numero} · {caisse.nom(piece.tiers)}", f"{piece.emise:%d/%m/%Y}")
    montrer_lignes(c.ecran, totaux_de(piece))
    doit = piece.serie is Serie.FACTURE and caisse.vue(Banque).reste_du(piece) > 0
    quand = f" · à payer pour le {piece.echeance:%d/%m/%Y}" if doit else ""
    c.ecran.dire(f"{etat(caisse, piece).capitalize()}{quand}")
    if notes:
        c.ecran.dire(f"Corrigée par {', '.join(notes)}.")


@app.lit("document")
def document(
    c: Contexte,
    laquelle: LaPiece,
    sortie: Annotated[Path, typer.Option("--sortie", help="Le fichier à écrire.")],
    xml: Annotated[bool, typer.Option("--xml", help="Le XML à transmettre, au lieu du PDF.")] = False,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Sortir du coffre le document d'une pièce, tel qu'il fut émis à l'octet près.

    Exemple :
        tl finance facture document 2026-0001 --sortie ~/2026-0001.pdf
    """
    caisse = caisses.ouvrir(c)
    piece = caisse.livre.une(laquelle)
    empreinte = (piece.documents.ubl or piece.documents.cii) if xml else piece.documents.pdf
    octets = caisse.coffre.lire(empreinte)
    sortie = sorties.ecrire(c, sortie, octets, ecraser=ecraser, noms=True)
    if json:
        c.ecran.json(
            {"numero": piece.numero, "fichier": str(sortie), "octets": len(octets), "empreinte": empreinte}
        )
        return
    c.ecran.dire(f"{piece.numero} est écrite dans {sortie}.")
    if xml and piece.documents.ubl:
        c.ecran.dire(f"  Au point d'accès, puis : tl finance facture transmise {piece.numero} --preuve")


def etat(caisse: Caisse, piece: Piece) -> str:
    """Où en est une pièce, en un mot."""
    if piece.serie is Serie.CREDIT:
        return f"corrige {piece.origine.numero}" if piece.origine else ""
    credite, paye = caisse.livre.credite(piece), caisse.vue(Banque).paye.get(piece.id, ZERO)
    if credite and credite == piece.montant_du:
        return "créditée"
    dit = ["créditée en partie"] if credite else []
    if paye:
        dit.append("payée" if paye + credite >= piece.montant_du else "payée en partie")
    if piece.a_transmettre:
        dit.append(etat_de(caisse.transmissions.get(piece.id, ())))
    return ", ".join(dit) or "émise"


def _resume(caisse: Caisse, piece: Piece) -> dict[str, object]:
    return {
        "numero": piece.numero,
        "serie": piece.serie,
        "tiers": piece.tiers,
        "emise": piece.emise,
        "echeance": piece.echeance,
        "du": piece.du,
        "etat": etat(caisse, piece),
    }


# -- corriger --------------------------------------------------------------------
