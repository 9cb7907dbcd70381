"""Une série d'un fichier .ics : d'un bloc, avec ses dates changées, et les suites qu'on en a détachées."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from tiers_lieu_cli.noyau.agenda import lecteur_series
from tiers_lieu_cli.noyau.agenda.agenda_lu import Dit, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.agenda.lecteur_champs import Fuseaux, Illisible
from tiers_lieu_cli.noyau.agenda.lecteur_evenements import dire, evenement
from tiers_lieu_cli.noyau.agenda.lecteur_venus import Lecture, Venu, laisser
from tiers_lieu_cli.noyau.temps import fuseaux, regle_etrangere
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, ecrire_bornes

#: En secondes de calcul : une règle qu'on ne suit pas aussi vite ne se suivrait pas à chaque commande.
_CALCUL_D_UNE_REGLE = 2.0
#: Ce qu'une date d'une série tient d'elle ; si elle en diffère, elle aura sa propre fiche.
_COMMUNS = ("titre", "description", "lieu", "url", "categories", "interne", "brouillon")


class TropDeCalcul(Exception):
    """Une règle qu'on ne suit pas assez vite."""


@contextmanager
def _comprendre() -> Iterator[None]:
    """`Illisible` si une règle ne se comprend pas, ou demande trop de calcul."""
    try:
        with _compter_le_calcul():
            yield
    except TropDeCalcul:
        raise Illisible("sa règle demande trop de calcul") from None
    except fuseaux.MAL_ECRITE:
        raise Illisible("sa répétition ne se comprend pas") from None


@contextmanager
def _compter_le_calcul() -> Iterator[None]:
    """`TropDeCalcul` passé le délai ; sans effet là où le système ne sait pas compter."""

    def arreter(*_: object) -> None:
        raise TropDeCalcul

    if not hasattr(signal, "setitimer"):
        yield
        return
    ancien = signal.signal(signal.SIGVTALRM, arreter)
    signal.setitimer(signal.ITIMER_VIRTUAL, _CALCUL_D_UNE_REGLE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, ancien)


@dataclass
class Morceau:
    """Une série, ou sa suite détachée : sa règle, ce qu'elle dit, à partir de quel moment de la première."""

    venu: Venu
    occurrence: str
    lue: lecteur_series.Lue
    depuis: datetime
    #: De combien ses dates sont décalées par rapport à celles que la première règle prévoyait.
    decalees: list[tuple[Venu, datetime]] = field(default_factory=list)


def garder(maitre: Venu, cle: str, exceptions: list[Venu], lecture: Lecture) -> None:
    """Garder la série d'un bloc, et celles que « celle-ci et les suivantes » en détachent."""
    with _comprendre():
        morceaux = _morceaux(maitre, exceptions, lecture)
        suite = False
        for rang, morceau in enumerate(morceaux):
            suivant = morceaux[rang + 1].depuis if rang + 1 < len(morceaux) else None
            if not suite:
                # Changée dès sa première date, la série n'est que sa suite.
                morceau.occurrence = cle
            suite |= _garder_un_morceau(morceau, suivant, suite, lecture)


def _morceaux(maitre: Venu, exceptions: list[Venu], lecture: Lecture) -> list[Morceau]:
    zones, lieu = lecture.zones, lecture.fuseau
    premiere = lecteur_series.lire(maitre.composant, zones, lieu)
    morceaux = [Morceau(maitre, "", premiere, datetime.min)]
    decalages = [datetime.min - datetime.min]
    for venu in exceptions:
        assert venu.rang is not None and venu.debut is not None
        prevu = premiere.au_mur(venu.rang, lieu)
        if venu.et_les_suivantes() and lecteur_series.est_prevue(premiere, prevu, zones, lieu):
            nouvelle = lecteur_series.lire(venu.composant, zones, lieu)
            lue, decalage = lecteur_series.suite(premiere, venu.rang, nouvelle, zones, lieu)
            morceaux.append(Morceau(venu, venu.rang.cle(lieu), lue, prevu))
            decalages.append(decalage)
        else:
            rang = max(n for n, m in enumerate(morceaux) if m.depuis <= prevu)
            morceaux[rang].decalees.append((venu, prevu + decalages[rang]))
    return morceaux


