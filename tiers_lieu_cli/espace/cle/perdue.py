"""`tl espace cle perdue` : ce qu'une clé perdue ouvrait, et ce qu'il faut faire."""

from __future__ import annotations

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
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.ecrit("perdue")
def perdue(
    c: Contexte,
    e: Ecriture,
    cle: Laquelle,
    qui: Qui = "",
    societe: Societe = "",
    remarque: Remarque = "",
    le: Le = "",
) -> Fait:
    """Une clé est perdue : ce qu'elle ouvre, et les tâches qui s'ensuivent.

    Exemple :
        tl espace cle perdue cave @karim
    """
    quand = moment(c, le)
    lue = exiger(c, cle)
    dehors = regles.de_la_cle(fiches.pretees(c.arbre), lue.id)
    dit = en_ligne(lue, remarque, "Une remarque")
    if dehors and lue.sorte is not Sorte.CODE:
        perdu = regles.choisir(lue, dehors, detenteur(c, qui, societe))
        dehors.remove(perdu)
        PRETS.corriger(e, perdu, regles.finir(perdu, Fin.PERDUE, quand, dit))
    if lue.sorte is not Sorte.CODE and lue.exemplaires:
        CLES.corriger(e, lue, structs.replace(lue, exemplaires=lue.exemplaires - 1))
    salles = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
    taches = regles.apres_perte(lue, dehors, salles, quand.date(), c.hasard)
    for tache in taches:
        ENTRETIENS.poser(e, tache)
    return _fait(lue, taches)


def _fait(cle: Cle, taches: list[Entretien]) -> Fait:
    return Fait(
        id=cle.id,
        action="espace.cle.perdue",
        histoire=f"Perdu : {cle.nom}",
        phrase=f"Perte notée : « {cle.nom} ». À faire :",
        lignes=[f"  · {' — '.join(filter(None, [t.titre, t.note]))}" for t in taches],
        suite="tl espace entretien liste",
    )
