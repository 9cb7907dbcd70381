"""Les chapitres de l'usage des salles."""

from __future__ import annotations

from tiers_lieu_cli.espace.taux.regles import Usage
from tiers_lieu_cli.noyau.pages.bilan import Chapitre, Compte, Grille, Unite, comptes, dire_duree


def salles(u: Usage) -> Chapitre:
    """Le taux de chaque salle ; celui de la maison ne compte qu'une fois une salle faite d'autres."""
    lignes = [
        Compte(
            nom=s.nom,
            nombre=s.taux,
            unite=Unite.TAUX,
            precision=f"{dire_duree(s.pendant)} sur {dire_duree(s.ouvertes)}",
        )
        for s in u.salles
    ]
    valeurs = {(jour, u.heures[n]): t for jour, ligne in enumerate(u.semaine) for n, t in enumerate(ligne)}
    return Chapitre(
        titre="Usage des salles",
        comptes=tuple(lignes),
        total=Compte(nom="", nombre=u.taux, unite=Unite.TAUX),
        barres="Taux d'occupation par salle",
        grille=Grille(
            titre="Taux d'occupation par heure de la semaine, en pour cent", valeurs=valeurs, taux=True
        ),
        remarque="" if u.horaires else "sans horaires dits, de 8 h à 22 h",
    )


def publics(u: Usage) -> Chapitre:
    """Les heures de chaque public ; deux publics réunis comptent chacun."""
    return Chapitre(
        titre="Heures par public",
        comptes=tuple(comptes(u.publics, gens=True, unite=Unite.MINUTES)),
        barres="Heures par public",
    )


def chapitres(u: Usage) -> tuple[Chapitre, ...]:
    """L'usage des salles, dans l'ordre."""
    return salles(u), publics(u)
