"""Les heures vendues d'avance (FIN-27) : une dette, la plus ancienne d'abord, jamais en dessous de zéro."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from caisses import Caisse, fait
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.finance.carnets import Carnet, Usage, consommer
from tiers_lieu_cli.finance.montants import ZERO

JOURS = st.integers(1, 28).map(lambda n: date(2026, 11, n))
QUANTITES = st.decimals("0.25", "9", places=2)


@st.composite
def carnets(tirer: st.DrawFn) -> Carnet:
    du, fin = sorted((tirer(JOURS), tirer(JOURS)))
    return Carnet(
        id=f"k-{tirer(st.integers(0, 10**9))}",
        tiers=tirer(st.sampled_from(["t-aaaaaa", "t-bbbbbb"])),
        tarif="salle-rez",
        unite="heure",
        quantite=f"{tirer(QUANTITES).normalize():f}",
        ht="110.00",
        du=du,
        expire=tirer(st.sampled_from([None, fin])),
    )


usages = st.builds(
    Usage,
    fait=st.integers(0, 10**9).map(lambda n: f"f-{n}"),
    jour=JOURS,
    tiers=st.sampled_from(["t-aaaaaa", "t-bbbbbb"]),
    tarif=st.sampled_from(["salle-rez", "cour"]),
    unite=st.just("heure"),
    quantite=QUANTITES,
)


@given(
    st.lists(carnets(), max_size=4, unique_by=lambda c: c.id),
    st.lists(usages, max_size=8, unique_by=lambda u: u.fait),
)
def test_fin_27_aucun_carnet_ne_passe_sous_zero(tires: list[Carnet], faits: list[Usage]) -> None:
    parts = consommer(tires, faits)
    for carnet in tires:
        siennes = [p for p in parts if p.carnet == carnet.id]
        assert sum((p.quantite for p in siennes), ZERO) <= carnet.combien
        assert all(carnet.sert(p.jour) for p in siennes)
    for usage in faits:
        assert sum((p.quantite for p in parts if p.fait == usage.fait), ZERO) <= usage.quantite
    assert consommer(tires[::-1], faits[::-1]) == parts


def test_fin_27_le_plus_ancien_d_abord() -> None:
    def carnet(ident: str, du: int, quantite: str) -> Carnet:
        return Carnet(
            id=ident,
            tiers="t-a",
            tarif="x",
            unite="heure",
            quantite=quantite,
            ht="10.00",
            du=date(2026, 11, du),
        )

    usage = Usage("f-1", date(2026, 11, 20), "t-a", "x", "heure", Decimal(5))
    parts = consommer([carnet("k-2", 10, "9"), carnet("k-1", 1, "2")], [usage])
    assert [(p.carnet, str(p.quantite)) for p in parts] == [("k-1", "2"), ("k-2", "3")]


@pytest.mark.long
def test_fin_27_vendu_consomme_l_excedent_se_facture(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-22T09:00+01:00")
    vente = caisse.j(
        "credit", "vendre", "salle-rez", "3", "--tiers", "amina", "--prix", "30", "--expire", "30/11/2026"
    )
    caisse.f("facture", "emettre", vente["brouillon"])
    assert caisse.piece("1")["du"] == "36.30"

    def compte(nom: str) -> Decimal:
        lignes = [x for e in caisse.j("livre", "2026") for x in e["lignes"] if x["compte"] == nom]
        return sum((Decimal(x["credit"]) - Decimal(x["debit"]) for x in lignes), ZERO)

    assert (compte("493000"), compte("700000")) == (Decimal("30.00"), ZERO)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:00+01:00")
    caisse.importer(fait("f-0001", quantite="2"), fait("f-0002", quantite="1.5"))
    assert caisse.j("credit", "liste")[0]["reste"] == "0"
    assert (compte("493000"), compte("700000")) == (ZERO, Decimal("30.00"))
    brouillon = caisse.j("facture", "brouillon", "--tiers", "amina", "--depuis-faits")["id"]
    (ligne,) = caisse.j("facture", "apercu", brouillon)["lignes"]
    assert ligne["ligne"]["quantite"] == "0.5"
    assert "Amina Benali" in caisse.f("credit", "liste").sortie


@pytest.mark.long
def test_fin_27_ce_qui_expire_devient_un_produit(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    vente = caisse.j(
        "credit", "vendre", "salle-rez", "3", "--tiers", "amina", "--prix", "30", "--expire", "30/11/2026"
    )
    caisse.f("facture", "emettre", vente["brouillon"])
    assert caisse.j("compte-resultat")["resultat"] == "0.00"
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-01T09:00+01:00")
    assert caisse.j("compte-resultat")["resultat"] == "30.00"


@pytest.mark.long
def test_fin_30_ce_qu_un_carnet_a_servi_dans_un_exercice_ferme_ne_change_plus(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-22T09:00+01:00")
    vente = caisse.j("credit", "vendre", "salle-rez", "9", "--tiers", "amina", "--prix", "90")
    caisse.f("facture", "emettre", vente["brouillon"])
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    autre = fait("f-0002", quantite="1", personne="p-9z8y7x")
    sans_prix = fait("f-0003", quantite="1", jour="2026-12-15")
    de_l_annee = {"lot": "F-2026-11-23_2026-12-31", "au": "2026-12-31"}
    caisse.importer(fait("f-0001", quantite="2"), autre, sans_prix, **de_l_annee)
    caisse.f("tarif", "finir", "salle-rez-heure-2026-01-01", "--au", "2026-12-01")
    caisse.f("cloturer", "2026", "--oui")
    prix = ("tarif", "creer", "salle-rez", "--prix", "9", "--unite", "heure", "--regime", "BE-21")
    for mots, remede in (
        (("tiers", "lier", "p-9z8y7x", "amina"), "tl finance tiers lier p-9z8y7x --nom"),
        (("tiers", "delier", "p-7k2m9x"), "Le laisser lié"),
        (("tarif", "finir", "salle-rez-heure-2026-01-01", "--au", "2026-11-01"), "--au 2027-01-01"),
        ((*prix, "--du", "2026-12-01"), "--du 2027-01-01"),
    ):
        refus = caisse.f(*mots, code=2).erreurs
        assert "L'exercice 2026 est fermé : ce que le carnet k-" in refus and remede in refus
    # Un fait de l'exercice fermé ne passe pas au suivant.
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-06T09:00+01:00")
    deplace = fait("f-0001", revision=2, jour="2027-01-02", quantite="2")
    assert (
        "L'exercice 2026 est fermé"
        in caisse.importer(deplace, lot="F-2027-01-02", du="2027-01-02", au="2027-01-02", code=2).erreurs
    )
    # Ce qui ne touche que l'exercice ouvert passe.
    caisse.f("tiers", "lier", "p-3c4d5e", "amina")
    caisse.f(*prix, "--du", "2027-01-01")
    assert "tout se tient" in caisse.f("verifier").sortie
