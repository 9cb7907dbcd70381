"""Les moments qui conviennent à quelqu'un : « mercredi après-midi », « le soir », « week-end ».

Une semaine a vingt et une cases : sept jours, trois parties. Deux annonces se rencontrent si
elles ont une case en commun.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps.temps import JOURS
from tiers_lieu_cli.noyau.texte import sans_accent

PARTIES = ("matin", "après-midi", "soir")
Case = tuple[int, int]
_GROUPES = {
    "semaine": range(5),
    "en semaine": range(5),
    "week-end": range(5, 7),
    "weekend": range(5, 7),
    "tous les jours": range(7),
}
_TOUTES = tuple(range(len(PARTIES)))


class MomentIncompris(ErreurUsage):
    """Ce moment n'est pas un jour ni une partie de la journée."""

    def __init__(self, dit: str) -> None:
        super().__init__(
            f"« {dit} » : quand est-ce ?",
            "Dire par exemple : mercredi après-midi · samedi, dimanche matin · le soir · week-end",
        )


def comprendre(dits: Iterable[str]) -> tuple[str, ...]:
    """Les moments dits, un par un, comme on les écrit : « mercredi après-midi »."""
    morceaux = [m for dit in dits for m in re.split(r"[,;]| et ", dit) if m.strip()]
    return tuple(dict.fromkeys(_ecrire(*_lire(morceau)) for morceau in morceaux))


def cases(moments: Iterable[str]) -> frozenset[Case]:
    """Les cases de la semaine que ces moments couvrent."""
    lus = [_lire(moment) for moment in moments]
    return frozenset((jour, partie) for _, jours, parties in lus for jour in jours for partie in parties)


def dire(communes: Iterable[Case]) -> str:
    """« mercredi, samedi matin », « en semaine soir » : ces cases, en aussi peu de mots que possible."""
    communes = frozenset(communes)
    pleins = {jour for jour in range(7) if all((jour, partie) in communes for partie in _TOUTES)}
    dits = [jours or "tous les jours" for jours in _dire_jours(pleins)]
    for n, partie in enumerate(PARTIES):
        jours_de_partie = {jour for jour, p in communes if p == n} - pleins
        dits += [f"{jours} {partie}".strip() for jours in _dire_jours(jours_de_partie)]
    return ", ".join(dits)


def _dire_jours(jours: set[int]) -> list[str]:
    """Les jours, ceux de la semaine ou du week-end d'un mot ; un mot vide pour les sept."""
    if len(jours) == 7:
        return [""]
    dits = []
    for groupe in ("en semaine", "week-end"):
        if jours.issuperset(_GROUPES[groupe]):
            jours = jours.difference(_GROUPES[groupe])
            dits.append(groupe)
    return [*(JOURS[jour] for jour in sorted(jours)), *dits]


def _lire(dit: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Le jour ou le groupe de jours (vide : tous), ses numéros, et les parties de la journée."""
    plat = re.sub(r"\s+", " ", sans_accent(dit)).strip().removeprefix("le ").removeprefix("les ")
    plat = plat.replace("apres midi", "apres-midi")
    for n, partie in enumerate(PARTIES):
        trouve = re.fullmatch(rf"(.*?) ?{sans_accent(partie)}s?", plat)
        if trouve:
            return (*_jours(dit, trouve[1]), (n,))
    return (*_jours(dit, plat, seul=True), _TOUTES)


def _jours(dit: str, plat: str, *, seul: bool = False) -> tuple[str, tuple[int, ...]]:
    if not plat and not seul:
        return "", tuple(range(7))
    for n, jour in enumerate(JOURS):
        if plat.removesuffix("s") in (jour, jour[:3]):
            return jour, (n,)
    if plat in _GROUPES:
        return plat.replace("weekend", "week-end"), tuple(_GROUPES[plat])
    raise MomentIncompris(dit.strip())


def _ecrire(jours: str, _: tuple[int, ...], parties: tuple[int, ...]) -> str:
    partie = PARTIES[parties[0]] if len(parties) == 1 else ""
    return f"{jours} {partie}".strip()
