"""Quel tarif chiffre un fait ; deux prix ne valent jamais le même jour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tiers_lieu_cli.finance.faits.modele import FACTURABLES, Fait
from tiers_lieu_cli.finance.tarif.modele import Tarif
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage


class TarifRecouvert(ErreurUsage):
    """Deux périodes d'un même tarif se chevauchent."""

    def __init__(self, autre: Tarif) -> None:
        fin = f"au {autre.au:%d/%m/%Y} exclu" if autre.au else "sans fin"
        super().__init__(
            f"« {autre.code} » ({autre.unite}) a déjà un prix du {autre.du:%d/%m/%Y}, {fin}.",
            f"Le clore d'abord : tl finance tarif finir {autre.id} --au",
        )


class TrouDeTarif(Echec):
    """Un fait n'a pas de prix ce jour-là."""

    def __init__(self, fait: Fait) -> None:
        super().__init__(
            f"Aucun tarif pour le fait {fait.id} : {fait.objet or fait.genre}, {fait.quantite} {fait.unite},"
            f" le {fait.jour:%d/%m/%Y}.",
            f"Le dire : tl finance tarif creer {fait.objet or fait.genre} --unite {fait.unite}"
            f" --du {fait.jour:%Y-%m-%d} --prix",
        )


def refuser_le_recouvrement(neuf: Tarif, tarifs: Iterable[Tarif]) -> None:
    """`TarifRecouvert` si l'un des `tarifs`, celui-ci n'en étant pas, vaut déjà un de ses jours."""
    for autre in tarifs:
        meme = (autre.code, autre.unite, autre.genre) == (neuf.code, neuf.unite, neuf.genre)
        # « salle.du.rez » et « salle-du-rez » donnent le même nom de fichier : l'un tient lieu de l'autre.
        if (meme or autre.id == neuf.id) and _se_chevauchent(neuf, autre):
            raise TarifRecouvert(autre)


def _se_chevauchent(un: Tarif, autre: Tarif) -> bool:
    return un.du < (autre.au or date.max) and autre.du < (un.au or date.max)


def du_fait(fait: Fait, tarifs: Iterable[Tarif]) -> Tarif | None:
    """Le tarif du jour du fait : celui de son objet avant celui de son genre, le plus précis d'abord."""
    possibles = [t for t in tarifs if t.unite == fait.unite and t.vaut(fait.jour) and _chiffre(t, fait)]
    return max(possibles, key=lambda t: (t.code == fait.objet, bool(t.genre)), default=None)


def unites_attendues(fait: Fait, tarifs: Iterable[Tarif]) -> set[str]:
    """Les unités dans lesquelles ce fait aurait un prix ce jour-là."""
    return {t.unite for t in tarifs if t.vaut(fait.jour) and _chiffre(t, fait)}


def _chiffre(tarif: Tarif, fait: Fait) -> bool:
    if tarif.genre:
        return tarif.genre == fait.genre and tarif.code in (fait.objet, fait.genre)
    # Une annulation ne se facture que si un tarif le dit exprès.
    return tarif.code == fait.genre or (fait.genre in FACTURABLES and tarif.code == fait.objet)
