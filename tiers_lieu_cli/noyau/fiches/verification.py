"""Ce qu'une vérification constate, et le fonds de fiches qu'elle donne à lire aux métiers.

Le schéma de chaque fiche est vérifié par sa lecture, ce qu'elle cite par `Fonds.liens`. Un genre qui a
d'autres règles entre fiches le déclare (`Genre.verifier`) : une fonction du fonds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Noms
from typing import Any, cast

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection, partout
from tiers_lieu_cli.noyau.fiches.fiche import F, Fiche
from tiers_lieu_cli.noyau.fiches.genres import Genres, charger
from tiers_lieu_cli.noyau.fiches.identifiants import Genre, IdentifiantInvalide
from tiers_lieu_cli.noyau.liens import Citation, Sorte, champs, citations, sans_repetition
from tiers_lieu_cli.noyau.valeurs import parmi, trouver


class Constat(Defaut, frozen=True):
    """Un défaut, la règle qu'il enfreint et, quand c'est sûr, sa réparation.

    `remplacer` : (écrit, à écrire) dans ce fichier ; `deplacer` : le chemin où le ranger ; `remettre` :
    le contenu qu'il avait, et qui se lisait.
    """

    regle: str = ""
    remplacer: tuple[str, str] | None = None
    deplacer: str = ""
    remettre: bytes | None = None

    @property
    def reparable(self) -> bool:
        """`--reparer` sait-il le corriger ?"""
        return bool(self.remplacer or self.deplacer or self.remettre)


class Ailleurs(msgspec.Struct, frozen=True):
    """Des fiches d'un genre, lues par un autre processus : ce qu'on en demande, et elles, encore écrites."""

    idents: list[str]
    citees: list[Citation]
    #: Les fiches écrites, par paquets ; aucun, si une règle qui les demanderait peut les relire.
    ecrites: list[msgspec.Raw]

    @classmethod
    def de(cls, lues: Sequence[Fiche], ecrire: bool) -> Ailleurs:
        """De quoi les rendre à qui relie tout."""
        ecrites = [msgspec.Raw(msgspec.msgpack.encode(lues))] if ecrire else []
        return cls([lue.id for lue in lues], list(set(sans_repetition(lues))), ecrites)

    def et(self, autres: Ailleurs | None) -> Ailleurs:
        """Celles-ci, et d'autres du même genre."""
        if autres is None:
            return self
        return Ailleurs(
            self.idents + autres.idents, self.citees + autres.citees, self.ecrites + autres.ecrites
        )


