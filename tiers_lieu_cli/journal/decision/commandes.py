"""`tl journal decision` : garder ce qui fut décidé, le retrouver, le relire à temps."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.journal.decision.modele import (
    DECISIONS,
    Decision,
    DecisionCitee,
    en_vigueur,
    remplacantes,
)
from tiers_lieu_cli.journal.regle.modele import REGLES, Regle
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.identifiants import date_de
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application("Les décisions : ce qui fut choisi, pourquoi, quand on y revient.")


Laquelle = Annotated[DecisionCitee, typer.Argument(metavar="ID", help="La décision (Tab propose).")]
Revoir = Annotated[str, typer.Option("--revoir", metavar="JOUR", help="Quand la relire : dans 6 mois.")]


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="En quelques mots.")],
    decision: Annotated[str, typer.Option("--decision", help="Ce qui est décidé.")],
    contexte: Annotated[str, typer.Option("--contexte", help="Pourquoi la question s'est posée.")] = "",
    options: Annotated[
        list[str] | None, typer.Option("--option", help="Une autre voie, qui fut écartée.")
    ] = None,
    par: Annotated[list[PersonneCitee] | None, typer.Option("--par", help="Qui a décidé.")] = None,
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="Quand, si ce n'est pas aujourd'hui.")] = "",
    revoir: Revoir = "",
    remplace: Annotated[DecisionCitee, typer.Option("--remplace", help="Celle qu'elle abroge.")] = "",
) -> Fait:
    """Garder une décision ; relue le jour dit, remplacée par une autre, jamais effacée.

    Exemple :
        tl journal decision creer "Clés du samedi" --decision "Un relais les garde" --revoir "dans 6 mois"
    """
    maintenant = c.horloge.murale()
    jour = saisie.lire_jour(le, maintenant, Sens.PASSE) if le else maintenant.date()
    dit = texte.ligne(titre, "Le titre")
    neuve = Decision(
        id=date_de(jour, taire(dit, " "), "decision", c.hasard),
        titre=dit,
        le=jour,
        decision=_prose(decision, "La décision"),
        contexte=_prose(contexte, "Le contexte", vide=True),
        options=tuple(_prose(o, "Une option") for o in options or ()),
        par=tuple(c.registre.exiger(qui).id for qui in par or ()),
        revoir=_revoir(c, revoir),
        remplace=_en_vigueur(c, remplace).id if remplace else "",
    )
    DECISIONS.poser(e, neuve)
    quand = f" ; à relire {temps.dire_jour(neuve.revoir, jour)}" if neuve.revoir else ""
    return Fait(
        id=neuve.id,
        action="journal.decision.creer",
        histoire=f"Décision : « {neuve.titre} »",
        phrase=f"Décidé : « {neuve.titre} »{quand}.",
        suite="tl journal decision liste",
    )


def _en_vigueur(c: Contexte, mot: str) -> Decision:
    """La décision dite, si elle vaut encore ; `Echec` sinon, qui nomme celle qui vaut à sa place."""
    dite = DECISIONS.exiger(c.arbre, mot)
    suivantes, derniere = remplacantes(DECISIONS.toutes(c.arbre).fiches), dite
    while suivante := suivantes.pop(derniere.id, None):
        derniere = suivante
    if derniere.id != dite.id:
        raise Echec(
            f"« {dite.titre} » ne vaut plus : « {derniere.titre} » l'a remplacée.",
            f"Celle-là se dit : {derniere.id}",
        )
    return dite


def _prose(dit: str, quoi: str, *, vide: bool = False) -> str:
    propre = dit.strip()
    if not (propre or vide):
        raise ErreurUsage(f"{quoi} est vide.", "L'écrire en une phrase ou deux.")
    return propre


def _revoir(c: Contexte, dit: str) -> date | None:
    return saisie.lire_jour(dit, c.horloge.murale()) if dit else None


@app.ecrit("revoir")
def revoir(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    revoir: Revoir = "",
) -> Fait:
    """Dire qu'on a relu une décision, et qu'elle tient ; pour la changer : creer --remplace.

    Sans --revoir, la relecture prévue plus tard le reste ; celle qui était due est faite.

    Exemple :
        tl journal decision revoir 2026-11-24-cles-du-samedi-7k2m --revoir "dans 1 an"
    """
    ancienne, jour = _en_vigueur(c, laquelle), c.horloge.aujourdhui()
    prevue = ancienne.revoir if ancienne.revoir and ancienne.revoir > jour else None
    neuve = structs.replace(ancienne, revue_le=jour, revoir=_revoir(c, revoir) or prevue)
    DECISIONS.corriger(e, ancienne, neuve)
    quand = (
        f", à relire {temps.dire_jour(neuve.revoir, jour)}" if neuve.revoir else " ; plus rien ne la rappelle"
    )
    return Fait(
        id=neuve.id,
        action="journal.decision.revoir",
        histoire=f"Décision relue : « {neuve.titre} »",
        phrase=f"« {neuve.titre} » est relue et tient{quand}.",
        suite="tl journal decision liste"
        if neuve.revoir
        else f'tl journal decision revoir {neuve.id} --revoir "dans 1 an"',
    )


@app.lit("liste")
def liste(
    c: Contexte,
    a_revoir: Annotated[bool, typer.Option("--a-revoir", help="Seulement celles à relire.")] = False,
    tout: Annotated[bool, typer.Option("--tout", help="Aussi celles qui furent remplacées.")] = False,
    json: Json = False,
) -> None:
    """Ce qui est décidé et vaut encore, le plus récent d'abord.

    Exemples :
        tl journal decision liste
        tl journal decision liste --a-revoir
    """
    recolte = DECISIONS.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    jour = c.horloge.aujourdhui()
    par = remplacantes(recolte.fiches)
    connues = (
        sorted(recolte.fiches, key=lambda d: (d.le, d.id), reverse=True)
        if tout and not a_revoir
        else en_vigueur(recolte.fiches)
    )
    vues = [d for d in connues if not a_revoir or (d.revoir and d.revoir <= jour)]
    c.ecran.liste(
        vues,
        "Aucune décision.  En garder une : tl journal decision creer",
        [
            Colonne("le"),
            Colonne("décision", Style.GRAS, cede=True),
            Colonne("à relire"),
            Colonne("", Style.PALE),
        ],
        (
            (
                temps.dire_jour(d.le, jour),
                d.titre,
                f"remplacée ({par[d.id].id[-4:]})"
                if d.id in par
                else (temps.dire_jour(d.revoir, jour) if d.revoir else ""),
                d.id[-4:],
            )
            for d in vues
        ),
        json=json,
    )


@app.lit("fiche")
def fiche(c: Contexte, laquelle: Laquelle, json: Json = False) -> None:
    """Une décision : son contexte, ce qui fut écarté, ce qui fut choisi.

    Exemple :
        tl journal decision fiche cles-du-samedi
    """
    d = DECISIONS.exiger(c.arbre, laquelle)
    if json:
        c.ecran.json(d)
        return
    c.ecran.titre(d.titre, temps.dire_jour(d.le))
    par = remplacantes(DECISIONS.toutes(c.arbre).fiches).get(d.id)
    for nom, dit in (
        ("Ne vaut plus", f"remplacée par « {par.titre} » ({par.id})" if par else ""),
        ("Contexte", d.contexte),
        ("Écarté", " ; ".join(d.options)),
        ("Décidé", d.decision),
        ("Par", ", ".join(d.par)),
        ("Remplace", d.remplace),
        ("À relire", temps.dire_jour(d.revoir) if d.revoir and not par else ""),
        ("Relue", temps.dire_jour(d.revue_le) if d.revue_le else ""),
        ("Règles qu'elle a faites", ", ".join(r.titre for r in _regles_de(c, d))),
    ):
        if dit:
            c.ecran.dire(f"{nom} : {dit}")


def _regles_de(c: Contexte, d: Decision) -> list[Regle]:
    """Les règles de la maison nées de cette décision."""
    return [r for r in REGLES.toutes(c.arbre).fiches if r.decision == d.id]
