"""`tl site` : les pages que tout le monde voit ; les regarder ici, les mettre en ligne."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.site import batir as batisseur
from tiers_lieu_cli.ensemble.site import recolte
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import PUBLIC, Ecraser, Sorties
from tiers_lieu_cli.prog import agendas, publier
from tiers_lieu_cli.prog.publier import SANS_DOMAINE

app = Application("Le site de la maison : le bâtir, le regarder, le mettre en ligne.")
app.defaut = "batir"
app.differer(
    "servir", "Le regarder ici, avant de le mettre en ligne.", "tiers_lieu_cli.ensemble.site.servir:app"
)
app.differer("envoyer", "Le mettre en ligne.", "tiers_lieu_cli.ensemble.site.envoyer:app")
Dossier = Annotated[
    Path | None, typer.Option("--sortie", metavar="DOSSIER", help="Où l'écrire ; sinon, public/.")
]


@app.lit("batir")
def batir(c: Contexte, sortie: Dossier = None, ecraser: Ecraser = False, json: Json = False) -> None:
    """Écrire le site : le programme, les salles, les services, l'entraide, ce qui s'est passé.

    Rien d'interne, de brouillon ou de privé n'y est ; personne n'y paraît qui ne l'a voulu. Une note y
    paraît si l'on y met #site, un besoin ou une offre avec --publier. Le refaire ne touche que ce qui change.

    Exemples :
        tl site
        tl site batir --sortie ~/site
    """
    bati = faire(c, sortie, ecraser=ecraser)
    if json:
        c.ecran.json(
            {
                "dossier": str(bati.dossier),
                "fichiers": bati.fichiers,
                "ecrits": list(bati.ecrits),
                "otes": list(bati.otes),
            }
        )
        return
    n = len(bati.ecrits)
    quoi = f"{n} fichier{'s' * (n > 1)} écrit{'s' * (n > 1)}" if n else "rien n'a changé"
    otes = f", {len(bati.otes)} ôté{'s' * (len(bati.otes) > 1)}" if bati.otes else ""
    c.ecran.dire(f"Le site est dans {bati.dossier} : {quoi}{otes} ({bati.fichiers} fichiers).")
    if c.lieu.reglages.domaine.endswith(SANS_DOMAINE):
        c.ecran.dire("  Son nom (« domaine » de lieu.yaml) manque encore : ni plan du site, ni abonnement.")
    c.ecran.dire("  Ensuite : tl site servir")


def faire(c: Contexte, sortie: Path | None, *, ecraser: bool = False) -> batisseur.Bati:
    """Bâtir le site et ses agendas dans ce dossier."""
    dossier = sorties.verifier(sortie or c.lieu.racine / PUBLIC, dossier=True)
    with Sorties(c, ecraser=ecraser) as neuves:
        neuves.dossier(dossier)
        agendas.publics(c, neuves, dossier, publier.premier_jour(c, ""))
    lu = recolte.lire(c)
    bati = batisseur.batir(lu, dossier, ecraser=ecraser)
    for phrase in lu.public.avis():
        c.ecran.avertir(phrase)
    return bati
