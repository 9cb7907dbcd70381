"""`tl finance facture emettre…` : émettre, suivre, retrouver ; `note-credit` : corriger sans rien effacer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance import moyeu as moyeux
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.document import controle
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.options import DesBrouillons, LaFacture, LaPiece
from tiers_lieu_cli.finance.piece import brouillons, calcul, emission
from tiers_lieu_cli.finance.piece.emission import AEmettre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon, Origine, Piece, Serie
from tiers_lieu_cli.finance.piece.vues import montrer_lignes, totaux_de
from tiers_lieu_cli.finance.transmission.modele import etat_de
from tiers_lieu_cli.noyau import sorties, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.texte import clef

app = brouillons.app
credit_app = Application("Les notes de crédit : corriger une facture sans la toucher.")

_Motif = Annotated[str, typer.Option("--motif", help="Pourquoi, sans nommer personne.")]


class FaitsChanges(Echec):
    """Un brouillon facture un fait qui n'est plus ce qu'il était."""

    def __init__(self, brouillon: Brouillon, faits: Sequence[str]) -> None:
        super().__init__(
            f"« {brouillon.id} » facture {len(faits)} fait(s) corrigé(s) depuis : {', '.join(faits[:4])}.",
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
    pieces = _emettre(c, caisse, e, voulues)
    for brouillon in choisis:
        e.retirer(BROUILLONS.genre.chemin(brouillon.id))
    return _dire_emises(caisse, pieces, "emettre", _avis_de_franchise(caisse, voulues))


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


def _emettre(c: Contexte, caisse: Caisse, e: Ecriture, voulues: list[AEmettre]) -> list[Piece]:
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


def _dire_emises(caisse: Caisse, pieces: list[Piece], verbe: str, plus: Sequence[str] = ()) -> Fait:
    premiere = pieces[0]
    quoi = "Facture" if premiere.serie is Serie.FACTURE else "Note de crédit"
    lignes = [f"  {p.numero}  {caisse.nom(p.tiers)}  {euros(p.montant_du)}" for p in pieces[:12]]
    if len(pieces) > len(lignes):
        lignes.append(f"  … et {len(pieces) - len(lignes)} autres.")
    seule = f"{quoi} {premiere.numero} émise : {caisse.nom(premiere.tiers)}, {euros(premiere.montant_du)}."
    if premiere.a_transmettre:
        suite = f"tl finance facture document {premiere.numero} --xml --sortie {premiere.numero}.xml"
    else:
        suite = f"tl finance facture document {premiere.numero} --sortie {premiere.numero}.pdf"
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
    annee: Annotated[int | None, typer.Option("--annee", help="L'exercice ; sinon, celui-ci.")] = None,
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
    c.ecran.dire(f"{etat(caisse, piece).capitalize()} · à payer pour le {piece.echeance:%d/%m/%Y}")
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
        tl finance facture document 2026-0001 --sortie 2026-0001.pdf
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


@credit_app.ecrit("creer", depot=prete_a_emettre, oui=True)
def creer(
    c: Contexte,
    e: Ecriture,
    facture: LaFacture,
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--ligne", metavar="RANG[:QUANTITE]", help="Cette ligne, ou une part : 2:1,5. Rien : tout."
        ),
    ] = None,
    faits: Annotated[
        list[str] | None, typer.Option("--fait", metavar="FAIT", help="Ce que ce fait a fait facturer.")
    ] = None,
    motif: _Motif = "",
) -> Fait:
    """Émettre la note de crédit d'une facture, entière ou en partie ; la facture, elle, ne change pas.

    Exemples :
        tl finance note-credit creer 2026-0001
        tl finance note-credit creer 2026-0001 --ligne 2:1,5 --motif "une heure de trop"
    """
    caisse = caisses.ouvrir(c)
    return _crediter(c, caisse, e, caisse.livre.une(facture), parts or [], faits or [], motif, "credit")


@app.ecrit("annuler", depot=prete_a_emettre, oui=True)
def annuler(c: Contexte, e: Ecriture, facture: LaFacture, motif: _Motif = "") -> Fait:
    """Annuler une facture : par une note de crédit du même montant, jamais autrement.

    Exemple :
        tl finance facture annuler 2026-0001 --motif "adressée au mauvais client"
    """
    caisse = caisses.ouvrir(c)
    return _crediter(c, caisse, e, caisse.livre.une(facture), [], [], motif, "annuler")


def _crediter(
    c: Contexte,
    caisse: Caisse,
    e: Ecriture,
    facture: Piece,
    parts: Sequence[str],
    faits: Sequence[str],
    motif: str,
    verbe: str,
) -> Fait:
    if facture.serie is not Serie.FACTURE:
        raise ErreurUsage(f"{facture.numero} est déjà une note de crédit.", "Refaire plutôt une facture.")
    notes = caisse.livre.credits.get(facture.id, [])
    restes = {rang: r.quantite for rang, r in calcul.restants(facture, notes).items() if r.quantite}
    if not restes:
        raise ErreurUsage(f"{facture.numero} est déjà créditée en entier.", "Il n'y a plus rien à en rendre.")
    quantites, rendus = _parts(facture, restes, parts), dict[int, tuple[str, ...]]()
    for fait in faits:
        rang, cle, quantite = _part_du_fait(caisse, facture, fait)
        quantites[rang] = quantites.get(rang, Decimal(0)) + quantite
        rendus[rang] = (*rendus.get(rang, ()), cle)
    if not (parts or faits):
        quantites = restes
    for rang, quantite in quantites.items():
        if calcul.depasse(quantite, restes.get(rang, Decimal(0))):
            raise ErreurUsage(
                f"La ligne {rang} de {facture.numero} n'a plus que"
                f" {montants.nombre(restes.get(rang, Decimal(0)))} à créditer.",
                f"La relire : tl finance facture fiche {facture.numero}",
            )
        if quantite == restes[rang]:
            rendus[rang] = _faits_a_rendre(facture, notes, rang)
    voulue = AEmettre(
        ident=facture.numero,
        serie=Serie.CREDIT,
        tiers=caisse.tiers[facture.tiers],
        totaux=calcul.rendre_les_faits(calcul.crediter(facture, notes, quantites), rendus),
        operation=facture.operation,
        echeance=c.horloge.aujourdhui(),
        reference=facture.reference,
        motif=texte.ligne(motif, "Le motif", vide=True),
        origine=Origine(id=facture.id, numero=facture.numero, emise=facture.emise),
    )
    (note,) = _emettre(c, caisse, e, [voulue])
    return _dire_emises(caisse, [note], verbe)


def _parts(facture: Piece, restes: dict[int, Decimal], dites: Sequence[str]) -> dict[int, Decimal]:
    quantites: dict[int, Decimal] = {}
    for dite in dites:
        avant, _, quantite = dite.partition(":")
        rang = texte.entier(avant) or 0
        if not 1 <= rang <= len(facture.lignes):
            raise ErreurUsage(
                f"« {dite[:40]} » : {facture.numero} n'a pas cette ligne.",
                f"La relire : tl finance facture fiche {facture.numero}",
            )
        reste = restes.get(rang, Decimal(0))
        quantites[rang] = montants.lire(quantite, "La quantité") if quantite else reste
    return quantites


def _part_du_fait(caisse: Caisse, facture: Piece, dit: str) -> tuple[int, str, Decimal]:
    """Le rang, la clé et la quantité d'un fait tel que cette facture le porte."""
    versions = {fait.cle: fait for lot in caisse.memoire.lots for fait in lot.faits}
    for cle, (piece, rang) in caisse.livre.faits.items():
        if piece == facture.id and dit in (cle, cle.partition(":")[0]) and cle in versions:
            return rang, cle, versions[cle].combien
    raise ErreurUsage(
        f"{facture.numero} ne facture pas (ou plus) le fait « {dit[:40]} ».",
        f"La relire : tl finance facture fiche {facture.numero}",
    )


def _faits_a_rendre(facture: Piece, notes: Sequence[Piece], rang: int) -> tuple[str, ...]:
    deja = {f for n in notes for figee in n.lignes if figee.origine == rang for f in figee.ligne.faits}
    return tuple(fait for fait in facture.lignes[rang - 1].ligne.faits if fait not in deja)
