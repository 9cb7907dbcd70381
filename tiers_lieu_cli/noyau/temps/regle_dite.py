"""Les règles comme on les dit : « chaque mardi 19h-21h sauf vacances scolaires », « le 1er samedi du mois ».

Lire, et redire : ce que `dire` écrit se relit à l'identique.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Noms
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence, premiere
from tiers_lieu_cli.noyau.temps.regle_ecrite import Frequence, Regle, lire_rrule
from tiers_lieu_cli.noyau.temps.temps import JOURS, MOIS
from tiers_lieu_cli.noyau.texte import en_tirets

FERIES = "feries"
VACANCES = "vacances-scolaires"
NATURES = (VACANCES, FERIES)

_JOUR = "(?:" + "|".join(f"{jour}s?|{jour[:3]}" for jour in JOURS) + ")"
_ET = r"(?:, ?| et | )(?:les? )?"
_JOURS = rf"{_JOUR}(?:{_ET}{_JOUR})*"
_RANGS = {
    "1er": 1,
    "premier": 1,
    "2e": 2,
    "2eme": 2,
    "deuxieme": 2,
    "second": 2,
    "3e": 3,
    "3eme": 3,
    "troisieme": 3,
    "4e": 4,
    "4eme": 4,
    "quatrieme": 4,
    "5e": 5,
    "cinquieme": 5,
    "dernier": -1,
    "avant-dernier": -2,
}
_RANG = "(?:" + "|".join(sorted(_RANGS, key=len, reverse=True)) + ")s?"
_NOMBRES = {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "huit": 8, "dix": 10, "quinze": 15}
_NOMBRE = rf"(?P<n>{'|'.join(_NOMBRES)}|\d{{1,3}})"
_NOMS_DE_MOIS = {saisie.normaliser(mois): rang for rang, mois in enumerate(MOIS, start=1)}
_MOIS = "(?:" + "|".join(_NOMS_DE_MOIS) + ")"
_PENDANT = r"pendant (?:\d{1,2} ?(?:h|heures?)(?: ?\d{1,2}(?: ?mi?n)?)?|\d{1,3} ?(?:mn|min(?:utes)?))"
_HEURES = re.compile(
    rf",? ?(?:a |de |entre )?\b({saisie.HEURE}(?: ?(?:-|a|et) ?{saisie.HEURE})?(?: {_PENDANT})?)"
)
_SAISON = re.compile(rf",? (?:de |d')({_MOIS}) a ({_MOIS})\b")
_EN = re.compile(rf",? en ({_MOIS}(?:(?:, ?| et ){_MOIS})*)")
_QUANTIEMES = r"(?:\d{1,2}|1er)(?:(?:, ?| et )(?:le )?(?:\d{1,2}|1er))*"
_OUVRABLES = tuple((0, jour) for jour in range(5))
_EXEMPLES = (
    "Dire par exemple : chaque mardi 19h-21h · un jeudi sur deux 14h-16h · le 1er samedi du mois 10h-12h · "
    "chaque mercredi 14h-17h sauf vacances scolaires."
)
_PERIODES = (
    "Les nommer d'abord : tl espace periode feries --annee 2027 · "
    "tl espace periode vacances-scolaires --du 21/12 --au 3/1"
)


class RegleIncomprise(ErreurUsage):
    """On ne comprend pas la règle : on le dit, et on montre ce qui se comprend."""

    def __init__(self, texte: str, fait: str = "", remede: str = "") -> None:
        super().__init__(
            fait or f"« {texte[:80]} » n'est pas une règle que je comprends.", remede or _EXEMPLES
        )


class RegleDite(msgspec.Struct, frozen=True):
    """Une règle comprise : la RRULE, les heures (HH:MM, vides pour la journée) et les jours exclus."""

    regle: str
    debut: str
    fin: str
    sauf: tuple[str, ...]


def lire_recurrence(
    texte: str, du: date, au: date | None, *, duree: timedelta | None = None, natures: Noms[str] = NATURES
) -> Recurrence:
    """La série dite, du premier jour de la règle à partir de `du`, jusqu'à `au` compris."""
    dite = lire_regle(texte, duree=duree, natures=natures)
    depart = premiere(dite.regle, du)
    if depart is None or (au is not None and depart > au):
        fin = f" et {temps.dire_jour(au)}" if au else ""
        raise RegleIncomprise(texte, f"« {texte} » ne donne aucune date entre {temps.dire_jour(du)}{fin}.")
    return Recurrence(
        regle=dite.regle,
        du=str(depart),
        au=str(au) if au else "",
        debut=dite.debut,
        fin=dite.fin,
        sauf=dite.sauf,
    )


