"""Le bilan du programme à montrer ; en public, les petits comptes de gens sont tus.

Un nombre d'activités n'est pas tu : le programme les a déjà montrées à tous.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tiers_lieu_cli.noyau.pages import bilan, dessin
from tiers_lieu_cli.noyau.pages.bilan import (
    Bilan,
    Ligne,
    Masque,
    Partie,
    barres,
    heures_donnees,
    ligne,
    masquer,
    parts,
    seule,
)
from tiers_lieu_cli.prog.bilan.regles import Comptes


def batir(
    comptes: Comptes, lieu: str, services: Mapping[str, str], aujourdhui: date, *, public: bool
) -> Bilan:
    """La vue d'un bilan ; `services` donne leur nom, `public` tait ce qui désignerait quelqu'un."""
    return bilan.batir(
        lieu,
        "bilan du programme",
        (comptes.du, comptes.au),
        aujourdhui,
        public,
        _activites(comptes),
        _participants(comptes, public),
        _inscriptions(comptes, public),
        _heures(comptes, public),
        _services(comptes, services, public),
        _idees(comptes, public),
    )


def _activites(c: Comptes) -> Partie:
    publics = tuple(ligne(public, n, tue=False) for public, n in c.activites_par_public.items())
    autres = [("annulées", c.annulees), ("reportées", c.reportees), ("besoins servis", c.besoins)]
    reste = tuple(ligne(nom, n, tue=False) for nom, n in autres if n)
    return Partie("Activités", str(c.tenues), (*publics, *reste), barres("Activités par public", publics))


def _participants(c: Comptes, public: bool) -> Partie:
    masque, lignes = parts({nom: n for nom, n in c.participants_par_public.items() if n}, public)
    total = dessin.TUE if masque.total else seule("", c.participants, public).dit
    if c.tenues and c.comptees < c.tenues:
        total += f" (comptés à {c.comptees} activité{'s' * (c.comptees > 1)} sur {c.tenues})"
    return Partie(
        "Participants", total, lignes, () if masque.total else barres("Participants par public", lignes)
    )


def _inscriptions(c: Comptes, public: bool) -> Partie:
    promises = {
        "inscrits venus": c.venus,
        "places restées vides": c.absents,
        "présence non notée": c.sans_note,
    }
    masque, lignes = parts(promises, public)
    autres = (
        seule("venus sans s'inscrire", c.sur_place, public),
        seule("restés sur liste d'attente", c.attente, public),
    )
    total = sum(promises.values())
    if not (total or c.sur_place or c.attente):
        return Partie("Inscriptions", "", ())
    dit = dessin.TUE if masque.total else str(total)
    dessins = () if masque.total else barres("Ce que sont devenues les inscriptions", lignes)
    return Partie("Inscriptions", dit, (*lignes, *autres), dessins)


def _heures(c: Comptes, public: bool) -> Partie:
    total, lignes, dessins = heures_donnees(
        "Heures par rôle", c.heures, c.benevoles, c.tous_les_benevoles, public
    )
    benevoles = (seule("bénévoles", c.tous_les_benevoles, public),) if lignes else ()
    return Partie("Heures des équipes", total, (*lignes, *benevoles), dessins)


def _services(c: Comptes, services: Mapping[str, str], public: bool) -> Partie:
    """Les participants de chaque service ; tus ensemble si l'un se déduirait des autres."""
    masque = masquer(c.participants_par_service) if public else Masque()
    lignes = []
    for ident, seances in c.seances.items():
        venus = c.participants_par_service.get(ident, 0)
        dits = dessin.TUE if ident in masque.tus else str(venus)
        fois = f"{seances} séance{'s' * (seances > 1)}"
        lignes.append(Ligne(services.get(ident, ident), seances, f"{fois}, {dits} venus"))
    return Partie("Services", "", tuple(lignes), _seances(lignes))


def _seances(lignes: Sequence[Ligne]) -> tuple[str, ...]:
    return (dessin.barres("Séances par service", [(x.nom, x.nombre) for x in lignes]),) if lignes else ()


def _idees(c: Comptes, public: bool) -> Partie:
    nommes = [("déposées", c.idees), ("acceptées", c.acceptees), ("déclinées", c.declinees)]
    if not any(n for _, n in nommes):
        return Partie("Idées de la boîte", "", ())
    return Partie("Idées de la boîte", "", tuple(seule(nom, n, public) for nom, n in nommes))
