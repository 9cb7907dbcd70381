"""Les chapitres du bilan de l'accueil."""

from __future__ import annotations

from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.accueil.passage.modele import SANS_PUBLIC
from tiers_lieu_cli.noyau.pages.bilan import Chapitre, Compte, Grille, comptes, heures_donnees


def passages(c: Comptes) -> Chapitre:
    """Qui est entré, par public, et quand."""
    connues = Compte(
        nom="personnes connues", nombre=c.personnes, gens=True, etat=True, fixe=True, a_part=True
    )
    publics = comptes({nom or SANS_PUBLIC: n for nom, n in c.passages.items()}, gens=True)
    return Chapitre(
        titre="Passages",
        comptes=(*publics, connues),
        total=Compte(nom="", nombre=c.total_des_passages, gens=True),
        barres="Passages par public",
        grille=Grille(titre="Passages par jour et par heure", valeurs=c.moments, gens=True),
    )


def besoins(c: Comptes) -> Chapitre:
    """Ce que les gens demandent, et ce que cela devient."""
    dits = {
        "exprimés": c.exprimes,
        "reliés": c.relies,
        "comblés": c.combles,
        "sans suite": c.sans_suite,
        "attendent encore": c.attendent,
        "mises en lien faites": c.liens,
        "… qui ont comblé le besoin": c.liens_combles,
    }
    lignes = tuple(
        Compte(nom=nom, nombre=n, gens=True, fixe=True, etat=nom == "attendent encore")
        for nom, n in dits.items()
    )
    return Chapitre(titre="Besoins", comptes=lignes, barres="Besoins et mises en lien")


def themes(c: Comptes) -> Chapitre:
    """Un besoin a plusieurs thèmes : ils ne s'ajoutent pas."""
    return Chapitre(
        titre="Thèmes des besoins",
        comptes=tuple(comptes(c.themes, gens=True)),
        barres="Besoins par thème",
    )


def heures(c: Comptes) -> Chapitre:
    """Le temps donné, par activité."""
    return heures_donnees(
        "Heures données", "Heures données par activité", c.heures, c.benevoles, c.tous_les_benevoles
    )


def parcours(c: Comptes) -> Chapitre:
    """Les nouveaux venus, et ce qu'on leur apprend."""
    dits = {"bienvenues commencées": c.bienvenues, "habilitations données": c.habilitations}
    return Chapitre(
        titre="Bienvenues et habilitations",
        comptes=tuple(Compte(nom=nom, nombre=n, gens=True, fixe=True) for nom, n in dits.items()),
    )


def chapitres(c: Comptes) -> tuple[Chapitre, ...]:
    """Le bilan de l'accueil, dans l'ordre."""
    return passages(c), besoins(c), themes(c), heures(c), parcours(c)
