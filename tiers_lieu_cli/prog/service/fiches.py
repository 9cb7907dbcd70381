"""Ce qui se rattache à un service : ses permanences, ses séances, ceux qui y viennent ; quand en reparler."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps.series import lire_nom
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fermetures, fiches
from tiers_lieu_cli.prog.inscription.fiches import par_evenement
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES, Seance, Serie
from tiers_lieu_cli.prog.service import regles
from tiers_lieu_cli.prog.service.modele import SERVICES, Service, Stade
from tiers_lieu_cli.prog.service.regles import Usage


def permanences(arbre: Arbre, service: Service) -> list[Serie]:
    """Les séries de ce service."""
    return [serie for serie in SERIES.toutes(arbre).fiches if serie.service == service.id]


def seances_a_venir(arbre: Arbre, service: Service, maintenant: datetime) -> list[Evenement]:
    """Ses événements à venir qui ne sont pas d'une série."""
    fenetre = Creneau(maintenant, maintenant + regles.UN_AN)
    venir = fiches.de_la_fenetre(arbre, fenetre).fiches
    return [e for e in venir if e.service == service.id and e.a_lieu and not _est_d_une_serie(arbre, e)]


def _est_d_une_serie(arbre: Arbre, e: Evenement) -> bool:
    dit = lire_nom(e.id)
    return isinstance(e, Seance) or (dit is not None and SERIES.une(arbre, dit[1]) is not None)


def usage(arbre: Arbre, service: Service, jour: date) -> Usage:
    """Ce que le service a servi jusqu'à ce jour."""
    depuis = regles.debut_de_l_usage(service, jour)
    recolte = fiches.de_la_fenetre(arbre, Creneau.de_jours(depuis, jour))
    evenements = fermetures.a_replacer(arbre, recolte.fiches)
    seances = [e for e in evenements if e.service == service.id and e.creneau.premier_jour <= jour]
    inscriptions = par_evenement(arbre, (e.id for e in seances))
    passages = PASSAGES.des_mois(arbre, depuis, jour).fiches if seances else ()
    return regles.mesurer(depuis, seances, inscriptions, passages)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les services à revoir dans les deux semaines, ou dont la date est passée."""
    for s in SERVICES.toutes(arbre).fiches:
        if s.revoir_le and s.stade is not Stade.ARRETE and s.revoir_le - jour <= regles.PREAVIS:
            avec = f" avec {', '.join(s.responsables)}" if s.responsables else ""
            yield Echeance(
                s.revoir_le,
                f"reparler de « {s.nom} », {regles.DITS[s.stade]}{avec}",
                f"tl prog service fiche {s.id}",
                s.id,
            )
