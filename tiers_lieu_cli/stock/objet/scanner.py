"""`tl stock scanner` : au comptoir, un lecteur de codes tape les identifiants ; le contrôle est le même."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.stock.objet import fiches
from tiers_lieu_cli.stock.objet.modele import Etat
from tiers_lieu_cli.stock.objet.options import Jusqua, Quand
from tiers_lieu_cli.stock.objet.preter import preter
from tiers_lieu_cli.stock.objet.rendre import rendre

app = Application()


@app.ecrit("scanner")
def scanner(
    c: Contexte,
    e: Ecriture,
    qui: Annotated[
        PersonneCitee,
        typer.Argument(metavar="[@QUI]", help="À qui l'on prête ; sans personne, tout est un retour."),
    ] = "",
    quand: Quand = "",
    jusqua: Jusqua = "",
) -> Fait | Rien:
    """Prêter ou rendre tout ce que lit un lecteur de codes, un identifiant par ligne (fin : Ctrl-D).

    Ce qui est refusé est dit, et n'est pas pris ; le reste l'est, d'un seul enregistrement.

    Exemples :
        echo perceuse | tl stock scanner @karim --jusqua lundi
        echo perceuse | tl stock scanner
    """
    lus = Counter(filter(None, (ligne.strip() for ligne in c.tube().splitlines())))
    faits: list[str] = []
    refus: list[str] = []
    for mot, combien in lus.items():
        try:
            objet = fiches.exiger(c, mot)
            if qui:
                fait = preter(c, e, [objet.id, qui], quand, jusqua, combien)
            else:
                _exiger_dehors(c, objet.id)
                fait = rendre(c, e, objet.id)
            faits.append(fait.phrase)
        except Echec as echec:
            refus.append(f"  Refusé : {mot} ; {echec.fait} {echec.remede}".rstrip())
    if not faits:
        return Rien(phrase="Rien n'est pris.", lignes=refus, suite="tl stock objet liste")
    dit = accorder(len(faits), "objet remis" if qui else "objet rendu")
    return Fait(
        id=next(iter(lus)),
        action="stock.scanner",
        histoire=f"Au lecteur : {dit}",
        phrase=f"{dit}.",
        lignes=[*(f"  {fait}" for fait in faits), *refus],
        suite="tl stock prets",
        details={"refuses": len(refus)},
    )


def _exiger_dehors(c: Contexte, objet: str) -> None:
    if not any(p.objet == objet and p.etat is Etat.DEHORS for p in fiches.ouverts(c.arbre)):
        raise Echec(f"{objet} n'est pas dehors.", "Pour le prêter : tl stock scanner")
