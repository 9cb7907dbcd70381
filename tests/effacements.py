"""De quoi éprouver un effacement : d'autres postes, et la recherche de toute trace, sans rien de l'outil."""

from __future__ import annotations

import base64
import os
import subprocess
import unicodedata
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from soutien import Lieu, lancer

PERSONNE = ("accueil", "personne")
EFFACER = ("donnees", "effacer")


def traces(depot: Path, *mots: str) -> list[str]:
    """Où l'un de ces mots se lit encore : chaque objet, atteignable ou non, et chaque fichier."""
    fini = subprocess.run(
        ["git", "-C", str(depot), "cat-file", "--batch-all-objects", "--batch"],
        capture_output=True,
        check=True,
    )
    vus = {"objets": fini.stdout}
    vus |= {str(f): f.read_bytes() for f in depot.rglob("*") if f.is_file()}
    plats = {ou: octets.decode("utf-8", "replace").casefold() for ou, octets in vus.items()}
    return [f"{ou} : {mot}" for ou, texte in plats.items() for mot in mots if mot.casefold() in texte]


def formes(*mots: str) -> set[bytes]:
    """Chaque façon raisonnable d'écrire ces mots : accents, codages, adresse, base64."""
    dites: set[bytes] = set()
    for mot in mots:
        nfd = unicodedata.normalize("NFD", mot)
        nu = "".join(c for c in nfd if not unicodedata.combining(c)).replace("ı", "i")
        for ecrit in (mot, nfd, nu, mot.lower(), nu.lower(), nu.replace(" ", "-").lower()):
            dites |= {ecrit.encode(), ecrit.encode("utf-16-le"), urllib.parse.quote(ecrit).encode()}
            dites |= {ecrit.encode("latin-1", "ignore"), ecrit.encode("unicode_escape")}
        if len(mot.encode()) > 5:
            for decalage in range(3):
                code = base64.b64encode(b"x" * decalage + mot.encode())
                dites.add(code[4 if decalage else 0 : len(code) - 4])
    return {d.lower() for d in dites if len(d) > 2}


def ou_se_lisent(racine: Path, *mots: str, sauf: tuple[str, ...] = ()) -> Iterator[str]:
    """L'oracle : chaque fichier, chaque contenu décompressé, chaque suivi, où une forme d'un mot se lit.

    Indépendant du code éprouvé : git n'y sert qu'à décompresser. `sauf` : des dossiers qu'on ne lit pas.
    """
    cherchees = formes(*mots)

    def dit(octets: bytes) -> bool:
        bas = octets.lower()
        return any(forme in bas for forme in cherchees)

    for dossier, sous, noms in os.walk(racine):
        ici = Path(dossier)
        sous[:] = [nom for nom in sous if (ici / nom).relative_to(racine).as_posix() not in sauf]
        for nom in (*noms, *sous):
            if dit(nom.encode("utf-8", "surrogateescape")):
                yield (ici / nom).relative_to(racine).as_posix()
        for nom in noms:
            if not (ici / nom).is_symlink() and dit((ici / nom).read_bytes()):
                yield (ici / nom).relative_to(racine).as_posix()
        if {"HEAD", "objects", "refs"} <= {*noms, *sous}:
            yield from (f"{ici.relative_to(racine).as_posix()}:{e}" for e in _objets(ici, dit))


def _objets(depot: Path, dit: Any) -> Iterator[str]:
    """Les contenus enregistrés qui le disent : leur chemin si l'on sait, sinon leur empreinte."""
    env = {**os.environ, "GIT_DIR": str(depot), "GIT_CONFIG_GLOBAL": os.devnull}
    tous = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch"], capture_output=True, check=True, env=env
    ).stdout
    chemins: dict[str, str] = {}
    place = 0
    vus = []
    while place < len(tous):
        fin = tous.index(b"\n", place)
        empreinte, _, taille = tous[place:fin].split()
        octets = tous[fin + 1 : fin + 1 + int(taille)]
        place = fin + 2 + int(taille)
        if dit(octets):
            vus.append(empreinte.decode())
    if vus:
        mots = ("rev-list", "--objects", "--all", "--reflog", "--indexed-objects")
        sortie = subprocess.run(["git", *mots], capture_output=True, check=False, env=env).stdout
        lignes = sortie.decode("utf-8", "replace").splitlines()
        chemins = {e: c for e, _, c in (ligne.partition(" ") for ligne in lignes)}
    for empreinte in vus:
        yield chemins.get(empreinte) or empreinte[:8]


def tus(racine: Path, recu: dict[str, Any], *mots: str, prefixe: str = "") -> list[str]:
    """Ce que l'oracle trouve sous ce lieu et que son reçu ne nomme pas."""
    nommes = {e["chemin"] for e in recu["endroits"]} | set(recu["recrits"])
    reste = []
    for ou in ou_se_lisent(racine, *mots, sauf=("finance",)):
        depot, _, chemin = ou.rpartition(":")
        base = depot.removesuffix(".git").strip("/.")
        plat = "/".join(filter(None, (base, chemin))) if depot else ou
        # Un dossier qui range un contenu nommé est nommé avec lui ; un enregistrement l'est par son code.
        connu = plat in nommes or any(n.startswith(f"{plat}/") or n.endswith(f" {chemin}") for n in nommes)
        if not connu:
            reste.append(ou)
    return reste


def rejoindre(moyeu: Path, ou: Path) -> Lieu:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(ou)).code == 0
    return Lieu(ou)


def registre(poste: Lieu) -> Path:
    return poste.racine / "registre"
