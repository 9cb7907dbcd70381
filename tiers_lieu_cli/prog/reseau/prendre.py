"""Prendre les agendas suivis et les lire, hors du verrou : tous à la fois, aucun n'en empêche un autre."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import TAILLE_MAXIMALE, AgendaLu, lire_agenda, reunir
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.telechargement import Bornes, Demande, TelechargementImpossible, telecharger
from tiers_lieu_cli.prog import entree
from tiers_lieu_cli.prog.modele import AgendaAmi

#: Un dossier peut tenir un fichier par événement.
FICHIERS_MAXIMAUX = 500
#: Trois cents agendas lents tiennent dans trois minutes (docs/mesures.md) ; ce qui attend encore se relit.
BORNES = Bornes(taille=TAILLE_MAXIMALE)


class Pris(msgspec.Struct, frozen=True):
    """Ce qu'une source a donné ; `lus` vaut `None` si elle est inchangée, ou s'il y a `refus`."""

    lus: AgendaLu | None = None
    etag: str = ""
    modifie: str = ""
    refus: Echec | None = None


def prendre(c: Contexte, agendas: list[AgendaAmi], telechargement: bool) -> dict[str, Pris]:
    """Par agenda, ce que sa source donne ; une seule fois, quoi qu'on écrive pendant ce temps."""
    cle = ("reseau", *(mot for a in agendas for mot in (a.id, a.nom, a.source, a.etag, a.modifie)))
    return entree.hors_du_verrou(c, cle, lambda: _tout_prendre(c, agendas, telechargement))


def _tout_prendre(c: Contexte, agendas: list[AgendaAmi], telechargement: bool) -> dict[str, Pris]:
    """Lire chaque agenda dès qu'il est arrivé, pendant que les autres arrivent encore."""
    pris: dict[str, Pris] = {}
    lecteurs = ThreadPoolExecutor(os.cpu_count())
    try:
        with c.ecran.transport() as avancer:
            lectures: list[tuple[str, Future[Pris]]] = []
            for rang, (agenda, arrive) in enumerate(_arrives(c, agendas, telechargement), start=1):
                if isinstance(arrive, Pris):
                    pris[agenda.id] = arrive
                else:
                    lectures.append((agenda.id, lecteurs.submit(_essayer, arrive)))
                if avancer:
                    avancer("Prendre", rang, len(agendas))
            for rang, (ident, lecture) in enumerate(lectures, start=1):
                pris[ident] = lecture.result()
                if avancer:
                    avancer("Lire", rang, len(lectures))
    finally:
        # Interrompu, on n'attend pas que tout soit lu.
        lecteurs.shutdown(cancel_futures=True)
    return pris


def _essayer(lire: Callable[[], Pris]) -> Pris:
    try:
        return lire()
    except Echec as echec:
        return Pris(refus=echec)


def _arrives(
    c: Contexte, agendas: list[AgendaAmi], telechargement: bool
) -> Iterator[tuple[AgendaAmi, Pris | Callable[[], Pris]]]:
    """Chaque agenda, et de quoi le lire, ou ce qu'on en sait déjà ; ceux du réseau à mesure qu'ils arrivent.

    Ceux qu'on a lus il y a le plus longtemps d'abord : relancer après un arrêt reprend où l'on en était.
    """
    distants = sorted((a for a in agendas if "://" in a.source), key=lambda a: a.lu_le)
    for agenda in agendas:
        if "://" not in agenda.source:
            yield agenda, _d_ici(c, agenda)
        elif not telechargement:
            yield agenda, Pris(refus=_pas_sans_le_dire([a.id for a in distants]))
    if not telechargement:
        return
    demandes = [Demande(a.source, a.etag, a.modifie) for a in distants]
    for rang, reponse in telecharger(demandes, BORNES, "text/calendar"):
        agenda = distants[rang]
        if reponse.refus:
            yield agenda, Pris(refus=TelechargementImpossible(agenda.source, reponse.refus))
        elif reponse.octets is None:
            yield agenda, Pris()
        else:
            yield agenda, _du_reseau(c, agenda, reponse.octets, Pris(None, reponse.etag, reponse.modifie))


def _pas_sans_le_dire(distants: list[str]) -> ErreurUsage:
    lesquels = f"{distants[0]} " if len(distants) == 1 else ""
    return ErreurUsage(
        "il est sur le réseau, et l'outil n'y va que si on le demande.",
        f"tl prog reseau lire {lesquels}--telecharger",
    )


def _du_reseau(c: Contexte, agenda: AgendaAmi, octets: bytes, pris: Pris) -> Callable[[], Pris]:
    def lire() -> Pris:
        lus = lire_agenda(octets, nom_du_fichier=agenda.nom, fuseau=c.lieu.fuseau)
        return structs.replace(pris, lus=lus)

    return lire


def _d_ici(c: Contexte, agenda: AgendaAmi) -> Callable[[], Pris]:
    """Lire un fichier, ou tous ceux d'un dossier."""

    def lire() -> Pris:
        lus = [
            lire_agenda(entree.octets(f), nom_du_fichier=agenda.nom, fuseau=c.lieu.fuseau)
            for f in _fichiers(c.lieu.racine, agenda)
        ]
        return Pris(reunir(agenda.nom, lus), agenda.etag, agenda.modifie)

    return lire


def _fichiers(racine: Path, agenda: AgendaAmi) -> list[Path]:
    if not agenda.source:
        raise ErreurUsage("on ne sait pas où le lire.", f'tl prog reseau creer "{agenda.nom}"')
    chemin = racine / Path(agenda.source).expanduser()
    if not chemin.is_dir():
        return [chemin]
    fichiers = sorted(f for f in chemin.glob("*.ics") if f.is_file())
    if not fichiers or len(fichiers) > FICHIERS_MAXIMAUX:
        raise ErreurUsage(f"{len(fichiers)} fichiers .ics dans {chemin}.", f"De 1 à {FICHIERS_MAXIMAUX}.")
    return fichiers
