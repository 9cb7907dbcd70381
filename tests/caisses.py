"""Une caisse d'essai, et de quoi y lancer les vraies commandes ; des lots de faits bien (ou mal) faits."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from soutien import Lieu, Reponse, git

from tiers_lieu_cli.finance.document import controle, page
from tiers_lieu_cli.finance.faits.regles import empreinte_canonique


@contextmanager
def sans_documents() -> Iterator[None]:
    """Sans composer ni relire les documents : ce n'est pas le sujet, et typst ne survit pas à un fork."""
    with pytest.MonkeyPatch.context() as change:
        change.setattr(page, "pdf", lambda *_: b"%PDF")
        change.setattr(page, "facturx", lambda *_: b"%PDF " + os.urandom(8))
        change.setattr(controle, "controler", lambda *_: [])
        change.setattr(controle, "prechauffer", lambda _: None)
        yield


class Caisse(Lieu):
    """Un lieu qui a sa caisse."""

    @property
    def dossier(self) -> Path:
        return self.racine / "finance"

    def f(self, *mots: str, code: int | None = 0) -> Reponse:
        """Une commande de la caisse."""
        return self.faire("finance", *mots, code=code)

    def j(self, *mots: str) -> Any:
        """La réponse d'une commande de la caisse, en JSON."""
        return self.f(*mots, "--json").json

    def histoire(self, *mots: str) -> str:
        """Le git de la caisse."""
        return git(self.dossier, *mots)

    def tarif(
        self, code: str, prix: str, unite: str, *plus: str, regime: str = "BE-21", du: str = "1/1/2026"
    ) -> None:
        self.f(
            "tarif", "creer", code, "--prix", prix, "--unite", unite, "--regime", regime, "--du", du, *plus
        )

    def brouillon(self, tiers: str = "Menuiserie Lambert", *lignes: str) -> str:
        dites = [mot for ligne in lignes or ("salle-rez:2",) for mot in ("--ligne", ligne)]
        return str(self.j("facture", "brouillon", "--tiers", tiers, *dites)["id"])

    def facture(self, tiers: str = "Menuiserie Lambert", *lignes: str) -> str:
        return str(self.j("facture", "emettre", self.brouillon(tiers, *lignes))["id"])

    def payer(self, numero: str = "1") -> None:
        """En espèces, tout ce qu'elle demande."""
        du = self.piece(numero)["du"].replace(".", ",")
        self.f("caisse", "noter", du, "--facture", numero)

    def piece(self, numero: str) -> dict[str, Any]:
        return dict(self.j("facture", "fiche", numero)["piece"])

    def importer(self, *faits: dict[str, Any], code: int | None = 0, **lot: Any) -> Reponse:
        """Recevoir un lot de ces faits."""
        fichier = self.racine.parent / "faits.json"
        fichier.write_text(lot_de(*faits, **lot), "utf-8")
        return self.f("faits", "importer", str(fichier), code=code)

    def releve(self, octets: bytes, code: int | None = 0) -> Reponse:
        """Faire entrer ce relevé de banque."""
        fichier = self.racine.parent / "releve"
        fichier.write_bytes(octets)
        return self.f("banque", "importer", str(fichier), code=code)

    def soldes(self) -> dict[str, Decimal]:
        """Ce que porte chaque compte, débiteur s'il est positif ; chaque écriture est équilibrée."""
        sommes: dict[str, Decimal] = {}
        for ecriture in self.j("livre"):
            debit = sum(Decimal(x["debit"]) for x in ecriture["lignes"])
            assert debit == sum(Decimal(x["credit"]) for x in ecriture["lignes"])
            for x in ecriture["lignes"]:
                somme = Decimal(x["debit"]) - Decimal(x["credit"])
                sommes[x["compte"]] = sommes.get(x["compte"], Decimal(0)) + somme
        return {c: s for c, s in sommes.items() if s}


def fait(ident: str = "f-0001", **plus: Any) -> dict[str, Any]:
    """Un usage de la salle du rez, le 23 novembre."""
    return {
        "id": ident,
        "revision": 1,
        "annule": False,
        "jour": "2026-11-23",
        "genre": "espace.usage",
        "personne": "p-7k2m9x",
        "payeur": None,
        "objet": "salle-rez",
        "quantite": "3.5",
        "unite": "heure",
        "convention": None,
        **plus,
    }


def lot_de(*faits: dict[str, Any], **plus: Any) -> str:
    """Un lot, son empreinte juste (sauf si `empreinte` est donnée)."""
    dit: dict[str, Any] = {
        "contrat": "faits/1",
        "lot": "F-2026-11-23",
        "du": "2026-11-23",
        "au": "2026-11-23",
        "revision": 1,
        "remplace": None,
        "source": "git:0123456789abcdef",
        "faits": list(faits),
    } | plus
    return (
        json.dumps({"empreinte": empreinte_canonique(dit), **dit}, ensure_ascii=False, sort_keys=True) + "\n"
    )


#: Ce que lance la concierge, là où l'extra « finance » n'est pas installé.
_CHEZ_ELLE = """
import sys, json, importlib.util as u
vrai = u.find_spec
u.find_spec = lambda nom, *p: None if nom in ("saxonche", "facturx") else vrai(nom, *p)
from tiers_lieu_cli.application import executer
for mots in json.loads(sys.argv[1]):
    code = executer(["--lieu", ".", *mots], "tl")
    print("\\n", code, *mots)
    assert code in (0, 1, 2), mots
interdits = {"facturx", "saxonche", "lxml", "stdnum", "pyrage", "tiers_lieu_cli.finance"}
assert not interdits & set(sys.modules)
"""


def peut_fermer() -> bool:
    """Un dossier fermé l'est-il vraiment ici ? root lirait tout : on lui ôte ce pouvoir."""
    return os.geteuid() != 0 or shutil.which("setpriv") is not None


def chez_elle(modele: Path, ou: Path, gestes: Sequence[Sequence[str]], caisse: Path | None) -> bytes:
    """Tout ce que ces gestes disent dans une copie de ce lieu, à côté d'une caisse qu'on ne peut pas lire."""
    racine = ou / "lieu"
    ou.mkdir()
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    if caisse:
        subprocess.run(["cp", "-a", str(caisse), str(racine)], check=True)
        (racine / "finance").chmod(0)
    droits = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    fini = subprocess.run(
        [*droits, sys.executable, "-c", _CHEZ_ELLE, json.dumps(gestes)],
        cwd=racine,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "TIERS_LIEU_GRAINE": "1"},
    )
    assert fini.returncode == 0, fini
    if caisse:
        (racine / "finance").chmod(0o700)
    return fini.stdout + fini.stderr
