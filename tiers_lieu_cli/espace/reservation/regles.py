"""Les règles d'une réservation, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from msgspec import structs

from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation.modele import Etat, Forcage, Promesse, Reservation
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import au_present
from tiers_lieu_cli.noyau.temps.temps import Creneau

P = TypeVar("P", bound=Promesse)
_NATURES = {Etat.OPTION: "option", Etat.DEMANDEE: "à valider"}
_DITS = {
    Etat.CONFIRMEE: "confirmée",
    Etat.DEMANDEE: "à valider",
    Etat.OPTION: "en option",
    Etat.ATTENTE: "en attente",
    Etat.REFUSEE: "refusée",
    Etat.ANNULEE: "annulée",
    Etat.DEPLACEE: "déplacée",
}


def occupation(promesse: Promesse, ident: str, salle: str, seance: Creneau) -> Occupation:
    """La salle prise par une promesse, montage et démontage compris."""
    return Occupation(
        id=ident,
        titre=promesse.objet,
        salle=salle,
        creneau=promesse.etendre(seance),
        seance=seance,
        personnes=promesse.personnes,
        nature=_NATURES.get(promesse.etat, ""),
        contre=tuple(map(au_present, promesse.forcage.contre)) if promesse.forcage else (),
    )


def occuper(reservation: Reservation) -> Occupation:
    """La salle qu'une réservation prend, ou prendrait."""
    return occupation(reservation, reservation.id, reservation.salle, reservation.creneau)


def forcer(promesse: P, motif: str, contre: Sequence[str]) -> P:
    """La même promesse, qui dit pourquoi on a passé outre, et quoi."""
    return structs.replace(promesse, forcage=Forcage(motif=motif, contre=tuple(contre)))


def valider(promesse: P) -> P:
    """Promise pour de bon : une demande, une option ou une attente ; sinon un refus qui dit pourquoi."""
    if promesse.etat not in (Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE):
        raise ErreurUsage(f"« {promesse.objet} » n'attend pas d'être validée : elle est {dire(promesse)}.")
    return structs.replace(promesse, etat=Etat.CONFIRMEE, expire="", motif="")


def refuser(promesse: P, motif: str) -> P:
    """Refusée, et pourquoi ; une promesse déjà faite s'annule plutôt."""
    if promesse.etat not in (Etat.DEMANDEE, Etat.OPTION, Etat.ATTENTE):
        raise ErreurUsage(
            f"« {promesse.objet} » n'attend pas de réponse : elle est {dire(promesse)}.",
            f"L'annuler : tl espace annuler {promesse.id}",
        )
    return structs.replace(promesse, etat=Etat.REFUSEE, expire="", motif=motif)


def annuler(promesse: P, motif: str) -> P:
    """Annulée : elle reste, et le dit."""
    exiger_vivante(promesse)
    return structs.replace(promesse, etat=Etat.ANNULEE, expire="", motif=motif)


def est_vivante(promesse: Promesse) -> bool:
    """Tient-elle, ou tiendrait-elle si son option n'expirait pas ?"""
    return promesse.est_ferme or bool(promesse.expire)


def exiger_vivante(promesse: Promesse) -> None:
    """Une chose annulée, refusée ou partie ne se change plus."""
    if promesse.etat in (Etat.ANNULEE, Etat.REFUSEE, Etat.DEPLACEE):
        raise ErreurUsage(f"« {promesse.objet} » est {dire(promesse)} : elle ne se change plus.")


def deplacer(reservation: Reservation, salle: str, creneau: Creneau) -> Reservation:
    """La même réservation, ailleurs ou à un autre moment."""
    exiger_vivante(reservation)
    debut, fin = temps.ecrire_bornes(creneau)
    return structs.replace(reservation, salle=salle, debut=debut, fin=fin)


def dire(promesse: Promesse, aujourdhui: date | None = None) -> str:
    """« confirmée », « en option jusqu'au vendredi 27 novembre, 18:00 », « refusée (complet) »."""
    dit = _DITS[promesse.etat]
    if promesse.expiration:
        dit += f" jusqu'au {dire_fin(promesse.expiration, aujourdhui)}"
    return f"{dit} ({promesse.motif})" if promesse.motif else dit


def dire_fin(moment: datetime, aujourdhui: date | None = None) -> str:
    """« vendredi 27 novembre, 18:00 » ; minuit se dit comme le soir qu'il ferme."""
    if moment == temps.minuit(moment.date()):
        return f"{temps.dire_jour(moment.date() - temps.UN_JOUR, aujourdhui)} au soir"
    return f"{temps.dire_jour(moment.date(), aujourdhui)}, {moment:%H:%M}"


def dire_place(promesse: Promesse, aujourdhui: date) -> str:
    """« est réservée », « est tenue en option jusqu'au… », « est demandée », « : en file d'attente »."""
    if promesse.etat is Etat.OPTION:
        return f"est {dire(promesse, aujourdhui)} :"
    dits = {Etat.DEMANDEE: "est demandée, à valider,", Etat.ATTENTE: ": en file d'attente,"}
    return dits.get(promesse.etat, "est réservée")


def dire_acte(promesse: Promesse) -> str:
    """Comment l'histoire nomme ce qui vient de se faire."""
    dits = {Etat.OPTION: "Option", Etat.DEMANDEE: "Demande", Etat.ATTENTE: "Attente"}
    return dits.get(promesse.etat, "Réservation")


def dire_forcage(promesse: Promesse) -> str:
    """« (forcé : motif) », pour l'histoire."""
    return f" (forcé : {promesse.forcage.motif})" if promesse.forcage else ""
