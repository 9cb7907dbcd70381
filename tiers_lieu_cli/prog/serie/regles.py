"""Les dates d'une série, vues comme des événements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace.horaires.modele import Periode
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Occurrence, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import Seance, Serie

#: Les périodes que le lieu nomme (« feries », « vacances-scolaires »).
Exclus = Mapping[str, Periode]
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})-([a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)
#: Une série sans fin promet ses salles deux ans d'avance ; au-delà, ce qui vient après elle la verra.
PROMISES = timedelta(days=731)
#: Jusqu'où l'on cherche les prochaines dates : une règle annuelle en a une tous les ans.
_LOIN = timedelta(days=2 * 366)
#: Ce qu'une date tient de sa série.
_COMMUNS = tuple(
    sorted({*Serie.__struct_fields__} & {*Evenement.__struct_fields__} - {"id", "etat", "motif", "origine"})
)


def seances(serie: Serie, fenetre: Creneau, exclus: Exclus) -> Iterator[Seance]:
    """Les dates de la série qui touchent la fenêtre ; celles qu'on saute n'y sont pas."""
    for occurrence in recurrence.occurrences(serie.recurrence, fenetre, exclus):
        yield seance(serie, occurrence)


def occurrence_de(regle: Recurrence, jour: date, exclus: Exclus) -> Occurrence | None:
    """Ce que la série donne à cette date, fût-elle déplacée ; `None` si elle est sautée, ou n'en est pas."""
    ecart = regle.ecarts.get(str(jour))
    fenetre = ecart.creneau if ecart and ecart.quoi is Quoi.DEPLACE else regle.creneau(jour)
    return next((o for o in recurrence.occurrences(regle, fenetre, exclus) if o.jour == jour), None)


def etendue(regle: Recurrence, depuis: date) -> Creneau:
    """Le temps où une série promet des salles, à partir de ce jour."""
    premier = max(date.fromisoformat(regle.du), depuis)
    loin = premier + PROMISES
    dernier = min(date.fromisoformat(regle.au), loin) if regle.au else loin
    autres = [date.fromisoformat(jour) for jour in regle.ajouts]
    autres += [e.creneau.dernier_jour for e in regle.ecarts.values() if e.debut]
    return Creneau.de_jours(premier, max(premier, dernier, *autres) + temps.UN_JOUR)


def jours_sautes(regle: Recurrence, autres: Iterable[date], exclus: Exclus) -> tuple[date, ...]:
    """Les dates de la règle qui n'ont pas lieu et ne se montrent pas, et `autres` : les EXDATE."""
    sautes = {date.fromisoformat(jour) for jour, e in regle.ecarts.items() if e.quoi is Quoi.SAUTE}
    natures = {jour for nature in regle.sauf if nature in exclus for jour in exclus[nature].jours()}
    deplaces = {jour for jour, e in regle.ecarts.items() if e.quoi is Quoi.DEPLACE}
    exclues = {jour for jour in natures if str(jour) not in deplaces and str(jour) not in regle.ajouts}
    return tuple(sorted(j for j in {*sautes, *exclues, *autres} if recurrence.est_une_date(regle, j)))


def jours_ajoutes(regle: Recurrence) -> tuple[date, ...]:
    """Les dates que la règle ne donnait pas : les RDATE."""
    ajouts = [date.fromisoformat(jour) for jour in regle.ajouts]
    return tuple(jour for jour in ajouts if not any(recurrence.dates(regle, jour, jour)))


def seance(serie: Serie, occurrence: Occurrence) -> Seance:
    """Une date de la série, sous le nom qu'elle garde même déplacée."""
    ecart = occurrence.ecart
    communs = {nom: getattr(serie, nom) for nom in _COMMUNS}
    if ecart and ecart.salles:
        communs["salles"] = ecart.salles
    debut, fin = ecrire_bornes(occurrence.creneau)
    etat, motif = _etat(serie, occurrence)
    return Seance(
        id=ident_de(serie, occurrence.jour),
        debut=debut,
        fin=fin,
        etat=etat,
        motif=motif,
        serie=serie.id,
        **communs,
    )


