"""Les échecs que l'usager voit : le fait, puis le remède. Aucun n'imprime rien.

Seul `application.executer` les change en code de sortie ; toute autre
exception est un bogue de l'outil.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum

import msgspec


class CodeSortie(IntEnum):
    """Les codes de sortie de la commande."""

    FAIT = 0
    REFUS = 1
    USAGE = 2
    OCCUPE = 11
    BOGUE = 70


class Echec(Exception):
    """Une action refusée. `fait` dit ce qui ne va pas, `remede` ce qu'on peut faire."""

    code = CodeSortie.REFUS
    #: Le code stable du JSON, si ce n'est pas le nom de la classe.
    sorte = ""

    def __init__(self, fait: str, remede: str = "") -> None:
        super().__init__(fait)
        self.fait = fait
        self.remede = remede
        #: Les commandes exactes qui conviendraient, une par façon de faire.
        self.suites: tuple[str, ...] = ()
        #: Ce que le JSON d'un refus ajoute à la phrase (conflits, propositions…).
        self.details: Mapping[str, object] = {}

    def selon(self, options: Sequence[str]) -> None:
        """Ce que le remède doit aux options de la commande refusée ; le plus souvent, rien."""

    @property
    def json(self) -> dict[str, object]:
        """Le refus, pour un autre programme (docs/json.md) ; `code` est stable, la phrase ne l'est pas."""
        sorte = self.sorte or re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        dit = {"code": sorte, "phrase": self.fait, "remede": self.remede or None, "commandes": self.suites}
        return {"refus": {**dit, **self.details}}


class Abandon(Echec):
    """On a répondu non : rien n'est fait, et c'est ce qu'on voulait."""

    def __init__(self) -> None:
        super().__init__("Rien n'est changé.")


class DejaLa(Echec):
    """Un fichier de ce nom existe déjà : on n'écrase jamais."""

    def __init__(self, chemin: str) -> None:
        super().__init__(f"{chemin} existe déjà.", "Choisir un autre nom, ou modifier cette fiche.")
        self.chemin = chemin


class ErreurUsage(Echec):
    """La commande est mal dite : rien n'a été tenté."""

    code = CodeSortie.USAGE


class Lecture(msgspec.Struct, frozen=True):
    """Une manière de comprendre une saisie : ce qu'on montre, et ce qu'il faudrait taper.

    `options` : ce qui manquait à la commande, dit en plus.
    """

    libelle: str
    texte: str = ""
    options: tuple[str, ...] = ()


class SaisieAmbigue(ErreurUsage):
    """Une saisie a plusieurs sens : on la relit à voix haute, on ne devine pas.

    `texte` : ce qui est douteux ; vide, c'est ce qui n'a pas été dit.
    """

    def __init__(self, texte: str, question: str, lectures: tuple[Lecture, ...]) -> None:
        super().__init__(question)
        self.texte = texte
        self.lectures = lectures


class Defaut(msgspec.Struct, frozen=True):
    """Un défaut situé dans une fiche ; `ligne` commence à 1, 0 si elle n'a pas de sens."""

    fichier: str
    ligne: int
    fait: str
    remede: str = ""

    def __str__(self) -> str:
        ou = f"{self.fichier}, ligne {self.ligne}" if self.ligne else self.fichier
        return f"{ou} : {self.fait}"


class FicheFautive(Echec):
    """Une fiche ne se lit pas ; rien n'est deviné de ce qu'elle voulait dire."""

    def __init__(self, defaut: Defaut) -> None:
        super().__init__(str(defaut), defaut.remede)
        self.defaut = defaut
