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
from tiers_lieu_cli.stock.objet.modele import Objet
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

    D'un lot, autant de lignes que d'exemplaires, à l'aller comme au retour.

    Ce qui est refusé est dit, et n'est pas pris ; le reste l'est, d'un seul enregistrement.

    Exemples :
        echo perceuse | tl stock scanner @karim --jusqua lundi
        echo perceuse | tl stock scanner
    """
    pris = 0
    faits: list[str] = []
    refus: list[str] = []
    lus = _lus(c, refus)
    for objet, combien in lus:
        try:
            if qui:
                fait = preter(c, e, [objet.id, qui], quand, jusqua, combien)
            else:
                fait = rendre(c, e, objet.id, combien=combien)
            pris += 1
            faits += [f"  {fait.phrase}", *(f"  {dit}" for dit in fait.lignes)]
        except Echec as echec:
            refus.append(_refuser(objet.id, echec))
    if not faits:
        return Rien(phrase="Rien n'est pris.", lignes=refus, suite="tl stock objet liste")
    dit = accorder(pris, "objet remis" if qui else "objet rendu")
    return Fait(
        id=lus[0][0].id,
        action="stock.scanner",
        histoire=f"Au lecteur : {dit}",
        phrase=f"{dit}.",
        lignes=[*faits, *refus],
        suite="tl stock prets",
        details={"refuses": len(refus)},
    )


def _lus(c: Contexte, refus: list[str]) -> list[tuple[Objet, int]]:
    """Ce qui est lu, et combien de fois ; ce qu'un kit contient part et revient avec lui."""
    comptes: Counter[str] = Counter()
    for mot in filter(None, map(str.strip, c.tube().splitlines())):
        try:
            comptes[fiches.exiger(c, mot).id] += 1
        except Echec as echec:
            refus.append(_refuser(mot, echec))
    objets = [fiches.exiger(c, ident) for ident in comptes]
    for kit in objets:
        for dedans in fiches.avec_contenu(c, kit)[1:]:
            comptes[dedans.id] -= comptes[kit.id]
    return [(o, comptes[o.id]) for o in objets if comptes[o.id] > 0]


def _refuser(mot: str, echec: Echec) -> str:
    return f"  Refusé : {mot} ; {echec.fait} {echec.remede}".rstrip()
