"""Ce que les commandes d'un besoin et d'une offre demandent de la même façon, et ce qu'elles montrent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import moments, regles
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce
from tiers_lieu_cli.noyau import temps
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.texte import ligne


def themes_connus(c: Contexte) -> list[tuple[str, str]]:
    """Les thèmes des besoins et des offres en cours."""
    annonces: list[Annonce] = [
        *BESOINS.en_cours.toutes(c.arbre).fiches,
        *OFFRES.en_cours.toutes(c.arbre).fiches,
    ]
    return [(theme, "") for theme in sorted({t for a in annonces for t in a.themes})]


def _moments(_: Contexte) -> list[tuple[str, str]]:
    return [(moment, "") for moment in (*temps.JOURS, "week-end", "semaine", *moments.PARTIES)]


Territoire = Annotated[
    bool, typer.Option("--territoire", help="De tout le territoire : le quartier, la commune…")
]
Themes = Annotated[
    list[str] | None,
    typer.Option(
        "--theme", help="Un thème : vélo, langues, garde…", autocompletion=completion(themes_connus)
    ),
]
Quand = Annotated[
    list[str] | None,
    typer.Option(
        "--quand",
        metavar="MOMENT",
        help="Ce qui convient : mercredi après-midi, le soir, week-end.",
        autocompletion=completion(_moments),
    ),
]
Entendu = Annotated[str, typer.Option("--entendu", metavar="DATE", help="Le jour où on l'a su.")]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi, comme on le dirait à la personne.")]


def lire(
    c: Contexte,
    texte: str | None,
    personne: str | None,
    public: str | None,
    territoire: bool,
    themes: Iterable[str] | None,
    quand: Iterable[str] | None,
) -> dict[str, object]:
    """Les champs donnés, vérifiés et rendus opaques ; ceux qu'on n'a pas donnés sont absents."""
    if territoire and (personne or public):
        raise ErreurUsage("De quelqu'un, ou de tout le territoire ?", "Ôter --territoire, ou le reste.")
    champs: dict[str, object] = {}
    if texte is not None:
        champs["texte"] = ligne(c.registre.rendre_opaque(texte), "Un besoin ou une offre")
    if personne or public or territoire:
        champs["personne"] = c.registre.designer(personne) if personne else ""
        champs["public"] = c.lieu.reglages.publics_connus([public])[0] if public else ""
        champs["territoire"] = territoire
    if themes is not None:
        champs["themes"] = regles.themes_propres(c.registre.rendre_opaque(theme) for theme in themes)
    if quand is not None:
        champs["quand"] = moments.comprendre(quand)
    return champs


def publics_de(c: Contexte, annonce: Annonce) -> tuple[str, ...]:
    """Les publics dont elle vient : le sien, et ceux de sa personne."""
    connue = c.registre.une(annonce.personne) if annonce.personne else None
    return tuple(filter(None, [annonce.public, *(connue.publics if connue else ())]))


def resume(c: Contexte, annonce: Annonce) -> tuple[str, ...]:
    """Ce qu'une ligne en dit : texte, de qui, thèmes et moments, depuis quand, de quoi la nommer."""
    return (
        c.registre.montrer(annonce.texte),
        regles.de_qui(annonce, c.registre.nom),
        ", ".join([*annonce.themes, *annonce.quand]),
        dire_date(annonce.entendu),
        abrege(annonce.id),
    )


def montrer(c: Contexte, annonce: Annonce, etat: str) -> None:
    """Une annonce entière."""
    c.ecran.titre(c.registre.montrer(annonce.texte), etat)
    entendu = temps.dire_jour(annonce.entendu, c.horloge.aujourdhui())
    for etiquette, valeur in (
        ("De", regles.de_qui(annonce, c.registre.nom)),
        ("Entendu", entendu),
        ("Thèmes", ", ".join(annonce.themes)),
        ("Quand", ", ".join(annonce.quand)),
        ("Fiche", annonce.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")


def dire_date(jour: date) -> str:
    """« 24/11 » ; court, pour un tableau."""
    return f"{jour.day}/{jour.month}"


def abrege(ident: str) -> str:
    """La fin du nom suffit pour désigner une fiche, et laisse la place à ce qu'elle dit."""
    return ident.rpartition("-")[2]
