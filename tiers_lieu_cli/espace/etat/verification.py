"""Ce que les états des lieux vérifient : ce qu'ils citent existe, photos comprises."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.etat.modele import ETATS
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les salles, entrées, réservations, personnes et photos citées existent."""
    salles = {salle.id for salle in fonds.toutes(SALLES)}
    for etat in fonds.toutes(ETATS):
        yield from fonds.liens_casses(ETATS, etat.id, [etat.salle], salles, "une salle")
        cites = [etat.entree, "" if de_la_date(fonds.arbre, etat.reservation) else etat.reservation]
        yield from fonds.liens_casses(ETATS, etat.id, filter(None, cites), fonds.idents, "une fiche du lieu")
        yield from fonds.inconnues(ETATS, etat.id, filter(None, [etat.par, etat.avec]))
        for nom in etat.photos:
            dossier, _, fichier = photos.chemin(nom).rpartition("/")
            if fichier not in fonds.arbre.noms(dossier):
                yield fonds.constat(
                    ETATS,
                    etat.id,
                    nom,
                    "lien",
                    f"la photo {nom[:8]}… n'est pas là",
                    "La retrouver, ou ôter la ligne.",
                )
