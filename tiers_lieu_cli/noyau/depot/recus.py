"""Ce qu'un dépôt reçoit par git, qui en abrite le contenu, non les noms."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from tiers_lieu_cli.noyau import systeme

#: En secondes : ce qui fut touché longtemps avant le dernier, le système l'a déjà mis sur le disque.
_RECENT = 3600


def abriter(interne: Path) -> None:
    """Mettre à l'abri les noms de ce que git vient de déposer ici ; il en abrite le contenu, non les noms."""
    dossiers = [d for d in (interne / "objects", *(interne / "objects").iterdir()) if d.is_dir()]
    touches = {dossier: dossier.stat().st_mtime for dossier in dossiers}
    for dossier, touche in touches.items():
        if touche > max(touches.values()) - _RECENT:
            systeme.abriter(dossier)


def placer(recus: Path, objets: Path) -> None:
    """Mettre à leur place, à l'abri, des contenus que git tient encore à part (`GIT_QUARANTINE_PATH`).

    Il le ferait ensuite sans abriter leurs noms, et nommerait l'histoire qui s'en sert : après une coupure,
    un moyeu dirait tenir ce qu'il n'a plus. Ce qui y est déjà, il le laisse.
    """
    with suppress(OSError):
        for dossier in (d for d in recus.iterdir() if d.is_dir()):
            vers = objets / dossier.name
            if not vers.is_dir():
                vers.mkdir(exist_ok=True)
                vers.chmod(objets.stat().st_mode & 0o7777)
            # Un paquet est là dès que son index y est : il vient en dernier.
            for contenu in sorted(dossier.iterdir(), key=lambda f: f.suffix == ".idx"):
                if contenu.suffix != ".keep":
                    with suppress(FileExistsError):
                        os.link(contenu, vers / contenu.name)
            systeme.abriter(vers)
        systeme.abriter(objets)
