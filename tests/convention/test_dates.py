"""Les trois dates d'une convention (CONV-1…5 de docs/finance.md), et ce qu'elles demandent."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.convention.convention import echeances, regles
from tiers_lieu_cli.convention.convention.modele import Compte, Convention, Decision, Modele, Quoi, Signature
from tiers_lieu_cli.noyau.temps import temps

JOUR = timedelta(days=1)
LE_24 = date(2026, 11, 24)


def bail(au: date, preavis: str = "", reconduction: str = "1 an", **dits: object) -> Convention:
    champs: dict[str, object] = {"modele": Modele.BAIL, "avec": "commune", "signatures": (Signature(le=au),)}
    champs |= {"du": date(au.year - 1, 1, 1), "au": au, "preavis": preavis, "reconduction": reconduction}
    return Convention(id="c-7k2m", **{**champs, **dits})  # type: ignore[arg-type]


def phrases(c: Convention, jour: date) -> list[str]:
    return [a.phrase for a in regles.alertes(c, "Commune", jour)]


@pytest.mark.parametrize(
    ("reconduction", "preavis", "au_plus_tard"),
    [
        (date(2024, 12, 1), "3 mois", date(2024, 8, 31)),
        (date(2027, 1, 1), "3 mois", date(2026, 9, 30)),
        (date(2027, 1, 1), "2 mois", date(2026, 10, 31)),
        (date(2028, 5, 1), "2 mois", date(2028, 2, 29)),
    ],
)
def test_conv_1_trois_dates_distinctes(reconduction: date, preavis: str, au_plus_tard: date) -> None:
    """Partir de la fin donnerait 2024-08-30 : faux d'un jour."""
    fin = reconduction - JOUR
    t = regles.terme(bail(fin, preavis), fin)
    assert (t.preavis, t.fin, t.reconduction) == (au_plus_tard, fin, reconduction)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 24))
def test_conv_1_le_preavis_precede_la_fin_qui_precede_la_reconduction(fin: date, mois: int) -> None:
    t = regles.terme(bail(fin, f"{mois} mois"), fin)
    assert t.preavis and t.preavis < t.fin < t.reconduction == t.fin + JOUR


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(["1 mois", "3 mois", "1 an"]))
def test_conv_1_les_periodes_se_suivent_sans_trou(fin: date, pas: str) -> None:
    suite = list(regles.termes(bail(fin, "", pas), fin + timedelta(days=1500)))
    assert all(a.fin < b.fin for a, b in pairwise(suite))
    assert suite[-1].fin >= fin + timedelta(days=1500)


def test_conv_1_le_31_ne_se_perd_pas_de_mois_en_mois() -> None:
    fins = [t.fin for t in regles.termes(bail(date(2026, 1, 31), "", "1 mois"), date(2026, 4, 1))]
    assert fins == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_conv_2_rien_n_est_suppose_et_la_poste_est_a_part() -> None:
    fin = date(2026, 12, 31)
    assert regles.terme(bail(fin), fin).preavis is None
    assert any("dire le préavis" in dit for dit in phrases(bail(fin), LE_24))
    poste = bail(fin, "2 mois", marge=5, compte=Compte.RECEPTION)
    assert regles.terme(poste, fin).preavis == date(2026, 10, 31)
    assert regles.terme(poste, fin).a_poster == date(2026, 10, 26)
    envoi = structs.replace(poste, compte=Compte.ENVOI)
    assert regles.terme(envoi, fin).a_poster is None


@pytest.mark.parametrize(
    ("avant", "demande"), [(91, False), (90, True), (60, True), (30, True), (7, True), (0, True)]
)
def test_conv_3_on_demande_a_90_60_30_et_7_jours(avant: int, demande: bool) -> None:
    c = bail(date(2027, 12, 31), "3 mois", decisions=(vu(date(2026, 12, 31)),))
    jour = date(2027, 9, 30) - avant * JOUR
    assert any("décider" in dit for dit in phrases(c, jour)) is demande


def vu(terme: date, le: date = LE_24, quoi: Quoi = Quoi.VU) -> Decision:
    return Decision(le=le, terme=terme, quoi=quoi)


@pytest.mark.parametrize(
    ("quoi", "jours_apres", "demande"),
    [
        (Quoi.RENOUVELER, 80, False),
        (Quoi.RENEGOCIER, 5, False),
        (Quoi.RENEGOCIER, 29, False),
        (Quoi.RENEGOCIER, 31, True),  # l'alerte des soixante jours redemande
    ],
)
def test_conv_3_chaque_alerte_veut_une_decision_datee(quoi: Quoi, jours_apres: int, demande: bool) -> None:
    fin, preavis = date(2027, 12, 31), date(2027, 9, 30)
    decide_le = preavis - 90 * JOUR
    c = bail(fin, "3 mois", decisions=(vu(date(2026, 12, 31)), vu(fin, decide_le, quoi)))
    assert any("décider" in dit for dit in phrases(c, decide_le + jours_apres * JOUR)) is demande


def test_conv_3_reconduite_sans_decision_se_voit_jusqu_a_la_lecture() -> None:
    c = bail(date(2026, 12, 31), "3 mois")
    assert any("reconduite sans décision" in dit for dit in phrases(c, date(2026, 10, 1)))
    assert any("reconduite sans décision" in dit for dit in phrases(c, date(2027, 6, 1)))
    lue = structs.replace(c, decisions=(vu(date(2026, 12, 31), date(2027, 1, 5)),))
    assert not any("reconduite" in dit for dit in phrases(lue, date(2027, 6, 1)))
    assert any("reconduite" in dit for dit in phrases(lue, date(2027, 10, 1)))


periodes = st.sampled_from(["", "1 mois", "2 mois", "3 mois", "6 mois"])
fins = st.dates(date(2026, 6, 1), date(2028, 12, 31))


