"""Aucun objet n'est prêté deux fois, un lot de n ne dépasse jamais n, premier arrivé premier servi."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from soutien import Lieu

from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import Etat, Objet, Pret

MINUIT = datetime(2026, 11, 24)
LOT = Objet(id="chaise", nom="Chaise", lot=3, perdus=1)


def heures(debut: int, fin: int) -> Creneau:
    return Creneau(MINUIT + timedelta(hours=debut), MINUIT + timedelta(hours=fin))


def pret(debut: int, fin: int, combien: int = 1, etat: Etat = Etat.RESERVE, objet: Objet = LOT) -> Pret:
    return regles.nouveau(
        objet,
        "p-aaaaaa",
        heures(debut, fin),
        combien,
        etat,
        MINUIT + timedelta(hours=debut),
        Random(debut),
        "",
    )


demandes = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10), st.integers(1, 3)), min_size=1, max_size=14
)


@given(demandes)
def test_un_lot_de_n_ne_depasse_jamais_n(demandees: list[tuple[int, int, int]]) -> None:
    """Contre une force brute, heure par heure."""
    tenus: list[Pret] = []
    for debut, duree, combien in demandees:
        libre = all(
            sum(p.combien for p in tenus if p.creneau.debut <= h.debut < p.creneau.fin) + combien <= 2
            for h in (heures(n, n + 1) for n in range(debut, debut + duree))
        )
        assert (not regles.manque(LOT, tenus, heures(debut, debut + duree), combien, MINUIT)) is libre
        if libre:
            tenus.append(pret(debut, debut + duree, combien))


@pytest.mark.parametrize(
    ("maintenant", "voulu", "possible"),
    [
        (10, (14, 16), True),  # rendu à 14 h, prêté à 14 h
        (10, (13, 16), False),
        (15, (20, 21), False),  # en retard : pris tant qu'il n'est pas revenu
        (15, (200, 210), False),
    ],
)
def test_un_objet_en_retard_reste_pris(maintenant: int, voulu: tuple[int, int], possible: bool) -> None:
    seul = Objet(id="scie", nom="Scie")
    dehors = pret(9, 14, etat=Etat.DEHORS, objet=seul)
    alors = MINUIT + timedelta(hours=maintenant)
    assert (not regles.manque(seul, [dehors], heures(*voulu), 1, alors)) is possible


def test_le_battement_separe_deux_prets() -> None:
    lent = Objet(id="scie", nom="Scie", battement=60)
    tenu = [pret(10, 12, objet=lent)]
    assert regles.manque(lent, tenu, heures(12, 13), 1, MINUIT)
    assert not regles.manque(lent, tenu, heures(13, 14), 1, MINUIT)
    assert regles.manque(lent, tenu, heures(9, 10), 1, MINUIT)


@given(demandes)
def test_ce_qui_est_propose_est_possible(demandees: list[tuple[int, int, int]]) -> None:
    tenus = [pret(debut, debut + duree, min(n, 2)) for debut, duree, n in demandees]
    voulu = heures(5, 8)
    proposees = regles.proposer([(LOT, 1)], tenus, voulu, MINUIT)
    assert len(proposees) <= regles.PROPOSITIONS
    for creneau in proposees:
        assert creneau.fin - creneau.debut == voulu.fin - voulu.debut
        assert not regles.manque(LOT, tenus, creneau, 1, MINUIT)


def test_la_file_est_dans_l_ordre_des_demandes() -> None:
    seul = Objet(id="scie", nom="Scie")
    premier, second = (
        regles.nouveau(
            seul, qui, heures(10, 12), 1, Etat.ATTENTE, MINUIT + timedelta(microseconds=n), Random(n), ""
        )
        for n, qui in enumerate(("p-zzzzzz", "p-aaaaaa"))
    )
    assert [p.a for p in regles.file(seul, [second, premier], MINUIT)] == ["p-zzzzzz", "p-aaaaaa"]
    assert regles.file(seul, [second, premier, pret(11, 13, objet=seul)], MINUIT) == []


@pytest.fixture
def atelier(lieu: Lieu) -> Lieu:
    for nom in ("Karim Haddad", "Léa Dupont"):
        lieu.faire("accueil", "personne", "creer", nom)
    lieu.faire("stock", "objet", "creer", "Perceuse", "--place", "casier 4", "--caution")
    return lieu


def test_un_trimestre_de_prets(atelier: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prêté, en retard, attendu, abîmé, réparé, rendu à qui attendait."""
    faire = atelier.faire
    faire("stock", "preter", "perceuse", "@Karim", "--jusqua", "vendredi")
    refus = faire("stock", "preter", "perceuse", "@Léa", "--quand", "jeudi 10h-12h", code=1).erreurs
    assert "chez Karim" in refus and refus.count("→") == 3
    ident = atelier.id("stock", "reserver", "perceuse", "@Léa", "--quand", "jeudi 3/12 10h-12h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-30T09:00+01:00")
    assert "EN RETARD DE 3 JOURS" in faire("stock", "prets").sortie
    assert "tl stock rendre perceuse @Karim" in faire("aujourdhui").sortie
    rendu = faire("stock", "rendre", "perceuse", "--degat", "le mandrin est tordu").sortie
    assert "en retard de 3 jours" in rendu and f"tl stock annuler {ident}" in rendu
    assert "Réparer Perceuse" in faire("espace", "entretien", "liste").sortie
    assert (
        "ne sert plus" in faire("stock", "preter", "perceuse", "@Léa", "--jusqua", "demain", code=1).erreurs
    )
    faire("stock", "objet", "repare", "perceuse")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-03T10:00+01:00")
    assert "remis à Léa" in faire("stock", "preter", "perceuse", "@Léa").sortie
    assert "n'est pas dehors chez Karim" in faire("stock", "rendre", "perceuse", "@Karim", code=2).erreurs
    assert "Tout est en ordre" in faire("verifier").sortie


