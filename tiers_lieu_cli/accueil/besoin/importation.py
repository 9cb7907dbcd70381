"""Lire un tableau de besoins (CSV) : ce qu'un tableur français enregistre, ligne à ligne, fautes situées.

Rien n'est exécuté ni deviné : une cellule qui commence comme une formule n'est plus qu'un texte.
La clé d'une ligne vient de ce qu'elle dit ; deux lignes identiques sont deux besoins, et le même
fichier importé deux fois n'ajoute rien.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import msgspec

from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.echecs import Defaut, ErreurUsage
from tiers_lieu_cli.noyau.fiches.identifiants import ALPHABET
from tiers_lieu_cli.noyau.texte import clef

TAILLE_MAXIMALE = 1024 * 1024
LIGNES_MAXIMALES = 5000
#: Assez pour que deux besoins ne se confondent jamais ; plus long qu'un suffixe tiré au sort.
LONGUEUR_DE_LA_CLE = 9
_COLONNES = {
    "texte": ("besoin", "besoins", "texte", "demande"),
    "public": ("public", "publics"),
    "personne": ("personne", "qui", "de"),
    "theme": ("theme", "themes"),
    "quand": ("quand", "moment", "moments"),
    "urgent": ("urgent", "urgence"),
    "entendu": ("entendu", "date", "jour", "le"),
}
_OUI = ("oui", "o", "x", "1", "vrai", "true", "urgent")
_NON = ("", "non", "n", "0", "faux", "false")


class LigneLue(msgspec.Struct, frozen=True):
    """Une ligne du tableau : où elle est, ce qu'elle dit, et sa clé."""

    ligne: int
    texte: str
    cle: str
    public: str = ""
    personne: str = ""
    theme: str = ""
    quand: str = ""
    urgent: bool = False
    entendu: str = ""


class Tableau(msgspec.Struct, frozen=True):
    """Les lignes lues, et ce qui n'a pas pu l'être."""

    lignes: tuple[LigneLue, ...]
    defauts: tuple[Defaut, ...]


def lire(octets: bytes, nom: str) -> Tableau:
    """Le tableau de ce fichier ; `ErreurUsage` si ce n'en est pas un."""
    tableau = fichiers.lire_tableau(octets, nom)
    ou, inconnues = _colonnes(tableau.colonnes)
    if "texte" not in ou:
        raise ErreurUsage(
            f"{nom} n'a pas de colonne « besoin » (lues : {', '.join(filter(None, tableau.colonnes))}).",
            "Le modèle : tl accueil besoin feuille --format csv",
        )
    defauts = [Defaut(nom, 0, tableau.avis)] if tableau.avis else []
    defauts += [Defaut(nom, 1, f"la colonne « {colonne} » est ignorée") for colonne in inconnues]
    lues: list[LigneLue] = []
    deja: Counter[str] = Counter()
    for numero, cellules in tableau.lignes:
        dits = {champ: _texte(cellules[n]) for champ, n in ou.items()}
        if not any(dits.values()):
            continue
        fait = _faute(dits) or ("il y en a trop" if len(lues) == LIGNES_MAXIMALES else "")
        if fait:
            defauts.append(Defaut(nom, numero, fait))
            continue
        lues.append(_ligne(numero, dits, deja))
    return Tableau(tuple(lues), tuple(defauts))


def _colonnes(tete: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Où est chaque champ ; et les colonnes qu'on ne connaît pas."""
    ou: dict[str, int] = {}
    inconnues = []
    for n, titre in enumerate(tete):
        champ = next((c for c, noms in _COLONNES.items() if clef(titre) in noms), "")
        if champ and champ not in ou:
            ou[champ] = n
        elif titre.strip():
            inconnues.append(titre.strip()[:40])
    return ou, inconnues


def _texte(cellule: str) -> str:
    """La cellule sur une ligne ; ce qui en ferait une formule dans un tableur est ôté."""
    return " ".join(cellule.split()).lstrip("=+-'\t ")


def _faute(dits: dict[str, str]) -> str:
    if not dits["texte"]:
        return "le besoin est vide"
    if clef(dits.get("urgent", "")) not in (*_OUI, *_NON):
        return f"« {dits['urgent'][:20]} » pour urgent : écrire oui ou non"
    return ""


def _ligne(numero: int, dits: dict[str, str], deja: Counter[str]) -> LigneLue:
    dit = "\0".join(clef(dits.get(champ, "")) for champ in _COLONNES)
    deja[dit] += 1
    empreinte = int.from_bytes(hashlib.sha256(f"{dit}\0{deja[dit]}".encode()).digest())
    cle = ""
    while len(cle) < LONGUEUR_DE_LA_CLE:
        empreinte, rang = divmod(empreinte, len(ALPHABET))
        cle += ALPHABET[rang]
    urgent = clef(dits.get("urgent", "")) in _OUI
    return LigneLue(ligne=numero, cle=cle, urgent=urgent, **{c: v for c, v in dits.items() if c != "urgent"})
