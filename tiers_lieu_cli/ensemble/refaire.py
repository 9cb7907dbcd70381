"""Refaire ce qui n'est pas encore envoyé, sans ce que le moyeu ne peut pas recevoir.

Personne n'a vu ces actions : l'histoire de ce poste peut donc être refaite, une action neuve à la
place de chacune, par-dessus ce que le moyeu garde. Rien ne se perd : l'histoire d'avant est gardée
sous une référence, et chaque fichier laissé de côté l'est en copie, jusqu'à l'envoi suivant.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property

import msgspec

from tiers_lieu_cli.ensemble import lecture
from tiers_lieu_cli.ensemble.lecture import Apport, Faute, Lecture, Nature
from tiers_lieu_cli.ensemble.reparation import remplacer
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import enregistrement, git, histoire, photos
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.enregistrement import Enregistrement
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.objets import Deposes, Objets
from tiers_lieu_cli.noyau.depot.poses import chemin_permis
from tiers_lieu_cli.noyau.depot.purge import COPIES
from tiers_lieu_cli.noyau.depot.roles import permis
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import controle
from tiers_lieu_cli.noyau.fiches.verification import motif
from tiers_lieu_cli.noyau.gens.mur import Indice, Sorte
from tiers_lieu_cli.noyau.lieu import REGLAGES
from tiers_lieu_cli.noyau.texte import en_tirets

#: L'histoire de ce poste d'avant la réfection, gardée jusqu'à l'envoi suivant.
AVANT = "refs/tiers-lieu/avant"
#: Les actions refaites ici, dans l'ordre de son suivi.
REFAITES = "refs/tiers-lieu/refaites"
MONTANT_RETIRE, CONTACT_RETIRE = "(montant retiré)", "(contact retiré)"


class NonEnvoyee(msgspec.Struct, frozen=True):
    """Une action que le moyeu ne reçoit pas telle quelle : ce qu'elle fut, et pourquoi."""

    code: str
    moment: datetime
    phrase: str
    fautes: tuple[Faute, ...]


class Refaite(msgspec.Struct, frozen=True):
    """Ce qu'une réfection donnerait : les actions neuves, la tête, et les fichiers laissés de côté."""

    tete: str
    laisses: tuple[str, ...]
    neuves: tuple[str, ...]


def non_envoyees(lue: Lecture, distant: str, fautes: Sequence[Faute]) -> list[NonEnvoyee]:
    """Les actions en cause, de la plus ancienne à la plus récente."""
    par_commit: dict[str, list[Faute]] = {}
    for faute in fautes:
        par_commit.setdefault(faute.commit, []).append(faute)
    trouvees = []
    for apport in lue.apports(distant, "HEAD"):
        siennes = par_commit.pop(apport.lu.empreinte, [])
        # Une faute du dernier état appartient à la dernière action qui a touché ce fichier.
        touches = {chemin for contre in apport.contre for chemin in contre}
        siennes += [f for f in par_commit.get("", ()) if f.chemin in touches]
        if siennes:
            lu = apport.lu
            trouvees.append(NonEnvoyee(lu.empreinte[:8], lu.moment, lu.phrase, tuple(dict.fromkeys(siennes))))
    return trouvees


def reconnaitre(lue: Lecture, distant: str, raisons: Iterable[str]) -> list[Faute]:
    """Ce que le moyeu reproche et que ce poste ne voit pas lui-même : l'action et le fichier qu'il nomme."""
    reconnues = []
    apports = list(lue.apports(distant, "HEAD"))
    for raison in raisons:
        for apport in apports:
            if apport.lu.empreinte[:8] in raison:
                reconnues.append(Faute(raison, Nature.ENREGISTREMENT, apport.lu.empreinte))
            reconnues += [
                Faute(raison, Nature.FORME, apport.lu.empreinte, chemin)
                for chemin, _ in controle.fichiers(apport.neufs())
                if chemin in raison
            ]
    return reconnues


