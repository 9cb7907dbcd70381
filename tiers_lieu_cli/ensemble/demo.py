"""`tl demo` : un lieu inventé, trois mois vécus, et un matin passé avec les vraies commandes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import lieu_invente
from tiers_lieu_cli.ensemble.ouverture import ouvrir_lieu
from tiers_lieu_cli.noyau import contexte
from tiers_lieu_cli.noyau.contexte import Poste, poste
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.lieu import verifier_fuseau
from tiers_lieu_cli.noyau.temps import horloge
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

app = Application()


@app.action("demo")
def demo(
    ctx: typer.Context,
    dossier: Annotated[
        Path | None, typer.Argument(help="Où le bâtir, neuf ou vide ; sinon, dans un dossier provisoire.")
    ] = None,
) -> None:
    """Bâtir un lieu de démonstration et y passer un matin.

    Exemples :
        tl demo
        tl demo la-passerelle
    """
    ici = poste(ctx)
    racine = dossier or Path(tempfile.mkdtemp(prefix="tiers-lieu-demo-"))
    reglages = lieu_invente.REGLAGES
    pendule = Horloge(verifier_fuseau(reglages.fuseau), heure_imposee(ici.environ))
    # Le matin commence à une heure ronde : deux démonstrations du même jour sont identiques.
    maintenant = pendule.maintenant().replace(hour=8, minute=52, second=0, microsecond=0)
    ouvrir_lieu(racine, reglages, (), lieu_invente.ouverture(maintenant))
    racine = racine.expanduser().resolve()
    lieu_invente.vivre(racine, ici, maintenant)
    ici.ecran.dire(f"« {reglages.nom} », lieu inventé, vit dans {racine} depuis trois mois. Un matin :\n")
    for geste in _matin(racine):
        _faire(geste, racine, ici, maintenant.isoformat())
    ici.ecran.dire(f"À vous : cd {shlex.quote(str(racine))} && tl --help")


def _matin(racine: Path) -> list[list[str]]:
    """Ce qu'une concierge fait avant dix heures."""
    return [
        ["aujourdhui"],
        ["journal", "jour", "hier"],
        ["journal", "noter", "Livraison de bois à 9h, @Karim l'a reçue #atelier"],
        ["accueil", "passage", "riverains", "3"],
        ["accueil", "personne", "creer", "Zoé D'Hondt", "--public", "riverains"],
        ["accueil", "relier"],
        [
            *("espace", "reserver", "salle-bleue", "jeudi 14h-16h", "--pour", "@Zoé"),
            *("--objet", "réunion de quartier"),
        ],
        [
            *("prog", "evenement", "creer", "Goûter des voisins", "--quand", "samedi 15h-17h"),
            *("--salle", "cour", "--porteur", "@Zoé", "--public", "riverains"),
        ],
        ["prog", "semaine"],
        ["espace", "jour"],
        ["prog", "ical", "--sortie", str(racine / "public" / "programme.ics")],
        ["verifier"],
    ]


def _faire(geste: list[str], racine: Path, ici: Poste, heure: str) -> None:
    """Montrer la commande, puis ce qu'elle répond vraiment."""
    montre = " ".join(mot if re.fullmatch(r"[\w./-]+", mot) else f'"{mot}"' for mot in geste)
    ici.ecran.dire(f"$ tl {montre.replace(f'{racine}{os.sep}', '')}")
    ici.ecran.sortie.flush()
    subprocess.run(
        [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(racine), *geste],
        env={**ici.environ, horloge.VARIABLE: heure, contexte.GRAINE: str(lieu_invente.GRAINE)},
        stdout=_tube(ici.ecran),
        check=True,
    )
    ici.ecran.dire()


def _tube(ecran: Ecran) -> int | None:
    """La sortie de la commande va là où parle l'écran."""
    return None if ecran.sortie is sys.stdout else ecran.sortie.fileno()
