"""Ce qu'une date de série porte la suit, ou l'empêche de disparaître, quel que soit le verbe."""

from __future__ import annotations

import pytest
from soutien import Lieu

CHORALE = ("Chorale", "--regle", "chaque mardi 19h-21h", "--du", "1er décembre", "--salle", "cour")


@pytest.fixture
def serie(lieu: Lieu) -> str:
    """Une chorale du mardi où @lea est inscrite le 8 décembre."""
    lieu.faire("accueil", "personne", "creer", "Léa Dubois", "--surnom", "lea")
    ident = lieu.id("prog", "serie", "creer", *CHORALE)
    lieu.faire("prog", "inscrire", f"2026-12-08-{ident}", "--personne", "@lea")
    return ident


def inscrits(lieu: Lieu, date: str) -> str:
    return lieu.faire("prog", "inscrits", date).sortie


@pytest.mark.parametrize(
    "mots",
    [
        ("sauter", "{serie}", "8/12"),
        ("modifier", "{serie}", "--regle", "chaque jeudi 19h-21h"),
        ("modifier", "{serie}", "--au", "2026-12-07"),
        ("depuis", "{serie}", "8/12", "--regle", "chaque jeudi 19h-21h"),
    ],
)
def test_une_date_attendue_ne_disparait_pas(lieu: Lieu, serie: str, mots: tuple[str, ...]) -> None:
    avant = lieu.signature()
    refus = lieu.faire("prog", "serie", *(m.format(serie=serie) for m in mots), code=1).erreurs
    assert "mardi 8 décembre 2026 (1 inscrit)" in refus
    assert f"tl prog serie annuler {serie} 2026-12-08" in refus
    assert lieu.signature() == avant
    assert lieu.faire("verifier").code == 0


@pytest.mark.parametrize(
    "mots",
    [
        ("deplacer", "{serie}", "8/12", "--quand", "jeudi 20h"),
        ("annuler", "{serie}", "8/12"),
        ("annuler", "{serie}", "--oui"),
        ("annuler", "{serie}", "8/12", "--suivantes"),
        ("depuis", "{serie}", "8/12", "--regle", "chaque mardi 18h-20h"),
    ],
)
def test_ce_qui_change_les_inscrits_suivent_et_on_dit_qui_prevenir(
    lieu: Lieu, serie: str, mots: tuple[str, ...]
) -> None:
    fait = lieu.faire("prog", "serie", *(m.format(serie=serie) for m in mots)).sortie
    assert "Y étaient attendus : 1 inscrit" in fait
    assert "lea" in inscrits(lieu, f"2026-12-08-{serie}")
    assert lieu.faire("verifier").code == 0


def test_la_fiche_d_une_date_suit_sa_serie_sauf_ce_qu_on_y_a_change(lieu: Lieu) -> None:
    serie = lieu.id("prog", "serie", "creer", *CHORALE)
    date = f"2026-12-08-{serie}"
    lieu.faire("prog", "evenement", "modifier", date, "--titre", "Chorale ouverte")
    lieu.faire("prog", "serie", "modifier", serie, "--salle", "salle-du-rez", "--titre", "Chœur")
    fiche = lieu.faire("prog", "evenement", "fiche", date, "--json").json
    assert (fiche["titre"], fiche["salles"]) == ("Chorale ouverte", ["salle-du-rez"])
    lieu.faire("espace", "reserver", "cour", "mar 8/12 19h-21h", "--objet", "bal")
    refus = lieu.faire("prog", "serie", "modifier", serie, "--salle", "cour", code=1).erreurs
    assert "(bal" in refus


def test_une_serie_annulee_ne_laisse_rien_de_vivant(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    serie = lieu.id("prog", "serie", "creer", *CHORALE)
    lieu.faire("prog", "evenement", "modifier", f"2026-12-15-{serie}", "--titre", "Chorale ouverte")
    lieu.faire("prog", "evenement", "reporter", f"2026-12-22-{serie}", "--quand", "14 janvier 20h")
    lieu.faire("prog", "serie", "deplacer", serie, "1/12", "--quand", "jeudi 17/12 20h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-09T10:00+01:00")
    lieu.faire("prog", "serie", "annuler", serie, "--oui", "--motif", "faute de monde")
    lieu.faire("prog", "publier")
    flux = (lieu.racine / "public/programme.ics").read_text()
    vivants = [e for e in flux.split("BEGIN:VEVENT")[1:] if "STATUS:CANCELLED" not in e]
    assert [e for e in vivants if "DTSTART;TZID=Europe/Brussels:202612" in e and "RRULE" not in e] == []
    assert [e for e in vivants if ":20270114" in e] == []
    assert lieu.faire("verifier").code == 0


def test_une_date_otee_a_la_main_se_dit_sans_trace(lieu: Lieu, serie: str) -> None:
    fiche = lieu.racine / f"prog/series/{serie}.yaml"
    ote = '  ecarts:\n    "2026-12-08":\n      quoi: saute\n'
    fiche.write_text(fiche.read_text().replace('  fin: "21:00"\n', f'  fin: "21:00"\n{ote}'))
    dit = lieu.faire("verifier", "--reparer", code=None)
    assert f"« 2026-12-08-{serie} » n'est pas un événement" in dit.sortie
    assert "Voulait-on" not in dit.sortie


def test_un_refus_ne_nomme_que_des_dates_qui_ont_lieu(lieu: Lieu) -> None:
    lieu.faire("espace", "periode", "conges", "--du", "2026-12-22", "--au", "2026-12-29")
    mots = ("Chorale", "--regle", "chaque mardi 19h-21h sauf conges", "--du", "1er décembre")
    serie = lieu.id("prog", "serie", "creer", *mots)
    lieu.faire("prog", "serie", "sauter", serie, "15/12")
    refus = lieu.faire("prog", "serie", "annuler", serie, "22/12", code=2).erreurs
    assert "mardi 8 décembre 2026 ou mardi 5 janvier 2027" in refus
    refus = lieu.faire("prog", "serie", "annuler", serie, "15/12", code=2).erreurs
    assert f"tl prog serie ajouter {serie} 2026-12-15" in refus


def test_un_conge_ne_fait_pas_disparaitre_une_date_attendue(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa Dubois", "--surnom", "lea")
    conges = ("espace", "periode", "conges", "--du")
    lieu.faire(*conges, "2026-12-22")
    mots = ("Chorale", "--regle", "chaque mardi 19h-21h sauf conges", "--du", "1er décembre")
    serie = lieu.id("prog", "serie", "creer", *mots, "--salle", "cour")
    lieu.faire("prog", "inscrire", f"2026-12-29-{serie}", "--personne", "@lea")
    dit = lieu.faire(*conges, "2026-12-29").sortie
    assert "« Chorale » a lieu quand même mardi 29 décembre" in dit
    assert "lea" in inscrits(lieu, f"2026-12-29-{serie}")
    lieu.faire("prog", "serie", "annuler", serie, "2026-12-29")
    assert lieu.faire("verifier").code == 0
    lieu.faire("espace", "reserver", "cour", "2026-12-22 20h-22h", "--objet", "bal")
    assert "À trancher : Cour" in lieu.faire(*conges, "2026-12-22", "--oter").sortie
