"""`tl trancher` : choisir entre deux versions qu'une mise en commun a gardées toutes les deux."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import differences
from tiers_lieu_cli.ensemble.desaccords import DESACCORDS, Desaccord
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Abandon, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait, rendre_compte
from tiers_lieu_cli.noyau.fiches.fiche import Fiche

app = Application()


class Version(StrEnum):
    """Les deux versions d'un désaccord."""

    EN_PLACE = "en-place"
    AUTRE = "autre"


class AChoisir(ErreurUsage):
    """Il faut dire laquelle des deux versions garder."""

    def __init__(self, question: str, trouve: Desaccord) -> None:
        super().__init__(question, "Choisir l'une ou l'autre :")
        self.suites = _commandes(trouve)


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
        raise AChoisir(_question(c, depot, trouve), trouve)
    _appliquer(c, depot, trouve.id, garder, json=json, essai=essai)


def _designer(c: Contexte, mot: str) -> tuple[Depot, Desaccord]:
    for depot, trouve in _tous(c):
        if trouve.id == mot:
            return depot, trouve
    return c.archive, DESACCORDS.exiger(c.arbre, mot)


def _commandes(trouve: Desaccord) -> tuple[str, ...]:
    return tuple(f"tl trancher {trouve.id} --garder {version}" for version in Version)


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
            for commande in _commandes(trouve):
                c.ecran.dire(f"    → {commande}")


def _demander(c: Contexte, depot: Depot, trouve: Desaccord) -> Version:
    question = f"« {trouve.fiche} » a changé sur deux postes. Laquelle garder ?"
    return tuple(Version)[c.choisir(question, _versions(c, depot, trouve))]


def _question(c: Contexte, depot: Depot, trouve: Desaccord) -> str:
    en_place, autre = _versions(c, depot, trouve)
    return f"« {trouve.fiche} » a changé sur deux postes :\n    en place : {en_place}\n    autre : {autre}"


def _versions(c: Contexte, depot: Depot, trouve: Desaccord) -> tuple[str, str]:
    """Ce qui les distingue, en une ligne chacune."""
    octets = ArbreDisque(depot.racine).lire(trouve.fiche), trouve.autre
    ici, la = (_lire(trouve, version) for version in octets)
    if isinstance(ici, Fiche) and isinstance(la, Fiche):
        en_place, autre = differences.entre(ici, la, trouve.champs)
    elif isinstance(ici, str) and isinstance(la, str):
        en_place, autre = differences.textes(ici, la)
    else:
        en_place, autre = (_dire_seule(trouve, lue) for lue in (ici, la))
    return c.registre.montrer(en_place), c.registre.montrer(autre)


def _dire_seule(trouve: Desaccord, lue: Fiche | str | None) -> str:
    if lue is None:
        return "retirée"
    if isinstance(lue, Fiche):
        return differences.seule(lue, trouve.champs)
    return f"texte « {differences.couper(lue)} »"


def _lire(trouve: Desaccord, octets: bytes | None) -> Fiche | str | None:
    """Cette version, comprise ; son texte, si ce n'est pas une fiche qui se lit ; `None` : retirée."""
    return trouve.lire(octets) or (octets.decode("utf-8", "replace") if octets else None)


def _appliquer(
    c: Contexte, depot: Depot, ident: str, garder: Version | None, *, json: bool, essai: bool
) -> None:
    """Tout se relit sous le verrou, après la question aussi : on garde la version qu'on a vue."""

    def agir(ecriture: Ecriture) -> tuple[Ecriture, Fait, str]:
        trouve = DESACCORDS.exiger(ArbreDisque(depot.racine), ident)
        choix = garder or _demander(c, depot, trouve)
        ecriture.retirer(DESACCORDS.genre.chemin(trouve.id))
        if choix is Version.AUTRE:
            ecriture.donner(trouve.fiche, trouve.choisir(ecriture.lire(trouve.fiche), trouve.autre))
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
