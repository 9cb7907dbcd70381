"""Les événements du lieu : ceux d'une fenêtre, un seul, et ce qu'ils occupent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection, FicheIntrouvable, Recolte, hors_de
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.series import etendue as etendue_de
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie import fiches as series
from tiers_lieu_cli.prog.serie import regles as regles_des_series
from tiers_lieu_cli.prog.serie.modele import SERIES, Seance, Serie
from tiers_lieu_cli.prog.serie.regles import Exclus

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
    from tiers_lieu_cli.noyau.fiches.verification import Fonds

_UN_AN = timedelta(days=366)


def collection(ident: str, creneau: Creneau) -> Collection[Evenement]:
    """Où ranger un événement : dans son mois, ou parmi les longs."""
    return EVENEMENTS if temps.tient_dans_son_mois(ident, creneau) else LONGS


def de_la_fenetre(
    arbre: Arbre, fenetre: Creneau, inutile: Callable[[bytes], bool] | None = None
) -> Recolte[Evenement]:
    """Les événements et les dates de série qui touchent la fenêtre : ses mois, les longs, les séries.

    `inutile` dit, sans les analyser, quelles fiches passer.
    """
    mois_lus = temps.un_mois_avant(fenetre.premier_jour), fenetre.dernier_jour
    ailleurs = hors_de(fenetre)
    mois = EVENEMENTS.des_mois(arbre, *mois_lus, lambda o: ailleurs(o) or bool(inutile and inutile(o)))
    longs = LONGS.toutes(arbre)
    seances = series.seances(arbre, fenetre)
    ont_leur_fiche = {e.id for e in (*mois.fiches, *longs.fiches)}
    if seances.fiches:
        # Une date changée de jour a sa fiche, qu'on n'a pas lue ; celle qui ne se lit pas n'en est pas une.
        perdues = {EVENEMENTS.genre.ident(d.fichier) for d in mois.defauts}
        ont_leur_fiche.update({*EVENEMENTS.idents_des_mois(arbre, *mois_lus)} - perdues)
    revues = (s for s in seances.fiches if s.id not in ont_leur_fiche and not _a_sa_fiche(arbre, s, fenetre))
    evenements = regles.dans((*mois.fiches, *longs.fiches, *revues), fenetre)
    return Recolte(tuple(evenements), mois.defauts + longs.defauts + seances.defauts)


def _a_sa_fiche(arbre: Arbre, seance: Seance, fenetre: Creneau) -> bool:
    """Une date venue d'un mois que la fenêtre ne lit pas a-t-elle pourtant sa fiche ?"""
    premier = temps.un_mois_avant(fenetre.premier_jour)
    lu = f"{premier:%Y-%m}" <= seance.id[:7] <= f"{fenetre.dernier_jour:%Y-%m}"
    return not lu and arbre.lire(EVENEMENTS.genre.chemin(seance.id)) is not None


class Programme(msgspec.Struct, frozen=True):
    """Tout le programme depuis l'ouverture : les événements qui ont leur fiche, et les séries."""

    evenements: tuple[Evenement, ...]
    series: tuple[Serie, ...]
    exclus: Exclus
    defauts: tuple[Defaut, ...]


def programme(arbre: Arbre) -> Programme:
    """Tout le programme."""
    evenements, suivies = tous(arbre), SERIES.toutes(arbre)
    return Programme(
        evenements.fiches, suivies.fiches, series.jours_exclus(arbre), evenements.defauts + suivies.defauts
    )


def tous(arbre: Arbre) -> Recolte[Evenement]:
    """Tous les événements qui ont leur fiche, depuis l'ouverture du lieu ; les séries n'y sont pas."""
    mois, longs = EVENEMENTS.toutes(arbre), LONGS.toutes(arbre)
    return Recolte(mois.fiches + longs.fiches, mois.defauts + longs.defauts)


def etendue(fiche: Fiche) -> Creneau | None:
    """Le temps où une série promet ses salles ; `None` si ce n'en est pas une."""
    if not isinstance(fiche, Serie):
        return None
    return etendue_de(fiche.recurrence)


