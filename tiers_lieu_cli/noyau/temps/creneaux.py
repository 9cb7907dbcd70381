"""Toutes les façons de comprendre un moment : un jour et ses heures, d'un jour à l'autre, une période.

Rien n'est choisi ici : une saisie qui se lit de deux façons donne deux lectures, et l'on demandera.
Une lecture que le jour de la semaine contredit (`doute`) cède devant une autre.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, tzinfo
from functools import partial

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import heures, jours, mots, periodes, reperes, temps
from tiers_lieu_cli.noyau.temps.heures import Heure, Plage
from tiers_lieu_cli.noyau.temps.mots import SEMAINE
from tiers_lieu_cli.noyau.temps.refus import SaisieIncomprise
from tiers_lieu_cli.noyau.temps.reperes import Jours, Repere, Sens
from tiers_lieu_cli.noyau.temps.temps import NUIT_LA_PLUS_LONGUE, UN_JOUR, UNE_HEURE, UNE_MINUTE, Creneau

_ISO = r"\d{4}-\d\d-\d\d"
#: « 18:30-20:00 » est une plage ; « T18:30-05:00 » un décalage, qui ne passe jamais 14 heures.
_DECALAGE = r"(?:0\d|1[0-4]):?\d\d\b"
_MOMENT_ISO = rf"({_ISO})(?:t| (?=\d\d:\d\d(?::00)?(?:z|\+)))(\d\d:\d\d)(?::00(?:\.0+)?)?(z|[+-]{_DECALAGE})?"
_ENTRE_DEUX = r" ?(?: au| a| jusqu'au| jusqu'a| jusque|-| et|/|\.\.) ?"
_PREFIXE = r"(?:depuis |a partir |entre )?(?:du |de |d'|les |le )?"


class Cadre(msgspec.Struct, frozen=True):
    """Ce qu'il faut savoir pour comprendre. `duree` vaut quand la fin n'est pas dite.

    `est_la_fin` : on dit la fin de quelque chose ; minuit ferme alors le jour.
    """

    origine: str
    maintenant: datetime
    sens: Sens
    fuseau: tzinfo
    duree: timedelta | None = None
    est_la_fin: bool = False

    @property
    def repere(self) -> Repere:
        return Repere(self.maintenant.date(), self.sens)


class Lu(msgspec.Struct, frozen=True):
    """Une façon de comprendre : le créneau, et ce qu'il faudrait taper pour ne dire que cela."""

    creneau: Creneau
    exact: str
    plein: bool = False
    doute: str = ""

    @property
    def dit(self) -> str:
        """Comme on le relit ; l'heure seule, si la fin n'est pas dite."""
        if self.creneau.jours_entiers or "-" in self.exact[11:] or "/" in self.exact:
            return temps.dire_creneau(self.creneau)
        return f"{temps.dire_jour(self.creneau.premier_jour)}, {self.creneau.debut:%H:%M}"


def lire(texte: str, cadre: Cadre) -> list[Lu]:
    """Toutes les façons de comprendre ce texte ; `SaisieIncomprise` s'il n'y en a aucune."""
    dit = _en_heure_du_lieu(mots.en_chiffres(mots.normaliser(texte)), cadre.fuseau)
    lus: list[Lu] = []
    fautes: list[ErreurUsage] = []
    for essai in _essais(dit, cadre):
        try:
            lus += essai()
        except ErreurUsage as faute:
            fautes.append(faute)
    if lus:
        return lus
    precise = (f for f in fautes if not isinstance(f, SaisieIncomprise) or f.precise)
    raise next(precise, SaisieIncomprise(cadre.origine))


def _essais(dit: str, cadre: Cadre) -> Iterator[Callable[[], list[Lu]]]:
    coupes = [m.start() + 1 for m in re.finditer(r"[ ,](?=[^ ,])", dit)]
    for coupe in (0, *coupes):
        yield partial(_jour_et_heures, dit[:coupe], dit[coupe:], cadre)
    for coupe in coupes:
        yield partial(_jour_et_heures, dit[coupe:], dit[:coupe].strip(" ,"), cadre)
    for entre in re.finditer(_ENTRE_DEUX, dit):
        yield partial(_de_a, dit[: entre.start()], entre[0].strip(), dit[entre.end() :], cadre)
    yield partial(_jusqu_a, dit, cadre)
    yield partial(_d_ici, dit, cadre)
    yield partial(_partie, dit, cadre)
    yield partial(_jours_entiers, dit, cadre)


