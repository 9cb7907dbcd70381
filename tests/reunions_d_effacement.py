"""Deux fiches d'une même personne, réunies sur un poste, effacées sur l'un ou l'autre : tous s'accordent."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import NamedTuple

from effacements import EFFACER, PERSONNE, ou_se_lisent, registre, rejoindre
from soutien import Lieu, git, lancer

MOTS = ("Omar Yıldız", "Ömer Yıldız-Peeters", "Yıldız", "omar@exemple.be", "omer@exemple.be")


class Cas(NamedTuple):
    """Laquelle est gardée, laquelle est effacée, sur quel poste, réunion déjà connue ou non, qui commence."""

    garde: int
    effacee: int
    poste: int
    connue: bool
    commence: int


CAS = [Cas(*c) for c in product((0, 1), (0, 1), (0, 1), (True, False), (0, 1))]


def fautes(lieu: Lieu, dossier: Path, cas: Cas) -> list[str]:
    """Jouer ce cas dans un lieu neuf ; ce qui n'aurait pas dû arriver."""
    dossier.mkdir(exist_ok=True)
    moyeu = dossier / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("moyeu", "relier", str(moyeu))
    deux = [
        lieu.id(*PERSONNE, "creer", nom, "--courriel", courriel)
        for nom, courriel in ((MOTS[0], MOTS[3]), (MOTS[1], MOTS[4]))
    ]
    lieu.faire(*PERSONNE, "creer", "Léa Dupont")
    lieu.faire("synchroniser")
    postes = (lieu, rejoindre(moyeu, dossier / "la"))
    lieu.faire(*PERSONNE, "fusionner", deux[cas.garde], deux[1 - cas.garde], "--oui")
    if cas.connue:
        for poste in postes:
            poste.faire("synchroniser")
    postes[cas.poste].faire(*EFFACER, deux[cas.effacee], "--oui")
    ordre = (postes[cas.commence], postes[1 - cas.commence])
    for poste in (*ordre, *ordre):
        poste.faire("synchroniser")
    trouvees = [
        f"{racine.name}/{ou}"
        for racine in (moyeu, *(registre(p) for p in postes))
        for ou in ou_se_lisent(racine, *MOTS)
    ]
    trouvees += [
        f"{poste.racine.name} : {p['nom']}"
        for poste in postes
        for p in poste.faire(*PERSONNE, "liste", "--json").json
        if p["nom"] != "Léa Dupont"
    ]
    if len({git(registre(p), "rev-parse", "HEAD") for p in postes}) > 1:
        trouvees.append("les postes ne s'accordent pas")
    if any(p.faire("synchroniser").sortie != "Tout était déjà en commun.\n" for p in postes):
        trouvees.append("la mise en commun n'en finit pas")
    return trouvees
