"""Ce qu'on dit d'un événement, d'une série à la ligne de commande."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.texte import imprimee, mot
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.options import (
    Accessibilite,
    Age,
    Ailleurs,
    Capacite,
    Description,
    Etiquettes,
    Langues,
    Porteurs,
    Publics,
    Salles,
)
from tiers_lieu_cli.prog.origines import Besoins, ServiceLie, besoins_designes
from tiers_lieu_cli.prog.serie.modele import Serie
from tiers_lieu_cli.prog.service.modele import SERVICES

A = TypeVar("A", Evenement, Serie)


class Dits(msgspec.Struct, frozen=True, kw_only=True):
    """Les options d'une activité ; `None` : on n'en a rien dit, cela ne change pas."""

    salles: Salles = None
    ailleurs: Ailleurs = None
    publics: Publics = None
    porteurs: Porteurs = None
    capacite: Capacite = None
    age: Age = None
    langues: Langues = None
    accessibilite: Accessibilite = None
    service: ServiceLie = None
    besoins: Besoins = None
    etiquettes: Etiquettes = None
    description: Description = None


def completer(c: Contexte, activite: A, dits: Dits, titre: str | None = None) -> A:
    """L'activité avec ce qui est dit ; refuse une fiche inconnue."""
    changes: dict[str, object] = {}
    for champ in ("etiquettes", "langues", "accessibilite"):
        mots = getattr(dits, champ)
        if mots is not None:
            propres = (mot(imprimee(" ".join(m.split())), "Le mot") for m in mots)
            changes[champ] = tuple(dict.fromkeys(filter(None, propres)))
    if titre is not None:
        changes["titre"] = regles.titre_propre(titre)
    if dits.salles is not None:
        changes["salles"] = tuple(dict.fromkeys(SALLES.designer(c.arbre, s) for s in dits.salles))
    if dits.ailleurs is not None:
        changes["ailleurs"] = " ".join(dits.ailleurs.split())
    if dits.publics is not None:
        changes["publics"] = c.lieu.reglages.publics_connus(dits.publics)
    if dits.porteurs is not None:
        changes["porteurs"] = tuple(dict.fromkeys(c.registre.designer(p) for p in dits.porteurs))
    if dits.description is not None:
        changes["description"] = regles.description_propre(dits.description)
    if dits.age is not None:
        changes["age_min"], changes["age_max"] = regles.lire_ages(dits.age)
    if dits.capacite is not None:
        changes["capacite"] = dits.capacite
    if dits.besoins is not None:
        changes["besoins"] = besoins_designes(c, dits.besoins)
    if dits.service is not None:
        changes["service"] = SERVICES.designer(c.arbre, dits.service) if dits.service else ""
    return msgspec.structs.replace(activite, **changes)
