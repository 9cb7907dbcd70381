"""Ce que l'accueil vérifie : chaque fiche est rangée où son état la met, au nom qui la fait trouver."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES
from tiers_lieu_cli.accueil.bienvenue import fiches as bienvenues
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS, ident_de
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Chaque fiche est là où on la cherche, et le parcours de bienvenue se lit."""
    yield from fonds.mal_rangees(BESOINS)
    yield from fonds.mal_rangees(OFFRES)
    yield from fonds.mal_rangees(LIENS)
    yield from fonds.mal_rangees(BIENVENUES)
    yield from fonds.mal_rangees(SUIVIS)
    yield from _passages(fonds)
    yield from _habilitations(fonds)
    yield from _parcours(fonds)


def _parcours(fonds: Fonds) -> Iterator[Constat]:
    try:
        bienvenues.parcours(fonds.arbre)
    except FicheFautive as faute:
        defaut = faute.defaut
        yield Constat(defaut.fichier, defaut.ligne, defaut.fait, defaut.remede, regle="schema")


def _passages(fonds: Fonds) -> Iterator[Constat]:
    for p in fonds.toutes(PASSAGES):
        if not p.id.startswith(p.jour.isoformat()):
            yield fonds.constat(
                PASSAGES,
                p.id,
                "moment",
                "rangement",
                f"ce passage du {p.jour} n'est pas rangé à son jour : on ne le comptera pas",
                "Corriger « moment », ou le nom du fichier.",
            )


def _habilitations(fonds: Fonds) -> Iterator[Constat]:
    for h in fonds.toutes(HABILITATIONS):
        nommee = h.id.removesuffix(f"-{h.sujet}")
        if nommee == h.id or fonds.suivre(nommee) != fonds.suivre(h.personne):
            yield fonds.constat(
                HABILITATIONS,
                h.id,
                "sujet",
                "nom",
                "cette habilitation n'est pas au nom de sa personne et de son sujet : on ne la trouvera pas",
                f"La renommer {ident_de(h.personne, h.sujet)}.yaml.",
            )
