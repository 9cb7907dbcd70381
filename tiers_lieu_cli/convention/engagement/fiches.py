"""Les engagements lus dans le lieu : ceux d'une convention, ce qu'ils demandent aujourd'hui."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.convention.convention import fiches as conventions
from tiers_lieu_cli.convention.engagement import regles
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Cote, Engagement
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def de_la_convention(arbre: Arbre, convention: str) -> list[Engagement]:
    """Ce qui y est promis, dans l'ordre où son texte le dit ; les abandonnés n'y sont plus."""
    return regles.ecrits(e for e in ENGAGEMENTS.toutes(arbre).fiches if e.convention == convention)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce qui est promis et arrive à sa date, ou l'a passée ; des deux côtés."""
    ouverts = ENGAGEMENTS.en_cours.toutes(arbre).fiches
    dus = [e for e in ouverts if regles.est_a_voir(e, jour)]
    if not dus:
        return
    avec = {x.id: x.avec for x in conventions.toutes(arbre)}
    noms = conventions.noms(arbre)
    for e in dus:
        assert e.pour_le
        qui = noms.get(avec.get(e.convention, ""), "le partenaire")
        geste = f"tenir envers {qui}" if e.de is Cote.MAISON else f"demander à {qui}"
        quand = regles.dire_quand(e, jour)
        yield Echeance(e.pour_le, f"{geste} : {e.quoi} ({quand})", f"tl convention engagement tenir {e.id}")
