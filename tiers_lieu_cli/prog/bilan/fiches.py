"""Ce que le programme a donné, lu dans le lieu."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fermetures, fiches
from tiers_lieu_cli.prog.bilan import regles
from tiers_lieu_cli.prog.bilan.regles import Comptes
from tiers_lieu_cli.prog.idee.modele import IDEES
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.service.modele import SERVICES


def compter(c: Contexte, du: date, au: date) -> Comptes:
    """Seuls les mois de la période sont lus, et les idées, qu'on peut décider longtemps après."""
    evenements = fiches.de_la_fenetre(c.arbre, Creneau.de_jours(du, au))
    heures, idees = HEURES.des_mois(c.arbre, du, au), IDEES.toutes(c.arbre)
    for recolte in (evenements, heures, idees):
        c.ecran.defauts(recolte.defauts)
    return regles.compter(
        du,
        au,
        evenements=fermetures.a_replacer(c.arbre, evenements.fiches),
        inscriptions_de=inscriptions.par_evenement(c.arbre, (e.id for e in evenements.fiches)),
        heures=heures.fiches,
        idees=idees.fiches,
    )


def services(c: Contexte) -> dict[str, str]:
    """Le nom de chaque service."""
    return {s.id: s.nom for s in SERVICES.toutes(c.arbre).fiches}
