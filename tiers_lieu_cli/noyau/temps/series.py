"""Une série, quel que soit le métier qui la tient : ses bornes, le nom de ses dates, ce qu'on en change.

Des règles pures : une `Recurrence` entre, une autre sort. Un refus ne nomme que des dates qui ont lieu.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Occurrence, PasUneDate, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import Frequence, lire_rrule
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import Montre

#: Par nature de jours (« vacances-scolaires »), ceux qu'elle comprend.
Exclus = Mapping[str, Container[date]]
#: Ce qu'une série sans fin promet d'avance, et ce que dure au plus une série de réservations : on
#: reconduit. Une règle annuelle y a sa prochaine date.
PROMISES = timedelta(days=2 * 366)
#: Assez près d'un jour pour qu'on ait voulu le dire.
_VOISINES = timedelta(days=62)
_NOM = motif(r"(\d{4}-\d{2}-\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)
#: Comment une date de série de réservations s'est d'abord écrite : « chorale-7k2m@2026-12-01 ».
_NOM_ANCIEN = motif(r"([a-z0-9]+(?:-[a-z0-9]+)*)@(\d{4}-\d{2}-\d{2})", re.ASCII)


# -- le nom d'une date --------------------------------------------------------


def nommer(souche: str, date_dite: date | str) -> str:
    """Le nom d'une date : `2026-12-01-chorale-7k2m` ; elle le garde, même déplacée.

    Sa clé (« 2026-12-01T14:00 ») y ajoute une heure quand une règle d'ailleurs en donne d'autres ce jour-là.
    """
    jour, _, heure = str(date_dite).partition("T")
    return f"{jour}-{souche}" + (f"-{heure.replace(':', '')}" if heure else "")


def date_de(nom: str, souches: Container[str]) -> tuple[str, str] | None:
    """La clé de la date et la souche que ce nom dit, si c'est une date de l'une de ces souches."""
    dite = lire_nom(nom)
    if dite is None:
        return None
    jour, reste = dite
    if reste in souches:
        return str(jour), reste
    souche, _, heure = reste.rpartition("-")
    if souche in souches and len(heure) == 4 and heure.isdigit():
        return f"{jour}T{heure[:2]}:{heure[2:]}", souche
    return None


def lire_nom(nom: str) -> tuple[date, str] | None:
    """Le jour et la souche que ce nom dirait, s'il était celui d'une date de série."""
    ancien = _NOM_ANCIEN.fullmatch(nom)
    trouve = _NOM.fullmatch(f"{ancien[2]}-{ancien[1]}" if ancien else nom)
    try:
        return (date.fromisoformat(trouve[1]), trouve[2]) if trouve else None
    except ValueError:
        return None


def au_present(nom: str) -> str:
    """Le même nom, comme on l'écrit aujourd'hui."""
    dit = lire_nom(nom)
    return nommer(dit[1], dit[0]) if dit else nom


# -- ses bornes ---------------------------------------------------------------


def etendue(regle: Recurrence, depuis: date = date.min) -> Creneau:
    """Le temps où la série promet quelque chose à partir de ce jour, préparation comprise."""
    autres = [_jour(j) for j in regle.ajouts] + [
        e.creneau.premier_jour for e in regle.ecarts.values() if e.debut
    ]
    premier = max(_jour(regle.du), depuis)
    loin = premier + PROMISES
    dernier = max([premier, min(_jour(regle.au), loin) if regle.au else loin, *autres])
    return Creneau.de_jours(max(min([premier, *autres]), depuis) - UN_JOUR, dernier + 2 * UN_JOUR)


def est_finie(regle: Recurrence, aujourdhui: date) -> bool:
    """N'y a-t-il plus aucune date à en attendre ?"""
    derniers = (regle.au, *regle.ajouts, *(e.fin[:10] for e in regle.ecarts.values()))
    return bool(regle.au and max(derniers) < str(aujourdhui))


def dans_les_bornes(regle: Recurrence, jour: date, prolonger: str) -> None:
    """Refuser une date d'avant le début ou d'après la fin ; `prolonger` : la commande qui la permettrait."""
    if str(jour) < regle.du:
        raise ErreurUsage(
            f"La série ne commence que {temps.dire_jour(_jour(regle.du))}.", "Choisir une autre date."
        )
    if regle.au and str(jour) > regle.au:
        raise ErreurUsage(
            f"La série finit {temps.dire_jour(_jour(regle.au))}.", f"La prolonger : {prolonger}"
        )


# -- trouver une date ---------------------------------------------------------


