"""Les dates et les heures comme on les dit : « demain 14h30-16h », « mar. 24/11 », « du 3 au 5 juin ».

Une saisie est comprise, relue à voix haute si elle a deux sens, ou refusée : jamais
devinée. Une date sans année est la prochaine ; passée, elle n'est admise que dite avec
son année, ou avec un `Sens` qui la permet.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage, Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS, UN_JOUR, UNE_SEMAINE, Creneau

LONGUEUR_MAXIMALE = 200
#: Au-delà, « 20h-18h30 » est une étourderie plutôt qu'une nuit.
NUIT_LA_PLUS_LONGUE = timedelta(hours=12)
_AN_MIN, _AN_MAX = 1990, 2100


class Sens(StrEnum):
    """Vers où se lit une date sans année : la prochaine, la dernière, ou la plus proche."""

    A_VENIR = "à venir"
    PASSE = "passé"
    LIBRE = "libre"


class SaisieIncomprise(ErreurUsage):
    """On ne comprend pas : on le dit, et on montre ce qui se comprend."""

    def __init__(self, texte: str, fait: str = "") -> None:
        super().__init__(
            fait or f"« {texte[:60]} » n'est pas une date ou une heure que je comprends.",
            "Dire par exemple : demain 14h30-16h · mar. 24/11 9h-12h · du 3 au 5 juin · 2026-11-24 18h30-20h",
        )


class DatePassee(ErreurUsage):
    """La date est passée, sans doute par mégarde."""

    def __init__(self, dite: str) -> None:
        super().__init__(f"C'est déjà passé : {dite}.", "Si c'est voulu, ajouter --passe, ou donner l'année.")


class PasEncore(ErreurUsage):
    """On note comme arrivé ce qui est encore à venir."""

    def __init__(self, dit: str) -> None:
        super().__init__(f"Ce n'est pas encore arrivé : {dit}.", "Le noter le moment venu, ou revoir la date")


class _Lecteur(msgspec.Struct, frozen=True):
    """Ce qu'il faut savoir pour comprendre une saisie."""

    origine: str
    texte: str
    aujourdhui: date
    sens: Sens

    def incompris(self, fait: str = "") -> SaisieIncomprise:
        return SaisieIncomprise(self.origine, fait)

    def ambigu(self, question: str, morceau: str, choix: tuple[tuple[str, str], ...]) -> SaisieAmbigue:
        """Relire : chaque choix remplace `morceau` dans la saisie entière."""
        lectures = (Lecture(libelle, self.texte.replace(morceau, exact, 1)) for libelle, exact in choix)
        return SaisieAmbigue(self.origine, question, tuple(lectures))


def lire_jour(texte: str, maintenant: datetime, sens: Sens = Sens.A_VENIR) -> date:
    """Le jour dit ; `ErreurUsage` s'il ne se comprend pas ou s'il est passé sans qu'on l'admette."""
    lecteur = _lecteur(texte, maintenant, sens)
    jour, annee_dite = _jour(lecteur, lecteur.texte)
    if sens is Sens.A_VENIR and not annee_dite and jour < lecteur.aujourdhui:
        raise DatePassee(temps.dire_jour(jour))
    return jour


def lire_creneau(
    texte: str,
    maintenant: datetime,
    fuseau: tzinfo,
    *,
    sens: Sens = Sens.A_VENIR,
    duree: timedelta | None = None,
) -> Creneau:
    """Le créneau dit, jours entiers s'il n'y a pas d'heure ; `duree` vaut quand la fin n'est pas dite."""
    lecteur = _lecteur(texte, maintenant, sens)
    creneau, annee_dite = _creneau(lecteur, duree)
    if sens is Sens.A_VENIR and not annee_dite and creneau.fin <= maintenant:
        raise DatePassee(temps.dire_creneau(creneau))
    for instant in (creneau.debut, creneau.fin) if not creneau.jours_entiers else ():
        if not temps.existe(instant, fuseau):
            raise lecteur.incompris(
                f"{instant:%H:%M} n'existe pas {temps.dire_jour(instant.date())} :"
                " cette nuit-là, on passe à l'heure d'été."
            )
    return creneau


def lire_moment(texte: str, maintenant: datetime, fuseau: tzinfo, sens: Sens) -> datetime | date:
    """Un instant dit (« 9h15 », « hier 14h »), ou un jour si l'heure n'est pas dite."""
    creneau = lire_creneau(texte, maintenant, fuseau, sens=sens, duree=timedelta(minutes=1))
    if sens is Sens.PASSE and creneau.debut > maintenant:
        raise PasEncore(temps.dire_creneau(creneau))
    return creneau.premier_jour if creneau.jours_entiers else creneau.debut


