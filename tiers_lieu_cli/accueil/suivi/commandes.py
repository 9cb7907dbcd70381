"""`tl accueil suivi` : accompagner quelqu'un, sans rien en écrire qu'on ne lui lirait."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import Qui
from tiers_lieu_cli.accueil.suivi import regles
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS, Suivi, SuiviCite
from tiers_lieu_cli.noyau import modification, vivants
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import FormationCitee, PersonneCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.texte import ligne
from tiers_lieu_cli.prog.formation.modele import FORMATIONS

Formation = Annotated[
    FormationCitee | None, typer.Option("--formation", help="Le parcours où ce suivi mène ; vide : aucun.")
]
app = Application("L'accompagnement : ce qui a été fait, le prochain pas et sa date.")
#: Ce qu'on relit d'une personne, si l'on ne demande pas tout.
UN_AN = timedelta(days=365)


@app.ecrit("noter")
def noter(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    texte: Annotated[str, typer.Argument(help="Ce qui a été fait, comme on le lui lirait.")],
    prochain: Annotated[str, typer.Option("--prochain", help="Le pas suivant.")] = "",
    pour: Annotated[str, typer.Option("--prochain-le", metavar="JOUR", help="Pour quand.")] = "",
    par: Annotated[PersonneCitee, typer.Option("--par", help="Qui l'accompagne.")] = "",
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour.")] = "aujourd'hui",
    formation: Formation = None,
) -> Fait:
    """Noter une aide donnée à quelqu'un, et le prochain pas.

    La personne a le droit de tout relire : n'écrire que ce qu'on lui lirait.

    Exemples :
        tl accueil suivi noter @karim "Veut tenir l'accueil seul" --formation tenir-l-accueil
        tl accueil suivi noter @lea "Bail relu ensemble" --prochain "le déposer" --prochain-le vendredi
    """
    maintenant = c.horloge.murale()
    neuf = regles.nouveau(
        c.registre.designer(qui),
        texte,
        c.registre.designer(par) if par else "",
        prochain,
        saisie.lire_jour(pour, maintenant) if pour else None,
        saisie.lire_jour_venu(le, maintenant),
        c.hasard,
        FORMATIONS.designer(c.arbre, formation) if formation else "",
    )
    SUIVIS.poser(e, neuf)
    suite = regles.dire_la_suite(neuf, maintenant.date())
    return Fait(
        id=neuf.id,
        action="accueil.suivi.noter",
        histoire=f"Suivi noté, {temps.dire_jour(neuf.le)}",
        phrase=f"Noté pour {neuf.personne}.{suite and f' Prochain pas : {suite}.'}",
        suite=f"tl prog formation inscrire {neuf.formation} @{neuf.personne}"
        if neuf.formation
        else f"tl accueil suivi liste @{neuf.personne}",
    )


def _tous(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    return [(s.id, "") for s in SUIVIS.des_mois(c.arbre, temps.un_mois_avant(jour), jour).fiches]


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    suivi: Annotated[
        str, typer.Argument(metavar="SUIVI", help="Le suivi.", autocompletion=completion(_tous))
    ],
    texte: Annotated[
        str | None, typer.Option("--texte", help="Ce qui a été fait, comme on le lui lirait.")
    ] = None,
    prochain: Annotated[str | None, typer.Option("--prochain", help="Le pas suivant ; vide : aucun.")] = None,
    pour: Annotated[str, typer.Option("--prochain-le", metavar="JOUR", help="Pour quand.")] = "",
    par: Annotated[PersonneCitee | None, typer.Option("--par", help="Qui l'accompagne.")] = None,
    formation: Formation = None,
) -> Fait:
    """Corriger un suivi, ou remettre son prochain pas ; seul ce qu'on donne change.

    Exemple :
        tl accueil suivi modifier 7k2m --prochain-le "lundi en huit"
    """
    ancien, maintenant = SUIVIS.exiger(c.arbre, suivi), c.horloge.murale()
    change = modification.changer(
        ancien,
        texte=modification.lu(texte, ligne, "Un suivi"),
        prochain=modification.lu(prochain, ligne, "Le prochain pas", vide=True),
        # Sans prochain pas, il n'y a plus de date.
        pour=modification.RIEN if prochain == "" else saisie.lire_jour(pour, maintenant) if pour else None,
        par=par and c.registre.designer(par),
        formation=formation and FORMATIONS.designer(c.arbre, formation),
    )
    SUIVIS.corriger(e, ancien, change)
    return modification.fait(
        ancien,
        change,
        action="accueil.suivi.modifier",
        histoire=f"Suivi corrigé, {temps.dire_jour(ancien.le)}",
        nom=f"Suivi de {ancien.personne}, {temps.dire_jour(ancien.le, maintenant.date())}",
        jour=maintenant.date(),
        suite=f"tl accueil suivi liste @{ancien.personne}",
    )


@app.ecrit("fait")
def fait(
    c: Contexte,
    e: Ecriture,
    suivi: Annotated[SuiviCite, typer.Argument(metavar="SUIVI", help="Le suivi.")],
) -> Fait:
    """Le prochain pas est fait ; s'il y en a un autre, le noter ensuite.

    Exemple :
        tl accueil suivi fait 7k2m
    """
    ancien = SUIVIS.exiger(c.arbre, suivi)
    SUIVIS.corriger(e, ancien, regles.faire(ancien, c.horloge.aujourdhui()))
    return Fait(
        id=ancien.id,
        action="accueil.suivi.fait",
        histoire="Suivi : le prochain pas est fait",
        phrase=f"{ancien.personne} : {ancien.prochain}, fait.",
        suite=f"tl accueil suivi noter @{ancien.personne}",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    qui: Annotated[PersonneCitee | None, typer.Argument(help="Une personne.", metavar="@QUI")] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Depuis toujours, non depuis un an.")] = False,
    json: Json = False,
) -> None:
    """Les prochains pas, les plus pressés d'abord ; ou tout ce qui est noté d'une personne depuis un an.

    Exemples :
        tl accueil suivi liste
        tl accueil suivi liste @lea
    """
    jour = c.horloge.aujourdhui()
    if qui is None:
        recolte = SUIVIS.toutes(c.arbre) if tout else vivants.en_cours(c, SUIVIS)
    else:
        recolte = SUIVIS.toutes(c.arbre) if tout else SUIVIS.des_mois(c.arbre, jour - UN_AN, jour)
    c.ecran.defauts(recolte.defauts)
    siens = c.registre.anciens(c.registre.designer(qui, effacee=True)) if qui else None
    vus = sorted(
        (s for s in recolte.fiches if siens is None or s.personne in siens),
        key=lambda s: (s.le if qui else s.pour or s.le, s.id),
    )
    if json:
        c.ecran.json(vus)
        return
    c.ecran.titre("Suivi", f"{len(vus)}" if vus else "")
    if not vus:
        c.ecran.dire("Rien.  Noter : tl accueil suivi noter")
        return
    colonnes = [Colonne(), Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 2, Colonne(style=Style.PALE)]
    c.ecran.tableau(colonnes, (_ligne(s, jour) for s in vus))


def _ligne(s: Suivi, jour: date) -> tuple[str, ...]:
    suite = regles.dire_la_suite(s, jour)
    return f"{s.le:%d/%m}", s.personne, s.texte, suite and f"→ {suite}", s.id.rpartition("-")[2]
