"""Ce qui se rattache à un service : ses permanences, ses séances, ceux qui y viennent."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.inscription.fiches import par_evenement
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie
from tiers_lieu_cli.prog.service import regles
from tiers_lieu_cli.prog.service.modele import Service
from tiers_lieu_cli.prog.service.regles import Usage


def permanences(arbre: Arbre, service: Service) -> list[Serie]:
    """Les séries de ce service."""
    return [serie for serie in SERIES.toutes(arbre).fiches if serie.service == service.id]


def usage(arbre: Arbre, service: Service, jour: date) -> Usage:
    """Ce que le service a servi jusqu'à ce jour."""
    depuis = regles.debut_de_l_usage(service, jour)
    evenements = fiches.de_la_fenetre(arbre, Creneau.de_jours(depuis, jour)).fiches
    seances = [e for e in evenements if e.service == service.id and e.creneau.premier_jour <= jour]
    inscriptions = par_evenement(arbre, (e.id for e in seances))
    passages = PASSAGES.des_mois(arbre, depuis, jour).fiches if seances else ()
    return regles.mesurer(depuis, seances, inscriptions, passages)
