"""Un genre de fiches se déclare une fois : son dossier et une ligne de la table suffisent à tout le reste."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from soutien import Lieu
from typer._click.core import Context

import tiers_lieu_cli
from tiers_lieu_cli.ensemble import echeances, schemas
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Poste
from tiers_lieu_cli.noyau.ecran import aide
from tiers_lieu_cli.noyau.fiches.affaires import hors_cours
from tiers_lieu_cli.noyau.fiches.genres import charger
from tiers_lieu_cli.noyau.liens import Sorte

_LIGNE = {"bidon/boites": "bidon.modele:BOITES"}
_MODELE = """
from datetime import date
from typing import Annotated

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import SalleCitee, Sujet, cite

BoiteCitee = Annotated[str, cite("une boîte", "bidon/boites")]


class Boite(Fiche, frozen=True):
    nom: str
    salle: SalleCitee = ""
    a: Sujet = ""
    dans: BoiteCitee = ""
    vider: date | None = None
    perdue: bool = False


BOITES = Collection(
    Genre(
        "boîte",
        "bidon/boites",
        feminin=True,
        sert=lambda boite: not boite.perdue,
        plutot="tl bidon perdue {id}",
        usage=Usage("Ranger les affaires de chacun", Base.CONTRAT, "un an"),
        verifier="bidon.fiches:verifier",
        a_faire="bidon.fiches:a_faire",
    ),
    Boite,
)
"""
_FICHES = """
from tiers_lieu_cli.bidon.modele import BOITES
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def verifier(fonds):
    for boite in fonds.toutes(BOITES):
        if boite.dans == boite.id:
            yield fonds.constat(BOITES, boite.id, "dans", "boucle", "se contient", "La sortir.")


def a_faire(arbre, jour):
    for boite in BOITES.toutes(arbre).fiches:
        if boite.vider and boite.vider <= jour:
            yield Echeance(boite.vider, f"vider {boite.nom}", f"tl bidon vider {boite.id}")
"""
_COMMANDES = '''
from typing import Annotated

import typer

from tiers_lieu_cli.bidon.modele import BoiteCitee
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application

app = Application("Les boîtes.")


@app.lit("perdue")
def perdue(
    c,
    boite: Annotated[BoiteCitee, typer.Argument()],
    aussi: Annotated[list[BoiteCitee] | None, typer.Option("--aussi")] = None,
    qui: Annotated[PersonneCitee, typer.Option("--qui")] = "",
):
    """Perdre une boîte."""
'''


@pytest.fixture
def paquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Le dossier d'un genre inventé, que rien n'annonce encore."""
    dossier = tmp_path / "paquets" / "bidon"
    dossier.mkdir(parents=True)
    for nom, texte in {"__init__": "", "modele": _MODELE, "fiches": _FICHES, "commandes": _COMMANDES}.items():
        (dossier / f"{nom}.py").write_text(texte)
    monkeypatch.setattr(tiers_lieu_cli, "__path__", [*tiers_lieu_cli.__path__, str(dossier.parent)])
    importlib.invalidate_caches()
    yield
    for module in [nom for nom in sys.modules if nom.startswith("tiers_lieu_cli.bidon")]:
        del sys.modules[module]