def _en_heure_du_lieu(dit: str, fuseau: tzinfo) -> str:
    """« 2026-11-24t17:30z » dit avec un décalage devient l'heure du lieu."""

    def au_lieu(trouve: re.Match[str]) -> str:
        try:
            instant = datetime.fromisoformat(f"{trouve[1]}T{trouve[2]}{(trouve[3] or '').upper()}")
            local = instant.astimezone(fuseau) if instant.tzinfo else instant
        except (ValueError, OverflowError):
            return f"{trouve[1]} {trouve[2]}"
        return f"{local:%Y-%m-%d %H:%M}"

    return re.sub(_MOMENT_ISO, au_lieu, dit)


# -- un jour ------------------------------------------------------------------


def _jour_et_heures(jour_dit: str, heures_dites: str, cadre: Cadre) -> list[Lu]:
    """« mardi 18h-20h », « 18h-20h mardi », « 14 à 18h », « demain soir 8h »."""
    avant, partie = heures.lire_partie(jour_dit.strip(" ,"))
    plage = heures.lire(heures_dites, partie)
    if plage is None:
        return []
    nu = avant if partie else jour_dit.strip(" ,")
    lus = jours.lire(nu, cadre.repere) if nu else Jours((cadre.repere.jour,))
    if lus is None:
        return []
    trouves = [
        _lu(jour, plage, cadre, lus)
        for jour in lus.possibles
        for jour in _nuits(jour, plage, partie, cadre)  # « samedi minuit » : avant samedi, ou après
    ]
    return trouves + (_ou_des_jours(nu, plage, lus, cadre) if plage.nue else [])


def _nuits(jour: date, plage: Plage, partie: str, cadre: Cadre) -> tuple[date, ...]:
    if not plage.debut.minuit:
        return (jour,)
    ferme = partie == "soir" or (cadre.est_la_fin and plage.fin is None)
    return (jour + UN_JOUR,) if ferme else (jour, jour + UN_JOUR)


def _lu(jour: date, plage: Plage, cadre: Cadre, lus: Jours) -> Lu:
    debut, fin = (temps.minuit(jour) + b for b in heures.bornes(plage, cadre.origine, cadre.duree))
    creneau = _au_lieu(debut, fin, cadre)
    if plage.pendant and plage.pendant < UN_JOUR:
        creneau = _pendant(creneau, plage.pendant, cadre)
    sans_fin = plage.fin is None and plage.pendant is None
    exact = f"{creneau.premier_jour} {heures.dire_de(creneau.debut)}" if sans_fin else _exact(creneau)
    return Lu(creneau, exact, lus.plein, lus.doute)


def _pendant(creneau: Creneau, duree: timedelta, cadre: Cadre) -> Creneau:
    """« 1h pendant 2h », la nuit où l'heure change, dure vraiment deux heures, si cela peut s'écrire."""
    fin = (temps.instant(creneau.debut, cadre.fuseau) + duree).astimezone(cadre.fuseau)
    murale = fin.replace(tzinfo=None, fold=0)
    return creneau if temps.est_double(murale, cadre.fuseau) else Creneau(creneau.debut, murale)


