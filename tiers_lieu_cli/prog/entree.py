"""Faire entrer les événements qu'un agenda donne : ce qui est laissé, ce qui changerait, puis l'écrire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecriture import Ecriture
from tiers_lieu_cli.noyau.mur import sans_montant
from tiers_lieu_cli.noyau.registre import NomDansLArchive
from tiers_lieu_cli.noyau.temps import Creneau
from tiers_lieu_cli.prog import fiches, importation
from tiers_lieu_cli.prog.agenda_lu import TAILLE_MAXIMALE, EvenementLu
from tiers_lieu_cli.prog.importation import Plan
from tiers_lieu_cli.prog.modele import Evenement

_HORIZON = timedelta(days=366)


def octets(chemin: Path) -> bytes:
    """Le contenu, sans lire plus qu'un agenda ne peut contenir."""
    if not chemin.is_file():
        raise ErreurUsage(f"Il n'y a pas de fichier {chemin}.", "Vérifier son nom et son dossier.")
    try:
        with chemin.open("rb") as flux:
            return flux.read(TAILLE_MAXIMALE + 1)
    except OSError as erreur:
        raise ErreurUsage(f"{chemin} ne se lit pas ({systeme.raison(erreur)}).") from None


def sans_nom(c: Contexte, lus: Iterable[EvenementLu]) -> tuple[list[EvenementLu], int]:
    """Les événements qui ne nomment personne du registre, et combien sont laissés."""
    gardes, laisses = [], 0
    for lu in lus:
        try:
            dits = (lu.titre, lu.description, lu.lieu, lu.url, *lu.categories)
            c.registre.refuser_le_prive(*map(sans_montant, dits))
        except NomDansLArchive:
            laisses += 1
        else:
            gardes.append(lu)
    return gardes, laisses


def planifier(c: Contexte, lus: list[EvenementLu], calendrier: str, publics: tuple[str, ...] = ()) -> Plan:
    """Ce que ces événements changeraient ici ; ceux d'un agenda suivi qui ont disparu sont annulés."""
    cles = {importation.cle(lu.uid, lu.occurrence, calendrier) for lu in lus}
    plan = importation.planifier(lus, fiches.par_cle(c.arbre, cles), calendrier, publics)
    if calendrier:
        jour = c.horloge.aujourdhui()
        a_venir = fiches.de_la_fenetre(c.arbre, Creneau.de_jours(jour, jour + _HORIZON)).fiches
        suivis = [e for e in a_venir if e.calendrier == calendrier and e.creneau.premier_jour >= jour]
        importation.retirer_les_disparus(plan, suivis, lus)
    return plan


def poser(c: Contexte, ecriture: Ecriture, plan: Plan) -> None:
    """Poser ce qui est neuf et ce qui a changé."""
    for neuf in c.ecran.avancer(plan.neufs, "Import"):
        fiches.collection(neuf.id, neuf.creneau).poser(ecriture, neuf)
    for ancien, nouveau in c.ecran.avancer(plan.changes, "Mise à jour"):
        fiches.corriger(ecriture, ancien, nouveau, _ident_deplace)


def _ident_deplace(nouveau: Evenement) -> str:
    """Le nom d'un événement importé qui change de mois : sa clé reste au bout."""
    return f"{nouveau.creneau.premier_jour:%Y-%m-%d}{nouveau.id[len('2026-11-24') :]}"
