"""`tl prog evenement` : créer, modifier, annuler, voir."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import identifiants, saisie, temps
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Contexte, Fait, completion, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.options import Essai, Json, Oui, Passe
from tiers_lieu_cli.noyau.saisie import Sens
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Etat, Evenement, ecrire_bornes

app = Application("Les événements : créer, modifier, annuler, voir.")

#: Autour d'aujourd'hui, les événements que la touche Tab propose.
_A_PROPOSER = (timedelta(days=7), timedelta(days=60))


def _sens(passe: bool) -> Sens:
    return Sens.PASSE if passe else Sens.A_VENIR


def _evenements_proches(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    mois = EVENEMENTS.idents_des_mois(c.arbre, jour - _A_PROPOSER[0], jour + _A_PROPOSER[1])
    return [(ident, "") for ident in (*mois, *LONGS.idents(c.arbre))]


def _salles(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in SALLES.idents(c.arbre)]


def _publics(c: Contexte) -> list[tuple[str, str]]:
    return [(public, "") for public in c.lieu.reglages.publics]


def _personnes(c: Contexte) -> list[tuple[str, str]]:
    return [(f"@{p.surnom or p.id}", p.nom) for p in c.registre.toutes.fiches]


Lequel = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="L'événement (Tab propose).", autocompletion=completion(_evenements_proches)
    ),
]
Quand = Annotated[
    str | None,
    typer.Option("--quand", help='Le moment : "mardi 18h30-20h", "du 3 au 5 juin", "2026-11-24 18h30-20h".'),
]
Salles = Annotated[
    list[str] | None,
    typer.Option("--salle", metavar="ID", help="Une salle occupée.", autocompletion=completion(_salles)),
]
Ailleurs = Annotated[
    str | None, typer.Option("--ailleurs", help="L'endroit, s'il n'est pas dans nos salles.")
]
Publics = Annotated[
    list[str] | None, typer.Option("--public", help="Un public visé.", autocompletion=completion(_publics))
]
Porteurs = Annotated[
    list[str] | None,
    typer.Option("--porteur", metavar="@QUI", help="Qui le porte.", autocompletion=completion(_personnes)),
]
Etiquettes = Annotated[list[str] | None, typer.Option("--etiquette", help="Un mot pour le retrouver.")]
Description = Annotated[str | None, typer.Option("--description", help="Le texte du programme (Markdown).")]


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
    debut, fin = ecrire_bornes(creneau)
    propre = regles.titre_propre(titre)
    with c.ecriture() as ecriture:
        nu = Evenement(
            id=identifiants.date_de(creneau.premier_jour, propre, "evenement", c.hasard),
            titre=propre,
            debut=debut,
            fin=fin,
            etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
            interne=interne,
        )
        neuf = structs.replace(
            nu, **_details(c, salles, ailleurs, publics, porteurs, etiquettes, description)
        )
        c.registre.refuser_le_prive(neuf.titre, neuf.ailleurs, neuf.description, *neuf.etiquettes)
        fiches.poser(c.arbre, ecriture, neuf)
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


def _details(
    c: Contexte,
    salles: list[str] | None,
    ailleurs: str | None,
    publics: list[str] | None,
    porteurs: list[str] | None,
    etiquettes: list[str] | None,
    description: str | None,
) -> dict[str, object]:
    """Les champs donnés, vérifiés et rendus opaques ; ceux qu'on n'a pas donnés sont absents."""
    details: dict[str, object] = {}
    if salles is not None:
        details["salles"] = tuple(dict.fromkeys(SALLES.designer(c.arbre, s) for s in salles))
    if ailleurs is not None:
        details["ailleurs"] = " ".join(ailleurs.split())
    if publics is not None:
        details["publics"] = c.lieu.reglages.publics_connus(publics)
    if porteurs is not None:
        details["porteurs"] = tuple(c.registre.designer(p) for p in porteurs)
    if etiquettes is not None:
        details["etiquettes"] = tuple(etiquettes)
    if description is not None:
        details["description"] = regles.description_propre(c.registre.rendre_opaque(description))
    return details


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
    etiquettes: Etiquettes = None,
    description: Description = None,
    confirmer: Annotated[
        bool, typer.Option("--confirmer", help="N'est plus un brouillon, ni annulé.")
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
    with c.ecriture() as ecriture:
        ancien = fiches.exiger(c.arbre, evenement)
        changes = _details(c, salles, ailleurs, publics, porteurs, etiquettes, description)
        if titre is not None:
            changes["titre"] = regles.titre_propre(titre)
        if confirmer:
            changes |= {"etat": Etat.CONFIRME, "motif": ""}
        nouveau = structs.replace(ancien, **changes)
        if quand is not None:
            creneau = saisie.lire_creneau(
                quand, c.horloge.murale(), c.lieu.fuseau, sens=_sens(passe), duree=ancien.creneau.duree
            )
            nouveau = regles.deplacer(nouveau, creneau)
        if nouveau == ancien:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --quand, --salle, --titre…")
        c.registre.refuser_le_prive(nouveau.titre, nouveau.ailleurs, nouveau.description)
        fiches.exiger_salles_libres(c.arbre, nouveau)
        suivi = fiches.corriger(
            ecriture,
            ancien,
            nouveau,
            lambda e: identifiants.date_de(e.creneau.premier_jour, e.titre, "evenement", c.hasard),
        )
        quand_dit = temps.dire_creneau(suivi.creneau, c.horloge.aujourdhui())
        fait = Fait(
            id=suivi.id,
            action="prog.evenement.modifier",
            histoire=f"Événement modifié : « {suivi.titre} », {temps.dire_creneau(suivi.creneau)}",
            phrase=f"« {suivi.titre} » est modifié : {quand_dit} ({suivi.id}).",
            suite=f"tl prog semaine --du {suivi.creneau.premier_jour}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("annuler")
def annuler(
    ctx: typer.Context,
    evenement: Lequel,
    motif: Annotated[str, typer.Option("--motif", help="Ce que le programme dira.")] = "",
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Annuler un événement : il reste au programme et dans l'agenda, marqué « annulé ».

    Exemple :
        tl prog evenement annuler 2026-11-24-atelier-velo-7k2m --motif "intervenant malade"
    """
    c = ouvrir(ctx)
    ancien = fiches.exiger(c.arbre, evenement)
    annule = regles.annuler(ancien, c.registre.rendre_opaque(" ".join(motif.split())))
    quand = temps.dire_creneau(ancien.creneau, c.horloge.aujourdhui())
    demander = c.ecran.interactif and not (oui or json or essai)
    if demander and not c.ecran.confirmer(f"Annuler « {ancien.titre} », {quand} ?"):
        c.ecran.dire("Rien n'est changé.")
        return
    with c.ecriture() as ecriture:
        fiches.collection(ancien.id, ancien.creneau).corriger(ecriture, ancien, annule)
        fait = Fait(
            id=ancien.id,
            action="prog.evenement.annuler",
            histoire=f"Événement annulé : « {ancien.titre} », {temps.dire_creneau(ancien.creneau)}",
            phrase=f"« {ancien.titre} », {quand}, est annulé ; il reste visible, marqué « annulé ».",
            suite=f"prévenir les inscrits ; le remettre : tl prog evenement modifier {ancien.id} --confirmer",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


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
        ("Pour", ", ".join(e.publics)),
        ("Porté par", ", ".join(c.registre.nom(p) for p in e.porteurs)),
        ("Étiquettes", " ".join(f"#{mot}" for mot in e.etiquettes)),
        ("Agenda suivi", e.calendrier),
        ("Fiche", e.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if e.description:
        c.ecran.dire(f"\n{c.registre.montrer(e.description)}")
