"""La table d'un genre, tirée de sa structure : ses colonnes, et chaque case, relue sans rien perdre.

Une case est un texte qu'un tableur garde tel quel. Ce qu'un texte simple ne dirait pas exactement (une
partie de fiche, un mot à guillemets, des blancs au bord) est du JSON : elle se relit toujours à l'identique.
"""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from datetime import date, timedelta, tzinfo
from enum import Enum, StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fichiers import degager, proteger
from tiers_lieu_cli.noyau.liens import Cite, citees, declare, nu
from tiers_lieu_cli.noyau.liens import Sorte as SorteCitee
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import colonnes as colonnes_lues
from tiers_lieu_cli.noyau.temps.colonnes import Ordre
from tiers_lieu_cli.noyau.temps.heures import lire_duree
from tiers_lieu_cli.noyau.texte import clef

#: Ce qu'une fiche compte en minutes ; un tableau dit aussi « 1h30 », ou des heures.
MINUTES = frozenset({"duree", "montage", "demontage", "battement"})
_NOMBRE = motif(r"\d{1,4}(?:[.,]\d{1,2})?", re.ASCII)
#: Les moments qu'une fiche écrit en texte (« 2026-11-24T10:12 ») ; un tableau les dit comme il veut.
MOMENTS = frozenset({"debut", "fin", "moment"})
_OUI, _NON = ("oui", "o", "x", "1", "vrai", "true", "yes"), ("non", "n", "0", "faux", "false", "no")


class Sorte(StrEnum):
    """Ce qu'une case contient."""

    TEXTE = "texte"
    CHOIX = "choix"
    ENTIER = "entier"
    BOOLEEN = "oui ou non"
    JOUR = "jour"
    MOTS = "liste de textes"
    JSON = "json"


class Colonne(msgspec.Struct, frozen=True):
    """Un champ d'un genre ; `cite` : ce qu'il cite, s'il cite ; `defaut` : ce que dit une case vide.

    `prose` : on y écrit librement, fût-ce dans une de ses parties.
    """

    nom: str
    sorte: Sorte
    exigee: bool
    defaut: Any = None
    cite: Cite | None = None
    choix: tuple[str, ...] = ()
    prose: bool = False


@cache
def colonnes(structure: type[Fiche]) -> tuple[Colonne, ...]:
    """Les colonnes d'un genre : son identifiant, puis ses champs dans l'ordre où il les déclare."""
    dits = get_type_hints(structure, include_extras=True)
    champs = sorted(msgspec.structs.fields(structure), key=lambda champ: champ.name != "id")
    return tuple(_colonne(champ, dits[champ.name]) for champ in champs)


def _colonne(champ: msgspec.structs.FieldInfo, dit: Any) -> Colonne:
    sorte, choix = _sorte(nu(dit))
    defaut = champ.default_factory() if champ.default_factory is not msgspec.NODEFAULT else champ.default
    exigee = champ.required and champ.name != "id"
    return Colonne(
        nom=champ.name,
        sorte=sorte,
        exigee=exigee,
        defaut=None if champ.required else _nue(defaut),
        cite=declare(dit),
        choix=choix,
        prose=any(cite.sorte is SorteCitee.PROSE for cite in citees(dit)),
    )


def _sorte(type_: Any) -> tuple[Sorte, tuple[str, ...]]:
    parties = get_args(type_)
    if get_origin(type_) in (Union, types.UnionType):
        return next(_sorte(partie) for partie in parties if partie is not type(None))
    if get_origin(type_) is tuple and _sorte(parties[0])[0] in (Sorte.TEXTE, Sorte.CHOIX, Sorte.JOUR):
        return Sorte.MOTS, _sorte(parties[0])[1]
    if not isinstance(type_, type):
        return (Sorte.TEXTE, ()) if all(isinstance(p, str) for p in parties) else (Sorte.JSON, ())
    if issubclass(type_, Enum):
        return Sorte.CHOIX, tuple(str(membre.value) for membre in type_)
    simples = {bool: Sorte.BOOLEEN, int: Sorte.ENTIER, date: Sorte.JOUR, str: Sorte.TEXTE}
    return simples.get(type_, Sorte.JSON), ()


# -- écrire une case ----------------------------------------------------------


def en_cases(fiche: Fiche) -> list[str]:
    """Une ligne : chaque champ de cette fiche."""
    dits = valeurs(fiche)
    return [en_case(c, dits[c.nom]) for c in colonnes(type(fiche))]


def valeurs(fiche: Fiche) -> dict[str, Any]:
    """Chaque champ, comme une fiche l'écrirait ; ceux qui ne disent rien compris."""
    dits: dict[str, Any] = msgspec.to_builtins(fiche)
    return {c.nom: _nue(dits.get(c.nom, c.defaut)) for c in colonnes(type(fiche))}


def _nue(valeur: Any) -> Any:
    return list(valeur) if isinstance(valeur, tuple) else msgspec.to_builtins(valeur)


def en_case(colonne: Colonne, valeur: Any) -> str:
    """La case qui dit cette valeur ; vide si c'est ce qu'elle dirait sans rien."""
    if valeur == colonne.defaut and not valeur and valeur is not False:
        return ""
    texte = _simple(colonne, valeur)
    if colonne.sorte not in (Sorte.TEXTE, Sorte.MOTS) or _va_de_soi(colonne, texte):
        return texte
    relu = degager(proteger(systeme.inoffensif(texte)).strip())
    return texte if texte and _lire(colonne, relu) == valeur else _en_ligne(valeur)


