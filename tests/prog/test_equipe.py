"""Les équipes : les trous, les temps, les heures données."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from soutien import Lieu

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.prog.equipe import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement, Quart

BRUXELLES = ZoneInfo("Europe/Brussels")
VELO = Evenement(id="2026-11-24-velo-7k2m", titre="Vélo", debut="2026-11-24T18:30", fin="2026-11-24T20:00")


@pytest.mark.parametrize(
    ("role", "combien", "engages", "dit"),
    [
        ("accueil", 1, 0, "il manque quelqu'un à l'accueil"),
        ("Matériel", 3, 1, "il manque 2 personnes au matériel"),
        ("lumière", 1, 0, "il manque quelqu'un pour « lumière »"),
    ],
)
def test_un_trou_se_dit_comme_on_le_dit(role: str, combien: int, engages: int, dit: str) -> None:
    e = regles.prevoir(VELO, Quart(role=role, combien=combien), role)
    equipe = [regles.engager(e, e.equipe[0], f"p-{n:06}") for n in range(engages)]
    assert [t.dire() for t in regles.trous(e, equipe)] == [dit]
    assert list(regles.trous(structs.replace(e, etat=Etat.ANNULE), equipe)) == []
    assert list(regles.trous(structs.replace(e, etat=Etat.TENU), equipe)) == []


@pytest.mark.parametrize(
    ("heures", "minutes"), [("", 90), ("17:30-20:00", 150), ("22:00-02:00", 240), ("20:00-24:00", 240)]
)
def test_le_temps_d_un_role(heures: str, minutes: int) -> None:
    assert regles.creneau(VELO, Quart(role="bar", heures=heures)).duree == timedelta(minutes=minutes)


def test_les_heures_de_trois_jours_ne_s_inventent_pas() -> None:
    fete = structs.replace(VELO, debut="2026-11-24", fin="2026-11-26", equipe=(Quart(role="bar"),))
    equipe = [regles.engager(fete, fete.equipe[0], "p-7k2m9x")]
    assert list(regles.durees(fete, equipe, BRUXELLES)) == []
    dite = structs.replace(fete, equipe=(Quart(role="bar", heures="18:00-20:00"),))
    assert [d for _, d in regles.durees(dite, equipe, BRUXELLES)] == [timedelta(hours=2)]


def test_les_heures_d_une_nuit_sont_celles_qui_passent() -> None:
    """La nuit du 27 mars 2027 perd une heure, celle du 30 octobre en gagne une."""
    for jour, heures in (("2027-03-27", 8), ("2027-10-30", 10), ("2027-04-03", 9)):
        role = Quart(role="veille", heures="22:00-07:00")
        nuit = structs.replace(VELO, debut=f"{jour}T22:00", fin=f"{jour}T23:00", equipe=(role,))
        equipe = [regles.engager(nuit, role, "p-7k2m9x")]
        assert [d for _, d in regles.durees(nuit, equipe, BRUXELLES)] == [timedelta(hours=heures)]


@given(
    st.lists(st.tuples(st.sampled_from(["bar", "accueil"]), st.integers(0, 4), st.booleans()), max_size=20)
)
def test_les_trous_sont_exactement_ce_qui_manque(gestes: list[tuple[str, int, bool]]) -> None:
    e = structs.replace(VELO, equipe=(Quart(role="bar", combien=2), Quart(role="accueil", combien=3)))
    equipe = {}
    for role, n, part in gestes:
        engage = regles.engager(e, regles.quart(e, role), f"p-{n:06}")
        equipe[engage.id] = regles.retirer(engage) if part else engage
    manque = {t.quart.role: t.manque for t in regles.trous(e, equipe.values())}
    for q in e.equipe:
        tiennent = len({g.personne for g in equipe.values() if g.role == q.role and not g.retire})
        assert manque.get(q.role, 0) == max(0, q.combien - tiennent)


def test_un_role_s_ajoute_se_change_et_s_ote() -> None:
    e = regles.prevoir(VELO, Quart(role="matériel", combien=2), "matériel")
    e = regles.prevoir(e, Quart(role="Materiel", combien=1), "Materiel")
    assert [q.combien for q in e.equipe] == [1]
    assert regles.prevoir(e, None, "MATÉRIEL").equipe == ()
    with pytest.raises(ErreurUsage):
        regles.prevoir(e, None, "bar")


@pytest.fixture
def chorale(lieu: Lieu) -> str:
    for nom in ("Léa Petit", "Karim Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    creer = ("prog", "evenement", "creer", "Chorale", "--quand", "2026-11-24 8h30-10h", "--passe")
    ident = lieu.id(*creer)
    lieu.faire("prog", "equipe", "creneaux", ident, "--role", "accueil", "--combien", "2")
    lieu.faire("prog", "equipe", "creneaux", ident, "--role", "bar", "--heures", "8h-10h30")
    return ident


def test_l_equipe_se_fait_et_ses_heures_sont_notees_une_fois(lieu: Lieu, chorale: str) -> None:
    inscrire = ("prog", "equipe", "inscrire", chorale, "--role")
    assert "il manque quelqu'un" in lieu.faire(*inscrire, "accueil", "--personne", "@Léa").sortie
    lieu.faire(*inscrire, "accueil", "--personne", "@Léa", code=2)
    lieu.faire(*inscrire, "bar", "--personne", "@Karim")
    assert "accueil, bar" in lieu.faire(*inscrire, "cuisine", "--personne", "@Karim", code=2).erreurs
    assert "il manque quelqu'un à l'accueil" in lieu.faire("prog", "equipe", "trous").sortie
    assert "bar, 08:00–10:30  Karim" in lieu.faire("prog", "equipe", "creneaux", chorale).sortie
    sortie = lieu.faire("prog", "evenement", "tenir", chorale, "--participants", "20").sortie
    assert "Léa 1h30 (accueil)" in sortie
    assert "Karim 2h30 (bar)" in sortie
    assert "Heures" not in lieu.faire("prog", "evenement", "tenir", chorale, "--participants", "21").sortie
    heures = lieu.faire("accueil", "heures", "liste", "--json").json
    assert heures["minutes"] == 240
    assert lieu.faire("prog", "equipe", "trous", "--json").json == []
    assert lieu.faire("verifier").code == 0


def test_celui_qui_ne_peut_plus_laisse_un_trou_et_qui_tient_deux_roles_est_averti(
    lieu: Lieu, chorale: str
) -> None:
    inscrire = ("prog", "equipe", "inscrire")
    lieu.faire(*inscrire, chorale, "--role", "bar", "--personne", "@Karim")
    autre = lieu.id("prog", "evenement", "creer", "Marché", "--quand", "2026-11-24 9h-12h")
    lieu.faire("prog", "equipe", "creneaux", autre, "--role", "accueil")
    averti = lieu.faire(*inscrire, autre, "--role", "accueil", "--personne", "@Karim").sortie
    assert "Attention, au même moment : bar, « Chorale »" in averti
    lieu.faire("prog", "equipe", "retirer", chorale, "--role", "bar", "--personne", "@Karim")
    lieu.faire("prog", "equipe", "retirer", chorale, "--role", "bar", "--personne", "@Karim", code=2)
    trous = lieu.faire("prog", "equipe", "trous", "--json").json
    assert [(t["role"], t["manque"]) for t in trous if t["evenement"] == chorale] == [
        ("accueil", 2),
        ("bar", 1),
    ]
    lieu.faire(*inscrire, chorale, "--role", "bar", "--personne", "@Karim")
    annule = lieu.faire("prog", "evenement", "annuler", chorale, "--oui").sortie
    assert "Prévenir l'équipe : Karim" in annule


def test_une_date_de_serie_a_son_equipe_et_ses_inscrits(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa Petit")
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "24 novembre 2026", "--au", "31 décembre 2026")
    serie = lieu.id("prog", "serie", "creer", "Chorale", *regle)
    date = f"2026-12-01-{serie}"
    lieu.faire("prog", "inscrire", date, "--personne", "@Léa")
    lieu.faire("prog", "evenement", "modifier", date, "--capacite", "1")
    assert "complet" in lieu.faire("prog", "inscrits", date).sortie
    lieu.faire("prog", "equipe", "creneaux", date, "--role", "accueil")
    lieu.faire("prog", "equipe", "inscrire", date, "--role", "accueil", "--personne", "@Léa")
    lieu.faire("prog", "inscrire", f"2026-12-08-{serie}", "--personne", "@Léa")
    assert lieu.faire("verifier").code == 0
