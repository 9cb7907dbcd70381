"""Ouvert ou fermé : la saison qui vaut, les heures d'un jour, ce qu'une fermeture ôte et rend."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.fermeture.regles import dire, dire_salles, occuper, rouvrir
from tiers_lieu_cli.espace.horaires.modele import Horaires
from tiers_lieu_cli.espace.horaires.regles import dire_jour, du_jour, est_ouvert, ouvertures
from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regles import FERMEE, Graphe
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, ecrire_bornes

TOUJOURS = Horaires(
    id="toujours",
    semaine={
        "mardi": ("14:00-18:00", "09:00-12:30"),
        "mercredi": ("18:00-00:00",),
        "jeudi": ("00:00-02:00",),
    },
)
ETE = Horaires(id="ete", du="07-01", au="08-31", semaine={"mardi": ("10:00-12:00",)})
FOIRE = Horaires(id="foire", du="07-10", au="07-20", semaine={"mardi": ("08:00-09:00",)})
HIVER = Horaires(id="hiver", du="12-20", au="01-05")
TOUS = (TOUJOURS, ETE, FOIRE, HIVER)
SALLES = Graphe([Salle(id="cour", nom="Cour"), Salle(id="rez", nom="Rez")])
MARDI = date(2026, 11, 24)


def le(jour: date, debut: int, fin: int) -> Creneau:
    return Creneau(
        datetime(jour.year, jour.month, jour.day, debut), datetime(jour.year, jour.month, jour.day, fin)
    )


@pytest.mark.parametrize(
    ("jour", "valent"),
    [
        (date(2026, 6, 30), "toujours"),
        (date(2026, 7, 1), "ete"),
        (date(2026, 7, 10), "foire"),
        (date(2026, 7, 20), "foire"),
        (date(2026, 7, 21), "ete"),
        (date(2026, 8, 31), "ete"),
        (date(2026, 9, 1), "toujours"),
        (date(2026, 12, 19), "toujours"),
        (date(2026, 12, 20), "hiver"),
        (date(2027, 1, 5), "hiver"),
        (date(2027, 1, 6), "toujours"),
    ],
)
def test_la_saison_la_plus_courte_l_emporte(jour: date, valent: str) -> None:
    trouves = du_jour(TOUS, jour)
    assert trouves is not None
    assert trouves.id == valent


def test_sans_horaires_rien_ne_vaut() -> None:
    assert du_jour([ETE], MARDI) is None
    assert ouvertures([ETE], MARDI) == []
    assert dire_jour([], MARDI) == "fermé"


def test_une_saison_qui_passe_l_an_est_plus_courte_que_l_annee() -> None:
    """Du 20 décembre au 5 janvier : dix-sept jours, non moins trois cent cinquante."""
    longue = Horaires(id="a-longue", du="12-01", au="01-31")
    trouves = du_jour([longue, HIVER], date(2026, 12, 25))
    assert trouves is HIVER


def test_les_heures_d_un_jour_dans_l_ordre() -> None:
    assert ouvertures(TOUS, MARDI) == [
        Creneau(datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 12, 30)),
        Creneau(datetime(2026, 11, 24, 14), datetime(2026, 11, 24, 18)),
    ]
    assert dire_jour(TOUS, MARDI) == "09:00–12:30 et 14:00–18:00"
    assert dire_jour(TOUS, date(2026, 11, 23)) == "fermé"
    assert dire_jour(TOUS, date(2026, 12, 22)) == "fermé"
    assert ouvertures(TOUS, MARDI + UN_JOUR) == [Creneau(datetime(2026, 11, 25, 18), datetime(2026, 11, 26))]


@pytest.mark.parametrize(
    ("creneau", "ouvert"),
    [
        (le(MARDI, 9, 12), True),
        (le(MARDI, 8, 10), False),
        (le(MARDI, 12, 14), False),
        (le(MARDI, 9, 18), False),
        (le(MARDI, 14, 18), True),
        (Creneau(datetime(2026, 11, 25, 18), datetime(2026, 11, 26, 2)), True),
        (Creneau(datetime(2026, 11, 25, 18), datetime(2026, 11, 26, 2, 1)), False),
    ],
)
def test_ouvert_d_un_bout_a_l_autre(creneau: Creneau, ouvert: bool) -> None:
    assert est_ouvert(TOUS, creneau) is ouvert


def test_un_jour_dont_on_ne_sait_rien_est_ouvert() -> None:
    assert est_ouvert([], Creneau.de_jours(MARDI, MARDI + 3 * UN_JOUR))
    assert est_ouvert([ETE], le(MARDI, 3, 4))
    assert not est_ouvert([HIVER], le(date(2026, 12, 25), 9, 10))
    assert not est_ouvert([HIVER], Creneau.de_jours(date(2026, 12, 18), date(2026, 12, 20)))


# -- fermer -------------------------------------------------------------------

TRAVAUX = Fermeture(id="f", debut="2026-12-21", fin="2026-12-25", salles=("cour",), motif="travaux")
LIEU = Fermeture(id="l", debut="2026-12-21T08:00", motif="inondation")


def test_une_fermeture_occupe_ses_salles_ou_toutes() -> None:
    (cour,) = occuper(TRAVAUX, SALLES)
    assert (cour.id, cour.titre, cour.salle, cour.nature) == ("f", "travaux", "cour", FERMEE)
    assert cour.creneau == Creneau.de_jours(date(2026, 12, 21), date(2026, 12, 25))
    assert [o.salle for o in occuper(LIEU, SALLES)] == ["cour", "rez"]


def test_rouvrir_une_salle_la_rend_elle_seule() -> None:
    rendu = le(date(2026, 12, 22), 9, 12)
    ouverte = rouvrir(LIEU, rendu, "cour")
    assert [(r.debut, r.fin, r.salles) for r in ouverte.rouvert] == [
        ("2026-12-22T09:00", "2026-12-22T12:00", ("cour",))
    ]
    assert [o.salle for o in occuper(ouverte, SALLES)] == ["cour", "cour", "rez"]
    assert "sauf Cour mardi 22 décembre, 09:00–12:00" in dire(ouverte, SALLES, MARDI)
    assert (
        rouvrir(TRAVAUX, Creneau.de_jours(date(2026, 12, 22), date(2026, 12, 22)), "cour").rouvert[0].salles
        == ()
    )


def test_rouvrir_tout_ne_laisse_rien() -> None:
    for fermeture in (TRAVAUX, LIEU):
        ouverte = rouvrir(fermeture, None, "")
        assert list(occuper(ouverte, SALLES)) == []
        assert ": rouvert (" in dire(ouverte, SALLES)
    sans_fin = Fermeture(id="s", debut="2026-12-21", motif="vétusté")
    assert list(occuper(rouvrir(sans_fin, None, ""), SALLES)) == []


def test_on_ne_rouvre_que_ce_qui_est_ferme() -> None:
    with pytest.raises(ErreurUsage) as refus:
        rouvrir(TRAVAUX, le(MARDI, 9, 10), "cour")
    assert refus.value.fait == "Ce n'est pas fermé mardi 24 novembre 2026, 09:00–10:00."
    assert refus.value.remede == "Voir : tl espace fermer --liste"
    une_fois = rouvrir(TRAVAUX, None, "")
    with pytest.raises(ErreurUsage):
        rouvrir(une_fois, None, "cour")


def test_une_fermeture_se_dit() -> None:
    assert dire(TRAVAUX, SALLES, MARDI) == "Cour : du lundi 21 au vendredi 25 décembre (travaux)"
    assert (
        dire(LIEU, SALLES, MARDI)
        == "Tout le lieu : depuis lundi 21 décembre à 08:00, jusqu'à nouvel ordre (inondation)"
    )
    assert (
        dire_salles(Fermeture(id="d", debut="2026-12-21", salles=("cour", "rez"), motif="x"), SALLES)
        == "Cour, Rez"
    )


@given(st.integers(0, 23), st.integers(1, 24), st.integers(0, 23), st.integers(1, 24))
def test_rendre_un_temps_n_ouvre_que_lui(debut: int, duree: int, rendu: int, dure: int) -> None:
    """À chaque heure : fermé avant et non rendu, ou pas fermé."""

    def entre(un: int, autre: int) -> Creneau:
        return Creneau(*(datetime(2026, 12, 21) + timedelta(hours=h) for h in (un, autre)))

    ferme, ote = entre(debut, debut + duree), entre(rendu, rendu + dure)
    de, a = ecrire_bornes(ferme)
    fermeture = Fermeture(id="f", debut=de, fin=a, motif="x")
    if not ferme.chevauche(ote):
        return
    ouverte = rouvrir(fermeture, ote, "")
    for heure in range(60):
        la = entre(heure, heure + 1)
        assert ouverte.ferme(la) == (ferme.chevauche(la) and not ote.chevauche(la))
