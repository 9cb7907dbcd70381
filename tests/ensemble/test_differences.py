"""Deux versions d'une fiche : seul ce qui les distingue se dit, en français, et les distingue toujours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.ensemble import differences
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.reservation.modele import Etat, Forcage, Reservation
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence

LUNDIS = Recurrence(
    regle="FREQ=WEEKLY;BYDAY=MO", du="2026-11-30", au="2027-06-30", debut="09:00", fin="10:00"
)
SERIE = Serie(id="chorale-7k2m", salle="cour", objet="chorale", recurrence=LUNDIS)
RESERVATION = Reservation(
    id="2026-11-26-reunion-7k2m",
    salle="cour",
    objet="réunion",
    debut="2026-11-26T14:00",
    fin="2026-11-26T16:00",
)
DEPLACEE = Ecart(quoi=Quoi.DEPLACE, debut="2026-12-08T09:00", fin="2026-12-08T10:00", salles=("rez",))


def serie(**champs: Any) -> Serie:
    return structs.replace(SERIE, recurrence=structs.replace(LUNDIS, **champs))


@pytest.mark.parametrize(
    ("ici", "la", "dits"),
    [
        (
            serie(ecarts={"2026-12-07": DEPLACEE}),
            serie(ecarts={"2026-12-07": Ecart(quoi=Quoi.ANNULE, motif="férié")}),
            (
                "lundi 7 décembre 2026 « déplacée : mardi 8 décembre 2026, 09:00–10:00, rez »",
                "lundi 7 décembre 2026 « annulée (férié) »",
            ),
        ),
        (
            serie(ecarts={"2026-12-14": Ecart(quoi=Quoi.SAUTE)}, ajouts=("2026-12-09",)),
            SERIE,
            (
                "mercredi 9 décembre 2026 « date ajoutée » · lundi 14 décembre 2026 « sautée »",
                (
                    "mercredi 9 décembre 2026 « comme le veut la règle »"
                    " · lundi 14 décembre 2026 « comme le veut la règle »"
                ),
            ),
        ),
        (
            serie(debut="18:00", fin="19:00"),
            serie(sauf=("feries",), au="2027-07-31"),
            (
                (
                    "règle « chaque lundi, 18:00–19:00 »"
                    " · période « du lundi 30 novembre 2026 au mercredi 30 juin 2027 »"
                ),
                (
                    "règle « chaque lundi, 09:00–10:00, sauf jours fériés »"
                    " · période « du lundi 30 novembre 2026 au samedi 31 juillet 2027 »"
                ),
            ),
        ),
        (
            structs.replace(RESERVATION, etat=Etat.ANNULEE, motif="malade"),
            structs.replace(RESERVATION, debut="2026-11-27T10:00", fin="2026-11-27T12:00"),
            (
                (
                    "état « annulée » · motif « malade » · début « jeudi 26 novembre 2026, 14:00 »"
                    " · fin « jeudi 26 novembre 2026, 16:00 »"
                ),
                (
                    "état « confirmée » · sans motif · début « vendredi 27 novembre 2026, 10:00 »"
                    " · fin « vendredi 27 novembre 2026, 12:00 »"
                ),
            ),
        ),
        (
            structs.replace(RESERVATION, forcage=Forcage(motif="voisins", contre=("a", "b"))),
            structs.replace(RESERVATION, forcage=Forcage(motif="voisins")),
            ("forçage, contre « a, b »", "sans forçage, contre"),
        ),
        (
            structs.replace(RESERVATION, objet="Long début, " * 9 + "four éteint."),
            structs.replace(RESERVATION, objet="Long début, " * 9 + "four allumé."),
            ("objet « …début, Long début, four éteint. »", "objet « …début, Long début, four allumé. »"),
        ),
    ],
)
def test_seul_ce_qui_differe_se_dit(ici: Any, la: Any, dits: tuple[str, str]) -> None:
    assert differences.entre(ici, la, ()) == dits


def test_rien_que_les_champs_demandes() -> None:
    ici, la = (
        structs.replace(RESERVATION, objet="un", personnes=3),
        structs.replace(RESERVATION, objet="deux"),
    )
    assert differences.entre(ici, la, ["objet"]) == ("objet « un »", "objet « deux »")


jours = st.dates().filter(lambda jour: 2026 <= jour.year <= 2027).map(str)
ecarts = st.sampled_from(
    [Ecart(quoi=Quoi.SAUTE), Ecart(quoi=Quoi.ANNULE), Ecart(quoi=Quoi.ANNULE, motif="grève"), DEPLACEE]
)
dates = st.sampled_from(["2026-12-07", "2026-12-14", "2026-12-21", "2027-01-04T09:00"])
series = st.builds(
    serie,
    ecarts=st.dictionaries(dates, ecarts, max_size=3),
    ajouts=st.lists(st.sampled_from(["2026-12-09", "2026-12-10"]), unique=True, max_size=2).map(tuple),
    sauf=st.sampled_from([(), ("feries",)]),
    au=st.sampled_from(["", "2027-06-30", "2027-07-31"]),
)


@given(series, series)
def test_deux_series_differentes_ne_se_disent_jamais_pareil(ici: Serie, la: Serie) -> None:
    lignes = differences.champ_par_champ(ici, la)
    meme = structs.replace(ici.recurrence, ajouts=tuple(sorted(ici.recurrence.ajouts)))
    autre = structs.replace(la.recurrence, ajouts=tuple(sorted(la.recurrence.ajouts)))
    assert bool(lignes) == (meme != autre)
    assert all(un != autre for _, un, autre in lignes)
    dit = " ".join(mot for ligne in lignes for mot in ligne)
    assert not any(signe in dit for signe in "{}[]'_")


def test_aucun_champ_ne_se_dit_avec_un_souligne() -> None:
    for declare in GENRES:
        for rangement in declare.rangements:
            for champ in structs.fields(rangement.structure):
                dit = differences.mot(champ.name)
                assert "_" not in dit and dit.strip()
