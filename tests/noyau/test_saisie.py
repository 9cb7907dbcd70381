"""Ce qu'on demande d'une date : un jour venu, une période, une durée ; et ce qui vaut de tout texte."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import delais, saisie, temps
from tiers_lieu_cli.noyau.temps.regle_dite import lire_regle
from tiers_lieu_cli.noyau.temps.saisie import DatePassee, PasEncore, Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

BRUXELLES = ZoneInfo("Europe/Brussels")
MARDI = datetime(2026, 11, 24, 8, 52)


def creneau(texte: str, maintenant: datetime = MARDI, **options: object) -> Creneau:
    return saisie.lire_creneau(texte, maintenant, BRUXELLES, **options)  # type: ignore[arg-type]


# -- ce que les commandes demandent -------------------------------------------


@pytest.mark.parametrize(
    ("texte", "sens", "attendu"),
    [
        ("lundi", Sens.A_VENIR, "2026-11-30"),
        ("lundi", Sens.PASSE, "2026-11-23"),
        ("lundi", Sens.VENU, "2026-11-23"),
        ("lundi", Sens.LIBRE, "2026-11-30"),
        ("mardi", Sens.PASSE, "2026-11-24"),
        ("30/11", Sens.PASSE, "2025-11-30"),
        ("20/11", Sens.ENSUITE, "2027-11-20"),
        ("20/11", Sens.LIBRE, "2026-11-20"),
        ("30/8", Sens.ENSUITE, "2027-08-30"),
        ("semaine 47", Sens.LIBRE, "2026-11-16"),
        ("cette semaine", Sens.LIBRE, "2026-11-23"),
        ("la semaine prochaine", Sens.A_VENIR, "2026-11-30"),
        ("décembre", Sens.LIBRE, "2026-12-01"),
        ("ce week-end", Sens.LIBRE, "2026-11-28"),
    ],
)
def test_le_sens_choisit_la_prochaine_la_derniere_ou_la_plus_proche(
    texte: str, sens: Sens, attendu: str
) -> None:
    assert saisie.lire_jour(texte, MARDI, sens) == date.fromisoformat(attendu)


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("demain 14h", "un jour, sans heure"),
        ("2026-11-24T18:30", "un jour, sans heure"),
        ("mardi soir", "un jour, sans heure"),
        ("décembre", "il manque le jour"),
        ("cette semaine", "déjà passé"),
        ("du 3 au 5 juin", "comprends"),
        ("20/11", "déjà passé"),
        ("20/10", "^$"),
    ],
)
def test_un_jour_ne_s_arrondit_pas(texte: str, dit: str) -> None:
    if dit == "^$":
        assert saisie.lire_jour(texte, MARDI) == date(2027, 10, 20)
        return
    with pytest.raises(ErreurUsage, match=dit):
        saisie.lire_jour(texte, MARDI)


def test_un_week_end_n_est_pas_un_jour() -> None:
    with pytest.raises(SaisieAmbigue) as demande:
        saisie.lire_jour("ce week-end", MARDI)
    assert [lecture.texte for lecture in demande.value.lectures] == ["2026-11-28", "2026-11-29"]


def test_une_date_passee_dit_comment_la_vouloir() -> None:
    with pytest.raises(ErreurUsage) as refus:
        saisie.lire_jour("20/11", MARDI)
    annee = "(l'an prochain : 2027-11-20)."
    assert refus.value.remede == f"Si c'est voulu, dire la date avec son année {annee}"
    refus.value.selon(["--json", "--passe"])
    assert refus.value.remede == f"Si c'est voulu, ajouter --passe {annee}"
    assert saisie.lire_jour("2026-11-20", MARDI) == date(2026, 11, 20)
    assert saisie.lire_jour("20/11/2026", MARDI) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("mardi 7h-8h", "2026-12-01 07:00"),
        ("mar. 7h30-8h30", "2026-12-01 07:30"),
        ("7h-8h mardi", "2026-12-01 07:00"),
        ("mardi 8h-9h", "2026-11-24 08:00"),
        ("mercredi 7h-8h", "2026-11-25 07:00"),
    ],
)
def test_un_jour_de_la_semaine_dont_l_heure_est_passee_est_celui_d_apres(texte: str, attendu: str) -> None:
    assert f"{creneau(texte).debut:%Y-%m-%d %H:%M}" == attendu


@pytest.mark.parametrize(
    "texte",
    ["ce mardi 7h-8h", "aujourd'hui 7h-8h", "7h-8h", "mar 24/11 7h-8h", "ce matin 7h-8h", "hier 7h-8h"],
)
def test_ce_qui_dit_bien_ce_jour_la_reste_passe(texte: str) -> None:
    with pytest.raises(DatePassee):
        creneau(texte)


@pytest.mark.parametrize("texte", ["demain", "30/11", "jeu 26/11", "2026-12-01", "dans 3 jours"])
def test_ce_qui_n_est_pas_venu_ne_se_note_pas(texte: str) -> None:
    with pytest.raises(PasEncore):
        saisie.lire_jour_venu(texte, MARDI)
    with pytest.raises(PasEncore):
        saisie.lire_moment(texte, MARDI, BRUXELLES, Sens.PASSE)


def test_un_moment_est_un_jour_ou_un_instant() -> None:
    lire = saisie.lire_moment
    assert lire("8h15", MARDI, BRUXELLES, Sens.PASSE) == datetime(2026, 11, 24, 8, 15)
    assert lire("8h52", MARDI, BRUXELLES, Sens.PASSE) == MARDI
    assert lire("hier 21h", MARDI, BRUXELLES, Sens.PASSE) == datetime(2026, 11, 23, 21)
    assert lire("hier", MARDI, BRUXELLES, Sens.PASSE) == date(2026, 11, 23)
    with pytest.raises(PasEncore):
        lire("14h", MARDI, BRUXELLES, Sens.PASSE)
    with pytest.raises(ErreurUsage, match="un seul jour"):
        lire("la semaine dernière", MARDI, BRUXELLES, Sens.PASSE)


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("minuit", "2026-11-25T00:00"),
        ("samedi minuit", "2026-11-29T00:00"),
        ("demain 2h", "2026-11-25T02:00"),
        ("28 mars 2h30", "2027-03-28T03:00"),
        ("28/3/2027 2h", "2027-03-28T03:00"),
    ],
)
def test_une_fin_ferme_le_jour_et_existe_toujours(texte: str, attendue: str) -> None:
    assert creneau(texte, duree=timedelta(minutes=1), est_la_fin=True).debut == datetime.fromisoformat(
        attendue
    )


@pytest.mark.parametrize(
    ("du", "au", "attendue"),
    [
        ("1/11", "30/11", ("2026-11-01", "2026-11-30")),
        ("1/11", "aujourd'hui", ("2026-11-01", "2026-11-24")),
        ("1/9", "31/10", ("2026-09-01", "2026-10-31")),
        ("1/12", "30/11", ("2025-12-01", "2026-11-30")),
        ("1/12/2026", "31/12", ("2026-12-01", "2026-12-31")),
        ("", "aujourd'hui", ("2026-11-23", "2026-11-24")),
    ],
)
def test_une_periode_finit_apres_son_debut(du: str, au: str, attendue: tuple[str, str]) -> None:
    lue = saisie.lire_periode(du, au, MARDI)
    assert tuple(map(str, lue)) == attendue


@pytest.mark.parametrize(("du", "au"), [("aujourd'hui", "hier"), ("1/11/2026", "31/10/2026")])
def test_une_periode_a_l_envers_est_refusee(du: str, au: str) -> None:
    with pytest.raises(ErreurUsage, match="avant de commencer"):
        saisie.lire_periode(du, au, MARDI)


@pytest.mark.parametrize(
    ("texte", "minutes"),
    [
        ("30min", 30),
        ("30 min", 30),
        ("1h", 60),
        ("1h30", 90),
        ("1u30", 90),
        ("1 h 30", 90),
        ("90 minutes", 90),
        ("deux heures", 120),
        ("une heure et demie", 90),
        ("1 heure et quart", 75),
        ("une demi-heure", 30),
        ("trois quarts d'heure", 45),
        ("2 jours", 2880),
        ("une semaine", 7 * 1440),
    ],
)
def test_une_duree(texte: str, minutes: int) -> None:
    assert saisie.lire_duree(texte) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("texte", "jours"), [("3 mois", 90), ("un an", 365), ("12 ans", 999)])
def test_une_duree_qui_n_a_pas_toujours_autant_de_jours_se_dit_en_jours(texte: str, jours: int) -> None:
    with pytest.raises(ErreurUsage) as refus:
        saisie.lire_duree(texte)
    assert refus.value.remede == f"Dire combien de jours : {jours} jours."
    saisie.lire_duree(f"{jours} jours")


@pytest.mark.parametrize(
    ("texte", "moment"),
    [
        ("3 mois", "2027-02-28T08:30"),
        ("un mois", "2026-12-30T08:30"),
        ("deux ans", "2028-11-30T08:30"),
        ("90 jours", "2027-02-28T08:30"),
        ("3h", "2026-11-30T11:30"),
    ],
)
def test_un_delai_compte_ses_mois_et_ses_ans_au_calendrier(texte: str, moment: str) -> None:
    lu = delais.lire_delai(texte)
    assert delais.plus_tard(datetime(2026, 11, 30, 8, 30), lu) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("texte", ["0 mois", "", "mois", "1,5 mois"])
def test_un_delai_qui_n_en_est_pas_un(texte: str) -> None:
    with pytest.raises(ErreurUsage):
        delais.lire_delai(texte)


@pytest.mark.parametrize("texte", ["", "0", "0h", "-1h", "1,5h", "un peu", "1h75", "demain"])
def test_une_duree_qui_n_en_est_pas_une(texte: str) -> None:
    with pytest.raises(ErreurUsage):
        saisie.lire_duree(texte)


@pytest.mark.parametrize(
    ("texte", "bornes"),
    [
        ("9h-12h30", "09:00-12:30"),
        ("18-20", "18:00-20:00"),
        ("de 14 à 18h", "14:00-18:00"),
        ("18u30 - minuit", "18:30-00:00"),
        ("22h-2h", "22:00-02:00"),
        ("midi-14h", "12:00-14:00"),
    ],
)
def test_une_plage_d_heures(texte: str, bornes: str) -> None:
    assert "-".join(map(temps.ecrire_heure, saisie.lire_plage(texte))) == bornes


@pytest.mark.parametrize("texte", ["", "9h", "mardi 9h-12h", "9h-9h", "25h-26h", "12h-9h30 demain", "24h-2h"])
def test_une_plage_qui_n_en_est_pas_une(texte: str) -> None:
    with pytest.raises(ErreurUsage):
        saisie.lire_plage(texte)


# -- ce qui vaut de tout texte ------------------------------------------------

MOTS = """lundi mar. vendredi prochain dernier en huit quinze demain hier le du au de à des ce cette semaine
mois week-end 24 24/11 1er 31 30/2 18-20 8-12 novembre févr. 2026 2026-11-24 2026-11-24T18:30 18h30
25h 14 14h à 9:05 10.30 10.12 midi minuit soir matin après-midi toute la journée - – / .. , et
pendant 2h 30min dans 8 99 jours semaines il y a jusqu'à jusque premier 2e samedi chaque tous les
sauf août deux fois trois heures demie quart 1e9 ² 9999-99-99 2026-W60 +01:00 Z ½ moins"""
mots = st.sampled_from(MOTS.split())
textes = st.text(max_size=60) | st.lists(mots, max_size=9).map(" ".join)
maintenants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 12, 31)) | st.sampled_from(
    [
        datetime(2026, 3, 29, 2, 30),
        datetime(2026, 10, 25, 2, 30),
        datetime(2028, 2, 29),
        datetime(2100, 12, 31),
        MARDI,
    ]
)


@given(textes, maintenants, st.sampled_from(Sens))
@example("lundi prochain", datetime(2100, 12, 31), Sens.A_VENIR)
@example("demain 14h pendant 999 jours", datetime(2100, 12, 31), Sens.A_VENIR)
@example("dans 9999 semaines", datetime(2026, 1, 1), Sens.LIBRE)
@example("il y a 9999 ans", datetime(2026, 1, 1), Sens.LIBRE)
@example("2026-11-24T18:30+14:99", datetime(2026, 1, 1), Sens.LIBRE)
@example("5e samedi de février", datetime(2026, 1, 1), Sens.A_VENIR)
@example("0001-01-01T00:00+14:00", datetime(2026, 1, 1), Sens.LIBRE)
def test_rien_d_autre_qu_un_refus_ne_sort_d_une_saisie(texte: str, maintenant: datetime, sens: Sens) -> None:
    lectures: list[Callable[[], object]] = [
        lambda: saisie.lire_creneau(texte, maintenant, BRUXELLES, sens=sens),
        lambda: saisie.lire_moment(texte, maintenant, BRUXELLES, sens),
        lambda: saisie.lire_jour(texte, maintenant, sens),
        lambda: saisie.lire_jour_venu(texte, maintenant),
        lambda: saisie.lire_periode(texte, "demain", maintenant),
        lambda: saisie.lire_duree(texte),
        lambda: saisie.lire_plage(texte),
        lambda: lire_regle(texte),
    ]
    for lire in lectures:
        with suppress(Echec):
            lire()


def demandees(lire: Callable[[str], object], texte: str) -> list[str]:
    """Ce qu'il faudrait taper, si ce texte a deux sens."""
    try:
        lire(texte)
    except SaisieAmbigue as demande:
        return [lecture.texte for lecture in demande.lectures]
    except Echec:
        pass
    return []


