"""La règle écrite : une RRULE (RFC 5545 § 3.3.10) réduite à ce qu'un lieu dit, et les jours qu'elle donne.

Jours, semaines, mois, années. Les jours d'une fenêtre se calculent sans remonter au début de la
série : son âge ne coûte rien.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

import msgspec

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR

#: Par quoi commence une règle gardée telle qu'elle est venue d'ailleurs.
ETRANGERE = "DTSTART"
JOURS_RFC = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: Une partie d'une RRULE : « BYDAY=TU ».
PARTIE = motif(r"[A-Z]+=[A-Z0-9,+-]+")
_JOUR = motif(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


class Frequence(StrEnum):
    """Tous les combien."""

    JOUR = "DAILY"
    SEMAINE = "WEEKLY"
    MOIS = "MONTHLY"
    AN = "YEARLY"


class Regle(msgspec.Struct, frozen=True):
    """Une RRULE lue. `jours` : (rang dans le mois, jour de semaine de 0 à 6), rang 0 pour tous ;
    `quantiemes` : jours du mois, -1 le dernier ; `position` : lequel des jours du mois retenus (BYSETPOS).
    """

    frequence: Frequence
    intervalle: int = 1
    jours: tuple[tuple[int, int], ...] = ()
    quantiemes: tuple[int, ...] = ()
    mois: tuple[int, ...] = ()
    position: int = 0

    def __str__(self) -> str:
        parties = [f"FREQ={self.frequence.value}"]
        if self.intervalle != 1:
            parties.append(f"INTERVAL={self.intervalle}")
        for nom, valeurs in (
            ("BYDAY", [f"{rang or ''}{JOURS_RFC[jour]}" for rang, jour in self.jours]),
            ("BYMONTHDAY", self.quantiemes),
            ("BYMONTH", self.mois),
            ("BYSETPOS", (self.position,) if self.position else ()),
        ):
            if valeurs:
                parties.append(f"{nom}={','.join(map(str, valeurs))}")
        return ";".join(parties)


# -- lire la règle ------------------------------------------------------------


def lire_les_parties(regle: str) -> dict[str, str]:
    """Les parties d'une RRULE : `FREQ`, `INTERVAL`…"""
    return dict(partie.split("=", 1) for partie in regle.split(";"))


def ecrire_les_parties(parties: Mapping[str, str]) -> str:
    """La RRULE que ces parties font."""
    return ";".join(f"{nom}={valeur}" for nom, valeur in parties.items())


@lru_cache(maxsize=512)
def lire_rrule(texte: str) -> Regle:
    """La règle écrite ; `ValueError` si elle est fausse, ou d'une sorte qu'un lieu ne dit pas."""
    parties = texte.removeprefix("RRULE:").split(";")
    if not all(PARTIE.fullmatch(partie) for partie in parties):
        raise ValueError(f"« {texte[:80]} » n'est pas une règle (écrire FREQ=WEEKLY;BYDAY=TU)")
    lues = dict(partie.split("=", 1) for partie in parties)
    inconnues = set(lues) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
    if inconnues or len(lues) != len(parties) or lues.get("WKST", "MO") != "MO":
        raise ValueError(f"« {texte[:80]} » est une règle que l'outil ne sait pas suivre")
    try:
        regle = Regle(
            frequence=Frequence(lues.get("FREQ", "")),
            intervalle=int(lues.get("INTERVAL", "1")),
            jours=tuple(_jour_rfc(mot) for mot in _mots(lues, "BYDAY")),
            quantiemes=tuple(int(n) for n in _mots(lues, "BYMONTHDAY")),
            mois=tuple(sorted(int(n) for n in _mots(lues, "BYMONTH"))),
            position=int(lues.get("BYSETPOS", "0")),
        )
    except (ValueError, KeyError):
        raise ValueError(f"« {texte[:80]} » n'est pas une règle (écrire FREQ=WEEKLY;BYDAY=TU)") from None
    _verifier(regle, texte)
    return regle


def _mots(lues: Mapping[str, str], nom: str) -> list[str]:
    return lues[nom].split(",") if nom in lues else []


def _jour_rfc(mot: str) -> tuple[int, int]:
    trouve = _JOUR.fullmatch(mot)
    if not trouve:
        raise ValueError(mot)
    return int(trouve[1] or 0), JOURS_RFC.index(trouve[2])


