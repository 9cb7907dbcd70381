"""Les dates d'une série, une à une : `tl prog serie sauter`, `ajouter`, `deplacer`, `annuler`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import recurrence, saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.modele import EVENEMENTS
from tiers_lieu_cli.prog.options import Salles
from tiers_lieu_cli.prog.serie import changements, fiches, regles, salles
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie
from tiers_lieu_cli.prog.serie.options import Laquelle, ident_neuf

sauter_app = Application()
ajouter_app = Application()
deplacer_app = Application()
annuler_app = Application()
#: Ce que Tab propose des dates d'une série.
PROPOSEES = 12


class ASaFiche(ErreurUsage):
    """Cette date a sa propre fiche, qui l'emporte sur la série."""

    def __init__(self, ident: str) -> None:
        super().__init__(
            f"Cette date a sa propre fiche ({ident}), qui l'emporte sur la série.",
            f"La changer : tl prog evenement modifier|annuler {ident}",
        )


def _ses_dates(c: Contexte) -> list[tuple[str, str]]:
    """Les prochaines dates de toutes les séries : la touche Tab ne sait pas laquelle est dite."""
    jour, exclus = c.horloge.aujourdhui(), fiches.jours_exclus(c.arbre)
    return sorted(
        {
            (ligne.jour, serie.titre)
            for serie in SERIES.toutes(c.arbre).fiches
            for ligne in regles.lignes_de_dates(serie, jour, PROPOSEES, exclus)
        }
    )


UneDate = Annotated[
    str,
    typer.Argument(metavar="DATE", help="La date, comme on la dit.", autocompletion=completion(_ses_dates)),
]
DesDates = Annotated[
    list[str],
    typer.Argument(metavar="DATE", help="Une ou plusieurs dates.", autocompletion=completion(_ses_dates)),
]
Motif = Annotated[str, typer.Option("--motif", help="Ce que le programme dira.")]


