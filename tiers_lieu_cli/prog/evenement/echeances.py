"""Ce que les événements attendent : être confirmés, être portés, qu'on dise ce qu'ils ont donné."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tiers_lieu_cli.noyau import temps
from tiers_lieu_cli.noyau.arbre import Arbre
from tiers_lieu_cli.noyau.echeances import Echeance
from tiers_lieu_cli.noyau.temps import Creneau
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.modele import Etat

#: Ce qu'il faut préparer se voit une semaine d'avance.
AVANT = timedelta(days=7)
#: Ce qui a eu lieu reste à raconter un mois ; après, on ne s'en souvient plus assez.
APRES = timedelta(days=30)


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:  # noqa: ARG001
    """Les brouillons et les événements sans porteur de la semaine ; les passés dont rien n'est dit."""
    for e in fiches.de_la_fenetre(arbre, Creneau.de_jours(jour - APRES, jour + AVANT)).fiches:
        if not (e.est_a_nous and e.a_lieu) or e.etat is Etat.TENU:
            continue
        premier, dernier = e.creneau.premier_jour, e.creneau.dernier_jour
        titre = f"« {e.titre} », {temps.dire_jour(premier, jour)}"
        if dernier < jour:
            if regles.merite_une_suite(e):
                yield Echeance(
                    dernier,
                    f"dire ce que {titre}, a donné",
                    f"tl prog evenement tenir {e.id} --participants …",
                )
        elif e.etat is Etat.BROUILLON:
            yield Echeance(premier, f"confirmer {titre}", f"tl prog evenement modifier {e.id} --confirmer")
        elif not e.porteurs:
            yield Echeance(
                premier, f"personne ne porte {titre}", f"tl prog evenement modifier {e.id} --porteur @…"
            )
