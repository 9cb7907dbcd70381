"""Relevés, écritures, lots de faits : chaque règle pure, et la phrase de chaque refus."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from factures import CORPUS
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from refus import refus as dire_le_refus

from tiers_lieu_cli.finance.banque import regles as banque
from tiers_lieu_cli.finance.banque.modele import Detail, Mouvement, MouvementLu, Releve, ReleveLu
from tiers_lieu_cli.finance.banque.regles import Ouverte, Pourquoi
from tiers_lieu_cli.finance.comptabilite import regles as comptes
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture, Journal, Ligne
from tiers_lieu_cli.finance.faits import regles as faits
from tiers_lieu_cli.finance.faits.modele import Fait, Genre, Lot
from tiers_lieu_cli.finance.montants import ZERO
from tiers_lieu_cli.finance.piece.modele import Serie
from tiers_lieu_cli.finance.plan import Nature, plan

JOUR = date(2026, 11, 20)
IBAN, OGM, AUTRE = "BE71096123456769", "202600000192", "202600000293"
D = Decimal


def refus(appel: Any, *donnes: Any) -> str:
    """Le refus, ses espaces insécables dites simples."""
    return dire_le_refus(appel, *donnes).replace("\u202f", " ").replace("\u00a0", " ")


# -- relevés -------------------------------------------------------------------


def lu(*montants: str, **reste: Any) -> ReleveLu:
    mouvements = tuple(
        MouvementLu(reference="r", jour=JOUR, montant=D(m), communication="c") for m in montants
    )
    final = D(100) + sum(map(D, montants), ZERO)
    donnes = {"iban": IBAN, "numero": 7, "jour": JOUR, "initial": D(100), "final": final, **reste}
    return ReleveLu(mouvements=mouvements, **donnes)


def garde(**reste: Any) -> Releve:
    donnes = {
        "iban": IBAN,
        "numero": 6,
        "jour": date(2026, 11, 19),
        "initial": "0.00",
        "final": "100.00",
        **reste,
    }
    return Releve(mouvements=(), source="s", details="d", **donnes)


def test_chaque_mouvement_a_sa_cle_meme_si_rien_ne_le_distingue() -> None:
    paires = banque.numeroter(lu("5.00", "5", "7.50"))
    cles = [m.cle for m, _ in paires]
    assert len(set(cles)) == 3
    assert all(c.startswith("sha256:") and len(c) == 71 for c in cles)
    assert [m.montant for m, _ in paires] == ["5.00", "5.00", "7.50"]
    assert {(m.jour, m.communication) for m, _ in paires} == {(JOUR, "c")}
    assert [d for _, d in paires] == list(lu("5.00", "5", "7.50").mouvements)
    assert [m.cle for m, _ in banque.numeroter(lu("5.00", "7.5"))] == [cles[0], cles[2]]
    assert not {m.cle for m, _ in banque.numeroter(lu("5.00", iban="BE62510007547061"))} & {*cles}


def test_les_sommes_sont_refaites() -> None:
    banque.exiger_juste(lu("5.00", "-2.50"))
    banque.exiger_juste(lu())
    assert refus(banque.exiger_juste, lu("5.00", final=D(104))) == (
        "Relevé refusé : 100,00 € et 5,00 € de mouvements ne font pas 104,00 € (relevé du 20/11/2026). → "
        "Le fichier est incomplet ou altéré : le redemander à la banque ; rien n'est écrit."
    )


def test_un_releve_suit_le_precedent() -> None:
    banque.exiger_la_suite(lu(initial=D(3)), [], ZERO)
    banque.exiger_la_suite(lu(), [garde(final="1.00"), garde()], ZERO)
    banque.exiger_la_suite(lu(initial=D(90)), [garde()], D(10))
    dit = refus(banque.exiger_la_suite, lu(initial=D(90)), [garde()], ZERO)
    assert dit == (
        "Relevé refusé : il manque le relevé n° 7 de BE71 0961 2345 6769 : le dernier finit à 100,00 €, "
        "celui-ci (n° 7) commence à 90,00 €. → Importer d'abord celui qui manque ; rien n'est écrit."
    )
    sans = refus(banque.exiger_la_suite, lu(initial=D(90), numero=0), [garde(numero=0)], ZERO)
    assert "le relevé qui suit le 19/11/2026 de BE71" in sans
    assert "celui-ci (du 20/11/2026) commence" in sans


# -- rapprocher ----------------------------------------------------------------


def ouverte(ident: str = "2026-0001", reste: str = "30.25", communication: str = OGM, **plus: str) -> Ouverte:
    return Ouverte(ident, ident, D(reste), communication, **plus)


def mouvement(montant: str, communication: str = "", cle: str = "a", jour: date = JOUR) -> Mouvement:
    return Mouvement(cle=cle, jour=jour, montant=montant, communication=communication)


def test_de_deux_paiements_la_date_decide_puis_la_cle() -> None:
    factures = {OGM: ouverte(), "": ouverte("x", "99")}
    tard, tot = mouvement("30.25", OGM, "a"), mouvement("30.25", OGM, "z", date(2026, 11, 1))
    assert banque.apparier([tard, tot], factures) == {"z": factures[OGM]}
    egal = mouvement("30.25", OGM, "b")
    assert list(banque.apparier([egal, tard], factures)) == ["a"]
    deux = [mouvement("10", OGM, "a"), mouvement("20.25", OGM, "b"), mouvement("0.01", OGM, "c")]
    assert set(banque.apparier(deux, factures)) == {"a", "b"}
    assert banque.apparier([mouvement("10"), mouvement("0", OGM), mouvement("-1", OGM)], factures) == {}


@pytest.mark.parametrize(
    ("montant", "communication", "detail", "attendues"),
    [
        ("30.25", OGM, None, [("2026-0001", Pourquoi.DITE)]),
        ("40.00", OGM, None, [("2026-0001", Pourquoi.TROP)]),
        ("30.25", AUTRE, None, [("2026-0002", Pourquoi.DOUBLE), ("2026-0001", Pourquoi.MONTANT)]),
        ("5.00", "", Detail(libelle="fact. +++202/6000/00192+++"), [("2026-0001", Pourquoi.LIBRE)]),
        ("5.00", "", Detail(libelle="encore +++202/6000/00293+++"), [("2026-0002", Pourquoi.DOUBLE)]),
        (
            "5.00",
            "",
            Detail(nom="MENUISERIE  Lambert", compte="BE62510007547061"),
            [("2026-0003", Pourquoi.NOM), ("2026-0004", Pourquoi.COMPTE)],
        ),
        ("12.00", "", None, [("2026-0003", Pourquoi.MONTANT), ("2026-0004", Pourquoi.MONTANT)]),
        ("-30.25", OGM, None, []),
        ("0", OGM, None, []),
        ("7.77", "", Detail(libelle="merci"), []),
    ],
)
def test_ce_qu_un_mouvement_paie_peut_etre(
    montant: str, communication: str, detail: Detail | None, attendues: list[tuple[str, Pourquoi]]
) -> None:
    index = banque.indexer(
        [
            ouverte("2026-0004", "12", "d", compte="BE62510007547061"),
            ouverte("2026-0003", "12", "c", nom="Menuiserie Lambert"),
            ouverte("2026-0002", "0", AUTRE, nom="Menuiserie Lambert", compte="BE62510007547061"),
            ouverte(),
        ]
    )
    trouvees = banque.possibles(mouvement(montant, communication), detail, index)
    assert [(p.facture.id, p.pourquoi) for p in trouvees] == attendues


# -- écritures -----------------------------------------------------------------

BELGE = plan("BE")


def par_compte(ecriture: Ecriture) -> dict[str, Decimal]:
    return {x.compte: x.somme for x in ecriture.lignes}


def test_une_vente_et_son_miroir() -> None:
    for piece, vendeur, _ in CORPUS.values():
        le_plan = plan(vendeur.pays)
        ecriture = comptes.de_la_piece(piece, le_plan)
        vente = structs.replace(piece, serie=Serie.FACTURE)
        credit = structs.replace(piece, serie=next(s for s in Serie if s is not Serie.FACTURE))
        un, autre = (par_compte(comptes.de_la_piece(p, le_plan)) for p in (vente, credit))
        assert un == {compte: ZERO - somme for compte, somme in autre.items()}
        assert un[le_plan.role("clients")] == piece.montant_du
        assert un.get(le_plan.role("tva-due"), ZERO) == -D(piece.total_tva)
        assert (ecriture.jour, ecriture.journal, ecriture.piece) == (
            piece.emise,
            Journal.VENTES,
            piece.numero,
        )
        assert comptes.de_la_piece(vente, le_plan).libelle == f"Facture {piece.numero}"
        assert comptes.de_la_piece(credit, le_plan).libelle == f"Note de crédit {piece.numero}"
        assert all(x.somme for x in ecriture.lignes)


def test_des_heures_vendues_d_avance_sont_une_dette() -> None:
    piece = structs.replace(next(iter(CORPUS.values()))[0], serie=Serie.FACTURE)
    premiere = piece.lignes[0]
    carnet = structs.replace(premiere, ligne=structs.replace(premiere.ligne, tarif="carnet-10h"))
    avance = par_compte(
        comptes.de_la_piece(structs.replace(piece, lignes=(carnet, *piece.lignes[1:])), BELGE)
    )
    sans = par_compte(comptes.de_la_piece(piece, BELGE))
    assert avance[BELGE.role("credits")] == -D(premiere.net)
    assert avance.get(BELGE.role("ventes"), ZERO) == sans[BELGE.role("ventes")] + D(premiere.net)
    assert BELGE.role("credits") not in sans


def test_un_mouvement_de_banque() -> None:
    tout = comptes.de_la_banque(JOUR, "550", D("30.25"), {"400": D("30.25")}, "499", "abcd")
    assert par_compte(tout) == {"550": D("30.25"), "400": D("-30.25")}
    assert (tout.jour, tout.journal, tout.piece, tout.libelle) == (
        JOUR,
        Journal.BANQUE,
        "abcd",
        "Mouvement abcd",
    )
    reste = comptes.de_la_banque(JOUR, "550", D(50), {"400": D(30), "700": ZERO}, "499", "x")
    assert par_compte(reste) == {"550": D(50), "400": D(-30), "499": D(-20)}
    deja = comptes.de_la_banque(JOUR, "550", D(50), {"499": D(30)}, "499", "x")
    assert par_compte(deja) == {"550": D(50), "499": D(-50)}


def test_une_somme_d_un_compte_a_un_autre() -> None:
    une = comptes.simple(JOUR, Journal.CAISSE, "p", "Don", "570", "740", D(20))
    assert une == Ecriture(JOUR, Journal.CAISSE, "p", "Don", (Ligne("570", D(20)), Ligne("740", D(-20))))


NOMS = {
    "100": ("Fonds", Nature.FONDS),
    "550": ("Banque", Nature.ACTIF),
    "440": ("Fournisseurs", Nature.PASSIF),
    "700": ("Ventes", Nature.PRODUIT),
    "610": ("Loyer", Nature.CHARGE),
}


def ecrire(jour: date, *sommes: tuple[str, int]) -> Ecriture:
    return Ecriture(jour, Journal.DIVERS, "p", "x", tuple(Ligne(c, D(s)) for c, s in sommes))


LIVRE = [
    ecrire(date(2025, 6, 1), ("700", -100), ("550", 100)),
    ecrire(date(2025, 12, 31), ("610", 40), ("440", -40)),
    ecrire(date(2026, 1, 1), ("700", -5), ("550", 5)),
]


def test_ce_que_les_ecritures_donnent() -> None:
    sommes = comptes.soldes(LIVRE)
    assert list(sommes.items()) == [("440", -40), ("550", 105), ("610", 40), ("700", -105)]
    assert comptes.resultat(sommes, NOMS) == 65
    lus = {n: [(p.compte, p.nom, p.somme) for p in comptes.postes(sommes, NOMS, n)] for n in Nature}
    assert lus[Nature.ACTIF] == [("550", "Banque", 105)]
    assert lus[Nature.PASSIF] == [("440", "Fournisseurs", 40)]
    assert lus[Nature.PRODUIT] == [("700", "Ventes", 105)]
    assert lus[Nature.CHARGE] == [("610", "Loyer", 40)]
    assert comptes.postes({"550": ZERO}, NOMS, Nature.ACTIF) == []
    deux = comptes.postes({**sommes, "100": D(-3)}, NOMS, Nature.FONDS, Nature.PASSIF)
    assert [(p.compte, p.somme) for p in deux] == [("440", 40), ("100", 3)]


def test_les_a_nouveaux() -> None:
    report = comptes.a_nouveaux(LIVRE, 2026, NOMS, "100")
    assert report is not None
    assert par_compte(report) == {"550": D(100), "440": D(-40), "100": D(-60)}
    assert (report.jour, report.journal) == (date(2026, 1, 1), Journal.A_NOUVEAU)
    assert (report.piece, report.libelle) == ("AN2026", "À-nouveaux 2026")
    assert comptes.a_nouveaux(LIVRE, 2025, NOMS, "100") is None
    avec_fonds = [ecrire(date(2025, 1, 1), ("100", -10), ("550", 10)), *LIVRE]
    suite = comptes.a_nouveaux(avec_fonds, 2026, NOMS, "100")
    assert suite is not None
    assert par_compte(suite)["100"] == -70


# -- lots de faits --------------------------------------------------------------

LUNDI = date(2026, 11, 23)


def fait(ident: str = "f-aaaa", revision: int = 1, quantite: str = "3.5", **reste: Any) -> Fait:
    donnes = {"annule": False, "jour": LUNDI, "genre": Genre.USAGE, "unite": "heure", **reste}
    return Fait(id=ident, revision=revision, quantite=quantite, **donnes)


def lot(*dits: Fait, nom: str = "F-2026-11-23", revision: int = 1, du: date = LUNDI, au: date = LUNDI) -> Lot:
    nu = Lot(
        contrat="faits/1",
        lot=nom,
        du=du,
        au=au,
        revision=revision,
        remplace=None,
        source="git:abcdef0",
        faits=dits,
        empreinte="",
    )
    return structs.replace(nu, empreinte=faits.empreinte_canonique(msgspec.to_builtins(nu)))


def ecrit(un: Lot, **change: Any) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(un), **change})


def test_un_lot_se_lit() -> None:
    un = lot(fait(), fait("f-bbbb"))
    assert faits.lire(ecrit(un), LUNDI + timedelta(days=1)) == un
    assert faits.empreinte_canonique({"b": 1, "a": 2, "empreinte": "x"}) == faits.empreinte_canonique(
        {"a": 2, "b": 1}
    )


REDEMANDER = "Le redemander aux opérations ; rien n'est écrit."


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"{", "Lot refusé : ce n'est pas un lot faits/1"),
        (b"[]", "Lot refusé : il faut des clés et leurs valeurs, et non une liste"),
        (b"\xff", "Lot refusé : ce n'est pas un lot faits/1"),
        (ecrit(lot(), montant=3), "Lot refusé : la clé « montant » n'est pas du contrat faits/1"),
        (ecrit(lot(), revision=None), "Lot refusé : il faut un entier, et non rien (à $.revision)"),
        (
            ecrit(lot(), revision=1.5),
            "Lot refusé : il faut un entier, et non un nombre à virgule (à $.revision)",
        ),
        (ecrit(lot(), source=3), "Lot refusé : il faut un texte, et non un entier (à $.source)"),
        (ecrit(lot(), faits="x"), "Lot refusé : il faut une liste, et non un texte (à $.faits)"),
        (ecrit(lot(), contrat="faits/2"), "Lot refusé : « contrat » est faits/1"),
        (
            ecrit(lot(), source="git:1234567"),
            "Lot refusé (empreinte-differente) : son contenu n'est pas celui que son empreinte annonce",
        ),
        (ecrit(lot(fait(), fait())), "Lot refusé : 1 fait y est deux fois"),
    ],
)
def test_un_lot_refuse_dit_pourquoi(octets: bytes, dit: str) -> None:
    assert refus(faits.lire, octets, LUNDI + timedelta(days=1)) == f"{dit} → {REDEMANDER}"


def test_un_jour_qui_n_est_pas_fini_n_est_pas_clos() -> None:
    assert refus(faits.lire, ecrit(lot()), LUNDI) == (
        "Lot refusé (jour-non-clos) : le 23/11/2026 n'est pas fini, donc pas clos → "
        "Attendre demain, ou demander un lot qui s'arrête hier."
    )


def test_une_cle_qui_manque_et_un_genre_inconnu_se_disent() -> None:
    un = msgspec.to_builtins(lot(fait()))
    sans = {c: v for c, v in un.items() if c != "source"}
    assert "la clé « source » manque →" in refus(faits.lire, msgspec.json.encode(sans), JOUR)
    (seul,) = un["faits"]
    inconnu = {**un, "faits": [{**seul, "genre": "bar.biere"}]}
    dit = refus(faits.lire, msgspec.json.encode(inconnu), JOUR)
    assert "« bar.biere » n'est pas un genre de fait connu (à $.faits[0].genre" in dit


def test_ce_qu_un_lot_apporte() -> None:
    su = faits.memoire([lot(fait(), fait("f-bbbb", 2))])
    recu = faits.recevoir(lot(fait(), fait("f-bbbb", 3, "4"), fait("f-cccc")), su)
    assert ([f.id for f in recu.neufs], [f.id for f in recu.corriges]) == (["f-cccc"], ["f-bbbb"])
    assert recu
    assert not faits.recevoir(lot(fait()), su)
    assert faits.recevoir(lot(fait("f-bbbb", 3)), su)
    change = refus(faits.recevoir, lot(fait(quantite="9")), su)
    assert change.startswith(
        "Lot refusé (empreinte-differente) : le fait f-aaaa, révision 1, n'est plus celui"
    )
    recule = refus(faits.recevoir, lot(fait("f-bbbb", 1)), su)
    assert recule.startswith(
        "Lot refusé (revision-perimee) : le fait f-bbbb recule à la révision 1, la 2 est"
    )
    neuf = faits.memoire([lot(fait(), revision=3)])
    assert refus(faits.recevoir, lot(fait(), revision=2), neuf).startswith(
        "Lot refusé (revision-perimee) : F-2026-11-23 est à la révision 2, et la 3 est déjà reçue"
    )
    faits.recevoir(lot(fait(), revision=3), neuf)
    faits.recevoir(lot(fait(), revision=2, nom="F-2026-11-22_2026-11-23"), neuf)


@given(st.permutations(range(4)))
def test_l_ordre_des_lots_n_y_change_rien(ordre: list[int]) -> None:
    lots = [lot(fait(revision=n, quantite=str(n)), revision=n) for n in range(1, 5)]
    su = faits.memoire(lots[n] for n in ordre)
    assert su.faits["f-aaaa"].revision == 4
    assert su.couverts == {LUNDI}


def test_les_jours_sans_lot() -> None:
    su = faits.memoire([lot(du=date(2026, 11, 20), au=date(2026, 11, 21)), lot()])
    assert faits.trous(su, date(2026, 11, 26)) == [date(2026, 11, n) for n in (22, 24, 25)]
    assert faits.trous(su, date(2026, 11, 22)) == []
    assert faits.trous(faits.memoire([]), LUNDI) == []


def test_un_fait_facture_qui_a_change() -> None:
    avant, meme, autre = fait(), fait("f-bbbb"), fait("f-cccc")
    apres = [fait(revision=2, quantite="4"), fait("f-bbbb", 2)]
    su = faits.memoire([lot(avant, meme, autre), lot(*apres, revision=2)])
    factures = {
        "f-bbbb:1": ("2026-0002", 1),
        "f-aaaa:1": ("2026-0001", 3),
        "f-cccc:1": ("2026-0003", 1),
        "f-dddd:1": ("2026-0004", 1),
        "f-aaaa:9": ("2026-0005", 2),
    }
    assert faits.corrections(su, factures) == [
        faits.Correction("2026-0001", 3, avant, apres[0]),
        faits.Correction("2026-0005", 2, None, apres[0]),
    ]
