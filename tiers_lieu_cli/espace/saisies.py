"""Ce que les commandes de l'espace demandent : une salle, un moment, quelqu'un."""

from __future__ import annotations

from datetime import datetime, timedelta

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import saisie, temps
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.saisie import NUIT_LA_PLUS_LONGUE, Sens
from tiers_lieu_cli.noyau.temps import UN_JOUR, Creneau

_UNE_MINUTE = timedelta(minutes=1)


def salles_connues(c: Contexte) -> list[tuple[str, str]]:
    """Les salles à proposer."""
    return [(ident, "") for ident in SALLES.idents(c.arbre)]


def beneficiaires_connus(c: Contexte) -> list[tuple[str, str]]:
    """Les personnes et les publics à proposer."""
    publics = [(public, "un public") for public in c.lieu.reglages.publics]
    return [(f"@{p.surnom or p.id}", p.nom) for p in c.registre.toutes.fiches] + publics


def lire_creneau(c: Contexte, quand: str, jusqua: str, *, passe: bool) -> Creneau:
    """Le créneau dit en une fois, ou son début et sa fin."""
    sens = Sens.PASSE if passe else Sens.A_VENIR
    maintenant = c.horloge.murale()
    if not jusqua:
        return saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=sens)
    debut = saisie.lire_creneau(quand, maintenant, c.lieu.fuseau, sens=sens, duree=_UNE_MINUTE)
    return _jusqua(c, debut, jusqua)


def _jusqua(c: Contexte, depart: Creneau, jusqua: str) -> Creneau:
    """La fin, dite par rapport au début : « 16h » est du même jour, ou de la nuit qui suit."""
    fin = saisie.lire_creneau(
        jusqua, temps.minuit(depart.premier_jour), c.lieu.fuseau, sens=Sens.LIBRE, duree=_UNE_MINUTE
    )
    if fin.jours_entiers and depart.jours_entiers and fin.dernier_jour >= depart.premier_jour:
        return Creneau.de_jours(depart.premier_jour, fin.dernier_jour)
    moment = fin.fin if fin.jours_entiers else fin.debut
    if moment <= depart.debut and moment + UN_JOUR - depart.debut <= NUIT_LA_PLUS_LONGUE:
        moment += UN_JOUR
    if moment <= depart.debut:
        raise ErreurUsage(
            f"La fin ({temps.dire_jour(moment.date())}, {moment:%H:%M}) est avant le début.",
            "Revoir --jusqua.",
        )
    return Creneau(depart.debut, moment)


def lire_moment(c: Contexte, dit: str) -> datetime:
    """Un moment à venir ; un jour seul vaut jusqu'à son soir."""
    lu = saisie.lire_creneau(dit, c.horloge.murale(), c.lieu.fuseau, duree=_UNE_MINUTE)
    return lu.fin if lu.jours_entiers else lu.debut


def lire_minutes(dit: str) -> int:
    """Une durée en minutes ; vide, zéro."""
    return round(saisie.lire_duree(dit) / _UNE_MINUTE) if dit else 0


def designer_qui(c: Contexte, mot: str) -> str:
    """Une personne du registre (@karim), ou un public du lieu (membres)."""
    if mot in c.lieu.reglages.publics:
        return mot
    if not mot.startswith(("@", "p-")) and not c.registre.est_la:
        return c.lieu.reglages.publics_connus([mot])[0]
    return c.registre.designer(mot) if mot else ""
