"""Les événements que la touche Tab propose."""

from __future__ import annotations

from datetime import date, timedelta

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS
from tiers_lieu_cli.prog.serie import fiches as series

_AVANT, _APRES, _SERIES = timedelta(days=7), timedelta(days=62), timedelta(days=14)


def proposer(arbre: Arbre, jour: date) -> list[tuple[str, str]]:
    """Autour d'aujourd'hui, et les dates de séries des deux semaines qui viennent : elles sont tant."""
    depuis = jour - _AVANT
    idents = [*EVENEMENTS.idents_des_mois(arbre, depuis, jour + _APRES), *LONGS.idents(arbre)]
    seances = series.seances(arbre, Creneau.de_jours(depuis, jour + _SERIES)).fiches
    return [*((ident, "") for ident in idents), *((s.id, s.titre) for s in seances)]
