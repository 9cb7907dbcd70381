"""Ce que le lieu dit au trésorier : des faits de jours clos, mêmes octets, jamais un nom (FIN-1, FIN-3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble.faits import modele, retour
from tiers_lieu_cli.finance import retour as caisse
from tiers_lieu_cli.finance.faits import modele as recus
from tiers_lieu_cli.finance.faits import regles

CONTRATS = Path(__file__).parents[2] / "docs/contrats"
HIER = ("--le", "23/11/2026")


def clore(lieu: Lieu, *jours: str) -> None:
    """Ce que `tl journal clore` posera."""
    for jour in jours:
        lieu.poser(f"journal/clotures/{jour[:4]}/{jour[5:7]}/{jour}.yaml", "par: p-7k2m9x\n")


def exporter(lieu: Lieu, *mots: str) -> dict[str, Any]:
    return dict(json.loads(lieu.faire("faits", "exporter", *(mots or HIER)).sortie))


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    """Hier : deux réservations, une clé remise, une activité où l'on est venu."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    reserver = ("espace", "reserver", "salle-du-rez")
    lieu.faire(*reserver, "23/11/2026 9h-12h30", "--pour", "@karim", "--objet", "Réunion de Zoé", "--passe")
    lieu.faire(*reserver, "23/11/2026 14h-15h", "--pour", "@karim", "--objet", "Annulée", "--passe")
    lieu.faire("espace", "cle", "creer", "cave", "--nom", "Cave")
    return lieu


def test_seuls_des_jours_clos_sortent(vecu: Lieu) -> None:
    refus = vecu.faire("faits", "exporter", *HIER, code=1)
    assert "lundi 23 novembre" in refus.erreurs and "journal clore 2026-11-23" in refus.erreurs
    clore(vecu, "2026-11-23")
    assert len(exporter(vecu)["faits"]) == 2
    deux = vecu.faire("faits", "exporter", "--du", "22/11/2026", "--au", "23/11/2026", code=1)
    assert "dimanche 22 novembre" in deux.erreurs and "lundi" not in deux.erreurs
    assert vecu.faire("faits", "exporter", "--le", "24/11/2026", code=2).erreurs


def test_fin_01_le_lot_ne_dit_ni_nom_ni_titre_ni_montant(vecu: Lieu) -> None:
    clore(vecu, "2026-11-23")
    texte = vecu.faire("faits", "exporter", *HIER).sortie
    for interdit in ("Karim", "Haddad", "Zoé", "reunion", "Annulée", "€", "montant"):
        assert interdit not in texte
    lot = regles.lire(texte.encode(), recus.date(2026, 11, 24))
    premier = sorted(lot.faits, key=lambda f: f.quantite)[-1]
    assert (premier.objet, premier.quantite, premier.unite) == ("salle-du-rez", "3.5", "heure")
    assert premier.personne and premier.personne.startswith("p-")


def test_le_meme_enregistrement_donne_les_memes_octets(vecu: Lieu, tmp_path: Path) -> None:
    clore(vecu, "2026-11-23")
    premier = vecu.faire("faits", "exporter", *HIER).sortie
    assert vecu.faire("faits", "exporter", *HIER).sortie == premier
    vecu.poser("espace/salles/salle-du-rez.yaml", "nom: Rez\npartage: true\ncapacite: 9\n", enregistre=False)
    assert vecu.faire("faits", "exporter", *HIER).sortie == premier
    vecu.git("checkout", "-q", "--", "espace")
    vecu.faire("journal", "noter", "Autre chose")
    suivant = exporter(vecu)
    assert (
        suivant["faits"] == json.loads(premier)["faits"]
        and suivant["source"] != json.loads(premier)["source"]
    )
    vecu.faire("faits", "exporter", *HIER, "--sortie", str(tmp_path / "f.json"))
    assert json.loads((tmp_path / "f.json").read_bytes()) == suivant


def test_fin_03_ce_qui_est_corrige_monte_de_revision_ce_qui_n_est_plus_est_annule(vecu: Lieu) -> None:
    clore(vecu, "2026-11-23")
    avant = {f["id"]: f for f in exporter(vecu)["faits"]}
    annulee = next(p.stem for p in vecu.racine.glob("espace/reservations/2026/11/*annulee*"))
    otee = next(p for p in vecu.racine.glob("espace/reservations/2026/11/*reunion*"))
    vecu.faire("espace", "annuler", annulee, "--motif", "malade", "--oui")
    un = exporter(vecu)
    (corrige,) = [f for f in un["faits"] if f["genre"] == "espace.annulation"]
    assert corrige["revision"] == avant[corrige["id"]]["revision"] + 1 and un["revision"] > 1
    otee.unlink()
    vecu.git("commit", "-qam", "ôtée à la main")
    deux = exporter(vecu)
    (parti,) = [f for f in deux["faits"] if f["annule"]]
    assert avant[parti["id"]]["quantite"] == parti["quantite"] == "3.5"
    assert parti["revision"] > avant[parti["id"]]["revision"] and deux["revision"] > un["revision"]


