"""La carte des gestes : une page à plier, à côté du clavier."""

from __future__ import annotations

import msgspec

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages.rendu import Format, Page, ecrire, forme


class Geste(msgspec.Struct, frozen=True):
    """Une commande qui marche telle quelle, et ce qu'elle fait."""

    commande: str
    dit: str


class Moment(msgspec.Struct, frozen=True):
    """Quelques gestes qui vont ensemble."""

    titre: str
    gestes: tuple[Geste, ...]


class Carte(msgspec.Struct, frozen=True):
    """La page."""

    lieu: str
    moments: tuple[Moment, ...]


def _moment(titre: str, *gestes: tuple[str, str]) -> Moment:
    return Moment(titre, tuple(Geste(commande, dit) for commande, dit in gestes))


MOMENTS = (
    _moment(
        "Le matin",
        ("tl aujourdhui", "ce qui reste à faire, ce qui a lieu"),
        ("tl journal releve", "ce que le relais d'avant a laissé"),
        ("tl espace jour", "les salles, les clés à remettre"),
    ),
    _moment(
        "Accueillir",
        ("tl accueil passage riverains 3", "trois riverains entrent"),
        ('tl accueil personne creer "Zoé Maes"', "quelqu'un de neuf, qu'on citera @Zoé"),
        ('tl accueil besoin creer "Apprendre à coudre"', "un besoin, comme il se dit"),
        ("tl accueil relier", "qui pourrait aider qui"),
    ),
    _moment(
        "Les salles, le matériel",
        ('tl espace libre --quand "demain 14h-16h"', "ce qui est libre"),
        ('tl espace reserver salle-bleue "demain 14h-16h" --pour @Amina --objet "réunion"', "réserver"),
        ('tl stock preter echelle @Karim --jusqua "dans 3 jours"', "prêter"),
        ("tl stock rendre echelle @Karim", "c'est revenu"),
        ('tl espace entretien panne "Le robinet goutte" --salle cuisine', "signaler une panne"),
    ),
    _moment(
        "Programmer",
        ('tl prog evenement creer "Goûter" --quand "demain 17h-18h30" --salle cuisine', "au programme"),
        ("tl prog semaine", "la semaine"),
        ("tl prog besoins", "ce que le programme oublie"),
    ),
    _moment(
        "Noter, retrouver",
        ('tl journal noter "Livraison de bois, @Karim l\'a reçue #atelier"', "une phrase, un fait"),
        ("tl chercher four", "tout ce qui en parle"),
    ),
    _moment(
        "Se tromper, partir",
        ("tl defaire", "ôter la dernière action"),
        ('tl journal passation --note "Le four est capricieux"', "passer la main"),
        ("tl synchroniser", "mettre en commun avec l'autre poste"),
        ("tl aide panne", "trouver une commande par ce qu'elle fait"),
    ),
)


def montrer(c: Contexte, page: Page) -> None:
    """À l'écran, ou sur une page."""
    vue = Carte(c.lieu.reglages.nom, MOMENTS)
    voulue = forme(page.format, page.sortie, json=page.json)
    if voulue is not Format.TERMINAL:
        ecrire(c, "carte", vue, voulue, page, "La carte des gestes")
        return
    for moment in MOMENTS:
        c.ecran.titre(moment.titre)
        c.ecran.tableau(
            [Colonne(cede=True), Colonne(style=Style.PALE, cede=True)],
            [(f"  {g.commande}", g.dit) for g in moment.gestes],
        )
    c.ecran.dire("  L'imprimer : tl apprendre --carte --sortie ~/gestes.pdf")
