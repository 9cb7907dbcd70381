"""Montrer un bilan : à l'écran, en page, en JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import bilan, rendu
from tiers_lieu_cli.noyau.pages.bilan import SEUIL, Bilan, Lire, Partie
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.sorties import Ici
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR

DuMois = Annotated[
    str, typer.Option("--du", metavar="JOUR", help="Le premier jour ; sinon le premier du mois.")
]
Au = Annotated[str, typer.Option("--au", metavar="JOUR", help="Le dernier jour, compris.")]
APublier = Annotated[
    bool,
    typer.Option("--public", help="À publier : des mois entiers, les gens arrondis à cinq."),
]


class Options(Page, frozen=True):
    """D'un jour à un autre, pour qui, et sous quelle forme."""

    du: DuMois = ""
    au: Au = "aujourd'hui"
    public: APublier = False


def periode(du: str, au: str, maintenant: datetime, *, public: bool = False) -> tuple[date, date]:
    """Du premier au dernier jour dits, compris ; sans rien dire, ce mois-ci (en public, le dernier fini)."""
    if du:
        premier, dernier = saisie.lire_periode(du, au, maintenant)
    else:
        dernier = saisie.lire_jour(au, maintenant, saisie.Sens.PASSE)
        if public and not _finit_un_mois(dernier):
            dernier = dernier.replace(day=1) - UN_JOUR
        premier = dernier.replace(day=1)
    if public:
        exiger_des_mois(premier, dernier, maintenant.date())
    return premier, dernier


def _finit_un_mois(jour: date) -> bool:
    return (jour + UN_JOUR).day == 1


def _est_fait_de_mois(premier: date, dernier: date) -> bool:
    return premier.day == 1 and _finit_un_mois(dernier)


def mois_finis(premier: date, dernier: date, aujourdhui: date) -> tuple[date, date] | None:
    """Les mois entiers et finis de cette période : ce qu'on peut en publier ; `None` s'il n'y en a pas."""
    debut = premier if premier.day == 1 else temps.mois_de(premier).dernier_jour + UN_JOUR
    fin = min(dernier, aujourdhui - UN_JOUR)
    if not _finit_un_mois(fin):
        fin = fin.replace(day=1) - UN_JOUR
    return (debut, fin) if debut <= fin else None


def exiger_des_mois(premier: date, dernier: date, aujourdhui: date) -> None:
    """`ErreurUsage` si ce ne sont pas des mois entiers et passés : deux bilans publics se soustrairaient."""
    if _est_fait_de_mois(premier, dernier) and dernier < aujourdhui:
        return
    debut = premier.replace(day=1)
    fin = min(dernier, aujourdhui.replace(day=1) - UN_JOUR)
    fin = fin.replace(day=temps.jours_du_mois(fin.year, fin.month))
    if fin >= aujourdhui or fin < debut:
        fin = aujourdhui.replace(day=1) - UN_JOUR
        debut = fin.replace(day=1)
    raise ErreurUsage(
        "Un bilan à publier porte sur des mois entiers et finis : soustraits, deux autres diraient qui.",
        f"Par exemple --du {debut} --au {fin}",
    )


def rendre(ici: Ici, o: Options, titre: str, lire: Lire, commande: str, *, maintenant: datetime) -> None:
    """Le bilan des chapitres que `lire` donne, sous la forme voulue ; `commande` est celle qui l'a fait."""
    du, au = periode(o.du, o.au, maintenant, public=o.public)
    vu = batir(ici.lieu.reglages.nom, titre, (du, au), bilan.parties(lire, du, au, public=o.public), o.public)
    finis = mois_finis(du, au, maintenant.date()) if o.du else None
    periode_dite = f" --du {finis[0]} --au {finis[1]}" if finis else ""
    montrer(ici, vu, o, commande + periode_dite)


def batir(
    lieu: str, titre: str, dates: tuple[date, date], parties: tuple[bilan.Partie, ...], public: bool
) -> Bilan:
    """Le bilan d'une période, sans l'an d'avant."""
    du, au = dates
    return Bilan(
        lieu, titre, du.isoformat(), au.isoformat(), bilan.dire_periode(du, au), public, SEUIL, parties
    )


def montrer(ici: Ici, vu: Bilan, o: Page, commande: str) -> None:
    """Le bilan sous la forme voulue ; `commande` est celle qui l'a fait, sans --public."""
    forme = rendu.forme(o.format, o.sortie, json=o.json)
    if forme is Format.TERMINAL:
        _au_terminal(ici.ecran, vu, commande)
    else:
        rendu.ecrire(ici, "bilan", vu, forme, o, "Le bilan")


def _au_terminal(ecran: Ecran, vu: Bilan, commande: str) -> None:
    ecran.titre(f"{vu.lieu} · {vu.titre}", vu.dite)
    if vu.avant:
        ecran.dire(f"À droite, {vu.avant}.")
    mission = ""
    for partie in vu.parties:
        if partie.mission != mission:
            mission = partie.mission
            ecran.titre(f"\n{mission}")
            if not partie.titre:
                ecran.dire("Rien de noté.")
        if partie.lignes or partie.total:
            avant = f"   {partie.total_avant}" if partie.total_avant else ""
            ecran.titre(f"\n{partie.titre}", partie.total + avant)
            ecran.tableau(
                [Colonne(cede=True), Colonne(style=Style.GRAS), Colonne(style=Style.PALE)],
                ((x.nom, x.dit, x.dit_avant) for x in partie.lignes),
            )
            _dire_la_grille(ecran, partie)
    if vu.public and not vu.parties:
        ecran.dire("Rien qui se publie sans risquer de montrer quelqu'un.")
    if vu.citations:
        ecran.titre("\nDu journal")
        for mot in vu.citations:
            ecran.dire(f"  « {mot.texte} »  {mot.quand}")
    if vu.public:
        ecran.dire(f"\n– : tu. Les gens sont arrondis à {SEUIL}, pour que personne ne se reconnaisse.")
    else:
        ecran.dire(f"  Ensuite, à publier : {commande} --public --sortie ~/bilan.html")


def _dire_la_grille(ecran: Ecran, partie: Partie) -> None:
    """Toutes les heures, en autant de bandes qu'il en faut à un écran étroit."""
    if partie.cases:
        ecran.dire(f"\n{partie.grille}")
        # Six signes par heure, le nom du jour compris.
        par_bande = max(ecran.largeur_de_grille() // 6 - 1, 1)
        for debut in range(1, len(partie.cases[0]), par_bande):
            rangs = [(rang[0], *rang[debut : debut + par_bande]) for rang in partie.cases]
            ecran.tableau([Colonne(style=Style.PALE), *[Colonne()] * (len(rangs[0]) - 1)], rangs)
