"""Les clés lues dans le lieu : qui a quoi maintenant, et ce qui fut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tiers_lieu_cli.espace.cle import regles
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS, PretDeCle
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets

#: Ce qu'une fiche montre du passé.
ANCIENS = 10


def pretees(arbre: Arbre) -> tuple[PretDeCle, ...]:
    """Tout ce qui est dehors ; l'histoire n'est pas lue."""
    return PRETS.en_cours.toutes(arbre).fiches


def voisines(arbre: Arbre, _: Iterable[Fiche]) -> Iterator[tuple[str, Fiche]]:
    """Les fiches (dossier du genre, fiche) qu'il faut lire avec une clé ou un prêt : leurs exemplaires."""
    for rangement in (CLES, PRETS.en_cours):
        yield from ((rangement.genre.dossier, lue) for lue in rangement.toutes(arbre).fiches)


def anciens(arbre: Arbre, cle: str) -> list[PretDeCle]:
    """Les derniers prêts finis de cette clé, le plus récent d'abord."""
    finis = PRETS.dernieres(arbre, en_tirets(cle, "cle"), lambda p: p.cle == cle, ANCIENS)
    return sorted(finis, key=lambda p: p.fini_le, reverse=True)[:ANCIENS]


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce qui devait revenir ce jour ou avant ; ce qui est dehors en trop, deux postes l'ayant remis."""
    prets = pretees(arbre)
    sorties = [cle for ident in sorted({p.cle for p in prets}) if (cle := CLES.une(arbre, ident))]
    for en_trop, fait in regles.en_trop(sorties, prets):
        yield Echeance(jour, fait, f"tl espace cle fiche {en_trop.id}", en_trop.id)
    for pret in prets:
        if pret.rendre_le and pret.rendre_le <= jour:
            lue, depuis = CLES.une(arbre, pret.cle), temps.dire_jour(pret.depuis_quand.date(), jour)
            nom = lue.nom if lue else pret.cle
            retour = regles.dire_retour(pret, jour)
            designe = f" @{pret.a}" if pret.a else f' --societe "{pret.societe}"'
            yield Echeance(
                pret.rendre_le,
                f"faire rendre la clé {nom} ({pret.detenteur}, depuis {depuis}, {retour})",
                f"tl espace cle rendre {pret.cle}{designe}",
                pret.id,
            )
