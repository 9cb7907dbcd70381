"""Le site posé fichier par fichier, dans un dossier ou un nuage (WebDAV), qui gardent ce qu'ils ont reçu."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from tiers_lieu_cli.ensemble.site.cible import EnvoiCoupe, Plan, empreinte, fichiers
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

#: Ce que le dernier envoi a mis là-bas : par chemin, son empreinte.
MANIFESTE = "tiers-lieu-site.json"
_SUR = motif(r"(?!.*(?:^|/)\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,250}", re.ASCII)
_ICI = frozenset({"127.0.0.1", "::1", "localhost"})
_ATTENTE = 30.0
_TAILLE_DU_MANIFESTE = 16 * 1024 * 1024


def _planifier(ici: Mapping[str, str], la_bas: Mapping[str, str]) -> Plan:
    return Plan(
        tuple(chemin for chemin, somme in ici.items() if la_bas.get(chemin) != somme),
        tuple(sorted(chemin for chemin in la_bas if chemin not in ici and _SUR.fullmatch(chemin))),
    )


def _lire_le_manifeste(octets: bytes | None) -> dict[str, str]:
    try:
        return msgspec.json.decode(octets or b"{}", type=dict[str, str])
    except msgspec.DecodeError:
        return {}


class _AvecManifeste:
    """Une cible où l'on pose les fichiers un à un, et qui dit elle-même ce qu'elle a reçu."""

    nom: str

    def __init__(self, source: Path) -> None:
        self._fichiers = fichiers(source)
        self._ici = {chemin: empreinte(f) for chemin, f in self._fichiers.items()}
        self._la_bas: dict[str, str] = {}

    def plan(self) -> Plan:
        """Ce qu'un envoi ferait, d'après ce que l'envoi d'avant a laissé."""
        self._la_bas = _lire_le_manifeste(self._prendre(MANIFESTE))
        return _planifier(self._ici, self._la_bas)

    def envoyer(self, plan: Plan, avancer: Callable[[int, int], None]) -> None:
        """Tout poser, puis ôter, puis dire ce qui est là ; coupé, dire ce qui l'est déjà."""
        combien = len(plan.a_poser) + len(plan.a_oter)
        if not combien:
            return
        etat = {c: s for c, s in self._la_bas.items() if c in self._ici or c in plan.a_oter}
        try:
            for n, chemin in enumerate(plan.a_poser):
                self._poser(chemin, self._fichiers[chemin].read_bytes())
                etat[chemin] = self._ici[chemin]
                avancer(n + 1, combien)
            for n, chemin in enumerate(plan.a_oter):
                self._oter(chemin)
                etat.pop(chemin, None)
                avancer(len(plan.a_poser) + n + 1, combien)
        finally:
            with suppress(EnvoiCoupe, OSError):
                self._poser(MANIFESTE, msgspec.json.encode(dict(sorted(etat.items()))))

    def _prendre(self, chemin: str) -> bytes | None:
        raise NotImplementedError

    def _poser(self, chemin: str, octets: bytes) -> None:
        raise NotImplementedError

    def _oter(self, chemin: str) -> None:
        raise NotImplementedError


class Dossier(_AvecManifeste):
    """Un dossier de cette machine : une clé USB, un partage, ce qu'un autre programme met en ligne."""

    def __init__(self, dossier: Path, source: Path) -> None:
        self._dossier = dossier.expanduser().absolute()
        self.nom = str(self._dossier)
        ici = source.absolute()
        if self._dossier == ici or ici in self._dossier.parents or self._dossier in ici.parents:
            raise ErreurUsage(f"{dossier} est là où le site se bâtit.", "Choisir un autre dossier.")
        if not self._dossier.parent.is_dir():
            raise ErreurUsage(
                f"{dossier} ne peut pas être écrit : son dossier n'existe pas.", "Le créer d'abord."
            )
        super().__init__(source)

    def plan(self) -> Plan:
        """Ce qui diffère vraiment : ce qu'on aurait changé là-bas compte aussi."""
        dit = super().plan()
        if not self._dossier.is_dir():
            return dit
        memes = {
            c for c, somme in self._ici.items() if (f := self._entier(c)).is_file() and empreinte(f) == somme
        }
        self._la_bas |= {c: self._ici[c] for c in memes}
        return Plan(tuple(c for c in self._ici if c not in memes), dit.a_oter)

    def _entier(self, chemin: str) -> Path:
        return self._dossier / chemin

    def _prendre(self, chemin: str) -> bytes | None:
        try:
            return systeme.lire_ordinaire(self._entier(chemin), _TAILLE_DU_MANIFESTE)
        except OSError:
            return None

    def _poser(self, chemin: str, octets: bytes) -> None:
        cible = self._entier(chemin)
        try:
            cible.parent.mkdir(parents=True, exist_ok=True)
            provisoire = cible.with_name(f".tmp-{os.urandom(6).hex()}")
            try:
                provisoire.write_bytes(octets)
                os.replace(provisoire, cible)
            finally:
                provisoire.unlink(missing_ok=True)
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None

    def _oter(self, chemin: str) -> None:
        try:
            self._entier(chemin).unlink(missing_ok=True)
        except OSError as erreur:
            raise EnvoiCoupe(self.nom, systeme.raison(erreur)) from None


