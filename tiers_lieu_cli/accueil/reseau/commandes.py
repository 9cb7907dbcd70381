"""`tl accueil reseau` : qui est relié à qui, les nouvelles isolées d'abord."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.lien.modele import LIENS, Lien
from tiers_lieu_cli.accueil.reseau import dessins, regles
from tiers_lieu_cli.accueil.reseau.regles import Noeud, Reseau
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens

app = Application()
#: Un lien de l'an dernier compte encore ; avant, on le demande.
UN_AN = timedelta(days=365)


class Format(StrEnum):
    """La forme du réseau."""

    TERMINAL = "terminal"
    MERMAID = "mermaid"
    SVG = "svg"
    JSON = "json"


@app.lit("reseau")
def reseau(
    c: Contexte,
    du: Annotated[
        str, typer.Option("--du", metavar="JOUR", help="Les liens depuis ce jour ; sinon depuis un an.")
    ] = "",
    combien: Annotated[int, typer.Option("--combien", min=1, help="Les isolées à nommer.")] = 20,
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.TERMINAL,
    json: Json = False,
) -> None:
    """Qui est relié à qui : les nouvelles isolées d'abord, puis chacun et ses liens.

    L'image et le texte Mermaid montrent des noms : ils restent dans l'équipe.

    Exemples :
        tl accueil reseau
        tl accueil reseau --format svg > reseau.svg
    """
    jour = c.horloge.aujourdhui()
    depuis = saisie.lire_jour(du, c.horloge.murale(), Sens.PASSE) if du else jour - UN_AN
    vu = _tisser(c, LIENS.des_mois(c.arbre, depuis, jour).fiches)
    if json or format is Format.JSON:
        c.ecran.json(vu)
    elif format is Format.TERMINAL:
        _au_terminal(c, vu, combien)
    elif format is Format.SVG:
        c.ecran.page(dessins.svg(vu, f"{c.lieu.reglages.nom}, le réseau"))
    else:
        c.ecran.page(dessins.mermaid(vu))


def _tisser(c: Contexte, liens: tuple[Lien, ...]) -> Reseau:
    """Le réseau des personnes du registre ; sans registre, de celles que les liens citent."""
    noeuds = [
        Noeud(e.id, e.surnom or e.nom, date.fromisoformat(e.arrivee) if e.arrivee else None)
        for e in c.registre.annuaire
    ]
    cites = {p for lien in liens for p in lien.personnes}
    vrais = {p: connue.id for p in cites if (connue := c.registre.une(p))}
    connus = {n.id for n in noeuds}
    noeuds += [Noeud(p, c.registre.nom(p)) for p in sorted(cites) if vrais.get(p, p) not in connus]
    return regles.tisser(noeuds, liens, vrais)


def _au_terminal(c: Contexte, vu: Reseau, combien: int) -> None:
    jour = c.horloge.aujourdhui()
    reliees = sum(map(len, vu.groupes))
    c.ecran.titre(f"{c.lieu.reglages.nom} · le réseau", f"{reliees} reliées, {len(vu.isolees)} isolées")
    if vu.isolees:
        c.ecran.titre("Pas encore reliées, les nouvelles d'abord")
        lignes = [
            (n.nom, f"depuis {temps.dire_jour(n.depuis, jour)}" if n.depuis else "")
            for n in vu.isolees[:combien]
        ]
        c.ecran.tableau([Colonne(style=Style.GRAS), Colonne(cede=True)], lignes)
        if len(vu.isolees) > combien:
            c.ecran.dire(f"… et {len(vu.isolees) - combien} autres")
    if vu.groupes:
        noms = {n.id: n.nom for groupe in vu.groupes for n in groupe}
        c.ecran.titre("\nReliées" if vu.isolees else "Reliées")
        c.ecran.tableau(
            [Colonne(style=Style.GRAS), Colonne(cede=True)],
            (
                (n.nom, ", ".join(sorted(noms[v] for v in vu.voisins(n.id))))
                for groupe in vu.groupes
                for n in groupe
            ),
        )
    c.ecran.dire("  Ensuite : tl accueil relier")
