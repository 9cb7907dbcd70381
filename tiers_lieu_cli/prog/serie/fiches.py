"""Les séries du lieu, et leurs dates dans une fenêtre."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import MotAmbigu, Recolte
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Quoi
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie import regles
from tiers_lieu_cli.prog.serie.modele import SERIES, FautLeJour, Seance, Serie
from tiers_lieu_cli.prog.serie.regles import Exclus

#: De quoi prévenir les gens, et décider de la suite.
AVANT = timedelta(days=21)
#: Un cycle de quelques semaines finit comme prévu.
COURTE = timedelta(days=60)
#: La fin d'une série, telle qu'on l'écrit ; une autre écriture est simplement analysée.
_AU = motif(rb"""^  au: ["']?(\d{4}-\d{2}-\d{2})["']?$""", re.MULTILINE)


def seances(arbre: Arbre, fenetre: Creneau) -> Recolte[Seance]:
    """Les dates de toutes les séries qui touchent la fenêtre."""
    limite = str(fenetre.premier_jour - UN_JOUR).encode()
    recolte = SERIES.toutes(arbre, inutile=lambda octets: _est_finie(octets, limite))
    exclus = jours_exclus(arbre) if any(serie.recurrence.sauf for serie in recolte.fiches) else {}
    trouvees = (seance for serie in recolte.fiches for seance in regles.seances(serie, fenetre, exclus))
    return Recolte(tuple(trouvees), recolte.defauts)


def _est_finie(octets: bytes, limite: bytes) -> bool:
    """La fiche dit-elle que la série a fini avant ce jour, et qu'aucune date n'en est déplacée ?

    Analyser une fiche coûte cinq fois plus que d'y chercher un mot, et la plupart des séries d'un
    lieu qui dure sont finies (`docs/decisions/0007-series.md`).
    """
    au = _AU.search(octets)
    return au is not None and au[1] < limite and b"deplace" not in octets


def jours_exclus(arbre: Arbre) -> Exclus:
    """Les périodes que le lieu nomme (« vacances-scolaires ») : une série peut les exclure."""
    return {periode.id: periode for periode in PERIODES.toutes(arbre).fiches}


def seance(arbre: Arbre, ident: str) -> Seance | None:
    """La date de série de ce nom, `None` si ce n'en est pas une, ou si elle est sautée."""
    dite = series.lire_nom(ident)
    if dite is None:
        return None
    souches = [nom for nom in (dite[1], dite[1].rpartition("-")[0]) if nom]
    for souche in souches:
        nommee = series.date_de(ident, [souche])
        if nommee is None:
            continue
        for serie in _de_la_souche(arbre, souche):
            occurrence = series.occurrence_de(serie.recurrence, nommee[0], jours_exclus(arbre))
            if occurrence is not None:
                return regles.seance(serie, occurrence)
    return None


def designer(arbre: Arbre, mot: str) -> Seance | None:
    """La date de série qu'un jour et un morceau de nom désignent (« 2026-12-01-chorale »).

    Lève `MotAmbigu` si plusieurs séries de ce nom ont lieu ce jour-là.
    """
    dite = series.lire_nom(mot)
    if dite is None:
        return None
    jour, morceau = dite
    exclus = jours_exclus(arbre)
    trouvees = [
        regles.seance(serie, occurrence)
        for serie in SERIES.toutes(arbre).fiches
        if morceau in serie.souche and (occurrence := series.occurrence_de(serie.recurrence, jour, exclus))
    ]
    if len(trouvees) > 1:
        raise MotAmbigu(mot, [s.id for s in trouvees])
    return trouvees[0] if trouvees else None


def _de_la_souche(arbre: Arbre, souche: str) -> Iterator[Serie]:
    """La série de ce nom, puis celles qu'on en a détachées."""
    premiere = SERIES.une(arbre, souche)
    if premiere is None:
        return
    yield premiere
    yield from (s for s in SERIES.toutes(arbre).fiches if s.suite_de == souche)


def refuser_sans_jour(arbre: Arbre, mot: str) -> None:
    """`FautLeJour` si ce mot désigne une série, et non l'une de ses dates."""
    trouvees = SERIES.repondent(arbre, mot)
    if trouvees:
        serie = SERIES.une(arbre, trouvees[0])
        jour = serie and series.premiere_depuis(serie.recurrence, date.fromisoformat(serie.recurrence.du))
        raise FautLeJour(trouvees, regles.ident_de(serie, jour) if serie and jour else "")


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les dates à replacer des trois semaines qui viennent ; les séries qui y finissent."""
    bornes = (str(jour), str(jour + AVANT))
    vivantes = [s for s in SERIES.toutes(arbre).fiches if s.est_a_nous and s.etat is not Etat.ANNULE]
    for s in vivantes:
        for ecrit, ecart in s.recurrence.ecarts.items():
            if ecart.quoi is Quoi.A_REPLACER and bornes[0] <= ecrit[:10] <= bornes[1]:
                quand = date.fromisoformat(ecrit[:10])
                yield Echeance(
                    quand,
                    f"replacer « {s.titre} », {temps.dire_jour(quand, jour)} ({ecart.motif})",
                    f"tl prog serie deplacer {s.id} {ecrit} --quand",
                    s.id,
                )
        if bornes[0] <= s.recurrence.au <= bornes[1] and not _a_une_suite(s, vivantes):
            fin = date.fromisoformat(s.recurrence.au)
            yield Echeance(
                fin,
                f"« {s.titre} » finit {temps.dire_jour(fin, jour)} : la prolonger ?",
                f"tl prog serie modifier {s.id} --au",
                s.id,
            )


def _a_une_suite(s: Serie, autres: Iterable[Serie]) -> bool:
    """La série fut-elle coupée, ou si courte que sa fin n'étonne personne ?"""
    debut, fin = (date.fromisoformat(ecrit) for ecrit in (s.recurrence.du, s.recurrence.au))
    return fin - debut < COURTE or any(
        autre.souche == s.souche and autre.recurrence.du > s.recurrence.au for autre in autres
    )
