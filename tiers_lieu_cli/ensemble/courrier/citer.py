"""Ce que quelqu'un d'ailleurs a écrit, tel que l'archive peut le garder : ceux qu'il nomme y sont cités."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.gens.personnes import Personne, taire
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import LONGUEUR_MAXIMALE, est_lisible

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.mur import Indice

#: L'arobase d'une mention, et non celle d'une adresse : qui écrit d'ailleurs ne désigne personne ainsi.
_AROBASE = motif(r"(?<![\w.+-])@|@(?!\w)")
_MENTION_COUPEE = motif(r"@[\w-]{0,8}$")
#: Aucun nom de famille ne suit : « Nora Diallo » n'est pas la Nora qui écrit.
_SANS_NOM = r"(?![\s-]{1,3}[A-ZÀ-ÖØ-Þ])"


def une_ligne(texte: str) -> str:
    """Ce que quelqu'un d'autre a écrit, en une ligne sans mention : ce n'est qu'un texte."""
    dit = "".join(ch if est_lisible(ch) else " " for ch in _AROBASE.sub(" ", taire(texte)))
    return _abreger(" ".join(dit.split()))


def _abreger(dit: str) -> str:
    """Ce qui tient sur une ligne, sans couper une mention."""
    coupe = _MENTION_COUPEE.sub("", dit[: LONGUEUR_MAXIMALE - 1]).rstrip()
    return dit if len(dit) <= LONGUEUR_MAXIMALE else f"{coupe}…"


def citer(c: Contexte, texte: str, qui: str) -> str:
    """Une ligne où ceux que le registre reconnaît sont des mentions : « Merci, Nora » → « Merci, @p-… ».

    `qui` l'écrit : le prénom dont il signe est le sien. Un autre n'est cité que par un nom entier ou un
    contact qui n'est qu'à lui ; un prénom seul reste, et la douane demandera.
    """
    if not c.registre.est_la:
        return texte
    texte = c.questions.designer(texte)
    for indice in list(c.registre.detecteur.nommes(texte)):
        if qui != indice.personne and _n_est_que_lui(c, indice):
            texte = remplacer(texte, indice.extrait, f"@{indice.personne}")
    auteur = c.registre.une(qui) if qui else None
    return _abreger(_signer(texte, auteur) if auteur else texte)


def _n_est_que_lui(c: Contexte, indice: Indice) -> bool:
    """Le registre n'a-t-il qu'une personne de ce nom, de cette adresse, de ce numéro ?"""
    from tiers_lieu_cli.noyau.gens.mur import Detecteur, Sorte

    if indice.sorte is Sorte.NOM:
        try:
            return c.registre.designer(indice.extrait) == indice.personne
        except Echec:
            return False
    autres = [p for p in c.registre.annuaire if p.id != indice.personne]
    return not any(Detecteur(autres).nommes(indice.extrait))


def _signer(texte: str, auteur: Personne) -> str:
    """Le texte, où l'auteur est cité chaque fois qu'il se nomme."""
    from tiers_lieu_cli.noyau.gens.mur import Detecteur, Sorte
    from tiers_lieu_cli.noyau.gens.noms import Certitude

    initiales = "".join(re.escape(mot[0]) for mot in auteur.nom.split()[1:])
    for indice in list(Detecteur([auteur]).trouver(texte)):
        fin = texte.rstrip(" .,;!…").endswith(indice.extrait)
        prenom = indice.sorte is Sorte.PRENOM
        # « Rose » est aussi un mot : il faut qu'elle signe. « Nora Diallo » est une autre, « Nora W. » non.
        if indice.personne and (not prenom or fin or indice.certitude is not Certitude.AVERTIR):
            initiale = rf"(?:\s[{initiales}]\b\.?)?" if prenom and initiales else ""
            texte = remplacer(texte, indice.extrait, f"@{auteur.id}", et=initiale + _SANS_NOM * prenom)
    return texte


def remplacer(texte: str, extrait: str, par: str, *, et: str = "") -> str:
    """Le texte, où cet extrait, et ce qui le suit, est remplacé."""
    return re.sub(rf"(?<![\w@]){re.escape(extrait)}{et}(?!\w)", par, texte)
