"""Ce que les commandes d'un besoin et d'une offre demandent et font de la même façon."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Annotated, Generic, TypeVar

import msgspec
import typer
from msgspec import structs

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
from tiers_lieu_cli.accueil.lien.fiches import autour_de
from tiers_lieu_cli.accueil.options import De, Public
from tiers_lieu_cli.noyau import modification, valeurs, vivants
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.texte import ligne
from tiers_lieu_cli.noyau.valeurs import ValeurInconnue

A = TypeVar("A", Besoin, Offre)


class Sorte(msgspec.Struct, Generic[A], frozen=True):
    """Ce qui distingue un besoin d'une offre : son nom, comment on la dit notée, et où elle se range."""

    nom: str
    neuve: str
    notee: str
    modifiee: str
    affaires: Affaires[A]

    def en_cours(self, c: Contexte) -> list[tuple[str, str]]:
        """Celles que la touche Tab propose."""
        return [(a.id, a.texte[:60]) for a in vivants.en_cours(c, self.affaires).fiches]


BESOIN = Sorte("besoin", "Nouveau besoin", "Besoin noté", "Besoin modifié", BESOINS)
OFFRE = Sorte("offre", "Nouvelle offre", "Offre notée", "Offre modifiée", OFFRES)


def themes_connus(c: Contexte) -> list[tuple[str, str]]:
    """Les thèmes des besoins et des offres en cours."""
    annonces: list[Annonce] = [
        *vivants.en_cours(c, BESOINS).fiches,
        *vivants.en_cours(c, OFFRES).fiches,
    ]
    return [(theme, "") for theme in sorted({t for a in annonces for t in a.themes})]


def _moments(_: Contexte) -> list[tuple[str, str]]:
    return [(moment, "") for moment in (*temps.JOURS, "week-end", "semaine", *moments.PARTIES)]


Themes = Annotated[
    list[str] | None,
    typer.Option(
        "--theme", help="Un thème : vélo, langues, garde…", autocompletion=completion(themes_connus)
    ),
]
Entendu = Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour où on l'a su.")]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi, comme on le dirait à la personne.")]
Texte = Annotated[str | None, typer.Option("--texte", help="Le nouveau texte.")]


class Dits(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on dit d'une annonce ; `None` : on n'en a rien dit."""

    personne: De = None
    public: Public = None
    territoire: Annotated[
        bool, typer.Option("--territoire", help="De tout le territoire : le quartier, la commune…")
    ] = False
    themes: Themes = None
    quand: Annotated[
        list[str] | None,
        typer.Option(
            "--quand",
            metavar="MOMENT",
            help="Ce qui convient : mercredi après-midi, le soir, week-end.",
            autocompletion=completion(_moments),
        ),
    ] = None
    publie: Annotated[
        bool | None,
        typer.Option("--publier/--ne-plus-publier", help="Le montrer sur le site, ou plus."),
    ] = None


def completer(c: Contexte, annonce: A, dits: Dits, texte: str | None) -> A:
    """L'annonce avec ce qui est dit ; le reste ne change pas."""
    if dits.territoire and (dits.personne or dits.public):
        raise ErreurUsage("De quelqu'un, ou de tout le territoire ?", "Ôter --territoire, ou le reste.")
    champs: dict[str, object] = {}
    if texte is not None:
        champs["texte"] = ligne(texte, "Un besoin ou une offre")
    if dits.personne or dits.public or dits.territoire:
        champs["personne"] = c.registre.designer(dits.personne) if dits.personne else ""
        champs["public"] = c.lieu.reglages.publics_connus([dits.public])[0] if dits.public else ""
        champs["territoire"] = dits.territoire
    if dits.themes is not None:
        champs["themes"] = regles.themes_propres(dits.themes)
    if dits.quand is not None:
        champs["quand"] = moments.comprendre(dits.quand)
    if dits.publie is not None:
        champs["publie"] = dits.publie
    return structs.replace(annonce, **champs)


def nommer(c: Contexte, nue: A, dits: Dits, texte: str, cle: str) -> A:
    """Une annonce neuve, sous le nom que son jour, ses mots et cette clé lui donnent."""
    complete = completer(c, nue, dits, texte)
    defaut = "besoin" if isinstance(nue, Besoin) else "offre"
    return structs.replace(complete, id=regles.ident(complete.entendu, complete.texte, defaut, cle))


def creer(c: Contexte, e: Ecriture, sorte: Sorte[A], nue: A, dits: Dits, texte: str, suite: str) -> Fait:
    """Noter une annonce ; dans `suite`, CODE devient le sien."""
    neuve = nommer(c, nue, dits, texte, identifiants.hasard(c.hasard, 4))
    sorte.affaires.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action=f"accueil.{sorte.nom}.creer",
        histoire=f"{sorte.neuve} : « {neuve.texte} »",
        phrase=f"{', '.join(filter(None, [sorte.notee, neuve.de_qui]))} ({neuve.id}).",
        suite=suite.replace("CODE", identifiants.abrege(neuve.id)),
    )


def entendu_le(c: Contexte, dit: str) -> date:
    """Le jour où on l'a su."""
    return saisie.lire_jour_venu(dit, c.horloge.murale())


