"""Les identifiants des fiches, et le chemin qu'ils donnent : une fonction pure, dans les deux sens."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.liens import CITE, proses, sujets
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.texte import en_tirets

#: Sans voyelles ni lettres qui se confondent : un identifiant se dicte et ne forme pas de mot.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_MOT = motif(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_DATE = motif(r"(\d{4})-(\d{2})-\d{2}-.+", re.ASCII)
_MOT_DATE = motif(r"(\d{4})-(0[1-9]|1[0-2])-\d{2}(?:-[a-z0-9]+)+", re.ASCII)
_NOM_LISIBLE = motif(r"(?:\d{4}-\d{2}-\d{2}-(?:\d{4}-)?)?(.*?)(?:-[a-z0-9]{4})?", re.ASCII)
_AVEC_CODE = motif(rf"\d{{4}}-\d{{2}}-\d{{2}}(?:-[a-z0-9]+)*-[{ALPHABET}]{{4}}", re.ASCII)
_TIRE = motif(rf".+[{ALPHABET}]{{4}}\.[a-z]+", re.ASCII)
LONGUEUR_MAXIMALE = 100
#: Plus court, un mot n'en commence pas un autre.
MOT_COURT = 3
_JOUR = len("2026-11-24")
#: Les codes de monnaies (ISO 4217) que l'alphabet permet d'écrire, et que le mur prendrait pour un montant.
_MONNAIE = motif("chf|gbp|dzd|tnd|pln|btc|cts")


class Base(StrEnum):
    """De quel droit l'on cite quelqu'un (RGPD, article 6.1)."""

    INTERET = "intérêt légitime du lieu (RGPD, article 6.1.f) : tenir ce qu'on a promis à chacun"
    ACCORD = "consentement (article 6.1.a), daté et repris d'un mot"
    CONTRAT = "exécution de ce qui est convenu avec la personne (article 6.1.b)"


class Usage(msgspec.Struct, frozen=True):
    """Pourquoi un genre de fiches cite quelqu'un, de quel droit, et combien de temps il le garde."""

    finalite: str
    base: Base
    duree: str = "le temps du lieu ; sans nom dès que la personne est effacée"


def titre(fiche: msgspec.Struct) -> str:
    """Son titre, son nom, la première ligne de ce qu'elle dit ; à défaut, les mots de son identifiant."""
    for champ in ("titre", "nom", *proses(type(fiche))):
        if dit := getattr(fiche, champ, ""):
            return next((ligne for li in dit.splitlines() if (ligne := li.strip("#- \t"))), "")
    ident = str(getattr(fiche, "id", ""))
    lisible = _NOM_LISIBLE.fullmatch(ident)
    return CITE.sub(" ", lisible[1] if lisible else ident).replace("-", " ").strip()


class Genre(msgspec.Struct, frozen=True):
    """Ce qu'une sorte de fiche dit d'elle, une fois ; le reste de l'outil le lit ici.

    Sa place : `dossier`, `par_mois`, `suffixe`. Ses mots : `nom`, `pluriel`, `feminin` ; `dire` une fiche en
    une ligne ; `ouvrir` : la commande qui la montre, d'après son `{id}`, son `{jour}` ou un champ
    (`{fiche.cle}`). `sert` : propose-t-on encore cette fiche ? `plutot` : ce qu'on fait d'une fiche citée,
    au lieu de l'ôter. `usage` : ce que ces fiches font des gens ; `de_quelqu_un` : elles n'ont lieu d'être
    que pour qui elles nomment, et n'attendent plus rien d'une personne effacée. Et, chargé seulement si on
    le demande (« module:fonction ») : ce qu'elles vérifient ensemble (`verifier`) ou chacune, sans regarder
    les autres (`verifier_chacune`), et ce qu'il faut lire avec quelques-unes pour les juger (`voisines`) ;
    ce qu'elles attendent aujourd'hui (`a_faire`, ou `a_faire_du_lieu` s'il y faut plus que l'arbre) ;
    lesquels de ces noms sont de leurs dates (`dates`) ; ce que Tab en propose, si ce n'est pas toutes
    (`proposer`) ; ce qu'elles deviennent quand change la réservation qu'elles accompagnent (`accompagner`,
    voir `espace/materiel.py`).
    """

    nom: str
    dossier: str
    par_mois: bool = False
    suffixe: str = ".yaml"
    ouvrir: str = "tl historique {id}"
    pluriel: str = ""
    feminin: bool = False
    dire: Callable[[Any], str] = titre
    sert: Callable[[Any], bool] = lambda _: True
    plutot: str = ""
    usage: Usage | None = None
    de_quelqu_un: bool = False
    verifier: str = ""
    verifier_chacune: str = ""
    voisines: tuple[str, ...] = ()
    a_faire: str = ""
    a_faire_du_lieu: str = ""
    dates: str = ""
    proposer: str = ""
    accompagner: str = ""

    def compter(self, combien: int) -> str:
        """« 1 note », « 3 notes »."""
        return f"{combien} {self.nom if combien == 1 else self.pluriel or f'{self.nom}s'}"

    def nommer(self, fiche: Any) -> str:
        """Ce qu'elle dit, et de qui elle parle."""
        return " · ".join(filter(None, (self.dire(fiche), *(f"@{qui}" for qui in sujets(fiche)))))

    def accorder(self, masculin: str, feminin: str) -> str:
        """« nouveau », ou « nouvelle »."""
        return feminin if self.feminin else masculin

    def chemin(self, ident: str) -> str:
        """Le chemin de la fiche `ident` ; `ErreurUsage` si ce n'est pas un identifiant."""
        verifier(ident)
        if not self.par_mois:
            return f"{self.dossier}/{ident}{self.suffixe}"
        trouve = _DATE.fullmatch(ident)
        if not trouve or not 1 <= int(trouve[2]) <= 12:
            raise IdentifiantInvalide(ident)
        return f"{self.dossier}/{trouve[1]}/{trouve[2]}/{ident}{self.suffixe}"

    def ident(self, chemin: str) -> str | None:
        """L'identifiant que ce chemin désigne, ou `None` s'il n'est pas de ce genre."""
        dossier, _, nom = chemin.rpartition("/")
        ident = nom.removesuffix(self.suffixe)
        if ident == nom or len(ident) > LONGUEUR_MAXIMALE:
            return None
        if not self.par_mois:
            return ident if dossier == self.dossier and _MOT.fullmatch(ident) else None
        date = _MOT_DATE.fullmatch(ident)
        return ident if date and dossier == f"{self.dossier}/{date[1]}/{date[2]}" else None

    def mois(self, annee: int, mois: int) -> str:
        """Le dossier d'un mois."""
        return f"{self.dossier}/{annee:04}/{mois:02}"


