"""Le coffre des documents vu de tout le lieu : porté au moyeu et repris, vérifié, rendu à qui il nomme.

Une empreinte dit ce qu'un contenu doit être : rien n'est accepté d'ailleurs sans y répondre, et une copie
coupée reprend où elle en était.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Protocol

import msgspec

from tiers_lieu_cli.convention.document import fiches
from tiers_lieu_cli.convention.document.coffre import DOSSIER, Coffre
from tiers_lieu_cli.convention.document.modele import DOCUMENTS, Document
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.verification import Constat
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

#: Ce qui ouvre une session sftp ; les essais y mettent la leur.
VARIABLE = "TIERS_LIEU_SFTP"
_SFTP = ("sftp", "-q", "-oBatchMode=yes", "-b", "-")
_SSH = motif(r"ssh://(?P<qui>[^/:]+)(?::(?P<port>\d+))?/(?P<chemin>.*)|(?P<scp>[^/:]+):(?P<ou>.*)", re.ASCII)
#: Une ligne de « ls -ln » : les droits, puis la taille en cinquième, le nom à la fin.
_LIGNE = motif(r"-\S+\s+\S+\s+\S+\s+\S+\s+(\d+)\s.*?([0-9a-f]{64}(?:\.partie)?)", re.ASCII)


class MoyeuSansDocuments(Echec):
    """Le moyeu n'a pas de dossier où ranger des documents."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"Tout est en commun, sauf les documents : ce moyeu n'en prend pas ({url}).",
            "Un moyeu joint par ssh, ou un dossier partagé, les prend"
            " (docs/decisions/0014-documents-par-https.md) ; d’ici là, les sauvegarder : tl sauvegarder",
        )


class TransportCoupe(Echec):
    """La connexion n'a pas tenu jusqu'au bout ; ce qui est passé l'est."""

    def __init__(self, restent: int, detail: str) -> None:
        quoi = "un document reste" if restent == 1 else f"{restent} documents restent"
        super().__init__(
            f"La connexion s'est coupée : {quoi} à porter ou à prendre. Rien n'est perdu.",
            "Reprendre où l'on en était : tl synchroniser",
        )
        self.detail = detail


class Ailleurs(Protocol):
    """Le dossier des documents d'un moyeu."""

    def presents(self) -> Set[str]:
        """Les empreintes qu'il garde en entier."""
        ...

    def porter(self, coffre: Coffre, empreinte: str) -> None:
        """Y déposer un contenu d'ici ; `OSError` si la connexion ne tient pas."""
        ...

    def prendre(self, coffre: Coffre, empreinte: str) -> None:
        """En rapporter un ; vérifié avant d'être rangé."""
        ...

    def oter(self, empreinte: str) -> None:
        """L'y détruire."""
        ...


class Dossier:
    """Un moyeu de cette machine, ou un dossier partagé."""

    def __init__(self, moyeu: Path) -> None:
        registre = moyeu / "registre"
        partage = registre.is_dir() and bool(registre.stat().st_mode & 0o020)
        self._coffre = Coffre(moyeu / DOSSIER, partage=partage)

    def presents(self) -> Set[str]:
        """Voir `Ailleurs`."""
        return {e for e in self._coffre.empreintes() if self._coffre.taille(e) is not None}

    def porter(self, coffre: Coffre, empreinte: str) -> None:
        """Voir `Ailleurs`."""
        self._coffre.ranger(coffre.fichier(empreinte), empreinte)

    def prendre(self, coffre: Coffre, empreinte: str) -> None:
        """Voir `Ailleurs`."""
        coffre.ranger(self._coffre.fichier(empreinte), empreinte)

    def oter(self, empreinte: str) -> None:
        """Voir `Ailleurs`."""
        self._coffre.oter(empreinte)