class Fonds(msgspec.Struct, frozen=True):
    """Des fiches déjà lues, par dossier de genre, et l'arbre d'où elles viennent.

    `ailleurs` : celles qui ont été lues à côté, dont la structure ne se refait que si une règle la demande ;
    `idents` : toutes les fiches du lieu, lues ou non ; `personnes` : celles du registre,
    `None` sur un poste qui ne l'a pas ; `suivre` : la fiche où mène un identifiant de personne, à
    travers les réunions.
    """

    arbre: Arbre
    lues: dict[str, list[Fiche]]
    idents: Noms[str]
    personnes: Noms[str] | None
    genres: Genres
    suivre: Callable[[str], str]
    publics: tuple[str, ...] = ()
    ailleurs: dict[str, Ailleurs] = msgspec.field(default_factory=dict)
    _noms: dict[str, frozenset[str]] = msgspec.field(default_factory=dict)

    def toutes(self, collection: Collection[F]) -> list[F]:
        """Les fiches lues de cette collection."""
        return cast("list[F]", self._de(collection.genre.dossier))

    def _de(self, dossier: str) -> list[Fiche]:
        if dossier in self.ailleurs:
            rangee = self.genres.collection(dossier)
            assert rangee
            autres, lues = self.ailleurs.pop(dossier), self.lues.setdefault(dossier, [])
            # Calculé : la structure dépend du dossier.
            structures: Any = list[rangee.structure]  # type: ignore[name-defined]
            for paquet in autres.ecrites:
                lues.extend(msgspec.msgpack.decode(paquet, type=structures))
            if not autres.ecrites:
                lues.extend(filter(None, (rangee.une(self.arbre, ident) for ident in autres.idents)))
        return self.lues.get(dossier, [])

    def constat(
        self,
        collection: Collection[F],
        ident: str,
        ecrit: str,
        regle: str,
        fait: str,
        remede: str,
        *,
        plutot: str = "",
    ) -> Constat:
        """Un constat à la ligne où `ecrit` se trouve ; `plutot` : ce qu'il faudrait écrire."""
        return self._situe(collection.genre, ident, ecrit, regle, fait, remede, plutot=plutot)

    def _situe(
        self, genre: Genre, ident: str, ecrit: str, regle: str, fait: str, remede: str, *, plutot: str
    ) -> Constat:
        chemin = genre.chemin(ident)
        return Constat(
            fichier=chemin,
            ligne=ligne_de(self.arbre.lire(chemin) or b"", ecrit),
            fait=fait,
            remede=remede,
            regle=regle,
            remplacer=(ecrit, plutot) if plutot else None,
        )

    def liens(self) -> Iterator[Constat]:
        """Un constat par fiche, personne ou public cité qui n'existe pas (voir `noyau.liens`)."""
        return (self._casse(genre, lue.id, citation) for genre, lue, citation in self.casses())

    def casses(self) -> Iterator[tuple[Genre, Fiche, Citation]]:
        """Qui cite quoi qui n'existe pas."""
        datees: list[tuple[Genre, Fiche, Citation]] = []
        for dossier in [*(self.lues | self.ailleurs)]:
            rangee = self.genres.collection(dossier)
            if rangee is None or not champs(rangee.structure):
                continue
            if all(map(self._existe, self._citees(dossier))):
                continue
            genre = rangee.genre
            for lue in self._de(dossier):
                for citation in citations(lue):
                    if self._existe(citation):
                        continue
                    if citation.cite.sorte is Sorte.DATE:
                        datees.append((genre, lue, citation))
                    else:
                        yield genre, lue, citation
        dates = self._dates({citation.vers for _, _, citation in datees}) if datees else ()
        yield from (casse for casse in datees if casse[2].vers not in dates)

    def _citees(self, dossier: str) -> Iterator[Citation]:
        """Tout ce que citent les fiches de ce genre, où qu'on les ait lues."""
        if lues := self.lues.get(dossier):
            yield from sans_repetition(lues)
        if dossier in self.ailleurs:
            yield from self.ailleurs[dossier].citees

    def _dates(self, noms: Noms[str]) -> set[str]:
        """De ces noms, ceux qui désignent une date d'une série."""
        trouver = (charger(declare.genre.dates) for declare in self.genres if declare.genre.dates)
        return {nom for dates in trouver for nom in dates(self, noms)}

    def _existe(self, citation: Citation) -> bool:
        quoi, vers = citation.cite, citation.vers
        if quoi.sorte is Sorte.PERSONNE:
            return self.personnes is None or vers in self.personnes
        if quoi.sorte is Sorte.PUBLIC:
            return not self.publics or bool(trouver(vers, parmi(self.publics)))
        if not quoi.dossiers:
            return vers in self.idents
        return any(
            vers in self._connus(dossier) or self._est_rangee(dossier, vers) for dossier in quoi.dossiers
        )

    def _connus(self, dossier: str) -> frozenset[str]:
        """Les fiches lues de ce genre."""
        if dossier not in self._noms:
            la = self.ailleurs[dossier].idents if dossier in self.ailleurs else ()
            self._noms[dossier] = frozenset(lue.id for lue in self.lues.get(dossier, ())).union(la)
        return self._noms[dossier]

    def _est_rangee(self, dossier: str, ident: str) -> bool:
        """Une fiche qu'on n'a pas lue, mais qui est là."""
        rangee = self.genres.collection(dossier)
        try:
            return rangee is not None and self.arbre.lire(rangee.genre.chemin(ident)) is not None
        except (IdentifiantInvalide, FicheFautive):
            return False

    def _casse(self, genre: Genre, ident: str, citation: Citation) -> Constat:
        """Le lien cassé, et le nom le plus proche s'il n'y en a qu'un."""
        quoi, vers = citation.cite, citation.vers
        if quoi.sorte is Sorte.PERSONNE:
            fait, remede, proche = f"« {vers} » n'est {quoi.quoi}", "Revoir qui c'est.", ""
        else:
            connus = self.publics if quoi.sorte is Sorte.PUBLIC else self._tous(quoi.dossiers)
            # Ce qui s'y rattache porte son nom, mais n'est pas elle.
            proche = voisin(vers, (nom for nom in connus if not nom.startswith(f"{vers}-")))
            fait = f"« {vers} » n'est pas {quoi.quoi}" + (f". Voulait-on {proche} ?" if proche else "")
            remede = "Écrire un nom qui existe, ou ôter celui-ci."
        return self._situe(genre, ident, vers, "lien", fait, remede, plutot=proche)

    def _tous(self, dossiers: tuple[str, ...]) -> Iterable[str]:
        """Les noms parmi lesquels chercher le plus proche ; ce qu'on n'a pas lu est listé."""
        if not dossiers:
            return self.idents
        rangees = filter(None, map(self.genres.collection, dossiers))
        return {nom for rangee in rangees for nom in rangee.idents(self.arbre)}.union(
            *map(self._connus, dossiers)
        )

    def en_double(self, affaires: Affaires[F]) -> Iterator[Constat]:
        """Un constat par fiche écrite deux fois : parmi celles en cours, et parmi les closes."""
        en_cours, closes = (self._connus(r.genre.dossier) for r in affaires.rangements)
        for ident in sorted(en_cours & closes):
            yield self.constat(
                affaires.en_cours,
                ident,
                "etat",
                "rangement",
                f"« {ident} » est à la fois en cours et close",
                f"Garder la bonne, et ôter l'autre ({affaires.closes.genre.chemin(ident)}).",
            )

    def mal_rangees(self, affaires: Affaires[F]) -> Iterator[Constat]:
        """Un constat par fiche close restée parmi celles en cours, ou l'inverse."""
        for rangement in affaires.rangements:
            for affaire in self.toutes(rangement):
                voulu = affaires.rangement(affaire)
                if voulu is not rangement and self.arbre.lire(voulu.genre.chemin(affaire.id)) is None:
                    fait = "cette fiche n'est pas dans le dossier de son état"
                    remede = f"La ranger dans {voulu.genre.dossier}."
                    yield mal_rangee(affaire.id, rangement.genre, voulu.genre, fait, remede)


