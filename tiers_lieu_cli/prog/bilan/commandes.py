"""`tl prog bilan` : ce que le programme a donné, en comptes et en dessins."""

from __future__ import annotations

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.compte_rendu import Options
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.prog.bilan import fiches, vue

app = Application()


@app.lit("bilan", options=Options)
def bilan(c: Contexte, options: Options) -> None:
    """Le bilan du programme : activités, participants, absences, heures des équipes, services, idées.

    Exemples :
        tl prog bilan --du 2026-01-01
        tl prog bilan --public --sortie ~/bilan.html
    """
    services = fiches.services(c)
    compte_rendu.rendre(
        c,
        options,
        "bilan du programme",
        lambda du, au: vue.chapitres(fiches.compter(c, du, au), services),
        "tl prog bilan",
        maintenant=c.horloge.murale(),
    )
