"""Les commandes que l'outil propose : les trouver dans ce qu'il dit, et les relire comme il les recevrait."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from repertoire import TOUTES
from typer._click.core import Command

PAQUET = Path(__file__).parents[1] / "tiers_lieu_cli"
#: Où commence une commande ; ni « --tl », ni « https://tl ».
_DEBUT = re.compile(r"(?<![\w/.'’-])tl (?=[a-z-])")
#: Où elle finit, hors des guillemets.
_FIN = re.compile(
    r"\n|  | · | [;:] |, ?(?:puis|ou) | (?:puis|ou|et|pour) |[)»`]|, (?=[a-zàé])| \((?!…)|[.,;:?!]+(?=\s|$)"
)
#: Ce qu'une variable y vaut : un mot ordinaire.
MOT = "7k2m"
#: Une place à remplir, et non un mot qu'on taperait.
_A_REMPLIR = re.compile(r"…|\.\.\.|^[A-ZÉ][A-ZÉ_-]{2,}$|\w\|\w|[\[\]<>]")


def dans(texte: str) -> Iterator[str]:
    """Les commandes qu'un texte propose, jusqu'où on les collerait."""
    for debut in _DEBUT.finditer(texte):
        yield _jusqu_au_bout(texte[debut.start() :])


def _jusqu_au_bout(texte: str) -> str:
    ouvert, rang = "", 0
    while rang < len(texte):
        signe = texte[rang]
        if ouvert:
            ouvert = "" if signe == ouvert else ouvert
        elif signe in "\"'" and (texte[rang - 1].isspace() or texte[rang - 1] == "="):
            ouvert = signe
        elif _FIN.match(texte, rang):
            break
        rang += 1
    return texte[:rang].rstrip()


def faute(commande: str) -> str:
    """Ce qui empêcherait de la coller telle quelle ; vide si elle se comprend."""
    try:
        mots = shlex.split(commande)[1:]
    except ValueError:
        return "un guillemet n'est pas fermé"
    while mots and mots[0] in ("--au", "--lieu"):
        mots = mots[2:]
    if MOT in mots[:3] and not any(tuple(mots[:n]) in TOUTES for n in range(1, 4)):
        # Un verbe que le programme choisit : c'est en le jouant qu'on le lit.
        return ""
    nom = next((tuple(mots[:n]) for n in range(len(mots), 0, -1) if tuple(mots[:n]) in TOUTES), ())
    if not nom:
        groupe = tuple(m for m in mots if not m.startswith("-"))
        return "" if any(c[: len(groupe)] == groupe for c in TOUTES) else "cette commande n'existe pas"
    if a_remplir := [mot for mot in mots if _A_REMPLIR.search(mot)]:
        return f"« {a_remplir[0]} » reste à remplir"
    return _options(TOUTES[nom], mots[len(nom) :])


def _options(commande: Command, mots: list[str]) -> str:
    """Les options sont les siennes, avec leur valeur, et il n'y a pas trop de mots."""
    connues = {o: p for p in commande.params for o in (*p.opts, *p.secondary_opts)}
    places = [p for p in commande.params if p.param_type_name == "argument"]
    restent, libres = list(mots), 0
    while restent:
        mot, egal, _ = restent.pop(0).partition("=")
        if mot == "--help":
            return ""
        if not mot.startswith("--"):
            # Une variable vaut un mot, une option, ou rien.
            libres += mot != MOT
        elif mot not in connues and MOT not in mot:
            return f"{mot} n'est pas une de ses options"
        elif not (egal or getattr(connues.get(mot), "is_flag", False)):
            # La dernière valeur se demande.
            _ = restent and restent.pop(0)
    if libres > len(places) and all(p.nargs != -1 for p in places):
        return f"{libres} mots, pour {len(places)} places"
    return ""


def litteraux() -> Iterator[tuple[str, str]]:
    """(où, texte) pour chaque texte du source qui n'est pas une docstring ; une variable y est un mot."""
    for fichier in sorted(PAQUET.rglob("*.py")):
        if fichier.name == "montants.py":
            # « tl » y est la livre turque.
            continue
        arbre = ast.parse(fichier.read_text("utf-8"))
        noeuds = list(ast.walk(arbre))
        corps = [
            n.body[0] for n in noeuds if isinstance(n, (ast.Module, ast.ClassDef, ast.FunctionDef)) and n.body
        ]
        tus = {id(b.value) for b in corps if isinstance(b, ast.Expr)}
        tus |= {id(v) for n in noeuds if isinstance(n, ast.JoinedStr) for v in ast.walk(n) if v is not n}
        for noeud in noeuds:
            if id(noeud) in tus:
                continue
            if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str):
                yield f"{fichier.relative_to(PAQUET)}:{noeud.lineno}", noeud.value
            elif isinstance(noeud, ast.JoinedStr):
                morceaux = (v.value if isinstance(v, ast.Constant) else MOT for v in noeud.values)
                yield f"{fichier.relative_to(PAQUET)}:{noeud.lineno}", "".join(map(str, morceaux))
