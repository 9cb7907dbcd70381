"""La seule voix de l'outil : phrases, tableaux, JSON et refus."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TextIO, TypeVar

import msgspec
from msgspec import field

from tiers_lieu_cli.noyau.echecs import Defaut, Echec
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style, aligner, cellules, peindre

T = TypeVar("T")
#: Dans un tube, rien n'est coupé : c'est au programme suivant de le faire.
LARGEUR_DE_TUBE = 10_000
LARGEUR_ORDINAIRE = 80
#: Plus large, une grille ne se suit plus de l'œil.
LARGEUR_DE_GRILLE = 160

#: Commandes de terminal, sens d'écriture forcé, caractères sans largeur : montrés, jamais envoyés.
_DANGEREUX = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def inoffensif(texte: str) -> str:
    """Le texte où ce qui piloterait le terminal est écrit en clair (`\\x1b`)."""
    return _DANGEREUX.sub(lambda c: c[0].encode("unicode_escape", "backslashreplace").decode(), texte)


class Ecran(msgspec.Struct, frozen=True):
    """Où l'on parle. `couleurs` est faux dans un tube ou sous `NO_COLOR`."""

    sortie: TextIO = field(default_factory=lambda: sys.stdout)
    erreurs: TextIO = field(default_factory=lambda: sys.stderr)
    couleurs: bool = False
    interactif: bool = False

    @classmethod
    def du_terminal(cls, environ: Mapping[str, str]) -> Ecran:
        """L'écran de ce processus."""
        couleurs = sys.stdout.isatty() and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
        return cls(sys.stdout, sys.stderr, couleurs, sys.stdin.isatty() and sys.stdout.isatty())

    def dire(self, phrase: str = "") -> None:
        """Une phrase, ou plusieurs lignes."""
        self.sortie.write(inoffensif(phrase) + "\n")

    def titre(self, gauche: str, droite: str = "") -> None:
        """Une ligne de tête, en gras, un mot à droite."""
        gauche, droite = inoffensif(gauche), inoffensif(droite)
        vide = self._largeur() - cellules(gauche) - cellules(droite) if self.sortie.isatty() else 0
        ligne = f"{gauche}{' ' * max(4, vide)}{droite}" if droite else gauche
        self.sortie.write(peindre(ligne, Style.GRAS if self.couleurs else Style.NU) + "\n")

    def tableau(self, colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]]) -> None:
        """Des lignes alignées, repliées à la largeur de l'écran."""
        propres = (tuple(map(inoffensif, ligne)) for ligne in lignes)
        for ligne in aligner(colonnes, propres, self._largeur(), couleurs=self.couleurs):
            self.sortie.write(ligne + "\n")

    def json(self, valeur: object) -> None:
        """Un objet pour les machines : ni langue, ni largeur, ni couleur n'y changent rien."""
        octets = msgspec.json.format(msgspec.json.encode(valeur), indent=2)
        self.sortie.write(octets.decode("utf-8") + "\n")

    def page(self, texte: str) -> None:
        """Un document entier, tel quel dans un tube ou un fichier ; inoffensif au terminal."""
        self.sortie.write(inoffensif(texte) if self.sortie.isatty() else texte)

    def avertir(self, phrase: str) -> None:
        """Une remarque qui n'empêche rien, à part du résultat."""
        self.erreurs.write(inoffensif(phrase) + "\n")

    def defauts(self, defauts: Iterable[Defaut]) -> None:
        """Les fiches qu'on n'a pas pu lire : on les nomme, on continue."""
        for defaut in defauts:
            self.avertir(f"À corriger : {defaut}")

    def refuser(self, echec: Echec) -> None:
        """Le fait, puis le remède."""
        self.avertir(echec.fait)
        if echec.remede:
            self.avertir(f"  → {echec.remede}")

    def confirmer(self, question: str) -> bool:
        """Une question fermée ; non par défaut."""
        self.sortie.write(inoffensif(question) + " [o/N] ")
        self.sortie.flush()
        return sys.stdin.readline().strip().lower() in ("o", "oui")

    def demander(self, question: str) -> str:
        """Une question ouverte ; la réponse d'une ligne."""
        self.sortie.write(inoffensif(question) + " ")
        self.sortie.flush()
        return sys.stdin.readline().strip()

    def choisir(self, question: str, choix: Sequence[str]) -> int | None:
        """Une question à choix ; le rang choisi à partir de 0, ou `None` pour aucun."""
        self.dire(question)
        for rang, libelle in enumerate(choix, start=1):
            self.dire(f"  {rang}  {libelle}")
        self.sortie.write(f"Lequel ? [{'/'.join(str(n) for n in range(1, len(choix) + 1))}/aucun] ")
        self.sortie.flush()
        reponse = sys.stdin.readline().strip()
        return int(reponse) - 1 if reponse.isdecimal() and 0 < int(reponse) <= len(choix) else None

    def avancer(self, elements: Sequence[T], titre: str) -> Iterator[T]:
        """Les éléments un à un ; une barre de progression paraît si cela dure plus d'une seconde."""
        if not self.interactif or len(elements) < 2:
            yield from elements
            return
        debut = time.monotonic()
        restants = iter(elements)
        for rang, element in enumerate(restants, start=1):
            yield element
            if time.monotonic() - debut > 1:
                from rich.console import Console
                from rich.progress import track

                console = Console(file=self.erreurs, no_color=not self.couleurs)
                yield from track(restants, titre, len(elements), completed=rang, console=console)

    def largeur_de_grille(self) -> int:
        """La largeur d'une grille : celle de l'écran ; dans un tube, celle d'un terminal ordinaire."""
        return min(self._largeur(), LARGEUR_DE_GRILLE) if self.sortie.isatty() else LARGEUR_ORDINAIRE

    def _largeur(self) -> int:
        """La largeur de l'écran ; dans un tube, rien n'est replié."""
        return shutil.get_terminal_size().columns if self.sortie.isatty() else LARGEUR_DE_TUBE
