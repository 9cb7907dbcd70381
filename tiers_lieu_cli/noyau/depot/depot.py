"""Un dépôt du lieu : ce qui est enregistré, et la porte par où l'on y écrit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git, sante, verrous
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.depot.roles import CONCIERGE, ROLES

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture, Gardien


class Depot:
    """Un dépôt du lieu, tenu par un rôle (`concierge`, `tresorier`…)."""

    #: Combien on attend qu'une autre commande ait fini d'y écrire.
    ATTENTE = systeme.ATTENTE_DU_VERROU

    def __init__(self, racine: Path) -> None:
        self.racine = racine
        self.interne = racine / ".git"

    @classmethod
    def creer(cls, racine: Path) -> Depot:
        """Un dépôt neuf et vide dans `racine`, fermé aux autres comptes de la machine."""
        git.initialiser(racine)
        depot = cls(racine)
        depot.interne.chmod(0o700)
        return depot

    @property
    def existe(self) -> bool:
        """Y a-t-il un dépôt ici ? (Le registre peut manquer sur un poste.)"""
        return os.path.lexists(self.interne)

    @cached_property
    def reglages(self) -> dict[str, str]:
        """Les réglages de ce dépôt, lus et vérifiés une fois, comme tout ce qu'il contient."""
        if not self.existe:
            raise EchecDuDepot(f"{self.racine} n'a pas d'archive.", "Ouvrir un lieu : tl init.")
        return sante.ouvrir(self.interne)

    def regler(self, nom: str, valeur: str) -> None:
        """Retenir un réglage dans ce dépôt."""
        self.git("config", nom, valeur)
        del self.reglages

    @property
    def role(self) -> str:
        """Le rôle de ce poste, celui que l'histoire retient."""
        nom = self.reglages.get("user.name", "")
        return nom if nom in ROLES else CONCIERGE

    @property
    def env(self) -> dict[str, str]:
        """L'environnement où ce dépôt se lit."""
        return git.environnement(self.racine)

    def exiger_sain(self) -> None:
        """Refuser de s'en servir si ses réglages sont douteux."""
        _ = self.reglages

    def git(self, *mots: str, entree: bytes = b"") -> bytes:
        """Interroger l'archive ; refusé si ses réglages sont douteux."""
        self.exiger_sain()
        return verrous.malgre_un_mort(
            self.interne, lambda: git.git(self.racine, *mots, entree=entree, env=self.env)
        )

    def tete(self) -> str:
        """L'empreinte du dernier enregistrement ; vide s'il n'y en a aucun."""
        self.exiger_sain()
        return git.tete_ecrite(self.interne) or self.empreinte("HEAD")

    def empreinte(self, nom: str) -> str:
        """L'empreinte que ce nom désigne ; vide s'il n'en désigne aucune."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", nom).decode().strip()
        except GitRefuse as refus:
            if git.est_trop_vieux(refus):
                raise
            return ""

    def combien(self, entre: str) -> int:
        """Les actions de cette suite d'enregistrements (« a..b ») ; réunir n'en est pas une."""
        return int(self.git("rev-list", "--count", "--max-parents=1", entre))

    def prolonge(self, ancien: str, neuf: str) -> bool:
        """Ce dépôt a-t-il cet `ancien` enregistrement, et `neuf` en descend-il, ou est-ce lui ?"""
        try:
            self.git("merge-base", "--is-ancestor", ancien, neuf)
        except GitRefuse:
            return False
        return True

    def a_la_main(self) -> list[str]:
        """Les chemins que la main a changés, ajoutés ou ôtés depuis le dernier enregistrement."""
        return self.chercher_la_main()()

    def chercher_la_main(self, *, neufs: bool = True) -> Callable[[], list[str]]:
        """Commencer à chercher ce que la main a changé ; la réponse se demande plus tard.

        `neufs` : les fichiers qui ne sont pas encore enregistrés aussi ; sans eux, on attend moitié moins.
        """
        _ = self.reglages
        # Un dépôt emboîté a ses propres réglages : on n'y entre pas.
        sur = ("--ignore-submodules=all", "--no-renames")
        lesquels = f"--untracked-files={'all' if neufs else 'no'}"
        attendre = git.commencer(self.racine, "status", "--porcelain", "-z", lesquels, *sur)

        def chemins() -> list[str]:
            lignes = attendre().split(b"\0")
            return sorted({ligne[3:].decode("utf-8", "replace") for ligne in lignes if ligne})

        return chemins

    @contextmanager
    def ecriture(self, moment: datetime, gardien: Gardien) -> Iterator[Ecriture]:
        """Tenir le verrou, le temps de lire, de décider et d'enregistrer une seule fois.

        `gardien` voit tout ce qui sera enregistré (la douane, pour l'archive). Une action que la mort
        d'un processus avait coupée est d'abord finie.
        """
        from tiers_lieu_cli.noyau.depot import menage, purge, voisinage
        from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
        from tiers_lieu_cli.noyau.depot.objets import Objets

        _ = self.reglages
        for defaut in sante.chantiers(self.racine):
            raise EchecDuDepot(str(defaut), defaut.remede)
        a_dire = voisinage.examiner(self.racine, os.environ)
        try:
            with systeme.verrou(self.interne / verrous.VERROU, self.ATTENTE) as poignee:
                verrous.apres_une_mort(poignee, self.interne)
                objets = Objets(self.racine)
                try:
                    ecriture = Ecriture(self.racine, objets, self.identite(moment), gardien, self.signature())
                    ecriture.avis += a_dire
                    if purge.est_commence(self.interne) and purge.finir(self.racine):
                        ecriture.avis.append("Un effacement interrompu est terminé.")
                    yield ecriture
                    if ecriture.faite:
                        menage.ranger(self)
                finally:
                    objets.fermer()
                    verrous.rendre(poignee)
        except OSError as erreur:
            raise EchecDuDepot(
                f"L'écriture a été refusée : {systeme.raison(erreur)} ({erreur.filename or self.racine}).",
                "Y remédier, puis recommencer : rien n'est enregistré.",
            ) from None

    def gardien(self) -> Gardien | None:
        """Qui regarde ce qui entre ici, quand ce n'est pas la douane de l'archive."""
        return None

    def identite(self, moment: datetime) -> dict[str, str]:
        """L'environnement de qui enregistre ici : un rôle, jamais une personne."""
        return git.environnement(self.racine, self.role, moment)

    def signature(self) -> tuple[str, ...]:
        """Les réglages qui signent un enregistrement ; vide si ce poste ne signe pas."""
        clef = self.reglages.get("user.signingkey")
        return ("-c", "gpg.format=ssh", "-c", f"user.signingkey={clef}") if clef else ()


class DepotNu(Depot):
    """Un dépôt sans fichiers : celui d'un moyeu, ou celui où une histoire se réécrit à part."""

    def __init__(self, racine: Path) -> None:
        super().__init__(racine)
        self.interne = racine
        #: Ce qu'il faut ajouter pour lire ce qui est encore en quarantaine.
        self.quarantaine: dict[str, str] = {}

    @property
    def env(self) -> dict[str, str]:
        """Voir `Depot.env`."""
        return git.environnement(self.racine, nu=True) | self.quarantaine

    def exiger_sain(self) -> None:
        """Rien à exiger : les réglages d'un dépôt nu sont ceux de qui le tient."""
