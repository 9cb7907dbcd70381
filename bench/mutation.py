"""Les règles pures, mutées : ce que leurs essais directs ne verraient pas changer.

    python bench/mutation.py                       toutes, fichier par fichier
    python bench/mutation.py espace/regles.py …    celles-là, avec chaque survivant

Les mutants sont ceux de mutmut. Chacun est joué dans un processus né de celui qui a déjà lu les essais :
quelques millisecondes, là où relancer pytest en coûte trois cents. Ne jouent que les essais directs du
fichier (ils l'importent, et n'ouvrent aucun lieu), les plus brefs d'abord, jusqu'au premier qui tombe.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

RACINE = Path(__file__).resolve().parents[1]
PAQUET = RACINE / "tiers_lieu_cli"
TEMPS = "noyau/temps/"
#: Ce qui ouvre un lieu ou lance l'outil : de bout en bout, donc pas un essai direct.
DE_BOUT_EN_BOUT = {"lieu", "modele", "commande"}
#: Un essai direct se compte en millisecondes : au-delà de ces secondes, ce n'en est plus un.
BREF = 0.25
#: Des cas par propriété ; les essais ordinaires en prennent davantage.
EXEMPLES = 20
#: Du temps de calcul, en multiples de ce que prennent les essais sans mutation.
PATIENCE = 3


def fichiers() -> list[str]:
    """Ce que `make mutation` mesure : toutes les règles, le temps, le mur."""
    regles = sorted(f.relative_to(PAQUET).as_posix() for f in PAQUET.rglob("regles.py"))
    temps = sorted(f.relative_to(PAQUET).as_posix() for f in (PAQUET / TEMPS).glob("[a-z]*.py"))
    return [*regles, *temps, "noyau/gens/mur.py"]


def module_de(fichier: str) -> str:
    return f"tiers_lieu_cli.{fichier.removesuffix('.py').replace('/', '.')}"


def essais_de(fichier: str) -> list[str]:
    """Les fichiers d'essai qui importent ce module ; pour le temps, qui importent un de ses modules."""
    parent, _, nom = module_de(fichier).rpartition(".")
    quoi = rf"{parent}\.\w+ import" if fichier.startswith(TEMPS) else rf"{parent}\.{nom} import"
    importe = re.compile(rf"^from {quoi}|^from {parent} import .*\b{nom}\b", re.MULTILINE)
    ou = RACINE / "tests" / ("noyau" if fichier.startswith(TEMPS) else "")
    return [str(f) for f in sorted(ou.rglob("test_*.py")) if importe.search(f.read_text("utf-8"))]


class Mute(SourceFileLoader):
    """Le module, avec tous ses mutants dedans ; `MUTANT_UNDER_TEST` dit lequel est là."""

    code = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.code, self.path, "exec")


class Trouve:
    """Fait lire `module` dans sa version mutée, par qui que ce soit."""

    def __init__(self, module: str, fichier: str, code: str) -> None:
        self.module, self.chargeur = module, Mute(module, str(PAQUET / fichier))
        self.chargeur.code = code

    def find_spec(self, nom: str, _chemin: object = None, _cible: object = None) -> ModuleSpec | None:
        if nom != self.module:
            return None
        return importlib.util.spec_from_file_location(nom, self.chargeur.path, loader=self.chargeur)


