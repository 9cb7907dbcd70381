"""Ce qu'un enregistrement venu d'ailleurs a le droit d'être et de contenir ; le même contrôle partout.

Le moyeu le passe avant de recevoir, le poste avant de prendre et avant d'envoyer. Rien n'est cherché
de mauvais : ce qui n'a pas la forme que l'outil donne est un défaut (`docs/fiabilite.md` § 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tiers_lieu_cli.noyau.depot import git, photos
from tiers_lieu_cli.noyau.depot.arbre import taille_permise
from tiers_lieu_cli.noyau.depot.enregistrement import Enregistrement
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.objets import Objets, TropGros
from tiers_lieu_cli.noyau.depot.poses import chemin_permis
from tiers_lieu_cli.noyau.depot.roles import ROLES
from tiers_lieu_cli.noyau.depot.sante import entree_etrangere
from tiers_lieu_cli.noyau.echecs import Defaut
from tiers_lieu_cli.noyau.motif import motif

#: L'empreinte d'un dossier vide : git en garde, l'outil n'en fait jamais, et son nom se lirait.
_DOSSIER = "040000"
#: Une phrase d'histoire se lit d'un coup d'œil ; un grand import nomme beaucoup de fiches.
PHRASE_MAXIMALE = 4000
TEXTE_MAXIMAL = 1024 * 1024
_CONTROLES = motif(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SUITES = {"Action": re.compile(r"[a-z]+([._-][a-z]+)*"), "Annule": re.compile(r"[0-9a-f]{40}")}


def controler(
    changes: Iterable[tuple[str, Changement]], objets: Objets, attributs: str
) -> Iterator[tuple[Defaut | None, str, bytes]]:
    """Pour chaque fichier apporté : un défaut de forme, ou son chemin et son contenu à lire plus avant.

    Une photo bonne n'est pas rendue : il n'y a rien à y lire.
    """
    for chemin, change in changes:
        if change.apres is None:
            continue
        defauts = list(_du_fichier(chemin, change, attributs))
        octets = b""
        if not defauts:
            try:
                lu = objets.lire(change.apres, taille_permise(chemin))
            except TropGros:
                fait = f"dépasse {taille_permise(chemin) // 1024} Kio"
                defauts = [Defaut(chemin, 0, fait, "Le raccourcir, ou le garder hors de l'archive.")]
            else:
                octets = lu[2] if lu else b""
                defauts = list(_du_contenu(chemin, octets)) if lu else [Defaut(chemin, 0, "manque")]
        for defaut in defauts:
            yield defaut, chemin, b""
        if not defauts and not photos.est_photo(chemin):
            yield None, chemin, octets


def _du_fichier(chemin: str, change: Changement, attributs: str) -> Iterator[Defaut]:
    """Ce que son nom, sa sorte et son empreinte disent déjà d'un fichier."""
    assert change.apres
    etranges = list(entree_etrangere(change.mode, change.apres, chemin, attributs))
    yield from etranges
    if not etranges and not chemin_permis(chemin):
        yield Defaut(chemin, 0, "ce nom de fichier n'est pas permis", "Le renommer.")


def _du_contenu(chemin: str, octets: bytes) -> Iterator[Defaut]:
    """Une photo comme l'outil les fait, ou un texte en UTF-8 ; rien d'autre n'entre."""
    if photos.est_photo(chemin):
        if mal := photos.faute(chemin, octets):
            yield Defaut(chemin, 0, mal, "La reprendre avec : tl espace etat")
        return
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError as erreur:
        ligne = octets.count(b"\n", 0, erreur.start) + 1
        yield Defaut(chemin, ligne, "n'est pas un texte en UTF-8", "L'enregistrer dans ce codage.")


def dossiers_vides(changes: Iterable[tuple[str, Changement]]) -> Iterator[Defaut]:
    """Les dossiers vides d'un enregistrement : aucune fiche ne les montre, et leur nom se lirait."""
    for chemin, change in changes:
        if change.mode == _DOSSIER and change.apres == git.DOSSIER_VIDE:
            yield Defaut(chemin, 0, "est un dossier vide", "L'ôter.")


def fichiers(changes: Iterable[tuple[str, Changement]]) -> Iterator[tuple[str, Changement]]:
    """Les changements, sans les dossiers eux-mêmes."""
    return ((chemin, change) for chemin, change in changes if change.mode != _DOSSIER)


def formes(lu: Enregistrement, au_plus_tard: int) -> Iterator[str]:
    """En quoi un enregistrement n'est pas de ceux que l'outil écrit : qui, quand, ce qu'il dit."""
    yield from lu.etranges
    for qui in dict.fromkeys((lu.auteur, lu.depose)):
        if qui.nom not in ROLES or qui.courriel != f"{qui.nom}@lieu.invalid":
            yield f"ne dit pas un rôle de la maison, mais « {qui.nom[:40]} »"
        if qui.instant is None:
            yield "porte une date qui ne se lit pas"
        elif qui.instant > au_plus_tard:
            yield "porte une date à venir"
    if lu.auteur.nom != lu.depose.nom:
        yield f"est fait par « {lu.auteur.nom[:40]} » et déposé par « {lu.depose.nom[:40]} »"
    if len(lu.parents) > 2 or len(set(lu.parents)) != len(lu.parents):
        yield "réunit plus de deux histoires"
    if not _est_un_texte_de_l_outil(lu.texte):
        yield "dit autre chose qu'une phrase et les fiches qu'elle change"


def _est_un_texte_de_l_outil(texte: str) -> bool:
    phrase, _, suite = texte.partition("\n")
    if not phrase.strip() or len(phrase) > PHRASE_MAXIMALE or len(texte) > TEXTE_MAXIMAL:
        return False
    if _CONTROLES.search(texte):
        return False
    lignes = suite.rstrip("\n").split("\n") if suite.strip("\n") else []
    return not lignes or (lignes[0] == "" and all(map(_est_une_suite, lignes[1:])))


def _est_une_suite(ligne: str) -> bool:
    nom, _, valeur = ligne.partition(": ")
    if nom == "Fiche":
        return chemin_permis(valeur)
    return nom in _SUITES and _SUITES[nom].fullmatch(valeur) is not None
