"""Réécrire l'histoire du registre sans quelqu'un, dans un dépôt à part : rien d'autre n'y change.

Chaque enregistrement est refait avec sa phrase, sa date et ses ascendants ; n'y entre que ce qui ne
parle pas de l'effacé. Mêmes entrées, même résultat, sur chaque poste.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS, Courrier, Etat
from tiers_lieu_cli.ensemble.donnees.traces import Traces
from tiers_lieu_cli.noyau.depot import enregistrement, git
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.objets import Entree, Objets, deposer, ecrire_dossier
from tiers_lieu_cli.noyau.depot.poses import chemin_permis
from tiers_lieu_cli.noyau.depot.purge import A_PART
from tiers_lieu_cli.noyau.depot.roles import CONCIERGE
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, PERSONNES, Effacee, Personne
from tiers_lieu_cli.noyau.motif import motif

#: L'action que l'histoire retient ; elle ne s'annule pas.
ACTION = "donnees.effacer"
#: Une fiche de désaccord garde l'autre version d'une fiche de personne, et porte son nom.
_DESACCORD = motif(r"journal/desaccords/.*-(p-[a-z0-9]{6})-[0-9a-f]{8}\.md", re.ASCII)
_ARBRE, _FICHIER = "40000", "100644"


class Effacement(msgspec.Struct, frozen=True):
    """Qui disparaît (`ident`), sous quels noms de fiche il a vécu (`anciens`, lui compris), et quand."""

    ident: str
    anciens: frozenset[str]
    le: date


def concerne(chemin: str, idents: frozenset[str]) -> bool:
    """Ce fichier du registre est-il la fiche de l'une de ces personnes, ou un désaccord sur elle ?"""
    desaccord = _DESACCORD.fullmatch(chemin)
    return (desaccord[1] if desaccord else PERSONNES.genre.ident(chemin)) in idents


