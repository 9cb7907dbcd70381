"""Les dates et les heures comme on les dit : « demain 14h30-16h », « mar. 24/11 », « du 3 au 5 juin ».

Une saisie est comprise, relue à voix haute si elle a deux sens, ou refusée : jamais devinée. Une
date sans année est la prochaine ; passée, elle n'est admise que dite avec son année, ou avec un
`Sens` qui la permet. Ici, ce que les commandes demandent ; comment cela se lit : `creneaux`, `jours`,
`heures`, `periodes`.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo

from msgspec import structs

from tiers_lieu_cli.noyau.echecs import Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import creneaux, jours, mots, periodes, temps
from tiers_lieu_cli.noyau.temps.creneaux import Cadre, Lu
from tiers_lieu_cli.noyau.temps.heures import est_une_heure, lire_duree, lire_plage
from tiers_lieu_cli.noyau.temps.mots import normaliser
from tiers_lieu_cli.noyau.temps.refus import DatePassee, PasEncore, SaisieIncomprise
from tiers_lieu_cli.noyau.temps.reperes import Repere, Sens
from tiers_lieu_cli.noyau.temps.temps import NUIT_LA_PLUS_LONGUE, UN_JOUR, UNE_MINUTE, UNE_SEMAINE, Creneau

__all__ = [
    "NUIT_LA_PLUS_LONGUE",
    "DatePassee",
    "PasEncore",
    "SaisieIncomprise",
    "Sens",
    "est_une_heure",
    "lire_creneau",
    "lire_duree",
    "lire_jour",
    "lire_jour_venu",
    "lire_minutes",
    "lire_moment",
    "lire_periode",
    "lire_plage",
    "normaliser",
]

_VERS_L_AVENIR = (Sens.A_VENIR, Sens.ENSUITE)


def lire_jour(texte: str, maintenant: datetime, sens: Sens = Sens.A_VENIR) -> date:
    """Le jour dit ; `ErreurUsage` s'il ne se comprend pas ou s'il est passé sans qu'on l'admette."""
    dit = mots.en_chiffres(mots.normaliser(texte))
    repere = Repere(maintenant.date(), sens)
    lus = jours.lire(dit, repere)
    if lus is None:
        return _premier_jour(texte, dit, repere)
    if len(lus.possibles) > 1 or lus.doute:
        dites = [temps.dire_jour(jour) for jour in lus.possibles]
        question = lus.doute or _demander(texte, dites)
        lectures = (Lecture(dite, jour.isoformat()) for dite, jour in zip(dites, lus.possibles, strict=True))
        raise SaisieAmbigue(texte, question, tuple(lectures))
    (jour,) = lus.possibles
    if sens in _VERS_L_AVENIR and not lus.plein and jour < repere.jour:
        raise DatePassee(temps.dire_jour(jour), _l_an_prochain(dit, jour))
    return jour


def _premier_jour(texte: str, dit: str, repere: Repere) -> date:
    """Le premier jour d'une semaine, ou de ce qu'on regarde (`LIBRE`) ; sinon, pourquoi pas."""
    lues = periodes.lire(dit, repere)
    if len(lues) == 1 and (repere.sens is Sens.LIBRE or lues[0].est_une_semaine):
        if repere.sens in _VERS_L_AVENIR and lues[0].premier < repere.jour and not lues[0].plein:
            raise DatePassee(temps.dire_jour(lues[0].premier))
        return lues[0].premier
    if lues and lues[0].est_un_mois:
        raise SaisieIncomprise(
            texte, f"« {texte[:60]} » : il manque le jour.", "Dire par exemple : le 5 juin."
        )
    if lues:
        bouts = [jour for p in lues for jour in (p.premier, p.dernier)]
        dites = [temps.dire_jour(jour) for jour in bouts]
        lectures = (Lecture(dite, jour.isoformat()) for dite, jour in zip(dites, bouts, strict=True))
        raise SaisieAmbigue(texte, _demander(texte, dites), tuple(lectures))
    if re.search(r"\d ?h|\d:\d|\bmidi|\bminuit|matin|apres-midi|soir", dit):
        raise SaisieIncomprise(
            texte, f"« {texte[:60]} » : il faut un jour, sans heure.", "Dire par exemple : mardi, 24/11."
        )
    raise SaisieIncomprise(texte)


def _l_an_prochain(dit: str, jour: date) -> str:
    """Comment dire l'an prochain une date qui vient de passer ; rien si elle est dite autrement."""
    if re.search(mots.SEMAINE, dit) or not re.search(r"\d", dit) or (jour.month, jour.day) == (2, 29):
        return ""
    return jour.replace(year=jour.year + 1).isoformat()


def _demander(texte: str, dites: list[str]) -> str:
    return f"« {texte} » : {' ou '.join(dites)} ?"


