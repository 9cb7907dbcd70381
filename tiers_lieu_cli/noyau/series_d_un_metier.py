"""Ce qu'un métier sait de ses séries, et ce que tout métier refuse d'y perdre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.qui_revient import QuiRevient
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import Exclus

S = TypeVar("S", bound=QuiRevient)


#: Ce qu'un refus cite de dates.
CITEES = 5


class Metier(Protocol[S]):
    """Ce qu'un métier sait de ses séries."""

    #: Ses commandes : « prog serie ».
    nom: str
    series: Collection[S]

    def titre(self, serie: S) -> str:
        """Comment on la dit."""

    def exiger_vivante(self, serie: S) -> None:
        """Refuser de changer ce qui est annulé."""

    def annulee(self, serie: S, motif: str) -> S:
        """La même, annulée, et pourquoi."""

    def exclus(self, arbre: Arbre) -> Exclus:
        """Les périodes que le lieu nomme."""

    def portees(self, arbre: Arbre, serie: S, depuis: date) -> Mapping[date, str]:
        """Ce que portent ses dates à partir de ce jour : « 2 inscrits, sa propre fiche »."""

    def exiger_sans_fiche(self, arbre: Arbre, serie: S, jours: Sequence[date]) -> None:
        """Refuser de changer par la série une date qui a sa propre fiche : c'est elle qui vaut."""

    def promettre(self, c: Contexte, ancienne: S | None, nouvelles: Sequence[S]) -> list[S]:
        """Les mêmes, dont chaque date neuve ou changée a sa salle ; sinon un refus."""

    def suivre(self, c: Contexte, e: Ecriture, ancienne: S, nouvelles: Sequence[S]) -> Iterator[str]:
        """Faire suivre ce que portent les dates, les séries étant posées ; rend ce qu'il faut en dire."""


class DateAttendue(Echec):
    """On allait perdre ce que des dates portent."""

    def __init__(self, portees: Mapping[date, str], remede: str) -> None:
        dites = [f"{temps.dire_jour(jour)} ({quoi})" for jour, quoi in sorted(portees.items())]
        reste = f" … et {len(dites) - CITEES} autres" if len(dites) > CITEES else ""
        super().__init__(f"On attend déjà quelque chose : {', '.join(dites[:CITEES])}{reste}.", remede)


class DejaCommencee(ErreurUsage):
    """Changer la règle ou la salle réécrirait des dates passées."""

    def __init__(self, commande: str) -> None:
        fait = "La série a déjà eu lieu : ses dates passées ne se réécrivent pas."
        super().__init__(fait, f"Changer la suite : {commande}")
