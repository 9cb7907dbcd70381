"""Le programme sur du papier : une semaine, un mois, l'affiche d'un événement."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import qr
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.publier import SANS_DOMAINE
from tiers_lieu_cli.prog.semaines import Semaine


class Case(msgspec.Struct, frozen=True):
    """Un jour d'une grille ; hors du mois, elle est vide."""

    jour: str = ""
    dit: str = ""
    ferme: bool = False


class Feuille(msgspec.Struct, frozen=True, kw_only=True):
    """Un programme à imprimer, et de quoi le retrouver en ligne."""

    semaine: Semaine
    papier: str
    adresse: str = ""
    qr: str = ""
    jours: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()


def imprimer(
    c: Contexte, semaine: Semaine, fenetre: Creneau, *, affiche: bool, a3: bool
) -> tuple[str, Feuille]:
    """La page typst de ce programme, et ce qu'elle reçoit."""
    adresse = en_ligne(c)
    est_un_mois = fenetre == temps.mois_de(fenetre.premier_jour)
    feuille = Feuille(
        semaine=semaine,
        papier="a3" if a3 else "a4",
        adresse=adresse,
        qr=qr.svg(f"https://{adresse}") if affiche and adresse else "",
        jours=tuple(temps.JOURS) if est_un_mois else (),
        cases=_cases(semaine, fenetre) if est_un_mois else (),
    )
    return ("mois" if est_un_mois else "semaine"), feuille


def en_ligne(c: Contexte, page: str = "") -> str:
    """Où le site se lit ; vide si le lieu n'a pas dit son nom."""
    domaine = c.lieu.reglages.domaine
    return "" if domaine.endswith(SANS_DOMAINE) else f"{domaine}/{page}".rstrip("/")


def _cases(semaine: Semaine, fenetre: Creneau) -> tuple[Case, ...]:
    """Des semaines entières, du lundi au dimanche."""
    jour, dernier = temps.lundi_de(fenetre.premier_jour), fenetre.dernier_jour
    fin = temps.lundi_de(dernier) + timedelta(days=6)
    combien = (fin - jour).days + 1
    return tuple(_case(semaine, fenetre, jour + timedelta(days=n)) for n in range(combien))


def _case(semaine: Semaine, fenetre: Creneau, jour: date) -> Case:
    if not fenetre.premier_jour <= jour <= fenetre.dernier_jour:
        return Case()
    ferme = any(f.startswith(f"{temps.dire_jour(jour, jour)} :") for f in semaine.fermes)
    return Case(jour.isoformat(), str(jour.day), ferme)
