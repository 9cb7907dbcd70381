"""Réécrire l'histoire du registre sans quelqu'un, dans un dépôt à part : rien d'autre n'y change."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.ecriture import message
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot
from tiers_lieu_cli.noyau.depot.objets import Arbres, Objets
from tiers_lieu_cli.noyau.depot.purge import A_PART
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, PERSONNES, Effacee, Personne

#: L'action que l'histoire retient ; elle ne s'annule pas.
ACTION = "donnees.effacer"
_TETE = "refs/heads/main"
#: Une fiche de désaccord garde l'autre version d'une fiche de personne, et porte son nom.
_DESACCORD = re.compile(r"journal/desaccords/.*-(p-[a-z0-9]{6})-[0-9a-f]{8}\.md", re.ASCII)


class EncoreNommee(Echec):
    """D'autres fichiers du registre nomment la personne qu'on efface."""

    def __init__(self, chemins: Iterable[str]) -> None:
        super().__init__(
            f"Son nom est aussi écrit dans : {', '.join(sorted(chemins))} (registre).",
            "L'y ôter d'abord, puis : tl enregistrer, et recommencer. Rien n'est effacé.",
        )


class Effacement(msgspec.Struct, frozen=True):
    """Qui disparaît (`ident`), sous quels noms de fiche il a vécu (`anciens`, lui compris), et quand."""

    ident: str
    anciens: frozenset[str]
    le: date


class _Traces(msgspec.Struct, frozen=True):
    """Ce qui parle d'un effacé hors de sa fiche : d'anciens contenus, des mots d'une phrase d'histoire."""

    contenus: frozenset[str]
    mots: frozenset[str]


def concerne(chemin: str, idents: frozenset[str]) -> bool:
    """Ce fichier du registre est-il la fiche de l'une de ces personnes, ou un désaccord sur elle ?"""
    desaccord = _DESACCORD.fullmatch(chemin)
    return (desaccord[1] if desaccord else PERSONNES.genre.ident(chemin)) in idents


@contextmanager
def a_part(depot: Depot) -> Iterator[DepotNu]:
    """Un dépôt provisoire dans celui-ci ; une panne n'en laisse qu'un dossier à ôter."""
    racine = depot.interne / A_PART
    shutil.rmtree(racine, ignore_errors=True)
    racine.mkdir(mode=0o700)
    try:
        git.initialiser(racine, nu=True)
        yield DepotNu(racine)
    finally:
        shutil.rmtree(racine, ignore_errors=True)


def reecrire(
    part: DepotNu, effacements: list[Effacement], identite: dict[str, str], signature: tuple[str, ...]
) -> str:
    """Ôter ces personnes de toute l'histoire de `part`, y poser leur trace ; rend la nouvelle tête."""
    idents = frozenset(i for e in effacements for i in e.anciens)
    traces = _chercher_les_traces(part, idents)
    _filtrer(part, idents, traces)
    return _marquer(part, effacements, identite, signature)


def _chercher_les_traces(part: DepotNu, idents: frozenset[str]) -> _Traces:
    """Lire toute l'histoire : les fiches des effacés disent leurs noms ; on les cherche partout ailleurs."""
    objets = Objets(part.racine, part.env)
    contenus = _contenus(part)
    detecteur = Detecteur(
        personne
        for empreinte, chemin in contenus
        if PERSONNES.genre.ident(chemin) in idents
        for personne in _lues(objets, empreinte, chemin)
    )
    presents = {empreinte for empreinte, _ in _contenus(part, "--no-walk")}
    ailleurs = {
        empreinte: chemin
        for empreinte, chemin in contenus
        if not concerne(chemin, idents) and any(detecteur.nommes(_prose(objets, empreinte, chemin)))
    }
    if encore := {chemin for empreinte, chemin in ailleurs.items() if empreinte in presents}:
        raise EncoreNommee(encore)
    phrases = part.git("log", "--format=%B", _TETE).decode("utf-8", "replace")
    mots = frozenset(indice.extrait for indice in detecteur.nommes(phrases))
    return _Traces(frozenset(ailleurs), mots)