@contextmanager
def a_part(depot: Depot) -> Iterator[DepotNu]:
    """Un dépôt provisoire dans celui-ci, qui en lit les contenus ; une panne n'en laisse qu'un dossier."""
    racine = depot.interne / A_PART
    shutil.rmtree(racine, ignore_errors=True)
    racine.mkdir(mode=0o700)
    try:
        git.initialiser(racine, nu=True)
        part = DepotNu(racine)
        part.quarantaine |= {"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(depot.interne / "objects")}
        yield part
    finally:
        shutil.rmtree(racine, ignore_errors=True)


class Registres:
    """Ce que des histoires du registre disent : les fiches d'une personne, et celles qui restent."""

    def __init__(self, depot: Depot, tetes: Iterable[str], vivante: str) -> None:
        self.tetes = tuple(dict.fromkeys(filter(None, tetes)))
        self.vivante = vivante
        self.objets = Objets(depot.racine, depot.env)
        self._depot = depot

    def enregistrements(self) -> list[str]:
        """Toute l'histoire, du plus ancien au plus récent."""
        return self._depot.git("rev-list", "--reverse", "--topo-order", *self.tetes).decode().split()

    def traces(self, effacements: Iterable[Effacement]) -> list[Traces]:
        """De chacun, toutes les formes sous lesquelles l'histoire l'a nommé."""
        versions: dict[str, list[Personne]] = {}
        sortie = self._depot.git("rev-list", "--objects", *self.tetes).decode("utf-8", "replace")
        for ligne in sortie.splitlines():
            empreinte, _, chemin = ligne.partition(" ")
            if qui := PERSONNES.genre.ident(chemin):
                versions.setdefault(qui, []).extend(self._lues(empreinte, chemin))
        effacements = list(effacements)
        partis = frozenset(i for e in effacements for i in e.anciens)
        restent = [p for qui, p in self.presents().items() if qui not in partis]
        return [
            Traces(e.ident, (p for ancien in sorted(e.anciens) for p in versions.get(ancien, ())), restent)
            for e in effacements
        ]

    def presents(self) -> dict[str, Personne]:
        """Les fiches du dernier état."""
        lu = self.objets.lire(f"{self.vivante}^{{tree}}") if self.vivante else None
        entree = self.objets.entree(lu[0], PERSONNES.genre.dossier) if lu else None
        if entree is None or not entree.est_dossier:
            return {}
        lues = {}
        for nom, fichier in self.objets.dossier(entree.empreinte).items():
            chemin = f"{PERSONNES.genre.dossier}/{nom}"
            if (qui := PERSONNES.genre.ident(chemin)) and (trouvees := self._lues(fichier.empreinte, chemin)):
                lues[qui] = trouvees[0]
        return lues

    def _lues(self, empreinte: str, chemin: str) -> list[Personne]:
        lu = self.objets.lire(empreinte)
        try:
            return [fiche.lire(lu[2], Personne, PERSONNES.genre.ident(chemin) or "", chemin)] if lu else []
        except FicheFautive:
            return []


class Nettoyage:
    """Ce qu'un fichier du registre devient quand des gens en partent."""

    def __init__(
        self, partis: frozenset[str], traces: Iterable[Traces], presents: Mapping[str, Personne]
    ) -> None:
        self._partis = partis
        self._traces = [t for t in traces if t.versions]
        self._presents = presents
        self._connus: dict[tuple[str, str], bool] = {}

    def texte(self, texte: str, sauf: Detecteur | None = None) -> str:
        """Ce texte, où aucun d'eux n'est plus que son identifiant."""
        for traces in self._traces:
            texte = traces.opaque(texte, sauf=sauf)
        return texte

    def chemin(self, chemin: str) -> str:
        """Où ce fichier se range ; vide s'il part."""
        if concerne(chemin, self._partis):
            return ""
        if PERSONNES.genre.ident(chemin) or EFFACEES.genre.ident(chemin):
            return chemin
        if COURRIERS.genre.ident(chemin) or LUS.genre.ident(chemin):
            return chemin
        neuf = "/".join(map(self.texte, chemin.split("/")))
        return neuf if chemin_permis(neuf) or neuf == chemin else ""

    def contenu(self, chemin: str, octets: bytes) -> bytes:
        """Ce fichier sans eux ; d'une fiche de personne, seule la prose change : son nom est à elle.

        Ce que l'un d'eux a écrit part en entier : il n'en reste que de quoi ne pas le relire.
        """
        if (courrier := self._courrier(chemin, octets)) is not None:
            return courrier
        try:
            texte = octets.decode("utf-8")
        except UnicodeDecodeError:
            return b"" if any(t.portent(octets) is not None for t in self._traces) else octets
        if not any(t.nomment(texte) for t in self._traces):
            return octets
        qui = PERSONNES.genre.ident(chemin)
        lue = self._lue(qui, octets, chemin) if qui else None
        if lue is None:
            return self.texte(texte).encode()
        sauf = Detecteur([lue])
        for prose in filter(None, (lue.portrait, lue.autre)):
            for ligne in prose.splitlines():
                texte = texte.replace(ligne, self.texte(ligne, sauf))
        return texte.encode()

    def _courrier(self, chemin: str, octets: bytes) -> bytes | None:
        """Ce qui reste d'un courrier d'eux ; `None` si ce n'en est pas un."""
        rangee = next((r for r in (COURRIERS, LUS) if r.genre.ident(chemin)), None)
        if rangee is None:
            return None
        try:
            lu = fiche.lire(octets, Courrier, rangee.genre.ident(chemin) or "", chemin)
        except FicheFautive:
            return None
        adresses = {p.courriel.lower() for t in self._traces for p in t.versions if p.courriel}
        if self._partis.isdisjoint((lu.de, lu.par)) and lu.adresse not in adresses:
            return None
        oublie = Courrier(id=lu.id, recu=lu.recu, etat=Etat.CLOS, fil=lu.fil)
        return octets if lu == oublie else fiche.ecrire(oublie, chemin)

    def est_propre(self, chemin: str, empreinte: str, octets: bytes) -> bool:
        """Cette version d'un fichier peut-elle rester dans l'histoire ?"""
        clef = (chemin, empreinte)
        if clef not in self._connus:
            self._connus[clef] = (
                self.chemin(chemin) == chemin
                and self.contenu(chemin, octets) == octets
                and not self._prend_a_eux(chemin, octets)
            )
        return self._connus[clef]

    def _prend_a_eux(self, chemin: str, octets: bytes) -> bool:
        """Une version passée d'un autre porte-t-elle un nom, un contact de l'effacé qu'il n'a plus ?"""
        qui = PERSONNES.genre.ident(chemin)
        lue = self._lue(qui, octets, chemin) if qui else None
        if not qui or lue is None:
            return False
        present = self._presents.get(qui)
        siens = {*_dits(present)} if present else set()
        return any(t.nomment(dit) for dit in _dits(lue) if dit not in siens for t in self._traces)

    @staticmethod
    def _lue(qui: str, octets: bytes, chemin: str) -> Personne | None:
        try:
            return fiche.lire(octets, Personne, qui, chemin)
        except FicheFautive:
            return None


def _dits(p: Personne) -> tuple[str, ...]:
    """Ce qui la nomme ou la joint."""
    return tuple(filter(None, (p.nom, p.surnom, p.nom_public, p.courriel, p.telephone)))


class Reecriture:
    """Une histoire refaite sans quelqu'un, dans `part`."""

    def __init__(self, part: DepotNu, registres: Registres, effacements: list[Effacement]) -> None:
        self._part = part
        self._objets = registres.objets
        self._registres = registres
        self._effacements = effacements
        self.traces = registres.traces(effacements)
        partis = frozenset(i for e in effacements for i in e.anciens)
        self.nettoyage = Nettoyage(partis, self.traces, registres.presents())
        self._arbres: dict[tuple[str, str], str | None] = {}
        self._neufs: dict[str, str] = {}

    def faire(self, identite: dict[str, str], signature: tuple[str, ...]) -> str:
        """Refaire chaque enregistrement, puis poser la trace de chacun ; rend la nouvelle tête vivante."""
        for empreinte in self._registres.enregistrements():
            self._neufs[empreinte] = self._refaire(empreinte)
        return self._marquer(identite, signature)

    def neuve(self, empreinte: str) -> str:
        """Ce qu'un enregistrement, ou l'étiquette qui le désigne, est devenu ; vide s'il n'en reste rien."""
        if empreinte in self._neufs:
            return self._neufs[empreinte]
        lu = self._objets.lire(empreinte) if empreinte else None
        if lu is None or lu[1] != "tag":
            return ""
        tete, _, texte = lu[2].decode("utf-8", "replace").partition("\n\n")
        visee, sorte, nom, *qui = tete.split("\n")
        cible = self.neuve(visee.partition(" ")[2])
        lignes = [f"object {cible}", sorte, self.nettoyage.texte(nom), *map(self._qui, qui[:1])]
        octets = ("\n".join(lignes) + "\n\n" + self.nettoyage.texte(texte)).encode()
        return deposer(self._part.racine, "tag", octets) if cible else ""

    def _refaire(self, empreinte: str) -> str:
        lu = self._objets.lire(empreinte)
        assert lu
        brut = lu[2]
        dit = enregistrement.lire(empreinte, brut)
        arbre = self._arbre(dit.arbre, "")
        parents = list(dict.fromkeys(filter(None, (self._neufs[p] for p in dit.parents))))
        change = not dit.parents or len(dit.parents) > 1 or dit.arbre != self._arbre_de(dit.parents[0])
        if len(parents) == 1 and change and self._arbre_refait(parents[0]) == arbre:
            return parents[0]
        if arbre is None and not parents:
            return ""
        tete, _, corps = brut.partition(b"\n\n")
        texte = corps.decode("utf-8", "replace")
        lignes = [f"tree {arbre or self._vide()}", *(f"parent {p}" for p in parents)]
        for ligne in tete.decode("utf-8", "replace").split("\n"):
            nom = ligne.partition(" ")[0]
            if nom in ("author", "committer"):
                lignes.append(self._qui(ligne))
        neuf = "\n".join(lignes) + "\n\n" + self.nettoyage.texte(texte)
        return deposer(self._part.racine, "commit", neuf.encode())

    def _qui(self, ligne: str) -> str:
        """Qui a enregistré ; si c'est l'effacé lui-même, son rôle."""
        nom, _, reste = ligne.partition(" ")
        qui, _, quand = reste.rpartition("> ")
        if self.nettoyage.texte(qui) == qui:
            return ligne
        return f"{nom} {CONCIERGE} <{CONCIERGE}@lieu.invalid> {quand}"

    def _arbre_de(self, commit: str) -> str:
        lu = self._objets.lire(commit)
        return enregistrement.lire(commit, lu[2]).arbre if lu else ""

    def _arbre_refait(self, commit: str) -> str | None:
        arbre = self._arbre_de(commit)
        return None if arbre == self._vide() else arbre

    def _vide(self) -> str:
        return deposer(self._part.racine, "tree", b"")

    def _arbre(self, empreinte: str, prefixe: str) -> str | None:
        """Ce dossier, sans ce qui part ; `None` s'il se vide."""
        clef = (empreinte, prefixe)
        if clef not in self._arbres:
            gardees = {}
            for nom, entree in self._objets.dossier(empreinte).items():
                chemin = f"{prefixe}{nom}"
                if entree.est_dossier:
                    dessous = self._arbre(entree.empreinte, f"{chemin}/")
                    if dessous:
                        gardees[nom] = Entree(_ARBRE, dessous)
                elif self._reste(chemin, entree):
                    gardees[nom] = entree
            dit = ecrire_dossier(gardees)
            self._arbres[clef] = deposer(self._part.racine, "tree", dit) if dit else None
        return self._arbres[clef]

    def _reste(self, chemin: str, entree: Entree) -> bool:
        lu = self._objets.lire(entree.empreinte)
        return lu is None or self.nettoyage.est_propre(chemin, entree.empreinte, lu[2])

    def _marquer(self, identite: dict[str, str], signature: tuple[str, ...]) -> str:
        """Un enregistrement de plus : il ne reste d'eux que l'identifiant et le jour.

        Les fichiers présents qui les nommaient y reviennent, sans leur nom.
        """
        poses = {
            EFFACEES.genre.chemin(i): fiche.ecrire(Effacee(id=i, le=e.le), EFFACEES.genre.chemin(i))
            for e in self._effacements
            for i in sorted(e.anciens)
        }
        vivante = self._registres.vivante
        for chemin, empreinte in _fichiers(self._objets, self._arbre_de(vivante)):
            lu = self._objets.lire(empreinte)
            if lu and not self.nettoyage.est_propre(chemin, empreinte, lu[2]):
                ou, octets = self.nettoyage.chemin(chemin), self.nettoyage.contenu(chemin, lu[2])
                if ou and octets:
                    poses[ou] = octets
        tete = self._neufs[vivante]
        arbre: dict[str, Entree] = (
            dict(_fichiers_et_modes(self._objets, self._arbre_de(tete))) if tete else {}
        )
        for chemin, octets in poses.items():
            arbre[chemin] = Entree(_FICHIER, deposer(self._part.racine, "blob", octets))
        racine = _batir(self._part.racine, arbre)
        qui = ", ".join(e.ident for e in self._effacements)
        texte = enregistrement.ecrire(f"Effacement : {qui}", ACTION, poses)
        signer = ["-S"] if signature else []
        ascendant = ["-p", tete] if tete else []
        mots = (*signature, "commit-tree", *signer, racine, *ascendant)
        return git.git(self._part.racine, *mots, entree=texte, env=identite | self._part.env).decode().strip()


def _fichiers_et_modes(objets: Objets, arbre: str, prefixe: str = "") -> Iterator[tuple[str, Entree]]:
    for nom, entree in objets.dossier(arbre).items():
        if entree.est_dossier:
            yield from _fichiers_et_modes(objets, entree.empreinte, f"{prefixe}{nom}/")
        else:
            yield f"{prefixe}{nom}", entree


def _fichiers(objets: Objets, arbre: str) -> Iterator[tuple[str, str]]:
    return ((chemin, entree.empreinte) for chemin, entree in _fichiers_et_modes(objets, arbre))


def _batir(interne: Path, fichiers: Mapping[str, Entree]) -> str:
    """Le dossier que font ces fichiers."""
    ici: dict[str, Entree] = {}
    sous: dict[str, dict[str, Entree]] = {}
    for chemin, entree in fichiers.items():
        nom, _, reste = chemin.partition("/")
        if reste:
            sous.setdefault(nom, {})[reste] = entree
        else:
            ici[nom] = entree
    ici |= {nom: Entree(_ARBRE, _batir(interne, dedans)) for nom, dedans in sous.items()}
    return deposer(interne, "tree", ecrire_dossier(ici))
