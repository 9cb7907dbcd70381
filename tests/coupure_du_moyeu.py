"""Le courant coupé pendant qu'on rejoint, ou qu'on met en commun : au poste, au moyeu, ou sous les deux.

Le courant revenu, rien de ce qui était acquitté ne manque, et la même commande finit le travail.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import coupure
from pannes import Issue, Vue
from soutien import Lieu, git, lancer

#: En dessous, git range ce qu'il reçoit contenu par contenu ; au-dessus, en un paquet (fetch.unpackLimit).
PEU, BEAUCOUP = 2, 120
_PERMIS = frozenset({"reprise"})
#: Juger une maison où une commande a fini ainsi : ses fautes, et demande-t-elle une reprise ?
Juger = Callable[["Maison", Issue], tuple[list[str], bool]]


@dataclass(frozen=True)
class Maison:
    """Un dossier où tiennent le moyeu et un poste, qui ont chacun ce que l'autre n'a pas."""

    racine: Path

    @property
    def moyeu(self) -> Path:
        return self.racine / "moyeu"

    @property
    def poste(self) -> Lieu:
        return Lieu(self.racine / "poste")


def batir(dossier: Path, combien: int) -> Maison:
    """`combien` notes de chaque côté, et une même fiche changée des deux."""
    maison = Maison(dossier / "maison")
    maison.racine.mkdir(parents=True)
    assert lancer("moyeu", "init", str(maison.moyeu)).code == 0
    assert lancer("init", str(maison.poste.racine), "--nom", "La Passerelle", "--salle", "Cour").code == 0
    maison.poste.faire("moyeu", "relier", str(maison.moyeu))
    velo = maison.poste.id("prog", "evenement", "creer", "Atelier vélo", "--quand", "jeudi 18h-20h")
    maison.poste.faire("synchroniser")
    autre = Lieu(dossier / "autre")
    assert lancer("moyeu", "rejoindre", str(maison.moyeu), str(autre.racine)).code == 0
    for lieu, champ, mot in (
        (autre, "--titre", "Vélo d'hiver"),
        (maison.poste, "--description", "Un antivol"),
    ):
        for n in range(combien):
            qui = lieu.racine.name[0]
            note = f"journal/notes/2026/11/2026-11-23-{qui}{n:03}-a2b3.md"
            texte = f"---\nmoment: 2026-11-23T10:00\n---\n\nNote {n}, de {qui}\n"
            lieu.poser(note, texte, enregistre=False)
        lieu.faire("enregistrer")
        lieu.faire("prog", "evenement", "modifier", velo, champ, mot)
    autre.faire("synchroniser")
    return maison


def mettre_en_commun(dossier: Path, combien: int, entre: int = 1) -> Iterator[Vue]:
    """« synchroniser », et chaque état où une coupure aurait laissé le poste et le moyeu."""
    maison = batir(dossier, combien)
    d_ici, de_la = _tete(maison.poste.racine), _tete(maison.moyeu)

    def juger(apres: Maison, issue: Issue) -> tuple[list[str], bool]:
        envoye = not issue.acquittee or _tient(apres.moyeu, d_ici)
        fautes, demande = _finir(apres)
        for ou in (apres.poste.racine, apres.moyeu):
            fautes += [f"perdu : {quoi} ({ou.name})" for quoi in (d_ici, de_la) if not _tient(ou, quoi)]
        return [*fautes, *([] if envoye else ["dit envoyé, et le moyeu ne l'avait pas"])], demande

    yield from _eprouver(maison, ["--lieu", str(maison.poste.racine), "synchroniser"], dossier, juger, entre)


def rejoindre(dossier: Path, combien: int, entre: int = 1) -> Iterator[Vue]:
    """« moyeu rejoindre » dans un dossier neuf, de même."""
    maison = batir(dossier, combien)
    tete = _tete(maison.moyeu)
    shutil.rmtree(maison.poste.racine)

    def juger(apres: Maison, issue: Issue) -> tuple[list[str], bool]:
        poste = apres.poste.racine
        if issue.acquittee and not (poste.exists() and _tient(poste, tete)):
            return ["dit rejoint, et le lieu n'y est pas"], False
        demande = False
        if not _se_verifie(apres.poste):
            refait = lancer("moyeu", "rejoindre", str(apres.moyeu), str(poste))
            if refait.code:
                # Ce qui est resté d'un début se dit, et s'ôte.
                demande = True
                if not refait.erreurs.strip():
                    return ["un refus sans un mot"], demande
                shutil.rmtree(poste)
                refait = lancer("moyeu", "rejoindre", str(apres.moyeu), str(poste))
                if refait.code:
                    return [f"ne se rejoint plus : {refait.erreurs}"], demande
        fautes, reprise = _finir(apres)
        return fautes + [f"perdu ({ou.name})" for ou in (poste, apres.moyeu) if not _tient(ou, tete)], (
            demande or reprise
        )

    mots = ["moyeu", "rejoindre", str(maison.moyeu), str(maison.poste.racine)]
    yield from _eprouver(maison, mots, dossier, juger, entre)


def _eprouver(maison: Maison, mots: list[str], dossier: Path, juger: Juger, entre: int) -> Iterator[Vue]:
    base = dossier / "avant"
    subprocess.run(["cp", "-a", str(maison.racine), str(base)], check=True)
    journal = coupure.noter(maison.racine, mots, dossier, relit=True)
    assert journal.code == 0, journal.dit
    dit, entier = " ".join(mots[-3:]).replace(str(dossier), ""), coupure.tout(journal)
    for etat in coupure.etats(journal, entre=entre):
        # L'autre machine, elle, a tout gardé.
        for ou, autre in (("au poste", "moyeu"), ("au moyeu", "poste"), ("partout", "")):
            coupe = replace(etat, fichiers=_sous(etat.fichiers, entier, autre)) if autre else etat
            apres = Maison(dossier / "apres")
            coupure.poser(coupe, base, apres.racine)
            _readresser(apres, maison)
            yield coupure.voir(journal, etat, f"{dit} (coupée {ou}", apres, juger)
            shutil.rmtree(apres.racine)
    shutil.rmtree(base)


def _sous(
    coupes: dict[str, bytes | None], entiers: dict[str, bytes | None], dossier: str
) -> dict[str, bytes | None]:
    """Le disque coupé, sauf ce dossier, qui a tout."""
    ailleurs = {chemin: octets for chemin, octets in coupes.items() if chemin.split("/")[0] != dossier}
    return ailleurs | {c: octets for c, octets in entiers.items() if c.split("/")[0] == dossier}


def _readresser(apres: Maison, avant: Maison) -> None:
    """L'adresse du moyeu est entière : la copie a le sien."""
    for reglages in apres.poste.racine.glob("**/.git/config"):
        octets = reglages.read_bytes()
        neufs = octets.replace(f"{avant.moyeu}".encode(), f"{apres.moyeu}".encode())
        if neufs != octets:
            reglages.write_bytes(neufs)