def _garder_un_morceau(morceau: Morceau, suivant: datetime | None, suite: bool, lecture: Lecture) -> bool:
    """Garder ce morceau ; faux s'il n'a aucune date."""
    zones, lieu, lue = lecture.zones, lecture.fuseau, morceau.lue
    _admettre_les_orphelines(morceau, zones, lieu)
    regle = lecteur_series.recurrence_de(lue, zones, lieu)
    if suivant is not None:
        dernier = regle_etrangere.lire(lue.texte(zones, lieu)).date(suivant).jour - UN_JOUR
        if str(dernier) < regle.du:
            return False
        au = min(filter(None, (regle.au, str(dernier))))
        ecarts = {clef: e for clef, e in regle.ecarts.items() if clef[:10] <= au}
        regle = structs.replace(regle, au=au, ecarts=ecarts)
    dit = dire(morceau.venu, morceau.occurrence, lecture)
    ecarts, a_part = dict(regle.ecarts), dict[str, EvenementLu]()
    versions: dict[str, tuple[int, str]] = {}
    comprise = regle_etrangere.lire(lue.texte(zones, lieu))
    for mural, duree in lue.periodes.items():
        cle = lecteur_series.cle_de(lue, regle, mural, zones, lieu)
        voulu = lecteur_series.creneau_reel(mural, duree, comprise)
        if cle and not comprise.jours_entiers and voulu != comprise.date(mural).creneau:
            ecarts[cle] = _deplacer(voulu)
    for venu, prevu in morceau.decalees:
        cle = lecteur_series.cle_de(lue, regle, prevu, zones, lieu)
        if cle is None:
            continue
        try:
            _excepter(venu, cle, comprise.date(prevu).creneau, dit, ecarts, a_part, lecture)
            versions[cle] = venu.version
        except Illisible as motif:
            laisser(venu.composant, motif, lecture)
    lecture.avis += [f"« {dit.titre} » : {avis}." for avis in lue.avis]
    complete = structs.replace(regle, ecarts=dict(sorted(ecarts.items())))
    lecture.series.append(
        SerieLue(
            **structs.asdict(dit),
            recurrence=complete,
            a_part=a_part,
            versions=versions,
            suite=suite,
        )
    )
    return True


def _admettre_les_orphelines(morceau: Morceau, zones: Fuseaux, lieu: ZoneInfo) -> None:
    """Une date changée que la règle ne donne pas a lieu quand même ; annulée, elle n'est rien."""
    lue = morceau.lue
    comprise = regle_etrangere.lire(lue.texte(zones, lieu))
    gardees = []
    for venu, prevu in morceau.decalees:
        autour = regle_etrangere.murales(comprise, prevu.date(), prevu.date())
        if prevu not in autour:
            if venu.annule:
                continue
            (lue.otees.discard if prevu in lue.otees else lue.ajouts.add)(prevu)
        gardees.append((venu, prevu))
    morceau.decalees = gardees


def _excepter(
    venu: Venu,
    cle: str,
    prevu: Creneau,
    serie: Dit,
    ecarts: dict[str, Ecart],
    a_part: dict[str, EvenementLu],
    lecture: Lecture,
) -> None:
    """Une date changée : déplacée, annulée, ou d'un autre contenu."""
    assert venu.rang is not None
    e = evenement(venu, venu.rang.cle(lecture.fuseau), lecture)
    # Une annulation n'a pas à tout redire.
    differents = [n for n in _COMMUNS if getattr(e, n) != getattr(serie, n)]
    annulee = e.annule and not serie.annule
    if annulee:
        differents = [n for n in differents if getattr(e, n) not in ("", "Sans titre", (), False)]
    if differents or e.douteux or (annulee and e.creneau != prevu and "DTEND" in venu.composant.champs):
        a_part[cle] = e
    elif annulee:
        ecarts[cle] = Ecart(quoi=Quoi.ANNULE)
    elif e.creneau != prevu:
        ecarts[cle] = _deplacer(e.creneau)


def _deplacer(creneau: Creneau) -> Ecart:
    debut, fin = ecrire_bornes(creneau)
    return Ecart(quoi=Quoi.DEPLACE, debut=debut, fin=fin)
