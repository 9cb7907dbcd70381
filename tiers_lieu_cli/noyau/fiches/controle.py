"""Ce qu'un enregistrement venu d'ailleurs a le droit de contenir ; le même contrôle partout.

Le poste le passe avant de prendre, le moyeu avant de recevoir (`docs/fiabilite.md` § 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.arbre import taille_permise
from tiers_lieu_cli.noyau.depot.ecriture import chemin_permis
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.depot.sante import entree_etrangere
from tiers_lieu_cli.noyau.echecs import Defaut


def controler(
    changes: Iterable[tuple[str, Changement]], objets: Objets, attributs: str
) -> Iterator[tuple[Defaut | None, str, bytes]]:
    """Pour chaque fichier apporté : un défaut de forme, ou son chemin et son contenu à lire plus avant.

    Une photo bonne n'est pas rendue : il n'y a rien à y lire.
    """
    for chemin, change in changes:
        if change.apres is None:
            continue
        etranges = list(entree_etrangere(change.mode, change.apres, chemin, attributs))
        if not etranges and not chemin_permis(chemin):
            etranges = [Defaut(chemin, 0, "ce nom de fichier n'est pas permis", "Le renommer.")]
        if etranges:
            for defaut in etranges:
                yield defaut, chemin, b""
            continue
        lu = objets.lire(change.apres)
        if lu is None or len(lu[2]) > taille_permise(chemin):
            fait = f"dépasse {taille_permise(chemin) // 1024} Kio" if lu else "manque"
            yield Defaut(chemin, 0, fait, "Le raccourcir, ou le garder hors de l'archive."), chemin, b""
            continue
        if not photos.est_photo(chemin):
            yield None, chemin, lu[2]
        elif mal := photos.faute(chemin, lu[2]):
            yield Defaut(chemin, 0, mal, "La reprendre avec : tl espace etat"), chemin, b""
