"""`tl espace fermer` : fermer une salle ou tout le lieu ; rien n'est effacé."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace import a_replacer, occupations, saisies
from tiers_lieu_cli.espace.a_replacer import AReplacer
from tiers_lieu_cli.espace.fermeture import fiches, regles
from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import EmploiDuTemps, Graphe
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage, Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import PeriodeCitee, SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


def _lister(c: Contexte, *, json: bool, liste: bool, **_: object) -> bool:
    """Les fermetures en cours et à venir, si l'on ne demande qu'à les voir."""
    if not liste:
        return False
    fermetures = fiches.en_cours_et_a_venir(c.arbre, temps.minuit(c.horloge.aujourdhui()))
    if json:
        c.ecran.json(fermetures)
    elif not fermetures:
        c.ecran.dire("Rien n'est fermé, ni ne va l'être.")
    graphe = occupations.graphe(c.arbre)
    for fermeture in () if json else fermetures:
        c.ecran.dire(regles.dire(fermeture, graphe, c.horloge.aujourdhui()))
        c.ecran.dire(f"  → tl espace rouvrir {fermeture.id}")
    return True


@app.ecrit("fermer", voir=_lister, prevenir=True)
def fermer(
    c: Contexte,
    e: Ecriture,
    salle: Annotated[
        SalleCitee, typer.Argument(metavar="[SALLE]", help="La salle ; sans elle, tout le lieu.")
    ] = "",
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="À partir de ce jour, ou moment.")] = "",
    au: Annotated[
        str, typer.Option("--au", metavar="JOUR", help="Jusqu'à ce jour compris, ou ce moment.")
    ] = "",
    sans_fin: Annotated[bool, typer.Option("--sans-fin", help="Jusqu'à nouvel ordre.")] = False,
    periode: Annotated[
        PeriodeCitee,
        typer.Option(
            "--periode", metavar="NOM", help="Fermer à chaque date d'une période notée, comme feries."
        ),
    ] = "",
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi ; le planning le dira.")] = "",
    liste: Annotated[bool, typer.Option("--liste", help="Voir les fermetures, sans rien fermer.")] = False,  # noqa: ARG001  (voir `_lister`)
    passe: Passe = False,
) -> Fait:
    """Fermer une salle, ou tout le lieu.

    Aucune réservation n'est effacée : celles qui y tombent sont « à replacer », chacune avec trois
    propositions, et redeviennent telles quelles si l'on rouvre. Sans --au, on demande jusqu'à quand.

    Exemples :
        tl espace fermer cour --du 21/12 --au 25/12 --motif "travaux"
        tl espace fermer --periode feries --motif "jour férié"
        tl espace fermer cour --du vendredi --sans-fin --motif "fuite au plafond"
        tl espace fermer --liste
    """
    dit = saisies.lire_motif(motif)
    if not dit:
        raise ErreurUsage("Fermer demande de dire pourquoi.", 'Ajouter --motif "travaux".')
    salles = (SALLES.designer(c.arbre, salle),) if salle else ()
    if sans_fin and (au or periode):
        raise ErreurUsage("Une fin, ou jusqu'à nouvel ordre : choisir.", "Ôter --sans-fin, ou l'autre.")
    neuves = list(_neuves(c, salles, dit, du, au, periode, passe=passe, sans_fin=sans_fin))
    for neuve in neuves:
        fiches.collection(neuve).poser(e, neuve)
    graphe = occupations.graphe(c.arbre)
    touchees = a_replacer.avec_propositions(c, _touchees(c, neuves, graphe), neuves)
    return _fait(c, neuves, touchees, graphe)


def fermer_sans_fin(
    c: Contexte, e: Ecriture, salle: str, motif: str, du: date
) -> tuple[Fermeture, list[AReplacer]]:
    """Fermer une salle pour de bon ; rend la fermeture, et ce qu'elle met à replacer."""
    neuve = _neuve(c, (salle,), motif, str(du), "")
    fiches.collection(neuve).poser(e, neuve)
    touchees = _touchees(c, [neuve], occupations.graphe(c.arbre))
    return neuve, a_replacer.avec_propositions(c, touchees, [neuve])


