"""Les mises en lien à faire avancer : un accord à demander, une suite à connaître."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tiers_lieu_cli.accueil.lien import regles
from tiers_lieu_cli.accueil.lien.fiches import annonces_de
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def a_faire(arbre: Arbre, jour: date, nommer: Callable[[str], str]) -> Iterator[Echeance]:
    """Ce qui est dû ce jour ou avant ; rien d'autre que les mises en lien en cours n'est lu."""
    for lien in LIENS.en_cours.toutes(arbre).fiches:
        du = lien.propose if lien.a_demander else regles.a_revoir_le(lien)
        if du is None or du > jour:
            continue
        qui = regles.dire_les_deux(*annonces_de(arbre, lien), nommer)
        if lien.a_demander:
            noms = " et ".join(map(nommer, lien.a_demander))
            commande = f"tl accueil lien accord {lien.id} @{lien.a_demander[0]}"
            yield Echeance(du, f"demander son accord à {noms} ({qui})", commande)
        else:
            depuis = (jour - (lien.presente or jour)).days
            commande = f"tl accueil lien suite {lien.id} comble|en-cours|sans-suite"
            yield Echeance(du, f"relancer la mise en lien {qui} ({depuis} jours)", commande)
