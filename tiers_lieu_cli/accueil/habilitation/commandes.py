"""`tl accueil habilitation` : qui sait se servir de quoi, appris avec qui, jusqu'à quand."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.habilitation import regles
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS, donner, tenues
from tiers_lieu_cli.accueil.options import Qui, UnePersonne
from tiers_lieu_cli.noyau import valeurs, vivants
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application("Les habilitations : qui sait se servir de quoi, jusqu'à quand.")


def _sujets(c: Contexte) -> list[tuple[str, str]]:
    return [(sujet, "") for sujet in sorted({h.sujet for h in HABILITATIONS.toutes(c.arbre).fiches})]


Sujet = Annotated[
    str, typer.Argument(help="À quoi : fraiseuse, cuisine, cle-cave…", autocompletion=completion(_sujets))
]


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    sujet: Sujet,
    avec: Annotated[PersonneCitee, typer.Option("--avec", help="Qui le lui a appris.")] = "",
    obtenue: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour.")] = "aujourd'hui",
    expire: Annotated[
        str,
        typer.Option("--expire", metavar="JOUR", help="Son dernier jour ; sinon sans limite."),
    ] = "",
) -> Fait:
    """Habiliter quelqu'un, ou renouveler son habilitation.

    Une réservation ou un prêt qui l'exige sera refusé à qui ne l'a pas.

    Exemple :
        tl accueil habilitation creer @karim fraiseuse --avec @amina --expire 2027-11-24
    """
    maintenant = c.horloge.murale()
    neuve = regles.nouvelle(
        c.registre.designer(qui),
        regles.sujet_propre(sujet),
        saisie.lire_jour_venu(obtenue, maintenant),
        c.registre.designer(avec) if avec else "",
        saisie.lire_jour(expire, maintenant) if expire else None,
    )
    deja = tenues(c.arbre, c.registre.anciens(neuve.personne), neuve.sujet)
    ancienne, neuve = donner(e, neuve, deja, maintenant.date())
    if ancienne == neuve:
        raise regles.DejaTenue(neuve.personne, neuve.sujet, regles.dire_etat(neuve, maintenant.date()))
    quoi = "habilitation renouvelée" if ancienne else "habilitation donnée"
    etat = regles.dire_etat(neuve, maintenant.date())
    return Fait(
        id=neuve.id,
        action="accueil.habilitation.creer",
        histoire=f"{quoi.capitalize()} : {neuve.sujet}",
        phrase=f"{neuve.personne} : {quoi}, {neuve.sujet}, {etat}.",
        suite=f"tl accueil habilitation liste --sujet {neuve.sujet}",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    personne: UnePersonne = None,
    sujet: Annotated[
        str, typer.Option("--sujet", help="Seulement ce sujet.", autocompletion=completion(_sujets))
    ] = "",
    tout: Annotated[bool, typer.Option("--tout", help="Expirées et retirées comprises.")] = False,
    json: Json = False,
) -> None:
    """Qui est habilité à quoi, et jusqu'à quand.

    Exemples :
        tl accueil habilitation liste --sujet fraiseuse
        tl accueil habilitation liste @karim --tout
    """
    jour = c.horloge.aujourdhui()
    recolte = HABILITATIONS.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    qui = c.registre.designer(personne, effacee=True) if personne else ""
    dits = [regles.sujet_propre(sujet)] if sujet else []
    voulus = valeurs.filtrer(dits, (h.sujet for h in recolte.fiches), "le sujet d'une habilitation")
    vues = [
        h
        for h in (recolte.fiches if tout else vivants.vivantes(c, recolte.fiches))
        if qui in ("", h.personne) and (not voulus or h.sujet in voulus) and (tout or h.vaut(jour))
    ]
    c.ecran.liste(
        [{"fiche": h, "vaut": h.vaut(jour)} for h in vues],
        "Aucune.  Habiliter : tl accueil habilitation creer @qui fraiseuse",
        [Colonne("sujet", Style.GRAS), Colonne("qui"), Colonne("avec"), Colonne("état", cede=True)],
        (
            (h.sujet, h.personne, h.avec, regles.dire_etat(h, jour))
            for h in sorted(vues, key=lambda h: (h.sujet, c.registre.nom(h.personne)))
        ),
        json=json,
    )


@app.ecrit("retirer")
def retirer(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    sujet: Sujet,
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi, comme on le lui dirait.")] = "",
) -> Fait:
    """Retirer une habilitation ; ce qui l'exige sera refusé dès aujourd'hui.

    Exemple :
        tl accueil habilitation retirer @karim fraiseuse --motif "à reprendre avec @amina"
    """
    personne, voulu = c.registre.designer(qui, effacee=True), regles.sujet_propre(sujet)
    jour = c.horloge.aujourdhui()
    siennes = tenues(c.arbre, c.registre.anciens(personne), voulu)
    if not siennes:
        raise FicheIntrouvable(
            "habilitation",
            f"{personne}, {voulu}",
            (),
            f"Voir : tl accueil habilitation liste @{personne}",
        )
    # Réunie à une autre, elle peut l'avoir sous deux noms : tout ce qui vaut encore est retiré.
    for tenue in [h for h in siennes if h.vaut(jour)] or siennes[:1]:
        HABILITATIONS.corriger(e, tenue, regles.retirer(tenue, jour, " ".join(motif.split())))
    return Fait(
        id=siennes[0].id,
        action="accueil.habilitation.retirer",
        histoire=f"Habilitation retirée : {voulu}, {temps.dire_jour(jour)}",
        phrase=f"{personne} n'a plus l'habilitation : {voulu}.",
        suite=f"la redonner : tl accueil habilitation creer @{personne} {voulu}",
    )
