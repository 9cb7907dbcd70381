"""Les règles d'un service, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.delais import Periode, apres
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.inscription.regles import participants
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.service.modele import Etape, Service, Stade

#: Un essai se juge au bout d'une saison ; un service installé, une fois l'an.
REVOIR_UN_ESSAI = Periode(3, "mois")
REVOIR_UN_PERENNE = Periode(1, "an")
#: On prépare un bilan de service deux semaines d'avance.
PREAVIS = timedelta(days=14)
#: On entre un peu avant une séance.
EN_AVANCE = timedelta(minutes=15)
UN_AN = timedelta(days=365)

DITS = {Stade.IDEE: "idée", Stade.ESSAI: "à l'essai", Stade.PERENNE: "pérenne", Stade.ARRETE: "arrêté"}
#: D'où l'on peut passer où.
PASSAGES = {
    Stade.ESSAI: (Stade.IDEE, Stade.ARRETE),
    Stade.PERENNE: (Stade.ESSAI,),
    Stade.ARRETE: (Stade.IDEE, Stade.ESSAI, Stade.PERENNE),
}


class PassageRefuse(ErreurUsage):
    """Ce service n'en est pas là."""

    def __init__(self, service: Service, vers: Stade) -> None:
        if service.stade is vers:
            depuis = temps.dire_jour(service.etapes[-1].le)
            super().__init__(f"« {service.nom} » est déjà {DITS[vers]}, depuis le {depuis}.")
            return
        remede = {
            Stade.IDEE: f"Le mettre d'abord à l'essai : tl prog service essai {service.id}",
            Stade.ARRETE: f"Le reprendre à l'essai : tl prog service essai {service.id}",
        }.get(service.stade, "")
        super().__init__(
            f"« {service.nom} » est {DITS[service.stade]} : il ne peut pas devenir {DITS[vers]}.", remede
        )


def passer(service: Service, vers: Stade, jour: date, raison: str, revoir: date | None) -> Service:
    """Le service à son nouveau stade, et le jour où l'on en reparlera."""
    if service.stade not in PASSAGES[vers]:
        raise PassageRefuse(service, vers)
    delai = {Stade.ESSAI: REVOIR_UN_ESSAI, Stade.PERENNE: REVOIR_UN_PERENNE}.get(vers)
    return structs.replace(
        service,
        etapes=(*service.etapes, Etape(stade=vers, le=jour, raison=raison)),
        revoir_le=revoir or (delai and apres(jour, delai)),
    )


class Usage(msgspec.Struct, frozen=True):
    """Ce qui montre qu'un service sert, depuis un jour.

    `passages` : les gens entrés pendant ses séances, pour lui ou non ; c'est un indice.
    """

    depuis: date
    seances: int
    participants: int
    inscrits: int
    passages: int


def mesurer(
    depuis: date,
    seances: Iterable[Evenement],
    inscriptions_de: Mapping[str, list[Inscription]],
    passages: Iterable[Passage],
) -> Usage:
    """L'usage que ces séances ont eu."""
    tenues = [e for e in seances if e.a_lieu and e.etat is not Etat.BROUILLON]
    moments = [p for p in passages if p.sens is Mouvement.ARRIVEE and p.instant]
    toutes = {e.id: inscriptions_de.get(e.id, []) for e in tenues}
    return Usage(
        depuis=depuis,
        seances=len(tenues),
        participants=sum(participants(e, toutes[e.id]) or 0 for e in tenues),
        inscrits=sum(i.places for liste in toutes.values() for i in liste if i.est_attendue),
        passages=sum(p.nombre for p in moments if p.instant and _pendant(p.instant, tenues)),
    )


def _pendant(instant: datetime, seances: Iterable[Evenement]) -> bool:
    """Entre-t-on un peu avant, ou pendant l'une de ces séances ?"""
    return any(e.creneau.debut - EN_AVANCE <= instant < e.creneau.fin for e in seances)


def debut_de_l_usage(service: Service, jour: date) -> date:
    """D'où l'on compte : depuis que le service en est là, un an au plus."""
    return max(service.depuis, jour - UN_AN)


def dire_usage(usage: Usage) -> str:
    """« 12 séances, 84 participants, 31 inscrits, 96 passages pendant ses séances »."""
    comptes = (
        (usage.seances, "séance"),
        (usage.participants, "participant"),
        (usage.inscrits, "inscrit"),
        (usage.passages, "passage"),
    )
    dits = [f"{n} {mot}{'s' * (n > 1)}" for n, mot in comptes if n]
    return ", ".join(dits) + (" pendant ses séances" if usage.passages else "") or "aucune séance encore"


def dire(service: Service) -> str:
    """« à l'essai depuis le 24 novembre 2026 »."""
    depuis = temps.dire_jour(service.depuis).partition(" ")[2]
    return f"{DITS[service.stade]} depuis le {depuis}"
