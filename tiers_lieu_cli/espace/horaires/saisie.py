"""Les heures d'ouverture, comme on les dit : « lun-ven 9h-12h30 et 14h-18h »."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from tiers_lieu_cli.espace import saisies
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, Horaires
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.temps import JOURS

#: La semaine qui vaut hors de toute saison.
TOUJOURS = "semaine"
_PLAGE = motif(r"(?P<jours>[^\d]+?)\s*:?\s*(?P<heures>ferme|\d.*)")


def noter(
    arbre: Arbre,
    e: Ecriture,
    semaine: Mapping[str, tuple[str, ...]],
    ident: str = TOUJOURS,
    saison: tuple[str, str] = ("", ""),
) -> Horaires:
    """Noter les heures de ces jours-là ; les autres jours gardent les leurs."""
    ancien = HORAIRES.une(arbre, ident)
    complets = {**(ancien.semaine if ancien else {}), **semaine}
    jours = {j: complets[j] for j in JOURS if j in complets}
    neuf = Horaires(id=ident, du=saison[0], au=saison[1], semaine=jours)
    HORAIRES.poser(e, neuf) if ancien is None else HORAIRES.corriger(e, ancien, neuf)
    return neuf


def lire_semaine(plages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """« lun-ven 9h-12h30 et 14h-18h » : chaque jour, et ses plages."""
    semaine: dict[str, tuple[str, ...]] = {}
    for plage in plages:
        trouve = _PLAGE.fullmatch(saisie.normaliser(plage))
        if not trouve:
            raise _incomprise(plage)
        heures = trouve["heures"]
        dites = [] if heures == "ferme" else re.split(" et |, ?", heures)
        ouvertes = tuple(sorted(map(saisies.lire_heures, dites)))
        for avant, apres in pairwise(ouvertes):
            if apres < avant.partition("-")[2].replace("00:00", "24:00"):
                raise ErreurUsage(f"« {plage} » : {avant} et {apres} se chevauchent.", "Revoir ces heures.")
        for jour in _jours(trouve["jours"], plage):
            semaine[jour] = ouvertes
    return semaine


def _jours(dits: str, plage: str) -> list[str]:
    """« lun-ven », « sam et dim », « mardi » : des jours de la semaine."""
    jours: list[str] = []
    for morceau in re.split(r" et |, ?| ", re.sub(r" ?(?:-| au? ) ?", "-", dits.removeprefix("du ").strip())):
        bouts = [_rang(mot, plage) for mot in morceau.split("-") if mot]
        if not bouts:
            continue
        jours += JOURS[bouts[0] : bouts[-1] + 1] if bouts[0] <= bouts[-1] else []
    if not jours:
        raise _incomprise(plage)
    return jours


def _rang(mot: str, plage: str) -> int:
    nu = mot.strip(" .")
    rangs = [n for n, jour in enumerate(JOURS) if len(nu) >= 3 and jour.startswith(nu)]
    if not rangs:
        raise _incomprise(plage)
    return rangs[0]


def _incomprise(plage: str) -> ErreurUsage:
    return ErreurUsage(
        f"« {plage} » n'est pas une plage que je comprends.",
        'Dire par exemple : "lun-ven 9h-12h30 et 14h-18h", "sam 10h-13h", "dim fermé".',
    )
