"""Trouver la réservation, la série ou la date qu'un mot désigne, et la poser changée."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace import a_replacer, occupations
from tiers_lieu_cli.espace.a_replacer import AReplacer
from tiers_lieu_cli.espace.regles import Occupation, doubles
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat, Promesse, Reservation
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire, ArbrePose
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.temps import series, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

#: Ce qui est à replacer : plus loin, on a le temps ; et de quoi prévenir les gens.
HORIZON, PREAVIS = timedelta(days=180), timedelta(days=21)
#: Une salle promise deux fois se règle d'autant mieux qu'on le sait tôt.
DEUX_FOIS = timedelta(days=62)
_EN_SUSPENS = tuple(etat.value.encode() for etat in (Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE))


class EnSuspens(msgspec.Struct, frozen=True):
    """Ce qui attend : des demandes et des options, une file, et ce qui est à replacer."""

    a_repondre: tuple[Promesse, ...]
    en_file: tuple[Reservation, ...]
    a_replacer: tuple[AReplacer, ...]


class Visee(msgspec.Struct, frozen=True):
    """Une réservation, une série entière, ou une seule de ses dates."""

    promesse: Reservation | Serie
    jour: date | None = None


def exiger(c: Contexte, mot: str, dit: str = "") -> Visee:
    """Ce que le mot désigne, fût-ce une date d'une série par son nom ; `dit` : cette date, à part."""
    if (dite := de_la_date(c.arbre, mot)) and not dit:
        return Visee(*dite)
    try:
        promesse: Reservation | Serie = RESERVATIONS.exiger(c.arbre, mot)
    except FicheIntrouvable as introuvable:
        if not SERIES.repondent(c.arbre, mot):
            raise introuvable from None
        promesse = SERIES.exiger(c.arbre, mot)
    if not dit:
        return Visee(promesse)
    if isinstance(promesse, Reservation):
        raise ErreurUsage(f"« {promesse.objet} » n'est pas une série : elle n'a qu'une date.", "Ôter --le.")
    from tiers_lieu_cli.noyau import series as verbes

    voulu = verbes.lire_date(c, dit)
    return Visee(promesse, series.designer(promesse.recurrence, voulu, occupations.exclus(c.arbre)))


def occupee(c: Contexte, visee: Visee) -> list[Occupation]:
    """Ce que cela occupe : une réservation, une date, ou toutes les dates à venir d'une série."""
    if isinstance(visee.promesse, Reservation):
        return [reservations.occuper(visee.promesse)]
    serie = visee.promesse
    if visee.jour is None:
        return regles.vivantes(serie, c.horloge.aujourdhui(), occupations.exclus(c.arbre))
    return [regles.occuper_le(serie, visee.jour)]


def corriger(ecriture: Ecriture, ancienne: Promesse, nouvelle: Promesse) -> None:
    """Poser le changement."""
    if isinstance(ancienne, Reservation) and isinstance(nouvelle, Reservation):
        RESERVATIONS.corriger(ecriture, ancienne, nouvelle)
    elif isinstance(ancienne, Serie) and isinstance(nouvelle, Serie):
        SERIES.corriger(ecriture, ancienne, nouvelle)


def replacer(c: Contexte, ecriture: Ecriture, ancienne: Reservation, nouvelle: Reservation) -> Reservation:
    """Poser une réservation déplacée. Si son nom ne la range plus, l'ancienne dit où elle est partie."""
    if temps.tient_dans_son_mois(ancienne.id, nouvelle.creneau):
        RESERVATIONS.corriger(ecriture, ancienne, nouvelle)
        return nouvelle
    from tiers_lieu_cli.espace import saisies

    ident = identifiants.date_de(
        nouvelle.creneau.premier_jour, saisies.sans_personne(nouvelle.objet), "reservation", c.hasard
    )
    arrivee = structs.replace(nouvelle, id=ident)
    partie = structs.replace(ancienne, etat=Etat.DEPLACEE, expire="", deplacee_a=ident)
    RESERVATIONS.corriger(ecriture, ancienne, partie)
    RESERVATIONS.poser(ecriture, arrivee)
    return arrivee


def au_programme(c: Contexte, reservation: Reservation, suite: str) -> Iterator[str]:
    """Les événements qui ont lieu dans cette réservation, et la commande qui les fait suivre."""
    for e in occupations.au_programme(c.arbre, reservation):
        yield f"  Au programme, « {e.titre} » y a lieu : tl prog evenement {suite.format(id=e.id)}"


