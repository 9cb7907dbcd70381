"""Le bilan du programme à montrer ; en public, les petits comptes de gens sont tus.

Un nombre d'activités n'est pas tu : le programme les a déjà montrées à tous.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tiers_lieu_cli.noyau.pages import dessin
from tiers_lieu_cli.noyau.pages.bilan import SEUIL, Bilan, Ligne, Masque, Partie, ligne, masquer, seule
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.bilan.regles import Comptes


def batir(
    comptes: Comptes, lieu: str, services: Mapping[str, str], aujourdhui: date, *, public: bool
) -> Bilan:
    """La vue d'un bilan ; `services` donne leur nom, `public` tait ce qui désignerait quelqu'un."""
    return Bilan(
        lieu=lieu,
        titre="bilan du programme",
        du=comptes.du.isoformat(),
        au=comptes.au.isoformat(),
        dite=temps.dire_creneau(Creneau.de_jours(comptes.du, comptes.au), aujourdhui),
        public=public,
        seuil=SEUIL,
        parties=(
            _activites(comptes),
            _participants(comptes, public),
            _inscriptions(comptes, public),
            _heures(comptes, public),
            _services(comptes, services, public),
            _idees(comptes, public),
        ),
    )


def _barres(titre: str, lignes: tuple[Ligne, ...]) -> tuple[str, ...]:
    return (dessin.barres(titre, [(x.nom, x.nombre) for x in lignes]),) if lignes else ()


def _activites(c: Comptes) -> Partie:
    publics = tuple(ligne(public, n, tue=False) for public, n in c.activites_par_public.items())
    autres = [("annulées", c.annulees), ("reportées", c.reportees), ("besoins servis", c.besoins)]
    reste = tuple(ligne(nom, n, tue=False) for nom, n in autres if n)
    return Partie("Activités", str(c.tenues), (*publics, *reste), _barres("Activités par public", publics))


def _participants(c: Comptes, public: bool) -> Partie:
    parts = {nom: n for nom, n in c.participants_par_public.items() if n}
    masque = masquer(parts) if public else Masque()
    lignes = tuple(ligne(nom, n, nom in masque.tus) for nom, n in parts.items())
    total = dessin.TUE if masque.total else seule("", c.participants, public).dit
    if c.tenues and c.comptees < c.tenues:
        total += f" (comptés à {c.comptees} activité{'s' * (c.comptees > 1)} sur {c.tenues})"
    return Partie(
        "Participants", total, lignes, () if masque.total else _barres("Participants par public", lignes)
    )


def _inscriptions(c: Comptes, public: bool) -> Partie:
    parts = {
        "inscrits venus": c.venus,
        "places restées vides": c.absents,
        "présence non notée": c.sans_note,
    }
    masque = masquer(parts) if public else Masque()
    lignes = tuple(ligne(nom, n, nom in masque.tus) for nom, n in parts.items())
    autres = (
        seule("venus sans s'inscrire", c.sur_place, public),
        seule("restés sur liste d'attente", c.attente, public),
    )
    total = sum(parts.values())
    if not (total or c.sur_place or c.attente):
        return Partie("Inscriptions", "", ())
    dit = dessin.TUE if masque.total else str(total)
    dessins = () if masque.total else _barres("Ce que sont devenues les inscriptions", lignes)
    return Partie("Inscriptions", dit, (*lignes, *autres), dessins)


def _heures(c: Comptes, public: bool) -> Partie:
    """Un rôle tenu par moins de cinq personnes se tait : ses heures diraient qui donne combien."""
    masque = masquer(c.benevoles) if public else Masque()
    tu = public and (masque.total or 0 < c.tous_les_benevoles < SEUIL)
    lignes = tuple(ligne(role, n, role in masque.tus, _dire_duree(n)) for role, n in c.heures.items())
    if not lignes:
        return Partie("Heures des équipes", "", ())
    total = dessin.TUE if tu else _dire_duree(sum(c.heures.values()))
    barres = dessin.barres("Heures par rôle", [(x.nom, x.nombre) for x in lignes], [x.dit for x in lignes])
    benevoles = seule("bénévoles", c.tous_les_benevoles, public)
    return Partie("Heures des équipes", total, (*lignes, benevoles), () if tu else (barres,))


def _dire_duree(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60:02}" if minutes % 60 else f"{minutes // 60} h"


def _services(c: Comptes, services: Mapping[str, str], public: bool) -> Partie:
    """Les participants de chaque service ; tus ensemble si l'un se déduirait des autres."""
    masque = masquer(c.participants_par_service) if public else Masque()
    lignes = []
    for ident, seances in c.seances.items():
        venus = c.participants_par_service.get(ident, 0)
        dits = dessin.TUE if ident in masque.tus else str(venus)
        fois = f"{seances} séance{'s' * (seances > 1)}"
        lignes.append(Ligne(services.get(ident, ident), seances, f"{fois}, {dits} venus"))
    return Partie("Services", "", tuple(lignes), _barres("Séances par service", tuple(lignes)))


def _idees(c: Comptes, public: bool) -> Partie:
    nommes = [("déposées", c.idees), ("acceptées", c.acceptees), ("déclinées", c.declinees)]
    if not any(n for _, n in nommes):
        return Partie("Idées de la boîte", "", ())
    return Partie("Idées de la boîte", "", tuple(seule(nom, n, public) for nom, n in nommes))
