"""`tl prog serie` : créer, modifier. Ses dates une à une sont dans `dates.py`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau import series
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.series import AutreFin, AutreRegle
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.regle_dite import lire_recurrence
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import minuit
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie, SiFerme
from tiers_lieu_cli.prog.serie.options import AU_PROGRAMME, Laquelle, Regle, Sautees, SiFermeture

app = Application("Ce qui revient : une règle, et ses dates sautées, ajoutées, déplacées, annulées.")


@app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce que le programme affichera.")],
    regle: Regle,
    dits: Dits,
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="À partir de quel jour.")] = "aujourd'hui",
    au: AutreFin = None,
    sautees: Sautees = None,
    si_ferme: SiFermeture = SiFerme.REFUSER,
    interne: Annotated[bool, typer.Option("--interne", help="Pour l'équipe : jamais publié.")] = False,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    passe: Passe = False,
) -> Fait:
    """Ajouter au programme ce qui revient.

    Toutes les dates sont vérifiées avant d'écrire : une salle déjà promise est refusée.

    Exemples :
        tl prog serie creer "Chorale" --regle "chaque mardi 19h-21h" --du mardi --salle salle-rez
        tl prog serie creer "Repair café" --regle "le 1er samedi du mois 10h-12h" --du 1/12 --au 30/6
    """
    depart = saisie.lire_jour(du, c.horloge.murale(), Sens.PASSE if passe else Sens.A_VENIR)
    fin = saisie.lire_jour(au, minuit(depart), Sens.A_VENIR) if au else None
    propre = programme.titre_propre(titre)
    nue = Serie(
        id=series.ident_neuf(c, propre),
        titre=propre,
        recurrence=lire_recurrence(regle, depart, fin, natures=AU_PROGRAMME.exclus(c.arbre)),
        si_ferme=si_ferme,
        etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
        interne=interne,
    )
    voulue = series.sans(completer(c, nue, dits), sautees or ())
    (neuve,) = AU_PROGRAMME.promettre(c, None, [voulue])
    SERIES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="prog.serie.creer",
        histoire=f"Nouvelle série : « {neuve.titre} », {dire_regle(neuve.recurrence)}",
        phrase=f"« {neuve.titre} » est au programme, {dire_regle(neuve.recurrence)} ({neuve.id}).",
        suite=f"tl prog serie fiche {neuve.id}",
    )


@app.ecrit("modifier", dits=Dits, prevenir=True)
def modifier(
    c: Contexte,
    e: Ecriture,
    serie: Laquelle,
    dits: Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    regle: AutreRegle = None,
    au: AutreFin = None,
    sautees: Sautees = None,
    si_ferme: Annotated[
        SiFerme | None, typer.Option("--si-ferme", help="Ce que devient une date un jour de fermeture.")
    ] = None,
    confirmer: Annotated[
        bool, typer.Option("--confirmer", help="N'est plus un brouillon, ni annulée.")
    ] = False,
) -> Fait:
    """Changer toute une série ; seul ce qu'on donne change.

    La règle et les salles d'une série déjà commencée ne se changent que pour la suite
    (`tl prog serie depuis`) : le passé reste ce qu'il fut.

    Exemples :
        tl prog serie modifier chorale-7k2m --porteur @karim
        tl prog serie modifier chorale-7k2m --au "30 juin"
    """
    ancienne = SERIES.exiger(c.arbre, serie)
    if regle or dits.salles is not None:
        series.exiger_a_venir(c, AU_PROGRAMME, ancienne)
    nouvelle = completer(c, ancienne, dits, titre)
    if si_ferme is not None:
        nouvelle = structs.replace(nouvelle, si_ferme=si_ferme)
    if confirmer:
        nouvelle = structs.replace(nouvelle, etat=Etat.CONFIRME, motif="")
    depart = date.fromisoformat(ancienne.recurrence.du)
    nouvelle = series.autre_regle(c, AU_PROGRAMME, nouvelle, regle, au, depart)
    nouvelle = series.sans(nouvelle, sautees or ())
    return series.modifier(c, e, AU_PROGRAMME, ancienne, nouvelle)


for _verbe, _resume, _ou in (
    ("sauter", "Des dates n'ont pas lieu, et ne se montrent pas.", "dates"),
    ("ajouter", "Une date sautée revient, une autre s'ajoute.", "dates"),
    ("deplacer", "Une date a lieu à un autre moment.", "dates"),
    ("annuler", "Des dates, la suite ou toute la série ; cela reste visible.", "dates"),
    ("depuis", "Changer une date et toutes les suivantes.", "dates"),
    ("fiche", "Sa règle, ses prochaines dates, ce qui les distingue.", "voir"),
    ("liste", "Les séries en cours.", "voir"),
):
    app.differer(_verbe, _resume, f"tiers_lieu_cli.prog.serie.{_ou}:{_verbe}_app")
