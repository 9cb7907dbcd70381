"""Mille maisons réunies : les questions de docs/federation.md, telles quelles, contre un calcul à part."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from federation import agenda, maison
from soutien import MAINTENANT, Lieu, lancer

from tiers_lieu_cli.ensemble.federation.modele import Publiee
from tiers_lieu_cli.ensemble.federation.regles import TABLES, comprendre

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
PAGE = Path(__file__).resolve().parents[2] / "docs/federation.md"
ICI, FIN = "<!-- engendré : pytest --maj-or -->\n", "<!-- fin -->\n"
COMBIEN = 1000
Maisons = dict[str, Publiee]
Lignes = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def mille(tmp_path_factory: pytest.TempPathFactory) -> tuple[Lieu, Maisons]:
    """Mille maisons dont deux bâties par les vraies commandes, réunies par la vraie commande."""
    with pytest.MonkeyPatch.context() as pose:
        pose.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
        dossier = tmp_path_factory.mktemp("mille")
        assert lancer("init", str(dossier / "ici"), "--nom", "Ici").code == 0
        ici = Lieu(dossier / "ici")
        dites = {f"maison-{rang}": msgspec.json.encode(maison(rang)) for rang in range(COMBIEN - 2)}
        dites |= {f"vraie-{n}": batie(dossier / f"vraie-{n}") for n in range(2)}
        (ici.racine / "federation/maisons").mkdir(parents=True)
        for nom, octets in dites.items():
            (dossier / nom / "public").mkdir(parents=True, exist_ok=True)
            (dossier / nom / "public/federation.json").write_bytes(octets)
            fiche = f"nom: {nom}\nsource: {dossier / nom / 'public'}\n"
            (ici.racine / f"federation/maisons/{nom}.yaml").write_text(fiche, "utf-8")
            if nom.startswith("maison-"):
                ics = agenda(int(nom.removeprefix("maison-")))
                (dossier / nom / "public/programme.ics").write_bytes(ics)
        rendu = ici.faire("federation", "lire", "--agendas").sortie
        assert f"{COMBIEN} maisons : {COMBIEN} neuves." in rendu
        assert f"{COMBIEN} agendas : {COMBIEN} neufs." in rendu
        return ici, {nom: comprendre(octets) for nom, octets in dites.items()}


def batie(racine: Path) -> bytes:
    """Ce que publie une maison tenue par les commandes."""
    assert lancer("init", str(racine), "--nom", "Vraie", "--salle", "Cour").code == 0
    vraie = Lieu(racine)
    vraie.faire("lieu", "--commune", "Namur")
    for n in range(8):
        vraie.faire("accueil", "besoin", "creer", f"Rouler {n}", "--theme", "vélo", "--le", "2/10")
    vraie.faire("prog", "evenement", "creer", "Bal", "--quand", "3 octobre 2026 19h-22h", "--salle", "cour")
    vraie.faire("site")
    return (racine / "public/federation.json").read_bytes()


def test_les_vraies_ont_la_forme_des_inventees(mille: tuple[Lieu, Maisons]) -> None:
    """Elles disent quelque chose, et chaque table où elles parlent a les mêmes champs."""
    _, maisons = mille
    vraie, inventee = (msgspec.to_builtins(maisons[nom]) for nom in ("vraie-0", "maison-1"))
    assert vraie.keys() == inventee.keys()
    assert [*vraie["besoins"]] == [{"annee": 2026, "theme": "vélo", "nombre": 10}]
    for nom in ("besoins", "salles"):
        assert vraie[nom] and vraie[nom][0].keys() == inventee[nom][0].keys()


def sans_accent(theme: str) -> str:
    return "".join(x for x in unicodedata.normalize("NFKD", theme) if not unicodedata.combining(x)).lower()


def besoins(maisons: Maisons) -> Lignes:
    sommes: dict[tuple[str, str], tuple[int, set[str]]] = {}
    for nom, p in maisons.items():
        for x in (x for x in p.besoins if x.annee == 2026):
            total, qui = sommes.get(cle := (p.commune, sans_accent(x.theme)), (0, set()))
            sommes[cle] = total + x.nombre, qui | {nom}
    return [(*cle, total, len(qui)) for cle, (total, qui) in sommes.items()]


def sans_offre(maisons: Maisons) -> Lignes:
    voulus: dict[tuple[str, str], int] = defaultdict(int)
    for p in maisons.values():
        for x in (x for x in p.besoins if x.annee == 2026):
            voulus[p.commune, sans_accent(x.theme)] += x.nombre
    offerts = {
        (p.commune, sans_accent(x.theme)) for p in maisons.values() for x in p.offres if x.annee == 2026
    }
    return [(*cle, n) for cle, n in voulus.items() if cle not in offerts]


def salles(maisons: Maisons) -> Lignes:
    par: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for p in maisons.values():
        for x in (x for x in p.salles if x.annee == 2026):
            bornes = ((0, "non dite"), (19, "moins de 20"), (59, "20 à 59"), (10**9, "60 et plus"))
            taille = next(dit for borne, dit in bornes if x.capacite <= borne)
            par[p.commune, taille].append((x.prises, x.ouvertes))
    dites = []
    for cle, usages in par.items():
        prises, ouvertes = (sum(part) for part in zip(*usages, strict=True))
        taux = pytest.approx(100 * prises / ouvertes, abs=0.051)
        dites.append((*cle, len(usages), pytest.approx(prises / 60, abs=0.51), taux))
    return dites


def heures(maisons: Maisons) -> Lignes:
    par: dict[str, Lignes] = defaultdict(list)
    for p in maisons.values():
        par[p.commune] += [(x.minutes, x.benevoles) for x in p.heures if x.annee == 2026]
    return [
        (
            commune,
            pytest.approx(sum(m or 0 for m, _ in dites) / 60, abs=0.51),
            sum(b or 0 for _, b in dites),
            sum(m is None for m, _ in dites),
            len(dites),
        )
        for commune, dites in par.items()
        if dites
    ]


def activites(maisons: Maisons) -> Lignes:
    par: dict[int, dict[str, int]] = defaultdict(dict)
    for nom, p in maisons.items():
        for x in p.activites:
            if date(x.annee, 12, 31) <= p.jusqu_au:
                par[x.annee][nom] = par[x.annee].get(nom, 0) + x.activites
    return [(an, len(dites), sum(dites.values())) for an, dites in par.items()]


def sans_nouvelles(maisons: Maisons) -> Lignes:
    return [
        (nom, p.nom, p.commune, p.jusqu_au, "2026-11-24T08:52")
        for nom, p in maisons.items()
        if p.jusqu_au < date(2026, 7, 31)
    ]


def ce_week_end(maisons: Maisons) -> Lignes:
    """L'agenda inventé, compté à la main : un jour de la semaine par maison, et le bal d'un jour de plus."""
    dites: Lignes = []
    for nom, p in maisons.items():
        if nom.startswith("vraie-"):
            continue
        rang = int(nom.removeprefix("maison-"))
        # Le 5 janvier 2026 et le 23 novembre sont des lundis ; le bal de rang 0 est le 22, un dimanche.
        if rang % 7 >= 5 and rang % 4 == 1:
            samedi = datetime(2026, 11, 28) + timedelta(rang % 7 - 5)
            dites.append((p.commune, samedi.replace(hour=18), f"Atelier {rang}", p.nom, None))
        if rang % 7 == 6:
            dites.append((p.commune, datetime(2026, 11, 28, 20), f"Bal, de {rang}", p.nom, "La cour"))
    return dites


def par_public(maisons: Maisons) -> Lignes:
    par: dict[str, dict[str, int]] = defaultdict(dict)
    for nom, p in maisons.items():
        for x in (x for x in p.activites if x.annee == 2026):
            par[x.public][nom] = x.activites
    return [(public, sum(dites.values()), len(dites)) for public, dites in par.items()]


#: Dans l'ordre de la page.
CALCULS: tuple[Callable[[Maisons], Lignes], ...] = (
    besoins,
    sans_offre,
    salles,
    heures,
    activites,
    sans_nouvelles,
    ce_week_end,
    par_public,
)
REQUETES = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_chaque_question_a_son_calcul() -> None:
    assert len(REQUETES) == len(CALCULS)


@pytest.mark.parametrize(("requete", "calcul"), zip(REQUETES, CALCULS, strict=False))
def test_une_question_de_la_page(
    mille: tuple[Lieu, Maisons],
    monkeypatch: pytest.MonkeyPatch,
    requete: str,
    calcul: Callable[[Maisons], Lignes],
) -> None:
    ici, maisons = mille
    monkeypatch.chdir(ici.racine)
    rendu, attendu = duckdb.sql(requete).fetchall(), calcul(maisons)
    textes = [tuple(x for x in ligne if isinstance(x, str | int | date)) for ligne in attendu]
    assert rendu and len(rendu) == len(attendu) == len(set(textes))

    def clef(ligne: tuple[Any, ...]) -> list[str]:
        return [str(x) for x in ligne if isinstance(x, str | int | date)]

    assert sorted(rendu, key=clef) == sorted(attendu, key=clef)


def test_la_page_dit_les_tables(
    mille: tuple[Lieu, Maisons], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    lignes = [
        f"- **{table}** : {', '.join(f'`{nom}` {sorte}' for nom, sorte in colonnes.items())}\n"
        for table, colonnes in TABLES.items()
    ]
    avant, _, reste = PAGE.read_text("utf-8").partition(ICI)
    obtenu = f"{avant}{ICI}{''.join(lignes)}{FIN}{reste.partition(FIN)[2]}"
    if request.config.getoption("--maj-or"):
        PAGE.write_text(obtenu, "utf-8")
    assert PAGE.read_text("utf-8") == obtenu, "docs/federation.md a changé ; si c'est voulu : pytest --maj-or"
    monkeypatch.chdir(mille[0].racine)
    for table, colonnes in TABLES.items():
        vues = duckdb.sql(f"DESCRIBE SELECT * FROM 'interne/federation/{table}.parquet'").fetchall()
        assert {nom: sorte for nom, sorte, *_ in vues} == colonnes


def test_deux_lectures_donnent_les_memes_octets(mille: tuple[Lieu, Maisons]) -> None:
    ici, _ = mille
    dossier = ici.racine / "interne/federation"
    avant = {f.name: f.read_bytes() for f in dossier.glob("*.parquet")}
    assert f"{COMBIEN} inchangées" in ici.faire("federation", "lire").sortie
    assert f"{COMBIEN} inchangés" in ici.faire("federation", "lire", "--agendas").sortie
    assert {f.name: f.read_bytes() for f in dossier.glob("*.parquet")} == avant and len(avant) == len(TABLES)
