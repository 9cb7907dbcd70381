"""`tl adopter` : reprendre un lieu reçu dans un dossier neuf, où rien d'étranger n'entre.

Git n'est jamais lancé chez lui : ses contenus sont copiés un à un, relus, et rangés dans un dépôt
dont les réglages sont les nôtres.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import partage
from tiers_lieu_cli.ensemble.etats_du_disque import Racine
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import poste
from tiers_lieu_cli.noyau.depot import git
from tiers_lieu_cli.noyau.depot.arbre import taille_permise
from tiers_lieu_cli.noyau.depot.depot import Depot, DepotNu
from tiers_lieu_cli.noyau.depot.git import EchecDuDepot, GitRefuse
from tiers_lieu_cli.noyau.depot.poses import chemin_permis
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.lieu import REGLAGES
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import dossier_neuf

app = Application()
#: Les dépôts emboîtés dans celui de l'archive.
_EMBOITES = ("registre", "finance")
_A_PART = "tiers-lieu.recu"
_BRANCHE = motif(rb"ref: (refs/heads/\w[\w.-]*)\n?", re.ASCII)
_EMPREINTE = motif(rb"[0-9a-f]{40}")
_TAILLE_D_UNE_LISTE = 16 * 1024 * 1024


@app.action("adopter")
def adopter(
    ctx: typer.Context,
    recu: Annotated[Path, typer.Argument(help="Le lieu reçu, ou celui que l'outil refuse d'ouvrir.")],
    dossier: Annotated[
        Path | None, typer.Argument(help="Où le reprendre, neuf ou vide ; sinon, à côté de lui.")
    ] = None,
    json: Json = False,
) -> None:
    """Reprendre un lieu reçu dans un dossier neuf, sans rien de ce qui pourrait s'y exécuter.

    Tout ce qu'il a enregistré est repris et relu, et ce qui ne l'était pas encore. Ses réglages, ses
    programmes et son moyeu ne le sont pas. Le lieu reçu n'est pas touché.

    Exemple :
        tl adopter la-passerelle-recue la-passerelle
    """
    ici = poste(ctx)
    source = recu.expanduser().resolve()
    cible = dossier or source.with_name(f"{source.name}-adopte")
    a_la_main, registre = 0, False
    with dossier_neuf(cible) as chantier:
        a_la_main += _reprendre(source, chantier)
        if not (chantier / REGLAGES).is_file():
            raise Echec(f"{recu} n'est pas un lieu ({REGLAGES} y manque).", "Vérifier le dossier.")
        for nom in _EMBOITES:
            if (source / nom / ".git").is_dir():
                (chantier / nom).mkdir(mode=0o700)
                a_la_main += _reprendre(source / nom, chantier / nom)
                registre |= nom == _EMBOITES[0]
    if json:
        ici.ecran.json({"id": str(cible), "registre": registre, "a_la_main": a_la_main})
        return
    ici.ecran.dire(f"Le lieu est repris dans {cible}{'' if registre else ' (sans registre)'}.")
    ici.ecran.dire("Ses réglages, ses programmes et son moyeu n'y sont pas ; le reste a été relu.")
    if a_la_main:
        ici.ecran.dire(f"Fichiers qui n'étaient pas enregistrés, repris tels quels : {a_la_main}.")
    ici.ecran.dire(f"  Ensuite : cd {cible}, puis tl verifier")


def _reprendre(source: Path, racine: Path) -> int:
    """Bâtir dans `racine` un dépôt de ce que `source` a enregistré ; y poser ce que la main y a laissé.

    Rend le nombre de fichiers que la main avait changés.
    """
    for dossier in (source, source / ".git"):
        if dossier.is_symlink() or not dossier.is_dir():
            raise ErreurUsage(
                f"{dossier} n'est pas un vrai dossier : il n'y a rien à reprendre là.", "Donner le vrai lieu."
            )
    depot = Depot.creer(racine)
    part = DepotNu(depot.interne / _A_PART)
    part.racine.mkdir(mode=0o700)
    try:
        git.initialiser(part.racine, nu=True)
        _copier_les_contenus(source / ".git/objects", part)
        part.git("update-ref", "refs/heads/main", _tete(source / ".git"))
        depot.git(
            *("-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
            *("--no-auto-gc", str(part.racine), "+refs/heads/main:refs/heads/main", "--update-head-ok"),
        )
    except GitRefuse as refus:
        raise EchecDuDepot(
            f"Ce que {source} a enregistré n'est pas entier, ou ne se relit pas.",
            "Repartir d'un autre poste, du moyeu ou d'une sauvegarde ; rien n'a été écrit.",
            str(refus),
        ) from None
    finally:
        shutil.rmtree(part.racine, ignore_errors=True)
    partage.verifier_l_apport(depot, "", depot.tete())
    depot.git("read-tree", "--reset", "-u", "HEAD")
    return sum(_poser(racine / chemin, octets) for chemin, octets in _fichiers(source))


def _copier_les_contenus(objets: Path, part: DepotNu) -> None:
    """Les contenus et les paquets, par leur nom ; rien d'autre de ce dossier n'est lu."""
    for dossier in sorted(objets.glob("[0-9a-f][0-9a-f]")):
        chez = part.racine / "objects" / dossier.name
        for objet in dossier.iterdir() if not dossier.is_symlink() else ():
            if git.EPARS.fullmatch(objet.name):
                chez.mkdir(exist_ok=True)
                systeme.ecrire_abrite(chez / objet.name, systeme.lire_ordinaire(objet))
    paquets = objets / "pack"
    for paquet in sorted(paquets.glob("pack-*.pack")) if not paquets.is_symlink() else ():
        if re.fullmatch(r"pack-[0-9a-f]{40}\.pack", paquet.name):
            part.git("index-pack", "--stdin", "--strict", entree=systeme.lire_ordinaire(paquet))


def _tete(interne: Path) -> str:
    """L'empreinte du dernier enregistrement, lue sans git."""
    dite = _lire(interne / "HEAD")
    if branche := _BRANCHE.fullmatch(dite):
        rangees = (ligne.split() for ligne in _lire(interne / "packed-refs").splitlines())
        rangee = next((mots[0] for mots in rangees if mots[1:] == [branche[1]]), b"")
        dite = _lire(interne / branche[1].decode()) or rangee
    if not _EMPREINTE.fullmatch(dite.strip()):
        raise Echec(f"{interne.parent} n'a rien enregistré qu'on puisse reprendre.", "Vérifier le dossier.")
    return dite.strip().decode()


def _lire(fichier: Path) -> bytes:
    try:
        return systeme.lire_ordinaire(fichier, _TAILLE_D_UNE_LISTE)
    except OSError:
        return b""


def _fichiers(source: Path) -> Iterator[tuple[str, bytes]]:
    """Les fichiers ordinaires de ce lieu, tels que la main les a laissés."""
    for dossier in Racine.de(source).dossiers():
        for chemin in filter(chemin_permis, (dossier.chemin + nom for nom in dossier.noms)):
            with suppress(OSError):
                yield chemin, systeme.lire_ordinaire(source / chemin, taille_permise(chemin))


def _poser(fichier: Path, octets: bytes) -> bool:
    """Donner ce contenu à ce fichier ; vrai s'il en avait un autre."""
    if fichier.is_file() and fichier.read_bytes() == octets:
        return False
    fichier.parent.mkdir(parents=True, exist_ok=True)
    systeme.remplacer(fichier, [octets], abrite=True)
    return True
