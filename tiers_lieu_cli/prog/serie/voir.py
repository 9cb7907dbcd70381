"""Voir les séries : `tl prog serie fiche`, `liste`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import regle_dite, series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Occurrence
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.noyau.temps.series import LigneDeDate
from tiers_lieu_cli.prog import fermetures
from tiers_lieu_cli.prog import fiches as evenements
from tiers_lieu_cli.prog import regles as programme
from tiers_lieu_cli.prog.modele import Etat
from tiers_lieu_cli.prog.serie import fiches, regles
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie, SiFerme
from tiers_lieu_cli.prog.serie.options import Laquelle

fiche_app = Application()
liste_app = Application()
#: Ce qu'une fiche montre des dates à venir.
MONTREES = 8


@fiche_app.lit("fiche")
def fiche(c: Contexte, serie: Laquelle, json: Json = False) -> None:
    """Voir une série : sa règle, ses prochaines dates, et ce qui les distingue.

    Exemple :
        tl prog serie fiche chorale-7k2m
    """
    s = SERIES.exiger(c.arbre, serie)
    jour = c.horloge.aujourdhui()
    dates = _avec_les_fermetures(
        c, s, series.lignes(s.recurrence, jour, MONTREES, fiches.jours_exclus(c.arbre))
    )
    if json:
        c.ecran.json({"fiche": s, "dates": dates})
        return
    etat = {Etat.ANNULE: "ANNULÉE", Etat.BROUILLON: "brouillon"}.get(s.etat, "")
    c.ecran.titre(s.titre, " · ".join(filter(None, [etat, s.motif, "interne" if s.interne else ""])))
    c.ecran.dire(dire_regle(s.recurrence))
    for etiquette, valeur in (
        (
            "Où",
            evenements.ou(c.arbre, s),
        ),
        ("Pour", ", ".join(s.publics)),
        ("Porté par", ", ".join(p for p in s.porteurs)),
        ("Étiquettes", " ".join(f"#{mot}" for mot in s.etiquettes)),
        ("Un jour de fermeture", _DIRE_SI_FERME[s.si_ferme]),
        ("Suite de", s.suite_de),
        ("Fiche", s.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    if s.description:
        c.ecran.dire(f"\n{s.description}")
    c.ecran.dire()
    c.ecran.titre("Prochaines dates" if dates else "Plus aucune date à venir.")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True)], (_cases(ligne, jour) for ligne in dates)
    )


_DIRE_SI_FERME = {
    SiFerme.REFUSER: "la date est refusée, et à décider une à une",
    SiFerme.SAUTER: "la date est sautée",
    SiFerme.A_REPLACER: "la date est à replacer",
}


def _avec_les_fermetures(c: Contexte, s: Serie, lignes: Sequence[LigneDeDate]) -> list[LigneDeDate]:
    """Les mêmes dates ; celles qui tombent dans une fermeture le disent."""
    jours = [date.fromisoformat(ligne.jour) for ligne in lignes]
    prevues = [regles.seance(s, Occurrence(jour, s.recurrence.creneau(jour))) for jour in jours]
    vues = fermetures.a_replacer(c.arbre, prevues)
    return [
        structs.replace(ligne, ecart=programme.dire_ecart(vue, jour))
        if vue.etat is Etat.A_REPLACER and not ligne.ecart
        else ligne
        for ligne, vue, jour in zip(lignes, vues, jours, strict=True)
    ]


def _cases(ligne: LigneDeDate, aujourdhui: date) -> tuple[str, str, str]:
    return f"  {temps.dire_jour(date.fromisoformat(ligne.jour), aujourdhui)}", ligne.heures, ligne.ecart


@liste_app.lit("liste")
def liste(
    c: Contexte,
    toutes: Annotated[bool, typer.Option("--tout", help="Avec celles qui sont finies ou annulées.")] = False,
    json: Json = False,
) -> None:
    """Les séries en cours : quand, où, et la prochaine date.

    Exemple :
        tl prog serie liste
    """
    jour = c.horloge.aujourdhui()
    recolte = SERIES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    vues = [s for s in recolte.fiches if toutes or not regles.est_finie(s, jour)]
    if json:
        c.ecran.json(vues)
        return
    if not vues:
        c.ecran.dire("Aucune.  Ajouter : tl prog serie creer")
        return
    exclus = fiches.jours_exclus(c.arbre)
    lignes = []
    for s in sorted(vues, key=lambda s: s.titre):
        prochaine = None if s.etat is Etat.ANNULE else series.prochaine(s.recurrence, jour, exclus)
        suite = temps.dire_jour(prochaine.creneau.premier_jour, jour) if prochaine else "finie"
        suite = "annulée" if s.etat is Etat.ANNULE else suite
        lignes.append(
            (
                s.titre,
                regle_dite.dire(s.recurrence),
                ", ".join((*s.salles, s.ailleurs)).strip(", "),
                suite,
                s.id,
            )
        )
    titres = ("Série", "Quand", "Où", "Prochaine", "Fiche")
    c.ecran.tableau([Colonne(titre, cede=titre in ("Série", "Quand", "Où")) for titre in titres], lignes)
