"""Le site porté d'un coup : par rsync vers une autre machine, ou sur la branche de pages d'un dépôt git."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tiers_lieu_cli.ensemble.site.cible import EnvoiCoupe, Plan, fichiers
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Les pages du premier niveau : rsync n'ôte rien d'autre que ce qui porte un de ces noms.
_NOS_PAGES = ("*.html", "*.atom", "*.ics", "*.json", "sitemap.xml", "robots.txt", "site.css", "logo.*")
_NOS_DOSSIERS = ("evenements", "mois", "agendas", "archives", "polices", "nl", "en", "de", "fr")


class Rsync:
    """Un dossier d'une autre machine, par ssh ; rsync y met chaque fichier à sa place à la fin seulement."""

    def __init__(self, cible: str, source: Path) -> None:
        if not shutil.which("rsync"):
            raise ErreurUsage(
                "Le programme « rsync » manque sur cet ordinateur.",
                "L'installer (sous Debian ou Ubuntu : sudo apt install rsync), puis recommencer.",
            )
        self.nom, self._source = cible, source

    def plan(self) -> Plan:
        """Ce que rsync ferait, sans rien faire."""
        poses, otes = [], []
        for ligne in self._lancer("--dry-run").splitlines():
            quoi, _, chemin = ligne.partition(" ")
            if quoi.startswith("*deleting"):
                otes.append(chemin.strip())
            elif quoi[:2] in ("<f", ">f", "cf"):
                poses.append(chemin)
        return Plan(tuple(sorted(poses)), tuple(sorted(otes)))

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Tout porter d'un coup."""
        self._lancer()
        combien = len(plan.a_poser) + len(plan.a_oter)
        avancer(combien, combien)

    def _lancer(self, *options: str) -> str:
        a_nous = [
            mot
            for nom in (*_NOS_PAGES, *(f"{d}/***" for d in _NOS_DOSSIERS))
            for mot in ("--include", f"/{nom}")
        ]
        ligne = [
            *("rsync", "--recursive", "--checksum", "--delay-updates", "--delete-delay", "--partial"),
            *("--itemize-changes", "--chmod=D755,F644", "-e", "ssh -oBatchMode=yes -oConnectTimeout=15"),
            *(*a_nous, "--exclude", "*", *options, "--", f"{self._source}/", f"{self.nom.rstrip('/')}/"),
        ]
        try:
            fini = subprocess.run(ligne, capture_output=True, text=True, check=False, env=git.propre_de_git())
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None
        if fini.returncode:
            detail = fini.stderr.strip().splitlines()
            raise EnvoiCoupe(self.nom, detail[0] if detail else f"rsync a rendu {fini.returncode}")
        return fini.stdout


class Branche:
    """La branche de pages d'un dépôt git (Codeberg, GitLab) : un seul enregistrement, tout ou rien."""

    def __init__(self, url: str, branche: str, source: Path, moment: datetime) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w/.-]{0,80}", branche, re.ASCII) or ".." in branche:
            raise ErreurUsage(
                f"« {branche} » n'est pas un nom de branche.", "Écrire par exemple --branche pages"
            )
        self.nom, self._branche, self._moment = url, branche, moment
        self._fichiers = fichiers(source)

    def plan(self) -> Plan:
        """Ce qui diffère de la branche."""
        with self._depot() as (depot, parent):
            ici = self._objets(depot)
            la_bas = self._arbre(depot, parent)
            la_bas.pop(".nojekyll", None)
            return Plan(
                tuple(c for c, objet in ici.items() if la_bas.get(c) != objet),
                tuple(sorted(c for c in la_bas if c not in ici)),
            )

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Un enregistrement de plus sur la branche, porté d'un coup."""
        if not (plan.a_poser or plan.a_oter):
            return
        with self._depot() as (depot, parent):
            objets = self._objets(depot) | {
                ".nojekyll": git.git(depot, "hash-object", "-w", "--stdin").decode().strip()
            }
            index = "".join(f"100644 {objet}\t{chemin}\0" for chemin, objet in sorted(objets.items()))
            git.git(depot, "update-index", "-z", "--index-info", entree=index.encode(), env=self._env(depot))
            arbre = git.git(depot, "write-tree", env=self._env(depot)).decode().strip()
            suite = ("-p", parent) if parent else ()
            commit = (
                git.git(depot, "commit-tree", arbre, *suite, "-m", "Le site", env=self._env(depot))
                .decode()
                .strip()
            )
            avancer(len(plan.a_poser), len(plan.a_poser) + 1)
            try:
                git.git(depot, "push", "--quiet", "--", self.nom, f"{commit}:refs/heads/{self._branche}")
            except GitRefuse as refus:
                raise EnvoiCoupe(self.nom, _dit_par_git(refus)) from None
            avancer(len(plan.a_poser) + 1, len(plan.a_poser) + 1)

    @contextmanager
    def _depot(self) -> Iterator[tuple[Path, str]]:
        """Un dépôt de passage, et ce que la branche a aujourd'hui (vide si elle n'existe pas)."""
        with tempfile.TemporaryDirectory(prefix="tiers-lieu-site-") as dossier:
            depot = Path(dossier)
            git.initialiser(depot)
            try:
                vue = git.git(depot, "ls-remote", "--", self.nom, f"refs/heads/{self._branche}").decode()
                if vue:
                    git.git(
                        depot, "fetch", "--quiet", "--depth=1", "--", self.nom, f"refs/heads/{self._branche}"
                    )
            except GitRefuse as refus:
                raise EnvoiCoupe(self.nom, _dit_par_git(refus)) from None
            yield depot, vue.split()[0] if vue else ""

    def _env(self, depot: Path) -> dict[str, str]:
        return git.environnement(depot, "concierge", self._moment)

    def _objets(self, depot: Path) -> dict[str, str]:
        """Chaque fichier du site, rangé dans le dépôt de passage."""
        chemins = "\n".join(str(f) for f in self._fichiers.values())
        # Un dépôt de passage : rien n'y est à garder d'une coupure de courant.
        mots = ("-c", "core.fsync=none", "hash-object", "-w", "--no-filters", "--stdin-paths")
        sortie = git.git(depot, *mots, entree=chemins.encode())
        return dict(zip(self._fichiers, sortie.decode().split(), strict=True))

    @staticmethod
    def _arbre(depot: Path, commit: str) -> dict[str, str]:
        if not commit:
            return {}
        lignes = git.git(depot, "ls-tree", "-r", "-z", commit).decode("utf-8", "replace").split("\0")
        return {nom: meta.split()[2] for meta, _, nom in (x.partition("\t") for x in lignes) if nom}


def _dit_par_git(refus: GitRefuse) -> str:
    dernieres = [x for x in refus.erreur.strip().splitlines() if x.strip()]
    return dernieres[-1].removeprefix("fatal: ")[:120] if dernieres else "git a refusé"
