"""`tl finance retour exporter` : ce que la caisse répond aux opérations, sans un montant (`retour/1`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import cautions
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.cautions import CAUTIONS
from tiers_lieu_cli.finance.faits import etats
from tiers_lieu_cli.finance.faits.modele import Genre
from tiers_lieu_cli.finance.faits.regles import empreinte_canonique
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Ce que la caisse répond aux opérations.")
CONTRAT = "retour/1"


@app.lit("exporter")
def exporter(
    c: Contexte,
    fichier: Annotated[Path, typer.Argument(help="Le fichier à écrire, pour l'accueil.")],
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Répondre à l'accueil : ce qui est accepté, ce qui attend, qui renvoyer au trésorier. Aucun montant.

    Exemple :
        tl finance retour exporter ~/retour.json
    """
    caisse = caisses.ouvrir(c)
    dit = composer(caisse)
    fichier = sorties.ecrire(c, fichier, ecrire(dit), ecraser=ecraser)
    faits = dit["faits"]
    assert isinstance(faits, list)
    if json:
        c.ecran.json(
            {"id": dit["lot"], "fichier": str(fichier), "faits": len(faits), "empreinte": dit["empreinte"]}
        )
        return
    c.ecran.dire(f"Retour écrit dans {fichier} : {accorder(len(faits), 'fait')}, sans un montant.")
    c.ecran.dire(f"  À l'accueil : tl retour importer {fichier}")


def composer(caisse: Caisse) -> dict[str, object]:
    """Le retour du jour, et son empreinte."""
    jour = caisse.c.horloge.aujourdhui()
    faits = [
        {
            "id": r.fait.id,
            "revision": r.fait.revision,
            "etat": r.etat.value,
            "motif": r.motif and r.motif.value,
        }
        for r in etats.repondre(caisse, sorted(caisse.memoire.faits.values(), key=lambda f: f.id))
    ]
    droits = [
        {"compte": lien, "genre": genre.value, "etat": "voir-tresorier" if tiers.voir else "ouvert"}
        for tiers in sorted(caisse.tiers.values(), key=lambda t: t.id)
        for lien in tiers.liens
        for genre in (Genre.JOURNEE, Genre.USAGE)
    ]
    dit: dict[str, object] = {
        "contrat": CONTRAT,
        "lot": f"R-{jour:%Y-%m-%d}",
        "au": f"{jour:%Y-%m-%d}",
        "source": f"git:{caisse.depot.tete()}",
        "faits": faits,
        "droits": droits,
        "cautions": [
            {"convention": x.id, "etat": cautions.etat(caisse, x)}
            for x in CAUTIONS.toutes(caisse.arbre).fiches
        ],
    }
    return {**dit, "empreinte": empreinte_canonique(dit)}


def ecrire(dit: dict[str, object]) -> bytes:
    """Les octets d'un retour : toujours les mêmes."""
    return msgspec.json.format(msgspec.json.encode(dit, order="sorted"), indent=1) + b"\n"
