"""Rien d'ouvert ne disparaît sans un mot : ce qui l'était le reste, ou se ferme par son nom."""

from __future__ import annotations

from datetime import date

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
