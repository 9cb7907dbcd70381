"""L'annuaire : de chaque personne, ce qu'il faut pour la reconnaître, sans rouvrir dix mille fichiers.

Jetable et jamais enregistré : il vit dans `.git`, se refait dès qu'un fichier a changé (à la main
aussi), et un effacement l'ôte. Un petit registre s'en passe.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.arbre import Arbre, Secours
from tiers_lieu_cli.noyau.depot.purge import ANNUAIRE
from tiers_lieu_cli.noyau.depot.verrous import VERROU
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, Personne, premier_mot, repond_a
from tiers_lieu_cli.noyau.texte import clef

#: En dessous, lire les fiches coûte moins que tenir un annuaire.
PETIT_REGISTRE = 300
#: Autant de fiches changées se relisent à chaque fois ; au-delà, l'annuaire se refait.
A_RELIRE = 64
#: En nanosecondes : un fichier touché si peu avant l'annuaire pourrait l'être encore à la même heure.
_TROP_RECENT = 1_000_000_000


class Entree(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """De quoi reconnaître quelqu'un : voir `Personne`, dont les clés sont ici déjà calculées.

    `prenom` : la clé du premier mot de son nom ; `arrivee` : le jour où on l'a connue (ISO), ou vide.
    """

    id: str
    nom: str
    surnom: str
    courriel: str
    telephone: str
    cle: str
    cle_surnom: str
    prenom: str
    arrivee: str
    pivots: tuple[str, ...]
    appels: tuple[str, ...]

    @property
    def repond_a(self) -> frozenset[str]:
        """Voir `Personne.repond_a`."""
        return repond_a(self.cle, self.cle_surnom, self.prenom)

    @classmethod
    def de(cls, p: Personne) -> Entree:
        """L'entrée d'une personne."""
        return cls(
            id=p.id,
            nom=p.nom,
            surnom=p.surnom,
            courriel=p.courriel,
            telephone=p.telephone,
            cle=p.cle,
            cle_surnom=clef(p.surnom),
            prenom=premier_mot(p.nom),
            arrivee=p.depuis.isoformat() if p.depuis else "",
            pivots=p.pivots,
            appels=p.appels,
        )


#: Par fichier ; `None` : il ne se lit pas, et l'on y revient à chaque fois.
Connues = dict[str, Entree | None]
_DECODEUR = msgspec.msgpack.Decoder(Connues)


def lire(racine: Path, arbre: Arbre) -> list[Entree]:
    """Toutes les personnes lisibles du registre."""
    fichier = racine / ".git" / ANNUAIRE
    # Dix mille dates se demandent en C, à côté, pendant qu'on relit l'annuaire.
    recherche = _chercher_les_recents(racine, fichier)
    connues = _charger(fichier)
    presents = connues.keys() if connues and _rien_n_entre_ni_ne_sort(racine, fichier) else _presents(racine)
    recents = _finir(recherche) if recherche else None
    if len(presents) < PETIT_REGISTRE:
        return [Entree.de(p) for p in PERSONNES.toutes(arbre).fiches]
    recents = _recents(racine, fichier) if recents is None else recents
    illisibles = {nom for nom, e in connues.items() if e is None}
    a_relire = (presents - connues.keys()) | ((recents | illisibles) & presents)
    if len(a_relire - illisibles) + len(connues.keys() - presents) > A_RELIRE:
        return _refaire(racine, arbre, {nom: e for nom, e in connues.items() if nom not in a_relire})
    a_jour = (e for nom, e in connues.items() if e and nom in presents and nom not in a_relire)
    return [*a_jour, *filter(None, (_lire(nom, arbre) for nom in sorted(a_relire)))]


def _rien_n_entre_ni_ne_sort(racine: Path, fichier: Path) -> bool:
    """Le dossier des personnes a-t-il les mêmes fichiers qu'à l'annuaire ?"""
    try:
        vu, limite = (racine / PERSONNES.genre.dossier).stat(), fichier.stat().st_mtime_ns
    except OSError:
        return False
    return max(vu.st_mtime_ns, vu.st_ctime_ns) < limite


def _presents(racine: Path) -> set[str]:
    """Les fichiers de personnes, par leur nom."""
    try:
        noms = os.listdir(racine / PERSONNES.genre.dossier)
    except (FileNotFoundError, NotADirectoryError):
        return set()
    return {nom for nom in noms if nom.endswith(PERSONNES.genre.suffixe) and not nom.startswith(".")}


def _charger(fichier: Path) -> Connues:
    """L'annuaire gardé ; vide s'il n'y en a pas, ou s'il ne se relit pas."""
    try:
        return _DECODEUR.decode(systeme.lire_ordinaire(fichier))
    except (OSError, msgspec.DecodeError):
        return {}


def _chercher_les_recents(racine: Path, fichier: Path) -> Popen[bytes] | None:
    """Commencer à chercher les fiches touchées depuis l'annuaire ; `None` là où le système ne sait pas."""
    if sys.platform == "win32" or not fichier.is_file():
        return None
    mots = ("find", str(racine / PERSONNES.genre.dossier), "-type", "f", "-cnewer", str(fichier), "-print0")
    try:
        return Popen(mots, stdout=PIPE, stderr=DEVNULL)
    except OSError:
        return None


