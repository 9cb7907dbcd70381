"""Un fichier venu d'ailleurs : sa taille est bornée, son codage deviné en un seul endroit, son CSV aussi."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

_MIO = 1024 * 1024
#: Dix ans de réservations d'une grande maison.
TAILLE_D_UN_TABLEAU = 20 * _MIO
LIGNES_D_UN_TABLEAU = 100_000
_SEPARATEURS = ";,\t|"
_SEP = motif(r'"?sep=(.)"?;*\s*', re.IGNORECASE)
_ENTRE_GUILLEMETS = motif(r'"[^"]*"')
#: Un tableur prendrait une case qui commence ainsi pour une formule (OWASP, CSV injection).
_FORMULES = ("=", "+", "-", "@", "\t", "\r")
_MARQUES = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
#: De quoi reconnaître de l'UTF-16 sans marque : un octet nul sur deux.
_DEBUT = 200


def octets(chemin: Path, maximum: int, remede: str = "Le couper en plusieurs fichiers.") -> bytes:
    """Le contenu d'un fichier, sans jamais en lire plus que `maximum` ; `ErreurUsage` sinon."""
    if not systeme.est_un_fichier(chemin):
        raise ErreurUsage(f"Il n'y a pas de fichier {chemin}.", "Vérifier son nom et son dossier.")
    try:
        with chemin.open("rb") as flux:
            lus = flux.read(maximum + 1)
    except OSError as erreur:
        raise ErreurUsage(f"{chemin} ne se lit pas ({systeme.raison(erreur)}).") from None
    if len(lus) > maximum:
        borne = f"{maximum // _MIO} Mio" if maximum >= _MIO else f"{maximum // 1024} Kio"
        raise ErreurUsage(f"{chemin} dépasse {borne}.", remede)
    return lus


# -- le codage ----------------------------------------------------------------


class Texte(msgspec.Struct, frozen=True):
    """Un contenu décodé ; `avis` dit, en une phrase, ce qu'il a fallu supposer (vide : rien)."""

    texte: str
    avis: str = ""


def decoder(contenu: bytes, *, situer: bool = True) -> Texte:
    """UTF-8 d'abord, avec ou sans marque ; UTF-16 ; sinon le codage occidental de Windows, et c'est dit.

    Un octet errant dans un texte en UTF-8 est lu seul comme Windows l'écrirait : le reste garde son codage.
    `situer` : dire la ligne du premier.
    """
    for codage, marque in _MARQUES.items():
        if contenu.startswith(marque):
            contenu = contenu[len(marque) :]
            return Texte(contenu.decode(codage, "replace")) if codage != "utf-8" else _utf8(contenu, situer)
    if codage := _sans_marque(contenu[:_DEBUT]):
        return Texte(contenu.decode(codage, "replace"))
    return _utf8(contenu, situer)


def _sans_marque(debut: bytes) -> str:
    """L'UTF-16 que ce début d'un texte trahit ; vide si ce n'en est pas."""
    nuls = [debut[rang::2].count(0) for rang in (0, 1)]
    if len(debut) < 4 or max(nuls) * 4 < len(debut) or min(nuls) * 8 > max(nuls):
        return ""
    return "utf-16-be" if nuls[0] > nuls[1] else "utf-16-le"


def _utf8(contenu: bytes, situer: bool) -> Texte:
    try:
        return Texte(contenu.decode("utf-8"))
    except UnicodeDecodeError as premiere:
        ligne = contenu.count(b"\n", 0, premiere.start) + 1
    ou = f" (ligne {ligne})" if situer else ""
    errants: list[int] = []

    def comme_windows(erreur: UnicodeError) -> tuple[str, int]:
        assert isinstance(erreur, UnicodeDecodeError)
        errants.append(erreur.start)
        return erreur.object[erreur.start : erreur.end].decode("cp1252", "replace"), erreur.end

    codecs.register_error("comme-windows", comme_windows)
    lu = contenu.decode("utf-8", "comme-windows")
    justes = sum(c > "\x7f" for c in lu) - len(errants)
    if len(errants) > justes:
        lu = contenu.decode("cp1252", "replace")
        return Texte(lu, "Le fichier n'est pas en UTF-8 : lu comme un fichier Windows, vérifier les accents.")
    combien = f"{len(errants)} caractères ne sont" if len(errants) > 1 else "Un caractère n'est"
    return Texte(lu, f"{combien} pas en UTF-8{ou} : vérifier les accents.")


