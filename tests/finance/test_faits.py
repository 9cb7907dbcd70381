"""Recevoir des faits : tout ou rien, deux fois comme une, jamais de retouche (FIN-1 à FIN-5)."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from caisses import Caisse, fait, lot_de
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.finance.faits import regles
from tiers_lieu_cli.finance.faits.modele import Fait, Lot
from tiers_lieu_cli.finance.faits.regles import LotRefuse, Motif
from tiers_lieu_cli.finance.tarif import regles as tarifs
from tiers_lieu_cli.finance.tarif.modele import Tarif

AUJOURDHUI = date(2026, 11, 24)


def lire(texte: str) -> Lot:
    return regles.lire(texte.encode(), AUJOURDHUI)


INTERDITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "montant": ({"montant": "12.00"}, {}, "montant"),
    "prix": ({"prix": "12.00"}, {}, "prix"),
    "tva": ({"tva": "21"}, {}, "tva"),
    "eur": ({"eur": "1"}, {}, "eur"),
    "nom": ({"nom": "Amina"}, {}, "nom"),
    "clé du lot": ({}, {"total": "12.00"}, "total"),
    "quantité flottante": ({"quantite": 3.5}, {}, "texte"),
    "quantité à virgule": ({"quantite": "3,5"}, {}, "quantite"),
    "quantité négative": ({"quantite": "-1"}, {}, "quantite"),
    "révision flottante": ({"revision": 1.5}, {}, "entier"),
    "genre inconnu": ({"genre": "bar.verre"}, {}, "bar.verre"),
    "texte libre": ({"objet": "réunion de Zoé"}, {}, "objet"),
    "personne en clair": ({"personne": "amina@exemple.be"}, {}, "personne"),
    "jour hors du lot": ({"jour": "2026-11-20"}, {}, "jour"),
    "autre contrat": ({}, {"contrat": "faits/2"}, "contrat"),
    "fin avant début": ({}, {"du": "2026-11-24"}, "«"),
}


@pytest.mark.parametrize("cas", INTERDITS)
def test_fin_01_un_mot_de_trop_fait_refuser_le_lot_entier(cas: str) -> None:
    du_fait, du_lot, attendu = INTERDITS[cas]
    with pytest.raises(LotRefuse) as refus:
        lire(lot_de(fait(), fait("f-0002", **du_fait), **du_lot))
    assert attendu in str(refus.value)
    assert "Expected" not in str(refus.value)


@pytest.mark.parametrize(
    "octets", [b"", b"[]", b"{", b"\xff\xfe", b'{"contrat":"faits/1"}', b"null", b"[" * 3000]
)
def test_ce_qui_n_est_pas_un_lot_est_refuse_en_francais(octets: bytes) -> None:
    with pytest.raises(LotRefuse):
        regles.lire(octets, AUJOURDHUI)


def test_fin_02_une_empreinte_alteree_un_jour_pas_fini_un_fait_double() -> None:
    for texte, motif in (
        (lot_de(fait(), empreinte="sha256:" + "0" * 64), Motif.EMPREINTE),
        (lot_de(fait()).replace('"3.5"', '"4.5"'), Motif.EMPREINTE),
        (
            lot_de(fait(jour="2026-11-24"), lot="F-2026-11-24", du="2026-11-24", au="2026-11-24"),
            Motif.JOUR_NON_CLOS,
        ),
        (lot_de(fait(), fait()), None),
    ):
        with pytest.raises(LotRefuse) as refus:
            lire(texte)
        assert refus.value.motif is motif


def test_fin_02_le_meme_lot_deux_fois_ne_change_rien(caisse: Caisse) -> None:
    assert caisse.importer(fait()).sortie.startswith("F-2026-11-23 : 1 nouveau")
    avant = caisse.histoire("rev-parse", "HEAD^{tree}")
    assert "0 nouveau" in caisse.importer(fait()).sortie
    assert "0 nouveau" in caisse.importer(fait(), source="git:fedcba9876543210").sortie
    assert caisse.histoire("rev-parse", "HEAD^{tree}") == avant


def test_fin_02_le_meme_fait_autrement_est_refuse_et_rien_n_est_ecrit(caisse: Caisse) -> None:
    caisse.importer(fait())
    avant = caisse.histoire("rev-parse", "HEAD")
    refus = caisse.importer(fait("f-0009"), fait(quantite="4"), code=2)
    assert "empreinte-differente" in refus.erreurs
    caisse.importer(fait(revision=2), revision=2)
    assert "revision-perimee" in caisse.importer(fait("f-0008"), code=2).erreurs
    assert caisse.histoire("rev-parse", "HEAD~1").strip() == avant.strip()


def test_fin_02_les_trous_sont_nommes(caisse: Caisse) -> None:
    caisse.importer(fait(jour="2026-11-19"), lot="F-2026-11-19", du="2026-11-19", au="2026-11-19")
    caisse.importer(lot="F-2026-11-21", du="2026-11-21", au="2026-11-21")
    assert caisse.j("faits", "trous")["jours"] == ["2026-11-20", "2026-11-22", "2026-11-23"]
    assert "vendredi 20 novembre" in caisse.f("faits", "trous").sortie


faits_tires = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(1, 4)), min_size=1, max_size=10, unique=True
)


@given(faits_tires, st.randoms(use_true_random=False))
def test_fin_03_l_ordre_des_lots_ne_change_pas_ce_qui_est_su(
    tires: list[tuple[str, int]], hasard: Any
) -> None:
    lots = [
        lire(lot_de(fait(f"f-000{nom}", revision=revision, quantite=f"{revision}.5"), revision=revision))
        for nom, revision in tires
    ]
    melanges = hasard.sample(lots, len(lots))
    assert regles.memoire(melanges).faits == regles.memoire(lots).faits


def test_fin_03_corrige_avant_facture_il_remplace_apres_il_se_propose(caisse: Caisse) -> None:
    caisse.importer(fait())
    caisse.importer(fait(revision=2, quantite="2"), revision=2)
    facture = caisse.j("facture", "brouillon", "--tiers", "amina", "--depuis-faits")["id"]
    assert caisse.j("facture", "apercu", facture)["lignes"][0]["ligne"]["quantite"] == "2"
    numero = caisse.j("facture", "emettre", facture)["id"]
    octets = (caisse.dossier / f"pieces/2026/000001-{numero}.json").read_bytes()
    assert caisse.j("faits", "corrections") == []
    caisse.importer(fait(revision=3, quantite="1"), revision=3)
    (proposee,) = caisse.j("faits", "corrections")
    assert (proposee["facture"], proposee["ligne"], proposee["devenu"]["quantite"]) == (numero, 1, "1")
    assert (caisse.dossier / f"pieces/2026/000001-{numero}.json").read_bytes() == octets
    caisse.f("note-credit", "creer", numero, "--fait", "f-0001")
    assert caisse.j("faits", "corrections") == []
    refait = caisse.j("facture", "brouillon", "--tiers", "amina", "--depuis-faits")["id"]
    assert caisse.j("facture", "apercu", refait)["lignes"][0]["ligne"]["quantite"] == "1"


def test_fin_03_un_brouillon_dont_un_fait_a_change_ne_part_pas(caisse: Caisse) -> None:
    caisse.importer(fait())
    brouillon = caisse.j("facture", "brouillon", "--depuis-faits")["id"]
    caisse.importer(fait(revision=2, annule=True), revision=2)
    refus = caisse.f("facture", "emettre", brouillon, code=1)
    assert "f-0001" in refus.erreurs and "retirer" in refus.erreurs
    caisse.f("facture", "retirer", brouillon)
    assert "Aucun fait" in caisse.f("facture", "brouillon", "--depuis-faits").sortie


def test_fin_03_une_correction_dit_ce_qui_a_change(caisse: Caisse) -> None:
    """Rien d'autre que ce qui change, et jamais deux fois la même chose."""
    faits = [fait(f"f-000{n}") for n in range(1, 6)]
    caisse.importer(*faits)
    caisse.f("facture", "brouillon", "--depuis-faits")
    caisse.f("facture", "emettre", "--tout")
    change: tuple[dict[str, Any], ...] = (
        {"genre": "espace.annulation"},
        {"quantite": "1"},
        {"annule": True},
        {"payeur": "o-4x1"},
        {"objet": "cour", "jour": "2026-11-22"},
    )
    corriges = [{**f, "revision": 2, **plus} for f, plus in zip(faits, change, strict=True)]
    de_nouveau = {"lot": "F-2026-11-22_2026-11-23", "du": "2026-11-22"}
    assert "5 étaient facturés" in caisse.importer(*corriges, **de_nouveau).sortie
    dits = re.findall("facturé (.+), devenu (.+)", caisse.f("faits", "corrections").sortie)
    assert dits == [
        ("espace.usage", "espace.annulation"),
        ("3,5 heures", "1 heure"),
        ("3,5 heures", "annulé"),
        ("pour Amina Benali", "pour Menuiserie Lambert"),
        ("salle-rez, le 23/11/2026", "cour, le 22/11/2026"),
    ]


