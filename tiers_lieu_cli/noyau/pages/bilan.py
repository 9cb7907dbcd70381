"""Un bilan : des comptes nommés, comparés à l'an d'avant ; et ce qu'on en publie sans montrer personne.

Ce qui compte des gens se publie arrondi à cinq, et seulement par mois entiers. Ce qui s'ajoute d'un mois à
l'autre s'arrondit en cumulant depuis janvier : une fenêtre vaut la différence de deux cumuls arrondis.
Deux bilans qui se recouvrent ne disent donc, soustraits, que ce qu'un troisième publierait de lui-même.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.pages import dessin
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import A_MONTRER, Montre

#: En dessous, un compte publié pourrait désigner quelqu'un ; au-dessus, il s'arrondit à autant. La règle du
#: seuil du secret statistique, que les offices fixent entre 3 et 10 (Hundepool et coll., *Statistical
#: Disclosure Control*, Wiley, 2012, chap. 5).
SEUIL = 5
K = TypeVar("K")


class Unite(StrEnum):
    """Ce qu'un compte compte."""

    NOMBRE = "nombre"
    MINUTES = "minutes"
    #: En pour cent : une barre pleine vaut cent.
    TAUX = "taux"


#: Ce qu'un cran d'arrondi vaut.
_CRANS = {Unite.NOMBRE: SEUIL, Unite.MINUTES: SEUIL * 60, Unite.TAUX: 1}


class Compte(msgspec.Struct, frozen=True, kw_only=True):
    """Un compte. `gens` : il compte des personnes, ou dirait quelque chose d'elles.

    `par` : combien de personnes l'ont fait ; `etat` : il ne s'ajoute pas d'un mois à l'autre (des personnes
    différentes, ce qui attend) ; `fixe` : il se dit même à zéro ; `a_part` : on ne le dessine pas.
    """

    nom: str
    nombre: int
    unite: Unite = Unite.NOMBRE
    gens: bool = False
    par: int | None = None
    etat: bool = False
    fixe: bool = False
    a_part: bool = False
    #: Ce qui se dit après le nombre, quand ce ne sont pas des gens.
    precision: str = ""


class Grille(msgspec.Struct, frozen=True, kw_only=True):
    """Des comptes, ou des taux, par jour de la semaine et par heure."""

    titre: str
    valeurs: dict[tuple[int, int], int]
    gens: bool = False
    taux: bool = False


class Chapitre(msgspec.Struct, frozen=True, kw_only=True):
    """Une partie d'un bilan : ses comptes, leur total, le titre de leurs barres (vide : aucune)."""

    titre: str
    comptes: tuple[Compte, ...]
    total: Compte | None = None
    barres: str = ""
    grille: Grille | None = None
    remarque: str = ""


#: Ce que le lieu dit d'une période.
Lire = Callable[[date, date], Sequence[Chapitre]]


