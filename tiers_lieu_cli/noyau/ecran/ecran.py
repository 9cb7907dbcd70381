"""La seule voix de l'outil : phrases, tableaux, JSON et refus."""

from __future__ import annotations

import codecs
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import ExitStack, contextmanager
from datetime import tzinfo
from typing import TYPE_CHECKING, TextIO, TypeVar

import msgspec
from msgspec import field

from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.echecs import Defaut, Echec
from tiers_lieu_cli.noyau.ecran.objet import objet
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style, aligner, cellules, peindre, replier
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.systeme import inoffensif
from tiers_lieu_cli.noyau.texte import TEL_QUEL

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")
#: Dans un tube, rien n'est coupé : c'est au programme suivant de le faire.
LARGEUR_DE_TUBE = 10_000
LARGEUR_ORDINAIRE = 80
#: Plus large, une grille ne se suit plus de l'œil.
LARGEUR_DE_GRILLE = 160
LARGEUR_DE_PHRASE = 100

_MOT = motif(r"[^\W_]+")
#: Ce qu'un terminal ancien (latin-1, ASCII) ne sait pas écrire, dit avec ce qu'il a.
_A_DEFAUT = str.maketrans(
    {"–": "-", "—": "-", "→": "->", "↔": "<->", "…": "...", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"'}
    | {"·": "-", "×": "x", "œ": "oe", "Œ": "OE", "€": "EUR", "≠": "!=", "≤": "<=", "≥": ">=", "\u202f": " "}
)
A_DEFAUT = "tiers-lieu"
_COMMANDE = motif(r"(?<!\w)tl [a-z-]")


def _a_defaut(faute: UnicodeError) -> tuple[str, int]:
    if not isinstance(faute, UnicodeEncodeError):
        raise faute
    dits = (c.translate(_A_DEFAUT) for c in faute.object[faute.start : faute.end])
    return "".join(d if d.isascii() else "?" for d in dits), faute.end


codecs.register_error(A_DEFAUT, _a_defaut)


def en_json(valeur: object, indent: int = 2) -> bytes:
    """Du JSON pour un autre programme ou un fichier : ce qui ne se voit pas y est échappé."""
    texte = msgspec.json.format(msgspec.json.encode(valeur), indent=indent).decode("utf-8")
    return f"{systeme.DANGEREUX.sub(_echapper, texte)}\n".encode()


def _echapper(trouve: re.Match[str]) -> str:
    unites = trouve[0].encode("utf-16-be")
    return "".join(f"\\u{unites[i : i + 2].hex()}" for i in range(0, len(unites), 2))


class SortieImpossible(Echec):
    """Ce qui est à dire ne peut l'être : sortie fermée, disque plein."""

    def __init__(self, erreur: OSError | ValueError) -> None:
        raison = systeme.raison(erreur) if isinstance(erreur, OSError) and erreur.errno else "elle est fermée"
        super().__init__(f"La sortie ne peut rien recevoir ({raison}).", "Y remédier, puis refaire.")
        #: Le lecteur est parti (« tl … | head ») : il n'y a plus personne à qui parler.
        self.sans_personne = isinstance(erreur, BrokenPipeError)


class Ecran(msgspec.Struct):
    """Où l'on parle. `couleurs` est faux dans un tube ou sous `NO_COLOR`.

    `nommer` change les identifiants des personnes en noms, une fois le lieu ouvert : tout ce qui est
    dit y passe ; `fuseau`, celui du lieu, situe les heures murales du JSON.
    `acquis` : une action est enregistrée, quoi qu'il arrive ensuite à l'écran.
    """

    sortie: TextIO = field(default_factory=lambda: sys.stdout)
    erreurs: TextIO = field(default_factory=lambda: sys.stderr)
    couleurs: bool = False
    interactif: bool = False
    nommer: Callable[[str], str] = str
    fuseau: tzinfo | None = None
    acquis: bool = False
    defauts_dits: set[Defaut] = field(default_factory=set)
    #: Ce qui reste à dire une fois la commande finie, faite ou refusée.
    a_la_fin: list[Callable[[], None]] = field(default_factory=list)

    @classmethod
    def du_terminal(cls, environ: Mapping[str, str]) -> Ecran:
        """L'écran de ce processus."""
        couleurs = sys.stdout.isatty() and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
        interactif = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
        return cls(sys.stdout, sys.stderr, couleurs, interactif)

    def _ecrire(self, flux: TextIO, texte: str) -> None:
        try:
            flux.write(texte)
        except (OSError, ValueError) as erreur:
            raise SortieImpossible(erreur) from None

    def finir(self) -> None:
        """Tout ce qui est dit est parti ; `SortieImpossible` si cela n'a pas pu l'être."""
        for flux in (self.erreurs, self.sortie):
            try:
                flux.flush()
            except (OSError, ValueError) as erreur:
                raise SortieImpossible(erreur) from None

    def propre(self, texte: str) -> str:
        """Le texte tel qu'il se montre : des noms pour des identifiants, rien qui pilote le terminal."""
        return inoffensif(self.nommer(texte).replace(TEL_QUEL, ""))

    def dire(self, phrase: str = "") -> None:
        """Une phrase, ou plusieurs lignes ; au terminal, repliée entre deux mots."""
        self._ecrire(self.sortie, self._repliee(self.propre(phrase), self._largeur()) + "\n")

    def _repliee(self, texte: str, largeur: int) -> str:
        if cellules(texte) <= largeur:
            return texte
        lignes: list[str] = []
        for ligne in texte.split("\n"):
            # Une commande se colle d'un trait : c'est au terminal de la replier.
            retrait = " " * (len(ligne) - len(ligne.lstrip(" ")) + 2)
            lignes += [ligne] if _COMMANDE.search(ligne) else replier(ligne, largeur, retrait)
        return "\n".join(lignes)

    def surligner(self, phrase: str, est_touche: Callable[[str], bool]) -> None:
        """Une ligne où certains mots ressortent ; sans couleurs, elle se lit telle quelle."""
        propre = self.propre(phrase)
        if self.couleurs:
            propre = _MOT.sub(lambda m: peindre(m[0], Style.GRAS if est_touche(m[0]) else Style.NU), propre)
        self._ecrire(self.sortie, propre + "\n")

    def titre(self, gauche: str, droite: str = "") -> None:
        """Une ligne de tête, en gras, un mot à droite."""
        gauche, droite = self.propre(gauche), self.propre(droite)
        vide = self._largeur() - cellules(gauche) - cellules(droite) if self.sortie.isatty() else 4
        if droite and vide >= 2:
            lignes = [f"{gauche}{' ' * max(2, vide)}{droite}"]
        else:
            lignes = [morceau for mot in (gauche, droite) if mot for morceau in replier(mot, self._largeur())]
        for ligne in lignes:
            self._ecrire(self.sortie, peindre(ligne, Style.GRAS if self.couleurs else Style.NU) + "\n")

    def tableau(self, colonnes: Sequence[Colonne], lignes: Iterable[Sequence[str]]) -> None:
        """Des lignes alignées, repliées à la largeur de l'écran, où une fiche datée est son code."""
        code = identifiants.code if self.sortie.isatty() else str
        propres = (tuple(self.propre(code(case)) for case in ligne) for ligne in lignes)
        for ligne in aligner(colonnes, propres, self._largeur(), couleurs=self.couleurs):
            self._ecrire(self.sortie, ligne + "\n")

    def liste(
        self,
        valeur: Sized,
        vide: str,
        colonnes: Sequence[Colonne],
        lignes: Iterable[Sequence[str]],
        *,
        json: bool,
    ) -> None:
        """Une liste : la valeur pour un programme, sinon un tableau, ou `vide` s'il n'y a rien."""
        if json:
            self.json(valeur)
        elif valeur:
            self.tableau(colonnes, lignes)
        else:
            self.dire(vide)

    def json(self, valeur: object) -> None:
        """Un objet pour les machines : ni langue, ni largeur, ni couleur n'y changent rien."""
        self._ecrire(self.sortie, self.en_json(valeur).decode("utf-8"))

    def en_json(self, valeur: object) -> bytes:
        """Ce que `json` dirait, pour un fichier (docs/json.md)."""
        return en_json(objet(valeur, self.fuseau))

    def page(self, texte: str) -> None:
        """Un document entier, tel quel dans un tube ou un fichier ; inoffensif au terminal."""
        self._ecrire(self.sortie, inoffensif(texte) if self.sortie.isatty() else texte)

    def avertir(self, phrase: str) -> None:
        """Une remarque qui n'empêche rien, à part du résultat."""
        largeur = shutil.get_terminal_size().columns if self.erreurs.isatty() else LARGEUR_DE_TUBE
        self._ecrire(self.erreurs, self._repliee(self.propre(phrase), largeur) + "\n")

    def defauts(self, defauts: Iterable[Defaut]) -> bool:
        """Les fiches qu'on n'a pas pu lire : on les nomme, on continue ; vrai s'il y en a de neuves."""
        neufs = [d for d in dict.fromkeys(defauts) if d not in self.defauts_dits]
        self.defauts_dits.update(neufs)
        for defaut in neufs:
            self.avertir(f"À corriger : {defaut}")
        return bool(neufs)

    def refuser(self, echec: Echec) -> None:
        """Le fait, puis le remède, puis les commandes qui conviendraient."""
        self.avertir(echec.fait)
        for remede in (*echec.remede.splitlines(), *filter(None, echec.suites)):
            self.avertir(f"  → {remede}")

    def confirmer(self, question: str) -> bool:
        """Une question fermée ; non par défaut, et une réponse qu'on ne comprend pas se redemande."""
        while (reponse := self._lire(f"{question} [o/N] ").lower()) not in ("", "o", "oui", "n", "non"):
            self.dire(f"« {reponse} » ? Répondre o (oui) ou n (non).")
        return reponse in ("o", "oui")

    def demander(self, question: str) -> str:
        """Une question ouverte ; la réponse d'une ligne."""
        return self._lire(f"{question} ")

    def choisir(self, question: str, choix: Sequence[str]) -> int | None:
        """Une question à choix ; le rang choisi à partir de 0, ou `None` pour aucun."""
        self.dire(question)
        for rang, libelle in enumerate(choix, start=1):
            self.dire(f"  {rang}  {libelle}")
        rangs = [str(n) for n in range(1, len(choix) + 1)]
        while (reponse := self._lire(f"Lequel ? [{'/'.join(rangs)}/aucun] ").lower()) not in ("", "aucun"):
            if reponse in rangs:
                return rangs.index(reponse)
            self.dire(f"« {reponse} » n'est pas dans la liste.")
        return None

    def _lire(self, invite: str) -> str:
        """Une ligne tapée ; la fin de l'entrée vaut une réponse vide."""
        self._ecrire(self.sortie, self.propre(invite))
        self.finir()
        return sys.stdin.readline().strip() if sys.stdin is not None else ""

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

    @contextmanager
    def transport(self) -> Iterator[Callable[[str, int, int | None], None] | None]:
        """De quoi montrer où en est un transport ; la barre paraît s'il dure plus d'une seconde."""
        if not self.interactif:
            yield None
            return
        debut = time.monotonic()
        barres: dict[str, TaskID] = {}
        with ExitStack() as a_fermer:
            affichee: Progress | None = None

            def avancer(quoi: str, fait: int, sur: int | None) -> None:
                nonlocal affichee
                if affichee is None:
                    if time.monotonic() - debut < 1:
                        return
                    from rich.console import Console
                    from rich.progress import Progress

                    console = Console(file=self.erreurs, no_color=not self.couleurs)
                    affichee = a_fermer.enter_context(Progress(console=console, transient=True))
                if quoi not in barres:
                    barres[quoi] = affichee.add_task(quoi, total=sur)
                affichee.update(barres[quoi], completed=fait, total=sur)

            yield avancer

    def largeur_de_phrase(self) -> int:
        """La largeur d'une ligne de prose : celle de l'écran, sans dépasser ce que l'œil suit."""
        return min(self._largeur(), LARGEUR_DE_PHRASE)

    def largeur_de_grille(self) -> int:
        """La largeur d'une grille : celle de l'écran ; dans un tube, celle d'un terminal ordinaire."""
        return min(self._largeur(), LARGEUR_DE_GRILLE) if self.sortie.isatty() else LARGEUR_ORDINAIRE

    def _largeur(self) -> int:
        """La largeur de l'écran ; dans un tube, rien n'est replié."""
        return shutil.get_terminal_size().columns if self.sortie.isatty() else LARGEUR_DE_TUBE
