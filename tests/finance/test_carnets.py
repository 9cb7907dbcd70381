"""Les heures vendues d'avance (FIN-27) : une dette, la plus ancienne d'abord, jamais en dessous de zéro."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from caisses import Caisse, fait
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tiers_lieu_cli.finance.carnets import Carnet, Facture, Part, Usage, consommer, produits
from tiers_lieu_cli.finance.montants import ZERO, arrondir

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


# -- sans facture, ou crédité, un carnet ne sert plus ------------------------------------------------


@st.composite
def vies(tirer: st.DrawFn) -> tuple[Carnet, list[Facture], list[Part]]:
    """Un carnet, sa facture, ce qu'on en crédite, ce qu'il sert : jamais plus qu'il ne contient."""
    carnet = structs.replace(tirer(carnets()), quantite="10")
    net, emise = tirer(st.decimals("1", "300", places=2)), tirer(JOURS)
    suite, rendu, part = [Facture(emise, net, Decimal(1))], ZERO, Decimal(1)
    for _ in range(tirer(st.integers(0, 3))):
        reprise = min(part, Decimal(tirer(st.sampled_from(["0.1", "0.25", "0.5", "1"]))))
        somme = net - rendu if reprise == part else arrondir(net * reprise)
        if reprise and rendu + somme <= net:
            suite.append(Facture(max(emise, tirer(JOURS)), ZERO - somme, -reprise))
            rendu, part = rendu + somme, part - reprise
    servies = tirer(st.lists(st.tuples(JOURS, QUANTITES), max_size=4))
    parts, pris = list[Part](), ZERO
    for jour, quantite in servies:
        if pris + quantite <= 10:
            parts.append(Part(carnet.id, f"f-{len(parts)}", jour, quantite))
            pris += quantite
    return carnet, suite, parts


@given(vies(), JOURS)
def test_fin_27_un_carnet_ne_gagne_jamais_plus_que_ce_qui_en_reste_facture(
    vie: tuple[Carnet, list[Facture], list[Part]], coupe: date
) -> None:
    """La dette n'est jamais sous zéro ; soldée à l'expiration ; ce qui vient après n'y change rien."""
    carnet, suite, parts = vie
    tard = date(2027, 1, 1)
    gagnes = list(produits(carnet, suite, parts, tard))
    for jour in {p.jour for p in gagnes}:
        valeur = sum((f.net for f in suite if f.jour <= jour), ZERO)
        assert ZERO <= sum((p.somme for p in gagnes if p.jour <= jour), ZERO) <= valeur
    reste = sum((f.net for f in suite), ZERO) - sum((p.somme for p in gagnes), ZERO)
    contenu = 10 * sum((f.part for f in suite), ZERO)
    if carnet.expire or sum((p.quantite for p in parts), ZERO) >= contenu:
        assert reste == ZERO
    avant = produits(
        carnet, [f for f in suite if f.jour <= coupe], [p for p in parts if p.jour <= coupe], tard
    )
    assert [p for p in avant if p.jour <= coupe] == [p for p in gagnes if p.jour <= coupe]


@pytest.mark.parametrize(
    ("facture", "jour", "pris"), [(True, 10, 0), (False, 10, 5), (True, 11, 5), (True, 5, 0)]
)
def test_fin_27_ce_qui_etait_facture_le_jour_de_l_achat_ne_se_paie_pas_deux_fois(
    facture: bool, jour: int, pris: int
) -> None:
    """De chaque carnet : un plus ancien, épuisé ou annulé, n'y change rien."""
    epuise, neuf = (
        Carnet(id=ident, tiers="t", tarif="x", unite="heure", quantite=combien, ht="9", du=date(2026, 11, du))
        for ident, combien, du in (("k-1", "0", 1), ("k-2", "5", 10))
    )
    usage = Usage("f-1", date(2026, 11, jour), "t", "x", "heure", Decimal(5), facture)
    assert sum(p.quantite for p in consommer([epuise, neuf], [usage])) == pris


