"""`tl donnees exporter` : rendre à quelqu'un tout ce que le lieu sait de lui."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import documents
from tiers_lieu_cli.ensemble.donnees import dossier as dossiers
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import ouvrir
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf

app = Application()


@app.action("exporter")
def exporter(
    ctx: typer.Context,
    qui: Annotated[PersonneCitee, typer.Argument(metavar="@QUI", help="La personne.")],
    vers: Annotated[
        Path | None,
        typer.Option("--vers", metavar="DOSSIER", help="Où écrire ; sinon, à côté du lieu."),
    ] = None,
    json: Json = False,
) -> None:
    """Rendre à une personne tout ce que le lieu sait d'elle : une page, un texte et du JSON.

    Sa fiche et ses versions passées, et tout ce que l'archive dit d'elle. Des autres, rien.

    Exemple :
        tl donnees exporter @karim --vers ~/pour-karim
    """
    c = ouvrir(ctx)
    personne = c.registre.exiger(qui)
    vue = dossiers.reunir(c, personne)
    nom_neuf = f"donnees-{personne.id}-{c.horloge.aujourdhui()}"
    cible = vers or c.lieu.racine.parent / nom_neuf
    with dossier_neuf(cible, noms=True) as chantier:
        pages = {
            nom: gabarit.rendre(c.lieu.racine, nom, vue).encode() for nom in ("donnees.html", "donnees.md")
        }
        pages["donnees.json"] = c.ecran.en_json(vue)
        for nom, octets in pages.items():
            systeme.ecrire_abrite(chantier / nom, octets, 0o600)
        documents.rendre(c, c.registre.anciens(personne.id), chantier)
    if json:
        c.ecran.json({"personne": personne.id, "dossier": str(cible), "fiches": len(vue.archive)})
        return
    combien = {0: "aucune fiche", 1: "1 fiche"}.get(len(vue.archive), f"{len(vue.archive)} fiches")
    c.ecran.dire(f"Tout ce que le lieu sait de {personne.nom} est dans {cible} ({combien} de l'archive).")
    c.ecran.dire("  À relire avec elle : donnees.html. Le trésorier répond à part pour ses pièces.")