def lire_regle(texte: str, *, duree: timedelta | None = None, natures: Noms[str] = NATURES) -> RegleDite:
    """La règle dite ; `RegleIncomprise` sinon. `natures` : les jours qu'on peut exclure par leur nom."""
    dit = saisie.normaliser(texte)
    heures = _HEURES.search(dit)
    debut, fin = _lire_heures(texte, heures[1], duree) if heures else ("", "")
    if heures:
        dit = dit[: heures.start()] + dit[heures.end() :]
    quand, _, exceptions = dit.partition("sauf ")
    sauf, mois_exclus = _lire_exceptions(texte, exceptions, natures)
    quand, mois = _lire_mois(quand.strip(" ,"))
    if mois_exclus:
        mois = tuple(m for m in mois or range(1, 13) if m not in mois_exclus)
    regle = _lire_quand(quand)
    if regle is None:
        raise RegleIncomprise(texte)
    if mois:
        regle = msgspec.structs.replace(regle, mois=mois)
    try:
        lire_rrule(str(regle))
    except ValueError:
        raise RegleIncomprise(texte) from None
    return RegleDite(str(regle), debut, fin, sauf)


def _lire_heures(texte: str, dites: str, duree: timedelta | None) -> tuple[str, str]:
    """Les heures se lisent comme celles d'un créneau, un jour où toutes existent."""
    jour = datetime(2026, 1, 5)
    try:
        creneau = saisie.lire_creneau(f"2026-01-05 {dites}", jour, ZoneInfo("UTC"), duree=duree)
    except ErreurUsage as faute:
        raise RegleIncomprise(texte, faute.fait.replace("2026-01-05 ", "")) from None
    return f"{creneau.debut:%H:%M}", f"{creneau.fin:%H:%M}"


def _lire_exceptions(texte: str, dites: str, natures: Noms[str]) -> tuple[tuple[str, ...], set[int]]:
    sauf: list[str] = []
    mois: set[int] = set()
    for dite in filter(None, re.split(r", ?| et ", dites.strip(" ,"))):
        nue = re.sub(r"^(?:pendant |durant |en |les |le |aux |jours? |au mois de )+", "", dite)
        if nue in _NOMS_DE_MOIS:
            mois.add(_NOMS_DE_MOIS[nue])
            continue
        nature = {"vacances": VACANCES}.get(nue) or en_tirets(nue, "")
        if nature not in natures:
            connues = ", ".join([*map(dire_nature, natures), "un mois"])
            raise RegleIncomprise(
                texte,
                f"« sauf {dite} » : le lieu ne nomme pas ces jours (il connaît : {connues}).",
                _PERIODES,
            )
        sauf.append(nature)
    return tuple(dict.fromkeys(sauf)), mois


def _lire_mois(quand: str) -> tuple[str, tuple[int, ...]]:
    """La règle sans sa saison (« de septembre à juin », « en mai et juin »), et les mois de celle-ci."""
    if saison := _SAISON.search(quand):
        premier, dernier = _NOMS_DE_MOIS[saison[1]], _NOMS_DE_MOIS[saison[2]]
        combien = (dernier - premier) % 12 + 1
        mois = tuple(sorted((premier - 1 + n) % 12 + 1 for n in range(combien)))
        return (quand[: saison.start()] + quand[saison.end() :]).strip(" ,"), mois
    if en := _EN.search(quand):
        nommes = tuple(sorted({_NOMS_DE_MOIS[m] for m in re.findall(_MOIS, en[1])}))
        return (quand[: en.start()] + quand[en.end() :]).strip(" ,"), nommes
    return quand, ()


def _lire_quand(quand: str) -> Regle | None:
    """Les jours : par semaine, par mois, par an, par jour."""
    nu = re.sub(r"^(?:chaque|tous les|toutes les|les|le) ", "", quand)
    return _par_semaine(quand, nu) or _par_mois(quand) or _par_an(quand) or _par_jour(quand)


