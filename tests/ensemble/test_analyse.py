"""Des faits sans nom, une table par genre, plusieurs lieux lus ensemble ; docs/analyse.md dit leur schéma."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from invente import copier
from soutien import MAINTENANT, Lieu, lancer

from tiers_lieu_cli.ensemble.echanges import genres, parquet
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

PAGE = Path(__file__).resolve().parents[2] / "docs/analyse.md"
ICI, FIN = "<!-- engendré : pytest --maj-or -->\n", "<!-- fin -->\n"
ANALYSABLES = [d for d in genres.EXPORTABLES if not genres.est_du_registre(d)]


def tables() -> str:
    """Le schéma de chaque table, tel qu'on l'écrit dans la page."""
    lignes = []
    for dossier in ANALYSABLES:
        structure = GENRES.declare(dossier).rangements[0].structure
        dites = (f"`{c.nom}` {parquet.TYPES[c.sorte]}" for c in parquet.colonnes(structure))
        lignes.append(f"- **{genres.table(dossier)}** : {', '.join(dites)}")
    return "\n".join(lignes) + "\n"


def test_la_page_dit_le_schema(request: pytest.FixtureRequest) -> None:
    avant, _, reste = PAGE.read_text("utf-8").partition(ICI)
    obtenu = f"{avant}{ICI}{tables()}{FIN}{reste.partition(FIN)[2]}"
    if request.config.getoption("--maj-or"):
        PAGE.write_text(obtenu, "utf-8")
    assert PAGE.read_text("utf-8") == obtenu, "docs/analyse.md a changé ; si c'est voulu : pytest --maj-or"


@pytest.fixture(scope="module")
def lieux(tmp_path_factory: pytest.TempPathFactory, la_passerelle: Path) -> Path:
    """Trois lieux, exportés chacun chez soi ; l'un n'a aucune réservation."""
    with pytest.MonkeyPatch.context() as pose:
        pose.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
        return _trois_lieux(tmp_path_factory.mktemp("lieux"), la_passerelle)


def _trois_lieux(dossier: Path, la_passerelle: Path) -> Path:
    (dossier / "lieux").mkdir()
    for nom in ("un", "deux"):
        copier(la_passerelle, dossier / nom)
    assert lancer("init", str(dossier / "trois"), "--nom", "Le Troisième", "--salle", "Cour").code == 0
    deux = Lieu(dossier / "deux")
    reglages = (deux.racine / "lieu.yaml").read_text("utf-8")
    deux.poser("lieu.yaml", re.sub(r"^nom:.*$", "nom: La Deuxième", reglages, flags=re.MULTILINE))
    for nom in ("un", "deux", "trois"):
        Lieu(dossier / nom).faire("exporter", "parquet", str(dossier / "lieux" / nom))
    return dossier


def test_une_question_a_trois_lieux(lieux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Celle de la page, telle quelle."""
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(lieux)
    (requete,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    connues = RESERVATIONS.toutes(ArbreDisque(lieux / "un")).fiches
    tenues = [r for r in connues if r.etat is Etat.CONFIRMEE]
    heures = sum((r.creneau.duree for r in tenues), timedelta()) / timedelta(hours=1)
    rendu = duckdb.sql(requete).fetchall()
    assert tenues and rendu == [
        (lieu, 2026, len(tenues), pytest.approx(heures)) for lieu in ("la-deuxieme", "la-passerelle")
    ]
    salles = "SELECT lieu, count(*) FROM read_parquet('lieux/*/espace-salles/**/*.parquet') GROUP BY ALL"
    assert dict(duckdb.sql(salles).fetchall())["le-troisieme"] == 1


def test_le_schema_ecrit_est_celui_de_la_page(lieux: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(lieux)
    dites = dict(re.findall(r"^- \*\*(.+?)\*\* : (.+)$", PAGE.read_text("utf-8"), re.MULTILINE))
    ecrites = [d for d in map(genres.table, ANALYSABLES) if (lieux / "lieux/un" / d).is_dir()]
    assert len(ecrites) > 20
    for table in ecrites:
        decrite = (
            f"DESCRIBE SELECT * FROM read_parquet('lieux/*/{table}/**/*.parquet', hive_partitioning=true)"
        )
        vues = [(nom, type_) for nom, type_, *_ in duckdb.sql(decrite).fetchall()]
        attendues = re.findall(r"`(\w+)` ([A-Z]+(?:\[\])?)", dites[table])
        assert vues == [("lieu", "VARCHAR"), *attendues, ("annee", "BIGINT")], table


def test_parquet_ne_dit_ni_nom_ni_phrase(lieux: Path) -> None:
    parquet_lu = pytest.importorskip("pyarrow.parquet")
    un = Lieu(lieux / "un")
    gens = un.faire("accueil", "personne", "liste", "--json").json
    phrases = [n["texte"] for n in un.faire("journal", "liste", "--json").json]
    assert gens and phrases
    contenu = "\n".join(
        json.dumps(parquet_lu.ParquetFile(f).read().to_pylist(), default=str, ensure_ascii=False)
        for f in (lieux / "lieux/un").rglob("*.parquet")
    )
    for interdit in (*(p["nom"] for p in gens), *filter(None, (p["telephone"] for p in gens)), *phrases):
        assert interdit not in contenu
    refus = un.faire("exporter", "parquet", str(lieux / "x"), "--avec-noms", code=2).erreurs
    assert "jamais un nom" in refus and not (lieux / "x").exists()


def test_deux_exports_sont_les_memes_octets(lieux: Path) -> None:
    un = Lieu(lieux / "un")
    for forme in ("parquet", "ods", "csv"):
        for rang in ("a", "b"):
            un.faire("exporter", forme, str(lieux / f"{forme}-{rang}"), "--genre", "passages")
        a, b = (
            {f.relative_to(d): f.read_bytes() for f in d.rglob("*") if f.is_file()}
            for d in (lieux / f"{forme}-a", lieux / f"{forme}-b")
        )
        assert a and a == b


def test_le_classeur_s_ouvre(lieux: Path) -> None:
    """Relu par une autre bibliothèque : une feuille par genre, des textes qui ne sont pas des formules."""
    opendocument, table = pytest.importorskip("odf.opendocument"), pytest.importorskip("odf.table")
    un = Lieu(lieux / "un")
    un.poser("stock/objets/piege.yaml", json.dumps({"nom": "=1+1", "lot": 3, "note": "a\nb & <c>"}))
    un.faire("exporter", "ods", str(lieux / "ods"), "--genre", "objets", "--genre", "salles")
    classeur = opendocument.load(str(lieux / "ods/la-passerelle.ods"))
    feuilles = {t.getAttribute("name"): t for t in classeur.spreadsheet.getElementsByType(table.Table)}
    assert set(feuilles) == {"espace-salles", "stock-objets"}
    lignes = feuilles["stock-objets"].getElementsByType(table.TableRow)
    (piege,) = [li for li in lignes if "piege" in str(li)]
    cases = piege.getElementsByType(table.TableCell)
    assert str(cases[1]) == "=1+1" and cases[1].getAttribute("valuetype") == "string"
    assert not any(case.getAttribute("formula") for case in cases)
    assert "3" in [case.getAttribute("value") for case in cases]


def test_sans_pyarrow_le_remede_se_dit(lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    refus = lieu.faire("exporter", "parquet", str(tmp_path / "x"), code=2).erreurs
    assert "tiers-lieu-cli[analyse]" in refus and not (tmp_path / "x").exists()
