"""L'entretien lu dans le lieu : ce qui est dû, ce qui a été fait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.entretien import regles
from tiers_lieu_cli.espace.entretien.modele import (
    ENTRETIENS,
    FINIS,
    INTERVENTIONS,
    Entretien,
    Intervention,
    Sorte,
)
from tiers_lieu_cli.espace.entretien.regles import Due
from tiers_lieu_cli.espace.regles import parties
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, minuit
from tiers_lieu_cli.noyau.texte import en_tirets

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

#: Une salle qui n'a pas servi depuis un mois n'attend plus son ménage « après usage ».
_MEMOIRE = timedelta(days=31)


def dues(arbre: Arbre, maintenant: datetime) -> list[Due]:
    """Tout ce qui est à faire, en retard ou non, au moment dit."""
    entretiens = ENTRETIENS.toutes(arbre).fiches
    return regles.dues(entretiens, usages(arbre, entretiens, maintenant))


def usages(arbre: Arbre, entretiens: Iterable[Entretien], maintenant: datetime) -> dict[str, datetime]:
    """Jusqu'à quand chaque salle à nettoyer a servi ; rien n'est lu si rien ne l'attend."""
    attendues = {e.salle for e in entretiens if e.apres_usage}
    if not attendues:
        return {}
    passees = occupations.de_la_fenetre(arbre, Creneau(maintenant - _MEMOIRE, maintenant), maintenant)
    graphe = occupations.graphe(arbre)
    derniers: dict[str, datetime] = {}
    for o in passees:
        fin = o.annonce.fin
        servies = {o.salle, *parties(o.salle, graphe.salles)} & attendues
        for salle in servies if fin <= maintenant else ():
            derniers[salle] = max(fin, derniers.get(salle, fin))
    return derniers


def exiger(arbre: Arbre, mot: str) -> Entretien:
    """L'entretien qu'un mot désigne : à faire, ou fini."""
    try:
        return ENTRETIENS.exiger(arbre, mot)
    except FicheIntrouvable:
        if not FINIS.repondent(arbre, mot):
            raise
        return FINIS.exiger(arbre, mot)


def interventions(arbre: Arbre, entretien: str) -> list[Intervention]:
    """Ce qui a été fait pour cet entretien, le plus récent d'abord ; seules ses fiches sont lues."""
    mot = f"-{en_tirets(entretien, 'entretien')}-"
    lues = [INTERVENTIONS.une(arbre, ident) for ident in INTERVENTIONS.idents(arbre) if mot in ident]
    return sorted(
        (i for i in lues if i and i.entretien == entretien), key=lambda i: (i.le, i.id), reverse=True
    )


def clore(ecriture: Ecriture, ancien: Entretien, intervention: Intervention, moment: datetime) -> Entretien:
    """Noter qu'il est fait : ce qui revient reste à sa place ; ce qui est fini rejoint l'histoire."""
    INTERVENTIONS.poser(ecriture, intervention)
    nouveau = regles.faire(ancien, intervention, moment)
    if not ancien.revient:
        ecriture.retirer(ENTRETIENS.genre.chemin(ancien.id))
        FINIS.poser(ecriture, nouveau)
    elif nouveau != ancien:
        ENTRETIENS.corriger(ecriture, ancien, nouveau)
    return nouveau


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Les pannes, ce qui est en retard, et ce qui vient (un mois d'avance pour un contrôle légal)."""
    for due in dues(arbre, minuit(jour + UN_JOUR)):
        if regles.a_voir(due, jour):
            e = due.entretien
            quand = temps.dire_echeance(due.jour, jour)
            if e.sorte is Sorte.PANNE:
                quand = f"depuis {temps.dire_jour(due.jour, jour)}"
            phrase = f"{e.titre} ({', '.join(filter(None, [quand, e.prestataire or e.par]))})"
            grave = e.sorte is Sorte.CONTROLE or e.hors_service
            gravite = Gravite.SECURITE if grave else Gravite.RESTE
            yield Echeance(due.jour, phrase, f"tl espace entretien fait {e.id}", e.id, gravite)