class Refection:
    """Une réfection en cours, sous le verrou ; `refuses` : les fichiers que le moyeu nomme dans ses refus."""

    def __init__(
        self, depot: Depot, lue: Lecture, distant: str, moment: datetime, refuses: Iterable[str]
    ) -> None:
        self._depot = depot
        self._lue = lue
        self._distant = distant
        self._moment = moment
        self._refuses = frozenset(refuses)
        self._objets = Objets(depot.racine, depot.env)
        self._contenus = Deposes(depot.interne)
        self._propres: dict[tuple[str, str], str | None] = {}
        self._refaits: dict[str, str] = {}

    def faire(self) -> Refaite:
        """Bâtir la nouvelle histoire, sans encore y aller."""
        net = histoire.changements(self._depot, self._distant, "HEAD")
        # Ce qui restera de chaque fichier ; ce qui ne peut pas rester comme il est revient au moyeu.
        voulus: dict[str, str | None] = {}
        laisses = []
        for chemin, change in net.items():
            propre = self._propre(chemin, change)
            if propre is None:
                laisses.append(chemin)
            else:
                voulus[self._chemin(chemin)] = propre or None
        tete = self._distant
        for apport in self._lue.apports(self._distant, "HEAD"):
            if len(apport.lu.parents) < 2:
                tete = self._refaire(apport, tete, frozenset(laisses))
        reste = self._a_changer(tete, voulus)
        if reste:
            phrase = "Mise en commun avec les autres postes"
            tete = self._deposer(
                tete, reste, enregistrement.ecrire(phrase, "synchroniser", reste), self._moment
            )
        return Refaite(tete, tuple(laisses), tuple(self._refaits.values()))

    def _refaire(self, apport: Apport, tete: str, laisses: frozenset[str]) -> str:
        """La même action, sans ce qui ne passe pas ; `tete` si elle n'a plus rien à dire."""
        changes: dict[str, str | None] = {}
        arbre = self._arbre(tete)
        for chemin, change in controle.fichiers(apport.neufs()):
            propre = None if chemin in laisses else self._propre(chemin, change)
            avant = self._deja_propre(chemin, change.avant)
            ou = self._chemin(chemin)
            present = self._objets.entree(arbre, ou)
            # Un autre poste a changé ce fichier : ce que les deux ont donné se pose à la fin, réuni.
            if propre is not None and (present.empreinte if present else None) == avant:
                changes[ou] = propre or None
        changes = self._a_changer(tete, changes)
        if not changes:
            return tete
        lu, quand = apport.lu, self._moment
        if lu.auteur.instant is not None and lu.auteur.instant <= quand.timestamp():
            quand = datetime.fromtimestamp(lu.auteur.instant, quand.tzinfo)
        neuf = self._deposer(tete, changes, self._texte(lu, changes), quand)
        self._refaits[lu.empreinte] = neuf
        return neuf

    def _texte(self, lu: Enregistrement, changes: Mapping[str, str | None]) -> bytes:
        suites = lu.suites()
        phrase = lu.phrase.strip() or "Écrit à la main"
        for indice in self._lue.indices(phrase):
            phrase = phrase.replace(indice.extrait, _plutot(indice))
        if self._lue.indices(phrase):
            phrase = "Une action dont la phrase ne pouvait pas être envoyée"
        actions = suites.get("Action", ["enregistrer"])
        defait = suites.get("Annule", [""])[0]
        return enregistrement.ecrire(
            phrase[: controle.PHRASE_MAXIMALE], actions[0], changes, self._refaits.get(defait, defait)
        )

    def _a_changer(self, tete: str, voulus: Mapping[str, str | None]) -> dict[str, str | None]:
        """Ce qui, de ces contenus voulus, n'est pas déjà ainsi dans cette tête."""
        arbre = self._arbre(tete)
        entrees = {chemin: self._objets.entree(arbre, chemin) for chemin in voulus}
        return {c: v for c, v in voulus.items() if (e.empreinte if (e := entrees[c]) else None) != v}

    def _arbre(self, tete: str) -> str | None:
        lu = self._objets.lire(f"{tete}^{{tree}}") if tete else None
        return lu[0] if lu else None

    def _deposer(self, tete: str, changes: Mapping[str, str | None], texte: bytes, quand: datetime) -> str:
        chemins = {tuple(chemin.split("/")): blob for chemin, blob in changes.items()}
        rebati = self._contenus.rebatir(self._objets, self._arbre(tete), chemins)
        arbre = rebati or self._contenus.deposer("tree", b"")
        signature = self._depot.signature()
        signer = ["-S"] if signature else []
        ascendant = ["-p", tete] if tete else []
        mots = (*signature, "commit-tree", *signer, arbre, *ascendant)
        env = self._depot.identite(quand)
        return git.git(self._depot.racine, *mots, entree=texte, env=env).decode().strip()

    def _deja_propre(self, chemin: str, empreinte: str | None) -> str | None:
        """L'empreinte que ce contenu a dans la nouvelle histoire."""
        if empreinte is None:
            return None
        return self._propres.get((chemin, empreinte)) or empreinte

    def _propre(self, chemin: str, change: Changement) -> str | None:
        """L'empreinte à garder de ce fichier : « » s'il est ôté, `None` s'il ne peut pas être envoyé."""
        if chemin in self._refuses or not permis(self._depot.role, chemin):
            return None
        if change.apres is None:
            return None if chemin == REGLAGES else ""
        clef = (chemin, change.apres)
        if clef not in self._propres:
            self._propres[clef] = self._nettoyer(chemin, change)
        return self._propres[clef]

    def _chemin(self, chemin: str) -> str:
        """Où ce fichier se range dans la nouvelle histoire : un nom qui nomme quelqu'un n'y entre pas."""
        indices = self._lue.indices(chemin)
        if not indices or self._deja_au_moyeu(chemin) is not None:
            return chemin
        souche = avant = _souche(chemin)
        for indice in indices:
            souche = souche.replace(indice.extrait, "")
        return f"{en_tirets(souche, 'fiche')}.".join(chemin.rsplit(f"{avant}.", 1))

    def _deja_au_moyeu(self, chemin: str) -> bytes | None:
        entree = self._objets.entree(self._arbre(self._distant), chemin)
        return self._objets.contenu(entree.empreinte) if entree else None

    def _nettoyer(self, chemin: str, change: Changement) -> str | None:
        nu = Changement(change.mode, None, change.apres)
        fautes = list(self._lue.des_fichiers([(chemin, nu)]))
        if any(f.nature is Nature.FORME for f in fautes):
            return None
        octets = self._objets.contenu(change.apres) or b""
        neufs: bytes | None = self._renommer(octets) if not photos.est_photo(chemin) else octets
        if fautes and neufs is not None:
            neufs = nettoyer(self._lue, self._chemin(chemin), neufs, self._deja_au_moyeu(chemin) or b"")
        if neufs is None or (not photos.est_photo(chemin) and lecture.schema(self._chemin(chemin), neufs)):
            return None
        if neufs == octets:
            return change.apres
        return self._contenus.deposer("blob", neufs)

    def _renommer(self, octets: bytes) -> bytes:
        """Le même fichier, où une fiche qui change de nom est citée par le nouveau."""
        for ancien, neuf in self._renommees.items():
            octets = re.sub(motif(ancien).encode(), neuf.encode(), octets)
        return octets

    @cached_property
    def _renommees(self) -> dict[str, str]:
        """Les identifiants qui changent, de l'ancien au nouveau."""
        touches = {
            chemin for apport in self._lue.apports(self._distant, "HEAD") for chemin in apport.contre[0]
        }
        paires = ((chemin, self._chemin(chemin)) for chemin in touches)
        return {_souche(ancien): _souche(neuf) for ancien, neuf in paires if ancien != neuf}


