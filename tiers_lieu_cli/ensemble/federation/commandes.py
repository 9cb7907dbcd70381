"""`tl federation` : ce que d'autres maisons publient d'elles, réuni ici."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.federation.modele import DES_TABLES, MAISONS, Maison, MaisonCitee
from tiers_lieu_cli.noyau import telechargement
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import en_tirets, ligne

app = Application("Les autres maisons : ce qu'elles publient, réuni ici.")
app.differer(
    "lire", "Réunir ce que les autres maisons publient.", "tiers_lieu_cli.ensemble.federation.lire:app"
)


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    nom: Annotated[str, typer.Argument(help="Le nom de la maison.")],
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="L'adresse https de son site ou de ses tables, un dossier."),
    ],
) -> Fait:
    """Suivre une maison de plus. Rien n'est lu encore ; pour beaucoup d'un coup : tl importer csv.

    Une fédération se suit comme une maison, par ses tables (maisons.parquet et les autres, à côté).

    Exemples :
        tl federation creer "La Ressourcerie" https://ressourcerie.example
        tl federation creer "Le Moulin" ~/partage/moulin
        tl federation creer "La Région" https://region.example/tables/maisons.parquet
    """
    propre = ligne(nom, "Le nom de la maison")
    ou = telechargement.source(source, c.lieu.racine, tables=DES_TABLES)
    ou = ou.rstrip("/") if "://" in ou else ou
    neuve = Maison(id=en_tirets(propre, "maison"), nom=propre, source=ou)
    for connue in MAISONS.toutes(c.arbre).fiches:
        if connue.source == neuve.source:
            raise ErreurUsage(
                f"« {connue.nom} » se lit déjà là : elle compterait double.", "Voir : tl federation liste"
            )
    MAISONS.poser(e, neuve)
    reseau = " --telecharger" if "://" in neuve.source else ""
    return Fait(
        id=neuve.id,
        action="federation.creer",
        histoire=f"Maison suivie : {neuve.nom}",
        phrase=f"« {neuve.nom} » est suivie ({neuve.id}).",
        suite=f"tl federation lire {neuve.id}{reseau}",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les maisons suivies, et où on les lit.

    Exemple :
        tl federation liste
    """
    maisons = MAISONS.toutes(c.arbre).fiches
    c.ecran.liste(
        maisons,
        'Aucune.  En suivre une : tl federation creer "Le Moulin" https://moulin.example',
        [
            Colonne("maison", style=Style.GRAS, cede=True),
            Colonne("où on la lit", cede=True),
            Colonne("identifiant", style=Style.PALE),
        ],
        ((m.nom, m.source, m.id) for m in maisons),
        json=json,
    )


@app.ecrit("retirer", oui=True)
def retirer(
    c: Contexte,
    e: Ecriture,
    maison: Annotated[MaisonCitee, typer.Argument(metavar="ID", help="La maison (Tab propose).")],
) -> Fait:
    """Ne plus suivre une maison ; ce qu'on avait lu d'elle part à la prochaine lecture.

    Exemple :
        tl federation retirer la-ressourcerie
    """
    connue = MAISONS.exiger(c.arbre, maison)
    c.confirmer(f"Ne plus suivre {connue.nom} ?")
    e.retirer(MAISONS.genre.chemin(connue.id))
    return Fait(
        id=connue.id,
        action="federation.retirer",
        histoire=f"Maison qui n'est plus suivie : {connue.nom}",
        phrase=f"« {connue.nom} » n'est plus suivie.",
        suite="tl federation lire",
    )
