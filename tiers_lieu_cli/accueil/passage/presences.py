"""`tl accueil presents`, `depart`, `passages` : qui est là, qui repart, combien sont venus."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import Au, Du, Public
from tiers_lieu_cli.accueil.passage import fiches, regles
from tiers_lieu_cli.accueil.passage.commandes import (
    Mots,
    Nombre,
    Personnes,
    Quand,
    dire,
    dire_sans_nom,
    moment_dit,
)
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Sens
from tiers_lieu_cli.accueil.passage.regles import Compte, Dit, Present
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps

presents_app = Application()
depart_app = Application()
passages_app = Application()


@presents_app.action("presents")
def presents(ctx: typer.Context, json: Json = False) -> None:
    """Qui est là maintenant, d'après les passages notés.

    Exemple :
        tl accueil presents
    """
    c = ouvrir(ctx)
    recolte = fiches.de_la_soiree(c.arbre, c.horloge.murale())
    c.ecran.defauts(recolte.defauts)
    la = regles.presents(recolte.fiches)
    if json:
        c.ecran.json(la)
        return
    total = sum(p.nombre for p in la)
    c.ecran.titre(f"{c.lieu.reglages.nom} · {c.horloge.murale():%H:%M}", _combien(total, "présent"))
    if not la:
        c.ecran.dire(f"Personne.  Noter qui entre : tl accueil passage {c.lieu.reglages.publics[0]} 3")
        return
    c.ecran.tableau(
        [Colonne(style=Style.GRAS, cede=True), Colonne(), Colonne(style=Style.PALE)],
        [(_nommer(c, p), p.public if p.personne else "", f"depuis {p.depuis}") for p in la],
    )


def _nommer(c: Contexte, present: Present) -> str:
    if present.personne:
        return c.registre.nom(present.personne)
    return regles.dire_groupe(present.public, present.nombre)


def _combien(nombre: int, mot: str) -> str:
    return f"{nombre} {mot}{'s' * (nombre > 1)}" if nombre else ""


@depart_app.action("depart")
def depart(
    ctx: typer.Context,
    mots: Mots = None,
    connues: Personnes = None,
    public: Public = None,
    nombre: Nombre = None,
    tous: Annotated[bool, typer.Option("--tous", help="On ferme : tout le monde est reparti.")] = False,
    quand: Quand = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter qui repart.

    Exemples :
        tl accueil depart @karim
        tl accueil depart riverains 2
        tl accueil depart --tous
    """
    c = ouvrir(ctx)
    if tous and (mots or connues or public):
        raise ErreurUsage("Tous, ou quelques-uns ?", "Ôter --tous, ou ne rien ajouter.")
    moment = moment_dit(c, quand)
    dits = [] if tous else dire(c, mots, connues, public, nombre)
    with c.ecriture() as ecriture:
        la = regles.presents(fiches.de_la_soiree(c.arbre, c.horloge.murale()).fiches)
        if tous:
            dits = [Dit(p.public, p.nombre, p.personne) for p in la]
        if not dits:
            raise ErreurUsage("Personne n'est noté présent.", "Voir qui est là : tl accueil presents")
        noms = {d.personne: c.registre.nom(d.personne) for d in dits if d.personne}
        regles.exiger_presents(dits, la, noms)
        neufs = [regles.noter(dit, moment, Sens.DEPART, c.hasard) for dit in dits]
        for neuf in neufs:
            PASSAGES.poser(ecriture, neuf)
        restent = sum(p.nombre for p in la) - sum(d.nombre for d in dits)
        fait = Fait(
            id=neufs[0].id,
            action="accueil.depart",
            histoire=f"Départ : {dire_sans_nom(dits)}",
            phrase=f"Bonne route ! {_combien(restent, 'présent') or 'La maison est vide'}.",
            suite="tl accueil presents" if restent else "tl accueil passages --du aujourd'hui",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@passages_app.action("passages")
def passages(
    ctx: typer.Context,
    du: Du = "",
    au: Au = "aujourd'hui",
    json: Json = False,
) -> None:
    """Compter les passages, par public et par heure ; depuis lundi si l'on ne dit rien.

    Exemples :
        tl accueil passages
        tl accueil passages --du 1/11 --au 30/11
    """
    c = ouvrir(ctx)
    premier, dernier = saisie.lire_periode(du, au, c.horloge.murale())
    recolte = PASSAGES.des_mois(c.arbre, premier, dernier)
    c.ecran.defauts(recolte.defauts)
    compte = regles.compter(recolte.fiches, premier, dernier)
    if json:
        c.ecran.json({"du": premier, "au": dernier, "compte": compte})
        return
    periode = temps.dire_creneau(temps.Creneau.de_jours(premier, dernier), c.horloge.aujourdhui())
    c.ecran.titre(f"Passages, {periode}", _combien(compte.total, "passage"))
    if not compte.total:
        c.ecran.dire(f"Aucun.  Noter qui entre : tl accueil passage {c.lieu.reglages.publics[0]} 3")
        return
    c.ecran.tableau(*_grille(compte))


def _grille(compte: Compte) -> tuple[list[Colonne], list[tuple[str, ...]]]:
    """Une ligne par heure, une colonne par public."""
    publics = list(compte.par_public)
    lignes = [
        (
            "?" if heure < 0 else f"{heure} h",
            *(str(du_public.get(p, "")) for p in publics),
            str(sum(du_public.values())),
        )
        for heure, du_public in compte.par_heure.items()
    ]
    totaux = ("total", *map(str, compte.par_public.values()), str(compte.total))
    titres = [Colonne("heure", Style.GRAS), *(Colonne(p or "sans public") for p in publics), Colonne("total")]
    return titres, [*lignes, totaux]
