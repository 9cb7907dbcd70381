"""Ce qui lie les fiches du registre entre elles : qui répond d'un mineur, où mène un ancien identifiant."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS
from tiers_lieu_cli.noyau.fiches.verification import Constat, ligne_de
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, RENVOIS
from tiers_lieu_cli.noyau.gens.registre import Registre


def verifier(registre: Registre) -> Iterator[Constat]:
    """Les identifiants qui ne mènent à personne, pas même à quelqu'un d'effacé."""
    connus = registre.idents()
    liens = [(PERSONNES.genre.chemin(p.id), p.tuteur) for p in registre.toutes.fiches if p.tuteur]
    liens += [(RENVOIS.genre.chemin(r.id), r.vers) for r in RENVOIS.toutes(registre.arbre).fiches]
    for rangee in (COURRIERS, LUS):
        lus = rangee.toutes(registre.arbre).fiches
        liens += [(rangee.genre.chemin(lu.id), qui) for lu in lus for qui in (lu.de, lu.par) if qui]
    for chemin, cite in liens:
        if cite not in connus:
            yield Constat(
                fichier=chemin,
                ligne=ligne_de(registre.arbre.lire(chemin) or b"", cite),
                fait=f"« {cite} » n'est personne du registre",
                remede="Revoir qui c'est, puis : tl enregistrer",
                regle="lien",
            )
