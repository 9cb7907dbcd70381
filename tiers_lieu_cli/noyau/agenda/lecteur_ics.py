"""Le processus à part qui lit un .ics : une ligne de demande et le fichier en entrée, un JSON en sortie.

Il ne garde que ce que le programme montre : jamais les invités, l'organisateur ni leurs
adresses. Ce qui ne se comprend pas est nommé ; le reste est gardé.
"""

from __future__ import annotations

import hashlib
import re
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda import lecteur_champs as champs
from tiers_lieu_cli.noyau.agenda import lecteur_lignes, lecteur_series
from tiers_lieu_cli.noyau.agenda.agenda_lu import Annulation, Demande, Dit, EvenementLu, Reponse, SerieLue
from tiers_lieu_cli.noyau.agenda.flux import sans_mention
from tiers_lieu_cli.noyau.agenda.lecteur_champs import Fuseaux, Illisible, Moment
from tiers_lieu_cli.noyau.agenda.lecteur_lignes import Composant, Refus
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import fuseaux, regle_etrangere
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, ecrire_bornes

#: Ce qu'un agenda peut contenir de fiches ; une série n'en est qu'une.
EVENEMENTS_MAXIMAUX = 10_000
#: En secondes de calcul : une règle qu'on ne suit pas aussi vite ne se suivrait pas à chaque commande.
_CALCUL_D_UNE_REGLE = 2.0
#: Outlook annule en le disant dans le titre seul.
_ANNULE_EN_TITRE = motif(
    r"(annulée?s?|canceled|cancelled|geannuleerd|afgelast|abgesagt|annullato|cancelado)\s?:\s*", re.IGNORECASE
)
_LONGUEURS = {"titre": 200, "lieu": 200, "description": 10_000, "url": 2_000}
_CATEGORIES = 20
_COTE = {"VTODO": "tâches", "VJOURNAL": "notes", "VFREEBUSY": "disponibilités"}
#: Ce qu'une date d'une série tient d'elle ; si elle en diffère, elle aura sa propre fiche.
_COMMUNS = ("titre", "description", "lieu", "url", "categories", "interne", "brouillon")


@dataclass
class Lecture:
    """Une lecture en cours."""

    fuseau: ZoneInfo
    zones: Fuseaux = field(default_factory=lambda: Fuseaux({}))
    #: De quoi distinguer ce qui n'a pas d'UID d'un agenda à l'autre.
    agenda: str = ""
    nom: str = ""
    evenements: list[EvenementLu] = field(default_factory=list)
    series: list[SerieLue] = field(default_factory=list)
    annulations: list[Annulation] = field(default_factory=list)
    laisses: list[str] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)


def lire(octets: bytes, lecture: Lecture) -> None:
    """Remplir `lecture` ; `Refus` si le fichier ne peut être lu."""
    contenu = lecteur_lignes.lire(octets)
    lecture.zones = Fuseaux(contenu.fuseaux)
    lecture.nom = champs.couper(" ".join(champs.propre(_sans_echappement(contenu.nom)).split()), 200)
    lecture.agenda = hashlib.sha256(f"{contenu.outil}|{contenu.nom}".encode()).hexdigest()[:12]
    if contenu.avis:
        lecture.avis.append(contenu.avis)
    if len(contenu.evenements) > EVENEMENTS_MAXIMAUX:
        raise Refus(f"contient {len(contenu.evenements)} événements, plus de {EVENEMENTS_MAXIMAUX}")
    for quoi, combien in contenu.mis_de_cote.items():
        if quoi in _COTE:
            lecture.laisses.append(f"{combien} {_COTE[quoi]} ({quoi}) : ce ne sont pas des événements.")
    for groupe in _groupes(contenu.evenements, lecture):
        _garder(groupe, lecture)


def _sans_echappement(dit: str) -> str:
    return re.sub(r"\\(.)", lambda t: " " if t[1] in "nN" else t[1], dit)


# -- qui est qui --------------------------------------------------------------


@dataclass
class Venu:
    """Un événement du fichier : qui il est, quand, et de quelle version."""

    composant: Composant
    uid: str
    muet: bool
    debut: Moment | None
    rang: Moment | None
    version: tuple[int, str]
    annule: bool

    def titre(self) -> str:
        return champs.ligne(self.composant.un("SUMMARY"))

    def et_les_suivantes(self) -> bool:
        rangs = self.composant.champs.get("RECURRENCE-ID", ())
        return any(rang.parametres.get("RANGE", "").upper() == "THISANDFUTURE" for rang in rangs)


def _groupes(evenements: Iterable[Composant], lecture: Lecture) -> Iterator[list[Venu]]:
    """Les événements qui ont un UID lisible, réunis par UID."""
    groupes: dict[str, list[Venu]] = {}
    for e in evenements:
        try:
            venu = _venu(e, lecture)
        except Illisible as motif:
            _laisser(e, motif, lecture)
            continue
        groupes.setdefault(venu.uid, []).append(venu)
    yield from groupes.values()


