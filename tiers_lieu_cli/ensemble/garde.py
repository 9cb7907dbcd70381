"""La garde du moyeu : lit tout ce qu'un poste apporte, et refuse en français.

Lancée par git avant de recevoir (`pre-receive`). L'histoire reçue est permanente :
la forme et la vie privée se vérifient sur chaque version, le schéma sur la dernière.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tiers_lieu_cli.ensemble.donnees import admission
from tiers_lieu_cli.ensemble.genres import est_libre, structure_de
from tiers_lieu_cli.ensemble.moyeu import SIGNATAIRES
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot import histoire, moyeu, purge
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.ecriture import empreinte_de
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.histoire import Acte, Changement
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.depot.roles import permis
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.controle import controler
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Sorte
from tiers_lieu_cli.noyau.gens.personnes import MOTS, PERSONNES
from tiers_lieu_cli.noyau.lieu import lire_reglages
from tiers_lieu_cli.noyau.systeme import inoffensif

_AUCUN = "0" * 40
_DIFFERENCES = ("-r", "--root", "--no-commit-id", "-z", "--no-renames")
#: Au-delà, la suite des raisons n'apprend plus rien.
RAISONS = 10
#: Posé quand une réécriture est admise ; la purge qui suit l'ôte.
_A_PURGER = "tiers-lieu.a-purger"
#: Ce que git met en quarantaine avant d'accepter n'est lisible qu'avec ces variables.
_QUARANTAINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")


def moyeu_qui_recoit(racine: Path) -> DepotNu:
    """Le dépôt d'un moyeu, lu pendant qu'il reçoit."""
    depot = DepotNu(racine)
    depot.quarantaine |= {n: os.environ[n] for n in _QUARANTAINE if n in os.environ}
    return depot


def raisons(depot: DepotNu, lignes: list[str]) -> Iterator[str]:
    """Pourquoi refuser ; rien si tout peut entrer."""
    effacable = _est_le_registre(depot)
    for ligne in lignes:
        ancien, neuf, nom = ligne.split(" ", 2)
        if nom != "refs/heads/main":
            yield f"Seule l'histoire du lieu se dépose ici, non « {nom} »."
        elif neuf == _AUCUN:
            yield "L'histoire du lieu ne s'efface pas."
        elif ancien == _AUCUN or _prolonge(depot, ancien, neuf):
            ancien = "" if ancien == _AUCUN else ancien
            if effacable:
                yield from admission.raisons_de_refuser_un_ajout(depot, ancien, neuf)
            yield from _examiner(depot, ancien, neuf)
        elif effacable:
            yield from admission.raisons_de_refuser_une_reecriture(depot, ancien, neuf)
            acte = next(histoire.actes(depot, entre=neuf, combien=1))
            yield from _signataire(depot, acte.empreinte, acte.role)
            yield from _hors_du_role(depot, acte)
        else:
            yield "L'histoire du lieu ne se réécrit pas ; synchroniser d'abord."


def _est_le_registre(depot: DepotNu) -> bool:
    return depot.racine.name == moyeu.REGISTRE


def _prolonge(depot: DepotNu, ancien: str, neuf: str) -> bool:
    try:
        depot.git("merge-base", "--is-ancestor", ancien, neuf)
    except GitRefuse:
        return False
    return True


def _examiner(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    entre = f"{ancien}..{neuf}" if ancien else neuf
    est_le_registre = _est_le_registre(depot)
    detecteur = Detecteur(()) if est_le_registre else _detecteur(depot, neuf)
    objets = Objets(depot.racine, depot.env)
    attributs = empreinte_de((ressources.dossier("data_template") / "_gitattributes").read_bytes()) or ""
    for acte in histoire.actes(depot, entre=entre):
        # Le premier dépôt apporte un passé que personne n'avait à signer ; la suite, si.
        if ancien:
            yield from _signataire(depot, acte.empreinte, acte.role)
        if len(acte.parents) < 2:
            yield from _hors_du_role(depot, acte)
    for defaut, chemin, octets in controler(_apports(depot, entre), objets, attributs):
        if defaut:
            yield str(defaut)
        elif not est_le_registre and detecteur.suspect(octets):
            for indice in detecteur.trouver(octets.decode("utf-8", "replace")):
                if indice.sur:
                    quoi = (
                        "un montant" if indice.sorte is Sorte.MONTANT else "le nom ou le contact de quelqu'un"
                    )
                    yield f"{chemin} contient {quoi} ; l'histoire est permanente, il ne peut pas y entrer."
    for defaut, chemin, octets in controler(
        histoire.changements(depot, ancien, neuf).items(), objets, attributs
    ):
        if not defaut:
            yield from _schema(chemin, octets)


def _hors_du_role(depot: DepotNu, acte: Acte) -> Iterator[str]:
    for chemin in _chemins(depot, acte.empreinte):
        if not permis(acte.role, chemin):
            yield f"Le rôle « {acte.role} » ne change pas {chemin}."


def _schema(chemin: str, octets: bytes) -> Iterator[str]:
    trouve = structure_de(chemin)
    if trouve is None:
        if not est_libre(chemin):
            yield f"{chemin} n'est pas une fiche que l'outil connaît."
        return
    try:
        fiche.lire(octets, trouve[1], trouve[0], chemin)
    except FicheFautive as faute:
        yield faute.fait


def _signataire(depot: DepotNu, commit: str, role: str) -> Iterator[str]:
    liste = depot.racine / SIGNATAIRES
    if not liste.exists():
        return
    exiges = ("-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={liste}")
    etat, _, qui = (
        depot.git(*exiges, "log", "-1", "--format=%G?%x00%GS", commit).decode().strip().partition("\0")
    )
    if etat != "G" or qui != role:
        yield f"L'enregistrement {commit[:8]} n'est pas signé par quelqu'un qui tient le rôle « {role} »."


def _chemins(depot: DepotNu, commit: str) -> list[str]:
    sortie = depot.git(
        "diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "-z", "--no-renames", commit
    )
    return [ligne.decode("utf-8", "replace") for ligne in sortie.split(b"\0") if ligne]


def _apports(depot: DepotNu, entre: str) -> set[tuple[str, Changement]]:
    """Chaque version de chaque fichier que ces enregistrements apportent, une fois."""
    commits = depot.git("rev-list", entre)
    sortie = depot.git(
        *("diff-tree", "--stdin", "-r", "-m", "--root", "--no-commit-id", "-z", "--no-renames"),
        entree=commits,
    )
    return set(histoire.lire_changements(sortie.decode("utf-8", "replace").split("\0")))


def _detecteur(depot: DepotNu, neuf: str) -> Detecteur:
    """Ce que connaît le registre de ce moyeu ; ce qu'un poste laisse passer, il le laisse aussi."""
    try:
        publics = lire_reglages(ArbreEnregistre(depot.racine, neuf, depot.env)).contacts
    except Echec:
        publics = ()
    registre = depot.racine / moyeu.REGISTRE
    voisin = DepotNu(registre)
    if not registre.is_dir() or not voisin.tete():
        return Detecteur((), publics=publics)
    arbre = ArbreEnregistre(registre, "HEAD", voisin.env)
    mots = [m.mot for m in MOTS.toutes(arbre).fiches]
    return Detecteur(PERSONNES.toutes(arbre).fiches, mots, publics)


