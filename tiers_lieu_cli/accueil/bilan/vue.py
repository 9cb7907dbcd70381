"""Le bilan à montrer : une vue à plat, la même pour le terminal, le Markdown, la page et le JSON.

En public, les petits comptes sont tus, dans les tableaux comme dans les dessins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tiers_lieu_cli.accueil.bilan import regles
from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.accueil.heures.regles import dire_duree
from tiers_lieu_cli.noyau.pages import dessin
from tiers_lieu_cli.noyau.pages.bilan import SEUIL, Bilan, Masque, Partie, ligne, masquer, seule
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

SANS_PUBLIC = "sans public"


def batir(comptes: Comptes, lieu: str, aujourdhui: date, *, public: bool) -> Bilan:
    """La vue d'un bilan ; `public` tait ce qui désignerait quelqu'un."""
    return Bilan(
        lieu=lieu,
        titre="bilan de l'accueil",
        du=comptes.du.isoformat(),
        au=comptes.au.isoformat(),
        dite=temps.dire_creneau(Creneau.de_jours(comptes.du, comptes.au), aujourdhui),
        public=public,
        seuil=SEUIL,
        parties=(
            _passages(comptes, public),
            _besoins(comptes, public),
            _themes(comptes, public),
            _heures(comptes, public),
        ),
    )


def _masque(comptes: Mapping[str, int], public: bool) -> Masque:
    return masquer(comptes) if public else Masque()


def _passages(comptes: Comptes, public: bool) -> Partie:
    nommes = {nom or SANS_PUBLIC: n for nom, n in comptes.passages.items()}
    masque = _masque(nommes, public)
    lignes = tuple(ligne(nom, n, nom in masque.tus) for nom, n in nommes.items())
    dessins: tuple[str, ...] = ()
    if lignes and not masque.total:
        dessins = (dessin.barres("Passages par public", [(x.nom, x.nombre) for x in lignes]),)
        dessins += _grille(comptes, public)
    total = dessin.TUE if masque.total else str(comptes.total_des_passages)
    return Partie(
        "Passages", total, (*lignes, seule("personnes connues", comptes.personnes, public)), dessins
    )


def _grille(comptes: Comptes, public: bool) -> tuple[str, ...]:
    heures = regles.heures_ouvertes(comptes.moments)
    if not heures:
        return ()
    masque = masquer(comptes.moments) if public else Masque()
    cases = {
        (jour, heure - heures[0]): None if (jour, heure) in masque.tus else n
        for (jour, heure), n in comptes.moments.items()
    }
    jours = [jour[:3] for jour in temps.JOURS]
    return (dessin.grille("Passages par jour et par heure", jours, [f"{h} h" for h in heures], cases),)


def _besoins(comptes: Comptes, public: bool) -> Partie:
    """« Attendent encore » se tait avec les clos : de la première période, il les ferait déduire."""
    clos_tus = public and any(0 < n < SEUIL for n in (comptes.combles, comptes.sans_suite))
    attendent = seule("attendent encore", comptes.attendent, public)
    lignes = (
        seule("exprimés", comptes.exprimes, public),
        seule("reliés", comptes.relies, public),
        seule("comblés", comptes.combles, public),
        seule("sans suite", comptes.sans_suite, public),
        ligne(attendent.nom, 0, tue=True) if clos_tus else attendent,
        seule("mises en lien faites", comptes.liens, public),
        seule("… qui ont comblé le besoin", comptes.liens_combles, public),
    )
    barres = dessin.barres("Besoins et mises en lien", [(x.nom, x.nombre) for x in lignes])
    vides = all(x.nombre == 0 for x in lignes)
    return Partie("Besoins", "", lignes, () if vides else (barres,))


def _themes(comptes: Comptes, public: bool) -> Partie:
    """Un besoin a plusieurs thèmes : ils ne s'ajoutent pas, aucun ne se déduit des autres."""
    lignes = tuple(seule(theme, n, public) for theme, n in comptes.themes.items())
    dessins = (dessin.barres("Besoins par thème", [(x.nom, x.nombre) for x in lignes]),) if lignes else ()
    return Partie("Thèmes des besoins", "", lignes, dessins)


def _heures(comptes: Comptes, public: bool) -> Partie:
    """Une activité tenue par moins de cinq personnes se tait : ses heures diraient qui donne combien."""
    masque = _masque(comptes.benevoles, public)
    total_tu = public and (masque.total or 0 < comptes.tous_les_benevoles < SEUIL)
    lignes = tuple(
        ligne(activite, minutes, activite in masque.tus, dire_duree(minutes))
        for activite, minutes in comptes.heures.items()
    )
    total = dessin.TUE if total_tu else dire_duree(sum(comptes.heures.values())) if lignes else ""
    barres = dessin.barres(
        "Heures données par activité", [(x.nom, x.nombre) for x in lignes], [x.dit for x in lignes]
    )
    autres = (
        seule("bénévoles", comptes.tous_les_benevoles, public),
        seule("habilitations données", comptes.habilitations, public),
        seule("bienvenues commencées", comptes.bienvenues, public),
    )
    return Partie("Heures données", total, (*lignes, *autres), (barres,) if lignes and not total_tu else ())
