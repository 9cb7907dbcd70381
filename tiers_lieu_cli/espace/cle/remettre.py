"""`tl espace cle remettre` : une clé part avec quelqu'un."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace.cle import fiches, regles
from tiers_lieu_cli.espace.cle.modele import PRETS, PretDeCle, Sorte
from tiers_lieu_cli.espace.cle.options import Laquelle, Le, Societe, detenteur, en_ligne, exiger, moment
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application()


@app.ecrit("remettre")
def remettre(
    c: Contexte,
    e: Ecriture,
    cle: Laquelle,
    a: Annotated[PersonneCitee, typer.Argument(metavar="[@QUI]", help="À qui.")] = "",
    societe: Societe = "",
    rendre_le: Annotated[
        str, typer.Option("--rendre-le", metavar="JOUR", help="Quand elle doit revenir ; sinon, sans date.")
    ] = "",
    pour: Annotated[str, typer.Option("--objet", help="Pour quoi faire.")] = "",
    le: Le = "",
) -> Fait:
    """Remettre une clé à quelqu'un, ou donner un code.

    Exemples :
        tl espace cle remettre cave @karim --rendre-le vendredi
        tl espace cle remettre portail --societe "Nettoyage Meuse" --objet "ménage du lundi"
    """
    a = a or ("" if societe or not c.ecran.interactif else c.demander("À qui ?"))
    if bool(a) == bool(societe):
        raise ErreurUsage("À qui ?", f"tl espace cle remettre {cle} @karim   (ou --societe NOM)")
    quand = moment(c, le)
    retour = saisie.lire_jour(rendre_le, c.horloge.murale()) if rendre_le else None
    qui = detenteur(c, a, societe)
    lue = exiger(c, cle)
    regles.exiger_un_exemplaire(lue, fiches.pretees(c.arbre))
    pret = PretDeCle(
        id=identifiants.date_de(quand.date(), lue.id, "cle", c.hasard),
        cle=lue.id,
        depuis=temps.ecrire_moment(quand),
        a=qui if a else "",
        societe="" if a else qui,
        rendre_le=retour,
        pour=en_ligne(lue, pour, "Le motif"),
    )
    PRETS.poser(e, pret)
    quoi = regles.DEFINIE[lue.sorte]
    jusqua = f", à rendre {temps.dire_jour(retour, quand.date())}" if retour else ""
    return Fait(
        id=pret.id,
        action="espace.cle.remettre",
        histoire=f"Clé prêtée : {lue.nom}, à {pret.detenteur}",
        phrase=f"{qui} a {quoi} « {lue.nom} »{jusqua}.",
        suite="tl espace cle liste --dehors"
        if lue.sorte is Sorte.CODE
        else f"au retour, tl espace cle rendre {lue.id}",
    )
