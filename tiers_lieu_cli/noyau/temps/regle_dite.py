"""Les règles comme on les dit : « chaque mardi 19h-21h sauf vacances scolaires », « le 1er samedi du mois ».

Lire, ici ; ce que `regle_redite.dire` écrit se relit à l'identique.
"""

from __future__ import annotations

import re
from collections.abc import Collection as Noms
from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage, Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import heures, mots, temps
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence, premiere
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.regle_ecrite import Frequence, Regle, lire_rrule
from tiers_lieu_cli.noyau.temps.regle_redite import FERIES, NATURES, OUVRABLES, VACANCES, dire, dire_nature
from tiers_lieu_cli.noyau.temps.temps import JOURS
from tiers_lieu_cli.noyau.texte import en_tirets

__all__ = [
    "FERIES",
    "NATURES",
    "VACANCES",
    "RegleDite",
    "RegleIncomprise",
    "dire",
    "dire_nature",
    "lire_recurrence",
    "lire_regle",
]

_JOUR = "(?:" + "|".join(f"{jour}s?|{jour[:3]}\\b\\.?" for jour in JOURS) + ")"
_ET = r"(?:, ?| et | )(?:les? )?"
_JOURS = rf"{_JOUR}(?:{_ET}{_JOUR})*"
_RANG = f"{mots.RANG}s?"
_RANGS = rf"{_RANG}(?:(?:, ?| et )(?:les? |l')?{_RANG})*"
_NOMBRE = rf"(?P<n>{mots.PETITS_NOMBRES}|\d{{1,3}})"
_AUTRE_NOMBRE = _NOMBRE.replace("<n>", "<m>")
_MOIS = mots.NOM_DE_MOIS
_SAISON = rf",? (?:de |d')({_MOIS}) a ({_MOIS})"
_EN = rf",? (?:en |au mois de |au mois d'|du mois de |du mois d'|pendant )({_MOIS}(?:(?:, ?| et |-){_MOIS})*)"
_SAUF = r"\b(?:sauf|hors|excepte|hormis|a l'exception (?:de|des|du)|en dehors (?:de|des|du)) "
_QUANTIEMES = r"(?:\d{1,2}|1er)(?:(?:, ?| et )(?:le )?(?:\d{1,2}|1er))*"
_PARTIE = rf"(?P<jour>{_JOUR}|\b(?:chaque|tous les|les?)) (?P<nom>matin|apres-midi|soir)(?:ee)?s?\b"
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


class _Exceptions(msgspec.Struct, frozen=True):
    """Ce qu'une règle excepte : des jours que le lieu nomme, des mois, des jours de la semaine."""

    natures: tuple[str, ...] = ()
    mois: frozenset[int] = frozenset()
    jours: frozenset[int] = frozenset()


def lire_recurrence(texte: str, du: date, au: date | None, *, natures: Noms[str] = NATURES) -> Recurrence:
    """La série dite, du premier jour de la règle à partir de `du`, jusqu'à `au` compris."""
    dite = lire_regle(texte, natures=natures)
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
    dit = mots.heures_en_chiffres(mots.normaliser(re.sub(r"[()]", " ", texte))).rstrip(" .")
    dit = dit.replace("apres midi", "apres-midi").replace("le premier du mois", "le 1er du mois")
    dit, debut, fin = _lire_heures(texte, dit, duree)
    quand, sauf = (dit[: m.start()], dit[m.end() :]) if (m := re.search(_SAUF, dit)) else (dit, "")
    exceptions = _lire_exceptions(texte, sauf, natures)
    quand, mois = _lire_mois(quand.strip(" ,"))
    _refuser_les_bornes(texte, quand)
    regle = _lire_quand(texte, quand)
    if regle is None:
        raise RegleIncomprise(texte, *_ce_qui_manque(texte, quand))
    regle = _sans_ces_jours(texte, regle, exceptions.jours)
    if exceptions.mois:
        mois = tuple(m for m in mois or range(1, 13) if m not in exceptions.mois)
    if mois and regle.frequence is not Frequence.AN:
        regle = msgspec.structs.replace(regle, mois=mois)
    try:
        lire_rrule(str(regle))
    except ValueError:
        raise RegleIncomprise(texte) from None
    return RegleDite(str(regle), debut, fin, exceptions.natures)


# -- les heures ---------------------------------------------------------------