def _par_semaine(quand: str, nu: str) -> Regle | None:
    if re.fullmatch(rf"{_JOURS}", nu):
        return Regle(Frequence.SEMAINE, 1, _jours(nu))
    if re.fullmatch(r"jours? ouvrables?|en semaine", nu):
        return Regle(Frequence.SEMAINE, 1, _OUVRABLES)
    if re.fullmatch(r"week-?ends?", nu):
        return Regle(Frequence.SEMAINE, 1, ((0, 5), (0, 6)))
    if suite := re.fullmatch(rf"du ({_JOUR}) au ({_JOUR})", quand):
        premier, dernier = (_jours(mot)[0][1] for mot in suite.groups())
        etendue = range((dernier - premier) % 7 + 1)
        return Regle(Frequence.SEMAINE, 1, tuple(sorted((0, (premier + n) % 7) for n in etendue)))
    if un_sur := re.fullmatch(rf"un ({_JOUR}) sur {_NOMBRE}", quand):
        return Regle(Frequence.SEMAINE, _nombre(un_sur["n"]), _jours(un_sur[1]))
    semaines = rf"(?:toutes les {_NOMBRE} semaines|une semaine sur {_NOMBRE.replace('<n>', '<m>')})"
    if toutes := re.fullmatch(rf"{semaines},?(?: (?:les? )?({_JOURS}))?", quand):
        return Regle(Frequence.SEMAINE, _nombre(toutes["n"] or toutes["m"]), _jours(toutes[3] or ""))
    if quinzaine := re.fullmatch(rf"tous les (?:15|quinze) jours,?(?: (?:les? )?({_JOURS}))?", quand):
        return Regle(Frequence.SEMAINE, 2, _jours(quinzaine[1] or ""))
    return None


def _par_mois(quand: str) -> Regle | None:
    tous = re.match(rf"(?:tous les {_NOMBRE} mois|un mois sur {_NOMBRE.replace('<n>', '<m>')}),? ", quand)
    intervalle = _nombre(tous["n"] or tous["m"]) if tous else 1
    reste = quand[tous.end() :] if tous else re.sub(r"^chaque mois,? |(?<! de),? chaque mois$", "", quand)
    au_mois = reste != quand
    nu = re.sub(r",? (?:du|de chaque|par) mois$", "", reste)
    au_mois |= nu != reste
    nu = re.sub(r"^(?:chaque|les?|tous les) ", "", nu)
    if not au_mois:
        return None
    if rangs := re.fullmatch(rf"({_RANG}(?:(?:, ?| et )(?:le )?{_RANG})*) ({_JOUR})", nu):
        ((_, jour),) = _jours(rangs[2])
        lus = [_RANGS.get(mot) or _RANGS[mot.removesuffix("s")] for mot in re.findall(_RANG, rangs[1])]
        return Regle(Frequence.MOIS, intervalle, tuple((rang, jour) for rang in dict.fromkeys(lus)))
    if re.fullmatch(r"derniers? jours? ouvrables?", nu):
        return Regle(Frequence.MOIS, intervalle, _OUVRABLES, position=-1)
    if re.fullmatch(r"(?:premiers?|1er) jours? ouvrables?", nu):
        return Regle(Frequence.MOIS, intervalle, _OUVRABLES, position=1)
    if nu == "dernier jour":
        return Regle(Frequence.MOIS, intervalle, quantiemes=(-1,))
    if re.fullmatch(_QUANTIEMES, nu):
        quantiemes = tuple(sorted({int(n) for n in re.findall(r"\d+", nu)}))
        return Regle(Frequence.MOIS, intervalle, quantiemes=quantiemes)
    return None


def _par_an(quand: str) -> Regle | None:
    trouve = re.fullmatch(rf"(?:chaque annee|tous les ans),? le (\d{{1,2}}|1er) ({_MOIS})", quand)
    if not trouve:
        return None
    return Regle(
        Frequence.AN, quantiemes=(int(trouve[1].removesuffix("er")),), mois=(_NOMS_DE_MOIS[trouve[2]],)
    )


def _par_jour(quand: str) -> Regle | None:
    if quand in ("chaque jour", "tous les jours"):
        return Regle(Frequence.JOUR)
    trouve = re.fullmatch(rf"tous les {_NOMBRE} jours", quand)
    return Regle(Frequence.JOUR, _nombre(trouve["n"])) if trouve else None


