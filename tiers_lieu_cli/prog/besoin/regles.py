"""Quels besoins ont leur activité, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import timedelta

from tiers_lieu_cli.accueil.annonce.modele import Besoin
from tiers_lieu_cli.prog.idee.modele import Idee
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.serie.modele import Seance, Serie
from tiers_lieu_cli.prog.service.modele import Service, Stade

#: Une activité répond à un besoin si elle est récente, ou proche.
AUTOUR = timedelta(days=90)


def repondus(
    evenements: Iterable[Evenement],
    series: Iterable[Serie],
    services: Iterable[Service],
    idees: Iterable[Idee],
) -> set[str]:
    """Les besoins auxquels quelque chose répond déjà, ne fût-ce qu'une idée dans la boîte."""
    vivants = (s for s in services if s.stade is not Stade.ARRETE)
    tenus = (e for e in evenements if e.a_lieu)
    return {b for source in (tenus, series, vivants, idees) for fiche in source for b in fiche.besoins}


def sans_activite(besoins: Iterable[Besoin], repondus: set[str]) -> list[Besoin]:
    """Les besoins ouverts que rien ne sert : les urgents, puis les plus anciens."""
    oublies = (b for b in besoins if b.est_ouvert and b.id not in repondus)
    return sorted(oublies, key=lambda b: (not b.urgent, b.entendu, b.id))


def sans_besoin(
    evenements: Iterable[Evenement], services: Iterable[Service], nes_ailleurs: Container[str] = ()
) -> list[tuple[str, str]]:
    """Les activités (nom de fiche, titre) nées d'aucun besoin ; une série n'est dite qu'une fois.

    Un événement d'un service vient du besoin de ce service ; `nes_ailleurs` : ceux d'un parcours.
    """
    nes = {s.id for s in services if s.besoins}
    trouvees: dict[str, str] = {}
    for e in evenements:
        nom = e.serie if isinstance(e, Seance) else e.id
        if nom not in nes_ailleurs and e.est_a_nous and e.a_lieu and not e.besoins and e.service not in nes:
            trouvees.setdefault(nom, e.titre)
    return list(trouvees.items())
