"""Chaque écriture de la caisse, tuée en route : elle est faite, ou rien ne s'est passé ; tout se tient."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from caisses import Caisse, fait, lot_de
from ecritures import caisse as ecritures
from pannes import Issue, Panne, jouer
from releves import Ligne, coda
from soutien import git

#: Une par sorte d'écriture, et ce qu'il leur faut : ce que la suite rejoue chaque fois.
_BREVES = (
    *("init", "vendeur modifier", "tarif creer", "tiers creer", "faits importer", "facture brouillon"),
    *("facture emettre", "banque importer", "note-credit creer", "achat creer", "rgpd effacer"),
)
#: Le premier numéro qu'une facture prend ici, et ce qu'elle demande.
_OGM, _DU = "202600000192", "30.25"


def revue(caisse: Caisse, dossier: Path, *, tous_les_pas: bool) -> Iterator[tuple[str, list[str]]]:
    """Chaque commande qui n'est pas refusée, tuée à tous ses pas ; sinon, une par démarche, à un pas."""
    for nom, octets in (
        ("faits.json", lot_de(fait()).encode()),
        ("releve.coda", coda((Ligne(_DU, _OGM), Ligne("-12.10")))),
        ("accuse.xml", b"<ok/>"),
    ):
        Path(nom).write_bytes(octets)
    vues: set[tuple[str, ...]] = set()
    toutes = ecritures.commandes("Un titre", "Un texte d'essai")
    if not tous_les_pas:
        toutes = [mots for mots in toutes if " ".join(mots[1:]).startswith(_BREVES)]
    for rang, mots in enumerate(toutes):
        suivante = Caisse(_copier(caisse, dossier / f"{rang}"))
        entiere = jouer(suivante, mots, Panne(), dossier / "trace")
        if entiere.code or not (caisse.dossier / ".git").exists():
            if not entiere.code:
                caisse = suivante
            continue
        un_pas = 1 + crc32(" ".join(mots).encode()) % entiere.pas
        a_tuer = range(1, entiere.pas + 1) if tous_les_pas else [] if entiere.demarche in vues else [un_pas]
        vues.add(entiere.demarche)
        for pas in a_tuer:
            copie = Caisse(_copier(caisse, dossier / "copie"))
            avant = _tete(copie)
            issue = jouer(copie, mots, Panne("mort", pas), dossier / "trace")
            yield f"{' '.join(mots)} (pas {pas})", _fautes(copie, issue, avant)
            shutil.rmtree(copie.racine)
        shutil.rmtree(caisse.racine)
        caisse = suivante


def _fautes(caisse: Caisse, issue: Issue, avant: str) -> list[str]:
    fautes = ["acquittée et perdue"] if issue.acquittee and _tete(caisse) == avant else []
    fautes += ["un bogue montré"] if "Traceback" in issue.dit else []
    suite = caisse.f("caisse", "noter", "1", "--compte", "don", code=None)
    fautes += [f"la suite refuse : {suite.erreurs}"] if suite.code else []
    fautes += [str(d) for d in caisse.f("verifier", "--json", code=None).json["defauts"]]
    if reste := git(caisse.dossier, "status", "--porcelain"):
        fautes.append(f"à moitié écrit : {reste.strip()}")
    return fautes


def _copier(caisse: Caisse, vers: Path) -> Path:
    shutil.copytree(caisse.racine, vers, symlinks=True)
    return vers


def _tete(caisse: Caisse) -> str:
    return git(caisse.dossier, "rev-parse", "HEAD")
