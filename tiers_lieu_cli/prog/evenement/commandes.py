"""`tl prog evenement` : créer, modifier, voir ; ce qu'il devient est dans `devenir`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau import identifiants, saisie, temps
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Contexte, Fait, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.options import Essai, Json, Passe
from tiers_lieu_cli.noyau.saisie import Sens
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.equipe.regles import tenu_par
from tiers_lieu_cli.prog.evenement import suites
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.options import (
    Accessibilite,
    Age,
    Ailleurs,
    Capacite,
    Description,
    Etiquettes,
    Langues,
    Lequel,
    Porteurs,
    Publics,
    Quand,
    Salles,
)
from tiers_lieu_cli.prog.origines import Besoins, ServiceLie, dire_besoins

app = Application("Les événements : créer, modifier, tenir, voir.")
_DEVENIR = "tiers_lieu_cli.prog.evenement.devenir"


def _sens(passe: bool) -> Sens:
    return Sens.PASSE if passe else Sens.A_VENIR


@app.action("creer")
def creer(
    ctx: typer.Context,
    titre: Annotated[str, typer.Argument(help="Ce que le programme affichera.")],
    quand: Annotated[
        str,
        typer.Option(
            "--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'
        ),
    ],
    salles: Salles = None,
    ailleurs: Ailleurs = None,
    publics: Publics = None,
    porteurs: Porteurs = None,
    capacite: Capacite = None,
    age: Age = None,
    langues: Langues = None,
    accessibilite: Accessibilite = None,
    service: ServiceLie = None,
    besoins: Besoins = None,
    etiquettes: Etiquettes = None,
    description: Description = None,
    interne: Annotated[bool, typer.Option("--interne", help="Pour l'équipe : jamais publié.")] = False,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    passe: Passe = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Ajouter un événement au programme.

    Exemples :
        tl prog evenement creer "Atelier vélo" --quand "mardi 18h30-20h" --salle cour --porteur @karim
        tl prog evenement creer "Fête du quartier" --quand "du 3 au 5 juin" --ailleurs "place du Marché"
    """
    c = ouvrir(ctx)
    creneau = saisie.lire_creneau(quand, c.horloge.murale(), c.lieu.fuseau, sens=_sens(passe))
    debut, fin = temps.ecrire_bornes(creneau)
    propre = regles.titre_propre(titre)
    dits = Dits(
        salles=salles,
        ailleurs=ailleurs,
        publics=publics,
        porteurs=porteurs,
        capacite=capacite,
        age=age,
        langues=langues,
        accessibilite=accessibilite,
        service=service,
        besoins=besoins,
        etiquettes=etiquettes,
        description=description,
    )
    with c.ecriture() as ecriture:
        nu = Evenement(
            id=identifiants.date_de(creneau.premier_jour, propre, "evenement", c.hasard),
            titre=propre,
            debut=debut,
            fin=fin,
            etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
            interne=interne,
        )
        neuf = completer(c, nu, dits)
        occupations.exiger_libre(c.arbre, fiches.occupations([neuf]), c.horloge.murale())
        fiches.collection(neuf.id, creneau).poser(ecriture, neuf)
        dit = temps.dire_creneau(creneau, c.horloge.aujourdhui())
        deja = " (c'est déjà passé)" if creneau.fin <= c.horloge.murale() else ""
        fait = Fait(
            id=neuf.id,
            action="prog.evenement.creer",
            histoire=f"Nouvel événement : « {neuf.titre} », {temps.dire_creneau(creneau)}",
            phrase=f"« {neuf.titre} » est au programme, {dit}{deja} ({neuf.id}).",
            suite=f"tl prog semaine --du {creneau.premier_jour}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("modifier")
def modifier(
    ctx: typer.Context,
    evenement: Lequel,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    quand: Quand = None,
    salles: Salles = None,
    ailleurs: Ailleurs = None,
    publics: Publics = None,
    porteurs: Porteurs = None,
    capacite: Capacite = None,
    age: Age = None,
    langues: Langues = None,
    accessibilite: Accessibilite = None,
    service: ServiceLie = None,
    besoins: Besoins = None,
    etiquettes: Etiquettes = None,
    description: Description = None,
    confirmer: Annotated[
        bool, typer.Option("--confirmer", help="N'est plus un brouillon, ni annulé, ni reporté.")
    ] = False,
    passe: Passe = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer un événement ; seul ce qu'on donne change.

    S'il change de mois, l'ancienne date reste au programme, marquée « reporté ».

    Exemple :
        tl prog evenement modifier 2026-11-24-atelier-velo-7k2m --quand "jeudi 18h30-20h" --salle cour
    """
    c = ouvrir(ctx)
    dits = Dits(
        titre=titre,
        salles=salles,
        ailleurs=ailleurs,
        publics=publics,
        porteurs=porteurs,
        capacite=capacite,
        age=age,
        langues=langues,
        accessibilite=accessibilite,
        service=service,
        besoins=besoins,
        etiquettes=etiquettes,
        description=description,
    )
    with c.ecriture() as ecriture:
        ancien = fiches.exiger(c.arbre, evenement)
        nouveau = completer(c, ancien, dits)
        if confirmer:
            nouveau = structs.replace(nouveau, etat=Etat.CONFIRME, motif="", reporte_a="")
        if quand is not None:
            creneau = saisie.lire_creneau(
                quand, c.horloge.murale(), c.lieu.fuseau, sens=_sens(passe), duree=ancien.creneau.duree
            )
            nouveau = regles.deplacer(nouveau, creneau)
        if nouveau == ancien:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --quand, --salle, --titre…")
        occupations.exiger_libre(c.arbre, fiches.occupations([nouveau]), c.horloge.murale())
        suivi = fiches.corriger(
            ecriture,
            ancien,
            nouveau,
            lambda e: identifiants.date_de(e.creneau.premier_jour, e.titre, "evenement", c.hasard),
        )
        a_dire = suites.suivre(c, ecriture, ancien, suivi)
        quand_dit = temps.dire_creneau(suivi.creneau, c.horloge.aujourdhui())
        fait = Fait(
            id=suivi.id,
            action="prog.evenement.modifier",
            histoire=f"Événement modifié : « {suivi.titre} », {temps.dire_creneau(suivi.creneau)}",
            phrase=f"« {suivi.titre} » est modifié : {quand_dit} ({suivi.id}).{a_dire}",
            suite=f"tl prog semaine --du {suivi.creneau.premier_jour}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


app.differer("annuler", "Annuler : il reste au programme, et le dit.", f"{_DEVENIR}:annuler_app")
app.differer("reporter", "Reporter, à une date ou sans date.", f"{_DEVENIR}:reporter_app")
app.differer("tenir", "Il a eu lieu : combien on fut, et la suite.", f"{_DEVENIR}:tenir_app")


@app.action("fiche")
def fiche(ctx: typer.Context, evenement: Lequel, json: Json = False) -> None:
    """Voir un événement.

    Exemple :
        tl prog evenement fiche 2026-11-24-atelier-velo-7k2m
    """
    c = ouvrir(ctx)
    e = fiches.exiger(c.arbre, evenement)
    if json:
        c.ecran.json(e)
        return
    c.ecran.titre(e.titre, regles.dire_ecart(e, c.horloge.aujourdhui()))
    c.ecran.dire(temps.dire_creneau(e.creneau, c.horloge.aujourdhui()))
    for etiquette, valeur in (
        ("Où", regles.lieu_dit(e, fiches.noms_des_salles(c.arbre, e.salles))),
        ("Pour", regles.pour_qui(e)),
        ("Accès", ", ".join(e.accessibilite)),
        ("Places", str(e.capacite) if e.capacite else ""),
        ("Viennent", inscriptions.affluences(c.arbre, [e])[e.id].dire() if e.a_lieu and e.est_a_nous else ""),
        ("Porté par", ", ".join(c.registre.nom(p) for p in e.porteurs)),
        ("Équipe", " ; ".join(_dire_equipe(c, e))),
        ("Service", e.service),
        ("Né de l'idée", e.proposition),
        ("Né du besoin", dire_besoins(c, e.besoins)),
        ("Étiquettes", " ".join(f"#{mot}" for mot in e.etiquettes)),
        ("Agenda suivi", e.calendrier),
        ("Participants", "" if e.participants is None else str(e.participants)),
        ("La suite", c.registre.montrer(e.suite)),
        ("Fiche", e.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if e.description:
        c.ecran.dire(f"\n{c.registre.montrer(e.description)}")


def _dire_equipe(c: Contexte, e: Evenement) -> Iterator[str]:
    """« accueil (2) : Karim », par rôle."""
    engages = equipes.de(c.arbre, e.id) if e.equipe else []
    for quart in e.equipe:
        qui = ", ".join(c.registre.nom(g.personne) for g in tenu_par(quart, engages))
        yield f"{regles.dire_quart(quart)} : {qui or '…'}"
