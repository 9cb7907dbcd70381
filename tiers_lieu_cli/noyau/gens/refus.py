"""Ce qu'on refuse de quelqu'un : son nom, son contact dans l'archive ; d'engager qui est effacé."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.texte import a_taper

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.mur import Indice, Sorte

#: Un contact, comme on le nomme à qui l'a écrit.
DITE = {"courriel": "une adresse", "telephone": "un numéro de téléphone", "iban": "un compte en banque"}


class RefusDuMur(Echec):
    """Ce qui ne passe pas vers l'archive ; `indice` : ce qu'on y a vu, et qui c'est."""

    indice: Indice


class NomDansLArchive(RefusDuMur):
    """Un texte destiné à l'archive nomme quelqu'un du registre."""

    def __init__(self, trouve: str, a_ecrire: str) -> None:
        super().__init__(
            f"« {trouve} » désigne une personne du registre ; son nom ne doit pas rester dans l'archive.",
            f"Écrire {a_ecrire} à la place : l'écran montrera le nom.",
        )


class MontantDansLArchive(RefusDuMur):
    """Un texte destiné à l'archive porte un montant."""

    def __init__(self, trouve: str) -> None:
        super().__init__(
            f"« {trouve} » est un montant ; l'archive n'en garde aucun.",
            "Écrire sans montant (« participation libre », « payant »…) ; l'argent est au trésorier.",
        )


class ContactDansLArchive(RefusDuMur):
    """Un texte destiné à l'archive porte une adresse, un numéro ou un compte que nul ne connaît."""

    def __init__(self, trouve: str, sorte: Sorte) -> None:
        super().__init__(
            f"« {trouve} » est {DITE[sorte]} ; l'archive n'en garde pas.",
            "Si c'est quelqu'un, l'enregistrer à l'accueil, puis écrire @prénom. "
            "Si c'est la maison, qui le donne à tous :",
        )
        self.suites = (f"tl lieu --contact {a_taper(trouve)}",)


class DouteALever(ErreurUsage, RefusDuMur):
    """Un mot est peut-être quelqu'un, un nombre un numéro, et personne n'est là pour le dire."""

    def __init__(self, indice: Indice, a_ecrire: str) -> None:
        super().__init__(
            f"« {indice.extrait} », est-ce {a_ecrire or DITE.get(indice.sorte, 'un montant')} ?",
            f"Si c'est elle, écrire {a_ecrire}. Sinon, le dire une fois, puis recommencer :"
            if a_ecrire
            else "Si oui, l'ôter. Sinon, le dire une fois, puis recommencer :",
        )
        self.suites = (f"tl accueil personne mot {a_taper(indice.extrait)}",)


class RegistreAbsent(ErreurUsage):
    """Ce poste n'a pas le registre : il montre des identifiants, et ne sait pas les nommer."""

    def __init__(self) -> None:
        super().__init__("Ce poste n'a pas le registre des personnes.", "Le faire depuis un poste qui l'a.")


class PersonneEffacee(ErreurUsage):
    """On engage quelqu'un dont il ne reste que l'identifiant."""

    def __init__(self, ident: str) -> None:
        super().__init__(
            f"La personne {ident} a été effacée ; il n'en reste que cet identifiant.",
            f"Ce que l'archive en garde, sans nom : tl historique {ident}",
        )
