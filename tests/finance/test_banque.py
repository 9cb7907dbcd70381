"""Relevés et rapprochement : rien deux fois, rien de sauté, rien de deviné (FIN-22 à FIN-24)."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import releves
from caisses import Caisse
from hypothesis import given, settings
from hypothesis import strategies as st
from releves import Ligne, camt, coda

from tiers_lieu_cli.finance.banque import camt as lecteur_camt
from tiers_lieu_cli.finance.banque import coda as lecteur_coda
from tiers_lieu_cli.finance.banque import regles
from tiers_lieu_cli.finance.banque.modele import Mouvement
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.banque.regles import Ouverte

OGM = "202600000192"
LIGNES = (
    Ligne("30.25", OGM, nom="MENUISERIE LAMBERT", compte="BE68539007547034"),
    Ligne("-12.10", libelle="Frais de compte"),
    Ligne("5.00", libelle="merci", nom="Amina"),
)
FORMATS: dict[str, Callable[..., bytes]] = {"coda": coda, "camt": camt}
LECTEURS = {"coda": lecteur_coda.lire, "camt": lecteur_camt.lire}


@pytest.mark.parametrize("format_", FORMATS)
def test_fin_22_un_releve_se_lit_en_entier(format_: str) -> None:
    (lu,) = LECTEURS[format_](FORMATS[format_](LIGNES, initial="100.00", numero=7))
    assert (lu.iban, lu.numero, lu.jour) == (releves.IBAN, 7, date(2026, 11, 20))
    assert (lu.initial, lu.final) == (Decimal("100.00"), Decimal("123.15"))
    assert [str(m.montant) for m in lu.mouvements] == ["30.25", "-12.10", "5.00"]
    assert [m.communication for m in lu.mouvements] == [OGM, "", ""]
    assert lu.mouvements[0].nom == "MENUISERIE LAMBERT" and lu.mouvements[0].compte == "BE68539007547034"
    assert lu.mouvements[1].libelle == "Frais de compte"
    regles.exiger_juste(lu)


def test_fin_22_seuls_les_mouvements_de_premier_niveau_comptent() -> None:
    (lu,) = lecteur_coda.lire(coda((Ligne("30.00", details=("10.00", "20.00")), Ligne("1.00"))))
    assert [str(m.montant) for m in lu.mouvements] == ["30.00", "1.00"]


def test_fin_22_l_exemple_de_la_bibliotheque() -> None:
    import coda as bibliotheque

    octets = (Path(bibliotheque.__file__).parent / "CODA.txt").read_bytes()
    (lu,) = lecteur_coda.lire(octets)
    regles.exiger_juste(lu)
    assert (lu.iban, len(lu.mouvements), lu.final) == ("435000000080", 59, Decimal("9405296.99"))


def test_fin_23_seules_les_ecritures_comptabilisees() -> None:
    (lu,) = lecteur_camt.lire(camt(LIGNES, attente=(Ligne("999.00"),)))
    assert len(lu.mouvements) == 3


CORROMPUS: dict[str, Callable[[], bytes]] = {
    "montant altéré (coda)": lambda: coda(LIGNES).replace(b"000000000030250", b"000000000040250", 1),
    "montant altéré (camt)": lambda: camt(LIGNES).replace(b">30.25<", b">40.25<", 1),
    "solde altéré": lambda: camt(LIGNES, final="999.00"),
    "page manquante (coda)": lambda: b"\r\n".join(coda(LIGNES).split(b"\r\n")[:4]),
    "page manquante (camt)": lambda: camt(LIGNES)[:900],
    "autre compte": lambda: camt(LIGNES, iban="BE68539007547034"),
    "DOCTYPE": lambda: camt(LIGNES).replace(b"<Document", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document", 1),
    "ni l'un ni l'autre": lambda: b"date;montant\n",
    "vide": lambda: b"",
    "binaire": lambda: bytes(range(256)) * 8,
}


@pytest.mark.parametrize("cas", CORROMPUS)
def test_fin_22_un_releve_corrompu_est_refuse_en_entier(caisse: Caisse, tmp_path: Path, cas: str) -> None:
    fichier = tmp_path / "releve"
    fichier.write_bytes(CORROMPUS[cas]())
    avant = caisse.histoire("rev-parse", "HEAD")
    coffre = len(list(caisse.dossier.glob("coffre/*/*")))
    refus = caisse.f("banque", "importer", str(fichier), code=2)
    assert "Relevé refusé" in refus.erreurs
    assert caisse.histoire("rev-parse", "HEAD") == avant
    assert len(list(caisse.dossier.glob("coffre/*/*"))) == coffre


def test_fin_22_un_fichier_de_cinquante_mega_n_est_pas_lu(caisse: Caisse, tmp_path: Path) -> None:
    with (tmp_path / "gros").open("wb") as flux:
        flux.truncate(50 * 1024 * 1024)
    assert "dépasse 20 Mio" in caisse.f("banque", "importer", str(tmp_path / "gros"), code=2).erreurs


def test_piege_4_un_coda_falsifie_est_refuse_meme_sans_assert() -> None:
    """`python -O` retire les `assert` de la bibliothèque : nos sommes, elles, restent."""
    import ast
    import inspect

    import coda as bibliotheque

    arbre = ast.parse(inspect.getsource(bibliotheque))

    class SansAssert(ast.NodeTransformer):
        def visit_Assert(self, noeud: ast.Assert) -> ast.AST:
            return ast.Pass()

    espace: dict[str, Any] = {}
    exec(compile(ast.fix_missing_locations(SansAssert().visit(arbre)), "coda", "exec"), espace)
    import io

    faux = coda(LIGNES).replace(b"000000000030250", b"000000000040250", 1).decode("windows-1252")
    (lu,) = espace["CODA"](io.StringIO(faux)).statements
    with pytest.raises(ReleveRefuse):
        regles.exiger_juste(lecteur_coda._releve(lu))


def importer(caisse: Caisse, octets: bytes, code: int | None = 0) -> Any:
    fichier = caisse.racine.parent / "releve"
    fichier.write_bytes(octets)
    return caisse.f("banque", "importer", str(fichier), code=code)


def test_fin_22_le_releve_qui_manque_est_nomme(caisse: Caisse) -> None:
    importer(caisse, coda(LIGNES, initial="100.00", numero=1))
    trois = coda(LIGNES, initial="150.00", numero=3, jour=date(2026, 11, 22))
    refus = importer(caisse, trois, code=2)
    assert "il manque le relevé n° 2" in refus.erreurs and "123,15" in refus.erreurs
    importer(caisse, coda((Ligne("26.85"),), initial="123.15", numero=2, jour=date(2026, 11, 21)))
    importer(caisse, trois)
    assert caisse.j("banque", "liste")["soldes"] == {releves.IBAN: "173.15"}


@pytest.mark.long
def test_fin_23_deux_releves_du_meme_jour_sans_numero(caisse: Caisse) -> None:
    """Une banque qui ne numérote pas, ou qui reprend un numéro dans la journée : chacun garde son nom."""
    un, deux, vide = ((Ligne("40.00", reference="A"),), (Ligne("-15.00", reference="B"),), ())
    releves_du_jour = [
        camt(un, initial="100.00", numero=0),
        camt(deux, initial="140.00", numero=0),
        camt((*un, *deux), initial="100.00", numero=0),  # le jour entier : rien de neuf
        camt(vide, initial="125.00", numero=0),
        camt((Ligne("1.00", reference="C"),), initial="125.00", numero=8),
        camt((Ligne("2.00", reference="D"),), initial="126.00", numero=8),
    ]
    dits = [importer(caisse, octets).sortie for octets in releves_du_jour]
    assert [d.partition(" ")[0] for d in dits] == ["1", "1", "0", "0", "1", "1"]
    noms = sorted(f.name for f in (caisse.dossier / "releves/2026").iterdir())
    assert len(noms) == 4 and "2026-11-20-6769-008.json" in noms
    assert all("0 nouveau" in importer(caisse, octets).sortie for octets in releves_du_jour)
    assert noms == sorted(f.name for f in (caisse.dossier / "releves/2026").iterdir())
    # Relus, ils se suivent dans l'ordre où ils sont entrés.
    assert set(caisse.j("banque", "liste")["soldes"].values()) == {"128.00"}
    suite = camt((Ligne("3.00"),), initial="128.00", numero=0, jour=date(2026, 11, 21))
    assert "1 nouveau" in importer(caisse, suite).sortie


def test_fin_23_reimporte_ou_chevauchant_rien_n_entre_deux_fois(caisse: Caisse) -> None:
    importer(caisse, camt(LIGNES, initial="100.00"))
    avant = caisse.histoire("rev-parse", "HEAD")
    assert "0 nouveau" in importer(caisse, camt(LIGNES, initial="100.00")).sortie
    assert caisse.histoire("rev-parse", "HEAD") == avant
    suite = (
        *(
            Ligne(x.montant, x.communication, x.libelle, reference=f"C001{n:05}")
            for n, x in enumerate(LIGNES, 1)
        ),
        Ligne("1.00", reference="NEUF"),
    )
    assert "1 nouveau mouvement" in importer(caisse, camt(suite, initial="100.00", numero=2)).sortie
    assert caisse.j("banque", "liste")["soldes"][releves.IBAN] == "124.15"


@given(st.lists(st.tuples(st.sampled_from(["1.00", "2.00"]), st.sampled_from(["A", "B", ""])), max_size=6))
def test_fin_23_chaque_mouvement_a_sa_cle_et_toujours_la_meme(tires: list[tuple[str, str]]) -> None:
    def cles() -> list[str]:
        (lu,) = lecteur_camt.lire(camt([Ligne(m, reference=r or "X") for m, r in tires]))
        return [m.cle for m, _ in regles.numeroter(lu)]

    assert cles() == cles() and len(set(cles())) == len(tires)


# -- rapprocher ------------------------------------------------------------------------


def ouverte(numero: str = "2026-0001", reste: str = "30.25", **plus: str) -> Ouverte:
    return Ouverte(numero, numero, Decimal(reste), plus.pop("communication", OGM), **plus)


def mouvement(montant: str, communication: str = "") -> Mouvement:
    return Mouvement(
        cle="sha256:" + "0" * 64, jour=date(2026, 11, 20), montant=montant, communication=communication
    )


@pytest.mark.parametrize(
    ("montant", "communication", "sur"),
    [
        ("30.25", OGM, True),
        ("10.00", OGM, True),
        ("30.26", OGM, False),
        ("30.25", "", False),
        ("30.25", "202600000293", False),
        ("-30.25", OGM, False),
    ],
)
def test_fin_24_seul_un_paiement_certain_se_rapproche_seul(
    montant: str, communication: str, sur: bool
) -> None:
    assert bool(regles.apparier([mouvement(montant, communication)], {OGM: ouverte()})) is sur


def test_fin_24_le_reste_se_propose_et_dit_pourquoi(caisse: Caisse) -> None:
    for _ in range(3):
        caisse.facture()
    caisse.facture("amina", "salle-rez:3")
    deux = caisse.piece("2026-0002")["communication"]
    lignes = (
        Ligne("30.25", caisse.piece("2026-0001")["communication"]),
        Ligne("40.25", deux),
        Ligne("30.25", libelle=f"facture +++{deux[:3]}/{deux[3:7]}/{deux[7:]}+++"),
        Ligne("10.00", libelle="acompte", nom="menuiserie lambert"),
        Ligne("45.38", libelle="merci"),
        Ligne("7.77", libelle="?"),
    )
    assert "1 rapproché seul" in importer(caisse, coda(lignes)).sortie
    assert caisse.j("facture", "fiche", "2026-0001")["etat"] == "payée, à transmettre"
    vus = caisse.j("banque", "rapprocher")
    assert len(vus) == 5
    pourquoi = [m["propositions"][0]["pourquoi"] if m["propositions"] else "" for m in vus]
    assert sorted(pourquoi) == ["", "libre", "montant", "nom", "trop"]
    trop = next(m for m in vus if m["montant"] == "40.25")
    assert "Trop-perçu : 10,00" in caisse.f("banque", "payer", trop["code"], "2026-0002").sortie
    rien = next(m for m in vus if m["montant"] == "7.77")
    assert "Dons" in caisse.f("banque", "affecter", rien["code"], "--compte", "don").sortie
    assert caisse.f("banque", "affecter", rien["code"], "--compte", "don", code=2).erreurs


def test_fin_24_defaire_est_une_contre_passation(caisse: Caisse) -> None:
    caisse.facture()
    importer(caisse, coda((Ligne("30.25", OGM),)))
    (paye,) = caisse.j("banque", "liste")["mouvements"]
    assert paye["reste"] == "0.00"
    avant = sorted(f.name for f in caisse.dossier.glob("reglements/*/*/*"))
    caisse.f("banque", "defaire", paye["code"])
    apres = sorted(f.name for f in caisse.dossier.glob("reglements/*/*/*"))
    assert set(avant) < set(apres) and len(apres) == 1
    assert list(caisse.dossier.glob("rapprochements/2026/*.json"))
    assert caisse.j("banque", "liste")["mouvements"][0]["reste"] == "30.25"
    assert caisse.j("facture", "fiche", "1")["etat"] == "à transmettre"
    caisse.f("banque", "payer", paye["code"], "1")
    assert caisse.j("facture", "fiche", "1")["etat"] == "payée, à transmettre"


paiements = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([5, 10, 20, 30])), max_size=6)


@given(paiements, st.integers(1, 50), st.randoms(use_true_random=False))
def test_fin_24_apparier_ne_regarde_ni_l_ordre_ni_plus_que_du(
    tires: list[tuple[int, int]], du: int, hasard: Any
) -> None:
    tous = [
        Mouvement(cle=f"sha256:{n}", jour=date(2026, 11, jour), montant=f"{somme}.00", communication=OGM)
        for n, (jour, somme) in enumerate(tires)
    ]
    pris = regles.apparier(tous, {OGM: ouverte(reste=str(du))})
    assert pris == regles.apparier(hasard.sample(tous, len(tous)), {OGM: ouverte(reste=str(du))})
    assert sum(m.somme for m in tous if m.cle in pris) <= du
    ecartes = [m for m in tous if m.cle not in pris]
    assert all(m.somme + sum(x.somme for x in tous if x.cle in pris) > du for m in ecartes)


EPARGNE = "BE62510007547061"
#: Des relevés de deux comptes : (compte, numéro, jour, ce qui paie : la facture et le montant).
tirages = st.lists(
    st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["10.00", "20.25", "30.25", "40.00"])), max_size=3),
    min_size=4,
    max_size=4,
)


@pytest.mark.long
@settings(max_examples=6)
@given(tirages, st.randoms(use_true_random=False))
def test_fin_24_tout_ordre_d_import_des_memes_releves_donne_les_memes_livres(
    facturee: Caisse,
    tmp_path_factory: pytest.TempPathFactory,
    tires: list[list[tuple[int, str]]],
    hasard: Any,
) -> None:
    """Deux comptes, deux relevés chacun, des factures payées deux fois, en trop, en partie."""
    dites = [facturee.piece(str(n))["communication"] for n in (1, 2)]
    piles: dict[str, list[bytes]] = {releves.IBAN: [], EPARGNE: []}
    soldes = dict.fromkeys(piles, Decimal(0))
    for n, paiements in enumerate(tires):
        iban, numero = tuple(piles)[n % 2], n // 2 + 1
        lignes = [Ligne(m, dites[f - 1], reference=f"R{n}{k}") for k, (f, m) in enumerate(paiements)]
        quand = date(2026, 11, 10 + numero * 3 - n % 2)
        piles[iban].append(coda(lignes, initial=str(soldes[iban]), numero=numero, jour=quand, iban=iban))
        soldes[iban] += sum((Decimal(m) for _, m in paiements), Decimal(0))
    # Chaque compte dans son ordre (un relevé manquant se refuse), les deux entremêlés au hasard.
    ordre = [iban for iban in piles for _ in piles[iban]]
    livres = []
    for suite in (ordre, hasard.sample(ordre, len(ordre))):
        racine = tmp_path_factory.mktemp("ordre") / "lieu"
        subprocess.run(["cp", "-a", str(facturee.racine), str(racine)], check=True)
        poste = Caisse(racine)
        restent = {iban: iter(pile) for iban, pile in piles.items()}
        for iban in suite:
            importer(poste, next(restent[iban]))
        livres.append(poste.j("livre"))
    assert livres[0] == livres[1]


@pytest.fixture(scope="module")
def facturee(modele_de_caisse: Path, tmp_path_factory: pytest.TempPathFactory) -> Caisse:
    """Deux factures de 30,25, deux comptes."""
    racine = tmp_path_factory.mktemp("facturee") / "lieu"
    subprocess.run(["cp", "-a", str(modele_de_caisse), str(racine)], check=True)
    caisse = Caisse(racine)
    caisse.f("banque", "compte", EPARGNE, "--nom", "épargne")
    caisse.brouillon(), caisse.brouillon()
    caisse.f("facture", "emettre", "--tout")
    return caisse


def test_fin_24_un_paiement_en_double_se_voit_et_le_plus_ancien_l_emporte(caisse: Caisse) -> None:
    caisse.facture()
    caisse.f("banque", "compte", EPARGNE)
    importer(caisse, coda((Ligne("30.25", OGM),)))
    ici = caisse.j("banque", "liste")["mouvements"][0]["code"]
    double = importer(caisse, coda((Ligne("30.25", OGM),), iban=EPARGNE, jour=date(2026, 11, 19))).sortie
    assert f"{ici} (30,25" in double and "plus ancien" in double
    (reste,) = caisse.j("banque", "rapprocher")
    assert reste["code"] == ici and reste["propositions"][0]["pourquoi"] == "double"
    assert "en double" in caisse.f("banque", "rapprocher").sortie
    caisse.f("banque", "affecter", ici, "--compte", "400000")
    # Ce qu'une main a décidé ne se rejuge plus.
    tard = importer(caisse, coda((Ligne("30.25", OGM),), initial="30.25", numero=2, jour=date(2026, 11, 21)))
    assert "paie plus que ce qui reste dû" in tard.sortie
    assert caisse.j("facture", "fiche", "1")["etat"] == "payée, à transmettre"


def test_rgpd_03_les_libelles_bancaires_restent_au_coffre(caisse: Caisse) -> None:
    don = Ligne("5.00", libelle="don de Zoé Orsted", nom="ZOE ORSTED", compte="BE62510007547061")
    importer(caisse, coda((don,)))
    dans_la_reference = Ligne("6.00", "RF18ZOE ORSTED", reference="RF")
    autre = camt((dans_la_reference,), initial="5.00", numero=2, jour=date(2026, 11, 21))
    importer(caisse, autre)
    vus = caisse.histoire("log", "-p", "--all")
    assert "ZOE" not in vus and "don de" not in vus and don.compte not in vus
    assert "ZOE ORSTED" in caisse.f("banque", "liste").sortie


def test_un_autre_compte_du_lieu(caisse: Caisse) -> None:
    autre = "BE62510007547061"
    assert "n'est pas du lieu" in importer(caisse, coda(LIGNES, iban=autre), code=2).erreurs
    caisse.f("banque", "compte", "BE62 5100 0754 7061", "--nom", "épargne")
    importer(caisse, coda(LIGNES, iban=autre))
    assert caisse.j("banque", "liste")["soldes"] == {releves.IBAN: "0.00", autre: "23.15"}