@sauter_app.action("sauter")
def sauter(
    ctx: typer.Context,
    serie: Laquelle,
    dates: DesDates,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Sauter des dates : elles n'ont pas lieu, et ne se montrent pas.

    Exemple :
        tl prog serie sauter chorale-7k2m 22/12 29/12 --motif "congé"
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancienne, jours = lire(c, serie, dates)
        _exiger_sans_fiche(c, ancienne, jours)
        nouvelle = changements.sauter(ancienne, jours, _propre(c, motif))
        SERIES.corriger(ecriture, ancienne, nouvelle)
        fait = _fait(
            nouvelle, "sauter", "n'a pas lieu", jours, f"tl prog serie ajouter {nouvelle.id} {jours[0]}"
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@ajouter_app.action("ajouter")
def ajouter(
    ctx: typer.Context, serie: Laquelle, dates: DesDates, json: Json = False, essai: Essai = False
) -> None:
    """Ajouter des dates : une date sautée ou annulée revient, une autre s'ajoute à la règle.

    Exemple :
        tl prog serie ajouter chorale-7k2m 22/12 "jeudi 24 décembre"
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancienne, jours = lire(c, serie, dates)
        _exiger_sans_fiche(c, ancienne, jours)
        nouvelle = changements.ajouter(ancienne, jours, fiches.jours_exclus(c.arbre))
        nouvelle = salles.promettre(c.arbre, nouvelle, min(jours), c.horloge.murale())
        SERIES.corriger(ecriture, ancienne, nouvelle)
        fait = _fait(nouvelle, "ajouter", "a lieu", jours, f"tl prog serie sauter {nouvelle.id} {jours[0]}")
        c.achever(ecriture, fait, json=json, essai=essai)


@deplacer_app.action("deplacer")
def deplacer(
    ctx: typer.Context,
    serie: Laquelle,
    jour_dit: UneDate,
    quand: Annotated[
        str, typer.Option("--quand", help='Le nouveau moment : "jeudi 20h-22h", "20h", "mercredi".')
    ],
    salles_dites: Salles = None,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Déplacer une date : elle garde son nom, ses inscriptions et son équipe.

    Sans heure de fin, elle dure comme les autres ; sans heure du tout, elle garde les siennes.

    Exemples :
        tl prog serie deplacer chorale-7k2m 8/12 --quand "mercredi 20h-22h"
        tl prog serie deplacer chorale-7k2m 8/12 --quand "10/12" --salle cour
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancienne, (jour,) = lire(c, serie, [jour_dit])
        _exiger_sans_fiche(c, ancienne, [jour])
        creneau = _creneau(c, ancienne, jour, quand)
        voulues = tuple(SALLES.designer(c.arbre, s) for s in salles_dites or ())
        nouvelle = changements.deplacer(ancienne, jour, creneau, voulues, _propre(c, motif))
        premier = min(jour, creneau.premier_jour)
        nouvelle = salles.promettre(c.arbre, nouvelle, premier, c.horloge.murale())
        SERIES.corriger(ecriture, ancienne, nouvelle)
        aujourdhui = c.horloge.aujourdhui()
        avant, apres = temps.dire_jour(jour), temps.dire_creneau(creneau)
        fait = Fait(
            id=nouvelle.id,
            action="prog.serie.deplacer",
            histoire=f"Série « {nouvelle.titre} » : {avant} passe au {apres}",
            phrase=(
                f"« {nouvelle.titre} », {temps.dire_jour(jour, aujourdhui)} :"
                f" aura lieu {temps.dire_creneau(creneau, aujourdhui)}."
            ),
            suite=f"tl prog semaine --du {creneau.premier_jour}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@annuler_app.action("annuler")
def annuler(
    ctx: typer.Context,
    serie: Laquelle,
    dates: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATE]",
            help="Des dates ; sans elles, toute la série.",
            autocompletion=completion(_ses_dates),
        ),
    ] = None,
    suivantes: Annotated[
        bool, typer.Option("--suivantes", help="Cette date et toutes celles d'après.")
    ] = False,
    motif: Motif = "",
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Annuler des dates, ou toute la série : elles restent au programme, marquées « annulé ».

    Ce qui a déjà eu lieu reste ; une série commencée est coupée là où elle s'arrête.

    Exemples :
        tl prog serie annuler chorale-7k2m 8/12 --motif "cheffe de chœur malade"
        tl prog serie annuler chorale-7k2m 2/2 --suivantes --motif "faute de monde"
    """
    c = ouvrir(ctx)
    if suivantes and len(dates or ()) != 1:
        raise ErreurUsage(
            "« --suivantes » part d'une date, une seule.", f"tl prog serie annuler {serie} DATE --suivantes"
        )
    quoi = "toute la série" if not dates else ", ".join(dates) + (" et les suivantes" if suivantes else "")
    if not accepte(c, f"Annuler « {SERIES.exiger(c.arbre, serie).titre} », {quoi} ?", oui or json or essai):
        return
    with c.ecriture() as ecriture:
        ancienne, jours = lire(c, serie, dates or [])
        dit = _propre(c, motif)
        if jours and not suivantes:
            _exiger_sans_fiche(c, ancienne, jours)
            garde = changements.annuler_des_dates(ancienne, jours, dit)
        else:
            depuis = jours[0] if jours else _premiere_a_annuler(c, ancienne)
            _annuler_les_fiches(c, ecriture, ancienne, depuis, dit)
            garde = changements.annuler(ancienne, dit)
            if str(depuis) > ancienne.recurrence.du:
                garde, suite = changements.couper(ancienne, depuis, ident_neuf(c, ancienne.titre))
                SERIES.poser(ecriture, changements.annuler(suite, dit))
        SERIES.corriger(ecriture, ancienne, garde)
        fait = Fait(
            id=garde.id,
            action="prog.serie.annuler",
            histoire=f"Série « {garde.titre} » : annulée, {quoi}",
            phrase=f"« {garde.titre} » est annulée, {quoi} ; cela reste visible.",
            suite=f"prévenir les inscrits ; tl prog serie fiche {garde.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def lire(c: Contexte, mot: str, dites: Sequence[str]) -> tuple[Serie, list[date]]:
    """La série, et les dates dites."""
    return SERIES.exiger(c.arbre, mot), [lire_date(c, dite) for dite in dites]


def _exiger_sans_fiche(c: Contexte, serie: Serie, jours: Sequence[date]) -> None:
    """`ASaFiche` si l'une de ces dates a sa propre fiche : c'est elle qu'il faut changer."""
    for jour in jours:
        ident = regles.ident_de(serie, jour)
        if EVENEMENTS.une(c.arbre, ident) is not None:
            raise ASaFiche(ident)


def _premiere_a_annuler(c: Contexte, serie: Serie) -> date:
    """La première date qui n'est pas passée : ce qui a eu lieu ne s'annule pas."""
    jour = c.horloge.aujourdhui()
    depuis = regles.prochaine_date(serie.recurrence, jour)
    if depuis is None:
        raise ErreurUsage(f"« {serie.titre} » est finie : il n'y a plus rien à annuler.")
    return depuis


def _annuler_les_fiches(c: Contexte, ecriture: Ecriture, serie: Serie, depuis: date, motif: str) -> None:
    """Les dates qui ont leur propre fiche s'annulent avec la série."""
    for ident in EVENEMENTS.idents(c.arbre):
        dite = regles.lire_ident(ident)
        if dite and dite[1] == serie.souche and dite[0] >= depuis:
            e = EVENEMENTS.une(c.arbre, ident)
            if e and e.a_lieu and recurrence.est_une_date(serie.recurrence, dite[0]):
                EVENEMENTS.corriger(ecriture, e, programme.annuler(e, motif))


def lire_date(c: Contexte, dite: str) -> date:
    """Une date de série : la plus proche, passée ou à venir."""
    return saisie.lire_jour(dite, c.horloge.murale(), Sens.LIBRE)


def _creneau(c: Contexte, serie: Serie, jour: date, quand: str) -> Creneau:
    """Le moment dit, lu à partir de la date qu'on déplace."""
    prevu = serie.recurrence.creneau(jour)
    dit = saisie.lire_creneau(quand, temps.minuit(jour), c.lieu.fuseau, sens=Sens.LIBRE, duree=prevu.duree)
    return serie.recurrence.creneau(dit.premier_jour) if dit.jours_entiers else dit


def _propre(c: Contexte, motif: str) -> str:
    return c.registre.rendre_opaque(" ".join(motif.split()))


def _fait(serie: Serie, verbe: str, dit: str, jours: Sequence[date], retour: str) -> Fait:
    """Ce qu'on dit de dates ôtées ou ajoutées."""
    lesquelles = ", ".join(temps.dire_jour(jour) for jour in jours)
    return Fait(
        id=serie.id,
        action=f"prog.serie.{verbe}",
        histoire=f"Série « {serie.titre} » : {dit} {lesquelles}",
        phrase=f"« {serie.titre} » {dit} {lesquelles}.",
        suite=f"tl prog serie fiche {serie.id} · revenir : {retour}",
    )


def accepte(c: Contexte, question: str, oui: bool) -> bool:
    """Un accord, demandé sur un terminal ; le reste du temps, la commande vaut accord."""
    if oui or not c.ecran.interactif or c.ecran.confirmer(question):
        return True
    c.ecran.dire("Rien n'est changé.")
    return False
