"""Le livre des pièces émises : une chaîne de fichiers, où chacun porte l'empreinte du précédent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

import msgspec

from tiers_lieu_cli.finance.coffre import nommer
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece import calcul
from tiers_lieu_cli.finance.piece.modele import AUCUNE, Piece, Serie, ident_de_piece, numero_de
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Defaut, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.motif import motif

DOSSIER = "pieces"
_NOM = motif(r"(\d{6})-((?:nc-)?\d{4}-\d{4,6})\.json", re.ASCII)


class Livre:
    """Les pièces d'un arbre, dans l'ordre de la chaîne."""

    def __init__(self, arbre: Arbre) -> None:
        self._arbre = arbre
        self._lues: dict[str, Piece] = {}

    @cached_property
    def chemins(self) -> list[str]:
        """Les fichiers des pièces, du premier rang au dernier."""
        noms = [
            (nom, f"{DOSSIER}/{annee}/{nom}")
            for annee in self._arbre.noms(DOSSIER)
            for nom in self._arbre.noms(f"{DOSSIER}/{annee}")
            if _NOM.fullmatch(nom)
        ]
        return [chemin for _, chemin in sorted(noms)]

    def lire(self, chemin: str) -> Piece:
        """La pièce de ce fichier."""
        if chemin not in self._lues:
            try:
                self._lues[chemin] = msgspec.json.decode(self._arbre.lire(chemin) or b"", type=Piece)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                raise FicheFautive(
                    Defaut(chemin, 0, "n'est plus la pièce émise", "L'examiner : tl finance verifier")
                ) from None
        return self._lues[chemin]

    @cached_property
    def toutes(self) -> list[Piece]:
        """Toutes les pièces."""
        return [self.lire(chemin) for chemin in self.chemins]

    def une(self, mot: str) -> Piece:
        """La pièce que ce numéro désigne (« 2026-0001 », « NC-2026-0001 », la fin d'un numéro)."""
        dit = mot.strip().lower().removeprefix("f-")
        exactes = [c for c in self.chemins if _numero(c) == dit]
        trouvees = exactes or [c for c in self.chemins if dit and _numero(c).endswith(f"-{dit:0>4}")]
        if len(trouvees) == 1:
            return self.lire(trouvees[0])
        if trouvees:
            possibles = ", ".join(self.lire(c).numero for c in trouvees[:6])
            raise ErreurUsage(f"« {mot} » désigne plusieurs pièces : {possibles}.", "Taper le numéro entier.")
        raise ErreurUsage(f"Aucune pièce « {mot[:40]} ».", "Les voir : tl finance facture liste")

    @cached_property
    def tete(self) -> tuple[int, str]:
        """Le rang de la dernière pièce, et l'empreinte de son fichier."""
        if not self.chemins:
            return 0, AUCUNE
        dernier = self.chemins[-1]
        return int(dernier.rpartition("/")[2][:6]), nommer(self._arbre.lire(dernier) or b"")

    def prochain(self, serie: Serie, exercice: int) -> int:
        """Le rang qu'aura la prochaine pièce de cette série, cette année."""
        rangs = [int(_numero(c).rpartition("-")[2]) for c in self.chemins if _est_de(c, serie, exercice)]
        return max(rangs, default=0) + 1

    @property
    def derniere(self) -> Piece | None:
        """La dernière pièce de la chaîne, de quelque série et de quelque année que ce soit."""
        return self.lire(self.chemins[-1]) if self.chemins else None

    @cached_property
    def credits(self) -> dict[str, list[Piece]]:
        """Les notes de crédit, par facture qu'elles corrigent."""
        par_facture: dict[str, list[Piece]] = {}
        for piece in self.toutes:
            if piece.origine:
                par_facture.setdefault(piece.origine.id, []).append(piece)
        return par_facture

    def credite(self, facture: Piece) -> Decimal:
        """Ce qui est déjà crédité d'une facture."""
        return sum((c.montant_du for c in self.credits.get(facture.id, ())), ZERO)

    @cached_property
    def faits(self) -> dict[str, tuple[str, int]]:
        """Où chaque fait (« id:révision ») est facturé ; une note de crédit le rend."""
        ou: dict[str, tuple[str, int]] = {}
        for piece in self.toutes:
            for rang, figee in enumerate(piece.lignes, start=1):
                for fait in figee.ligne.faits:
                    if piece.serie is Serie.FACTURE:
                        ou[fait] = (piece.id, rang)
                    else:
                        ou.pop(fait, None)
        return ou


def _numero(chemin: str) -> str:
    return chemin.rpartition("/")[2][7:].removesuffix(".json")


def _est_de(chemin: str, serie: Serie, exercice: int) -> bool:
    prefixe = "" if serie is Serie.FACTURE else f"{serie.lower()}-"
    return _numero(chemin).startswith(f"{prefixe}{exercice}-")


def chemin(piece: Piece) -> str:
    """Le fichier d'une pièce."""
    return f"{DOSSIER}/{piece.exercice}/{piece.id}.json"


def ecrire(piece: Piece) -> bytes:
    """Les octets d'une pièce : toujours les mêmes."""
    return msgspec.json.format(msgspec.json.encode(piece, order="deterministic"), indent=2) + b"\n"


# -- vérifier --------------------------------------------------------------------


def ruptures(arbre: Arbre) -> Iterator[Defaut]:
    """Ce qui rompt la chaîne, les numéros, les dates ou les sommes ; la première rupture est la bonne."""
    livre = Livre(arbre)
    precedente, numeros, dates = AUCUNE, dict[tuple[Serie, int], int](), dict[Serie, object]()
    for rang, fichier in enumerate(livre.chemins, start=1):
        octets = arbre.lire(fichier) or b""
        try:
            piece = livre.lire(fichier)
        except FicheFautive as faute:
            yield faute.defaut
            return
        fautes = [
            (piece.precedente != precedente, "ne suit pas la pièce d'avant : l'une des deux a changé"),
            (piece.rang != rang or chemin(piece) != fichier, "n'est pas à son rang dans la chaîne"),
            (ecrire(piece) != octets, "n'a plus les octets qui furent écrits"),
            (not _numero_suit(piece, numeros), f"porte le numéro {piece.numero}, qui ne suit pas"),
            (dates.get(piece.serie, piece.emise) > piece.emise, "est datée d'avant la précédente"),  # type: ignore[operator]
            (not _sommes_justes(piece), "ne s'additionne plus"),
        ]
        for fautive, fait in fautes:
            if fautive:
                yield Defaut(fichier, 0, fait, "Reprendre ce fichier d'une sauvegarde (tl restaurer).")
                return
        precedente, dates[piece.serie] = nommer(octets), piece.emise


def _numero_suit(piece: Piece, numeros: dict[tuple[Serie, int], int]) -> bool:
    cle = (piece.serie, piece.exercice)
    numeros[cle] = numeros.get(cle, 0) + 1
    return piece.numero == numero_de(
        piece.serie, piece.exercice, numeros[cle]
    ) and piece.id == ident_de_piece(piece.rang, piece.numero)


def _sommes_justes(piece: Piece) -> bool:
    ht = sum((Decimal(figee.net) for figee in piece.lignes), ZERO)
    bases = calcul.bases_de(piece.lignes)
    return (
        ht == Decimal(piece.total_ht)
        and [b.base for b in bases] == [b.base for b in piece.bases]
        and sum((Decimal(b.tva) for b in piece.bases), ZERO) == Decimal(piece.total_tva)
        and ht + Decimal(piece.total_tva) == Decimal(piece.total_ttc)
        and Decimal(piece.total_ttc) + Decimal(piece.arrondi) == piece.montant_du
    )
