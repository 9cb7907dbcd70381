"""L'usage des salles d'une période, lu dans le lieu."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.planning import fiches
from tiers_lieu_cli.espace.planning.regles import jours_de
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.taux import regles
from tiers_lieu_cli.espace.taux.regles import Usage
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps.temps import Creneau


def usage(c: Contexte, du: date, au: date) -> Usage:
    """Ce que les salles ont servi ; une option expirée à la fin de la période n'a rien tenu."""
    fenetre = Creneau.de_jours(du, au)
    graphe, prises = fiches.de_la_fenetre(c.arbre, fenetre, min(fenetre.fin, c.horloge.murale()))
    horaires = HORAIRES.toutes(c.arbre).fiches
    jours = jours_de(fenetre)
    ouvertures = [o for jour in jours for o in ouverture.ouvertures(horaires, jour)]
    return regles.usage(
        fenetre,
        prises,
        graphe,
        ouvertures if horaires else regles.journees(jours),
        _publics(c, fenetre, prises),
        horaires=bool(horaires),
        fuseau=c.lieu.fuseau,
    )


def _publics(c: Contexte, fenetre: Creneau, prises: list[Occupation]) -> dict[str, tuple[str, ...]]:
    """Les publics de chaque occupation : ceux de l'événement, du bénéficiaire, ou le bénéficiaire même."""
    publics = {e.id: e.publics for e in occupations.evenements_de(c.arbre, fenetre).values()}
    reservees = (o.id for o in prises if o.id not in publics)
    for ident, promesse in fiches.promesses(c.arbre, reservees).items():
        if promesse.pour.startswith("p-"):
            personne = c.registre.une(promesse.pour)
            publics[ident] = personne.publics if personne else ()
        elif promesse.pour:
            publics[ident] = (promesse.pour,)
    return publics
