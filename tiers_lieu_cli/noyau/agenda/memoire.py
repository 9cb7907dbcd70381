"""Quand change ce qu'un agenda publié dit : la fiche d'un événement, et ce qui l'entoure.

Un nom de salle, l'adresse du lieu, une fermeture, un congé, un nom public : qui suit l'agenda les voit
changer sans que la fiche ait bougé. Ce qui en est dit (SEQUENCE) ne fait que croître.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.histoire import Revisions, Version
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, NOM_PUBLIC, PERSONNES, RENVOIS, Personne
from tiers_lieu_cli.noyau.gens.registre import Registre

#: Ce que vaut un oubli : l'histoire qu'il a réécrite ne se compte plus.
_OUBLI = 100
#: Ce qu'on voit d'un fichier : rien d'autre de lui ne compte.
Voir = Callable[[str, bytes | None], object]


class Passage(msgspec.Struct, frozen=True):
    """Un enregistrement qui a changé ce qu'on voit de quelque chose."""

    rang: int
    instant: datetime
    poids: int = 1


class Memoire:
    """`revisions` : celles des fiches ; `visibles` : par fichier qui les entoure, ce qu'on en vit changer."""

    def __init__(
        self, revisions: Mapping[str, Revisions], visibles: Mapping[str, Sequence[Passage]] | None = None
    ) -> None:
        self.revisions = revisions
        self._visibles = visibles or {}
        self._tous = sorted(p.rang for suite in self._visibles.values() for p in suite)

    def revision(
        self, propres: Sequence[str], autour: Iterable[str] = (), noms: Iterable[Passage] = ()
    ) -> Revisions | None:
        """Les changements d'une publication ; `None` si sa fiche (la première) n'est pas enregistrée.

        `autour` : ce qui l'entoure ; `noms` : les noms publics qu'elle dit. Ce qui a pu l'entourer avant
        son dernier changement compte en entier : elle a pu le quitter.
        """
        if not propres or propres[0] not in self.revisions:
            return None
        siennes = [r for r in map(self.revisions.get, propres) if r]
        premier, dernier = min(r.premier for r in siennes), max(r.dernier for r in siennes)
        passages = {
            p.rang: p for chemin in autour for p in self._visibles.get(chemin, ()) if p.rang > dernier
        }
        dits = [p for p in noms if p.instant >= siennes[0].cree]
        quittes = bisect_left(self._tous, dernier) - bisect_left(self._tous, premier + 1)
        return Revisions(
            cree=siennes[0].cree,
            modifie=max([*(r.modifie for r in siennes), *(p.instant for p in (*passages.values(), *dits))]),
            changements=sum(r.changements + 1 for r in siennes)
            - 1
            + max(quittes, 0)
            + len(passages)
            + sum(p.poids for p in dits),
        )


def changements_vus(versions: Mapping[str, Sequence[Version]], voir: Voir) -> dict[str, list[Passage]]:
    """De chaque fichier, les enregistrements où ce qu'on en voit a changé."""
    trouves = {}
    for chemin, suite in versions.items():
        vu: object = None
        passages = []
        for version in suite:
            dit = voir(chemin, version.contenu)
            if dit != vu:
                poids = _OUBLI if chemin.startswith(f"{EFFACEES.genre.dossier}/") else 1
                passages.append(Passage(version.rang, version.instant, poids))
            vu = dit
        trouves[chemin] = passages
    return trouves


def noms_publics(registre: Registre, idents: Iterable[str]) -> dict[str, list[Passage]]:
    """De chaque personne citée, quand a changé le nom sous lequel on la lit ; un oubli vaut tout le reste."""
    siens = {ident: _fiches(registre, ident) for ident in idents}
    if not (siens and registre.range_dans.existe):
        return {}
    lues = histoire.versions(registre.depot, sorted({f for fiches in siens.values() for f in fiches}))
    vus = changements_vus(lues, _nom_vu)
    return {ident: [p for f in fiches for p in vus.get(f, ())] for ident, fiches in siens.items()}


def _fiches(registre: Registre, ident: str) -> set[str]:
    idents = {ident, registre.resoudre(ident)}
    return {genre.genre.chemin(i) for i in idents for genre in (PERSONNES, RENVOIS, EFFACEES)}


def _nom_vu(chemin: str, contenu: bytes | None) -> object:
    if contenu is None:
        return None
    ident = PERSONNES.genre.ident(chemin)
    if ident is None:
        return contenu
    try:
        personne = fiche.lire(contenu, Personne, ident, chemin)
    except FicheFautive:
        return None
    return personne.nom_public if personne.accepte(NOM_PUBLIC) else None