def _lire_heures(texte: str, dit: str, duree: timedelta | None) -> tuple[str, str, str]:
    """La règle sans ses heures, et celles-ci ; « le mardi soir » en donne aussi."""
    partie = re.search(_PARTIE, dit)
    nom = partie["nom"] if partie else ""
    if partie:
        seule = partie["jour"] if re.match(_JOUR, partie["jour"]) else "chaque jour"
        dit = f"{dit[: partie.start()]}{seule}{dit[partie.end() :]}"
    try:
        if trouvee := heures.trouver(dit, nom):
            plage, depuis, jusque = trouvee
            if plage.debut.minuit:
                raise RegleIncomprise(
                    texte, "« minuit » ouvre un jour et ferme l'autre.", "Dire 0h-2h, et de quel jour."
                )
            debut, fin = heures.bornes(plage, texte, duree)
            dit = f"{dit[:depuis].rstrip(' ,')} {dit[jusque:].lstrip(' ,')}".strip()
            return dit, temps.ecrire_heure(debut), temps.ecrire_heure(fin)
    except SaisieIncomprise as faute:
        raise RegleIncomprise(texte, faute.fait) from None
    if nom:
        de, a = (temps.ecrire_heure(timedelta(hours=heure)) for heure in heures.PARTIES[nom])
        return dit, de, a
    return dit, "", ""


# -- ce qu'elle excepte, ses mois ---------------------------------------------


def _lire_exceptions(texte: str, dites: str, natures: Noms[str]) -> _Exceptions:
    sauf: list[str] = []
    mois: set[int] = set()
    jours: set[int] = set()
    for dite in filter(None, re.split(r", ?| et | ni ", dites.strip(" ,"))):
        nue = re.sub(
            r"^(?:pendant |durant |en |les |le |la |aux |au |du |de |des |d'|jours? |mois de |mois d')+",
            "",
            dite,
        )
        if suite := re.fullmatch(rf"({_MOIS})(?: a |-)({_MOIS})", nue):
            mois |= set(_de_mois_en_mois(suite[1], suite[2]))
        elif re.fullmatch(_MOIS, nue):
            mois.add(mots.numero_du_mois(nue))
        elif re.fullmatch(_JOUR, nue):
            jours.add(mots.numero_du_jour(nue))
        elif re.fullmatch(r"week-?ends?", nue):
            jours |= {5, 6}
        elif re.match(r"\d|1er", nue):
            raise RegleIncomprise(
                texte,
                f"« sauf {dite} » : une règle n'excepte pas une date seule.",
                "La donner sans elle, puis sauter cette date.",
            )
        else:
            nature = {"vacances": VACANCES}.get(nue) or en_tirets(nue, "")
            if nature not in natures:
                connues = ", ".join([*map(dire_nature, natures), "un mois"])
                raise RegleIncomprise(
                    texte,
                    f"« sauf {dite} » : le lieu ne nomme pas ces jours (il connaît : {connues}).",
                    _PERIODES,
                )
            sauf.append(nature)
    return _Exceptions(tuple(dict.fromkeys(sauf)), frozenset(mois), frozenset(jours))


def _sans_ces_jours(texte: str, regle: Regle, exclus: frozenset[int]) -> Regle:
    """« tous les jours sauf le dimanche » : six jours par semaine."""
    if not exclus:
        return regle
    if regle == Regle(Frequence.JOUR):
        regle = Regle(Frequence.SEMAINE, 1, tuple((0, jour) for jour in range(7)))
    restent = tuple((rang, jour) for rang, jour in regle.jours if jour not in exclus)
    if regle.frequence is not Frequence.SEMAINE or not restent or restent == regle.jours:
        dits = ", ".join(JOURS[jour] for jour in sorted(exclus))
        raise RegleIncomprise(texte, f"« sauf {dits} » ne s'accorde pas avec la règle.")
    return msgspec.structs.replace(regle, jours=restent)


def _lire_mois(quand: str) -> tuple[str, tuple[int, ...]]:
    """La règle sans sa saison (« de septembre à juin », « en mai et juin »), et les mois de celle-ci."""
    if saison := re.search(_SAISON, quand):
        mois = tuple(sorted(_de_mois_en_mois(saison[1], saison[2])))
        return (quand[: saison.start()] + quand[saison.end() :]).strip(" ,"), mois
    if en := re.search(_EN, quand):
        nommes = tuple(sorted({mots.numero_du_mois(m) for m in re.findall(_MOIS, en[1])}))
        return (quand[: en.start()] + quand[en.end() :]).strip(" ,"), nommes
    return quand, ()


def _de_mois_en_mois(premier: str, dernier: str) -> list[int]:
    de, a = mots.numero_du_mois(premier), mots.numero_du_mois(dernier)
    return [(de - 1 + n) % 12 + 1 for n in range((a - de) % 12 + 1)]


