"""Ce qu'on répond à une date ou à une heure qui ne se comprend pas, qui est passée, ou encore à venir."""

from __future__ import annotations

from collections.abc import Sequence

from tiers_lieu_cli.noyau.echecs import ErreurUsage


class SaisieIncomprise(ErreurUsage):
    """On ne comprend pas : on le dit, et on montre ce qui se comprend."""

    def __init__(self, texte: str, fait: str = "", remede: str = "") -> None:
        super().__init__(
            fait or f"« {texte[:60]} » n'est pas une date ou une heure que je comprends.",
            remede
            or "Dire par exemple : demain 14h30-16h · mar. 24/11 9h-12h · du 3 au 5 juin"
            " · 2026-11-24 18h30-20h",
        )
        #: La faute est-elle nommée ? Sinon, une autre façon de lire en dira peut-être plus.
        self.precise = bool(fait)


class DatePassee(ErreurUsage):
    """La date est passée, sans doute par mégarde."""

    def __init__(self, dite: str, l_an_prochain: str = "", *, jamais: bool = False) -> None:
        """`l_an_prochain` : comment dire la même date dans un an ; `jamais` : passée, elle ne sert à rien."""
        self.dite, self._jamais = dite, jamais
        self._annee = f" (l'an prochain : {l_an_prochain})" if l_an_prochain else ""
        voulue = f"Si c'est voulu, dire la date avec son année{self._annee}."
        super().__init__(f"C'est déjà passé : {dite}.", "Dire un jour à venir." if jamais else voulue)

    def selon(self, options: Sequence[str]) -> None:
        """Voir `Echec.selon`."""
        if "--passe" in options and not self._jamais:
            self.remede = f"Si c'est voulu, ajouter --passe{self._annee}."


class PasEncore(ErreurUsage):
    """On note comme arrivé ce qui est encore à venir."""

    def __init__(self, dit: str) -> None:
        super().__init__(f"Ce n'est pas encore arrivé : {dit}.", "Le noter le moment venu, ou revoir la date")
