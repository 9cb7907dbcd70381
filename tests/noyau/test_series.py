"""Ce qu'on fait d'une série : nommer ses dates, la borner, en trouver une, l'écarter, changer sa règle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from refus import refus

from tiers_lieu_cli.noyau.temps import series
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, PasUneDate, Quoi, Recurrence, occurrences
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

ANNULE, SAUTE = Ecart(quoi=Quoi.ANNULE), Ecart(quoi=Quoi.SAUTE)
JEUDI = Ecart(quoi=Quoi.DEPLACE, debut="2026-12-03T20:00", fin="2026-12-03T22:00", motif="fête")
LOIN = Ecart(quoi=Quoi.DEPLACE, debut="2027-02-04T20:00", fin="2027-02-04T22:00")
RIEN: dict[str, Any] = {}
CONGES = {"conges": {date(2026, 12, 1)}}


def chaque_mardi(**reste: Any) -> Recurrence:
    donnes = {
        "regle": "FREQ=WEEKLY",
        "du": "2026-11-24",
        "au": "2026-12-15",
        "debut": "18:00",
        "fin": "20:00",
    }
    return Recurrence(**{**donnes, **reste})


def le(mois: int, jour: int, annee: int = 2026) -> date:
    return date(annee, mois, jour)


def dates(regle: Recurrence, exclus: Any = RIEN) -> list[str]:
    """Les jours où la série a vraiment lieu, d'un bout à l'autre."""
    toutes = occurrences(regle, series.etendue(regle), exclus)
    return [f"{o.creneau.debut:%d/%m}" for o in toutes if series.a_lieu(o)]


# -- le nom d'une date --------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("2026-12-01-chorale-7k2m", ("2026-12-01", "chorale-7k2m")),
        ("2026-12-01-chorale-7k2m-1400", ("2026-12-01T14:00", "chorale-7k2m")),
        ("chorale-7k2m@2026-12-01", ("2026-12-01", "chorale-7k2m")),
        ("2026-12-01-theatre-1400", ("2026-12-01", "theatre-1400")),
        ("2026-12-01-chorale-7k2m-14h0", None),
        ("2026-12-01-chorale-7k2m-140", None),
        ("2026-12-01-inconnue-7k2m", None),
        ("2026-13-01-chorale-7k2m", None),
        ("2026-12-01-Chorale-7k2m", None),
        ("x-2026-12-01-chorale-7k2m", None),
        ("chorale-7k2m@2026-12-01x", None),
        ("chorale-7k2m", None),
    ],
)
def test_une_date_se_reconnait_a_son_nom(nom: str, dit: tuple[str, str] | None) -> None:
    assert series.date_de(nom, {"chorale-7k2m", "theatre-1400"}) == dit


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.none() | st.times())
def test_un_nom_se_relit(jour: date, heure: Any) -> None:
    cle = f"{jour}T{heure:%H:%M}" if heure else str(jour)
    nom = series.nommer("chorale-7k2m", cle)
    assert series.date_de(nom, {"chorale-7k2m"}) == (cle, "chorale-7k2m")
    assert series.au_present(nom) == nom


def test_un_nom_d_avant_se_dit_comme_aujourd_hui() -> None:
    assert series.au_present("chorale-7k2m@2026-12-01") == "2026-12-01-chorale-7k2m"
    assert series.au_present("reservation") == "reservation"
    assert series.nommer("chorale", date(2026, 12, 1)) == "2026-12-01-chorale"


# -- ses bornes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("reste", "depuis", "du", "au"),
    [
        ({}, None, le(11, 23), le(12, 17)),
        ({}, le(12, 1), le(11, 30), le(12, 17)),
        ({"ajouts": ("2026-12-31",)}, None, le(11, 23), le(1, 2, 2027)),
        ({"ecarts": {"2026-12-01": LOIN}}, None, le(11, 23), le(2, 6, 2027)),
        ({"ecarts": {"2026-12-01": ANNULE}}, None, le(11, 23), le(12, 17)),
        ({"ajouts": ("2026-11-20",)}, None, le(11, 19), le(12, 17)),
        ({"ajouts": ("2026-11-20",)}, le(12, 1), le(11, 30), le(12, 17)),
        ({}, le(1, 5, 2027), le(1, 4, 2027), le(1, 7, 2027)),
    ],
)
def test_ce_qu_elle_promet_tient_entre(
    reste: dict[str, Any], depuis: date | None, du: date, au: date
) -> None:
    regle = chaque_mardi(**reste)
    assert series.etendue(regle, *filter(None, [depuis])) == Creneau.de_jours(du, au)


def test_une_serie_sans_fin_promet_deux_ans() -> None:
    sans_fin = chaque_mardi(au="")
    assert series.etendue(sans_fin).dernier_jour == le(11, 24) + series.PROMISES + 2 * UN_JOUR
    loin = chaque_mardi(au="2040-01-01")
    assert series.etendue(loin).dernier_jour == le(11, 24) + series.PROMISES + 2 * UN_JOUR


@pytest.mark.parametrize(
    ("reste", "jour", "finie"),
    [
        ({}, le(12, 15), False),
        ({}, le(12, 16), True),
        ({"au": ""}, le(12, 16, 2040), False),
        ({"ajouts": ("2026-12-31",)}, le(12, 31), False),
        ({"ajouts": ("2026-12-31",)}, le(1, 1, 2027), True),
        ({"ecarts": {"2026-12-15": LOIN}}, le(2, 4, 2027), False),
        ({"ecarts": {"2026-12-15": LOIN}}, le(2, 5, 2027), True),
    ],
)
def test_quand_elle_est_finie(reste: dict[str, Any], jour: date, finie: bool) -> None:
    assert series.est_finie(chaque_mardi(**reste), jour) is finie


def test_une_date_hors_des_bornes_se_refuse() -> None:
    regle = chaque_mardi()
    for jour in (le(11, 24), le(12, 15)):
        series.dans_les_bornes(regle, jour, "tl …")
    assert refus(series.dans_les_bornes, regle, le(11, 23), "x") == (
        "La série ne commence que mardi 24 novembre 2026. → Choisir une autre date."
    )
    assert refus(series.dans_les_bornes, regle, le(12, 16), "tl prolonger") == (
        "La série finit mardi 15 décembre 2026. → La prolonger : tl prolonger"
    )
    series.dans_les_bornes(chaque_mardi(au=""), le(12, 16, 2040), "x")


# -- trouver une date ---------------------------------------------------------


def test_trouver_une_date() -> None:
    regle = chaque_mardi(ecarts={"2026-12-01": JEUDI, "2026-12-08": SAUTE, "2026-12-15": ANNULE})
    trouvee = series.occurrence_de(regle, le(12, 1), RIEN)
    assert trouvee is not None
    assert (trouvee.jour, trouvee.creneau.debut) == (le(12, 1), datetime(2026, 12, 3, 20))
    assert series.occurrence_de(regle, "2026-12-08", RIEN) is None
    annulee = series.occurrence_de(regle, "2026-12-15", RIEN)
    assert annulee is not None
    assert not series.a_lieu(annulee)
    assert series.occurrence_de(regle, le(12, 2), RIEN) is None
    assert series.occurrence_de(chaque_mardi(sauf=("conges",)), le(12, 1), CONGES) is None


def test_designer_une_date_par_son_jour_ou_celui_ou_on_l_a_mise() -> None:
    regle = chaque_mardi(ecarts={"2026-12-01": JEUDI})
    assert series.designer(regle, le(12, 1), RIEN) == le(12, 1)
    assert series.designer(regle, le(12, 3), RIEN) == le(12, 1)
    voulait = "Voulait-on jeudi 3 décembre 2026 ou mardi 8 décembre 2026 ?"
    assert refus(series.designer, regle, le(12, 4), RIEN) == (
        f"La série n'a pas lieu vendredi 4 décembre 2026. → {voulait}"
    )
    seule = chaque_mardi(ecarts={"2026-12-01": ANNULE})
    assert refus(series.designer, seule, le(12, 2), RIEN).endswith(
        "Voulait-on mardi 24 novembre 2026 ou mardi 8 décembre 2026 ?"
    )
    with pytest.raises(PasUneDate):
        series.designer(chaque_mardi(sauf=("conges",)), le(12, 1), CONGES)
    assert refus(series.designer, regle, le(1, 20, 2027), RIEN).endswith(
        "Voulait-on mardi 15 décembre 2026 ?"
    )
    assert refus(series.designer, regle, le(1, 20, 2028), RIEN).endswith("2028. → ")


def test_la_prochaine_qui_a_lieu() -> None:
    regle = chaque_mardi(sauf=("conges",), ecarts={"2026-12-08": ANNULE})
    prochaine = series.prochaine(regle, le(11, 25), CONGES)
    assert prochaine is not None
    assert prochaine.jour == le(12, 15)
    assert series.prochaine(regle, le(12, 16), RIEN) is None


@pytest.mark.parametrize(
    ("reste", "depuis", "premiere"),
    [
        ({}, le(11, 25), le(12, 1)),
        ({}, le(12, 1), le(12, 1)),
        ({"ecarts": {"2026-12-01": ANNULE}}, le(11, 25), le(12, 1)),
        ({"ajouts": ("2026-11-26",)}, le(11, 25), le(11, 26)),
        ({"ajouts": ("2026-11-25",)}, le(11, 25), le(11, 25)),
        ({"ajouts": ("2026-11-24",)}, le(11, 25), le(12, 1)),
        ({}, le(12, 16), None),
        ({"ajouts": ("2026-12-31",)}, le(12, 16), le(12, 31)),
    ],
)
def test_la_premiere_de_la_regle(reste: dict[str, Any], depuis: date, premiere: date | None) -> None:
    assert series.premiere_depuis(chaque_mardi(**reste), depuis) == premiere


# -- changer des dates --------------------------------------------------------


def test_ecarter_et_faire_revenir() -> None:
    regle = series.ecarter(chaque_mardi(), [le(12, 1), le(12, 8)], ANNULE)
    assert dates(regle) == ["24/11", "15/12"]
    assert dates(series.ajouter(regle, [le(12, 8), le(12, 10)], RIEN, "x")) == [
        "24/11",
        "08/12",
        "10/12",
        "15/12",
    ]
    exclue = chaque_mardi(sauf=("conges",))
    assert dates(exclue, CONGES) == ["24/11", "08/12", "15/12"]
    assert dates(series.ajouter(exclue, [le(12, 1)], CONGES, "x"), CONGES) == [
        "24/11",
        "01/12",
        "08/12",
        "15/12",
    ]
    assert refus(series.ajouter, regle, [le(12, 17)], RIEN, "tl z").endswith("La prolonger : tl z")


def test_deplacer_une_date() -> None:
    soir = Creneau(datetime(2026, 12, 3, 20), datetime(2026, 12, 3, 22))
    assert series.vers(soir, motif="fête") == JEUDI
    assert series.vers(soir, ("rez",)).salles == ("rez",)
    assert dates(series.ecarter(chaque_mardi(), [le(12, 1)], JEUDI)) == ["24/11", "03/12", "08/12", "15/12"]


def test_annuler_celles_qu_on_avait_deplacees() -> None:
    regle = chaque_mardi(ecarts={"2026-12-01": JEUDI, "2026-12-08": LOIN, "2026-12-15": ANNULE})
    apres = series.annuler_les_deplacees(regle, le(12, 4), "fini")
    assert apres.ecarts["2026-12-01"] == JEUDI
    assert apres.ecarts["2026-12-08"] == Ecart(quoi=Quoi.ANNULE, motif="fini")
    assert series.annuler_les_deplacees(regle, le(12, 3), "x").ecarts["2026-12-01"].quoi is Quoi.ANNULE


# -- changer la règle ---------------------------------------------------------


def test_suivre_une_autre_regle_garde_ce_qui_vaut_encore() -> None:
    ancienne = chaque_mardi(
        sauf=("conges",),
        ajouts=("2026-11-26", "2026-12-03"),
        ecarts={"2026-12-01": ANNULE, "2026-12-08": SAUTE},
    )
    nouvelle = chaque_mardi(regle="FREQ=WEEKLY;INTERVAL=2", du="2026-12-01", au="", sauf=("feries",))
    suivie = series.suivre_une_autre_regle(ancienne, nouvelle)
    assert (suivie.au, suivie.sauf) == ("2026-12-15", ("conges", "feries"))
    assert suivie.ajouts == ("2026-12-03",)
    assert set(suivie.ecarts) == {"2026-12-01"}
    plus_courte = series.suivre_une_autre_regle(ancienne, structs.replace(nouvelle, au="2026-12-10"))
    assert plus_courte.au == "2026-12-10"


def test_toutes_bougent_comme_celle_ci() -> None:
    jeudi = Creneau(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21))
    decalee = series.decaler(chaque_mardi(), le(12, 1), jeudi)
    assert (decalee.debut, decalee.fin, decalee.du) == ("19:00", "21:00", "2026-12-03")
    assert dates(decalee) == ["03/12", "10/12"]
    plus_tard = series.decaler(
        chaque_mardi(), le(12, 1), Creneau(datetime(2026, 12, 1, 19), datetime(2026, 12, 1, 21))
    )
    assert (plus_tard.du, plus_tard.debut, plus_tard.regle) == ("2026-11-24", "19:00", "FREQ=WEEKLY")
    entiere = series.decaler(chaque_mardi(), le(12, 1), Creneau.de_jours(le(12, 1), le(12, 1)))
    assert (entiere.debut, entiere.fin) == ("", "")
    avant = series.decaler(
        chaque_mardi(), le(11, 17), Creneau(datetime(2026, 11, 19, 18), datetime(2026, 11, 19, 20))
    )
    assert avant.du == "2026-11-26"


@pytest.mark.parametrize("regle", ["FREQ=MONTHLY;BYDAY=1TU", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=DAILY"])
def test_toutes_ne_bougent_pas_de_jour_si_elles_n_en_ont_pas_un(regle: str) -> None:
    jeudi = Creneau(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21))
    assert refus(series.decaler, chaque_mardi(regle=regle), le(12, 1), jeudi) == (
        "Les dates de cette série ne changent pas de jour toutes de la même façon. → "
        'Dire la nouvelle règle : "chaque jeudi 19h-21h".'
    )


def test_prolonger_ou_raccourcir() -> None:
    regle = chaque_mardi(
        ajouts=("2026-12-31",), ecarts={"2026-12-08": ANNULE, "2026-12-15": ANNULE, "2026-12-31": JEUDI}
    )
    courte = series.prolonger(regle, le(12, 8))
    assert (courte.au, set(courte.ecarts)) == ("2026-12-08", {"2026-12-08", "2026-12-31"})
    assert series.prolonger(regle, le(11, 24)).au == "2026-11-24"
    assert refus(series.prolonger, regle, le(11, 23)) == (
        "La série commence plus tard que le lundi 23 novembre 2026. → Revoir --au."
    )


def test_les_dates_perdues() -> None:
    une, autre = chaque_mardi(au="2026-11-30"), chaque_mardi(du="2026-12-08", sauf=("conges",))
    voulues = [le(11, 24), le(12, 1), le(12, 8)]
    assert series.perdues(voulues, [une, autre], RIEN) == [le(12, 1)]
    assert series.perdues(voulues, [chaque_mardi(sauf=("conges",))], CONGES) == [le(12, 1)]
    assert series.perdues(voulues, [], RIEN) == voulues


@pytest.mark.parametrize(
    ("nouvelle", "depuis"),
    [
        (chaque_mardi(), le(12, 5)),
        (chaque_mardi(ecarts={"2026-12-01": ANNULE}), le(12, 1)),
        (chaque_mardi(ecarts={"2026-12-08": ANNULE}), le(12, 5)),
        (chaque_mardi(ajouts=("2026-11-26",)), le(11, 26)),
    ],
)
def test_d_ou_regarder_ce_qui_change(nouvelle: Recurrence, depuis: date) -> None:
    assert series.change_depuis(chaque_mardi(), [nouvelle], le(12, 5)) == depuis
    assert series.change_depuis(nouvelle, [chaque_mardi()], le(12, 5)) == depuis


def test_une_serie_neuve_change_tout_depuis_son_debut() -> None:
    assert series.change_depuis(None, [chaque_mardi(), chaque_mardi(du="2026-11-03")], le(12, 5)) == le(11, 3)


# -- la montrer ---------------------------------------------------------------


def test_ses_prochaines_dates_disent_ce_qui_leur_arrive() -> None:
    regle = chaque_mardi(
        sauf=("vacances-scolaires",),
        ajouts=("2026-12-10",),
        ecarts={"2026-12-01": JEUDI, "2026-12-15": ANNULE},
    )
    exclus = {"vacances-scolaires": {le(12, 8), le(12, 10)}}
    assert [(x.jour, x.heures, x.ecart) for x in series.lignes(regle, le(11, 24), 9, exclus)] == [
        ("2026-11-24", "18:00–20:00", ""),
        ("2026-12-01", "18:00–20:00", "déplacée : jeudi 3 décembre 2026, 20:00–22:00 (fête)"),
        ("2026-12-08", "18:00–20:00", "vacances scolaires"),
        ("2026-12-10", "18:00–20:00", "date ajoutée"),
        ("2026-12-15", "18:00–20:00", "ANNULÉE"),
    ]
    (une,) = series.lignes(regle, le(11, 24), 1, exclus)
    assert (une.debut, une.fin) == (datetime(2026, 11, 24, 18), datetime(2026, 11, 24, 20))
    (entiere,) = series.lignes(chaque_mardi(debut="", fin=""), le(12, 15), 9, {})
    assert (entiere.jour, entiere.heures) == ("2026-12-15", "")
    assert series.lignes(regle, le(12, 16), 9, exclus) == []


@pytest.mark.parametrize(
    ("ecart", "dit"),
    [
        (SAUTE, "sautée"),
        (Ecart(quoi=Quoi.ANNULE, motif="malade"), "ANNULÉE (malade)"),
        (Ecart(quoi=Quoi.A_REPLACER), "À REPLACER"),
    ],
)
def test_un_ecart_se_dit(ecart: Ecart, dit: str) -> None:
    assert series.dire_ecart(ecart) == dit


@given(st.sets(st.integers(0, 12)), st.sets(st.integers(0, 90)))
def test_ecarter_puis_ajouter_se_defait(ecartes: set[int], ajoutes: set[int]) -> None:
    """Ce qu'on a écarté puis rendu est là ; ce qu'on a ajouté puis écarté n'y est plus."""
    regle = chaque_mardi(au="2027-02-22")
    toutes = {le(11, 24) + timedelta(days=7 * n) for n in range(13)}
    otes = [le(11, 24) + timedelta(days=7 * n) for n in ecartes]
    mis = [j for n in ajoutes if n % 7 and (j := le(11, 24) + timedelta(days=n)) <= le(2, 22, 2027)]
    rendue = series.ajouter(series.ecarter(regle, otes, SAUTE), otes, RIEN, "x")
    assert {o.jour for o in occurrences(rendue, series.etendue(rendue), RIEN)} == toutes
    avec = series.ajouter(regle, mis, RIEN, "x")
    assert {o.jour for o in occurrences(avec, series.etendue(avec), RIEN)} == toutes | set(mis)
