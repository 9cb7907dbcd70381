"""`make fiabilite` : la longue série des pannes, et une table. Rien n'y est simulé que la panne.

Chaque série se joue seule : `make fiabilite SERIES="coupure moyeu"` ; `SUR=stock` n'éprouve que les commandes
dont la ligne contient ce mot ; `REPRENDRE=oui` passe ce que cette version a joué (`.cache/fiabilite.jsonl`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
os.environ["TIERS_LIEU_MAINTENANT"] = "2026-11-24T08:52+01:00"

import annee
import coupure
import coupure_du_moyeu
import disque
import ecritures
import menages
import moyeu_menteur
import pannes
import pannes_de_la_caisse
from caisses import Caisse, chez_elle, peut_fermer, sans_documents
from effacements import EFFACER, ou_se_lisent, tus
from pannes import ECRITURES, ERREURS, Geste, Issue, Panne, Vue
from pannes_d_effacement import (
    couper_l_effacement,
    couper_le_changement_d_epoque,
    courant_coupe,
)
from restes_d_effacement import MOTS, RANGEMENTS, REFUS, RESTES, Personnage, etat, peupler, ranger
from restes_d_effacement import copier as copier_le_personnage
from reunions_d_effacement import CAS
from reunions_d_effacement import fautes as fautes_d_une_reunion
from series import deux_postes, huit_a_la_fois, tuer_au_hasard
from soutien import Lieu, git, lancer

TUES, PROCESSUS, FOIS = 200, 8, 50
RACINE = Path(__file__).parents[1]
DEJA = RACINE / ".cache/fiabilite.jsonl"


@dataclass
class Ligne:
    """Une ligne de la table : combien d'essais, acquittés, fautifs, qui demandent une reprise, refusés."""

    nom: str
    essayees: int = 0
    acquittees: int = 0
    perdues: int = 0
    bloquees: int = 0
    refusees: int = 0
    secondes: float = 0.0

    def compter(self, vues: Iterable[Vue]) -> Ligne:
        """Compter ces pannes ; chaque faute se dit aussitôt."""
        debut = time.monotonic()
        for vue in vues:
            self.essayees += 1
            self.acquittees += vue.issue.acquittee
            self.refusees += vue.issue.code > 0
            self.perdues += bool(vue.fautes)
            self.bloquees += vue.demande
            for faute in vue.fautes:
                print(f"  ! {vue.dite} : {faute}", file=sys.stderr, flush=True)
            if vue.demande and not vue.fautes:
                print(f"  ? {vue.dite} : demande une reprise", file=sys.stderr, flush=True)
        self.secondes += time.monotonic() - debut
        return self


def neuf(dossier: Path, nom: str) -> Lieu:
    mots = ("--nom", "La Passerelle", "--salle", "Salle du rez", "--salle", "Cour")
    assert lancer("init", str(dossier / nom), *mots).code == 0
    return Lieu(dossier / nom)


