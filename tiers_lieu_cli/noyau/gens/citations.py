"""Qui cite quoi : git trouve où c'est écrit, et le type de chaque champ dit si c'est une citation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbrePose
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.genres import Genres
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.fiches.verification import Existants, Fonds
from tiers_lieu_cli.noyau.liens import Citation, citations


def chemins(archive: Depot, mots: Iterable[str], commit: str = "HEAD", *, casse: bool = True) -> list[str]:
    """Les fichiers où l'un de ces mots est écrit : ceux du disque, ou ceux d'un enregistrement passé."""
    motifs = [bout for mot in mots for bout in ("-e", mot)]
    ou = ["--untracked"] if commit == "HEAD" else [commit]
    if not casse:
        motifs.insert(0, "-i")
    try:
        sortie = archive.git("grep", "-l", "-z", "-F", "-I", "--no-color", *motifs, *ou)
    except GitRefuse as refus:
        if refus.erreur:
            raise
        return []
    prefixe = "" if commit == "HEAD" else f"{commit}:"
    return sorted(nom.removeprefix(prefixe) for nom in sortie.decode("utf-8", "replace").split("\0") if nom)


#: Ce qu'une liste courte nomme de chaque genre.
CITEES = 3


class Citant(msgspec.Struct, frozen=True):
    """Un fichier de l'archive qui nomme ce qu'on cherche ; `fiche` : s'il en est une, et se lit."""

    chemin: str
    fiche: Fiche | None
    citations: tuple[Citation, ...]


def de(
    archive: Depot, arbre: Arbre, genres: Genres, idents: Collection[str], commit: str = "HEAD"
) -> Iterator[Citant]:
    """Tout ce qui nomme l'une de ces fiches ou de ces personnes, et par quels champs."""
    for chemin in chemins(archive, idents, commit):
        lue = _lire(arbre, genres, chemin)
        cites = citations(lue) if lue else ()
        yield Citant(chemin, lue, tuple(cite for cite in cites if cite.vers in idents))


def _lire(arbre: Arbre, genres: Genres, chemin: str) -> Fiche | None:
    trouve = genres.de(chemin)
    try:
        return trouve[1].une(arbre, trouve[0]) if trouve else None
    except FicheFautive:
        return None


class EncoreCitee(Echec):
    """On allait ôter ce dont d'autres fiches se servent."""

    def __init__(self, genre: Genre, ident: str, dite: str, citants: Mapping[Genre, Sequence[str]]) -> None:
        nom = f"« {dite} » ({ident})" if dite else f"« {ident} »"
        super().__init__(
            f"{nom} sert encore : {dire(citants)}.",
            "Changer d'abord ce qui s'en sert"
            + (f" ; ou, sans rien ôter : {genre.plutot.format(id=ident)}" if genre.plutot else "."),
        )


def dire(citants: Mapping[Genre, Sequence[str]]) -> str:
    """« 7 réservations (2026-11-24-…, … et 4 autres), 1 série (chorale-7k2m) »."""
    return ", ".join(
        f"{genre.compter(len(noms))} ({_courte(sorted(noms))})" for genre, noms in citants.items()
    )


def _courte(noms: Sequence[str]) -> str:
    reste = len(noms) - CITEES
    return ", ".join(noms[:CITEES]) + (f" … et {reste} autres" if reste > 0 else "")


class _Sauf(Set[str]):
    """Toutes les personnes, sauf celles qu'on ôte ; on ne les compte pas."""

    def __init__(self, otees: Collection[str]) -> None:
        self._otees = otees

    def __contains__(self, ident: object) -> bool:
        return ident not in self._otees

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def exiger_libres(archive: Depot, arbre: Arbre, genres: Genres, poses: Mapping[str, bytes | None]) -> None:
    """`EncoreCitee` si une écriture ôte une fiche que d'autres citent encore, une fois tout posé."""
    rangees = {chemin: trouve for chemin in poses if (trouve := genres.de(chemin))}
    # Une fiche qui change de dossier garde son nom, et ce qui la cite.
    gardees = {ident for chemin, (ident, _) in rangees.items() if poses[chemin] is not None}
    otees = {i: rangee for ch, (i, rangee) in rangees.items() if poses[ch] is None and i not in gardees}
    if not otees:
        return
    apres = ArbrePose(arbre, poses)
    lues: dict[str, list[Fiche]] = {}
    for chemin in {*chemins(archive, otees), *(ch for ch, octets in poses.items() if octets is not None)}:
        if lue := _lire(apres, genres, chemin):
            lues.setdefault(genres.dossier(chemin), []).append(lue)
    for declare in genres:
        if declare.genre.dates:
            lues[declare.genre.dossier] = [f for r in declare.rangements for f in r.toutes(apres).fiches]
    fonds = Fonds(
        arbre=apres, lues=lues, idents=Existants(apres), personnes=_Sauf(otees), genres=genres, suivre=str
    )
    citants: dict[str, dict[Genre, list[str]]] = {}
    for genre, lue, citation in fonds.casses():
        if citation.vers in otees:
            citants.setdefault(citation.vers, {}).setdefault(genre, []).append(lue.id)
    for ident, qui in sorted(citants.items()):
        avant = otees[ident].une(arbre, ident)
        raise EncoreCitee(otees[ident].genre, ident, otees[ident].genre.dire(avant) if avant else "", qui)
