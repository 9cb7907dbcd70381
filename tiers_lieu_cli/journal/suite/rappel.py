"""`tl journal rappel` : se rappeler quelque chose un jour ; sans rien dire, ce qui est à se rappeler."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.journal.suite.modele import SUITES, Suite
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.texte import ligne, phrase

app = Application()


def _lister(c: Contexte, *, json: bool, quoi: str, **_: object) -> bool:
    """Ce qui est à se rappeler, le plus pressé d'abord, si l'on ne dit rien de neuf."""
    if quoi:
        return False
    ouvertes = sorted(SUITES.en_cours.toutes(c.arbre).fiches, key=lambda s: (s.pour, s.id))
    if json:
        c.ecran.json(ouvertes)
        return True
    if not ouvertes:
        c.ecran.dire('Rien à se rappeler.  Noter : tl journal rappel "rappeler le plombier" --le jeudi')
        return True
    jour = c.horloge.aujourdhui()
    c.ecran.tableau(
        [Colonne(), Colonne(style=Style.GRAS, cede=True), Colonne(style=Style.PALE)],
        [(temps.dire_echeance(s.pour, jour), s.quoi, s.id.rpartition("-")[2]) for s in ouvertes],
    )
    c.ecran.dire(f"  Une fois réglé : tl journal regler {ouvertes[0].id.rpartition('-')[2]}")
    return True


@app.ecrit("rappel", voir=_lister)
def rappel(
    c: Contexte,
    e: Ecriture,
    quoi: Annotated[
        str, typer.Argument(metavar="[QUOI]", help="Ce qu'il faudra faire ; rien : ce qui est à se rappeler.")
    ] = "",
    pour: Annotated[str, typer.Option("--le", metavar="JOUR", help="Pour quel jour.")] = "demain",
) -> Fait:
    """Se rappeler quelque chose un jour : c'est dans aujourd'hui, ce jour-là, jusqu'à ce que ce soit réglé.

    Exemples :
        tl journal rappel "rappeler le plombier" --le jeudi
        tl journal rappel
    """
    jour = c.horloge.aujourdhui()
    dit = ligne(quoi, "Un rappel")
    neuf = Suite(
        id=identifiants.date_de(jour, taire(dit, " "), "rappel", c.hasard),
        quoi=dit,
        pour=saisie.lire_jour(pour, c.horloge.murale()),
    )
    SUITES.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="journal.rappel",
        histoire=f"Rappel pour le {temps.dire_jour(neuf.pour)} : {dit}",
        phrase=phrase(f"{temps.dire_jour(neuf.pour, jour)} : {dit}"),
        suite=f"une fois réglé, tl journal regler {neuf.id}",
    )
