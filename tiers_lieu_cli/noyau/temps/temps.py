"""Le temps du lieu : heures murales, intervalles semi-ouverts, jours dits en français.

Tout créneau est *mural* (sans fuseau) : 19 h reste 19 h à travers un changement
d'heure. Le fuseau n'intervient qu'aux bords, pour l'heure qu'il est et pour les
flux d'agenda.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
UNE_MINUTE = timedelta(minutes=1)
UNE_HEURE = timedelta(hours=1)
UN_JOUR = timedelta(days=1)
UNE_SEMAINE = timedelta(days=7)
#: Au-delà, « 20h-18h30 » est une étourderie plutôt qu'une nuit.
NUIT_LA_PLUS_LONGUE = timedelta(hours=12)
#: La durée de ce qui n'en a pas : un événement venu d'ailleurs peut n'être qu'un instant (RFC 5545 § 3.6.1).
INSTANT = timedelta.resolution
#: La fin de ce qui n'en a pas : elle se compare, et ne s'écrit ni ne se dit jamais.
SANS_FIN = datetime(2200, 1, 1)


class Creneau(msgspec.Struct, frozen=True, order=True):
    """De `debut` inclus à `fin` exclue, en heures murales du lieu.

    `jours_entiers` : le créneau va de minuit à minuit et se dit en jours.
    """

    debut: datetime
    fin: datetime
    jours_entiers: bool = False

    def __post_init__(self) -> None:
        if self.debut.tzinfo is not None or self.fin.tzinfo is not None:
            raise ValueError("un créneau est en heures murales, sans fuseau")
        if self.fin <= self.debut:
            raise ValueError("un créneau finit après avoir commencé")

    @classmethod
    def de_jours(cls, premier: date, dernier: date) -> Creneau:
        """Du `premier` au `dernier` jour, tous deux compris."""
        return cls(minuit(premier), minuit(dernier + UN_JOUR), jours_entiers=True)

    @property
    def duree(self) -> timedelta:
        """De montre à montre ; le temps qui passe vraiment est `duree_reelle`."""
        return self.fin - self.debut

    @property
    def premier_jour(self) -> date:
        return self.debut.date()

    @property
    def dernier_jour(self) -> date:
        """Le dernier jour touché ; un créneau qui finit à minuit ne touche pas le lendemain."""
        return (self.fin - timedelta.resolution).date()

    @property
    def est_sans_fin(self) -> bool:
        """Dure-t-il jusqu'à nouvel ordre ?"""
        return self.fin >= SANS_FIN

    @property
    def est_d_un_jour(self) -> bool:
        """Se dit-il d'un seul jour ? Une soirée de 22 h à 2 h est du jour où elle commence."""
        courte = not self.jours_entiers and self.duree <= NUIT_LA_PLUS_LONGUE
        return courte or self.premier_jour == self.dernier_jour

    def chevauche(self, autre: Creneau) -> bool:
        """Deux créneaux qui se touchent bout à bout ne se chevauchent pas."""
        return self.debut < autre.fin and autre.debut < self.fin


def commun(un: Creneau, autre: Creneau) -> Creneau | None:
    """Le temps que deux créneaux partagent."""
    return Creneau(max(un.debut, autre.debut), min(un.fin, autre.fin)) if un.chevauche(autre) else None


def oter(creneau: Creneau, rendu: Creneau) -> list[Creneau]:
    """Ce qui reste d'un créneau quand on lui ôte un temps : zéro, un ou deux morceaux."""
    if not creneau.chevauche(rendu):
        return [creneau]
    bouts = ((creneau.debut, rendu.debut), (rendu.fin, creneau.fin))
    entiers = creneau.jours_entiers and rendu.jours_entiers
    return [Creneau(debut, fin, entiers) for debut, fin in bouts if debut < fin]


def jours(du: date, au: date) -> Iterator[date]:
    """Du premier au dernier jour, compris."""
    return (du + timedelta(days=n) for n in range((au - du).days + 1))