def _venu(e: Composant, lecture: Lecture) -> Venu:
    for nom in ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"):
        if len({champ.valeur for champ in e.champs.get(nom, ())}) > 1:
            raise Illisible(f"il a plusieurs {nom}")
    ecrit = e.champs["UID"][0].valeur if "UID" in e.champs else ""
    uid = champs.propre(_sans_echappement(ecrit))[:255]
    muet = uid.upper() in champs.UID_MUETS
    debut, rang = (
        champs.moment(e.champs[nom][0], lecture.zones) if nom in e.champs else None
        for nom in ("DTSTART", "RECURRENCE-ID")
    )
    annule = e.methode == "CANCEL" or e.valeur("STATUS") == "CANCELLED"
    if debut is None and not (annule and not muet):
        raise Illisible("il n'a pas de date")
    uid = f"sans-uid-{lecture.agenda}" if muet else uid
    return Venu(e, uid, muet, debut, rang, champs.version(e), annule)


def _laisser(e: Composant, motif: Illisible | str, lecture: Lecture) -> None:
    titre = champs.couper(champs.ligne(e.un("SUMMARY")), _LONGUEURS["titre"]) or "sans titre"
    lecture.laisses.append(f"« {titre} » laissé : {motif}.")


def _garder(groupe: list[Venu], lecture: Lecture) -> None:
    """Garder ce qu'un même UID désigne : un événement, une série et ses exceptions, ou plusieurs."""
    avis = {id(v) for v in groupe if v.composant.methode == "CANCEL"}
    # Sans ce qu'il annule, un avis qui dit une date est un événement annulé.
    seuls = len(avis) == len(groupe)
    dates = [v for v in groupe if v.debut is not None and (seuls or id(v) not in avis)]
    gardes = {id(v) for v in dates}
    for venu in (v for v in groupe if id(v) not in gardes):
        occurrence = venu.rang.cle(lecture.fuseau) if venu.rang else ""
        lecture.annulations.append(
            Annulation(
                uid=venu.uid, occurrence=occurrence, version=venu.version, suivantes=venu.et_les_suivantes()
            )
        )
    maitres = _dernieres(dates, lecture)
    par_rang: dict[str, list[Venu]] = {}
    for venu in dates:
        if venu.rang is not None:
            par_rang.setdefault(venu.rang.cle(lecture.fuseau), []).append(venu)
    exceptions = [max(versions, key=lambda v: v.version) for _, versions in sorted(par_rang.items())]
    recurrents = [v for v in maitres if {"RRULE", "RDATE"} & v.composant.champs.keys()]
    plusieurs = len(maitres) > 1 or any(v.muet for v in maitres)
    deja: set[str] = set()
    if not recurrents:
        # La seule date d'un événement seul, changée à part : c'est lui.
        seules = [v for v in exceptions if any(m.debut == v.rang for m in maitres)]
        maitres = [next((v for v in seules if v.rang == m.debut), m) for m in maitres]
        exceptions = [v for v in exceptions if v not in seules]
    for venu in maitres:
        cle = _cle_du_debut(venu, deja, lecture) if plusieurs else ""
        siennes = exceptions if recurrents[:1] == [venu] else []
        try:
            if venu in recurrents:
                _garder_une_serie(venu, cle, siennes, lecture)
            else:
                lecture.evenements.append(_evenement(venu, cle, lecture))
        except Illisible as motif:
            _laisser(venu.composant, motif, lecture)
    for venu in exceptions if not recurrents else ():
        try:
            assert venu.rang is not None
            e = _evenement(venu, venu.rang.cle(lecture.fuseau), lecture)
            lecture.evenements.append(structs.replace(e, orphelin=True, suivantes=venu.et_les_suivantes()))
        except Illisible as motif:
            _laisser(venu.composant, motif, lecture)


def _dernieres(dates: list[Venu], lecture: Lecture) -> list[Venu]:
    """Les événements mêmes de cet UID : la dernière version d'un seul, ou chacun s'ils sont plusieurs.

    Sans SEQUENCE, deux débuts sous un même UID sont deux événements : bien des outils répètent leur UID.
    """
    maitres = [v for v in dates if v.rang is None]
    suivis = all("SEQUENCE" in v.composant.champs for v in maitres) and not any(v.muet for v in maitres)
    if suivis and len({v.version for v in maitres}) == len(maitres):
        return [max(maitres, key=lambda v: v.version)] if maitres else []
    gardes: dict[tuple[str, ...], Venu] = {}
    for venu in maitres:
        assert venu.debut is not None
        # Deux copies d'une même chose ne comptent qu'une fois ; deux versions, la dernière.
        distincts = () if venu.version[1] and not venu.muet else (venu.titre(),)
        cle = (venu.debut.cle(lecture.fuseau), *distincts)
        if cle not in gardes or gardes[cle].version < venu.version:
            gardes[cle] = venu
    plus_recente = max((v.version[0] for v in gardes.values()), default=0)
    return [v for v in gardes.values() if v.muet or v.version[0] == plus_recente]


