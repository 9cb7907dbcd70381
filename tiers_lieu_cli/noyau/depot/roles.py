"""Les rôles d'un poste, et les dossiers de l'archive que chacun peut changer.

L'histoire retient un rôle, jamais une adresse personnelle ; le moyeu refuse ce qui
sort du dossier d'un rôle (mission 1 : les règles, et qui les tient).
"""

from __future__ import annotations

CONCIERGE = "concierge"
TRESORIER = "tresorier"

#: Par rôle, les débuts de chemin permis ; « » les permet tous.
ROLES: dict[str, tuple[str, ...]] = {
    CONCIERGE: ("",),
    "accueil": (
        *(
            "accueil/",
            "journal/",
            "personnes/",
            "renvois/",
            "effacees/",
            "courriers",
            "espace/reservations/",
            "espace/series/",
        ),
        *("espace/cles", "espace/etats/", "espace/photos/", "espace/entretien", "espace/interventions/"),
    ),
    "benevole": ("journal/notes/", "journal/suites", "accueil/passages/"),
    TRESORIER: ("journal/decisions/",),
}


#: Garder les deux versions de ce qui s'oppose, puis trancher, n'est le privilège d'aucun rôle.
_A_TOUS = ("journal/desaccords/",)


def permis(role: str, chemin: str) -> bool:
    """Ce rôle peut-il changer ce fichier ?"""
    return role in ROLES and chemin.startswith((*ROLES[role], *_A_TOUS))


def qui_peut(chemin: str) -> list[str]:
    """Les rôles qui peuvent changer ce fichier."""
    return [role for role in ROLES if permis(role, chemin)]
