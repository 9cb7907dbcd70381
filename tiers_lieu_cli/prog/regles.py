"""Les règles du programme, sans fichier ni heure courante."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes
from tiers_lieu_cli.noyau.texte import est_lisible, est_visible, sans_blancs
from tiers_lieu_cli.prog.modele import Etat, Evenement, Quart


class Situe(Protocol):
    """Un événement ou une série : ce qui se tient quelque part."""

    @property
    def salles(self) -> tuple[str, ...]: ...
    @property
    def ailleurs(self) -> str: ...
    @property
    def calendrier(self) -> str: ...


#: Un titre tient sur une affiche.
TITRE_MAXIMAL = 200
DESCRIPTION_MAXIMALE = 10_000


def titre_propre(titre: str) -> str:
    """Un titre d'une ligne, ni vide ni démesuré."""
    propre = " ".join(titre.split())
    if not est_visible(propre) or len(propre) > TITRE_MAXIMAL or not all(map(est_lisible, propre)):
        raise ErreurUsage(
            f"Un titre tient sur une ligne, de 1 à {TITRE_MAXIMAL} caractères visibles.",
            'Exemple : tl prog evenement creer "Atelier vélo" --quand "mardi 18h30-20h"',
        )
    return propre


def description_propre(texte: str) -> str:
    """Une description sans blancs inutiles ni démesure."""
    propre = sans_blancs(texte)
    if len(propre) > DESCRIPTION_MAXIMALE:
        raise ErreurUsage(
            f"Cette description dépasse {DESCRIPTION_MAXIMALE} caractères.",
            "La raccourcir, ou joindre un document.",
        )
    return propre


def dans(evenements: Iterable[Evenement], fenetre: Creneau) -> list[Evenement]:
    """Les événements qui touchent la fenêtre, dans l'ordre du temps."""
    touchent = [e for e in evenements if e.creneau.chevauche(fenetre)]
    return sorted(touchent, key=lambda e: (not e.creneau.jours_entiers, e.creneau.debut, e.creneau.fin, e.id))


def par_jour(evenements: Iterable[Evenement], fenetre: Creneau) -> dict[date, list[Evenement]]:
    """Les événements de la fenêtre, chacun une fois, sous le jour où on le montre.

    Celui où il commence ; pour ce qui dure plusieurs jours, le premier vu. Une soirée de la veille,
    qui finit à 2 h, n'y est plus.
    """
    rangs: dict[date, list[Evenement]] = {}
    for e in dans(evenements, fenetre):
        premier = e.creneau.premier_jour
        if premier >= fenetre.premier_jour or not e.creneau.est_d_un_jour:
            rangs.setdefault(max(premier, fenetre.premier_jour), []).append(e)
    return dict(sorted(rangs.items()))


def annuler(evenement: Evenement, motif: str) -> Evenement:
    """L'événement annulé : il reste au programme, et le dit."""
    if evenement.etat is Etat.ANNULE:
        raise ErreurUsage(f"« {evenement.titre} » est déjà annulé.")
    return structs.replace(evenement, etat=Etat.ANNULE, motif=motif)


def deplacer(evenement: Evenement, creneau: Creneau) -> Evenement:
    """Le même événement à un autre moment ; ce qui était à replacer l'est."""
    debut, fin = ecrire_bornes(creneau)
    deplace = structs.replace(evenement, debut=debut, fin=fin)
    if evenement.etat is Etat.A_REPLACER:
        return structs.replace(deplace, etat=Etat.CONFIRME, motif="")
    return deplace


def reporter(
    ancien: Evenement, nouveau: Evenement, ident: str, motif: str = ""
) -> tuple[Evenement, Evenement]:
    """L'ancienne date, qui reste et dit où l'événement est parti ; et la nouvelle, sous un autre nom."""
    parti = structs.replace(ancien, etat=Etat.REPORTE, motif=motif, reporte_a=ident)
    return parti, structs.replace(nouveau, id=ident, etat=Etat.CONFIRME, motif="", reporte_a="")


