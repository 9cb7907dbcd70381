"""Ce qu'un agenda dit maintenant, ce qu'il disait, ce qu'on en a fait ici : réunis champ par champ.

Ce qui n'a pas changé ici prend ce que l'agenda dit ; ce qui a changé ici y reste. Une série a, outre
ses champs, une part par date écartée : sauter une date ici n'empêche pas l'agenda d'en déplacer une autre.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.recurrence import Ecart
from tiers_lieu_cli.noyau.texte import sha256
from tiers_lieu_cli.prog.modele import Etat, Evenement, Origine
from tiers_lieu_cli.prog.serie.modele import Serie

F = TypeVar("F", bound=Evenement | Serie)
#: Ce qui vient de l'agenda, et comment on le dit à qui demande ce qui a été gardé.
_COMMUNES = {
    "titre": ("titre",),
    "lieu": ("ailleurs",),
    "description": ("description",),
    "lien": ("lien",),
    "etat": ("etat",),
    "etiquettes": ("etiquettes",),
    "interne": ("interne",),
}
_DE_L_EVENEMENT = {**_COMMUNES, "quand": ("debut", "fin")}
_DE_LA_REGLE = {"quand": ("regle", "debut", "fin"), "du": ("du",), "au": ("au",)}
#: « +2026-12-24 » : une date ajoutée, à part des autres.
_AJOUT = "+"
#: Ce que l'import pose sans que l'agenda le dise.
_POSES = frozenset({"id", "origine", "calendrier", "publics", "suite_de", "recurrence", "motif"})
#: Des chiffres de suite passeraient pour un numéro de téléphone : une empreinte n'est que de lettres.
EN_LETTRES = str.maketrans("0123456789", "ghijklmnop")
_DEFAUTS = ("", (), False, None, Etat.CONFIRME)

Parts = dict[str, object]


def parts(fiche: Evenement | Serie) -> Parts:
    """Ce que la fiche dit, part par part."""
    if isinstance(fiche, Evenement):
        return {nom: tuple(getattr(fiche, c) for c in champs) for nom, champs in _DE_L_EVENEMENT.items()}
    regle = fiche.recurrence
    dites: Parts = {nom: tuple(getattr(fiche, c) for c in champs) for nom, champs in _COMMUNES.items()}
    dites |= {nom: tuple(getattr(regle, c) for c in champs) for nom, champs in _DE_LA_REGLE.items()}
    return {**dites, **{nom_d_ajout(jour): (jour,) for jour in regle.ajouts}, **regle.ecarts}


def nom_d_ajout(jour: str) -> str:
    """Sous quel nom une date ajoutée est une part."""
    return f"{_AJOUT}{jour}"


def est_un_ajout(nom: str) -> bool:
    """Cette part est-elle une date ajoutée ?"""
    return nom.startswith(_AJOUT)


def _empreinte(part: object) -> str:
    """Vide pour ce qu'on ne dit pas."""
    if part is None or (isinstance(part, tuple) and all(valeur in _DEFAUTS for valeur in part)):
        return ""
    return sha256(msgspec.json.encode(part))[:8].translate(EN_LETTRES)


def empreintes(dites: Mapping[str, object]) -> str:
    """De quoi se souvenir de ce qui fut lu, sur une ligne."""
    return _ecrire({nom: _empreinte(part) for nom, part in dites.items()})


def _ecrire(lues: Mapping[str, str]) -> str:
    return " ".join(f"{nom}={empreinte}" for nom, empreinte in sorted(lues.items()) if empreinte)


def lues(fiche: Evenement | Serie) -> dict[str, str]:
    """Ce que l'agenda disait, d'après la fiche."""
    ecrite = fiche.origine.empreinte if fiche.origine else ""
    return dict(mot.split("=", 1) for mot in ecrite.split() if "=" in mot)


def reunir(
    connue: F, voulue: F, seulement: Collection[str] | None = None, *, coupures: Collection[str] = ()
) -> tuple[F, tuple[str, ...]]:
    """La fiche connue, avec ce que l'agenda dit maintenant ; et les champs changés des deux côtés.

    `seulement` : les parts dont l'agenda parle, s'il ne dit pas tout. `coupures` : les bornes d'un morceau
    de série, qui suivent l'agenda tant que le rythme n'a pas changé ici.
    """
    ici, la_bas, avant = parts(connue), parts(voulue), lues(connue)
    suivies = coupures if _empreinte(ici["quand"]) == avant.get("quand", "") else ()
    prises: Parts = dict(ici)
    gardes = []
    for nom in sorted(ici.keys() | la_bas.keys()):
        neuve = la_bas.get(nom)
        if ici.get(nom) == neuve or (seulement is not None and nom not in seulement):
            continue
        if _empreinte(ici.get(nom)) == avant.get(nom, "") or nom in suivies:
            prises[nom] = neuve
        elif _empreinte(neuve) != avant.get(nom, ""):
            gardes.append(nom)
    try:
        posee = _poser(connue, prises)
    except ValueError:
        # Leur début et notre fin, ou l'inverse, ne vont pas ensemble.
        mixtes = [nom for nom in _DE_LA_REGLE if prises.get(nom) != ici.get(nom)]
        posee = _poser(connue, prises | {nom: ici[nom] for nom in mixtes})
        gardes += mixtes
    dites = lues(voulue)
    if seulement is not None:
        dites = {**avant, **{nom: dites.get(nom, "") for nom in seulement}}
    assert voulue.origine is not None
    origine = structs.replace(voulue.origine, empreinte=_ecrire(dites))
    reunie = structs.replace(posee, origine=origine)
    if reunie.etat != connue.etat:
        reunie = structs.replace(reunie, motif="")
    return reunie, tuple(gardes)