def _finir(maison: Maison) -> tuple[list[str], bool]:
    """Mettre en commun, s'il le faut après une reprise : les fautes qui restent, et en fallait-il une ?"""
    poste, demande = maison.poste, False
    fautes = [f"{fichier} : {fait}" for regle, fichier, fait in _constats(poste) if regle not in _PERMIS]
    dit = poste.faire("synchroniser", code=None)
    if dit.code and "reprise" in dit.erreurs:
        demande = True
        poste.faire("reprise", "--oui", code=None)
        dit = poste.faire("synchroniser", code=None)
    if dit.code:
        return [*fautes, f"la mise en commun échoue : {dit.erreurs.strip()}"], demande
    if _tete(poste.racine) != _tete(maison.moyeu):
        fautes.append("le poste et le moyeu diffèrent")
    fautes += [f"{fichier} : {fait}" for _, fichier, fait in _constats(poste)]
    if reste := git(poste.racine, "status", "--porcelain"):
        fautes.append(f"le lieu n'est pas propre : {reste}")
    for ou in (poste.racine, maison.moyeu):
        git(ou, "fsck", "--strict", "--no-dangling")
    return fautes, demande


def _constats(lieu: Lieu) -> set[tuple[str, str, str]]:
    dits = lieu.faire("verifier", "--tout", "--json", code=None).json
    if "refus" in dits:
        return {("refus", "", dits["refus"]["phrase"])}
    return {(k["regle"], k["fichier"], k["fait"]) for k in dits["constats"]}


def _se_verifie(lieu: Lieu) -> bool:
    return lieu.racine.exists() and lieu.faire("verifier", "--tout", code=None).code == 0


def _tete(ou: Path) -> str:
    return git(ou, "rev-parse", "main").strip()


def _tient(ou: Path, commit: str) -> bool:
    """Cet enregistrement est-il dans son histoire, et chaque contenu avec lui ?"""
    try:
        git(ou, "merge-base", "--is-ancestor", commit, "main")
        git(ou, "rev-list", "--objects", "--quiet", "main")
    except subprocess.CalledProcessError:
        return False
    return True
