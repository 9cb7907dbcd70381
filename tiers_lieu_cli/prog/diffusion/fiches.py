"""Le plan du lieu (`regles/communication.yaml`), les annonces faites, et ce qui est dû."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.diffusion import regles
from tiers_lieu_cli.prog.diffusion.modele import DIFFUSIONS, Diffusion, Plan
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.inscription.regles import participants
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.serie.modele import Seance

CHEMIN = "regles/communication.yaml"


class Prevue(msgspec.Struct, frozen=True):
    """Une activité à venir, et ses annonces."""

    evenement: Evenement
    annonces: tuple[regles.Annonce, ...]


def plan(arbre: Arbre) -> Plan | None:
    """Le plan du lieu ; `None` s'il n'en a pas, `FicheFautive` s'il ne se lit pas."""
    octets = arbre.lire(CHEMIN)
    return fiche.lire(octets, Plan, "communication", CHEMIN) if octets is not None else None


def de(arbre: Arbre, voulu: Plan | None, evenements: Iterable[Evenement]) -> list[Prevue]:
    """Ces activités, celles qui s'annoncent, et leurs annonces."""
    montrees = [e for e in evenements if regles.se_montre(e)]
    faites: dict[str, list[Diffusion]] = {}
    for d in DIFFUSIONS.rattachees(arbre, [e.id for e in montrees]).fiches:
        faites.setdefault(d.evenement, []).append(d)
    prevues = []
    for e in montrees:
        etapes = regles.etapes(voulu, e, de_serie=isinstance(e, Seance)) if voulu else []
        if annonces := regles.annonces(e, etapes, faites.get(e.id, [])):
            prevues.append(Prevue(e, tuple(annonces)))
    return prevues


def a_venir(arbre: Arbre, voulu: Plan, jour: date) -> list[Prevue]:
    """Tout ce qui vient, aussi loin que le plan regarde, et ses annonces."""
    fenetre = Creneau.de_jours(jour, jour + regles.horizon(voulu))
    viennent = programme.de_la_fenetre(arbre, fenetre).fiches
    return de(arbre, voulu, (e for e in viennent if e.creneau.premier_jour >= jour))


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les annonces dues, tant que l'activité n'a pas eu lieu ; un plan qui ne se lit pas se dit."""
    try:
        voulu = plan(arbre)
    except FicheFautive as faute:
        yield Echeance(jour, f"le plan de communication ne se lit pas : {faute.defaut}", "tl prog plan")
        return
    for prevue in a_venir(arbre, voulu, jour) if voulu else ():
        e = prevue.evenement
        dues = [a for a in prevue.annonces if a.est_due(jour)]
        if dues:
            ou = ", ".join(f"{a.canal} ({a.qui})" if a.qui else str(a.canal) for a in dues)
            quand = temps.dire_jour(e.creneau.premier_jour, jour)
            phrase = f"annoncer « {e.titre} », {quand} : {ou}"
            yield Echeance(dues[0].pour, phrase, f"tl prog diffusion {e.id}", e.id)


def servi(arbre: Arbre, du: date, au: date) -> tuple[dict[str, int], dict[str, int]]:
    """Par canal, d'un jour à un autre : combien d'annonces, et combien sont venus à ce qu'il annonçait."""
    annonces: dict[str, int] = {}
    venus: dict[str, int] = {}
    par_evenement: dict[str, list[Diffusion]] = {}
    for d in DIFFUSIONS.des_mois(arbre, du, au).fiches:
        if str(du) <= d.evenement[:10] <= str(au):
            par_evenement.setdefault(d.evenement, []).append(d)
    for ident, faites in par_evenement.items():
        try:
            combien = participants(programme.exiger(arbre, ident), inscriptions.de(arbre, ident)) or 0
        except Echec:
            # L'activité n'est plus au programme ; l'annonce, elle, fut faite.
            combien = 0
        for d in faites:
            annonces[d.canal] = annonces.get(d.canal, 0) + 1
            venus[d.canal] = venus.get(d.canal, 0) + combien
    return annonces, venus
