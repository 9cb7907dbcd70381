"""Les règles d'un état des lieux : dire un point, comparer deux états. Sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tiers_lieu_cli.espace.entretien.modele import Entretien, Sorte
from tiers_lieu_cli.espace.etat.modele import EtatDesLieux, Point, Vu
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import clef, exiger_visible, sans_accent

DITS = {Vu.BON: "bon", Vu.USE: "usé", Vu.ABIME: "abîmé", Vu.MANQUE: "manque"}
_PIRE = list(Vu)
_POINT = motif(r"(?P<quoi>[^:]+?) *(?:: *(?P<vu>[^,;]+?) *(?:[,;] *(?P<remarque>.+))?)?")
_VUS = {
    **dict.fromkeys(("bon", "bonne", "ok", "propre", "bons", "bonnes"), Vu.BON),
    **dict.fromkeys(("use", "usee", "uses", "usees"), Vu.USE),
    **dict.fromkeys(("abime", "abimee", "abimes", "abimees", "casse", "cassee", "sale"), Vu.ABIME),
    **dict.fromkeys(("manque", "manquant", "manquante", "absent", "perdu", "perdue"), Vu.MANQUE),
}


class Ecart(msgspec.Struct, frozen=True):
    """Une chose dont l'état a changé ; `avant` vide : elle n'avait pas été vue à l'entrée."""

    quoi: str
    avant: str
    apres: str
    degat: bool
    remarque: str = ""


def lire_point(dit: str) -> Point:
    """« projecteur: abîmé, la lampe », « chaises: 40 », « évier » (bon)."""
    trouve = _POINT.fullmatch(dit.strip())
    for bout in trouve.groups() if trouve else ():
        exiger_visible(bout or "")
    vu = (trouve["vu"] or "bon").strip() if trouve else ""
    if trouve and vu.isascii() and vu.isdecimal() and len(vu) < 7:
        return Point(quoi=trouve["quoi"].strip(), nombre=int(vu), remarque=trouve["remarque"] or "")
    if not trouve or sans_accent(vu) not in _VUS:
        raise ErreurUsage(
            f"« {dit[:60]} » n'est pas un point d'état des lieux.",
            'Dire par exemple : --point "projecteur: bon", --point "chaises: 40",'
            ' --point "porte: abîmée, la poignée tourne" (bon, usé, abîmé ou manque).',
        )
    return Point(quoi=trouve["quoi"].strip(), vu=_VUS[sans_accent(vu)], remarque=trouve["remarque"] or "")


def completer(points: Iterable[Point], attendus: Iterable[str | Point]) -> tuple[Point, ...]:
    """Les points dits, puis ce qu'on n'a pas dit et qui est comme on l'attend."""
    dits = list(points)
    vus = {clef(p.quoi) for p in dits}
    restent = [a if isinstance(a, Point) else Point(quoi=a) for a in attendus]
    return (*dits, *(p for p in restent if clef(p.quoi) not in vus))


def comparer(entree: EtatDesLieux | None, sortie: EtatDesLieux) -> list[Ecart]:
    """Ce qui a changé, dans l'ordre de la sortie ; ce qu'elle ne dit pas n'a pas été revu."""
    avant = {clef(p.quoi): p for p in entree.points} if entree else {}
    ecarts = []
    for apres in sortie.points:
        ancien = avant.pop(clef(apres.quoi), None)
        if ancien is None and not _est_mauvais(apres):
            continue
        if ancien is None or dire(ancien) != dire(apres) or ancien.remarque != apres.remarque:
            ecarts.append(
                Ecart(
                    apres.quoi,
                    dire(ancien) if ancien else "",
                    dire(apres),
                    _degat(ancien, apres),
                    apres.remarque,
                )
            )
    return ecarts + [Ecart(p.quoi, dire(p), "non revu", degat=False) for p in avant.values()]


def dire(point: Point) -> str:
    """« bon », « 40 »."""
    return DITS[point.vu] if point.nombre is None else str(point.nombre)


def degats(ecarts: Iterable[Ecart], etat: EtatDesLieux, hasard: Hasard) -> list[Entretien]:
    """Ce que les dégâts donnent à réparer ou à retrouver."""
    return [
        Entretien(
            id=identifiants.date_de(etat.moment.date(), e.quoi, "degat", hasard),
            titre=f"{e.quoi} : {e.apres}" + (f" (était : {e.avant})" if e.avant else ""),
            sorte=Sorte.PANNE,
            salle=etat.salle,
            depuis=etat.moment.date(),
            liens=(etat.id,),
            note=e.remarque,
        )
        for e in ecarts
        if e.degat
    ]


def _degat(avant: Point | None, apres: Point) -> bool:
    """Est-ce pire qu'avant, au point d'avoir à s'en occuper ?"""
    if apres.nombre is not None and avant and avant.nombre is not None:
        return apres.nombre < avant.nombre
    return _est_mauvais(apres) and (avant is None or _PIRE.index(apres.vu) > _PIRE.index(avant.vu))


def _est_mauvais(point: Point) -> bool:
    return point.vu in (Vu.ABIME, Vu.MANQUE)
