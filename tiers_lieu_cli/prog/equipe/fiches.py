"""Les équipes des événements, et les heures qu'elles ont données."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

from tiers_lieu_cli.accueil.heures.modele import HEURES, Heures
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fermetures
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.equipe import regles
from tiers_lieu_cli.prog.equipe.modele import EQUIPES, Engagement
from tiers_lieu_cli.prog.equipe.regles import Trou
from tiers_lieu_cli.prog.modele import Evenement

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture


def de(arbre: Arbre, evenement: str) -> list[Engagement]:
    """L'équipe d'un événement ; un seul mois est listé."""
    return par_evenement(arbre, [evenement])[evenement]


def par_evenement(arbre: Arbre, evenements: Iterable[str]) -> dict[str, list[Engagement]]:
    """L'équipe de chacun de ces événements ; chaque mois n'est listé qu'une fois."""
    par: dict[str, list[Engagement]] = {ident: [] for ident in evenements}
    for g in EQUIPES.rattachees(arbre, par).fiches:
        if g.evenement in par:
            par[g.evenement].append(g)
    return par


def trous(arbre: Arbre, evenements: Iterable[Evenement]) -> list[Trou]:
    """Ce qui manque aux équipes de ces événements, dans leur ordre."""
    avec_equipe = [e for e in evenements if e.equipe]
    equipes = par_evenement(arbre, (e.id for e in avec_equipe))
    return [trou for e in avec_equipe for trou in regles.trous(e, equipes[e.id])]


def trous_a_venir(arbre: Arbre, maintenant: datetime, dernier: date) -> list[Trou]:
    """Ce qui manque d'ici ce jour."""
    fenetre = Creneau.de_jours(maintenant.date(), dernier)
    avec_equipe = programme.de_la_fenetre(arbre, fenetre, lambda octets: b"equipe:" not in octets)
    evenements = fermetures.a_replacer(arbre, avec_equipe.fiches)
    return trous(arbre, (e for e in evenements if regles.encore_a_venir(e, maintenant)))


def ailleurs(arbre: Arbre, evenement: Evenement, personne: str, voulu: Creneau) -> list[str]:
    """Ce que cette personne tient déjà pendant ce temps, en mots : « bar de « Chorale » »."""
    voisins = [e for e in programme.de_la_fenetre(arbre, voulu).fiches if e.equipe and e.id != evenement.id]
    equipes = par_evenement(arbre, (e.id for e in voisins))
    return [f"{q.role}, « {e.titre} »" for e, q in regles.ailleurs(voisins, equipes, personne, voulu)]


def noter_les_heures(
    arbre: Arbre,
    ecriture: Ecriture,
    evenement: Evenement,
    engagements: Sequence[Engagement],
    fuseau: tzinfo,
) -> list[Heures]:
    """Poser les heures que l'équipe a données, sous le nom de l'engagement : une seule fois."""
    donnees = []
    for g, duree in regles.durees(evenement, engagements, fuseau):
        if HEURES.une(arbre, g.id):
            continue
        heures = Heures(
            id=g.id,
            personne=g.personne,
            activite=g.role,
            jour=evenement.creneau.premier_jour,
            duree=round(duree.total_seconds() / 60),
            evenement=evenement.id,
        )
        HEURES.poser(ecriture, heures)
        donnees.append(heures)
    return donnees


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Un trou par rôle, dans les deux semaines qui viennent."""
    for t in trous_a_venir(arbre, temps.minuit(jour), jour + regles.HORIZON):
        quand = t.evenement.creneau.premier_jour
        role = regles.mot_du_role(t.quart.role)
        yield Echeance(
            quand,
            f"{t.dire()} : « {t.evenement.titre} », {temps.dire_jour(quand, jour)}",
            f"tl prog equipe inscrire {t.evenement.id} --role {role}",
            t.evenement.id,
        )
