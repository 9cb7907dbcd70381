"""Les séries du lieu, et leurs dates dans une fenêtre."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.noyau.arbre import Arbre
from tiers_lieu_cli.noyau.collection import Recolte
from tiers_lieu_cli.noyau.temps import Creneau
from tiers_lieu_cli.prog.serie import regles
from tiers_lieu_cli.prog.serie.modele import SERIES, FautLeJour, Seance, Serie
from tiers_lieu_cli.prog.serie.regles import Exclus


def seances(arbre: Arbre, fenetre: Creneau) -> Recolte[Seance]:
    """Les dates de toutes les séries qui touchent la fenêtre."""
    series = SERIES.toutes(arbre)
    if not series.fiches:
        return Recolte((), series.defauts)
    exclus = jours_exclus(arbre) if any(serie.recurrence.sauf for serie in series.fiches) else {}
    trouvees = (seance for serie in series.fiches for seance in regles.seances(serie, fenetre, exclus))
    return Recolte(tuple(trouvees), series.defauts)


def jours_exclus(arbre: Arbre) -> Exclus:
    """Les périodes que le lieu nomme (« vacances-scolaires ») : une série peut les exclure."""
    return {periode.id: periode for periode in PERIODES.toutes(arbre).fiches}


def seance(arbre: Arbre, ident: str) -> Seance | None:
    """La date de série de ce nom, `None` si ce n'en est pas une, ou si elle est sautée."""
    dite = regles.lire_ident(ident)
    if dite is None:
        return None
    jour, souche = dite
    for serie in _de_la_souche(arbre, souche):
        occurrence = regles.occurrence_de(serie.recurrence, jour, jours_exclus(arbre))
        if occurrence is not None:
            return regles.seance(serie, occurrence)
    return None


def _de_la_souche(arbre: Arbre, souche: str) -> Iterator[Serie]:
    """La série de ce nom, puis celles qu'on en a détachées."""
    premiere = SERIES.une(arbre, souche)
    if premiere is None:
        return
    yield premiere
    yield from (s for s in SERIES.toutes(arbre).fiches if s.suite_de == souche)


def refuser_sans_jour(arbre: Arbre, mot: str) -> None:
    """`FautLeJour` si ce mot désigne une série, et non l'une de ses dates."""
    trouvees = [ident for ident in SERIES.idents(arbre) if mot in ident]
    if trouvees:
        raise FautLeJour(trouvees)
