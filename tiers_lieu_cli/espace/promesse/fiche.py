"""`tl espace fiche` : tout ce qu'on sait d'une réservation ou d'une série."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tiers_lieu_cli.espace import materiel, occupations
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.promesse import fiches
from tiers_lieu_cli.espace.regles import dire_gene
from tiers_lieu_cli.espace.reservation import regles
from tiers_lieu_cli.espace.reservation.modele import Promesse, Reservation
from tiers_lieu_cli.espace.reservation.options import Laquelle
from tiers_lieu_cli.espace.serie import regles as series
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import recurrence, temps
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()
#: Les dates d'une série qu'on montre d'avance.
_HORIZON = timedelta(days=70)


@app.lit("fiche")
def fiche(c: Contexte, laquelle: Laquelle, json: Json = False) -> None:
    """Voir une réservation, ou une série et ses prochaines dates.

    Exemple :
        tl espace fiche 2026-11-26-reunion-de-quartier-7k2m
    """
    promesse = fiches.exiger(c, laquelle).promesse
    if json:
        c.ecran.json(promesse)
        return
    c.ecran.titre(promesse.objet, _etat(c, promesse))
    if isinstance(promesse, Serie):
        c.ecran.dire(f"{dire_regle(promesse.recurrence)}")
    else:
        c.ecran.dire(temps.dire_creneau(promesse.creneau, c.horloge.aujourdhui()))
    for etiquette, valeur in _details(c, promesse):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if isinstance(promesse, Serie):
        _prochaines(c, promesse)
    else:
        _gene(c, promesse)


def _etat(c: Contexte, promesse: Promesse) -> str:
    if promesse.expiration and not promesse.tient(c.horloge.murale()):
        return "option expirée"
    return regles.dire(promesse, c.horloge.aujourdhui())


def _details(c: Contexte, p: Promesse) -> Iterator[tuple[str, str]]:
    salle = SALLES.une(c.arbre, p.salle)
    yield "Salle", salle.nom if salle else p.salle
    yield "Pour", p.pour
    yield "Demandé par", p.demandeur
    yield "Personnes", str(p.personnes or "")
    yield "Disposition", p.disposition
    yield "Montage", f"{p.montage} min avant" if p.montage else ""
    yield "Démontage", f"{p.demontage} min après" if p.demontage else ""
    yield "Forcé", p.forcage.motif if p.forcage else ""
    if isinstance(p, Reservation):
        yield "Matériel", str(materiel.qui_accompagne(c, p.id))
        yield "Au programme", ", ".join(e.titre for e in occupations.au_programme(c.arbre, p))
        yield "Partie à", p.deplacee_a
        yield "Absence", "on ne les a pas vus" if p.absence else ""
    yield "Consignes", salle.consignes if salle else ""
    yield "Fiche", p.id


def _gene(c: Contexte, reservation: Reservation) -> None:
    """Ce qui empêche une réservation encore à venir : une fermeture, une promesse faite ailleurs."""
    maintenant = c.horloge.murale()
    if reservation.tient(maintenant) and reservation.creneau.fin > maintenant:
        graphe = occupations.graphe(c.arbre)
        for _, prise in occupations.genes(c.arbre, [regles.occuper(reservation)], maintenant):
            if not reservation.forcage or prise.id not in reservation.forcage.contre:
                c.ecran.dire(f"À replacer : {dire_gene(prise, graphe)}.")
                c.ecran.dire(f"  La déplacer : tl espace deplacer {reservation.id}")


def _prochaines(c: Contexte, serie: Serie) -> None:
    jour = temps.minuit(c.horloge.aujourdhui())
    fenetre = Creneau(jour, jour + _HORIZON)
    dates = recurrence.occurrences(serie.recurrence, fenetre, occupations.exclus(c.arbre))
    if not dates:
        c.ecran.dire("Plus aucune date dans les dix semaines.")
        return
    lignes = [(temps.dire_creneau(o.creneau, jour.date()), series.dire_ecart(o, serie)) for o in dates]
    c.ecran.dire("Prochaines dates :")
    c.ecran.tableau([Colonne(), Colonne(cede=True)], [(f"  {quand}", ecart) for quand, ecart in lignes])
