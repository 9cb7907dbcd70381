"""Le réseau, sans fichier ni heure courante : ce qui tombe le même soir, ce qu'il faut relire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time, timedelta

import msgspec

from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog.modele import AgendaAmi, Evenement

#: Le soir commence là : on ne va pas à deux endroits le même soir.
SOIR = time(17)
#: Un agenda qu'on n'a pas relu depuis n'est plus sûr.
A_RELIRE = timedelta(days=14)
#: Relu sans rien de neuf, il ne s'écrit qu'on l'a relu que si la fiche le disait lu depuis longtemps.
A_REDIRE = timedelta(days=7)


class Heurt(msgspec.Struct, frozen=True):
    """Un événement à nous et un d'ailleurs, pour un même public, qu'on ne peut pas suivre tous les deux."""

    jour: date
    notre: Evenement
    leur: Evenement
    publics: tuple[str, ...]


class Lecture(msgspec.Struct, frozen=True):
    """Ce qu'un agenda suivi a donné, en phrases ; s'il ne se lit pas, pourquoi, et qu'y faire."""

    id: str
    neufs: int = 0
    changes: int = 0
    laisses: tuple[str, ...] = ()
    avis: tuple[str, ...] = ()
    refus: str = ""
    remede: str = ""


def heurts(evenements: Iterable[Evenement]) -> Iterator[Heurt]:
    """Les heurts, dans l'ordre du temps."""
    par_jour: dict[date, list[Evenement]] = {}
    for e in evenements:
        if e.a_lieu and e.publics and not e.creneau.jours_entiers:
            par_jour.setdefault(e.creneau.premier_jour, []).append(e)
    for jour, du_jour in sorted(par_jour.items()):
        ailleurs = [e for e in du_jour if not e.est_a_nous]
        for notre in (e for e in du_jour if e.est_a_nous and not e.interne):
            for leur in ailleurs:
                communs = tuple(public for public in notre.publics if public in leur.publics)
                if communs and _se_disputent(notre, leur):
                    yield Heurt(jour, notre, leur, communs)


def _se_disputent(notre: Evenement, leur: Evenement) -> bool:
    le_soir = notre.creneau.debut.time() >= SOIR and leur.creneau.debut.time() >= SOIR
    return le_soir or notre.creneau.chevauche(leur.creneau)


def dire_heurt(heurt: Heurt, noms: Mapping[str, str], aujourdhui: date) -> str:
    """« jeudi 26 novembre, riverains : « Vélo » (18:00–20:00) et « Bal » chez Fablab (20:00–23:00) »."""
    chez = noms.get(heurt.leur.calendrier, heurt.leur.calendrier)
    return (
        f"{temps.dire_jour(heurt.jour, aujourdhui)}, {', '.join(heurt.publics)} : « {heurt.notre.titre} »"
        f" ({temps.heures_du_jour(heurt.notre.creneau, heurt.jour)}) et « {heurt.leur.titre} » chez {chez}"
        f" ({temps.heures_du_jour(heurt.leur.creneau, heurt.jour)})"
    )


def est_a_relire(calendrier: AgendaAmi, aujourdhui: date) -> bool:
    """L'agenda, qu'on sait où prendre, n'a-t-il pas été lu depuis trop longtemps ?"""
    if calendrier.arrete_le or not calendrier.source:
        return False
    return not calendrier.lu_le or date.fromisoformat(calendrier.lu_le[:10]) + A_RELIRE < aujourdhui


def est_a_redire(calendrier: AgendaAmi, aujourdhui: date) -> bool:
    """Relu sans rien de neuf, cela vaut-il une ligne de l'histoire ?"""
    return bool(calendrier.lu_le) and date.fromisoformat(calendrier.lu_le[:10]) + A_REDIRE < aujourdhui


def est_muette(lecture: Lecture) -> bool:
    """N'y a-t-il rien à dire de cette lecture ?"""
    return not (lecture.neufs or lecture.changes or lecture.laisses or lecture.avis or lecture.refus)


def compter(faites: Sequence[Lecture]) -> str:
    """« 300 agendas : 34 neufs, 5 mis à jour, 285 sans rien de neuf, 3 qu'on n'a pas pu lire »."""
    neufs, changes = sum(f.neufs for f in faites), sum(f.changes for f in faites)
    muets, refus = sum(map(est_muette, faites)), sum(bool(f.refus) for f in faites)
    dits = [accorder(neufs, "neuf")] if neufs else []
    dits += [f"{changes} mis à jour"] if changes else []
    dits += [f"{muets} sans rien de neuf"] if muets else []
    dits += [f"{refus} qu'on n'a pas pu lire"] if refus else []
    return f"{accorder(len(faites), 'agenda')} : {', '.join(dits)}"
