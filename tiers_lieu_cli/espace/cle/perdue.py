"""`tl espace cle perdue` : ce qu'une clé perdue ouvrait, et ce qu'il faut faire."""

from __future__ import annotations

import typer
from msgspec import structs

from tiers_lieu_cli.espace.cle import fiches, regles
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Cle, Fin, Sorte
from tiers_lieu_cli.espace.cle.options import (
    Laquelle,
    Le,
    Qui,
    Remarque,
    Societe,
    detenteur,
    en_ligne,
    exiger,
    moment,
)
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait

app = Application()


@app.action("perdue")
def perdue(
    ctx: typer.Context,
    cle: Laquelle,
    qui: Qui = "",
    societe: Societe = "",
    remarque: Remarque = "",
    le: Le = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Une clé est perdue : ce qu'elle ouvre, et les tâches qui s'ensuivent.

    Exemple :
        tl espace cle perdue cave --qui @karim
    """
    c = ouvrir(ctx)
    quand = moment(c, le)
    with c.ecriture() as ecriture:
        lue = exiger(c, cle)
        dehors = regles.de_la_cle(fiches.pretees(c.arbre), lue.id)
        dit = en_ligne(c, lue, remarque, "Une remarque")
        if dehors and lue.sorte is not Sorte.CODE:
            perdu = regles.choisir(lue, dehors, detenteur(c, qui, societe), c.registre.nom)
            dehors.remove(perdu)
            PRETS.corriger(ecriture, perdu, regles.finir(perdu, Fin.PERDUE, quand, dit))
        if lue.sorte is not Sorte.CODE and lue.exemplaires:
            CLES.corriger(ecriture, lue, structs.replace(lue, exemplaires=lue.exemplaires - 1))
        salles = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
        taches = regles.apres_perte(lue, dehors, salles, quand.date(), c.hasard)
        for tache in taches:
            ENTRETIENS.poser(ecriture, tache)
        c.achever(ecriture, _fait(c, lue, taches), json=json, essai=essai)


def _fait(c: Contexte, cle: Cle, taches: list[Entretien]) -> Fait:
    dites = (" — ".join(filter(None, [t.titre, c.registre.montrer(t.note)])) for t in taches)
    suite = "".join(f"\n  · {dite}" for dite in dites)
    return Fait(
        id=cle.id,
        action="espace.cle.perdue",
        histoire=f"Perdu : {cle.nom}",
        phrase=f"Perte notée : « {cle.nom} ». À faire :{suite}",
        suite="tl espace entretien liste",
    )
