"""`tl stock etiquettes` : de quoi coller sur chaque objet son nom et son QR, en PDF."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.pages import charte, pdf, qr
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Vers
from tiers_lieu_cli.stock.objet import fiches
from tiers_lieu_cli.stock.objet.modele import OBJETS, ObjetCite

app = Application()


@app.lit("etiquettes", vers=Vers)
def etiquettes(
    c: Contexte,
    vers: Vers,
    lesquels: Annotated[
        list[ObjetCite] | None, typer.Argument(metavar="[OBJET]…", help="Sinon, tous.")
    ] = None,
    json: Json = False,
) -> None:
    """Des étiquettes à coller (A4, 24 par page) : le nom, la place, et un QR que `stock scanner` lit.

    Exemple :
        tl stock etiquettes --sortie ~/etiquettes.pdf
    """
    voulus = [fiches.exiger(c, mot) for mot in lesquels or ()]
    tous = voulus or [o for o in OBJETS.toutes(c.arbre).fiches if not o.retire]
    if json:
        c.ecran.json(tous)
        return
    if not tous:
        raise ErreurUsage("Aucun objet.", 'En ajouter un : tl stock objet creer "Perceuse"')
    vers.exiger("etiquettes.pdf")
    vue = {
        "titre": f"Étiquettes · {c.lieu.reglages.nom}",
        "lieu": c.lieu.reglages.nom,
        "etiquettes": [{"nom": o.nom, "place": o.place, "id": o.id, "qr": qr.svg(o.id)} for o in tous],
    }
    ecrit = vers.ecrire(c, pdf.composer("etiquettes", vue, charte.du_lieu(c.lieu)))
    c.ecran.dire(f"{len(tous)} étiquette{'s' * (len(tous) > 1)} dans {ecrit}.")
