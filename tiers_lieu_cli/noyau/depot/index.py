"""L'index de recherche : ce que l'archive enregistrée dit, mot par mot, dans `.git` ; jetable.

Il n'apprend rien que l'archive ne dise : aucun nom de personne n'y entre (ils sont cherchés dans le
registre), et ce que la main change n'y va pas avant d'être enregistré. Absent, périmé, abîmé ou d'un
autre format, il se refait ; un effacement l'ôte.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau.depot import histoire, purge, scelle
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import sans_accent

T = TypeVar("T")
#: À changer avec les tables ; une autre version de l'outil lit autrement les fiches, et refait l'index.
FORMAT = f"2-{__version__}"
#: Ce que SQLite prend d'identifiants d'un coup.
_LOT = 500
_MOT = motif(r"[^\W_]+")
_TABLES = (
    "CREATE TABLE fiche(n INTEGER PRIMARY KEY, chemin TEXT UNIQUE, genre TEXT, du TEXT, au TEXT)",
    "CREATE VIRTUAL TABLE dit USING fts5(texte, cites, etiquettes, detail=column, tokenize='unicode61')",
    "CREATE VIRTUAL TABLE mot USING fts5vocab(dit, 'col')",
)


class Ligne(msgspec.Struct, frozen=True):
    """Une fiche, telle qu'on la cherche : ses mots, ce qu'elle cite, ses étiquettes, ses jours (ISO)."""

    chemin: str
    genre: str
    texte: str
    cites: tuple[str, ...] = ()
    etiquettes: tuple[str, ...] = ()
    du: str = ""
    au: str = ""


class Trouvee(msgspec.Struct, frozen=True):
    """Une fiche qui répond : où elle est, son genre, ses jours."""

    chemin: str
    genre: str
    du: str
    au: str


#: Ce qu'un fichier enregistré devient dans l'index ; `None` s'il ne se cherche pas.
Lire = Callable[[str, bytes], Ligne | None]


def mots(texte: str) -> list[str]:
    """Les mots d'un texte, sans accents ni capitales, comme l'index les range."""
    return _MOT.findall(sans_accent(texte))


def colle(mot: str) -> str:
    """Un identifiant ou une étiquette en un seul mot : « p-7k2m9x » → « p7k2m9x »."""
    return "".join(mots(mot))


class Index:
    """Des lignes où l'on cherche, sur le disque ou en mémoire."""

    def __init__(self, fichier: Path | None = None, *, neuf: bool = True) -> None:
        self._base = scelle.ouvrir(fichier or ":memory:", _TABLES, neuve=neuf)

    def fermer(self) -> None:
        """Rendre le fichier."""
        self._base.close()

    def repere(self, nom: str) -> str:
        """Ce que l'index retient de lui-même ; vide s'il n'en dit rien."""
        return scelle.repere(self._base, nom)

    def mettre_a_jour(self, commit: str, otees: Iterable[str], lignes: Iterable[Ligne]) -> None:
        """Ôter, poser, et retenir l'enregistrement que l'index dit désormais : tout, ou rien."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            self.oter(otees)
            self.poser(lignes)
            scelle.retenir(self._base, "commit", commit)
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def poser(self, lignes: Iterable[Ligne]) -> None:
        """Ajouter des lignes."""
        for ligne in lignes:
            place = self._base.execute(
                "INSERT INTO fiche(chemin, genre, du, au) VALUES (?, ?, ?, ?)",
                (ligne.chemin, ligne.genre, ligne.du, ligne.au or ligne.du),
            )
            self._base.execute(
                "INSERT INTO dit(rowid, texte, cites, etiquettes) VALUES (?, ?, ?, ?)",
                (
                    place.lastrowid,
                    " ".join(mots(ligne.texte)),
                    " ".join(map(colle, ligne.cites)),
                    " ".join(map(colle, ligne.etiquettes)),
                ),
            )

    def oter(self, chemins: Iterable[str]) -> None:
        """Ôter les lignes de ces fichiers, s'il y en a."""
        for chemin in chemins:
            for n in self.lignes_de([chemin]):
                self._base.execute("DELETE FROM dit WHERE rowid = ?", (n,))
                self._base.execute("DELETE FROM fiche WHERE n = ?", (n,))

    def qui_disent(self, debuts: Iterable[str], *, entier: bool = False) -> set[int]:
        """Les lignes où un mot commence ainsi, ou, `entier`, est exactement l'un d'eux."""
        return self._ou("texte", debuts, suite="" if entier else " *")

    def qui_citent(self, idents: Iterable[str]) -> set[int]:
        """Les lignes qui citent l'une de ces fiches ou de ces personnes."""
        return self._ou("cites", [colle(ident) for ident in idents])

    def etiquetees(self, etiquette: str) -> set[int]:
        """Les lignes qui portent cette étiquette."""
        return self._ou("etiquettes", [colle(etiquette)])

    def chemins(self) -> list[str]:
        """Tous les fichiers qu'il connaît."""
        return [chemin for (chemin,) in self._base.execute("SELECT chemin FROM fiche")]

    def toutes(self) -> set[int]:
        """Toutes les lignes."""
        return {n for (n,) in self._base.execute("SELECT n FROM fiche")}

    def _ou(self, colonne: str, voulus: Iterable[str], suite: str = "") -> set[int]:
        trouves: set[int] = set()
        # Un mot d'ici n'a que des lettres et des chiffres : rien à échapper.
        dits = [f'"{mot}"{suite}' for mot in voulus if mot]
        for rang in range(0, len(dits), _LOT):
            demande = f"{{{colonne}}} : ({' OR '.join(dits[rang : rang + _LOT])})"
            trouves |= {
                n for (n,) in self._base.execute("SELECT rowid FROM dit WHERE dit MATCH ?", (demande,))
            }
        return trouves

    def lexique(self) -> list[str]:
        """Tous les mots que disent les textes ; pas les codes, qui ne se disent pas."""
        dits = self._base.execute("SELECT term FROM mot WHERE col = 'texte'")
        return [terme for (terme,) in dits if terme.isalpha()]

    def lignes_de(self, chemins: Iterable[str]) -> set[int]:
        """Les lignes de ces fichiers."""
        demande = "SELECT n FROM fiche WHERE chemin = ?"
        return {n for chemin in chemins for (n,) in self._base.execute(demande, (chemin,))}

    def decrire(self, lignes: Iterable[int]) -> Iterator[tuple[int, Trouvee]]:
        """Ce que sont ces lignes."""
        voulues = sorted(lignes)
        for rang in range(0, len(voulues), _LOT):
            lot = voulues[rang : rang + _LOT]
            places = ",".join("?" * len(lot))
            dites = self._base.execute(
                f"SELECT n, chemin, genre, du, au FROM fiche WHERE n IN ({places})",  # noqa: S608
                lot,
            )
            yield from ((n, Trouvee(*dite)) for n, *dite in dites)


