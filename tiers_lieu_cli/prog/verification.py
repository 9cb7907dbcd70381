"""Ce que le programme vérifie : chaque événement est rangé où on le lira."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds, mal_rangee
from tiers_lieu_cli.noyau.temps.series import date_de, occurrence_de
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie import fiches as series
from tiers_lieu_cli.prog.serie import regles as regles_des_series
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie
from tiers_lieu_cli.prog.serie.regles import Exclus


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Chaque événement est dans le dossier de sa date."""
    for rangement in (EVENEMENTS, LONGS):
        for e in fonds.toutes(rangement):
            voulu = fiches.collection(e.id, e.creneau)
            if voulu is not rangement:
                fait = "cet événement n'est pas dans le dossier de sa date"
                remede = f"Le ranger dans {voulu.genre.dossier}."
                yield mal_rangee(e.id, rangement.genre, voulu.genre, fait, remede)


def evenements_nommes(fonds: Fonds, idents: Iterable[str]) -> dict[str, Evenement]:
    """Les événements de ces noms, s'ils existent : parmi les fiches lues, ou dates d'une série lue."""
    connus = {e.id: e for rangement in (EVENEMENTS, LONGS) for e in fonds.toutes(rangement)}
    par_souche: dict[str, list[Serie]] = {}
    for serie in fonds.toutes(SERIES):
        par_souche.setdefault(serie.souche, []).append(serie)
    exclus = series.jours_exclus(fonds.arbre) if par_souche else {}
    nommes = ((ident, connus.get(ident) or _seance(par_souche, ident, exclus)) for ident in idents)
    return {ident: e for ident, e in nommes if e}


def _seance(par_souche: Mapping[str, Sequence[Serie]], ident: str, exclus: Exclus) -> Evenement | None:
    dite = date_de(ident, par_souche)
    for serie in par_souche[dite[1]] if dite else ():
        occurrence = occurrence_de(serie.recurrence, dite[0], exclus) if dite else None
        if occurrence:
            return regles_des_series.seance(serie, occurrence)
    return None
