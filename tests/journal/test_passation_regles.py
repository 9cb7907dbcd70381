"""Rien d'ouvert ne disparaît sans un mot : ce qui l'était le reste, ou se ferme par son nom."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.journal.passation import regles
from tiers_lieu_cli.journal.passation.modele import Chose, Gravite, Passation, Rubrique

choses = st.builds(
    Chose,
    cle=st.sampled_from([f"chose-{n}" for n in range(12)]),
    rubrique=st.sampled_from(Rubrique),
    phrase=st.text("abc [é]1:#", min_size=1, max_size=12).filter(str.strip),
    mot=st.text("xyz\n", max_size=6),
)
listes = st.lists(choses, max_size=10, unique_by=lambda c: c.cle).map(tuple)


def passation(ouvertes: tuple[Chose, ...]) -> Passation:
    return Passation(
        id="2026-11-24-0900-passation-q2x7",
        moment="2026-11-24T09:00",
        depuis="2026-11-23T09:00",
        gravite=Gravite.CALME,
        ouvertes=ouvertes,
    )


@given(listes, listes, listes)
def test_ce_qui_etait_ouvert_le_reste_ou_se_ferme_par_son_nom(
    hier: tuple[Chose, ...], jadis: tuple[Chose, ...], maintenant: tuple[Chose, ...]
) -> None:
    ouvertes = regles.ranger(regles.garder_les_mots(maintenant, passation(hier)))
    finies = regles.reglees((passation(hier), passation(jadis)), ouvertes, {})
    encore, closes = {c.cle for c in ouvertes}, {r.cle for r in finies}
    assert {c.cle for c in (*hier, *jadis)} <= encore | closes
    assert encore.isdisjoint(closes) and all(r.phrase for r in finies)
    assert encore == {c.cle for c in maintenant}


@given(listes, st.data())
def test_la_relecture_n_ote_rien(ouvertes: tuple[Chose, ...], data: st.DataObject) -> None:
    ecrit = regles.a_relire(ouvertes, ["une remarque"]).splitlines()
    gardees = data.draw(st.lists(st.sampled_from(ecrit), unique=False, max_size=20))
    _, dites, _ = regles.relue("\n".join(gardees), ouvertes)
    assert [(c.cle, c.phrase, c.rubrique) for c in dites] == [(c.cle, c.phrase, c.rubrique) for c in ouvertes]


def test_un_mot_sous_une_ligne_la_suit_et_une_ligne_otee_reste_ouverte() -> None:
    ouvertes = tuple(
        Chose(cle=str(n), rubrique=Rubrique.A_FAIRE, phrase=f"chose {n}", jour=date(2026, 11, n))
        for n in (1, 2, 3)
    )
    ecrit = (
        "# remarque\nBonne chance !\n[1] chose 1 : à midi\n    au plus tard\n[3] chose 3\n#atelier rangé\n"
    )
    libre, dites, otees = regles.relue(ecrit, ouvertes)
    assert libre == "Bonne chance !\n#atelier rangé"
    assert [c.mot for c in dites] == ["à midi\nau plus tard", "", ""] and otees == 1
    assert regles.garder_les_mots(ouvertes, passation(dites))[0].mot == "à midi\nau plus tard"


def test_une_phrase_qui_cite_quelqu_un_se_reconnait_mentionnee() -> None:
    (cle,) = ouvertes = (Chose(cle="c", rubrique=Rubrique.DEHORS, phrase="clé cave chez p-7k2m9x (2)"),)
    _, (dite,), _ = regles.relue("[1] clé cave chez @p-7k2m9x (2) : voir @p-7k2m9x\n", ouvertes)
    assert (dite.phrase, dite.mot) == (cle.phrase, "voir @p-7k2m9x")


def test_ce_qui_se_repete_est_compte() -> None:
    phrases = [*(f"Passage : {n} riverains" for n in range(5)), "Clé rendue : cave"]
    assert regles.resumer(phrases) == ("Passage (5 fois)", "Clé rendue : cave")
    assert len(regles.resumer(f"chose {n}, x" for n in range(99))) == regles.CHANGEMENTS + 1


JOUR = date(2026, 11, 24)
HIER = date(2026, 11, 23)


def chose(cle: str, rubrique: Rubrique = Rubrique.A_FAIRE, jour: date | None = None, mot: str = "") -> Chose:
    return Chose(cle=cle, rubrique=rubrique, phrase=f"chose {cle}", jour=jour, mot=mot)


@pytest.mark.parametrize(
    ("ouvertes", "attendue"),
    [
        ((), Gravite.CALME),
        ((chose("a"),), Gravite.CALME),
        ((chose("a", jour=JOUR),), Gravite.CALME),
        ((chose("a", jour=HIER),), Gravite.A_SURVEILLER),
        ((chose("a", Rubrique.DEHORS, HIER),), Gravite.A_SURVEILLER),
        # Ce qui est promis, ou court, n'est pas en retard.
        ((chose("a", Rubrique.PROMIS, HIER), chose("b", Rubrique.COURT, HIER)), Gravite.CALME),
        ((chose("a"), chose("b", Rubrique.FERME)), Gravite.A_SURVEILLER),
        ((chose("a", jour=HIER), chose("b", Rubrique.URGENT)), Gravite.URGENT),
    ],
)
def test_d_un_mot_comment_va_la_maison(ouvertes: tuple[Chose, ...], attendue: Gravite) -> None:
    assert regles.gravite(ouvertes, JOUR) is attendue


def test_ce_qui_est_regle_dit_comment_si_l_histoire_le_sait() -> None:
    finies = regles.reglees(
        [None, passation((chose("a"), chose("b"), chose("c")))], [chose("c")], {"a": "rendu"}
    )
    assert [(r.cle, r.phrase, r.comment) for r in finies] == [("a", "chose a", "rendu"), ("b", "chose b", "")]


def test_le_mot_d_hier_suit_ce_qui_reste_ouvert() -> None:
    hier = passation((chose("a", mot="d'hier"), chose("b")))
    gardees = regles.garder_les_mots([chose("a"), chose("b", mot="neuf"), chose("c", mot="à soi")], hier)
    assert [c.mot for c in gardees] == ["d'hier", "neuf", "à soi"]
    assert regles.garder_les_mots([chose("a", mot="seul")], None)[0].mot == "seul"


def test_la_plus_ancienne_d_abord_dans_chaque_rubrique() -> None:
    dites = [chose("d"), chose("c", jour=JOUR), chose("b", jour=HIER), chose("a", Rubrique.URGENT)]
    assert [c.cle for c in regles.ranger(dites)] == ["a", "b", "c", "d"]


def test_ce_que_l_editeur_montre() -> None:
    ouvertes = (chose("a", mot="un\ndeux"), chose("b", Rubrique.COURT, mot="tu"), chose("c"))
    assert regles.a_relire(ouvertes, ["titre", "suite"], "bonjour") == (
        "# titre\n# suite\n\nbonjour\n\n[1] chose a\n    un\n    deux\n[3] chose c\n"
    )
    assert regles.a_relire((), ["titre"]) == "# titre\n\n\n\n"


@pytest.mark.parametrize(
    ("ecrit", "libre", "mots", "otees"),
    [
        ("[1] chose a\n[2] chose b\n", "", ["", ""], 0),
        # Un numéro qui n'est à rien est du texte ; un mot sans ligne au-dessus aussi.
        ("[4] chose d\n[0] rien\n    en retrait\n", "[4] chose d\n[0] rien\n    en retrait", ["", ""], 2),
        ("[1] chose a – à midi\n  encore \n\nfin  \n", "fin", ["à midi\nencore", ""], 1),
        ("[1] chose a : chose a encore\n", "", ["chose a encore", ""], 1),
        ("un\n\n\n\n\ndeux\n", "un\n\ndeux", ["", ""], 2),
        ("[1] chose a\n a\n", "", ["a", ""], 1),
    ],
)
def test_ce_que_la_relecture_comprend(ecrit: str, libre: str, mots: list[str], otees: int) -> None:
    ouvertes = (chose("a"), chose("b"), chose("k", Rubrique.COURT))
    lu, dites, combien = regles.relue(ecrit, ouvertes)
    assert (lu, [c.mot for c in dites[:2]], combien) == (libre, mots, otees)


def test_ce_qui_ne_se_repete_pas_assez_se_dit_en_entier() -> None:
    trois = ["Clé rendue : cave, hier", "Clé rendue (badge)", "Clé rendue « toit »"]
    assert regles.resumer(trois) == tuple(trois)
    assert regles.resumer([*trois, "Clé rendue, encore"]) == ("Clé rendue (4 fois)",)
    tout = [f"chose {n}" for n in range(regles.CHANGEMENTS)]
    assert regles.resumer(tout) == tuple(tout)
    assert regles.resumer([*tout, "de trop"])[-1] == "… et 1 autres choses"