def seances_du_fonds(fonds: Fonds, exclus: Exclus) -> Iterator[Seance]:
    """Les dates des séries lues, sauf celles qui ont leur fiche ; d'une série ancienne, les récentes."""
    connus = {e.id: e for rangement in (EVENEMENTS, LONGS) for e in fonds.toutes(rangement)}
    dernier = max((e.creneau.premier_jour for e in connus.values()), default=date.min)
    recent = dernier - _UN_AN if dernier > date.min else date.min
    for serie in fonds.toutes(SERIES):
        if serie.salles or serie.recurrence.ecarts:
            fenetre = etendue_de(serie.recurrence, recent)
            for seance in regles_des_series.seances(serie, fenetre, exclus):
                if seance.id not in connus:
                    yield seance


def exiger(arbre: Arbre, mot: str) -> Evenement:
    """L'événement qu'un mot désigne, dans un mois, parmi les longs, ou date d'une série."""
    if seance := _date_de_serie(arbre, mot):
        return seance
    try:
        return EVENEMENTS.exiger(arbre, mot)
    except FicheIntrouvable:
        if LONGS.repondent(arbre, mot):
            return LONGS.exiger(arbre, mot)
        if seance := series.designer(arbre, mot):
            return seance
        series.refuser_sans_jour(arbre, mot)
        raise


def _date_de_serie(arbre: Arbre, mot: str) -> Seance | None:
    """La date de série de ce nom entier, si elle n'a pas sa propre fiche."""
    seance = series.seance(arbre, mot)
    if seance is None or any(r.une(arbre, mot) is not None for r in (EVENEMENTS, LONGS)):
        return None
    return seance


def occupations(evenements: Iterable[Evenement]) -> Iterator[Occupation]:
    """Les salles que ces événements occupent vraiment."""
    for e in evenements:
        if e.a_lieu and e.est_a_nous:
            emprise = e.emprise
            seance = None if emprise == e.creneau else e.creneau
            for salle in e.salles:
                yield Occupation(e.id, e.titre, salle, emprise, seance, dans=e.reservation)


def corriger(
    ecriture: Ecriture, ancien: Evenement, nouveau: Evenement, renommer: Callable[[Evenement], str]
) -> Evenement:
    """Poser un changement. Une date que l'identifiant ne sait plus ranger est un report :

    l'ancienne fiche reste et dit où l'événement est parti, sous le nom que `renommer` donne.
    Une date de série reçoit alors sa propre fiche, qui l'emporte sur la série.
    """
    if collection(ancien.id, nouveau.creneau) is collection(ancien.id, ancien.creneau):
        _remplacer(ecriture, ancien, nouveau)
        return nouveau
    return reporter(ecriture, ancien, nouveau, renommer(nouveau))


def reporter(
    ecriture: Ecriture, ancien: Evenement, nouveau: Evenement, ident: str, motif: str = ""
) -> Evenement:
    """Laisser l'ancienne fiche, qui dit où l'événement est parti, et poser la nouvelle sous ce nom."""
    parti, arrive = regles.reporter(ancien, nouveau, ident, motif)
    _remplacer(ecriture, ancien, parti)
    collection(arrive.id, arrive.creneau).poser(ecriture, _a_part(arrive))
    return arrive


def _remplacer(ecriture: Ecriture, ancien: Evenement, nouveau: Evenement) -> None:
    rangement = collection(ancien.id, ancien.creneau)
    if isinstance(ancien, Seance):
        rangement.poser(ecriture, _a_part(nouveau))
    else:
        rangement.corriger(ecriture, ancien, nouveau)


def _a_part(evenement: Evenement) -> Evenement:
    return evenement.a_part() if isinstance(evenement, Seance) else evenement


def ou(arbre: Arbre, situe: regles.Situe) -> str:
    """Où cela se tient, chaque salle et chaque lieu ami par son nom."""
    amis = noms_des_amis(arbre, [situe.calendrier])
    return regles.lieu_dit(situe, noms_des_salles(arbre, situe.salles), amis)


def noms_des_amis(arbre: Arbre, idents: Iterable[str]) -> dict[str, str]:
    """Le nom de chaque lieu ami dont on suit l'agenda, comme on l'a donné."""
    amis = {ident: AGENDAS_AMIS.une(arbre, identifiants.verifier(ident)) for ident in set(idents) if ident}
    return {ident: ami.nom if ami else ident for ident, ami in amis.items()}


def noms_des_salles(arbre: Arbre, idents: Iterable[str]) -> dict[str, str]:
    """Le nom de chaque salle ; son identifiant si elle n'existe plus."""
    salles = {ident: SALLES.une(arbre, identifiants.verifier(ident)) for ident in set(idents)}
    return {ident: salle.nom if salle else ident for ident, salle in salles.items()}
