"""Une habilitation : telle personne sait se servir de telle chose, jusqu'à tel jour.

Une fiche par personne et par sujet, nommée par les deux : réserver une machine ou prêter une clé
la trouve d'une seule lecture, sans parcourir ceux qui l'ont apprise en dix ans. La renouveler
corrige la fiche ; l'histoire garde les dates d'avant.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Genre, Usage
from tiers_lieu_cli.noyau.liens import PersonneCitee, Sujet, Texte
from tiers_lieu_cli.noyau.texte import en_tirets


class Habilitation(Fiche, frozen=True):
    """`sujet` est un mot (« fraiseuse ») ; `expire` et `retiree` : le dernier jour, et le jour du retrait."""

    personne: Sujet
    sujet: str
    obtenue: date
    avec: PersonneCitee = ""
    expire: date | None = None
    retiree: date | None = None
    motif: Texte = ""

    def __post_init__(self) -> None:
        if not self.sujet or en_tirets(self.sujet, "") != self.sujet:
            raise ValueError("« sujet » est un mot court, en minuscules et sans accent, comme fraiseuse")
        if self.expire and self.expire < self.obtenue:
            raise ValueError("« expire » est avant « obtenue »")

    def vaut(self, jour: date) -> bool:
        """Est-elle valable ce jour-là ?"""
        return (
            self.obtenue <= jour
            and (self.expire is None or jour <= self.expire)
            and (self.retiree is None or jour < self.retiree)
        )


HABILITATIONS = Collection(
    Genre(
        "habilitation",
        "accueil/habilitations",
        ouvrir="tl accueil personne fiche @{fiche.personne}",
        feminin=True,
        usage=Usage("Savoir qui peut se servir d'une machine sans danger", Base.INTERET),
        de_quelqu_un=True,
        verifier_chacune="accueil.verification:habilitations",
        a_faire="accueil.habilitation.fiches:a_faire",
    ),
    Habilitation,
)


def ident_de(personne: str, sujet: str) -> str:
    """Le nom de la fiche d'une personne et d'un sujet."""
    return f"{personne}-{sujet}"


def est_habilitee(arbre: Arbre, personne: str, sujet: str, jour: date, anciens: Iterable[str] = ()) -> bool:
    """Cette personne est-elle habilitée à ce sujet, ce jour-là ?

    `anciens` : ses autres identifiants, si deux fiches d'elle ont été réunies (`Registre.anciens`).
    """
    return any(tenue.vaut(jour) for tenue in tenues(arbre, {personne, *anciens}, sujet))


def tenues(arbre: Arbre, noms: Iterable[str], sujet: str) -> list[Habilitation]:
    """Ce que cette personne tient à ce sujet, sous chacun de ses identifiants (`Registre.anciens`)."""
    lues = (HABILITATIONS.une(arbre, ident_de(qui, sujet)) for qui in sorted(noms))
    return [tenue for tenue in lues if tenue]


def donner(
    ecriture: Ecriture, neuve: Habilitation, deja: Iterable[Habilitation], jour: date
) -> tuple[Habilitation | None, Habilitation]:
    """La poser, ou renouveler celle qu'elle a `deja` ; rend ce qu'il y avait, et ce qu'il y a.

    Réunie à une autre, elle l'a peut-être sous un ancien identifiant : c'est celle-là qu'on renouvelle.
    """
    ancienne = max(deja, key=lambda h: (h.vaut(jour), h.id == neuve.id), default=None)
    if ancienne is None:
        HABILITATIONS.poser(ecriture, neuve)
        return None, neuve
    neuve = structs.replace(neuve, id=ancienne.id, avec=neuve.avec or ancienne.avec)
    if neuve != ancienne:
        HABILITATIONS.corriger(ecriture, ancienne, neuve)
    return ancienne, neuve
