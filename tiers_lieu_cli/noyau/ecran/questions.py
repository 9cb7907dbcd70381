"""Les questions d'une commande, et les réponses déjà données.

Sous le verrou, une question neuve attend d'en être sortie ; l'action est alors rejouée en entier :
ce qu'on a montré est ce qui sera enregistré, et ce qui a changé entre-temps change la question, qui
se repose.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from msgspec import field

from tiers_lieu_cli.noyau.echecs import Abandon, Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.texte import a_taper

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.ecran.editeur import Brouillon

T = TypeVar("T")
#: Ce qu'on rouvre l'éditeur sur une fiche que d'autres changent pendant ce temps.
_EDITIONS = 3


class QuestionEnAttente(Exception):
    """Une question née sous le verrou ; `poser` la pose et en garde la réponse."""

    def __init__(self, poser: Callable[[], object]) -> None:
        super().__init__()
        self.poser = poser


class Questions(msgspec.Struct):
    """`oui` : tout est confirmé d'avance ; `essai` : rien ne sera écrit, rien n'est demandé."""

    ecran: Ecran
    oui: bool = False
    essai: bool = False
    #: La ligne de commande telle qu'elle a été tapée : la confirmer, c'est la redire.
    tapee: tuple[str, ...] = ()
    reponses: dict[tuple[str, ...], object] = field(default_factory=dict)
    #: Ce qu'un mot désigne, quand on l'a demandé : sa mention.
    designes: dict[str, str] = field(default_factory=dict)
    #: Ce qui a été tapé dans l'éditeur, tant que la commande n'est pas finie.
    brouillons: list[Brouillon] = field(default_factory=list)
    #: Le texte sur lequel l'éditeur s'est ouvert en dernier.
    _edite: str = ""
    _sous_verrou: bool = False

    @contextmanager
    def sous_verrou(self) -> Iterator[None]:
        """Le temps d'une écriture : une question neuve y lève `QuestionEnAttente`."""
        self._sous_verrou = True
        try:
            yield
        finally:
            self._sous_verrou = False

    def poser(self, cle: tuple[str, ...], demander: Callable[[], T]) -> T:
        """La réponse à cette question, demandée une seule fois."""

        def retenir() -> object:
            self.reponses[cle] = demander()
            return self.reponses[cle]

        if cle not in self.reponses:
            if self._sous_verrou:
                raise QuestionEnAttente(retenir)
            retenir()
        return cast("T", self.reponses[cle])

    def confirmer(
        self, question: str, apercu: Sequence[str] = (), *, selon: str = "", avec: Sequence[str] = ()
    ) -> None:
        """Faire confirmer ce qui va être fait, montré par `apercu` ; `Abandon` si c'est non.

        Sans personne pour répondre : refusé, avec la commande qui le ferait. `selon` : ce dont la réponse
        dépend sans que l'aperçu le montre ; si cela change, la question se repose. `avec` : les mots que
        cette commande dit en plus, si la même, un peu plus tard, désignerait autre chose.
        """
        if self.oui or self.essai:
            return
        if not self.ecran.interactif:
            remede = f"Pour le faire : {self.redite(*avec, '--oui')}"
            raise ErreurUsage("\n".join([*apercu, f"À confirmer : {question}"]), remede)
        cle = ("confirmer", question, selon, *apercu)
        if not self.poser(cle, lambda: self._confirmer(question, apercu)):
            raise Abandon

    def redite(self, *avec: str) -> str:
        """La commande tapée, au mot près, et ces mots en plus : rien de ce qu'on a dit n'y manque."""
        if not self.tapee:
            return f"la même commande, avec {' '.join(map(a_taper, avec))}"
        # Ce qui suit « -- » n'est plus une option.
        fin = self.tapee.index("--") if "--" in self.tapee else len(self.tapee)
        dits = self.tapee[:fin]
        mots = [*dits, *(mot for mot in avec if mot not in dits), *self.tapee[fin:]]
        return " ".join(map(a_taper, mots))

    def _confirmer(self, question: str, apercu: Sequence[str]) -> bool:
        if any(cle[:2] == ("confirmer", question) for cle in self.reponses):
            self.ecran.dire("Cela vient de changer ; voici où l'on en est :")
        for ligne in apercu:
            self.ecran.dire(ligne)
        return self.ecran.confirmer(question)

    def accorder(self, question: str) -> bool:
        """Une question dont la réponse change ce qui est fait ; non si personne ne peut répondre."""
        if not self.ecran.interactif or self.essai:
            return False
        return self.poser(("accorder", question), lambda: self.ecran.confirmer(question))

    def choisir(self, question: str, choix: Sequence[str]) -> int:
        """Le rang choisi, à partir de 0 ; `Abandon` si c'est « aucun ». À n'appeler qu'interactif."""
        rang = self.poser(("choisir", question, *choix), lambda: self.ecran.choisir(question, choix))
        if rang is None:
            raise Abandon
        return rang

    def designer(self, texte: str) -> str:
        """Le texte où les mots qu'on vient de dire être quelqu'un sont devenus sa mention."""
        for mot, mention in self.designes.items():
            texte = re.sub(rf"(?<![\w@]){re.escape(mot)}(?!\w)", mention, texte)
        return texte

    def demander(self, question: str) -> str:
        """La réponse d'une ligne à une question ouverte."""
        return self.poser(("demander", question), lambda: self.ecran.demander(question))

    def editer(self, environ: Mapping[str, str], texte: str, suffixe: str) -> str:
        """Le texte tel que l'éditeur l'a laissé."""
        from tiers_lieu_cli.noyau.ecran.editeur import Brouillon

        def ecrire() -> str:
            if len(self.brouillons) >= _EDITIONS:
                raise Echec(
                    "Ce qu'on édite change à chaque fois que l'éditeur se ferme : rien n'est enregistré.",
                    "Recommencer quand l'autre aura fini ; votre texte est à portée.",
                )
            if self.brouillons:
                self.ecran.dire("Cela vient de changer ; voici où l'on en est :")
            self.brouillons.append(Brouillon.commencer(texte, suffixe))
            return self.brouillons[-1].ecrire(environ)

        self._edite = texte
        return self.poser(("editer", texte), ecrire)

    def ranger_les_brouillons(self, *, garde: bool) -> None:
        """Une fois la commande finie : jeter ce qui a été tapé dans l'éditeur, ou dire où c'est gardé.

        Ce qui fut tapé sur un texte qui a changé entre-temps n'a servi à rien : cela se garde toujours.
        """
        for brouillon in self.brouillons:
            if (garde or brouillon.depart != self._edite) and brouillon.change:
                self.ecran.avertir(f"Votre texte est gardé dans {brouillon.fichier}")
            else:
                brouillon.jeter()

    def tube(self) -> str:
        """Tout ce qui arrive par le tube."""
        return self.poser(("tube",), lambda: sys.stdin.read() if sys.stdin is not None else "")
