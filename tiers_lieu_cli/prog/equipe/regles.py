"""Les règles des équipes, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta, tzinfo

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.equipe.modele import Engagement
from tiers_lieu_cli.prog.modele import Etat, Evenement, Quart

#: Un trou se voit deux semaines d'avance : le temps de demander autour de soi.
HORIZON = timedelta(days=14)
ROLE_MAXIMAL = 30
#: Le mot du rôle dans le nom d'un engagement.
_MOT_MAXIMAL = 20
#: Où l'on manque, dit comme on le dit.
_OU = {
    "accueil": "à l'accueil",
    "bar": "au bar",
    "materiel": "au matériel",
    "cuisine": "en cuisine",
    "rangement": "au rangement",
    "entree": "à l'entrée",
    "technique": "à la technique",
}


class Trou(msgspec.Struct, frozen=True):
    """Un rôle auquel il manque du monde."""

    evenement: Evenement
    quart: Quart
    manque: int

    def dire(self) -> str:
        """« il manque quelqu'un à l'accueil »."""
        qui = "quelqu'un" if self.manque == 1 else f"{self.manque} personnes"
        role = self.quart.role
        return f"il manque {qui} {_OU.get(mot_du_role(role), f'pour « {role} »')}"


def role_propre(role: str) -> str:
    """Un rôle se dit en un mot ou deux."""
    propre = " ".join(role.split()).lower()
    if not propre or len(propre) > ROLE_MAXIMAL or not propre.isprintable():
        raise ErreurUsage(
            f"Un rôle se dit en 1 à {ROLE_MAXIMAL} caractères.", "Par exemple : accueil, bar, matériel."
        )
    return propre


def mot_du_role(role: str) -> str:
    """Le rôle, en un mot sans accent : deux rôles de même mot n'en font qu'un."""
    return en_tirets(role, "role")[:_MOT_MAXIMAL].strip("-")


def prevoir(evenement: Evenement, voulu: Quart | None, role: str) -> Evenement:
    """L'événement où ce rôle est prévu ainsi ; `None` : il ne l'est plus."""
    autres = [q for q in evenement.equipe if mot_du_role(q.role) != mot_du_role(role)]
    if voulu is None and len(autres) == len(evenement.equipe):
        raise RoleInconnu(evenement, role)
    return structs.replace(evenement, equipe=(*autres, *([voulu] if voulu else [])))


class RoleInconnu(ErreurUsage):
    """L'événement n'a pas prévu ce rôle."""

    def __init__(self, evenement: Evenement, role: str) -> None:
        prevus = ", ".join(q.role for q in evenement.equipe)
        super().__init__(
            f"« {evenement.titre} » n'a pas de rôle « {role} »." + (f" Il a : {prevus}." if prevus else ""),
            f"Le prévoir : tl prog equipe creneaux {evenement.id} --role {mot_du_role(role)}",
        )


def quart(evenement: Evenement, role: str) -> Quart:
    """Le rôle prévu sous ce nom, ou `RoleInconnu`."""
    for q in evenement.equipe:
        if mot_du_role(q.role) == mot_du_role(role):
            return q
    raise RoleInconnu(evenement, role)


def creneau(evenement: Evenement, q: Quart) -> Creneau:
    """De quand à quand le rôle se tient ; une fin avant le début est du lendemain."""
    if not q.heures:
        return evenement.creneau
    debut, fin = (temps.minuit(evenement.creneau.premier_jour) + _heure(h) for h in q.heures.split("-"))
    return Creneau(debut, fin if fin > debut else fin + temps.UN_JOUR)


def _heure(dite: str) -> timedelta:
    heures, minutes = dite.split(":")
    return timedelta(hours=int(heures), minutes=int(minutes))


def engager(evenement: Evenement, q: Quart, personne: str) -> Engagement:
    """L'engagement de cette personne : toujours le même nom, elle ne compte qu'une fois."""
    ident = f"{evenement.id}-{mot_du_role(q.role)}-{personne}"
    return Engagement(id=ident, evenement=evenement.id, role=q.role, personne=personne)


def retirer(engagement: Engagement) -> Engagement:
    """Il ne pourra pas ; la fiche reste."""
    return structs.replace(engagement, retire=True)


def tenu_par(q: Quart, engagements: Iterable[Engagement]) -> list[Engagement]:
    """Ceux qui tiennent ce rôle."""
    mot = mot_du_role(q.role)
    return [g for g in engagements if not g.retire and mot_du_role(g.role) == mot]


def trous(evenement: Evenement, engagements: Iterable[Engagement]) -> Iterator[Trou]:
    """Les rôles de cet événement auxquels il manque du monde ; aucun s'il n'aura pas ou a eu lieu."""
    if not (evenement.a_lieu and evenement.est_a_nous) or evenement.etat is Etat.TENU:
        return
    engagements = tuple(engagements)
    for q in evenement.equipe:
        manque = q.combien - len(tenu_par(q, engagements))
        if manque > 0:
            yield Trou(evenement, q, manque)


def ailleurs(
    evenements: Iterable[Evenement], equipes: Mapping[str, list[Engagement]], personne: str, voulu: Creneau
) -> Iterator[tuple[Evenement, Quart]]:
    """Ce que cette personne tient déjà pendant ce temps."""
    for e in evenements:
        for q in e.equipe if e.a_lieu else ():
            tient = any(g.personne == personne for g in tenu_par(q, equipes.get(e.id, [])))
            if tient and creneau(e, q).chevauche(voulu):
                yield e, q


def durees(
    evenement: Evenement, engagements: Iterable[Engagement], fuseau: tzinfo
) -> Iterator[tuple[Engagement, timedelta]]:
    """Ce que chacun a vraiment donné ; rien pour un événement de jours entiers, sans heures dites."""
    engagements = tuple(engagements)
    for q in evenement.equipe:
        temps_du_role = creneau(evenement, q)
        if temps_du_role.jours_entiers or temps_du_role.duree > temps.UN_JOUR:
            continue
        for g in tenu_par(q, engagements):
            yield g, temps.duree_reelle(temps_du_role, fuseau)


def encore_a_venir(evenement: Evenement, maintenant: datetime) -> bool:
    """Est-il temps encore de trouver quelqu'un ?"""
    return evenement.creneau.fin > maintenant