def sommer(paires: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Les sommes par clé, les plus grandes d'abord, puis dans l'ordre des clés."""
    sommes: Counter[K] = Counter()
    for cle, nombre in paires:
        sommes[cle] += nombre
    return dict(sorted(sommes.items(), key=lambda paire: (-paire[1], str(paire[0]))))


def dire_duree(minutes: int) -> str:
    """« 45 min », « 2 h », « 2 h 30 »."""
    heures, reste = divmod(minutes, 60)
    if not heures and reste:
        return f"{reste} min"
    return f"{heures} h {reste:02}" if reste else f"{heures} h"


def comptes(nombres: Mapping[str, int], *, gens: bool = False, unite: Unite = Unite.NOMBRE) -> list[Compte]:
    """Un compte par clé."""
    return [Compte(nom=nom, nombre=n, gens=gens, unite=unite) for nom, n in nombres.items()]


def heures_donnees(
    titre: str, barres: str, minutes: Mapping[str, int], benevoles: Mapping[str, int], tous: int
) -> Chapitre:
    """Une ligne par activité ; ce que peu de gens ont fait dirait, publié, qui donne combien."""
    lignes = [
        Compte(nom=nom, nombre=n, unite=Unite.MINUTES, gens=True, par=benevoles.get(nom, 0))
        for nom, n in minutes.items()
    ]
    bras = Compte(nom="bénévoles", nombre=tous, gens=True, etat=True, fixe=True, a_part=True)
    total = Compte(nom="", nombre=sum(minutes.values()), unite=Unite.MINUTES, gens=True, par=tous)
    return Chapitre(titre=titre, comptes=(*lignes, bras), total=total, barres=barres)


# -- ce qui se publie ----------------------------------------------------------------


def arrondir(nombre: int, unite: Unite = Unite.NOMBRE) -> int:
    """Au multiple de cinq le plus proche (de cinq heures, pour un temps)."""
    cran = _CRANS[unite]
    return (nombre + cran // 2) // cran * cran


def publier(lire: Lire, du: date, au: date) -> list[Chapitre]:
    """Les chapitres de mois entiers, tels qu'on les publie."""
    entiers = lire(du, au)
    if not any(c.gens or c.par is not None for ch in entiers for c in _tous(ch)):
        return list(entiers)
    cumuls = [(signe, _index(lire(janvier, fin))) for signe, janvier, fin in _cumuls(du, au)]
    tus = _faits_par_peu(lire, du, au)
    rendus = (_public(chapitre, cumuls, tus) for chapitre in entiers)
    # Un chapitre dont tout est tu ne dirait que d'exister : c'est déjà dire qu'il s'est passé quelque chose.
    return [ch for ch in rendus if any(c.nombre or not c.gens for c in _tous(ch))]


def _cumuls(du: date, au: date) -> Iterator[tuple[int, date, date]]:
    """Les cumuls depuis janvier dont la fenêtre est la somme : ceux qu'on ajoute, et celui qu'on ôte."""
    if (du.month, du.day) != (1, 1):
        yield -1, date(du.year, 1, 1), du - UN_JOUR
    for annee in range(du.year, au.year + 1):
        yield 1, date(annee, 1, 1), min(au, date(annee, 12, 31))


_Cle = tuple[str, object]


def _index(chapitres: Iterable[Chapitre]) -> dict[_Cle, int]:
    dits: dict[_Cle, int] = {(ch.titre, c.nom): c.nombre for ch in chapitres for c in ch.comptes}
    dits |= {(ch.titre, None): ch.total.nombre for ch in chapitres if ch.total}
    grilles = [(ch.titre, ch.grille) for ch in chapitres if ch.grille]
    return dits | {(titre, case): n for titre, grille in grilles for case, n in grille.valeurs.items()}


def _faits_par_peu(lire: Lire, du: date, au: date) -> set[_Cle]:
    """Ce que moins de cinq personnes ont fait, un seul mois de ces années-là : tu toute l'année.

    La fenêtre n'y est pour rien : deux bilans d'une même année taisent les mêmes comptes.
    """
    tus: set[_Cle] = set()
    for annee, mois in temps.mois_entre(date(du.year, 1, 1), date(au.year, 12, 1)):
        fin = date(annee, mois, temps.jours_du_mois(annee, mois))
        for ch in lire(date(annee, mois, 1), fin):
            for c in _tous(ch):
                if c.par is not None and 0 < c.par < SEUIL:
                    # Le total dirait, par soustraction, ce qui est tu.
                    tus |= {(ch.titre, c.nom), (ch.titre, None)}
    return tus


def _tous(chapitre: Chapitre) -> tuple[Compte, ...]:
    return (*chapitre.comptes, *((chapitre.total,) if chapitre.total else ()))


def _public(ch: Chapitre, cumuls: Sequence[tuple[int, Mapping[_Cle, int]]], tus: set[_Cle]) -> Chapitre:
    def rendu(cle: object, nombre: int, unite: Unite, *, etat: bool) -> int:
        if (ch.titre, cle) in tus:
            return 0
        if etat:
            return arrondir(nombre, unite)
        return sum(signe * arrondir(dits.get((ch.titre, cle), 0), unite) for signe, dits in cumuls)

    def compte(c: Compte, cle: object) -> Compte:
        if not (c.gens or c.par is not None):
            return c
        return structs.replace(c, nombre=rendu(cle, c.nombre, c.unite, etat=c.etat), gens=True)

    rendus = [compte(c, c.nom) for c in ch.comptes]
    # Ce qui n'est pas fixe et s'arrondit à rien ne se dit pas : pas même qu'il existe.
    dits = [c for c in rendus if c.nombre or c.fixe or not c.gens]
    if not any(c.fixe for c in dits):
        dits.sort(key=lambda c: (-c.nombre, c.nom))
    grille = ch.grille
    if grille and grille.gens:
        cases = {case: rendu(case, n, Unite.NOMBRE, etat=False) for case, n in grille.valeurs.items()}
        grille = structs.replace(grille, valeurs={case: n for case, n in cases.items() if n})
    return structs.replace(
        ch, comptes=tuple(dits), total=compte(ch.total, None) if ch.total else None, grille=grille
    )


# -- ce qui se montre ----------------------------------------------------------------


class Ligne(msgspec.Struct, frozen=True):
    """Un compte à montrer ; tu, `nombre` est absent et `dit` un tiret. `avant` : il y a un an."""

    nom: str
    nombre: int | None
    dit: Montre
    avant: int | None = None
    dit_avant: Montre = ""


class Partie(msgspec.Struct, frozen=True):
    """Une partie du bilan : son total, ses lignes, ses dessins (SVG) ; `mission` : celle du lieu."""

    titre: str
    total: Montre
    lignes: tuple[Ligne, ...]
    dessins: Annotated[tuple[str, ...], A_MONTRER] = ()
    total_avant: Montre = ""
    mission: str = ""
    #: La grille en toutes lettres, et son titre.
    grille: Montre = ""
    cases: Annotated[tuple[tuple[str, ...], ...], A_MONTRER] = ()


class Citation(msgspec.Struct, frozen=True):
    """Un mot du journal, choisi ; quand il fut écrit."""

    quand: str
    texte: str


class Bilan(msgspec.Struct, frozen=True):
    """Le bilan d'une période ; `avant` : celle d'un an plus tôt, à quoi on la compare."""

    lieu: str
    titre: str
    du: str
    au: str
    dite: Montre
    public: bool
    seuil: int
    parties: tuple[Partie, ...]
    avant: str = ""
    citations: tuple[Citation, ...] = ()


def un_an_avant(jour: date) -> date:
    """Le même jour, un an plus tôt ; le 29 février devient le 28."""
    bissextil = (jour.month, jour.day) == (2, 29)
    return date(jour.year - 1, jour.month, 28 if bissextil else jour.day)


def parties(
    lire: Lire, du: date, au: date, *, public: bool, compare: bool = False, mission: str = ""
) -> tuple[Partie, ...]:
    """Les chapitres d'une période, mis en page ; `compare` : à la même période, un an plus tôt."""

    def lus(premier: date, dernier: date) -> Sequence[Chapitre]:
        return publier(lire, premier, dernier) if public else lire(premier, dernier)

    ici = lus(du, au)
    fin_avant = un_an_avant(au + UN_JOUR) - UN_JOUR
    avant = {ch.titre: ch for ch in lus(un_an_avant(du), fin_avant)} if compare else {}
    return tuple(_partie(ch, avant.get(ch.titre), mission, public=public) for ch in ici)


def _partie(ch: Chapitre, avant: Chapitre | None, mission: str, *, public: bool) -> Partie:
    jadis = {c.nom: c for c in avant.comptes} if avant else {}
    lignes = [_ligne(c, jadis.get(c.nom), compare=avant is not None, public=public) for c in ch.comptes]
    la = {c.nom for c in ch.comptes}
    perdus = [c for c in jadis.values() if c.nom not in la and c.nombre]
    lignes += [_ligne(structs.replace(c, nombre=0), c, compare=True, public=public) for c in perdus]
    total, total_avant = _total(ch, public), _total(avant, public) if avant else ""
    return Partie(
        ch.titre,
        total,
        tuple(lignes),
        tuple(_dessins(ch, public=public)),
        total_avant,
        mission,
        ch.grille.titre if ch.grille else "",
        _tableau(ch),
    )


def _ligne(c: Compte, avant: Compte | None, *, compare: bool, public: bool) -> Ligne:
    nombre, dit = _dire(c, public)
    if not compare:
        return Ligne(c.nom, nombre, dit)
    return Ligne(c.nom, nombre, dit, *_dire(avant or structs.replace(c, nombre=0), public))


def _dire(c: Compte, public: bool) -> tuple[int | None, str]:
    """Le nombre et comment il se dit ; en public, des gens qui s'arrondissent à rien sont tus."""
    if public and c.gens and not c.nombre:
        return None, dessin.TUE
    if c.unite is Unite.MINUTES:
        return c.nombre, dire_duree(c.nombre)
    precision = f" ({c.precision})" if c.precision else ""
    return c.nombre, (f"{c.nombre} %" if c.unite is Unite.TAUX else str(c.nombre)) + precision


def _total(ch: Chapitre, public: bool) -> str:
    if ch.total is None or not (ch.comptes or ch.total.nombre or ch.remarque):
        return ""
    return f"{_dire(ch.total, public)[1]}{f' ({ch.remarque})' if ch.remarque else ''}"


def _dessins(ch: Chapitre, *, public: bool) -> Iterator[str]:
    dessines = [c for c in ch.comptes if not c.a_part]
    if ch.barres and any(c.nombre for c in dessines):
        dits = [_dire(c, public) for c in dessines]
        sur = 100 if dessines[0].unite is Unite.TAUX else 0
        barres = [(c.nom, nombre) for c, (nombre, _) in zip(dessines, dits, strict=True)]
        yield dessin.barres(ch.barres, barres, [dit for _, dit in dits], sur=sur)
    if ch.grille and ch.grille.valeurs:
        heures, cases = _cases(ch.grille)
        places = {(jour, n): cases[jour][n] for jour in range(7) for n in range(len(heures))}
        jours = [jour[:3] for jour in temps.JOURS]
        sur = 100 if ch.grille.taux else 0
        yield dessin.grille(ch.grille.titre, jours, [f"{h} h" for h in heures], places, sur=sur)


def _cases(grille: Grille) -> tuple[range, list[list[int]]]:
    """De la première à la dernière heure où il y a quelque chose, et les nombres de chaque jour."""
    pleines = [heure for (_, heure), n in grille.valeurs.items() if n]
    heures = range(min(pleines), max(pleines) + 1) if pleines else range(0)
    return heures, [[grille.valeurs.get((jour, h), 0) for h in heures] for jour in range(7)]


def _tableau(ch: Chapitre) -> tuple[tuple[str, ...], ...]:
    """La grille en toutes lettres, ses heures en tête."""
    if not ch.grille or not ch.grille.valeurs:
        return ()
    heures, cases = _cases(ch.grille)
    rangs = [(jour[:3], *(str(n or "·") for n in cases[j])) for j, jour in enumerate(temps.JOURS)]
    return (("", *(f"{h} h" for h in heures)), *rangs) if heures else ()


def dire_periode(du: date, au: date) -> str:
    """« 2026 », « novembre 2026 », « du 3 au 5 novembre 2026 » ; l'année est toujours dite."""
    if (du.day, au + UN_JOUR) == (1, (au + UN_JOUR).replace(day=1)):
        if (du.month, au.month, du.year) == (1, 12, au.year):
            return str(du.year)
        if (du.year, du.month) == (au.year, au.month):
            return f"{temps.MOIS[du.month - 1]} {du.year}"
    return temps.dire_creneau(Creneau.de_jours(du, au))
