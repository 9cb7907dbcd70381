"""La bienvenue, sans fichier ni heure courante : commencer un parcours, y avancer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.accueil.bienvenue.modele import Bienvenue, Etape, Parcours
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import clef

#: Le parcours des publics qui n'ont pas le leur.
TOUS = "tous"
#: Dans un parcours, le mot qui devient la personne qu'on a désignée.
REFERENT = "référent"


class DejaCommencee(Echec):
    """Cette personne a déjà un parcours en cours."""

    def __init__(self, qui: str) -> None:
        super().__init__(
            f"La bienvenue de {qui} est déjà commencée.", f"La voir : tl accueil bienvenue fiche @{qui}"
        )


class PasDeBienvenue(ErreurUsage):
    """Cette personne n'a pas de parcours en cours."""

    def __init__(self, qui: str) -> None:
        super().__init__(
            f"{qui} n'a pas de bienvenue en cours.", f"La commencer : tl accueil bienvenue creer @{qui}"
        )


def commencer(
    personne: str, public: str, referent: str, parcours: Parcours, jour: date, hasard: Hasard
) -> Bienvenue:
    """Le parcours d'une nouvelle personne, daté de son arrivée."""
    (le_sien,) = valeurs.trouver(public, valeurs.parmi(parcours.publics))[:1] or [TOUS]
    prevues = parcours.publics.get(le_sien) or parcours.publics.get(TOUS, ())
    if not prevues:
        raise ErreurUsage(
            f"Aucun parcours pour « {public or TOUS} ».", "En écrire un dans regles/bienvenue.yaml."
        )
    return Bienvenue(
        id=identifiants.date_de(jour, "bienvenue", "bienvenue", hasard),
        personne=personne,
        debut=jour,
        public=public,
        referent=referent,
        etapes=tuple(
            Etape(etape=p.etape, qui=p.qui, pour=jour + timedelta(days=max(0, p.jours))) for p in prevues
        ),
    )


def en_cours(bienvenues: Iterable[Bienvenue], personnes: Iterable[str]) -> Bienvenue | None:
    """Celle de cette personne (sous l'un de ses identifiants), s'il y en a une."""
    siens = frozenset(personnes)
    return next((b for b in bienvenues if b.personne in siens), None)


def faire(bienvenue: Bienvenue, dite: str, jour: date) -> tuple[Bienvenue, Etape]:
    """La bienvenue avancée d'une étape (la prochaine, ou celle qu'un mot désigne), et cette étape."""
    restantes = bienvenue.restantes
    cle = clef(dite)
    visees = [e for e in restantes if cle in clef(e.etape)] if dite else restantes[:1]
    if len(visees) != 1:
        raise ErreurUsage(
            f"« {dite} » désigne plusieurs étapes." if visees else f"Aucune étape à faire ne dit « {dite} ».",
            f"Restent : {' · '.join(e.etape for e in restantes)}",
        )
    (visee,) = visees
    etapes = tuple(structs.replace(e, faite=jour) if e is visee else e for e in bienvenue.etapes)
    return structs.replace(bienvenue, etapes=etapes), visee


def qui_fait(etape: Etape, bienvenue: Bienvenue) -> str:
    """Qui s'en charge : le référent désigné, sinon ce que le parcours dit."""
    return bienvenue.referent if bienvenue.referent and clef(etape.qui) == clef(REFERENT) else etape.qui


def dire_la_suite(bienvenue: Bienvenue, jour: date) -> str:
    """La prochaine étape, qui s'en charge et pour quand."""
    if not bienvenue.restantes:
        return "Le parcours est fini."
    e = bienvenue.restantes[0]
    return f"Prochaine étape : {e.etape} ({qui_fait(e, bienvenue)}, {temps.dire_jour(e.pour, jour)})."
