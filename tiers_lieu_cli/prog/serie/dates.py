"""Les dates d'une série, une à une, ou « celle-ci et les suivantes »."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import series
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.series import AutreFin, AutreRegle, Suivantes
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.options import Salles
from tiers_lieu_cli.prog.serie.modele import Serie
from tiers_lieu_cli.prog.serie.options import AU_PROGRAMME, DatesOuTout, DesDates, Laquelle, Sautees, UneDate

sauter_app = Application()
ajouter_app = Application()
deplacer_app = Application()
annuler_app = Application()
depuis_app = Application()

Motif = Annotated[str, typer.Option("--motif", help="Ce que le programme dira.")]


@sauter_app.ecrit("sauter", prevenir=True)
def sauter(c: Contexte, e: Ecriture, serie: Laquelle, dates: DesDates, motif: Motif = "") -> Fait:
    """Sauter des dates : elles n'ont pas lieu, et ne se montrent pas.

    Une date où l'on attend du monde ne se saute pas : elle s'annule.

    Exemple :
        tl prog serie sauter chorale-7k2m 22/12 29/12 --motif "congé"
    """
    return series.sauter(c, e, AU_PROGRAMME, serie, dates, _propre(motif))


@ajouter_app.ecrit("ajouter")
def ajouter(c: Contexte, e: Ecriture, serie: Laquelle, dates: DesDates) -> Fait:
    """Ajouter des dates : une date sautée ou annulée revient, une autre s'ajoute à la règle.

    Exemple :
        tl prog serie ajouter chorale-7k2m 22/12 "jeudi 24 décembre"
    """
    return series.ajouter(c, e, AU_PROGRAMME, serie, dates)


@deplacer_app.ecrit("deplacer", prevenir=True)
def deplacer(
    c: Contexte,
    e: Ecriture,
    serie: Laquelle,
    jour_dit: UneDate,
    quand: Annotated[
        str, typer.Option("--quand", help='Le nouveau moment : "jeudi 20h-22h", "20h", "mercredi".')
    ],
    salles_dites: Salles = None,
    motif: Motif = "",
) -> Fait:
    """Déplacer une date : elle garde son nom, ses inscriptions et son équipe.

    Sans heure de fin, elle dure comme les autres ; sans heure du tout, elle garde les siennes.

    Exemples :
        tl prog serie deplacer chorale-7k2m 8/12 --quand "mercredi 20h-22h"
        tl prog serie deplacer chorale-7k2m 8/12 --quand "10/12" --salle cour
    """
    voulues = tuple(SALLES.designer(c.arbre, s) for s in salles_dites or ())
    return series.deplacer(c, e, AU_PROGRAMME, serie, jour_dit, quand, voulues, _propre(motif))


@annuler_app.ecrit("annuler", oui=True, prevenir=True)
def annuler(
    c: Contexte,
    e: Ecriture,
    serie: Laquelle,
    dates: DatesOuTout = None,
    suivantes: Suivantes = False,
    motif: Motif = "",
) -> Fait:
    """Annuler des dates, ou toute la série : elles restent au programme, marquées « annulé ».

    Ce qui a déjà eu lieu reste ; une série commencée est coupée là où elle s'arrête.

    Exemples :
        tl prog serie annuler chorale-7k2m 8/12 --motif "cheffe de chœur malade"
        tl prog serie annuler chorale-7k2m 2/2 --suivantes --motif "faute de monde"
    """
    dites = dates or []
    return series.annuler(c, e, AU_PROGRAMME, serie, dites, suivantes=suivantes, motif=_propre(motif))


@depuis_app.ecrit("depuis", dits=Dits, prevenir=True)
def depuis(
    c: Contexte,
    e: Ecriture,
    serie: Laquelle,
    jour_dit: UneDate,
    dits: Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    regle: AutreRegle = None,
    au: AutreFin = None,
    sautees: Sautees = None,
) -> Fait:
    """Changer une date et toutes les suivantes : la série se coupe en deux, et le dit.

    Les dates qui restent les mêmes jours gardent leur nom : inscriptions et équipes suivent.

    Exemples :
        tl prog serie depuis chorale-7k2m 5/1 --regle "chaque mercredi 19h-21h"
        tl prog serie depuis chorale-7k2m 5/1 --salle cour
    """

    def changer(apres: Serie, jour: date) -> Serie:
        dite = series.autre_regle(c, AU_PROGRAMME, completer(c, apres, dits, titre), regle, au, jour)
        return series.sans(dite, sautees or ())

    return series.depuis(c, e, AU_PROGRAMME, serie, jour_dit, changer)


def _propre(motif: str) -> str:
    return " ".join(motif.split())
