"""Quelle salle convient, et quand elle est libre ; qui gêne qui reste à `espace.regles`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.regles import Graphe, Occupation, conflits
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import clef

#: Sans horaires dits, on ne propose pas la nuit à qui cherche « cette semaine ».
MATIN, SOIR = timedelta(hours=8), timedelta(hours=22)
#: Plus court, le moment dit est pris en entier ; plus long, on y cherche une heure.
ENTIER = timedelta(hours=4)
AU_MOINS = timedelta(hours=1)


class Besoin(msgspec.Struct, frozen=True):
    """Ce qu'il faut : des places, de l'équipement, un accès, une durée."""

    personnes: int
    avec: tuple[str, ...]
    pmr: bool
    duree: timedelta


def duree_voulue(moment: Creneau, dite: timedelta | None) -> timedelta:
    """La durée dite, sinon tout le moment s'il est court."""
    return dite or (moment.duree if moment.duree <= ENTIER else AU_MOINS)


def manque(salle: Salle, besoin: Besoin) -> str:
    """Ce qui manque à la salle ; vide si elle convient."""
    if besoin.personnes and salle.places and salle.places < besoin.personnes:
        return f"{salle.places} places"
    for voulu in besoin.avec:
        if not any(clef(voulu) in clef(equipement) for equipement in salle.equipements):
            return f"pas de {voulu}"
    return "sans accès PMR" if besoin.pmr and not salle.pmr else ""


def fenetres(moment: Creneau, ouvertures: Sequence[Creneau] | None, maintenant: datetime) -> list[Creneau]:
    """Les temps où chercher : le moment dit, pendant l'ouverture, à partir de maintenant.

    `ouvertures` : `None` si le lieu n'en a pas dit ; un moment précis est alors pris tel quel.
    """
    if ouvertures is None:
        precis = not moment.jours_entiers and moment.duree < UN_JOUR
        ouvertures = [moment] if precis else [_journee(jour) for jour in _minuits(moment)]
    if moment.fin <= maintenant:
        return []
    a_venir = Creneau(max(moment.debut, maintenant), moment.fin)
    communs = (temps.commun(a_venir, ouverture) for ouverture in ouvertures)
    return [commun for commun in communs if commun]


def _minuits(moment: Creneau) -> Iterator[datetime]:
    combien = (moment.dernier_jour - moment.premier_jour).days + 1
    return (temps.minuit(moment.premier_jour) + n * UN_JOUR for n in range(combien))


def _journee(minuit: datetime) -> Creneau:
    return Creneau(minuit + MATIN, minuit + SOIR)


def libres(
    salle: str, fenetres: Iterable[Creneau], prises: Iterable[Occupation], graphe: Graphe, besoin: Besoin
) -> list[Creneau]:
    """Les temps où l'on peut prendre la salle assez longtemps, chaque fenêtre à part."""
    genees = graphe.genees(salle)
    autour = sorted((p for p in prises if p.salle in genees), key=lambda p: p.creneau.debut)
    trouves = (t for fenetre in fenetres for t in _dans(salle, fenetre, autour, graphe, besoin.personnes))
    return [libre for libre in trouves if libre.duree >= besoin.duree]


def _dans(
    salle: str, fenetre: Creneau, autour: Sequence[Occupation], graphe: Graphe, personnes: int
) -> Iterator[Creneau]:
    """D'une borne à l'autre, ce que la fonction de conflit admet ; les bouts qui se touchent se joignent."""
    touchent = [p for p in autour if p.creneau.chevauche(fenetre)]
    bornes = {
        b for p in touchent for b in (p.creneau.debut, p.creneau.fin) if fenetre.debut < b < fenetre.fin
    }
    debut: datetime | None = None
    reperes = [fenetre.debut, *sorted(bornes), fenetre.fin]
    for ici, suivant in pairwise(reperes):
        essai = Occupation("", "", salle, Creneau(ici, suivant), personnes=personnes)
        if conflits(essai, touchent, graphe):
            if debut:
                yield Creneau(debut, ici)
            debut = None
        else:
            debut = debut or ici
    if debut:
        yield Creneau(debut, fenetre.fin)
