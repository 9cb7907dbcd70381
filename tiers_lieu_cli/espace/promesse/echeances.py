"""Ce que les réservations laissent à faire : répondre, relancer une option, replacer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tiers_lieu_cli.espace.promesse.demandes import en_suspens
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps

#: De quoi prévenir les gens à temps.
_HORIZON = timedelta(days=21)


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str] = str) -> Iterator[Echeance]:
    """Les demandes à valider, les options qui tombent bientôt, ce qui est à replacer."""
    suspens = en_suspens(arbre, temps.minuit(jour), _HORIZON)
    for p in suspens.a_repondre:
        pour = f", pour {nommer(p.pour)}" if p.pour else ""
        if p.expiration is None:
            yield Echeance(jour, f"répondre à « {p.objet} »{pour}", f"tl espace valider {p.id}")
        elif p.expiration.date() <= jour + timedelta(days=2):
            quand = temps.dire_jour(p.expiration.date(), jour)
            yield Echeance(
                p.expiration.date(),
                f"l'option « {p.objet} »{pour} tombe {quand}",
                f"tl espace valider {p.id}",
            )
    for a in suspens.a_replacer:
        quand = temps.dire_jour(a.seance.premier_jour, jour)
        yield Echeance(a.seance.premier_jour, f"replacer « {a.occupation.titre} », {quand}", a.commande)
