"""Le processus à part qui lit les agendas de beaucoup de maisons, l'un après l'autre, et rend leurs dates.

Un agenda qui demande trop de calcul l'arrête : les réponses d'avant sont acquises, et un autre continue.
"""

from __future__ import annotations

import signal
import sys
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.ensemble.federation.modele import DATES, Evenement, Lot, Lu
from tiers_lieu_cli.ensemble.federation.regles import lisible
from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.agenda import agenda_lu, lecteur_ics
from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, EvenementLu
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Refus
from tiers_lieu_cli.noyau.agenda.lecteur_venus import Lecture
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: En secondes de calcul, ce qu'un agenda a pour lui.
_CALCUL = 5.0


def lire(octets: bytes, fuseau: ZoneInfo, fenetre: Creneau) -> Lu:
    """Les dates que cet agenda dit publiquement, dans la fenêtre."""
    lecture = Lecture(fuseau)
    try:
        lecteur_ics.lire(octets, lecture)
    except Refus as refus:
        return Lu(refus=str(refus))
    lu = AgendaLu(evenements=tuple(lecture.evenements), series=tuple(lecture.series))
    dates: list[Evenement] = []
    for dit in agenda_lu.developper(lu, fenetre):
        if not (dit.interne or dit.brouillon):
            dates.append(_evenement(dit))
        if len(dates) > DATES:
            return Lu(refus=f"dit plus de {DATES} dates")
    uniques = sorted(set(dates), key=lambda e: (e.debut, e.uid, e.titre, e.fin, e.lieu or "", e.annule))
    return Lu(tuple(uniques), len(lecture.laisses))


def _evenement(dit: EvenementLu) -> Evenement:
    return Evenement(
        uid=lisible(dit.uid) or "sans-uid",
        titre=lisible(dit.titre) or "Sans titre",
        debut=dit.creneau.debut.replace(microsecond=0),
        fin=dit.creneau.fin.replace(microsecond=0),
        lieu=lisible(dit.lieu) or None,
        annule=dit.annule or dit.douteux,
    )


def principal() -> None:
    """Répondre à chaque agenda du lot, dans l'ordre."""
    lot = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Lot)
    fuseau = ZoneInfo(lot.fuseau)
    for octets in lot.agendas:
        if hasattr(signal, "ITIMER_PROF"):
            # Passé ce délai, le système arrête le processus : rien de ce qu'il calcule n'y peut rien.
            signal.setitimer(signal.ITIMER_PROF, _CALCUL)
        borne.rendre(msgspec.msgpack.encode(lire(octets, fuseau, lot.fenetre)))


if __name__ == "__main__":
    principal()
