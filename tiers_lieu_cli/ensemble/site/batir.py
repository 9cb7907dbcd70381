"""Écrire le site dans un dossier : ce qui n'a pas changé n'est ni rendu, ni touché ; ce qui n'est plus s'ôte.

Mêmes fiches et même jour, mêmes octets. Une page est écrite à côté puis mise à sa place : un visiteur ne
voit jamais une moitié de page.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import msgspec

from tiers_lieu_cli import __version__
from tiers_lieu_cli.ensemble.federation import modele as federation
from tiers_lieu_cli.ensemble.federation import publier
from tiers_lieu_cli.ensemble.site import donnees, vues
from tiers_lieu_cli.ensemble.site.cadre import APoser
from tiers_lieu_cli.ensemble.site.pages import Pages
from tiers_lieu_cli.ensemble.site.recolte import Recolte
from tiers_lieu_cli.noyau import ressources, systeme
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.pages import charte
from tiers_lieu_cli.noyau.pages.gabarit import Gabarit, fermer
from tiers_lieu_cli.noyau.pages.langues import langue
from tiers_lieu_cli.noyau.sorties import DejaLa
from tiers_lieu_cli.prog.publier import SANS_DOMAINE

#: Ce qu'on sait des fichiers déjà écrits ; jetable : sans elle, tout est rendu de nouveau.
_FAITS = "tiers-lieu.site"
_MARQUES = (
    b'name="generator" content="tiers-lieu-cli"',
    f"PRODID:{flux.PRODID}".encode(),
    f'"{federation.MARQUE}"'.encode(),
)
#: Les dossiers où tout est à nous : une page qui n'a plus lieu d'être s'y retrouve.
_A_NOUS = ("evenements", "mois")


class Fait(msgspec.Struct, frozen=True, array_like=True):
    """Un fichier écrit : ce dont il est né, et à quoi on le reconnaît sans le lire."""

    cle: str
    taille: int
    date: int


class Bati(msgspec.Struct, frozen=True):
    """Ce qu'un passage a fait."""

    dossier: Path
    fichiers: int
    ecrits: tuple[str, ...]
    otes: tuple[str, ...]


def batir(recolte: Recolte, dossier: Path, *, ecraser: bool) -> Bati:
    """Écrire le site entier dans ce dossier, qui existe."""
    c = recolte.c
    reglages = c.lieu.reglages
    habit = charte.du_lieu(c.lieu)
    adresse = "" if reglages.domaine.endswith(SANS_DOMAINE) else f"https://{reglages.domaine}/"
    chantier = Chantier(c.lieu.racine, dossier, ecraser=ecraser)
    logo = f"logo.{habit.logo.nom.rpartition('.')[2]}" if habit.logo else ""
    dossiers: dict[str, str] = {
        code: "" if n == 0 else f"{code}/" for n, code in enumerate(dict.fromkeys(reglages.langues))
    }
    a_poser: list[APoser] = []
    for code, sous in dossiers.items():
        dite = langue(code)
        a_poser += Pages(recolte, dite, sous, dossiers, adresse, logo).toutes()
        chantier.poser(f"{sous}nouvelles.atom", donnees.atom(recolte, dite, sous, adresse).encode())
    _poser_les_pages(chantier, c.lieu.racine, a_poser)
    _poser_les_agendas(chantier, recolte, adresse)
    templates = ressources.dossier("templates")
    style = habit.style + (templates / "site.css").read_text("utf-8")
    chantier.poser("site.css", style.encode())
    for police in sorted((templates / "polices").iterdir()):
        if police.suffix in (".woff2", ".txt"):
            chantier.poser(f"polices/{police.name}", police.read_bytes())
    if habit.logo:
        chantier.poser(logo, habit.logo.octets)
    if publiee := publier.publiee(c):
        chantier.poser(federation.FICHIER, publier.en_octets(publiee))
    chantier.poser("robots.txt", donnees.robots(adresse).encode())
    if adresse:
        chantier.poser("sitemap.xml", donnees.plan(adresse, sorted(p.chemin for p in a_poser)).encode())
    return chantier.finir(dossiers.values())


def _poser_les_pages(chantier: Chantier, racine: Path, pages: Sequence[APoser]) -> None:
    """Rendre ce qui a changé, gabarit par gabarit."""
    autour = Gabarit(racine, vues.TOUTE_PAGE)
    gabarits = {nom: Gabarit(racine, nom) for nom in vues.GABARITS}
    neuves: dict[str, list[tuple[APoser, str]]] = {}
    for page in pages:
        octets = msgspec.json.encode((page.vue, page.autour))
        cle = _empreinte(gabarits[page.gabarit].source.encode(), autour.source.encode(), octets)
        if not chantier.est_a_jour(page.chemin, cle):
            neuves.setdefault(page.gabarit, []).append((page, cle))
    for nom, lot in neuves.items():
        corps = gabarits[nom].rendre([msgspec.to_builtins(page.vue) for page, _ in lot])
        entieres = [
            msgspec.to_builtins(page.autour) | {"corps": dit}
            for (page, _), dit in zip(lot, corps, strict=True)
        ]
        for (page, cle), html in zip(lot, autour.rendre(entieres), strict=True):
            chantier.poser(page.chemin, fermer(html).encode(), cle)


