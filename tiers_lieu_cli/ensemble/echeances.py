"""Tout ce qui reste à faire, métier par métier : la table, en clair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.accueil.bienvenue import fiches as bienvenue
from tiers_lieu_cli.accueil.habilitation import fiches as habilitations
from tiers_lieu_cli.accueil.lien import fiches as liens
from tiers_lieu_cli.accueil.suivi import fiches as suivis
from tiers_lieu_cli.convention.convention import fiches as conventions
from tiers_lieu_cli.convention.document import fiches as documents
from tiers_lieu_cli.convention.engagement import fiches as engagements
from tiers_lieu_cli.ensemble.desaccords import DESACCORDS
from tiers_lieu_cli.espace.cle import fiches as cles
from tiers_lieu_cli.espace.entretien import fiches as entretien
from tiers_lieu_cli.espace.promesse import fiches as promesses
from tiers_lieu_cli.journal.decision import modele as decisions
from tiers_lieu_cli.journal.fiche import modele as pratiques
from tiers_lieu_cli.journal.passation import modele as passations
from tiers_lieu_cli.journal.regle import modele as regles
from tiers_lieu_cli.journal.suite import modele as suites
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import intention, purge
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.evenement import fiches as evenements
from tiers_lieu_cli.prog.idee import fiches as propositions
from tiers_lieu_cli.prog.reseau import echeances as reseau
from tiers_lieu_cli.prog.serie import fiches as series
from tiers_lieu_cli.prog.service import fiches as services
from tiers_lieu_cli.stock.article import fiches as articles
from tiers_lieu_cli.stock.objet import fiches as objets

A_FAIRE: tuple[Callable[[Arbre, date], Iterator[Echeance]], ...] = (
    promesses.a_faire,
    cles.a_faire,
    entretien.a_faire,
    liens.a_faire,
    suivis.a_faire,
    bienvenue.a_faire,
    habilitations.a_faire,
    evenements.a_faire,
    series.a_faire,
    equipes.a_faire,
    propositions.a_faire,
    services.a_faire,
    reseau.a_faire,
    objets.a_faire,
    conventions.a_faire,
    engagements.a_faire,
    documents.a_faire,
    decisions.a_faire,
    suites.a_faire,
    regles.a_faire,
    pratiques.a_faire,
    passations.a_faire,
)


def toutes(c: Contexte) -> list[Echeance]:
    """Ce qui reste à faire, le plus ancien d'abord ; les gens y sont nommés."""
    return [structs.replace(e, phrase=c.registre.a_l_ecran(e.phrase)) for e in sans_noms(c)]


def sans_noms(c: Contexte) -> list[Echeance]:
    """Les mêmes, où les gens ne sont que des identifiants : ce qu'une fiche peut garder."""
    jour = c.horloge.aujourdhui()
    dues = sorted([*(e for metier in A_FAIRE for e in metier(c.arbre, jour)), *articles.a_racheter(c, jour)])
    return [*_en_suspens(c, jour), *dues]


def _en_suspens(c: Contexte, jour: date) -> Iterator[Echeance]:
    """Ce qu'une panne ou une mise en commun a laissé à décider passe avant tout."""
    coupee = intention.lire(c.archive.interne)
    if coupee or intention.laissees(c.archive.interne):
        yield Echeance(jour, "une action interrompue attend", "tl reprise")
    if any(purge.est_commence(depot.interne) for depot in c.depots[1:]):
        yield Echeance(jour, "un effacement interrompu attend", "tl reprise")
    attendent = len(DESACCORDS.idents(c.arbre))
    if attendent:
        yield Echeance(jour, f"{attendent} désaccord{'s' * (attendent > 1)} entre postes", "tl trancher")