def _refuser_les_bornes(texte: str, quand: str) -> None:
    if re.search(
        rf"\b(?:jusqu'|a partir d|du \d|au \d|depuis )|\d (?:a|au) \d|\d{{1,2}} {_MOIS} (?:a|au) ", quand
    ):
        raise RegleIncomprise(
            texte,
            f"« {texte[:80]} » : le début et la fin d'une série se disent à part.",
            "Donner la règle seule, et --du 1/9 --au 30/6.",
        )


def _ce_qui_manque(texte: str, quand: str) -> tuple[str, str]:
    """Une règle à moitié dite : ce qu'il faut encore dire."""
    if re.fullmatch(r"(?:chaque|tous les|une fois par) mois|mensuel(?:lement)?", quand):
        return f"« {texte[:80]} » : quel jour du mois ?", "Dire : le 1er samedi du mois · le 15 du mois."
    if re.fullmatch(r"chaque annee|tous les ans|une fois par an", quand):
        return f"« {texte[:80]} » : quel jour de l'année ?", "Dire : chaque année, le 21 juin."
    if re.search(r"semaines? (?:paires?|impaires?)", quand):
        return (
            f"« {texte[:80]} » : une année de 53 semaines suit une semaine impaire d'une autre.",
            "Dire « un mardi sur deux », et --du un mardi de la bonne semaine.",
        )
    return "", ""


# -- les jours ----------------------------------------------------------------


def _lire_quand(texte: str, quand: str) -> Regle | None:
    """Les jours : par semaine, par mois, par an, par jour."""
    nu = re.sub(r"^(?:chaque|tous les|toutes les|les|le) ", "", quand)
    _demander(texte, quand, nu)
    return _par_semaine(quand, nu) or _par_an(quand) or _par_mois(quand) or _par_jour(quand)


def _demander(texte: str, quand: str, nu: str) -> None:
    """Ce qui se dit et a deux sens."""
    if quand in ("tous les 8 jours", "tous les huit jours"):
        choix = (("chaque semaine", "chaque semaine"), ("un jour sur huit", "un jour sur 8"))
    elif nu in ("jours de la semaine", "jour de la semaine"):
        choix = (("chaque jour, dimanche compris", "chaque jour"), ("du lundi au vendredi",) * 2)
    else:
        return
    question = f"« {quand} » : {' ou '.join(libelle for libelle, _ in choix)} ?"
    norme = mots.heures_en_chiffres(mots.normaliser(texte))
    lectures = tuple(Lecture(libelle, norme.replace(quand, exact, 1)) for libelle, exact in choix)
    raise SaisieAmbigue(texte, question, lectures)


def _par_semaine(quand: str, nu: str) -> Regle | None:
    if re.fullmatch(_JOURS, nu):
        return Regle(Frequence.SEMAINE, 1, _jours(nu))
    if nu in ("semaine", "semaines", "hebdomadaire"):
        return Regle(Frequence.SEMAINE)
    if jours := re.fullmatch(rf"(?:chaque|toutes les) semaines?,?(?: (?:les? )?({_JOURS}))", quand):
        return Regle(Frequence.SEMAINE, 1, _jours(jours[1]))
    if re.fullmatch(r"jours? (?:ouvrables?|ouvres?|de semaine)|en semaine", nu):
        return Regle(Frequence.SEMAINE, 1, OUVRABLES)
    if re.fullmatch(r"week-?ends?", nu):
        return Regle(Frequence.SEMAINE, 1, ((0, 5), (0, 6)))
    if suite := re.fullmatch(rf"(?:(?:du|de) )?({_JOUR}) ?(?:au|a|-) ?({_JOUR})", quand):
        premier, dernier = (_jours(mot)[0][1] for mot in suite.groups())
        etendue = range((dernier - premier) % 7 + 1)
        return Regle(Frequence.SEMAINE, 1, tuple(sorted((0, (premier + n) % 7) for n in etendue)))
    return _une_semaine_sur(quand)


