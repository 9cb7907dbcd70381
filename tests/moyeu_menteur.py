"""Un moyeu qui ment : il a reculé, perdu, abîmé, ou répond une chose puis une autre.

Rien de ce poste n'est perdu ni remplacé ; la faute est dite ; et un bon moyeu remis, tout se retrouve.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from soutien import Lieu, git, lancer


@dataclass(frozen=True)
class Maison:
    """Deux postes et leur moyeu : ici a une note que le moyeu n'a pas ; le moyeu en a une d'ailleurs."""

    moyeu: Path
    ici: Lieu
    la: Lieu


def batir(lieu: Lieu, dossier: Path) -> Maison:
    """Un moyeu, deux postes à jour, puis chacun une note de plus ; celle de là-bas est au moyeu."""
    moyeu = dossier / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("moyeu", "relier", str(moyeu))
    for n in range(3):
        lieu.faire("journal", "noter", f"Note d'ici {n}")
        lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(moyeu), str(dossier / "la")).code == 0
    la = Lieu(dossier / "la")
    la.faire("journal", "noter", "Note de là-bas")
    la.faire("synchroniser")
    lieu.faire("journal", "noter", "Pas encore envoyée")
    return Maison(moyeu, lieu, la)


def _tete(moyeu: Path, combien: int = 0) -> str:
    return git(moyeu, "rev-parse", f"main~{combien}").strip()


def _pointer(moyeu: Path, dit: str) -> None:
    (moyeu / "refs/heads/main").write_text(f"{dit}\n", "ascii")


def _empaqueter(moyeu: Path) -> Path:
    git(moyeu, "repack", "-adq")
    (paquet,) = (moyeu / "objects/pack").glob("*.pack")
    paquet.chmod(0o600)
    return paquet


def _tronquer(moyeu: Path) -> None:
    paquet = _empaqueter(moyeu)
    paquet.write_bytes(paquet.read_bytes()[: paquet.stat().st_size * 2 // 3])


def _retourner(moyeu: Path) -> None:
    paquet = _empaqueter(moyeu)
    octets = bytearray(paquet.read_bytes())
    for place in range(40, len(octets) - 40, 200):
        octets[place] ^= 0x55
    paquet.write_bytes(octets)


def _objet(moyeu: Path, nom: str) -> Path:
    """Le fichier de l'objet que ce nom désigne : tout y est déballé d'abord."""
    for paquet in (moyeu / "objects/pack").glob("*.pack"):
        octets = paquet.read_bytes()
        for bout in moyeu.glob(f"objects/pack/{paquet.stem}.*"):
            bout.unlink()
        mots = ["git", "-C", str(moyeu), "unpack-objects", "-q"]
        subprocess.run(mots, input=octets, check=True)
    empreinte = git(moyeu, "rev-parse", nom).strip()
    fichier = moyeu / "objects" / empreinte[:2] / empreinte[2:]
    fichier.chmod(0o600)
    return fichier


def _sans_ancetre(moyeu: Path) -> None:
    arbre = git(moyeu, "rev-parse", "main^{tree}").strip()
    _pointer(moyeu, git(moyeu, "commit-tree", arbre, "-m", "Une autre maison").strip())


def _autre_reponse(moyeu: Path) -> None:
    """Une suite de ce qui précède, où ce que le moyeu montrait n'a jamais été."""
    arbre, avant = git(moyeu, "rev-parse", "main~2^{tree}").strip(), _tete(moyeu, 2)
    mots = ("commit-tree", arbre, "-p", avant, "-m", "Ailleurs\n\nAction: journal.noter")
    _pointer(moyeu, git(moyeu, *mots).strip())


#: Chaque mensonge, et ce qu'il fait au moyeu de l'archive.
MENSONGES: dict[str, Callable[[Path], None]] = {
    "une vieille référence": lambda m: _pointer(m, _tete(m, 2)),
    "la toute première référence": lambda m: _pointer(
        m, git(m, "rev-list", "--max-parents=0", "main").strip()
    ),
    "plus de référence": lambda m: (m / "refs/heads/main").unlink(),
    "un paquet tronqué": _tronquer,
    "un paquet abîmé": _retourner,
    "un fichier manquant": lambda m: _objet(m, f"main:{_derniere(m)}").unlink(),
    "un dossier manquant": lambda m: _objet(m, "main:journal").unlink(),
    "un enregistrement manquant": lambda m: _objet(m, "main~1").unlink(),
    "le dernier enregistrement manquant": lambda m: _objet(m, "main").unlink(),
    "un fichier vide": lambda m: _vider(_objet(m, f"main:{_derniere(m)}")),
    "un fichier abîmé": lambda m: _abimer(_objet(m, f"main:{_derniere(m)}")),
    "un enregistrement abîmé": lambda m: _abimer(_objet(m, "main")),
    "une référence vers un fichier": lambda m: _pointer(
        m, git(m, "rev-parse", f"main:{_derniere(m)}").strip()
    ),
    "une référence vers un dossier": lambda m: _pointer(m, git(m, "rev-parse", "main^{tree}").strip()),
    "une référence vers rien": lambda m: _pointer(m, "1" * 40),
    "une référence illisible": lambda m: _pointer(m, "ceci n'est pas une empreinte"),
    "une référence vide": lambda m: _pointer(m, ""),
    "une autre maison": _sans_ancetre,
    "une autre réponse": _autre_reponse,
}


