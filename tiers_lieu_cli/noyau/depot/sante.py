"""L'état d'un dépôt : ce qui le rend douteux, dit en défauts situés.

Les premiers (`bloquants`) se vérifient avant chaque usage ; les autres coûtent une
lecture de l'archive et sont pour `tl verifier` (`fiabilite.md` § 3 et § 8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.echecs import Defaut

_CHANTIERS = {
    "MERGE_HEAD": "une mise en commun",
    "CHERRY_PICK_HEAD": "une reprise",
    "REVERT_HEAD": "une annulation",
    "rebase-merge": "une réécriture",
    "rebase-apply": "une réécriture",
    "BISECT_LOG": "une recherche",
}
_SECTION = re.compile(r'\[(\w+)(?: "([^"\\]*)")?\]')
_REGLAGE = re.compile(r"(\w+)\s*=\s*(.*)")
_PERMIS = re.compile(
    r"core\.(repositoryformatversion|filemode|bare|logallrefupdates|symlinks|ignorecase"
    r"|precomposeunicode|sharedrepository)|user\.(name|email|signingkey)"
    r"|remote\.(url|fetch)|branch\.(remote|merge)"
)
_OTER = "L'ôter (il pourrait lancer un programme ou cacher l'histoire), puis recommencer."
_RESTAURER = "Ne plus y écrire ; restaurer une sauvegarde, ou repartir d'un autre poste."
#: Des noms que l'archive ne doit jamais porter : git leur donne un sens.
_SPECIAUX = re.compile(r"(^|/)\.gitmodules$", re.IGNORECASE)
_LISTE = ("ls-tree", "-r", "-z", "--full-tree", "HEAD")
#: Dans une liste de l'archive, les entrées à regarder : ni un fichier ordinaire, ni un nom ordinaire.
_SUSPECTES = re.compile(rb"(?<![^\0])(?:(?!100644)[^\0]+|[^\0]*\.[gG][iI][tT][^\0]*)")


def reglages(interne: Path) -> dict[str, str]:
    """Les réglages permis de ce dépôt, sans leur sous-section ; le dernier l'emporte, comme pour git."""
    return {nom: valeur for _, nom, valeur in _lire_reglages(interne) if _PERMIS.fullmatch(nom)}


def bloquants(racine: Path) -> Iterator[Defaut]:
    """Ce qui interdit de se servir de ce dépôt, tant que ce n'est pas réglé."""
    interne = racine / ".git"
    if systeme.appartient_a_un_autre(interne):
        yield Defaut(
            str(racine),
            0,
            "ce dossier appartient à un autre compte de cet ordinateur",
            "Y travailler depuis ce compte, ou en faire une copie.",
        )
    for numero, nom, valeur in _lire_reglages(interne):
        if not _PERMIS.fullmatch(nom) or valeur.endswith("\\"):
            yield Defaut(".git/config", numero, f"l'outil n'admet pas le réglage « {nom} »", _OTER)


def chantiers(racine: Path) -> Iterator[Defaut]:
    """Ce qui interdit d'y écrire : un travail commencé par un autre outil, un état ancien."""
    interne = racine / ".git"
    for nom, chantier in _CHANTIERS.items():
        if (interne / nom).exists():
            yield Defaut(
                f".git/{nom}",
                0,
                f"{chantier} commencée dans l'archive n'est pas finie",
                "La finir ou l'abandonner avec l'outil qui l'a commencée, puis recommencer.",
            )
    if not (interne / "HEAD").read_text("utf-8", "replace").startswith("ref: refs/heads/"):
        yield Defaut(
            ".git/HEAD",
            0,
            "l'archive est ouverte sur un état ancien, où rien ne peut être ajouté",
            "Revenir à l'état présent avec l'outil qui l'a ouverte ainsi.",
        )


