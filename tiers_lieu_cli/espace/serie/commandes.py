"""`tl espace serie` : les réservations à dates répétées."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace import saisies
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.promesse.deplacer import deplacer_une
from tiers_lieu_cli.espace.promesse.fiches import Visee
from tiers_lieu_cli.espace.reservation.options import Beneficiaire, Forcer, Motif
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.metier import Reservee
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.espace.serie.options import DatesOuTout, DesDates, Laquelle, SiPrise, UneDate
from tiers_lieu_cli.noyau import series, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.series import AutreFin, AutreRegle, Suivantes
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle

app = Application("Les réservations à dates répétées.")
app.differer("creer", "Réserver une salle à dates répétées.", "tiers_lieu_cli.espace.serie.creer:app")

AutreSalle = Annotated[SalleCitee, typer.Option("--salle", metavar="SALLE", help="Une autre salle.")]


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on change de toute une série ; `None` : on n'en a rien dit."""

    salle: AutreSalle = ""
    regle: AutreRegle = None
    au: AutreFin = None
    objet: Annotated[str | None, typer.Option("--objet", help="Pour quoi faire.")] = None
    pour: Beneficiaire = None
    personnes: Annotated[int | None, typer.Option("--personnes", min=0, help="Combien de personnes.")] = None
    si_pris: SiPrise = None
    forcer: Forcer = False
    motif: Motif = ""


@app.ecrit("modifier", dits=_Dits)
def modifier(c: Contexte, e: Ecriture, laquelle: Laquelle, dits: _Dits) -> Fait:
    """Changer toute une série ; seul ce qu'on donne change.

    La règle et la salle d'une série déjà commencée ne se changent que pour la suite (`depuis`).

    Exemples :
        tl espace serie modifier chorale-7k2m --au "30 juin"
        tl espace serie modifier chorale-7k2m --personnes 25 --objet "chorale et goûter"
    """
    m = _metier(dits)
    ancienne = SERIES.exiger(c.arbre, laquelle)
    m.exiger_vivante(ancienne)
    if dits.regle or dits.salle:
        series.exiger_a_venir(c, m, ancienne)
    nouvelle = _changer(c, m, ancienne, dits, date.fromisoformat(ancienne.recurrence.du))
    return series.modifier(c, e, m, ancienne, nouvelle)


@app.ecrit("sauter", prevenir=True)
def sauter(c: Contexte, e: Ecriture, laquelle: Laquelle, dates: DesDates, motif: Motif = "") -> Fait:
    """Sauter des dates : la salle est rendue ; la file d'attente est montrée.

    Exemple :
        tl espace serie sauter chorale-7k2m 22/12 29/12 --motif "congé"
    """
    return series.sauter(c, e, Reservee(), laquelle, dates, saisies.lire_motif(motif))


@app.ecrit("ajouter")
def ajouter(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    dates: DesDates,
    si_pris: SiPrise = None,
    forcer: Forcer = False,
    motif: Motif = "",
) -> Fait:
    """Rajouter des dates à une série : une date sautée, annulée, ou hors de la règle.

    Exemple :
        tl espace serie ajouter chorale-7k2m "mardi 22 décembre"
    """
    m = Reservee(si_pris, saisies.lire_forcage(motif, forcer=forcer))
    return series.ajouter(c, e, m, laquelle, dates)


@app.ecrit("deplacer", prevenir=True)
def deplacer(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    date_dite: UneDate,
    quand: Annotated[
        str, typer.Option("--quand", help='Le nouveau moment : "jeudi 20h-22h" ; sans fin, elle dure autant.')
    ] = "",
    salle: AutreSalle = "",
    forcer: Forcer = False,
    motif: Motif = "",
) -> Fait:
    """Déplacer une date d'une série ; un refus propose trois créneaux.

    Exemple :
        tl espace serie deplacer chorale-7k2m 8/12 --quand "jeudi 10/12 19h"
    """
    serie = SERIES.exiger(c.arbre, laquelle)
    Reservee().exiger_vivante(serie)
    jour = series.exiger_la_date(c, Reservee(), serie, series.lire_date(c, date_dite), {})
    ou = SALLES.designer(c.arbre, salle) if salle else ""
    forcage = saisies.lire_forcage(motif, forcer=forcer)
    return deplacer_une(c, e, Visee(serie, jour), quand, ou, forcage)


@app.ecrit("annuler", oui=True, prevenir=True)
def annuler(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    dates: DatesOuTout = None,
    suivantes: Suivantes = False,
    motif: Motif = "",
) -> Fait:
    """Annuler des dates, une date et les suivantes, ou toute la série ; ce qui a eu lieu reste.

    Exemples :
        tl espace serie annuler chorale-7k2m 8/12 --motif "cheffe de chœur malade"
        tl espace serie annuler chorale-7k2m 2/2 --suivantes
    """
    dit = saisies.lire_motif(motif)
    return series.annuler(c, e, Reservee(), laquelle, dates or [], suivantes=suivantes, motif=dit)


@app.ecrit("depuis", dits=_Dits, prevenir=True)
def depuis(c: Contexte, e: Ecriture, laquelle: Laquelle, date_dite: UneDate, dits: _Dits) -> Fait:
    """Changer une date et toutes les suivantes : la série se coupe en deux, et le dit.

    Exemple :
        tl espace serie depuis chorale-7k2m 5/1 --salle cour
    """
    m = _metier(dits)

    def changer(suite: Serie, jour: date) -> Serie:
        return _changer(c, m, suite, dits, jour)

    return series.depuis(c, e, m, laquelle, date_dite, changer)


def _metier(dits: _Dits) -> Reservee:
    return Reservee(dits.si_pris, saisies.lire_forcage(dits.motif, forcer=dits.forcer))


def _changer(c: Contexte, m: Reservee, serie: Serie, dits: _Dits, depart: date) -> Serie:
    """La série, avec ce qu'on en dit."""
    changes: dict[str, object] = {}
    if dits.salle:
        changes["salle"] = SALLES.designer(c.arbre, dits.salle)
    if dits.objet is not None:
        changes["objet"] = texte.ligne(dits.objet, "L'objet")
    if dits.pour is not None:
        changes["pour"] = saisies.designer_qui(c, dits.pour)
    if dits.personnes is not None:
        changes["personnes"] = dits.personnes
    changee = series.autre_regle(c, m, structs.replace(serie, **changes), dits.regle, dits.au, depart)
    regles.exiger_assez_courte(changee.recurrence)
    return changee


@app.lit("liste")
def liste(
    c: Contexte,
    toutes: Annotated[bool, typer.Option("--tout", help="Les finies et les annulées aussi.")] = False,
    json: Json = False,
) -> None:
    """Les séries en cours.

    Exemple :
        tl espace serie liste
    """
    recolte = SERIES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    jour = str(c.horloge.aujourdhui())
    gardees = [
        s
        for s in recolte.fiches
        if toutes or (s.tient(c.horloge.murale()) and (not s.recurrence.au or s.recurrence.au >= jour))
    ]
    c.ecran.liste(
        gardees,
        "Aucune série.  En ouvrir une : tl espace serie creer",
        [
            Colonne("série", style=Style.GRAS),
            Colonne("objet", cede=True),
            Colonne("salle"),
            Colonne("quand", cede=True),
        ],
        ((s.id, s.objet, s.salle, dire_regle(s.recurrence)) for s in gardees),
        json=json,
    )
