"""`tl espace salle` : les salles du lieu."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace import saisies
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.noyau import identifiants
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Fait, completion, ouvrir
from tiers_lieu_cli.noyau.options import Essai, Json
from tiers_lieu_cli.noyau.tableau import Colonne, Style

app = Application("Les salles : en ajouter, les voir.")


_Salles = Annotated[
    list[str] | None, typer.Option(metavar="SALLE", autocompletion=completion(saisies.salles_connues))
]


@app.action("creer")
def creer(
    ctx: typer.Context,
    ident: Annotated[str, typer.Argument(metavar="ID", help="Un mot court, comme salle-rez.")],
    nom: Annotated[str, typer.Option("--nom", help="Son nom, comme on le dit.")],
    capacite: Annotated[
        int, typer.Option("--capacite", min=0, help="Personnes au plus ; 0 : sans limite.")
    ] = 0,
    compose_de: Annotated[
        list[str] | None,
        typer.Option(
            "--compose-de",
            metavar="SALLE",
            help="Une salle qu'elle réunit.",
            autocompletion=completion(saisies.salles_connues),
        ),
    ] = None,
    exclut: Annotated[
        list[str] | None,
        typer.Option(
            "--exclut",
            metavar="SALLE",
            help="Une salle inutilisable en même temps.",
            autocompletion=completion(saisies.salles_connues),
        ),
    ] = None,
    equipements: Annotated[list[str] | None, typer.Option("--equipement", help="Ce qu'on y trouve.")] = None,
    pmr: Annotated[bool, typer.Option("--pmr", help="Accessible en fauteuil.")] = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Ajouter une salle.

    Exemple :
        tl espace salle creer salle-rez --nom "Salle du rez" --capacite 40 --equipement projecteur --pmr
    """
    c = ouvrir(ctx)
    c.registre.refuser_le_prive(nom, *(equipements or ()))
    with c.ecriture() as ecriture:
        neuve = Salle(
            id=identifiants.verifier(ident),
            nom=" ".join(nom.split()) or ident,
            capacite=capacite,
            compose_de=tuple(SALLES.designer(c.arbre, s) for s in compose_de or ()),
            exclut=tuple(SALLES.designer(c.arbre, s) for s in exclut or ()),
            equipements=tuple(equipements or ()),
            pmr=pmr,
        )
        SALLES.poser(ecriture, neuve)
        fait = Fait(
            id=neuve.id,
            action="espace.salle.creer",
            histoire=f"Nouvelle salle : {neuve.nom}",
            phrase=f"La salle « {neuve.nom} » est ajoutée.",
            suite=f'tl prog evenement creer "…" --quand "…" --salle {neuve.id}',
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("liste")
def liste(ctx: typer.Context, json: Json = False) -> None:
    """Voir les salles.

    Exemple :
        tl espace salle liste
    """
    c = ouvrir(ctx)
    recolte = SALLES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json(recolte.fiches)
        return
    if not recolte.fiches:
        c.ecran.dire('Aucune salle.  En ajouter une : tl espace salle creer salle-rez --nom "Salle du rez"')
        return
    c.ecran.tableau(
        [
            Colonne("salle", style=Style.GRAS),
            Colonne("nom"),
            Colonne("personnes"),
            Colonne("équipements", cede=True),
        ],
        [
            (
                s.id,
                s.nom,
                str(s.capacite or "—"),
                ", ".join([*s.equipements, *(["accès PMR"] if s.pmr else [])]),
            )
            for s in recolte.fiches
        ],
    )
