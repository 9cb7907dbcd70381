"""Les règles d'une passation, sans fichier ni heure courante : rien d'ouvert ne disparaît sans un mot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import structs

from tiers_lieu_cli.journal.passation.modele import Chose, Gravite, Passation, Reglee, Rubrique
from tiers_lieu_cli.noyau.motif import motif

#: Une ligne de la relecture : « [3] faire rendre la clé ».
_LIGNE = motif(r"\[(\d{1,4})\]\s*(.*)")
#: Une remarque de l'outil, que la relecture ne garde pas ; « #atelier » est une étiquette.
_REMARQUE = motif(r"# ")
#: Une histoire plus longue se lit dans l'historique.
CHANGEMENTS = 20
#: Au-delà, on dit combien de fois plutôt que chaque fois.
_REPETE = 3


def reglees(
    avant: Iterable[Passation | None], ouvertes: Iterable[Chose], comment: Mapping[str, str]
) -> tuple[Reglee, ...]:
    """Ce que ces passations disaient ouvert et qui ne l'est plus, par son nom ; `comment` : par clé."""
    encore = {c.cle for c in ouvertes}
    finies: dict[str, Reglee] = {}
    for passation in avant:
        for c in passation.ouvertes if passation else ():
            if c.cle not in encore and c.cle not in finies:
                finies[c.cle] = Reglee(cle=c.cle, phrase=c.phrase, comment=comment.get(c.cle, ""))
    return tuple(finies.values())


def garder_les_mots(ouvertes: Iterable[Chose], avant: Passation | None) -> tuple[Chose, ...]:
    """Les mêmes choses, avec le mot qu'on en avait dit tant qu'elles restent ouvertes."""
    mots = {c.cle: c.mot for c in avant.ouvertes if c.mot} if avant else {}
    return tuple(structs.replace(c, mot=mots.get(c.cle, c.mot)) for c in ouvertes)


def gravite(ouvertes: Sequence[Chose], jour: date) -> Gravite:
    """Urgent s'il y a une urgence ; à surveiller si une salle est fermée ou une chose en retard."""
    if any(c.rubrique is Rubrique.URGENT for c in ouvertes):
        return Gravite.URGENT
    presse = any(
        c.rubrique is Rubrique.FERME
        or (c.rubrique in (Rubrique.A_FAIRE, Rubrique.DEHORS) and c.jour and c.jour < jour)
        for c in ouvertes
    )
    return Gravite.A_SURVEILLER if presse else Gravite.CALME


def ranger(ouvertes: Iterable[Chose]) -> tuple[Chose, ...]:
    """Par rubrique, la plus ancienne échéance d'abord."""
    rangs = {r: n for n, r in enumerate(Rubrique)}
    return tuple(sorted(ouvertes, key=lambda c: (rangs[c.rubrique], c.jour or date.max, c.phrase, c.cle)))


def a_relire(ouvertes: Sequence[Chose], tete: Sequence[str], mot: str = "") -> str:
    """Le texte que l'éditeur montre : le mot libre, puis une ligne par chose ouverte."""
    lignes = [*(f"# {t}" for t in tete), "", mot, ""]
    for n, c in enumerate(ouvertes, start=1):
        if c.rubrique is not Rubrique.COURT:
            lignes.append(f"[{n}] {c.phrase}")
            lignes += [f"    {ligne}" for ligne in c.mot.splitlines()]
    return "\n".join(lignes) + "\n"


def relue(texte: str, ouvertes: Sequence[Chose]) -> tuple[str, tuple[Chose, ...], int]:
    """Le mot libre, les mêmes choses avec ce qu'on y a ajouté, et combien de lignes furent ôtées.

    Une ligne ôtée ne ferme rien : la chose reste, sans mot de plus.
    """
    libre: list[str] = []
    mots: dict[int, list[str]] = {}
    la: list[str] = libre
    for ligne in texte.splitlines():
        if _REMARQUE.match(ligne):
            continue
        trouve = _LIGNE.match(ligne.strip())
        n = int(trouve[1]) - 1 if trouve else -1
        if trouve and 0 <= n < len(ouvertes):
            la = mots.setdefault(n, [])
            la.append(_commence_par(ouvertes[n].phrase).sub("", trouve[2], count=1).strip(" :—–-"))
        elif ligne.strip() and ligne[:1].isspace() and la is not libre:
            la.append(ligne.strip())
        else:
            la = libre
            la.append(ligne.rstrip())
    dites = tuple(
        structs.replace(c, mot="\n".join(filter(None, mots[n]))) if n in mots else c
        for n, c in enumerate(ouvertes)
    )
    montrees = {n for n, c in enumerate(ouvertes) if c.rubrique is not Rubrique.COURT}
    return re.sub(r"\n{3,}", "\n\n", "\n".join(libre)).strip(), dites, len(montrees - mots.keys())


def _commence_par(phrase: str) -> re.Pattern[str]:
    """La phrase en tête de ligne, où l'éditeur mentionne (« @ ») les gens que la fiche cite."""
    return re.compile("^" + re.sub(r"@?(p\\-[a-z0-9]{6})", r"@?\1", re.escape(phrase)))


def resumer(phrases: Iterable[str]) -> tuple[str, ...]:
    """Ce qui s'est fait, de la plus ancienne à la plus récente ; ce qui se répète est compté."""
    groupes: dict[str, list[str]] = {}
    for phrase in phrases:
        groupes.setdefault(re.split(r" ?[:,(«]", phrase, maxsplit=1)[0].strip(), []).append(phrase)
    lignes: list[str] = []
    for tete, dites in groupes.items():
        lignes += dites if len(dites) <= _REPETE else [f"{tete} ({len(dites)} fois)"]
    reste = len(lignes) - CHANGEMENTS
    return tuple(lignes if reste <= 0 else [*lignes[:CHANGEMENTS], f"… et {reste} autres choses"])
