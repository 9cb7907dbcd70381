"""Les options que plusieurs commandes de la caisse partagent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from tiers_lieu_cli.finance import regimes
from tiers_lieu_cli.finance.caisse import Caisse, propositions
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Serie
from tiers_lieu_cli.finance.tiers.modele import Tiers
from tiers_lieu_cli.noyau.contexte import completion
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, MotAmbigu
from tiers_lieu_cli.noyau.texte import clef


def _tiers(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((ident, caisse.nom(ident)) for ident, tiers in caisse.tiers.items() if not tiers.restreint)


def _factures(caisse: Caisse) -> Iterator[tuple[str, str]]:
    recentes = reversed(caisse.livre.toutes[-200:])
    return ((p.numero, caisse.nom(p.tiers)) for p in recentes if p.serie is Serie.FACTURE)


def _pieces(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((p.numero, caisse.nom(p.tiers)) for p in reversed(caisse.livre.toutes[-200:]))


def _brouillons(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((b.id, caisse.nom(b.tiers)) for b in BROUILLONS.toutes(caisse.arbre).fiches)


def _tarifs(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((t.code, t.libelle) for t in caisse.tarifs)


def _periodes(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((t.id, t.libelle) for t in caisse.tarifs if t.au is None)


def _regimes(caisse: Caisse) -> list[tuple[str, str]]:
    return regimes.codes(caisse.vendeur.pays)


#: Au-delà, c'est une faute de frappe, et ni la veille ni le lendemain de l'exercice n'auraient de date.
_BORNES: Any = {"min": 1900, "max": 2999}
LExercice = Annotated[
    int | None, typer.Option("--annee", metavar="ANNEE", help="L'exercice ; sinon, celui-ci.", **_BORNES)
]
UnExercice = Annotated[
    int | None, typer.Argument(metavar="ANNEE", help="L'exercice ; sinon, celui-ci.", **_BORNES)
]
DernierExercice = Annotated[
    int | None, typer.Argument(metavar="ANNEE", help="L'exercice ; sinon, le dernier.", **_BORNES)
]
ExerciceAFermer = Annotated[int, typer.Argument(metavar="ANNEE", help="L'exercice à fermer.", **_BORNES)]
LeTiers = Annotated[
    str,
    typer.Argument(
        metavar="TIERS",
        help="Son nom, ou son identifiant (Tab propose).",
        autocompletion=completion(propositions(_tiers)),
    ),
]
UnTiers = Annotated[
    str,
    typer.Option(
        "--tiers", help="Pour qui : nom ou identifiant.", autocompletion=completion(propositions(_tiers))
    ),
]
LaFacture = Annotated[
    str,
    typer.Argument(
        metavar="FACTURE",
        help="Son numéro, comme 2026-0001.",
        autocompletion=completion(propositions(_factures)),
    ),
]
LaPiece = Annotated[
    str,
    typer.Argument(
        metavar="PIECE", help="Son numéro, comme 2026-0001.", autocompletion=completion(propositions(_pieces))
    ),
]
LeBrouillon = Annotated[
    str,
    typer.Argument(
        metavar="BROUILLON",
        help="Le brouillon (Tab propose).",
        autocompletion=completion(propositions(_brouillons)),
    ),
]
DesBrouillons = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="BROUILLON…",
        help="Les brouillons (Tab propose).",
        autocompletion=completion(propositions(_brouillons)),
    ),
]
LeTarif = Annotated[
    str,
    typer.Argument(
        metavar="TARIF", help="Le tarif, par son code.", autocompletion=completion(propositions(_tarifs))
    ),
]
LaPeriode = Annotated[
    str,
    typer.Argument(
        metavar="TARIF",
        help="Le tarif à clore (Tab propose).",
        autocompletion=completion(propositions(_periodes)),
    ),
]
LeRegime = Annotated[
    str,
    typer.Option(
        "--regime", help="Le régime de TVA (Tab propose).", autocompletion=completion(propositions(_regimes))
    ),
]


def designer_tiers(caisse: Caisse, mot: str) -> Tiers:
    """Le tiers que ce mot désigne : son identifiant, un identifiant lié, ou son nom."""
    dit = mot.removeprefix("@").strip()
    trouve = caisse.tiers.get(dit) or caisse.tiers.get(caisse.liens.get(dit, ""))
    if trouve:
        return trouve
    cle = clef(dit)
    noms = {ident: clef(caisse.nom(ident)) for ident, t in caisse.tiers.items() if not t.restreint}
    exacts = [i for i, nom in noms.items() if cle and nom == cle]
    proches = exacts or [i for i, nom in noms.items() if cle and f"-{cle}-" in f"-{nom}-"]
    proches = proches or [i for i, nom in noms.items() if len(cle) >= 3 and cle in nom]
    if len(proches) == 1:
        return caisse.tiers[proches[0]]
    if proches:
        candidats = [f"{caisse.nom(i)} ({i})" for i in proches]
        # Deux tiers peuvent porter le même nom : seul l'identifiant les départage toujours.
        raise MotAmbigu(mot, candidats, f"Taper son identifiant : {proches[0]}, par exemple.")
    raise FicheIntrouvable("tiers", mot[:60], (), "L'ajouter : tl finance tiers creer")


def actif(tiers: Tiers) -> Tiers:
    """Le même, s'il peut encore servir."""
    if tiers.restreint:
        raise ErreurUsage(
            f"{tiers.id} est restreint depuis le {tiers.restreint:%d/%m/%Y} : on ne lui facture plus rien.",
            "Créer un autre tiers, s'il revient : tl finance tiers creer",
        )
    return tiers