class Fonds:
    """Ce qui est enregistré, et ce que la main a changé depuis (`change`), lus comme un seul index.

    Une ligne y est un nombre : négatif, elle est de ce que la main a changé. Mille se comptent sans en
    décrire une.
    """

    def __init__(self, enregistre: Index, vif: Index | None = None, change: Iterable[str] = ()) -> None:
        self._enregistre, self._vif = enregistre, vif
        self._perimees = enregistre.lignes_de(change)

    def disent(self, mots_: Iterable[str], *, entier: bool = False) -> set[int]:
        """Ce qui dit un de ces mots, ou un mot qui commence ainsi."""
        dits = tuple(mots_)
        return self._ou(lambda index: index.qui_disent(dits, entier=entier))

    def citent(self, idents: Iterable[str]) -> set[int]:
        """Ce qui cite une de ces fiches ou de ces personnes."""
        cites = tuple(idents)
        return self._ou(lambda index: index.qui_citent(cites))

    def etiquetees(self, etiquette: str) -> set[int]:
        """Ce qui porte cette étiquette."""
        return self._ou(lambda index: index.etiquetees(etiquette))

    def toutes(self) -> set[int]:
        """Tout."""
        return self._ou(Index.toutes)

    def lexique(self) -> set[str]:
        """Tous les mots des textes."""
        return {*self._enregistre.lexique(), *(self._vif.lexique() if self._vif else ())}

    def decrire(self, lignes: Iterable[int]) -> Iterator[tuple[int, Trouvee]]:
        """Ce que sont ces lignes."""
        voulues = {*lignes}
        yield from self._enregistre.decrire(n for n in voulues if n > 0)
        if self._vif:
            yield from ((-n, t) for n, t in self._vif.decrire(-n for n in voulues if n < 0))

    def _ou(self, demander: Callable[[Index], set[int]]) -> set[int]:
        la = demander(self._enregistre) - self._perimees
        return la | {-n for n in demander(self._vif)} if self._vif else la


