"""`tl accueil offre` : ce que chacun offre de faire, et quand."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.annonce import details, regles
from tiers_lieu_cli.accueil.annonce.details import Entendu, Motif, Quand, Territoire, Themes
from tiers_lieu_cli.accueil.annonce.modele import OFFRES, EtatOffre, Offre
from tiers_lieu_cli.accueil.lien.fiches import autour_de
from tiers_lieu_cli.accueil.options import Personne, Public
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Les offres : ce que chacun sait et veut faire.")


def offres_disponibles(c: Contexte) -> list[tuple[str, str]]:
    """Les offres qui valent encore."""
    return [(o.id, o.texte[:60]) for o in OFFRES.en_cours.toutes(c.arbre).fiches]


Laquelle = Annotated[
    str,
    typer.Argument(
        metavar="OFFRE", help="L'offre (Tab propose).", autocompletion=completion(offres_disponibles)
    ),
]


@app.action("creer")
def creer(
    ctx: typer.Context,
    texte: Annotated[str, typer.Argument(help="L'offre, comme elle se dit.")],
    personne: Personne = None,
    public: Public = None,
    territoire: Territoire = False,
    themes: Themes = None,
    quand: Quand = None,
    entendu: Entendu = "aujourd'hui",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter ce que quelqu'un offre de faire.

    Exemple :
        tl accueil offre creer "Réparer des vélos" --personne @karim --theme vélo --quand "samedi matin"
    """
    c = ouvrir(ctx)
    champs = details.lire(c, texte, personne, public, territoire, themes or (), quand or ())
    jour = saisie.lire_jour_venu(entendu, c.horloge.murale())
    with c.ecriture() as ecriture:
        nom = regles.ident(jour, str(champs["texte"]), "offre", identifiants.hasard(c.hasard, 4))
        neuve = structs.replace(Offre(id=nom, texte="…", entendu=jour), **champs)
        OFFRES.poser(ecriture, neuve)
        de = regles.de_qui(neuve, c.registre.nom)
        fait = Fait(
            id=neuve.id,
            action="accueil.offre.creer",
            histoire=f"Nouvelle offre : « {neuve.texte} »",
            phrase=f"Offre notée{de and f', {de}'} ({neuve.id}).",
            suite="tl accueil relier",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("liste")
def liste(
    ctx: typer.Context,
    themes: Themes = None,
    personne: Personne = None,
    public: Public = None,
    tout: Annotated[bool, typer.Option("--tout", help="Retirées comprises.")] = False,
    json: Json = False,
) -> None:
    """Les offres qui valent, les plus récentes d'abord.

    Exemple :
        tl accueil offre liste --theme vélo
    """
    c = ouvrir(ctx)
    recolte = OFFRES.toutes(c.arbre) if tout else OFFRES.en_cours.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    rangees = sorted(recolte.fiches, key=lambda o: (o.entendu, o.id), reverse=True)
    vues = details.retenir(c, rangees, themes, personne, public)
    if json:
        c.ecran.json(vues)
    else:
        details.montrer_liste(c, vues, "Offres", 'Aucune.  Noter : tl accueil offre creer "…"')


@app.action("fiche")
def fiche(ctx: typer.Context, offre: Laquelle, json: Json = False) -> None:
    """Voir une offre, et ce à quoi elle est reliée.

    Exemple :
        tl accueil offre fiche 2026-11-24-reparer-des-velos-7k2m
    """
    c = ouvrir(ctx)
    o = OFFRES.exiger(c.arbre, offre)
    liens = autour_de(c.arbre, o, c.horloge.aujourdhui())
    if json:
        c.ecran.json({"offre": o, "liens": liens})
        return
    details.montrer(c, o, liens)


@app.action("modifier")
def modifier(
    ctx: typer.Context,
    offre: Laquelle,
    texte: Annotated[str | None, typer.Option("--texte", help="Le nouveau texte.")] = None,
    personne: Personne = None,
    public: Public = None,
    territoire: Territoire = False,
    themes: Themes = None,
    quand: Quand = None,
    etat: Annotated[EtatOffre | None, typer.Option("--etat", help="La retirer, ou la remettre.")] = None,
    motif: Motif = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer une offre, la retirer ou la remettre ; seul ce qu'on donne change.

    Exemple :
        tl accueil offre modifier 7k2m --etat retiree --motif "reviendra en mars"
    """
    c = ouvrir(ctx)
    champs = details.lire(c, texte, personne, public, territoire, themes, quand)
    pourquoi = " ".join(c.registre.rendre_opaque(motif).split())
    with c.ecriture() as ecriture:
        ancienne = OFFRES.exiger(c.arbre, offre)
        nouvelle = structs.replace(ancienne, **champs)
        if etat is not None:
            nouvelle = regles.proposer(nouvelle, etat, c.horloge.aujourdhui(), pourquoi)
        if nouvelle == ancienne:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --texte, --theme, --etat…")
        OFFRES.corriger(ecriture, ancienne, nouvelle)
        fait = Fait(
            id=ancienne.id,
            action="accueil.offre.modifier",
            histoire=f"Offre modifiée : « {nouvelle.texte} », {regles.dire_etat(nouvelle)}",
            phrase=f"« {c.registre.montrer(nouvelle.texte)} » : {regles.dire_etat(nouvelle)}.",
            suite=f"tl accueil offre fiche {details.abrege(ancienne.id)}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)
