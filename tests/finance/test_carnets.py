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


@given(
    st.lists(carnets(), max_size=4, unique_by=lambda c: c.id),
    st.lists(usages, max_size=6, unique_by=lambda u: u.fait),
    st.lists(usages, max_size=6, unique_by=lambda u: u.fait),
    JOURS,
)
def test_fin_30_ce_qui_est_ferme_ne_change_plus_quoi_qu_on_apprenne(
    tires: list[Carnet], avant: list[Usage], ensuite: list[Usage], ouvert: date
) -> None:
    """Ce qu'un carnet a servi avant ce jour reste ; ce qu'on apprend ensuite se porte à l'exercice ouvert."""
    figees = [p for p in consommer(tires, avant) if p.jour < ouvert]
    apres = consommer(tires, ensuite, figees, ouvert)
    assert sorted(figees, key=str) == sorted((p for p in apres if p.jour < ouvert), key=str)
    for carnet in tires:
        assert sum((p.quantite for p in apres if p.carnet == carnet.id), ZERO) <= carnet.combien
    assert all(c.sert(p.jour) for p in apres for c in tires if c.id == p.carnet)
    servis = {p.fait for p in figees}
    assert not [p for p in apres if p.fait in servis and p.jour >= ouvert]


@pytest.fixture
def fermee(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> Caisse:
    """Deux heures du carnet d'Amina servies en 2026 ; deux faits sans tiers, ou sans prix ; 2026 fermé."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-22T09:00+01:00")
    vente = caisse.j("credit", "vendre", "salle-rez", "9", "--tiers", "amina", "--prix", "90")
    caisse.f("facture", "emettre", vente["brouillon"])
    caisse.payer()
    caisse.f("caisse", "compter", "90")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    autre = fait("f-0002", quantite="1", personne="p-9z8y7x")
    sans_prix = fait("f-0003", quantite="1", jour="2026-12-15")
    de_l_annee = {"lot": "F-2026-11-23_2026-12-31", "au": "2026-12-31"}
    caisse.importer(fait("f-0001", quantite="2"), autre, sans_prix, **de_l_annee)
    caisse.f("tarif", "finir", "salle-rez-heure-2026-01-01", "--au", "2026-12-01")
    dit = caisse.f("cloturer", "2026", "--oui").sortie
    assert "2 faits de 2026 attendent un tiers ou un prix : tl finance faits trous" in dit
    assert "à facturer" not in dit
    return caisse


PRIX = ("tarif", "creer", "salle-rez", "--prix", "9", "--unite", "heure", "--regime", "BE-21")


@pytest.mark.long
@pytest.mark.parametrize(
    ("mots", "reste"),
    [
        (("tiers", "lier", "p-9z8y7x", "amina"), "6"),
        (("tiers", "delier", "p-7k2m9x"), "7"),
        (("tarif", "finir", "salle-rez-heure-2026-01-01", "--au", "2026-11-01"), "7"),
        ((*PRIX, "--du", "2026-12-01"), "6"),
        (("rgpd", "effacer", "amina", "--oui"), "7"),
    ],
)
def test_fin_30_ce_qu_un_carnet_a_servi_dans_un_exercice_ferme_ne_change_plus(
    fermee: Caisse, mots: tuple[str, ...], reste: str
) -> None:
    """Quoi qu'on dise ensuite, ici ou sur un autre poste ; ce qu'on apprend se porte à l'exercice ouvert."""
    livre = fermee.j("livre", "2026")
    fermee.f(*mots)
    assert fermee.j("livre", "2026") == livre
    assert fermee.j("credit", "liste")[0]["reste"] == reste
    assert "tout se tient" in fermee.f("verifier").sortie
    porte = [e["jour"] for e in fermee.j("livre", "2027") if "utilis" in str(e)]
    assert porte == ["2027-01-01"] * (reste == "6")


@pytest.mark.long
def test_fin_30_un_fait_de_l_exercice_ferme_ne_passe_pas_au_suivant(
    fermee: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-06T09:00+01:00")
    deplace = fait("f-0001", revision=2, jour="2027-01-02", quantite="2")
    un_jour = {"lot": "F-2027-01-02", "du": "2027-01-02", "au": "2027-01-02"}
    assert "L'exercice 2026 est fermé" in fermee.importer(deplace, **un_jour, code=2).erreurs


@pytest.mark.long
def test_rgpd_un_tiers_efface_laisse_ce_que_ses_carnets_ont_servi(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dans l'exercice ouvert aussi : la dette du carnet ne remonte pas parce qu'on oublie quelqu'un."""
    vente = caisse.j("credit", "vendre", "salle-rez", "9", "--tiers", "amina", "--prix", "90")
    caisse.f("facture", "emettre", vente["brouillon"])
    caisse.payer()
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T09:00+01:00")
    un_jour = {"lot": "F-2026-11-25", "du": "2026-11-25", "au": "2026-11-25"}
    caisse.importer(fait("f-0001", quantite="2", jour="2026-11-25"), **un_jour)
    avant = caisse.j("livre", "2026")
    caisse.f("rgpd", "effacer", "amina", "--oui")
    assert caisse.j("livre", "2026") == avant
    assert caisse.j("credit", "liste")[0]["reste"] == "7"
    # Ce qu'un carnet a payé n'attend plus personne.
    assert caisse.j("faits", "trous")["sans_tiers"] == {}
    assert [f["etat"] for f in caisse.j("faits", "liste")] == ["accepte"]
    assert "tout se tient" in caisse.f("verifier").sortie


@pytest.mark.long
def test_fin_30_ce_qui_reste_a_facturer_se_dit_en_fermant(
    caisse: Caisse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-05T09:00+01:00")
    de_l_annee = {"lot": "F-2026-11-23_2026-12-31", "au": "2026-12-31"}
    caisse.importer(fait("f-0001", quantite="2"), fait("f-0002", quantite="1"), **de_l_annee)
    dit = caisse.f("cloturer", "2026", "--oui").sortie
    assert "2 faits de 2026 sont encore à facturer" in dit
    commande = "facture brouillon --depuis-faits --du 2026-01-01 --au 2026-12-31"
    assert f"tl finance {commande}" in dit
    assert caisse.j(*commande.split())["id"]
