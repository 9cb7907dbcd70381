"""`tl accueil presents`, `depart`, `passages` : qui est là, qui repart, combien sont venus."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import Au, Du
from tiers_lieu_cli.accueil.passage import fiches, regles
from tiers_lieu_cli.accueil.passage.commandes import Qui, dire, moment_dit
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Mouvement
from tiers_lieu_cli.accueil.passage.regles import Compte, Dit
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

presents_app = Application()
depart_app = Application()
passages_app = Application()


@presents_app.lit("presents")
def presents(c: Contexte, json: Json = False) -> None:
    """Qui est là maintenant, d'après les passages notés.

    Exemple :
        tl accueil presents
    """
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
        [
            (
                p.personne or regles.dire_groupe(p.public, p.nombre),
                p.public if p.personne else "",
                f"depuis {p.depuis}",
            )
            for p in la
        ],
    )


def _combien(nombre: int, mot: str) -> str:
    return f"{nombre} {mot}{'s' * (nombre > 1)}" if nombre else ""


@depart_app.ecrit("depart", qui=Qui)
def depart(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    tous: Annotated[bool, typer.Option("--tout", help="On ferme : tout le monde est reparti.")] = False,
) -> Fait:
    """Noter qui repart.

    Exemples :
        tl accueil depart @karim
        tl accueil depart riverains 2
        tl accueil depart --tout
    """
    if tous and (qui.mots or qui.public):
        raise ErreurUsage("Tous, ou quelques-uns ?", "Ôter --tout, ou ne rien ajouter.")
    moment = moment_dit(c, qui.quand)
    la = regles.presents(fiches.de_la_soiree(c.arbre, c.horloge.murale()).fiches)
    dits = [Dit(p.public, p.nombre, p.personne) for p in la] if tous else dire(c, qui, "depart")
    if not dits:
        raise ErreurUsage("Personne n'est noté présent.", "Voir qui est là : tl accueil presents")
    regles.exiger_presents(dits, la)
    neufs = [regles.noter(dit, moment, Mouvement.DEPART, c.hasard) for dit in dits]
    for neuf in neufs:
        PASSAGES.poser(e, neuf)
    restent = sum(p.nombre for p in la) - sum(d.nombre for d in dits)
    return Fait(
        id=neufs[0].id,
        action="accueil.depart",
        histoire=f"Départ : {regles.dire_sans_nom(dits)}",
        phrase=f"Bonne route ! {_combien(restent, 'présent') or 'La maison est vide'}.",
        suite="tl accueil presents" if restent else "tl accueil passages",
    )


@passages_app.lit("passages")
def passages(
    c: Contexte,
    du: Du = "",
    au: Au = "aujourd'hui",
    json: Json = False,
) -> None:
    """Compter les passages, par public et par heure ; depuis lundi si l'on ne dit rien.

    Exemples :
        tl accueil passages
        tl accueil passages --du 1/11 --au 30/11
    """
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
    titres = [Colonne("heure", Style.GRAS), *(Colonne(p) for p in publics), Colonne("total")]
    return titres, [*lignes, totaux]
