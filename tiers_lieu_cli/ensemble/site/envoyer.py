"""`tl site envoyer` : mettre le site en ligne."""

from __future__ import annotations

import os
from getpass import getpass
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.site import cibles
from tiers_lieu_cli.ensemble.site.cible import Plan
from tiers_lieu_cli.ensemble.site.commandes import Dossier, faire
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.porte import Application

app = Application()
#: Le mot de passe d'un nuage, pour qui n'est pas devant l'écran.
VARIABLE = "TIERS_LIEU_SITE_MOT_DE_PASSE"
_MONTRES = 8


@app.lit("envoyer")
def envoyer(
    c: Contexte,
    cible: Annotated[
        str, typer.Argument(help="Un dossier, hote:chemin, un dépôt en .git, https://moi@nuage/…")
    ],
    sortie: Dossier = None,
    branche: Annotated[str, typer.Option("--branche", help="La branche de pages d'un dépôt.")] = "pages",
    essai: Essai = False,
    json: Json = False,
) -> None:
    """Bâtir le site, puis mettre en ligne ce qui a changé.

    Un dossier, une machine par ssh (rsync), la branche de pages d'un dépôt git, ou un nuage (WebDAV), dont
    le mot de passe se tape et n'est jamais gardé. Coupé, l'envoi reprend où il en était.

    Exemples :
        tl site envoyer ~/site-en-ligne
        tl site envoyer lieu@exemple.be:www
        tl site envoyer git@codeberg.org:la-passerelle/site.git --branche pages
        tl site envoyer https://lea@nuage.exemple.be/remote.php/dav/files/lea/site --essai
    """
    bati = faire(c, sortie)
    vers = cibles.choisir(cible, bati.dossier, branche, c.horloge.maintenant(), lambda qui: _phrase(c, qui))
    plan = vers.plan()
    if not essai:
        with c.ecran.transport() as barre:
            vers.envoyer(plan, lambda fait, sur: barre("En ligne", fait, sur) if barre else None)
    if json:
        c.ecran.json(
            {"cible": vers.nom, "poses": list(plan.a_poser), "otes": list(plan.a_oter), "envoye": not essai}
        )
        return
    _dire(c, vers.nom, plan, essai=essai)


def _dire(c: Contexte, nom: str, plan: Plan, *, essai: bool) -> None:
    poses, otes = len(plan.a_poser), len(plan.a_oter)
    if not poses and not otes:
        c.ecran.dire(f"Rien à envoyer : {nom} a déjà tout.")
        return
    quoi = f"{poses} fichier{'s' * (poses > 1)}"
    quoi += f", {otes} à ôter" if otes else ""
    c.ecran.dire(
        f"Partirait vers {nom} : {quoi}." if essai else f"En ligne, {nom} : {quoi.replace('à ôter', 'ôtés')}."
    )
    for chemin in (*plan.a_poser, *(f"{chemin} (ôté)" for chemin in plan.a_oter))[:_MONTRES] if essai else ():
        c.ecran.dire(f"  {chemin}")
    if essai and poses + otes > _MONTRES:
        c.ecran.dire(f"  … et {poses + otes - _MONTRES} autres")


def _phrase(c: Contexte, qui: str) -> str:
    phrase = os.environ.get(VARIABLE, "")
    if not phrase and c.ecran.interactif:
        phrase = getpass(f"Le mot de passe de {qui} : ")
    if not phrase:
        raise ErreurUsage(f"Il faut le mot de passe de {qui}.", f"Le taper, ou le donner dans {VARIABLE}.")
    return phrase