def occurrence_de(regle: Recurrence, date_dite: date | str, exclus: Exclus) -> Occurrence | None:
    """Ce que la série donne à cette date, fût-elle déplacée ; `None` si elle est sautée, ou n'en est pas."""
    cle = str(date_dite)
    prevue, ecart = recurrence.prevue(regle, cle), regle.ecarts.get(cle)
    if prevue is None:
        return None
    fenetre = ecart.creneau if ecart and ecart.quoi is Quoi.DEPLACE else prevue.creneau
    return next((o for o in recurrence.occurrences(regle, fenetre, exclus) if o.cle == cle), None)


def designer(regle: Recurrence, jour: date, exclus: Exclus) -> date:
    """La date que ce jour désigne : la sienne, ou celle qu'on y a déplacée ; `PasUneDate` sinon."""
    if occurrence_de(regle, jour, exclus):
        return jour
    autour = recurrence.occurrences(regle, Creneau.de_jours(jour - _VOISINES, jour + _VOISINES), exclus)
    for o in autour:
        if o.creneau.premier_jour == jour:
            return o.jour
    jours = [o.creneau.premier_jour for o in autour if a_lieu(o)]
    avant, apres = [j for j in jours if j < jour], [j for j in jours if j > jour]
    raise PasUneDate(jour, (*avant[-1:], *apres[:1]))


def a_lieu(occurrence: Occurrence) -> bool:
    """Cette date a-t-elle lieu, à son heure ou à une autre ?"""
    return occurrence.ecart is None or occurrence.ecart.quoi is Quoi.DEPLACE


def prochaine(regle: Recurrence, depuis: date, exclus: Exclus) -> Occurrence | None:
    """La prochaine date qui a lieu ; `None` s'il n'y en a plus."""
    fenetre = Creneau.de_jours(depuis, depuis + PROMISES)
    return next((o for o in recurrence.occurrences(regle, fenetre, exclus) if a_lieu(o)), None)


def premiere_depuis(regle: Recurrence, depuis: date) -> date | None:
    """La première date de la règle ou des ajouts à partir de ce jour, écartée ou non."""
    ajouts = (_jour(j) for j in regle.ajouts if j >= str(depuis))
    de_la_regle = next(recurrence.dates(regle, depuis, depuis + PROMISES), None)
    return min(filter(None, (de_la_regle, *ajouts)), default=None)


# -- changer des dates --------------------------------------------------------


def ecarter(regle: Recurrence, jours: Iterable[date], ecart: Ecart) -> Recurrence:
    """La même série, où il arrive cela à ces dates."""
    for jour in jours:
        regle = recurrence.ecarter(regle, jour, ecart)
    return regle


def ajouter(regle: Recurrence, jours: Iterable[date], exclus: Exclus, prolonger: str) -> Recurrence:
    """Ces dates ont lieu : une date écartée ou exclue revient, une autre s'ajoute hors de la règle."""
    for jour in jours:
        dans_les_bornes(regle, jour, prolonger)
        regle = recurrence.ajouter(regle, jour, exclus)
    return regle


def vers(creneau: Creneau, salles: tuple[str, ...] = (), motif: str = "") -> Ecart:
    """L'écart d'une date qui a lieu à cet autre moment, ou ailleurs."""
    debut, fin = temps.ecrire_bornes(creneau)
    return Ecart(quoi=Quoi.DEPLACE, debut=debut, fin=fin, salles=salles, motif=motif)


def annuler_les_deplacees(regle: Recurrence, depuis: date, motif: str) -> Recurrence:
    """La même, où n'ont plus lieu les dates qu'on avait déplacées à partir de ce jour."""
    venues = [_jour(j[:10]) for j, e in regle.ecarts.items() if e.debut and e.creneau.dernier_jour >= depuis]
    return ecarter(regle, venues, Ecart(quoi=Quoi.ANNULE, motif=motif))


# -- changer la règle ---------------------------------------------------------


def suivre_une_autre_regle(ancienne: Recurrence, nouvelle: Recurrence) -> Recurrence:
    """La nouvelle règle, avec ce qui vaut encore de l'ancienne : fin, exclusions, ajouts et écarts."""
    voulue = structs.replace(
        nouvelle, au=nouvelle.au or ancienne.au, sauf=tuple(dict.fromkeys((*ancienne.sauf, *nouvelle.sauf)))
    )
    ajouts = tuple(j for j in ancienne.ajouts if j >= voulue.du)
    avec_ajouts = structs.replace(voulue, ajouts=ajouts)
    ecarts = {j: e for j, e in ancienne.ecarts.items() if recurrence.prevue(avec_ajouts, j)}
    return structs.replace(avec_ajouts, ecarts=ecarts)


