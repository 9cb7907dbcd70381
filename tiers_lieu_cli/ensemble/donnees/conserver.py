"""`tl donnees conserver` : ce qu'il n'y a plus de raison de garder ; proposé, jamais fait de soi-même."""

from __future__ import annotations

from datetime import date

import typer

from tiers_lieu_cli.ensemble.donnees import conservation
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.gens import mentions
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES
from tiers_lieu_cli.noyau.temps import temps

app = Application()


@app.action("conserver")
def conserver(ctx: typer.Context, json: Json = False) -> None:
    """Voir ce qu'il n'y a plus de raison de garder sur les gens ; rien n'est effacé de soi-même.

    Les durées se changent dans regles/conservation.yaml (sans_nouvelle, mineurs, publics,
    accord_du_portrait, en mois).

    Exemple :
        tl donnees conserver
    """
    c = ouvrir(ctx)
    regle = conservation.regle(c.arbre)
    jour = c.horloge.aujourdhui()
    propositions = conservation.a_revoir(c.personnes(), _nouvelles(c, jour), regle, jour)
    if json:
        c.ecran.json({"regle": regle, "propositions": propositions})
        return
    if not propositions:
        c.ecran.dire("Rien n'est gardé plus longtemps que la règle du lieu ne le dit.")
        return
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(), Colonne(style=Style.PALE)],
        [(c.registre.nom(p.personne), p.raison, temps.dire_jour(p.depuis), p.commande) for p in propositions],
    )


def _nouvelles(c: Contexte, jour: date) -> dict[str, date]:
    """Le dernier jour où l'archive ou le registre parle de chacun ; une chose durable compte aujourd'hui."""
    dernieres: dict[str, date] = {}

    def apprendre(ident: str, quand: date) -> None:
        dernieres[ident] = max(dernieres.get(ident, quand), quand)

    for _, lues in mentions.de_l_archive(c.archive, jour):
        for ident, dernier in lues.qui.items():
            quand = jour if dernier == mentions.TOUJOURS else date.fromisoformat(dernier)
            apprendre(c.registre.renvois.get(ident, ident), quand)
    for depot in c.depots[1:]:
        for chemin, revisions in histoire.revisions(depot, [PERSONNES.genre.dossier]).items():
            qui = PERSONNES.genre.ident(chemin)
            if qui:
                apprendre(qui, revisions.modifie.astimezone(c.lieu.fuseau).date())
    return dernieres
