"""Les règles d'un parcours, sans fichier ni heure courante : ses étapes, qui en est où, qui l'a fini."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import Besoin
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation, ident_de
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.texte import clef
from tiers_lieu_cli.prog.formation.modele import Formation
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: Ce qu'on a suivi il y a plus longtemps est à reprendre.
UN_AN = timedelta(days=366)
#: Un besoin à l'un de ces thèmes demande qu'on apprenne quelque chose ; les autres disent quoi.
APPRENDRE = frozenset({"formation", "formations", "apprentissage", "apprendre"})
#: L'habilitation que quelqu'un tient à ce sujet, s'il en a une.
Tenue = Callable[[str], Habilitation | None]


class Etape(msgspec.Struct, frozen=True):
    """Une même chose à suivre, `combien` de fois, à l'une ou l'autre de ces dates."""

    titre: str
    seances: tuple[Evenement, ...]
    combien: int = 1


class Avancee(msgspec.Struct, frozen=True):
    """Où quelqu'un en est : ce qu'il a suivi, les étapes qui lui manquent, le jour où il a fini.

    `tenue` : l'habilitation qu'il a déjà ; ce qu'il a suivi avant elle ne compte plus.
    """

    personne: str
    suivies: tuple[Evenement, ...]
    restent: tuple[Etape, ...]
    finie_le: date | None = None
    tenue: Habilitation | None = None


def etapes(formation: Formation, seances: Sequence[Evenement], dates: Sequence[Evenement]) -> list[Etape]:
    """Les étapes, dans l'ordre où elles commencent ; `dates` : celles de la série."""
    par_titre: dict[str, list[Evenement]] = {}
    for e in seances:
        par_titre.setdefault(clef(e.titre), []).append(e)
    trouvees = [Etape(memes[0].titre, _tenables(memes)) for memes in par_titre.values()]
    if formation.serie:
        titre = dates[0].titre if dates else formation.serie
        trouvees.append(Etape(titre, _tenables(dates), formation.combien))
    return sorted(trouvees, key=lambda e: (not e.seances, e.seances[:1] and e.seances[0].creneau))


def _tenables(seances: Iterable[Evenement]) -> tuple[Evenement, ...]:
    """Celles qui ont lieu, ou ont eu lieu, dans l'ordre."""
    tenues = (e for e in seances if e.a_lieu and e.etat is not Etat.BROUILLON)
    return tuple(sorted(tenues, key=lambda e: (e.creneau, e.id)))


def avancees(
    etapes: Sequence[Etape], inscriptions: Mapping[str, Sequence[Inscription]], tenue: Tenue
) -> list[Avancee]:
    """Où en est chacun de ceux qui se sont inscrits à une séance, ou y sont venus.

    Fût-elle annulée depuis : c'est lui qu'il faut replacer.
    """
    venus = {
        (i.personne, ident)
        for ident, liste in inscriptions.items()
        for i in liste
        if i.personne and i.presents
    }
    gens = {
        i.personne
        for liste in inscriptions.values()
        for i in liste
        if i.personne and (i.est_attendue or i.presents)
    }
    return [_avancee(qui, etapes, venus, tenue(qui)) for qui in sorted(gens)]


def _avancee(
    qui: str, etapes: Sequence[Etape], venus: set[tuple[str, str]], tenue: Habilitation | None
) -> Avancee:
    suivies: list[Evenement] = []
    restent: list[Etape] = []
    jours: list[date] = []
    for etape in etapes:
        siennes = [s for s in etape.seances if (qui, s.id) in venus and compte(s, tenue)]
        suivies += siennes
        if len(siennes) < etape.combien:
            restent.append(msgspec.structs.replace(etape, combien=etape.combien - len(siennes)))
        else:
            jours.append(siennes[etape.combien - 1].creneau.dernier_jour)
    finie = max(jours) if jours and not restent else None
    return Avancee(qui, tuple(sorted(suivies, key=lambda s: s.creneau)), tuple(restent), finie, tenue)


def compte(seance: Evenement, tenue: Habilitation | None) -> bool:
    """Cette séance compte-t-elle pour la suite ? Pas si elle a déjà fait l'habilitation qu'on tient."""
    depuis = max(tenue.obtenue, tenue.retiree or tenue.obtenue) if tenue else None
    return depuis is None or seance.creneau.dernier_jour > depuis


def a_habiliter(vues: Iterable[Avancee]) -> list[Avancee]:
    """Ceux qui ont fini, les plus anciens d'abord."""
    finies = [(a.finie_le, a.personne, a) for a in vues if a.finie_le]
    return [a for _, _, a in sorted(finies, key=lambda t: t[:2])]


def habilitation(formation: Formation, avancee: Avancee) -> Habilitation:
    """Ce que donne le parcours fini : dès le jour de sa dernière séance."""
    if avancee.finie_le is None:
        raise PasFinie(formation, avancee)
    return Habilitation(
        id=ident_de(avancee.personne, formation.habilite),
        personne=avancee.personne,
        sujet=formation.habilite,
        obtenue=avancee.finie_le,
        avec=formation.enseigne[0] if len(formation.enseigne) == 1 else "",
        expire=formation.jusqu_au(avancee.finie_le),
    )


class PasFinie(ErreurUsage):
    """Il lui reste quelque chose à suivre."""

    def __init__(self, formation: Formation, avancee: Avancee) -> None:
        reste = f"{avancee.personne} n'a pas fini « {formation.titre} » : reste {dire_le_reste(avancee)}."
        donner = f"tl accueil habilitation creer @{avancee.personne} {formation.habilite}"
        super().__init__(reste, f"L'habiliter sans parcours : {donner}" if formation.habilite else "")


def dire_le_reste(avancee: Avancee) -> str:
    """« Pratique », « 2 fois Atelier, Examen »."""
    return ", ".join(f"{e.combien} fois {e.titre}" if e.combien > 1 else e.titre for e in avancee.restent)


# -- les besoins --------------------------------------------------------------


def sujets(themes: Iterable[str]) -> set[str]:
    """Ce dont parlent ces thèmes, sans ceux qui disent seulement qu'on veut apprendre."""
    return {clef(t) for t in themes} - APPRENDRE


def est_de_formation(besoin: Besoin) -> bool:
    """Demande-t-on d'apprendre quelque chose ?"""
    return not APPRENDRE.isdisjoint(map(clef, besoin.themes))


def repond(formation: Formation, besoin: Besoin) -> bool:
    """Ce parcours est-il donné, et pour ce besoin ?"""
    return formation.est_donnee and (
        besoin.id in formation.besoins or not sujets(formation.themes).isdisjoint(sujets(besoin.themes))
    )


def sans_parcours(besoins: Iterable[Besoin], formations: Sequence[Formation]) -> list[Besoin]:
    """Les besoins d'apprendre qu'aucun parcours ne sert : les urgents, puis les plus anciens."""
    oublies = (
        b
        for b in besoins
        if b.est_ouvert and est_de_formation(b) and not any(repond(f, b) for f in formations)
    )
    return sorted(oublies, key=lambda b: (not b.urgent, b.entendu, b.id))