def test_ce_qui_se_dit_a_facturer_est_ce_qui_se_facture(caisse: Caisse) -> None:
    """Payé par un carnet, gratuit, sans prix, pour le lieu : rien de cela n'est « à facturer »."""
    sorts = {
        "f-0001": ("à facturer", {}),
        "f-0002": ("à facturer", {"personne": "o-4x1"}),
        "f-0003": ("gratuit", {"objet": "cour"}),
        "f-0004": ("rien à payer", {"genre": "cle.remise", "objet": "cle-a", "unite": "piece"}),
        "f-0005": ("rien à payer", {"genre": "espace.annulation"}),
        "f-0006": ("annulé", {"annule": True}),
        "f-0007": ("pour le lieu", {"genre": "stock.consommation", "personne": None, "objet": "papier"}),
        "f-0008": ("attend un tiers", {"personne": "p-zzzzzz"}),
        "f-0009": ("unité sans prix", {"unite": "jour", "personne": "p-zzzzzz"}),
    }
    caisse.tarif("cour", "0", "heure")
    caisse.importer(*(fait(ident, **plus) for ident, (_, plus) in sorts.items()))
    dite = caisse.f("faits", "liste", "--tout").sortie.splitlines()[1:]
    assert len(dite) == len(sorts)
    for ligne, (attendu, _) in zip(dite, sorts.values(), strict=True):
        assert ligne.rstrip().endswith(attendu), (ligne, attendu)
    poses = caisse.j("facture", "brouillon", "--depuis-faits")["brouillons"]
    cites = [
        cle.partition(":")[0]
        for ident in poses
        for ligne in caisse.j("facture", "apercu", ident)["fiche"]["lignes"]
        for cle in ligne["faits"]
    ]
    assert sorted(cites) == [ident for ident, (attendu, _) in sorts.items() if attendu == "à facturer"]


