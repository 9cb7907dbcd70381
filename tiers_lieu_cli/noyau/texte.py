"""Le texte : une ligne propre ou un refus qui dit pourquoi ; le mot, la clef et les lettres qu'il donne."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.motif import motif

#: Un champ qui se montre et n'est pas une donnée (« mar 24 », un dessin) : le JSON ne l'a pas.
A_MONTRER = msgspec.Meta(extra={"a_montrer": True})
Montre = Annotated[str, A_MONTRER]
#: Une ligne se lit d'un coup d'œil.
LONGUEUR_MAXIMALE = 200
#: Glissé dans un identifiant, il dit à l'écran de ne pas le changer en nom (`personnes.tel_quel`).
TEL_QUEL = "\u2060"
#: Ce qu'un terminal prendrait pour une commande, ou ne montrerait pas : la touche Tab ne le propose pas.
SIGNES = r"\x00-\x1f\x7f-\x9f`$\\\"'\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_SIGNES = motif(f"[{SIGNES}]")
#: Des signes qui comptent comme des lettres et ne se voient pas (remplissages coréens, braille vide…).
_SANS_TRAIT = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_ENTIER = motif(r"[+-]?(?:[0-9]{1,9}|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,2})")
#: Un mot qui nomme un fichier.
LONGUEUR_DU_TITRE = 40
#: Ce qu'Unicode ne décompose pas, et qu'on tape en deux lettres.
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae", "ß": "ss", "ø": "o", "Ø": "O"})


def est_lisible(c: str) -> bool:
    """Ce caractère se voit-il, ou lie-t-il ceux d'un emoji ou d'un mot persan (ZWJ, ZWNJ) ?"""
    return c.isprintable() or c in "\u200c\u200d"


def ligne(texte: str, quoi: str, *, vide: bool = False) -> str:
    """Le texte sur une ligne, sans blancs inutiles ; `ErreurUsage` s'il est vide, long ou illisible.

    `quoi` le nomme (« Le titre ») ; `vide` : rien du tout est permis.
    """
    propre = " ".join(texte.split())
    lisible = all(map(est_lisible, propre))
    if not (est_visible(propre) or (vide and not propre)) or len(propre) > LONGUEUR_MAXIMALE or not lisible:
        raise ErreurUsage(
            f"{quoi} tient sur une ligne, de 1 à {LONGUEUR_MAXIMALE} caractères visibles.",
            "Le redire plus court ; le détail va dans --note ou au journal.",
        )
    return propre


def phrase(dit: str) -> str:
    """Une phrase d'un fait : une capitale, un point ; le reste tel quel (« IBAN » n'est pas « iban »)."""
    return f"{dit[:1].upper()}{dit[1:].rstrip('.')}."


def capitale(dit: str) -> str:
    """Le même texte, en tête de phrase."""
    return dit[:1].upper() + dit[1:]


def sans_capitale(dit: str) -> str:
    """Le même texte, dans le cours d'une phrase."""
    return dit[:1].lower() + dit[1:]


def est_visible(texte: str) -> bool:
    """Y a-t-il là de quoi lire : une lettre, un chiffre, un signe qui se voit ?"""
    return any(unicodedata.category(c)[0] in "LNPS" and c not in _SANS_TRAIT for c in texte)


def exiger_visible(texte: str) -> str:
    """Le texte, s'il est vide ou s'il s'y voit quelque chose ; `ErreurUsage` sinon."""
    if texte.strip() and not est_visible(texte):
        raise ErreurUsage("Un des textes donnés n'a que des caractères invisibles.", "Le taper de nouveau.")
    return texte


def entier(dit: str) -> int | None:
    """Le nombre que disent des chiffres ordinaires, neuf au plus (« 1 234 » en est un) ; `None` sinon."""
    nombre = _ENTIER.fullmatch(dit.strip())
    return int(re.sub(r"[ \u00a0\u202f]", "", nombre[0])) if nombre else None


