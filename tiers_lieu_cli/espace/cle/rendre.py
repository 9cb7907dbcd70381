"""`tl espace cle rendre` : une clé revient ; ou un code change, et ceux qui l'avaient ne l'ont plus."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.cle import fiches, regles
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, Cle, Fin, PretDeCle, Sorte
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
from tiers_lieu_cli.espace.entretien import fiches as entretiens
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Intervention
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.ecrit("rendre")
def rendre(
    c: Contexte,
    e: Ecriture,
    cle: Laquelle,
    qui: Qui = "",
    societe: Societe = "",
    change: Annotated[
        bool,
        typer.Option("--change", help="Le code, la serrure ou le badge a changé : plus personne ne l'a."),
    ] = False,
    remarque: Remarque = "",
    le: Le = "",
) -> Fait:
    """Noter qu'une clé est revenue, ou qu'un code a changé.

    Exemples :
        tl espace cle rendre cave
        tl espace cle rendre portail @karim --note "un peu tordue"
        tl espace cle rendre alarme --change
    """
    quand = moment(c, le)
    lue = exiger(c, cle)
    dehors = regles.de_la_cle(fiches.pretees(c.arbre), lue.id)
    dit = en_ligne(lue, remarque, "Une remarque")
    if change:
        return _changer(c, e, lue, dehors, quand, dit)
    if lue.sorte is Sorte.CODE:
        raise ErreurUsage(
            "Un code ne se rend pas : qui l'a reçu le connaît.",
            f"Le changer, puis : tl espace cle rendre {lue.id} --change",
        )
    pret = regles.choisir(lue, dehors, detenteur(c, qui, societe))
    PRETS.corriger(e, pret, regles.finir(pret, Fin.RENDUE, quand, dit))
    ou = f"  La ranger : {lue.rangee}." if lue.rangee else ""
    return Fait(
        id=pret.id,
        action="espace.cle.rendre",
        histoire=f"Clé rendue : {lue.nom}, par {pret.detenteur}",
        phrase=f"{pret.detenteur} a rendu {regles.DEFINIE[lue.sorte]} « {lue.nom} ».{ou}",
        suite="tl espace cle liste --dehors",
    )


def _changer(
    c: Contexte, e: Ecriture, cle: Cle, dehors: list[PretDeCle], quand: datetime, remarque: str
) -> Fait:
    """Tout ce qui était dehors n'ouvre plus rien, et ce qu'il fallait changer l'est."""
    for pret in dehors:
        PRETS.corriger(e, pret, regles.finir(pret, Fin.PERIMEE, quand, remarque))
    a_changer = [t for t in ENTRETIENS.toutes(c.arbre).fiches if regles.est_a_changer(t, cle)]
    for tache in a_changer:
        entretiens.clore(
            e,
            tache,
            Intervention(
                id=identifiants.date_de(quand.date(), tache.id, "entretien", c.hasard),
                entretien=tache.id,
                le=quand.date(),
            ),
            c.horloge.murale(),
        )
    changee = structs.replace(cle, changee_le=quand.date())
    if changee == cle and not (dehors or a_changer):
        raise ErreurUsage(f"« {cle.nom} » est déjà changé aujourd'hui.")
    if changee != cle:
        CLES.corriger(e, cle, changee)
    combien = f"{len(dehors)} détenteurs ne l'ont" if len(dehors) > 1 else "1 détenteur ne l'a"
    reste = f" {combien} plus." if dehors else ""
    return Fait(
        id=cle.id,
        action="espace.cle.changer",
        histoire=f"Changé : {cle.nom}",
        phrase=f"« {cle.nom} » a changé.{reste}",
        lignes=[f"  Fait : {tache.titre}." for tache in a_changer],
        suite=f"le donner à qui en a besoin, tl espace cle remettre {cle.id}",
    )
