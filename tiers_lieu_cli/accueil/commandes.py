"""`tl accueil` : les personnes qui font le lieu."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.regles import nouvelle_personne
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Fait, ouvrir
from tiers_lieu_cli.noyau.depot import Depot
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.options import Essai, Json
from tiers_lieu_cli.noyau.personnes import PERSONNES
from tiers_lieu_cli.noyau.tableau import Colonne, Style

app = Application("Les personnes qui font le lieu.")
personne = Application("Les personnes : en enregistrer, les voir.")
app.sous_groupe("personne", personne)


@personne.action("creer")
def creer(
    ctx: typer.Context,
    nom: Annotated[str, typer.Argument(help="Son nom, comme elle le dit.")],
    surnom: Annotated[
        str, typer.Option("--surnom", help="Le mot pour la citer (@karim) ; sinon son prénom.")
    ] = "",
    publics: Annotated[list[str] | None, typer.Option("--public", help="Un public dont elle est.")] = None,
    courriel: Annotated[str, typer.Option("--courriel", help="Son adresse électronique.")] = "",
    telephone: Annotated[str, typer.Option("--telephone", help="Son numéro.")] = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Enregistrer une personne ; un nom suffit.

    Son nom reste dans le registre, effaçable ; ailleurs on n'écrit qu'un identifiant.

    Exemple :
        tl accueil personne creer "Karim Haddad" --public riverains
    """
    c = ouvrir(ctx)
    registre = Depot(c.registre.racine)
    if not registre.existe:
        raise ErreurUsage("Ce poste n'a pas le registre des personnes.", "L'ajouter depuis un poste qui l'a.")
    connus = c.lieu.reglages.publics_connus(publics or ())
    with c.ecriture(registre) as ecriture:
        neuve = nouvelle_personne(
            nom,
            surnom=surnom,
            publics=connus,
            courriel=courriel,
            telephone=telephone,
            connues=c.registre.toutes.fiches,
            hasard=c.hasard,
        )
        PERSONNES.poser(ecriture, neuve)
        fait = Fait(
            id=neuve.id,
            action="accueil.personne.creer",
            histoire="Nouvelle personne",
            phrase=f"{neuve.nom} est au registre ({neuve.id}).",
            suite=f'tl journal noter "@{neuve.surnom or neuve.id} …"',
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@personne.action("liste")
def liste(ctx: typer.Context, json: Json = False) -> None:
    """Voir les personnes du registre.

    Exemple :
        tl accueil personne liste
    """
    c = ouvrir(ctx)
    c.ecran.defauts(c.registre.toutes.defauts)
    personnes = c.personnes()
    if json:
        c.ecran.json(personnes)
        return
    if not personnes:
        c.ecran.dire('Personne encore.  Commencer : tl accueil personne creer "Prénom Nom"')
        return
    c.ecran.tableau(
        [
            Colonne("nom", style=Style.GRAS),
            Colonne("cité"),
            Colonne("publics", cede=True),
            Colonne("identifiant", style=Style.PALE),
        ],
        sorted((p.nom, f"@{p.surnom}" if p.surnom else "", ", ".join(p.publics), p.id) for p in personnes),
    )
