"""Au moyeu, une fois l'envoi reçu (`post-receive`) : finir un effacement, faire avancer la file, ranger.

À part de la garde : chaque envoi l'attend, et il n'a rien à lire.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, menage, moyeu, purge, tickets
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.git import GitRefuse

#: Posé quand une réécriture est admise ; la purge qui suit l'ôte.
A_PURGER = "tiers-lieu.a-purger"


def principal() -> int:
    """Une fois reçu : si quelqu'un est effacé, ne rien garder de l'histoire d'avant ; la file avance.

    Le poste attend d'ici qu'on lui dise reçu : l'histoire reçue est d'abord à l'abri d'une coupure.
    """
    depot = DepotNu(Path(os.environ.get("GIT_DIR", ".")).resolve())
    systeme.abriter((depot.racine / moyeu.HISTOIRE).parent)
    finir_l_oubli(depot)
    avancer_la_file(depot)
    menage.ranger(depot)
    return 0


def avancer_la_file(depot: DepotNu) -> None:
    """Ôter les tickets qui ont servi, et ceux des disparus ; l'âge se lit sur ce disque, sans horloge."""
    la = tickets.au_moyeu(depot)
    # Un envoi qui a perdu laisse parfois ses contenus : les avoir ne suffit pas.
    ici = tickets.presents(depot, [t.apport for t in la])
    servis = [apport for apport in ici if depot.prolonge(apport, moyeu.HISTOIRE)]
    ages = {ticket: _age(depot.racine, ticket) for ticket in la}
    for ticket in tickets.a_oter(ages, servis):
        with suppress(GitRefuse):
            depot.git("update-ref", "-d", ticket.nom)


def _age(racine: Path, ticket: tickets.Ticket) -> float:
    """De combien de secondes ce ticket précède le dernier envoi reçu."""
    try:
        return (racine / moyeu.HISTOIRE).stat().st_mtime - (racine / ticket.nom).stat().st_mtime
    except OSError:
        return 0.0


def finir_l_oubli(depot: DepotNu) -> None:
    """Ôter l'histoire d'avant, si une réécriture fut admise ; personne d'autre ne dépose pendant ce temps."""
    note = depot.racine / A_PURGER
    if not note.exists():
        return
    with purge.en_attendant(depot.racine, moyeu.HISTOIRE):
        refs = {nom: depot.empreinte(nom) for nom in (moyeu.HISTOIRE, moyeu.GARDE)}
        gardes = (f"{moyeu.HISTOIRE}.lock", "hooks", moyeu.SIGNATAIRES, A_PURGER)
        purge.purger(depot.racine, refs, env=git.environnement(depot.racine, nu=True), gardes=gardes)
        shutil.rmtree(depot.racine / purge.A_PART, ignore_errors=True)
        note.unlink()


if __name__ == "__main__":
    sys.exit(principal())
