"""Une série lue dans un .ics : sa règle telle quelle, ou la nôtre si elle donne les mêmes dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda import lecteur_champs as champs
from tiers_lieu_cli.noyau.agenda.lecteur_champs import Fuseaux, Illisible, Moment
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Champ, Composant
from tiers_lieu_cli.noyau.temps import recurrence, regle_etrangere, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import (
    JOURS_RFC,
    ecrire_les_parties,
    lire_les_parties,
    lire_rrule,
)
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

#: Tous les combien une règle peut donner des dates : jusqu'à une par heure.
_RYTHMES = frozenset({"HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_PAR_JOUR = 24
_NOTRES = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"})
_AN = 366 * UN_JOUR
#: Une suite qui change de jour et que rien ne sait dire est prise date par date, jusque-là.
_SUITE = 5 * _AN
_DATES_COMPAREES = 2_000
#: Au-delà (« 99991231 »), une fin est une façon de n'en pas dire.
_SANS_FIN = 9_000


class Lue(msgspec.Struct, kw_only=True):
    """Une règle en train d'être lue, aux heures du fuseau de son premier moment."""

    depart: Moment
    duree: tuple[str, str]
    regles: list[str]
    regles_otees: list[str]
    ajouts: set[datetime]
    otees: set[datetime]
    #: La durée propre d'une date ajoutée (RDATE;VALUE=PERIOD).
    periodes: dict[datetime, timedelta]
    avis: list[str]

    def texte(self, zones: Fuseaux, lieu: ZoneInfo) -> str:
        """Cette règle, écrite comme une fiche la garde ; voir `regle_etrangere`."""
        d = self.depart
        parametres = (
            ";VALUE=DATE" if d.est_un_jour else f";TZID={d.tzid}" if d.tzid not in ("", "UTC") else ""
        )
        z = "Z" if d.tzid == "UTC" else ""
        lignes = [f"DTSTART{parametres}:{_ecrire(d.mural, d.est_un_jour)}{z}"]
        if self.duree[0]:
            lignes.append(":".join(self.duree))
        lignes += [f"RRULE:{regle}" for regle in self.regles]
        lignes += [f"EXRULE:{regle}" for regle in self.regles_otees]
        for nom, dates in (("RDATE", self.ajouts), ("EXDATE", self.otees)):
            if dates:
                lignes.append(f"{nom}:{','.join(_ecrire(m, d.est_un_jour) for m in sorted(dates))}")
        lignes.append(f"X-WR-TIMEZONE:{lieu.key}")
        return "\n".join(filter(None, [*lignes, zones.definition(d.tzid)]))

    def au_mur(self, quand: Moment, lieu: ZoneInfo) -> datetime:
        """Ce moment, au mur du fuseau de la règle ; un jour y prend l'heure de la règle."""
        d = self.depart
        if d.est_un_jour:
            mural = quand.mural if quand.est_un_jour else quand.au(lieu).astimezone(lieu)
            return datetime.combine(mural.date(), time())
        if quand.est_un_jour:
            return datetime.combine(quand.mural.date(), d.mural.time())
        if quand.fuseau is None or (d.fuseau is None and quand.fuseau == lieu):
            return quand.mural
        return quand.au(lieu).astimezone(d.fuseau or lieu).replace(tzinfo=None, fold=0)


def lire(e: Composant, zones: Fuseaux, lieu: ZoneInfo) -> Lue:
    """La règle de cet événement ; `Illisible` si l'outil ne peut la suivre."""
    depart = champs.moment(e.champs["DTSTART"][0], zones)
    lue = Lue(
        depart=depart,
        duree=duree_de(e, depart, zones, lieu),
        regles=[r for c in e.champs.get("RRULE", ()) if (r := _regle(c, depart))],
        regles_otees=[r for c in e.champs.get("EXRULE", ()) if (r := _regle(c, depart))],
        ajouts=set(),
        otees=set(),
        periodes={},
        avis=[],
    )
    perdues = 0
    for nom, dates in (("RDATE", lue.ajouts), ("EXDATE", lue.otees)):
        for champ in e.champs.get(nom, ()):
            lus, illisibles = champs.moments(champ, zones)
            perdues += illisibles
            for debut, fin in lus:
                mural = lue.au_mur(debut, lieu)
                dates.add(mural)
                if fin is not None and nom == "RDATE":
                    lue.periodes[mural] = fin if isinstance(fin, timedelta) else fin.au(lieu) - debut.au(lieu)
    if not (lue.regles or lue.ajouts):
        # De ses dates ajoutées, aucune ne se comprend : il reste la sienne.
        lue.ajouts.add(depart.mural)
    if perdues:
        lue.avis.append(f"{perdues} de ses dates ajoutées ou ôtées ne se comprennent pas")
    return lue


