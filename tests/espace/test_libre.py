"""Une salle pour douze, mardi après-midi, avec projecteur ; et combien les salles servent."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.espace.libre import regles
from tiers_lieu_cli.espace.libre.regles import Besoin
from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation, conflits
from tiers_lieu_cli.espace.taux import regles as taux
from tiers_lieu_cli.noyau.temps.temps import Creneau

LIBRE = ("espace", "libre")
JOUR = datetime(2026, 11, 24)
GRAPHE = Graphe(
    [
        Salle(id="rez", nom="Rez", capacite=20),
        Salle(id="bleue", nom="Bleue"),
        Salle(id="grande", nom="Grande", compose_de=("rez", "bleue")),
        Salle(id="atelier", nom="Atelier", capacite=6, partage=True),
    ]
)
salles = st.sampled_from(sorted(GRAPHE.salles))
quarts = st.integers(0, 95).map(lambda n: timedelta(minutes=15 * n))
prises = st.lists(
    st.builds(
        lambda n, salle, debut, duree, gens: Occupation(
            str(n), "x", salle, Creneau(JOUR + debut, JOUR + debut + duree), personnes=gens
        ),
        st.integers(0, 99),
        salles,
        quarts,
        st.integers(1, 20).map(lambda n: timedelta(minutes=15 * n)),
        st.integers(0, 6),
    ),
    max_size=8,
)


@given(prises, salles, st.integers(1, 8).map(lambda n: timedelta(minutes=15 * n)), st.integers(0, 6))
def test_ce_qu_on_dit_libre_est_reservable_et_rien_d_autre_ne_l_est(
    occupations: list[Occupation], salle: str, duree: timedelta, personnes: int
) -> None:
    """L'oracle : essayer chaque quart d'heure, un à un, avec la seule fonction de conflit."""
    fenetre = Creneau(JOUR + timedelta(hours=8), JOUR + timedelta(hours=22))
    besoin = Besoin(personnes, (), False, duree)
    trouves = regles.libres(salle, [fenetre], occupations, GRAPHE, besoin)
    debut = fenetre.debut
    while debut + duree <= fenetre.fin:
        voulu = Creneau(debut, debut + duree)
        essai = Occupation("", "", salle, voulu, personnes=personnes)
        libre = not conflits(essai, occupations, GRAPHE)
        assert libre == any(t.debut <= voulu.debut and voulu.fin <= t.fin for t in trouves)
        debut += timedelta(minutes=15)


@pytest.fixture
def equipe(lieu: Lieu) -> Lieu:
    for ident, capacite, *options in (
        ("petite", "8", "--equipement", "projecteur"),
        ("bleue", "20", "--equipement", "Vidéo-projecteur", "--pmr"),
        ("vaste", "60", "--equipement", "projecteur"),
    ):
        lieu.faire("espace", "salle", "creer", ident, "--nom", ident, "--capacite", capacite, *options)
    lieu.faire("espace", "reserver", "bleue", "mardi 14h-16h", "--objet", "Réunion")
    return lieu


def test_la_plus_juste_d_abord(equipe: Lieu) -> None:
    mots = (*LIBRE, "--quand", "mardi après-midi", "--pour-combien", "12", "--avec", "projecteur")
    dit = equipe.faire(*mots).sortie
    assert dit.index("bleue") < dit.index("vaste")
    assert "13:00–14:00 · 16:00–18:00" in dit
    assert "petite" not in dit
    assert [t["salle"] for t in equipe.faire(*mots, "--pmr", "--json").json] == ["bleue"]
    assert [t["salle"] for t in equipe.faire(*mots, "--duree", "3h", "--json").json] == ["vaste"]


def test_la_commande_proposee_reserve(equipe: Lieu) -> None:
    dit = equipe.faire(
        *LIBRE, "--quand", "mardi 15h-17h", "--pour-combien", "12", "--avec", "projecteur"
    ).sortie
    assert 'tl espace reserver vaste "2026-11-24 15h00-17h00"' in dit
    equipe.faire("espace", "reserver", "vaste", "2026-11-24 15h00-17h00", "--objet", "Cours")
    refus = equipe.faire(*LIBRE, "--quand", "mardi 15h-17h", "--pour-combien", "12", "--avec", "projecteur")
    assert "aucune salle" in refus.sortie
    assert "sont prises" in refus.sortie


def test_quand_rien_ne_convient_on_dit_pourquoi(equipe: Lieu) -> None:
    assert (
        "vaste (60 places)"
        in equipe.faire(*LIBRE, "--quand", "demain", "--pour-combien", "100", "--avec", "projecteur").sortie
    )
    inconnu = equipe.faire(*LIBRE, "--quand", "demain", "--avec", "four", code=2).erreurs
    assert "Choisir parmi : " in inconnu
    assert "projecteur" in inconnu
    assert (
        "C'est chercher sur" in equipe.faire(*LIBRE, "--quand", "du 1er janvier au 30 juin", code=2).erreurs
    )


def test_ce_qui_est_passe_n_est_plus_libre(equipe: Lieu) -> None:
    (premiere, *_) = equipe.faire(*LIBRE, "--quand", "aujourd'hui", "--json").json
    assert premiere["libre"][0]["debut"] == "2026-11-24T08:52:00+01:00"


def occupation(salle: str, debut: int, fin: int, nature: str = "", jour: int = 24) -> Occupation:
    depuis = datetime(2026, 11, jour)
    creneau = Creneau(depuis + timedelta(hours=debut), depuis + timedelta(hours=fin))
    return Occupation(f"{salle}{debut}{nature}", "x", salle, creneau, nature=nature)


def usage(*occupations: Occupation, publics: dict[str, tuple[str, ...]] | None = None) -> taux.Usage:
    jour = date(2026, 11, 24)
    return taux.usage(
        Creneau.de_jours(jour, jour),
        occupations,
        GRAPHE,
        taux.journees([jour]),
        publics or {},
        horaires=False,
        fuseau=ZoneInfo("Europe/Brussels"),
    )


def test_le_taux_par_salle_compte_les_parties_et_ote_les_fermetures() -> None:
    par_salle = {
        s.salle: s for s in usage(occupation("grande", 8, 15), occupation("bleue", 15, 22, FERMEE)).salles
    }
    assert (par_salle["rez"].prises, par_salle["rez"].taux) == (7 * 60, 50)
    assert (par_salle["bleue"].ouvertes, par_salle["bleue"].taux) == (7 * 60, 100)
    assert par_salle["atelier"].taux == 0


def test_deux_reservations_ensemble_ne_comptent_qu_une_fois_la_salle() -> None:
    (atelier,) = (
        s
        for s in usage(occupation("atelier", 9, 12), occupation("atelier", 10, 13)).salles
        if s.salle == "atelier"
    )
    assert atelier.prises == 4 * 60


def test_une_maison_pleine_est_a_cent_pour_cent() -> None:
    """La grande salle est faite de la bleue et du rez : elle ne compte pas en plus d'elles."""
    simples = [s for s in GRAPHE.salles.values() if not s.compose_de]
    assert usage(*(occupation(s.id, 8, 22) for s in simples)).taux == 100
    assert usage(occupation("grande", 8, 22)).taux == round(100 * 2 / len(simples))