def _verifier(regle: Regle, texte: str) -> None:
    au_mois = regle.frequence in (Frequence.MOIS, Frequence.AN)
    bornes = (
        1 <= regle.intervalle <= 500
        and all(1 <= abs(q) <= 31 for q in regle.quantiemes)
        and all(1 <= m <= 12 for m in regle.mois)
        and -31 <= regle.position <= 31
    )
    sens = (
        (au_mois or not any(rang for rang, _ in regle.jours))
        and (au_mois or not (regle.quantiemes or regle.position))
        # Par an, un rang de jour sans mois compterait dans l'année ; personne ne dit cela.
        and (regle.frequence is not Frequence.AN or bool(regle.mois) or not regle.jours)
    )
    if not bornes or not sens:
        raise ValueError(f"« {texte[:80]} » est une règle que l'outil ne sait pas suivre")


# -- les jours qu'elle donne --------------------------------------------------


def suivre(regle: Regle, depart: date, premier: date, dernier: date) -> Iterator[date]:
    """Les jours que la règle, comptée de `depart`, donne de `premier` à `dernier`, compris."""
    pas = {
        Frequence.JOUR: _par_jour,
        Frequence.SEMAINE: _par_semaine,
        Frequence.MOIS: _par_mois,
        Frequence.AN: _par_mois,
    }[regle.frequence]
    return (jour for jour in pas(regle, depart, premier, dernier) if premier <= jour <= dernier)


def _par_jour(regle: Regle, depart: date, premier: date, dernier: date) -> Iterator[date]:
    voulus = {jour for _, jour in regle.jours}
    jour = depart + -(-(premier - depart).days // regle.intervalle) * regle.intervalle * UN_JOUR
    while jour <= dernier:
        if (not voulus or jour.weekday() in voulus) and (not regle.mois or jour.month in regle.mois):
            yield jour
        jour += regle.intervalle * UN_JOUR


def _par_semaine(regle: Regle, depart: date, premier: date, dernier: date) -> Iterator[date]:
    voulus = sorted({jour for _, jour in regle.jours} or {depart.weekday()})
    lundi = temps.lundi_de(depart)
    lundi += (temps.lundi_de(premier) - lundi).days // 7 // regle.intervalle * regle.intervalle * 7 * UN_JOUR
    while lundi <= dernier:
        for rang in voulus:
            jour = lundi + rang * UN_JOUR
            if not regle.mois or jour.month in regle.mois:
                yield jour
        lundi += regle.intervalle * 7 * UN_JOUR


def _par_mois(regle: Regle, depart: date, premier: date, dernier: date) -> Iterator[date]:
    """Mois par mois ; une règle annuelle est une règle mensuelle d'un mois nommé, tous les douze mois."""
    annuelle = regle.frequence is Frequence.AN
    mois = regle.mois or ((depart.month,) if annuelle else ())
    origine = depart.year * 12 + depart.month - 1
    for rang in range(premier.year * 12 + premier.month - 1, dernier.year * 12 + dernier.month):
        annee, numero = rang // 12, rang % 12 + 1
        ecart = annee - depart.year if annuelle else rang - origine
        if ecart % regle.intervalle == 0 and (not mois or numero in mois):
            yield from _du_mois(regle, annee, numero, depart)


def _du_mois(regle: Regle, annee: int, mois: int, depart: date) -> list[date]:
    combien = temps.jours_du_mois(annee, mois)
    tous = [date(annee, mois, n) for n in range(1, combien + 1)]
    quantiemes = {q if q > 0 else combien + 1 + q for q in regle.quantiemes}
    if not regle.quantiemes and not regle.jours:
        quantiemes = {depart.day}
    retenus = [jour for jour in tous if not quantiemes or jour.day in quantiemes]
    if regle.jours:
        retenus = [jour for jour in retenus if _est_l_un(regle.jours, jour, combien)]
    if regle.position:
        rang = regle.position - 1 if regle.position > 0 else regle.position
        retenus = retenus[rang : rang + 1 or None]
    return retenus


def _est_l_un(jours: tuple[tuple[int, int], ...], jour: date, combien: int) -> bool:
    """Ce jour est-il un « 2e mardi » ou un « dernier vendredi » voulu ?"""
    depuis_le_debut, depuis_la_fin = (jour.day - 1) // 7 + 1, (jour.day - combien - 1) // 7
    return any(
        jour.weekday() == voulu and rang in (0, depuis_le_debut, depuis_la_fin) for rang, voulu in jours
    )
