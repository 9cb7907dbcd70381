"""Un dépôt ouvert par GitPython, durci comme le reste : lire l'histoire, transporter en le montrant.

Son import coûte la moitié d'une commande vide : il se fait ici, et nulle part ailleurs. Jamais pour
écrire un enregistrement (`index.commit` lance les crochets malgré `core.hooksPath`) ni pour demander
si quelque chose a changé (`is_dirty` lance filtres et `core.fsmonitor`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.motif import motif

if TYPE_CHECKING:
    from git import RemoteProgress, Repo

#: Où l'on en est : ce qui se fait, combien est fait, sur combien (`None` : on ne sait pas).
Avancee = Callable[[str, int, int | None], None]
_MORCEAU = 4096
#: Ce que dit la garde d'un moyeu pendant qu'elle lit : combien, sur combien.
LIT = "Le moyeu lit"
_LU = motif(rf"(?:remote: )?{LIT} (\d{{1,9}})/(\d{{1,9}})\s*")


@contextmanager
def ouvert(depot: Depot) -> Iterator[Repo]:
    """Ce dépôt, avec les réglages et l'environnement de `git.py` pour tout ce qu'on y lance."""
    depot.exiger_sain()
    # GitPython part de l'environnement de ce processus, et en croit les variables de git dès son import.
    for nom in [nom for nom in os.environ if nom.startswith("GIT_")]:
        del os.environ[nom]
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    os.environ["PATH"] = depot.env["PATH"]
    import logging

    try:
        import git as gitpython
    except ImportError as faute:
        # Il demande sa version à git dès son import.
        raise git.expliquer(GitRefuse("version", 1, str(faute))) from None

    logging.getLogger("git").addHandler(logging.NullHandler())
    logging.getLogger("git").propagate = False
    try:
        repo = gitpython.Repo(depot.racine, expand_vars=False)
    except (gitpython.InvalidGitRepositoryError, gitpython.NoSuchPathError):
        raise EchecDuDepot(f"{depot.racine} n'a pas d'archive.", "Ouvrir un lieu : tl init.") from None
    with repo:
        repo.git.set_persistent_git_options(c=list(git.REGLAGES))
        repo.git.update_environment(**depot.env)
        try:
            yield repo
        except gitpython.GitCommandNotFound:
            raise git.absent() from None
        except gitpython.GitCommandError as refus:
            code = refus.status if isinstance(refus.status, int) else 1
            raise GitRefuse(str(refus.command), code, str(refus.stderr), str(refus.stdout)) from None


def suivre(repo: Repo, verbe: str, *mots: str, avancee: Avancee | None = None) -> tuple[str, str]:
    """Lancer un transport en suivant sa progression ; rend ce qu'il a dit, et ce que l'autre côté a dit.

    Ce qui arrive est lu morceau par morceau : rien de ce qu'un moyeu envoie ne peut nous interrompre.
    """
    suivi, entendu = _suivi(avancee)
    mot, *sous = verbe.split()
    progression = ("--progress",) if avancee else ()
    processus = getattr(repo.git, mot)(*sous, *progression, *mots, as_process=True)
    entendre = suivi.new_message_handler()
    reste = b""
    with processus.proc as lance:
        while lu := os.read(lance.stderr.fileno(), _MORCEAU):
            *lignes, reste = (reste + lu).replace(b"\r", b"\n").split(b"\n")
            for ligne in filter(None, lignes):
                entendre(ligne.decode("utf-8", "replace"))
        entendre(reste.decode("utf-8", "replace"))
        dit = lance.stdout.read().decode("utf-8", "replace")
    code = lance.returncode
    entendus = "\n".join((*filter(None, entendu), *suivi.error_lines))
    if code:
        raise GitRefuse(mot, code, entendus, dit)
    return dit, entendus


def _suivi(avancee: Avancee | None) -> tuple[RemoteProgress, list[str]]:
    """De quoi entendre git : sa progression va à `avancee`, ce qu'il dit d'autre se garde."""
    from git import RemoteProgress

    noms = {
        RemoteProgress.COUNTING: "Compte",
        RemoteProgress.COMPRESSING: "Prépare",
        RemoteProgress.WRITING: "Envoie",
        RemoteProgress.RECEIVING: "Reçoit",
        RemoteProgress.RESOLVING: "Range",
    }
    entendu: list[str] = []

    class Suivi(RemoteProgress):
        def line_dropped(self, line: str) -> None:
            if lu := _LU.fullmatch(line):
                if avancee:
                    avancee(LIT, int(lu[1]), int(lu[2]))
            else:
                entendu.append(line)

        def update(
            self,
            op_code: int,
            cur_count: float | str,
            max_count: float | str | None = None,
            message: str = "",
        ) -> None:
            nom = noms.get(op_code & self.OP_MASK)
            if avancee and nom:
                avancee(nom, int(float(cur_count)), int(float(max_count)) if max_count else None)

    return Suivi(), entendu