def test_un_fait_dit_de_quelle_convention_il_releve(vecu: Lieu) -> None:
    """Liée après coup, déliée, preuve d'un engagement : la révision monte, la caisse l'accepte."""
    clore(vecu, "2026-11-23")
    reunion = next(p.stem for p in vecu.racine.glob("espace/reservations/2026/11/*reunion*"))
    su = regles.memoire([])

    def dire() -> set[str | None]:
        nonlocal su
        lot = regles.lire(json.dumps(exporter(vecu)).encode(), recus.date(2026, 11, 24))
        regles.recevoir(lot, su)
        su = regles.memoire([*su.lots, lot])
        return {fait.convention for fait in lot.faits}

    assert dire() == {None}
    bail = "modele: bail\navec: voisins\ndu: 2026-01-01\nau: 2026-12-31\n"
    vecu.poser("convention/partenaires/voisins.yaml", "nom: Les voisins\nsorte: association\n")
    vecu.poser("convention/conventions/c-7k2m.yaml", f"{bail}porte_sur: [{reunion}]\n")
    assert dire() == {None, "c-7k2m"}
    vecu.poser("convention/conventions/c-7k2m.yaml", bail)
    assert dire() == {None}
    vecu.poser(
        "convention/engagements-en-cours/2026-11-01-salle-zzzz.yaml",
        f"convention: c-7k2m\nde: maison\nquoi: La salle\npromis_le: 2026-11-01\npreuves: [{reunion}]\n",
    )
    assert dire() == {None, "c-7k2m"}


def test_une_date_de_serie_sautee_apres_coup_est_annulee(vecu: Lieu) -> None:
    serie = ("espace", "serie", "creer", "cour", "--regle", "chaque lundi 18h-20h", "--du", "16/11/2026")
    ident = vecu.id(*serie, "--au", "14/12/2026", "--objet", "Chorale", "--pour", "@karim", "--passe")
    clore(vecu, "2026-11-23")
    cour = [f for f in exporter(vecu)["faits"] if f["objet"] == "cour"]
    assert [f["quantite"] for f in cour] == ["2"]
    vecu.faire("espace", "annuler", f"{ident}@2026-11-23", "--motif", "férié", "--oui")
    (apres,) = [f for f in exporter(vecu)["faits"] if f["objet"] == "cour"]
    assert apres["annule"] and apres["id"] == cour[0]["id"] and apres["revision"] == cour[0]["revision"] + 1


