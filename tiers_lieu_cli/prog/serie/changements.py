"""Changer une série : une date, plusieurs, « celle-ci et les suivantes », ou toute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie.modele import Serie, SiFerme
from tiers_lieu_cli.prog.serie.regles import Exclus


class DejaCommencee(ErreurUsage):
    """Changer la règle ou la salle réécrirait des dates passées."""

    def __init__(self, serie: Serie, prochaine: date) -> None:
        super().__init__(
            f"« {serie.titre} » a déjà eu lieu : ses dates passées ne se réécrivent pas.",
            f"Changer la suite : tl prog serie depuis {serie.id} {prochaine} …",
        )


def sauter(serie: Serie, jours: Iterable[date], motif: str = "") -> Serie:
    """Ces dates n'ont pas lieu, et ne se montrent pas."""
    return _ecarter(serie, jours, Ecart(quoi=Quoi.SAUTE, motif=motif))


def annuler_des_dates(serie: Serie, jours: Iterable[date], motif: str) -> Serie:
    """Ces dates sont annulées : elles restent au programme, et le disent."""
    return _ecarter(serie, jours, Ecart(quoi=Quoi.ANNULE, motif=motif))


def deplacer(serie: Serie, jour: date, creneau: Creneau, salles: tuple[str, ...], motif: str) -> Serie:
    """Cette date a lieu à un autre moment, et garde son nom."""
    debut, fin = ecrire_bornes(creneau)
    ecart = Ecart(quoi=Quoi.DEPLACE, debut=debut, fin=fin, salles=salles, motif=motif)
    return _ecarter(serie, [jour], ecart)


def fermer(serie: Serie, jour: date, motif: str) -> Serie:
    """Cette date tombe un jour de fermeture : elle devient ce que la série a choisi."""
    quoi = Quoi.SAUTE if serie.si_ferme is SiFerme.SAUTER else Quoi.A_REPLACER
    return _ecarter(serie, [jour], Ecart(quoi=quoi, motif=motif))


def _ecarter(serie: Serie, jours: Iterable[date], ecart: Ecart) -> Serie:
    regle = serie.recurrence
    for jour in jours:
        regle = recurrence.ecarter(regle, jour, ecart)
    return structs.replace(serie, recurrence=regle)


def ajouter(serie: Serie, jours: Iterable[date], exclus: Exclus) -> Serie:
    """Ces dates ont lieu : une date écartée ou exclue revient, une autre s'ajoute hors de la règle."""
    regle = serie.recurrence
    for jour in jours:
        if str(jour) < regle.du:
            raise ErreurUsage(f"« {serie.titre} » ne commence que {temps.dire_jour(_jour(regle.du))}.")
        if regle.au and str(jour) > regle.au:
            raise ErreurUsage(
                f"« {serie.titre} » finit {temps.dire_jour(_jour(regle.au))}.",
                f"La prolonger : tl prog serie modifier {serie.id} --au {jour}",
            )
        exclu = any(jour in exclus[nature] for nature in regle.sauf if nature in exclus)
        if exclu and str(jour) not in regle.ajouts:
            # La règle la donnerait, un congé l'ôte : dite à part, elle a lieu quand même.
            regle = structs.replace(
                regle,
                ajouts=tuple(sorted({*regle.ajouts, str(jour)})),
                ecarts={j: e for j, e in regle.ecarts.items() if j != str(jour)},
            )
        else:
            regle = recurrence.ajouter(regle, jour)
    return structs.replace(serie, recurrence=regle)


def _jour(ecrit: str) -> date:
    return date.fromisoformat(ecrit)


def annuler(serie: Serie, motif: str) -> Serie:
    """La série entière annulée : elle reste au programme, et le dit."""
    if serie.etat is Etat.ANNULE:
        raise ErreurUsage(f"« {serie.titre} » est déjà annulée.")
    return structs.replace(serie, etat=Etat.ANNULE, motif=motif)


def couper(serie: Serie, jour: date, ident: str) -> tuple[Serie, Serie]:
    """La série d'avant ce jour, et, sous un autre nom, « celle-ci et les suivantes »."""
    avant, apres = recurrence.couper(serie.recurrence, jour)
    return (
        structs.replace(serie, recurrence=avant),
        structs.replace(serie, id=ident, recurrence=apres, suite_de=serie.souche),
    )


def suivre_une_autre_regle(ancienne: Recurrence, nouvelle: Recurrence) -> Recurrence:
    """La nouvelle règle, avec ce qui vaut encore de l'ancienne : fin, exclusions, ajouts et écarts."""
    voulue = structs.replace(
        nouvelle, au=nouvelle.au or ancienne.au, sauf=tuple(dict.fromkeys((*ancienne.sauf, *nouvelle.sauf)))
    )
    ajouts = tuple(j for j in ancienne.ajouts if j >= voulue.du)
    avec_ajouts = structs.replace(voulue, ajouts=ajouts)
    ecarts = {
        j: e
        for j, e in ancienne.ecarts.items()
        if recurrence.est_une_date(avec_ajouts, date.fromisoformat(j))
    }
    return structs.replace(avec_ajouts, ecarts=ecarts)


def prolonger(serie: Serie, au: date) -> Serie:
    """La même série, jusqu'à cet autre jour."""
    if str(au) < serie.recurrence.du:
        raise ErreurUsage(f"« {serie.titre} » commence plus tard que le {temps.dire_jour(au)}.")
    return structs.replace(serie, recurrence=structs.replace(serie.recurrence, au=str(au)))
