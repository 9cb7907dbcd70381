"""Suivre un chapitre : proposer, laisser faire, regarder le lieu, retenir où l'on en est."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble import a_part, lieu_invente
from tiers_lieu_cli.ensemble.apprendre.modele import Chapitre, Etape, Progres, Vu
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.lieu import verifier_fuseau
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

#: L'arbre vide de git : d'où part un dépôt qui n'existait pas.
_DEPOTS = ("", "registre", "finance")
_PROGRES = "progres.json"
#: Ce qu'on tape au cours, à part les commandes.
INDICE, PASSER, QUITTER = "indice", "passer", "quitter"


def dossier_du_cours(environ: Mapping[str, str]) -> Path:
    """Là où vit le cours de cette personne."""
    donnees = environ.get("XDG_DATA_HOME", "")
    return (Path(donnees) if donnees else Path.home() / ".local/share") / "tiers-lieu/cours"


class Cours:
    """Le cours de quelqu'un : un lieu inventé à lui, et où il en est."""

    def __init__(self, dossier: Path, ici: Poste) -> None:
        self._dossier = dossier
        self._ecran = ici.ecran
        self._ici = ici
        # Le lieu de tous les jours n'est pas celui du cours.
        self._environ = {nom: v for nom, v in ici.environ.items() if nom != "TIERS_LIEU"}
        self.lieu = dossier / "lieu"
        self.progres = self._relire()

    # -- où l'on en est -------------------------------------------------------

    def _relire(self) -> Progres:
        try:
            return msgspec.json.decode((self._dossier / _PROGRES).read_bytes(), type=Progres)
        except (OSError, msgspec.DecodeError):
            return Progres()

    def _retenir(self) -> None:
        (self._dossier / _PROGRES).write_bytes(msgspec.json.encode(self.progres))

    def recommencer(self) -> None:
        """Jeter le lieu du cours ; rien d'autre n'est jamais ôté."""
        if self._dossier.exists() and not (self._dossier / _PROGRES).is_file():
            raise ErreurUsage(f"{self._dossier} n'est pas un cours.", "L'ôter soi-même, ou en dire un autre.")
        shutil.rmtree(self._dossier, ignore_errors=True)
        self.progres = Progres()

    def preparer(self) -> None:
        """Bâtir le lieu du cours, s'il n'est pas encore là."""
        if (self._dossier / _PROGRES).is_file() and self.lieu.is_dir():
            return
        if self.lieu.exists():
            raise Echec(f"Le cours de {self._dossier} est abîmé.", "Le refaire : tl apprendre --recommencer")
        self._ecran.dire("Le temps de bâtir La Passerelle, lieu inventé : vous pouvez tout y casser.")
        self._ecran.finir()
        self._dossier.mkdir(parents=True, exist_ok=True)
        pendule = Horloge(verifier_fuseau(lieu_invente.REGLAGES.fuseau), heure_imposee(self._environ))
        muet = Ecran(self._ecran.sortie, self._ecran.erreurs)
        ici = Poste(environ=self._environ, ecran=muet, genres=self._ici.genres)
        lieu_invente.batir(self.lieu, ici, pendule.maintenant())
        self._retenir()

    # -- une étape ------------------------------------------------------------

    def commencer(self, etape: Etape) -> None:
        """Préparer l'étape et retenir d'où elle part ; la reprendre ne refait rien."""
        if self.progres.en_cours == etape.nom:
            return
        for mots in etape.avant if etape.nom not in self.progres.preparees else ():
            fini = a_part.lancer(self._mots(mots), self._environ, subprocess.PIPE)
            if fini.returncode:
                raise Echec(
                    f"Le cours n'a pas pu préparer cette étape : {fini.stderr.strip()}",
                    "Refaire le lieu du cours : tl apprendre --recommencer",
                )
        self.progres.preparees.append(etape.nom)
        depots = {nom: Depot(self.lieu / nom) for nom in _DEPOTS}
        self.progres.depart = {nom: depot.tete() for nom, depot in depots.items() if depot.existe}
        self.progres.en_cours = etape.nom
        self._retenir()

    def _mots(self, mots: tuple[str, ...]) -> list[str]:
        ailleurs = {"{moyeu}": self._dossier / "moyeu", "{autre}": self._dossier / "autre-poste"}
        dits = [str(ailleurs.get(mot, mot)) for mot in mots]
        return dits if dits[0] == "--lieu" else ["--lieu", str(self.lieu), *dits]

    def manque(self, etape: Etape) -> str:
        """Ce qui manque encore dans le lieu pour que l'étape soit faite ; vide si elle l'est."""
        muet = Ecran(self._ecran.sortie, self._ecran.erreurs)
        ici = Poste(dossier=self.lieu, environ=self._environ, ecran=muet, genres=self._ici.genres)
        c = ouvrir_lieu(self.lieu, ici).en_lecture()
        changes = [change for nom in _DEPOTS for change in self._changes(nom)]
        poses = frozenset(chemin for etat, chemin in changes if etat != "D")
        otes = frozenset(chemin for etat, chemin in changes if etat == "D")
        return etape.manque(Vu(c.arbre, poses, otes))

    def _changes(self, nom: str) -> Iterator[tuple[str, str]]:
        """Ce que ce dépôt a gardé depuis le début de l'étape : « A » ou « D », et le chemin."""
        depot = Depot(self.lieu / nom)
        if not depot.existe:
            return
        comparer = ("diff", "--name-status", "--no-renames", "-z")
        try:
            dits = depot.git(*comparer, self.progres.depart.get(nom) or git.DOSSIER_VIDE, "HEAD")
        except GitRefuse:
            # L'histoire a été réécrite (une personne effacée) : tout compte.
            dits = depot.git(*comparer, git.DOSSIER_VIDE, "HEAD")
        mots = dits.decode("utf-8", "replace").split("\0")
        for etat, chemin in zip(mots[::2], mots[1::2], strict=False):
            yield etat, f"{nom}/{chemin}" if nom else chemin

    def faire(self, ligne: str) -> None:
        """Passer la commande tapée, dans le lieu du cours et nulle part ailleurs."""
        try:
            mots = shlex.split(ligne.removeprefix("$"))
        except ValueError:
            self._ecran.dire("Il manque un guillemet.")
            return
        mots = mots[1:] if mots and mots[0] in ("tl", "tiers-lieu") else mots
        if mots[:1] == ["apprendre"] or any(m.split("=")[0] == "--lieu" for m in mots):
            self._ecran.dire("Ici, tout se passe dans le lieu du cours.")
            return
        a_part.lancer(["--lieu", str(self.lieu), *mots], self._environ)

    # -- un chapitre ----------------------------------------------------------

    def suivre(self, chapitre: Chapitre) -> bool:
        """Le chapitre, d'où on l'a laissé ; vrai s'il est fini."""
        self.preparer()
        while etape := self.progres.suivante(chapitre):
            self.commencer(etape)
            self._presenter(chapitre, etape)
            if not self._tenir(chapitre, etape):
                self._ecran.dire(f"  On reprendra ici : tl apprendre {chapitre.nom}")
                return False
        return True

    def _presenter(self, chapitre: Chapitre, etape: Etape) -> None:
        rang = [e.nom for e in chapitre.etapes].index(etape.nom) + 1
        self._ecran.dire()
        self._ecran.titre(f"{rang}/{len(chapitre.etapes)}  {etape.titre}", chapitre.titre)
        self._ecran.dire(etape.texte)
        self._ecran.dire(f"  Par exemple : {etape.exemple}")

    def _tenir(self, chapitre: Chapitre, etape: Etape) -> bool:
        """Laisser faire jusqu'à ce que le lieu dise que c'est fait ; faux si l'on s'arrête là."""
        while True:
            ligne = self._lire()
            if ligne is None or ligne.lower() in (QUITTER, "q", "exit"):
                return False
            if ligne.lower() == INDICE:
                self._ecran.dire(f"  {etape.exemple}")
                continue
            if ligne.lower() != PASSER:
                if ligne:
                    self.faire(ligne)
                if manque := self.manque(etape):
                    self._ecran.dire(f"… {manque}  [{INDICE} · {PASSER} · {QUITTER}]")
                    continue
                self._ecran.dire(f"✓ {etape.retenir}")
            self.progres.finir(chapitre, etape)
            self._retenir()
            return True

    def _lire(self) -> str | None:
        """Une ligne tapée, avec l'histoire du terminal là où il en a une ; `None` : on s'en va."""
        with suppress(ImportError):
            import readline  # noqa: F401  (il suffit de le charger)
        self._ecran.finir()
        try:
            return input("tl> " if os.environ.get("TERM") == "dumb" else "\ntl> ").strip()
        except (EOFError, KeyboardInterrupt):
            self._ecran.dire()
            return None