class _SansDetour(HTTPRedirectHandler):
    """Un mot de passe ne suit pas une redirection."""

    def redirect_request(self, *_: object) -> None:
        return None


class Nuage(_AvecManifeste):
    """Un dossier WebDAV (Nextcloud) : `https://moi@nuage.exemple.be/remote.php/dav/files/moi/site`."""

    def __init__(self, adresse: str, source: Path, phrase: Callable[[str], str]) -> None:
        lue = urlsplit(adresse)
        if lue.scheme != "https" and lue.hostname not in _ICI:
            raise ErreurUsage("Un mot de passe ne part pas en clair.", "Donner l'adresse en https.")
        if not lue.username or lue.password:
            raise ErreurUsage(
                "L'adresse d'un nuage dit qui l'on est, jamais le mot de passe.",
                "Écrire https://moi@nuage.exemple.be/remote.php/dav/files/moi/site ; il est demandé ensuite.",
            )
        port = f":{lue.port}" if lue.port else ""
        self._base = f"{lue.scheme}://{lue.hostname}{port}{lue.path.rstrip('/')}/"
        self.nom = str(lue.hostname)
        qui = unquote(lue.username)
        self._cle = base64.b64encode(f"{qui}:{phrase(qui)}".encode()).decode()
        self._dossiers: set[str] = set()
        self._ouvreur = build_opener(_SansDetour)
        super().__init__(source)

    def _demander(self, verbe: str, chemin: str, octets: bytes | None = None) -> tuple[int, bytes]:
        demande = Request(self._base + quote(chemin), data=octets, method=verbe)  # noqa: S310  (https, vérifié)
        demande.add_header("Authorization", f"Basic {self._cle}")
        try:
            with self._ouvreur.open(demande, timeout=_ATTENTE) as reponse:
                return reponse.status, reponse.read(_TAILLE_DU_MANIFESTE)
        except HTTPError as refus:
            if refus.code in (401, 403):
                raise EnvoiCoupe(self.nom, "le nom ou le mot de passe n'est pas accepté") from None
            return refus.code, b""
        except (URLError, HTTPException, OSError) as erreur:
            raise EnvoiCoupe(self.nom, "le serveur ne répond pas") from erreur

    def _prendre(self, chemin: str) -> bytes | None:
        code, octets = self._demander("GET", chemin)
        return octets if code == 200 else None

    def _poser(self, chemin: str, octets: bytes) -> None:
        dossier = ""
        for partie in ["", *chemin.split("/")[:-1]]:
            dossier = f"{dossier}{partie}/" if partie else dossier
            if dossier not in self._dossiers:
                # 405 : il existe déjà.
                self._exiger(self._demander("MKCOL", dossier)[0], (201, 405, 301))
                self._dossiers.add(dossier)
        self._exiger(self._demander("PUT", chemin, octets)[0], (200, 201, 204))

    def _oter(self, chemin: str) -> None:
        self._exiger(self._demander("DELETE", chemin)[0], (200, 204, 404))

    def _exiger(self, code: int, bons: Iterable[int]) -> None:
        if code not in bons:
            raise EnvoiCoupe(self.nom, f"le serveur a répondu {code}")
