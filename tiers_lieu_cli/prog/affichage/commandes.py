"""`tl prog semaine`, `mois`, `jour` : le programme d'un temps donné, trié comme on veut."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import imprimee
from tiers_lieu_cli.prog import fiches, regles, semaines
from tiers_lieu_cli.prog.affichage import fiches as affichage
from tiers_lieu_cli.prog.options import Etiquettes, Publics, Salles
from tiers_lieu_cli.prog.regles import Tri
from tiers_lieu_cli.prog.semaines import Semaine

semaine_app = Application()
mois_app = Application()
jour_app = Application()
Langue = Annotated[list[str] | None, typer.Option("--langue", help="Dans cette langue : fr, nl, ar…")]


class Vue(Page, frozen=True):
    """Ce qu'on veut voir du programme, et sous quelle forme."""

    publics: Publics = None
    salles: Salles = None
    etiquettes: Etiquettes = None
    langues: Langue = None


@semaine_app.lit("semaine", vue=Vue)
def semaine(
    c: Contexte,
    vue: Vue,
    du: Annotated[
        str, typer.Option("--du", metavar="DATE", help="Un jour de la semaine voulue.")
    ] = "aujourd'hui",
) -> None:
    """Le programme d'une semaine, du lundi au dimanche.

    En Markdown, HTML et PDF, prêt à publier : ni brouillon, ni événement interne.

    Exemples :
        tl prog semaine
        tl prog semaine --du lundi prochain --public riverains
        tl prog semaine --sortie semaine.html
    """
    _montrer(c, regles.semaine_de(saisie.lire_jour(du, c.horloge.murale(), Sens.LIBRE)), vue)


@mois_app.lit("mois", vue=Vue)
def mois(
    c: Contexte,
    vue: Vue,
    du: Annotated[str, typer.Option("--du", metavar="DATE", help="Un jour du mois voulu.")] = "aujourd'hui",
) -> None:
    """Le programme d'un mois.

    Exemples :
        tl prog mois
        tl prog mois --du 1/12 --sortie decembre.pdf
    """
    _montrer(c, regles.mois_de(saisie.lire_jour(du, c.horloge.murale(), Sens.LIBRE)), vue)


@jour_app.lit("jour", vue=Vue)
def jour(
    c: Contexte,
    vue: Vue,
    date: Annotated[str, typer.Argument(help="Le jour : demain, samedi, 12/12.")] = "aujourd'hui",
) -> None:
    """Le programme d'un jour.

    Exemples :
        tl prog jour
        tl prog jour samedi --salle cour
    """
    voulu = saisie.lire_jour(date, c.horloge.murale(), Sens.LIBRE)
    _montrer(c, Creneau.de_jours(voulu, voulu), vue)


def _montrer(c: Contexte, fenetre: Creneau, vue: Vue) -> None:
    tri = Tri(
        publics=frozenset(c.lieu.reglages.publics_connus(vue.publics or ())),
        salles=frozenset(SALLES.designer(c.arbre, s) for s in vue.salles or ()),
        etiquettes=frozenset(imprimee(m) for m in vue.etiquettes or ()),
        langues=frozenset(imprimee(m) for m in vue.langues or ()),
    )
    recolte = affichage.a_montrer(c.arbre, fenetre)
    c.ecran.defauts(recolte.defauts)
    retenus = [e for e in recolte.fiches if tri.retient(e)]
    salles = fiches.noms_des_salles(c.arbre, (s for e in retenus for s in e.salles))
    semaine = semaines.vue(
        retenus,
        fenetre,
        c.lieu.reglages,
        salles,
        c.horloge.aujourdhui(),
        c.registre.nom,
        affichage.remarques(c.arbre, retenus, c.horloge.murale()),
    )
    forme = rendu.forme(vue.format, vue.sortie, json=vue.json)
    if forme is Format.TERMINAL:
        _au_terminal(c.ecran, semaine)
        return
    a_tous = Public(c.registre)
    montree = semaine if forme is Format.JSON else semaines.publique(semaine, a_tous.dire)
    for phrase in a_tous.avis():
        c.ecran.avertir(phrase)
    quoi = f"Le programme, {semaine.dite},"
    rendu.ecrire(c, "semaine", montree, forme, vue, quoi)


def _au_terminal(ecran: Ecran, vue: Semaine) -> None:
    ecran.titre(f"{vue.lieu} · {vue.dite}", vue.compte)
    if not vue.jours and not vue.voisins:
        ecran.dire('Rien encore.  Ajouter : tl prog evenement creer "…" --quand "mardi 18h30-20h"')
        return
    colonnes = [Colonne(style=Style.GRAS), Colonne(cede=True), *[Colonne(cede=True)] * 4]
    ecran.tableau(colonnes, semaines.lignes(vue.jours))
    if vue.voisins:
        ecran.titre("Chez nos voisins")
        ecran.tableau(colonnes, semaines.lignes(vue.voisins))
    for heurt in vue.heurts:
        ecran.dire(f"Même public, même soir : {heurt}")
