"""Ce que les inscriptions vérifient : nul n'est promis en trop."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog.inscription import regles
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.verification import evenements_nommes


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les événements où l'on a inscrit plus de monde qu'il n'y a de places."""
    par: dict[str, list[Inscription]] = {}
    for i in fonds.toutes(INSCRIPTIONS):
        par.setdefault(i.evenement, []).append(i)
    evenements = evenements_nommes(fonds, par)
    for ident, inscriptions in par.items():
        e = evenements.get(ident)
        if e and e.capacite and e.a_lieu:
            yield from _trop_promis(fonds, e, inscriptions)


def _trop_promis(fonds: Fonds, e: Evenement, inscriptions: list[Inscription]) -> Iterator[Constat]:
    trop = regles.de_trop(e.capacite, inscriptions)
    if not trop:
        return
    dernieres = ", ".join(i.personne or i.id.rpartition("-")[2] for i in trop)
    affluence = regles.affluence(e.capacite, inscriptions)
    yield fonds.constat(
        INSCRIPTIONS,
        trop[-1].id,
        "etat",
        "surnombre",
        f"« {e.titre} », {temps.dire_creneau(e.creneau)} ({e.id}) : {accorder(affluence.prises, 'inscrit')} "
        f"pour {accorder(e.capacite, 'place')} ; les derniers : {dernieres}",
        f"Les garder : tl prog evenement modifier {e.id} --capacite {affluence.prises}\n"
        f"Les ôter : tl prog desinscrire {e.id}",
    )
