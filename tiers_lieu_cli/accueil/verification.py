"""Ce que l'accueil vérifie : chaque fiche est au nom et au jour qui la font trouver."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.accueil.bienvenue import fiches as bienvenues
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS, ident_de
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.temps import temps


def parcours(fonds: Fonds) -> Iterator[Constat]:
    """Le parcours de bienvenue se lit."""
    try:
        bienvenues.parcours(fonds.arbre)
    except FicheFautive as faute:
        defaut = faute.defaut
        yield Constat(defaut.fichier, defaut.ligne, defaut.fait, defaut.remede, regle="schema")


def passages(fonds: Fonds) -> Iterator[Constat]:
    """Chacun est rangé à son jour."""
    for p in fonds.toutes(PASSAGES):
        if not p.id.startswith(p.jour.isoformat()):
            yield fonds.constat(
                PASSAGES,
                p.id,
                "moment",
                "rangement",
                f"ce passage du {temps.dire_jour(p.jour)} n'est pas rangé à son jour : on ne le comptera pas",
                "Corriger « moment », ou le nom du fichier.",
            )


def habilitations(fonds: Fonds) -> Iterator[Constat]:
    """Chacune porte le nom de sa personne et de son sujet."""
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