def dix(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Dix écritures ordinaires, ce que la main a commencé à côté : chaque panne à chacun de leurs pas."""
    for sorte in ("mort", *ERREURS):
        ligne = Ligne(f"dix écritures : {sorte} à chaque pas")
        for quoi, mots in ECRITURES.items():
            if sur in " ".join(mots):
                ligne.compter(_une_des_dix(neuf(dossier, f"{sorte}-{quoi}"), dossier, quoi, mots, sorte))
        yield ligne


def _une_des_dix(lieu: Lieu, dossier: Path, quoi: str, mots: tuple[str, ...], sorte: str) -> Iterator[Vue]:
    a_moi = pannes.preparer(lieu, quoi)
    avant = pannes.tetes(lieu)

    def juger(copie: Lieu, issue: Issue) -> tuple[list[str], bool]:
        fautes = pannes.fautes_apres(copie, issue, avant, a_moi)
        pannes.refaire(copie, quoi, issue)
        de_la_suite, demande = pannes.fautes_de_la_suite(copie)
        return [*fautes, *de_la_suite], demande

    for vue in pannes.eprouver(lieu, mots, (Panne(sorte, n) for n in range(1, 400)), dossier, juger):
        yield vue
        if vue.issue.acquittee and vue.dite.endswith(f"pas {vue.issue.pas + 1})"):
            return


def toutes(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Toutes les commandes de la concierge qui écrivent, la mort et les erreurs du disque."""
    a_jouer = pannes.gestes(neuf(dossier, "toutes"), dossier)
    yield from _par_sorte("toutes les écritures", pannes.revue(a_jouer, dossier, tous_les_pas=True, sur=sur))


def _par_sorte(nom: str, vues: Iterable[Vue]) -> Iterator[Ligne]:
    lignes: dict[str, Ligne] = {}
    debut = time.monotonic()
    for vue in vues:
        sorte = vue.dite.rpartition("(")[2].partition(",")[0]
        lignes.setdefault(sorte, Ligne(f"{nom} : {sorte}")).compter([vue])
        lignes[sorte].secondes += time.monotonic() - debut
        debut = time.monotonic()
    yield from lignes.values()


def courant(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Le courant coupé sous une commande de chaque démarche, caisse comprise.

    Une sur six à chaque barrière, les autres à une barrière sur six.
    """
    if not coupure.possible():
        print("  (sans strace, les coupures de courant ne se jouent pas)", file=sys.stderr)
        return
    a_jouer = _de_chaque_demarche(pannes.gestes(neuf(dossier, "coupees"), dossier), sur)
    ligne = Ligne("coupure de courant, à des barrières de chaque démarche")
    for rang, geste in enumerate(a_jouer):
        ligne.compter(coupure.eprouver(geste.avant, geste.mots, dossier, geste.juger, 6 if rang % 6 else 1))
    yield ligne
    with sans_documents():
        caisse = _de_chaque_demarche(pannes_de_la_caisse.gestes(_caisse(dossier), dossier), sur)
        ligne = Ligne("la caisse : coupure de courant, de même")
        for rang, geste in enumerate(caisse):
            ligne.compter(
                coupure.eprouver(geste.avant, geste.mots, dossier, geste.juger, 6 if rang % 6 else 1)
            )
    yield ligne


def du_moyeu(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Le courant coupé pendant qu'on rejoint ou qu'on met en commun : au poste, au moyeu, sous les deux."""
    if not coupure.possible():
        return
    for jouer, dit in (
        (coupure_du_moyeu.mettre_en_commun, "mettre en commun"),
        (coupure_du_moyeu.rejoindre, "rejoindre"),
    ):
        for combien, entre in ((coupure_du_moyeu.PEU, 5), (coupure_du_moyeu.BEAUCOUP, 25)):
            if sur in dit:
                ligne = Ligne(f"{dit}, {combien} notes : coupure de courant, ici, au moyeu, partout")
                yield ligne.compter(jouer(dossier / f"{jouer.__name__}-{combien}", combien, entre))


def _de_chaque_demarche(a_jouer: Iterable[Geste], sur: str) -> Iterator[Geste]:
    return (geste for geste in a_jouer if geste.neuve and sur in geste.dit)


def _caisse(dossier: Path) -> Caisse:
    os.chdir(dossier)
    return Caisse(neuf(dossier, "caisse").racine)


def du_disque(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Le disque plein ou fermé pour de bon, et l'horloge qui saute, sous une commande de chaque démarche."""
    gestes = _de_chaque_demarche(pannes.gestes(neuf(dossier, "disque"), dossier), sur)
    plein, ferme = (
        Ligne("disque plein pour de vrai (git compris)"),
        Ligne("remonté en lecture seule en route"),
    )
    heure = Ligne("horloge : la suite un an plus tôt, plus tard, ailleurs")
    with ExitStack() as pile:
        monte = disque.possible()
        point = pile.enter_context(disque.petit_disque(dossier / "petit")) if monte else dossier
        for rang, geste in enumerate(gestes):
            # Une démarche sur quatre ; une sur douze à chaque pas, les autres à un pas sur neuf.
            if rang % 4:
                continue
            entre = 1 if rang % 12 == 0 else 9
            if monte:
                plein.compter(disque.plein(geste, point, dossier / "trace", entre))
                ferme.compter(disque.ferme(geste, dossier, dossier / "trace", entre))
            heure.compter(disque.horloges(geste, dossier, 2 * entre))
    if not monte:
        print("  (sans pouvoir monter un disque, il ne se remplit ni ne se ferme)", file=sys.stderr)
    yield from (plein, ferme, heure) if monte else (heure,)


def menteur(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Un moyeu qui a reculé, perdu, abîmé, ou répond une chose puis une autre."""
    maison = moyeu_menteur.batir(neuf(dossier, "menti"), dossier)
    yield _compter(
        "un moyeu qui ment",
        (
            (nom, moyeu_menteur.eprouver(maison, dossier / f"{rang}-{deja}", nom, deja_pris=deja))
            for rang, nom in enumerate(moyeu_menteur.MENSONGES)
            for deja in (False, True)
            if sur in nom
        ),
    )


def hasard(dossier: Path, _sur: str) -> Iterator[Ligne]:
    """De vrais processus, tués au hasard, à huit, sur deux postes."""
    tues = tuer_au_hasard(neuf(dossier, "tues"), fois=TUES)
    perdus = tues.perdues + tues.emportees + tues.inversees
    nom = f"SIGKILL au hasard ({tues.tuees} tués, {tues.finies} finies par la suite)"
    yield Ligne(nom, tues.essayees, tues.acquittees, perdus, tues.demandent)
    huit = huit_a_la_fois(neuf(dossier, "huit"), qui=PROCESSUS, fois=FOIS)
    perdus = huit.acquittees - huit.presentes
    yield Ligne(f"{PROCESSUS} processus × {FOIS}", huit.demandees, huit.acquittees, perdus)
    deux = deux_postes(neuf(dossier, "deux"), dossier, fois=FOIS)
    perdus = deux.acquittees - deux.presentes
    yield Ligne(f"deux postes × {FOIS}, un moyeu", deux.demandees, deux.acquittees, perdus, deux.tentatives)


def menage(dossier: Path, _sur: str) -> Iterator[Ligne]:
    """Une action qui range les contenus épars : la mort, chaque erreur, le courant coupé."""
    lieu = neuf(dossier, "a-ranger")
    juger = menages.juger_de(lieu)
    for sorte in ("mort", *ERREURS):
        vues = menages.pas_du_menage(lieu, juger, sorte, dossier / sorte, 200)
        yield Ligne(f"ranger les contenus épars : {sorte} à chaque pas").compter(vues)
    if coupure.possible():
        yield Ligne("ranger : coupure de courant").compter(menages.courant_coupe(lieu, juger, dossier))


def un_effacement(dossier: Path, nom: str) -> Personnage:
    return peupler(neuf(dossier, nom))


def effacements(dossier: Path, _sur: str) -> Iterator[Ligne]:
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
    if coupure.possible():
        coupees = courant_coupe(neuf(dossier, "coupe-courant"), dossier)
        yield Ligne("effacer, coupure de courant à chaque barrière").compter(coupees)
    pas = couper_le_changement_d_epoque(neuf(dossier, "epoque"), dossier)
    yield _compter("recevoir un effacement, mort à chaque pas", ((str(n), fautes) for n, fautes in pas))


def _compter(nom: str, joues: Iterable[tuple[str, list[str]]]) -> Ligne:
    """Une ligne où chaque essai tient, ou non : ce qui tient compte comme acquitté."""
    vues = (Vue(f"{nom} : {quoi}", Issue(-bool(fautes), "", ()), tuple(fautes)) for quoi, fautes in joues)
    return Ligne(nom).compter(vues)


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


def caisse(dossier: Path, sur: str) -> Iterator[Ligne]:
    """Toutes les commandes de la caisse qui écrivent, la mort et les erreurs du disque."""
    with sans_documents():
        a_jouer = pannes_de_la_caisse.gestes(_caisse(dossier), dossier)
        yield from _par_sorte("la caisse", pannes.revue(a_jouer, dossier, tous_les_pas=True, sur=sur))


def annees(dossier: Path, _sur: str) -> Iterator[Ligne]:
    """Une année de caisse, 1 200 faits et 300 factures, les mêmes totaux dans trois programmes ; le mur."""
    tenue = Caisse(neuf(dossier, "annee").racine)
    verite = annee.vivre(tenue, clients=25, faits=4)
    fautes = annee.ecarts(tenue, verite, dossier / "comptes") + tenue.j("verifier")["defauts"]
    yield _compter(
        f"l'année : {verite.faits} faits, {len(verite.pieces)} factures, contre hledger et beancount",
        [("au centime", fautes)],
    )
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


#: Les séries, de la plus courte à la plus longue.
SERIES: dict[str, Callable[[Path, str], Iterator[Ligne]]] = {
    "moyeu": menteur,
    "hasard": hasard,
    "annee": annees,
    "menage": menage,
    "effacement": effacements,
    "disque": du_disque,
    "dix": dix,
    "caisse": caisse,
    "coupure": courant,
    "partage": du_moyeu,
    "toutes": toutes,
}
_COLONNES = ("essayées", "acquittées", "perdues", "bloquées", "refusées", "s")


def principal() -> None:
    dit = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    dit.add_argument("series", nargs="*", help=f"lesquelles ({', '.join(SERIES)}) ; toutes sinon")
    dit.add_argument("--sur", default="", help="seulement les commandes dont la ligne contient ce mot")
    dit.add_argument("--reprendre", action="store_true", help="passer ce que cette version a déjà joué")
    options = dit.parse_args()
    if inconnues := set(options.series) - set(SERIES):
        dit.error(f"séries inconnues : {', '.join(inconnues)}")
    # Une mort ne perd que le processus : l'abri se juge aux coupures, en vrais processus.
    os.fsync = lambda _: None
    version = git(RACINE, "rev-parse", "HEAD").strip()
    faites = _deja(version) if options.reprendre else {}
    print(f"{'série':<72}" + "".join(f"{t:>12}" for t in _COLONNES))
    jouees = []
    for nom in options.series or SERIES:
        lignes = faites.get(nom) or list(_jouer(nom, options.sur, version))
        jouees += lignes
        for ligne in lignes if nom in faites else ():
            _montrer(ligne)
    total = Ligne("en tout", *(sum(getattr(ligne, c) for ligne in jouees) for c in _CHAMPS))
    _montrer(total)
    print("perdues : perdues, à moitié écrites, emportées, illisibles ; bloquées : voulaient une reprise.")
    sys.exit(1 if total.perdues or total.bloquees > total.essayees / 100 else 0)


_CHAMPS = ("essayees", "acquittees", "perdues", "bloquees", "refusees", "secondes")


def _jouer(nom: str, sur: str, version: str) -> Iterator[Ligne]:
    DEJA.parent.mkdir(exist_ok=True)
    # Une série change l'heure, ou d'où l'on joue : la suivante part des mêmes.
    ici, environ, jouees = Path.cwd(), dict(os.environ), []
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-fiabilite-", ignore_cleanup_errors=True) as dossier:
        debut = time.monotonic()
        for ligne in SERIES[nom](Path(dossier), sur):
            ligne.secondes = ligne.secondes or time.monotonic() - debut
            debut = time.monotonic()
            _montrer(ligne)
            jouees.append(ligne)
            yield ligne
        os.chdir(ici)
        os.environ.clear()
        os.environ.update(environ)
    if not sur:
        with DEJA.open("a", encoding="utf-8") as deja:
            deja.write(
                json.dumps({"version": version, "serie": nom, "lignes": [vars(x) for x in jouees]}) + "\n"
            )


def _deja(version: str) -> dict[str, list[Ligne]]:
    """Les séries que cette version a jouées en entier."""
    notees = map(json.loads, DEJA.read_text("utf-8").splitlines()) if DEJA.exists() else ()
    return {n["serie"]: [Ligne(**x) for x in n["lignes"]] for n in notees if n["version"] == version}


def _montrer(ligne: Ligne) -> None:
    valeurs = [getattr(ligne, champ) for champ in _CHAMPS]
    print(f"{ligne.nom:<72}" + "".join(f"{round(v):>12}" for v in valeurs), flush=True)


if __name__ == "__main__":
    principal()
