"""Ce qu'une écriture s'apprête à faire, noté avant le premier fichier remplacé.

Une mort au milieu laisse l'intention : la suite sait alors finir l'action, entière et
sous son propre nom, au lieu de la deviner. Les contenus sont déjà déposés quand elle
est écrite ; elle ne porte que leurs empreintes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme

FICHIER = "tiers-lieu.en-cours"
_LAISSEE = "tiers-lieu.laissee-"
#: Le seul dossier hors de l'archive où une action détruit.
_DETRUITS = "documents"


class Intention(msgspec.Struct, frozen=True):
    """Passer de l'enregistrement `avant` à `apres` ; par chemin, les empreintes avant et après.

    `provisoires` : les fichiers à côté, que l'action finie rend inutiles ; `oter` : ceux d'un dossier hors de
    l'archive (`documents/`) qu'elle détruit.
    """

    phrase: str
    avant: str
    apres: str
    fiches: dict[str, tuple[str | None, str | None]]
    provisoires: tuple[str, ...] = ()
    oter: tuple[str, ...] = ()

    def a_oter(self, racine: Path) -> Iterator[Path]:
        """Ce qu'elle détruit ; d'une intention venue d'ailleurs, rien de ce qui n'est pas à sa place.

        Ni un autre dossier que le sien, ni, par un lien, un fichier qui n'est pas dans ce lieu.
        """
        for chemin in self.oter:
            dossier, *reste = chemin.split("/")
            if dossier != _DETRUITS or not reste or {"", ".", ".."}.intersection(reste):
                continue
            fichier = racine / chemin
            if not any(dessus.is_symlink() for dessus in fichier.parents[: len(reste)]):
                yield fichier


def lire(interne: Path) -> Intention | None:
    """L'intention en cours, ou `None` ; un fichier coupé en plein vol ne promettait encore rien."""
    try:
        return msgspec.json.decode(systeme.lire_ordinaire(interne / FICHIER), type=Intention)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def est_notee(interne: Path) -> bool:
    """Une action attend-elle d'être finie ?"""
    return os.path.lexists(interne / FICHIER)


def noter(interne: Path, intention: Intention) -> None:
    """Noter l'intention, sur le disque avant de rendre la main."""
    with suppress(FileNotFoundError):
        (interne / FICHIER).unlink()
    systeme.ecrire_abrite(interne / FICHIER, msgspec.json.encode(intention))
    systeme.abriter(interne)


def lever(interne: Path) -> None:
    """L'action est faite, ou n'aura pas lieu."""
    (interne / FICHIER).unlink(missing_ok=True)


def mettre_de_cote(interne: Path) -> None:
    """Garder, pour `tl reprise`, une intention qui ne s'accorde plus avec le lieu."""
    os.replace(interne / FICHIER, interne / f"{_LAISSEE}{os.urandom(4).hex()}")


def laissees(interne: Path) -> dict[Path, Intention]:
    """Les intentions mises de côté."""
    trouvees = {}
    for fichier in sorted(interne.glob(f"{_LAISSEE}*")):
        with suppress(msgspec.DecodeError):
            trouvees[fichier] = msgspec.json.decode(systeme.lire_ordinaire(fichier), type=Intention)
    return trouvees
