"""Les chapitres du bilan du programme.

Un nombre d'activités se publie tel quel : le programme les a déjà montrées à tous.
"""

from __future__ import annotations

from collections.abc import Mapping

from tiers_lieu_cli.noyau.pages.bilan import Chapitre, Compte, comptes, heures_donnees
from tiers_lieu_cli.prog.bilan.regles import Comptes


def activites(c: Comptes) -> Chapitre:
    """Ce qui a eu lieu, par public ; ce qui n'a pas eu lieu."""
    autres = {"annulées": c.annulees, "reportées": c.reportees, "besoins servis": c.besoins}
    return Chapitre(
        titre="Activités",
        comptes=(
            *comptes(c.activites_par_public),
            *(Compte(nom=nom, nombre=n, a_part=True) for nom, n in autres.items() if n),
        ),
        total=Compte(nom="", nombre=c.tenues),
        barres="Activités par public",
    )


def participants(c: Comptes) -> Chapitre:
    """Combien sont venus, là où on l'a compté."""
    manque = f"comptés à {c.comptees} activité{'s' * (c.comptees > 1)} sur {c.tenues}"
    return Chapitre(
        titre="Participants",
        comptes=tuple(comptes({nom: n for nom, n in c.participants_par_public.items() if n}, gens=True)),
        total=Compte(nom="", nombre=c.participants, gens=True),
        barres="Participants par public",
        remarque=manque if c.tenues and c.comptees < c.tenues else "",
    )


def inscriptions(c: Comptes) -> Chapitre:
    """Ce que sont devenues les places promises."""
    promises = {
        "inscrits venus": c.venus,
        "places restées vides": c.absents,
        "présence non notée": c.sans_note,
    }
    autres = {"venus sans s'inscrire": c.sur_place, "restés sur liste d'attente": c.attente}
    dits = {**promises, **autres}
    lignes = [
        Compte(nom=nom, nombre=n, gens=True, fixe=True, a_part=nom in autres) for nom, n in dits.items()
    ]
    return Chapitre(
        titre="Inscriptions",
        comptes=tuple(lignes) if any(dits.values()) else (),
        total=Compte(nom="", nombre=sum(promises.values()), gens=True),
        barres="Ce que sont devenues les inscriptions",
    )


def heures(c: Comptes) -> Chapitre:
    """Le temps des équipes, par rôle."""
    donnees = heures_donnees(
        "Heures des équipes", "Heures par rôle", c.heures, c.benevoles, c.tous_les_benevoles
    )
    return donnees if c.heures else Chapitre(titre=donnees.titre, comptes=())


def services(c: Comptes, noms: Mapping[str, str]) -> tuple[Chapitre, Chapitre]:
    """Les séances de chaque service, et qui y est venu."""
    venus = {noms.get(s, s): c.participants_par_service.get(s, 0) for s in c.seances}
    return (
        Chapitre(
            titre="Séances des services",
            comptes=tuple(comptes({noms.get(s, s): n for s, n in c.seances.items()})),
            barres="Séances par service",
        ),
        Chapitre(titre="Venus aux services", comptes=tuple(comptes(venus, gens=True))),
    )


def idees(c: Comptes) -> Chapitre:
    """La boîte à idées."""
    dites = {"déposées": c.idees, "acceptées": c.acceptees, "déclinées": c.declinees}
    lignes = [Compte(nom=nom, nombre=n, gens=True, fixe=True) for nom, n in dites.items()]
    return Chapitre(titre="Idées de la boîte", comptes=tuple(lignes) if any(dites.values()) else ())


def chapitres(c: Comptes, noms: Mapping[str, str]) -> tuple[Chapitre, ...]:
    """Le bilan du programme, dans l'ordre ; `noms` : ceux des services."""
    return activites(c), participants(c), inscriptions(c), heures(c), *services(c, noms), idees(c)
