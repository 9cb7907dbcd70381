"""La ligne d'ouverture d'un jour ne contredit ni un jour férié, ni une fermeture."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.espace.planning.fiches import ouvert
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

VENDREDI = date(2026, 12, 25)
HORAIRES = 'semaine:\n  vendredi: ["09:00-12:30", "14:00-18:00"]\n'
FERIES = 'nom: Fériés\nplages:\n  - {du: "2026-12-25", au: "2026-12-25", quoi: Noël}\n'


def fermeture(debut: str, fin: str, salles: str = "") -> str:
    return f'debut: "{debut}"\nfin: "{fin}"\nmotif: travaux\n{salles}'


TOUT = fermeture("2026-12-25", "2026-12-25")
MATIN = fermeture("2026-12-25T08:00", "2026-12-25T13:00")
COUR = fermeture("2026-12-25", "2026-12-25", "salles: [cour]\n")


@pytest.mark.parametrize(
    ("horaires", "feries", "ferme", "dit"),
    [
        ("", "", "", ""),
        (HORAIRES, "", "", "09:00–12:30 et 14:00–18:00"),
        (HORAIRES, FERIES, "", "férié (Noël)"),
        ("", FERIES, "", "férié (Noël)"),
        (HORAIRES, "", TOUT, "fermé (travaux)"),
        ("", "", TOUT, "fermé (travaux)"),
        (HORAIRES, FERIES, TOUT, "fermé (travaux)"),
        (HORAIRES, "", MATIN, "14:00–18:00"),
        ("", "", MATIN, ""),
        (HORAIRES, "", COUR, "09:00–12:30 et 14:00–18:00"),
    ],
)
def test_la_ligne_d_ouverture_dit_ce_qui_est(
    lieu: Lieu, horaires: str, feries: str, ferme: str, dit: str
) -> None:
    for chemin, contenu in (
        ("espace/horaires/toujours.yaml", horaires),
        ("espace/periodes/feries.yaml", feries),
        ("espace/fermetures/2026/12/2026-12-25-travaux-7k2m.yaml", ferme),
    ):
        if contenu:
            lieu.poser(chemin, contenu, enregistre=False)
    arbre = ArbreDisque(lieu.racine)
    assert ouvert(arbre, [VENDREDI]) == [dit]
    assert ouvert(arbre, []) == []