def test_la_semaine_et_les_publics() -> None:
    u = usage(
        occupation("rez", 9, 10), occupation("bleue", 20, 24), publics={"rez9": ("membres", "riverains")}
    )
    assert u.heures == tuple(range(8, 22))
    assert u.semaine[1][1] == 33
    assert u.publics == {"non dit": 240, "membres": 60, "riverains": 60}


@given(prises)
def test_un_taux_reste_entre_zero_et_cent(occupations: list[Occupation]) -> None:
    u = usage(*occupations)
    assert all(
        0 <= t <= 100 for t in (u.taux, *(s.taux for s in u.salles), *(t for j in u.semaine for t in j))
    )


def test_l_usage_se_rend_en_page_et_en_texte(equipe: Lieu) -> None:
    equipe.faire(
        "espace",
        "reserver",
        "bleue",
        "2026-11-03 9h-12h30",
        "--objet",
        "Cours",
        "--pour",
        "riverains",
        "--passe",
    )
    fenetre = ("espace", "occupation", "--du", "2026-11-01", "--au", "2026-11-30")
    assert "riverains" in equipe.faire(*fenetre).sortie
    assert "| bleue | 1 % (5 h 30 sur 420 h) |" in equipe.faire(*fenetre, "--format", "md").sortie
    page = equipe.faire(*fenetre, "--format", "html").sortie
    assert page.count("<svg") == 3
    assert "{{" not in page
    (publics,) = [p for p in equipe.faire(*fenetre, "--json").json["parties"] if "public" in p["titre"]]
    assert {x["nom"]: x["nombre"] for x in publics["lignes"]} == {"riverains": 210, "non dit": 120}
    assert equipe.faire("espace", "occupation", "--du", "demain", "--au", "hier", code=2).erreurs


