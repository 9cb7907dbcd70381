"""La fonction de conflit : symétrique, insensible à l'ordre, égale à un compte minute par minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regles import Graphe, Occupation, SalleDejaPromise, conflits, genes
from tiers_lieu_cli.noyau.temps.temps import Creneau

MINUIT = datetime(2026, 11, 24)
SALLES = Graphe(
    (
        Salle(id="rez", nom="Rez", compose_de=("rez-nord", "rez-sud")),
        Salle(id="rez-nord", nom="Rez nord"),
        Salle(id="rez-sud", nom="Rez sud"),
        Salle(id="scene", nom="Scène", exclut=("rez-sud",)),
        Salle(id="cour", nom="Cour"),
        Salle(id="bureaux", nom="Bureaux", capacite=4, partage=True),
    )
)


def occupation(ident: str, salle: str, debut: int, duree: int) -> Occupation:
    depart = MINUIT + timedelta(minutes=debut)
    return Occupation(ident, ident, salle, Creneau(depart, depart + timedelta(minutes=duree)))


@pytest.mark.parametrize(
    ("salle", "genees"),
    [
        ("cour", {"cour"}),
        ("rez-nord", {"rez-nord", "rez"}),
        ("rez", {"rez", "rez-nord", "rez-sud", "scene"}),
        ("rez-sud", {"rez-sud", "rez", "scene"}),
        ("scene", {"scene", "rez-sud", "rez"}),
        ("inconnue", {"inconnue"}),
    ],
)
def test_une_salle_en_gene_d_autres(salle: str, genees: set[str]) -> None:
    assert SALLES.genees(salle) == genees


def test_finir_quand_l_autre_commence_ne_gene_pas() -> None:
    assert not conflits(occupation("a", "cour", 60, 60), [occupation("b", "cour", 120, 60)], SALLES)
    assert conflits(occupation("a", "cour", 60, 61), [occupation("b", "cour", 120, 60)], SALLES)


def test_une_fiche_ne_se_gene_pas_elle_meme() -> None:
    assert not conflits(occupation("a", "cour", 0, 60), [occupation("a", "cour", 30, 60)], SALLES)


def test_le_refus_dit_qui_occupe_quand() -> None:
    trouvees = genes([occupation("a", "cour", 90, 60)], [occupation("b", "cour", 60, 60)], SALLES)
    refus = SalleDejaPromise(trouvees, SALLES)
    assert refus.fait == "Pas possible : Cour est prise mardi 24 novembre 2026, 01:00–02:00 (b, b)."


occupations = st.builds(
    occupation,
    st.sampled_from("abcdef"),
    st.sampled_from(sorted(SALLES.salles)),
    st.integers(0, 600),
    st.integers(1, 300),
)


@given(occupations, occupations)
def test_la_gene_est_mutuelle(a: Occupation, b: Occupation) -> None:
    assert bool(conflits(a, [b], SALLES)) == bool(conflits(b, [a], SALLES))


@given(occupations, st.lists(occupations, max_size=6))
def test_pareil_qu_un_compte_minute_par_minute(voulue: Occupation, prises: list[Occupation]) -> None:
    def minutes(o: Occupation) -> set[tuple[str, int]]:
        debut = int((o.creneau.debut - MINUIT).total_seconds() // 60)
        return {(o.salle, m) for m in range(debut, debut + int(o.creneau.duree.total_seconds() // 60))}

    genees = SALLES.genees(voulue.salle)
    visees = {(salle, m) for _, m in minutes(voulue) for salle in genees}
    attendues = {p for p in prises if p.id != voulue.id and minutes(p) & visees}
    assert set(conflits(voulue, prises, SALLES)) == attendues
