"""Réunir deux versions d'une même fiche, champ par champ, à partir de leur ancêtre commun.

Ce qu'un seul poste a changé est pris. Ce que les deux ont changé autrement est un
désaccord : la version déjà partagée reste en place, l'autre est rendue entière, pour
être gardée et montrée. Rien n'est jamais choisi en silence. Ce qui ne s'oppose pas est dans les deux.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_origin

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Fin


class Fusion(msgspec.Struct, frozen=True):
    """Le fichier réuni (`None` : retiré) et, s'il y a désaccord, l'autre version, entière.

    `champs` : ce qui y diffère ; vide quand c'est le fichier entier.
    """

    octets: bytes | None
    desaccord: bool = False
    autre: bytes | None = None
    champs: tuple[str, ...] = ()


def fondre(
    base: bytes | None,
    ici: bytes | None,
    partage: bytes | None,
    chemin: str,
    genre: tuple[str, type[Fiche]] | None,
) -> Fusion:
    """Réunir la version d'`ici` et celle déjà partagée ; `genre` : identifiant et structure d'une fiche."""
    if ici in (partage, base):
        return Fusion(partage)
    if partage == base:
        return Fusion(ici)
    if ici is None or partage is None:
        # Retirée d'un côté, changée de l'autre : ce qui existe encore est gardé.
        return Fusion(ici or partage, desaccord=True, autre=None if ici else b"")
    if genre is not None:
        try:
            return _fondre_la_fiche(base, ici, partage, chemin, *genre)
        except FicheFautive:
            pass
    texte = _fondre_le_texte(*(_texte(o) for o in (base, ici, partage)))
    return Fusion(partage, desaccord=True, autre=ici) if texte is None else Fusion(texte.encode())


def _fondre_la_fiche(
    base: bytes | None, ici: bytes, partage: bytes, chemin: str, ident: str, structure: type[Fiche]
) -> Fusion:
    ancienne = _champs(base, structure, ident, chemin) if base else {}
    neuve, voulue = (_champs(o, structure, ident, chemin) for o in (ici, partage))
    reunis, champs = _reunir(ancienne, neuve, voulue, structure)
    try:
        reunie = msgspec.convert(reunis, structure)
    except msgspec.ValidationError:
        # Chaque champ est bon, leur réunion ne l'est pas : tout ce qui change ici est à trancher.
        champs = tuple(n for n in neuve if neuve[n] != ancienne.get(n) and neuve[n] != voulue.get(n))
        reunie = fiche.lire(partage, structure, ident, chemin)
    octets = _garder_la_main(base, ici, partage, reunie, chemin)
    if not champs:
        return Fusion(octets)
    a_nous, _ = _reunir(ancienne, voulue, neuve, structure)
    autre = neuve | {nom: a_nous.get(nom) for nom in champs}
    return Fusion(octets, desaccord=True, autre=_redite(ici, neuve, autre, structure, chemin), champs=champs)


def _redite(
    ici: bytes, dits: Mapping[str, Any], voulus: Mapping[str, Any], structure: type[Fiche], chemin: str
) -> bytes:
    """Notre version, où ce qui ne s'oppose pas, dans une table en désaccord, est réuni aussi."""
    if voulus == dits:
        return ici
    try:
        return fiche.modifier(ici, msgspec.convert(_sans_rien(voulus), structure), chemin)
    except msgspec.ValidationError:
        return ici


def _sans_rien(champs: Mapping[str, Any]) -> dict[str, Any]:
    return {nom: valeur for nom, valeur in champs.items() if valeur is not None}