def _cle_du_debut(venu: Venu, deja: set[str], lecture: Lecture) -> str:
    """Ce qui tient lieu d'identité quand l'UID ne dit rien : le début, et le titre s'il faut."""
    assert venu.debut is not None
    cle = venu.debut.cle(lecture.fuseau)
    if cle in deja:
        cle += "#" + hashlib.sha256(venu.titre().encode()).hexdigest()[:8]
    deja.add(cle)
    return cle


# -- un événement -------------------------------------------------------------


def _evenement(venu: Venu, occurrence: str, lecture: Lecture) -> EvenementLu:
    dit = _dit(venu, occurrence, lecture)
    message = venu.composant.methode == "CANCEL"
    return EvenementLu(**structs.asdict(dit), creneau=_creneau(venu, lecture), message=message)


def _dit(venu: Venu, occurrence: str, lecture: Lecture) -> Dit:
    e = venu.composant
    titre = champs.ligne(e.un("SUMMARY"))
    en_titre = _ANNULE_EN_TITRE.match(titre)
    if venu.annule:
        # Un agenda comme le nôtre, ou Outlook, le dit aussi dans le titre.
        titre = sans_mention(titre)[en_titre.end() if en_titre else 0 :]
    textes = {
        "titre": titre or "Sans titre",
        "description": champs.description(e),
        "lieu": champs.ligne(e.un("LOCATION")),
    }
    tenus = {nom: champs.couper(texte, _LONGUEURS[nom]) for nom, texte in textes.items()}
    url = "".join(champs.texte(e.un("URL")).split())
    categories = champs.categories(e)
    coupes = [
        f"{'le ' if nom in ('titre', 'lieu') else 'la '}{nom} ({len(textes[nom])} caractères) est coupé"
        + "e" * (nom == "description")
        for nom in textes
        if tenus[nom] != textes[nom]
    ]
    if len(url) > _LONGUEURS["url"]:
        url = ""
        coupes.append("son adresse, démesurée, est laissée")
    if len(categories) > _CATEGORIES:
        coupes.append(f"{_CATEGORIES} étiquettes gardées sur {len(categories)}")
    if coupes:
        lecture.avis.append(f"« {tenus['titre']} » : {', '.join(coupes)}.")
    return Dit(
        uid=venu.uid,
        occurrence=occurrence,
        version=venu.version,
        url=url,
        categories=tuple(categories[:_CATEGORIES]),
        annule=venu.annule,
        douteux=bool(en_titre) and not venu.annule,
        # Ce que CLASS dit et qu'on ne connaît pas se traite comme PRIVATE (RFC 5545 § 3.8.1.3).
        interne=e.valeur("CLASS") not in ("", "PUBLIC"),
        brouillon=e.valeur("STATUS") == "TENTATIVE",
        titre=tenus["titre"],
        description=tenus["description"],
        lieu=tenus["lieu"],
    )


def _creneau(venu: Venu, lecture: Lecture) -> Creneau:
    """Quand il a lieu, à l'heure du lieu."""
    e, debut, lieu = venu.composant, venu.debut, lecture.fuseau
    assert debut is not None
    nom, ecrite = lecteur_series.duree_de(e, debut, lecture.zones, lieu)
    if debut.est_un_jour:
        au_mur = UN_JOUR
        if nom == "DURATION":
            au_mur, reelle = champs.durees(ecrite)
            au_mur += reelle // UN_JOUR * UN_JOUR
        elif nom:
            au_mur = regle_etrangere.lire_moment(ecrite) - debut.mural
        return Creneau.de_jours(debut.mural.date(), debut.mural.date() + max(au_mur, UN_JOUR) - UN_JOUR)
    depart, fin = debut.au(lieu), debut.au(lieu)
    if nom == "DURATION":
        au_mur, reelle = champs.durees(ecrite)
        fin = regle_etrangere.ajouter(depart, au_mur, reelle)
    elif nom:
        fin = regle_etrangere.lire_moment(ecrite).replace(tzinfo=depart.tzinfo)
    return regle_etrangere.au_lieu(depart, fin, lieu)


# -- une série ----------------------------------------------------------------


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


def _garder_une_serie(maitre: Venu, cle: str, exceptions: list[Venu], lecture: Lecture) -> None:
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
    dit = _dit(morceau.venu, morceau.occurrence, lecture)
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
            _laisser(venu.composant, motif, lecture)
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
    e = _evenement(venu, venu.rang.cle(lecture.fuseau), lecture)
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


def principal() -> None:
    """Répondre à une demande."""
    demande = msgspec.json.decode(sys.stdin.buffer.readline(), type=Demande)
    lecture = Lecture(ZoneInfo(demande.fuseau))
    try:
        lire(sys.stdin.buffer.read(), lecture)
        reponse = Reponse(
            nom=lecture.nom,
            evenements=tuple(lecture.evenements),
            series=tuple(lecture.series),
            annulations=tuple(lecture.annulations),
            laisses=tuple(lecture.laisses),
            avis=tuple(lecture.avis),
        )
    except Refus as refus:
        reponse = Reponse(refus=str(refus))
    sys.stdout.buffer.write(msgspec.json.encode(reponse))


if __name__ == "__main__":
    principal()