def _etat(serie: Serie, occurrence: Occurrence) -> tuple[Etat, str]:
    ecart = occurrence.ecart
    if serie.etat is Etat.ANNULE or ecart is None or ecart.quoi is Quoi.DEPLACE:
        return serie.etat, serie.motif or (ecart.motif if ecart else "")
    return {Quoi.ANNULE: Etat.ANNULE, Quoi.A_REPLACER: Etat.REPORTE}[ecart.quoi], ecart.motif


class LigneDeDate(msgspec.Struct, frozen=True):
    """Une date de la règle, telle qu'on la montre dans la série ; `ecart` dit ce qui lui arrive."""

    jour: str
    heures: str
    ecart: str


def lignes_de_dates(serie: Serie, depuis: date, combien: int, exclus: Exclus) -> list[LigneDeDate]:
    """Les prochaines dates de la règle, celles qu'on saute comprises."""
    nue = structs.replace(serie.recurrence, sauf=(), ecarts={})
    suite = recurrence.occurrences(nue, Creneau.de_jours(depuis, depuis + _LOIN), {})[:combien]
    return [_ligne(serie.recurrence, occurrence, exclus) for occurrence in suite]


def _ligne(regle: Recurrence, occurrence: Occurrence, exclus: Exclus) -> LigneDeDate:
    jour, ecart = occurrence.jour, regle.ecarts.get(str(occurrence.jour))
    heures = "" if occurrence.creneau.jours_entiers else temps.dire_heures(occurrence.creneau)
    if ecart is not None:
        dit = {
            Quoi.SAUTE: "sautée",
            Quoi.ANNULE: "ANNULÉE",
            Quoi.A_REPLACER: "À REPLACER",
        }.get(ecart.quoi) or f"déplacée : {temps.dire_creneau(ecart.creneau)}"
        return LigneDeDate(str(jour), heures, dit + (f" ({ecart.motif})" if ecart.motif else ""))
    natures = (nature for nature in regle.sauf if jour in exclus.get(nature, ()))
    ajoutee = "date ajoutée" if str(jour) in regle.ajouts else ""
    nature = "" if ajoutee else next(natures, "")
    return LigneDeDate(str(jour), heures, nature.replace("-", " ") or ajoutee)


def prochaine(serie: Serie, depuis: date, exclus: Exclus) -> date | None:
    """La prochaine date qui a lieu ; `None` s'il n'y en a plus."""
    fenetre = Creneau.de_jours(depuis, depuis + _LOIN)
    a_venir = (o for o in recurrence.occurrences(serie.recurrence, fenetre, exclus) if _a_lieu(o))
    return next((o.creneau.premier_jour for o in a_venir), None)


def prochaine_date(regle: Recurrence, depuis: date) -> date | None:
    """La première date de la règle ou des ajouts à partir de ce jour, écartée ou non."""
    ajouts = (date.fromisoformat(jour) for jour in regle.ajouts if jour >= str(depuis))
    de_la_regle = next(recurrence.dates(regle, depuis, depuis + _LOIN), None)
    return min(filter(None, (de_la_regle, *ajouts)), default=None)


def _a_lieu(occurrence: Occurrence) -> bool:
    return occurrence.ecart is None or occurrence.ecart.quoi is Quoi.DEPLACE


def est_finie(serie: Serie, aujourdhui: date) -> bool:
    """N'y a-t-il plus rien à en attendre ?"""
    regle = serie.recurrence
    derniers = (regle.au, *regle.ajouts, *(e.fin[:10] for e in regle.ecarts.values()))
    return serie.etat is Etat.ANNULE or bool(regle.au and max(derniers) < str(aujourdhui))


def ident_de(serie: Serie, jour: date) -> str:
    """Le nom d'une date de la série : `2026-12-01-chorale-7k2m`."""
    return f"{jour}-{serie.souche}"


def lire_ident(ident: str) -> tuple[date, str] | None:
    """Le jour et la souche que ce nom dirait, s'il était celui d'une date de série."""
    trouve = _DATE.fullmatch(ident)
    try:
        return (date.fromisoformat(trouve[1]), trouve[2]) if trouve else None
    except ValueError:
        return None
