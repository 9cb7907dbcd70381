"""`tl espace rouvrir` : tout, une salle, ou quelques jours ; ce qui était promis l'est de nouveau."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace import heurts, occupations, saisies
from tiers_lieu_cli.espace.fermeture import fiches, regles
from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import doubles
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.identifiants import nommes
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import clef

app = Application()


def _a_rouvrir(c: Contexte) -> list[tuple[str, str]]:
    fermetures = fiches.en_cours_et_a_venir(c.arbre, c.horloge.murale())
    return [*((ident, "") for ident in SALLES.idents(c.arbre)), *((f.id, f.motif) for f in fermetures)]


@app.ecrit("rouvrir")
def rouvrir(
    c: Contexte,
    e: Ecriture,
    quoi: Annotated[
        str,
        typer.Argument(
            metavar="[SALLE|FERMETURE]",
            help="La salle, ou la fermeture ; sans rien, la seule en cours.",
            autocompletion=completion(_a_rouvrir),
        ),
    ] = "",
    dont: Annotated[
        SalleCitee, typer.Argument(metavar="[SALLE]", help="D'une fermeture, la seule salle à rouvrir.")
    ] = "",
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="Seulement à partir de ce jour.")] = "",
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Seulement jusqu'à ce jour compris.")] = "",
) -> Fait:
    """Rouvrir ce qui est fermé, en tout ou en partie.

    Ce qui était promis l'est de nouveau, sans rien refaire.

    Exemples :
        tl espace rouvrir
        tl espace rouvrir cour --du 24/12 --au 24/12
    """
    if au and not du:
        raise ErreurUsage("Il manque l'option --du.", "Exemple : --du 24/12 --au 24/12")
    rendu = temps.lire_bornes(*saisies.lire_bornes(c, du, au or du, passe=True)) if du else None
    jours = f"--du {texte.a_taper(du)}{f' --au {texte.a_taper(au)}' if au else ''}" if du else ""
    fermeture, salle = _designer(c, quoi, dont, rendu, jours)
    nouvelle = regles.rouvrir(fermeture, rendu, salle)
    fiches.collection(fermeture).corriger(e, fermeture, nouvelle)
    graphe = occupations.graphe(c.arbre)
    qui = graphe.nom(salle) if salle else regles.dire_salles(fermeture, graphe)
    quand = f" {temps.dire_creneau(rendu)}" if rendu else ""
    # Ce qu'on avait promis malgré la fermeture gêne peut-être ce qui revient.
    fenetre = rendu or fiches.fenetre_de(fermeture)
    prises = occupations.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    return Fait(
        id=fermeture.id,
        action="espace.rouvrir",
        histoire=f"Réouverture : {qui}{quand} ({fermeture.motif})",
        phrase=f"Rouvert : {qui}{quand} ; ce qui y était promis l'est de nouveau.",
        lignes=list(heurts.dire(c, doubles(prises, graphe))),
        suite="tl espace fermer --liste",
    )


def _designer(c: Contexte, quoi: str, dont: str, rendu: Creneau | None, jours: str) -> tuple[Fermeture, str]:
    """La fermeture visée, qui ferme ces jours-là, et la salle s'il n'y a qu'elle à rouvrir (vide : non)."""
    fermetures = fiches.en_cours_et_a_venir(c.arbre, c.horloge.murale())
    if not fermetures:
        raise ErreurUsage("Rien n'est fermé, ni ne va l'être.")
    salle = SALLES.designer(c.arbre, dont) if dont else ""
    if nommee := [f for f in fermetures if f.id in nommes(clef(quoi), [f.id for f in fermetures])]:
        fermetures = nommee
    elif dont:
        raise ErreurUsage(f"« {quoi} » n'est pas une fermeture.", "Les voir : tl espace fermer --liste")
    elif quoi:
        salle = SALLES.designer(c.arbre, quoi)
        fermetures = [f for f in fermetures if not f.salles or salle in f.salles]
        if not fermetures:
            raise ErreurUsage("Cette salle n'est pas fermée.", "Voir : tl espace fermer --liste")
    if rendu:
        # Aucune ne ferme ces jours-là : la première le dira.
        d_alors = [f for f in fermetures if any(t.chevauche(rendu) for t in f.creneaux(salle))]
        fermetures = d_alors or fermetures[:1]
    if len(fermetures) == 1:
        return fermetures[0], salle
    graphe = occupations.graphe(c.arbre)
    dites = [regles.dire(f, graphe, c.horloge.aujourdhui()) for f in fermetures]
    if not c.ecran.interactif:
        raise _dire_laquelle(fermetures, dites, salle, jours)
    return fermetures[c.choisir("Laquelle rouvrir ?", dites)], salle


def _dire_laquelle(fermetures: list[Fermeture], dites: list[str], salle: str, jours: str) -> ErreurUsage:
    """Les commandes qui en rouvrent une : la même salle, les mêmes jours que demandé, et rien de plus."""
    refus = ErreurUsage("Plusieurs fermetures : dire laquelle.")
    refus.suites = tuple(
        f"{dite} : {' '.join(filter(None, ('tl espace rouvrir', f.id, salle, jours)))}"
        for f, dite in zip(fermetures, dites, strict=True)
    )
    return refus