def chercher(depot: Depot, lire: Lire, agir: Callable[[Index], T]) -> T:
    """Chercher dans ce qui est enregistré ; l'index se met à jour, se refait, ou reste en mémoire."""
    commit = depot.tete()
    for _ in range(2):
        # Un index qui ne se lit pas n'est plus le sien : il s'ôte, et l'on recommence une fois.
        with suppress(sqlite3.Error, OSError):
            index = _rouvrir(depot, commit, lire)
            try:
                return agir(index)
            finally:
                index.fermer()
        purge.oublier_l_index(depot.interne)
    return agir(du_passe(depot, commit, lire))


def du_passe(depot: Depot, commit: str, lire: Lire) -> Index:
    """L'index d'un enregistrement, le temps d'une recherche."""
    seul = Index()
    objets = Objets(depot.racine, depot.env)
    seul.mettre_a_jour(commit, (), _lignes(objets, _tout(depot, commit), lire))
    return seul


def de(contenus: Mapping[str, bytes], lire: Lire) -> Index:
    """L'index de quelques fichiers qu'on a sous la main."""
    seul = Index()
    seul.poser(ligne for chemin, octets in contenus.items() if (ligne := lire(chemin, octets)))
    return seul


def _rouvrir(depot: Depot, commit: str, lire: Lire) -> Index:
    """L'index gardé, mis à jour de ce qui a changé ; un index neuf s'il n'y en a pas à qui se fier."""
    fichier, sceau = depot.interne / purge.INDEX, depot.interne / purge.SCEAU
    la = scelle.est_intact(fichier, sceau, FORMAT)
    if not la:
        purge.oublier_l_index(depot.interne)
    index = Index(fichier, neuf=not la)
    try:
        if la and index.repere("commit") == commit:
            return index
        objets = Objets(depot.racine, depot.env)
        changes = _changes(objets, index.repere("commit"), commit) if la else None
        if changes is None:
            otees, neufs = index.chemins(), _tout(depot, commit)
        else:
            otees = list(changes)
            neufs = {chemin: empreinte for chemin, empreinte in changes.items() if empreinte}
        index.mettre_a_jour(commit, otees, _lignes(objets, neufs, lire))
        scelle.sceller(fichier, sceau, FORMAT)
    except BaseException:
        index.fermer()
        raise
    return index


def _changes(objets: Objets, connu: str, commit: str) -> dict[str, str | None] | None:
    """Ce qui diffère de l'enregistrement que l'index connaît ; `None` s'il n'est plus là."""
    try:
        racines = [objets.lire(f"{nom}^{{tree}}") for nom in (connu, commit) if nom]
        if len(racines) < 2 or None in racines:
            return None
        avant, apres = (lu[0] for lu in racines if lu)
        differents = histoire.differences(objets, avant, apres)
        return {chemin: neuve.empreinte if neuve else None for chemin, _, neuve in differents}
    except EchecDuDepot:
        return None


def _tout(depot: Depot, arbre: str) -> dict[str, str]:
    """Les fichiers d'un enregistrement, et l'empreinte de chacun."""
    if not arbre:
        return {}
    sortie = depot.git("ls-tree", "-r", "-z", arbre).decode("utf-8", "replace")
    lignes = (entree.partition("\t") for entree in sortie.split("\0") if entree)
    return {chemin: tete.split()[2] for tete, _, chemin in lignes if tete.startswith("100")}


def _lignes(objets: Objets, empreintes: Mapping[str, str], lire: Lire) -> Iterator[Ligne]:
    try:
        for chemin, octets in zip(empreintes, objets.contenus(list(empreintes.values())), strict=True):
            if octets is not None and (ligne := lire(chemin, octets)):
                yield ligne
    finally:
        objets.fermer()