def imprimee(dit: str) -> str:
    """Le même, avec l'apostrophe de l'imprimeur : aucun terminal ne la prend pour une commande."""
    return dit.replace("'", "’")


def mot(dit: str, quoi: str) -> str:
    """Un mot que la touche Tab proposera ; `ErreurUsage` s'il porte un signe de commande."""
    if trouve := _SIGNES.search(dit):
        signe = trouve[0] if trouve[0].isprintable() else "un caractère invisible"
        raise ErreurUsage(
            f"{quoi} « {dit} » porte {signe}, qu'un terminal prendrait pour une commande.",
            f"L'écrire {imprimee(dit)}" if signe == "'" else "L'écrire sans lui.",
        )
    return dit


def mot_propre(dit: str) -> str:
    """Un mot venu d'ailleurs, tel que la touche Tab peut le proposer ; vide s'il n'en reste rien."""
    return " ".join(_SIGNES.sub("", imprimee(dit)).split())


def a_taper(mot: str) -> str:
    """Le mot tel qu'un terminal le prend : entre guillemets s'il en faut."""
    if re.fullmatch(r"[\w@%+=:,./-]+", mot):
        return mot
    if "'" in mot and not re.search(r'["$`\\!]', mot):
        # shlex y mettrait trois guillemets de suite, que personne ne relit.
        return f'"{mot}"'
    import shlex

    return shlex.quote(mot)


def sans_blancs(dit: str) -> str:
    """Le texte, sans blancs autour ni en fin de ligne."""
    return "\n".join(ligne.rstrip() for ligne in dit.replace("\r\n", "\n").strip().split("\n"))


def en_tirets(texte: str, defaut: str) -> str:
    """Le titre en minuscules ASCII à tirets : « Atelier vélo d'hiver » → « atelier-velo-d-hiver »."""
    ascii_seul = (
        unicodedata.normalize("NFKD", texte.translate(_LIGATURES)).encode("ascii", "ignore").decode().lower()
    )
    tirets = re.sub(r"[^a-z0-9]+", "-", ascii_seul).strip("-")
    if len(tirets) > LONGUEUR_DU_TITRE:
        tirets = tirets[: LONGUEUR_DU_TITRE + 1].rpartition("-")[0] or tirets[:LONGUEUR_DU_TITRE]
    return tirets or defaut


def clef(texte: str) -> str:
    """Un nom ramené à ses lettres : « D'Hondt, Zoë » → « d-hondt-zoe » ; toute écriture est gardée."""
    return re.sub(r"[\W_]+", "-", sans_accent(texte)).strip("-")


def sans_accent(texte: str) -> str:
    """Le texte sans accents ni capitales, dans toute écriture."""
    if texte.isascii():
        return texte.lower()
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c)).casefold()


def accorder(nombre: int, mots: str, plusieurs: str = "") -> str:
    """Le nombre et ses mots accordés : « 1 article compté », « 3 articles comptés ».

    `plusieurs` : quand accorder chaque mot ne suffit pas (« 2 jours manquent »).
    """
    if abs(nombre) < 2:
        return f"{nombre} {mots}"
    return f"{nombre} {plusieurs or ' '.join(map(pluriel, mots.split()))}"


def taille(octets: int) -> str:
    """« 12 ko », « 3,4 Mo » : ce que pèse un fichier."""
    return f"{octets / 1e6:.1f} Mo".replace(".", ",") if octets >= 100_000 else f"{max(1, octets // 1000)} ko"


def pluriel(mot: str) -> str:
    """« boîte » → « boîtes », « rouleau » → « rouleaux », « mois » → « mois »."""
    if mot.endswith(("s", "x", "z")):
        return mot
    return f"{mot}x" if mot.endswith(("eau", "eu")) else f"{mot}s"


def sha256(contenu: str | bytes) -> str:
    """L'empreinte SHA-256 d'un contenu, en hexadécimal."""
    # Chargé au premier contenu : bien des commandes n'en ont aucun.
    import hashlib

    return hashlib.sha256(contenu.encode() if isinstance(contenu, str) else contenu).hexdigest()
