"""Ce qui est « à replacer » : promis, mais la salle est fermée, ou la date n'a pas trouvé de place.

Rien n'est noté dans la réservation : rouvrir la rend telle qu'elle était.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from itertools import count

import msgspec

from tiers_lieu_cli.espace import occupations, proches
from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.fermeture.regles import occuper as fermer
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import EmploiDuTemps, Occupation
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Ce que chaque numéro montré désigne, dans `.git` : à ce poste seul, et jetable.
_NUMEROS = "tiers-lieu.propositions"
#: Une promesse sans nom : seules les règles de la salle comptent alors.
_QUELQU_UN = Reservation(id="", salle="", objet="quelqu'un", debut="2000-01-01", fin="2000-01-01")


class AReplacer(msgspec.Struct, frozen=True):
    """Une promesse à replacer, la raison, et où elle irait."""

    occupation: Occupation
    raison: str
    propositions: tuple[Proposition, ...] = ()

    @property
    def seance(self) -> Creneau:
        return self.occupation.seance or self.occupation.creneau


class Numerotee(msgspec.Struct, frozen=True):
    """Une proposition montrée sous un numéro : la promesse, la salle qu'elle quitte, où elle irait."""

    promesse: str
    salle: str
    vers: Proposition


def dans(arbre: Arbre, fenetre: Creneau, maintenant: datetime) -> list[AReplacer]:
    """Tout ce qui est à replacer dans une fenêtre, dans l'ordre du temps."""
    salles = occupations.graphe(arbre)
    fermees = occupations.fermees(arbre, fenetre, salles)
    trouvees: list[AReplacer] = []
    if fermees:
        promises = occupations.de_la_fenetre(arbre, fenetre, maintenant)
        trouvees = par_fermeture(promises, EmploiDuTemps(salles, fermees))
    natures = occupations.exclus(arbre)
    for serie in SERIES.toutes(arbre).fiches:
        if serie.tient(maintenant):
            dates = series.a_replacer(serie, fenetre, natures)
            trouvees += (AReplacer(date, "la salle était prise") for date in dates)
    return sorted(trouvees, key=lambda a: (a.seance.debut, a.occupation.id))


def par_fermeture(promises: Iterable[Occupation], fermees: EmploiDuTemps) -> list[AReplacer]:
    """Les promesses qui tombent dans une fermeture, sauf celles qu'on a faites malgré elle."""
    trouvees = []
    for promise in promises:
        gene = next((f for f in fermees.genes(promise) if f.id not in promise.contre), None)
        if gene is not None:
            trouvees.append(AReplacer(promise, gene.titre))
    return trouvees


def avec_propositions(
    c: Contexte, a_replacer: list[AReplacer], fermetures: Iterable[Fermeture] = ()
) -> list[AReplacer]:
    """Les mêmes, chacune avec trois créneaux où elle tiendrait ; l'agenda n'est lu qu'une fois.

    `fermetures` : celles qu'on n'a pas encore enregistrées.
    """
    if not a_replacer:
        return []
    maintenant = c.horloge.murale()
    bornes = [proches.fenetre(a.occupation.creneau) for a in a_replacer]
    fenetre = Creneau(min(b.debut for b in bornes), max(b.fin for b in bornes))
    agenda = occupations.agenda(c.arbre, fenetre, maintenant)
    for fermeture in fermetures:
        for fermee in fermer(fermeture, agenda.graphe):
            agenda.ajouter(fermee)
    from tiers_lieu_cli.espace.examen import Reglement

    reglements: dict[int, Reglement] = {}

    def convient(personnes: int, salle: str, seance: Creneau) -> bool:
        if personnes not in reglements:
            quelqu_un = msgspec.structs.replace(_QUELQU_UN, personnes=personnes)
            reglements[personnes] = Reglement(c, quelqu_un, delais=False)
        return reglements[personnes].convient(salle, seance)

    return [
        msgspec.structs.replace(
            a,
            propositions=tuple(
                proches.proposer(a.occupation, agenda, partial(convient, a.occupation.personnes), maintenant)
            ),
        )
        for a in a_replacer
    ]


def dire(c: Contexte, a_replacer: Sequence[AReplacer]) -> Iterator[str]:
    """Chacune, puis où elle irait, par un numéro que `tl espace replacer` comprend."""
    jour = c.horloge.aujourdhui()
    graphe = occupations.graphe(c.arbre)
    montrees = [Numerotee(a.occupation.id, a.occupation.salle, p) for a in a_replacer for p in a.propositions]
    _retenir(c, montrees)
    numeros = count(1)
    for a in a_replacer:
        quand = temps.dire_creneau(a.seance, jour)
        yield f"  {graphe.nom(a.occupation.salle)} · {quand} · {a.occupation.titre} ({a.raison})"
        for p in a.propositions:
            yield f"    {next(numeros):>3}  {graphe.nom(p.salle)} · {temps.dire_creneau(p.seance, jour)}"
        if not a.propositions:
            yield "         rien de libre dans les deux semaines"
    if montrees:
        yield "  En prendre une, par son numéro : tl espace replacer 1"


def _retenir(c: Contexte, numerotees: list[Numerotee]) -> None:
    """Ce qui est montré sous chaque numéro ; jetable : sans lui, on le redemande."""
    if numerotees and not c.au:
        with suppress(Echec):
            systeme.remplacer(c.archive.interne / _NUMEROS, [msgspec.json.encode(numerotees)])


def numerotee(c: Contexte, numero: int) -> Numerotee:
    """Ce que ce numéro désignait la dernière fois qu'on l'a montré ; `ErreurUsage` sinon."""
    try:
        octets = systeme.lire_ordinaire(c.archive.interne / _NUMEROS)
        numerotees = msgspec.json.decode(octets, type=list[Numerotee])
    except (OSError, msgspec.DecodeError):
        numerotees = []
    if not 0 < numero <= len(numerotees):
        raise ErreurUsage(f"Aucune proposition ne porte le numéro {numero}.", "Les voir : tl espace demandes")
    return numerotees[numero - 1]


def vue(a: AReplacer) -> dict[str, object]:
    """Pour une machine."""
    debut, fin = temps.ecrire_bornes(a.seance)
    propositions = [
        dict(zip(("salle", "debut", "fin"), (p.salle, *temps.ecrire_bornes(p.seance)), strict=True))
        for p in a.propositions
    ]
    return {
        "reservation": a.occupation.id,
        "salle": a.occupation.salle,
        "debut": debut,
        "fin": fin,
        "raison": a.raison,
        "propositions": propositions,
    }