def trace(evenement: Evenement, parti: Creneau) -> Evenement | None:
    """Ce qui reste au jour prévu d'un événement parti ailleurs ; `None` s'il est toujours ce jour-là."""
    if parti.premier_jour == evenement.creneau.premier_jour:
        return None
    vers = f"{parti.premier_jour}{evenement.id[len('2026-11-24') :]}"
    return structs.replace(evenement, etat=Etat.REPORTE, reporte_a=vers)


def fermer(evenement: Evenement, motif: str) -> Evenement:
    """L'événement tel qu'on le montre quand sa salle est fermée ; sa fiche, elle, ne change pas."""
    return structs.replace(evenement, etat=Etat.A_REPLACER, motif=motif)


def suspendre(evenement: Evenement, motif: str) -> Evenement:
    """L'événement reporté à une date qu'on ne connaît pas encore."""
    if evenement.etat is Etat.REPORTE:
        raise ErreurUsage(f"« {evenement.titre} » est déjà reporté.", "Donner la nouvelle date : --quand …")
    return structs.replace(evenement, etat=Etat.REPORTE, motif=motif)


def exiger_a_venir(evenement: Evenement) -> None:
    """Refuser de reporter ce qui a eu lieu, ou ce qui est déjà parti à une autre date."""
    if evenement.etat is Etat.TENU:
        raise ErreurUsage(f"« {evenement.titre} » a déjà eu lieu.")
    if evenement.reporte_a:
        raise ErreurUsage(
            f"« {evenement.titre} » est déjà reporté : {evenement.reporte_a}.",
            f"Changer la nouvelle date : tl prog evenement modifier {evenement.reporte_a} --quand",
        )


_MARQUES = {Etat.ANNULE: "annulé", Etat.REPORTE: "reporté", Etat.A_REPLACER: "fermé, à replacer"}


def tenir(evenement: Evenement, maintenant: datetime, participants: int | None, suite: str) -> Evenement:
    """L'événement a eu lieu ; ce qu'on n'en dit pas ne change pas."""
    exiger_commence(evenement, maintenant)
    if not evenement.a_lieu:
        raise ErreurUsage(
            f"« {evenement.titre} » est marqué {_MARQUES[evenement.etat]}.",
            f"S'il a quand même eu lieu : tl prog evenement modifier {evenement.id} --confirmer",
        )
    return structs.replace(
        evenement,
        etat=Etat.TENU,
        participants=evenement.participants if participants is None else participants,
        suite=suite or evenement.suite,
    )


def merite_une_suite(evenement: Evenement) -> bool:
    """Attend-on qu'on dise ce qu'il a donné ? Oui, s'il avait des places, une équipe, ou une origine."""
    return bool(
        evenement.capacite
        or evenement.equipe
        or evenement.service
        or evenement.proposition
        or evenement.besoins
    )


def exiger_commence(evenement: Evenement, maintenant: datetime) -> None:
    """Refuser de dire tenu ce qui n'a pas encore commencé."""
    if evenement.creneau.debut > maintenant:
        raise ErreurUsage(
            f"« {evenement.titre} » n'a pas encore commencé ({temps.dire_creneau(evenement.creneau)}).",
            f"S'il n'aura pas lieu : tl prog evenement annuler {evenement.id}",
        )


def lire_ages(dit: str) -> tuple[int, int]:
    """« 6-12 », « 18+ », « -12 », « tous » : le plus jeune et le plus âgé, 0 sans limite."""
    propre = dit.replace(" ", "").replace("ans", "").replace("–", "-").lower()
    if propre in ("tous", ""):
        return 0, 0
    bornes = re.fullmatch(r"(\d{0,3})(?:-(\d{1,3})|\+)", propre)
    ages = (int(bornes[1] or 0), int(bornes[2] or 0)) if bornes else (0, 0)
    if not any(ages) or (ages[1] and ages[1] < ages[0]):
        raise ErreurUsage(
            f"« {dit[:40]} » n'est pas un âge.", 'Dire par exemple : "6-12", "18+", "-12", "tous".'
        )
    return ages