class Essayer:
    """Le greffon : une fois les essais lus, les jouer contre chaque mutant."""

    def __init__(self, module: str, mutants: Sequence[str]) -> None:
        self.module, self.mutants = module, mutants
        self.issues: dict[str, str] = {}

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        # Un contre-exemple suffit : le réduire n'apprend rien ici, et coûte plus que le trouver.
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutation", parent=settings(), max_examples=EXEMPLES, phases=phases)
        settings.load_profile("mutation")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [i for i in items if not DE_BOUT_EN_BOUT & set(getattr(i, "fixturenames", ()))]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os._exit(1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        touches, cout = self._sans_mutation(session.items)
        for mutant in self.mutants:
            siens = [session.items[i] for i in touches.get(mutant.rpartition("__mutmut_")[0], ())]
            self.issues[mutant] = self._avec(mutant, siens, cout) if siens else "sans essai"
        return True

    def _sans_mutation(self, items: list[pytest.Item]) -> tuple[dict[str, list[int]], float]:
        """Quels essais passent par quelle fonction, les plus brefs d'abord ; ce qu'ils coûtent tous."""
        from mutmut.mutation import trampoline

        lire, ecrire = os.pipe()
        if (enfant := os.fork()) == 0:
            os.environ["MUTANT_UNDER_TEST"] = "stats"
            touches: dict[str, list[tuple[float, int]]] = {}
            for rang, item in enumerate(items):
                passes: set[str] = set()
                trampoline.record_trampoline_hit = lambda nom, p=passes, **_: p.add(nom)
                debut = time.process_time()
                _jouer([item])
                cout = time.process_time() - debut
                for nom in passes if cout < BREF else ():
                    touches.setdefault(nom.rpartition(".")[2], []).append((cout, rang))
            tries = {nom: [rang for _, rang in sorted(siens)] for nom, siens in touches.items()}
            plus_long = max((sum(cout for cout, _ in siens) for siens in touches.values()), default=0)
            os.write(ecrire, json.dumps([tries, plus_long]).encode())
            os._exit(0)
        os.close(ecrire)
        dit = b"".join(iter(lambda: os.read(lire, 1 << 16), b""))
        _, etat = os.waitpid(enfant, 0)
        if etat:
            raise SystemExit("Les essais échouent sans aucune mutation.")
        touches_lues, cout = json.loads(dit)
        return touches_lues, cout

    def _avec(self, mutant: str, items: list[pytest.Item], cout: float) -> str:
        if (enfant := os.fork()) == 0:
            plafond = int(time.process_time() + cout * PATIENCE) + 2
            resource.setrlimit(resource.RLIMIT_CPU, (plafond, plafond))
            resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
            os.environ["MUTANT_UNDER_TEST"] = f"{self.module}.{mutant}"
            try:
                _jouer(items)
            except BaseException:  # noqa: BLE001
                os._exit(1)
            os._exit(0)
        return "survit" if os.waitpid(enfant, 0)[1] == 0 else "tué"


def _jouer(items: list[pytest.Item]) -> None:
    for item, suivant in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=suivant)


def mesurer(fichier: str) -> dict[str, str]:
    """L'issue de chaque mutant de ce fichier, dans ce processus."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    module, source = module_de(fichier), (PAQUET / fichier).read_text("utf-8")
    mute = mutate_file_contents(fichier, source)
    noms = [nom for nom in mute.mutant_names if not nom.endswith("__mutmut_orig")]
    sys.meta_path.insert(0, Trouve(module, fichier, mute.code))  # type: ignore[arg-type]
    greffon = Essayer(module, noms)
    if not (essais := essais_de(fichier)):
        return dict.fromkeys(noms, "sans essai")
    sans = [mot for nom in ("cacheprovider", "terminal", "xdist") for mot in ("-p", f"no:{nom}")]
    code = pytest.main(["-o", "addopts=", "--import-mode=importlib", *sans, *essais], plugins=[greffon])
    if len(greffon.issues) != len(noms):
        raise SystemExit(f"{fichier} : pytest a fini par {code}.")
    return greffon.issues


def differences(fichier: str, noms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Ce que chacun de ces mutants change : la ligne d'avant, celle d'après."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    mute = mutate_file_contents(fichier, (PAQUET / fichier).read_text("utf-8"))
    lignes = mute.code.splitlines()

    def corps(nom: str) -> list[str]:
        court = nom.rpartition(".")[2]
        ou: Any = mute.line_span_by_function_name[court]
        return lignes[ou.start - 1 : ou.end]

    for nom in noms:
        origine, change = corps(nom.rpartition("__mutmut_")[0] + "__mutmut_orig"), corps(nom)
        paires = zip(origine, change, strict=False)
        change_en = ((a.strip(), b.strip()) for a, b in paires if a != b and "__mutmut_" not in b)
        yield nom, next((f"{a}  →  {b}" for a, b in change_en), "(ligne ôtée)")


def principal(demandes: Sequence[str]) -> None:
    os.chdir(RACINE)
    total = tues = 0
    for fichier in demandes or fichiers():
        fini = subprocess.run(
            [sys.executable, __file__, "--un", fichier],
            env={**os.environ, "PYTHONPATH": str(RACINE)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if fini.returncode:
            print(f"{fichier} : n'a pas pu être mesuré")
            continue
        issues: dict[str, str] = json.loads(fini.stdout.splitlines()[-1])
        morts = sum(i == "tué" for i in issues.values())
        total, tues = total + len(issues), tues + morts
        part = 100 * morts / len(issues) if issues else 100
        print(f"{part:5.1f} %  {morts:4}/{len(issues):<4} {fichier}", flush=True)
        if demandes:
            vivants = [nom for nom, issue in issues.items() if issue != "tué"]
            for nom, change in differences(fichier, vivants):
                print(f"         {nom} ({issues[nom]}) : {change}")
    if total:
        print(f"{100 * tues / total:5.1f} %  {tues:4}/{total:<4} en tout")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--un"]:
        os.chdir(RACINE)
        rendu = mesurer(sys.argv[2])
        sys.stdout.write(f"\n{json.dumps(rendu)}\n")
    else:
        principal(sys.argv[1:])
