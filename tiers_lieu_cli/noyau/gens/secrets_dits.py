"""Reconnaître un secret dans un texte qu'on s'apprête à garder : un code, un mot de passe, une clé.

Deux voies : ce qu'on nomme (« code de l'alarme : 4821 »), et ce qui ne ressemble qu'au hasard. Un mot
ordinaire, une référence de machine, une adresse ou une date n'en sont pas.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif

#: Une clé de machine, un jeton d'un service connu : leur forme suffit.
_FORMES = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    re.compile(
        r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|sk_live_|rk_live_|AKIA|AIza|SG\.)[\w.-]{12,}"
    ),
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}"),
    re.compile(r"\bage-secret-key-1[a-z0-9]{20,}", re.IGNORECASE),
    re.compile(r"\b[0-9a-f]{32,}\b", re.IGNORECASE),
    re.compile(r"\w+://[^\s/:@]+:[^\s/@]{3,}@"),
    re.compile(r"\bWIFI:[^\s]*P:[^;\s]+;"),
)
#: Ce qui annonce un secret, puis sa valeur.
_PASSE = motif(
    r"\b(?:mots?[ -]de[ -]passe|mdp|passwords?|passphrase|passwd|pwd"
    r"|cl[ée]s? (?:wi-?fi|wpa2?|r[ée]seau))\b"
    r"[^\n:=→]{0,40}?\s*(?:[:=→]|->|\best\b|c['’]est)\s*[«\"“'`*]*\s*(?P<secret>[^\s«»\"“”'`*]{4,})",
    re.IGNORECASE,
)
_CODE = motif(
    r"\b(?:codes?|pin|puk|digicodes?|combinaisons?|cadenas|bo[iî]te [àa] cl[ée]s?|coffre|alarme)\b"
    r"(?P<entre>[^\n\d]{0,40}?)(?P<secret>(?<![\d/.,-])[*#]?\d(?:[ .-]?\d){2,9}[*#A-F]?(?![\w/])"
    # « 120 pièces », « 180 jours » : ce qui se compte n'ouvre rien.
    r"(?!\s+(?!(?:puis|dans|sous|mais|vers|alors|apr[èe]s|sans)\b)(?:mois|ans?|[^\W\d_]{2,}s)\b))",
    re.IGNORECASE,
)
#: Un nombre qui n'ouvre rien.
_AUTRE_CODE = motif(
    r"\b(?:code[ -]?barres?|code postal|codes? (?:couleurs?|erreurs?|d['’]erreur|article|produit|fournisseur"
    r"|civil|du travail|de la route|promo)|article|erreur|panne|norme|r[ée]f[ée]rence|r[ée]f\.?|mod[èe]le|lot"
    r"|facture|s[ée]rie|t[ée]l\w*|appeler|heures?|jours?|minutes?|en|depuis|ann[ée]es?|pages?"
    r"|n°|num[ée]ro)\b",
    re.IGNORECASE,
)
#: Où un secret se trouve, sans qu'on le dise.
_AILLEURS = motif(
    r"^(?:dans|chez|sur|au|aux|le|la|les|l['’].*|un|une|celui|celle|voir|demander|tableau|coffre|registre|affich\w*"
    r"|connu\w*|chang\w*|rang\w*|gard\w*|oubli\w*|perdu\w*|secret\w*|inconnu\w*|n[ée]cessaire|obligatoire|demand\w*"
    r"|\?+|…|\.{3,}|x{3,}|\*{3,}|-+|_+|[à@].*)$",
    re.IGNORECASE,
)
_MOT = motif(r"[^\s«»“”\"`|<>()\[\]{},;]{12,}")
#: Une adresse, un chemin, un nom de fiche, une date, une norme : de longs mots qu'on lit.
_LISIBLE = motif(
    r"(?:\w+://|www\.|[~./]).*|[a-z0-9]+(?:-[a-z0-9]+)*|[\d.:/,T+-]+|@?p-[a-z0-9]{6}"
    r"|[\w.-]+\.(?:pdf|md|html?|yaml|jpg|png|be|fr|org|com)\S*"
    r"|[A-ZÀ-Ý]?[a-zà-ÿ’'-]+(?:[-/·.][A-ZÀ-Ý]?[a-zà-ÿ’'-]+)*[.:!?…]*|[A-ZÀ-Ý’'-]+",
)
#: Bits par caractère : un mot de passe tiré au sort en a plus de trois et demi, une référence moins.
_HASARD = 3.25
#: Une suite tirée au sort change de sorte de caractère à chaque pas ou presque.
_PASSAGES = 5


class SecretDansUnePage(Echec):
    """Un texte porte de quoi ouvrir une porte ou un compte."""

    def __init__(self, extrait: str) -> None:
        super().__init__(
            f"« {voiler(extrait)} » ressemble à un secret ; une page qu'on imprime n'en garde pas.",
            "Dire où il se trouve ou qui le connaît (« le code est chez @karim »), jamais ce qu'il est.",
        )


def voiler(secret: str) -> str:
    """De quoi le reconnaître sans le redire."""
    return secret[:2] + "…" if len(secret) > 3 else "…"


def refuser(texte: str) -> None:
    """`SecretDansUnePage` au premier secret trouvé."""
    for secret in trouver(texte):
        raise SecretDansUnePage(secret)


def trouver(texte: str) -> Iterator[str]:
    """Les secrets que ce texte dit."""
    for forme in _FORMES:
        yield from (trouve[0] for trouve in forme.finditer(texte))
    for ligne in texte.splitlines():
        for trouve in _PASSE.finditer(ligne):
            if not _AILLEURS.match(secret := trouve["secret"].rstrip(".,;!?)")) and _peut_ouvrir(secret):
                yield secret
        for trouve in _CODE.finditer(ligne):
            if not _AUTRE_CODE.search(ligne[max(0, trouve.start() - 20) : trouve.start("secret")]):
                yield trouve["secret"]
    yield from (mot for mot in _MOT.findall(texte) if _est_tire_au_sort(mot.rstrip(".,:!?")))


def _peut_ouvrir(mot: str) -> bool:
    """Ce qui suit « mot de passe : » en est-il un ? Un mot tout en lettres ordinaires en est un aussi."""
    return len(mot) >= 4 and any(c.isalnum() for c in mot)


def _est_tire_au_sort(mot: str) -> bool:
    if len(mot) < 12 or _LISIBLE.fullmatch(mot):
        return False
    sortes = [_sorte(c) for c in mot]
    passages = sum(a != b for a, b in pairwise(sortes))
    lettres = {"a", "A"} & set(sortes)
    return "1" in sortes and bool(lettres) and passages >= _PASSAGES and _entropie(mot) >= _HASARD


def _sorte(c: str) -> str:
    return "1" if c.isdigit() else "a" if c.islower() else "A" if c.isupper() else "?"


def _entropie(mot: str) -> float:
    return -sum(n / len(mot) * math.log2(n / len(mot)) for n in Counter(mot).values())
