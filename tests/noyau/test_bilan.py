"""Ce qu'on publie d'un bilan : rien qui montre quelqu'un, ni seul, ni soustrait d'un autre."""

from __future__ import annotations

import io
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.pages import bilan, compte_rendu
from tiers_lieu_cli.noyau.pages.bilan import SEUIL, Chapitre, Compte, Partie, Unite, arrondir, publier
from tiers_lieu_cli.noyau.temps.temps import jours_du_mois, mois_entre

#: Vingt-quatre mois, de janvier 2025 à décembre 2026 ; par mois, combien de gens de deux publics.
mois = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), min_size=24, max_size=24)
fenetres = st.tuples(st.integers(0, 23), st.integers(0, 23)).map(sorted)
TOUS = mois_entre(date(2025, 1, 1), date(2026, 12, 1))


def bornes(i: int, j: int) -> tuple[date, date]:
    (annee, un), (fin, dernier) = TOUS[i], TOUS[j]
    return date(annee, un, 1), date(fin, dernier, jours_du_mois(fin, dernier))


def lire_de(vecu: list[tuple[int, int]]) -> bilan.Lire:
    """Un lieu qui a vécu cela."""

    def lire(du: date, au: date) -> list[Chapitre]:
        dedans = [vecu[n] for n, m in enumerate(TOUS) if (du.year, du.month) <= m <= (au.year, au.month)]
        petits, grands = sum(p for p, _ in dedans), sum(g for _, g in dedans)
        lignes = bilan.comptes({"petits": petits, "grands": grands}, gens=True)
        total = Compte(nom="", nombre=petits + grands, gens=True)
        return [Chapitre(titre="Passages", comptes=tuple(lignes), total=total)]

    return lire


def publie(vecu: list[tuple[int, int]], i: int, j: int) -> dict[str, int]:
    """Par nom, ce qui se publie ; rien, si tout est tu."""
    dits = {}
    for chapitre in publier(lire_de(vecu), *bornes(i, j)):
        assert chapitre.total is not None
        dits |= {c.nom: c.nombre for c in chapitre.comptes} | {"": chapitre.total.nombre}
    return dits


@given(mois, fenetres, fenetres)
def test_deux_bilans_qui_se_recouvrent_ne_se_soustraient_pas(
    vecu: list[tuple[int, int]], une: list[int], autre: list[int]
) -> None:
    """Un bilan et celui qu'il contient : leur différence est, au mois près, un troisième bilan public."""
    (i, j), (k, l_) = une, autre
    dehors, dedans = publie(vecu, min(i, k), max(j, l_)), publie(vecu, k, l_)
    avant = publie(vecu, min(i, k), k - 1) if min(i, k) < k else {}
    apres = publie(vecu, l_ + 1, max(j, l_)) if l_ < max(j, l_) else {}
    for nom in ("petits", "grands", ""):
        assert dehors.get(nom, 0) - dedans.get(nom, 0) == avant.get(nom, 0) + apres.get(nom, 0)
        assert dehors.get(nom, 0) % SEUIL == 0


@given(mois, fenetres)
def test_un_compte_publie_reste_pres_du_vrai_et_ne_dit_jamais_un_petit(
    vecu: list[tuple[int, int]], fenetre: list[int]
) -> None:
    i, j = fenetre
    vrai = sum(p for p, _ in vecu[i : j + 1])
    dit = publie(vecu, i, j).get("petits", 0)
    assert abs(dit - vrai) <= (SEUIL - 1) * (1 + (j // 12 - i // 12))
    # « 5 » se dit de un à neuf ; rien ne se dit de zéro à quatre.
    assert dit != 0 or vrai < SEUIL * (1 + (j // 12 - i // 12))


@given(
    st.lists(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(30, 600))), min_size=12, max_size=12)
)
def test_ce_que_peu_de_gens_ont_fait_un_mois_se_tait_toute_l_annee(
    faits: list[list[tuple[str, int]]],
) -> None:
    def lire(du: date, au: date) -> list[Chapitre]:
        dedans = [f for n, mois in enumerate(faits, 1) if du.month <= n <= au.month for f in mois]
        qui = {nom for nom, _ in dedans}
        minutes = {"bar": sum(m for _, m in dedans)} if dedans else {}
        return [bilan.heures_donnees("Heures", "Heures", minutes, {"bar": len(qui)}, len(qui))]

    peu = any(0 < len({nom for nom, _ in mois}) < SEUIL for mois in faits)
    for i, j in combinations(range(1, 13), 2):
        for ch in publier(lire, date(2026, i, 1), date(2026, j, jours_du_mois(2026, j))):
            heures = [c for c in ch.comptes if c.unite is Unite.MINUTES]
            assert ch.total is not None
            if peu:
                assert not heures and ch.total.nombre == 0
            assert all(c.nombre % (SEUIL * 60) == 0 for c in (*heures, ch.total))


def test_l_arrondi_et_la_periode() -> None:
    assert [arrondir(n) for n in (0, 2, 3, 7, 8, 12)] == [0, 0, 5, 5, 10, 10]
    assert arrondir(149, Unite.MINUTES) == 0 and arrondir(450, Unite.MINUTES) == 600
    assert bilan.dire_periode(date(2026, 1, 1), date(2026, 12, 31)) == "2026"
    assert bilan.dire_periode(date(2026, 2, 1), date(2026, 2, 28)) == "février 2026"
    assert bilan.un_an_avant(date(2024, 2, 29)) == date(2023, 2, 28)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("largeur", [20, 40, 60, 80, 100, 160])
def test_une_grille_montre_toutes_ses_heures_a_toute_largeur(
    largeur: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(largeur))
    heures = tuple(f"{h} h" for h in range(8, 24))
    rangs = tuple((jour, *(f"{n}{h}" for h in range(16))) for n, jour in enumerate(("lun", "mar")))
    sortie = _Terminal()
    partie = Partie(titre="", total="", lignes=(), grille="Par heure", cases=(("", *heures), *rangs))
    compte_rendu._dire_la_grille(Ecran(sortie), partie)
    dit = sortie.getvalue()
    assert all(heure in dit for heure in heures)
    assert all(case in dit.split() for rang in rangs for case in rang)
    assert max(map(len, dit.splitlines())) <= largeur
