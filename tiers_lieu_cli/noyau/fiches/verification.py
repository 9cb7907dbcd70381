"""Ce qu'une vérification constate, et le fonds de fiches qu'elle donne à lire aux métiers.

Chaque métier expose `verifier(fonds)` dans son module `verification` : des règles entre
fiches, en simple code. Le schéma de chaque fiche est déjà vérifié par sa lecture.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Noms
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import F, Fiche


class Constat(Defaut, frozen=True):
    """Un défaut, la règle qu'il enfreint et, quand c'est sûr, sa réparation.

    `remplacer` : (écrit, à écrire) dans ce fichier ; `deplacer` : le chemin où le ranger.
    """

    regle: str = ""
    remplacer: tuple[str, str] | None = None
    deplacer: str = ""

    @property
    def reparable(self) -> bool:
        """`--reparer` sait-il le corriger ?"""
        return bool(self.remplacer or self.deplacer)


class Fonds(msgspec.Struct, frozen=True):
    """Des fiches déjà lues, par dossier de genre, et l'arbre d'où elles viennent.

    `idents` : toutes les fiches du lieu, lues ou non ; `personnes` : celles du registre,
    `None` sur un poste qui ne l'a pas.
    """

    arbre: Arbre
    lues: Mapping[str, list[Fiche]]
    idents: Noms[str]
    personnes: Noms[str] | None
    publics: tuple[str, ...] = ()

    def toutes(self, collection: Collection[F]) -> list[F]:
        """Les fiches lues de cette collection."""
        return cast("list[F]", self.lues.get(collection.genre.dossier, []))

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
        chemin = collection.genre.chemin(ident)
        return Constat(
            fichier=chemin,
            ligne=ligne_de(self.arbre.lire(chemin) or b"", ecrit),
            fait=fait,
            remede=remede,
            regle=regle,
            remplacer=(ecrit, plutot) if plutot else None,
        )

    def liens_casses(
        self, collection: Collection[F], ident: str, cites: Iterable[str], connus: Noms[str], quoi: str
    ) -> Iterator[Constat]:
        """Un constat par fiche citée qui n'existe pas ; le nom le plus proche est proposé."""
        for cite in cites:
            if cite not in connus:
                # Ce qui s'y rattache porte son nom, mais n'est pas elle.
                proche = voisin(cite, (nom for nom in connus if not nom.startswith(f"{cite}-")))
                yield self.constat(
                    collection,
                    ident,
                    cite,
                    "lien",
                    f"« {cite} » n'est pas {quoi}" + (f". Voulait-on {proche} ?" if proche else ""),
                    "Écrire un nom qui existe, ou ôter celui-ci.",
                    plutot=proche,
                )

    def inconnues(self, collection: Collection[F], ident: str, personnes: Iterable[str]) -> Iterator[Constat]:
        """Un constat par personne que le registre de ce poste ne connaît pas."""
        for qui in personnes if self.personnes is not None else ():
            if qui not in (self.personnes or ()):
                yield self.constat(
                    collection,
                    ident,
                    qui,
                    "lien",
                    f"« {qui} » n'est personne du registre",
                    "Revoir qui c'est.",
                )

    def mal_rangees(self, affaires: Affaires[F]) -> Iterator[Constat]:
        """Un constat par fiche close restée parmi celles en cours, ou l'inverse, ou écrite deux fois."""
        communes = {a.id for a in self.toutes(affaires.en_cours)} & {
            a.id for a in self.toutes(affaires.closes)
        }
        for ident in communes:
            yield self.constat(
                affaires.en_cours,
                ident,
                "etat",
                "rangement",
                f"« {ident} » est à la fois en cours et close",
                f"Garder la bonne, et ôter l'autre ({affaires.closes.genre.chemin(ident)}).",
            )
        for rangement in affaires.rangements:
            for affaire in self.toutes(rangement):
                voulu = affaires.rangement(affaire)
                if voulu is not rangement and affaire.id not in communes:
                    yield Constat(
                        fichier=rangement.genre.chemin(affaire.id),
                        ligne=1,
                        fait="cette fiche n'est pas dans le dossier de son état",
                        remede=f"La ranger dans {voulu.genre.dossier}.",
                        regle="rangement",
                        deplacer=voulu.genre.chemin(affaire.id),
                    )


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
