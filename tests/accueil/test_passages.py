"""Noter qui passe, savoir qui est là, compter : par la vraie commande, et la règle en tableau."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.accueil.passage import regles
from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.accueil.passage.regles import Dit
from tiers_lieu_cli.noyau.echecs import ErreurUsage

PUBLICS = ("riverains", "membres", "benevoles")


@pytest.mark.parametrize(
    ("mots", "dits"),
    [
        ("riverains 3", [Dit("riverains", 3)]),
        ("3 riverains", [Dit("riverains", 3)]),
        ("riverain", [Dit("riverains", 1)]),
        ("Bénévoles 2 membres", [Dit("benevoles", 2), Dit("membres", 1)]),
        ("3 riverains 2 membres", [Dit("riverains", 3), Dit("membres", 2)]),
        ("riverains 3 2 membres", [Dit("riverains", 3), Dit("membres", 2)]),
        ("@karim 2 membres", [Dit(personne="@karim"), Dit("membres", 2)]),
    ],
)
def test_on_comprend_ce_qui_se_dit_au_comptoir(mots: str, dits: list[Dit]) -> None:
    assert regles.comprendre(mots.split(), PUBLICS) == dits


@pytest.mark.parametrize("mots", ["3", "riverins", "riverains 0", "riverains -2", "riverains 1001", "@a 3"])
def test_ce_qui_ne_se_comprend_pas_est_refuse(mots: str) -> None:
    with pytest.raises(ErreurUsage):
        regles.comprendre(mots.split(), PUBLICS)


mouvements = st.lists(
    st.tuples(st.sampled_from(PUBLICS), st.integers(1, 5), st.sampled_from(Mouvement)), max_size=20
)


@given(mouvements)
def test_les_presents_sont_les_arrives_moins_les_partis(faits: list[tuple[str, int, Mouvement]]) -> None:
    """Des départs jamais plus nombreux que les présents, comme la commande l'exige."""
    reste = dict.fromkeys(PUBLICS, 0)
    passages = []
    for minute, (public, nombre, sens) in enumerate(faits):
        nombre = nombre if sens is Mouvement.ARRIVEE else min(nombre, reste[public])
        if nombre:
            reste[public] += nombre if sens is Mouvement.ARRIVEE else -nombre
            moment = f"2026-11-24T10:{minute:02}"
            passages.append(Passage(id=f"p{minute}", moment=moment, public=public, nombre=nombre, sens=sens))
    la = {p.public: p.nombre for p in regles.presents(reversed(passages))}
    assert la == {public: nombre for public, nombre in reste.items() if nombre}


@pytest.fixture
def karim(lieu: Lieu) -> str:
    return lieu.id("accueil", "personne", "creer", "Karim Haddad", "--public", "membres")


def test_trois_riverains_au_comptoir(lieu: Lieu) -> None:
    lieu.faire("accueil", "passage", "--public", "riverains", "--nombre", "3")
    lieu.faire("accueil", "passage", "5", "membres")
    dit = lieu.faire("accueil", "passage", "riverains", "3").sortie
    assert dit.startswith("Trois riverains accueillis (11 passages aujourd'hui).\n")
    (fiche, *_) = lieu.git("show", "--name-only", "--format=").split()
    assert (lieu.racine / fiche).read_text("utf-8") == (
        "moment: 2026-11-24T08:52\npublic: riverains\nnombre: 3\n"
    )


def test_une_personne_connue_garde_son_public_et_l_histoire_tait_qui(lieu: Lieu, karim: str) -> None:
    assert lieu.faire("accueil", "passage", "@karim", "riverain").sortie.startswith(
        "Un riverain et Karim accueillis (2 passages aujourd'hui)."
    )
    assert lieu.git("log", "-1", "--format=%s").strip().startswith("Passage : une personne, un riverain")
    (present, _) = lieu.faire("accueil", "presents", "--json").json
    assert (present["personne"], present["public"]) == (karim, "membres")


def test_presents_et_departs(lieu: Lieu, karim: str) -> None:
    lieu.faire("accueil", "passage", "@karim", "riverains", "3")
    assert "3 présents" in lieu.faire("accueil", "depart", "riverains").sortie
    assert "Deux riverains" in lieu.faire("accueil", "presents").sortie
    refus = lieu.faire("accueil", "depart", "riverains", "3", code=1)
    assert "riverains : 2 seulement" in refus.erreurs
    lieu.faire("accueil", "depart", "--tout")
    assert lieu.faire("accueil", "presents", "--json").json == []
    lieu.faire("accueil", "depart", "@karim", code=1)
    assert lieu.faire("accueil", "passages", "--json").json["compte"]["total"] == 4


def test_la_soiree_continue_apres_minuit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T22:00+01:00")
    lieu.faire("accueil", "passage", "riverains", "4")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T01:30+01:00")
    lieu.faire("accueil", "depart", "riverains")
    assert lieu.faire("accueil", "presents", "--json").json[0]["nombre"] == 3
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-25T05:00+01:00")
    assert lieu.faire("accueil", "presents", "--json").json == []


def test_les_comptes_par_public_et_par_heure(lieu: Lieu) -> None:
    lieu.faire("accueil", "passage", "riverains", "12", "--quand", "hier 14h")
    lieu.faire("accueil", "passage", "membres", "2", "--quand", "hier")
    lieu.faire("accueil", "passage", "membres", "--quand", "2026-10-30 14h10")
    compte = lieu.faire("accueil", "passages", "--json").json["compte"]
    assert compte["par_heure"] == {"-1": {"membres": 2}, "14": {"riverains": 12}}
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("accueil", "passage", "@karim", "--quand", "hier 14h30")
    compte = lieu.faire("accueil", "passages", "--json").json["compte"]
    assert compte["par_heure"]["14"] == {"riverains": 12, "sans public": 1}
    assert compte["par_public"] == {"riverains": 12, "membres": 2, "sans public": 1}
    assert "sans public" in lieu.faire("accueil", "passages").sortie
    assert lieu.faire("accueil", "passages", "--du", "1/10", "--json").json["compte"]["total"] == 16
    assert "14 h" in lieu.faire("accueil", "passages").sortie


def test_ce_qui_est_a_venir_ne_se_note_pas(lieu: Lieu) -> None:
    avant = lieu.signature()
    assert (
        "pas encore arrivé"
        in lieu.faire("accueil", "passage", "riverains", "--quand", "demain 14h", code=2).erreurs
    )
    assert lieu.signature() == avant


def test_verifier_voit_un_passage_range_a_un_autre_jour(lieu: Lieu) -> None:
    fiche = "moment: 2026-11-23T10:00\npublic: riverains\n"
    lieu.poser("accueil/passages/2026/11/2026-11-24-1000-riverains-7k2m.yaml", fiche)
    assert "n'est pas rangé à son jour" in lieu.faire("verifier", code=1).sortie


@pytest.mark.parametrize(("verbe", "question"), [("passage", "Qui passe ?"), ("depart", "Qui repart ?")])
def test_sans_rien_dire_chacun_propose_son_propre_verbe(lieu: Lieu, verbe: str, question: str) -> None:
    refus = lieu.faire("accueil", verbe, code=2).erreurs
    assert question in refus and f"tl accueil {verbe} riverains 3" in refus
