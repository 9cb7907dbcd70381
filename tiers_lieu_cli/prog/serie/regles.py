"""Les dates d'une série, vues comme des événements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import structs

from tiers_lieu_cli.espace.horaires.modele import Periode
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps import series as suites
from tiers_lieu_cli.noyau.temps.recurrence import Occurrence, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.series import occurrence_de
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import Seance, Serie

#: Les périodes que le lieu nomme (« feries », « vacances-scolaires »).
Exclus = Mapping[str, Periode]
#: Ce qu'une date tient de sa série.
_COMMUNS = tuple(
    sorted({*Serie.__struct_fields__} & {*Evenement.__struct_fields__} - {"id", "etat", "motif", "origine"})
)


def seances(serie: Serie, fenetre: Creneau, exclus: suites.Exclus) -> Iterator[Seance]:
    """Les dates de la série qui touchent la fenêtre ; celles qu'on saute n'y sont pas."""
    for occurrence in recurrence.occurrences(serie.recurrence, fenetre, exclus):
        yield seance(serie, occurrence)


def dates_sautees(regle: Recurrence, autres: Iterable[str], exclus: Exclus) -> tuple[Creneau, ...]:
    """Les dates de la règle qui n'ont pas lieu et ne se montrent pas, et `autres` (des clés) : les EXDATE."""
    sautees = {cle for cle, e in regle.ecarts.items() if e.quoi is Quoi.SAUTE}
    natures = {jour for nature in regle.sauf if nature in exclus for jour in exclus[nature].jours()}
    deplaces = {cle for cle, e in regle.ecarts.items() if e.quoi is Quoi.DEPLACE}
    exclues = {o.cle for jour in natures for o in recurrence.nominales(regle, jour, jour)}
    exclues -= {*deplaces, *regle.ajouts}
    prevues = (recurrence.prevue(regle, cle) for cle in {*sautees, *exclues, *autres})
    return tuple(sorted({prevue.creneau for prevue in prevues if prevue}))


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
        id=ident_de(serie, occurrence.cle),
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
    return {Quoi.ANNULE: Etat.ANNULE, Quoi.A_REPLACER: Etat.A_REPLACER}[ecart.quoi], ecart.motif


def seance_le(series: Iterable[Serie], jour: date, exclus: suites.Exclus) -> Seance | None:
    """La date que l'une de ces séries donne ce jour-là ; `None` si elle est sautée, ou n'en est pas."""
    for serie in series:
        if occurrence := occurrence_de(serie.recurrence, jour, exclus):
            return seance(serie, occurrence)
    return None


def accorder(propre: Evenement, avant: Seance, apres: Seance) -> Evenement:
    """La fiche d'une date, où ce qu'elle tenait encore de sa série la suit."""
    changes: dict[str, object] = {}
    for champs in (("debut", "fin"), *((nom,) for nom in _COMMUNS)):
        if all(getattr(propre, nom) == getattr(avant, nom) for nom in champs):
            changes |= {nom: getattr(apres, nom) for nom in champs}
    suit = propre.etat is avant.etat or (apres.etat is Etat.ANNULE and propre.a_lieu)
    if suit and propre.etat is not Etat.TENU:
        changes |= {"etat": apres.etat, "motif": apres.motif}
    return structs.replace(propre, **changes)


def est_finie(serie: Serie, aujourdhui: date) -> bool:
    """N'y a-t-il plus rien à en attendre ?"""
    return serie.etat is Etat.ANNULE or suites.est_finie(serie.recurrence, aujourdhui)


def ident_de(serie: Serie, date_dite: date | str) -> str:
    """Le nom d'une date de la série : `2026-12-01-chorale-7k2m`."""
    return suites.nommer(serie.souche, date_dite)
