"""Ce qui prouve qu'un engagement est tenu : événement, réservation, prêt, heures, document."""

from __future__ import annotations

from typing import Any

from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.convention.document.modele import DOCUMENTS
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.collection import Collection, FicheIntrouvable, MotAmbigu
from tiers_lieu_cli.noyau.fiches.identifiants import nommes
from tiers_lieu_cli.noyau.pages.bilan import dire_duree
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import clef
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS
from tiers_lieu_cli.prog.serie.modele import SERIES
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS

_GENRES: tuple[Collection[Any], ...] = (
    *(EVENEMENTS, LONGS, SERIES, RESERVATIONS, HEURES, DOCUMENTS),
    *PRETS.rangements,
)


def designer(arbre: Arbre, mot: str) -> str:
    """L'identifiant de la fiche qui prouve, dite par un nom entier ou un de ses mots sans équivoque."""
    idents = [ident for genre in _GENRES for ident in genre.idents(arbre)]
    trouves = valeurs.trouver(mot, valeurs.parmi(idents)) or nommes(clef(mot), idents)
    if len(trouves) > 1:
        raise MotAmbigu(mot, sorted(trouves))
    if not trouves:
        quoi = "un événement, une réservation, un prêt, des heures, un document"
        raise FicheIntrouvable(quoi, mot, (), f"La retrouver : tl chercher {mot[:40]}")
    document = DOCUMENTS.une(arbre, trouves[0])
    if document and document.detruit_le:
        raise Echec(
            f"« {document.titre} » est détruit : il ne prouve plus rien.",
            "En ranger un autre : tl convention document creer",
        )
    return trouves[0]


def dire(arbre: Arbre, ident: str) -> str:
    """La preuve en quelques mots : « Repair café, samedi 28 novembre 2026 »."""
    for genre in _GENRES:
        if ident in genre.idents(arbre):
            return _dire(arbre, genre.une(arbre, ident))
    return ident


def _dire(arbre: Arbre, fiche: Any) -> str:
    nom = type(fiche).__name__
    if nom == "Heures":
        return f"{dire_duree(fiche.duree)} données ({fiche.activite}), {temps.dire_jour(fiche.jour)}"
    if nom == "Pret":
        objet = OBJETS.une(arbre, fiche.objet)
        quoi = objet.nom if objet else fiche.objet
        return f"prêt : {quoi}, {temps.dire_jour(fiche.creneau.premier_jour)}"
    if nom == "Document":
        detruit = f" (détruit le {temps.dire_jour(fiche.detruit_le)})" if fiche.detruit_le else ""
        return f"{fiche.titre}, {temps.dire_jour(fiche.le)}{detruit}"
    if nom == "Reservation":
        return f"{fiche.objet or fiche.salle}, {temps.dire_jour(fiche.creneau.premier_jour)}"
    if nom == "Serie":
        return str(fiche.titre)
    return f"{fiche.titre}, {temps.dire_jour(fiche.creneau.premier_jour)}"