def duree_de(e: Composant, depart: Moment, zones: Fuseaux, lieu: ZoneInfo) -> tuple[str, str]:
    """Comment sa durée est écrite (DTEND, au mur du fuseau du début, ou DURATION), et sa valeur."""
    if "DURATION" in e.champs and "DTEND" not in e.champs:
        ecrite = e.valeur("DURATION").removeprefix("+")
        champs.durees(ecrite)
        return "DURATION", ecrite
    if "DTEND" not in e.champs:
        return "", ""
    fin = champs.moment(e.champs["DTEND"][0], zones)
    if not (depart.est_un_jour or fin.est_un_jour or fin.fuseau in (None, depart.fuseau)):
        # Un vol part d'un fuseau et arrive dans un autre : sa durée est réelle.
        secondes = int((fin.au(lieu) - depart.au(lieu)).total_seconds())
        if secondes < 0:
            raise Illisible("il finit avant de commencer")
        return "DURATION", f"PT{secondes}S"
    mural = fin.mural
    if mural < depart.mural:
        raise Illisible("il finit avant de commencer")
    if mural - depart.mural > 3660 * UN_JOUR:
        raise Illisible("sa durée est démesurée")
    return "DTEND", _ecrire(mural, depart.est_un_jour)


def _regle(champ: Champ, depart: Moment) -> str:
    """La règle, sans ce qui n'y change rien ; `Illisible` si l'outil ne la suit pas."""
    brute = re.sub(r"\s", "", champ.valeur).upper().strip(";")
    if not all(re.fullmatch(r"[A-Z-]+=[A-Z0-9,+:-]+", partie) for partie in brute.split(";")):
        raise Illisible("sa répétition ne se comprend pas")
    lues = dict(partie.split("=", 1) for partie in brute.split(";"))
    if lues.pop("RSCALE", "GREGORIAN") != "GREGORIAN" or lues.pop("SKIP", "OMIT") != "OMIT":
        raise Illisible("il se répète selon un autre calendrier que le nôtre")
    lues = {nom: valeur for nom, valeur in lues.items() if not nom.startswith("X-")}
    if lues.get("FREQ") not in _RYTHMES:
        raise Illisible("il se répète à un rythme que l'outil n'admet pas")
    heure = depart.mural
    for nom, deja in (("BYHOUR", heure.hour), ("BYMINUTE", heure.minute), ("BYSECOND", heure.second)):
        if depart.est_un_jour or lues.get(nom) in (str(deja), f"{deja:02}"):
            lues.pop(nom, None)
    combien = [len(lues[nom].split(",")) if nom in lues else 1 for nom in ("BYHOUR", "BYMINUTE", "BYSECOND")]
    par_jour = _PAR_JOUR if lues["FREQ"] == "HOURLY" and "BYHOUR" not in lues else combien[0]
    if par_jour * combien[1] * combien[2] > _PAR_JOUR:
        raise Illisible("il se répète plusieurs fois par heure")
    try:
        if int(lues.get("INTERVAL", "1")) < 1 or int(lues.get("COUNT", "1")) < 0:
            raise ValueError
        if jusque := lues.get("UNTIL"):
            lues["UNTIL"] = re.sub("[-:]", "", jusque)
            if regle_etrangere.lire_moment(lues["UNTIL"]).year > _SANS_FIN:
                del lues["UNTIL"]
    except ValueError:
        raise Illisible("sa règle de répétition est impossible") from None
    if int(lues.get("COUNT", "0")) > regle_etrangere.DATES_COMPTEES:
        del lues["COUNT"]
    return ecrire_les_parties(lues)


def _ecrire(mural: datetime, est_un_jour: bool) -> str:
    return f"{mural:%Y%m%d}" if est_un_jour else f"{mural:%Y%m%dT%H%M%S}"


# -- la recurrence ------------------------------------------------------------