def nettoyer(lue: Lecture, chemin: str, octets: bytes, deja: bytes) -> bytes | None:
    """Le même fichier, où un nom est une mention et un montant est retiré ; `None` si cela ne suffit pas.

    `deja` : ce que le moyeu en garde, et qui n'est plus à juger.
    """

    def restent(contenu: bytes) -> list[Indice]:
        return lecture.neufs(lue.indices(lecture.tout_ce_que_dit(chemin, contenu)), chemin, deja)

    try:
        neufs = remplacer(octets, chemin, {indice.extrait: _plutot(indice) for indice in restent(octets)})
    except (FicheFautive, msgspec.ValidationError):
        return None
    return None if restent(neufs) else neufs


def _souche(chemin: str) -> str:
    return chemin.rpartition("/")[2].rpartition(".")[0]


def _plutot(indice: Indice) -> str:
    if indice.personne:
        return f"@{indice.personne}"
    return MONTANT_RETIRE if indice.sorte is Sorte.MONTANT else CONTACT_RETIRE


def y_aller(depot: Depot, ecriture: Ecriture, refaite: Refaite) -> None:
    """Quitter l'histoire non envoyée pour celle qu'on a refaite ; garder une copie de ce qu'on laisse."""
    depot.git("update-ref", AVANT, "HEAD")
    for neuve in refaite.neuves:
        # Refaite ou non, c'est une action de ce poste : elle se défait comme les autres.
        depot.git("update-ref", "--create-reflog", "-m", git.D_ICI, REFAITES, neuve)
    objets = Objets(depot.racine, depot.env)
    a_la_main: list[str] = []
    for chemin, change in histoire.changements(depot, "HEAD", refaite.tete).items():
        if chemin in refaite.laisses and change.avant:
            _copier(depot, chemin, objets.contenu(change.avant))
        sur_disque = depot.racine / chemin
        if chemin_permis(chemin) and not sur_disque.is_symlink() and not sur_disque.is_dir():
            ecriture.donner(chemin, objets.contenu(change.apres))
        else:
            a_la_main.append(chemin)
    ecriture.avancer(refaite.tete, "Actions refaites pour être envoyées")
    for chemin in a_la_main:
        _oter_l_impossible(depot, chemin)


def _copier(depot: Depot, chemin: str, octets: bytes | None) -> None:
    copie = depot.interne / COPIES / chemin
    if octets is not None and chemin_permis(chemin):
        copie.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        systeme.remplacer(copie, [octets], abrite=True)


def _oter_l_impossible(depot: Depot, chemin: str) -> None:
    """Un lien ou un nom que l'outil ne pose jamais : la main l'a enregistré, il s'en va du lieu."""
    with suppress(OSError):
        os.unlink(depot.racine / chemin)
    depot.git("update-index", "--force-remove", "--", chemin)


def copie(depot: Depot) -> str:
    """La tête d'avant la dernière réfection, si elle est encore gardée."""
    return depot.empreinte(AVANT)


def oublier(depot: Depot) -> None:
    """L'envoi a réussi : la copie d'avant n'a plus lieu d'être, ni rien de ce qu'elle seule atteignait."""
    depot.git("update-ref", "-d", AVANT)
    shutil.rmtree(depot.interne / COPIES, ignore_errors=True)
    for nom in ("HEAD", "refs/heads/main"):
        depot.git("reflog", "expire", "--expire-unreachable=now", nom)
    depot.git("prune", "--expire=now")