def mal_rangee(ident: str, de: Genre, vers: Genre, fait: str, remede: str) -> Constat:
    """La fiche de ce nom est dans le dossier `de`, et sa place dans celui de `vers`."""
    return Constat(
        fichier=de.chemin(ident),
        ligne=1,
        fait=fait,
        remede=remede,
        regle="rangement",
        deplacer=vers.chemin(ident),
    )


class Existants(Noms[str]):
    """Toutes les fiches du lieu, cherchées une à une quand on les demande."""

    def __init__(self, arbre: Arbre) -> None:
        self._arbre = arbre

    def __contains__(self, ident: object) -> bool:
        try:
            return bool(partout(self._arbre, str(ident)))
        except IdentifiantInvalide:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def voisin(mot: str, connus: Iterable[str]) -> str:
    """Le seul nom assez proche pour être celui qu'on voulait ; vide s'il y en a deux, ou aucun."""
    from difflib import get_close_matches

    proches = get_close_matches(mot, connus, n=2, cutoff=0.8)
    return proches[0] if len(proches) == 1 else ""


def ligne_de(octets: bytes, ecrit: str) -> int:
    """La première ligne où ce mot est écrit ; 1 s'il n'y est pas."""
    trouve = re.search(motif(ecrit).encode(), octets)
    return octets.count(b"\n", 0, trouve.start()) + 1 if trouve else 1


def motif(ecrit: str) -> str:
    """Ce mot entier, et non un morceau d'un autre."""
    return rf"(?<![\w-]){re.escape(ecrit)}(?![\w-])"