def recurrence_de(lue: Lue, zones: Fuseaux, lieu: ZoneInfo) -> Recurrence:
    """La règle, dans nos mots si elle donne exactement les mêmes dates, sinon telle qu'elle est écrite."""
    texte = lue.texte(zones, lieu)
    comprise = regle_etrangere.lire(texte)
    premiere = next(regle_etrangere.dates(texte, date.min, date.max), None)
    if premiere is None:
        raise Illisible("sa règle ne donne aucune date")
    fin = regle_etrangere.fin(comprise)
    telle_quelle = Recurrence(regle=texte, du=str(premiere.jour), au=str(fin) if fin else "")
    notre = _dans_nos_mots(lue, comprise.date(lue.depart.mural).creneau, fin)
    return notre if notre is not None and _memes_dates(notre, telle_quelle) else telle_quelle


def _dans_nos_mots(lue: Lue, creneau: Creneau, fin: date | None) -> Recurrence | None:
    """La même série, dans notre règle ; à comparer avant d'y croire."""
    if len(lue.regles) != 1 or lue.regles_otees:
        return None
    parties = lire_les_parties(lue.regles[0])
    for nom in ("COUNT", "UNTIL", "WKST"):
        parties.pop(nom, None)
    if set(parties) - _NOTRES:
        return None
    heures = ("", "") if creneau.jours_entiers else (f"{creneau.debut:%H:%M}", f"{creneau.fin:%H:%M}")
    try:
        regle = str(lire_rrule(ecrire_les_parties(parties)))
        nue = Recurrence(
            regle=regle,
            du=str(creneau.premier_jour),
            au=str(max(fin, creneau.premier_jour)) if fin else "",
            debut=heures[0],
            fin=heures[1],
        )
        if nue.creneau(creneau.premier_jour) != creneau:
            return None
    except ValueError:
        return None
    ajouts = {m.date() for m in lue.ajouts}
    hors = tuple(sorted(str(jour) for jour in ajouts if not recurrence.est_une_date(nue, jour)))
    pleine = structs.replace(nue, ajouts=hors)
    sautees = (m.date() for m in sorted(lue.otees) if recurrence.est_une_date(pleine, m.date()))
    return structs.replace(pleine, ecarts={str(jour): Ecart(quoi=Quoi.SAUTE) for jour in sautees})


def _memes_dates(notre: Recurrence, leur: Recurrence) -> bool:
    """Les deux donnent-elles les mêmes dates, les premières années et autour de maintenant ?"""
    du = min(date.fromisoformat(leur.du), date.fromisoformat(notre.du))
    debuts = [du - 7 * UN_JOUR, *(date.fromisoformat(j) for j in notre.ajouts)]
    fins = [date.fromisoformat(r.au) for r in (notre, leur) if r.au]
    fenetres = [Creneau.de_jours(debut, debut + 6 * _AN) for debut in debuts]
    if fins:
        fenetres.append(Creneau.de_jours(max(fins) - _AN, max(fins) + _AN))
    else:
        fenetres.append(Creneau.de_jours(du + 60 * _AN, du + 66 * _AN))
    return all(_vues(notre, fenetre) == _vues(leur, fenetre) for fenetre in fenetres)


def _vues(r: Recurrence, fenetre: Creneau) -> list[tuple[str, Creneau]]:
    # Aux bords, chacun compte à sa façon une nuit qui les chevauche.
    trouvees = recurrence.occurrences(r, fenetre)
    return [
        (o.cle, o.creneau) for o in islice(trouvees, _DATES_COMPAREES) if o.creneau.debut >= fenetre.debut
    ]


# -- celle-ci et les suivantes ------------------------------------------------


def est_prevue(lue: Lue, prevu: datetime, zones: Fuseaux, lieu: ZoneInfo) -> bool:
    """La règle donne-t-elle cette date, fût-elle ôtée ensuite ?"""
    comprise = regle_etrangere.lire(structs.replace(lue, otees=set()).texte(zones, lieu))
    return prevu in regle_etrangere.murales(comprise, prevu.date(), prevu.date())


def suite(lue: Lue, rang: Moment, nouvelle: Lue, zones: Fuseaux, lieu: ZoneInfo) -> tuple[Lue, timedelta]:
    """La règle de « celle-ci et les suivantes » (RANGE=THISANDFUTURE), et de combien elles sont décalées."""
    prevu = lue.au_mur(rang, lieu)
    decalage = lue.au_mur(nouvelle.depart, lieu) - prevu
    comprise = regle_etrangere.lire(lue.texte(zones, lieu))
    base = structs.replace(
        nouvelle,
        regles=[_avec_une_fin(comprise, r, decalage) for r in lue.regles],
        regles_otees=[],
        ajouts={m + decalage for m in lue.ajouts if m >= prevu},
        otees={m + decalage for m in lue.otees if m >= prevu},
        periodes={},
        avis=list(lue.avis),
    )
    jours = (temps.minuit((prevu + decalage).date()) - temps.minuit(prevu.date())).days
    meme_fuseau = nouvelle.depart.tzid == lue.depart.tzid
    tournees = [_tourner(r, jours) for r in base.regles]
    if meme_fuseau and not lue.regles_otees and all(tournees):
        return structs.replace(base, regles=[r for r in tournees if r]), decalage
    murales = _une_a_une(comprise, prevu)
    if len(murales) == regle_etrangere.DATES_COMPTEES or not _est_finie(lue):
        base.avis.append(f"ses dates d'après le {prevu:%d/%m/%Y} sont prises une à une, cinq ans durant")
    decalees = {m + decalage for m in murales if m not in lue.otees}
    return structs.replace(base, regles=[], ajouts=decalees, otees=set()), decalage