def cachettes(racine: Path) -> Iterator[Defaut]:
    """Ce qui, dans un dépôt reçu, lancerait un programme ou tromperait sur l'histoire."""
    interne = racine / ".git"
    crochets = interne / "hooks"
    for crochet in sorted(crochets.iterdir()) if crochets.is_dir() else ():
        if not crochet.name.endswith(".sample"):
            yield Defaut(f".git/hooks/{crochet.name}", 0, "un programme attend d'être lancé ici", _OTER)
    for nom in ("info/grafts", "objects/info/alternates", "info/attributes", "commondir", "config.worktree"):
        if (interne / nom).exists():
            yield Defaut(f".git/{nom}", 0, "ce fichier change ce que l'archive montre", _OTER)
    for ligne in git.git(racine, "for-each-ref", "--format=%(refname)", "refs/replace/").decode().split():
        yield Defaut(f".git/{ligne}", 0, "un contenu est remplacé par un autre", _OTER)


def entree_etrangere(mode: str, empreinte: str, chemin: str, attributs: str) -> Iterator[Defaut]:
    """Les défauts d'une entrée de l'archive ; `attributs` : l'empreinte de notre `.gitattributes`."""
    sorte = {"120000": "un lien vers ailleurs", "160000": "un dépôt étranger"}.get(mode)
    if sorte:
        yield Defaut(chemin, 0, f"{sorte} n'a pas sa place dans l'archive", "Le retirer du lieu.")
    elif mode == "100755":
        yield Defaut(chemin, 0, "un programme n'a pas sa place dans l'archive", "Le retirer du lieu.")
    if _SPECIAUX.search(chemin) or (
        chemin.lower().endswith(".gitattributes") and (chemin != ".gitattributes" or empreinte != attributs)
    ):
        yield Defaut(
            chemin, 0, "ce fichier change la façon de lire l'archive", "Remettre celui d'un lieu neuf."
        )


class Relecture:
    """La relecture de tout ce qui est enregistré, menée à côté pendant qu'on lit les fiches.

    `attributs` : l'empreinte de notre `.gitattributes`.
    """

    def __init__(self, racine: Path, attributs: str) -> None:
        self._attributs = attributs
        self._objets = git.commencer(racine, "fsck", "--full", "--no-dangling", "--no-progress")
        self._liste = git.commencer(racine, *_LISTE)

    def defauts(self) -> Iterator[Defaut]:
        """Attendre la fin ; ce qui ne se relit pas, et ce que l'archive ne doit pas contenir."""
        try:
            for suspecte in _SUSPECTES.finditer(self._liste()):
                yield from entree_etrangere(*_entree(suspecte[0]), self._attributs)
        except GitRefuse:
            yield Defaut(".git/HEAD", 0, "le dernier enregistrement ne se relit pas", _RESTAURER)
        try:
            self._objets()
        except GitRefuse as refus:
            premiere = (refus.erreur or refus.sortie).strip().splitlines() or [""]
            yield Defaut(
                ".git/objects",
                0,
                f"un contenu enregistré est abîmé ou manque ({premiere[0]})",
                _RESTAURER,
            )


def suivis(racine: Path) -> dict[str, str]:
    """Chaque chemin enregistré et l'empreinte de son contenu ; vide avant tout enregistrement."""
    try:
        liste = git.git(racine, *_LISTE)
    except GitRefuse:
        return {}
    entrees = (_entree(ligne) for ligne in liste.split(b"\0") if ligne)
    return {chemin: empreinte for _, empreinte, chemin in entrees}


def _entree(ligne: bytes) -> tuple[str, str, str]:
    tete, _, chemin = ligne.decode("utf-8", "replace").partition("\t")
    mode, _, empreinte = tete.split()
    return mode, empreinte, chemin


def _lire_reglages(interne: Path) -> Iterator[tuple[int, str, str]]:
    """(ligne, nom, valeur) de chaque réglage ; une ligne qu'on ne comprend pas est son propre nom."""
    section = ""
    texte = (interne / "config").read_text("utf-8", "replace")
    for numero, brute in enumerate(texte.splitlines(), start=1):
        ligne = brute.strip()
        if not ligne or ligne[0] in "#;":
            continue
        if titre := _SECTION.fullmatch(ligne):
            section = titre[1].lower()
            continue
        reglage = _REGLAGE.fullmatch(ligne)
        if reglage:
            yield numero, f"{section}.{reglage[1].lower()}", reglage[2].strip('"')
        else:
            yield numero, ligne, ""
