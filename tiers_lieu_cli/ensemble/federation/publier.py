"""Ce que cette maison publie d'elle pour les autres : des comptes d'un bilan public, l'usage des salles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import OFFRES
from tiers_lieu_cli.accueil.bilan import fiches as accueil
from tiers_lieu_cli.accueil.bilan import vue as accueils
from tiers_lieu_cli.ensemble.federation.modele import (
    LIGNES,
    Donnees,
    ParPublic,
    ParSalle,
    ParTheme,
    Publiee,
)
from tiers_lieu_cli.ensemble.federation.regles import lisible
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.taux import fiches as taux
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.gens.personnes import CITE
from tiers_lieu_cli.noyau.pages import bilan
from tiers_lieu_cli.noyau.pages.bilan import Chapitre, Compte, comptes, sommer
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.prog.bilan import fiches as prog

#: Cette année et la précédente : de quoi comparer, et rien qui grossisse avec l'âge de la maison.
ANNEES = 2


def publiee(c: Contexte) -> Publiee | None:
    """Ce que la maison publie aujourd'hui ; `None` si elle n'a pas dit sa commune : la dire l'accorde.

    Les chapitres sont ceux du bilan public, avec ses fenêtres et son arrondi : le soustraire à un bilan
    n'apprend rien de plus (docs/decisions/0013-bilans-publics.md).
    """
    r = c.lieu.reglages
    if not r.commune:
        return None
    fin = c.horloge.aujourdhui().replace(day=1) - UN_JOUR
    de_l_accueil = cache(lambda du, au: accueil.compter(c, du, au))
    offres = OFFRES.toutes(c.arbre).fiches

    def lire(du: date, au: date) -> list[Chapitre]:
        vus = de_l_accueil(du, au)
        offertes = sommer((t, 1) for o in offres if du <= o.entendu <= au for t in o.themes)
        dites = Chapitre(titre=_OFFRES, comptes=tuple(comptes(offertes, gens=True)))
        return [accueils.themes(vus), accueils.heures(vus), dites]

    annees = [
        (date(an, 1, 1), min(fin, date(an, 12, 31))) for an in range(fin.year - ANNEES + 1, fin.year + 1)
    ]
    chapitres = {du.year: {ch.titre: ch for ch in bilan.publier(lire, du, au)} for du, au in annees}
    return Publiee(
        nom=lisible(r.nom),
        pays=r.pays,
        commune=lisible(r.commune),
        jusqu_au=fin,
        besoins=tuple(_par_theme(chapitres, _BESOINS))[:LIGNES],
        offres=tuple(_par_theme(chapitres, _OFFRES))[:LIGNES],
        heures=tuple(_heures(chapitres)),
        salles=tuple(salle for du, au in annees for salle in _salles(c, du, au))[:LIGNES],
        activites=tuple(activite for du, au in annees for activite in _activites(c, du, au))[:LIGNES],
    )


def en_octets(publiee: Publiee) -> bytes:
    """Le fichier à mettre en ligne ; les mêmes fiches donnent les mêmes octets."""
    return msgspec.json.format(msgspec.json.encode(publiee), indent=1) + b"\n"


_BESOINS, _OFFRES, _HEURES = "Thèmes des besoins", "Thèmes des offres", "Heures données"
_Chapitres = dict[int, dict[str, Chapitre]]


def _dits(chapitres: _Chapitres, titre: str) -> Iterator[tuple[int, Chapitre]]:
    return ((an, dits[titre]) for an, dits in chapitres.items() if titre in dits)


def _par_theme(chapitres: _Chapitres, titre: str) -> Iterator[ParTheme]:
    """Un thème qui nommerait quelqu'un n'est pas un thème."""
    for an, chapitre in _dits(chapitres, titre):
        for compte in chapitre.comptes:
            if compte.nombre and lisible(compte.nom) == compte.nom and not CITE.search(compte.nom):
                yield ParTheme(an, compte.nom, compte.nombre)


def _heures(chapitres: _Chapitres) -> Iterator[Donnees]:
    """Le total seul : ce qu'on a fait, une activité à la fois, peut se dire en toutes lettres."""
    for an, chapitre in _dits(chapitres, _HEURES):
        (bras,) = (c for c in chapitre.comptes if c.a_part)
        dites = Donnees(an, _nombre(chapitre.total), _nombre(bras))
        if dites.minutes is not None or dites.benevoles is not None:
            yield dites


def _nombre(compte: Compte | None) -> int | None:
    """Des gens qui s'arrondissent à rien sont tus."""
    return compte.nombre if compte and compte.nombre else None


def _salles(c: Contexte, du: date, au: date) -> Iterator[ParSalle]:
    """Celles qui ont été ouvertes, si l'une a servi ; leur taux, le bilan public le dit déjà."""
    capacites = {s.id: s.capacite for s in SALLES.toutes(c.arbre).fiches if not s.retiree}
    usages = taux.usage(c, du, au).salles
    for s in usages if any(u.prises for u in usages) else ():
        if s.ouvertes and not s.composee and s.salle in capacites:
            yield ParSalle(
                du.year, s.salle, lisible(s.nom) or s.salle, capacites[s.salle] or 0, s.pendant, s.ouvertes
            )


def _activites(c: Contexte, du: date, au: date) -> Iterator[ParPublic]:
    for public, n in prog.compter(c, du, au).activites_par_public.items():
        if n and public and lisible(public) == public:
            yield ParPublic(du.year, public, n)