def dire_ages(evenement: Evenement) -> str:
    """« 6-12 ans », « dès 18 ans », « jusqu'à 12 ans »."""
    if evenement.age_min and evenement.age_max:
        return f"{evenement.age_min}-{evenement.age_max} ans"
    if evenement.age_min:
        return f"dès {evenement.age_min} ans"
    return f"jusqu'à {evenement.age_max} ans" if evenement.age_max else ""


def pour_qui(evenement: Evenement) -> str:
    """Publics, âges et langues : « riverains, 6-12 ans, en fr et nl »."""
    langues = f"en {' et '.join(evenement.langues)}" if evenement.langues else ""
    return ", ".join(filter(None, [*evenement.publics, dire_ages(evenement), langues]))


def dire_quart(quart: Quart) -> str:
    """« accueil (2), 17:30–20:00 »."""
    combien = f" ({quart.combien})" if quart.combien > 1 else ""
    return f"{quart.role}{combien}" + (f", {quart.heures.replace('-', '–')}" if quart.heures else "")


def dire_participants(nombre: int) -> str:
    """« 14 participants »."""
    return f"{nombre} participant{'s' * (nombre > 1)}" if nombre else "personne n'est venu"


def dire_ecart(evenement: Evenement, aujourdhui: date) -> str:
    """Ce qui fait qu'un événement n'a pas lieu comme prévu : « ANNULÉ », « reporté au 3 décembre »."""
    if evenement.etat is Etat.ANNULE:
        return f"ANNULÉ ({evenement.motif})" if evenement.motif else "ANNULÉ"
    if evenement.etat is Etat.REPORTE:
        vers = date.fromisoformat(evenement.reporte_a[:10]) if evenement.reporte_a else None
        au = f"REPORTÉ au {temps.dire_jour(vers, aujourdhui)}" if vers else "REPORTÉ"
        return f"{au} ({evenement.motif})" if evenement.motif else au
    if evenement.etat is Etat.A_REPLACER:
        return f"FERMÉ, à replacer ({evenement.motif})" if evenement.motif else "FERMÉ, à replacer"
    return "brouillon" if evenement.etat is Etat.BROUILLON else ""


class Tri(msgspec.Struct, frozen=True):
    """Ce qu'on veut voir du programme ; un critère vide ne trie pas."""

    publics: frozenset[str] = frozenset()
    salles: frozenset[str] = frozenset()
    etiquettes: frozenset[str] = frozenset()
    langues: frozenset[str] = frozenset()

    def retient(self, evenement: Evenement) -> bool:
        """Répond-il à chaque critère ? Un événement sans public est pour tous."""
        return (
            (not evenement.publics or _croise(self.publics, evenement.publics))
            and _croise(self.salles, evenement.salles)
            and _croise(self.etiquettes, evenement.etiquettes)
            and _croise(self.langues, evenement.langues)
        )


def _croise(voulus: frozenset[str], dits: Iterable[str]) -> bool:
    return not voulus or not voulus.isdisjoint(dits)


def lieu_dit(situe: Situe, salles: Mapping[str, str], amis: Mapping[str, str]) -> str:
    """Où cela se tient : le nom des salles, ou l'endroit dit ; chez un lieu ami, son nom d'abord.

    « Salle du rez » est chez lui une salle à lui, que rien d'autre ne distinguerait de la nôtre.
    """
    chez = amis.get(situe.calendrier, situe.calendrier)
    return ", ".join(filter(None, [chez, *(salles.get(s, s) for s in situe.salles), situe.ailleurs]))