@given(textes, maintenants, st.sampled_from(Sens), st.booleans())
@example("vendredi prochain 14h", MARDI, Sens.A_VENIR, True)
@example("mar. 14/5 minuit-2h", MARDI, Sens.LIBRE, False)
def test_une_lecture_proposee_se_retape_et_ne_veut_dire_qu_elle(
    texte: str, maintenant: datetime, sens: Sens, moment: bool
) -> None:
    duree = timedelta(minutes=1) if moment else None

    def lire(dit: str) -> Creneau:
        return saisie.lire_creneau(dit, maintenant, BRUXELLES, sens=sens, duree=duree)

    def lire_jour(dit: str) -> date:
        return saisie.lire_jour(dit, maintenant, sens)

    for lecteur in (lire, lire_jour):
        exactes = demandees(lecteur, texte)
        assert len({lecteur(exacte) for exacte in exactes}) == len(exactes)


@given(textes, maintenants)
def test_ce_qui_est_compris_se_relit_tel_qu_on_le_montre(texte: str, maintenant: datetime) -> None:
    try:
        compris = saisie.lire_creneau(texte, maintenant, BRUXELLES, sens=Sens.LIBRE)
    except Echec:
        return
    assert saisie.lire_creneau(temps.dire_creneau(compris), maintenant, BRUXELLES) == compris


