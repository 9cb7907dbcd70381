"""Ce qu'on répond à une date ou à une heure qui ne se comprend pas, qui est passée, ou encore à venir."""

from __future__ import annotations

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

    def __init__(self, dite: str, l_an_prochain: str = "") -> None:
        annee = f" (l'an prochain : {l_an_prochain})" if l_an_prochain else ""
        super().__init__(
            f"C'est déjà passé : {dite}.", f"Si c'est voulu, ajouter --passe, ou donner l'année{annee}."
        )


class PasEncore(ErreurUsage):
    """On note comme arrivé ce qui est encore à venir."""

    def __init__(self, dit: str) -> None:
        super().__init__(f"Ce n'est pas encore arrivé : {dit}.", "Le noter le moment venu, ou revoir la date")
