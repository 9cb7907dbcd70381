"""Lire un CSV d'où qu'il vienne : l'encodage et le séparateur se devinent, rien d'autre."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Dix ans de réservations d'une grande maison.
TAILLE_MAXIMALE = 20 * 1024 * 1024
LIGNES_MAXIMALES = 100_000
_SEPARATEURS = ";,\t|"
#: Un tableur prendrait une case qui commence ainsi pour une formule (OWASP, CSV injection).
_FORMULES = ("=", "+", "-", "@", "\t", "\r")


class Tableau(msgspec.Struct, frozen=True):
    """Un CSV lu : ses colonnes, et chaque ligne avec son numéro dans le fichier."""

    colonnes: tuple[str, ...]
    lignes: tuple[tuple[int, tuple[str, ...]], ...]

    def valeurs(self, colonne: str) -> list[str]:
        """Ce que dit une colonne, sans les cases vides."""
        if colonne not in self.colonnes:
            return []
        rang = self.colonnes.index(colonne)
        return [cases[rang] for _, cases in self.lignes if cases[rang]]


def lire(octets: bytes, nom: str) -> Tableau:
    """Le tableau que ces octets contiennent ; `ErreurUsage` s'ils n'en contiennent pas."""
    texte = _decoder(octets)
    if "\x00" in texte:
        raise ErreurUsage(f"{nom} n'est pas un fichier CSV.", "L'exporter en CSV depuis l'autre outil.")
    premiere = next((ligne for ligne in texte.splitlines() if ligne.strip()), "")
    separateur = max(_SEPARATEURS, key=premiere.count)
    try:
        lignes = [
            (rang, tuple(case.strip() for case in ligne))
            for rang, ligne in enumerate(csv.reader(io.StringIO(texte), delimiter=separateur), start=1)
            if any(case.strip() for case in ligne)
        ]
    except csv.Error:
        raise ErreurUsage(f"{nom} ne se lit pas comme un CSV.", "L'exporter à nouveau.") from None
    if len(lignes) < 2 or len(lignes[0][1]) < 2:
        raise ErreurUsage(
            f"{nom} n'a pas de lignes sous une ligne de titres.",
            "Vérifier que c'est un export CSV, avec ses titres.",
        )
    if len(lignes) > LIGNES_MAXIMALES:
        raise ErreurUsage(f"{nom} a plus de {LIGNES_MAXIMALES} lignes.", "Le couper en plusieurs fichiers.")
    largeur = len(lignes[0][1])
    complet = tuple((rang, (*ligne, *[""] * (largeur - len(ligne)))[:largeur]) for rang, ligne in lignes[1:])
    return Tableau(lignes[0][1], complet)


def _decoder(octets: bytes) -> str:
    """UTF-8 (avec ou sans marque), UTF-16 d'Excel, sinon l'encodage occidental de Windows."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def ecrire(colonnes: Sequence[str], lignes: Iterable[Sequence[str]]) -> bytes:
    """Un CSV qu'un tableur français ouvre d'un double clic, et où rien n'est une formule."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(colonnes)
    ecrivain.writerows([proteger(case) for case in ligne] for ligne in lignes)
    return ("\ufeff" + sortie.getvalue()).encode()


def proteger(case: str) -> str:
    """La case, qu'aucun tableur ne prendra pour une formule."""
    return f"'{case}" if case.startswith(_FORMULES) else case


def degager(case: str) -> str:
    """La case telle qu'elle était avant `proteger`."""
    return case[1:] if case.startswith("'") and case[1:].startswith(_FORMULES) else case
