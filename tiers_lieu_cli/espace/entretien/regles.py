"""Les règles de l'entretien : ce qui est dû, et quand. Sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace.entretien.modele import Entretien, Intervention, Sorte
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.delais import apres
from tiers_lieu_cli.noyau.texte import en_tirets

#: Un contrôle se commande un mois d'avance ; une tâche se prévoit dans la semaine.
PREAVIS = {Sorte.CONTROLE: timedelta(days=30), Sorte.TACHE: timedelta(days=7), Sorte.PANNE: timedelta()}


class Controle(msgspec.Struct, frozen=True):
    """Un contrôle légal courant : son titre, sa période, sa source."""

    titre: str
    tous_les: str
    source: str


#: Les périodes usuelles en Belgique (Wallonie) pour un lieu qui reçoit du public ; le service de
#: prévention ou le permis du lieu peut en exiger d'autres : --tous-les l'emporte.
CONTROLES = {
    "extincteurs": Controle("Extincteurs et dévidoirs", "1 an", "NBN S 21-050"),
    "ascenseur": Controle("Ascenseur : inspection préventive", "3 mois", "arrêté royal du 9 mars 2003"),
    "electricite": Controle("Installation électrique basse tension", "5 ans", "RGIE, livre 1, 6.5"),
    "alarme": Controle("Détection et alarme incendie", "1 an", "NBN S 21-100-1"),
    "eclairage-secours": Controle("Éclairage de secours", "1 an", "NBN EN 50172"),
    "chaudiere-gaz": Controle("Chaudière à gaz", "3 ans", "arrêté wallon du 29 janvier 2009"),
    "chaudiere-mazout": Controle("Chaudière à mazout", "1 an", "arrêté wallon du 29 janvier 2009"),
    "aire-de-jeux": Controle("Aire de jeux", "1 an", "arrêté royal du 28 mars 2001"),
}


class Due(msgspec.Struct, frozen=True):
    """Un entretien, et le jour où il est dû."""

    jour: date
    entretien: Entretien


def du_le(e: Entretien, usages: Mapping[str, datetime]) -> date | None:
    """Le jour où il est à faire ; `None` s'il n'a pas lieu d'être. `usages` : la salle a servi jusqu'à…"""
    if e.apres_usage:
        usage = usages.get(e.salle)
        depuis = e.fait or temps.minuit(e.depuis)
        return usage.date() if usage and usage > depuis else None
    if e.periode and e.fait:
        return apres(e.fait.date(), e.periode)
    return e.pour_le or e.depuis


def dues(entretiens: Iterable[Entretien], usages: Mapping[str, datetime]) -> list[Due]:
    """Ce qui est à faire, le plus ancien d'abord."""
    trouves = ((du_le(e, usages), e) for e in entretiens)
    return sorted((Due(jour, e) for jour, e in trouves if jour), key=lambda d: (d.jour, d.entretien.id))


def a_voir(due: Due, jour: date) -> bool:
    """Est-il temps de s'en occuper ?"""
    return due.jour <= jour + PREAVIS[due.entretien.sorte]


def ident_neuf(e_titre: str, jour: date, pris: Iterable[str], hasard: Hasard, *, revient: bool) -> str:
    """Un mot pour ce qui revient (`extincteurs`), une date pour ce qui n'arrive qu'une fois."""
    dit = taire(e_titre, " ")
    if not revient:
        return identifiants.date_de(jour, dit, "entretien", hasard)
    mot = en_tirets(dit, "entretien")
    return f"{mot}-{identifiants.hasard(hasard, 4)}" if mot in set(pris) else mot


def faire(e: Entretien, intervention: Intervention, moment: datetime) -> Entretien:
    """L'entretien une fois fait ; une salle hors service est rouverte."""
    aujourdhui = intervention.le == moment.date()
    fait_le = temps.ecrire_moment(moment) if aujourdhui else str(intervention.le)
    if e.fait and (moment if aujourdhui else temps.minuit(intervention.le)) < e.fait:
        fait_le = e.fait_le
    if not e.hors_service:
        return structs.replace(e, fait_le=fait_le)
    au = temps.ecrire_moment(moment)
    if e.au and e.au < au:
        au = e.au
    if au <= e.du:
        return structs.replace(e, fait_le=fait_le, hors_service=False, du="", au="")
    return structs.replace(e, fait_le=fait_le, au=au)


def a_reparer(controle: Entretien, jour: date, hasard: Hasard) -> Entretien:
    """La panne qu'un contrôle non conforme ouvre."""
    titre = f"Non conforme : {controle.titre}"
    return Entretien(
        id=identifiants.date_de(jour, titre, "entretien", hasard),
        titre=titre,
        sorte=Sorte.PANNE,
        salle=controle.salle,
        depuis=jour,
        prestataire=controle.prestataire,
        liens=(controle.id,),
    )
