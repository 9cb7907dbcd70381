"""Faire entrer les événements qu'un agenda donne : ce qui est laissé, ce qui changerait, puis l'écrire."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.agenda.agenda_lu import TAILLE_MAXIMALE, AgendaLu, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.mur import sans_montant
from tiers_lieu_cli.noyau.gens.registre import NomDansLArchive
from tiers_lieu_cli.noyau.systeme import est_un_fichier
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches, importation
from tiers_lieu_cli.prog.importation import Plan, Provenance
from tiers_lieu_cli.prog.modele import Calendrier, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie

_HORIZON = timedelta(days=366)


def octets(chemin: Path) -> bytes:
    """Le contenu, sans lire plus qu'un agenda ne peut contenir."""
    if not est_un_fichier(chemin):
        raise ErreurUsage(f"Il n'y a pas de fichier {chemin}.", "Vérifier son nom et son dossier.")
    try:
        with chemin.open("rb") as flux:
            return flux.read(TAILLE_MAXIMALE + 1)
    except OSError as erreur:
        raise ErreurUsage(f"{chemin} ne se lit pas ({systeme.raison(erreur)}).") from None


class Lus(msgspec.Struct, frozen=True):
    """Ce qu'on garde d'un agenda lu ; `tus` : combien sont laissés, qui nomment une personne."""

    evenements: tuple[EvenementLu, ...]
    series: tuple[SerieLue, ...]
    tus: int


def sans_nom(c: Contexte, agenda: AgendaLu) -> Lus:
    """Les événements et les séries qui ne nomment personne du registre."""
    evenements = [lu for lu in agenda.evenements if not _nomme(c, lu)]
    series = [lue for lue in agenda.series if not _nomme(c, lue)]
    return Lus(tuple(evenements), tuple(series), len(agenda.evenements) - len(evenements))


def _nomme(c: Contexte, lu: EvenementLu | SerieLue) -> bool:
    try:
        dits = (lu.titre, lu.description, lu.lieu, lu.url, *lu.categories)
        c.registre.refuser_le_prive(*map(sans_montant, dits))
    except NomDansLArchive:
        return True
    return False


def planifier(c: Contexte, lus: Lus) -> Plan:
    """Ce que cet agenda ferait de nos événements et de nos séries."""
    d_ou = Provenance(domaine=c.lieu.reglages.domaine)
    identites = {d_ou.identite(lu.uid, lu.occurrence) for lu in lus.evenements}
    connus = fiches.par_identite(c.arbre, identites)
    # Une série déjà entrée date par date le reste.
    datees = {e.origine.uid for e in connus.values() if e.origine and e.origine.occurrence}
    series = [lue for lue in lus.series if lue.uid not in datees]
    d_un_bloc = {lue.uid for lue in series}
    seuls = [lu for lu in lus.evenements if lu.uid not in d_un_bloc]
    plan = importation.planifier(seuls, connus, d_ou)
    connues = _series_connues(c, {d_ou.identite(lue.uid) for lue in series})
    occurrences = {(lu.uid, lu.occurrence): lu for lu in lus.evenements if lu.uid in d_un_bloc}
    noms = {f"{jour}-{serie.id}" for serie in connues.values() for lue in series for jour in lue.a_part}
    importation.planifier_les_series(
        plan, series, occurrences, connues, fiches.par_identite(c.arbre, noms), d_ou
    )
    return plan


def _series_connues(c: Contexte, identites: set[str]) -> dict[str, Serie]:
    trouvees = {}
    for ident in SERIES.idents(c.arbre) if identites else ():
        identite = ident if ident in identites else ident.rpartition("-")[2]
        if identite in identites and (serie := SERIES.une(c.arbre, ident)):
            trouvees[identite] = serie
    return trouvees


def planifier_un_suivi(c: Contexte, lus: Lus, calendrier: Calendrier) -> Plan:
    """Ce que l'agenda d'un lieu ami changerait ; ce qui en a disparu est annulé."""
    d_ou = Provenance(calendrier=calendrier.id, publics=calendrier.publics)
    identites = {d_ou.identite(lu.uid, lu.occurrence) for lu in lus.evenements}
    plan = importation.planifier(lus.evenements, fiches.par_identite(c.arbre, identites), d_ou)
    jour = c.horloge.aujourdhui()
    a_venir = fiches.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour + _HORIZON)).fiches
    suivis = [e for e in a_venir if e.calendrier == calendrier.id and e.creneau.premier_jour >= jour]
    importation.retirer_les_disparus(plan, suivis, lus.evenements)
    return plan


def poser(c: Contexte, ecriture: Ecriture, plan: Plan) -> None:
    """Poser ce qui est neuf et ce qui a changé."""
    for serie in plan.series:
        SERIES.poser(ecriture, serie)
    for ancienne, nouvelle in plan.series_changees:
        SERIES.corriger(ecriture, ancienne, nouvelle)
    for neuf in c.ecran.avancer(plan.neufs, "Import"):
        fiches.collection(neuf.id, neuf.creneau).poser(ecriture, neuf)
    for ancien, nouveau in c.ecran.avancer(plan.changes, "Mise à jour"):
        fiches.corriger(ecriture, ancien, nouveau, _ident_deplace)


def _ident_deplace(nouveau: Evenement) -> str:
    """Le nom d'un événement importé qui change de mois : sa clé reste au bout."""
    return f"{nouveau.creneau.premier_jour:%Y-%m-%d}{nouveau.id[len('2026-11-24') :]}"
