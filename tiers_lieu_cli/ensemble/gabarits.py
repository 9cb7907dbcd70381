"""`tl gabarit` : les mises en page qu'on peut remplacer, et essayer les siennes avant qu'on les voie."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
import typer
from msgspec import inspect

from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import charte
from tiers_lieu_cli.noyau.pages.gabarit import LOCAUX, Gabarit, GabaritFautif
from tiers_lieu_cli.noyau.pages.langues import FRANCAIS
from tiers_lieu_cli.noyau.porte import Application

app = Application("Les mises en page : celles de l'outil, celles de la maison.")
_SUITE = ".j2"
#: Ce qui s'y pose sans être une mise en page : le logo, et ce qui explique.
_AUTRES = (".svg", ".png", ".jpg", ".jpeg", ".md", ".txt", ".woff2")
_PAQUET = "tiers_lieu_cli"
#: La vue que chaque gabarit reçoit ; d'un autre, on ne vérifie que les noms.
VUES = {
    "attestation": "prog.formation.attestation:Attestations",
    "bilan": "noyau.pages.bilan:Bilan",
    "bilan-partenaire": "convention.engagement.bilan:Bilan",
    "document": "noyau.pages.document:Document",
    "ecran": "ensemble.mural:Mural",
    "emargement": "prog.inscription.feuille:Feuille",
    "feuille-besoins": "accueil.besoin.feuille:Feuille",
    "carte": "ensemble.apprendre.carte:Carte",
    "lettre": "ensemble.lettre.vue:Lettre",
    "semaine": "prog.semaines:Semaine",
    "traitements": "ensemble.donnees.traitements:Vue",
    "site": "ensemble.site.vues:Page",
    "site-entraide": "ensemble.site.vues:Entraide",
    "site-evenement": "ensemble.site.vues:Evenement",
    "site-membres": "ensemble.site.vues:Membres",
    "site-nouvelles": "ensemble.site.vues:Nouvelles",
    "site-programme": "ensemble.site.vues:Programme",
    "site-salles": "ensemble.site.vues:Salles",
    "site-services": "ensemble.site.vues:Services",
}


class Vu(msgspec.Struct, frozen=True, kw_only=True):
    """Une mise en page, et si la maison a la sienne ; `faute` : ce qui l'empêche de servir."""

    nom: str
    a_nous: bool
    faute: str = ""


def _proposer(c: Contexte) -> list[tuple[str, str]]:
    a_nous = set(_locaux(c))
    return [(nom, "à nous" if nom in a_nous else "de l'outil") for nom in connus()]


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les mises en page, et celles que la maison remplace.

    Exemple :
        tl gabarit liste
    """
    a_nous = set(_locaux(c))
    vus = [Vu(nom=nom, a_nous=nom in a_nous) for nom in sorted({*connus(), *a_nous})]
    if json:
        c.ecran.json(vus)
        return
    c.ecran.titre("Les mises en page", f"{len(a_nous)} à nous" if a_nous else "")
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne()], [(v.nom, "à nous" if v.a_nous else "") for v in vus]
    )
    c.ecran.dire(f"  En faire une à nous : la copier dans {LOCAUX}/ de ce lieu, depuis")
    c.ecran.dire(f"  {ressources.dossier('templates')}")


@app.lit("essayer")
def essayer(
    c: Contexte,
    nom: Annotated[
        str,
        typer.Argument(
            metavar="[NOM]", help="Laquelle ; sinon, toutes les nôtres.", autocompletion=completion(_proposer)
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Essayer les mises en page de la maison sur des pages pleines, puis vides : chaque faute est située.

    Exemples :
        tl gabarit essayer
        tl gabarit essayer semaine.html.j2
    """
    locaux = list(_locaux(c))
    voulus = [_designer(locaux, nom)] if nom else locaux
    vus = [Vu(nom=n, a_nous=True, faute=_faute(c, n)) for n in voulus]
    if json:
        c.ecran.json(vus)
    else:
        for v in vus:
            c.ecran.dire(v.faute or f"{LOCAUX}/{v.nom} : bon.")
        if not vus:
            c.ecran.dire(f"Aucune mise en page dans {LOCAUX}/.  Voir : tl gabarit liste")
    fautives = sum(bool(v.faute) for v in vus)
    if fautives:
        raise Echec(f"{fautives} mise{'s' * (fautives > 1)} en page à corriger.")


def connus() -> list[str]:
    """Les gabarits que l'outil a, et qu'on peut remplacer."""
    return sorted(f.name for f in ressources.dossier("templates").glob(f"*{_SUITE}"))


def _locaux(c: Contexte) -> Iterator[str]:
    """Les fichiers de `gabarits/` qui se veulent des mises en page."""
    for nom in c.arbre.noms(LOCAUX):
        if Path(nom).suffix.lower() not in _AUTRES and not nom.startswith("."):
            yield nom


