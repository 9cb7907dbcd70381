"""`tl sauvegarder`, `tl restaurer` : tout le lieu dans un seul fichier chiffré (age), et retour.

Le fichier est une archive tar de paquets git (`git bundle`), un par dépôt : l'histoire
entière, et rien qui s'exécute. Chiffré par une phrase (scrypt) ou pour des clefs age ou ssh.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tarfile
import tempfile
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.convention.document import coffre
from tiers_lieu_cli.ensemble import examen
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte, Poste, ouvrir, ouvrir_lieu, poste
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.moyeu import MoyeuAbsent
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties, dossier_neuf
from tiers_lieu_cli.noyau.texte import accorder, taille

sauvegarder_app, restaurer_app = Application(), Application()
#: La phrase, quand personne n'est là pour la taper (une tâche de nuit).
VARIABLE = "TIERS_LIEU_PHRASE"
#: Les dépôts d'un lieu, par leur dossier ; l'archive est à la racine.
DEPOTS = {"archive": "", "registre": "registre", "finance": "finance"}
#: Les coffres, hors de toute histoire, tels quels : les documents ; chez le trésorier, contenus et clef.
COFFRES = ("finance/coffre", coffre.DOSSIER)
_AU_COFFRE = motif(
    r"finance/coffre/(?:clef\.txt|signature\.txt|[0-9a-f]{2}/[0-9a-f]{64}\.age)|documents/[0-9a-f]{2}/[0-9a-f]{64}",
    re.ASCII,
)
_PHRASE_MINIMALE = 8
#: age mesure d'abord la machine, et la croit trop lente si elle s'est arrêtée à cet instant.
_ESSAIS = 12


class SauvegardeIllisible(Echec):
    """Le fichier n'est pas une sauvegarde, ou la phrase n'est pas la bonne."""

    def __init__(self, fichier: Path) -> None:
        super().__init__(
            f"{fichier} ne s'ouvre pas : ce n'est pas une sauvegarde, ou la phrase n'est pas la bonne.",
            "Vérifier l'une et l'autre (la phrase, ou la clef) ; rien n'a été écrit.",
        )


class MachineTropLente(Echec):
    """La sauvegarde vient d'une machine bien plus rapide : l'ouvrir demanderait plus qu'age n'accepte."""

    def __init__(self, fichier: Path) -> None:
        super().__init__(
            f"{fichier} demande plus de calcul que cet ordinateur, trop lent ou trop occupé, n'en accepte.",
            "Recommencer quand il sera au repos, ou l'ouvrir sur un autre ; rien n'a été écrit.",
        )


@sauvegarder_app.action("sauvegarder")
def sauvegarder(
    ctx: typer.Context,
    fichier: Annotated[Path, typer.Argument(help="Le fichier à écrire, hors du lieu.")],
    pour: Annotated[
        list[str] | None,
        typer.Option("--pour", help="Une clef publique age (age1…) ou ssh, au lieu d'une phrase."),
    ] = None,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Mettre l'archive, le registre et la caisse, histoire comprise, dans un fichier chiffré.

    La phrase est demandée, ou lue sur l'entrée, ou dans TIERS_LIEU_PHRASE. La sauvegarde est
    aussitôt rouverte et restaurée à côté, pour preuve.

    Exemple :
        tl sauvegarder /media/clef-usb/la-passerelle.age
    """
    c = ouvrir(ctx, malgre_tout=True)
    sorties = Sorties(c, ecraser=ecraser)
    fichier = sorties.reserver(fichier, noms=True)
    phrase = "" if pour else _phrase(c.ecran, nouvelle=True)
    clair = _paqueter(c.lieu.racine, c.ecran)
    chiffre = _chiffrer(clair, phrase, pour or [])
    if phrase:
        clair = _dechiffrer(chiffre, phrase, None, fichier)
    with tempfile.TemporaryDirectory(prefix="tiers-lieu-") as a_cote:
        combien, constats = _eprouver(clair, Path(a_cote), c)
    with sorties:
        sorties.ecrire(fichier, [chiffre], noms=True)
    a_la_main = sum(len(depot.a_la_main()) for depot in c.depots)
    if json:
        c.ecran.json(
            {"fichier": str(fichier), "octets": len(chiffre), "fiches": combien, "constats": constats}
        )
        return
    c.ecran.dire(
        f"Sauvegardé dans {fichier} ({taille(len(chiffre))}) ; rouvert et relu : {combien} fichiers."
    )
    if a_la_main:
        dites = (
            f"{accorder(a_la_main, 'modification')} à la main n'y {'sont' if a_la_main > 1 else 'est'} pas"
        )
        c.ecran.avertir(f"{dites} : tl enregistrer, puis recommencer.")
    c.ecran.dire("  Garder la phrase ailleurs : sans elle, rien ne s'ouvre. Restaurer : tl restaurer")


