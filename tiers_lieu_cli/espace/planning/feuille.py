"""La feuille d'un jour : ce qui a lieu dans les salles, ce qu'il faut préparer, les clés à donner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

import msgspec

from tiers_lieu_cli.espace.cle import regles as cles
from tiers_lieu_cli.espace.cle.modele import Cle, PretDeCle, Sorte
from tiers_lieu_cli.espace.planning.regles import dire_heure
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.espace.reservation.modele import Promesse
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import Montre


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """Une salle prise."""

    id: str
    debut: datetime
    fin: datetime
    heures: Montre
    salle: str
    nom: Montre
    titre: str
    nature: str
    pour: str


class Preparation(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Une salle à monter ou à remettre en ordre."""

    heure: str
    quoi: str


class CleAPorter(msgspec.Struct, frozen=True, kw_only=True):
    """Une clé à remettre avant une réservation ; `reste` : combien il y en a ici."""

    cle: str
    a: str
    heure: str
    salle: str
    reste: int


class Feuille(msgspec.Struct, frozen=True, kw_only=True):
    """Tout ce qu'il faut savoir d'un jour, dans les salles."""

    lieu: str
    jour: str
    dit: Montre
    ouvert: Montre
    occupations: tuple[Ligne, ...]
    preparations: tuple[Preparation, ...]
    cles_a_remettre: tuple[CleAPorter, ...]
    a_faire: tuple[str, ...]


def lignes(
    occupations: Iterable[Occupation],
    promesses: Mapping[str, Promesse],
    graphe: Graphe,
    jour: date,
) -> Iterator[Ligne]:
    """Ce qui prend les salles ; les fermetures d'abord, puis dans l'ordre du temps."""
    for o in sorted(occupations, key=lambda o: (o.nature != FERMEE, o.annonce.debut, graphe.nom(o.salle))):
        promesse = promesses.get(o.id)
        yield Ligne(
            id=o.id,
            debut=o.annonce.debut,
            fin=o.annonce.fin,
            heures=temps.heures_du_jour(o.annonce, jour),
            salle=o.salle,
            nom=graphe.nom(o.salle),
            titre=o.titre,
            nature=o.nature,
            pour=promesse.pour if promesse else "",
        )


def preparations(
    occupations: Iterable[Occupation],
    promesses: Mapping[str, Promesse],
    graphe: Graphe,
    jour: date,
) -> list[Preparation]:
    """Les montages et démontages de ce jour, dans l'ordre."""
    trouvees = []
    for o in occupations:
        seance, salle, titre = o.annonce, graphe.nom(o.salle), o.titre
        if o.creneau.debut < seance.debut and o.creneau.debut.date() == jour:
            comment = _comment(promesses.get(o.id))
            pret = f"prêt pour {dire_heure(seance.debut)}"
            quoi = f"monter {salle} : « {titre} » ({', '.join([*comment, pret])})"
            trouvees.append(Preparation(heure=f"{o.creneau.debut:%H:%M}", quoi=quoi))
        if seance.fin < o.creneau.fin and seance.fin.date() == jour:
            fini = f"avant {dire_heure(o.creneau.fin)}"
            quoi = f"remettre en ordre {salle} après « {titre} » ({fini})"
            trouvees.append(Preparation(heure=f"{seance.fin:%H:%M}", quoi=quoi))
    return sorted(trouvees)


def _comment(promesse: Promesse | None) -> list[str]:
    if promesse is None:
        return []
    gens = f"{promesse.personnes} personnes" if promesse.personnes else ""
    return list(filter(None, [gens, promesse.disposition]))


def cles_a_remettre(
    occupations: Iterable[Occupation],
    promesses: Mapping[str, Promesse],
    toutes: Sequence[Cle],
    pretees: Sequence[PretDeCle],
    graphe: Graphe,
) -> Iterator[CleAPorter]:
    """Les clés des salles promises à quelqu'un qui n'en a aucune."""
    for o in occupations:
        promesse = promesses.get(o.id)
        if promesse is None or not promesse.pour.startswith("p-"):
            continue
        ouvrent = [cle for cle in toutes if o.salle in cle.ouvre and cle.sorte is not Sorte.CODE]
        if any(p.a == promesse.pour and p.cle == cle.id for p in pretees for cle in ouvrent):
            continue
        for cle in ouvrent[:1]:
            yield CleAPorter(
                cle=cle.id,
                a=promesse.pour,
                heure=f"{o.annonce.debut:%H:%M}",
                salle=graphe.nom(o.salle),
                reste=cle.exemplaires - len(cles.de_la_cle(pretees, cle.id)),
            )