def lire_jour_venu(texte: str, maintenant: datetime) -> date:
    """Le jour dit, aujourd'hui ou avant : on ne note pas ce qui n'a pas encore eu lieu."""
    jour = lire_jour(texte, maintenant, Sens.PASSE)
    if jour > maintenant.date():
        raise PasEncore(temps.dire_jour(jour))
    return jour


def lire_periode(du: str, au: str, maintenant: datetime) -> tuple[date, date]:
    """Du premier au dernier jour dits, compris ; sans premier jour, depuis lundi."""
    dernier = lire_jour(au, maintenant, Sens.PASSE)
    premier = lire_jour(du, maintenant, Sens.PASSE) if du else temps.lundi_de(dernier)
    if premier > dernier:
        # « du 1/11 au 30/11 », dit le 24 : un quantième suit le début, fût-il encore à venir.
        depuis = _lecteur(au, temps.minuit(premier), Sens.A_VENIR)
        with suppress(SaisieIncomprise):
            dernier, _ = _quantieme(depuis, depuis.texte.removeprefix("le "))
    if premier > dernier:
        raise SaisieIncomprise(f"{du} {au}", "La période finit avant de commencer.")
    return premier, dernier


def lire_duree(texte: str) -> timedelta:
    """« 30 min », « 1h30 », « 2 jours » ; `ErreurUsage` sinon, ou si elle est nulle."""
    dit = normaliser(texte)
    if jours := re.fullmatch(r"(\d{1,3}) ?(?:j|jours?)", dit):
        duree = timedelta(days=int(jours[1]))
    elif minutes := re.fullmatch(r"(\d{1,4}) ?(?:m|min|mn|minutes?)", dit):
        duree = timedelta(minutes=int(minutes[1]))
    elif heures := re.fullmatch(r"(\d{1,3}) ?(?:h|heures?) ?(?:([0-5]?\d) ?(?:m|min|mn)?)?", dit):
        duree = timedelta(hours=int(heures[1]), minutes=int(heures[2] or 0))
    else:
        duree = timedelta()
    if not duree:
        raise ErreurUsage(
            f"« {texte[:60]} » n'est pas une durée.", "Dire par exemple : 30 min, 1h30, 2 jours."
        )
    return duree


# -- les mots -----------------------------------------------------------------

_SEMAINE = "|".join(f"{jour}|{jour[:3]}" for jour in JOURS)
_MOIS_NUS = tuple(
    "".join(c for c in unicodedata.normalize("NFKD", mois) if not unicodedata.combining(c)) for mois in MOIS
)
_ABREGES = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_MOIS = "|".join(sorted({*_MOIS_NUS, *_ABREGES, "jan", "fev", "sep"}, key=len, reverse=True))
HEURE = r"(?:\d{1,2} ?h(?: ?[0-5]\d)?|\d{1,2}:[0-5]\d|midi|minuit)"
#: De quelle heure à quelle heure vont le matin, l'après-midi et le soir d'une salle.
_PARTIES = {"matin": (8, 12), "apres-midi": (13, 18), "soir": (18, 23), "journee": (8, 18)}
_PARTIE = re.compile(
    r"(?P<jour>.*?)(?:^|[ ,])(?:ce |cet |cette |le |l'|en |la )?"
    r"(?P<nom>matin|apres-midi|soir|journee)(?:ee)?",
)
_RELATIFS = {
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "auj": 0,
    "demain": 1,
    "apres-demain": 2,
    "apres demain": 2,
    "hier": -1,
    "avant-hier": -2,
    "avant hier": -2,
}


def normaliser(texte: str) -> str:
    """Minuscules, sans accent, un seul tiret, un seul blanc ; refuse ce qui n'est pas du texte court."""
    if len(texte) > LONGUEUR_MAXIMALE or any(
        unicodedata.category(c) in ("Cc", "Cs", "Cf") or (c.isdigit() and not c.isascii()) for c in texte
    ):
        raise SaisieIncomprise("".join(c for c in texte if c.isprintable()))
    propre = "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c)).lower()
    propre = re.sub(r"[–—‒−→]|->", "-", propre.replace("’", "'"))
    return re.sub(r"\s+", " ", propre).strip()


def _lecteur(texte: str, maintenant: datetime, sens: Sens) -> _Lecteur:
    return _Lecteur(texte, normaliser(texte), maintenant.date(), sens)