def _ou_des_jours(nu: str, plage: Plage, lus: Jours, cadre: Cadre) -> list[Lu]:
    """« mardi 18-20 », si ce mardi est justement le 18 : peut-être du 18 au 20."""
    premier, dernier = (b // UNE_HEURE for b in heures.bornes(plage, cadre.origine))
    jour = lus.possibles[0]
    if not (re.fullmatch(SEMAINE, nu) and jour.day == premier and premier < dernier):
        return []
    if dernier > temps.jours_du_mois(jour.year, jour.month):
        return []
    creneau = Creneau.de_jours(jour, jour.replace(day=dernier))
    return [Lu(creneau, _exact(creneau), lus.plein)]


def _partie(dit: str, cadre: Cadre) -> list[Lu]:
    """« mardi après-midi », « ce soir »."""
    jour_dit, nom = heures.lire_partie(dit)
    lus = jours.lire(jour_dit, cadre.repere) if jour_dit else Jours((cadre.repere.jour,))
    if not nom or lus is None:
        return []
    debut, fin = (timedelta(hours=heure) for heure in heures.PARTIES[nom])
    creneaux = [Creneau(temps.minuit(jour) + debut, temps.minuit(jour) + fin) for jour in lus.possibles]
    return [Lu(c, _exact(c), lus.plein, lus.doute) for c in creneaux]


def _jours_entiers(dit: str, cadre: Cadre) -> list[Lu]:
    """« demain », « mardi toute la journée », « la semaine prochaine », « décembre 2026 »."""
    nu = re.sub(r"(?:toute la journee|(?:la )?journee entiere)$", "", dit).strip(" ,")
    if lus := jours.lire(nu, cadre.repere):
        un_a_un = [Creneau.de_jours(jour, jour) for jour in lus.possibles]
        return [Lu(c, _exact(c), lus.plein, lus.doute) for c in un_a_un]
    suites = [(Creneau.de_jours(p.premier, p.dernier), p.plein) for p in periodes.lire(nu, cadre.repere)]
    return [Lu(c, _exact(c), plein) for c, plein in suites]


# -- d'un jour à l'autre ------------------------------------------------------


def _de_a(debut_dit: str, lien: str, fin_dite: str, cadre: Cadre) -> list[Lu]:
    """« du 3 au 5 juin », « vendredi 18h à samedi 2h », « 2026-12-03/2026-12-05 »."""
    if lien in ("/", "..") and not all(re.match(_ISO, bout) for bout in (debut_dit, fin_dite)):
        return []
    debut_dit = debut_dit.removeprefix("semaine ")
    prefixe = re.match(_PREFIXE, debut_dit)
    nu = debut_dit[prefixe.end() :] if prefixe else debut_dit
    premier, dernier = _bout(nu), _bout(fin_dite.removeprefix("le "))
    if lien == "-" and (premier[0].isdecimal() and "-" in dernier[0]):
        return []
    paires = list(_paires(premier[0], dernier[0], cadre.repere))
    if paires and (premier[1] is None) is not (dernier[1] is None):
        raise SaisieIncomprise(cadre.origine, f"« {cadre.origine} » : donner les deux heures, ou aucune.")
    trouves: list[Lu] = []
    for debut, fin, plein, doute in paires:
        if lien == "et" and not debut_dit.startswith("entre ") and fin - debut != UN_JOUR:
            raise SaisieIncomprise(cadre.origine, f"« {cadre.origine} » : deux jours qui ne se suivent pas.")
        creneau = _entre(debut, premier[1], fin, dernier[1], cadre)
        # « 18-20 » : ce sont aussi des heures, on demandera.
        nus = lien == "-" and premier[0].isdecimal() and dernier[0].isdecimal()
        trouves.append(Lu(creneau, _exact(creneau), plein, "" if nus else doute))
    return trouves


def _entre(debut: date, de: Heure | None, fin: date, a: Heure | None, cadre: Cadre) -> Creneau:
    if debut > fin:
        raise SaisieIncomprise(cadre.origine, f"« {cadre.origine} » finit avant de commencer.")
    if de is None or a is None:
        return Creneau.de_jours(debut, fin)
    jusqu_a = UN_JOUR if a.minuit and not a.depuis_minuit else a.depuis_minuit
    return _au_lieu(temps.minuit(debut) + de.depuis_minuit, temps.minuit(fin) + jusqu_a, cadre)


def _bout(dit: str) -> tuple[str, Heure | None]:
    """Le jour d'un bout de période, et son heure s'il en a une."""
    return heures.detacher(dit.strip(" ,"))


def _paires(debut_dit: str, fin_dite: str, repere: Repere) -> Iterator[tuple[date, date, bool, str]]:
    """Les (premier, dernier, dits avec leur année, doute) possibles."""
    if re.fullmatch(SEMAINE, fin_dite):
        # « de mardi à jeudi » : le premier jeudi à partir de ce mardi.
        premiers = jours.lire(debut_dit, repere)
        for premier in premiers.possibles if premiers else ():
            suite = jours.lire(fin_dite, Repere(premier, Sens.ENSUITE))
            for dernier in suite.possibles if suite else ():
                yield premier, dernier, bool(premiers and premiers.plein), premiers.doute if premiers else ""
        return
    derniers = jours.lire(fin_dite, repere)
    for dernier in derniers.possibles if derniers else ():
        premiers = jours.emprunter(debut_dit, dernier) or jours.lire(debut_dit, repere)
        for premier in premiers.possibles if premiers else ():
            doute = (premiers.doute if premiers else "") or (derniers.doute if derniers else "")
            yield premier, dernier, bool(derniers and derniers.plein), doute


def _jusqu_a(dit: str, cadre: Cadre) -> list[Lu]:
    """« jusqu'au 5 décembre » : d'aujourd'hui à ce jour, compris."""
    trouve = re.fullmatch(r"(?:jusqu'au|jusqu'a|jusque) (.+)", dit)
    lus = jours.lire(trouve[1], cadre.repere) if trouve else None
    apres = [jour for jour in lus.possibles if jour >= cadre.repere.jour] if lus else []
    creneaux = [Creneau.de_jours(cadre.repere.jour, jour) for jour in apres]
    return [Lu(c, _exact(c), doute=lus.doute if lus else "") for c in creneaux]


def _d_ici(dit: str, cadre: Cadre) -> list[Lu]:
    """« il y a une heure », « dans 20 minutes » : un moment compté de maintenant."""
    trouve = re.fullmatch(r"(dans|il y a) (?P<ecart>.+?)(?: pendant (?P<duree>.+))?", dit)
    if not trouve or not re.search(r"\d ?(?:h|u|min|mn|m)|heure|minute", trouve["ecart"]):
        return []
    ecart = heures.lire_duree(trouve["ecart"]) * (1 if trouve[1] == "dans" else -1)
    maintenant = temps.instant(cadre.maintenant, cadre.fuseau)
    debut = (maintenant + ecart).astimezone(cadre.fuseau).replace(tzinfo=None, fold=0)
    plage = Plage(
        Heure(debut - temps.minuit(debut.date())),
        pendant=heures.lire_duree(trouve["duree"]) if trouve["duree"] else None,
    )
    return [_lu(reperes.exiger_l_histoire(debut.date()), plage, cadre, Jours((debut.date(),)))]


# -- écrire -------------------------------------------------------------------


def _au_lieu(debut: datetime, fin: datetime, cadre: Cadre) -> Creneau:
    """Le créneau, si son début existe ; une fin qui n'existe pas est l'instant du changement d'heure."""
    if cadre.est_la_fin:
        debut = temps.existante(debut, cadre.fuseau)
    elif not temps.existe(debut, cadre.fuseau):
        raise SaisieIncomprise(
            cadre.origine,
            f"{debut:%H:%M} n'existe pas {temps.dire_jour(debut.date())} :"
            " cette nuit-là, on passe à l'heure d'été.",
        )
    fin = temps.existante(max(fin, debut + UNE_MINUTE) if cadre.est_la_fin else fin, cadre.fuseau)
    if fin <= debut:
        raise SaisieIncomprise(cadre.origine, f"« {cadre.origine} » finit avant de commencer.")
    return Creneau(debut, fin)


def _exact(creneau: Creneau) -> str:
    """Ce qu'il faudrait taper pour ne dire que ce créneau."""
    premier, dernier = creneau.premier_jour, creneau.dernier_jour
    if creneau.jours_entiers:
        return f"{premier}" if premier == dernier else f"{premier}..{dernier}"
    if creneau.duree <= NUIT_LA_PLUS_LONGUE:
        return f"{premier} {heures.dire_de(creneau.debut)}-{heures.dire_de(creneau.fin)}"
    return f"{creneau.debut:%Y-%m-%dT%H:%M}/{creneau.fin:%Y-%m-%dT%H:%M}"