def _une_semaine_sur(quand: str) -> Regle | None:
    """« un mardi sur deux », « tous les deux mardis », « le mardi, toutes les deux semaines »."""
    if un_sur := re.fullmatch(
        rf"une? ({_JOUR}) sur {_NOMBRE}|tous les {_AUTRE_NOMBRE} (?P<j>{_JOUR})", quand
    ):
        combien, jour = un_sur["n"] or un_sur["m"], un_sur[1] or un_sur["j"]
        return Regle(Frequence.SEMAINE, _nombre(combien), _jours(jour))
    if week_end := re.fullmatch(rf"un week-?end sur {_NOMBRE}", quand):
        return Regle(Frequence.SEMAINE, _nombre(week_end["n"]), ((0, 5), (0, 6)))
    semaines = (
        rf"(?:toutes les {_NOMBRE} semaines|une semaine sur {_AUTRE_NOMBRE}"
        r"|(?P<quinze>tous les (?:15|quinze) jours)|(?P<huit>tous les (?:8|huit) jours))"
    )
    jours_dits = rf"(?:les? |chaque )?(?P<jours>{_JOURS})"
    toutes = re.fullmatch(rf"{semaines},?(?: {jours_dits})?", quand) or re.fullmatch(
        rf"{jours_dits},? {semaines}", quand
    )
    if not toutes or (toutes["huit"] and not toutes["jours"]):
        return None
    combien = 2 if toutes["quinze"] else 1 if toutes["huit"] else _nombre(toutes["n"] or toutes["m"])
    return Regle(Frequence.SEMAINE, combien, _jours(toutes["jours"] or ""))


def _par_mois(quand: str) -> Regle | None:
    tous = re.match(
        rf"(?:tous les {_NOMBRE} mois|un mois sur {_AUTRE_NOMBRE}|(?P<trimestre>chaque trimestre)),? ", quand
    )
    intervalle = 1
    if tous:
        intervalle = 3 if tous["trimestre"] else _nombre(tous["n"] or tous["m"])
    reste = quand[tous.end() :] if tous else re.sub(r"^(?:chaque|tous les) mois,? ", "", quand)
    reste = re.sub(r"(?<! de),? (?:chaque|tous les) mois$", "", reste)
    nu = re.sub(r",? (?:du|de chaque|par) mois$", "", reste)
    au_mois = nu != quand
    nu = re.sub(r"^(?:(?:chaque|les?|tous les|une fois par mois,? le) |l')", "", nu)
    groupe = rf"{_RANGS} {_JOUR}"
    if re.fullmatch(rf"{groupe}(?:(?:, ?| et )(?:les? |l')?{groupe})*", nu):
        jours = [
            (mots.rang(rang), mots.numero_du_jour(jour))
            for rangs, jour in re.findall(rf"({_RANGS}) ({_JOUR})", nu)
            for rang in re.findall(_RANG, rangs)
        ]
        return Regle(Frequence.MOIS, intervalle, tuple(dict.fromkeys(jours)))
    if not au_mois:
        return None
    if bout := re.fullmatch(r"(premier|1er|dernier)s? jours? (?:ouvrables?|ouvres?)", nu):
        return Regle(Frequence.MOIS, intervalle, OUVRABLES, position=-1 if bout[1] == "dernier" else 1)
    if re.fullmatch(r"derniers? jours?", nu):
        return Regle(Frequence.MOIS, intervalle, quantiemes=(-1,))
    if re.fullmatch(_QUANTIEMES, nu):
        quantiemes = tuple(sorted({int(n) for n in re.findall(r"\d+", nu)}))
        return Regle(Frequence.MOIS, intervalle, quantiemes=quantiemes)
    return None


def _par_an(quand: str) -> Regle | None:
    trouve = re.fullmatch(
        r"(?:chaque annee|tous les ans),? (?:le |l')(?:(?P<q>\d{1,2}|1er) "
        rf"|(?P<rang>{mots.RANG}) (?P<jour>{_JOUR}) (?:de |d'))(?P<mois>{_MOIS})",
        quand,
    )
    if not trouve:
        return None
    mois = (mots.numero_du_mois(trouve["mois"]),)
    if trouve["q"]:
        return Regle(Frequence.AN, quantiemes=(int(trouve["q"].removesuffix("er")),), mois=mois)
    return Regle(
        Frequence.AN, jours=((mots.rang(trouve["rang"]), mots.numero_du_jour(trouve["jour"])),), mois=mois
    )


def _par_jour(quand: str) -> Regle | None:
    if quand in ("chaque jour", "tous les jours", "quotidien", "quotidiennement"):
        return Regle(Frequence.JOUR)
    trouve = re.fullmatch(rf"tous les {_NOMBRE} jours|un jour sur {_AUTRE_NOMBRE}", quand)
    return Regle(Frequence.JOUR, _nombre(trouve["n"] or trouve["m"])) if trouve else None


def _jours(dits: str) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({(0, mots.numero_du_jour(mot)) for mot in re.findall(_JOUR, dits)}))


def _nombre(dit: str) -> int:
    return mots.nombre(dit)
