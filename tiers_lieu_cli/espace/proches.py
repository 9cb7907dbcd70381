"""Ce qu'on propose à la place d'un créneau refusé : la même salle à un autre moment, ou une autre salle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regles import EmploiDuTemps, Occupation
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

PROPOSITIONS = 3
#: Jusqu'où l'on cherche, avant et après.
HORIZON = timedelta(days=14)
#: Sans horaires connus, on ne propose pas la nuit à qui voulait le jour.
_MATIN, _SOIR = timedelta(hours=7), timedelta(hours=23)


class Proposition(msgspec.Struct, frozen=True):
    """Une salle et un créneau libres."""

    salle: str
    seance: Creneau


def fenetre(voulue: Creneau) -> Creneau:
    """Le temps qu'il faut connaître pour proposer autour de ce créneau."""
    return Creneau(voulue.debut - HORIZON - UN_JOUR, voulue.fin + HORIZON + UN_JOUR)


def proposer(
    voulue: Occupation,
    agenda: EmploiDuTemps,
    convient: Callable[[str, Creneau], bool],
    maintenant: datetime,
) -> list[Proposition]:
    """Trois propositions : d'abord le même jour, puis la même heure ailleurs, puis un autre jour.

    `convient` dit si les règles d'une salle admettent un créneau.
    """
    retenues: list[Proposition] = []

    def prendre(candidates: Iterator[Occupation], combien: int) -> None:
        for candidate in candidates:
            proposition = Proposition(candidate.salle, _seance(candidate))
            if combien == 0 or len(retenues) == PROPOSITIONS:
                return
            if (
                proposition not in retenues
                and proposition.seance.debut >= maintenant
                and not agenda.genes(candidate)
                and convient(candidate.salle, proposition.seance)
            ):
                retenues.append(proposition)
                combien -= 1

    salles = [salle.id for salle in equivalentes(voulue, agenda)]
    prendre(_meme_jour(voulue, agenda), 1)
    prendre((_ailleurs(voulue, salle) for salle in salles), 1)
    prendre(_autres_jours(voulue), 1)
    prendre(_meme_jour(voulue, agenda), PROPOSITIONS)
    prendre((_ailleurs(voulue, salle) for salle in salles), PROPOSITIONS)
    prendre(_autres_jours(voulue), PROPOSITIONS)
    prendre((autre for salle in salles for autre in _autres_jours(_ailleurs(voulue, salle))), PROPOSITIONS)
    prendre((_ailleurs(voulue, salle) for salle in agenda.graphe.salles), PROPOSITIONS)
    return retenues


def equivalentes(voulue: Occupation, agenda: EmploiDuTemps) -> list[Salle]:
    """Les salles qui rendent le même service : assez de places, le même équipement, l'accès PMR.

    La plus juste d'abord : on ne propose pas la grande salle à qui en demande une petite.
    """
    origine = agenda.graphe.salles.get(voulue.salle)
    if origine is None:
        return []
    places = voulue.personnes or origine.places
    assez = [
        salle
        for salle in agenda.graphe.salles.values()
        if salle.id != origine.id
        and set(origine.equipements) <= set(salle.equipements)
        and (salle.pmr or not origine.pmr)
        and (not salle.places or (places and salle.places >= places))
    ]
    return sorted(assez, key=lambda s: (s.places or 10**9, s.id))


def _meme_jour(voulue: Occupation, agenda: EmploiDuTemps) -> Iterator[Occupation]:
    """La même salle, ce jour-là, collée à ce qui la prend ; le plus proche d'abord."""
    seance = _seance(voulue)
    jour = temps.minuit(seance.premier_jour)
    genees = agenda.graphe.genees(voulue.salle)
    voisines = [o for o in agenda.autour(Creneau(jour, jour + UN_JOUR)) if o.salle in genees]
    ecarts = {o.creneau.fin - voulue.creneau.debut for o in voisines}
    ecarts |= {o.creneau.debut - voulue.creneau.fin for o in voisines}
    de_nuit = seance.debut < jour + _MATIN or seance.fin > jour + _SOIR
    for ecart in sorted(ecarts, key=lambda e: (abs(e), e)):
        candidate = _decaler(voulue, ecart)
        debut, fin = _seance(candidate).debut, _seance(candidate).fin
        dans_le_jour = jour <= debut < jour + UN_JOUR
        if dans_le_jour and (de_nuit or (debut >= jour + _MATIN and fin <= jour + _SOIR)):
            yield candidate


def _autres_jours(voulue: Occupation) -> Iterator[Occupation]:
    """La même salle à la même heure, le lendemain, la veille, et ainsi de suite."""
    for jours in range(1, HORIZON.days + 1):
        yield _decaler(voulue, jours * UN_JOUR)
        yield _decaler(voulue, -jours * UN_JOUR)


def _ailleurs(voulue: Occupation, salle: str) -> Occupation:
    return structs.replace(voulue, salle=salle)


def _decaler(voulue: Occupation, ecart: timedelta) -> Occupation:
    return structs.replace(
        voulue, creneau=translater(voulue.creneau, ecart), seance=translater(_seance(voulue), ecart)
    )


def translater(creneau: Creneau, ecart: timedelta) -> Creneau:
    """Le même créneau, plus tôt ou plus tard."""
    return Creneau(creneau.debut + ecart, creneau.fin + ecart, creneau.jours_entiers)


def _seance(occupation: Occupation) -> Creneau:
    return occupation.seance or occupation.creneau