def _va_de_soi(colonne: Colonne, texte: str) -> bool:
    """Ce texte se relira-t-il à coup sûr ? Presque tous : rien n'est alors relu pour rien."""
    bords = texte[:1].isalnum() and (texte[-1:].isalnum() or texte[-1:] == ".")
    return colonne.sorte is Sorte.TEXTE and bords and not systeme.DANGEREUX.search(texte)


def _simple(colonne: Colonne, valeur: Any) -> str:
    if colonne.sorte is Sorte.BOOLEEN:
        return "oui" if valeur else "non"
    if colonne.sorte is Sorte.MOTS:
        return " ; ".join(valeur)
    return _en_ligne(valeur) if colonne.sorte is Sorte.JSON else str(valeur)


def _en_ligne(valeur: Any) -> str:
    return en_json(valeur, indent=-1).decode().rstrip("\n")


# -- lire une case ------------------------------------------------------------


def lire(
    colonne: Colonne,
    case: str,
    fuseau: tzinfo,
    ordre: Ordre = Ordre.JOUR_DABORD,
    *,
    en_heures: bool = False,
) -> Any:
    """La valeur qu'une case dit, comme une fiche l'écrirait ; `ErreurUsage` si elle n'en dit aucune.

    `en_heures` : un nombre seul y est un nombre d'heures.
    """
    texte = degager(case)
    if _est_un_moment(colonne):
        return _moment(colonne, texte, fuseau, ordre)
    if colonne.nom in MINUTES and colonne.sorte is Sorte.ENTIER:
        return _minutes(colonne, texte, en_heures=en_heures)
    return _lire(colonne, texte)


def _minutes(colonne: Colonne, texte: str, *, en_heures: bool) -> Any:
    if not _NOMBRE.fullmatch(texte):
        return int(lire_duree(texte) / timedelta(minutes=1))
    return round(float(texte.replace(",", ".")) * 60) if en_heures else _lire(colonne, texte)


def _lire(colonne: Colonne, texte: str) -> Any:
    if colonne.sorte is Sorte.TEXTE:
        return _json(texte, texte) if texte.startswith('"') and texte.endswith('"') else texte
    if colonne.sorte is Sorte.CHOIX:
        return next((c for c in colonne.choix if clef(c) == clef(texte)), texte)
    if colonne.sorte is Sorte.MOTS:
        if texte.startswith("["):
            return _json(texte, [texte])
        separateur = "[;\n]" if ";" in texte or "\n" in texte else ","
        return [mot.strip() for mot in re.split(separateur, texte) if mot.strip()]
    if colonne.sorte is Sorte.JSON:
        lu = _json(texte, ...)
        if lu is ...:
            raise ErreurUsage(f"« {texte[:30]} » pour {colonne.nom} : du JSON est attendu.")
        return lu
    if colonne.sorte is Sorte.BOOLEEN:
        return _booleen(colonne, texte)
    if colonne.sorte is Sorte.ENTIER:
        nombre = re.sub(r"[\s\u202f\xa0]", "", texte)
        if not re.fullmatch(r"-?\d{1,12}(?:[.,]0+)?", nombre, re.ASCII):
            raise ErreurUsage(f"« {texte[:20]} » pour {colonne.nom} : un nombre entier est attendu.")
        return int(re.split("[.,]", nombre)[0])
    return texte


def _booleen(colonne: Colonne, texte: str) -> bool:
    dit = clef(texte)
    if dit not in (*_OUI, *_NON):
        raise ErreurUsage(f"« {texte[:20]} » pour {colonne.nom} : écrire oui ou non.")
    return dit in _OUI


def _json(texte: str, sinon: Any) -> Any:
    try:
        return msgspec.json.decode(texte)
    except (msgspec.DecodeError, RecursionError):
        return sinon


def _est_un_moment(colonne: Colonne) -> bool:
    return colonne.sorte is Sorte.JOUR or (colonne.nom in MOMENTS and colonne.sorte is Sorte.TEXTE)


def _moment(colonne: Colonne, texte: str, fuseau: tzinfo, ordre: Ordre) -> str:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?", texte, re.ASCII):
        return texte
    lue = colonnes_lues.lire_case(texte, fuseau, ordre)
    if lue.jour is None:
        raise ErreurUsage(f"« {texte[:30]} » pour {colonne.nom} : une date est attendue.")
    if lue.heure is None or colonne.sorte is Sorte.JOUR:
        return lue.jour.isoformat()
    minutes = int(lue.heure.total_seconds()) // 60
    return f"{lue.jour.isoformat()}T{minutes // 60:02}:{minutes % 60:02}"


def ordre_des_dates(structure: type[Fiche], ou: Mapping[str, int], lignes: Sequence[Sequence[str]]) -> Ordre:
    """Ce que toutes les dates du tableau prouvent de l'ordre du jour et du mois."""
    rangs = [ou[c.nom] for c in colonnes(structure) if c.nom in ou and _est_un_moment(c)]
    return colonnes_lues.ordre_des_dates(ligne[rang] for ligne in lignes for rang in rangs)
