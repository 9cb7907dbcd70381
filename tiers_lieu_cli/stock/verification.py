"""Ce que le stock vérifie : nul objet n'est prêté deux fois."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Pret


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Deux postes hors ligne ont pu promettre le même exemplaire : tout est gardé, et dit."""
    objets = {o.id: o for o in fonds.toutes(OBJETS)}
    par_objet: dict[str, list[Pret]] = defaultdict(list)
    for p in fonds.toutes(PRETS.en_cours):
        if p.etat in (Etat.RESERVE, Etat.DEHORS) and p.objet in objets:
            par_objet[p.objet].append(p)
    for ident, prets in par_objet.items():
        for p in prets:
            ensemble = [x for x in prets if x.creneau.debut <= p.creneau.debut < x.creneau.fin]
            if sum(x.combien for x in ensemble) > objets[ident].utilisables and len(ensemble) > 1:
                autres = ", ".join(x.id for x in ensemble if x.id != p.id)
                yield fonds.constat(
                    PRETS.en_cours,
                    p.id,
                    "debut",
                    "double-promesse",
                    f"« {objets[ident].nom} » est promis plus de fois qu'il n'y en a (avec {autres})",
                    f"En annuler un : tl stock annuler {p.id}",
                )
