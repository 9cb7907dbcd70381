"""`tl accueil suivi` : accompagner quelqu'un, sans rien en écrire qu'on ne lui lirait."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import Qui, citer
from tiers_lieu_cli.accueil.suivi import regles
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS, Suivi
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application("L'accompagnement : ce qui a été fait, le prochain pas et sa date.")
#: Ce qu'on relit d'une personne, si l'on ne demande pas tout.
UN_AN = timedelta(days=365)


def _ouverts(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in SUIVIS.en_cours.idents(c.arbre)]


@app.action("noter")
def noter(
    ctx: typer.Context,
    qui: Qui,
    texte: Annotated[str, typer.Argument(help="Ce qui a été fait, comme on le lui lirait.")],
    prochain: Annotated[str, typer.Option("--prochain", help="Le pas suivant.")] = "",
    pour: Annotated[str, typer.Option("--pour", metavar="DATE", help="Pour quand.")] = "",
    par: Annotated[
        str,
        typer.Option(
            "--par", metavar="@QUI", help="Qui l'accompagne.", autocompletion=completion(personnes_a_citer)
        ),
    ] = "",
    le: Annotated[str, typer.Option("--le", metavar="DATE", help="Le jour.")] = "aujourd'hui",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter une aide donnée à quelqu'un, et le prochain pas.

    La personne a le droit de tout relire : n'écrire que ce qu'on lui lirait.

    Exemple :
        tl accueil suivi noter @lea "Dossier de bail relu ensemble" --prochain "le déposer" --pour vendredi
    """
    c = ouvrir(ctx)
    maintenant = c.horloge.murale()
    personne = c.registre.designer(qui)
    neuf = regles.nouveau(
        personne,
        c.registre.rendre_opaque(texte),
        c.registre.designer(par) if par else "",
        c.registre.rendre_opaque(prochain),
        saisie.lire_jour(pour, maintenant) if pour else None,
        saisie.lire_jour_venu(le, maintenant),
        c.hasard,
    )
    with c.ecriture() as ecriture:
        SUIVIS.poser(ecriture, neuf)
        suite = c.registre.montrer(regles.dire_la_suite(neuf, c.horloge.aujourdhui()))
        fait = Fait(
            id=neuf.id,
            action="accueil.suivi.noter",
            histoire=f"Suivi noté, {temps.dire_jour(neuf.le)}",
            phrase=f"Noté pour {c.registre.nom(personne)}.{suite and f' Prochain pas : {suite}.'}",
            suite=f"tl accueil suivi liste {qui}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


@app.action("fait")
def fait(
    ctx: typer.Context,
    suivi: Annotated[
        str, typer.Argument(metavar="SUIVI", help="Le suivi.", autocompletion=completion(_ouverts))
    ],
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Le prochain pas est fait ; s'il y en a un autre, le noter ensuite.

    Exemple :
        tl accueil suivi fait 7k2m
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancien = SUIVIS.exiger(c.arbre, suivi)
        SUIVIS.corriger(ecriture, ancien, regles.faire(ancien, c.horloge.aujourdhui()))
        enregistre = Fait(
            id=ancien.id,
            action="accueil.suivi.fait",
            histoire="Suivi : le prochain pas est fait",
            phrase=f"{c.registre.nom(ancien.personne)} : {c.registre.montrer(ancien.prochain)}, fait.",
            suite=f'tl accueil suivi noter {citer(c, ancien.personne)} "…"',
        )
        c.achever(ecriture, enregistre, json=json, essai=essai)


@app.action("liste")
def liste(
    ctx: typer.Context,
    qui: Annotated[
        str | None,
        typer.Argument(help="Une personne.", metavar="QUI", autocompletion=completion(personnes_a_citer)),
    ] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Depuis toujours, non depuis un an.")] = False,
    json: Json = False,
) -> None:
    """Les prochains pas, les plus pressés d'abord ; ou tout ce qui est noté d'une personne depuis un an.

    Exemples :
        tl accueil suivi liste
        tl accueil suivi liste @lea
    """
    c = ouvrir(ctx)
    jour = c.horloge.aujourdhui()
    if qui is None:
        recolte = SUIVIS.toutes(c.arbre) if tout else SUIVIS.en_cours.toutes(c.arbre)
    else:
        recolte = SUIVIS.toutes(c.arbre) if tout else SUIVIS.des_mois(c.arbre, jour - UN_AN, jour)
    c.ecran.defauts(recolte.defauts)
    siens = c.registre.anciens(c.registre.designer(qui)) if qui else None
    vus = sorted(
        (s for s in recolte.fiches if siens is None or s.personne in siens),
        key=lambda s: (s.le if qui else s.pour or s.le, s.id),
    )
    if json:
        c.ecran.json(vus)
        return
    c.ecran.titre("Suivi", f"{len(vus)}" if vus else "")
    if not vus:
        c.ecran.dire('Rien.  Noter : tl accueil suivi noter @qui "…"')
        return
    c.ecran.tableau(
        [
            Colonne(),
            Colonne(style=Style.GRAS),
            Colonne(cede=True),
            Colonne(cede=True),
            Colonne(style=Style.PALE),
        ],
        (_ligne(c, s) for s in vus),
    )


def _ligne(c: Contexte, s: Suivi) -> tuple[str, ...]:
    suite = c.registre.montrer(regles.dire_la_suite(s, c.horloge.aujourdhui()))
    texte = c.registre.montrer(s.texte)
    return f"{s.le:%d/%m}", c.registre.nom(s.personne), texte, suite and f"→ {suite}", s.id.rpartition("-")[2]