def test_ce_qu_un_carnet_paie_n_est_pas_a_facturer(caisse: Caisse, monkeypatch: pytest.MonkeyPatch) -> None:
    vente = caisse.j("credit", "vendre", "salle-rez", "9", "--tiers", "amina", "--prix", "90")
    caisse.f("facture", "emettre", vente["brouillon"])
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-26T09:00+01:00")
    un_jour = {"lot": "F-2026-11-25", "du": "2026-11-25", "au": "2026-11-25"}
    caisse.importer(fait("f-0001", quantite="2", jour="2026-11-25"), **un_jour)
    assert "payé par un carnet" in caisse.f("faits", "liste").sortie
    assert "Aucun fait" in caisse.f("facture", "brouillon", "--depuis-faits").sortie


def test_fin_04_un_fait_sans_lien_attend_sans_etre_perdu(caisse: Caisse) -> None:
    caisse.importer(fait(personne="p-zzzzzz"))
    assert caisse.j("faits", "trous")["sans_tiers"] == {"p-zzzzzz": 1}
    assert caisse.j("faits", "liste")[0]["etat"] == "en-attente"
    caisse.f("tiers", "lier", "p-zzzzzz", "lambert")
    assert caisse.j("faits", "liste")[0]["etat"] == "accepte"
    assert caisse.j("facture", "brouillon", "--depuis-faits")["brouillons"]


