"""Les documents lus et rangés : le contenu entre au coffre juste avant que sa fiche soit enregistrée."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from datetime import date
from pathlib import Path

from msgspec import structs

from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, Convention
from tiers_lieu_cli.convention.document import coffre, regles
from tiers_lieu_cli.convention.document.coffre import Coffre
from tiers_lieu_cli.convention.document.modele import DOCUMENTS, FICHIER, Document, Durees
from tiers_lieu_cli.convention.document.regles import Sort
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.collection import MotAmbigu
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.identifiants import MOT_COURT, date_de
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.texte import clef

_IGNORES = ".gitignore"
_LIGNE = f"/{coffre.DOSSIER}/"


def exiger(arbre: Arbre, mot: str) -> Document:
    """Le document dit par son identifiant, ou par des mots de son titre."""
    idents = DOCUMENTS.idents(arbre)
    cle = clef(mot)
    if mot in idents or any(i.startswith(mot) for i in idents):
        return DOCUMENTS.exiger(arbre, mot)
    assez = len(cle) >= MOT_COURT
    dits = [d for d in DOCUMENTS.toutes(arbre).fiches if assez and f"-{cle}" in f"-{clef(d.titre)}"]
    if len(dits) == 1:
        return dits[0]
    if dits:
        raise MotAmbigu(mot, [d.id for d in dits])
    return DOCUMENTS.exiger(arbre, mot)


def deposer(c: Contexte, e: Ecriture, fichier: Path, neuf: Document) -> Document:
    """Ranger ce fichier au coffre, et poser sa fiche ; `neuf` dit tout le reste.

    Le contenu d'abord : une fiche ne cite jamais ce qui n'est pas rangé.
    """
    contenu = coffre.examiner(fichier)
    complet = structs.replace(
        neuf,
        id=date_de(neuf.le, taire(neuf.titre, " "), "document", c.hasard),
        empreinte=contenu.empreinte,
        taille=contenu.taille,
        suffixe=contenu.suffixe,
    )
    _ignorer(e)
    le_coffre = Coffre.du_lieu(c.lieu.racine)
    e.d_abord(lambda: le_coffre.ranger(fichier, contenu.empreinte))
    DOCUMENTS.poser(e, complet)
    return complet


def _ignorer(e: Ecriture) -> None:
    """Un lieu ouvert avant le coffre ne l'ignorait pas encore."""
    lignes = (e.lire(_IGNORES) or b"").decode("utf-8", "replace")
    if _LIGNE in lignes.splitlines():
        return
    fin = "" if not lignes or lignes.endswith("\n") else "\n"
    poser = e.remplacer if lignes else e.creer
    poser(_IGNORES, f"{lignes}{fin}{_LIGNE}\n".encode())


def durees(arbre: Arbre) -> Durees:
    """Les durées que le lieu s'est données ; celles de l'outil sinon."""
    octets = arbre.lire(FICHIER)
    return fiche.lire(octets, Durees, "documents", FICHIER) if octets else Durees()


def sa_convention(arbre: Arbre, d: Document) -> Convention | None:
    """Celle qu'il prouve, s'il en est une."""
    return CONVENTIONS.une(arbre, d.convention) if d.convention else None


def detruire(c: Contexte, e: Ecriture, lesquels: Iterable[Document], motif: str) -> None:
    """Dire ces documents détruits ; leurs contenus s'en vont une fois que c'est enregistré."""
    perdus = {d.id: d for d in lesquels}
    autres = {
        d.empreinte for d in DOCUMENTS.toutes(c.arbre).fiches if not d.detruit_le and d.id not in perdus
    }
    coffre = Coffre.du_lieu(c.lieu.racine)
    for d in perdus.values():
        neuf = structs.replace(d, detruit_le=c.horloge.aujourdhui(), motif=motif)
        DOCUMENTS.corriger(e, d, neuf)
        if d.empreinte not in autres:
            e.detruire(*coffre.fichiers(d.empreinte))


def sorts(c: Contexte, idents: Set[str]) -> list[Sort]:
    """Ce que deviennent, si l'on efface cette personne, les documents qui la nomment."""
    jour, gardes = c.horloge.aujourdhui(), durees(c.arbre)
    return [
        regles.sort(d, idents, gardes, sa_convention(c.arbre, d), jour)
        for d in DOCUMENTS.toutes(c.arbre).fiches
        if not d.detruit_le and not idents.isdisjoint(d.nomme)
    ]


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce qui expire, ce qui est gardé trop longtemps."""
    connus = DOCUMENTS.toutes(arbre).fiches
    liees = {x.id: x for x in CONVENTIONS.toutes(arbre).fiches} if connus else {}
    yield from regles.a_faire(connus, durees(arbre), liees, jour)
