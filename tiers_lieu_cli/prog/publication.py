"""Ce que les flux d'agenda disent des événements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo

from tiers_lieu_cli.noyau.histoire import Revisions
from tiers_lieu_cli.noyau.lieu import Reglages
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.flux import Publication, ecrire_flux
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: Un flux public ne nomme personne, pas même par son identifiant.
_PERSONNE = re.compile(r"@?\bp-[a-z0-9]{6}\b", re.ASCII)


def retenus(evenements: Iterable[Evenement], *, interne: bool) -> list[Evenement]:
    """Les événements qu'un flux montre ; jamais ceux d'un agenda ami."""
    return [
        e for e in evenements if e.est_a_nous and (interne or not (e.interne or e.etat is Etat.BROUILLON))
    ]


def flux(
    evenements: Iterable[Evenement],
    revisions: Mapping[str, Revisions],
    reglages: Reglages,
    fuseau: ZoneInfo,
    salles: Mapping[str, str],
) -> Iterator[bytes]:
    """Le flux de ces événements ; ce qui n'est pas encore enregistré n'y est pas."""
    publications = []
    for e in evenements:
        revision = revisions.get(fiches.collection(e.id, e.creneau).genre.chemin(e.id))
        if revision is not None:
            publications.append(_publication(e, revision, reglages, salles))
    return ecrire_flux(reglages.nom, publications, fuseau)


def _publication(
    e: Evenement, revision: Revisions, reglages: Reglages, salles: Mapping[str, str]
) -> Publication:
    ou = regles.lieu_dit(e, salles)
    return Publication(
        uid=f"{e.id}@{reglages.domaine}",
        creneau=e.creneau,
        titre=e.titre,
        lieu=", ".join(filter(None, [ou, "" if e.ailleurs else reglages.adresse])),
        description=_PERSONNE.sub("l'équipe", e.description),
        annule=not e.a_lieu,
        categories=tuple(sorted({*e.publics, *e.etiquettes})),
        url=e.lien,
        sequence=revision.changements,
        cree=revision.cree,
        modifie=revision.modifie,
    )