@restaurer_app.action("restaurer")
def restaurer(
    ctx: typer.Context,
    fichier: Annotated[Path, typer.Argument(help="La sauvegarde.")],
    dossier: Annotated[Path, typer.Argument(help="Où retrouver le lieu, dans un dossier neuf ou vide.")],
    clef: Annotated[
        Path | None, typer.Option("--clef", help="La clef privée age ou ssh, au lieu de la phrase.")
    ] = None,
    json: Json = False,
) -> None:
    """Retrouver un lieu entier depuis une sauvegarde, et le vérifier.

    Exemple :
        tl restaurer /media/clef-usb/la-passerelle.age la-passerelle
    """
    ici = poste(ctx)
    try:
        chiffre = fichier.read_bytes()
    except OSError as erreur:
        raise ErreurUsage(f"{fichier} ne se lit pas ({systeme.raison(erreur)}).", "") from None
    with dossier_neuf(dossier) as chantier:
        clair = _dechiffrer(chiffre, "" if clef else _phrase(ici.ecran), clef, fichier)
        _deballer(clair, chantier, fichier, ici.ecran)
    dossier = dossier.expanduser().resolve()
    vu = examen.examiner(ouvrir_lieu(dossier, ici, malgre_tout=True))
    if json:
        ici.ecran.json({"id": str(dossier), "fiches": vu.combien, "constats": len(vu.constats)})
        return
    etat = "tout est en ordre"
    if vu.constats:
        etat = f"{accorder(len(vu.constats), 'chose')} à revoir (tl verifier)"
    ici.ecran.dire(f"Le lieu est retrouvé dans {dossier} : {vu.combien} fichiers relus, {etat}.")
    # L'adresse du moyeu est à un poste, non au lieu : la sauvegarde ne l'a pas.
    ici.ecran.dire("  Il n'est relié à aucun moyeu ; s'il l'était, le relier de nouveau : tl moyeu relier")
    ici.ecran.dire(f"  Ensuite : cd {dossier}, puis tl aujourdhui")


def _paqueter(racine: Path, ecran: Ecran) -> bytes:
    """Un tar en mémoire : un paquet par dépôt présent."""
    flux = io.BytesIO()
    with tarfile.open(fileobj=flux, mode="w") as tar, tempfile.TemporaryDirectory(prefix="tiers-lieu-") as la:
        for nom, dossier in DEPOTS.items():
            depot = Depot(racine / dossier)
            if not depot.existe or not depot.tete():
                continue
            paquet = Path(la) / f"{nom}.bundle"
            with ecran.transport() as avancee:
                moyeu.empaqueter(depot, paquet, avancee)
            entree = tarfile.TarInfo(paquet.name)
            entree.size = paquet.stat().st_size
            with paquet.open("rb") as contenu:
                tar.addfile(entree, contenu)
        for fichier in sorted(f for dossier in COFFRES for f in (racine / dossier).rglob("*")):
            nom = fichier.relative_to(racine).as_posix()
            if _AU_COFFRE.fullmatch(nom) and fichier.is_file() and not fichier.is_symlink():
                tar.add(fichier, nom, recursive=False)
    return flux.getvalue()


