"""Où sont les courriels : un fichier .eml, une boîte mbox, un Maildir, un dossier, ou un serveur IMAP."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.ensemble.courrier.lecture import TAILLE_LUE
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

#: Le nom sous lequel le trousseau du poste garde le mot de passe.
SERVICE = "tiers-lieu"
#: Un mois de courrier ; le reste se demande par --depuis.
DEPUIS = timedelta(days=31)
_DELAI = 30.0
_ICI = frozenset({"localhost", "127.0.0.1", "::1"})
_PORT_CHIFFRE = 993


class SansCourrier(Echec):
    """Ce poste n'a pas de quoi lire une boîte à distance."""

    def __init__(self) -> None:
        super().__init__(
            "Ce poste n'a pas de quoi lire une boîte aux lettres à distance.",
            "Demander à qui a installé l'outil d'y ajouter « courrier » ; ou lire des fichiers .eml.",
        )


class BoiteFermee(Echec):
    """Le serveur ne répond pas, ou refuse."""


def lire(source: Path, *, entier: bool = False) -> Iterator[bytes]:
    """Les courriels que tient ce fichier ou ce dossier ; `entier` : jusqu'au bout de chacun."""
    borne = -1 if entier else TAILLE_LUE
    if source.is_dir():
        yield from _d_un_dossier(source, borne)
        return
    if not systeme.est_un_fichier(source):
        raise ErreurUsage(
            f"Il n'y a pas de courrier dans {source}.",
            "Donner un fichier .eml, une boîte mbox, un Maildir, ou --imap SERVEUR.",
        )
    try:
        with source.open("rb") as flux:
            debut = flux.read(8)
            if debut.startswith(b"From "):
                yield from _d_une_mbox(source, borne)
                return
            if debut.startswith(b"\xd0\xcf\x11\xe0"):
                raise ErreurUsage(
                    f"{source} est au format d'Outlook (.msg), qui n'est qu'à lui.",
                    "L'ouvrir, puis Enregistrer sous… « Texte » ou .eml.",
                )
            flux.seek(0)
            yield flux.read(borne)
    except OSError as erreur:
        raise ErreurUsage(f"{source} ne se lit pas ({systeme.raison(erreur)}).") from None


def _d_un_dossier(dossier: Path, borne: int) -> Iterator[bytes]:
    """Un Maildir (cur, new), ou un dossier de fichiers .eml ; dans l'ordre de leurs noms."""
    est_maildir = (dossier / "cur").is_dir() or (dossier / "new").is_dir()
    ou = [dossier / sous for sous in ("cur", "new")] if est_maildir else [dossier]
    fichiers = sorted(f for d in ou if d.is_dir() for f in d.iterdir())
    for fichier in fichiers:
        if systeme.est_un_fichier(fichier) and (est_maildir or fichier.suffix.lower() == ".eml"):
            with fichier.open("rb") as flux:
                yield flux.read(borne)


def _d_une_mbox(source: Path, borne: int) -> Iterator[bytes]:
    """Les courriels d'une mbox ; `mailbox` de Python ne retient de chacun que sa place."""
    import mailbox

    boite = mailbox.mbox(source, create=False)
    try:
        for cle in boite.iterkeys():
            with boite.get_file(cle) as flux:
                yield flux.read(borne)
    finally:
        boite.close()


def distante(
    serveur: str, compte: str, mot_de_passe: str, dossier: str, depuis: date, deja: Callable[[bytes], bool]
) -> Iterator[bytes]:
    """Les courriels d'une boîte IMAP depuis ce jour, le début de chacun ; rien n'y est marqué lu.

    D'un courriel que `deja` reconnaît, seulement de quoi le nommer. Toujours chiffrée, sauf sur cette
    machine même.
    """
    try:
        import imaplib
        import ssl

        import imap_tools
    except ImportError:
        raise SansCourrier from None
    hote, port = _hote_et_port(serveur)
    ouverte: BaseMailBox | None = None
    try:
        ouverte = (
            imap_tools.MailBoxUnencrypted(hote, port, timeout=_DELAI)
            if hote in _ICI and port != _PORT_CHIFFRE
            # Sans contexte, imaplib ne vérifie ni le certificat, ni le nom du serveur.
            else imap_tools.MailBox(hote, port, timeout=_DELAI, ssl_context=ssl.create_default_context())
        )
        with ouverte.login(compte, mot_de_passe, initial_folder=None) as boite:
            boite.folder.set(dossier, readonly=True)
            for uid in boite.uids(imap_tools.AND(date_gte=depuis)):
                nom = _prendre(boite, uid, "HEADER.FIELDS (MESSAGE-ID)", 2_000)
                yield nom if deja(nom) else _prendre(boite, uid, "", TAILLE_LUE)
    except imap_tools.MailboxLoginError:
        raise BoiteFermee(
            f"{hote} refuse le compte {compte}.",
            f"Vérifier le mot de passe ; celui du trousseau : keyring set {SERVICE} {compte}",
        ) from None
    except imap_tools.MailboxFolderSelectError:
        raise ErreurUsage(
            f"{compte} n'a pas de dossier « {dossier} ».", "Le donner : --dossier NOM"
        ) from None
    except ssl.SSLError as erreur:
        raison = getattr(erreur, "verify_message", "") or erreur.reason or "chiffrement"
        raise BoiteFermee(
            f"{hote} n'est pas sûr ({raison}) : le mot de passe ne lui est pas envoyé.",
            "Vérifier le nom du serveur, auprès de qui le tient.",
        ) from None
    except (imap_tools.ImapToolsError, imaplib.IMAP4.error, OSError, EOFError) as erreur:
        raison = systeme.raison(erreur) if isinstance(erreur, OSError) else type(erreur).__name__
        raise BoiteFermee(
            f"{hote} ne répond pas ({raison}).", "Vérifier le réseau et le nom du serveur."
        ) from None
    finally:
        if ouverte:
            with suppress(OSError):
                ouverte.client.shutdown()


def _prendre(boite: BaseMailBox, uid: str, quoi: str, borne: int) -> bytes:
    """Le début de ce morceau d'un courriel, sans poser le drapeau « lu » (RFC 3501, BODY.PEEK)."""
    _, morceaux = boite.client.uid("FETCH", uid, f"(BODY.PEEK[{quoi}]<0.{borne}>)")
    return b"".join(m[1] for m in morceaux if isinstance(m, tuple))


def _hote_et_port(serveur: str) -> tuple[str, int]:
    hote, _, port = serveur.partition(":")
    if not hote or (port and not port.isdecimal()):
        raise ErreurUsage(
            f"« {serveur} » n'est pas un serveur.", "Écrire imap.exemple.be, ou imap.exemple.be:993."
        )
    return hote, int(port or _PORT_CHIFFRE)


def du_trousseau(compte: str) -> str:
    """Le mot de passe que le trousseau du poste garde pour ce compte ; vide s'il n'en a pas."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, compte) or ""
    except (KeyringError, OSError, RuntimeError):
        return ""


def demander_le_mot_de_passe(compte: str) -> str:
    """Le mot de passe, tapé sans être montré."""
    from getpass import getpass

    if not os.isatty(0):
        raise ErreurUsage(
            f"Il faut le mot de passe de {compte}.",
            f"Le mettre au trousseau : keyring set {SERVICE} {compte}",
        )
    return getpass(f"Mot de passe de {compte} : ")
