"""La seule voix de l'outil : phrases, tableaux, JSON et refus."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO, TypeVar

import msgspec

from tiers_lieu_cli.noyau.echecs import Defaut, Echec

if TYPE_CHECKING:
    from rich.console import Console

T = TypeVar("T")
#: Une colonne qui cède la place garde de quoi lire un mot.
LARGEUR_CEDEE = 9
#: Dans un tube, rien n'est coupé : c'est au programme suivant de le faire.
LARGEUR_DE_TUBE = 400

#: Commandes de terminal, sens d'écriture forcé, caractères sans largeur : montrés, jamais envoyés.
_DANGEREUX = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def inoffensif(texte: str) -> str:
    """Le texte où ce qui piloterait le terminal est écrit en clair (`\\x1b`)."""
    return _DANGEREUX.sub(lambda c: c[0].encode("unicode_escape", "backslashreplace").decode(), texte)


@dataclass(frozen=True, slots=True)
class Colonne:
    """Une colonne de tableau : sa couleur, et si elle cède la place quand l'écran est étroit."""

    style: str = ""
    titre: str = ""
    cede: bool = False


@dataclass(frozen=True, slots=True)
class Ecran:
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
        console = self._console()
        largeur = console.width if self.sortie.isatty() else 0
        blancs = " " * max(4, largeur - len(gauche) - len(droite)) if droite else ""
        console.print(inoffensif(gauche + blancs + droite), style="bold", markup=False, highlight=False)

    def tableau(self, colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]]) -> None:
        """Des lignes alignées ; la couleur n'ajoute jamais de sens."""
        from rich.table import Table
        from rich.text import Text

        lignes = [tuple(map(inoffensif, ligne)) for ligne in lignes]
        remplies = [n for n, c in enumerate(colonnes) if c.titre or any(ligne[n] for ligne in lignes)]
        avec_titres = any(colonne.titre for colonne in colonnes)
        table = Table(box=None, show_header=avec_titres, pad_edge=False, padding=(0, 2, 0, 0))
        for colonne in (colonnes[n] for n in remplies):
            table.add_column(
                Text(colonne.titre),
                style=colonne.style,
                min_width=LARGEUR_CEDEE if colonne.cede else None,
                no_wrap=not colonne.cede,
                overflow="fold" if colonne.cede else "ellipsis",
            )
        for ligne in lignes:
            table.add_row(*(Text(ligne[n]) for n in remplies))
        with self._console() as console, console.capture() as rendu:
            console.print(table)
        self.sortie.writelines(f"{ligne.rstrip()}\n" for ligne in rendu.get().splitlines())

    def json(self, valeur: object) -> None:
        """Un objet pour les machines : ni langue, ni largeur, ni couleur n'y changent rien."""
        octets = msgspec.json.format(msgspec.json.encode(valeur), indent=2)
        self.sortie.write(octets.decode("utf-8") + "\n")

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
                from rich.progress import track

                yield from track(restants, titre, len(elements), completed=rang, console=self._console())

    def _console(self) -> Console:
        from rich.console import Console

        largeur = None if self.sortie.isatty() else LARGEUR_DE_TUBE
        return Console(
            file=self.sortie,
            no_color=not self.couleurs,
            force_terminal=self.couleurs,
            width=largeur,
            emoji=False,
            markup=False,
            highlight=False,
        )
