"""Ce que le programme d'un temps donné montre, et ce qu'il en dit de plus : des places, ce qui manque."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches.collection import Recolte
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.recurrence import Occurrence, Quoi
from tiers_lieu_cli.noyau.temps.series import lire_nom
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.valeurs import ValeurInconnue
from tiers_lieu_cli.prog import fermetures, regles
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.equipe.regles import encore_a_venir
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Etat, Evenement
from tiers_lieu_cli.prog.semaines import Remarque
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie

#: Plus long, on ne regarde pas jour par jour.
AU_PLUS = timedelta(days=62)
#: Une série sans cette écriture n'a déplacé aucune date : l'analyser ne servirait à rien.
_DEPLACE = Quoi.DEPLACE.value.encode()


def a_montrer(arbre: Arbre, fenetre: Creneau) -> Recolte[Evenement]:
    """Les événements de la fenêtre, les dates de série parties ailleurs, et ce qui est fermé, qui le dit."""
    recolte = programme.de_la_fenetre(arbre, fenetre)
    traces = list(_traces(arbre, fenetre))
    vus = fermetures.a_replacer(arbre, recolte.fiches)
    return Recolte((*vus, *traces), recolte.defauts)


def jours_fermes(arbre: Arbre, fenetre: Creneau) -> dict[date, str]:
    """Les jours de la fenêtre où le lieu entier est fermé, et pourquoi."""
    fermes: dict[date, str] = {}
    for f in occupations.fermetures_de(arbre, fenetre) if fenetre.duree <= AU_PLUS else ():
        jour = fenetre.premier_jour
        while jour <= fenetre.dernier_jour and not f.salles:
            entier = Creneau.de_jours(jour, jour)
            if any(c.debut <= entier.debut and entier.fin <= c.fin for c in f.creneaux()):
                fermes.setdefault(jour, f.motif)
            jour += UN_JOUR
    return dict(sorted(fermes.items()))


def filtrer(
    arbre: Arbre, dits: Iterable[str] | None, vus: Iterable[Evenement], champ: str, quoi: str
) -> frozenset[str]:
    """Ce que ces mots retiennent du programme ; ceux que rien n'y porte, fût-ce ailleurs, sont refusés."""
    if not dits:
        return frozenset()
    dits, pres = tuple(dits), [*vus, *SERIES.toutes(arbre).fiches, *LONGS.toutes(arbre).fiches]
    with suppress(ValeurInconnue):
        return valeurs.filtrer(dits, (v for e in pres for v in getattr(e, champ)), quoi)
    tous = (*pres, *EVENEMENTS.toutes(arbre).fiches)
    return valeurs.filtrer(dits, (v for e in tous for v in getattr(e, champ)), quoi)


def _traces(arbre: Arbre, fenetre: Creneau) -> Iterator[Evenement]:
    """À l'ancien jour d'une date de série déplacée : elle n'y est plus, et dit où elle est partie."""
    souches = {*SERIES.idents(arbre)}
    mois = EVENEMENTS.idents_des_mois(arbre, fenetre.premier_jour, fenetre.dernier_jour)
    a_part = {ident: dit for ident in mois if (dit := lire_nom(ident)) and dit[1] in souches}
    for serie in SERIES.toutes(arbre, inutile=lambda octets: _DEPLACE not in octets).fiches:
        regle = serie.recurrence
        for ecrit, ecart in regle.ecarts.items() if serie.etat is not Etat.ANNULE else ():
            jour = date.fromisoformat(ecrit)
            if ecart.quoi is not Quoi.DEPLACE or not recurrence.est_une_date(regle, jour):
                continue
            prevue = series.seance(serie, Occurrence(jour, regle.creneau(jour)))
            trace = regles.trace(prevue, ecart.creneau)
            if trace and trace.creneau.chevauche(fenetre) and trace.id not in a_part:
                yield structs.replace(trace, motif=ecart.motif)
    for ident, (jour, souche) in a_part.items():
        if fenetre.premier_jour <= jour <= fenetre.dernier_jour:
            # Une fiche qui ne se lit pas a déjà été dite.
            with suppress(FicheFautive):
                yield from _trace_d_une_fiche(EVENEMENTS.une(arbre, ident), SERIES.une(arbre, souche), jour)


def _trace_d_une_fiche(propre: Evenement | None, mere: Serie | None, jour: date) -> Iterator[Evenement]:
    """Ce que laisse à son jour une date qui a sa fiche, et qu'on a changée de jour."""
    if propre and propre.a_lieu and mere and recurrence.est_une_date(mere.recurrence, jour):
        prevue = series.seance(mere, Occurrence(jour, mere.recurrence.creneau(jour)))
        trace = regles.trace(prevue, propre.creneau)
        if trace:
            yield trace


def remarques(arbre: Arbre, evenements: Iterable[Evenement], maintenant: datetime) -> dict[str, Remarque]:
    """Par événement, son affluence et les trous de son équipe ; seuls les mois cités sont listés."""
    evenements = tuple(evenements)
    manques: dict[str, list[str]] = {}
    for trou in equipes.trous(arbre, (e for e in evenements if encore_a_venir(e, maintenant))):
        manques.setdefault(trou.evenement.id, []).append(trou.dire())
    return {
        ident: Remarque(affluence.dire(), affluence.est_complet, ", ".join(manques.get(ident, ())))
        for ident, affluence in inscriptions.affluences(arbre, evenements).items()
    }
