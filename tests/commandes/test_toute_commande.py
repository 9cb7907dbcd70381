"""Toute commande, quoi qu'on lui donne : une phrase et un code, jamais une trace."""

from __future__ import annotations

import pytest
from repertoire import TOUTES
from soutien import Lieu, Reponse, lancer
from typer._click.core import Command

#: Elles bâtissent un lieu, un moyeu ou un fichier ailleurs : éprouvées dans leurs propres essais.
AILLEURS = {"init", "demo", "completion", "moyeu", "sauvegarder", "restaurer"}
HOSTILES = {
    "vide": "",
    "dehors": "../../etc/passwd",
    "personne": "@personne",
    "terminal": "\x1b[31m\u202e",
    "nombre": "9" * 40,
    "heure": "demain 25h-26h",
    "jour": "2026-02-30",
    "inconnue": "p-zzzzzz",
    "long": "é" * 3000,
    "balise": "[/red]{{x}}",
}
#: Chaque option en reçoit une, tour à tour.
DANS_UNE_OPTION = ("terminal", "long", "jour")
#: Celles-là attendent un terminal, ou écoutent sans fin.
SANS_FIN = {("site", "servir"), ("apprendre",)}
ICI = {m: commande for m, commande in TOUTES.items() if m[0] not in AILLEURS and m not in SANS_FIN}


def mots_de(mots: tuple[str, ...], commande: Command, sorte: str) -> list[list[str]]:
    """La commande, cette valeur partout où il en faut une ; puis dans chaque option à qui c'est le tour."""
    valeur = HOSTILES[sorte]
    donnes = list(mots)
    for param in commande.params:
        if param.required:
            donnes += [valeur] if param.param_type_name == "argument" else [param.opts[0], valeur]
    libres = [
        p
        for p in commande.params
        if not p.required and p.param_type_name == "option" and not getattr(p, "is_flag", False)
    ]
    prises = [p.opts[0] for p in libres if p.name not in ("sortie", "vers", "public", "prive")]
    tour = len(" ".join(mots))
    a_elle = (o for n, o in enumerate(prises, tour) if DANS_UNE_OPTION[n % len(DANS_UNE_OPTION)] == sorte)
    return [donnes, *([*donnes, option, valeur] for option in a_elle)]


def exiger_une_phrase(dits: list[str], reponse: Reponse) -> None:
    assert reponse.code in (0, 1, 2), (dits, reponse)
    assert not reponse.code or reponse.erreurs.strip() or reponse.sortie.strip(), dits
    for texte in (reponse.sortie, reponse.erreurs):
        assert "Traceback" not in texte
        assert not {"\x1b", "\u202e"} & set(texte), (dits, texte)


@pytest.mark.long
@pytest.mark.parametrize("sorte", HOSTILES)
def test_une_mauvaise_valeur_a_sa_phrase(lieu: Lieu, sorte: str) -> None:
    for mots, commande in ICI.items():
        for dits in mots_de(mots, commande, sorte):
            exiger_une_phrase(dits, lancer("--lieu", str(lieu.racine), *dits))


@pytest.mark.long
@pytest.mark.parametrize("avec_registre", [True, False], ids=["registre", "sans registre"])
def test_toute_commande_qui_lit_repond_aujourd_hui_comme_hier(lieu: Lieu, avec_registre: bool) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("prog", "evenement", "creer", "Vélo", "--quand", "demain 9h-10h", "--porteur", "@karim")
    if not avec_registre:
        (lieu.racine / "registre").rename(lieu.racine.parent / "registre")
    for mots, commande in ICI.items():
        options = {option for param in commande.params for option in param.opts}
        if "--essai" in options or "--oui" in options or any(p.required for p in commande.params):
            continue
        for avant, apres in (((), ()), ((), ("--json",)), (("--au", "24/11/2026"), ())):
            reponse = lancer("--lieu", str(lieu.racine), *avant, *mots, *apres)
            exiger_une_phrase([*avant, *mots, *apres], reponse)
            assert avec_registre or "Haddad" not in reponse.sortie
