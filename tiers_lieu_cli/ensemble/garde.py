"""La garde du moyeu : lit tout ce qu'un poste apporte, et refuse en français.

Lancée par git avant de recevoir (`pre-receive`). L'histoire reçue est permanente :
la forme et la vie privée se vérifient sur chaque version, le schéma sur la dernière.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from tiers_lieu_cli.ensemble import apres_reception
from tiers_lieu_cli.ensemble.donnees import admission
from tiers_lieu_cli.ensemble.lecture import Lecture, contacts_publics
from tiers_lieu_cli.noyau.depot import git, moyeu, recus, tickets, verrous
from tiers_lieu_cli.noyau.depot.depot import DepotNu
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.depot.ouvert import LIT
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import MOTS, PERSONNES
from tiers_lieu_cli.noyau.systeme import inoffensif
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee

#: Au-delà, la suite des raisons n'apprend plus rien ; et l'on cesse de lire.
RAISONS, LUES = 10, 200
#: Secondes entre deux mots au poste qui attend.
_ENTRE_DEUX_MOTS = 0.5
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
    pousses = [ligne.split(" ", 2) for ligne in lignes]
    yield from _de_la_file(depot, [pousse for pousse in pousses if pousse[2] != moyeu.HISTOIRE])
    for ancien, neuf, nom in pousses:
        if nom != moyeu.HISTOIRE:
            continue
        if neuf == git.AUCUN:
            yield "L'histoire du lieu ne s'efface pas."
            continue
        lecture = Lecture(depot, None if effacable else _detecteur(depot, neuf), maintenant)
        if ancien == git.AUCUN or depot.prolonge(ancien, neuf):
            ancien = "" if ancien == git.AUCUN else ancien
            yield from _hors_d_atteinte(depot, neuf)
            if effacable:
                yield from admission.raisons_de_refuser_un_ajout(depot, ancien, neuf)
            yield from _signatures(depot, ancien, neuf)
            yield from (faute.fait for faute in lecture.fautes(ancien, neuf, dire_ou_l_on_en_est))
        elif effacable:
            yield from _posees_a_la_main(depot)
            yield from _hors_d_atteinte(depot, neuf)
            yield from admission.raisons_de_refuser_une_reecriture(depot, ancien, neuf)
            yield from _signatures(depot, "", neuf)
            yield from _reecrits(lecture, ancien, neuf)
        else:
            yield "L'histoire du lieu ne se réécrit pas ; synchroniser d'abord."


def dire_ou_l_on_en_est(commits: list[str]) -> Iterator[str]:
    """Ces enregistrements ; et au poste, par la voie des refus, combien sont lus, si cela dure."""
    dit = time.monotonic()
    for rang, commit in enumerate(commits):
        if time.monotonic() - dit > _ENTRE_DEUX_MOTS:
            dit = time.monotonic()
            sys.stderr.write(f"{LIT} {rang}/{len(commits)}\n")
            sys.stderr.flush()
        yield commit


def _est_le_registre(depot: DepotNu) -> bool:
    return depot.racine.name == moyeu.REGISTRE


def _de_la_file(depot: DepotNu, pousses: list[list[str]]) -> Iterator[str]:
    """Hors de l'histoire, rien n'entre que des tickets : un nom, le mot que tous désignent, et rien avec."""
    if not pousses:
        return
    yield from _hors_d_atteinte(depot, *(neuf for _, neuf, _ in pousses if neuf != git.AUCUN))
    mot = empreinte_de(tickets.MOT)
    for ancien, neuf, nom in pousses:
        if tickets.lire(nom) is None:
            yield f"Seule l'histoire du lieu se dépose ici, non « {nom} »."
        elif (ancien, neuf) != (git.AUCUN, mot):
            yield f"Un ticket se prend, et ne se change pas : « {nom} »."
    if len(tickets.au_moyeu(depot)) + len(pousses) > tickets.PLACES:
        yield "La file de ce moyeu est pleine."


def _hors_d_atteinte(depot: DepotNu, *neufs: str) -> Iterator[str]:
    """Un contenu qu'aucun enregistrement n'atteint resterait au moyeu sans que personne ne l'ait lu."""
    arrive = depot.quarantaine.get("GIT_OBJECT_DIRECTORY")
    if not arrive or not neufs:
        return
    ici = git.environnement(depot.racine, nu=True)
    mots = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
    portes = set(git.git(depot.racine, *mots, env=ici | {"GIT_OBJECT_DIRECTORY": arrive}).decode().split())
    atteints = (
        depot.git("rev-list", "--objects", "--no-object-names", *neufs, "--not", "--all").decode().split()
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
    liste = depot.racine / moyeu.SIGNATAIRES
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


def _posees_a_la_main(depot: DepotNu) -> Iterator[str]:
    """Ce qu'une main a mis au moyeu et qu'une réécriture n'atteindrait pas."""
    for nom in depot.git("for-each-ref", "--format=%(refname)").decode().split():
        if nom not in (moyeu.HISTOIRE, moyeu.GARDE) and tickets.lire(nom) is None:
            yield f"Le moyeu garde aussi « {nom} », que l'effacement n'atteindrait pas : l'y ôter d'abord."


def principal() -> int:
    """Lire ce que git propose, dire pourquoi on refuse ; 1 si l'on refuse."""
    depot = moyeu_qui_recoit(Path(os.environ.get("GIT_DIR", ".")).resolve())
    lignes = sys.stdin.read().splitlines()
    try:
        # Un envoi mort ou coupé en nommant l'histoire n'empêche pas les suivants.
        verrous.lever_un_mort(depot.racine / f"{moyeu.HISTOIRE}.lock")
        apres_reception.finir_l_oubli(DepotNu(depot.racine))
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
    if any(git.AUCUN not in ligne and not depot.prolonge(*ligne.split(" ")[:2]) for ligne in lignes):
        (depot.racine / apres_reception.A_PURGER).touch()
    if a_part := depot.quarantaine.get("GIT_QUARANTINE_PATH"):
        recus.placer(Path(a_part), depot.racine / "objects")
    return 0


if __name__ == "__main__":
    # Les moyeux ouverts par un outil d'avant demandent ici ce qui suit la réception.
    sys.exit(apres_reception.principal() if sys.argv[1:] == ["apres"] else principal())
