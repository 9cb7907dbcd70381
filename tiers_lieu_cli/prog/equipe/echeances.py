"""Ce qui manque aux équipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.equipe import fiches, regles


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:  # noqa: ARG001
    """Un trou par rôle, dans les deux semaines qui viennent."""
    for t in fiches.trous_a_venir(arbre, temps.minuit(jour), jour + regles.HORIZON):
        quand = t.evenement.creneau.premier_jour
        role = regles.mot_du_role(t.quart.role)
        yield Echeance(
            quand,
            f"{t.dire()} : « {t.evenement.titre} », {temps.dire_jour(quand, jour)}",
            f"tl prog equipe inscrire {t.evenement.id} --role {role} --personne @…",
        )