def lire_bornes(debut: str, fin: str, *, instant: bool = False) -> Creneau:
    """Le créneau que deux bornes écrites désignent ; `instant` : elles peuvent être le même moment."""
    try:
        if len(debut) == len(fin) == len("2026-11-24"):
            return Creneau.de_jours(date.fromisoformat(debut), date.fromisoformat(fin))
        if len(debut) == len(fin):
            bornes = datetime.fromisoformat(debut), datetime.fromisoformat(fin)
            return Creneau(
                bornes[0], bornes[1] + (INSTANT if instant and bornes[0] == bornes[1] else timedelta())
            )
    except (ValueError, OverflowError):
        pass
    for borne in (debut, fin):
        jour_ou_moment(borne)
    if len(debut) != len(fin):
        raise ValueError("« debut » et « fin » sont deux jours, ou deux moments (2026-11-24T18:30)")
    raise ValueError(f"« {debut} » à « {fin} » n'est pas un moment qui commence puis finit")


def ecrire_bornes(creneau: Creneau) -> tuple[str, str]:
    """Les deux bornes d'un créneau, comme la fiche les écrit ; ce qui n'a pas de fin n'en écrit pas."""
    if creneau.est_sans_fin:
        entier = creneau.debut == minuit(creneau.premier_jour)
        return creneau.debut.isoformat(timespec="minutes")[: 10 if entier else None], ""
    if creneau.jours_entiers:
        return creneau.premier_jour.isoformat(), creneau.dernier_jour.isoformat()
    return creneau.debut.isoformat(timespec="minutes"), creneau.fin.isoformat(timespec="minutes")


def a_taper(creneau: Creneau) -> str:
    """Le créneau en un mot, que toute commande relit : « 2026-11-26T14:00/2026-11-26T16:00 »."""
    debut, fin = ecrire_bornes(creneau)
    return f"{debut}..{fin}" if creneau.jours_entiers else f"{debut}/{fin}"


