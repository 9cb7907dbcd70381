"""Une règle redite comme on la dit ; ce qui s'écrit ici se relit à l'identique (`regle_dite.lire_regle`)."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.noyau.temps.mots import RANGS
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import Frequence, Regle, lire_rrule
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS, dire_jour

#: Les périodes que l'outil connaît par leur nom : celle que la loi donne, et celle que l'école donne.
FERIES = "feries"
VACANCES = "vacances-scolaires"
NATURES = (VACANCES, FERIES)
OUVRABLES = tuple((0, jour) for jour in range(5))
_RANG_DIT = {valeur: mot for mot, valeur in reversed(RANGS.items())}


def dire(recurrence: Recurrence) -> str:
    """« chaque mardi, 19:00–21:00, sauf vacances scolaires » ; la règle écrite, si elle ne se dit pas."""
    if recurrence.etrangere:
        return _dire_etrangere(recurrence)
    regle = lire_rrule(recurrence.regle)
    depart = date.fromisoformat(recurrence.du)
    annuelle = regle.frequence is Frequence.AN
    quand = _dire_an(regle, depart) if annuelle else _dire_jours(regle, depart)
    if not quand:
        quand = f"selon la règle {recurrence.regle}"
    exclus = [dire_nature(nature) for nature in recurrence.sauf]
    if regle.mois and not annuelle and not quand.startswith("selon"):
        absents = [MOIS[mois - 1] for mois in range(1, 13) if mois not in regle.mois]
        if len(absents) <= 2:
            exclus += absents
        else:
            quand += f" {_dire_mois_nommes(regle.mois)}"
    heures = f", {recurrence.debut}–{recurrence.fin}" if recurrence.debut else ""
    return f"{quand}{heures}" + (f", sauf {_lister(exclus)}" if exclus else "")


def _dire_mois_nommes(mois: tuple[int, ...]) -> str:
    """« en mai et juin », « d'octobre à mars »."""
    debuts = [m for m in mois if (m - 2) % 12 + 1 not in mois]
    if len(mois) < 3 or len(debuts) != 1:
        return f"en {_lister([MOIS[m - 1] for m in mois])}"
    fin = MOIS[(debuts[0] + len(mois) - 2) % 12]
    return f"{_de(MOIS[debuts[0] - 1])} à {fin}"


def _de(nom: str) -> str:
    """« de mai », « d'août »."""
    return f"d'{nom}" if nom[0] in "ao" else f"de {nom}"


def _dire_etrangere(recurrence: Recurrence) -> str:
    """La règle comme la nôtre si elle n'en diffère que par le fuseau ou la durée ; sinon, telle quelle."""
    from tiers_lieu_cli.noyau.temps import regle_etrangere

    lue = regle_etrangere.lire(recurrence.regle)
    if not lue.regles:
        return f"{len(lue.ajouts | {lue.depart})} dates"
    debut, fin = lue.depart, lue.depart + lue.au_mur + lue.reelle
    heures = ("", "") if lue.jours_entiers else (f"{debut:%H:%M}", f"{fin:%H:%M}")
    parties = [p for p in lue.regles[0].split(";") if not p.startswith(("COUNT", "UNTIL", "WKST"))]
    try:
        nue = Recurrence(regle=";".join(parties), du=f"{debut:%Y-%m-%d}", debut=heures[0], fin=heures[1])
    except ValueError:
        return f"selon la règle {' et '.join(lue.regles)}"
    ailleurs = lue.tzid and lue.tzid != lue.lieu.key and not lue.jours_entiers
    return f"{dire(nue)}{f' (heure de {lue.tzid})' if ailleurs else ''}"


def dire_nature(nature: str) -> str:
    """Une sorte de jours, comme on la dit."""
    return "jours fériés" if nature == FERIES else nature.replace("-", " ")