def lire_creneau(
    texte: str,
    maintenant: datetime,
    fuseau: tzinfo,
    *,
    sens: Sens = Sens.A_VENIR,
    duree: timedelta | None = None,
    est_la_fin: bool = False,
) -> Creneau:
    """Le créneau dit, jours entiers s'il n'y a pas d'heure ; `duree` vaut quand la fin n'est pas dite.

    `est_la_fin` : c'est une fin que l'on dit (« jusqu'à minuit ») ; minuit ferme le jour, et une heure
    qui n'existe pas est l'instant du changement.
    """
    cadre = Cadre(texte, maintenant, sens, fuseau, duree, est_la_fin)
    lu = _le_seul(texte, creneaux.lire(texte, cadre), maintenant, sens)
    if _est_passe(lu, maintenant, sens):
        if plus_tard := _une_semaine_plus_tard(lu, cadre):
            return plus_tard
        raise DatePassee(
            temps.dire_creneau(lu.creneau), _l_an_prochain(mots.normaliser(texte), lu.creneau.premier_jour)
        )
    return lu.creneau


def _une_semaine_plus_tard(lu: Lu, cadre: Cadre) -> Creneau | None:
    """« jeudi 14h-16h », dit un jeudi soir, est le jeudi d'après ; « ce jeudi », « aujourd'hui » non."""
    if re.match(r"(?:ce|cet) ", mots.normaliser(cadre.origine)):
        return None
    demain = temps.minuit(cadre.maintenant.date() + UN_JOUR)
    relus = creneaux.lire(cadre.origine, structs.replace(cadre, maintenant=demain))
    attendu = lu.creneau.premier_jour + UNE_SEMAINE
    return next((r.creneau for r in relus if r.creneau.premier_jour == attendu), None)


def _est_passe(lu: Lu, maintenant: datetime, sens: Sens) -> bool:
    return sens in _VERS_L_AVENIR and not lu.plein and lu.creneau.fin <= maintenant


def _le_seul(texte: str, lus: list[Lu], maintenant: datetime, sens: Sens) -> Lu:
    """La seule lecture qui reste : ce qui se contredit, ou n'est pas du bon côté, cède devant le reste."""
    sens_du_passe = sens in (Sens.PASSE, Sens.VENU)
    for cede in (
        lambda lu: bool(lu.doute),
        lambda lu: _est_passe(lu, maintenant, sens),
        lambda lu: sens_du_passe and lu.creneau.debut > maintenant,
    ):
        lus = [lu for lu in lus if not cede(lu)] or lus
    lus = list({lu.creneau: lu for lu in reversed(lus)}.values())[::-1]
    if len(lus) > 1 or lus[0].doute:
        lus.sort(key=lambda lu: lu.creneau)
        doutes = {lu.doute for lu in lus}
        question = doutes.pop() if len(doutes) == 1 else ""
        lectures = tuple(Lecture(lu.dit, lu.exact) for lu in lus)
        raise SaisieAmbigue(texte, question or _demander(texte, [lu.dit for lu in lus]), lectures)
    return lus[0]


def lire_moment(texte: str, maintenant: datetime, fuseau: tzinfo, sens: Sens) -> datetime | date:
    """Un instant dit (« 9h15 », « hier 14h »), ou un jour si l'heure n'est pas dite."""
    vers = Sens.VENU if sens is Sens.PASSE else sens
    creneau = lire_creneau(texte, maintenant, fuseau, sens=vers, duree=UNE_MINUTE)
    if vers is Sens.VENU and creneau.debut > maintenant:
        raise PasEncore(temps.dire_creneau(creneau))
    if creneau.jours_entiers and creneau.premier_jour != creneau.dernier_jour:
        raise SaisieIncomprise(texte, f"« {texte[:60]} » : il faut un seul jour, ou un moment.")
    return creneau.premier_jour if creneau.jours_entiers else creneau.debut


def lire_jour_venu(texte: str, maintenant: datetime) -> date:
    """Le jour dit, aujourd'hui ou avant : on ne note pas ce qui n'a pas encore eu lieu."""
    jour = lire_jour(texte, maintenant, Sens.VENU)
    if jour > maintenant.date():
        raise PasEncore(temps.dire_jour(jour))
    return jour


def lire_jour_a_venir(texte: str, maintenant: datetime) -> date:
    """Le jour dit, aujourd'hui ou après ; même avec son année, un jour passé n'y a pas de sens."""
    try:
        jour = lire_jour(texte, maintenant)
    except DatePassee as passee:
        raise DatePassee(passee.dite, jamais=True) from None
    if jour < maintenant.date():
        raise DatePassee(temps.dire_jour(jour), jamais=True)
    return jour


def lire_periode(du: str, au: str, maintenant: datetime) -> tuple[date, date]:
    """Du premier au dernier jour dits, compris ; sans premier jour, depuis lundi."""
    dernier = lire_jour(au, maintenant, Sens.PASSE)
    premier = lire_jour(du, maintenant, Sens.PASSE) if du else temps.lundi_de(dernier)
    if premier > dernier:
        # « du 1/11 au 30/11 », dit le 24 : la fin suit le début, fût-elle encore à venir.
        with suppress(SaisieIncomprise):
            suite = jours.lire(mots.normaliser(au), Repere(premier, Sens.ENSUITE))
            if suite and re.match(r"(?:le )?\d", mots.normaliser(au)):
                dernier = suite.possibles[0]
    if premier > dernier:
        raise SaisieIncomprise(f"{du} {au}", "La période finit avant de commencer.")
    return premier, dernier


def lire_minutes(dit: str) -> int:
    """Une durée, en minutes ; vide, zéro."""
    return round(lire_duree(dit) / UNE_MINUTE) if dit else 0
