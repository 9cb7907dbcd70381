"""L'entretien : ce qui revient, ce qui est en panne, ce que la loi demande."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.espace.entretien import fiches, regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import delais
from tiers_lieu_cli.noyau.temps.delais import Periode

ENTRETIEN = ("espace", "entretien")


@pytest.mark.parametrize(
    ("dite", "ecrite"),
    [
        ("3 mois", "3 mois"),
        ("tous les 10 jours", "10 jours"),
        ("toutes les 2 semaines", "2 semaines"),
        ("chaque semaine", "1 semaine"),
        ("1 an", "1 an"),
        ("2 années", "2 ans"),
    ],
)
def test_une_periode_comme_on_la_dit(dite: str, ecrite: str) -> None:
    assert delais.lire(dite) == ecrite
    assert Entretien(id="x", titre="x", depuis=date(2026, 11, 24), tous_les=ecrite).periode


@pytest.mark.parametrize("dite", ["", "souvent", "0 jours", "3 lunes", "-2 mois"])
def test_une_periode_incomprise_est_refusee(dite: str) -> None:
    with pytest.raises(ErreurUsage):
        delais.lire(dite)


@pytest.mark.parametrize(
    ("jour", "periode", "attendu"),
    [
        (date(2026, 1, 31), Periode(1, "mois"), date(2026, 2, 28)),
        (date(2024, 2, 29), Periode(1, "an"), date(2025, 2, 28)),
        (date(2026, 11, 24), Periode(2, "semaines"), date(2026, 12, 8)),
        (date(2026, 12, 15), Periode(14, "mois"), date(2028, 2, 15)),
    ],
)
def test_la_fois_suivante(jour: date, periode: Periode, attendu: date) -> None:
    assert delais.apres(jour, periode) == attendu


@given(
    st.dates(date(2000, 1, 1), date(2080, 1, 1)),
    st.integers(1, 99),
    st.sampled_from(["jours", "semaines", "mois", "ans"]),
)
def test_la_fois_suivante_est_plus_tard_et_garde_l_ordre(jour: date, nombre: int, unite: str) -> None:
    suivante = delais.apres(jour, Periode(nombre, unite))
    assert suivante > jour
    assert delais.apres(date.fromordinal(jour.toordinal() + 1), Periode(nombre, unite)) >= suivante


def test_apres_usage_n_est_du_que_si_la_salle_a_servi_depuis() -> None:
    menage = Entretien(
        id="menage",
        titre="m",
        salle="rez",
        depuis=date(2026, 11, 1),
        apres_usage=True,
        fait_le="2026-11-24T09:00",
    )
    assert regles.du_le(menage, {}) is None
    assert regles.du_le(menage, {"rez": datetime(2026, 11, 24, 9)}) is None
    assert regles.du_le(menage, {"rez": datetime(2026, 11, 24, 10)}) == date(2026, 11, 24)


def test_un_controle_legal_revient_et_rien_n_est_du_a_un_cron(lieu: Lieu) -> None:
    lieu.faire(*ENTRETIEN, "creer", "--controle", "extincteurs", "--dernier", "12/3/2026")
    assert "Rien à faire" in lieu.faire(*ENTRETIEN, "liste").sortie
    assert "extincteurs" in lieu.faire(*ENTRETIEN, "liste", "--tout").sortie
    arbre = ArbreDisque(lieu.racine)
    for jour, combien in ((date(2027, 2, 9), 0), (date(2027, 2, 10), 1), (date(2027, 5, 11), 1)):
        assert len(list(fiches.a_faire(arbre, jour))) == combien
    (due,) = fiches.a_faire(arbre, date(2027, 5, 11))
    assert "en retard de 60 jours" in due.phrase
    fait = lieu.faire(*ENTRETIEN, "fait", "extincteurs", "--prestataire", "Sécuri-feu", "--conforme").sortie
    assert "La prochaine fois : mercredi 24 novembre 2027" in fait
    fiche = lieu.faire(*ENTRETIEN, "fiche", "extincteurs").sortie
    assert "Sécuri-feu  conforme" in fiche


def test_non_conforme_ouvre_une_panne(lieu: Lieu) -> None:
    lieu.faire(*ENTRETIEN, "creer", "--controle", "ascenseur")
    ident = lieu.id(*ENTRETIEN, "fait", "ascenseur", "--non-conforme", "--note", "porte du 2e")
    (panne,) = lieu.faire(*ENTRETIEN, "liste", "--json").json
    assert panne["fiche"]["sorte"] == "panne"
    assert panne["fiche"]["liens"] == [ident]
    assert lieu.faire("verifier").code == 0


def test_une_panne_ferme_la_salle_jusqu_a_la_reparation(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = lieu.id(*ENTRETIEN, "panne", "Dégât des eaux", "--salle", "cour", "--hors-service")
    panne = ENTRETIENS.une(ArbreDisque(lieu.racine), ident)
    assert panne
    assert panne.fermeture
    assert panne.fermeture.debut == datetime(2026, 11, 24, 8, 52)
    assert panne.fermeture.est_sans_fin
    assert "HORS SERVICE" in lieu.faire(*ENTRETIEN, "liste").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T10:00+01:00")
    assert "rouverte" in lieu.faire(*ENTRETIEN, "fait", ident).sortie
    assert ENTRETIENS.idents(ArbreDisque(lieu.racine)) == []
    assert "à 08:52 au jeudi 26 novembre à 10:00" in lieu.faire(*ENTRETIEN, "fiche", ident).sortie
    assert lieu.faire("verifier").code == 0


@pytest.mark.parametrize(
    "mots",
    [
        ("creer", ""),
        ("creer", "x", "--controle", "fantomes"),
        ("creer", "x", "--apres-usage"),
        ("creer", "x", "--salle", "courr"),
        ("creer", "x", "--tous-les", "parfois"),
        ("panne", "x", "--hors-service"),
        ("panne", "x", "--salle", "cour", "--jusqua", "2020-01-01"),
        ("fait", "inconnu"),
    ],
)
def test_mal_dit_rien_n_est_ecrit(lieu: Lieu, mots: tuple[str, ...]) -> None:
    avant = lieu.signature()
    assert lieu.faire(*ENTRETIEN, *mots, code=2).erreurs
    assert lieu.signature() == avant


def test_hors_service_compte_comme_ferme_et_dit_ce_qui_est_a_replacer(lieu: Lieu) -> None:
    lieu.faire("espace", "reserver", "cour", "jeudi 10h-12h", "--objet", "Yoga")
    panne = ("panne", "Dégât des eaux", "--salle", "cour", "--jusqua", "samedi")
    dit = lieu.faire(*ENTRETIEN, *panne).sortie
    assert "À replacer : 1." in dit
    assert "Yoga (Dégât des eaux)" in dit
    assert "tl espace replacer 1" in dit
    refus = lieu.faire("espace", "reserver", "cour", "vendredi 10h-12h", "--objet", "Tango", code=1).erreurs
    assert "est fermée" in refus
    assert "FERMÉE" in lieu.faire("espace", "jour", "vendredi").sortie
    assert lieu.faire("espace", "libre", "--quand", "vendredi 10h-12h", "--json").json[0]["salle"] != "cour"
    lieu.faire(*ENTRETIEN, "fait", "degat-des-eaux")
    lieu.faire("espace", "reserver", "cour", "vendredi 10h-12h", "--objet", "Tango")


@pytest.mark.parametrize("le", ["1/6/2027", "demain", "dans 3 jours"])
def test_ce_qui_n_a_pas_eu_lieu_ne_se_note_pas_fait(lieu: Lieu, le: str) -> None:
    lieu.faire("espace", "entretien", "creer", "--controle", "extincteurs")
    avant = lieu.signature()
    lieu.faire("espace", "entretien", "fait", "extincteurs", "--le", le, code=2)
    lieu.faire("espace", "entretien", "creer", "Purger", "--tous-les", "1 an", "--dernier", le, code=2)
    assert lieu.signature() == avant
    lieu.faire("espace", "entretien", "fait", "extincteurs", "--le", "hier")