def _poser_les_agendas(chantier: Chantier, recolte: Recolte, adresse: str) -> None:
    """De quoi mettre dans son agenda chaque événement qui vient."""
    fuseau, nom = recolte.c.lieu.fuseau, recolte.c.lieu.reglages.nom
    for e in recolte.a_nous.values():
        page = f"{adresse}evenements/{e.id}.html" if adresse else ""
        p = donnees.agenda(e, recolte, page)
        chemin = f"evenements/{e.id}.ics"
        cle = _empreinte(fuseau.key.encode(), nom.encode(), msgspec.msgpack.encode(p)) if p else ""
        if p and not chantier.est_a_jour(chemin, cle):
            chantier.poser(chemin, b"".join(flux.ecrire_flux(nom, [p], fuseau)), cle)


class Chantier:
    """Un dossier de site, et la mémoire de ce qu'on y a écrit."""

    def __init__(self, racine: Path, dossier: Path, *, ecraser: bool) -> None:
        self._dossier, self._ecraser = dossier, ecraser
        self._memoire = racine / ".git" / _FAITS
        self._ou = os.path.relpath(dossier, racine)
        self._tous = self._relire()
        self._avant = self._tous.get(self._ou, {})
        self._faits: dict[str, Fait] = {}
        self._ecrits: list[str] = []
        self._surs: set[Path] = {dossier}

    def est_a_jour(self, chemin: str, cle: str) -> bool:
        """Ce fichier, tel qu'on l'a écrit, dit-il déjà cela ?"""
        fait = self._avant.get(chemin)
        if fait is None or fait.cle != cle or not self._est_telle_quelle(chemin):
            return False
        self._faits[chemin] = fait
        return True

    def poser(self, chemin: str, octets: bytes, cle: str = "") -> None:
        """Écrire ce fichier s'il change."""
        cle = cle or _empreinte(octets)
        if self.est_a_jour(chemin, cle):
            return
        entier = self._dossier / chemin
        self._preparer(entier.parent)
        if _lire(entier) != octets:
            self._exiger_a_nous(chemin, entier)
            provisoire = entier.with_name(f".tmp-{os.urandom(6).hex()}")
            try:
                provisoire.write_bytes(octets)
                os.replace(provisoire, entier)
            finally:
                provisoire.unlink(missing_ok=True)
            self._ecrits.append(chemin)
        etat = entier.lstat()
        self._faits[chemin] = Fait(cle, etat.st_size, etat.st_mtime_ns)

    def finir(self, langues: Iterable[str]) -> Bati:
        """Ôter ce qui n'est plus du site, et retenir ce qui l'est."""
        otes = []
        for chemin in sorted({*self._avant, *self._egares(langues)} - {*self._faits}):
            entier = self._dossier / chemin
            if _etat(entier) is not None and (self._est_telle_quelle(chemin) or _est_a_nous(_lire(entier))):
                entier.unlink()
                otes.append(chemin)
                with suppress(OSError):
                    entier.parent.rmdir()
        if self._memoire.parent.is_dir():
            with suppress(Echec, OSError):
                systeme.remplacer(self._memoire, [msgspec.json.encode(self._tous | {self._ou: self._faits})])
        return Bati(self._dossier, len(self._faits), tuple(self._ecrits), tuple(otes))

    def _est_telle_quelle(self, chemin: str) -> bool:
        """Ce fichier est-il encore celui qu'on a écrit ?"""
        fait, etat = self._avant.get(chemin), _etat(self._dossier / chemin)
        return bool(fait and etat and (etat.st_size, etat.st_mtime_ns) == (fait.taille, fait.date))

    def _egares(self, langues: Iterable[str]) -> Iterator[str]:
        """Les pages d'un autre passage, dont on n'a plus mémoire."""
        for sous in langues:
            for nom in _A_NOUS:
                for page in sorted((self._dossier / sous / nom).glob("*.*")):
                    if page.suffix in (".html", ".ics"):
                        yield f"{sous}{nom}/{page.name}"

    def _preparer(self, dossier: Path) -> None:
        """Un sous-dossier où écrire ; jamais à travers un lien."""
        if dossier in self._surs:
            return
        self._preparer(dossier.parent)
        with suppress(FileExistsError):
            dossier.mkdir()
        if not S_ISDIR(dossier.lstat().st_mode):
            raise ErreurUsage(f"{dossier} n'est pas un dossier ordinaire.", "Choisir un autre endroit.")
        self._surs.add(dossier)

    def _exiger_a_nous(self, chemin: str, entier: Path) -> None:
        if not os.path.lexists(entier):
            return
        if not S_ISREG(entier.lstat().st_mode):
            raise ErreurUsage(
                f"{entier} n'est pas un fichier ordinaire.", "L'ôter, ou choisir un autre endroit."
            )
        if not (self._ecraser or chemin in self._avant or _est_a_nous(_lire(entier))):
            raise DejaLa(entier)

    def _relire(self) -> dict[str, dict[str, Fait]]:
        try:
            lu = systeme.lire_ordinaire(self._memoire)
            return msgspec.json.decode(lu, type=dict[str, dict[str, Fait]])
        except (OSError, msgspec.DecodeError):
            return {}


def _etat(chemin: Path) -> os.stat_result | None:
    """L'état d'un fichier ordinaire."""
    try:
        etat = chemin.lstat()
    except OSError:
        return None
    return etat if S_ISREG(etat.st_mode) else None


def _lire(chemin: Path) -> bytes | None:
    try:
        return systeme.lire_ordinaire(chemin)
    except OSError:
        return None


def _est_a_nous(octets: bytes | None) -> bool:
    return octets is not None and any(marque in octets[:2000] for marque in _MARQUES)


def _empreinte(*morceaux: bytes) -> str:
    somme = blake2b(__version__.encode(), digest_size=16)
    for morceau in morceaux:
        somme.update(len(morceau).to_bytes(8, "big"))
        somme.update(morceau)
    return somme.hexdigest()
