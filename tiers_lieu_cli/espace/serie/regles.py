"""Les dates d'une série, et ce qu'elles occupent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.reservation.modele import Etat, Reservation
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import recurrence, series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Occurrence, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.series import Exclus
from tiers_lieu_cli.noyau.temps.temps import Creneau


def occuper(serie: Serie, occurrence: Occurrence) -> Occupation:
    """La salle qu'une date de la série prend, ou prendrait."""
    ecart = occurrence.ecart
    salle = ecart.salles[0] if ecart and ecart.salles else serie.salle
    return reservations.occupation(
        serie, series.nommer(serie.souche, occurrence.jour), salle, occurrence.creneau
    )


def occupations(serie: Serie, fenetre: Creneau, exclus: Exclus) -> Iterator[Occupation]:
    """Ce que les dates de la série occupent dans une fenêtre ; ni les annulées, ni celles à replacer."""
    large = Creneau(
        fenetre.debut - timedelta(minutes=serie.demontage), fenetre.fin + timedelta(minutes=serie.montage)
    )
    for occurrence in recurrence.occurrences(serie.recurrence, large, exclus):
        if occurrence.ecart is None or occurrence.ecart.quoi is Quoi.DEPLACE:
            yield occuper(serie, occurrence)


def toutes(serie: Serie, exclus: Exclus) -> list[Occupation]:
    """Tout ce que la série occupe, d'un bout à l'autre."""
    return list(occupations(serie, series.etendue(serie.recurrence), exclus))


def vivantes(serie: Serie, depuis: date, exclus: Exclus) -> list[Occupation]:
    """Ce que la série tient à partir de ce jour ; rien si elle est annulée ou refusée."""
    if not reservations.est_vivante(serie):
        return []
    dates = occupations(serie, series.etendue(serie.recurrence, depuis), exclus)
    return [o for o in dates if o.creneau.fin > temps.minuit(depuis)]


def place(o: Occupation) -> tuple[str, str, Creneau, int]:
    """Ce qui fait qu'une date n'a pas bougé."""
    return o.id, o.salle, o.creneau, o.personnes


def exiger_assez_courte(regle: Recurrence) -> Recurrence:
    """Personne ne promet une salle pour plus longtemps."""
    if date.fromisoformat(regle.au) - date.fromisoformat(regle.du) > series.PROMISES:
        raise ErreurUsage("Une série dure deux ans au plus.", "La reconduire le moment venu.")
    return regle


def jour_de(o: Occupation) -> date:
    """Le jour qui nomme cette date."""
    return date.fromisoformat(o.id[: len("2026-12-01")])


def occuper_le(serie: Serie, jour: date) -> Occupation:
    """Ce qu'une de ses dates occupe, ou occuperait si elle n'était pas annulée ou à replacer."""
    ecart = serie.recurrence.ecarts.get(str(jour))
    deplacee = ecart.creneau if ecart and ecart.quoi is Quoi.DEPLACE else None
    return occuper(serie, Occurrence(jour, deplacee or serie.recurrence.creneau(jour), ecart))


def comme_une_reservation(serie: Serie, jour: date, exclus: Exclus) -> Reservation:
    """Une de ses dates, comme une réservation ; annulée, si elle n'a plus lieu."""
    place = occuper_le(serie, jour)
    occurrence = series.occurrence_de(serie.recurrence, jour, exclus)
    eteinte = occurrence is None or (occurrence.ecart is not None and occurrence.ecart.quoi is Quoi.ANNULE)
    debut, fin = temps.ecrire_bornes(place.annonce)
    return Reservation(
        id=place.id,
        salle=place.salle,
        objet=serie.objet,
        debut=debut,
        fin=fin,
        montage=serie.montage,
        demontage=serie.demontage,
        etat=Etat.CONFIRMEE if reservations.est_vivante(serie) and not eteinte else Etat.ANNULEE,
    )


def suivre(serie: Serie, jour: date, ailleurs: Reservation, exclus: Exclus) -> Serie:
    """La même série, dont cette date est ce qu'un autre outil en dit : annulée, déplacée, ou revenue."""
    regle, ou = serie.recurrence, (ailleurs.salle,) if ailleurs.salle != serie.salle else ()
    if ailleurs.etat is Etat.ANNULEE:
        regle = series.ecarter(regle, [jour], Ecart(quoi=Quoi.ANNULE))
    elif ou or ailleurs.creneau != regle.creneau(jour):
        regle = series.ecarter(regle, [jour], series.vers(ailleurs.creneau, ou))
    else:
        regle = recurrence.ajouter(regle, jour, exclus)
    return structs.replace(serie, recurrence=regle)


def vers(serie: Serie, p: Proposition, motif: str = "") -> Ecart:
    """L'écart d'une date qui a lieu à ce moment, dans cette salle."""
    return series.vers(p.seance, (p.salle,) if p.salle != serie.salle else (), motif)


def dire_ecart(occurrence: Occurrence, serie: Serie) -> str:
    """« ANNULÉE (motif) », « à replacer », « au lieu du mardi 1er décembre » ; vide si tout est normal."""
    absente = " · absence" if occurrence.jour in serie.absences else ""
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
