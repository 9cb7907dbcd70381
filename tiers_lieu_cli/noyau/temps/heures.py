"""Les heures comme on les dit : « 18h30 », « 18u30 », « midi et demi », « 14 à 18h », « 8h du soir ».

Tout se lit sur un texte ramené à ses lettres (`mots.normaliser`) ; une heure est un temps depuis minuit.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import mots
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.temps import JOURS, NUIT_LA_PLUS_LONGUE, UN_JOUR

_DEMI_JOUR = timedelta(hours=12)
#: De quelle heure à quelle heure vont le matin, l'après-midi et le soir d'une salle.
PARTIES = {"matin": (8, 12), "apres-midi": (13, 18), "soir": (18, 23), "journee": (8, 18)}
#: Entre quelles heures une heure peut être dite de cette partie du jour.
_ETENDUES = {"matin": (0, 12), "apres-midi": (12, 19), "soir": (16, 24), "journee": (0, 24)}
#: En dessous, « 8h du soir » est l'après-midi : vingt heures.
_AVANT_MIDI = {"apres-midi": timedelta(hours=8), "soir": timedelta(hours=12)}

_FRACTION = r"(?: et demie?| et quart| moins le quart| moins \d{1,2}| trente)?"
_MARQUEE = (
    rf"(?:(?:midi|minuit){_FRACTION}"
    rf"|\d{{1,2}} ?(?:heures?|h|u)(?: ?\d{{2}}(?!\d)(?: ?(?:minutes?|mi?n|m)\b)?|{_FRACTION})"
    r"|\d{1,2}:\d{2}(?::00)?)(?: ?(?:du |de l'|en )(?:matin|apres-midi|soir))?"
)
_HEURE = rf"{_MARQUEE}|\d{{1,2}}\.\d{{2}}|\d{{1,2}}"
_AVANT = r"(?:a partir de |des |entre |vers |de |d'|a |ce )?"
_LIEN = r"(?: ?- ?| ?/ ?| jusqu'a | jusqu'au | jusque(?: vers)? | a | et )"
_DUREE = (
    r"(?:\d{1,3} ?(?:heures?|h|u)\b(?: ?[0-5]\d\b(?: ?(?:minutes?|mi?n|m)\b)?| et demie?| et quart)?"
    r"|\d{1,3}(?:h|u)[0-5]\d|\d{1,4} ?(?:minutes?|mi?n|m)\b|\d{1,3} ?(?:jours?|j|semaines?)\b"
    r"|(?:une|1) demi-heure|(?:un|1) quart d'heure|(?:trois|3) quarts d'heure)"
)
_PLAGE = (
    rf"(?P<avant>{_AVANT})(?P<debut>{_HEURE})(?:(?P<lien>{_LIEN})(?P<fin>{_HEURE}))?"
    rf"(?:,? (?:pendant|durant|pour) (?P<duree>{_DUREE}))?"
)
_APRES_UN_JOUR = "(?:" + "|".join(jour[:3] for jour in JOURS) + ")[a-z]*\\.? $"
_PARTIE = (
    r"(?P<jour>.*?)(?:^|[ ,])(?P<det>(?:ce |cet |cette |le |l'|en |la |toute la |au )?)"
    r"(?P<nom>matin|apres-midi|aprem|soir|journee)(?:ee)?"
)


class Heure(msgspec.Struct, frozen=True):
    """Une heure dite. `minuit` est un bout du jour ou l'autre ; `nue` : « 14 », qui pourrait être un jour."""

    depuis_minuit: timedelta
    nue: bool = False
    minuit: bool = False
    partie: str = ""

    def du(self, partie: str) -> Heure:
        """La même heure, dite du matin, de l'après-midi ou du soir."""
        heure = self.depuis_minuit
        if timedelta() < heure < _AVANT_MIDI.get(partie, timedelta()):
            heure += _DEMI_JOUR
        premiere, derniere = (timedelta(hours=n) for n in _ETENDUES[partie])
        if not premiere <= heure <= derniere and not self.minuit:
            raise SaisieIncomprise("", f"« {dire(self.depuis_minuit)} » n'est pas « {partie} ».")
        return msgspec.structs.replace(self, depuis_minuit=heure, partie=partie)


class Plage(msgspec.Struct, frozen=True):
    """Une heure, et sa fin ou sa durée si elles sont dites. `nue` : rien n'y marque une heure (« 18-20 »)."""

    debut: Heure
    fin: Heure | None = None
    pendant: timedelta | None = None
    nue: bool = False