def _poser(connue: F, prises: Parts) -> F:
    champs = _DE_L_EVENEMENT if isinstance(connue, Evenement) else _COMMUNES
    valeurs = {c: v for nom, noms in champs.items() for c, v in zip(noms, _tuple(prises[nom]), strict=True)}
    if isinstance(connue, Evenement):
        return structs.replace(connue, **valeurs)
    de_la_regle = {
        c: v for nom, noms in _DE_LA_REGLE.items() for c, v in zip(noms, _tuple(prises[nom]), strict=True)
    }
    ajouts = tuple(sorted(nom[1:] for nom, part in prises.items() if part and est_un_ajout(nom)))
    nue = structs.replace(connue.recurrence, **de_la_regle, ajouts=ajouts, ecarts={})
    ecarts = {cle: e for cle, e in sorted(prises.items()) if isinstance(e, Ecart)}
    # Ce qui changeait une date que la série n'a plus ne change rien.
    vivants = {cle: e for cle, e in ecarts.items() if recurrence.prevue(nue, cle)}
    return structs.replace(connue, **valeurs, recurrence=structs.replace(nue, ecarts=vivants))


def _tuple(part: object) -> tuple[object, ...]:
    assert isinstance(part, tuple)
    return part


def dire_origine(fiche: F, origine: Origine) -> F:
    """La fiche, telle qu'elle est, devient ce que l'agenda en dit."""
    return structs.replace(fiche, origine=structs.replace(origine, empreinte=empreintes(parts(fiche))))


def dire_parts(fiche: F, noms: Iterable[str]) -> F:
    """La fiche, où ces seules parts deviennent ce que l'agenda en dit."""
    assert fiche.origine is not None
    siennes = parts(fiche)
    dites = {**lues(fiche), **{nom: _empreinte(siennes.get(nom)) for nom in noms}}
    return structs.replace(fiche, origine=structs.replace(fiche.origine, empreinte=_ecrire(dites)))


def annuler(fiche: F, lue: tuple[int, str]) -> F:
    """La fiche, telle que l'agenda l'annule."""
    assert fiche.origine is not None
    origine = structs.replace(fiche.origine, version=ecrire_version(lue))
    return dire_parts(structs.replace(fiche, etat=Etat.ANNULE, origine=origine), ("etat",))


def est_intacte(fiche: Evenement | Serie, sauf: Collection[str] = ()) -> bool:
    """N'a-t-on rien changé ni ajouté ici à ce qui fut lu ? `sauf` : les parts qu'on ne regarde pas."""
    avant = lues(fiche)
    if any(_empreinte(part) != avant.get(n, "") for n, part in parts(fiche).items() if n not in sauf):
        return False
    siens = {c for champs in _DE_L_EVENEMENT.values() for c in champs}
    return not any(
        getattr(fiche, champ) not in (*_DEFAUTS, 0)
        for champ in fiche.__struct_fields__
        if champ not in siens | _POSES and champ != "si_ferme"
    )


def version(ecrite: str) -> tuple[int, str]:
    """SEQUENCE et DTSTAMP, tels que la fiche les garde."""
    rang, _, estampille = ecrite.partition(" ")
    return int(rang or 0) if (rang or "0").isdigit() else 0, estampille


def ecrire_version(lue: tuple[int, str]) -> str:
    """« 1 20261102T000000Z » ; vide pour ce qu'on ne dit pas."""
    return f"{lue[0]} {lue[1]}".strip() if lue != (0, "") else ""


def est_plus_vieille(lue: tuple[int, str], connue: tuple[int, str]) -> bool:
    """SEQUENCE d'abord ; à SEQUENCE égale, DTSTAMP, si les deux en ont un."""
    if lue[0] != connue[0]:
        return lue[0] < connue[0]
    return bool(lue[1] and connue[1]) and lue[1] < connue[1]


def rien_de_neuf(connue: F, reunie: F) -> bool:
    """N'y a-t-il rien à écrire ? Une estampille de plus n'est pas un changement : des outils la refont."""
    if connue.origine is None or reunie.origine is None:
        return connue == reunie
    meme_rang = version(connue.origine.version)[0] == version(reunie.origine.version)[0]
    origine = structs.replace(reunie.origine, version=connue.origine.version)
    return meme_rang and structs.replace(reunie, origine=origine) == connue
