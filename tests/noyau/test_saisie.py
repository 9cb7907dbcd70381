"""Les dates comme on les dit : ce qui se comprend, ce qui se relit, ce qui se refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

BRUXELLES = ZoneInfo("Europe/Brussels")
MARDI = datetime(2026, 11, 24, 8, 52)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("mardi après-midi", "2026-11-24 13-18"),
        ("mardi apres midi", "2026-11-24 13-18"),
        ("demain matin", "2026-11-25 8-12"),
        ("demain en matinée", "2026-11-25 8-12"),
        ("ce soir", "2026-11-24 18-23"),
        ("cet après-midi", "2026-11-24 13-18"),
        ("jeudi en soirée", "2026-11-26 18-23"),
        ("mar. 1/12 soir", "2026-12-01 18-23"),
        ("2026-11-28, la journée", "2026-11-28 8-18"),
        ("après-demain après-midi", "2026-11-26 13-18"),
    ],
)
def test_une_partie_du_jour(texte: str, attendu: str) -> None:
    lu = creneau(texte)
    assert f"{lu.debut:%Y-%m-%d} {lu.debut.hour}-{lu.fin.hour}" == attendu


@pytest.mark.parametrize("texte", ["hier matin", "le matin du", "après", "soirs", "un soir"])
def test_une_partie_du_jour_passee_ou_vague_est_refusee(texte: str) -> None:
    with pytest.raises(ErreurUsage):
        creneau(texte)


def creneau(texte: str, maintenant: datetime = MARDI, **options: object) -> Creneau:
    return saisie.lire_creneau(texte, maintenant, BRUXELLES, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("aujourd'hui", "2026-11-24"),
        ("Aujourd’hui", "2026-11-24"),
        ("auj.", "2026-11-24"),
        ("demain", "2026-11-25"),
        ("après-demain", "2026-11-26"),
        ("mardi", "2026-11-24"),
        ("mardi prochain", "2026-12-01"),
        ("lundi", "2026-11-30"),
        ("lun.", "2026-11-30"),
        ("Dimanche", "2026-11-29"),
        ("mar. 24/11", "2026-11-24"),
        ("mardi 24", "2026-11-24"),
        ("mardi 1er", "2026-12-01"),
        ("24/11", "2026-11-24"),
        ("23/11", "2027-11-23"),
        ("24/11/2026", "2026-11-24"),
        ("24.11.26", "2026-11-24"),
        ("24-11-2026", "2026-11-24"),
        ("24 novembre", "2026-11-24"),
        ("24 nov.", "2026-11-24"),
        ("1er juin", "2027-06-01"),
        ("le 3 juin 2027", "2027-06-03"),
        ("29 février", "2028-02-29"),
        ("15 août", "2027-08-15"),
        ("2026-11-24", "2026-11-24"),
        ("2020-01-01", "2020-01-01"),
        ("dans 3 jours", "2026-11-27"),
        ("dans 2 semaines", "2026-12-08"),
        ("semaine prochaine", "2026-11-30"),
    ],
)
def test_un_jour_dit(texte: str, attendu: str) -> None:
    assert saisie.lire_jour(texte, MARDI) == date.fromisoformat(attendu)


@pytest.mark.parametrize(
    ("texte", "sens", "attendu"),
    [
        ("lundi", Sens.A_VENIR, "2026-11-30"),
        ("lundi", Sens.PASSE, "2026-11-23"),
        ("lundi", Sens.LIBRE, "2026-11-30"),
        ("mardi", Sens.PASSE, "2026-11-24"),
        ("lundi dernier", Sens.LIBRE, "2026-11-23"),
        ("mardi dernier", Sens.PASSE, "2026-11-17"),
        ("20/11", Sens.A_VENIR, "2027-11-20"),
        ("20/11", Sens.PASSE, "2026-11-20"),
        ("20/11", Sens.LIBRE, "2026-11-20"),
        ("1er mai", Sens.LIBRE, "2027-05-01"),
        ("hier", Sens.PASSE, "2026-11-23"),
        ("il y a 2 semaines", Sens.PASSE, "2026-11-10"),
        ("jeudi 12", Sens.PASSE, "2026-11-12"),
    ],
)
def test_le_sens_choisit_la_prochaine_la_derniere_ou_la_plus_proche(
    texte: str, sens: Sens, attendu: str
) -> None:
    assert saisie.lire_jour(texte, MARDI, sens) == date.fromisoformat(attendu)


@pytest.mark.parametrize(
    ("texte", "debut", "fin"),
    [
        ("2026-11-24 18h30-20h", "2026-11-24T18:30", "2026-11-24T20:00"),
        ("2026-11-24 18:30–20:00", "2026-11-24T18:30", "2026-11-24T20:00"),
        ("2026-11-24T18:30/2026-11-24T20:00", "2026-11-24T18:30", "2026-11-24T20:00"),
        ("mardi 24 novembre, 18:30–20:00", "2026-11-24T18:30", "2026-11-24T20:00"),
        ("demain 14h30-16h", "2026-11-25T14:30", "2026-11-25T16:00"),
        ("demain 14 h 30 – 16 h", "2026-11-25T14:30", "2026-11-25T16:00"),
        ("demain de 9h à 12h", "2026-11-25T09:00", "2026-11-25T12:00"),
        ("demain midi-14h", "2026-11-25T12:00", "2026-11-25T14:00"),
        ("demain à 14h pendant 2h", "2026-11-25T14:00", "2026-11-25T16:00"),
        ("demain 14h pendant 45 min", "2026-11-25T14:00", "2026-11-25T14:45"),
        ("mar. 24/11 9h-12h", "2026-11-24T09:00", "2026-11-24T12:00"),
        ("lundi prochain 9h-12h", "2026-11-30T09:00", "2026-11-30T12:00"),
        ("jeu 14h-16h", "2026-11-26T14:00", "2026-11-26T16:00"),
        ("14h-16h", "2026-11-24T14:00", "2026-11-24T16:00"),
        ("samedi 22h-2h", "2026-11-28T22:00", "2026-11-29T02:00"),
        ("samedi 22h-minuit", "2026-11-28T22:00", "2026-11-29T00:00"),
        ("samedi 22h-24h", "2026-11-28T22:00", "2026-11-29T00:00"),
        ("du 3 juin 18h au 5 juin 12h", "2027-06-03T18:00", "2027-06-05T12:00"),
        ("8h-9h", "2026-11-24T08:00", "2026-11-24T09:00"),
    ],
)
def test_un_creneau_dit(texte: str, debut: str, fin: str) -> None:
    assert creneau(texte) == Creneau(datetime.fromisoformat(debut), datetime.fromisoformat(fin))


@pytest.mark.parametrize(
    ("texte", "premier", "dernier"),
    [
        ("demain", "2026-11-25", "2026-11-25"),
        ("du 3 au 5 juin", "2027-06-03", "2027-06-05"),
        ("du jeudi 3 au samedi 5 juin 2027", "2027-06-03", "2027-06-05"),
        ("du 28 décembre au 3 janvier", "2026-12-28", "2027-01-03"),
        ("2026-12-03..2026-12-05", "2026-12-03", "2026-12-05"),
        ("du 3/6 au 5/6", "2027-06-03", "2027-06-05"),
    ],
)
def test_des_jours_entiers(texte: str, premier: str, dernier: str) -> None:
    attendu = Creneau.de_jours(date.fromisoformat(premier), date.fromisoformat(dernier))
    assert creneau(texte) == attendu


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "comprends"),
        ("bof", "comprends"),
        ("demain 14h30", "heure de fin"),
        ("20h-18h30", "finit avant"),
        ("demain 14h-14h", "finit avant"),
        ("du 5 au 3 juin", "finit avant"),
        ("du 3 juin 18h au 5 juin", "deux heures"),
        ("25h-26h", "heure de la journée"),
        ("30 février", "finit le 29"),
        ("32/1", "finit le 31"),
        ("1/13", "mois 13"),
        ("le 3", "il manque le mois"),
        ("3000-01-01", "hors de l'histoire"),
        ("hier 9h-10h", "déjà passé"),
        ("7h-8h", "déjà passé"),
        ("28 mars 2027 2h30-4h", "heure d'été"),
        ("٣/١١ 9h-10h", "comprends"),
        ("demain\x009h-10h", "comprends"),
        ("demain " * 50, "comprends"),
    ],
)
def test_ce_qui_ne_se_comprend_pas_est_refuse_avec_un_remede(texte: str, dit: str) -> None:
    with pytest.raises(ErreurUsage, match=dit) as refus:
        creneau(texte)
    assert refus.value.remede


def test_une_date_passee_est_admise_si_on_la_veut() -> None:
    assert creneau("hier 9h-10h", sens=Sens.PASSE).debut == datetime(2026, 11, 23, 9)
    assert creneau("2026-11-23 9h-10h").debut == datetime(2026, 11, 23, 9)


def test_une_heure_double_est_la_premiere_et_s_accepte() -> None:
    assert creneau("25/10/2027 9h-10h")
    assert creneau("31 octobre 2027 2h30-4h").debut == datetime(2027, 10, 31, 2, 30)


def test_un_jour_qui_contredit_la_date_est_relu_et_chaque_lecture_se_comprend() -> None:
    with pytest.raises(SaisieAmbigue) as relu:
        creneau("mar. 14/5 9h-12h")
    assert relu.value.fait == "Le 14 mai 2027 est un vendredi. Mardi 11 ou vendredi 14 ?"
    assert [creneau(lecture.texte) for lecture in relu.value.lectures] == [
        Creneau(datetime(2027, 5, jour, 9), datetime(2027, 5, jour, 12)) for jour in (11, 14)
    ]


@pytest.mark.parametrize(
    ("texte", "minutes"),
    [
        ("30min", 30),
        ("30 min", 30),
        ("1h", 60),
        ("1h30", 90),
        ("1 h 30", 90),
        ("90 minutes", 90),
        ("2 jours", 2880),
    ],
)
def test_une_duree(texte: str, minutes: int) -> None:
    assert saisie.lire_duree(texte) == timedelta(minutes=minutes)


@pytest.mark.parametrize("texte", ["", "0", "0h", "-1h", "1,5h", "un peu"])
def test_une_duree_qui_n_en_est_pas_une(texte: str) -> None:
    with pytest.raises(ErreurUsage):
        saisie.lire_duree(texte)


MOTS = """lundi mar. demain hier le du au de à 24 24/11 1er 31 30/2 novembre févr. 2026 2026-11-24 18h30 25h
9:05 midi minuit - – , et pendant 2h 30min dans 99 jours semaines il y a prochain dernier 1e9 ² 9999-99-99"""
mots = st.sampled_from(MOTS.split())
maintenants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)) | st.sampled_from(
    [
        datetime(2026, 3, 29, 2, 30),
        datetime(2026, 10, 25, 2, 30),
        datetime(2028, 2, 29),
        datetime(2100, 12, 31),
    ]
)


@given(st.text(max_size=60) | st.lists(mots, max_size=9).map(" ".join), maintenants, st.sampled_from(Sens))
@example("lundi prochain", datetime(2100, 12, 31), Sens.A_VENIR)
@example("demain 14h pendant 999 jours", datetime(2100, 12, 31), Sens.A_VENIR)
@example("dans 9999 semaines", datetime(2026, 1, 1), Sens.LIBRE)
def test_rien_d_autre_qu_un_refus_ne_sort_d_une_saisie(texte: str, maintenant: datetime, sens: Sens) -> None:
    for lire in (
        lambda: saisie.lire_creneau(texte, maintenant, BRUXELLES, sens=sens),
        lambda: saisie.lire_jour(texte, maintenant, sens),
        lambda: saisie.lire_duree(texte),
    ):
        try:
            lire()
        except ErreurUsage:
            continue


moments = st.datetimes(datetime(2026, 11, 25), datetime(2099, 12, 1)).map(
    lambda d: d.replace(second=0, microsecond=0)
)


@given(moments, st.integers(1, 60 * 24 * 40))
def test_la_forme_exacte_d_un_creneau_se_relit(debut: datetime, minutes: int) -> None:
    voulu = Creneau(debut, debut + timedelta(minutes=minutes))
    if all(temps.existe(b, BRUXELLES) for b in (voulu.debut, voulu.fin)):
        assert creneau(f"{voulu.debut:%Y-%m-%dT%H:%M}/{voulu.fin:%Y-%m-%dT%H:%M}") == voulu


@given(moments, st.integers(1, 60 * 12))
def test_ce_que_l_outil_dit_se_retape(debut: datetime, minutes: int) -> None:
    dit = Creneau(debut, debut + timedelta(minutes=minutes))
    if all(temps.existe(b, BRUXELLES) for b in (dit.debut, dit.fin)):
        assert creneau(temps.dire_creneau(dit)) == dit
    jours = Creneau.de_jours(debut.date(), debut.date() + timedelta(days=minutes % 40))
    assert creneau(temps.dire_creneau(jours)) == jours


@pytest.mark.parametrize(
    ("du", "au", "attendue"),
    [
        ("1/11", "30/11", ("2026-11-01", "2026-11-30")),
        ("1/11", "aujourd'hui", ("2026-11-01", "2026-11-24")),
        ("1/9", "31/10", ("2026-09-01", "2026-10-31")),
        ("1/12/2026", "31/12", ("2026-12-01", "2026-12-31")),
        ("", "aujourd'hui", ("2026-11-23", "2026-11-24")),
    ],
)
def test_une_periode_finit_apres_son_debut(du: str, au: str, attendue: tuple[str, str]) -> None:
    lue = saisie.lire_periode(du, au, datetime(2026, 11, 24, 8, 52))
    assert tuple(map(str, lue)) == attendue


@pytest.mark.parametrize(("du", "au"), [("aujourd'hui", "hier"), ("1/11/2026", "31/10/2026")])
def test_une_periode_a_l_envers_est_refusee(du: str, au: str) -> None:
    with pytest.raises(ErreurUsage, match="avant de commencer"):
        saisie.lire_periode(du, au, datetime(2026, 11, 24, 8, 52))
