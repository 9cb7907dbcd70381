"""Un enregistrement tel qu'il est gardé : ce qu'il dit, lu sans rien deviner ni rien croire.

Le moyeu, la réception et l'histoire lisent tous ici : un enregistrement fait à la main, ou par
malice, y est un défaut qu'on peut dire, jamais une surprise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from tiers_lieu_cli.noyau.motif import motif

#: Ce qu'un enregistrement de l'outil a pour en-têtes ; tout autre pourrait porter n'importe quoi.
_ENTETES = frozenset({"tree", "parent", "author", "committer", "gpgsig"})
_QUI = r"(?P<nom>[^<>]*?) ?<(?P<courriel>[^<>]*)> ?(?P<instant>\d+) (?P<decalage>[+-]\d{4})"
_SUITE = motif(r"([A-Z][a-z]+): (.*)")
#: Le dernier instant que l'outil sait dire : au-delà de l'an 9999, il n'y a plus de date.
_DERNIER_INSTANT = 253_402_300_799
EPOQUE = datetime.fromtimestamp(0, UTC)


class Qui(msgspec.Struct, frozen=True):
    """Qui a fait ou déposé un enregistrement, et quand ; `instant` est `None` s'il ne se lit pas."""

    nom: str = ""
    courriel: str = ""
    instant: int | None = None


class Enregistrement(msgspec.Struct, frozen=True):
    """Ses dossiers, ses ascendants, qui, quand, ce qu'il dit ; `etranges` : ce que l'outil n'y met jamais."""

    empreinte: str
    arbre: str
    parents: tuple[str, ...]
    auteur: Qui
    depose: Qui
    texte: str
    signe: bool = False
    etranges: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """Ce que l'histoire en montre."""
        return self.texte.partition("\n")[0]

    @property
    def moment(self) -> datetime:
        """Quand il fut déposé ; l'époque zéro si sa date ne se lit pas."""
        instant = self.depose.instant
        return EPOQUE if instant is None else datetime.fromtimestamp(instant, UTC)

    def suites(self) -> dict[str, list[str]]:
        """Ce que l'outil relit : les lignes « Action: … », « Fiche: … » qui closent le texte."""
        corps = self.texte.strip("\n").split("\n\n")
        suites: dict[str, list[str]] = {}
        for ligne in corps[-1].split("\n") if len(corps) > 1 else ():
            if trouvee := _SUITE.fullmatch(ligne):
                suites.setdefault(trouvee[1], []).append(trouvee[2])
        return suites


def lire(empreinte: str, octets: bytes) -> Enregistrement:
    """L'enregistrement que ces octets disent ; ce qui manque est vide, ce qui est de trop est étrange."""
    tete, _, corps = octets.partition(b"\n\n")
    etranges: list[str] = []
    try:
        lignes, texte = tete.decode("utf-8").split("\n"), corps.decode("utf-8")
    except UnicodeDecodeError:
        etranges.append("n'est pas en UTF-8")
        lignes, texte = tete.decode("utf-8", "replace").split("\n"), corps.decode("utf-8", "replace")
    lus: dict[str, list[str]] = {}
    nom = ""
    for ligne in lignes:
        if ligne.startswith(" ") and nom == "gpgsig":
            continue
        nom, _, valeur = ligne.partition(" ")
        lus.setdefault(nom, []).append(valeur)
    etranges += (f"porte l'en-tête « {nom[:40]} »" for nom in lus if nom not in _ENTETES)
    etranges += (f"porte deux fois « {n} »" for n, v in lus.items() if len(v) > 1 and n != "parent")
    return Enregistrement(
        empreinte=empreinte,
        arbre=lus.get("tree", [""])[0],
        parents=tuple(lus.get("parent", ())),
        auteur=_qui(lus.get("author", [""])[0]),
        depose=_qui(lus.get("committer", [""])[0]),
        texte=texte,
        signe="gpgsig" in lus,
        etranges=tuple(etranges),
    )


def _qui(dit: str) -> Qui:
    trouve = re.fullmatch(_QUI, dit)
    if trouve is None:
        nom, _, reste = dit.partition("<")
        return Qui(nom.strip(), reste.partition(">")[0])
    return Qui(trouve["nom"], trouve["courriel"], instant(trouve["instant"]))


def instant(dit: str) -> int | None:
    """L'instant que git dit en secondes ; `None` s'il ne se lit pas, ou n'a pas de date."""
    secondes = int(dit) if len(dit) < 13 and dit.isascii() and dit.isdecimal() else -1
    return secondes if 0 <= secondes <= _DERNIER_INSTANT else None


def ecrire(phrase: str, action: str, chemins: Iterable[str], annule: str = "") -> bytes:
    """Le texte d'un enregistrement : une phrase, puis ce que l'outil en relit."""
    titre = re.sub(r"\s+", " ", phrase).strip()
    fiches = "".join(f"Fiche: {chemin}\n" for chemin in chemins)
    defait = f"Annule: {annule}\n" if annule else ""
    return f"{titre}\n\nAction: {action}\n{defait}{fiches}".encode()