def modifier(
    c: Contexte,
    e: Ecriture,
    sorte: Sorte[A],
    laquelle: str,
    dits: Dits,
    texte: str | None,
    devenir: Callable[[A], A],
) -> Fait:
    """Changer ce qui est dit d'une annonce, puis ce qu'elle devient."""
    ancienne: A = sorte.affaires.exiger(c.arbre, laquelle)
    nouvelle: A = devenir(completer(c, ancienne, dits, texte))
    modification.exiger(ancienne, nouvelle)
    sorte.affaires.corriger(e, ancienne, nouvelle)
    return Fait(
        id=ancienne.id,
        action=f"accueil.{sorte.nom}.modifier",
        histoire=f"{sorte.modifiee} : « {nouvelle.texte} », {regles.dire_etat(nouvelle)}",
        phrase=f"« {nouvelle.texte} » : {regles.dire_etat(nouvelle)}.",
        lignes=[*modification.changements(ancienne, nouvelle, c.horloge.aujourdhui())],
        suite=f"tl accueil {sorte.nom} fiche {identifiants.abrege(ancienne.id)}",
    )


def fiche(c: Contexte, sorte: Sorte[A], laquelle: str, *, json: bool) -> A:
    """Montrer une annonce et ses mises en lien ; la rend."""
    a = sorte.affaires.exiger(c.arbre, laquelle)
    liens = autour_de(c.arbre, a, c.horloge.aujourdhui())
    if json:
        c.ecran.json({"fiche": a, "liens": liens})
        return a
    jour, urgent = c.horloge.aujourdhui(), isinstance(a, Besoin) and a.urgent
    relie, clos = (a.relie_le, a.clos_le) if isinstance(a, Besoin) else (None, a.retiree_le)
    c.ecran.titre(a.texte, f"{regles.dire_etat(a)}{', urgent' * urgent}")
    for etiquette, valeur in (
        ("De", a.de_qui),
        ("Entendu", temps.dire_jour(a.entendu, jour)),
        ("Thèmes", ", ".join(a.themes)),
        ("Quand", ", ".join(a.quand)),
        ("Relié", temps.dire_jour(relie, jour) if relie else ""),
        ("Clos", temps.dire_jour(clos, jour) if clos else ""),
        ("Motif", a.motif),
        ("Site", "montré sur le site" if a.publie else ""),
        ("Fiche", a.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    for lien in liens:
        c.ecran.dire(f"Mise en lien : tl accueil lien fiche {lien.id}")
    return a


def publics_de(c: Contexte, annonce: Annonce) -> tuple[str, ...]:
    """Les publics dont elle vient : le sien, et ceux de sa personne."""
    connue = c.registre.une(annonce.personne) if annonce.personne else None
    return tuple(filter(None, [annonce.public, *(connue.publics if connue else ())]))


def retenir(
    c: Contexte,
    annonces: Iterable[A],
    genre: Affaires[A],
    themes: Iterable[str] | None,
    personne: str | None,
    public: str | None,
) -> list[A]:
    """Celles de ces thèmes, de cette personne et de ce public."""
    qui = c.registre.anciens(c.registre.designer(personne, effacee=True)) if personne else None
    public = c.lieu.reglages.publics_connus([public])[0] if public else None
    vues = tuple(annonces)
    voulus = [_themes_connus(c, theme, vues, genre) for theme in themes or ()]
    return [
        a
        for a in vues
        if not any(connus.isdisjoint(a.themes) for connus in voulus)
        and (qui is None or a.personne in qui)
        and (public is None or public in publics_de(c, a))
    ]


def _themes_connus(c: Contexte, dit: str, vues: Iterable[A], genre: Affaires[A]) -> frozenset[str]:
    """Les thèmes que ce mot dit, parmi celles-ci, sinon parmi toutes ; refusé si aucune n'en parle."""
    try:
        return valeurs.filtrer([dit], (t for a in vues for t in a.themes), "un thème")
    except ValeurInconnue:
        return valeurs.filtrer([dit], (t for a in genre.toutes(c.arbre).fiches for t in a.themes), "un thème")


def montrer_liste(c: Contexte, annonces: Sequence[Besoin | Offre], titre: str, vide: str) -> None:
    """Un tableau d'annonces ; la fin du nom suffit pour en désigner une."""
    c.ecran.titre(titre, f"{len(annonces)}" if annonces else "")
    if not annonces:
        c.ecran.dire(vide)
        return
    colonnes = [Colonne(), Colonne(style=Style.GRAS, cede=True), *[Colonne(cede=True)] * 2]
    c.ecran.tableau([*colonnes, Colonne(), Colonne(), Colonne(style=Style.PALE)], map(_ligne, annonces))


def _ligne(a: Besoin | Offre) -> tuple[str, ...]:
    return (
        "!" if isinstance(a, Besoin) and a.urgent else "",
        a.texte,
        a.de_qui,
        ", ".join([*a.themes, *a.quand]),
        "" if a.etat in (EtatBesoin.EXPRIME, EtatOffre.DISPONIBLE) else regles.dire_etat(a),
        dire_date(a.entendu),
        identifiants.abrege(a.id),
    )


def dire_date(jour: date) -> str:
    """« 24/11 » ; court, pour un tableau."""
    return f"{jour.day}/{jour.month}"