@given(fins, periodes, st.sampled_from(["", "1 an", "6 mois"]), st.dates(LE_24, date(2029, 6, 1)))
def test_soixante_jours_d_absence_ne_manquent_rien(fin: date, delai: str, pas: str, jour: date) -> None:
    """Ce qui était demandé un jour l'est encore soixante jours plus tard, si personne n'a décidé."""
    c = bail(fin, delai, pas, du=date(2026, 1, 1))
    demandait = any(a.convention for a in regles.alertes(c, "Commune", jour))
    assert not demandait or any(True for _ in regles.alertes(c, "Commune", jour + 60 * JOUR))


@given(fins, st.sampled_from(["1 mois", "3 mois"]), st.dates(LE_24, date(2029, 6, 1)))
def test_un_preavis_passe_n_est_jamais_muet(fin: date, delai: str, jour: date) -> None:
    c = bail(fin, delai, "1 an", du=date(2026, 1, 1))
    passe = any(t.limite < jour for t in regles.termes(c, jour))
    assert not passe or any("reconduite sans décision" in dit for dit in phrases(c, jour))


def assurance(ident: str, du: date, au: date, **dits: object) -> Convention:
    champs: dict[str, object] = {"modele": Modele.ASSURANCE, "avec": "meuse", "risques": ("incendie",)}
    champs |= {"attestation": "doc", "paiement": "doc", "signatures": (Signature(le=du),)}
    return Convention(id=ident, du=du, au=au, **{**champs, **dits})  # type: ignore[arg-type]


AN_26 = (date(2026, 1, 1), date(2026, 12, 31))
AN_27 = (date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("polices", "jour", "trous"),
    [
        ([assurance("c-1", *AN_26)], date(2026, 11, 24), 0),
        ([assurance("c-1", *AN_26)], date(2026, 12, 15), 1),  # dans un mois, plus rien
        ([assurance("c-1", *AN_26)], date(2027, 3, 1), 1),
        ([assurance("c-1", *AN_26), assurance("c-2", *AN_27)], date(2026, 12, 15), 0),
        ([assurance("c-1", *AN_26), assurance("c-2", date(2027, 1, 2), AN_27[1])], date(2026, 12, 15), 1),
        ([assurance("c-1", *AN_26, reconduction="1 an")], date(2030, 3, 1), 0),
        ([assurance("c-1", *AN_26, decisions=(vu(AN_26[1], date(2027, 1, 2)),))], date(2027, 3, 1), 0),
        ([assurance("c-2", *AN_27)], date(2026, 12, 15), 0),  # rien n'était couvert
    ],
)
def test_conv_4_un_trou_de_couverture_est_rouge(polices: list[Convention], jour: date, trous: int) -> None:
    assert len(list(regles.trous(polices, jour))) == trous


def test_conv_4_l_attestation_et_le_paiement_se_reclament() -> None:
    nue = assurance("c-1", *AN_26, attestation="", paiement="")
    dits = " ".join(phrases(nue, date(2026, 6, 1)))
    assert "il manque l'attestation" in dits and "il manque la preuve de paiement" in dits


@pytest.mark.parametrize(
    ("jour", "recus", "dit"),
    [
        (date(2026, 9, 29), (), ""),
        (date(2026, 9, 30), (), "attendu"),
        (date(2026, 11, 30), (), "attendu"),
        (date(2026, 12, 1), (), "sans frais"),
        (date(2026, 12, 1), (date(2026, 10, 15),), ""),
        (date(2026, 12, 1), (date(2026, 12, 1),), "sans frais"),  # reçu trop tard
    ],
)
def test_conv_5_l_avis_du_prestataire(jour: date, recus: tuple[date, ...], dit: str) -> None:
    c = bail(date(2026, 12, 31), "1 mois", avis=True, avis_recus=recus)
    lus = [p for p in phrases(c, jour) if "avis de" in p]
    assert len(lus) == bool(dit) and all(dit in lu for lu in lus)


@pytest.mark.parametrize(
    ("jour", "fin"), [(date(2026, 9, 30), date(2026, 12, 31)), (date(2026, 10, 1), date(2027, 12, 31))]
)
def test_resilier_vise_le_premier_terme_qu_on_peut_encore_refuser(jour: date, fin: date) -> None:
    assert regles.fin_possible(bail(date(2026, 12, 31), "3 mois"), jour).fin == fin


@given(
    st.sampled_from([date(2024, 12, 31), date(2026, 12, 31), date(2028, 6, 30)]),
    st.dates(date(2024, 1, 2), date(2029, 12, 31)),
    st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    st.sampled_from(["", "1 mois", "1 an"]),
)
def test_resiliee_elle_finit_le_meme_jour_partout(au: date, fin: date, jour: date, pas: str) -> None:
    """Avant, pendant ou après sa fin, et quelle que soit la période où l'on est : une seule fin, dite."""
    c = bail(au, "3 mois", pas, du=date(2024, 1, 1), marge=5, resiliee_le=min(jour, fin), finie_le=fin)
    assert [t.fin for t in regles.termes(c, date(2040, 1, 1))] == [fin]
    assert regles.courant(c, jour) == regles.Terme(fin, fin + JOUR, None, None)
    assert regles.est_finie(c, jour) is (fin < jour)
    dite = temps.dire_jour(fin, jour)
    assert regles.dire_duree(c, jour).endswith(dite)
    assert list(regles.dire_les_dates(c, regles.courant(c, jour), jour)) == [("dernier jour couvert", dite)]
    vues = echeances.dates([c], {}, date(2024, 1, 1), date(2040, 1, 1))
    assert [(d.jour, d.quoi) for d in vues] == [(fin, "fin")]
