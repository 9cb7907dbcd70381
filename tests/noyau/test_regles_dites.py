"""Les règles dites, lues dans `regles_dites.txt` ; leurs dates sont celles de dateutil, sur quatre ans."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from dateutil.rrule import rrulestr

from tiers_lieu_cli.noyau.echecs import ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.temps.recurrence import dates
from tiers_lieu_cli.noyau.temps.regle_dite import dire, lire_recurrence, lire_regle

DU = date(2026, 11, 25)
QUATRE_ANS = timedelta(days=4 * 366)


class Ligne(NamedTuple):
    dite: str
    signe: str
    sens: str


def lignes() -> list[Ligne]:
    texte = Path(__file__).with_name("regles_dites.txt").read_text("utf-8")
    lues = [ligne for ligne in texte.splitlines() if ligne and not ligne.startswith("#")]
    return [Ligne(*re.fullmatch(r"(.+?) +([=?!]) (.+)", ligne).groups()) for ligne in lues]  # type: ignore[union-attr]


TOUTES = lignes()


def les(signe: str) -> list[Ligne]:
    return [ligne for ligne in TOUTES if ligne.signe == signe]


def ecrire(dite: str) -> str:
    lue = lire_regle(dite)
    heures = f"{lue.debut}-{lue.fin}" if lue.debut else ""
    return " ".join(filter(None, [lue.regle, heures, ",".join(lue.sauf)]))


@pytest.mark.parametrize("ligne", les("="), ids=lambda ligne: ligne.dite)
def test_se_comprend_et_donne_les_dates_de_dateutil(ligne: Ligne) -> None:
    assert ecrire(ligne.dite) == ligne.sens
    serie = lire_recurrence(ligne.dite, DU, None)
    premier = date.fromisoformat(serie.du)
    temoin = rrulestr(ligne.sens.split()[0], dtstart=datetime.combine(premier, datetime.min.time()))
    attendues = [d.date() for d in temoin.between(datetime(2026, 11, 25), datetime(2030, 11, 25), inc=True)]
    assert attendues
    assert [*dates(serie, DU, date(2030, 11, 25))] == attendues


@pytest.mark.parametrize("ligne", les("="), ids=lambda ligne: ligne.dite)
def test_se_redit_et_se_relit(ligne: Ligne) -> None:
    serie = lire_recurrence(ligne.dite, DU, None)
    redite = dire(serie)
    assert not redite.startswith("selon")
    relue = lire_recurrence(redite, date.fromisoformat(serie.du), None)
    assert [*dates(relue, DU, DU + QUATRE_ANS)] == [*dates(serie, DU, DU + QUATRE_ANS)]
    assert (relue.debut, relue.fin, relue.sauf) == (serie.debut, serie.fin, serie.sauf)
    assert dire(relue) == redite


@pytest.mark.parametrize("ligne", les("?"), ids=lambda ligne: ligne.dite)
def test_se_demande(ligne: Ligne) -> None:
    with pytest.raises(SaisieAmbigue) as demande:
        lire_regle(ligne.dite)
    lectures = demande.value.lectures
    assert demande.value.texte == ligne.dite
    assert " | ".join(lecture.libelle for lecture in lectures) == ligne.sens
    assert len({ecrire(lecture.texte) for lecture in lectures}) == len(lectures)


@pytest.mark.parametrize("ligne", les("!"), ids=lambda ligne: ligne.dite)
def test_se_refuse(ligne: Ligne) -> None:
    with pytest.raises(ErreurUsage) as refus:
        lire_regle(ligne.dite)
    assert ligne.sens in refus.value.fait
    assert refus.value.remede


@pytest.mark.parametrize(
    ("dite", "redite"),
    [
        ("mardi 19h-21h", "chaque mardi, 19:00–21:00"),
        ("lun-ven", "chaque jour ouvrable"),
        ("tous les 15 jours", "toutes les 2 semaines, le mercredi"),
        ("tous les 15 jours le mardi", "toutes les 2 semaines, le mardi"),
        ("un jour sur huit", "un jour sur 8"),
        ("1er samedi", "le 1er samedi du mois"),
        ("premier et troisième mardi", "les 1er et 3e mardis du mois"),
        ("le 1er mardi et le 3e jeudi du mois", "le 1er mardi et le 3e jeudi du mois"),
        ("chaque avant-dernier jeudi", "l'avant-dernier jeudi du mois"),
        ("chaque trimestre, le dernier lundi", "tous les 3 mois, le dernier lundi"),
        ("le 1er et le 15 du mois", "les 1er et 15 du mois"),
        ("le dernier jour ouvrable du mois", "le dernier jour ouvrable du mois"),
        ("tous les ans le dernier samedi d'août", "chaque année, le dernier samedi d'août"),
        ("un mardi sur deux d'octobre à mars", "toutes les 2 semaines, le mardi d'octobre à mars"),
        ("chaque mardi en mai et juin", "chaque mardi en mai et juin"),
        ("chaque mardi en mai, juillet et août", "chaque mardi en mai, juillet et août"),
        (
            "chaque mardi sauf juillet-août et vacances",
            "chaque mardi, sauf vacances scolaires, juillet et août",
        ),
    ],
)
def test_se_redit_en_bon_francais(dite: str, redite: str) -> None:
    assert dire(lire_recurrence(dite, DU, None)) == redite


@pytest.mark.parametrize(
    "dite", ["", "chaque mardi\u202e", "x" * 500, "chaque mardi sauf", "sauf le mardi", "19h-21h"]
)
def test_ce_qui_n_est_pas_une_regle_se_refuse(dite: str) -> None:
    with pytest.raises(ErreurUsage):
        lire_regle(dite)
