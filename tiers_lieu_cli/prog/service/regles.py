"""Les règles d'un service, sans fichier ni heure courante."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.prog.service.modele import Etape, Service, Stade

#: Un essai se juge au bout d'une saison ; un service installé, une fois l'an.
REVOIR_UN_ESSAI = timedelta(days=91)
REVOIR_UN_PERENNE = timedelta(days=365)
#: On prépare un bilan de service deux semaines d'avance.
PREAVIS = timedelta(days=14)

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
            super().__init__(f"« {service.nom} » est déjà {DITS[vers]}, depuis le {service.etapes[-1].le}.")
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
    defaut = {Stade.ESSAI: jour + REVOIR_UN_ESSAI, Stade.PERENNE: jour + REVOIR_UN_PERENNE}.get(vers)
    prochain = revoir or defaut
    return structs.replace(
        service,
        etapes=(*service.etapes, Etape(stade=vers, le=jour.isoformat(), raison=raison)),
        revoir_le=prochain.isoformat() if prochain else "",
    )


def dire(service: Service) -> str:
    """« à l'essai depuis le 24 novembre 2026 »."""
    from tiers_lieu_cli.noyau import temps

    depuis = temps.dire_jour(service.depuis).partition(" ")[2]
    return f"{DITS[service.stade]} depuis le {depuis}"
