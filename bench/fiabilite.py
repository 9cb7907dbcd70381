"""`make fiabilite` : la longue série des pannes, et une table. Rien n'y est simulé que la panne."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

import annee
import ecritures
import pannes_de_la_caisse
from caisses import Caisse, chez_elle, peut_fermer
from effacements import EFFACER, ou_se_lisent, tus
from pannes import (
    ECRITURES,
    ERREURS,
    Panne,
    copier,
    fautes_apres,
    fautes_de_la_suite,
    jouer,
    preparer,
    refaire,
    revue,
    tetes,
)
from pannes_d_effacement import couper_l_effacement, couper_le_changement_d_epoque
from restes_d_effacement import MOTS, RANGEMENTS, REFUS, RESTES, Personnage, etat, peupler, ranger
from restes_d_effacement import copier as copier_le_personnage
from reunions_d_effacement import CAS
from reunions_d_effacement import fautes as fautes_d_une_reunion
from series import deux_postes, huit_a_la_fois, tuer_au_hasard
from soutien import Lieu, lancer

TUES, PROCESSUS, FOIS = 200, 8, 50


def neuf(dossier: Path, nom: str) -> Lieu:
    mots = ("--nom", "La Passerelle", "--salle", "Salle du rez", "--salle", "Cour")
    assert lancer("init", str(dossier / nom), *mots).code == 0
    return Lieu(dossier / nom)


def pannes(dossier: Path, sorte: str) -> tuple[int, int, int, int, int]:
    """(essayées, fautives, bloquées, refusées, acquittées) : chaque commande, en panne à chaque pas."""
    essayees = fautives = bloquees = refusees = acquittees = 0
    for quoi, mots in ECRITURES.items():
        lieu = neuf(dossier, f"{sorte}-{quoi}")
        a_moi = preparer(lieu, quoi)
        avant = tetes(lieu)
        for pas in range(1, 200):
            copie = copier(lieu, dossier / f"{sorte}-{quoi}-{pas}")
            issue = jouer(copie, mots, Panne(sorte, pas), dossier / "trace")
            fautes = fautes_apres(copie, issue, avant, a_moi)
            refaire(copie, quoi, issue)
            de_la_suite, demande = fautes_de_la_suite(copie)
            essayees += 1
            fautives += bool(fautes or de_la_suite)
            for faute in (*fautes, *de_la_suite):
                print(f"  ! {sorte} {quoi} pas {pas} : {faute}", file=sys.stderr)
            bloquees += demande
            refusees += issue.code > 0
            acquittees += issue.acquittee
            shutil.rmtree(copie.racine)
            if issue.pas < pas:
                break
    return essayees, fautives, bloquees, refusees, acquittees


def lignes(dossier: Path) -> Iterator[tuple[str, ...]]:
    for sorte in ("mort", *ERREURS):
        essayees, fautives, bloquees, refusees, acquittees = pannes(dossier, sorte)
        nom = "mort à chaque pas" if sorte == "mort" else f"{sorte} à chaque pas"
        yield nom, *map(str, (essayees, acquittees, fautives, bloquees, refusees))
    mortes = [(dite, fautes) for dite, fautes in revue(neuf(dossier, "revue"), dossier, tous_les_pas=True)]
    for dite, fautes in mortes:
        for faute in fautes:
            print(f"  ! {dite} : {faute}", file=sys.stderr)
    fautives = sum(bool(fautes) for _, fautes in mortes)
    yield "toutes les écritures, mort à chaque pas", *map(str, (len(mortes), 0, fautives, 0, 0))
    tues = tuer_au_hasard(neuf(dossier, "tues"), fois=TUES)
    perdus = tues.perdues + tues.emportees + tues.inversees
    nom = f"SIGKILL au hasard ({tues.tuees} tués, {tues.finies} finies par la suite)"
    yield nom, *map(str, (tues.essayees, tues.acquittees, perdus, tues.demandent, 0))
    huit = huit_a_la_fois(neuf(dossier, "huit"), qui=PROCESSUS, fois=FOIS)
    yield (
        f"{PROCESSUS} processus × {FOIS}",
        *map(str, (huit.demandees, huit.acquittees, huit.acquittees - huit.presentes, 0, 0)),
    )
    deux = deux_postes(neuf(dossier, "deux"), dossier, fois=FOIS)
    yield (
        f"deux postes × {FOIS}, un moyeu",
        *map(str, (deux.demandees, deux.acquittees, deux.acquittees - deux.presentes, deux.tentatives, 0)),
    )


def un_effacement(dossier: Path, nom: str) -> Personnage:
    return peupler(neuf(dossier, nom))


def effacements(dossier: Path) -> Iterator[tuple[str, ...]]:
    """Chaque endroit où un nom reste, seul ; chaque refus ; chaque réunion croisée ; chaque pas coupé."""
    modele = un_effacement(dossier, "modele")
    yield _compter(
        "effacer : un endroit chacun, dits ou ôtés",
        ((nom, _un_reste(copie(modele, dossier), poser)) for nom, (_, poser) in RESTES.items()),
    )
    yield _compter(
        "effacer : refusé avant de commencer",
        ((nom, _un_refus(copie(modele, dossier), poser)) for nom, poser in REFUS.items()),
    )
    yield _compter(
        "effacer : après chaque rangement de git",
        ((nom, _un_rangement(copie(modele, dossier), nom)) for nom in RANGEMENTS),
    )
    yield _compter(
        "effacer : fiches réunies, deux postes, un moyeu",
        (
            (str(cas), fautes_d_une_reunion(neuf(dossier, f"reunion-{n}"), dossier / f"chez-{n}", cas))
            for n, cas in enumerate(CAS)
        ),
    )
    for sorte in ("mort", "ENOSPC"):
        pas = couper_l_effacement(neuf(dossier, f"coupe-{sorte}"), dossier, sorte)
        yield _compter(f"effacer, {sorte} à chaque pas", ((str(n), fautes) for n, fautes in pas))
    pas = couper_le_changement_d_epoque(neuf(dossier, "epoque"), dossier)
    yield _compter("recevoir un effacement, mort à chaque pas", ((str(n), fautes) for n, fautes in pas))


def _compter(nom: str, joues: Iterable[tuple[str, list[str]]]) -> tuple[str, ...]:
    essayes = fautifs = 0
    for quoi, fautes in joues:
        essayes += 1
        fautifs += bool(fautes)
        for faute in fautes:
            print(f"  ! {nom} : {quoi} : {faute}", file=sys.stderr, flush=True)
    return nom, *map(str, (essayes, essayes - fautifs, fautifs, 0, 0))


def copie(p: Personnage, dossier: Path) -> Personnage:
    """Une copie neuve, à la place de la précédente."""
    shutil.rmtree(dossier / "un-effacement", ignore_errors=True)
    return copier_le_personnage(p, dossier / "un-effacement")


def _un_reste(p: Personnage, poser: Callable[[Personnage], None]) -> list[str]:
    poser(p)
    dit = p.lieu.faire(*EFFACER, p.omar, "--oui", "--json", code=None)
    if dit.code:
        return [dit.erreurs or dit.sortie]
    return tus(p.lieu.racine, dit.json["recu"], *MOTS)


def _un_refus(p: Personnage, poser: Callable[[Personnage], None]) -> list[str]:
    poser(p)
    avant = etat(p)
    dit = p.lieu.faire(*EFFACER, p.omar, "--oui", code=None)
    return [] if dit.code in (1, 2) and dit.erreurs.strip() and etat(p) == avant else [str(dit)]


def _un_rangement(p: Personnage, nom: str) -> list[str]:
    ranger(p, nom)
    p.lieu.faire(*EFFACER, p.omar, "--oui")
    return list(ou_se_lisent(p.registre, *MOTS))


def caisse(dossier: Path) -> Iterator[tuple[str, ...]]:
    """Une année de caisse, 1 200 faits et 300 factures, et les mêmes totaux dans trois programmes."""
    tenue = Caisse(neuf(dossier, "annee").racine)
    verite = annee.vivre(tenue, clients=25, faits=4)
    fautes = annee.ecarts(tenue, verite, dossier / "comptes") + tenue.j("verifier")["defauts"]
    yield _compter(
        f"l'année : {verite.faits} faits, {len(verite.pieces)} factures, contre hledger et beancount",
        [("au centime", fautes)],
    )
    os.chdir(dossier)
    vues = pannes_de_la_caisse.revue(Caisse(neuf(dossier, "pannes").racine), dossier, tous_les_pas=True)
    yield _compter("la caisse : chaque commande, mort à chaque pas", vues)
    yield _compter("le mur : ses commandes, sans la caisse ou à côté", [("octet pour octet", mur(dossier))])


def mur(dossier: Path) -> list[str]:
    """Toutes les commandes de la concierge : mêmes octets sans caisse, ou à côté d'une fermée."""
    if not peut_fermer():
        return []
    modele, tenue = neuf(dossier, "sans-caisse").racine, Caisse(neuf(dossier, "avec-caisse").racine)
    tenue.f("init")
    gestes = ecritures.toutes("Une fête", "Un texte")
    sans = chez_elle(modele, dossier / "sans", gestes, None)
    ferme = chez_elle(modele, dossier / "ferme", gestes, tenue.dossier)
    return [] if sans == ferme and b"finance" not in sans else ["la caisse se voit du dehors"]


def principal() -> None:
    tetes = ("série", "essayées", "acquittées", "perdues", "bloquées", "refusées")
    print(f"{tetes[0]:<58}" + "".join(f"{t:>12}" for t in tetes[1:]))
    debut = time.monotonic()
    mauvaises = 0
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-fiabilite-") as dossier:
        # « make fiabilite » joue tout ; « python bench/fiabilite.py effacement » (ou caisse), elle seule.
        seules = {"effacement": effacements, "caisse": caisse}
        series = [seules[mot] for mot in sys.argv[1:] if mot in seules] or [lignes, effacements, caisse]
        for nom, *valeurs in (ligne for serie in series for ligne in serie(Path(dossier))):
            mauvaises += int(valeurs[2])
            print(f"{nom:<58}" + "".join(f"{v:>12}" for v in valeurs), flush=True)
    print(f"perdues : fiches perdues, emportées, inversées ou illisibles. {time.monotonic() - debut:.0f} s.")
    sys.exit(1 if mauvaises else 0)


if __name__ == "__main__":
    principal()
