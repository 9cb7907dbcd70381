"""`tl convention creer`, `modifier`, `avenant` : ce qu'on propose de signer, version par version."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.convention.convention import fiches, regles, textes
from tiers_lieu_cli.convention.convention.modele import (
    CONVENTIONS,
    NOMS,
    Avenant,
    Compte,
    Convention,
    Modele,
)
from tiers_lieu_cli.convention.engagement.fiches import de_la_convention
from tiers_lieu_cli.convention.options import Avec, Laquelle, Le, jour_libre, jour_passe
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.identifiants import hasard
from tiers_lieu_cli.noyau.liens import cite
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.stock.objet.modele import OBJETS

creer_app, modifier_app, avenant_app = Application(), Application(), Application()


_Chose = Annotated[str, cite("une salle ou un objet", "espace/salles", "stock/objets")]


class Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'une convention ; `None` : on n'en a rien dit."""

    objet: Annotated[str | None, typer.Option("--objet", help="À quoi elle sert, en quelques mots.")] = None
    preavis: Annotated[
        str | None, typer.Option("--preavis", metavar="DUREE", help="Le délai du contrat : 3 mois.")
    ] = None
    forme: Annotated[
        str | None, typer.Option("--forme", help="Comment le dire : lettre recommandée, courriel.")
    ] = None
    compte: Annotated[
        Compte | None, typer.Option("--compte", help="Le jour qui fait foi : envoi ou reception.")
    ] = None
    source: Annotated[str | None, typer.Option("--source", help="Où c'est écrit : art. 4, page 2.")] = None
    marge: Annotated[int | None, typer.Option("--marge", min=0, max=60, help="Jours de poste à prévoir.")] = (
        None
    )
    reconduction: Annotated[
        str | None,
        typer.Option("--reconduction", metavar="DUREE", help="Ce qui s'ajoute de soi-même : 1 an."),
    ] = None
    avis: Annotated[
        bool | None,
        typer.Option("--avis/--sans-avis", help="Le prestataire doit rappeler la reconduction (France)."),
    ] = None
    sur: Annotated[
        list[_Chose] | None, typer.Option("--sur", help="Une salle ou un objet qu'elle concerne.")
    ] = None
    police: Annotated[str | None, typer.Option("--police", help="Le numéro de police.")] = None
    risque: Annotated[
        list[str] | None, typer.Option("--risque", help="Ce qu'elle couvre : incendie, RC.")
    ] = None


def _changes(c: Contexte, dits: Dits) -> dict[str, object]:
    changes: dict[str, object] = {
        champ: texte.ligne(dit, "Ce texte", vide=True)
        for champ in ("objet", "forme", "source", "police")
        if (dit := getattr(dits, champ)) is not None
    }
    for champ in ("preavis", "reconduction"):
        if (dit := getattr(dits, champ)) is not None:
            changes[champ] = delais.lire(dit) if dit else ""
    for champ in ("compte", "marge", "avis"):
        if (valeur := getattr(dits, champ)) is not None:
            changes[champ] = valeur
    if dits.sur is not None:
        changes["porte_sur"] = tuple(_chose(c, mot) for mot in dits.sur if mot)
    if dits.risque is not None:
        changes["risques"] = tuple(texte.ligne(r, "Un risque") for r in dits.risque if r)
    return changes


def _chose(c: Contexte, mot: str) -> str:
    try:
        return SALLES.designer(c.arbre, mot)
    except FicheIntrouvable:
        return OBJETS.designer(c.arbre, mot)


@creer_app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    modele: Annotated[Modele, typer.Option("--modele", help="Ce que c'est.")],
    avec: Avec,
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="Le premier jour.")],
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Le dernier jour couvert.")],
    dits: Dits,
) -> Fait:
    """Écrire une convention d'après un modèle ; loyer, prime et frais sont chez le trésorier.

    Le délai de préavis, sa forme et le jour qui fait foi sont ceux du contrat : rien n'est supposé.

    Exemples :
        tl convention creer --modele occupation --avec comite-du-pont --du 1/1/2027 --au 31/12/2027
        tl convention creer --modele bail --avec axa --du 1/1/2027 --au 31/12/2027 --preavis "3 mois"
        tl convention creer --modele assurance --avec axa --du 1/1/2027 --au 31/12/2027 --risque incendie
    """
    premier = jour_libre(c, du)
    dernier = saisie.lire_jour(au, datetime.combine(premier, time()), Sens.LIBRE)
    if dernier < premier:
        raise ErreurUsage("Elle finit avant de commencer.", "Revoir --du et --au, année comprise.")
    partenaire = fiches.partenaire(c.arbre, avec)
    neuve = Convention(
        id=_ident(c),
        modele=modele,
        avec=partenaire.id,
        du=premier,
        au=dernier,
        **_changes(c, dits),  # type: ignore[arg-type]
    )
    CONVENTIONS.poser(e, neuve)
    textes.poser(c, e, neuve, ())
    return Fait(
        id=neuve.id,
        action="convention.creer",
        histoire=f"{_titre(neuve)} avec {partenaire.nom}",
        phrase=f"{_titre(neuve)} avec {partenaire.nom} : {neuve.id}.",
        lignes=tuple(_trois_dates(c, neuve)),
        suite=f"tl convention texte {neuve.id}",
    )


