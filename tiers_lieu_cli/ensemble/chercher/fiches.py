"""Ce qui se cherche : toute fiche que la table des genres connaît, et la prose du lieu."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.genres import GENRES, est_libre, structure_de
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.index import Ligne
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.affaires import hors_cours
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import Sorte
from tiers_lieu_cli.noyau.lieu import REGLAGES
from tiers_lieu_cli.noyau.motif import motif

#: La prose du lieu : ni fiche, ni commande qui la montre ; son chemin suffit.
TEXTE = "texte"
#: Le dernier jour de ce qui revient : on ne cherche pas plus loin.
TOUJOURS = "9999-12-31"
_ISO = motif(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
_JOUR = motif(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ETIQUETTE = motif(r"(?<![\w#&])#(\w[\w-]*)")
#: Ce qu'une commande montre, et de quoi le dire deux fois.
_A_LA_FOIS = 4096


class Chose(msgspec.Struct, frozen=True):
    """Ce qu'un fichier est, pour qui cherche : son genre, sa fiche si elle se lit, ce qu'il dit.

    `genre` : le dossier du genre, closes et en cours ensemble.
    """

    chemin: str
    ident: str
    genre: str
    nom_du_genre: str
    jour: str
    titre: str
    ouvrir: str
    proses: tuple[tuple[str, str], ...]
    citees: tuple[tuple[str, str], ...]


def genres() -> dict[str, str]:
    """Les genres où l'on peut se borner : le dossier, et le nom."""
    return {hors_cours(r.genre.dossier): r.genre.nom for r in GENRES.de_l_archive()} | {TEXTE: TEXTE}


def ligne(chemin: str, octets: bytes) -> Ligne | None:
    """Ce qu'un fichier donne à chercher ; `None` s'il n'a rien à dire à qui cherche."""
    if est_muet(chemin):
        return None
    trouve = structure_de(chemin)
    lue = _lire(chemin, octets)
    if trouve is None or lue is None:
        # Une fiche abîmée se cherche encore : c'est souvent elle qu'on veut retrouver.
        texte = octets.decode("utf-8", "replace")
        genre = TEXTE if est_libre(chemin) else hors_cours(GENRES.dossier(chemin))
        return Ligne(chemin, genre, f"{chemin} {texte}", etiquettes=tuple(_ETIQUETTE.findall(texte)))
    genre_lu = GENRES.exiger(chemin).genre
    dits = list(_dits(lue))
    du, au = _jours(genre_lu, lue)
    citees = list(liens.citations(lue))
    proses = [dit for dit in dits if "#" in dit]
    return Ligne(
        chemin=chemin,
        genre=hors_cours(genre_lu.dossier),
        # Qui cherche « clé cave » cherche une clé.
        texte=" ".join((_nom(lue), genre_lu.nom, *dits)),
        cites=tuple(dict.fromkeys(c.vers for c in citees if c.cite.sorte is not Sorte.PUBLIC)),
        etiquettes=(
            *(mot for prose in proses for mot in _ETIQUETTE.findall(prose)),
            *getattr(lue, "etiquettes", ()),
        ),
        du=du,
        au=au,
    )


@lru_cache(_A_LA_FOIS)
def chose(chemin: str, octets: bytes) -> Chose:
    """De quoi montrer ce qu'on a trouvé ; ce qui se lit deux fois ne se comprend qu'une."""
    trouve, lue = structure_de(chemin), _lire(chemin, octets)
    if trouve is None or lue is None:
        texte = octets.decode("utf-8", "replace")
        libre = est_libre(chemin)
        return Chose(
            chemin=chemin,
            ident=chemin,
            genre=TEXTE if libre else hors_cours(GENRES.dossier(chemin)),
            nom_du_genre=TEXTE if libre else "fiche à corriger",
            jour="",
            titre=_premiere_ligne(texte) if libre else chemin,
            ouvrir="" if libre else "tl verifier",
            proses=(("", texte),),
            citees=(),
        )
    genre = GENRES.exiger(chemin).genre
    jour = "" if hasattr(lue, "recurrence") else _jours(genre, lue)[0]
    citees = list(liens.citations(lue))
    proses = tuple((champ, texte) for champ in liens.proses(type(lue)) if (texte := getattr(lue, champ)))
    return Chose(
        chemin=chemin,
        ident=lue.id,
        genre=hors_cours(genre.dossier),
        nom_du_genre=genre.nom,
        jour=jour,
        titre=genre.nommer(lue),
        ouvrir=genre.ouvrir.format(id=lue.id, jour=jour or lue.id[:10], fiche=lue),
        proses=proses,
        citees=tuple((c.champ, c.vers) for c in citees if c.cite.sorte is Sorte.PERSONNE),
    )


def est_muet(chemin: str) -> bool:
    """Un fichier où il n'y a pas de mots à chercher."""
    return (
        photos.est_photo(chemin) or chemin.endswith(".json") or chemin.startswith(".") or chemin == REGLAGES
    )


def _lire(chemin: str, octets: bytes) -> Fiche | None:
    trouve = structure_de(chemin)
    if trouve is None or "/" not in GENRES.dossier(chemin):
        return None
    try:
        return fiche.lire(octets, trouve[1], trouve[0], chemin)
    except FicheFautive:
        return None


def _dits(valeur: Any) -> Iterator[str]:
    """Tous les textes d'une fiche ; ni jour, ni heure."""
    if isinstance(valeur, str):
        if valeur and not _ISO.fullmatch(valeur):
            yield str(valeur)
    elif isinstance(valeur, msgspec.Struct):
        for champ in valeur.__struct_fields__:
            if champ != "id":
                yield from _dits(getattr(valeur, champ))
    elif isinstance(valeur, (tuple, list)):
        for dedans in valeur:
            yield from _dits(dedans)
    elif isinstance(valeur, dict):
        for cle, dedans in valeur.items():
            yield from _dits(cle)
            yield from _dits(dedans)


def _jours(genre: Genre, lue: Fiche) -> tuple[str, str]:
    """Le premier et le dernier jour dont parle une fiche ; vides si elle dure."""
    if revient := getattr(lue, "recurrence", None):
        return str(revient.du), TOUJOURS
    datee = genre.par_mois or bool(_JOUR.match(lue.id))
    if not (datee or hasattr(lue, "debut")):
        return "", ""
    champs = sorted(lue.__struct_fields__, key=lambda champ: champ != "debut")
    dits = (str(getattr(lue, champ)) for champ in champs)
    du = next((trouve[1] for dit in dits if (trouve := _ISO.fullmatch(dit))), lue.id[:10] if datee else "")
    fin = _ISO.fullmatch(str(getattr(lue, "fin", "")))
    return du, fin[1] if fin else du


def _nom(lue: Fiche) -> str:
    """Ce que son identifiant a d'elle : le mot choisi, ou le code ; un titre d'alors n'y compte plus."""
    datee = _JOUR.match(lue.id) and liens.proses(type(lue))
    return lue.id.rpartition("-")[2] if datee else lue.id


def _premiere_ligne(texte: str) -> str:
    return next((dite for li in texte.splitlines() if (dite := li.strip("#- \t"))), "")