# -- les jours ----------------------------------------------------------------


def _jour(lecteur: _Lecteur, dit: str) -> tuple[date, bool]:
    """Le jour, et s'il a été dit avec son année."""
    nu = dit.strip(" ,").removeprefix("le ")
    if nu.rstrip(".") in _RELATIFS:
        return _decaler(lecteur, timedelta(days=_RELATIFS[nu.rstrip(".")])), False
    if loin := re.fullmatch(r"(dans|il y a) (\d{1,4}) (jours?|semaines?)", nu):
        pas = UN_JOUR if loin[3].startswith("jour") else UNE_SEMAINE
        return _decaler(lecteur, int(loin[2]) * pas * (1 if loin[1] == "dans" else -1)), False
    if semaine := re.fullmatch(r"(?:la )?semaine (prochaine|derniere)", nu):
        pas = UNE_SEMAINE if semaine[1] == "prochaine" else -UNE_SEMAINE
        return temps.lundi_de(lecteur.aujourdhui) + pas, False
    if iso := re.fullmatch(rf"(?:(?P<sem>{_SEMAINE})\.? )?(\d{{4}})-(\d{{2}})-(\d{{2}})", nu):
        jour = _date(lecteur, _annee(lecteur, iso[2]), int(iso[3]), int(iso[4]))
        return _accorder(lecteur, nu, iso["sem"], jour), True
    if seul := re.fullmatch(rf"({_SEMAINE})\.?(?: (prochain|dernier))?", nu):
        return _jour_de_semaine(lecteur, seul[1], seul[2]), False
    return _quantieme(lecteur, nu)


def _quantieme(lecteur: _Lecteur, nu: str) -> tuple[date, bool]:
    """« mar. 24 », « 24/11 », « 24 novembre 2026 »."""
    chiffres = r"(?P<jour>\d{1,2}|1er)[/.-](?P<num>\d{1,2})(?:[/.-](?P<an1>\d{4}|\d{2}))?"
    lettres = rf"(?P<jour2>\d{{1,2}}|1er)(?: (?P<mois>{_MOIS})\.?(?: (?P<an2>\d{{4}}))?)?"
    trouve = re.fullmatch(rf"(?:(?P<sem>{_SEMAINE})\.? )?(?:{chiffres}|{lettres})", nu)
    if not trouve:
        raise lecteur.incompris()
    quantieme = int((trouve["jour"] or trouve["jour2"]).removesuffix("er"))
    annee = trouve["an1"] or trouve["an2"]
    if trouve["num"] or trouve["mois"]:
        mois = int(trouve["num"]) if trouve["num"] else _numero_du_mois(trouve["mois"])
        jour = _avec_annee(lecteur, quantieme, mois, annee)
    elif trouve["sem"]:
        jour = _dans_les_mois(lecteur, quantieme)
    else:
        raise lecteur.incompris(f"« {nu} » : il manque le mois.")
    return _accorder(lecteur, nu, trouve["sem"], jour), annee is not None


def _avec_annee(lecteur: _Lecteur, quantieme: int, mois: int, annee: str | None) -> date:
    if annee:
        return _date(lecteur, _annee(lecteur, annee if len(annee) == 4 else f"20{annee}"), mois, quantieme)
    # Une année bissextile au plus est à huit ans (autour de 2100) : le 29 février se trouve.
    _date(lecteur, 2024, mois, quantieme)
    jour = lecteur.aujourdhui
    possibles = [
        date(an, mois, quantieme)
        for an in range(jour.year - 8, jour.year + 9)
        if quantieme <= temps.jours_du_mois(an, mois)
    ]
    return _du_bon_cote(lecteur, possibles)


