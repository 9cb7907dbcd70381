"""`tl demo` : un lieu inventé, trois mois vécus, et un matin passé avec les vraies commandes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import a_part, demo_de_la_caisse, lieu_invente
from tiers_lieu_cli.noyau import contexte
from tiers_lieu_cli.noyau.contexte import Poste, poste
from tiers_lieu_cli.noyau.contexte import ouvrir_lieu as ouvrir_ce_lieu
from tiers_lieu_cli.noyau.echecs import Echec
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
    avec_finance: Annotated[
        bool, typer.Option("--avec-finance", help="Avec la caisse du trésorier, et ses trois mois.")
    ] = False,
) -> None:
    """Bâtir un lieu de démonstration et y passer un matin.

    Exemples :
        tl demo
        tl demo la-passerelle
        tl demo la-passerelle --avec-finance
    """
    ici = poste(ctx)
    if avec_finance:
        demo_de_la_caisse.exiger()
    racine = dossier or Path(tempfile.mkdtemp(prefix="tiers-lieu-demo-"))
    reglages = lieu_invente.REGLAGES
    pendule = Horloge(verifier_fuseau(reglages.fuseau), heure_imposee(ici.environ))
    # Le matin commence à une heure ronde : deux démonstrations du même jour sont identiques.
    maintenant = pendule.maintenant().replace(hour=8, minute=52, second=0, microsecond=0)
    lieu_invente.batir(racine, ici, maintenant)
    racine = racine.expanduser().resolve()
    ici.ecran.dire(f"« {reglages.nom} », lieu inventé, vit dans {racine} depuis trois mois. Un matin :\n")
    for geste in _matin(racine):
        _faire(geste, racine, ici, maintenant.isoformat())
    if avec_finance:
        _tenir_la_caisse(racine, ici, maintenant)
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
            *("espace", "reserver", "salle-bleue", "demain 14h-16h", "--pour", "@Zoé"),
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


def _tenir_la_caisse(racine: Path, ici: Poste, maintenant: datetime) -> None:
    """L'accueil exporte ses faits, le trésorier en vit trois mois et répond ; puis son matin."""
    demo_de_la_caisse.noter(ouvrir_ce_lieu(racine, ici, Random(lieu_invente.GRAINE)), maintenant)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-faits-") as provisoire:
        dossier = Path(provisoire)
        reponse = str(dossier / "retour.json")
        gestes = [(maintenant, mots) for mots in demo_de_la_caisse.exports(maintenant, dossier)]
        gestes += [(q, ("finance", *mots)) for q, mots in demo_de_la_caisse.vie(maintenant, dossier)]
        gestes.append((maintenant, ("finance", "retour", "exporter", reponse)))
        gestes.append((maintenant, ("retour", "importer", reponse)))
        for quand, mots in ici.ecran.avancer(gestes, "La caisse"):
            fini = _lancer([*mots], racine, ici, quand.isoformat(), subprocess.PIPE)
            if fini.returncode:
                raise Echec("La caisse de démonstration n'a pas pu se tenir.", fini.stderr.strip())
    ici.ecran.dire("Chez le trésorier, le même matin (la concierge n'en voit rien) :\n")
    for montre in demo_de_la_caisse.MONTRES:
        _faire(["finance", *montre], racine, ici, maintenant.isoformat())


def _faire(geste: list[str], racine: Path, ici: Poste, heure: str) -> None:
    """Montrer la commande, puis ce qu'elle répond vraiment."""
    montre = " ".join(mot if re.fullmatch(r"[\w./-]+", mot) else f'"{mot}"' for mot in geste)
    ici.ecran.dire(f"$ tl {montre.replace(f'{racine}{os.sep}', '')}")
    ici.ecran.sortie.flush()
    if _lancer(geste, racine, ici, heure, _tube(ici.ecran)).returncode:
        raise Echec(f"La démonstration s'est arrêtée à : tl {montre}", "Recommencer dans un autre dossier.")
    ici.ecran.dire()


def _lancer(
    geste: list[str], racine: Path, ici: Poste, heure: str, sortie: int | None
) -> subprocess.CompletedProcess[str]:
    imposes = {horloge.VARIABLE: heure, contexte.GRAINE: str(lieu_invente.GRAINE)}
    return a_part.lancer(["--lieu", str(racine), *geste], {**ici.environ, **imposes}, sortie)


def _tube(ecran: Ecran) -> int | None:
    """La sortie de la commande va là où parle l'écran."""
    return None if ecran.sortie is sys.stdout else ecran.sortie.fileno()