def _finir(recherche: Popen[bytes]) -> set[str]:
    sortie, _ = recherche.communicate()
    return {os.fsdecode(chemin).rpartition("/")[2] for chemin in sortie.split(b"\0") if chemin}


def _recents(racine: Path, fichier: Path) -> set[str]:
    """La même recherche, un fichier à la fois."""
    try:
        limite = fichier.stat().st_mtime_ns
    except OSError:
        limite = 0
    with os.scandir(racine / PERSONNES.genre.dossier) as entrees:
        vus = ((e.name, e.stat(follow_symlinks=False)) for e in entrees)
        return {nom for nom, vu in vus if max(vu.st_mtime_ns, vu.st_ctime_ns) > limite}


def _refaire(racine: Path, arbre: Arbre, sures: Connues) -> list[Entree]:
    """Relire ce qui a changé, et le garder si le registre est libre : un effacement ne s'y croise pas."""
    provisoire = racine / ".git" / f".tmp-{os.urandom(6).hex()}"
    try:
        with systeme.verrou(racine / ".git" / VERROU, attente=0):
            systeme.ecrire_abrite(provisoire, b"")
            # L'heure du disque avant la première lecture, moins ce qu'il faut pour ne rien manquer.
            limite = provisoire.stat().st_mtime_ns - _TROP_RECENT
            lues = _relire(racine, arbre, sures)
            provisoire.write_bytes(msgspec.msgpack.encode(_sures(lues, arbre)))
            os.utime(provisoire, ns=(limite, limite))
            os.replace(provisoire, racine / ".git" / ANNUAIRE)
    except (Echec, OSError):
        lues = _relire(racine, arbre, sures)
    finally:
        with suppress(OSError):
            provisoire.unlink(missing_ok=True)
    return [e for e in lues.values() if e]


def _relire(racine: Path, arbre: Arbre, sures: Connues) -> Connues:
    return {nom: sures.get(nom) or _lire(nom, arbre) for nom in sorted(_presents(racine))}


def _sures(lues: Connues, arbre: Arbre) -> Connues:
    """Ce qui se retient : une fiche abîmée, dont l'ancienne version a servi, se relit et se redit."""
    abimees = arbre.defauts if isinstance(arbre, Secours) else {}
    dossier = PERSONNES.genre.dossier
    return {nom: None if f"{dossier}/{nom}" in abimees else e for nom, e in lues.items()}


def _lire(nom: str, arbre: Arbre) -> Entree | None:
    ident = PERSONNES.genre.ident(f"{PERSONNES.genre.dossier}/{nom}")
    try:
        lue = PERSONNES.une(arbre, ident) if ident else None
    except FicheFautive:
        return None
    return Entree.de(lue) if lue else None