class ParSftp:
    """Un moyeu joint par ssh : rien n'y est lancé que sftp, qui sait reprendre une copie."""

    def __init__(self, url: str, environ: Mapping[str, str]) -> None:
        lu = _SSH.fullmatch(url)
        if lu is None:
            raise MoyeuSansDocuments(url)
        port = ("-P", lu["port"]) if lu["port"] else ()
        impose = environ.get(VARIABLE, "").split()
        self._mots = tuple(impose) or (*_SFTP, *port, "--", lu["qui"] or lu["scp"])
        # Chez soi, « ~/ » ne se dit pas : c'est de là que part un chemin relatif.
        chemin = (f"/{lu['chemin']}" if lu["qui"] else lu["ou"]).removeprefix("/~/").removeprefix("~/")
        self._dossier = f"{chemin.rstrip('/')}/{DOSSIER}"
        self._vus: dict[str, int] | None = None

    def presents(self) -> Set[str]:
        """Voir `Ailleurs`."""
        return {nom for nom in self._noms() if not nom.endswith(".partie")}

    def _noms(self) -> dict[str, int]:
        if self._vus is None:
            dit = self._session(
                f'-mkdir "{self._dossier}"', f'-chmod 700 "{self._dossier}"', f'-ls -ln "{self._dossier}"/*/*'
            )
            self._vus = {nom: int(taille) for taille, nom in _LIGNE.findall(dit)}
        return self._vus

    def porter(self, coffre: Coffre, empreinte: str) -> None:
        """Voir `Ailleurs` ; le contenu n'y prend son nom qu'une fois entier."""
        loin, partie = self._loin(empreinte), f"{self._loin(empreinte)}.partie"
        taille = coffre.taille(empreinte) or 0
        reprendre = 0 < self._noms().get(f"{empreinte}.partie", 0) <= taille
        self._session(
            f'-mkdir "{loin.rpartition("/")[0]}"',
            f'{"reput" if reprendre else "put"} "{coffre.fichier(empreinte)}" "{partie}"',
            f'rename "{partie}" "{loin}"',
        )

    def prendre(self, coffre: Coffre, empreinte: str) -> None:
        """Voir `Ailleurs`."""
        arrive = coffre.en_cours(empreinte)
        verbe = "reget" if arrive.exists() else "get"
        self._session(f'{verbe} "{self._loin(empreinte)}" "{arrive}"')
        coffre.accepter(empreinte)

    def oter(self, empreinte: str) -> None:
        """Voir `Ailleurs`."""
        self._session(f'-rm "{self._loin(empreinte)}"')

    def _loin(self, empreinte: str) -> str:
        return f"{self._dossier}/{empreinte[:2]}/{empreinte}"

    def _session(self, *ordres: str) -> str:
        fini = subprocess.run(
            self._mots,
            input="\n".join(ordres) + "\n",
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        if fini.returncode:
            raise OSError(0, fini.stderr.strip()[-300:] or "sftp")
        return fini.stdout


def ailleurs(url: str, environ: Mapping[str, str]) -> Ailleurs:
    """Le dossier des documents de ce moyeu ; `MoyeuSansDocuments` s'il ne peut pas en avoir."""
    if url.startswith("https://"):
        raise MoyeuSansDocuments(url)
    if not Path(url).is_absolute():
        return ParSftp(url, environ)
    if not Path(url).is_dir() or (Path(url) / ".git").exists():
        raise MoyeuSansDocuments(url)
    return Dossier(Path(url))


class Portes(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a fait des documents."""

    portes: int = 0
    pris: int = 0
    otes: int = 0
    #: Cités, et nulle part : ni ici, ni au moyeu.
    manquent: int = 0
    echec: Echec | None = None

    def phrases(self) -> Iterator[str]:
        """Ce qui en vaut la peine, en phrases."""
        dits = [(self.portes, "porté"), (self.pris, "reçu"), (self.otes, "détruit")]
        faits = [f"{n} {mot}{'s' * (n > 1)}" for n, mot in dits if n]
        if faits:
            yield f"Documents : {', '.join(faits)}."
        if self.manquent:
            quoi = "1 document n'est" if self.manquent == 1 else f"{self.manquent} documents ne sont"
            yield f"{quoi} ni ici ni au moyeu : un autre poste l'a peut-être."


def mettre_en_commun(c: Contexte) -> Portes:
    """Porter ce que le moyeu n'a pas, prendre ce que ce poste n'a pas, ôter partout ce qui est détruit."""
    # La mise en commun vient de changer le disque.
    connus = DOCUMENTS.toutes(ArbreDisque(c.lieu.racine)).fiches
    url = moyeu.liee(c.archive)
    if not connus or not url:
        return Portes()
    try:
        la_bas = ailleurs(url, c.environ)
        return _echanger(c, connus, la_bas)
    except Echec as echec:
        return Portes(echec=echec)
    except OSError as erreur:
        return Portes(echec=TransportCoupe(len(connus), str(erreur)))


def _echanger(c: Contexte, connus: Sequence[Document], la_bas: Ailleurs) -> Portes:
    coffre = Coffre.du_lieu(c.lieu.racine)
    voulus = {d.empreinte for d in connus if not d.detruit_le}
    detruits = {d.empreinte for d in connus} - voulus
    # Sans le registre, ce poste n'a pas à garder ce qui nomme des gens.
    pour_ici = {d.empreinte for d in connus if len(c.depots) > 1 or not d.est_nominatif} & voulus
    ici = {e for e in voulus if coffre.taille(e) is not None}
    presents = la_bas.presents()
    a_porter, a_prendre = sorted(ici - presents), sorted((pour_ici - ici) & presents)
    portes = pris = 0
    try:
        for empreinte in c.ecran.avancer(a_porter, "Documents portés"):
            la_bas.porter(coffre, empreinte)
            portes += 1
        for empreinte in c.ecran.avancer(a_prendre, "Documents pris"):
            la_bas.prendre(coffre, empreinte)
            pris += 1
        for empreinte in sorted(detruits & presents):
            la_bas.oter(empreinte)
    except OSError as erreur:
        coupe = TransportCoupe(len(a_porter) + len(a_prendre) - portes - pris, str(erreur))
        return Portes(portes=portes, pris=pris, echec=coupe)
    otes = [e for e in sorted(detruits) if coffre.taille(e) is not None]
    for empreinte in otes:
        coffre.oter(empreinte)
    return Portes(portes=portes, pris=pris, otes=len(otes), manquent=len(pour_ici - ici - presents))


def constats(c: Contexte) -> Iterator[Constat]:
    """Chaque contenu cité est là, entier, et lui-même ; ce qui est détruit n'y est plus."""
    coffre, connus = Coffre.du_lieu(c.lieu.racine), DOCUMENTS.toutes(c.arbre).fiches
    gardees = {d.empreinte for d in connus if not d.detruit_le}
    for d in connus:
        chemin = DOCUMENTS.genre.chemin(d.id)
        taille = coffre.taille(d.empreinte)
        if d.detruit_le:
            if taille is not None and d.empreinte not in gardees:
                fait = f"le contenu de « {d.titre} », détruit, est encore dans le coffre"
                ou = coffre.fichier(d.empreinte).relative_to(c.lieu.racine)
                yield Constat(chemin, 0, fait, f"L'ôter : {ou}", regle="document")
            continue
        if taille is None and (len(c.depots) > 1 or not d.est_nominatif):
            fait = f"le contenu de « {d.titre} » n'est pas dans le coffre de ce poste"
            remede = "Le reprendre : tl synchroniser, ou d'une sauvegarde"
        elif taille is not None and (taille != d.taille or not coffre.est_intact(d.empreinte)):
            fait = f"le contenu de « {d.titre} » n'est plus celui qui fut rangé"
            remede = (
                f"L'ôter ({coffre.fichier(d.empreinte).relative_to(c.lieu.racine)}), puis : tl synchroniser"
            )
        else:
            continue
        yield Constat(chemin, 0, fait, remede, regle="document")


# -- les gens que les documents nomment -------------------------------------------


class Fin(msgspec.Struct, frozen=True):
    """Ce que devient un document quand on efface quelqu'un qu'il nomme, en mots."""

    id: str
    titre: str
    detruit: bool
    pourquoi: str = ""
    jusque: str = ""


def fins(c: Contexte, idents: Set[str]) -> list[Fin]:
    """Pour un reçu : chaque document qui nomme cette personne, et ce qu'il devient."""
    return [
        Fin(
            s.document.id,
            s.document.titre,
            s.detruit,
            s.pourquoi,
            "" if s.detruit else temps.dire_jour(s.jusque) if s.jusque else "tant que dure ce qu'il prouve",
        )
        for s in fiches.sorts(c, idents)
    ]


def effacer(c: Contexte, idents: Set[str]) -> list[str]:
    """Détruire ceux qui ne nomment que cette personne ; rend leurs identifiants. Une action de l'archive."""
    condamnes = [s.document for s in fiches.sorts(c, idents) if s.detruit]
    if condamnes:
        with c.ecriture() as e:
            fiches.detruire(c, e, condamnes, "effacement d'une personne qu'il nommait")
            e.enregistrer("Documents détruits avec un effacement", "convention.document.detruire")
    return [d.id for d in condamnes]


def a_rendre(c: Contexte, idents: Set[str]) -> Iterator[tuple[str, Path]]:
    """Pour une demande d'accès : (nom, contenu) des documents qui ne nomment que cette personne.

    Ceux qui nomment aussi d'autres gens ne se copient pas ; leur fiche, déjà rendue, dit qu'ils existent.
    """
    coffre = Coffre.du_lieu(c.lieu.racine)
    for d in DOCUMENTS.toutes(c.arbre).fiches:
        seule = bool(d.nomme) and set(d.nomme) <= idents and not d.nominatif
        if seule and not d.detruit_le and coffre.taille(d.empreinte) is not None:
            yield f"{d.id}{d.suffixe}", coffre.fichier(d.empreinte)


def rendre(c: Contexte, idents: Set[str], dossier: Path) -> int:
    """Copier ces documents dans le dossier qu'on remet ; rend combien."""
    combien = 0
    for nom, contenu in a_rendre(c, idents):
        (dossier / "documents").mkdir(mode=0o700, exist_ok=True)
        systeme.ecrire_abrite(dossier / "documents" / nom, contenu.read_bytes(), 0o600)
        combien += 1
    return combien