def apres() -> int:
    """Une fois reçu : si quelqu'un est effacé, ne rien garder de l'histoire d'avant."""
    depot = DepotNu(Path(os.environ.get("GIT_DIR", ".")).resolve())
    note = depot.racine / _A_PURGER
    if note.exists():
        purge.purger(depot.racine, frozenset({"refs/heads/main"}), depot.env)
        note.unlink()
    return 0


def principal() -> int:
    """Lire ce que git propose, dire pourquoi on refuse ; 1 si l'on refuse."""
    depot = moyeu_qui_recoit(Path(os.environ.get("GIT_DIR", ".")).resolve())
    lignes = sys.stdin.read().splitlines()
    try:
        trouvees = dict.fromkeys(raisons(depot, lignes))
    except Echec as echec:
        trouvees = {echec.fait: None}
    for raison in list(trouvees)[:RAISONS]:
        sys.stderr.write(f"{inoffensif(raison)}\n")
    if len(trouvees) > RAISONS:
        sys.stderr.write(f"… et {len(trouvees) - RAISONS} autres raisons.\n")
    if trouvees:
        return 1
    if any(_AUCUN not in ligne and not _prolonge(depot, *ligne.split(" ")[:2]) for ligne in lignes):
        (depot.racine / _A_PURGER).touch()
    return 0


if __name__ == "__main__":
    sys.exit(apres() if sys.argv[1:] == ["apres"] else principal())