def test_cles_presences_et_journees(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    qui = lieu.faire("accueil", "personne", "chercher", "karim", "--json").json[0]["id"]
    mois = "2026/11/2026-11-23"
    lieu.poser("espace/salles/bureaux.yaml", "nom: Bureaux\ncapacite: 9\npartage: true\n")
    lieu.poser(
        f"espace/reservations/{mois}-bureau-aaaa.yaml",
        f"salle: bureaux\nobjet: Travail\npour: {qui}\npersonnes: 2\n"
        "debut: 2026-11-23T09:00\nfin: 2026-11-23T17:00\n",
    )
    lieu.poser(
        f"prog/evenements/{mois}-velo-bbbb.yaml",
        "titre: Vélo\ndebut: 2026-11-23T18:00\nfin: 2026-11-23T20:00\n",
    )
    lieu.poser(
        f"prog/inscriptions/{mois}-velo-bbbb-cccc.yaml",
        f"evenement: 2026-11-23-velo-bbbb\ndemandee: 2026-11-20T10:00:00\n"
        f"personne: {qui}\naccompagne: 1\npresents: 2\n",
    )
    lieu.poser(
        "espace/cles-pretees/2026/03/2026-03-02-cave-dddd.yaml",
        f"cle: cave\ndepuis: 2026-03-02T09:00\na: {qui}\nfin: rendue\nfini_le: 2026-11-23T10:00\n",
    )
    lieu.poser("stock/objets/perceuse.yaml", "nom: Perceuse\n")
    lieu.poser(
        "stock/prets/2026/11/2026-11-21-perceuse-eeee.yaml",
        f"objet: perceuse\na: {qui}\ndebut: 2026-11-21T09:00\nfin: 2026-11-22T18:00\netat: rendu\n"
        "sorti_le: 2026-11-21T09:00\nfini_le: 2026-11-23T10:00\n",
    )
    lieu.poser(
        "stock/prets-en-cours/2026-11-23-perceuse-ffff.yaml",
        f"objet: perceuse\na: {qui}\ndebut: 2026-11-23T11:00\nfin: 2026-11-25T18:00\netat: dehors\n"
        "sorti_le: 2026-11-23T11:00\n",
    )
    lieu.poser(
        f"stock/mouvements/{mois}-cafe-gggg.yaml",
        'article: cafe\nsens: sortie\nquantite: "-0.5"\nunite: paquet\nmoment: 2026-11-23T08:00\n',
    )
    clore(lieu, "2026-11-23")
    vus = {
        (f["genre"], f["objet"], f["quantite"], f["unite"], f["personne"]) for f in exporter(lieu)["faits"]
    }
    assert vus == {
        ("poste.journee", "bureaux", "2", "journee", qui),
        ("prog.inscription", None, "2", "personne", qui),
        ("cle.rendue", "cave", "1", "cle", qui),
        ("materiel.retour", "perceuse", "1", "piece", qui),
        ("materiel.pret", "perceuse", "3", "jour", qui),
        ("stock.consommation", "cafe", "0.5", "paquet", None),
    }


# -- le retour ---------------------------------------------------------------------


def retour_de(**plus: Any) -> str:
    dit: dict[str, Any] = {
        "contrat": "retour/1",
        "lot": "R-2026-11-24",
        "au": "2026-11-24",
        "source": "git:0123456",
        "faits": [
            {"id": "f-0001", "revision": 1, "etat": "accepte", "motif": None},
            {"id": "f-0002", "revision": 1, "etat": "rejete", "motif": "unite-inattendue"},
        ],
        "droits": [{"compte": "p-7k2m9x", "genre": "espace.usage", "etat": "voir-tresorier"}],
        "cautions": [{"convention": "c-012", "etat": "recue"}],
    } | plus
    return json.dumps({"empreinte": modele.empreinte(dit), **dit})


def test_le_retour_du_tresorier_se_recoit_une_fois(lieu: Lieu, tmp_path: Path) -> None:
    fichier = tmp_path / "retour.json"
    fichier.write_text(retour_de(), "utf-8")
    dit = lieu.faire("retour", "importer", str(fichier)).sortie
    assert "1 fait accepté" in dit and "voir" in dit
    avant = lieu.git("rev-parse", "HEAD")
    assert "déjà reçu" in lieu.faire("retour", "importer", str(fichier)).sortie
    assert lieu.git("rev-parse", "HEAD") == avant
    vu = lieu.faire("retour", "voir").sortie
    assert "f-0002 refusé" in vu and "p-7k2m9x : voir le trésorier" in vu
    assert lieu.faire("verifier", code=None).code == 0


MAUVAIS: dict[str, dict[str, Any]] = {
    "montant": {"montant": "12"},
    "prix dans un fait": {
        "faits": [{"id": "f-0001", "revision": 1, "etat": "accepte", "motif": None, "prix": "1"}]
    },
    "motif libre": {"faits": [{"id": "f-0001", "revision": 1, "etat": "rejete", "motif": "elle doit 12 €"}]},
    "état libre": {"droits": [{"compte": "p-7k2m9x", "genre": "espace.usage", "etat": "dette"}]},
    "nom": {"droits": [{"compte": "Karim Haddad", "genre": "espace.usage", "etat": "ouvert"}]},
    "empreinte": {"empreinte": "sha256:" + "0" * 64},
}


@pytest.mark.parametrize("cas", MAUVAIS)
def test_fin_01_un_retour_qui_dirait_plus_est_refuse_en_entier(lieu: Lieu, tmp_path: Path, cas: str) -> None:
    fichier = tmp_path / "retour.json"
    fichier.write_text(retour_de(**MAUVAIS[cas]), "utf-8")
    avant = lieu.signature()
    assert "Retour refusé" in lieu.faire("retour", "importer", str(fichier), code=2).erreurs
    assert lieu.signature() == avant


# -- les contrats publiés ------------------------------------------------------------


def proprietes(schema: dict[str, Any], *chemin: str) -> set[str]:
    for nom in chemin:
        schema = schema["properties"][nom]["items"]
    assert schema["additionalProperties"] is False and set(schema["required"]) == set(schema["properties"])
    return set(schema["properties"])


def test_les_contrats_publies_sont_ceux_qui_sont_lus() -> None:
    faits, reponse = (
        json.loads((CONTRATS / f"{n}.json").read_text("utf-8")) for n in ("faits-1", "retour-1")
    )
    assert proprietes(faits) == set(recus.Lot.__struct_fields__)
    assert proprietes(faits, "faits") == set(recus.Fait.__struct_fields__)
    assert proprietes(reponse) == set(retour.Lot.__struct_fields__)
    for nom, structure in (
        ("faits", retour.FaitRepondu),
        ("droits", retour.Droit),
        ("cautions", retour.Caution),
    ):
        assert proprietes(reponse, nom) == set(structure.__struct_fields__)
    genres = faits["properties"]["faits"]["items"]["properties"]["genre"]["enum"]
    assert set(genres) == set(recus.Genre) >= set(modele.Genre)
    motifs = reponse["properties"]["faits"]["items"]["properties"]["motif"]["enum"]
    assert set(motifs) - {None} == set(retour.Motif) == set(regles.Motif)
    assert caisse.CONTRAT == retour.CONTRAT and recus.CONTRAT == modele.CONTRAT