def _derniere(moyeu: Path) -> str:
    """Une note que le moyeu garde : la dernière par son nom."""
    return git(moyeu, "ls-tree", "-r", "--name-only", "main", "journal/notes").split()[-1]


def _vider(fichier: Path) -> None:
    fichier.write_bytes(b"")


def _abimer(fichier: Path) -> None:
    octets = bytearray(fichier.read_bytes())
    octets[len(octets) // 2 :] = b"\xff" * (len(octets) - len(octets) // 2)
    fichier.write_bytes(octets)


def eprouver(modele: Maison, dossier: Path, nom: str, *, deja_pris: bool) -> list[str]:
    """Ce mensonge dit à un poste (`deja_pris` : qui avait déjà tout reçu) ; ses fautes."""
    m = _copier(modele, dossier)
    if deja_pris:
        m.ici.faire("synchroniser")
        m.ici.faire("journal", "noter", "Écrite depuis")
    shutil.copytree(m.moyeu, dossier / "bon", symlinks=True)
    MENSONGES[nom](m.moyeu)
    avant, a_nous = m.ici.git("rev-parse", "HEAD").strip(), _notes(m.ici)
    fautes = []
    for essai in range(2):
        dit = m.ici.faire("synchroniser", code=None)
        fautes += [f"essai {essai} : {f}" for f in _locales(m.ici, avant, a_nous)]
        if dit.code not in (0, 1, 2, 11) or (dit.code and not dit.erreurs.strip()):
            fautes.append(f"ce qui est dit : {dit}")
        if not dit.code and not _a_tout(m):
            fautes.append(f"dit en commun, et le moyeu n'a pas tout : {dit.sortie.strip()}")
    neuf = dossier / "neuf"
    rejoint = lancer("moyeu", "rejoindre", str(m.moyeu), str(neuf))
    if rejoint.code and (neuf.exists() or not rejoint.erreurs.strip()):
        fautes.append(f"un poste neuf à moitié posé : {rejoint}")
    if not rejoint.code and Lieu(neuf).git("fsck", "--no-dangling").strip():
        fautes.append("un poste neuf abîmé")
    shutil.rmtree(m.moyeu)
    shutil.copytree(dossier / "bon", m.moyeu, symlinks=True)
    return [*fautes, *_remis(m, a_nous)]


def _locales(ici: Lieu, avant: str, a_nous: dict[str, bytes]) -> Iterator[str]:
    """Ce que ce poste n'aurait pas dû perdre."""
    if ici.git("merge-base", avant, "HEAD").strip() != avant:
        yield "l'histoire de ce poste a été remplacée"
    presentes = _notes(ici)
    yield from (f"{nom} perdue ou changée" for nom, c in a_nous.items() if presentes.get(nom) != c)
    if ici.git("status", "--porcelain"):
        yield "le poste n'est pas propre"
    if dit := subprocess.run(
        ["git", "-C", str(ici.racine), "fsck", "--no-dangling"], capture_output=True, text=True, check=False
    ).stderr.strip():
        yield f"l'archive de ce poste est abîmée : {dit}"


def _remis(m: Maison, a_nous: dict[str, bytes]) -> Iterator[str]:
    """Le bon moyeu remis : les deux postes et lui disent la même chose, et tout y est."""
    for poste in (m.ici, m.la, m.ici):
        if (dit := poste.faire("synchroniser", code=None)).code:
            yield f"le bon moyeu remis, refusé : {dit.erreurs.strip()}"
    ici, la = _notes(m.ici), _notes(m.la)
    if ici != la or not set(a_nous.items()) <= set(ici.items()):
        yield "les postes ne s'accordent pas"
    if _tete(m.moyeu) != m.ici.git("rev-parse", "HEAD").strip():
        yield "le moyeu n'a pas tout"


def _a_tout(m: Maison) -> bool:
    """Le moyeu tient-il tout ce que ce poste a enregistré, et peut-il le rendre ?"""
    tete = m.ici.git("rev-parse", "HEAD").strip()
    fini = subprocess.run(
        ["git", "-C", str(m.moyeu), "rev-list", "--objects", f"{tete}"], capture_output=True, check=False
    )
    pointe = subprocess.run(
        ["git", "-C", str(m.moyeu), "merge-base", "--is-ancestor", tete, "main"],
        capture_output=True,
        check=False,
    )
    return fini.returncode == 0 and pointe.returncode == 0


def _notes(poste: Lieu) -> dict[str, bytes]:
    dossier = poste.racine / "journal/notes"
    return {f.relative_to(poste.racine).as_posix(): f.read_bytes() for f in dossier.rglob("*.md")}


def _copier(modele: Maison, dossier: Path) -> Maison:
    """La même maison, où les postes sont reliés à leur propre copie du moyeu."""
    dossier.mkdir()
    copies = []
    for nom in ("moyeu", "ici", "la"):
        racine = getattr(modele, nom) if nom == "moyeu" else getattr(modele, nom).racine
        subprocess.run(["cp", "-a", str(racine), str(dossier / nom)], check=True)
        copies.append(dossier / nom)
    m = Maison(copies[0], Lieu(copies[1]), Lieu(copies[2]))
    for poste in (m.ici, m.la):
        poste.faire("moyeu", "relier", str(m.moyeu))
    return m
