"""La charte de toutes les sorties : une police, les couleurs du lieu, son logo ; lisible, claire ou sombre.

Une couleur choisie par le lieu est assombrie ou éclaircie juste assez pour se lire (WCAG 2.2, niveau AA).
"""

from __future__ import annotations

import base64
import colorsys
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.lieu import COULEUR, REGLAGES, Lieu, Reglages

#: Le rapport que demande le niveau AA pour un texte ordinaire, et un peu de marge sur les fonds doux.
SEUIL = 5.0
#: Le papier et l'encre, le jour et la nuit ; le reste s'en déduit.
CLAIR, SOMBRE = "#ffffff", "#151917"
ENCRES = ("#17201d", "#ffffff")
_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


class Logo(msgspec.Struct, frozen=True):
    """L'image du lieu : son nom de fichier (« logo.svg ») et ses octets."""

    nom: str
    octets: bytes

    @property
    def adresse(self) -> str:
        """L'image dans la page elle-même."""
        genre = _TYPES[Path(self.nom).suffix.lower()]
        return f"data:{genre};base64,{base64.b64encode(self.octets).decode()}"


class Charte(msgspec.Struct, frozen=True):
    """Ce dont une page a besoin pour être de la maison.

    `vive` : la couleur du lieu, pour les aplats, et `sur_vive`, l'encre qui s'y lit ; `accent` et
    `accent_sombre` : la même, lisible sur le papier clair et sur le sombre.
    """

    vive: str
    sur_vive: str
    accent: str
    accent_sombre: str
    logo: Logo | None = None

    @property
    def variables(self) -> str:
        """Les couleurs, pour une feuille de style."""
        return (
            f":root{{--vive:{self.vive};--sur-vive:{self.sur_vive};--accent:{self.accent}}}\n"
            f"@media (prefers-color-scheme:dark){{:root{{--accent:{self.accent_sombre}}}}}\n"
        )

    @property
    def style(self) -> str:
        """La feuille de style entière d'une page d'un seul fichier."""
        return self.variables + (ressources.dossier("templates") / "charte.css").read_text("utf-8")

    def pour_une_page(self) -> dict[str, str]:
        """Ce qu'un gabarit trouve sous le nom `charte`."""
        return {"style": self.style, "logo": self.logo.adresse if self.logo else "", "vive": self.vive}


def de_couleur(couleur: str, logo: Logo | None = None) -> Charte:
    """La charte que donne cette couleur."""
    return Charte(
        vive=couleur,
        sur_vive=max(ENCRES, key=lambda encre: contraste(encre, couleur)),
        accent=lisible(couleur, CLAIR),
        accent_sombre=lisible(couleur, SOMBRE),
        logo=logo,
    )


def du_lieu(lieu: Lieu) -> Charte:
    """La charte de ce lieu ; `FicheFautive` si son logo manque."""
    return des_reglages(lieu.racine, lieu.reglages)


def des_reglages(racine: Path, reglages: Reglages) -> Charte:
    """La charte que `lieu.yaml` demande."""
    return de_couleur(reglages.couleur, logo_de(racine, reglages))


def logo_de(racine: Path, reglages: Reglages) -> Logo | None:
    """Le logo du lieu, tel qu'il est dans `gabarits/`."""
    if not reglages.logo:
        return None
    octets = ArbreDisque(racine).lire(reglages.logo)
    if octets is None:
        faute = f"« logo » : il n'y a pas de {reglages.logo}"
        raise FicheFautive(Defaut(REGLAGES, 0, faute, "Y poser l'image, ou ôter la ligne « logo »."))
    return Logo(reglages.logo.rpartition("/")[2].lower(), octets)


def contraste(un: str, autre: str) -> float:
    """Le rapport de contraste de deux couleurs (WCAG 2.2), de 1 à 21."""
    clair, sombre = sorted((_luminance(un), _luminance(autre)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def lisible(couleur: str, fond: str, seuil: float = SEUIL) -> str:
    """Cette couleur, éloignée du fond juste assez pour s'y lire."""
    teinte, clarte, saturation = colorsys.rgb_to_hls(*_rvb(couleur))
    pas = -0.01 if _luminance(fond) > 0.18 else 0.01
    while contraste(couleur, fond) < seuil and 0 <= clarte <= 1:
        clarte += pas
        couleur = _ecrire(colorsys.hls_to_rgb(teinte, min(max(clarte, 0), 1), saturation))
    return couleur


def _rvb(couleur: str) -> tuple[float, float, float]:
    rouge, vert, bleu = (int(couleur[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return rouge, vert, bleu


def _ecrire(rvb: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in rvb)


def _luminance(couleur: str) -> float:
    lineaires = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in _rvb(couleur))
    return sum(poids * p for poids, p in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


#: Celle d'un lieu qui n'a rien choisi.
MAISON = de_couleur(COULEUR)
