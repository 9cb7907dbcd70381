"""Toutes les dates d'une série ont-elles leurs salles ? Vérifié avant d'écrire, elle-même comprise."""

from __future__ import annotations

from collections.abc import Collection as Noms
from collections.abc import Sequence
from datetime import date, datetime

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace import regles as espaces
from tiers_lieu_cli.espace.regles import FERMEE, Graphe, Occupation
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.modele import EVENEMENTS
from tiers_lieu_cli.prog.serie import changements, regles
from tiers_lieu_cli.prog.serie import fiches as series
from tiers_lieu_cli.prog.serie.modele import Serie, SiFerme

CITEES = 5


class DatesPrises(Echec):
    """Des dates de la série gênent une promesse, une fermeture, ou se gênent entre elles."""

    def __init__(self, genes: Sequence[tuple[Occupation, Occupation]], graphe: Graphe) -> None:
        self.genes = genes
        prises = list(dict.fromkeys(prise for _, prise in genes))
        dites = [espaces.dire_gene(prise, graphe) for prise in prises[:CITEES]]
        reste = f" … et {len(prises) - CITEES} autres" if len(prises) > CITEES else ""
        jours = dict.fromkeys(f"--sauter {voulue.id[:10]}" for voulue, _ in genes)
        remede = f"Choisir une autre salle ou une autre heure, ou laisser ces dates : {' '.join(jours)}"
        if any(prise.nature == FERMEE for prise in prises):
            remede += ". Pour toute fermeture : --si-ferme sauter, ou a-replacer"
        super().__init__(f"Pas possible : {' ; '.join(dites)}{reste}.", remede)


def promettre(
    arbre: Arbre, serie: Serie, depuis: date, maintenant: datetime, *, remplacees: Noms[str] = ()
) -> Serie:
    """La série dont chaque date à venir a sa salle ; celles d'un jour fermé deviennent ce qu'elle a choisi.

    `DatesPrises` sinon. `remplacees` : les séries enregistrées qu'elle remplace, outre elle-même.
    """
    voulues = _voulues(arbre, serie, depuis)
    if not voulues:
        return serie
    graphe = occupations.graphe(arbre)
    touchees = {genee for voulue in voulues for genee in graphe.genees(voulue.salle)}
    fenetre = Creneau(min(v.creneau.debut for v in voulues), max(v.creneau.fin for v in voulues))
    promises = occupations.de_la_fenetre(arbre, fenetre, maintenant)
    ecartees = _ses_dates(arbre, {serie.id, *remplacees}, fenetre)
    prises = [o for o in promises if o.salle in touchees and o.id not in ecartees]
    prises += [o for o in occupations.fermees(arbre, fenetre, graphe) if o.salle in touchees]
    genes = espaces.genes(voulues, prises, graphe)
    fermees = {voulue.id: prise.titre for voulue, prise in genes if prise.nature == FERMEE}
    if serie.si_ferme is not SiFerme.REFUSER:
        genes = [(v, p) for v, p in genes if not {v.id, p.id} & fermees.keys()]
    if genes:
        raise DatesPrises(genes, graphe)
    for ident, motif in fermees.items():
        serie = changements.fermer(serie, date.fromisoformat(ident[:10]), motif)
    return serie


def _voulues(arbre: Arbre, serie: Serie, depuis: date) -> list[Occupation]:
    """Les salles que ses dates prendraient ; celles qui ont leur propre fiche sont déjà promises."""
    seances = regles.seances(serie, regles.etendue(serie.recurrence, depuis), series.jours_exclus(arbre))
    return [o for o in fiches.occupations(seances) if arbre.lire(EVENEMENTS.genre.chemin(o.id)) is None]


def _ses_dates(arbre: Arbre, idents: Noms[str], fenetre: Creneau) -> set[str]:
    """Le nom des dates de ces séries telles qu'elles sont enregistrées."""
    return {s.id for s in series.seances(arbre, fenetre).fiches if s.serie in idents}