def _contenus(part: DepotNu, *choix: str) -> list[tuple[str, str]]:
    """(empreinte, chemin) de chaque contenu de l'histoire, ou du seul dernier état."""
    sortie = part.git("rev-list", "--objects", *choix, _TETE).decode("utf-8", "replace")
    paires = (ligne.partition(" ") for ligne in sortie.splitlines())
    return [(empreinte, chemin) for empreinte, _, chemin in paires if chemin.endswith((".yaml", ".md"))]


def _lues(objets: Objets, empreinte: str, chemin: str) -> list[Personne]:
    lu = objets.lire(empreinte)
    try:
        return [fiche.lire(lu[2], Personne, PERSONNES.genre.ident(chemin) or "", chemin)] if lu else []
    except FicheFautive:
        return []


def _prose(objets: Objets, empreinte: str, chemin: str) -> str:
    """Ce qu'un fichier dit d'autrui : d'une fiche de personne, son seul texte libre."""
    if PERSONNES.genre.ident(chemin) and (lues := _lues(objets, empreinte, chemin)):
        return f"{lues[0].portrait}\n{lues[0].autre}"
    lu = objets.lire(empreinte)
    return lu[2].decode("utf-8", "replace") if lu else ""


def _filtrer(part: DepotNu, idents: frozenset[str], traces: _Traces) -> None:
    mots = ["--force", "--quiet", "--invert-paths"]
    for ident in sorted(idents):
        mots += [
            "--path",
            PERSONNES.genre.chemin(ident),
            "--path-glob",
            f"journal/desaccords/*-{ident}-????????.md",
        ]
    if traces.contenus:
        mots += ["--strip-blobs-with-ids", str(_poser(part, "contenus", traces.contenus))]
    if traces.mots:
        regles = frozenset(f"literal:{mot}==>une personne effacée" for mot in traces.mots)
        mots += ["--replace-message", str(_poser(part, "mots", regles))]
    fini = subprocess.run(
        [sys.executable, "-I", "-m", "git_filter_repo", *mots],
        cwd=part.racine,
        env=part.env,
        capture_output=True,
        check=False,
    )
    if fini.returncode:
        raise EchecDuDepot(
            "L'histoire du registre n'a pas pu être réécrite.",
            "Rien n'est effacé. L'examiner : tl verifier",
            fini.stderr.decode("utf-8", "replace"),
        )


def _poser(part: DepotNu, nom: str, lignes: frozenset[str]) -> Path:
    fichier = part.racine / nom
    fichier.write_text("".join(f"{ligne}\n" for ligne in sorted(lignes)), "utf-8")
    return fichier


def _marquer(
    part: DepotNu, effacements: list[Effacement], identite: dict[str, str], signature: tuple[str, ...]
) -> str:
    """Un enregistrement de plus : il ne reste d'eux que l'identifiant et le jour."""
    objets, env = Objets(part.racine, part.env), identite | part.env
    changes: dict[tuple[str, ...], str | None] = {}
    for e in effacements:
        chemin = EFFACEES.genre.chemin(e.ident)
        contenu = fiche.ecrire(Effacee(id=e.ident, le=e.le), chemin)
        blob = part.git("hash-object", "-w", "--no-filters", "--stdin", entree=contenu).decode().strip()
        changes[tuple(chemin.split("/"))] = blob
    arbre = objets.lire(f"{_TETE}^{{tree}}")
    with Arbres(part.racine, env) as arbres:
        racine = arbres.rebatir(objets, arbre[0] if arbre else None, changes)
    objets.fermer()
    qui = ", ".join(e.ident for e in effacements)
    texte = message(f"Effacement : {qui}", ACTION, ("/".join(c) for c in changes))
    signer = ["-S"] if signature else []
    mots = (*signature, "commit-tree", *signer, str(racine), "-p", _TETE)
    neuve = git.git(part.racine, *mots, entree=texte, env=env).decode().strip()
    part.git("update-ref", _TETE, neuve)
    return neuve
