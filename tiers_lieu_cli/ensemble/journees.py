"""`tl journal clore` et `rouvrir` : un jour relu se ferme ; le trésorier ne lit que des jours clos."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import echeances
from tiers_lieu_cli.journal import regles
from tiers_lieu_cli.journal.modele import CLOTURES, NOTES, Cloture, ident_du_jour
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens

clore_app, rouvrir_app = Application(), Application()
#: Ce qu'on montre de ce qui reste.
MONTRES = 8
#: Sans rien dire, le jour qu'on clôt.
AUJOURD_HUI = "aujourd'hui"


@clore_app.ecrit("clore", oui=True)
def clore(
    c: Contexte,
    e: Ecriture,
    jour: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Le jour : hier, lundi, 12/11.")
    ] = AUJOURD_HUI,
) -> Fait:
    """Clore un jour : ce qui reste ouvert est montré, et se confirme.

    Exemples :
        tl journal clore
        tl journal clore hier
    """
    voulu = saisie.lire_jour(jour, c.horloge.murale(), Sens.PASSE)
    if voulu > c.horloge.aujourdhui():
        raise ErreurUsage(
            f"{temps.dire_jour(voulu).capitalize()} n'est pas encore passé.", "Clore le moment venu."
        )
    dit = temps.dire_jour(voulu)
    if CLOTURES.une(c.arbre, ident_du_jour(voulu)):
        raise ErreurUsage(f"Le {dit} est déjà clos.", f"Le rouvrir : tl journal rouvrir {voulu} --motif")
    restes = [r for r in echeances.toutes(c) if r.jour <= voulu]
    if restes:
        montres = [f"  · {r.phrase}" for r in restes[:MONTRES]]
        montres += (
            [f"  … et {len(restes) - MONTRES} autres : tl aujourdhui --tout"] if len(restes) > MONTRES else []
        )
        # Collée après minuit, la commande clôt encore le jour qu'on a vu.
        avec = (str(voulu),) if jour == AUJOURD_HUI else ()
        c.confirmer(f"Clore le {dit} quand même ?", ["Reste ouvert :", *montres], avec=avec)
    moment = temps.ecrire_moment(c.horloge.murale())
    neuve = Cloture(id=ident_du_jour(voulu), clos_le=moment, restait=len(restes))
    CLOTURES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="journal.clore",
        histoire=f"Jour clos : {dit}",
        phrase=f"Le {dit} est clos.",
        suite=f"tl journal jour {voulu}",
    )


@rouvrir_app.ecrit("rouvrir")
def rouvrir(
    c: Contexte,
    e: Ecriture,
    jour: Annotated[str, typer.Argument(metavar="JOUR", help="Le jour clos.")],
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi ; c'est gardé au journal.")],
) -> Fait:
    """Rouvrir un jour clos, en disant pourquoi : le journal en garde la trace.

    Exemple :
        tl journal rouvrir hier --motif "une présence oubliée"
    """
    voulu = saisie.lire_jour(jour, c.horloge.murale(), Sens.PASSE)
    ident, dit = ident_du_jour(voulu), temps.dire_jour(voulu)
    if not CLOTURES.une(c.arbre, ident):
        raise ErreurUsage(f"Le {dit} n'est pas clos.", f"Le clore : tl journal clore {voulu}")
    raison = texte.ligne(motif, "Le motif")
    e.retirer(CLOTURES.genre.chemin(ident))
    note = regles.nouvelle(f"Le {dit} est rouvert : {raison} #cloture", c.horloge.murale(), (), c.hasard)
    NOTES.poser(e, note)
    return Fait(
        id=ident,
        action="journal.rouvrir",
        histoire=f"Jour rouvert : {dit} ({raison})",
        phrase=f"Le {dit} est rouvert ; le journal dit pourquoi.",
        suite=f"une fois corrigé, tl journal clore {voulu}",
    )
