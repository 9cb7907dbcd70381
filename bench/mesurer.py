"""Mesurer l'outil : chaque ligne est un rapport à T = `python -c "import typer"`, dans la même série.

usage: mesurer.py [--rapide]

Les lieux d'essai (500 et 50 000 fiches) et khal sont gardés sous .cache/.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from engendrer import (
    AUJOURDHUI,
    conventions,
    engendrer,
    importer,
    mouvements,
    ouvrir,
    personnes,
    registre,
    series,
)

RACINE = Path(__file__).resolve().parents[1]
CACHE = RACINE / ".cache/bench"
BIN = Path(sys.executable).parent
TL = str(BIN / "tl")
ENV = {**os.environ, "TIERS_LIEU_MAINTENANT": "2026-11-24T08:52+01:00", "LC_ALL": "C.UTF-8"}
T = [sys.executable, "-c", "import typer"]
TOURS = 4 if "--rapide" in sys.argv else 9


def chronometrer(mots: list[str], dossier: Path, env: dict[str, str] | None = None) -> tuple[float, float]:
    """(secondes, Mio au plus haut) d'un processus entier."""
    debut = time.perf_counter()
    processus = subprocess.Popen(
        mots, cwd=dossier, env={**ENV, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, etat, usage = os.wait4(processus.pid, 0)
    processus.returncode = os.waitstatus_to_exitcode(etat)
    duree = time.perf_counter() - debut
    if processus.returncode:
        sys.exit(f"{' '.join(mots)} : code {processus.returncode}")
    return duree, usage.ru_maxrss / 1024


def medianes(
    essais: dict[str, tuple[list[str], Path, dict[str, str]]], tours: int = TOURS
) -> dict[str, float]:
    """Les commandes tour à tour, pour que toutes voient la même machine ; un tour pour rien d'abord.

    « {tour} » dans une commande y devient le numéro du tour : une salle ne se réserve pas deux fois.
    """
    temps: dict[str, list[float]] = {nom: [] for nom in essais}
    for tour in range(tours + 1):
        for nom, (mots, dossier, env) in essais.items():
            duree, _ = chronometrer([mot.replace("{tour}", f"{tour + 1:02}") for mot in mots], dossier, env)
            if tour:
                temps[nom].append(duree)
    return {nom: statistics.median(vus) for nom, vus in temps.items()}


def ligne(nom: str, mesure: str, budget: str, tenu: bool) -> None:
    print(f"{nom:<58} {mesure:>22}   {budget:<22} {'oui' if tenu else 'NON'}", flush=True)


def lieu(nombre: int) -> Path:
    return garder(f"lieu-{nombre}", lambda racine: engendrer(racine, nombre))


def garder(nom: str, batir: Callable[[Path], None]) -> Path:
    """Un lieu d'essai, bâti une fois ; rejoué, il est rendu à son premier état."""
    racine = CACHE / nom
    if not (racine / "lieu.yaml").exists():
        shutil.rmtree(racine, ignore_errors=True)
        batir(racine)
        subprocess.run(["git", "-C", str(racine), "tag", "neuf"], check=True)
    else:
        for mots in (["reset", "--quiet", "--hard", "neuf"], ["clean", "-fdq", "-e", "registre"]):
            subprocess.run(["git", "-C", str(racine), *mots], check=True)
    return racine


def lieu_de_gens(racine: Path) -> None:
    """Dix mille personnes, et cinq mille besoins et offres."""
    ouvrir(racine)
    gens = personnes(10_000)
    importer(racine / "registre", iter([(AUJOURDHUI, registre(gens))]))


def lieu_de_series(racine: Path) -> None:
    ouvrir(racine)
    importer(racine, iter([(AUJOURDHUI, series(300))]))


def lieu_de_stock(racine: Path) -> None:
    ouvrir(racine)
    gens = personnes(3)
    importer(racine, iter([(AUJOURDHUI, mouvements(50_000))]))
    importer(racine / "registre", iter([(AUJOURDHUI, registre(gens))]))


def lieu_de_conventions(racine: Path) -> None:
    ouvrir(racine)
    importer(racine, iter([(AUJOURDHUI, conventions(2_000))]))


def commandes(petit: Path, grand: Path) -> None:
    gens, series = garder("gens-10000", lieu_de_gens), garder("series-300", lieu_de_series)
    stock, liees = garder("stock-50000", lieu_de_stock), garder("conventions-2000", lieu_de_conventions)
    completer = {
        "_TL_COMPLETE": "complete_bash",
        "COMP_WORDS": "tl prog evenement fiche 2026-11-2",
        "COMP_CWORD": "4",
    }
    fenetres = {
        "prog semaine": ["prog", "semaine"],
        "espace jour": ["espace", "jour"],
        "aujourdhui": ["aujourdhui"],
    }
    seules = {
        "complétion d'une valeur (50 000 fiches)": (grand, 1.5, []),
        "tl --help": (grand, 2.5, ["--help"]),
        "journal noter, enregistrement compris (50 000 fiches)": (
            grand,
            3.0,
            ["journal", "noter", "Livraison de bois #atelier"],
        ),
        "journal noter, 10 000 personnes au registre": (
            gens,
            3.0,
            ["journal", "noter", "Livraison de bois #atelier"],
        ),
        "chercher (50 000 fiches)": (grand, 4.5, ["chercher", "four", "chauffe"]),
        "prog evenement creer (50 000 fiches)": (
            grand,
            3.0,
            ["prog", "evenement", "creer", "Fête", "--quand", "2027-02-{tour} 9h-10h"],
        ),
        "espace reserver (50 000 fiches)": (
            grand,
            3.0,
            ["espace", "reserver", "cour", "2027-02-{tour} 14h-16h", "--objet", "Fête"],
        ),
        "journal passation (50 000 fiches)": (grand, 3.0, ["journal", "passation", "--note", "Tout va"]),
        "accueil passage (50 000 fiches)": (grand, 3.0, ["accueil", "passage", "riverains", "3"]),
        "espace serie creer, 52 dates (50 000 fiches)": (
            grand,
            4.0,
            [
                *("espace", "serie", "creer", "cuisine", "--objet", "Cours", "--du", "2027-01-01"),
                *("--regle", "chaque mardi {tour}h-{tour}h30", "--au", "2027-12-31"),
            ],
        ),
        "donnees conserver (50 000 fiches)": (grand, 3.0, ["donnees", "conserver"]),
        "donnees registre-traitements (50 000 fiches)": (grand, 3.0, ["donnees", "registre-traitements"]),
        "historique MOT (50 000 fiches)": (grand, 3.0, ["historique", "four"]),
        "accueil reseau (50 000 fiches)": (grand, 3.0, ["accueil", "reseau"]),
        "espace libre, 30 salles × 14 jours": (
            grand,
            2.5,
            ["espace", "libre", "--quand", "du 1/12 au 14/12", "--pour-combien", "12"],
        ),
        "accueil personne chercher, 10 000 personnes": (
            gens,
            2.5,
            ["accueil", "personne", "chercher", "karime dhondt"],
        ),
        "stock niveau, 50 000 mouvements": (stock, 2.0, ["stock", "niveau"]),
        "stock niveau ARTICLE, 50 000 mouvements": (stock, 2.0, ["stock", "niveau", "article-07"]),
        "stock preter (50 000 mouvements)": (
            stock,
            3.0,
            ["stock", "preter", "outil-{tour}", "@" + personnes(1)[0], "--jusqua", "lundi"],
        ),
        "convention echeances, 2 000 conventions": (liees, 2.0, ["convention", "echeances"]),
        "prog semaine, 300 séries": (series, 2.0, ["prog", "semaine"]),
    }
    essais = {"T": (T, grand, {})}
    for nom, mots in fenetres.items():
        essais |= {f"{nom} 500": ([TL, *mots], petit, {}), f"{nom} 50k": ([TL, *mots], grand, {})}
    for nom, (racine, _, mots) in seules.items():
        essais[nom] = ([TL, *mots], racine, {} if mots else completer)
    m = medianes(essais)
    t = m["T"]
    print(f"T = {t * 1000:.0f} ms\n")
    for nom, (_, budget, _) in seules.items():
        ligne(nom, f"{m[nom] / t:.2f} T", f"≤ {budget} T", m[nom] / t <= budget)
    for nom in fenetres:
        ligne(f"{nom} (50 000 fiches)", f"{m[f'{nom} 50k'] / t:.2f} T", "≤ 2 T", m[f"{nom} 50k"] / t <= 2)
        rapport = m[f"{nom} 50k"] / m[f"{nom} 500"]
        ligne(f"{nom} : 50 000 fiches contre 500", f"× {rapport:.2f}", "≤ × 1,3", rapport <= 1.3)


def agenda_de(nombre: int) -> list[tuple[str, datetime, datetime, str]]:
    debut = datetime(2026, 11, 24, 8) - timedelta(days=nombre // 12)
    return [
        (f"e{n}@x", debut + timedelta(hours=2 * n), debut + timedelta(hours=2 * n + 1), f"Atelier {n}")
        for n in range(nombre)
    ]


def contre_khal(nombre: int = 5000) -> None:
    """La même semaine, 5 000 événements : notre dossier, et un dossier de 5 000 .ics pour khal."""
    khal = CACHE / "khal/bin/khal"
    if not khal.exists():
        subprocess.run([sys.executable, "-m", "venv", str(CACHE / "khal")], check=True)
        pip = [str(CACHE / "khal/bin/python"), "-m", "pip", "install", "--quiet", "khal==0.14.1"]
        subprocess.run(pip, check=True)
    maison = CACHE / "maison-khal"
    agenda = maison / "agenda"
    if not agenda.exists():
        agenda.mkdir(parents=True)
        for uid, debut, fin, titre in agenda_de(nombre):
            (agenda / f"{uid}.ics").write_text(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n"
                f"UID:{uid}\r\nSUMMARY:{titre}\r\nDTSTAMP:20261124T000000Z\r\n"
                f"DTSTART;TZID=Europe/Brussels:{debut:%Y%m%dT%H%M%S}\r\n"
                f"DTEND;TZID=Europe/Brussels:{fin:%Y%m%dT%H%M%S}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            )
    base = maison / "khal.db"
    (maison / "config").write_text(
        f"[calendars]\n[[lieu]]\npath = {agenda}\n[locale]\nlocal_timezone = Europe/Brussels\n"
        "default_timezone = Europe/Brussels\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
        f"longdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = {base}\n"
    )
    liste = [str(khal), "-c", str(maison / "config"), "list", "2026-11-23", "7d"]
    env = {"HOME": str(maison)}
    base.unlink(missing_ok=True)
    froid, _ = chronometrer(liste, maison, env)
    m = medianes(
        {"khal": (liste, maison, env), "nous": ([TL, "prog", "semaine"], lieu_d_evenements(nombre), {})},
        max(3, TOURS // 2),
    )
    chaud, a_froid = m["khal"] / m["nous"], froid / m["nous"]
    ligne(
        f"prog semaine contre khal, cache chaud ({nombre} événements)",
        f"{chaud:.1f} × plus rapide",
        "≥ 2 ×",
        chaud >= 2,
    )
    ligne(
        f"prog semaine contre khal, à froid ({nombre} événements)",
        f"{a_froid:.0f} × plus rapide",
        "≥ 30 ×",
        a_froid >= 30,
    )


def lieu_d_evenements(nombre: int) -> Path:
    """Un lieu qui n'a que ces événements."""

    def batir(racine: Path) -> None:
        ouvrir(racine)
        contenus = {}
        for uid, debut, fin, titre in agenda_de(nombre):
            ident = f"{debut:%Y-%m-%d}-atelier-{uid.split('@')[0]}"
            contenus[f"prog/evenements/{debut:%Y/%m}/{ident}.yaml"] = (
                f"titre: {titre}\ndebut: {debut:%Y-%m-%dT%H:%M}\nfin: {fin:%Y-%m-%dT%H:%M}\n"
                "publics:\n  - riverains\n"
                "description: On vient comme on est, apporter son vélo et ses outils.\n"
            )
        importer(racine, iter([(AUJOURDHUI, contenus)]))

    return garder(f"evenements-{nombre}", batir)


_NU = """
import sys
from datetime import datetime, UTC
from zoneinfo import ZoneInfo
from icalendar import Calendar, Event
sys.path.insert(0, sys.argv[1])
from mesurer import agenda_de
agenda = Calendar()
zone, vu = ZoneInfo("Europe/Brussels"), datetime(2026, 11, 24, tzinfo=UTC)
for uid, debut, fin, titre in agenda_de(10000):
    agenda.add_component(Event.new(uid=uid, stamp=vu, summary=titre, start=debut.replace(tzinfo=zone),
        end=fin.replace(tzinfo=zone), created=vu, last_modified=vu, sequence=0, status="CONFIRMED",
        description="On vient comme on est, apporter son vélo et ses outils.", categories=["riverains"]))
sys.stdout.buffer.write(agenda.to_ical())
"""


def flux() -> None:
    racine = lieu_d_evenements(10_000)
    nu = [sys.executable, "-c", _NU, str(Path(__file__).parent)]
    notre = [TL, "prog", "ical", "--sortie", str(CACHE / "flux.ics")]
    temps: dict[str, list[float]] = {"nu": [], "nous": []}
    memoire = 0.0
    for _ in range(max(2, TOURS // 3)):
        temps["nu"].append(chronometrer(nu, racine)[0])
        duree, mio = chronometrer(notre, racine)
        temps["nous"].append(duree)
        memoire = max(memoire, mio)
    rapport = statistics.median(temps["nous"]) / statistics.median(temps["nu"])
    ligne("flux de 10 000 événements contre icalendar nu", f"× {rapport:.2f}", "≤ × 1,2", rapport <= 1.2)
    ligne("flux de 10 000 événements, mémoire", f"{memoire:.0f} Mio", "≤ 150 Mio", memoire <= 150)


_BOUCLE = """
import os, sys
import yaml_rs
for dossier, sous, noms in os.walk(sys.argv[1]):
    sous[:] = [nom for nom in sous if nom not in (".git", "registre", "public")]
    for nom in noms:
        with open(dossier + "/" + nom, "rb") as fichier:
            octets = fichier.read()
        if nom.endswith(".md") and octets.startswith(b"---"):
            octets = octets.split(b"---\\n")[1]
        elif not nom.endswith(".yaml"):
            continue
        yaml_rs.loads(octets.decode(), parse_datetime=False)
"""


def site(grand: Path) -> None:
    """Le site de 5 000 événements, de rien puis après un changement ; publier à 50 000 fiches."""
    racine = CACHE / "site-5000"
    shutil.rmtree(racine, ignore_errors=True)
    shutil.copytree(lieu_d_evenements(5000), racine, symlinks=True)
    batir, publier = [TL, "site", "--sortie", str(CACHE / "le-site")], [TL, "prog", "publier"]
    shutil.rmtree(CACHE / "le-site", ignore_errors=True)
    de_rien, _ = chronometrer(batir, racine)
    creer = [TL, "prog", "evenement", "creer", "Bal", "--quand", "vendredi 20h-22h"]
    chronometrer(creer, racine)
    ensuite, _ = chronometrer(batir, racine)
    ligne("site de 5 000 événements, de rien", f"{de_rien:.1f} s", "≤ 25 s", de_rien <= 25)
    ligne("site de 5 000 événements, un changement", f"{ensuite:.1f} s", "≤ 2 s", ensuite <= 2)
    pages = CACHE / "le-site"
    habit = ("index.html", "site.css", "polices/atkinson-latin-400.woff2", "polices/atkinson-latin-700.woff2")
    poids = sum((pages / f).stat().st_size for f in habit) / 1000
    ligne("page d'accueil, avec son habit et ses lettres", f"{poids:.0f} ko", "≤ 60 ko", poids <= 60)
    bloquent = (pages / "index.html").read_text("utf-8").count('rel="stylesheet"')
    ligne("ce qui retient l'affichage de l'accueil", f"{bloquent} feuille de style", "1", bloquent == 1)
    chronometrer(publier, grand)
    m = medianes({"T": (T, grand, {}), "rien": (publier, grand, {})})
    ligne(
        "prog publier, sans changement (50 000 fiches)",
        f"{m['rien'] / m['T']:.2f} T",
        "≤ 3 T",
        m["rien"] / m["T"] <= 3,
    )


def verification(grand: Path) -> None:
    """Tout relire, contre une boucle nue ; puis ne relire qu'un changement, fait avant chaque mesure."""
    nue, tout = [sys.executable, "-c", _BOUCLE, str(grand)], [TL, "verifier", "--tout"]
    temps: dict[str, list[float]] = {"nue": [], "tout": [], "T": [], "un": []}
    for tour in range(max(3, TOURS // 2) + 1):
        vus = {"nue": chronometrer(nue, grand)[0], "tout": chronometrer(tout, grand)[0]}
        chronometrer([TL, "journal", "noter", f"Livraison {tour}"], grand)
        vus |= {"T": chronometrer(T, grand)[0], "un": chronometrer([TL, "verifier"], grand)[0]}
        for nom, duree in vus.items() if tour else ():
            temps[nom].append(duree)
    m = {nom: statistics.median(vus) for nom, vus in temps.items()}
    rapport, un = m["tout"] / m["nue"], m["un"] / m["T"]
    ligne(
        "verifier --tout, 50 000 fiches contre une boucle nue", f"× {rapport:.2f}", "≤ × 1,5", rapport <= 1.5
    )
    ligne("verifier après un changement (50 000 fiches)", f"{un:.2f} T", "≤ 3 T", un <= 3)


def exports(grand: Path) -> None:
    """Tout sortir : vingt secondes, et une mémoire qui ne suit pas le lieu."""
    for forme in ("parquet", "csv", "json", "ods"):
        vers = CACHE / "export"
        shutil.rmtree(vers, ignore_errors=True)
        mots = [TL, "exporter", forme, str(vers)]
        debut = time.monotonic()
        fils = subprocess.Popen(mots, cwd=grand, env=ENV, stdout=subprocess.DEVNULL)
        _, code, usage = os.wait4(fils.pid, 0)
        duree, mio = time.monotonic() - debut, usage.ru_maxrss // 1024
        tenu = code == 0 and duree <= 20 and mio <= 256
        ligne(f"exporter {forme} (50 000 fiches)", f"{duree:.1f} s, {mio} Mio", "≤ 20 s, ≤ 256 Mio", tenu)


def ensemble(processus: int = 8, ecritures: int = 50) -> None:
    racine = CACHE / "ensemble"
    shutil.rmtree(racine, ignore_errors=True)
    engendrer(racine, 500)

    def ecrire(qui: int) -> int:
        faites = 0
        for n in range(ecritures):
            mots = [TL, "journal", "noter", f"écriture {qui}-{n}"]
            faites += (
                subprocess.run(mots, cwd=racine, env=ENV, capture_output=True, check=False).returncode == 0
            )
        return faites

    with ThreadPoolExecutor(processus) as fils:
        acquittees = sum(fils.map(ecrire, range(processus)))
    vues = subprocess.run(
        ["git", "log", "--format=%s"], cwd=racine, capture_output=True, text=True, check=True
    )
    presentes = vues.stdout.count("Note au journal")
    total = processus * ecritures
    ligne(
        f"{processus} processus × {ecritures} écritures",
        f"{acquittees} / {presentes} sur {total}",
        f"{total} / {total}",
        acquittees == presentes == total,
    )


def principal() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(RACINE / "tiers_lieu_cli")], check=False)
    print(f"{'commande':<58} {'mesuré':>22}   {'budget':<22} tenu")
    petit, grand = lieu(500), lieu(50_000)
    etapes: list[Callable[[], None]] = [
        lambda: commandes(petit, grand),
        lambda: verification(grand),
        lambda: exports(grand),
        contre_khal,
        flux,
        lambda: site(grand),
        ensemble,
    ]
    for etape in etapes:
        etape()


if __name__ == "__main__":
    principal()
