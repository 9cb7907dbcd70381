"""Ce qui lie les fiches du registre entre elles : qui répond d'un mineur, où mène un ancien identifiant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS
from tiers_lieu_cli.noyau.fiches.verification import Constat, ligne_de
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, RENVOIS, Personne
from tiers_lieu_cli.noyau.gens.registre import Registre


def verifier(registre: Registre) -> Iterator[Constat]:
    """Les identifiants qui ne mènent à personne, pas même à quelqu'un d'effacé."""
    connus, gens = registre.idents(), registre.toutes.fiches
    yield from _tuteurs(registre, gens)
    liens = [(PERSONNES.genre.chemin(p.id), p.tuteur) for p in gens if p.tuteur]
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


def _tuteurs(registre: Registre, gens: Iterable[Personne]) -> Iterator[Constat]:
    """Qui répond d'un mineur est majeur."""
    for p in gens:
        tuteur = registre.une(p.tuteur) if p.mineur else None
        if tuteur and tuteur.mineur:
            chemin = PERSONNES.genre.chemin(p.id)
            yield Constat(
                fichier=chemin,
                ligne=ligne_de(registre.arbre.lire(chemin) or b"", p.tuteur),
                fait=f"@{tuteur.id} est mineur·e et répond de @{p.id}",
                remede=f"Dire qui en répond : tl accueil personne modifier @{p.id} --tuteur @qui",
                regle="lien",
            )
