"""`tl prog serie` : créer, modifier, voir. Ses dates une à une sont dans `dates.py`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.contexte import ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Passe
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie import changements, fiches, regles, salles
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie, SiFerme
from tiers_lieu_cli.prog.serie.options import (
    AutreRegle,
    Fin,
    Laquelle,
    Regle,
    SiFermeture,
    avec_une_autre_regle,
    dire_regle,
    ident_neuf,
    lire_fin,
    lire_regle,
)

app = Application("Ce qui revient : une règle, et ses dates sautées, ajoutées, déplacées, annulées.")


@app.action("creer", dits=Dits)
def creer(
    ctx: typer.Context,
    titre: Annotated[str, typer.Argument(help="Ce que le programme affichera.")],
    regle: Regle,
    dits: Dits,
    du: Annotated[str, typer.Option("--du", metavar="DATE", help="À partir de quel jour.")] = "aujourd'hui",
    au: Fin = None,
    sautees: Annotated[
        list[str] | None, typer.Option("--sauter", metavar="DATE", help="Une date à laisser d'emblée.")
    ] = None,
    si_ferme: SiFermeture = SiFerme.REFUSER,
    interne: Annotated[bool, typer.Option("--interne", help="Pour l'équipe : jamais publié.")] = False,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    passe: Passe = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Ajouter au programme ce qui revient.

    Toutes les dates sont vérifiées avant d'écrire : une salle déjà promise est refusée.

    Exemples :
        tl prog serie creer "Chorale" --regle "chaque mardi 19h-21h" --du mardi --salle salle-rez
        tl prog serie creer "Repair café" --regle "le 1er samedi du mois 10h-12h" --du 1/12 --au 30/6
    """
    c = ouvrir(ctx)
    depart = saisie.lire_jour(du, c.horloge.murale(), Sens.PASSE if passe else Sens.A_VENIR)
    propre = programme.titre_propre(titre)
    with c.ecriture() as ecriture:
        nue = Serie(
            id=ident_neuf(c, propre),
            titre=propre,
            recurrence=lire_regle(c, regle, depart, lire_fin(au, depart)),
            si_ferme=si_ferme,
            etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
            interne=interne,
        )
        neuve = changements.sauter(
            completer(c, nue, dits),
            (saisie.lire_jour(dite, temps.minuit(depart), Sens.A_VENIR) for dite in sautees or ()),
        )
        neuve = salles.promettre(c.arbre, neuve, depart, c.horloge.murale())
        SERIES.poser(ecriture, neuve)
        fait = Fait(
            id=neuve.id,
            action="prog.serie.creer",
            histoire=f"Nouvelle série : « {neuve.titre} », {dire_regle(neuve)}",
            phrase=f"« {neuve.titre} » est au programme, {dire_regle(neuve)} ({neuve.id}).",
            suite=f"tl prog serie fiche {neuve.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("modifier", dits=Dits)
def modifier(
    ctx: typer.Context,
    serie: Laquelle,
    dits: Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    regle: AutreRegle = None,
    au: Fin = None,
    si_ferme: Annotated[
        SiFerme | None, typer.Option("--si-ferme", help="Ce que devient une date un jour de fermeture.")
    ] = None,
    confirmer: Annotated[
        bool, typer.Option("--confirmer", help="N'est plus un brouillon, ni annulée.")
    ] = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer toute une série ; seul ce qu'on donne change.

    La règle et les salles d'une série déjà commencée ne se changent que pour la suite
    (`tl prog serie depuis`) : le passé reste ce qu'il fut.

    Exemples :
        tl prog serie modifier chorale-7k2m --porteur @karim
        tl prog serie modifier chorale-7k2m --au "30 juin"
    """
    c = ouvrir(ctx)
    jour = c.horloge.aujourdhui()
    with c.ecriture() as ecriture:
        ancienne = SERIES.exiger(c.arbre, serie)
        if (regle or dits.salles is not None) and ancienne.recurrence.du < str(jour):
            prochaine = regles.prochaine(ancienne, jour, fiches.jours_exclus(c.arbre))
            raise changements.DejaCommencee(ancienne, prochaine or jour)
        nouvelle = completer(c, ancienne, dits, titre)
        if si_ferme is not None:
            nouvelle = structs.replace(nouvelle, si_ferme=si_ferme)
        if confirmer:
            nouvelle = structs.replace(nouvelle, etat=Etat.CONFIRME, motif="")
        nouvelle = avec_une_autre_regle(c, nouvelle, regle, au, date.fromisoformat(ancienne.recurrence.du))
        if nouvelle == ancienne:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --titre, --porteur, --au…")
        nouvelle = salles.promettre(c.arbre, nouvelle, jour, c.horloge.murale())
        SERIES.corriger(ecriture, ancienne, nouvelle)
        fait = Fait(
            id=nouvelle.id,
            action="prog.serie.modifier",
            histoire=f"Série modifiée : « {nouvelle.titre} », {dire_regle(nouvelle)}",
            phrase=f"« {nouvelle.titre} » est modifiée : {dire_regle(nouvelle)}.",
            suite=f"tl prog serie fiche {nouvelle.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


for _verbe, _resume, _ou in (
    ("sauter", "Des dates n'ont pas lieu, et ne se montrent pas.", "dates"),
    ("ajouter", "Une date sautée revient, une autre s'ajoute.", "dates"),
    ("deplacer", "Une date a lieu à un autre moment.", "dates"),
    ("annuler", "Des dates, la suite ou toute la série ; cela reste visible.", "dates"),
    ("depuis", "Changer une date et toutes les suivantes.", "depuis"),
    ("fiche", "Sa règle, ses prochaines dates, ce qui les distingue.", "voir"),
    ("liste", "Les séries en cours.", "voir"),
):
    app.differer(_verbe, _resume, f"tiers_lieu_cli.prog.serie.{_ou}:{_verbe}_app")
