"""La garde du moyeu : lit tout ce qu'un poste apporte, et refuse en français.

Lancée par git avant de recevoir (`pre-receive`). L'histoire reçue est permanente :
la forme et la vie privée se vérifient sur chaque version, le schéma sur la dernière.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from tiers_lieu_cli.ensemble.donnees import admission
from tiers_lieu_cli.ensemble.lecture import Lecture, contacts_publics
from tiers_lieu_cli.ensemble.moyeu import SIGNATAIRES
from tiers_lieu_cli.noyau.depot import git, moyeu, purge
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import MOTS, PERSONNES
from tiers_lieu_cli.noyau.systeme import inoffensif
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

_AUCUN = "0" * 40
_HISTOIRE = "refs/heads/main"
#: Au-delà, la suite des raisons n'apprend plus rien ; et l'on cesse de lire.
RAISONS, LUES = 10, 200
#: Posé quand une réécriture est admise ; la purge qui suit l'ôte.
_A_PURGER = "tiers-lieu.a-purger"
#: Ce que git met en quarantaine avant d'accepter n'est lisible qu'avec ces variables.
_QUARANTAINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")


def moyeu_qui_recoit(racine: Path) -> DepotNu:
    """Le dépôt d'un moyeu, lu pendant qu'il reçoit."""
    depot = DepotNu(racine)
    depot.quarantaine |= {n: os.environ[n] for n in _QUARANTAINE if n in os.environ}
    return depot


def raisons(depot: DepotNu, lignes: list[str], maintenant: datetime) -> Iterator[str]:
    """Pourquoi refuser ; rien si tout peut entrer."""
    effacable = _est_le_registre(depot)
    for ligne in lignes:
        ancien, neuf, nom = ligne.split(" ", 2)
        if nom != _HISTOIRE:
            yield f"Seule l'histoire du lieu se dépose ici, non « {nom} »."
            continue
        if neuf == _AUCUN:
            yield "L'histoire du lieu ne s'efface pas."
            continue
        lecture = Lecture(depot, None if effacable else _detecteur(depot, neuf), maintenant)
        if ancien == _AUCUN or _prolonge(depot, ancien, neuf):
            ancien = "" if ancien == _AUCUN else ancien
            yield from _hors_d_atteinte(depot, neuf)
            if effacable:
                yield from admission.raisons_de_refuser_un_ajout(depot, ancien, neuf)
            yield from _signatures(depot, ancien, neuf)
            yield from (faute.fait for faute in lecture.fautes(ancien, neuf))
        elif effacable:
            yield from _posees_a_la_main(depot)
            yield from _hors_d_atteinte(depot, neuf)
            yield from admission.raisons_de_refuser_une_reecriture(depot, ancien, neuf)
            yield from _signatures(depot, "", neuf)
            yield from _reecrits(lecture, ancien, neuf)
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


def _hors_d_atteinte(depot: DepotNu, neuf: str) -> Iterator[str]:
    """Un contenu qu'aucun enregistrement n'atteint resterait au moyeu sans que personne ne l'ait lu."""
    arrive = depot.quarantaine.get("GIT_OBJECT_DIRECTORY")
    if not arrive:
        return
    ici = git.environnement(depot.racine, nu=True)
    mots = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    portes = set(git.git(depot.racine, *mots, env=ici | {"GIT_OBJECT_DIRECTORY": arrive}).decode().split())
    atteints = (
        depot.git("rev-list", "--objects", "--no-object-names", neuf, "--not", "--all").decode().split()
    )
    # Un envoi s'appuie parfois sur un contenu que le moyeu a déjà.
    reste = "\n".join(portes.difference(atteints)).encode()
    sorties = git.git(depot.racine, "cat-file", "--batch-check", entree=reste, env=ici) if reste else b""
    if b" missing" in sorties:
        yield "Ce qui est porté contient plus que l'histoire du lieu : rien d'autre n'entre ici."


def _reecrits(lecture: Lecture, ancien: str, neuf: str) -> Iterator[str]:
    """Une réécriture ne refait que ce qui était : mêmes auteurs, mêmes dates ; le reste se lit comme neuf."""
    connus = {(a.lu.auteur, a.lu.depose, a.lu.texte) for a in lecture.apports("", ancien)}
    for apport in lecture.apports(ancien, neuf):
        if apport.lu.empreinte == neuf:
            yield from (f.fait for f in lecture.du_role(apport))
        if (apport.lu.auteur, apport.lu.depose, apport.lu.texte) not in connus:
            yield from (f.fait for f in lecture.de_l_enregistrement(apport))


