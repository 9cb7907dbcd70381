"""Ce que les séries attendent : une date à replacer, une fin qui approche."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.recurrence import Quoi
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie

#: De quoi prévenir les gens, et décider de la suite.
AVANT = timedelta(days=21)
#: Un cycle de quelques semaines finit comme prévu.
COURTE = timedelta(days=60)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les dates à replacer des trois semaines qui viennent ; les séries qui y finissent."""
    bornes = (str(jour), str(jour + AVANT))
    series = [s for s in SERIES.toutes(arbre).fiches if s.etat is not Etat.ANNULE]
    for s in series:
        for ecrit, ecart in s.recurrence.ecarts.items():
            if ecart.quoi is Quoi.A_REPLACER and bornes[0] <= ecrit <= bornes[1]:
                quand = date.fromisoformat(ecrit)
                yield Echeance(
                    quand,
                    f"replacer « {s.titre} », {temps.dire_jour(quand, jour)} ({ecart.motif})",
                    f"tl prog serie deplacer {s.id} {ecrit} --quand …",
                )
        if bornes[0] <= s.recurrence.au <= bornes[1] and not _a_une_suite(s, series):
            fin = date.fromisoformat(s.recurrence.au)
            yield Echeance(
                fin,
                f"« {s.titre} » finit {temps.dire_jour(fin, jour)} : la prolonger ?",
                f"tl prog serie modifier {s.id} --au …",
            )


def _a_une_suite(s: Serie, series: Iterable[Serie]) -> bool:
    """La série fut-elle coupée, ou si courte que sa fin n'étonne personne ?"""
    debut, fin = (date.fromisoformat(ecrit) for ecrit in (s.recurrence.du, s.recurrence.au))
    return fin - debut < COURTE or any(
        autre.souche == s.souche and autre.recurrence.du > s.recurrence.au for autre in series
    )