# -- FIN-5 : les tarifs ------------------------------------------------------------


def tarif(du: str, au: str | None = None, **plus: Any) -> Tarif:
    champs = {
        "code": "salle-rez",
        "libelle": "Salle",
        "unite": "heure",
        "prix": "12.50",
        "regime": "BE-21",
        **plus,
    }
    return Tarif(id=f"x-{du}", du=date.fromisoformat(du), au=date.fromisoformat(au) if au else None, **champs)


@pytest.mark.parametrize(
    ("du", "au", "refuse"),
    [
        ("2025-01-01", "2026-01-01", False),
        ("2025-01-01", "2026-01-02", True),
        ("2026-06-30", None, True),
        ("2026-07-01", None, False),
        ("2026-02-01", "2026-03-01", True),
    ],
)
def test_fin_05_deux_prix_ne_valent_jamais_le_meme_jour(du: str, au: str | None, refuse: bool) -> None:
    ancien = tarif("2026-01-01", "2026-07-01")
    if not refuse:
        tarifs.refuser_le_recouvrement(tarif(du, au), [ancien])
        return
    with pytest.raises(tarifs.TarifRecouvert):
        tarifs.refuser_le_recouvrement(tarif(du, au), [ancien])


def un(**plus: Any) -> Fait:
    return lire(lot_de(fait(**plus))).faits[0]


def test_fin_05_le_prix_est_celui_du_jour_du_fait() -> None:
    ancien, neuf = tarif("2026-01-01", "2026-11-23"), tarif("2026-11-23", prix="14.00")
    assert tarifs.du_fait(un(), [ancien, neuf]) is neuf
    assert tarifs.du_fait(un(unite="jour"), [ancien, neuf]) is None
    du_genre = tarif("2026-01-01", code="espace.usage")
    assert tarifs.du_fait(un(), [du_genre, neuf]) is neuf
    assert tarifs.du_fait(un(objet="cour"), [du_genre, neuf]) is du_genre
    assert tarifs.du_fait(un(genre="espace.annulation"), [neuf]) is None
    expres = tarif("2026-01-01", genre="espace.annulation", prix="5.00")
    assert tarifs.du_fait(un(genre="espace.annulation"), [neuf, expres]) is expres


def test_fin_05_un_trou_de_tarif_nomme_le_fait(caisse: Caisse) -> None:
    caisse.importer(fait("f-sans1", objet="cour"))
    refus = caisse.f("facture", "brouillon", "--depuis-faits", code=1)
    assert "f-sans1" in refus.erreurs and "tl finance tarif creer cour" in refus.erreurs


def test_fin_05_recouvert_a_la_commande_point_et_gratuit(caisse: Caisse) -> None:
    mots = ("tarif", "creer", "salle-rez", "--unite", "heure", "--regime", "BE-21", "--du", "1/6/2026")
    assert "finir" in caisse.f(*mots, "--prix", "13", code=2).erreurs
    caisse.f("tarif", "finir", "salle-rez-heure", "--au", "1/6/2026")
    assert "virgule" in caisse.f(*mots, "--prix", "13.50", code=2).erreurs
    assert (
        "FR-20"
        in caisse.f(*mots[:5], "--regime", "FR-20", "--du", "1/6/2026", "--prix", "13", code=2).erreurs
    )
    caisse.f(*mots, "--prix", "0")
    caisse.importer(fait())
    assert "Aucun fait" in caisse.f("facture", "brouillon", "--depuis-faits").sortie


@pytest.mark.long
def test_dix_mille_faits_entrent_d_un_bloc(caisse: Caisse) -> None:
    faits = [fait(f"f-{n:05}", quantite=f"{n % 9 + 1}.25") for n in range(10_000)]
    assert "10000 nouveaux" in caisse.importer(*faits).sortie
    assert (
        json.loads((caisse.dossier / "faits/2026/F-2026-11-23.r1.json").read_text("utf-8"))["revision"] == 1
    )