def _deballer(clair: bytes, racine: Path, fichier: Path, ecran: Ecran) -> None:
    """Rebâtir chaque dépôt dans `racine` ; l'archive d'abord, les autres dedans."""
    try:
        with tarfile.open(fileobj=io.BytesIO(clair)) as tar:
            paquets = {e.name: tar.extractfile(e) for e in tar.getmembers() if e.isfile()}
            contenus = {nom: flux.read() for nom, flux in paquets.items() if flux}
    except tarfile.TarError:
        raise SauvegardeIllisible(fichier) from None
    if "archive.bundle" not in contenus:
        raise SauvegardeIllisible(fichier)
    for nom, dossier in DEPOTS.items():
        contenu = contenus.get(f"{nom}.bundle")
        if contenu is None:
            continue
        chez = racine / dossier
        chez.mkdir(mode=0o700, exist_ok=True)
        depot = Depot.creer(chez)
        paquet = depot.interne / "tiers-lieu.paquet"
        paquet.write_bytes(contenu)
        try:
            with ecran.transport() as avancee:
                depot.git("update-ref", "refs/heads/main", moyeu.prendre(depot, str(paquet), avancee))
            depot.git("update-ref", "-d", moyeu.PARTAGE)
            depot.git("read-tree", "--reset", "-u", "HEAD")
        except (GitRefuse, MoyeuAbsent):
            raise SauvegardeIllisible(fichier) from None
        finally:
            paquet.unlink()
    for nom, contenu in contenus.items():
        if _AU_COFFRE.fullmatch(nom):
            (racine / nom).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            systeme.ecrire_abrite(racine / nom, contenu, 0o600)


def _eprouver(clair: bytes, racine: Path, c: Contexte) -> tuple[int, int]:
    """Restaurer à côté et vérifier : (fichiers relus, constats)."""
    _deballer(clair, racine, racine, c.ecran)
    vu = examen.examiner(ouvrir_lieu(racine, Poste(environ=c.environ), malgre_tout=True))
    return vu.combien, len(vu.constats)


def _phrase(ecran: Ecran, *, nouvelle: bool = False) -> str:
    """La phrase : de l'environnement, du terminal (deux fois si elle est neuve), ou de l'entrée."""
    phrase = os.environ.get(VARIABLE, "")
    if not phrase and ecran.interactif:
        phrase = getpass("La phrase qui ferme la sauvegarde : ")
        if nouvelle and getpass("Encore une fois : ") != phrase:
            raise ErreurUsage("Les deux phrases diffèrent ; rien n'est écrit.", "Recommencer.")
    elif not phrase:
        phrase = sys.stdin.readline().rstrip("\n")
    if not phrase or (nouvelle and len(phrase) < _PHRASE_MINIMALE):
        raise ErreurUsage(
            f"Il faut une phrase d'au moins {_PHRASE_MINIMALE} caractères.",
            f"La taper, la donner sur l'entrée, ou dans {VARIABLE}.",
        )
    return phrase


def _chiffrer(clair: bytes, phrase: str, pour: list[str]) -> bytes:
    import pyrage

    if phrase:
        return bytes(pyrage.passphrase.encrypt(clair, phrase))
    clefs = []
    for dite in pour:
        sorte = pyrage.ssh if dite.startswith("ssh-") else pyrage.x25519
        try:
            clefs.append(sorte.Recipient.from_str(dite))
        except pyrage.RecipientError:
            fait = f"« {dite[:40]} » n'est pas une clef publique."
            raise ErreurUsage(fait, "Donner age1… ou ssh-…") from None
    return bytes(pyrage.encrypt(clair, clefs))


def _dechiffrer(chiffre: bytes, phrase: str, clef: Path | None, fichier: Path) -> bytes:
    import pyrage

    for _ in range(_ESSAIS):
        try:
            if clef is None:
                return bytes(pyrage.passphrase.decrypt(chiffre, phrase))
            return bytes(pyrage.decrypt(chiffre, [_identite(clef)]))
        except (pyrage.DecryptError, ValueError) as refus:
            if "xcessive" not in str(refus):
                raise SauvegardeIllisible(fichier) from None
    raise MachineTropLente(fichier)


def _identite(clef: Path) -> object:
    """La clef privée, age ou ssh."""
    import pyrage

    try:
        contenu = clef.read_bytes()
        for ligne in contenu.decode().splitlines():
            if ligne.startswith("AGE-SECRET-KEY-"):
                return pyrage.x25519.Identity.from_str(ligne)
        return pyrage.ssh.Identity.from_buffer(contenu)
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        fait = f"{clef} n'est pas une clef privée lisible."
        raise ErreurUsage(fait, "Donner une clef age ou ssh.") from None
