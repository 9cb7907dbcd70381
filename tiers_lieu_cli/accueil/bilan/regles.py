"""Le bilan d'une période, sans fichier ni heure courante : des comptes, et ce qu'il faut en taire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import Besoin, EtatBesoin
from tiers_lieu_cli.accueil.heures.modele import Heures, d_une_seule_facon
from tiers_lieu_cli.accueil.lien.modele import Lien, Suite
from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.noyau.pages.bilan import sommer


class Comptes(msgspec.Struct, frozen=True):
    """Tout ce qu'on a compté, de `du` à `au` compris."""

    du: date
    au: date
    passages: dict[str, int]
    #: Par (jour de la semaine, heure) ; les passages sans heure n'y sont pas.
    moments: dict[tuple[int, int], int]
    personnes: int
    exprimes: int
    relies: int
    combles: int
    sans_suite: int
    attendent: int
    themes: dict[str, int]
    liens: int
    liens_combles: int
    #: En minutes, par activité ; et combien de personnes y ont pris part.
    heures: dict[str, int]
    benevoles: dict[str, int]
    tous_les_benevoles: int
    habilitations: int
    bienvenues: int

    @property
    def total_des_passages(self) -> int:
        """Toutes les entrées."""
        return sum(self.passages.values())


def compter(
    du: date,
    au: date,
    *,
    passages: Iterable[Passage],
    besoins: Iterable[Besoin],
    liens: Iterable[Lien],
    heures: Iterable[Heures],
    obtenues: Iterable[date],
    arrivees: Iterable[date],
) -> Comptes:
    """Les comptes d'une période."""

    def dedans(jour: date | None) -> bool:
        return jour is not None and du <= jour <= au

    entrees = [p for p in passages if p.sens is Mouvement.ARRIVEE and dedans(p.jour)]
    besoins, donnees = [*besoins], d_une_seule_facon(h for h in heures if dedans(h.jour))
    clos = [b for b in besoins if dedans(b.clos_le)]
    faits = [lien for lien in liens if dedans(lien.presente)]
    participations = {(h.activite, h.personne) for h in donnees}
    return Comptes(
        du=du,
        au=au,
        passages=sommer((p.public, p.nombre) for p in entrees),
        moments=sommer(((p.jour.weekday(), p.instant.hour), p.nombre) for p in entrees if p.instant),
        personnes=len({p.personne for p in entrees if p.personne}),
        exprimes=sum(dedans(b.entendu) for b in besoins),
        relies=sum(dedans(b.relie_le) for b in besoins),
        combles=sum(b.etat is EtatBesoin.COMBLE for b in clos),
        sans_suite=sum(b.etat is EtatBesoin.SANS_SUITE for b in clos),
        attendent=sum(b.entendu <= au and (b.clos_le is None or b.clos_le > au) for b in besoins),
        themes=sommer((theme, 1) for b in besoins if dedans(b.entendu) for theme in b.themes),
        liens=len(faits),
        liens_combles=sum(lien.suite is Suite.COMBLE for lien in faits),
        heures=sommer((h.activite, h.duree) for h in donnees),
        benevoles=sommer((activite, 1) for activite, _ in participations),
        tous_les_benevoles=len({qui for _, qui in participations}),
        habilitations=sum(map(dedans, obtenues)),
        bienvenues=sum(map(dedans, arrivees)),
    )
