"""Ce que les commandes d'un besoin et d'une offre demandent de la même façon, et ce qu'elles montrent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, TypeVar

import typer

from tiers_lieu_cli.accueil.annonce import moments, regles
from tiers_lieu_cli.accueil.annonce.modele import (
    BESOINS,
    OFFRES,
    Annonce,
    Besoin,
    EtatBesoin,
    EtatOffre,
    Offre,
)
from tiers_lieu_cli.accueil.lien.modele import Lien
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import ligne

A = TypeVar("A", bound=Annonce)


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


def retenir(
    c: Contexte,
    annonces: Iterable[A],
    themes: Iterable[str] | None,
    personne: str | None,
    public: str | None,
) -> list[A]:
    """Celles de ces thèmes, de cette personne et de ce public."""
    qui = c.registre.anciens(c.registre.designer(personne)) if personne else None
    voulus = tuple(themes or ())
    return [
        a
        for a in annonces
        if all(regles.a_ce_theme(a, theme) for theme in voulus)
        and (qui is None or a.personne in qui)
        and (public is None or public in publics_de(c, a))
    ]


def montrer_liste(c: Contexte, annonces: Sequence[Besoin | Offre], titre: str, vide: str) -> None:
    """Un tableau d'annonces ; la fin du nom suffit pour en désigner une."""
    c.ecran.titre(titre, f"{len(annonces)}" if annonces else "")
    if not annonces:
        c.ecran.dire(vide)
        return
    colonnes = [Colonne(), Colonne(style=Style.GRAS, cede=True), *[Colonne(cede=True)] * 2]
    c.ecran.tableau(
        [*colonnes, Colonne(), Colonne(), Colonne(style=Style.PALE)], (_ligne(c, a) for a in annonces)
    )


def _ligne(c: Contexte, a: Besoin | Offre) -> tuple[str, ...]:
    return (
        "!" if isinstance(a, Besoin) and a.urgent else "",
        c.registre.montrer(a.texte),
        regles.de_qui(a, c.registre.nom),
        c.registre.montrer(", ".join([*a.themes, *a.quand])),
        "" if a.etat in (EtatBesoin.EXPRIME, EtatOffre.DISPONIBLE) else regles.dire_etat(a),
        dire_date(a.entendu),
        abrege(a.id),
    )


def montrer(c: Contexte, a: Besoin | Offre, liens: Iterable[Lien]) -> None:
    """Une annonce entière, et ses mises en lien."""
    jour, urgent = c.horloge.aujourdhui(), isinstance(a, Besoin) and a.urgent
    relie, clos = (a.relie_le, a.clos_le) if isinstance(a, Besoin) else (None, a.retiree_le)
    c.ecran.titre(c.registre.montrer(a.texte), f"{regles.dire_etat(a)}{', urgent' * urgent}")
    for etiquette, valeur in (
        ("De", regles.de_qui(a, c.registre.nom)),
        ("Entendu", temps.dire_jour(a.entendu, jour)),
        ("Thèmes", c.registre.montrer(", ".join(a.themes))),
        ("Quand", ", ".join(a.quand)),
        ("Relié", temps.dire_jour(relie, jour) if relie else ""),
        ("Clos", temps.dire_jour(clos, jour) if clos else ""),
        ("Motif", c.registre.montrer(a.motif)),
        ("Fiche", a.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    for lien in liens:
        c.ecran.dire(f"Mise en lien : tl accueil lien fiche {lien.id}")


def dire_date(jour: date) -> str:
    """« 24/11 » ; court, pour un tableau."""
    return f"{jour.day}/{jour.month}"


def abrege(ident: str) -> str:
    """La fin du nom suffit pour désigner une fiche, et laisse la place à ce qu'elle dit."""
    return ident.rpartition("-")[2]
