"""Ce qu'un changement fait se gêner : des promesses qui tenaient ensemble, et ne tiennent plus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.regles import Occupation, doubles
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire, ArbrePose
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import PROMISES
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Ce qu'on cite ; le reste se compte.
CITES = 10
Heurt = tuple[Occupation, Occupation]


def neufs(c: Contexte, e: Ecriture) -> list[Heurt]:
    """Les promesses à venir que l'écriture ferait se gêner, et qui ne se gênaient pas."""
    deja = {(a.id, b.id) for a, b in _tous(c, c.arbre)}
    apres = ArbreMemoire(ArbrePose(c.arbre, e.poses))
    return [(a, b) for a, b in _tous(c, apres) if (a.id, b.id) not in deja]


def _tous(c: Contexte, arbre: Arbre) -> Iterator[Heurt]:
    maintenant = c.horloge.murale()
    a_venir = Creneau(maintenant, maintenant + PROMISES + timedelta(days=1))
    prises = occupations.de_la_fenetre(arbre, a_venir, maintenant)
    return doubles(prises, occupations.graphe(arbre))


def dire(c: Contexte, heurts: Iterable[Heurt]) -> Iterator[str]:
    """Chacun, et la commande qui déplace l'une des deux."""
    graphe, jour, tous = occupations.graphe(c.arbre), c.horloge.aujourdhui(), list(heurts)
    for premiere, seconde in tous[:CITES]:
        quand = temps.dire_creneau(seconde.creneau, jour)
        salles = " et ".join(dict.fromkeys(graphe.nom(o.salle) for o in (premiere, seconde)))
        yield f"  À trancher : {salles}, {quand} : « {premiere.titre} » et « {seconde.titre} »."
        yield f"    → tl espace deplacer {seconde.id}"
    if len(tous) > CITES:
        yield f"  … et {len(tous) - CITES} autres : tl verifier"
