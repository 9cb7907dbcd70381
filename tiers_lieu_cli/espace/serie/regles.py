"""Les dates d'une série, et ce qu'elles occupent."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, timedelta

from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.serie.modele import Serie, nom_de_date
from tiers_lieu_cli.noyau import recurrence
from tiers_lieu_cli.noyau.recurrence import Occurrence, Quoi
from tiers_lieu_cli.noyau.temps import UN_JOUR, Creneau

#: Ce qu'on regarde d'une série sans fin, depuis son début.
SANS_FIN = timedelta(days=2 * 366)
#: Par nature de jours (« vacances-scolaires »), ceux qu'elle comprend.
Exclus = Mapping[str, Container[date]]


def occuper(serie: Serie, occurrence: Occurrence) -> Occupation:
    """La salle qu'une date de la série prend, ou prendrait."""
    ecart = occurrence.ecart
    salle = ecart.salles[0] if ecart and ecart.salles else serie.salle
    return reservations.occupation(serie, nom_de_date(serie.id, occurrence.jour), salle, occurrence.creneau)


def occupations(serie: Serie, fenetre: Creneau, exclus: Exclus) -> Iterator[Occupation]:
    """Ce que les dates de la série occupent dans une fenêtre ; ni les annulées, ni celles à replacer."""
    large = Creneau(
        fenetre.debut - timedelta(minutes=serie.demontage), fenetre.fin + timedelta(minutes=serie.montage)
    )
    for occurrence in recurrence.occurrences(serie.recurrence, large, exclus):
        if occurrence.ecart is None or occurrence.ecart.quoi is Quoi.DEPLACE:
            yield occuper(serie, occurrence)


def etendue(serie: Serie) -> Creneau:
    """De la première à la dernière date possible, deux ans au plus pour une série sans fin."""
    du = date.fromisoformat(serie.recurrence.du)
    au = date.fromisoformat(serie.recurrence.au) if serie.recurrence.au else du + SANS_FIN
    jours = [du, au, *(date.fromisoformat(j) for j in serie.recurrence.ajouts)]
    deplacees = [e.creneau.premier_jour for e in serie.recurrence.ecarts.values() if e.debut]
    return Creneau.de_jours(min(jours + deplacees) - UN_JOUR, max(jours + deplacees) + 2 * UN_JOUR)
