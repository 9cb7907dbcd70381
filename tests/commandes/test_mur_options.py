"""Chaque option de chaque commande qui écrit : aucune ne laisse passer un nom, un contact, un montant.

Chacune est essayée à blanc (`--essai` passe la même douane) juste avant que la commande ne soit jouée
pour de bon : elle a donc de quoi réussir, et ce qui est montré est ce qui serait gardé. Une option est
jugée si ce qu'on y met réussit sans rien trahir, ou se refuse pour lui-même : le mur, ou la forme de
l'option, qui le cite. Un refus qui parle d'autre chose ne juge rien.
"""

from __future__ import annotations

from collections.abc import Sequence

import ecritures
import pytest
from click import Parameter
from repertoire import TOUTES
from soutien import Lieu, objets

#: Ce qui ne doit jamais être dans l'archive ; tout d'un coup, pour n'en essayer qu'une fois par option.
SECRETS = ("Karim Haddad", "karim@exemple.be", "0470 12 34 56", "BE68 5390 0754 7034", "12,50 €")
#: Ce que le mur répond.
LE_MUR = frozenset(
    {"nom_dans_l_archive", "contact_dans_l_archive", "montant_dans_l_archive", "doute_a_lever"}
)
#: Où une option a de quoi réussir, quand ce qui se joue ne le lui permet pas.
EN_PLUS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("prog", "accepter"): ("encore",),
    ("prog", "desinscrire"): ("passe",),
    ("stock", "preter"): ("marteau", "@Karim"),
    ("stock", "reserver"): ("marteau", "@Karim"),
}
#: Ce que la suite jouée ne laisse pas juger : dit deux fois, ou refusé pour autre chose. À réduire.
JAMAIS_JUGEES = frozenset(
    {
        "accueil lien suite --note",
        "accueil modifier-passage --de",
        "accueil suivi modifier --formation",
        "accueil suivi modifier --par",
        "accueil suivi modifier --prochain",
        "accueil suivi modifier --prochain-le",
        "accueil suivi modifier --texte",
        "convention engagement renegocier --le",
        "courrier lire --imap",
        "espace absent --le",
        "espace annuler --du",
        "espace cle perdue --note",
        "espace deplacer --le",
        "espace fermer --periode",
        "espace reserver --jusqua",
        "espace rouvrir --au",
        "espace rouvrir --du",
        "espace serie deplacer --motif",
        "espace serie deplacer --quand",
        "journal passation --note",
        "journal rappel --le",
        "journal regler --note",
        "prog evenement tenir --note",
    }
)


def commande_de(mots: tuple[str, ...]) -> tuple[str, ...]:
    return max((nom for nom in TOUTES if mots[: len(nom)] == nom), key=len)


def options_de_texte(nom: tuple[str, ...]) -> list[Parameter]:
    return [p for p in TOUTES[nom].params if p.param_type_name == "option" and p.type.name == "str"]


def avec(mots: tuple[str, ...], option: Parameter, valeur: str) -> tuple[str, ...]:
    """La même commande, où cette option dit cela."""
    if ici := [rang for rang, mot in enumerate(mots) if mot in option.opts]:
        return (*mots[: ici[0] + 1], valeur, *mots[ici[0] + 2 :])
    return (*mots, option.opts[0], valeur)


def juger(lieu: Lieu, mots: tuple[str, ...], option: Parameter, textes: Sequence[str]) -> bool:
    """Cette option a-t-elle été jugée ? Le dernier des textes est celui qu'une option de personne accepte."""
    jugee = False
    for texte in textes:
        reponse = lieu.faire(*avec(mots, option, texte), "--essai", "--json", code=None)
        if reponse.code == 0:
            assert not any(mot.casefold() in reponse.sortie.casefold() for mot in SECRETS), (
                mots,
                option.opts,
            )
            return True
        refus = reponse.json["refus"]
        jugee |= refus["code"] in LE_MUR or texte[:12].casefold() in refus["phrase"].casefold()
        if refus["code"] in LE_MUR:
            return True
    return jugee


@pytest.mark.long
def test_aucune_option_ne_passe_le_mur(lieu: Lieu) -> None:
    lieu.faire(
        *("accueil", "personne", "creer", "Karim Haddad", "--courriel", "karim@exemple.be"),
        *("--telephone", "0470 12 34 56"),
    )
    lieu.faire("accueil", "personne", "creer", "Léa D'Hondt")
    jugees, jamais = set[tuple[str, ...]](), set[tuple[str, ...]]()
    for mots in ecritures.toutes("Une fête", "Un mot"):
        nom = commande_de(mots)
        for option in options_de_texte(nom):
            cle = (*nom, option.opts[0])
            for essai in (mots, (*nom, *EN_PLUS[nom])) if nom in EN_PLUS else (mots,):
                if cle not in jugees:
                    jugee = juger(lieu, essai, option, (" ".join(SECRETS), SECRETS[0]))
                    (jugees if jugee else jamais).add(cle)
        lieu.faire(*mots, code=None)
    vus = objets(lieu)
    assert not any(mot.casefold() in vus for mot in SECRETS)
    assert {" ".join(cle) for cle in jamais - jugees} <= JAMAIS_JUGEES
    assert len(jugees) > 480
