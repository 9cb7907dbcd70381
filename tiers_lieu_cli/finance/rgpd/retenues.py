"""Ce qu'un tiers laisse dans la caisse : ce que la loi fait garder, ce qui n'est pas réglé, tout le reste."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from tiers_lieu_cli.finance.achats import ACHATS
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.carnets import CARNETS, parts
from tiers_lieu_cli.finance.cautions import CAUTIONS, ETAPES, detenue
from tiers_lieu_cli.finance.espece import ESPECES
from tiers_lieu_cli.finance.faits import etats
from tiers_lieu_cli.finance.faits.etats import Sort
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS, EMPREINTE, Piece, Serie
from tiers_lieu_cli.finance.relances import LITIGES, RELANCES
from tiers_lieu_cli.finance.rgpd.modele import terme
from tiers_lieu_cli.finance.tiers.modele import TIERS, Tiers
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.texte import accorder


class Retenue(msgspec.Struct, frozen=True):
    """Une pièce que la loi fait garder, et qui elle nomme. `empreintes` : ses contenus au coffre."""

    sorte: str
    nom: str
    tiers: str
    terme: date
    empreintes: tuple[str, ...] = ()


def retenues(caisse: Caisse) -> Iterator[Retenue]:
    """Factures et notes émises, factures reçues, cautions qui ont bougé (FIN-32)."""
    for piece in caisse.livre.toutes:
        preuves = [t.preuve for t in caisse.transmissions.get(piece.id, ())]
        contenus = tuple(filter(None, (*msgspec.structs.astuple(piece.documents), *preuves)))
        yield Retenue("pièce", piece.numero, piece.tiers, terme(piece.emise, caisse.droit), contenus)
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        contenus = (achat.empreinte,) if achat.empreinte else ()
        yield Retenue("achat", achat.id, achat.fournisseur, terme(achat.datee, caisse.droit), contenus)
    deposants = {caution.id: caution.tiers for caution in CAUTIONS.toutes(caisse.arbre).fiches}
    for etape in ETAPES.toutes(caisse.arbre).fiches:
        if etape.caution in deposants:
            deposant = deposants[etape.caution]
            yield Retenue("caution", etape.caution, deposant, terme(etape.le, caisse.droit))


def en_cours(caisse: Caisse, tiers: Tiers, jour: date) -> Iterator[str]:
    """Ce qui n'est pas réglé avec lui, dans un sens ou dans l'autre, chacun avec ce qui le règle."""
    sorts = etats.sorts(caisse)
    faits = [
        f.id
        for f in caisse.memoire.faits.values()
        if caisse.liens.get(f.qui) == tiers.id
        and f.id not in caisse.facturees
        and sorts[f.id] is Sort.A_FACTURER
    ]
    if faits:
        facturer = f"tl finance facture brouillon --tiers {tiers.id} --depuis-faits"
        yield f"{accorder(len(faits), 'fait')} à facturer ({facturer})"
    for brouillon in BROUILLONS.toutes(caisse.arbre).fiches:
        if brouillon.tiers == tiers.id:
            yield f"le brouillon {brouillon.id} (tl finance facture retirer {brouillon.id})"
    for devis in DEVIS.toutes(caisse.arbre).fiches:
        if devis.tiers == tiers.id and not devis.accepte and devis.valable >= jour:
            yield f"le devis {devis.id}, valable jusqu'au {devis.valable:%d/%m/%Y}"
    banque = caisse.vue(Banque)
    for piece in caisse.livre.toutes:
        if piece.tiers == tiers.id and piece.serie is Serie.FACTURE and (reste := banque.reste_du(piece)):
            quoi = "à recevoir" if reste > 0 else "à rendre"
            yield f"la facture {piece.numero} : {euros(abs(reste))} {quoi} (tl finance banque rapprocher)"
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        du = achat.total + banque.paye.get(achat.id, ZERO)
        if achat.fournisseur == tiers.id and du > 0:
            yield f"l'achat {achat.id} : {euros(du)} à payer (tl finance achat payer {achat.id})"
    for caution in CAUTIONS.toutes(caisse.arbre).fiches:
        if caution.tiers == tiers.id and (tenu := detenue(caisse, caution.id)):
            rendre = f"tl finance caution rendre {caution.id}"
            yield f"la caution {caution.id} : {euros(tenu)} à rendre ({rendre})"


def compter(gardees: Sequence[Retenue]) -> str:
    """« 12 pièces, 3 achats » : combien de chaque sorte, une caution n'étant comptée qu'une fois."""
    noms = {(r.sorte, r.nom): None for r in gardees}
    combien = Counter(sorte for sorte, _ in noms)
    return ", ".join(f"{n} {sorte}{'s' * (n > 1)}" for sorte, n in combien.items())


def identites_d_hier(caisse: Caisse, tiers: Tiers) -> set[str]:
    """Toutes les empreintes d'identité que ce tiers a eues : git les cite encore, le coffre les oublie."""
    chemin = TIERS.genre.chemin(tiers.id)
    histoire = caisse.depot.git("log", "-p", "--format=", "--", chemin).decode("utf-8", "replace")
    return {tiers.identite, *re.findall(EMPREINTE.pattern, histoire)}