def solde(caisse: Caisse, compte: str, annee: str = "2026") -> Decimal:
    lignes = [x for e in caisse.j("livre", annee) for x in e["lignes"] if x["compte"] == compte]
    return sum((Decimal(x["credit"]) - Decimal(x["debit"]) for x in lignes), ZERO)


EMETTRE, CREDITER = ("facture", "emettre", "--tout"), ("note-credit", "creer", "2026-0001")
OTER_LA_LIGNE = ("facture", "ligne", "b-", "poste.journee", "1", "--oter", "1")


@pytest.mark.long
@pytest.mark.parametrize("avant", [True, False])
@pytest.mark.parametrize(
    ("gestes", "sert"),
    [
        ((EMETTRE,), "4"),
        ((("facture", "retirer", "b-"),), "0"),
        ((OTER_LA_LIGNE, EMETTRE), "0"),
        ((EMETTRE, CREDITER), "0"),
        ((EMETTRE, (*CREDITER, "--ligne", "1:0,5")), "2"),
        ((EMETTRE, (*CREDITER, "--ligne", "1:0,5"), (*CREDITER, "--ligne", "1")), "0"),
    ],
)
def test_fin_27_ce_qu_un_carnet_sert_est_ce_qui_en_reste_facture(
    caisse: Caisse,
    monkeypatch: pytest.MonkeyPatch,
    gestes: tuple[tuple[str, ...], ...],
    sert: str,
    avant: bool,
) -> None:
    """Que ses heures soient dites avant ou après : le reste se facture, et la dette s'éteint au terme."""
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-22T09:00+01:00")
    vendre = ("credit", "vendre", "salle-rez", "4", "--tiers", "amina", "--prix", "40")
    brouillon = caisse.j(*vendre, "--expire", "30/11/2026")["brouillon"]
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:00+01:00")
    if avant:
        caisse.importer(fait("f-0001", quantite="5"))
    for geste in gestes:
        mots = [brouillon if mot == "b-" else mot for mot in geste]
        caisse.f(*mots, *(["--oui"] if geste[0] == "note-credit" else []))
    if not avant:
        caisse.importer(fait("f-0001", quantite="5"))
    (vu,) = caisse.j("credit", "liste")
    assert (vu["reste"], vu["sert"]) == ("0", sert != "0")
    assert ("annulé" in caisse.f("credit", "liste").sortie) == (sert == "0")
    ids = caisse.j("facture", "brouillon", "--tiers", "amina", "--depuis-faits")["id"]
    (ligne,) = caisse.j("facture", "apercu", ids)["lignes"]
    assert Decimal(ligne["ligne"]["quantite"]) == 5 - Decimal(sert)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-02T09:00+01:00")
    assert solde(caisse, "493000") == ZERO
    assert solde(caisse, "700000") == 10 * Decimal(sert) + Decimal("12.40") * (OTER_LA_LIGNE in gestes)
    assert "pas encore utilisé : 0,00" in caisse.f("credit", "liste").sortie


@pytest.mark.long
def test_fin_30_crediter_un_carnet_d_un_exercice_ferme_n_y_change_rien(fermee: Caisse) -> None:
    """Deux heures sur neuf y furent servies : ce qu'on rend en 2027 se reprend en 2027."""
    livre = fermee.j("livre", "2026")
    fermee.f("note-credit", "creer", "2026-0001", "--oui")
    assert fermee.j("livre", "2026") == livre and "tout se tient" in fermee.f("verifier").sortie
    assert solde(fermee, "493000", "2027") == ZERO
    assert solde(fermee, "700000", "2027") == Decimal("-20.00")


def test_fin_27_un_carnet_ne_se_vend_pas_deja_expire(caisse: Caisse) -> None:
    vendre = ("credit", "vendre", "salle-rez", "4", "--tiers", "amina", "--prix", "40")
    assert "déjà expiré" in caisse.f(*vendre, "--expire", "1/1/2026", code=2).erreurs
