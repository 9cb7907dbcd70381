"""La banque telle que la caisse la sait : relevés, mouvements, et ce qui les règle."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

import msgspec

from tiers_lieu_cli.finance.banque.modele import (
    COMPTES,
    REGLEMENTS,
    Compte,
    Detail,
    Mouvement,
    Reglement,
    Releve,
)
from tiers_lieu_cli.finance.banque.regles import Ouverte
from tiers_lieu_cli.finance.caisse import RAPPROCHEMENTS, RELEVES, Caisse
from tiers_lieu_cli.finance.espece import ESPECES
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece.modele import Piece, Serie
from tiers_lieu_cli.noyau.echecs import Defaut, Echec, ErreurUsage, FicheFautive

T = TypeVar("T")


class Banque:
    """Ce que la caisse sait de la banque, lu à mesure."""

    def __init__(self, caisse: Caisse) -> None:
        self.caisse = caisse
        self._clients: dict[str, tuple[str, str]] = {}

    @cached_property
    def ibans(self) -> dict[str, str]:
        """Les comptes du lieu et leur nom : celui des factures, et les autres."""
        autres = {
            compte.iban: compte.nom or compte.iban[-4:] for compte in COMPTES.toutes(self.caisse.arbre).fiches
        }
        principal = {self.caisse.vendeur.iban: "principal"} if self.caisse.vendeur.iban else {}
        return principal | autres

    @cached_property
    def rangs(self) -> dict[str, int]:
        """Le rang de chaque compte au plan : un compte neuf ne déplace pas les autres."""
        principal, fiches = self.caisse.vendeur.iban, COMPTES.toutes(self.caisse.arbre).fiches
        anciens = [c.iban for c in fiches if c.rang is None and c.iban != principal]
        voulus = {principal: 0} if principal else {}
        voulus |= {iban: n for n, iban in enumerate(anciens, start=1)}
        voulus |= {c.iban: c.rang for c in fiches if c.rang is not None}
        rangs, suivant = dict[str, int](), 0
        # Deux comptes ajoutés sur deux postes à la fois ont pris le même rang.
        for rang, iban in sorted((rang, iban) for iban, rang in voulus.items()):
            rangs[iban] = max(rang, suivant)
            suivant = rangs[iban] + 1
        return rangs

    def compte_neuf(self, iban: str, nom: str) -> Compte:
        """La fiche d'un compte de plus, après tous les autres ; celui des factures reste le premier."""
        rang = max(self.rangs.values(), default=0) + 1
        return Compte(id=f"c-{iban.lower()}", iban=iban, nom=nom, rang=rang)

    def changer_de_principal(self, iban: str) -> Iterator[Compte]:
        """Les fiches qui gardent à l'ancien compte des factures sa place, et en donnent une au neuf."""
        ancien, connus = self.caisse.vendeur.iban, {c.iban for c in COMPTES.toutes(self.caisse.arbre).fiches}
        if ancien and iban != ancien and self.de(ancien):
            if ancien not in connus:
                place = self.rangs[ancien]
                yield Compte(id=f"c-{ancien.lower()}", iban=ancien, nom=self.ibans[ancien], rang=place)
            if iban and iban not in connus:
                yield self.compte_neuf(iban, self.ibans[ancien])

    @cached_property
    def releves(self) -> list[Releve]:
        """Les relevés, dans l'ordre où ils se suivent."""
        return sorted(self._lire(RELEVES, Releve), key=lambda r: (r.iban, r.jour, r.numero, r.rang))

    def _lire(self, dossier: str, type_: type[T]) -> Iterator[T]:
        arbre = self.caisse.arbre
        for annee in arbre.noms(dossier):
            for nom in arbre.noms(f"{dossier}/{annee}"):
                chemin = f"{dossier}/{annee}/{nom}"
                try:
                    yield msgspec.json.decode(arbre.lire(chemin) or b"", type=type_)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    raise FicheFautive(
                        Defaut(
                            chemin, 0, "n'est plus ce que l'import a noté", "L'examiner : tl finance verifier"
                        )
                    ) from None

    def de(self, iban: str) -> list[Releve]:
        """Les relevés d'un compte."""
        return [releve for releve in self.releves if releve.iban == iban]

    @cached_property
    def mouvements(self) -> dict[str, Mouvement]:
        """Tous les mouvements, par clé, dans l'ordre du temps."""
        tous = (m for releve in self.releves for m in releve.mouvements)
        return {m.cle: m for m in sorted(tous, key=lambda m: (m.jour, m.cle))}

    @cached_property
    def iban_de(self) -> dict[str, str]:
        """Le compte de chaque mouvement."""
        return {m.cle: releve.iban for releve in self.releves for m in releve.mouvements}

    @cached_property
    def details(self) -> dict[str, Detail]:
        """Les libellés, lus au coffre ; rien si le coffre ne les a plus."""
        lus: dict[str, Detail] = {}
        for releve in self.releves:
            try:
                lus |= msgspec.json.decode(self.caisse.coffre.lire(releve.details), type=dict[str, Detail])
            except Echec:
                continue
        return lus

    @cached_property
    def histoire_de(self) -> dict[str, list[Reglement]]:
        """Tout ce qui fut noté de chaque mouvement, contre-passations comprises."""
        tous: dict[str, list[Reglement]] = {}
        seuls = (r for import_ in self._lire(RAPPROCHEMENTS, list[Reglement]) for r in import_)
        for r in (*seuls, *REGLEMENTS.toutes(self.caisse.arbre).fiches):
            tous.setdefault(r.mouvement, []).append(r)
        return tous

    @cached_property
    def reglements(self) -> list[Reglement]:
        """Les règlements qui tiennent : ni contre-passés, ni contre-passations."""
        tous = [r for siens in self.histoire_de.values() for r in siens]
        defaits = {r.contrepasse for r in tous if r.contrepasse}
        return sorted((r for r in tous if r.id not in defaits and not r.contrepasse), key=lambda r: r.id)

    @cached_property
    def regle(self) -> dict[str, Decimal]:
        """Ce qui est déjà réglé de chaque mouvement."""
        sommes: dict[str, Decimal] = {}
        for r in self.reglements:
            sommes[r.mouvement] = sommes.get(r.mouvement, ZERO) + r.somme
        return sommes

    @property
    def restants(self) -> list[Mouvement]:
        """Les mouvements qui ne sont pas réglés en entier."""
        return [m for m in self.mouvements.values() if self.regle.get(m.cle, ZERO) != m.somme]

    def reste(self, mouvement: Mouvement) -> Decimal:
        """Ce qui n'est pas encore réglé d'un mouvement."""
        return mouvement.somme - self.regle.get(mouvement.cle, ZERO)

    @cached_property
    def paye(self) -> dict[str, Decimal]:
        """Ce qui est payé de chaque pièce, en banque et en espèces."""
        sommes: dict[str, Decimal] = {}
        for r in self.reglements:
            if r.piece:
                sommes[r.piece] = sommes.get(r.piece, ZERO) + r.somme
        for espece in ESPECES.toutes(self.caisse.arbre).fiches:
            if espece.piece:
                sommes[espece.piece] = sommes.get(espece.piece, ZERO) + espece.somme
        return sommes

    def reste_du(self, piece: Piece) -> Decimal:
        """Ce qu'une facture demande encore : ni crédité, ni payé."""
        return piece.montant_du - self.caisse.livre.credite(piece) - self.paye.get(piece.id, ZERO)

    @cached_property
    def factures(self) -> list[Ouverte]:
        """Toutes les factures, ce qui en reste dû, comment elles se paient ; de qui, si elles attendent."""
        factures = []
        for piece in self.caisse.livre.toutes:
            if piece.serie is Serie.FACTURE:
                reste = self.reste_du(piece)
                nom, compte = self._client(piece.tiers) if reste > 0 else ("", "")
                factures.append(Ouverte(piece.id, piece.numero, reste, piece.communication, nom, compte))
        return factures

    @property
    def ouvertes(self) -> list[Ouverte]:
        """Les factures qui attendent un paiement."""
        return [facture for facture in self.factures if facture.reste > 0]

    def _client(self, ident: str) -> tuple[str, str]:
        """Le nom et le compte d'un client, lus une fois."""
        if ident not in self._clients:
            self._clients[ident] = self._lire_client(ident)
        return self._clients[ident]

    def _lire_client(self, ident: str) -> tuple[str, str]:
        tiers = self.caisse.tiers.get(ident)
        if tiers is None or tiers.restreint:
            return "", ""
        qui = self.caisse.identite(tiers)
        return qui.nom, qui.iban

    def designer(self, code: str) -> Mouvement:
        """Le mouvement que ce début de clé désigne."""
        dit = code.removeprefix("sha256:").lower()
        trouves = [m for m in self.mouvements.values() if dit and m.cle[7:].startswith(dit)]
        if len(trouves) == 1:
            return trouves[0]
        fait = "Plusieurs mouvements commencent" if trouves else "Aucun mouvement ne commence"
        raise ErreurUsage(f"{fait} par « {code[:40]} ».", "Les voir : tl finance banque liste")
