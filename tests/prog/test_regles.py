"""Les règles du programme, en tables et en propriétés : ni fichier, ni commande."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement, Quart
from tiers_lieu_cli.prog.regles import Tri

VELO = Evenement(id="2026-11-24-velo-7k2m", titre="Vélo", debut="2026-11-24T18:30", fin="2026-11-24T20:00")
JOUR = date(2026, 11, 20)
APRES = datetime(2026, 11, 24, 18, 30)


@pytest.mark.parametrize(
    ("dit", "ages", "redit"),
    [
        ("6-12", (6, 12), "6-12 ans"),
        ("6 – 12 ans", (6, 12), "6-12 ans"),
        ("18+", (18, 0), "dès 18 ans"),
        ("-12", (0, 12), "jusqu'à 12 ans"),
        ("12-12", (12, 12), "12-12 ans"),
        ("Tous", (0, 0), ""),
        ("", (0, 0), ""),
    ],
)
def test_un_age_se_lit_et_se_redit(dit: str, ages: tuple[int, int], redit: str) -> None:
    assert regles.lire_ages(dit) == ages
    assert regles.dire_ages(structs.replace(VELO, age_min=ages[0], age_max=ages[1])) == redit


@pytest.mark.parametrize("dit", ["12-6", "enfants", "0+", "0-0", "6-", "1000+", "6-12-18", "-"])
def test_un_age_qui_n_en_est_pas_un_est_refuse(dit: str) -> None:
    with pytest.raises(ErreurUsage, match="n'est pas un âge"):
        regles.lire_ages(dit)


@given(st.integers(0, 99), st.integers(0, 99))
def test_tout_age_dit_se_relit(plus_jeune: int, plus_age: int) -> None:
    if plus_age and plus_age < plus_jeune:
        return
    e = structs.replace(VELO, age_min=plus_jeune, age_max=plus_age)
    dit = regles.dire_ages(e).replace("dès ", "").replace("jusqu'à ", "-").replace(" ans", "")
    assert regles.lire_ages(dit if plus_age or not plus_jeune else f"{plus_jeune}+") == (plus_jeune, plus_age)


@pytest.mark.parametrize(
    ("etat", "motif", "reporte_a", "dit"),
    [
        (Etat.CONFIRME, "", "", ""),
        (Etat.TENU, "", "", ""),
        (Etat.BROUILLON, "", "", "brouillon"),
        (Etat.ANNULE, "", "", "ANNULÉ"),
        (Etat.ANNULE, "neige", "", "ANNULÉ (neige)"),
        (Etat.REPORTE, "", "", "REPORTÉ"),
        (Etat.REPORTE, "neige", "", "REPORTÉ (neige)"),
        (Etat.REPORTE, "", "2026-12-03-velo-q2x7", "REPORTÉ au jeudi 3 décembre"),
        (Etat.REPORTE, "neige", "2027-02-12-velo-q2x7", "REPORTÉ au vendredi 12 février 2027 (neige)"),
        (Etat.A_REPLACER, "", "", "FERMÉ, à replacer"),
        (Etat.A_REPLACER, "travaux", "", "FERMÉ, à replacer (travaux)"),
    ],
)
def test_ce_qui_n_a_pas_lieu_comme_prevu_le_dit(etat: Etat, motif: str, reporte_a: str, dit: str) -> None:
    e = structs.replace(VELO, etat=etat, motif=motif, reporte_a=reporte_a)
    assert regles.dire_ecart(e, JOUR) == dit
    assert e.a_lieu is (etat in (Etat.CONFIRME, Etat.TENU, Etat.BROUILLON))


@pytest.mark.parametrize("etat", list(Etat))
def test_chaque_etat_permet_ce_qui_a_un_sens(etat: Etat) -> None:
    e = structs.replace(VELO, etat=etat)
    if etat is Etat.ANNULE:
        with pytest.raises(ErreurUsage, match="déjà annulé"):
            regles.annuler(e, "")
    else:
        assert regles.annuler(e, "neige").etat is Etat.ANNULE
    if etat is Etat.REPORTE:
        with pytest.raises(ErreurUsage, match="déjà reporté"):
            regles.suspendre(e, "")
    else:
        assert regles.suspendre(e, "neige").motif == "neige"
    if e.a_lieu:
        assert regles.tenir(e, APRES, 12, "").participants == 12
    else:
        with pytest.raises(ErreurUsage, match=r"est marqué (annulé|reporté|fermé)"):
            regles.tenir(e, APRES, 12, "")
    if etat is Etat.TENU:
        with pytest.raises(ErreurUsage, match="déjà eu lieu"):
            regles.exiger_a_venir(e)
    else:
        regles.exiger_a_venir(e)


def test_on_ne_dit_tenu_que_ce_qui_a_commence_et_l_on_garde_ce_qu_on_ne_redit_pas() -> None:
    with pytest.raises(ErreurUsage, match="pas encore commencé"):
        regles.tenir(VELO, APRES - timedelta(minutes=1), None, "")
    premier = regles.tenir(VELO, APRES, 14, "à refaire")
    assert (premier.etat, premier.participants, premier.suite) == (Etat.TENU, 14, "à refaire")
    assert regles.tenir(premier, APRES, None, "") == premier
    assert regles.tenir(premier, APRES, 0, "").participants == 0


def test_ce_qui_est_deja_parti_se_change_la_ou_il_est_parti() -> None:
    parti, arrive = regles.reporter(VELO, VELO, "2026-12-03-velo-q2x7", "neige")
    assert (parti.etat, parti.reporte_a, parti.motif) == (Etat.REPORTE, arrive.id, "neige")
    assert (arrive.etat, arrive.reporte_a, arrive.motif) == (Etat.CONFIRME, "", "")
    with pytest.raises(ErreurUsage, match="2026-12-03"):
        regles.exiger_a_venir(parti)


def test_deplacer_replace_ce_qui_etait_a_replacer_et_lui_seul() -> None:
    creneau = Creneau(APRES + timedelta(days=1), APRES + timedelta(days=1, hours=2))
    for etat in Etat:
        deplace = regles.deplacer(structs.replace(VELO, etat=etat, motif="travaux"), creneau)
        assert deplace.creneau == creneau
        a_replacer = etat is Etat.A_REPLACER
        assert deplace.etat is (Etat.CONFIRME if a_replacer else etat)
        assert deplace.motif == ("" if a_replacer else "travaux")
    trace = regles.trace(VELO, creneau)
    assert trace is not None and regles.dire_ecart(trace, JOUR) == "REPORTÉ au mercredi 25 novembre"
    assert regles.trace(VELO, Creneau(APRES + timedelta(hours=1), APRES + timedelta(hours=3))) is None


@pytest.mark.parametrize(
    ("champs", "attend"),
    [
        ({}, False),
        ({"capacite": 12}, True),
        ({"equipe": (Quart(role="bar"),)}, True),
        ({"service": "pret"}, True),
        ({"proposition": "2026-11-01-idee-7k2m"}, True),
        ({"besoins": ("2026-11-01-garde-7k2m",)}, True),
    ],
)
def test_on_attend_une_suite_de_ce_qui_avait_une_origine_ou_des_gens(
    champs: dict[str, object], attend: bool
) -> None:
    assert regles.merite_une_suite(structs.replace(VELO, **champs)) is attend


@pytest.mark.parametrize(
    ("tri", "champs", "retenu"),
    [
        (Tri(), {}, True),
        (Tri(publics=frozenset({"membres"})), {}, True),
        (Tri(publics=frozenset({"membres"})), {"publics": ("membres", "riverains")}, True),
        (Tri(publics=frozenset({"membres"})), {"publics": ("riverains",)}, False),
        (Tri(salles=frozenset({"cour"})), {}, False),
        (Tri(salles=frozenset({"cour"})), {"salles": ("cour",)}, True),
        (Tri(langues=frozenset({"nl"})), {"langues": ("fr",)}, False),
        (Tri(etiquettes=frozenset({"a", "b"})), {"etiquettes": ("b",)}, True),
        (Tri(salles=frozenset({"cour"}), langues=frozenset({"nl"})), {"salles": ("cour",)}, False),
    ],
)
def test_un_tri_retient_ce_qui_repond_a_chaque_critere(
    tri: Tri, champs: dict[str, object], retenu: bool
) -> None:
    assert tri.retient(structs.replace(VELO, **champs)) is retenu


@pytest.mark.parametrize("titre", ["", "   ", "a" * 201, "a\x00b", "a\u202eb"])
def test_un_titre_tient_sur_une_affiche(titre: str) -> None:
    with pytest.raises(ErreurUsage):
        regles.titre_propre(titre)


@given(st.text(max_size=300))
def test_un_titre_propre_le_reste(titre: str) -> None:
    try:
        propre = regles.titre_propre(titre)
    except ErreurUsage:
        return
    assert regles.titre_propre(propre) == propre == " ".join(propre.split())
    assert 0 < len(propre) <= regles.TITRE_MAXIMAL


def test_pour_qui_et_ou_cela_se_tient() -> None:
    e = structs.replace(VELO, publics=("riverains",), age_min=6, langues=("fr", "nl"))
    assert regles.pour_qui(e) == "riverains, dès 6 ans, en fr et nl"
    assert regles.pour_qui(VELO) == ""
    situe = structs.replace(VELO, salles=("cour", "cave"), ailleurs="place du Marché")
    assert regles.lieu_dit(situe, {"cour": "La cour"}, {}) == "La cour, cave, place du Marché"
    chez = structs.replace(VELO, calendrier="fablab", ailleurs="Salle du rez")
    assert regles.lieu_dit(chez, {}, {"fablab": "Fablab d'à côté"}) == "Fablab d'à côté, Salle du rez"
    assert regles.dire_quart(Quart(role="bar", combien=2, heures="17:30-20:00")) == "bar (2), 17:30–20:00"
    assert regles.dire_quart(Quart(role="bar")) == "bar"
    assert [regles.dire_participants(n) for n in (0, 1, 2)] == [
        "personne n'est venu",
        "1 participant",
        "2 participants",
    ]


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_un_jour_est_dans_sa_semaine_et_dans_son_mois(jour: date) -> None:
    semaine, mois = temps.semaine_de(jour), temps.mois_de(jour)
    assert semaine.premier_jour.weekday() == 0 and semaine.duree == timedelta(days=7)
    assert semaine.premier_jour <= jour <= semaine.dernier_jour
    assert mois.premier_jour.day == 1 and (mois.dernier_jour + timedelta(days=1)).day == 1
    assert mois.premier_jour <= jour <= mois.dernier_jour