@pytest.fixture
def annonce(paquet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sa ligne dans la table."""
    monkeypatch.setattr(GENRES, "_table", {**GENRES._table, **_LIGNE})
    monkeypatch.setattr(GENRES, "_declares", {})
    monkeypatch.setattr(GENRES, "_collections", {})


@pytest.fixture
def garni(lieu: Lieu) -> Lieu:
    """Deux boîtes, dont l'une est dans l'autre, à quelqu'un, et à vider."""
    qui = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser("bidon/boites/malle.yaml", "nom: La malle\nsalle: cour\n")
    lieu.poser("bidon/boites/coffret.yaml", f"nom: Le coffret\na: {qui}\ndans: malle\nvider: 2026-11-20\n")
    return lieu


def test_sans_sa_ligne_un_genre_n_est_rien(garni: Lieu, paquet: None) -> None:
    assert "l'outil ne le connaît pas" in garni.faire("verifier", code=1).sortie
    assert "vider" not in garni.faire("aujourdhui", "--tout").sortie
    assert "boîte" not in garni.faire("accueil", "personne", "fiche", "@karim").sortie
    (garni.racine / "bidon/boites/malle.yaml").unlink()
    garni.faire("enregistrer")


@pytest.mark.usefixtures("annonce")
class TestAnnonce:
    """Avec elle, tout en découle."""

    def test_sa_place_et_ses_verifications(self, garni: Lieu) -> None:
        assert "Tout est en ordre" in garni.faire("verifier").sortie
        garni.poser("bidon/boites/noeud.yaml", "nom: Le nœud\ndans: noeud\nsalle: cav\n")
        vu = garni.faire("verifier", code=1).sortie
        assert "se contient" in vu
        assert "« cav » n'est pas une salle" in vu
        assert "bidon-boites.json" in schemas.schemas()

    def test_ce_qu_il_attend_aujourd_hui(self, garni: Lieu) -> None:
        assert "tl bidon vider coffret" in garni.faire("aujourdhui", "--tout").sortie

    def test_ce_que_tab_en_propose(self, garni: Lieu) -> None:
        garni.poser("bidon/boites/egaree.yaml", "nom: L'égarée\nperdue: true\n")
        app = importlib.import_module("tiers_lieu_cli.bidon.commandes").app
        groupe = aide.batir(app)
        ctx = Context(groupe, obj=Poste(dossier=garni.racine, genres=GENRES))
        commande = groupe.get_command(ctx, "perdue")  # type: ignore[attr-defined]
        params = {p.name: p for p in commande.params}
        dits = {
            nom: [(str(x.value), x.help) for x in params[nom].shell_complete(ctx, "")]
            for nom in ("boite", "aussi", "qui")
        }
        boites = [("coffret", "Le coffret · Karim"), ("malle", "La malle")]
        assert dits == {"boite": boites, "aussi": boites, "qui": [("@Karim", "Karim Haddad")]}
        assert params["qui"].metavar == "@QUI"

    def test_qui_s_en_sert_et_ce_qu_on_refuse_d_oter(self, garni: Lieu) -> None:
        assert "S'en servent : 1 boîte (coffret)" in garni.faire("historique", "malle").sortie
        avant = garni.signature()
        (garni.racine / "bidon/boites/malle.yaml").unlink()
        refus = garni.faire("enregistrer", code=1).erreurs
        assert "« malle » sert encore : 1 boîte (coffret)" in refus
        assert "tl bidon perdue malle" in refus
        garni.git("checkout", "-q", "bidon")
        (garni.racine / "espace/salles/cour.yaml").unlink()
        assert "1 boîte (malle)" in garni.faire("enregistrer", code=1).erreurs
        garni.git("checkout", "-q", "espace")
        assert garni.signature() == avant
        # Ôtées ensemble, elles ne manquent à personne.
        (garni.racine / "bidon/boites/malle.yaml").unlink()
        (garni.racine / "bidon/boites/coffret.yaml").unlink()
        assert "Boîte « La malle » : retirée" in garni.faire("enregistrer", "--essai", "--oui").sortie
        garni.faire("enregistrer")

    def test_ce_qu_il_sait_des_gens(self, garni: Lieu, tmp_path: Path) -> None:
        assert "Dans l'archive : 1 boîte" in garni.faire("accueil", "personne", "fiche", "@karim").sortie
        garni.faire("donnees", "exporter", "@karim", "--vers", str(tmp_path / "karim"))
        assert "Le coffret" in (tmp_path / "karim/donnees.md").read_text()
        traitements = garni.faire("donnees", "registre-traitements").sortie
        assert "Ranger les affaires de chacun" in traitements
        assert "un an" in traitements
        assert "1 boîte" in garni.faire("donnees", "effacer", "@karim", "--essai").sortie


# -- la table elle-même -------------------------------------------------------


@pytest.mark.parametrize("dossier", GENRES._table)
def test_chaque_ligne_mene_a_sa_declaration(dossier: str) -> None:
    """Ce qu'elle nomme existe ; ce qui cite quelqu'un dit pourquoi et de quel droit."""
    genre = GENRES.declare(dossier).genre
    assert genre.dossier == dossier
    for ou in filter(
        None, (genre.verifier, genre.a_faire, genre.a_faire_du_lieu, genre.dates, genre.proposer)
    ):
        assert callable(charger(ou)), ou
    structure = GENRES.declare(dossier).rangements[0].structure
    gens = {Sorte.PERSONNE, Sorte.BENEFICIAIRE, Sorte.PROSE}
    cite_quelqu_un = any(cite.sorte in gens for cite in liens.declarees(structure))
    assert genre.usage or not cite_quelqu_un or "/" not in dossier


@pytest.mark.parametrize("dossier", sorted(GENRES._table))
def test_tout_ce_qu_on_cite_a_sa_place(dossier: str) -> None:
    """Un lien déclaré mène à des genres de la table."""
    for cite in liens.declarees(GENRES.declare(dossier).rangements[0].structure):
        assert all(GENRES.collection(vise) for vise in cite.dossiers), cite


#: Ce qui nomme, règle ou explique ce qu'un autre attend ; seul, il n'attend rien.
_N_ATTENDENT_RIEN = {
    *(
        "espace/salles",
        "espace/periodes",
        "convention/partenaires",
        "prog/formations",
        "regles/documents.yaml",
    ),
}


class _Espion:
    """Un arbre vide, qui retient ce qu'on y cherche."""

    def __init__(self) -> None:
        self.cherches: set[str] = set()

    def noms(self, dossier: str) -> list[str]:
        self.cherches.add(dossier)
        return []

    def lire(self, chemin: str) -> None:
        self.cherches.add(chemin)


@pytest.mark.parametrize("dossier", [d.genre.dossier for d in GENRES if d.genre.a_faire])
def test_ce_qu_un_genre_attend_ne_tient_qu_a_lui_ou_a_ceux_qu_on_dit(dossier: str) -> None:
    """Sans quoi `tl aujourdhui` ne le chargerait pas dans un lieu qui n'a que les autres."""
    espion = _Espion()
    for _ in charger(GENRES.declare(dossier).genre.a_faire)(espion, date(2026, 11, 24)):
        pass
    vus = {hors_cours("/".join(chemin.split("/")[:2])) for chemin in espion.cherches}
    assert vus - _N_ATTENDENT_RIEN <= {dossier, *echeances.AUSSI.get(dossier, ())}