# -- un tableau (CSV) ---------------------------------------------------------


class Tableau(msgspec.Struct, frozen=True):
    """Un CSV lu : ses colonnes, et chaque ligne avec son numéro dans le fichier ; `avis` : voir `Texte`."""

    colonnes: tuple[str, ...]
    lignes: tuple[tuple[int, tuple[str, ...]], ...]
    avis: str = ""

    def valeurs(self, colonne: str) -> list[str]:
        """Ce que dit une colonne, sans les cases vides."""
        if colonne not in self.colonnes:
            return []
        rang = self.colonnes.index(colonne)
        return [cases[rang] for _, cases in self.lignes if cases[rang]]


def lire_tableau(contenu: bytes, nom: str) -> Tableau:
    """Le tableau que ces octets contiennent ; `ErreurUsage` s'ils n'en contiennent pas.

    Le séparateur est celui que dit une première ligne « sep=; » (Excel), ou celui des titres.
    """
    decode = decoder(contenu)
    texte = decode.texte
    if "\x00" in texte:
        raise ErreurUsage(f"{nom} n'est pas un fichier CSV.", "L'exporter en CSV depuis l'autre outil.")
    premiere, fin_de_ligne, reste = texte.lstrip("\r\n").partition("\n")
    dit = _SEP.fullmatch(premiere)
    titres = reste.lstrip("\r\n").partition("\n")[0] if dit else premiere
    separateur = dit[1] if dit else max(_SEPARATEURS, key=_ENTRE_GUILLEMETS.sub("", titres).count)
    sautees = texte.count("\n") - reste.count("\n") if dit else 0
    lignes = _lignes(reste if dit and fin_de_ligne else texte, separateur, sautees, nom)
    if not lignes:
        raise ErreurUsage(f"{nom} est vide.", "Sa première ligne nomme les colonnes.")
    if len(lignes) > LIGNES_D_UN_TABLEAU:
        raise ErreurUsage(
            f"{nom} a plus de {LIGNES_D_UN_TABLEAU} lignes.", "Le couper en plusieurs fichiers."
        )
    colonnes = lignes[0][1]
    complet = tuple(
        (rang, (*cases, *[""] * (len(colonnes) - len(cases)))[: len(colonnes)]) for rang, cases in lignes[1:]
    )
    return Tableau(colonnes, complet, decode.avis)


def _lignes(texte: str, separateur: str, sautees: int, nom: str) -> list[tuple[int, tuple[str, ...]]]:
    """Chaque ligne qui n'est pas vide, et le numéro de celle du fichier où elle commence."""
    lues = []
    debut = sautees + 1
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    try:
        for ligne in lecteur:
            cases = tuple(case.strip() for case in ligne)
            if any(cases):
                lues.append((debut, cases))
            debut = sautees + lecteur.line_num + 1
    except csv.Error:
        raise ErreurUsage(
            f"{nom}, ligne {debut} : un guillemet n'est pas fermé, ou une case est démesurée.",
            "L'enregistrer de nouveau en CSV depuis le tableur.",
        ) from None
    return lues


def ecrire_tableau(colonnes: Sequence[str], lignes: Iterable[Sequence[str]]) -> bytes:
    """Un CSV qu'un tableur français ouvre d'un double clic, et où rien n'est une formule."""
    return codecs.BOM_UTF8 + b"".join((ecrire_ligne(colonnes), *map(ecrire_ligne, lignes)))


def ecrire_ligne(cases: Sequence[str]) -> bytes:
    """Une ligne d'un CSV, de celles qu'`ecrire_tableau` écrit d'un coup."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow([proteger(systeme.inoffensif(case)) for case in cases])
    return sortie.getvalue().encode()


def proteger(case: str) -> str:
    """La case, qu'aucun tableur ne prendra pour une formule."""
    return f"'{case}" if case.startswith(_FORMULES) else case


def degager(case: str) -> str:
    """La case telle qu'elle était avant `proteger`."""
    return case[1:] if case.startswith("'") and case[1:].startswith(_FORMULES) else case
