"""Les dates d'une série, et ce qu'elles occupent."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.serie.modele import Serie, nom_de_date
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Occurrence, Quoi
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

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


def toutes(serie: Serie, exclus: Exclus) -> list[Occupation]:
    """Tout ce que la série occupe, d'un bout à l'autre."""
    return list(occupations(serie, etendue(serie), exclus))


def a_partir(serie: Serie, jour: date, exclus: Exclus) -> list[Occupation]:
    """Ce que la série occupe encore à partir de ce jour."""
    return [o for o in toutes(serie, exclus) if o.creneau.fin > temps.minuit(jour)]


def occuper_le(serie: Serie, jour: date) -> Occupation:
    """Ce qu'une de ses dates occupe, ou occuperait si elle n'était pas annulée ou à replacer."""
    ecart = serie.recurrence.ecarts.get(str(jour))
    deplacee = ecart.creneau if ecart and ecart.quoi is Quoi.DEPLACE else None
    return occuper(serie, Occurrence(jour, deplacee or serie.recurrence.creneau(jour), ecart))


def deplacer(serie: Serie, jour: date, salle: str, seance: Creneau, motif: str = "") -> Serie:
    """La même série, dont cette date a lieu à un autre moment, ou ailleurs."""
    ecartee = recurrence.ecarter(serie.recurrence, jour, vers(serie, salle, seance, motif))
    return structs.replace(serie, recurrence=ecartee)


def vers(serie: Serie, salle: str, seance: Creneau, motif: str = "") -> Ecart:
    """L'écart d'une date qui a lieu à ce moment, dans cette salle."""
    return Ecart(
        quoi=Quoi.DEPLACE,
        debut=f"{seance.debut:%Y-%m-%dT%H:%M}",
        fin=f"{seance.fin:%Y-%m-%dT%H:%M}",
        salles=(salle,) if salle != serie.salle else (),
        motif=motif,
    )


def arreter(serie: Serie, aujourdhui: date, motif: str) -> Serie:
    """Annulée ; ce qui a déjà eu lieu reste, la série finit alors hier."""
    if date.fromisoformat(serie.recurrence.du) >= aujourdhui:
        return reservations.annuler(serie, motif)
    reservations.exiger_vivante(serie)
    hier = str(aujourdhui - UN_JOUR)
    if serie.recurrence.au and serie.recurrence.au <= hier:
        raise ErreurUsage(f"« {serie.objet} » est déjà finie, depuis le {serie.recurrence.au}.")
    gardes = structs.replace(
        serie.recurrence,
        au=hier,
        ajouts=tuple(j for j in serie.recurrence.ajouts if j <= hier),
        ecarts={j: e for j, e in serie.recurrence.ecarts.items() if j <= hier},
    )
    return structs.replace(serie, recurrence=gardes, motif=motif)


def dire_bornes(serie: Serie) -> str:
    """« du mardi 1er décembre 2026 au mercredi 30 juin 2027 »."""
    du = temps.dire_jour(date.fromisoformat(serie.recurrence.du))
    if not serie.recurrence.au:
        return f"depuis le {du}"
    return f"du {du} au {temps.dire_jour(date.fromisoformat(serie.recurrence.au))}"


def dire_ecart(occurrence: Occurrence, serie: Serie) -> str:
    """« ANNULÉE (motif) », « à replacer », « au lieu du mardi 1er décembre » ; vide si tout est normal."""
    absente = " · absence" if str(occurrence.jour) in serie.absences else ""
    ecart = occurrence.ecart
    if ecart is None:
        return absente.removeprefix(" · ")
    prevu = serie.recurrence.creneau(occurrence.jour)
    dits = {
        Quoi.ANNULE: "ANNULÉE",
        Quoi.A_REPLACER: "à replacer",
        Quoi.DEPLACE: f"au lieu du {temps.dire_creneau(prevu, occurrence.creneau.premier_jour)}",
        Quoi.SAUTE: "sautée",
    }
    return dits[ecart.quoi] + (f" ({ecart.motif})" if ecart.motif else "") + absente


def a_replacer(serie: Serie, fenetre: Creneau, exclus: Exclus) -> list[Occupation]:
    """Les dates notées « à replacer » : ce qu'elles occuperaient."""
    dates = recurrence.occurrences(serie.recurrence, fenetre, exclus)
    return [occuper(serie, o) for o in dates if o.ecart and o.ecart.quoi is Quoi.A_REPLACER]