def _neuves(
    c: Contexte,
    salles: tuple[str, ...],
    motif: str,
    du: str,
    au: str,
    periode: str,
    *,
    passe: bool,
    sans_fin: bool,
) -> Iterator[Fermeture]:
    if periode:
        if du or au:
            raise ErreurUsage("Une période, ou deux dates : choisir.", "Ôter --periode, ou --du et --au.")
        yield from _de_la_periode(c, salles, motif, periode)
        return
    if not du:
        raise ErreurUsage("Il manque l'option --du.", "Exemple : --du 21/12 --au 25/12")
    debut, fin = saisies.lire_bornes(c, du, au, passe=passe)
    if not (fin or sans_fin):
        raise _jusqu_a_quand(c, debut)
    yield _neuve(c, salles, motif, debut, fin)


def _jusqu_a_quand(c: Contexte, debut: str) -> SaisieAmbigue:
    """Sans fin dite, on demande : une fermeture ne dure jamais toujours en silence."""
    jour, heure = temps.jour_ou_moment(debut)
    seul = f"{jour + temps.UN_JOUR}T00:00" if heure else str(jour)
    dit = temps.dire_jour(jour, c.horloge.aujourdhui())
    return SaisieAmbigue(
        "",
        "Ce jour seulement, ou jusqu'à nouvel ordre ?",
        (
            Lecture(f"{dit} seulement", options=("--au", seul)),
            Lecture(f"depuis {dit}, jusqu'à nouvel ordre", options=("--sans-fin",)),
        ),
    )


def _de_la_periode(c: Contexte, salles: tuple[str, ...], motif: str, periode: str) -> Iterator[Fermeture]:
    """Chaque plage à venir qui n'est pas déjà fermée : recommencer ne double rien."""
    notee = PERIODES.exiger(c.arbre, periode)
    deja = {(f.debut, f.salles) for f in fiches.en_cours_et_a_venir(c.arbre, c.horloge.murale())}
    jour = c.horloge.aujourdhui()
    a_venir = [p for p in notee.plages if p.au >= jour and (str(p.du), salles) not in deja]
    if not a_venir:
        raise ErreurUsage(
            f"« {notee.nom} » n'a plus de date à fermer.", f"La compléter : tl espace periode {notee.id}"
        )
    for plage in a_venir:
        yield _neuve(
            c, salles, f"{motif} : {plage.quoi}" if plage.quoi else motif, str(plage.du), str(plage.au)
        )


def _neuve(c: Contexte, salles: tuple[str, ...], motif: str, debut: str, fin: str) -> Fermeture:
    ident = identifiants.date_de(
        date.fromisoformat(debut[:10]), f"fermeture {saisies.sans_personne(motif)}", "", c.hasard
    )
    return Fermeture(id=ident, debut=debut, fin=fin, salles=salles, motif=motif)


def _touchees(c: Contexte, neuves: list[Fermeture], graphe: Graphe) -> list[AReplacer]:
    """Ce que ces fermetures mettent à replacer : ce qui est à venir, promis, et dans une salle fermée."""
    maintenant = c.horloge.murale()
    touchees: dict[str, AReplacer] = {}
    for neuve in neuves:
        fermees = EmploiDuTemps(graphe, regles.occuper(neuve, graphe))
        promises = occupations.de_la_fenetre(c.arbre, fiches.fenetre_de(neuve), maintenant)
        for touchee in a_replacer.par_fermeture(promises, fermees):
            if touchee.seance.fin > maintenant:
                touchees[touchee.occupation.id] = touchee
    return list(touchees.values())


def _fait(c: Contexte, neuves: list[Fermeture], touchees: list[AReplacer], graphe: Graphe) -> Fait:
    premiere = neuves[0]
    jour = c.horloge.aujourdhui()
    dite = regles.dire(premiere, graphe, jour)
    nombre = f" ({len(neuves)} fermetures)" if len(neuves) > 1 else ""
    reste = len(touchees)
    compte = "rien à replacer" if not reste else f"{reste} réservation{'s' * (reste > 1)} à replacer"
    return Fait(
        id=premiere.id,
        action="espace.fermer",
        histoire=f"Fermeture : {regles.dire(premiere, graphe)}{nombre}",
        phrase=f"Fermé. {dite}{nombre} ; {compte} ({premiere.id}).",
        lignes=list(a_replacer.dire(c, touchees)),
        suite=f"tl espace rouvrir {premiere.id}",
        toutes="tl espace demandes --tout",
        details={"a_replacer": [a_replacer.vue(a) for a in touchees]},
    )
