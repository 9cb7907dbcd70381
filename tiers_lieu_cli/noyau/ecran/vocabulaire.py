"""Les mots d'avant, compris encore une version, et ceux d'aujourd'hui (docs/vocabulaire.md).

Une option y est chez elle partout : une commande qui n'a plus l'ancienne comprend celle-ci comme la
première de ses remplaçantes qu'elle a : une option (« --de »), ou un argument, dit à sa place (« qui »).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from typer._click.core import Parameter

from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Ce que ces options attendent, dans toute commande.
ATTENDUS: Mapping[str, str] = {"--le": "JOUR", "--du": "JOUR", "--au": "JOUR", "--quand": "MOMENT"}
#: Ce qu'un argument dit attendre.
_QUI, _JOUR = "@QUI", "JOUR"
#: L'ancienne option, seule ou dans une commande (« espace cle remettre --pour »), et ce qui la remplace.
ANCIENNES: Mapping[str, tuple[str, ...]] = {
    "espace cle remettre --pour": ("--objet",),
    "accueil suivi noter --pour": ("--prochain-le",),
    "accueil suivi modifier --pour": ("--prochain-le",),
    "stock reserver --avec": ("--reservation",),
    "espace libre --avec": ("--equipement",),
    "--personne": ("@QUI", "mots", "--de"),
    "--qui": ("@QUI",),
    "--a": ("@QUI", "--pour"),
    "--pour": ("--le", "--objet"),
    "--par": ("--selon", "--moyen"),
    "--jour": ("--le",),
    "--date": ("--le",),
    "--entendu": ("--le",),
    "--obtenue": ("--le",),
    "--arrivee": ("--le",),
    "--depuis": ("--du",),
    "--a-partir-de": ("--du",),
    "--du": ("JOUR",),
    "--jusqua": ("--au",),
    "--raison": ("--motif",),
    "--remarque": ("--note",),
    "--mot": ("--note",),
    "--suite": ("--note",),
    "--tous": ("--tout",),
    "--toutes": ("--tout",),
}


class Traduits(msgspec.Struct, frozen=True):
    """Les mots d'une commande, dits d'aujourd'hui ; ce qui va à un argument ; ce qu'il faut en dire."""

    mots: list[str]
    arguments: dict[str, list[str]]
    phrases: list[str]

    def completer(self, param: Parameter, dit: Any) -> Any:
        """Ce qu'un argument reçoit, avec ce qui lui venait d'une option d'avant."""
        venus = self.arguments.get(param.name or "", [])
        if param.nargs == -1:
            return (*(dit or ()), *venus) or dit
        if len(venus) + (dit is not None) > 1:
            raise ErreurUsage(f"« {venus[-1]} » : c'est dit deux fois.", "N'en garder qu'un.")
        return dit if dit is not None else next(iter(venus), None)


def traduire(chemin: str, mots: Iterable[str], params: Iterable[Parameter]) -> Traduits:
    """Comprendre les options d'avant de la commande `chemin` (« prog inscrire »)."""
    connus = {dit: p for p in params for dit in _noms(p)}
    dits, arguments, phrases = list[str](), dict[str, list[str]](), list[str]()
    restants = iter(mots)
    for mot in restants:
        if mot == "--":
            dits += [mot, *restants]
            break
        ancienne, egal, valeur = mot.partition("=")
        neuve = _neuve(chemin, ancienne, connus) if ancienne.startswith("--") else ""
        if not neuve:
            dits.append(mot)
        elif neuve.startswith("--"):
            phrases.append(f"« {ancienne} » se dit maintenant « {neuve} » ; c'est ce qui est compris.")
            dits.append(f"{neuve}{egal}{valeur}")
        else:
            phrases.append(
                f"« {ancienne} » ne se dit plus : on met {_JOUR if neuve == _JOUR else _QUI} à sa place."
            )
            valeur = valeur if egal else next(restants, "")
            if valeur:
                valeur = valeur if neuve == _JOUR or valeur.startswith("@") else f"@{valeur}"
                arguments.setdefault(connus[neuve].name or "", []).append(valeur)
    return Traduits(dits, arguments, phrases)


def _neuve(chemin: str, ancienne: str, connus: Mapping[str, Any]) -> str:
    if ancienne in connus:
        return ""
    remplacantes = ANCIENNES.get(f"{chemin} {ancienne}") or ANCIENNES.get(ancienne, ())
    return next((neuve for neuve in remplacantes if neuve in connus), "")


def _noms(param: Parameter) -> tuple[str, ...]:
    """Ce qui désigne un paramètre ici : ses options ; d'un argument, son nom et ce qu'on y écrit."""
    if param.param_type_name == "option":
        return (*param.opts, *param.secondary_opts)
    return param.name or "", str(getattr(param, "metavar", "") or "").strip("[]…")