def heures(debut: int, fin: int, jour: int = 24) -> Creneau:
    minuit = datetime(2026, 11, jour)
    return Creneau(minuit + timedelta(hours=debut), minuit + timedelta(hours=fin))


@pytest.mark.parametrize(
    ("moment", "dite", "duree"),
    [
        (heures(14, 18), None, 4),
        (heures(14, 19), None, 1),
        (heures(14, 19), 3, 3),
        (heures(14, 15), 2, 2),
    ],
)
def test_la_duree_voulue(moment: Creneau, dite: int | None, duree: int) -> None:
    voulue = timedelta(hours=dite) if dite else None
    assert regles.duree_voulue(moment, voulue) == timedelta(hours=duree)


REZ = Salle(id="rez", nom="Rez", capacite=20, equipements=("Vidéo-projecteur", "piano"), pmr=True)
NUE = Salle(id="nue", nom="Nue")


@pytest.mark.parametrize(
    ("salle", "personnes", "avec", "pmr", "manque"),
    [
        (REZ, 20, (), False, ""),
        (REZ, 21, (), False, "20 places"),
        (REZ, 0, (), True, ""),
        # Sans capacité dite, une salle n'est pas limitée.
        (NUE, 500, (), False, ""),
        (NUE, 0, (), True, "sans accès PMR"),
        (NUE, 0, (), False, ""),
        (REZ, 0, ("projecteur", "PIANO"), False, ""),
        (REZ, 0, ("piano", "écran"), False, "pas de écran"),
    ],
)
def test_ce_qui_manque_a_une_salle(
    salle: Salle, personnes: int, avec: tuple[str, ...], pmr: bool, manque: str
) -> None:
    assert regles.manque(salle, Besoin(personnes, avec, pmr, timedelta(hours=1))) == manque


TROIS_JOURS = Creneau.de_jours(date(2026, 11, 24), date(2026, 11, 26))


@pytest.mark.parametrize(
    ("moment", "ouvertures", "maintenant", "attendues"),
    [
        # Sans horaires dits : un moment précis tel quel, des jours de 8 h à 22 h.
        (heures(6, 23), None, 0, [heures(6, 23)]),
        (heures(8, 32), None, 0, [heures(8, 22)]),
        (TROIS_JOURS, None, 0, [heures(8, 22, jour) for jour in (24, 25, 26)]),
        (TROIS_JOURS, None, 24 + 10, [heures(10, 22, 25), heures(8, 22, 26)]),
        (heures(14, 18), [heures(9, 16), heures(17, 20)], 0, [heures(14, 16), heures(17, 18)]),
        (heures(14, 18), [heures(9, 14), heures(18, 20)], 0, []),
        (heures(14, 18), [], 0, []),
        (heures(14, 18), None, 15, [heures(15, 18)]),
        (heures(14, 18), None, 18, []),
    ],
)
def test_ou_chercher(
    moment: Creneau, ouvertures: list[Creneau] | None, maintenant: int, attendues: list[Creneau]
) -> None:
    assert regles.fenetres(moment, ouvertures, JOUR + timedelta(hours=maintenant)) == attendues


def test_juste_assez_long_suffit() -> None:
    prise = Occupation("a", "x", "rez", heures(10, 12))
    besoin = Besoin(0, (), False, timedelta(hours=2))
    assert regles.libres("rez", [heures(8, 14)], [prise], GRAPHE, besoin) == [heures(8, 10), heures(12, 14)]
    besoin = Besoin(0, (), False, timedelta(hours=2, minutes=1))
    assert regles.libres("rez", [heures(8, 14)], [prise], GRAPHE, besoin) == []
