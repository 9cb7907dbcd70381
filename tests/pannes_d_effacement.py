"""Un effacement, et la mise en commun qui le reçoit, coupés à chaque pas : ce qui n'aurait pas dû arriver."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import coupure
from effacements import EFFACER, PERSONNE, ou_se_lisent, registre, rejoindre
from pannes import Issue, Panne, Vue, copier, jouer
from soutien import Lieu, git, lancer

MOTS = ("Omar Yıldız", "Yıldız", "omar@exemple.be")
_AU_PLUS = 900


def couper_l_effacement(
    lieu: Lieu, dossier: Path, sorte: str, entre: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Effacer Omar, coupé à un pas sur `entre` ; pour chacun, ses fautes."""
    mots = _omar_a_effacer(lieu)
    yield from _couper(lieu, dossier, mots, sorte, entre, {"Karim Haddad"})


def courant_coupe(lieu: Lieu, dossier: Path, entre: int = 1) -> Iterator[Vue]:
    """Effacer Omar, et le courant coupé : effacé, il ne revient pas ; sinon, la suite finit, ou rien."""
    mots = _omar_a_effacer(lieu)

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        return list(_fautes(copie, mots, issue, {"Karim Haddad"})), False

    yield from coupure.eprouver(lieu, mots, dossier, juger, entre)


def _omar_a_effacer(lieu: Lieu) -> tuple[str, ...]:
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    omar = lieu.id(*PERSONNE, "creer", "Omar Yıldız", "--courriel", "omar@exemple.be")
    lieu.faire("journal", "noter", f"Vu @{omar}")
    return (*EFFACER, omar, "--oui")


def couper_le_changement_d_epoque(
    lieu: Lieu, dossier: Path, entre: int = 1
) -> Iterator[tuple[int, list[str]]]:
    """Le poste en retard, qui a de quoi envoyer, tué pendant qu'il se réaligne."""
    moyeu = dossier / "moyeu-epoque"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("moyeu", "relier", str(moyeu))
    omar = lieu.id(*PERSONNE, "creer", "Omar Yıldız", "--courriel", "omar@exemple.be")
    lieu.faire("synchroniser")
    la = rejoindre(moyeu, dossier / "la-epoque")
    la.faire(*PERSONNE, "creer", "Nora")
    lieu.faire(*EFFACER, omar, "--oui")
    lieu.faire("synchroniser")
    yield from _couper(la, dossier, ("synchroniser",), "mort", entre, {"Nora"})


def _couper(
    lieu: Lieu, dossier: Path, mots: tuple[str, ...], sorte: str, entre: int, restent: set[str]
) -> Iterator[tuple[int, list[str]]]:
    for pas in range(1, _AU_PLUS, entre):
        copie = copier(lieu, dossier / f"pas-{sorte}-{pas}")
        issue = jouer(copie, mots, Panne(sorte, pas), dossier / "trace")
        fautes = list(_fautes(copie, mots, issue, restent))
        shutil.rmtree(copie.racine)
        yield pas, fautes
        if issue.pas < pas:
            return
    yield _AU_PLUS, ["cela n'en finit pas"]


def _fautes(copie: Lieu, mots: tuple[str, ...], issue: Issue, restent: set[str]) -> Iterator[str]:
    if "Traceback" in issue.dit:
        yield f"un bogue montré : {issue.dit}"
    if issue.code > 0 and not issue.dit.strip():
        yield "un échec sans un mot"
    if _noms(copie) - {"Omar Yıldız"} != restent:
        yield "quelqu'un d'autre a disparu"
    # N'importe quelle écriture finit ce qui était commencé, ou constate que rien ne l'était.
    suivante = mots if mots == ("synchroniser",) else ("journal", "noter", "La suite")
    if copie.faire(*suivante, code=None).code:
        if copie.faire("reprise", "--oui", code=None).code not in (0, 1):
            yield "la reprise échoue"
        if (suite := copie.faire(*suivante, code=None)).code:
            yield f"la suite échoue : {suite}"
    efface = "Omar Yıldız" not in _noms(copie)
    if (issue.acquittee or suivante == mots) and not efface:
        yield "dit effacé, et présent"
    if efface:
        yield from (f"reste : {ou}" for ou in ou_se_lisent(registre(copie), *MOTS))
    if git(registre(copie), "fsck", "--strict", "--no-dangling").strip():
        yield "le registre est abîmé"
    if git(registre(copie), "status", "--porcelain"):
        yield "le registre n'est pas propre"


def _noms(lieu: Lieu) -> set[str]:
    return {p["nom"] for p in lieu.faire(*PERSONNE, "liste", "--json").json}