def decaler(regle: Recurrence, jour: date, creneau: Creneau) -> Recurrence:
    """La série dont toutes les dates bougent comme celle-ci : d'heure, ou de jour de la semaine."""
    heures = {"debut": "", "fin": ""}
    if not creneau.jours_entiers:
        heures = {"debut": f"{creneau.debut:%H:%M}", "fin": f"{creneau.fin:%H:%M}"}
    changee = structs.replace(regle, **heures)
    jours = (creneau.premier_jour - jour).days
    if not jours:
        return changee
    lue = lire_rrule(regle.regle)
    if lue.frequence is not Frequence.SEMAINE or len(lue.jours) > 1:
        raise ErreurUsage(
            "Les dates de cette série ne changent pas de jour toutes de la même façon.",
            'Dire la nouvelle règle : "chaque jeudi 19h-21h".',
        )
    voulue = structs.replace(lue, jours=((0, creneau.premier_jour.weekday()),))
    partie = structs.replace(changee, regle=str(voulue), du=str(max(_jour(regle.du), jour) + jours * UN_JOUR))
    return suivre_une_autre_regle(regle, partie)


def prolonger(regle: Recurrence, au: date) -> Recurrence:
    """La même, jusqu'à cet autre jour."""
    if str(au) < regle.du:
        raise ErreurUsage(f"La série commence plus tard que le {temps.dire_jour(au)}.", "Revoir --au.")
    gardes = {j: e for j, e in regle.ecarts.items() if j[:10] <= str(au) or j in regle.ajouts}
    return structs.replace(regle, au=str(au), ecarts=gardes)


def perdues(jours: Iterable[date], nouvelles: Collection[Recurrence], exclus: Exclus) -> list[date]:
    """Parmi ces dates, celles qu'aucune de ces règles ne donne plus."""
    return [j for j in jours if not any(occurrence_de(regle, j, exclus) for regle in nouvelles)]


def change_depuis(ancienne: Recurrence | None, nouvelles: Collection[Recurrence], aujourdhui: date) -> date:
    """D'où regarder ce qui change : d'aujourd'hui, ou de la première date passée qu'on touche."""
    if ancienne is None:
        return min(_jour(regle.du) for regle in nouvelles)
    avant, apres = _ecrits([ancienne]), _ecrits(nouvelles)
    return min([aujourdhui, *(_jour(cle[:10]) for cle, _ in avant ^ apres)])


def _ecrits(regles: Iterable[Recurrence]) -> set[tuple[str, Ecart | None]]:
    return {x for r in regles for x in (*r.ecarts.items(), *((jour, None) for jour in r.ajouts))}


# -- la montrer ---------------------------------------------------------------


class LigneDeDate(msgspec.Struct, frozen=True):
    """Une date de la règle, telle qu'on la montre dans la série ; `ecart` dit ce qui lui arrive."""

    jour: str
    debut: datetime
    fin: datetime
    heures: Montre
    ecart: str


def lignes(regle: Recurrence, depuis: date, combien: int, exclus: Exclus) -> list[LigneDeDate]:
    """Les prochaines dates de la règle, celles qu'on saute comprises."""
    nue = structs.replace(regle, sauf=(), ecarts={})
    suite = recurrence.occurrences(nue, Creneau.de_jours(depuis, depuis + PROMISES), {})[:combien]
    return [_ligne(regle, occurrence, exclus) for occurrence in suite]


def _ligne(regle: Recurrence, occurrence: Occurrence, exclus: Exclus) -> LigneDeDate:
    jour, ecart = occurrence.jour, regle.ecarts.get(occurrence.cle)
    creneau = occurrence.creneau
    heures = "" if creneau.jours_entiers else temps.dire_heures(creneau)
    dire = partial(LigneDeDate, str(jour), creneau.debut, creneau.fin, heures)
    if ecart is not None:
        return dire(dire_ecart(ecart))
    natures = (nature for nature in regle.sauf if jour in exclus.get(nature, ()))
    ajoutee = "date ajoutée" if str(jour) in regle.ajouts else ""
    nature = "" if ajoutee else next(natures, "")
    return dire(nature.replace("-", " ") or ajoutee)


def dire_ecart(ecart: Ecart) -> str:
    """« ANNULÉE (motif) », « déplacée : jeudi 10 décembre, 20:00–22:00 »."""
    dits = {Quoi.SAUTE: "sautée", Quoi.ANNULE: "ANNULÉE", Quoi.A_REPLACER: "À REPLACER"}
    dit = dits.get(ecart.quoi) or f"déplacée : {temps.dire_creneau(ecart.creneau)}"
    return dit + (f" ({ecart.motif})" if ecart.motif else "")


def _jour(ecrit: str) -> date:
    return date.fromisoformat(ecrit)