def en_file(c: Contexte, e: Ecriture, liberees: Iterable[Occupation]) -> Iterator[str]:
    """Qui attendait ce que l'écriture rend, et comment lui donner la place ; la plus ancienne d'abord."""
    arbre = ArbreMemoire(ArbrePose(c.arbre, e.poses), c.registre.suivre)
    graphe, maintenant, dites = occupations.graphe(arbre), c.horloge.murale(), set[str]()
    for liberee in liberees:
        genees = graphe.genees(liberee.salle)
        attentes = (
            r for r in occupations.reservations_de(arbre, liberee.creneau).fiches if r.salle in genees
        )
        for r in sorted(attentes, key=lambda r: (r.demandee_le, r.id)):
            if r.etat is not Etat.ATTENTE or r.emprise.fin <= maintenant or r.id in dites:
                continue
            if not occupations.genes(arbre, [reservations.occuper(r)], maintenant):
                dites.add(r.id)
                qui = f", pour {r.pour}" if r.pour else ""
                quand = temps.dire_creneau(r.creneau, c.horloge.aujourdhui())
                yield f"  Libre pour « {r.objet} »{qui}, {quand}, en file."
                yield f"    La lui donner : tl espace valider {r.id}"


def en_suspens(arbre: Arbre, maintenant: datetime, horizon: timedelta = HORIZON) -> EnSuspens:
    """Ce qui attend une réponse ou une place, quelle qu'en soit la date ; à replacer, d'ici l'horizon."""
    recentes = RESERVATIONS.depuis(arbre, temps.un_mois_avant(maintenant.date()), _est_decidee).fiches
    en_file = [r for r in recentes if r.etat is Etat.ATTENTE and r.emprise.fin > maintenant]
    attendues: list[Promesse] = [*recentes, *SERIES.toutes(arbre).fiches]
    return EnSuspens(
        a_repondre=tuple(
            p for p in attendues if p.etat in (Etat.DEMANDEE, Etat.OPTION) and p.tient(maintenant)
        ),
        en_file=tuple(sorted(en_file, key=lambda r: (r.demandee_le, r.id))),
        a_replacer=tuple(a_replacer.dans(arbre, Creneau(maintenant, maintenant + horizon), maintenant)),
    )


def _est_decidee(octets: bytes) -> bool:
    """La fiche ne dit-elle ni demande, ni option, ni attente ? Elle n'est alors pas analysée."""
    return not any(etat in octets for etat in _EN_SUSPENS)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les demandes à valider, les options qui tombent bientôt, ce qui est à replacer."""
    suspens = en_suspens(arbre, temps.minuit(jour), PREAVIS)
    for p in suspens.a_repondre:
        pour = f", pour {p.pour}" if p.pour else ""
        if p.expiration is None:
            phrase = f"répondre à « {p.objet} »{pour}"
            yield Echeance(jour, phrase, f"tl espace valider {p.id}", p.id, Gravite.A_REPONDRE)
        elif (tombe := p.expiration.date()) <= jour + 2 * temps.UN_JOUR:
            quand = temps.dire_jour(tombe, jour)
            phrase = f"l'option « {p.objet} »{pour} tombe {quand}"
            yield Echeance(tombe, phrase, f"tl espace valider {p.id}", p.id, Gravite.A_REPONDRE)
    for a in suspens.a_replacer:
        quand = temps.dire_jour(a.seance.premier_jour, jour)
        le, phrase = a.seance.premier_jour, f"replacer « {a.occupation.titre} », {quand}"
        gravite = Gravite.A_REPLACER if le <= jour else Gravite.RESTE
        yield Echeance(le, phrase, "tl espace demandes", a.occupation.id, gravite)


def promises_deux_fois(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les salles promises deux fois dans les semaines qui viennent, sans qu'on l'ait voulu."""
    minuit = temps.minuit(jour)
    prises = occupations.de_la_fenetre(arbre, Creneau(minuit, minuit + DEUX_FOIS), minuit)
    graphe = occupations.graphe(arbre)
    for premiere, seconde in doubles(prises, graphe):
        quand = temps.dire_creneau(seconde.annonce, jour)
        titres = f"« {premiere.titre} » et « {seconde.titre} »"
        yield Echeance(
            seconde.annonce.premier_jour,
            f"{graphe.nom(seconde.salle)} est promise deux fois {quand} : {titres}",
            f"tl espace fiche {seconde.id}",
            seconde.id,
            Gravite.PROMIS_DEUX_FOIS,
        )
