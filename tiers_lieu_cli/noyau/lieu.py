"""Trouver le lieu, et lire `lieu.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque
from tiers_lieu_cli.noyau.echecs import Defaut, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Mot

#: Le numéro de format que cette version sait lire et écrire.
FORMAT = 1
REGLAGES = "lieu.yaml"
#: Le dossier du lieu, quand on n'est pas dedans.
VARIABLE = "TIERS_LIEU"


Site = Annotated[str, msgspec.Meta(pattern=r"\Ahttps://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?\Z")]


class Reglages(Fiche, frozen=True):
    """Ce que `lieu.yaml` dit du lieu."""

    format: int
    nom: str
    fuseau: str = "Europe/Brussels"
    domaine: str = "lieu.invalid"
    adresse: str = ""
    publics: tuple[Mot, ...] = ("riverains", "membres", "benevoles", "partenaires")
    horaires: str = ""
    #: Ce que la maison donne à tous : ses adresses, ses numéros, son compte.
    contacts: tuple[str, ...] = ()
    #: D'où les pages du lieu peuvent charger une image ou une police : « https://images.exemple.be ».
    sites_permis: tuple[Site, ...] = ()
    #: Le code du pays, pour ses jours fériés.
    pays: str = "BE"

    def publics_connus(self, demandes: Iterable[str]) -> tuple[str, ...]:
        """Les publics demandés, s'ils sont de ceux du lieu."""
        demandes = tuple(demandes)
        for public in demandes:
            if public not in self.publics:
                raise ErreurUsage(
                    f"« {public} » n'est pas un public du lieu.",
                    f"Choisir parmi : {', '.join(self.publics)} (ou l'ajouter dans {REGLAGES}).",
                )
        return demandes


class LieuIntrouvable(ErreurUsage):
    """On n'est pas dans un lieu."""

    def __init__(self, depuis: Path) -> None:
        super().__init__(
            f"Aucun lieu dans {depuis}, ni au-dessus.",
            "Aller dans le dossier du lieu, le donner avec --lieu DOSSIER, ou en ouvrir un : "
            "tl init mon-lieu --nom « La Passerelle »",
        )


class DansLeLieu(ErreurUsage):
    """Un papier qui nomme des gens ne s'écrit pas dans le dossier du lieu."""

    def __init__(self, nom: str) -> None:
        super().__init__(
            "Ce document porte des noms : il ne s'écrit pas dans le dossier du lieu.",
            f"Choisir un autre endroit, par exemple ~/{nom}",
        )


class Lieu(msgspec.Struct, frozen=True):
    """Un lieu ouvert : sa racine et ses réglages."""

    racine: Path
    reglages: Reglages
    fuseau: ZoneInfo


def trouver(demande: Path | None, environ: Mapping[str, str], courant: Path) -> Path:
    """La racine du lieu : `--lieu`, puis `TIERS_LIEU`, puis le dossier courant et ceux au-dessus."""
    explicite = demande or (Path(environ[VARIABLE]) if environ.get(VARIABLE) else None)
    if explicite is not None:
        racine = explicite.expanduser().resolve()
        if not (racine / REGLAGES).is_file():
            raise LieuIntrouvable(racine)
        return racine
    courant = courant.resolve()
    for dossier in (courant, *courant.parents):
        if (dossier / REGLAGES).is_file():
            return dossier
    raise LieuIntrouvable(courant)


def ouvrir(racine: Path) -> Lieu:
    """Lire les réglages d'un lieu ; refuse un format plus récent que l'outil."""
    reglages = lire_reglages(ArbreDisque(racine))
    return Lieu(racine, reglages, ZoneInfo(reglages.fuseau))


def lire_reglages(arbre: Arbre) -> Reglages:
    """`lieu.yaml`, vérifié."""
    octets = arbre.lire(REGLAGES)
    if octets is None:
        raise FicheFautive(Defaut(REGLAGES, 0, "manque"))
    reglages = fiche.lire(octets, Reglages, "lieu", REGLAGES)
    if reglages.format > FORMAT:
        raise FicheFautive(
            Defaut(
                REGLAGES,
                1,
                f"ce lieu est au format {reglages.format}, plus récent que cet outil (format {FORMAT})",
                "Mettre l'outil à jour.",
            )
        )
    verifier_fuseau(reglages.fuseau)
    return reglages


def verifier_fuseau(nom: str) -> ZoneInfo:
    """Le fuseau de ce nom (base IANA) ; `ErreurUsage` s'il n'existe pas."""
    try:
        return ZoneInfo(nom)
    except (ValueError, OSError, KeyError):
        raise ErreurUsage(
            f"« {nom} » n'est pas un fuseau horaire connu.", "Écrire par exemple Europe/Brussels."
        ) from None