def _designer(locaux: list[str], dit: str) -> str:
    for nom in (dit, f"{dit}{_SUITE}", f"{dit}.html{_SUITE}", f"{dit}.md{_SUITE}"):
        if nom in locaux:
            return nom
    proches = get_close_matches(dit, locaux, 3, 0.5)
    remede = f"Voulait-on : {', '.join(proches)} ?" if proches else "Voir : tl gabarit liste"
    raise ErreurUsage(f"Aucun fichier « {dit} » dans {LOCAUX}/.", remede)


def _faute(c: Contexte, nom: str) -> str:
    """Ce qui ne va pas dans ce gabarit ; vide s'il est bon."""
    outil = _modele(nom)
    if outil is None:
        proches = get_close_matches(nom, connus(), 1, 0.5)
        suite = f" ; voulait-on {proches[0]} ?" if proches else ""
        return f"{LOCAUX}/{nom} : aucune page ne porte ce nom{suite}"
    page = nom.removesuffix(_SUITE)
    try:
        for vue in _exemples(outil.removesuffix(_SUITE)):
            entiere = vue | {"charte": charte.du_lieu(c.lieu).pour_une_page(), "corps": ""}
            Gabarit(c.lieu.racine, page).rendre([entiere])
    except GabaritFautif as fautif:
        return fautif.fait
    return _noms_inconnus(c, nom, outil)


def _modele(nom: str) -> str | None:
    """Le gabarit de l'outil que celui-ci remplace ; une sorte de convention a le sien."""
    if nom in connus():
        return nom
    return "convention.md.j2" if nom.startswith("convention-") and nom.endswith(".md.j2") else None


def _exemples(page: str) -> list[dict[str, Any]]:
    """Une vue où tout est dit, une où rien ne l'est ; aucune si l'on ne sait pas ce qu'il reçoit."""
    ou = VUES.get(page.rpartition(".")[0])
    if ou is None:
        return []
    module, _, structure = ou.partition(":")
    genre = inspect.type_info(getattr(importlib.import_module(f"{_PAQUET}.{module}"), structure))
    vues = (cast("dict[str, Any]", exemple(genre, plein=plein)) for plein in (True, False))
    return [vue | ({"langue": FRANCAIS} if "langue" in vue else {}) for vue in vues]


def exemple(genre: inspect.Type, *, plein: bool) -> object:
    """Une valeur de ce genre, telle qu'un gabarit la reçoit."""
    match genre:
        case inspect.StructType() | inspect.DataclassType():
            return {champ.encode_name: exemple(champ.type, plein=plein) for champ in genre.fields}
        case inspect.Metadata():
            return exemple(genre.type, plein=plein)
        case inspect.UnionType():
            sans_rien = [t for t in genre.types if not isinstance(t, inspect.NoneType)]
            return None if genre.includes_none and not plein else exemple(sans_rien[0], plein=plein)
        case inspect.TupleType():
            return [exemple(t, plein=plein) for t in genre.item_types]
        case inspect.CollectionType():
            return [exemple(genre.item_type, plein=plein)] if plein else []
        case inspect.DictType():
            return {"exemple": exemple(genre.value_type, plein=plein)} if plein else {}
        case inspect.BoolType():
            return plein
        case inspect.IntType() | inspect.FloatType():
            return int(plein)
        case inspect.EnumType():
            return next(iter(genre.cls)).value
        case inspect.LiteralType():
            return genre.values[0]
        case inspect.DateType():
            return "2026-11-24"
        case inspect.DateTimeType():
            return "2026-11-24T18:30"
    return "exemple" if plein else ""


def _noms_inconnus(c: Contexte, nom: str, outil: str) -> str:
    """Un nom que le gabarit de l'outil n'emploie pas, et que la page ne donne donc pas."""
    from jinja2 import Environment, TemplateSyntaxError, meta, nodes

    octets = c.arbre.lire(f"{LOCAUX}/{nom}") or b""
    livre = (ressources.dossier("templates") / outil).read_text("utf-8")
    lecteur = Environment(autoescape=True)
    lecteur.filters["prose"] = str
    try:
        lu = lecteur.parse(octets.decode("utf-8", "replace"))
    except TemplateSyntaxError as faute:
        return f"{LOCAUX}/{nom} : ligne {faute.lineno}, {faute.message}"
    vue = {cle for e in _exemples(outil.removesuffix(_SUITE)) for cle in e}
    donnes = {"charte", "t", *vue, *meta.find_undeclared_variables(lecteur.parse(livre))}
    for inconnu in sorted(meta.find_undeclared_variables(lu) - donnes):
        lignes = [n.lineno for n in lu.find_all(nodes.Name) if n.name == inconnu]
        return f"{LOCAUX}/{nom} : ligne {lignes[0]}, la page ne donne pas « {inconnu} »"
    return ""