def test_le_lecteur_de_codes_obeit_au_meme_controle(atelier: Lieu) -> None:
    atelier.faire("stock", "reserver", "perceuse", "@Léa", "--quand", "aujourd'hui 8h-18h")
    atelier.faire("stock", "objet", "creer", "Scie")
    dit = atelier.faire(
        "stock", "scanner", "@Karim", "--jusqua", "aujourd'hui 12h", entree="perceuse\nscie\n"
    ).sortie
    assert "Scie : remis à Karim" in dit and "Refusé : perceuse" in dit
    assert "1 objet rendu" in atelier.faire("stock", "scanner", entree="scie\n").sortie


def test_un_kit_part_en_entier_ou_pas_du_tout(atelier: Lieu) -> None:
    atelier.faire("stock", "objet", "creer", "Sono")
    atelier.faire("stock", "objet", "creer", "Micro")
    atelier.faire("stock", "objet", "creer", "Kit concert", "--contient", "sono", "--contient", "micro")
    atelier.faire("stock", "preter", "micro", "@Léa", "--jusqua", "demain")
    avant = atelier.signature()
    atelier.faire("stock", "preter", "kit-concert", "@Karim", "--jusqua", "demain", code=1)
    assert atelier.signature() == avant
    atelier.faire("stock", "rendre", "micro")
    assert "Sono" in atelier.faire("stock", "preter", "kit-concert", "@Karim", "--jusqua", "demain").sortie


def test_une_habilitation_manquante_se_dit(atelier: Lieu) -> None:
    atelier.faire("stock", "objet", "modifier", "perceuse", "--habilitation", "perceuse")
    assert (
        "habilitation"
        in atelier.faire("stock", "preter", "perceuse", "@Karim", "--jusqua", "demain", code=1).erreurs
    )


def test_les_etiquettes_se_lisent(atelier: Lieu) -> None:
    sortie = atelier.racine.parent / "etiquettes.pdf"
    atelier.faire("stock", "etiquettes", "--sortie", str(sortie))
    assert "casier 4" in PdfReader(sortie).pages[0].extract_text()


@pytest.mark.parametrize("mot", ["e", "erceuse", "2", "11", "2026"])
def test_un_morceau_de_mot_ne_rend_ni_n_annule_rien(atelier: Lieu, mot: str) -> None:
    atelier.faire("stock", "preter", "perceuse", "@Karim", "--jusqua", "demain")
    atelier.faire("stock", "objet", "creer", "Scie")
    atelier.faire("stock", "reserver", "scie", "@Léa", "--jusqua", "demain")
    avant = atelier.signature()
    for geste in ("rendre", "annuler", "prolonger"):
        de_plus = ["--jusqua", "samedi"] * (geste == "prolonger")
        assert "Aucune fiche" in atelier.faire("stock", geste, mot, *de_plus, code=2).erreurs
    assert atelier.signature() == avant