def lire(dit: str, partie: str = "") -> Plage | None:
    """La plage dite, et rien d'autre ; `None` si ce n'est pas cela, `SaisieIncomprise` si l'heure est fausse.

    `partie` : celle du jour dont on parle (« demain soir 8h »).
    """
    trouve = re.fullmatch(_PLAGE, dit)
    if not trouve:
        return None
    if any(bout and bout.isdecimal() and int(bout) > 24 for bout in (trouve["debut"], trouve["fin"])):
        return None  # « samedi 28 à 18h » : 28 est un jour
    debut, fin = _heure(trouve["debut"]), _heure(trouve["fin"]) if trouve["fin"] else None
    annoncee = trouve["avant"] in ("a ", "des ", "a partir de ")
    if debut.nue and fin is None and not (annoncee and "." in trouve["debut"]):
        return None
    if trouve["lien"] == " et " and trouve["avant"] != "entre ":
        return None
    if "/" in (trouve["lien"] or "") and (debut.nue or fin is None or fin.nue):
        return None
    if partie:
        debut, fin = debut.du(partie), fin and _apres(debut.du(partie), fin, partie)
    elif fin and fin.partie and not debut.partie and debut.depuis_minuit <= fin.depuis_minuit - _DEMI_JOUR:
        # « 2h à 4h de l'après-midi » : les deux.
        debut = debut.du(fin.partie)
    pendant = lire_duree(trouve["duree"]) if trouve["duree"] else None
    if fin and pendant:
        return None
    return Plage(debut, fin, pendant, nue=fin is not None and debut.nue and fin.nue)


def trouver(dit: str, partie: str = "") -> tuple[Plage, int, int] | None:
    """La première plage marquée d'un texte (« mardi 18h-20h sauf vacances »), et où elle est.

    À défaut, une plage nue qui suit un jour (« mardi 18-20 »).
    """
    debuts = [mot.start() for mot in re.finditer(r"[^ ,]+", dit)]
    fins = [mot.end() for mot in re.finditer(r"[^ ,]+", dit)]
    nue = None
    for rang, debut in enumerate(debuts):
        for fin in reversed(fins[rang:]):
            plage = lire(dit[debut:fin], partie)
            if plage and not plage.nue:
                return plage, debut, fin
            if plage and not nue and re.search(_APRES_UN_JOUR, dit[:debut]):
                nue = plage, debut, fin
    return nue


def _apres(debut: Heure, fin: Heure, partie: str) -> Heure:
    """La fin d'un soir peut être après minuit."""
    if partie == "soir" and fin.depuis_minuit + _DEMI_JOUR <= debut.depuis_minuit:
        return fin
    try:
        return fin.du(partie)
    except SaisieIncomprise:
        return fin


def lire_partie(dit: str) -> tuple[str, str]:
    """Ce qui précède « le matin », « après-midi », « soir » à la fin du texte, et cette partie du jour.

    Deux textes vides s'il n'y en a pas ; « toute la journée » n'en est pas une : c'est le jour.
    """
    trouve = re.fullmatch(_PARTIE, dit.replace("apres midi", "apres-midi").replace("aprem", "apres-midi"))
    if not trouve or trouve["det"] == "toute la ":
        return "", ""
    return trouve["jour"].strip(" ,"), trouve["nom"]


def detacher(dit: str) -> tuple[str, Heure | None]:
    """Ce qui précède l'heure à la fin du texte, et cette heure si elle y est."""
    trouve = re.fullmatch(rf"(.+?),?(?: a)? ({_MARQUEE})", dit)
    return (trouve[1], _heure(trouve[2])) if trouve else (dit, None)


def _heure(dite: str) -> Heure:
    partie = next((nom for nom in PARTIES if dite.endswith(nom)), "")
    nue = re.sub(r" ?(?:du|de l'|en) ?(?:matin|apres-midi|soir)$", "", dite)
    moins = re.search(r" moins (le quart|\d{1,2})$", nue)
    plus = re.search(r" (et demie?|et quart|trente)$", nue)
    recul = 15 if moins and moins[1] == "le quart" else int(moins[1]) if moins else 0
    avance = 15 if plus and plus[1] == "et quart" else 30 if plus else 0
    pile = re.sub(r" (?:moins|et|trente).*", "", nue)
    if pile in ("midi", "minuit"):
        total = timedelta(hours=12 if pile == "midi" else 0)
    else:
        chiffres = re.findall(r"\d+", pile)
        heures, minutes = int(chiffres[0]), int(chiffres[1]) if len(chiffres) > 1 else 0
        total = timedelta(hours=heures, minutes=minutes)
        if minutes > 59 or total > UN_JOUR:
            raise SaisieIncomprise("", f"« {dite} » n'est pas une heure de la journée (0h à 23h59).")
    total += timedelta(minutes=avance - recul)
    if total < timedelta():
        total += UN_JOUR
    pointee = re.fullmatch(r"\d{1,2}\.(\d{2})", pile)
    # « 10.12 » peut être le 10 décembre ; « 10.30 » ne peut être qu'une heure.
    douteuse = pile.isdecimal() or (pointee is not None and 1 <= int(pointee[1]) <= 12)
    lue = Heure(total, nue=douteuse, minuit=pile == "minuit" and not moins)
    return lue.du(partie) if partie else lue


