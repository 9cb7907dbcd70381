"""Qui un courriel nomme devient une mention : le texte d'un autre ne se récrit pas, et ne nomme personne."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from courriels import courriel
from soutien import Lieu, objets
from terminal import terminal

from tiers_lieu_cli.noyau.pages import courriel as liens
from tiers_lieu_cli.noyau.pages.courriel import Geste

NORA = "Nora Weber <nora@exemple.be>"
BESOIN = liens.courriel(Geste.BESOIN)[0]


@pytest.fixture
def gens(lieu: Lieu) -> Lieu:
    """Karim a une adresse, deux Diallo ont le même prénom, et Rose est aussi un mot."""
    for nom, *dits in (
        ("Karim Haddad", "--courriel", "karim@exemple.be"),
        ("Aïcha Diallo", "--surnom", "aicha-d"),
        ("Aïcha Diallo", "--surnom", "aicha-2"),
        ("Rose Marchand", "--courriel", "rose@exemple.be"),
    ):
        lieu.faire("accueil", "personne", "creer", nom, *dits)
    return lieu


def lire(lieu: Lieu, texte: str, de: str = NORA, objet: str = BESOIN) -> str:
    fichier = lieu.racine.parent / "recu.eml"
    fichier.write_bytes(courriel(texte, de=de, objet=objet, ident=f"<{abs(hash(texte))}@exemple.org>"))
    return str(lieu.faire("courrier", "lire", str(fichier), "--json").json["courriers"][0])


def garde(lieu: Lieu) -> str:
    """Le besoin noté, chaque personne dite par son nom précédé d'une arobase."""
    (fiche,) = Path(lieu.racine / "accueil/besoins-en-cours").glob("*.yaml")
    texte = next(ligne for ligne in fiche.read_text("utf-8").splitlines() if ligne.startswith("texte: "))
    for x in lieu.faire("accueil", "personne", "liste", "--json").json:
        texte = texte.replace(f"@{x['id']}", f"@{x['nom'].split()[0]}")
    return texte.removeprefix("texte: ").strip("\"'")


@pytest.mark.parametrize(
    ("dit", "attendu"),
    [
        ("De l'aide pour mon vélo. Merci, Nora", "De l'aide pour mon vélo. Merci, @Nora"),
        ("De l'aide. Nora Weber", "De l'aide. @Nora"),
        ("De l'aide. NORA WEBER", "De l'aide. @Nora"),
        ("De l'aide. Nora W.", "De l'aide. @Nora"),
        ("De l'aide, dit Nora Weber à Karim Haddad", "De l'aide, dit @Nora à @Karim"),
        ("De l'aide : nora@exemple.be, karim@exemple.be", "De l'aide : @Nora, @Karim"),
        ("De l'aide @karim @p-abcdef @ 14h", "De l'aide karim … 14h"),
    ],
)
def test_qui_est_nomme_sans_equivoque_devient_une_mention(gens: Lieu, dit: str, attendu: str) -> None:
    gens.faire("courrier", "accepter", lire(gens, dit), "--creer")
    assert garde(gens) == attendu
    for nom in ("weber", "nora", "haddad", "exemple.be"):
        assert nom not in objets(gens)


@pytest.mark.parametrize(
    "dit",
    [
        "Une échelle pour Karim",
        "Une échelle pour Aïcha Diallo",
        "Une échelle, au 0470 12 34 56",
        "Une échelle à 50 €",
        "Une échelle pour Nora Lopez",
        "Une échelle : inconnu@exemple.be",
    ],
)
def test_ce_qui_reste_douteux_se_redit_par_la_commande_imprimee(gens: Lieu, dit: str) -> None:
    """Un prénom seul peut être celui d'un autre ; le remède imprimé, lui, marche toujours."""
    ident = lire(gens, dit)
    refus = gens.faire("courrier", "accepter", ident, "--creer", code=None)
    essais = 0
    while refus.code:
        essais += 1
        assert essais < 4, refus.erreurs
        remede = refus.erreurs.partition("→ tl ")[2].splitlines()[0]
        assert ident in remede and "--texte" in remede
        # L'essai dit déjà le lieu ; la commande, tapée d'ailleurs, le redit.
        dits = shlex.split(remede.partition(f"--lieu {gens.racine} ")[2] or remede)
        refus = gens.faire(*dits, code=None)
    assert essais and garde(gens).startswith("Une échelle")
    for prive in ("0470", "50 €", "inconnu@"):
        assert prive not in objets(gens)


@pytest.mark.parametrize(
    ("dit", "attendu"),
    [("J'ai planté une Rose hier", "J'ai planté une Rose hier"), ("Une échelle. Rose", "Une échelle. @Rose")],
)
def test_un_prenom_qui_est_un_mot_ne_cite_que_s_il_signe(gens: Lieu, dit: str, attendu: str) -> None:
    gens.faire("courrier", "accepter", lire(gens, dit, de="Rose Marchand <rose@exemple.be>"))
    assert garde(gens) == attendu


def test_au_terminal_dire_que_c_est_elle_suffit(gens: Lieu) -> None:
    ident = lire(gens, "Une échelle pour Karim. Nora")
    with terminal("courrier", "accepter", ident, dans=gens.racine) as t:
        t.attendre("L'y mettre ?")
        t.taper("o")
        t.attendre("« Karim »")
        t.taper("1")
        t.attendre("Besoin noté")
        assert t.finir() == 0
    assert garde(gens) == "Une échelle pour @Karim. @Nora"