def _est_finie(lue: Lue) -> bool:
    return all("UNTIL=" in r or "COUNT=" in r for r in lue.regles)


def _une_a_une(comprise: regle_etrangere.Etrangere, prevu: datetime) -> list[datetime]:
    loin = min(prevu + _SUITE, datetime(9990, 1, 1))
    toutes = regle_etrangere.murales(comprise, prevu.date(), loin.date())
    return sorted(m for m in toutes if m >= prevu)[: regle_etrangere.DATES_COMPTEES]


def _avec_une_fin(comprise: regle_etrangere.Etrangere, regle: str, decalage: timedelta) -> str:
    """La règle, dont un compte devient une fin : une partie de ses dates est déjà passée."""
    parties = lire_les_parties(regle)
    dernieres = regle_etrangere.comptees(comprise, regle)
    if "COUNT" in parties and dernieres:
        del parties["COUNT"]
        parties["UNTIL"] = _ecrire(dernieres[-1] + decalage, comprise.jours_entiers)
    elif jusque := parties.get("UNTIL"):
        fin = regle_etrangere.dernier_moment(comprise, jusque) + decalage
        parties["UNTIL"] = _ecrire(fin, comprise.jours_entiers)
    return ecrire_les_parties(parties)


def _tourner(regle: str, jours: int) -> str:
    """La même règle, décalée d'autant de jours ; vide si aucune ne le dit."""
    parties = lire_les_parties(regle)
    parties_de_jours = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "BYHOUR", "BYMINUTE"}
    if jours == 0 and not parties.keys() & {"BYHOUR", "BYMINUTE"}:
        return regle
    if parties.keys() & parties_de_jours or parties["FREQ"] not in ("DAILY", "WEEKLY"):
        return ""
    if "BYDAY" in parties:
        if re.search(r"\d", parties["BYDAY"]):
            return ""
        rangs = (JOURS_RFC.index(jour) for jour in parties["BYDAY"].split(","))
        parties["BYDAY"] = ",".join(JOURS_RFC[(rang + jours) % 7] for rang in rangs)
        if parties["FREQ"] == "WEEKLY" and int(parties.get("INTERVAL", "1")) > 1:
            debut = JOURS_RFC.index(parties.get("WKST", "MO"))
            parties["WKST"] = JOURS_RFC[(debut + jours) % 7]
    return ecrire_les_parties(parties)


# -- retrouver une date -------------------------------------------------------


def cle_de(lue: Lue, r: Recurrence, prevu: datetime, zones: Fuseaux, lieu: ZoneInfo) -> str | None:
    """Sous quelle clé la série range la date prévue à ce moment du fuseau de la règle ; `None` : aucune."""
    attendue = regle_etrangere.lire(lue.texte(zones, lieu)).date(prevu)
    for jour in (attendue.jour, attendue.jour - UN_JOUR, attendue.jour + UN_JOUR):
        for o in _prevues(r, jour):
            if o.creneau.debut == attendue.creneau.debut:
                return o.cle
    return None


def _prevues(r: Recurrence, jour: date) -> Iterator[recurrence.Occurrence]:
    nue = structs.replace(r, ecarts={cle: e for cle, e in r.ecarts.items() if e.quoi is Quoi.SAUTE})
    return (o for o in recurrence.occurrences(nue, Creneau.de_jours(jour, jour)) if o.jour == jour)


def creneau_reel(debut: datetime, duree: timedelta, comprise: regle_etrangere.Etrangere) -> Creneau:
    """Le créneau d'une date ajoutée qui a sa propre durée."""
    instant = debut.replace(tzinfo=comprise.fuseau)
    return regle_etrangere.au_lieu(instant, instant.astimezone(UTC) + duree, comprise.lieu)
