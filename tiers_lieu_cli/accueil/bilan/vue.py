"""Le bilan à montrer : une vue à plat, la même pour le terminal, le Markdown, la page et le JSON.

En public, les petits comptes sont tus, dans les tableaux comme dans les dessins.
"""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.bilan import regles
from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.noyau.pages import bilan, dessin
from tiers_lieu_cli.noyau.pages.bilan import (
    SEUIL,
    Bilan,
    Masque,
    Partie,
    barres,
    heures_donnees,
    ligne,
    masquer,
    parts,
    seule,
)
from tiers_lieu_cli.noyau.temps import temps

SANS_PUBLIC = "sans public"


def batir(comptes: Comptes, lieu: str, aujourdhui: date, *, public: bool) -> Bilan:
    """La vue d'un bilan ; `public` tait ce qui désignerait quelqu'un."""
    return bilan.batir(
        lieu,
        "bilan de l'accueil",
        (comptes.du, comptes.au),
        aujourdhui,
        public,
        _passages(comptes, public),
        _besoins(comptes, public),
        _themes(comptes, public),
        _heures(comptes, public),
    )


def _passages(comptes: Comptes, public: bool) -> Partie:
    nommes = {nom or SANS_PUBLIC: n for nom, n in comptes.passages.items()}
    masque, lignes = parts(nommes, public)
    dessins: tuple[str, ...] = ()
    if lignes and not masque.total:
        dessins = (*barres("Passages par public", lignes), *_grille(comptes, public))
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
    vides = all(x.nombre == 0 for x in lignes)
    return Partie("Besoins", "", lignes, () if vides else barres("Besoins et mises en lien", lignes))


def _themes(comptes: Comptes, public: bool) -> Partie:
    """Un besoin a plusieurs thèmes : ils ne s'ajoutent pas, aucun ne se déduit des autres."""
    lignes = tuple(seule(theme, n, public) for theme, n in comptes.themes.items())
    return Partie("Thèmes des besoins", "", lignes, barres("Besoins par thème", lignes))


def _heures(comptes: Comptes, public: bool) -> Partie:
    total, lignes, dessins = heures_donnees(
        "Heures données par activité",
        comptes.heures,
        comptes.benevoles,
        comptes.tous_les_benevoles,
        public,
    )
    autres = (
        seule("bénévoles", comptes.tous_les_benevoles, public),
        seule("habilitations données", comptes.habilitations, public),
        seule("bienvenues commencées", comptes.bienvenues, public),
    )
    return Partie("Heures données", total, (*lignes, *autres), dessins)
