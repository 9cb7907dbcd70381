"""`tl espace replacer` : prendre, par son numéro, une des places proposées pour ce qui est à replacer."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace import a_replacer
from tiers_lieu_cli.espace.promesse import fiches as promesses
from tiers_lieu_cli.espace.promesse.deplacer import deplacer_une
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.evenement import saisir
from tiers_lieu_cli.prog.evenement.details import Dits

app = Application()


@app.ecrit("replacer", prevenir=True)
def replacer(
    c: Contexte,
    e: Ecriture,
    numero: Annotated[int, typer.Argument(metavar="NUMÉRO", help="Celui qui est devant la proposition.")],
) -> Fait:
    """Prendre une des places proposées ; le numéro est celui de la dernière liste montrée.

    Si la place a été prise entre-temps, rien n'est fait, et d'autres sont proposées.

    Exemples :
        tl espace demandes
        tl espace replacer 1
    """
    choisie = a_replacer.numerotee(c, numero)
    quand, salle = temps.a_taper(choisie.vers.seance), choisie.vers.salle
    try:
        visee = promesses.exiger(c, choisie.promesse)
    except FicheIntrouvable:
        prises = programme.exiger(c.arbre, choisie.promesse).salles
        salles = [salle if prise == choisie.salle else prise for prise in prises]
        return saisir.modifier(c, e, choisie.promesse, Dits(salles=salles), quand=quand)
    return deplacer_une(c, e, visee, quand, salle, "")