def _jours(dits: str) -> tuple[tuple[int, int], ...]:
    nus = (mot[:3] for mot in re.findall(_JOUR, dits))
    abreges = [jour[:3] for jour in JOURS]
    return tuple(sorted({(0, abreges.index(nu)) for nu in nus}))


def _nombre(dit: str) -> int:
    return _NOMBRES.get(dit) or int(dit)


# -- redire -------------------------------------------------------------------


def dire(recurrence: Recurrence) -> str:
    """« chaque mardi, 19:00–21:00, sauf vacances scolaires » ; se relit par `lire_regle`."""
    regle = lire_rrule(recurrence.regle)
    annuelle = regle.frequence is Frequence.AN
    quand = _dire_an(regle, recurrence) if annuelle else _dire_jours(regle, recurrence)
    exclus = [dire_nature(nature) for nature in recurrence.sauf]
    absents = [m for m in range(1, 13) if regle.mois and m not in regle.mois]
    if regle.mois and not annuelle:
        if len(absents) <= 2:
            exclus += [MOIS[m - 1] for m in absents]
        else:
            quand += f" en {_lister([MOIS[m - 1] for m in regle.mois])}"
    heures = f", {recurrence.debut}–{recurrence.fin}" if recurrence.debut else ""
    return f"{quand}{heures}" + (f", sauf {_lister(exclus)}" if exclus else "")


def dire_nature(nature: str) -> str:
    """Une sorte de jours, comme on la dit."""
    return "jours fériés" if nature == FERIES else nature.replace("-", " ")


def _dire_an(regle: Regle, recurrence: Recurrence) -> str:
    depart = date.fromisoformat(recurrence.du)
    simple = not (regle.jours or regle.position) and len(regle.quantiemes) < 2 and len(regle.mois) < 2
    if not simple or regle.intervalle > 1:
        return f"selon la règle {recurrence.regle}"
    quantieme = (regle.quantiemes or (depart.day,))[0]
    return f"chaque année, le {_quantieme(quantieme)} {MOIS[(regle.mois or (depart.month,))[0] - 1]}"


def _dire_jours(regle: Regle, recurrence: Recurrence) -> str:
    n = regle.intervalle
    noms = [JOURS[jour] for _, jour in regle.jours]
    if regle.frequence is Frequence.JOUR:
        if noms:
            return f"selon la règle {recurrence.regle}"
        return "chaque jour" if n == 1 else f"tous les {n} jours"
    if regle.frequence is Frequence.SEMAINE:
        noms = noms or [JOURS[date.fromisoformat(recurrence.du).weekday()]]
        if n > 1:
            return f"toutes les {n} semaines, le {_lister(noms)}"
        return "chaque jour ouvrable" if regle.jours == _OUVRABLES else f"chaque {_lister(noms)}"
    return _dire_mois(regle, recurrence)


def _dire_mois(regle: Regle, recurrence: Recurrence) -> str:
    suite = "du mois" if regle.intervalle == 1 else ""
    tete = "le " if regle.intervalle == 1 else f"tous les {regle.intervalle} mois, le "
    rangs = {valeur: mot for mot, valeur in reversed(_RANGS.items())}
    if regle.position and regle.jours == _OUVRABLES and regle.position in (1, -1):
        quoi = f"{'premier' if regle.position == 1 else 'dernier'} jour ouvrable"
    elif regle.position or (regle.jours and regle.quantiemes):
        return f"selon la règle {recurrence.regle}"
    elif regle.jours:
        jours = {jour for _, jour in regle.jours}
        if len(jours) > 1 or not all(rang in rangs for rang, _ in regle.jours):
            return f"selon la règle {recurrence.regle}"
        quoi = f"{_lister([rangs[rang] for rang, _ in regle.jours])} {JOURS[jours.pop()]}"
    else:
        jours_du_mois = regle.quantiemes or (date.fromisoformat(recurrence.du).day,)
        if jours_du_mois != (-1,) and min(jours_du_mois) < 0:
            return f"selon la règle {recurrence.regle}"
        quoi = "dernier jour" if jours_du_mois == (-1,) else _lister([_quantieme(q) for q in jours_du_mois])
    return f"{tete}{quoi} {suite}".strip()


def _quantieme(jour: int) -> str:
    return "1er" if jour == 1 else str(jour)


def _lister(mots: list[str]) -> str:
    return " et ".join(filter(None, [", ".join(mots[:-1]), *mots[-1:]]))