def _ident(c: Contexte) -> str:
    """Court, sans un mot : c'est aussi ce que le trésorier lie."""
    pris = set(CONVENTIONS.idents(c.arbre))
    while (ident := f"c-{hasard(c.hasard, 4)}") in pris:
        pass
    return ident


def _titre(x: Convention) -> str:
    return texte.capitale(NOMS[x.modele])


def _trois_dates(c: Contexte, x: Convention) -> list[str]:
    jour = c.horloge.aujourdhui()
    return [f"  {nom} : {dite}" for nom, dite in regles.dire_les_dates(x, regles.courant(x, jour), jour)]


@modifier_app.ecrit("modifier", dits=Dits)
def modifier(c: Contexte, e: Ecriture, laquelle: Laquelle, dits: Dits) -> Fait:
    """Corriger ce qu'on sait d'une convention ; pour changer ce qui est signé : avenant.

    Exemple :
        tl convention modifier c-7k2m --preavis "3 mois" --source "art. 4, page 2"
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    changes = _changes(c, dits)
    if not changes:
        raise ErreurUsage("Rien à changer.", 'Dire quoi, par exemple : --preavis "3 mois"')
    neuve = structs.replace(ancienne, **changes)
    CONVENTIONS.corriger(e, ancienne, neuve)
    garde = textes.refaire(c, e, neuve)
    return Fait(
        id=neuve.id,
        action="convention.modifier",
        histoire=f"Convention mise à jour : {neuve.nom}",
        phrase=f"« {neuve.nom} » est à jour.",
        lignes=(*_trois_dates(c, neuve), *garde),
        suite=f"tl convention fiche {neuve.id}",
    )


@avenant_app.ecrit("avenant", dits=Dits)
def avenant(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    quoi: Annotated[str, typer.Argument(help="Ce que l'avenant change, en une phrase.")],
    dits: Dits,
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Le nouveau dernier jour.")] = "",
    le: Le = "",
) -> Fait:
    """Changer ce qui est signé : une version de plus, à signer ; l'ancienne est gardée.

    Exemple :
        tl convention avenant c-7k2m "Prolongée d'un an" --au 31/12/2028
    """
    ancienne = fiches.exiger_vive(c.arbre, laquelle)
    if not ancienne.est_signee:
        raise Echec(
            f"« {ancienne.nom} » n'est pas encore signée : elle se corrige.",
            f"La corriger : tl convention modifier {ancienne.id} ; ou la signer d'abord.",
        )
    changes = _changes(c, dits)
    if au:
        changes["au"] = jour_libre(c, au)
        if changes["au"] < ancienne.du:  # type: ignore[operator]
            raise ErreurUsage("Elle finirait avant de commencer.", "Revoir --au, année comprise.")
    ajoute = Avenant(
        le=jour_passe(c, le), version=ancienne.version + 1, objet=texte.ligne(quoi, "L'objet de l'avenant")
    )
    neuve = structs.replace(ancienne, avenants=(*ancienne.avenants, ajoute), **changes)
    CONVENTIONS.corriger(e, ancienne, neuve)
    textes.poser(c, e, neuve, de_la_convention(c.arbre, ancienne.id))
    return Fait(
        id=neuve.id,
        action="convention.avenant",
        histoire=f"Avenant à « {neuve.nom} » : {ajoute.objet}",
        phrase=f"« {neuve.nom} » a une version {neuve.version}, à signer.",
        lignes=_trois_dates(c, neuve),
        suite=f"tl convention signer {neuve.id}",
    )
