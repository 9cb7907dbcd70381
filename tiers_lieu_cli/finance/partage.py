"""`tl finance relier|rejoindre|synchroniser` : tenir la caisse à deux, sur un moyeu à elle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.finance import caisse
from tiers_lieu_cli.finance import moyeu as moyeux
from tiers_lieu_cli.finance.caisse import DOSSIER, DepotDeLaCaisse
from tiers_lieu_cli.finance.coffre import VARIABLE
from tiers_lieu_cli.finance.moyeu import Bilan
from tiers_lieu_cli.noyau.contexte import ouvrir
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.systeme import est_un_fichier

relier_app, rejoindre_app, synchroniser_app = Application(), Application(), Application()

_Adresse = Annotated[str, typer.Argument(help="Un dossier, ssh://hôte/chemin, ou qui@hôte:chemin.")]


@relier_app.action("relier")
def relier(ctx: typer.Context, adresse: _Adresse, json: Json = False) -> None:
    """Relier la caisse à son moyeu, distinct de celui du lieu ; un dossier qui n'existe pas est ouvert.

    Lui seul y donne accès : au trésorier et à son suppléant, par les droits du dossier ou de l'hôte.

    Exemple :
        tl finance relier /partage-du-tresorier/caisse
    """
    c = ouvrir(ctx)
    depot, url = caisse.depot(c), moyeu.adresse(adresse)
    du_lieu = moyeu.liee(c.archive)
    if du_lieu and url.rstrip("/") in (du_lieu.rstrip("/"), moyeu.celle_du_registre(du_lieu)):
        raise ErreurUsage(
            "C'est le moyeu du lieu, que d'autres lisent ; la caisse a le sien.", "Donner un autre dossier."
        )
    neuf = Path(url).is_absolute() and not Path(url).exists()
    if neuf:
        moyeux.ouvrir(Path(url))
    moyeu.relier(depot, url)
    if json:
        c.ecran.json({"id": url, "neuf": neuf})
        return
    c.ecran.dire(f"La caisse est reliée à {url}{', ouvert à ce compte seul' if neuf else ''}.")
    c.ecran.dire("  Ensuite : tl finance synchroniser")


@rejoindre_app.action("rejoindre")
def rejoindre(
    ctx: typer.Context,
    adresse: _Adresse,
    clef: Annotated[
        Path | None, typer.Option("--clef", help="La clef du coffre (clef.txt), reçue de la main à la main.")
    ] = None,
    json: Json = False,
) -> None:
    """Prendre sur ce poste la caisse qu'un moyeu garde ; tout est relu avant d'être posé.

    Exemple :
        tl finance rejoindre /partage-du-tresorier/caisse --clef clef.txt
    """
    c = ouvrir(ctx)
    if DepotDeLaCaisse(c).existe:
        raise ErreurUsage("Ce poste a déjà la caisse.", "La mettre en commun : tl finance synchroniser")
    if clef is not None and not est_un_fichier(clef):
        raise ErreurUsage(f"{clef} n'existe pas.", "Donner le fichier de la clef du coffre.")
    url = moyeu.adresse(adresse)
    with dossier_neuf(c.archive.racine / DOSSIER, noms=True, du_lieu=True) as chantier:
        moyeux.prendre_tout(chantier, url)
        ouvre = moyeux.poser_la_clef(chantier, clef) or VARIABLE in c.environ
    fait = moyeux.mettre_en_commun(c)
    if json:
        c.ecran.json({"id": DOSSIER, "coffre": fait.pris, "clef": ouvre})
        return
    c.ecran.dire(f"La caisse est ici ; {fait.pris} contenus du coffre sont pris.")
    if not ouvre:
        c.ecran.avertir(f"Le coffre reste fermé : y poser sa clef (finance/coffre/clef.txt, ou {VARIABLE}).")
    c.ecran.dire("  Ensuite : tl finance verifier")


@synchroniser_app.action("synchroniser")
def synchroniser(ctx: typer.Context, json: Json = False) -> None:
    """Mettre en commun les postes de la caisse : ce qui est enregistré, et le coffre, toujours chiffré.

    Exemple :
        tl finance synchroniser
    """
    c = ouvrir(ctx)
    if not moyeu.liee(caisse.depot(c)):
        raise ErreurUsage("La caisse n'est reliée à aucun moyeu.", "La relier : tl finance relier")
    fait = moyeux.mettre_en_commun(c)
    if json:
        champs = ("envoyees", "recues", "demises", "desaccords", "portes", "pris")
        c.ecran.json({champ: getattr(fait, champ) for champ in champs})
        return
    for ligne in _dire(fait):
        c.ecran.dire(ligne)


def _dire(fait: Bilan) -> list[str]:
    if not (fait.envoyees or fait.recues or fait.portes or fait.pris):
        return ["Tout était déjà en commun."]
    lignes = [f"{_compte(fait.envoyees, 'envoyée')}, {_compte(fait.recues, 'reçue')}."]
    if fait.portes or fait.pris:
        lignes.append(f"Coffre : {_compte(fait.portes, 'contenu porté')}, {_compte(fait.pris, 'pris')}.")
    if not fait.coffre:
        lignes.append("Le coffre ne se porte que vers un dossier : l'emporter par tl sauvegarder.")
    if fait.demises:
        lignes.append(
            f"Un autre poste a émis en même temps : {', '.join(fait.demises)} d'ici redevient brouillon."
        )
        lignes.append("  L'émettre de nouveau : tl finance facture emettre --tout")
    lignes += [f"Changé des deux côtés ; ce que ce poste en disait : finance/{ou}" for ou in fait.desaccords]
    return lignes


def _compte(nombre: int, mots: str) -> str:
    accord = " ".join(f"{mot}s" if nombre > 1 else mot for mot in mots.split())
    return f"{nombre or 'aucun' + 'e' * mots.endswith('e')} {accord}"
