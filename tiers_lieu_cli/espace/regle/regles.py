"""Ce que les règles demandent, et comment elles se disent."""

from __future__ import annotations

from collections.abc import Collection as Noms
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo

import msgspec

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regle.modele import Charte, delai_ecrit, duree_ecrite
from tiers_lieu_cli.noyau.temps import delais, temps
from tiers_lieu_cli.noyau.temps.temps import UNE_HEURE, Creneau


class Demande(msgspec.Struct, frozen=True):
    """Ce qu'on veut réserver, et ce qu'il faut savoir de qui le veut.

    `publics` : ceux du bénéficiaire ; `None` si on ne les connaît pas, ou si c'est la maison.
    `deja` : ce que la même personne tient déjà cette semaine-là ; `habilitations` : `None` si
    l'on n'a nommé personne.
    """

    salle: Salle
    seance: Creneau
    fuseau: tzinfo
    personnes: int = 0
    disposition: str = ""
    publics: Noms[str] | None = None
    deja: tuple[Creneau, ...] | None = None
    habilitations: Noms[str] | None = None
    ouvert: bool = True
    #: Les délais se comptent d'ici ; `None` pour une série, qui va loin par nature.
    maintenant: datetime | None = None


class Manquement(msgspec.Struct, frozen=True):
    """Une règle que la demande ne respecte pas ; `regle` est vide quand la salle elle-même l'impose."""

    regle: str
    phrase: str


def applicables(regles: Iterable[Charte], salles: Noms[str]) -> list[Charte]:
    """Les règles d'une salle et de ses parties ; celles de toutes les salles comprises."""
    return [r for r in regles if not r.salles or set(r.salles) & set(salles)]


def manquements(demande: Demande, regles: Iterable[Charte]) -> list[Manquement]:
    """Tout ce que la demande ne respecte pas."""
    trouves = [Manquement("", phrase) for phrase in _capacite(demande)]
    for regle in regles:
        for verifier in (_public, _delais, _duree, _plafonds, _habilitation, _horaires):
            trouves += (Manquement(regle.id, phrase) for phrase in verifier(regle, demande))
    return trouves


def _capacite(demande: Demande) -> Iterator[str]:
    salle = demande.salle
    if demande.disposition and demande.disposition not in salle.dispositions:
        connues = ", ".join(salle.dispositions) or "aucune n'est notée"
        yield f"{salle.nom} n'a pas de disposition « {demande.disposition} » ({connues})"
        return
    places = salle.dispositions.get(demande.disposition, salle.places)
    if places and demande.personnes > places:
        comment = f" en {demande.disposition}" if demande.disposition else ""
        yield f"{salle.nom} accueille {places} personnes au plus{comment}, pas {demande.personnes}"


def _public(regle: Charte, demande: Demande) -> Iterator[str]:
    if regle.publics and demande.publics is not None and not set(regle.publics) & set(demande.publics):
        yield f"{demande.salle.nom} est réservée à : {', '.join(regle.publics)}"


def _delais(regle: Charte, demande: Demande) -> Iterator[str]:
    if demande.maintenant is None or demande.seance.fin <= demande.maintenant:
        return
    minimum, maximum = delai_ecrit(regle.delai_min), delai_ecrit(regle.delai_max)
    if minimum and demande.seance.debut < delais.plus_tard(demande.maintenant, minimum):
        yield f"il faut s'y prendre au moins {regle.delai_min} d'avance"
    if maximum and demande.seance.debut > delais.plus_tard(demande.maintenant, maximum):
        yield f"on ne réserve pas plus de {regle.delai_max} d'avance"


def _duree(regle: Charte, demande: Demande) -> Iterator[str]:
    maximum = duree_ecrite(regle.duree_max)
    if maximum and temps.duree_reelle(demande.seance, demande.fuseau) > maximum:
        yield f"une réservation y dure {regle.duree_max} au plus"


def _plafonds(regle: Charte, demande: Demande) -> Iterator[str]:
    if demande.deja is None:
        return
    semaine = temps.dire_jour(temps.lundi_de(demande.seance.premier_jour))
    if regle.par_semaine and len(demande.deja) + 1 > regle.par_semaine:
        yield (
            f"{_compte(regle.par_semaine)} par personne et par semaine : "
            f"il y en a déjà {len(demande.deja)} dans celle du {semaine}"
        )
    durees = (temps.duree_reelle(c, demande.fuseau) for c in (*demande.deja, demande.seance))
    heures = sum(durees, timedelta()) / UNE_HEURE
    if regle.heures_par_semaine and heures > regle.heures_par_semaine:
        yield (
            f"{regle.heures_par_semaine} h par personne et par semaine : "
            f"cela en ferait {heures:g} dans celle du {semaine}"
        )


def _compte(nombre: int) -> str:
    return f"{nombre} réservation{'s' * (nombre > 1)}"


def _habilitation(regle: Charte, demande: Demande) -> Iterator[str]:
    if not regle.habilitation:
        return
    if demande.habilitations is None:
        yield f"il faut l'habilitation « {regle.habilitation} » : dire pour qui (--pour @…)"
    elif regle.habilitation not in demande.habilitations:
        yield f"il faut l'habilitation « {regle.habilitation} », valable ce jour-là"


def _horaires(regle: Charte, demande: Demande) -> Iterator[str]:
    if regle.horaires and not demande.ouvert:
        yield f"le lieu n'est pas ouvert {temps.dire_creneau(demande.seance)}"


def dire(regle: Charte, noms: Mapping[str, str]) -> list[str]:
    """La règle, en phrases : une charte qu'on peut afficher."""
    salles = ", ".join(noms.get(s, s) for s in regle.salles)
    ou = f"{salles} :" if salles else "Toutes les salles :"
    phrases = []
    if regle.publics:
        phrases.append(f"réservé à {_lister(regle.publics)}")
    if regle.habilitation:
        phrases.append(f"il faut l'habilitation « {regle.habilitation} »")
    if regle.delai_min or regle.delai_max:
        bornes = [f"au moins {regle.delai_min}"] * bool(regle.delai_min)
        bornes += [f"au plus {regle.delai_max}"] * bool(regle.delai_max)
        phrases.append(f"on réserve {' et '.join(bornes)} d'avance")
    if regle.duree_max:
        phrases.append(f"pour {regle.duree_max} au plus")
    plafonds = [_compte(regle.par_semaine)] * bool(regle.par_semaine)
    plafonds += [f"{regle.heures_par_semaine} h"] * bool(regle.heures_par_semaine)
    if plafonds:
        phrases.append(f"{' et '.join(plafonds)} par personne et par semaine")
    if regle.horaires:
        phrases.append("pendant les heures d'ouverture")
    if regle.moderation:
        phrases.append("chaque demande est validée par l'équipe")
    return [f"{ou} {phrase}." for phrase in phrases]


def _lister(mots: Iterable[str]) -> str:
    *debut, fin = mots
    return f"{', '.join(debut)} et {fin}" if debut else fin
