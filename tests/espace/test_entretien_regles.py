"""L'entretien, règle par règle : quand c'est dû, ce que faire change, ce qu'un contrôle ouvre."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import Any

import pytest

from tiers_lieu_cli.espace.entretien.modele import Entretien, Intervention, Sorte
from tiers_lieu_cli.espace.entretien.regles import (
    CONTROLES,
    Due,
    a_reparer,
    a_voir,
    du_le,
    dues,
    faire,
    ident_neuf,
)
from tiers_lieu_cli.noyau.temps.delais import periode

MARDI = datetime(2026, 11, 24, 8, 52)
JOUR = MARDI.date()


def entretien(ident: str = "e", **reste: Any) -> Entretien:
    return Entretien(id=ident, **{"titre": "Vider", "depuis": date(2026, 11, 1), **reste})


def fait_le(jour: date = JOUR) -> Intervention:
    return Intervention(id="i", entretien="e", le=jour)


APRES_USAGE = {"apres_usage": True, "salle": "cour"}


@pytest.mark.parametrize(
    ("reste", "usages", "du"),
    [
        ({}, {}, date(2026, 11, 1)),
        ({"pour_le": date(2026, 12, 1)}, {}, date(2026, 12, 1)),
        ({"tous_les": "3 mois"}, {}, date(2026, 11, 1)),
        ({"tous_les": "3 mois", "fait_le": "2026-11-30"}, {}, date(2027, 2, 28)),
        ({"tous_les": "10 jours", "fait_le": "2026-11-20T18:00", "pour_le": JOUR}, {}, date(2026, 11, 30)),
        ({"fait_le": "2026-11-20"}, {}, date(2026, 11, 1)),
        (APRES_USAGE, {}, None),
        (APRES_USAGE, {"rez": MARDI}, None),
        (APRES_USAGE, {"cour": MARDI}, JOUR),
        (APRES_USAGE, {"cour": datetime(2026, 11, 1)}, None),
        ({**APRES_USAGE, "fait_le": "2026-11-24T08:52"}, {"cour": MARDI}, None),
        ({**APRES_USAGE, "fait_le": "2026-11-24T08:51"}, {"cour": MARDI}, JOUR),
    ],
)
def test_quand_c_est_du(reste: dict[str, Any], usages: dict[str, datetime], du: date | None) -> None:
    assert du_le(entretien(**reste), usages) == du


def test_le_plus_ancien_d_abord() -> None:
    a, b, c = entretien("a", pour_le=JOUR), entretien("b"), entretien("c", pour_le=JOUR)
    jamais = entretien("d", **APRES_USAGE)
    assert dues([c, jamais, a, b], {}) == [Due(date(2026, 11, 1), b), Due(JOUR, a), Due(JOUR, c)]


@pytest.mark.parametrize(
    ("sorte", "jour", "vu"),
    [
        (Sorte.CONTROLE, date(2026, 12, 24), True),
        (Sorte.CONTROLE, date(2026, 12, 25), False),
        (Sorte.TACHE, date(2026, 12, 1), True),
        (Sorte.TACHE, date(2026, 12, 2), False),
        (Sorte.PANNE, JOUR, True),
        (Sorte.PANNE, date(2026, 11, 25), False),
    ],
)
def test_quand_s_en_occuper(sorte: Sorte, jour: date, vu: bool) -> None:
    assert a_voir(Due(jour, entretien(sorte=sorte)), JOUR) is vu


def test_ce_qui_revient_a_un_mot_ce_qui_passe_une_date() -> None:
    assert ident_neuf("Extincteurs du rez", JOUR, [], Random(1), revient=True) == "extincteurs-du-rez"
    pris = ident_neuf("Extincteurs", JOUR, ["extincteurs"], Random(1), revient=True)
    assert pris.startswith("extincteurs-")
    assert len(pris) == len("extincteurs-") + 4
    assert ident_neuf("Vu @p-aaaaaa", JOUR, [], Random(1), revient=True) == "vu"
    assert ident_neuf("😀", JOUR, [], Random(1), revient=True) == "entretien"
    une_fois = ident_neuf("Purger", JOUR, ["purger"], Random(1), revient=False)
    assert une_fois.startswith("2026-11-24-purger-")
    assert ident_neuf("😀", JOUR, [], Random(1), revient=False).startswith("2026-11-24-entretien-")


@pytest.mark.parametrize(
    ("reste", "jour", "dit"),
    [
        ({}, JOUR, "2026-11-24T08:52"),
        ({}, date(2026, 11, 23), "2026-11-23"),
        ({"fait_le": "2026-11-20"}, date(2026, 11, 21), "2026-11-21"),
        ({"fait_le": "2026-11-22"}, date(2026, 11, 21), "2026-11-22"),
        ({"fait_le": "2026-11-21"}, date(2026, 11, 21), "2026-11-21"),
    ],
)
def test_faire_ne_retient_que_le_plus_recent(reste: dict[str, Any], jour: date, dit: str) -> None:
    assert faire(entretien(**reste), fait_le(jour), MARDI).fait_le == dit


@pytest.mark.parametrize(
    ("du", "au", "apres"),
    [
        ("2026-11-20T08:00", "", (True, "2026-11-20T08:00", "2026-11-24T08:52")),
        ("2026-11-20T08:00", "2026-12-01T08:00", (True, "2026-11-20T08:00", "2026-11-24T08:52")),
        ("2026-11-20T08:00", "2026-11-22T08:00", (True, "2026-11-20T08:00", "2026-11-22T08:00")),
        ("2026-11-24T08:52", "", (False, "", "")),
        ("2026-12-01T08:00", "2026-12-02T08:00", (False, "", "")),
    ],
)
def test_faire_rouvre_la_salle(du: str, au: str, apres: tuple[bool, str, str]) -> None:
    ferme = entretien(salle="cour", hors_service=True, du=du, au=au)
    fait = faire(ferme, fait_le(), MARDI)
    assert (fait.hors_service, fait.du, fait.au) == apres
    assert fait.fait_le == "2026-11-24T08:52"


def test_un_controle_non_conforme_ouvre_une_panne() -> None:
    legal = {"titre": "Extincteurs", "prestataire": "Sicli", "sorte": Sorte.CONTROLE}
    controle = entretien("extincteurs", salle="cour", **legal)
    panne = a_reparer(controle, JOUR, Random(1))
    assert panne.id.startswith("2026-11-24-non-conforme-extincteurs-")
    assert (panne.titre, panne.sorte, panne.salle) == ("Non conforme : Extincteurs", Sorte.PANNE, "cour")
    assert (panne.depuis, panne.prestataire, panne.liens) == (JOUR, "Sicli", ("extincteurs",))
    sans_mot = entretien("x", titre="😀")
    assert a_reparer(sans_mot, JOUR, Random(1)).id.startswith("2026-11-24-non-conforme-")


def test_chaque_controle_legal_a_sa_periode_et_sa_source() -> None:
    for controle in CONTROLES.values():
        assert periode(controle.tous_les)
        assert controle.titre
        assert controle.source
