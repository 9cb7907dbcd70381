"""Suivre le lieu : relire quand on y a enregistré, ou que la minute a passé ; sans rien verrouiller."""

from __future__ import annotations

import gc
import io
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte, Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.systeme import raison

#: On regarde si quelque chose a changé deux fois par seconde : quatre fichiers, dont seule la date est lue.
PAS = 0.5


class _Cadre(io.StringIO):
    """Ce qui serait dit au terminal, retenu pour être montré d'un bloc."""

    def isatty(self) -> bool:
        return True


def veiller(c: Contexte, montrer: Callable[[Contexte], object]) -> None:
    """Montrer, puis remontrer chaque fois que le lieu ou l'heure a changé, jusqu'à Ctrl-C."""
    if c.au:
        raise ErreurUsage("On ne suit pas un lieu tel qu'il était.", "Refaire la commande sans --au.")
    # Une commande qui dure ramasse ce qu'elle ne garde pas.
    gc.enable()
    vu: object = None
    with suppress(KeyboardInterrupt):
        while True:
            etat = _etat(c)
            if etat != vu:
                vu = etat
                montrer(c)
            time.sleep(PAS)


def suivre(c: Contexte, dire: Callable[[Contexte], None]) -> None:
    """Ce que `dire` dit, tenu à jour à la même place de l'écran."""
    if not c.ecran.interactif:
        raise ErreurUsage("Suivre se fait dans un terminal.", "Refaire la commande sans --suivre.")
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(file=c.ecran.sortie, no_color=not c.ecran.couleurs, highlight=False)
    with Live(console=console, screen=True, auto_refresh=False, vertical_overflow="crop") as vivant:

        def montrer(depart: Contexte) -> None:
            texte = Text.from_ansi(f"{_cadre(depart, dire)}\n\nCtrl-C pour finir.", no_wrap=True)
            vivant.update(texte, refresh=True)

        veiller(c, montrer)


def rouvrir(c: Contexte, ecran: Ecran) -> Contexte:
    """Le même lieu, relu."""
    ici = Poste(dossier=c.lieu.racine, environ=c.environ, ecran=ecran, genres=c.genres)
    return ouvrir_lieu(c.lieu.racine, ici).en_lecture()


def _cadre(c: Contexte, dire: Callable[[Contexte], None]) -> str:
    """Ce qui se dit maintenant, défauts compris ; un lieu qui ne se lit pas un instant le dit."""
    cadre = _Cadre()
    ecran = structs.replace(c.ecran, sortie=cadre, erreurs=cadre, a_la_fin=[], defauts_dits=set())
    try:
        dire(rouvrir(c, ecran))
        for fin in ecran.a_la_fin:
            fin()
    except Echec as echec:
        ecran.refuser(echec)
    except OSError as faute:
        ecran.avertir(f"Le lieu ne se lit pas pour l'instant : {raison(faute)}.")
    return cadre.getvalue().rstrip()


def _etat(c: Contexte) -> tuple[object, ...]:
    """De quoi savoir si quelque chose a changé : la minute, l'écran, les derniers enregistrements."""
    minute: datetime = c.horloge.murale()
    return minute, shutil.get_terminal_size(), *(_date(f) for depot in c.depots for f in _temoins(depot))


def _temoins(depot: Depot) -> list[Path]:
    """Les fichiers que git réécrit à chaque enregistrement."""
    noms = [depot.interne / nom for nom in ("HEAD", "index", "packed-refs")]
    return noms + sorted((depot.interne / "refs/heads").rglob("*"))


def _date(fichier: Path) -> tuple[str, int]:
    try:
        return fichier.name, fichier.stat().st_mtime_ns
    except OSError:
        return fichier.name, 0
