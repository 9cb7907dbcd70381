"""Ce qu'on cherche, malgré une faute ou un pluriel, et l'extrait qui le montre. Fonctions pures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import sans_accent

#: Ce que toute phrase dit : on n'y cherche rien, s'il reste autre chose.
_OUTILS = frozenset(
    re.findall(
        r"\w+",
        "a au aux avec ce ces cette d dans de des du en est et il l la le les mais ou par pour qu que qui "
        "s sa se ses son sur un une y",
    )
)
#: Combien de lettres une faute peut toucher, selon la longueur du mot.
_FAUTES = ((7, 2), (4, 1))
#: Combien de mots voisins on essaie.
_VOISINS = 8
#: Un mot plus court ne se devine pas à son début.
_DEBUT_MINIMAL = 2
_MOT = motif(r"[^\W_]+(?:-[^\W_]+)*")
#: Le contact de quelqu'un : une adresse, ou un numéro qui se dit avec son zéro ou son indicatif.
_ADRESSE = motif(r"[^@\s]+@[^@\s]+")
_NUMERO = motif(r"[+0](?:[ ./()-]{0,2}\d){8,14}")
_FILTRE = motif(r"(?:^|(?<=\s))(salle|genre|du|au|[eé]tiquette|qui)\s*:\s*", re.IGNORECASE)


class Demande(msgspec.Struct, frozen=True):
    """Ce qu'on a tapé : des mots, et ce à quoi l'on se borne."""

    mots: tuple[str, ...] = ()
    etiquettes: tuple[str, ...] = ()
    gens: tuple[str, ...] = ()
    salle: str = ""
    genre: str = ""
    du: str = ""
    au: str = ""

    @property
    def est_vide(self) -> bool:
        return self == Demande()

    @property
    def est_bornee(self) -> bool:
        """Se borne-t-on à ce qui a une étiquette, une salle, un jour, quelqu'un ?"""
        return bool(self.etiquettes or self.gens or self.salle or self.du or self.au)


class Sens(msgspec.Struct, frozen=True):
    """Comment un mot est compris : ce par quoi il peut commencer, et les personnes qu'il nomme.

    `lu` : les mots voisins qu'on a lus à sa place, si lui-même n'est nulle part.
    """

    mot: str
    debuts: tuple[str, ...]
    gens: frozenset[str] = frozenset()
    lu: tuple[str, ...] = ()

    @property
    def justes(self) -> frozenset[str]:
        """Le mot lui-même, au pluriel près, ou ceux qu'on a lus à sa place."""
        if not self.debuts:
            return frozenset()
        nombres = (f"{debut}{fin}" for debut in self.debuts for fin in ("", "s", "x"))
        return frozenset(self.lu) or frozenset((self.mot, *nombres))


def lire(dits: Iterable[str]) -> Demande:
    """Ce que les arguments demandent ; un filtre se dit « salle:cour », « #atelier », « @karim »."""
    filtres: dict[str, str] = {}
    etiquettes: list[str] = []
    gens: list[str] = []
    mots: list[str] = []
    dits = [*dits]
    if _NUMERO.fullmatch(numero := " ".join(dits).strip()):
        return Demande((re.sub(r"\D", "", numero),))
    for dit in dits:
        libre, *bornes = _FILTRE.split(dit)
        for cle, valeur in zip(map(sans_accent, bornes[::2]), map(str.strip, bornes[1::2]), strict=True):
            if cle == "etiquette":
                etiquettes.append(valeur.removeprefix("#"))
            elif cle == "qui":
                gens.append(valeur.removeprefix("@"))
            else:
                filtres[cle] = valeur
        for bout in libre.split():
            if bout.startswith("#") and len(bout) > 1:
                etiquettes.append(bout[1:])
            elif bout.startswith("@") and len(bout) > 1:
                gens.append(bout[1:])
            elif _ADRESSE.fullmatch(bout):
                mots.append(bout.casefold())
            else:
                mots += _mots(bout)
    parlants = [mot for mot in mots if mot not in _OUTILS] or mots
    return Demande(tuple(dict.fromkeys(parlants)), tuple(etiquettes), tuple(gens), **filtres)


def _mots(texte: str) -> list[str]:
    return [mot for groupe in _MOT.findall(sans_accent(texte)) for mot in groupe.split("-")]


def radical(mot: str) -> str:
    """Le mot sans la marque de son pluriel."""
    return mot[:-1] if len(mot) > 3 and mot[-1] in "sx" else mot


def proches(mot: str, connus: Sequence[str]) -> tuple[str, ...]:
    """Les mots connus à une ou deux fautes de frappe de celui-ci, les plus proches seulement."""
    fautes = next((n for longueur, n in _FAUTES if len(mot) >= longueur), 0)
    if not fautes:
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    trouves = process.extract(mot, connus, scorer=OSA.distance, score_cutoff=fautes, limit=_VOISINS)
    moindre = min((ecart for _, ecart, _ in trouves), default=0)
    return tuple(sorted(voisin for voisin, ecart, _ in trouves if ecart == moindre))


def nommes(mot: str, noms: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Ceux dont un mot du nom est celui-ci, ou commence ainsi."""
    if len(mot) < _DEBUT_MINIMAL:
        return ()
    return tuple(ident for ident, dits in noms.items() if any(dit.startswith(mot) for dit in dits))


def extrait(texte: str, est_touche: Callable[[str], bool], largeur: int) -> str:
    """Le morceau du texte qui montre le mot cherché, sans mot coupé ; vide s'il n'y est pas."""
    texte = " ".join(texte.split())
    trouve = next((m for m in _MOT.finditer(texte) if est_touche(m[0])), None)
    if trouve is None:
        return ""
    if len(texte) <= largeur:
        return texte
    debut = max(0, min(trouve.start() - largeur // 3, len(texte) - largeur))
    if debut:
        debut = texte.find(" ", debut, trouve.start()) + 1 or trouve.start()
    fin = debut + largeur - 2
    if fin < len(texte):
        fin = max(texte.rfind(" ", trouve.end(), fin), trouve.end())
    return f"{'…' * bool(debut)}{texte[debut:fin]}{'…' * (fin < len(texte))}"


def coupe(texte: str, largeur: int) -> str:
    """Le début d'un texte, sur une ligne, sans mot coupé."""
    texte = " ".join(texte.split())
    if len(texte) <= largeur:
        return texte
    return f"{texte[: max(texte.rfind(' ', 0, largeur - 1), largeur // 2)].rstrip(' ,;:')}…"