def _signatures(depot: DepotNu, ancien: str, neuf: str) -> Iterator[str]:
    """Si le moyeu l'exige : chacun est signé par quelqu'un qui tient son rôle.

    Le premier dépôt, ou une réécriture, apporte un passé que personne n'avait à signer : sa tête en répond.
    """
    liste = depot.racine / SIGNATAIRES
    if not liste.exists() or (not ancien and not liste.read_bytes().strip()):
        return
    exiges = ("-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={liste}")
    bornes = (neuf, f"^{ancien}") if ancien else ("-n1", neuf)
    sortie = depot.git(*exiges, "log", "--format=%h%x00%G?%x00%GS%x00%an%x00%cn", *bornes)
    for ligne in sortie.decode("utf-8", "replace").splitlines():
        code, etat, qui, *roles = ligne.split("\0")
        if etat != "G" or set(roles) != {qui}:
            yield f"L'enregistrement {code} n'est pas signé par quelqu'un qui tient le rôle « {roles[0]} »."


def _detecteur(depot: DepotNu, neuf: str) -> Detecteur:
    """Ce que connaît le registre de ce moyeu ; ce qu'un poste laisse passer, il le laisse aussi."""
    publics = contacts_publics(ArbreEnregistre(depot.racine, neuf, depot.env))
    registre = depot.racine / moyeu.REGISTRE
    voisin = DepotNu(registre)
    if not registre.is_dir() or not voisin.tete():
        return Detecteur((), publics=publics)
    arbre = ArbreEnregistre(registre, "HEAD", voisin.env)
    mots = [m.mot for m in MOTS.toutes(arbre).fiches]
    return Detecteur(PERSONNES.toutes(arbre).fiches, mots, publics)


def apres() -> int:
    """Une fois reçu : si quelqu'un est effacé, ne rien garder de l'histoire d'avant."""
    _finir_l_oubli(DepotNu(Path(os.environ.get("GIT_DIR", ".")).resolve()))
    return 0


def _finir_l_oubli(depot: DepotNu) -> None:
    """Ôter l'histoire d'avant, si une réécriture fut admise ; personne d'autre ne dépose pendant ce temps."""
    note = depot.racine / _A_PURGER
    if not note.exists():
        return
    with purge.en_attendant(depot.racine, _HISTOIRE):
        refs = {nom: depot.empreinte(nom) for nom in (_HISTOIRE, moyeu.GARDE)}
        gardes = (f"{_HISTOIRE}.lock", "hooks", SIGNATAIRES, _A_PURGER)
        purge.purger(depot.racine, refs, env=git.environnement(depot.racine, nu=True), gardes=gardes)
        shutil.rmtree(depot.racine / purge.A_PART, ignore_errors=True)
        note.unlink()


def _posees_a_la_main(depot: DepotNu) -> Iterator[str]:
    """Ce qu'une main a mis au moyeu et qu'une réécriture n'atteindrait pas."""
    for nom in depot.git("for-each-ref", "--format=%(refname)").decode().split():
        if nom not in (_HISTOIRE, moyeu.GARDE):
            yield f"Le moyeu garde aussi « {nom} », que l'effacement n'atteindrait pas : l'y ôter d'abord."


def principal() -> int:
    """Lire ce que git propose, dire pourquoi on refuse ; 1 si l'on refuse."""
    depot = moyeu_qui_recoit(Path(os.environ.get("GIT_DIR", ".")).resolve())
    lignes = sys.stdin.read().splitlines()
    try:
        _finir_l_oubli(DepotNu(depot.racine))
        maintenant = Horloge(ZoneInfo("UTC"), heure_imposee(os.environ)).maintenant()
        trouvees = dict.fromkeys(islice(raisons(depot, lignes, maintenant), LUES))
    except Echec as echec:
        trouvees = {echec.fait: None}
    except Exception as bogue:  # noqa: BLE001  (ce qu'on n'a pas su lire n'entre pas)
        trouvees = {f"La garde n'a pas pu tout lire ({type(bogue).__name__} : {bogue}) ; rien n'entre.": None}
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
