"""`tl prog semaine`, `mois`, `jour` : le programme d'un temps donné, trié comme on veut."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import phrase
from tiers_lieu_cli.prog import fiches, semaines
from tiers_lieu_cli.prog.affichage import feuilles
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


class Papier(msgspec.Struct, frozen=True):
    """Comment l'imprimer."""

    affiche: Annotated[
        bool, typer.Option("--affiche", help="À mettre au mur : en grand, avec un QR vers le site.")
    ] = False
    a3: Annotated[bool, typer.Option("--a3", help="Sur une feuille A3 ; sinon, A4.")] = False


@semaine_app.lit("semaine", vue=Vue, papier=Papier)
def semaine(
    c: Contexte,
    vue: Vue,
    papier: Papier,
    jour: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Un jour de la semaine voulue.")
    ] = "aujourd'hui",
) -> None:
    """Le programme d'une semaine, du lundi au dimanche.

    En Markdown, HTML et PDF, prêt à publier : ni brouillon, ni événement interne.

    Exemples :
        tl prog semaine
        tl prog semaine "lundi prochain" --public riverains
        tl prog semaine --sortie ~/semaine.html
        tl prog semaine --affiche --a3 --sortie ~/affiche.pdf
    """
    _montrer(c, temps.semaine_de(saisie.lire_jour(jour, c.horloge.murale(), Sens.LIBRE)), vue, papier)


@mois_app.lit("mois", vue=Vue, papier=Papier)
def mois(
    c: Contexte,
    vue: Vue,
    papier: Papier,
    jour: Annotated[str, typer.Argument(metavar="[JOUR]", help="Un jour du mois voulu.")] = "aujourd'hui",
) -> None:
    """Le programme d'un mois.

    Exemples :
        tl prog mois
        tl prog mois 1/12 --sortie ~/decembre.pdf
    """
    _montrer(c, temps.mois_de(saisie.lire_jour(jour, c.horloge.murale(), Sens.LIBRE)), vue, papier)


@jour_app.lit("jour", vue=Vue, papier=Papier)
def jour(
    c: Contexte,
    vue: Vue,
    papier: Papier,
    date: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Le jour : demain, samedi, 12/12.")
    ] = "aujourd'hui",
) -> None:
    """Le programme d'un jour.

    Exemples :
        tl prog jour
        tl prog jour samedi --salle cour
    """
    voulu = saisie.lire_jour(date, c.horloge.murale(), Sens.LIBRE)
    _montrer(c, Creneau.de_jours(voulu, voulu), vue, papier)


def _montrer(c: Contexte, fenetre: Creneau, vue: Vue, papier: Papier) -> None:
    recolte = affichage.a_montrer(c.arbre, fenetre)
    c.ecran.defauts(recolte.defauts)
    tri = Tri(
        publics=frozenset(c.lieu.reglages.publics_connus(vue.publics or ())),
        salles=frozenset(SALLES.designer(c.arbre, s) for s in vue.salles or ()),
        etiquettes=affichage.filtrer(c.arbre, vue.etiquettes, recolte.fiches, "etiquettes", "une étiquette"),
        langues=affichage.filtrer(c.arbre, vue.langues, recolte.fiches, "langues", "une langue du programme"),
    )
    retenus = [e for e in recolte.fiches if tri.retient(e)]
    salles = fiches.noms_des_salles(c.arbre, (s for e in retenus for s in e.salles))
    semaine = semaines.vue(
        retenus,
        fenetre,
        c.lieu.reglages,
        salles,
        fiches.noms_des_amis(c.arbre, (e.calendrier for e in retenus)),
        c.horloge.aujourdhui(),
        c.registre.nom,
        affichage.remarques(c.arbre, retenus, c.horloge.murale()),
        affichage.jours_fermes(c.arbre, fenetre),
    )
    forme = rendu.forme(vue.format, vue.sortie, json=vue.json)
    if (papier.affiche or papier.a3) and forme is not Format.PDF:
        raise ErreurUsage("Une affiche est un PDF.", "Dire où l'écrire : --sortie ~/affiche.pdf")
    if forme is Format.TERMINAL:
        _au_terminal(c.ecran, semaine)
        return
    a_tous = Public(c.registre)
    montree = semaine if forme is Format.JSON else semaines.publique(semaine, a_tous.dire)
    for avis in a_tous.avis():
        c.ecran.avertir(avis)
    quoi = f"Le programme, {semaine.dite},"
    if forme is Format.PDF:
        page, feuille = feuilles.imprimer(c, montree, fenetre, affiche=papier.affiche, a3=papier.a3)
        rendu.ecrire(c, page, feuille, forme, vue, quoi)
        return
    rendu.ecrire(c, "semaine", montree, forme, vue, quoi)


def _au_terminal(ecran: Ecran, vue: Semaine) -> None:
    ecran.titre(f"{vue.lieu} · {vue.dite}", vue.compte)
    if not vue.jours and not vue.voisins and not vue.fermes:
        ecran.dire("Rien encore.  Ajouter : tl prog evenement creer")
        return
    colonnes = [Colonne(style=Style.GRAS), Colonne(cede=True), *[Colonne(cede=True)] * 4]
    ecran.tableau(colonnes, semaines.lignes(vue.jours))
    for ferme in vue.fermes:
        ecran.dire(phrase(ferme))
    if vue.voisins:
        ecran.titre("Chez nos voisins")
        ecran.tableau(colonnes, semaines.lignes(vue.voisins))
    for heurt in vue.heurts:
        ecran.dire(f"Même public, même soir : {heurt}")