def _dire_an(regle: Regle, depart: date) -> str:
    mois = regle.mois or (depart.month,)
    if regle.position or regle.intervalle > 1 or len(mois) > 1 or len((*regle.quantiemes, *regle.jours)) > 1:
        return ""
    ((rang, jour),) = regle.jours or ((0, 0),)
    if regle.jours and (rang not in _RANG_DIT or regle.quantiemes):
        return ""
    (quantieme,) = regle.quantiemes or (depart.day,)
    if regle.jours:
        return f"chaque année, {_le(_RANG_DIT[rang])} {JOURS[jour]} {_de(MOIS[mois[0] - 1])}"
    return f"chaque année, le {_quantieme(quantieme)} {MOIS[mois[0] - 1]}" if quantieme > 0 else ""


def _dire_jours(regle: Regle, depart: date) -> str:
    n = regle.intervalle
    noms = [JOURS[jour] for _, jour in regle.jours]
    if regle.frequence is Frequence.JOUR:
        return "" if noms else "chaque jour" if n == 1 else f"un jour sur {n}"
    if regle.frequence is Frequence.SEMAINE:
        noms = noms or [JOURS[depart.weekday()]]
        if n > 1:
            return f"toutes les {n} semaines, le {_lister(noms)}"
        return "chaque jour ouvrable" if regle.jours == OUVRABLES else f"chaque {_lister(noms)}"
    return _dire_mois(regle, depart)


def _dire_mois(regle: Regle, depart: date) -> str:
    quels = _dire_jours_du_mois(regle, depart)
    if not quels or regle.intervalle == 1:
        return quels and f"{quels} du mois"
    return f"tous les {regle.intervalle} mois, {quels}"


def _dire_jours_du_mois(regle: Regle, depart: date) -> str:
    """« le 1er samedi », « les 1er et 15 », « l'avant-dernier jeudi »."""
    if regle.position in (1, -1) and regle.jours == OUVRABLES and not regle.quantiemes:
        return f"le {'premier' if regle.position == 1 else 'dernier'} jour ouvrable"
    if regle.position or (regle.jours and regle.quantiemes):
        return ""
    if not regle.jours:
        quantiemes = regle.quantiemes or (depart.day,)
        if quantiemes == (-1,):
            return "le dernier jour"
        return "" if min(quantiemes) < 0 else _les([_quantieme(jour) for jour in quantiemes])
    if not all(rang in _RANG_DIT for rang, _ in regle.jours):
        return ""
    rangs, noms = [_RANG_DIT[rang] for rang, _ in regle.jours], [JOURS[jour] for _, jour in regle.jours]
    if len(set(noms)) == 1:
        return f"{_les(rangs)} {noms[0]}{'s' * (len(rangs) > 1)}"
    return _lister([f"{_le(rang)} {nom}" for rang, nom in zip(rangs, noms, strict=True)])


def _les(mots: list[str]) -> str:
    return _le(mots[0]) if len(mots) == 1 else f"les {_lister(mots)}"


def _le(mot: str) -> str:
    return f"l'{mot}" if mot.startswith("a") else f"le {mot}"


def _quantieme(jour: int) -> str:
    return "1er" if jour == 1 else str(jour)


def _lister(mots: list[str]) -> str:
    return " et ".join(filter(None, [", ".join(mots[:-1]), *mots[-1:]]))


def dire_regle(regle: Recurrence) -> str:
    """« chaque mardi, 19:00–21:00, du mardi 1er décembre 2026 au … »."""
    return f"{dire(regle)}, {dire_bornes(regle)}"


def dire_bornes(regle: Recurrence) -> str:
    """« du mardi 1er décembre 2026 au mercredi 30 juin 2027 », ou « à partir du … »."""
    debut = dire_jour(date.fromisoformat(regle.du))
    fin = regle.au and dire_jour(date.fromisoformat(regle.au))
    return f"du {debut} au {fin}" if fin else f"à partir du {debut}"
