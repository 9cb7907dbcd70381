"""Toutes les écritures d'une caisse, dans l'ordre du temps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.banque.modele import Mouvement, Reglement
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture, Journal
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.plan import Nature


class Comptes:
    """La comptabilité d'une caisse : elle se déduit, elle ne se saisit pas."""

    def __init__(self, caisse: Caisse) -> None:
        self.caisse = caisse
        self.banque = caisse.vue(Banque)
        self._soldes: dict[int, dict[str, Decimal]] = {}

    @cached_property
    def noms(self) -> dict[str, tuple[str, Nature]]:
        """Le nom et la nature de chaque compte, ceux des autres comptes en banque compris."""
        noms = {c.numero: (c.nom, c.nature) for c in self.caisse.plan.comptes}
        for iban, nom in self.banque.ibans.items():
            noms[self.compte_de_banque(iban)] = (f"Banque, {nom} (…{iban[-4:]})", Nature.ACTIF)
        return noms

    def compte_de_banque(self, iban: str) -> str:
        """Le compte du plan d'un compte en banque : celui du plan, puis les suivants."""
        return str(int(self.caisse.plan.role("banque")) + self.banque.rangs[iban])

    @cached_property
    def ecritures(self) -> list[Ecriture]:
        """Toutes, sans les à-nouveaux."""
        toutes = [*self._ventes(), *self._ouvertures(), *self._banque(), *self._autres()]
        return sorted(toutes, key=lambda e: (e.jour, e.journal, e.piece))

    def de_l_annee(self, annee: int) -> list[Ecriture]:
        """Celles d'un exercice, à-nouveaux en tête."""
        report = regles.a_nouveaux(self.ecritures, annee, self.noms, self.caisse.plan.role("resultat"))
        siennes = [e for e in self.ecritures if e.jour.year == annee]
        return [report, *siennes] if report else siennes

    def soldes(self, annee: int) -> dict[str, Decimal]:
        """Les soldes à la fin d'un exercice, comptés une fois."""
        if annee not in self._soldes:
            self._soldes[annee] = regles.soldes(self.de_l_annee(annee))
        return self._soldes[annee]

    def _ventes(self) -> Iterator[Ecriture]:
        for piece in self.caisse.livre.toutes:
            ecriture = regles.de_la_piece(piece, self.caisse.plan)
            if ecriture.lignes:
                yield ecriture

    def _ouvertures(self) -> Iterator[Ecriture]:
        """Ce que chaque compte portait à son premier relevé."""
        vus: set[str] = set()
        for releve in self.banque.releves:
            initial = Decimal(releve.initial)
            if releve.iban not in vus and initial:
                jour = min((m.jour for m in releve.mouvements), default=releve.jour)
                yield regles.simple(
                    min(jour, releve.jour),
                    Journal.A_NOUVEAU,
                    f"OUV{releve.iban[-4:]}",
                    "Solde à l'ouverture de la caisse",
                    self.compte_de_banque(releve.iban),
                    self.caisse.plan.role("ouverture"),
                    initial,
                )
            vus.add(releve.iban)

    def _banque(self) -> Iterator[Ecriture]:
        parts: dict[str, list[Reglement]] = {}
        for reglement in self.banque.reglements:
            parts.setdefault(reglement.mouvement, []).append(reglement)
        for mouvement in self.banque.mouvements.values():
            if mouvement.somme:
                yield self._mouvement(mouvement, parts.get(mouvement.cle, []))

    def _mouvement(self, mouvement: Mouvement, siens: list[Reglement]) -> Ecriture:
        sommes: dict[str, Decimal] = {}
        for r in siens:
            compte = r.compte or self.compte_de_la_piece(r.piece)
            sommes[compte] = sommes.get(compte, ZERO) + r.somme
        banque = self.compte_de_banque(self.banque.iban_de[mouvement.cle])
        attente = self.caisse.plan.role("attente")
        return regles.de_la_banque(mouvement.jour, banque, mouvement.somme, sommes, attente, mouvement.code)

    def compte_de_la_piece(self, piece: str) -> str:
        """Le compte de tiers d'une pièce : un client, ou un fournisseur pour un achat."""
        return self.caisse.plan.role("fournisseurs" if piece.startswith("a-") else "clients")

    def _autres(self) -> Iterator[Ecriture]:
        """Caisse, achats, cautions, carnets : chacun dit les siennes."""
        from tiers_lieu_cli.finance import achats, carnets, cautions, especes

        yield from especes.ecritures(self.caisse, self.compte_de_la_piece)
        yield from achats.ecritures(self.caisse)
        yield from cautions.ecritures(self.caisse)
        yield from carnets.ecritures(self.caisse)
