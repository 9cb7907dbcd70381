"""`tl trancher` : choisir entre deux versions qu'une mise en commun a gardées toutes les deux."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from tiers_lieu_cli.ensemble.desaccords import DESACCORDS, Desaccord
from tiers_lieu_cli.ensemble.genres import structure_de
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Abandon, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait, rendre_compte
from tiers_lieu_cli.noyau.fiches import fiche

app = Application()


class Version(StrEnum):
    """Les deux versions d'un désaccord."""

    EN_PLACE = "en-place"
    AUTRE = "autre"


def _en_attente(c: Contexte) -> list[tuple[str, str]]:
    return [(d.id, d.fiche) for _, d in _tous(c)]


def _tous(c: Contexte) -> list[tuple[Depot, Desaccord]]:
    """Les désaccords de chaque dépôt : ceux du registre restent au registre."""
    return [(depot, d) for depot in c.depots for d in DESACCORDS.toutes(ArbreDisque(depot.racine)).fiches]


@app.action("trancher")
def trancher(
    ctx: typer.Context,
    desaccord: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Le désaccord.", autocompletion=completion(_en_attente)),
    ] = None,
    garder: Annotated[
        Version | None, typer.Option("--garder", help="La version à garder : en-place, ou autre.")
    ] = None,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Choisir entre deux versions d'une même chose, changée sur deux postes.

    Sans rien : ce qui attend d'être tranché.

    Exemples :
        tl trancher
        tl trancher 2026-11-24-atelier-velo-7k2m-1f3a9c02 --garder autre
    """
    c = ouvrir(ctx, malgre_tout=True)
    if desaccord is None:
        attendent = [d for _, d in _tous(c)]
        if json:
            c.ecran.json(attendent)
        elif not attendent:
            c.ecran.dire("Rien à trancher.")
        else:
            proposer(c, [d.id for d in attendent])
        return
    c.ecran.interactif &= not json
    depot, trouve = _designer(c, desaccord)
    if garder is None and not c.ecran.interactif:
        raise ErreurUsage(_question(c, depot, trouve), _commande(trouve))
    _appliquer(c, depot, trouve.id, garder, json=json, essai=essai)


def _designer(c: Contexte, mot: str) -> tuple[Depot, Desaccord]:
    for depot, trouve in _tous(c):
        if trouve.id == mot:
            return depot, trouve
    return c.archive, DESACCORDS.exiger(c.arbre, mot)


def _commande(trouve: Desaccord) -> str:
    return f"Choisir : tl trancher {trouve.id} --garder en-place · tl trancher {trouve.id} --garder autre"


def proposer(c: Contexte, desaccords: Iterable[str]) -> None:
    """Poser la question de chaque désaccord ; sans personne pour répondre, donner la commande."""
    voulus = set(desaccords)
    for depot, trouve in _tous(c):
        if trouve.id not in voulus:
            continue
        if c.ecran.interactif:
            with suppress(Abandon):
                _appliquer(c, depot, trouve.id, None, json=False, essai=False)
        else:
            c.ecran.dire(_question(c, depot, trouve))
            c.ecran.dire(f"    → {_commande(trouve)}")


def _demander(c: Contexte, depot: Depot, trouve: Desaccord) -> Version:
    question = f"« {trouve.fiche} » a changé sur deux postes. Laquelle garder ?"
    return tuple(Version)[c.choisir(question, _versions(c, depot, trouve))]


def _question(c: Contexte, depot: Depot, trouve: Desaccord) -> str:
    en_place, autre = _versions(c, depot, trouve)
    return f"« {trouve.fiche} » a changé sur deux postes :\n    en place : {en_place}\n    autre : {autre}"


def _versions(c: Contexte, depot: Depot, trouve: Desaccord) -> tuple[str, str]:
    """Les deux versions, en une ligne chacune."""
    octets = ArbreDisque(depot.racine).lire(trouve.fiche)
    ici, la = _champs(trouve, octets), _champs(trouve, _texte(trouve))
    return c.registre.montrer(_dire(trouve, ici)), c.registre.montrer(_dire(trouve, la))


def _dire(trouve: Desaccord, champs: dict[str, Any] | None) -> str:
    if champs is None:
        return "retirée"
    noms = trouve.champs or tuple(champs)
    return " · ".join(f"{nom} « {_court(champs.get(nom))} »" for nom in noms)


def _court(valeur: Any) -> str:
    dit = ", ".join(map(str, valeur)) if isinstance(valeur, (list, tuple)) else str(valeur or "")
    return dit if len(dit) <= 60 else f"{dit[:57]}…"


def _champs(trouve: Desaccord, octets: bytes | None) -> dict[str, Any] | None:
    if not octets:
        return None
    genre = structure_de(trouve.fiche)
    if genre is None:
        return {"texte": octets.decode("utf-8", "replace")}
    try:
        champs: dict[str, Any] = msgspec.to_builtins(fiche.lire(octets, genre[1], genre[0], trouve.fiche))
    except FicheFautive:
        return {"texte": octets.decode("utf-8", "replace")}
    return champs


def _texte(trouve: Desaccord) -> bytes | None:
    return f"{trouve.texte}\n".encode() if trouve.texte else None


def _appliquer(
    c: Contexte, depot: Depot, ident: str, garder: Version | None, *, json: bool, essai: bool
) -> None:
    """Tout se relit sous le verrou, après la question aussi : on garde la version qu'on a vue."""

    def agir(ecriture: Ecriture) -> tuple[Ecriture, Fait, str]:
        trouve = DESACCORDS.exiger(ArbreDisque(depot.racine), ident)
        choix = garder or _demander(c, depot, trouve)
        ecriture.retirer(DESACCORDS.genre.chemin(trouve.id))
        if choix is Version.AUTRE:
            ecriture.donner(trouve.fiche, _voulu(trouve, ecriture.lire(trouve.fiche)))
        dite = "l'autre version" if choix is Version.AUTRE else "la version en place"
        fait = Fait(
            id=trouve.id,
            action="trancher",
            histoire=f"Tranché : {dite} de {trouve.fiche}",
            phrase=f"Tranché : {dite} de {trouve.fiche} est gardée ; l'histoire a les deux.",
            suite="tl synchroniser",
        )
        return ecriture, fait, c.conclure(ecriture, fait, essai=essai)

    ecriture, fait, commit = c.sous_verrou(agir, depot)
    rendre_compte(c.ecran, ecriture, fait, commit, json=json)


def _voulu(trouve: Desaccord, present: bytes | None) -> bytes | None:
    """Le fichier où les champs en désaccord prennent leur autre valeur ; le reste ne bouge pas."""
    autre, genre = _texte(trouve), structure_de(trouve.fiche)
    if autre is None or present is None or genre is None or not trouve.champs:
        return autre
    ident, structure = genre
    ici, la = (fiche.lire(o, structure, ident, trouve.fiche) for o in (present, autre))
    choisie = msgspec.structs.replace(ici, **{nom: getattr(la, nom) for nom in trouve.champs})
    return fiche.modifier(present, choisie, trouve.fiche)
