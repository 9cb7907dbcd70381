"""`tl espace occupation` : combien les salles servent, par salle, par heure, par public."""

from __future__ import annotations

from tiers_lieu_cli.espace.taux import fiches, vue
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.compte_rendu import Options
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.lit("occupation", options=Options)
def occupation(c: Contexte, options: Options) -> None:
    """Combien les salles servent : taux par salle, par heure de la semaine, heures par public.

    Le taux compte les heures prises (montage compris) pendant les heures d'ouverture ; une salle
    fermée ce jour-là n'est pas comptée comme ouverte, ni une salle faite d'autres comptée en plus d'elles.

    Exemples :
        tl espace occupation
        tl espace occupation --du 2026-09-01 --au 2026-12-31 --sortie ~/usage.html
    """
    compte_rendu.rendre(
        c,
        options,
        "usage des salles",
        lambda du, au: vue.chapitres(fiches.usage(c, du, au)),
        "tl espace occupation",
        maintenant=c.horloge.murale(),
    )