def _dans_les_mois(lecteur: _Lecteur, quantieme: int) -> date:
    """« mardi 24 » : le 24 du mois le plus proche dans le bon sens."""
    if not 1 <= quantieme <= 31:
        raise lecteur.incompris(f"Il n'y a pas de {quantieme} dans un mois.")
    jour = lecteur.aujourdhui
    rangs = range(jour.year * 12 + jour.month - 3, jour.year * 12 + jour.month + 3)
    mois = [(n // 12, n % 12 + 1) for n in rangs]
    return _du_bon_cote(
        lecteur, [date(an, m, quantieme) for an, m in mois if quantieme <= temps.jours_du_mois(an, m)]
    )


def _du_bon_cote(lecteur: _Lecteur, possibles: list[date]) -> date:
    """Parmi des dates sans année : la prochaine, la dernière, ou la plus proche, aujourd'hui compris."""
    jour = lecteur.aujourdhui
    if lecteur.sens is Sens.A_VENIR:
        return min(d for d in possibles if d >= jour)
    if lecteur.sens is Sens.PASSE:
        return max(d for d in possibles if d <= jour)
    return min(possibles, key=lambda d: (abs(d - jour), d))


def _jour_de_semaine(lecteur: _Lecteur, nom: str, suite: str | None) -> date:
    """« lundi » est le plus proche dans le bon sens ; « prochain » exclut aujourd'hui."""
    jour = lecteur.aujourdhui
    ecart = (_numero_du_jour(nom) - jour.weekday()) % 7
    if suite == "prochain":
        return jour + timedelta(days=ecart or 7)
    if suite == "dernier" or (suite is None and lecteur.sens is Sens.PASSE and ecart):
        return jour + timedelta(days=ecart - 7)
    return jour + timedelta(days=ecart)


def _accorder(lecteur: _Lecteur, morceau: str, nom: str | None, jour: date) -> date:
    """Le jour de la semaine dit doit être celui de la date ; sinon on relit les deux."""
    if nom is None or _numero_du_jour(nom) == jour.weekday():
        return jour
    voulu = temps.lundi_de(jour) + timedelta(days=_numero_du_jour(nom))
    cite = {d: f"{JOURS[d.weekday()]} {d.day}" for d in (voulu, jour)}
    if voulu.month != jour.month:
        cite = {d: f"{dit} {MOIS[d.month - 1]}" for d, dit in cite.items()}
    premier, second = sorted(cite)
    dit = temps.dire_jour(jour).split(maxsplit=1)[1]
    raise lecteur.ambigu(
        f"Le {dit} est un {JOURS[jour.weekday()]}. {cite[premier].capitalize()} ou {cite[second]} ?",
        morceau,
        tuple((temps.dire_jour(d), d.isoformat()) for d in (premier, second)),
    )


def _decaler(lecteur: _Lecteur, ecart: timedelta) -> date:
    try:
        jour = lecteur.aujourdhui + ecart
    except OverflowError:
        raise lecteur.incompris() from None
    _annee(lecteur, str(jour.year))
    return jour


def _date(lecteur: _Lecteur, annee: int, mois: int, quantieme: int) -> date:
    if not 1 <= mois <= 12:
        raise lecteur.incompris(f"Il n'y a pas de mois {mois}.")
    dernier = temps.jours_du_mois(annee, mois)
    if not 1 <= quantieme <= dernier:
        raise lecteur.incompris(
            f"{MOIS[mois - 1].capitalize()} n'a pas de {quantieme} : il finit le {dernier}."
        )
    return date(annee, mois, quantieme)


def _annee(lecteur: _Lecteur, texte: str) -> int:
    if not _AN_MIN <= int(texte) <= _AN_MAX:
        raise lecteur.incompris(f"L'année {texte} est hors de l'histoire du lieu ({_AN_MIN} à {_AN_MAX}).")
    return int(texte)


def _numero_du_jour(nom: str) -> int:
    return next(n for n, jour in enumerate(JOURS) if jour[:3] == nom[:3])


def _numero_du_mois(nom: str) -> int:
    return next(n for n, mois in enumerate(_MOIS_NUS, start=1) if mois.startswith(nom.rstrip(".")))


# -- les créneaux -------------------------------------------------------------


def _creneau(lecteur: _Lecteur, duree: timedelta | None) -> tuple[Creneau, bool]:
    dit = lecteur.texte
    if iso := re.fullmatch(r"(\d{4}-\d\d-\d\d)t(\d\d:\d\d)/(\d{4}-\d\d-\d\d)t(\d\d:\d\d)", dit):
        return _de_a(lecteur, (iso[1], iso[2]), (iso[3], iso[4]))
    if jours := re.fullmatch(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", dit):
        return _de_a(lecteur, (jours[1], ""), (jours[2], ""))
    if periode := re.fullmatch(rf"du (.+?)(?:,? a)?( {HEURE})? au (.+?)(?:,? a)?( {HEURE})?", dit):
        return _de_a(lecteur, (periode[1], periode[2] or ""), (periode[3], periode[4] or ""))
    if partie := _PARTIE.fullmatch(dit.replace("apres midi", "apres-midi")):
        return _partie(lecteur, partie["jour"].strip(" ,"), partie["nom"])
    heures = re.fullmatch(
        rf"(?P<jour>.*?)(?:^|[ ,])(?:a |de |entre )?(?P<debut>{HEURE})"
        rf"(?: ?(?:-|a|et) ?(?P<fin>{HEURE}))?(?: pendant (?P<duree>.+))?",
        dit,
    )
    if heures is None:
        jour, annee_dite = _jour(lecteur, dit)
        return Creneau.de_jours(jour, jour), annee_dite
    jour, annee_dite = (
        _jour(lecteur, heures["jour"]) if heures["jour"].strip(" ,") else (lecteur.aujourdhui, False)
    )
    debut = temps.minuit(jour) + _heure(lecteur, heures["debut"])
    if heures["fin"]:
        return Creneau(debut, _fin(lecteur, jour, debut, heures["fin"])), annee_dite
    pendant = lire_duree(heures["duree"]) if heures["duree"] else duree
    if pendant is None:
        raise lecteur.incompris(f"« {lecteur.origine} » : il manque l'heure de fin.")
    return Creneau(debut, debut + pendant), annee_dite


def _partie(lecteur: _Lecteur, dit: str, nom: str) -> tuple[Creneau, bool]:
    """« mardi après-midi », « ce soir »."""
    jour, annee_dite = _jour(lecteur, dit) if dit else (lecteur.aujourdhui, False)
    debut, fin = (temps.minuit(jour) + timedelta(hours=heure) for heure in _PARTIES[nom])
    return Creneau(debut, fin), annee_dite


def _de_a(lecteur: _Lecteur, premier: tuple[str, str], dernier: tuple[str, str]) -> tuple[Creneau, bool]:
    """« du 3 au 5 juin », « du 3 juin 18h au 5 juin 12h » : le début emprunte à la fin ce qu'il tait."""
    fin, annee_dite = _jour(lecteur, dernier[0])
    debut = _debut(lecteur, premier[0], fin)
    if bool(premier[1]) != bool(dernier[1]):
        raise lecteur.incompris(f"« {lecteur.origine} » : donner les deux heures, ou aucune.")
    if debut > fin:
        raise lecteur.incompris(f"« {lecteur.origine} » finit avant de commencer.")
    if not premier[1]:
        return Creneau.de_jours(debut, fin), annee_dite
    bornes = (
        temps.minuit(debut) + _heure(lecteur, premier[1]),
        temps.minuit(fin) + _heure(lecteur, dernier[1], de_fin=True),
    )
    if bornes[0] >= bornes[1]:
        raise lecteur.incompris(f"« {lecteur.origine} » finit avant de commencer.")
    return Creneau(*bornes), annee_dite


def _debut(lecteur: _Lecteur, dit: str, fin: date) -> date:
    """Le premier jour d'une période : « 3 » ou « mercredi 3 » sont du mois de la fin, ou d'avant."""
    seul = re.fullmatch(
        rf"(?:(?P<sem>{_SEMAINE})\.? )?(?P<jour>\d{{1,2}}|1er)(?: (?P<mois>{_MOIS})\.?|/(?P<num>\d\d?))?", dit
    )
    if not seul:
        return _jour(lecteur, dit)[0]
    mois = int(seul["num"]) if seul["num"] else _numero_du_mois(seul["mois"]) if seul["mois"] else fin.month
    annee = fin.year - 1 if mois > fin.month else fin.year
    return _accorder(
        lecteur, dit, seul["sem"], _date(lecteur, annee, mois, int(seul["jour"].removesuffix("er")))
    )


def _heure(lecteur: _Lecteur, dite: str, *, de_fin: bool = False) -> timedelta:
    """L'heure depuis minuit ; 24 h et minuit ferment un jour."""
    dite = dite.strip()
    if dite in ("midi", "minuit"):
        return timedelta(hours=12 if dite == "midi" else 24 if de_fin else 0)
    heures, _, minutes = dite.replace("h", ":").replace(" ", "").partition(":")
    total = timedelta(hours=int(heures), minutes=int(minutes or 0))
    if total > UN_JOUR or (total == UN_JOUR and not de_fin):
        raise lecteur.incompris(f"« {dite} » n'est pas une heure de la journée (0h à 23h59).")
    return total


def _fin(lecteur: _Lecteur, jour: date, debut: datetime, dite: str) -> datetime:
    """L'heure de fin : du même jour, ou de la nuit qui suit."""
    fin = temps.minuit(jour) + _heure(lecteur, dite, de_fin=True)
    if fin > debut:
        return fin
    lendemain = fin + UN_JOUR
    if lendemain - debut > NUIT_LA_PLUS_LONGUE:
        raise lecteur.incompris(f"« {lecteur.origine} » finit avant de commencer.")
    return lendemain
