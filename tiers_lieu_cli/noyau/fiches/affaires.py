"""Des fiches qui s'ouvrent, puis se closent : un besoin, une mise en lien, un accompagnement.

Celles qui sont en cours tiennent dans un petit dossier ; closes, elles rejoignent leur mois. Ce qui
reste ouvert se trouve ainsi sans relire dix ans d'histoire, et sans qu'un besoin de l'an dernier
sorte de la vue parce qu'il a vieilli. L'identifiant ne change jamais ; où la fiche est rangée suit
son état, et `verification.mal_rangees` le surveille.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Generic

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.collection import Collection, FicheIntrouvable, Recolte
from tiers_lieu_cli.noyau.fiches.fiche import F
from tiers_lieu_cli.noyau.fiches.identifiants import Genre

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

_EN_COURS = "-en-cours"


class Affaires(msgspec.Struct, Generic[F], frozen=True):
    """Un genre de fiches, en deux rangements : celles en cours, et les closes, par mois."""

    en_cours: Collection[F]
    closes: Collection[F]
    est_ouverte: Callable[[F], bool]

    @property
    def genre(self) -> Genre:
        """Ce que ce genre dit de lui."""
        return self.closes.genre

    @property
    def rangements(self) -> tuple[Collection[F], Collection[F]]:
        """Les deux."""
        return self.en_cours, self.closes

    def rangement(self, affaire: F) -> Collection[F]:
        """Où cette fiche doit être."""
        return self.en_cours if self.est_ouverte(affaire) else self.closes

    def une(self, arbre: Arbre, ident: str) -> F | None:
        """La fiche `ident`, en cours ou close."""
        return self.en_cours.une(arbre, ident) or self.closes.une(arbre, ident)

    def exiger(self, arbre: Arbre, mot: str) -> F:
        """La fiche que ce mot désigne : parmi celles en cours, sinon parmi toutes."""
        try:
            return self.en_cours.exiger(arbre, mot)
        except FicheIntrouvable:
            if not self.closes.repondent(arbre, mot):
                raise
            return self.closes.exiger(arbre, mot)

    def toutes(self, arbre: Arbre) -> Recolte[F]:
        """Toutes, depuis l'ouverture du lieu."""
        return _reunir(self.en_cours.toutes(arbre), self.closes.toutes(arbre))

    def des_mois(self, arbre: Arbre, premier: date, dernier: date) -> Recolte[F]:
        """Celles en cours, et celles de ces mois qui sont closes."""
        return _reunir(self.en_cours.toutes(arbre), self.closes.des_mois(arbre, premier, dernier))

    def dernieres(self, arbre: Arbre, mot: str, est_sienne: Callable[[F], bool], combien: int) -> list[F]:
        """Les dernières closes de cette chose, la plus récente d'abord, sans relire toute l'histoire.

        `mot` est dans leur nom ; `est_sienne` écarte celles qui n'en ont que le morceau.
        """
        idents = sorted((i for i in self.closes.idents(arbre) if f"-{mot}-" in i), reverse=True)
        lues = (self.closes.une(arbre, ident) for ident in idents[: 2 * combien])
        return [affaire for affaire in lues if affaire and est_sienne(affaire)]

    def poser(self, ecriture: Ecriture, neuve: F) -> None:
        """Poser une fiche neuve, là où son état la range ; son nom doit être libre là où elle ira aussi."""
        sienne = self.rangement(neuve)
        for autre in self.rangements:
            if autre is not sienne:
                ecriture.exiger_libre(autre.genre.chemin(neuve.id))
        sienne.poser(ecriture, neuve)

    def corriger(self, ecriture: Ecriture, ancienne: F, nouvelle: F) -> None:
        """Poser la nouvelle version d'une fiche ; elle change de dossier si elle s'ouvre ou se clôt."""
        depart, arrivee = self.rangement(ancienne), self.rangement(nouvelle)
        if depart is arrivee:
            depart.corriger(ecriture, ancienne, nouvelle)
            return
        octets = depart.inchangee(ecriture, ancienne)
        ecriture.retirer(depart.genre.chemin(ancienne.id))
        ailleurs = arrivee.genre.chemin(nouvelle.id)
        ecriture.creer(ailleurs, fiche.modifier(octets, nouvelle, ailleurs))
        ecriture.fiches[ailleurs] = nouvelle


def affaires(genre: Genre, structure: type[F], est_ouverte: Callable[[F], bool]) -> Affaires[F]:
    """Les affaires de ce genre ; celles en cours sont à côté, dans `dossier-en-cours`."""
    return Affaires(
        Collection(structs.replace(genre, dossier=f"{genre.dossier}{_EN_COURS}"), structure),
        Collection(structs.replace(genre, par_mois=True), structure),
        est_ouverte,
    )


def hors_cours(dossier: str) -> str:
    """Le dossier d'un genre, que ses fiches y soient closes ou en cours à côté."""
    return dossier.removesuffix(_EN_COURS)


def en_cours(chemin: str) -> str:
    """Le chemin qu'une fiche close avait du temps où elle était en cours ; son histoire y commence."""
    dossier, annee, mois, nom = chemin.rsplit("/", 3)
    return f"{dossier}{_EN_COURS}/{nom}" if (annee + mois).isdecimal() else chemin


def _reunir(premiere: Recolte[F], seconde: Recolte[F]) -> Recolte[F]:
    return Recolte(premiere.fiches + seconde.fiches, premiere.defauts + seconde.defauts)
