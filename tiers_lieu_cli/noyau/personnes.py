"""Le registre : les noms des personnes, à part de l'archive et effaçables.

L'archive ne porte que des identifiants opaques (`p-7k2m9x`) ; l'écran, lui, montre
les noms. Un poste sans registre montre les identifiants et continue.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau import identifiants
from tiers_lieu_cli.noyau.arbre import ArbreDisque
from tiers_lieu_cli.noyau.collection import Collection, FicheIntrouvable, Recolte
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage, Lecture, SaisieAmbigue
from tiers_lieu_cli.noyau.fiche import Fiche
from tiers_lieu_cli.noyau.identifiants import Genre, Hasard, clef

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.mur import Detecteur

#: Le dossier du registre, imbriqué dans le lieu et ignoré par l'archive.
DOSSIER = "registre"
_MENTION = re.compile(r"(?<![\w@.+-])@([\w’'-]*\w)")
_IDENT = re.compile(r"p-[a-z0-9]{6}", re.ASCII)
_CITE = re.compile(r"@?\b(p-[a-z0-9]{6})\b", re.ASCII)


class Personne(Fiche, frozen=True):
    """Une personne connue de l'accueil."""

    nom: str
    surnom: str = ""
    publics: tuple[str, ...] = ()
    courriel: str = ""
    telephone: str = ""


PERSONNES = Collection(Genre("personne", "personnes"), Personne)


class NomDansLArchive(Echec):
    """Un texte destiné à l'archive nomme quelqu'un du registre."""

    def __init__(self, trouve: str, personne: Personne) -> None:
        super().__init__(
            f"« {trouve} » désigne une personne du registre ; son nom ne doit pas rester dans l'archive.",
            f"Écrire @{personne.surnom or personne.id} à la place : l'écran montrera le nom.",
        )


class MontantDansLArchive(Echec):
    """Un texte destiné à l'archive porte un montant."""

    def __init__(self, trouve: str) -> None:
        super().__init__(
            f"« {trouve} » est un montant ; l'archive n'en garde aucun.",
            "Écrire sans montant (« participation libre », « payant »…) ; l'argent est au trésorier.",
        )


class Registre:
    """Les personnes connues de ce poste."""

    def __init__(self, racine_du_lieu: Path) -> None:
        self.racine = racine_du_lieu / DOSSIER
        self._vues: dict[str, Personne | None] = {}

    @property
    def est_la(self) -> bool:
        """Ce poste a-t-il le registre ?"""
        return self.racine.is_dir()

    @cached_property
    def arbre(self) -> ArbreDisque:
        """Les fichiers du registre."""
        return ArbreDisque(self.racine)

    @cached_property
    def toutes(self) -> Recolte[Personne]:
        """Toutes les personnes, lues une fois."""
        return PERSONNES.toutes(self.arbre)

    @cached_property
    def detecteur(self) -> Detecteur:
        """De quoi reconnaître, dans un texte, ce que l'archive ne doit pas garder."""
        from tiers_lieu_cli.noyau.mur import Detecteur

        return Detecteur(self.toutes.fiches if self.est_la else ())

    def une(self, ident: str) -> Personne | None:
        """La personne de cet identifiant, si ce poste la connaît."""
        if ident not in self._vues:
            self._vues[ident] = PERSONNES.une(self.arbre, ident)
        return self._vues[ident]

    def nom(self, ident: str) -> str:
        """Le nom à montrer ; l'identifiant si ce poste ne le connaît pas."""
        personne = self.une(ident) if _IDENT.fullmatch(ident) else None
        return personne.surnom or personne.nom if personne else ident

    def montrer(self, texte: str) -> str:
        """Un texte de l'archive, où les identifiants deviennent des noms."""
        return _CITE.sub(lambda trouve: self.nom(trouve[1]), texte)

    def designer(self, mot: str) -> str:
        """L'identifiant de la personne dite « @karim », « Karim Haddad » ou « p-7k2m9x »."""
        mot = mot.removeprefix("@")
        if _IDENT.fullmatch(mot) and (not self.est_la or self.une(mot)):
            return mot
        cle = clef(mot)
        fiches = self.toutes.fiches
        candidats = [p for p in fiches if cle in (clef(p.surnom), clef(p.nom))]
        candidats = candidats or [p for p in fiches if cle and cle in clef(p.nom).split("-")]
        if len(candidats) > 1:
            raise SaisieAmbigue(
                mot,
                f"Plusieurs personnes répondent à « {mot} ». Laquelle ?",
                tuple(Lecture(f"{p.nom} ({p.id})", p.id) for p in candidats),
            )
        if not candidats:
            raise FicheIntrouvable(
                "personne", f"@{mot}", self._proches(cle), "L'enregistrer : tl accueil personne creer NOM"
            )
        return candidats[0].id

    def rendre_opaque(self, texte: str) -> str:
        """Le texte où chaque « @prénom » est devenu « @p-7k2m9x », et qui ne nomme plus personne."""
        opaque = _MENTION.sub(lambda trouve: f"@{self.designer(trouve[1])}", texte)
        self.refuser_le_prive(opaque)
        return opaque

    def refuser_le_prive(self, *textes: str) -> None:
        """Refuser un texte qui porte le nom ou le contact de quelqu'un, ou un montant.

        Lève `NomDansLArchive` ou `MontantDansLArchive`.
        """
        for indice in self.detecteur.trouver("\n".join(textes)):
            personne = self.une(indice.personne) if indice.personne else None
            if personne is None:
                raise MontantDansLArchive(indice.extrait)
            raise NomDansLArchive(indice.extrait, personne)

    def _proches(self, cle: str) -> list[str]:
        from difflib import get_close_matches

        noms = {clef(p.surnom or p.nom.split()[0]): p for p in self.toutes.fiches}
        return [f"@{noms[c].surnom or noms[c].nom}" for c in get_close_matches(cle, noms, n=3)]


def cites(texte: str) -> Iterator[str]:
    """Les identifiants de personnes qu'un texte de l'archive cite."""
    return (trouve[1] for trouve in _CITE.finditer(texte))


def ident_neuf(hasard: Hasard, pris: Iterable[str]) -> str:
    """Un identifiant opaque, qui ne dit rien de la personne."""
    pris = set(pris)
    while True:
        ident = f"p-{identifiants.hasard(hasard, 6)}"
        if ident not in pris:
            return ident


def verifier_nom(nom: str) -> str:
    """Un nom de personne : une ligne, de 1 à 120 caractères visibles."""
    propre = " ".join(nom.split())
    if not propre or len(propre) > 120 or any(unicodedata.category(c) in ("Cc", "Cs") for c in propre):
        raise ErreurUsage(
            "Un nom tient sur une ligne, de 1 à 120 caractères visibles.",
            "Exemple : tl accueil personne creer « Léa D'Hondt »",
        )
    return propre
