"""Les totaux d'une pièce : justes au centime, et une note de crédit en miroir exact."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import factures
import pytest
from factures import credit, ligne, piece, totaliser
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.finance.montants import ZERO, arrondir
from tiers_lieu_cli.finance.piece import calcul
from tiers_lieu_cli.finance.piece.modele import Ligne

TAUX = ("BE-21", "BE-12", "BE-06", "BE-44", "BE-56BIS")


@st.composite
def lignes(tirer: Any) -> Ligne:
    quantite = tirer(st.decimals("0.01", "60", places=2))
    signe = tirer(st.sampled_from(["", "", "", "-"]))
    return ligne(
        "Salle",
        f"{signe}{quantite:f}".rstrip("0").rstrip("."),
        f"{tirer(st.decimals('0.01', '90', places=2)):f}",
        tirer(st.sampled_from(TAUX)),
        ttc=tirer(st.booleans()),
    )


paquets = st.lists(lignes(), min_size=1, max_size=6)


@given(paquets)
def test_fin_19_les_sommes_sont_celles_que_les_regles_europeennes_exigent(tirees: list[Ligne]) -> None:
    totaux = totaliser(*tirees)
    nets = [Decimal(f.net) for f in totaux.lignes]
    assert all(net == arrondir(net) for net in nets)
    assert (
        sum(nets, ZERO) == totaux.ht == sum((Decimal(b.base) for b in totaux.bases), ZERO)
    )  # BR-CO-10, BR-S-08
    for base in totaux.bases:
        assert Decimal(base.tva) == arrondir(Decimal(base.base) * Decimal(base.taux) / 100)  # BR-CO-17
    assert totaux.ttc == totaux.ht + totaux.tva  # BR-CO-15
    assert totaux.du == totaux.ttc + totaux.arrondi  # BR-CO-16
    for figee in totaux.lignes:  # PEPPOL R120
        assert abs(Decimal(figee.net) - figee.ligne.combien * Decimal(figee.prix_net)) <= Decimal("0.0051")


@given(paquets)
def test_un_prix_promis_tva_comprise_se_retrouve_au_centime(tirees: list[Ligne]) -> None:
    comprises = [x for x in tirees if x.ttc]
    if comprises:
        promis = sum((arrondir(x.combien * x.prix_unitaire) for x in comprises), ZERO)
        assert totaliser(*comprises).du == promis
    nues = [x for x in tirees if not x.ttc]
    if nues:
        assert totaliser(*nues).arrondi == 0


def test_l_ecart_d_arrondi_n_est_jamais_sur_une_ligne() -> None:
    """Dix consommations à 1 € : dix lignes à 0,83, et quatre centimes d'arrondi."""
    totaux = totaliser(*[ligne("Café", "1", "1.00", "BE-21", ttc=True)] * 10)
    assert {f.net for f in totaux.lignes} == {"0.83"}
    assert (totaux.du, totaux.arrondi) == (Decimal("10.00"), Decimal("-0.04"))


@pytest.mark.parametrize(
    ("quantite", "prix", "regime", "net", "du"),
    [
        ("0.45", "17.33", "BE-21", "7.80", "9.44"),
        ("0.5", "0.01", "BE-44", "0.01", "0.01"),
        ("-0.5", "0.01", "BE-44", "-0.01", "-0.01"),
        ("3", "10.03", "BE-21", "30.09", "36.41"),
    ],
)
def test_fin_19_une_quantite_fractionnaire(quantite: str, prix: str, regime: str, net: str, du: str) -> None:
    totaux = totaliser(ligne("Fraiseuse", quantite, prix, regime))
    assert (totaux.lignes[0].net, str(totaux.du)) == (net, du)


def test_fin_19_la_tva_s_arrondit_au_total_et_non_ligne_par_ligne() -> None:
    """3 × 10,03 à 21 % : 6,32 au total, 6,33 ligne par ligne."""
    totaux = totaliser(*[ligne("Salle", "1", "10.03", "BE-21")] * 3)
    assert str(totaux.tva) == "6.32"


def test_fin_19_plusieurs_taux_dont_les_arrondis_ne_s_accordent_pas_se_voient() -> None:
    assert calcul.ecart_des_taux(
        totaliser(ligne("a", "1", "0.05", "BE-12"), ligne("b", "1", "0.09", "BE-06")).bases
    )
    assert not calcul.ecart_des_taux(
        totaliser(ligne("a", "1", "10.00", "BE-21"), ligne("b", "1", "5", "BE-06")).bases
    )


# -- FIN-11 : la note de crédit ---------------------------------------------------


@given(paquets)
def test_fin_11_une_note_de_credit_est_le_miroir_exact(tirees: list[Ligne]) -> None:
    facture = piece(totaliser(*tirees))
    note = credit(facture)
    assert (note.total_ht, note.total_tva, note.total_ttc, note.arrondi, note.du) == (
        *(facture.total_ht, facture.total_tva, facture.total_ttc, facture.arrondi, facture.du),
    )
    assert [f.net for f in note.lignes] == [f.net for f in facture.lignes]
    assert note.bases == facture.bases


@given(paquets, st.data())
def test_fin_11_credite_en_plusieurs_fois_rien_ne_depasse_et_tout_s_annule(
    tirees: list[Ligne], data: Any
) -> None:
    facture = piece(totaliser(*tirees))
    notes: list[Any] = []
    for tour in range(3):
        restes = {r: x for r, x in calcul.restants(facture, notes).items() if x.quantite}
        if not restes:
            break
        voulues = {r: x.quantite for r, x in restes.items()}
        if tour < 2:
            rangs = data.draw(st.sets(st.sampled_from(sorted(restes)), min_size=1))
            voulues = {
                r: (restes[r].quantite / 3).quantize(Decimal("0.01")) or restes[r].quantite for r in rangs
            }
        notes.append(credit(facture, *notes, rang=tour + 1, quantites=voulues))
        for champ in ("total_tva", "du"):
            total, cumul = (
                Decimal(getattr(facture, champ)),
                sum((Decimal(getattr(n, champ)) for n in notes), ZERO),
            )
            assert min(total, ZERO) <= cumul <= max(total, ZERO) or len({x.combien > 0 for x in tirees}) > 1
    for champ in ("total_ht", "total_tva", "total_ttc", "arrondi", "du"):
        assert sum((Decimal(getattr(n, champ)) for n in notes), ZERO) == Decimal(getattr(facture, champ))
    assert all(not x.quantite and not x.net for x in calcul.restants(facture, notes).values())


@pytest.mark.parametrize(
    ("demande", "reste", "trop"),
    [
        ("2", "3", False),
        ("3", "3", False),
        ("3.01", "3", True),
        ("-1", "3", True),
        ("-1", "-1", False),
        ("0", "3", True),
    ],
)
def test_fin_11_on_ne_credite_pas_plus_que_la_ligne(demande: str, reste: str, trop: bool) -> None:
    assert calcul.depasse(Decimal(demande), Decimal(reste)) is trop


def test_une_base_reunit_les_motifs_d_exoneration() -> None:
    """EN 16931 ne veut qu'une base « E » ; elle dit tous les motifs (BR-E-01)."""
    (base,) = totaliser(ligne("a", "1", "5", "BE-44"), ligne("b", "1", "5", "BE-56BIS")).bases
    assert "art. 44" in base.mention and "franchise" in base.mention
    assert factures.CORPUS["mixte"][0].bases[-1].mention.startswith("Exempté")