def lire_plage(texte: str, duree: timedelta | None = None) -> tuple[timedelta, timedelta]:
    """« 9h-12h30 », « 18-20 », « 22h-2h » : le début et la fin, depuis minuit ; la nuit dépasse 24 h.

    `duree` vaut quand la fin n'est pas dite.
    """
    plage = lire(mots.en_chiffres(mots.normaliser(texte)))
    if plage is None:
        raise SaisieIncomprise(
            texte, f"« {texte[:60]} » n'est pas une plage d'heures.", "Dire par exemple : 18h30-20h."
        )
    return bornes(plage, texte, duree)


def bornes(plage: Plage, origine: str, duree: timedelta | None = None) -> tuple[timedelta, timedelta]:
    """Le début et la fin d'une plage, depuis minuit ; minuit ferme le jour, la nuit le dépasse."""
    debut = plage.debut.depuis_minuit
    if debut >= UN_JOUR:
        raise SaisieIncomprise(origine, f"« {origine} » : 24h ferme un jour ; ce qui y commence est à 0h.")
    if plage.fin is None:
        pendant = plage.pendant or duree
        if pendant is None:
            raise SaisieIncomprise(origine, f"« {origine} » : il manque l'heure de fin.")
        return debut, debut + pendant
    fin = plage.fin.depuis_minuit or UN_JOUR
    if fin <= debut:
        fin += UN_JOUR
        if fin - debut > NUIT_LA_PLUS_LONGUE:
            raise SaisieIncomprise(origine, f"« {origine} » finit avant de commencer.")
    return debut, fin


def est_une_heure(texte: str) -> bool:
    """Ce texte ne dit-il qu'une heure (« 16h », « midi ») ?"""
    return re.fullmatch(_MARQUEE, mots.normaliser(texte)) is not None


def dire(heure: timedelta) -> str:
    """« 18h30 », « 9h »."""
    heures, minutes = divmod(heure // timedelta(minutes=1), 60)
    return f"{heures}h{minutes:02}" if minutes else f"{heures}h"


def dire_de(moment: datetime) -> str:
    """L'heure d'un moment : « 18h30 »."""
    return dire(timedelta(hours=moment.hour, minutes=moment.minute))


#: Ce qui n'a pas toujours la même longueur : `delais.lire_delai` le comprend, une durée non.
AU_CALENDRIER = r"(\d{1,3}) ?(mois|ans?|annees?)"


def lire_duree(texte: str) -> timedelta:
    """« 30 min », « 1h30 », « 2 jours », « une heure et demie » ; `ErreurUsage` si ce n'en est pas une."""
    dit = mots.en_chiffres(mots.normaliser(texte))
    dit = {
        "1 demi-heure": "30 min",
        "une demi-heure": "30 min",
        "1 quart d'heure": "15 min",
        "un quart d'heure": "15 min",
        "trois quarts d'heure": "45 min",
        "3 quarts d'heure": "45 min",
    }.get(dit, dit)
    if jours := re.fullmatch(r"(\d{1,3}) ?(?:j|jours?)", dit):
        duree = timedelta(days=int(jours[1]))
    elif semaines := re.fullmatch(r"(\d{1,2}) ?(?:semaines?|sem)", dit):
        duree = timedelta(weeks=int(semaines[1]))
    elif minutes := re.fullmatch(r"(\d{1,4}) ?(?:m|min|mn|minutes?)", dit):
        duree = timedelta(minutes=int(minutes[1]))
    elif heures := re.fullmatch(
        r"(\d{1,3}) ?(?:h|u|heures?) ?(?:([0-5]?\d) ?(?:m|min|mn|minutes?)?|(et demie?)|(et quart))?", dit
    ):
        reste = 30 if heures[3] else 15 if heures[4] else int(heures[2] or 0)
        duree = timedelta(hours=int(heures[1]), minutes=reste)
    elif (long := re.fullmatch(AU_CALENDRIER, dit)) and int(long[1]):
        jours_dits = min(int(long[1]) * (30 if long[2] == "mois" else 365), 999)
        raise ErreurUsage(
            f"« {texte[:60]} » : une durée se compte ici en minutes, en heures, en jours ou en semaines.",
            f"Dire combien de jours : {jours_dits} jours.",
        )
    else:
        duree = timedelta()
    if not duree:
        raise ErreurUsage(
            f"« {texte[:60]} » n'est pas une durée.", "Dire par exemple : 30 min, 1h30, 2 jours."
        )
    return duree