moments = st.datetimes(datetime(2026, 11, 25), datetime(2099, 12, 1)).map(
    lambda d: d.replace(second=0, microsecond=0)
)


@given(moments, st.integers(1, 60 * 24 * 40), moments)
@example(datetime(2027, 3, 27, 22), 300, MARDI)
@example(datetime(2026, 11, 25, 10), 23 * 60, MARDI)
@example(datetime(2026, 11, 25, 0), 24 * 60, MARDI)
def test_ce_que_l_outil_dit_se_retape(debut: datetime, minutes: int, maintenant: datetime) -> None:
    dit = Creneau(debut, debut + timedelta(minutes=minutes))
    if all(temps.existe(b, BRUXELLES) for b in (dit.debut, dit.fin)):
        assert creneau(temps.dire_creneau(dit), maintenant) == dit
        assert creneau(f"{dit.debut:%Y-%m-%dT%H:%M}/{dit.fin:%Y-%m-%dT%H:%M}", maintenant) == dit
    jours = Creneau.de_jours(debut.date(), debut.date() + timedelta(days=minutes % 40))
    assert creneau(temps.dire_creneau(jours), maintenant) == jours
    assert saisie.lire_jour(temps.dire_jour(debut.date()), maintenant) == debut.date()
    lundi = temps.lundi_de(debut.date())
    semaine = Creneau.de_jours(lundi, lundi + timedelta(days=6))
    assert creneau(temps.dire_semaine(semaine), maintenant) == semaine
    heures = (
        "-".join(map(temps.ecrire_heure, saisie.lire_plage(temps.dire_heures(dit)))) if minutes < 721 else ""
    )
    assert heures in ("", f"{dit.debut:%H:%M}-{dit.fin:%H:%M}")