def ecrire_heure(depuis_minuit: timedelta) -> str:
    """« 18:30 », comme une fiche l'écrit ; passé minuit, l'heure du lendemain."""
    heures, minutes = divmod(depuis_minuit // UNE_MINUTE, 60)
    return f"{heures % 24:02}:{minutes:02}"


def minuit(jour: date) -> datetime:
    """Le premier instant d'un jour."""
    return datetime.combine(jour, time())


def lundi_de(jour: date) -> date:
    """Le lundi de la semaine (ISO 8601) d'un jour."""
    return jour - timedelta(days=jour.weekday())


def semaine_de(jour: date) -> Creneau:
    """La semaine, du lundi au dimanche, de ce jour."""
    lundi = lundi_de(jour)
    return Creneau.de_jours(lundi, lundi + timedelta(days=6))


def mois_de(jour: date) -> Creneau:
    """Le mois de ce jour."""
    return Creneau.de_jours(jour.replace(day=1), jour.replace(day=jours_du_mois(jour.year, jour.month)))


def jour_court(jour: date) -> str:
    """« mar 24 »."""
    return f"{JOURS[jour.weekday()][:3]} {jour.day}"


def mois_entre(premier: date, dernier: date) -> list[tuple[int, int]]:
    """Les (année, mois) de `premier` à `dernier`, compris."""
    bornes = (premier.year * 12 + premier.month - 1, dernier.year * 12 + dernier.month - 1)
    return [(n // 12, n % 12 + 1) for n in range(bornes[0], bornes[1] + 1)]


def un_mois_avant(jour: date) -> date:
    """Le même quantième du mois d'avant, ramené au dernier jour qui existe."""
    annee, mois = (jour.year, jour.month - 1) if jour.month > 1 else (jour.year - 1, 12)
    return date(annee, mois, min(jour.day, jours_du_mois(annee, mois)))


def tient_dans_son_mois(ident: str, creneau: Creneau) -> bool:
    """Une lecture à fenêtre trouvera-t-elle ce fait dans le dossier de son identifiant ?

    Une fenêtre lit ses mois et celui d'avant : l'identifiant doit nommer le mois de chaque
    jour du fait, ou le précédent.
    """
    range_en = int(ident[:4]) * 12 + int(ident[5:7])
    debut, fin = creneau.debut, creneau.fin
    if debut.year * 12 + debut.month < range_en:
        return False
    # Sa fin suit son dernier jour : le plus souvent, elle suffit à répondre.
    if range_en >= fin.year * 12 + fin.month - 1:
        return True
    dernier = creneau.dernier_jour
    return range_en >= dernier.year * 12 + dernier.month - 1


def jours_du_mois(annee: int, mois: int) -> int:
    """Le nombre de jours d'un mois."""
    return 31 if mois == 12 else (date(annee, mois + 1, 1) - date(annee, mois, 1)).days


def existe(mural: datetime, fuseau: tzinfo) -> bool:
    """Cette heure existe-t-elle ? (02:30 n'existe pas le dernier dimanche de mars.)"""
    premier, second = _decalages(mural, fuseau)
    return premier >= second


def est_double(mural: datetime, fuseau: tzinfo) -> bool:
    """Cette heure a-t-elle lieu deux fois ? (02:30 le dernier dimanche d'octobre.)"""
    premier, second = _decalages(mural, fuseau)
    return premier > second


def _decalages(mural: datetime, fuseau: tzinfo) -> tuple[timedelta, timedelta]:
    """Les deux décalages de cette heure : égaux, sauf autour d'un changement (PEP 495)."""
    avant, apres = (mural.replace(tzinfo=fuseau, fold=pli).utcoffset() for pli in (0, 1))
    return avant or timedelta(), apres or timedelta()


def instant(mural: datetime, fuseau: tzinfo) -> datetime:
    """L'instant (UTC) de cette heure ; celui du changement si elle n'existe pas, le premier si elle a
    lieu deux fois.
    """
    avant, apres = _decalages(mural, fuseau)
    trouve = (mural - avant).replace(tzinfo=UTC)
    if avant >= apres:
        return trouve
    # Le fuseau change entre deux instants : on resserre, à la minute près.
    debut = (mural - apres).replace(tzinfo=UTC)
    while trouve - debut > UNE_MINUTE:
        milieu = (debut + (trouve - debut) / 2).replace(second=0, microsecond=0)
        if milieu.astimezone(fuseau).utcoffset() == avant:
            debut = milieu
        else:
            trouve = milieu
    return trouve


def existante(mural: datetime, fuseau: tzinfo) -> datetime:
    """Cette heure ; si elle n'existe pas, celle qu'on lit à l'instant du changement (03:00 pour 02:30)."""
    return instant(mural, fuseau).astimezone(fuseau).replace(tzinfo=None, fold=0)


def duree_reelle(creneau: Creneau, fuseau: tzinfo) -> timedelta:
    """Le temps qui passe vraiment : de 22 h à 7 h, la nuit où l'on passe à l'heure d'été, huit heures."""
    return max(instant(creneau.fin, fuseau) - instant(creneau.debut, fuseau), timedelta())


def dire_jour(jour: date, aujourdhui: date | None = None) -> str:
    """« mardi 24 novembre » ; l'année n'est dite que si elle n'est pas celle d'`aujourdhui`."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    annee = "" if aujourdhui and jour.year == aujourdhui.year else f" {jour.year}"
    return f"{JOURS[jour.weekday()]} {quantieme} {MOIS[jour.month - 1]}{annee}"


def dire_echeance(du: date, aujourdhui: date) -> str:
    """« en retard de 3 jours », « aujourd'hui », « mardi 1er décembre »."""
    retard = (aujourdhui - du).days
    if retard > 0:
        return f"en retard de {retard} jour{'s' * (retard > 1)}"
    return "aujourd'hui" if not retard else dire_jour(du, aujourdhui)


def dire_heures(creneau: Creneau) -> str:
    """« 18:30–20:00 » ; « 18:30 » seul pour un instant. De ce qui dure des jours, voir `heures_du_jour`."""
    if creneau.duree == INSTANT:
        return f"{creneau.debut:%H:%M}"
    return f"{creneau.debut:%H:%M}–{creneau.fin:%H:%M}"


def heures_du_jour(creneau: Creneau, jour: date) -> str:
    """Ce qu'il prend de ce jour : « 18:30–20:00 », « la journée », « dès 14:00 », « jusqu'à 12:00 »."""
    debute, finit = creneau.premier_jour == jour, creneau.dernier_jour == jour
    if creneau.jours_entiers or (creneau.debut <= minuit(jour) and creneau.fin >= minuit(jour + UN_JOUR)):
        return "la journée"
    if debute and (finit or creneau.duree <= UN_JOUR):
        return dire_heures(creneau)
    return f"dès {creneau.debut:%H:%M}" if debute else f"jusqu'à {creneau.fin:%H:%M}"


def dire_creneau(creneau: Creneau, aujourdhui: date | None = None) -> str:
    """« mardi 24 novembre, 18:30–20:00 » ou « du mercredi 3 au vendredi 5 juin »."""
    premier, dernier = creneau.premier_jour, creneau.dernier_jour
    if creneau.est_sans_fin:
        heure = "" if creneau.debut == minuit(premier) else f" à {creneau.debut:%H:%M}"
        return f"depuis {dire_jour(premier, aujourdhui)}{heure}, jusqu'à nouvel ordre"
    if creneau.jours_entiers:
        if creneau.est_d_un_jour:
            return dire_jour(premier, aujourdhui)
        return f"{_du(premier, dernier, aujourdhui)} au {dire_jour(dernier, aujourdhui)}"
    if creneau.est_d_un_jour:
        return f"{dire_jour(premier, aujourdhui)}, {dire_heures(creneau)}"
    # Minuit est de la veille : « au 25 décembre à minuit ».
    fin = f"{creneau.fin:%H:%M}" if creneau.fin.date() == dernier else "minuit"
    return (
        f"{_du(premier, dernier, aujourdhui)} à {creneau.debut:%H:%M}"
        f" au {dire_jour(dernier, aujourdhui)} à {fin}"
    )


def dire_semaine(fenetre: Creneau) -> str:
    """« semaine du 23 au 29 novembre 2026 »."""
    premier, dernier = fenetre.premier_jour, fenetre.dernier_jour
    mois = f" {MOIS[premier.month - 1]}" if premier.month != dernier.month else ""
    annee = f" {premier.year}" if premier.year != dernier.year else ""
    au = f"{dernier.day} {MOIS[dernier.month - 1]} {dernier.year}"
    return f"semaine du {premier.day}{mois}{annee} au {au}"


def _du(premier: date, dernier: date, aujourdhui: date | None) -> str:
    """Le début d'une période : on tait le mois ou l'année que la fin va dire."""
    if premier.year != dernier.year:
        return f"du {dire_jour(premier)}"
    entier = dire_jour(premier, dernier if aujourdhui is None else aujourdhui)
    if premier.month == dernier.month:
        entier = " ".join(entier.split()[:2])
    return f"du {entier}"


def moment(ecrit: str) -> datetime:
    """L'heure murale qu'une fiche dit ; `ValueError` si ce n'est pas un jour et une heure, sans fuseau."""
    with suppress(ValueError):
        instant = datetime.fromisoformat(ecrit)
        if instant.tzinfo is None and len(ecrit) >= len("2026-11-24T10:12"):
            return instant
    raise ValueError(f"« {ecrit} » n'est pas un moment ; écrire 2026-11-24T10:12")


def exiger_moments(*ecrits: str) -> None:
    """`ValueError` si l'un d'eux, écrit, n'est pas un `moment`."""
    for ecrit in ecrits:
        if ecrit:
            moment(ecrit)


def jour_ou_moment(ecrit: str) -> tuple[date, datetime | None]:
    """Le jour qu'une fiche dit, et son heure murale si elle en dit une ; `ValueError` sinon."""
    try:
        if len(ecrit) == len("2026-11-24"):
            return date.fromisoformat(ecrit), None
        instant = moment(ecrit)
    except ValueError:
        raise ValueError(
            f"« {ecrit} » n'est ni un jour ni un moment ; écrire 2026-11-24, ou 2026-11-24T10:12"
        ) from None
    return instant.date(), instant


def ecrire_moment(quand: datetime) -> str:
    """Ce moment, comme une fiche l'écrit : à la minute, en heure murale."""
    return quand.isoformat(timespec="minutes")
