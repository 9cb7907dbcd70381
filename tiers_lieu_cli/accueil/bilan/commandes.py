"""`tl accueil bilan` : une période en comptes et en dessins."""

from __future__ import annotations

from tiers_lieu_cli.accueil.bilan import fiches, vue
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.compte_rendu import Options
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.lit("bilan", options=Options)
def bilan(c: Contexte, options: Options) -> None:
    """Le bilan de l'accueil : passages, besoins exprimés, reliés et comblés, heures données.

    Exemples :
        tl accueil bilan --du 2026-01-01
        tl accueil bilan --public --sortie ~/bilan.html
        tl accueil bilan --du 2026-01-01 --sortie ~/bilan.pdf
    """
    compte_rendu.rendre(
        c,
        options,
        "bilan de l'accueil",
        lambda du, au: vue.chapitres(fiches.compter(c, du, au)),
        "tl accueil bilan",
        maintenant=c.horloge.murale(),
    )