@given(moments, st.integers(0, 300), st.integers(1, 60 * 11))
def test_une_date_de_cette_annee_se_retape_sans_son_annee(
    maintenant: datetime, jours: int, minutes: int
) -> None:
    debut = maintenant + timedelta(days=jours, minutes=1)
    dit = Creneau(debut, debut + timedelta(minutes=minutes))
    if dit.fin.year == maintenant.year and all(temps.existe(b, BRUXELLES) for b in (dit.debut, dit.fin)):
        assert creneau(temps.dire_creneau(dit, maintenant.date()), maintenant) == dit


@given(
    st.dates(date(2026, 1, 1), date(2040, 12, 31)),
    st.integers(17, 23),
    st.integers(0, 7),
    st.sampled_from([0, 30]),
)
def test_une_nuit_finit_toujours(jour: date, debut: int, fin: int, minutes: int) -> None:
    """Quel que soit le jour, une nuit s'accepte ; sa fin existe, et n'est jamais avant celle qu'on a dite."""
    if timedelta(hours=24 + fin - debut, minutes=minutes) > temps.NUIT_LA_PLUS_LONGUE:
        return
    lu = creneau(f"{jour} {debut}h-{fin}h{minutes:02}", sens=Sens.LIBRE)
    dite = temps.minuit(jour) + timedelta(days=1, hours=fin, minutes=minutes)
    assert temps.existe(lu.fin, BRUXELLES)
    assert timedelta() <= lu.fin - dite <= timedelta(hours=1)