def _reunir(
    base: Mapping[str, Any],
    ici: Mapping[str, Any],
    partage: Mapping[str, Any],
    structure: type[msgspec.Struct] | None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Les champs réunis, et le nom de ceux à trancher ; sans `structure`, une table de valeurs."""
    formes = {champ.name: champ.type for champ in structs.fields(structure)} if structure else {}
    ensembles: tuple[tuple[str, ...], ...] = getattr(structure, "ENSEMBLE", ())
    reunis = dict(partage)
    a_trancher: list[str] = []
    lies = {nom: ensemble for ensemble in ensembles for nom in ensemble}
    for nom in {**ici, **partage}:
        groupe = lies.get(nom, (nom,))
        b, i, p = ([cote.get(n) for n in groupe] for cote in (base, ici, partage))
        if i in (p, b):
            continue
        if p == b:
            reunis[nom] = ici.get(nom)
            continue
        fondu, oppose = None, ici.get(nom) != partage.get(nom)
        if len(groupe) == 1 and nom in formes:
            fondu, oppose = _fondre_le_champ(b[0], i[0], p[0], formes[nom])
        if fondu is not None:
            reunis[nom] = fondu
        if oppose:
            a_trancher.append(nom)
    for nom in _contraires(base, ici, partage, structure, lies):
        reunis[nom] = partage.get(nom)
        a_trancher += [nom] if nom not in a_trancher else []
    return _sans_rien(reunis), tuple(a_trancher)


def _contraires(
    base: Mapping[str, Any],
    ici: Mapping[str, Any],
    partage: Mapping[str, Any],
    structure: type[msgspec.Struct] | None,
    lies: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    """Les champs où l'un met fin à ce que l'autre change : aucun des deux ne l'emporte en silence."""
    fins: tuple[Fin, ...] = getattr(structure, "FINS", ())
    for fin in fins:
        finis = [_met_fin(fin, base, cote) for cote in (ici, partage)]
        if finis[0] == finis[1]:
            continue
        vivante = partage if finis[0] else ici
        if any(vivante.get(nom) != base.get(nom) for nom in fin.contre):
            en_cause = (*lies.get(fin.champ, (fin.champ,)), *fin.contre)
            yield from (nom for nom in en_cause if ici.get(nom) != partage.get(nom))


def _met_fin(fin: Fin, base: Mapping[str, Any], cote: Mapping[str, Any]) -> bool:
    valeur = cote.get(fin.champ)
    return valeur != base.get(fin.champ) and bool(valeur in fin.valeurs if fin.valeurs else valeur)


def _fondre_le_champ(base: Any, ici: Any, partage: Any, forme: Any) -> tuple[Any | None, bool]:
    """Une table réunit ses clefs, une liste ses ajouts et ses retraits, un long texte ses lignes.

    Rend ce qui se réunit (`None` : rien), et s'il reste à trancher. Une structure n'est réunie champ par
    champ que si elle dit lesquels vont ENSEMBLE ; deux règles qui s'opposent gardent chacune ses écarts.
    """
    # Vide, une table ou une liste ne s'écrit pas.
    if get_origin(forme) in (dict, tuple, list):
        vide: Any = {} if get_origin(forme) is dict else ()
        base, ici, partage = base or vide, ici or vide, partage or vide
    if isinstance(ici, Mapping) and isinstance(partage, Mapping):
        par_champ = bool(getattr(forme, "ENSEMBLE", ()))
        if not par_champ and get_origin(forme) is not dict:
            return None, True
        reunie, a_trancher = _reunir(base or {}, ici, partage, forme if par_champ else None)
        champs = {champ.name: champ.type for champ in structs.fields(forme)} if par_champ else {}
        seules = all(get_origin(champs.get(nom, dict[str, Any])) is dict for nom in a_trancher)
        return (reunie if seules else None), bool(a_trancher)
    if isinstance(ici, (list, tuple)) and isinstance(partage, (list, tuple)):
        retires = [v for v in base or () if v not in ici or v not in partage]
        ajoutes = [v for v in ici if v not in partage]
        return [v for v in (*partage, *ajoutes) if v not in retires], False
    if isinstance(ici, str) and isinstance(partage, str) and ("\n" in ici or "\n" in partage):
        texte = _fondre_le_texte(str(base or ""), ici, partage)
        return texte, texte is None
    return None, True


def _fondre_le_texte(base: str, ici: str, partage: str) -> str | None:
    """Les lignes des deux ; `None` si elles se contredisent."""
    from merge3 import Merge3

    ancetre, la, celle_ci = (texte.splitlines(keepends=True) for texte in (base, partage, ici))
    reunies: list[str] = []
    for groupe in Merge3(ancetre, la, celle_ci).merge_groups():
        if groupe[0] == "conflict":
            return None
        reunies += groupe[1]
    return "".join(reunies)


def _garder_la_main(base: bytes | None, ici: bytes, partage: bytes, reunie: Fiche, chemin: str) -> bytes:
    """Le fichier qui dit `reunie`, avec les commentaires des deux mains."""
    lignes = _fondre_le_texte(*(_texte(o) for o in (base, ici, partage)))
    if lignes is not None:
        try:
            if fiche.lire(lignes.encode(), type(reunie), reunie.id, chemin) == reunie:
                return lignes.encode()
        except FicheFautive:
            pass
    octets = fiche.modifier(partage, reunie, chemin)
    perdus = [ligne for ligne in _commentaires(ici) if ligne not in _commentaires(octets)]
    perdus = [ligne for ligne in perdus if ligne not in _commentaires(base or b"")]
    if not perdus or chemin.endswith(".md"):
        return octets
    return "".join(f"{ligne}\n" for ligne in perdus).encode() + octets


def _commentaires(octets: bytes) -> list[str]:
    return [ligne for ligne in _texte(octets).splitlines() if ligne.startswith("#")]


def _champs(octets: bytes, structure: type[Fiche], ident: str, chemin: str) -> dict[str, Any]:
    champs: dict[str, Any] = msgspec.to_builtins(fiche.lire(octets, structure, ident, chemin))
    return champs


def _texte(octets: bytes | None) -> str:
    return (octets or b"").decode("utf-8", "replace")