class Paiement(msgspec.Struct, frozen=True):
    """Ce qui fut payé d'une pièce ou d'un achat. Le libellé de la banque, lui, ne sort pas du coffre."""

    de: str
    le: date
    montant: Decimal
    par: str


def tout(caisse: Caisse, tiers: Tiers) -> dict[str, list[object]]:
    """Tout ce que la caisse garde de lui, par sorte ; rien qu'elle garde n'y manque (RGPD-3)."""
    pieces = [p for p in caisse.livre.toutes if p.tiers == tiers.id]
    numeros = {p.numero.lower() for p in pieces}
    achats = [a for a in ACHATS.toutes(caisse.arbre).fiches if a.fournisseur == tiers.id]
    cautions = {x.id: x for x in CAUTIONS.toutes(caisse.arbre).fiches if x.tiers == tiers.id}
    carnets = {k.id: k for k in CARNETS.toutes(caisse.arbre).fiches if k.tiers == tiers.id}
    ids = {p.id for p in pieces}
    servis = [p for p in parts(caisse) if p.carnet in carnets]
    leurs = {p.fait for p in servis} | {
        cle.partition(":")[0] for p in pieces for f in p.lignes for cle in f.ligne.faits
    }
    return {
        "anciennes_identites": [*_anciennes(caisse, tiers)],
        "faits": [f for f in caisse.memoire.faits.values() if f.qui in tiers.liens or f.id in leurs],
        "devis": [d for d in DEVIS.toutes(caisse.arbre).fiches if d.tiers == tiers.id],
        "brouillons": [b for b in BROUILLONS.toutes(caisse.arbre).fiches if b.tiers == tiers.id],
        "pieces": [*pieces],
        "transmissions": [t for p in pieces for t in caisse.transmissions.get(p.id, ())],
        "relances": [r for r in RELANCES.toutes(caisse.arbre).fiches if r.piece in ids],
        "litiges": [x for x in LITIGES.toutes(caisse.arbre).fiches if x.id in numeros],
        "achats": [*achats],
        "paiements": [*_paiements(caisse, {p.id: p.numero for p in pieces} | {a.id: a.id for a in achats})],
        "cautions": [*cautions.values()],
        "cautions_etapes": [e for e in ETAPES.toutes(caisse.arbre).fiches if e.caution in cautions],
        "carnets": [*carnets.values()],
        "carnets_servis": [*servis],
    }


def documents(caisse: Caisse, tiers: Tiers) -> Iterator[tuple[str, str]]:
    """Les documents qui le nomment, que le coffre a encore : le nom du fichier, l'empreinte."""
    for piece in caisse.livre.toutes:
        if piece.tiers == tiers.id:
            yield from _de_la_piece(piece)
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        if achat.fournisseur == tiers.id and achat.empreinte:
            yield achat.id, achat.empreinte


def _de_la_piece(piece: Piece) -> Iterator[tuple[str, str]]:
    yield f"{piece.numero}.pdf", piece.documents.pdf
    yield f"{piece.numero}.xml", piece.documents.ubl or piece.documents.cii


def _anciennes(caisse: Caisse, tiers: Tiers) -> Iterator[Identite]:
    for empreinte in sorted(identites_d_hier(caisse, tiers) - {tiers.identite}):
        try:
            yield msgspec.json.decode(caisse.coffre.lire(empreinte), type=Identite)
        except (Echec, msgspec.MsgspecError):
            continue


def _paiements(caisse: Caisse, noms: dict[str, str]) -> Iterator[Paiement]:
    banque = caisse.vue(Banque)
    for r in banque.reglements:
        if r.piece in noms:
            mouvement = banque.mouvements.get(r.mouvement)
            yield Paiement(noms[r.piece], mouvement.jour if mouvement else r.le, r.somme, "banque")
    for m in ESPECES.toutes(caisse.arbre).fiches:
        if m.piece in noms:
            yield Paiement(noms[m.piece], m.le, m.somme, "espèces")
