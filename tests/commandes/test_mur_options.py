"""Chaque option de chaque commande qui écrit : aucune ne laisse passer un nom, un contact, un montant.

Chacune est essayée à blanc (`--essai` passe la même douane) juste avant que la commande ne soit jouée
pour de bon : elle a donc de quoi réussir, et ce qui est montré est ce qui serait gardé.
"""

from __future__ import annotations

import ecritures
import pytest
from repertoire import TOUTES
from soutien import Lieu, objets

#: Ce qui ne doit jamais être dans l'archive ; tout d'un coup, pour n'en essayer qu'une fois par option.
SECRETS = ("Karim Haddad", "karim@exemple.be", "0470 12 34 56", "BE68 5390 0754 7034", "12,50 €")


def commande_de(mots: tuple[str, ...]) -> tuple[str, ...]:
    return max((nom for nom in TOUTES if mots[: len(nom)] == nom), key=len)


def options_de_texte(nom: tuple[str, ...], mots: tuple[str, ...]) -> list[str]:
    return [
        param.opts[0]
        for param in TOUTES[nom].params
        if param.param_type_name == "option" and param.type.name == "str" and not {*param.opts} & {*mots}
    ]


@pytest.mark.long
@pytest.mark.parametrize("secret", ["tout"])
def test_aucune_option_ne_passe_le_mur(lieu: Lieu, secret: str) -> None:
    lieu.faire(
        *("accueil", "personne", "creer", "Karim Haddad", "--courriel", "karim@exemple.be"),
        *("--telephone", "0470 12 34 56"),
    )
    texte = " ".join(SECRETS) if secret == "tout" else "vu avec Karim hier"
    interdits = [mot.casefold() for mot in (SECRETS if secret == "tout" else ("karim",))]
    essayees = set()
    for mots in ecritures.toutes("Une fête", "Un mot"):
        nom = commande_de(mots)
        for option in options_de_texte(nom, mots):
            if (nom, option) in essayees:
                continue
            reponse = lieu.faire(*mots, option, texte, "--essai", code=None)
            if reponse.code == 0:
                montre = reponse.sortie.partition("Serait enregistré")[2].rpartition("\n")[0].casefold()
                essayees.add((nom, option))
                assert not any(mot in montre for mot in interdits), (nom, option, reponse.sortie)
        lieu.faire(*mots, code=None)
    vus = objets(lieu)
    assert not any(mot.casefold() in vus for mot in interdits)
