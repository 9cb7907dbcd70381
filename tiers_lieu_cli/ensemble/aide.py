"""`tl aide` : trouver une commande par ce qu'elle fait, sans savoir où elle est rangée."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer
from typer._click.core import Context

from tiers_lieu_cli.noyau.contexte import poste
from tiers_lieu_cli.noyau.ecran.aide import Application, Groupe
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.texte import clef

app = Application()
#: Ce qu'on dit au comptoir, et le mot que l'aide emploie.
_AUTREMENT = {
    "badge": "habilitation",
    "benevole": "heures",
    "casse": "panne",
    "clef": "cle",
    "courriel": "courrier",
    "email": "courrier",
    "excel": "tableur",
    "mail": "courrier",
    "newsletter": "lettre",
    "ouverture": "horaires",
    "poster": "affiche",
    "rgpd": "donnees",
    "vacances": "periode",
}


class Trouvee(msgspec.Struct, frozen=True, order=True):
    """Une commande et ce qu'elle fait ; `rang` : d'abord celles dont le nom répond, puis la phrase."""

    rang: int
    commande: str
    resume: str


@app.action("aide")
def aide(
    ctx: typer.Context,
    mots: Annotated[
        list[str] | None, typer.Argument(metavar="[MOT]…", help="Ce qu'on veut faire : clé, panne…")
    ] = None,
    man: Annotated[bool, typer.Option("--man", help="La page de manuel de toutes les commandes.")] = False,
    json: Json = False,
) -> None:
    """Trouver une commande par ce qu'elle fait ; ou les écrire toutes en page de manuel.

    Exemples :
        tl aide panne
        tl aide liste attente
        tl aide --man > tl.1
    """
    ecran, racine = poste(ctx).ecran, ctx.find_root()
    assert isinstance(racine.command, Groupe)
    if man:
        from tiers_lieu_cli.ensemble.man import page

        ecran.page(page(racine))
        return
    if not mots and not json:
        ecran.dire(racine.get_help())
        return
    cherches = [clef(mot) for mot in mots or ()]
    trouvees = sorted(_repondent(racine.command, racine, (), cherches))
    if json:
        ecran.json(trouvees)
        return
    if not trouvees:
        ecran.dire(f"Aucune commande ne parle de « {' '.join(mots or ())} ».  Toutes : tl --help")
        return
    ecran.tableau([Colonne(style=Style.GRAS), Colonne(cede=True)], ((t.commande, t.resume) for t in trouvees))
    ecran.dire(f"  Ensuite : {trouvees[0].commande} --help")


def _repondent(groupe: Groupe, ctx: Context, avant: tuple[str, ...], mots: list[str]) -> Iterator[Trouvee]:
    """Les commandes de ce groupe, et de ceux qu'il contient, où se lisent tous ces mots."""
    for nom in groupe.list_commands(ctx):
        commande = groupe.get_command(ctx, nom)
        if isinstance(commande, Groupe):
            yield from _repondent(commande, ctx, (*avant, nom), mots)
            continue
        chemin = " ".join(("tl", *avant, nom))
        titre, tout = clef(chemin), clef(f"{chemin} {commande.help if commande else ''}")
        if all(_est_dit(mot, tout) for mot in mots):
            rang = 0 if any(_est_dit(mot, titre) for mot in mots) else 1
            yield Trouvee(rang, chemin, groupe.resume(nom))


def _est_dit(mot: str, texte: str) -> bool:
    """Ce mot (au pluriel près, ou dit autrement) commence-t-il un mot du texte ?"""
    racine = mot.removesuffix("s")
    return any(f"-{dit}" in f"-{texte}" for dit in (racine, _AUTREMENT.get(racine, racine)))