class Hasard(Protocol):
    """De quoi tirer au sort ; `random.Random` convient, et se répète."""

    def choice(self, parmi: str, /) -> str:
        """Un caractère parmi d'autres."""
        ...


class HasardDuSysteme:
    """Le hasard de la machine, sans charger le module `random`."""

    def choice(self, parmi: str, /) -> str:
        """Voir `Hasard.choice` ; le biais du modulo est de l'ordre de 10⁻¹⁸."""
        return parmi[int.from_bytes(os.urandom(8)) % len(parmi)]


class IdentifiantInvalide(ErreurUsage):
    """Le texte donné ne peut désigner aucune fiche."""

    def __init__(self, texte: str) -> None:
        super().__init__(
            f"« {texte} » n'est pas un nom de fiche.",
            "Il est fait de minuscules sans accent, de chiffres et de tirets, comme salle-rez.",
        )


def verifier(ident: str) -> str:
    """Rendre l'identifiant s'il est bien formé (ASCII, court, sans rien qui sorte du dossier)."""
    if len(ident) > LONGUEUR_MAXIMALE or not _MOT.fullmatch(ident):
        raise IdentifiantInvalide(ident[:LONGUEUR_MAXIMALE])
    return ident


def nommes(mot: str, idents: Iterable[str]) -> list[str]:
    """Ceux que ce mot commence, ou dont il est un mot, ou commence un mot : dans cet ordre.

    Jamais le milieu d'un mot (« id » est dans « devidoirs »), ni un morceau de leur date (« 11 ») ; sous
    trois signes, leur dernier mot ou leur seul mot, et rien d'autre (« a » nomme salle-a).
    """
    if len(mot) < MOT_COURT:
        # D'un fait daté, tout son titre (« AG ») ; d'une autre fiche, son dernier mot.
        seuls = (i for i in idents if mot and f"-{mot}" in i)
        return [i for i in seuls if mot == (i[_JOUR + 1 : -5] if _AVEC_CODE.fullmatch(i) else abrege(i))]
    debuts = [i for i in idents if f"-{mot}" in f"-{i}"]
    if mot[0].isdecimal() and len(mot) < _JOUR:
        debuts = [i for i in debuts if not _DATE.fullmatch(i) or f"-{mot}" in i[_JOUR:]]
    return [i for i in debuts if i.startswith(mot)] or [i for i in debuts if f"-{mot}-" in f"-{i}-"] or debuts


def du_nom(dit: str, nom: str = "") -> str:
    """Le mot qui désignera une fiche : « Salle du rez » donne salle-du-rez.

    Si le `nom` est dit à part, `dit` doit être ce mot.
    """
    est_un_nom = not (nom or _MOT.fullmatch(dit) or "/" in dit or "\\" in dit)
    return verifier((est_un_nom and en_tirets(CITE.sub(" ", dit), "")) or dit)


def code(ident: str) -> str:
    """Les quatre lettres qui suffisent à désigner un fait daté ; tout autre texte, tel quel."""
    return ident.rpartition("-")[2] if _AVEC_CODE.fullmatch(ident) else ident


def abrege(ident: str) -> str:
    """La fin d'un nom : elle suffit à désigner la fiche, et laisse la place à ce qu'elle dit."""
    return ident.rpartition("-")[2]


def hasard(source: Hasard, longueur: int) -> str:
    """`longueur` caractères tirés au sort, qui ne se lisent pas comme un montant (« chf6 », « 7dzd »)."""
    while _MONNAIE.search(tire := "".join(source.choice(ALPHABET) for _ in range(longueur))):
        pass
    return tire


def est_tire(chemin: str) -> bool:
    """La fiche de ce chemin doit-elle son nom au sort ? Un autre tirage lui en donnerait un autre."""
    return _TIRE.fullmatch(chemin) is not None


def date_de(jour: date, titre: str, defaut: str, source: Hasard) -> str:
    """L'identifiant d'un fait daté : `2026-11-24-atelier-velo-7k2m` ; il se publie, et ne cite personne."""
    return f"{jour:%Y-%m-%d}-{en_tirets(CITE.sub(' ', titre), defaut)}-{hasard(source, 4)}"
