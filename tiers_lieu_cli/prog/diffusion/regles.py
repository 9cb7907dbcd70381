"""Le plan appliqué à une activité : où l'annoncer, pour quand, et ce qui est fait. Des fonctions pures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.texte import clef
from tiers_lieu_cli.prog.diffusion.modele import SERIES, TOUS, Canal, Diffusion, Etape, Plan
from tiers_lieu_cli.prog.modele import Etat, Evenement


class Annonce(msgspec.Struct, frozen=True, kw_only=True):
    """Une annonce à faire `pour` ce jour, ou faite."""

    canal: Canal
    pour: date
    qui: str = ""
    faite: Diffusion | None = None

    def est_due(self, jour: date) -> bool:
        """Devrait-elle être faite ?"""
        return self.faite is None and self.pour <= jour


def se_montre(e: Evenement) -> bool:
    """S'annonce-t-il : à nous, confirmé, et pour tout le monde ?"""
    return e.est_a_nous and e.etat is Etat.CONFIRME and not e.interne


def exiger_montrable(e: Evenement) -> None:
    """Refuser d'annoncer ce qui n'est pas sûr, ou n'est pas pour tous."""
    if not se_montre(e):
        raise ErreurUsage(
            f"« {e.titre} » ne s'annonce pas : il est interne, n'est pas confirmé, ou n'est pas à nous.",
            f"Le voir : tl prog evenement fiche {e.id}",
        )


def etapes(plan: Plan, e: Evenement, *, de_serie: bool) -> list[Etape]:
    """Ce que le plan demande pour cette activité, la première d'abord ; ce qui est de sa sorte l'emporte.

    Une date de série ne s'annonce que si le plan a « series » : personne ne colle une affiche par semaine.
    """
    sortes = {clef(s): dites for s, dites in plan.sortes.items()}
    if de_serie:
        voulues = {etape.canal: etape for etape in sortes.get(SERIES, ())}
    else:
        voulues = {etape.canal: etape for etape in sortes.get(TOUS, ())}
        for sorte in dict.fromkeys(map(clef, (*e.publics, *e.etiquettes))):
            if sorte not in (TOUS, SERIES):
                voulues |= {etape.canal: etape for etape in sortes.get(sorte, ())}
    return sorted(voulues.values(), key=lambda etape: (-etape.jours, list(Canal).index(etape.canal)))


def annonces(e: Evenement, demandees: Sequence[Etape], faites: Iterable[Diffusion]) -> list[Annonce]:
    """Chaque annonce demandée, faite ou non ; puis celles qu'on a faites de surcroît."""
    par_canal = {d.canal: d for d in faites}
    dites = [
        Annonce(
            canal=etape.canal,
            pour=e.creneau.premier_jour - timedelta(days=etape.jours),
            qui=etape.qui,
            faite=par_canal.pop(etape.canal, None),
        )
        for etape in demandees
    ]
    return dites + [Annonce(canal=d.canal, pour=d.le, faite=d) for d in par_canal.values()]


def horizon(plan: Plan) -> timedelta:
    """Jusqu'où regarder pour ne rien manquer."""
    return timedelta(days=max((etape.jours for dites in plan.sortes.values() for etape in dites), default=0))
