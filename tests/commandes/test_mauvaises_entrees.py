"""Les mauvaises entrées de `docs/fiabilite.md` § 9, par la vraie commande.

Chacune : une phrase française et son remède, code 1 ou 2, rien d'écrit, jamais de trace.
Celles qui ne s'appliquent qu'aux capacités à venir (gabarits publiés, CSV, moyeu) sont
éprouvées avec elles.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from soutien import Lieu, Reponse

NOTE = "journal/notes/2026/11/2026-11-24-0800-piege-abcd.md"
EVENEMENT = "prog/evenements/2026/11/2026-11-24-piege-abcd.yaml"
BON = "titre: Piège\ndebut: 2026-11-24T18:00\nfin: 2026-11-24T20:00\n"


def refuse(lieu: Lieu, *mots: str, dit: str = "") -> Reponse:
    """La commande refuse en une phrase, et ne change rien."""
    avant = lieu.signature()
    reponse = lieu.faire(*mots, code=None)
    assert reponse.code in (1, 2)
    assert reponse.sortie == ""
    assert dit in reponse.erreurs
    assert lieu.signature() == avant
    return reponse


@pytest.mark.parametrize(
    "ident",
    [
        "../../etc/passwd",  # 1
        "/etc/passwd",  # 2
        "P-0001/../../x",  # 3
        "P-0001\n",  # 4
        "P-٠٠٠١",  # 5
        ".git/hooks/pre-commit",  # 7
        "a/.GIT/x",  # 8
        "git~1",  # 8
        ":(top)*",  # 10
        "a" * 5000,
    ],
)
def test_1_a_10_un_identifiant_ne_sort_pas_du_lieu(lieu: Lieu, ident: str) -> None:
    refuse(lieu, "prog", "evenement", "annuler", ident, "--oui")
    refuse(lieu, "journal", "editer", ident, "--texte", "x")
    refuse(lieu, "journal", "noter", "x", "--lien", ident)
    refuse(lieu, "espace", "salle", "creer", ident, "--nom", "x")


def test_9_une_option_glissee_dans_un_identifiant(lieu: Lieu) -> None:
    refuse(lieu, "prog", "evenement", "annuler", "--output=/tmp/x", dit="--output")


def _fautif(lieu: Lieu, chemin: str, ligne: int, dit: str) -> None:
    """La lecture nomme le fichier et la ligne, et continue ; le désigner pour le changer est refusé."""
    lecture = lieu.faire("journal", "jour") if chemin == NOTE else lieu.faire("prog", "semaine")
    assert f"{chemin}, ligne {ligne} : " in lecture.erreurs if ligne else chemin in lecture.erreurs
    assert dit in lecture.erreurs
    assert lecture.erreurs.count("À corriger") == 1
    ident = Path(chemin).stem
    if chemin == NOTE:
        refuse(lieu, "journal", "editer", ident, "--texte", "x")
    else:
        refuse(lieu, "prog", "evenement", "annuler", ident, "--oui")


def test_11_une_fiche_qui_est_un_lien(lieu: Lieu) -> None:
    cible = lieu.poser(EVENEMENT, BON)
    cible.unlink()
    cible.symlink_to("/etc/passwd")
    _fautif(lieu, EVENEMENT, 0, "n'est pas un fichier")


def test_12_un_dossier_qui_est_un_lien(lieu: Lieu, tmp_path: Path) -> None:
    ailleurs = tmp_path / "ailleurs"
    ailleurs.mkdir()
    (lieu.racine / "journal").mkdir(exist_ok=True)
    (lieu.racine / "journal/notes").symlink_to(ailleurs)
    refuse(lieu, "journal", "noter", "x", dit="lien")
    assert list(ailleurs.iterdir()) == []


def test_13_un_tube_deguise_en_fiche(lieu: Lieu) -> None:
    (lieu.racine / EVENEMENT).parent.mkdir(parents=True)
    os.mkfifo(lieu.racine / EVENEMENT)
    lecture = lieu.faire("prog", "semaine")
    assert "n'est pas un fichier ordinaire" in lecture.erreurs


@pytest.mark.parametrize(
    ("contenu", "ligne", "dit"),
    [
        pytest.param(BON + "description: " + "x" * 70_000, 0, "64 Kio", id="14 démesuré"),
        pytest.param(
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in ["ab", "bc", "cd", "de"]),
            0,
            "renvois",
            id="15 bombe à alias",
        ),
        pytest.param("titre: " + "[" * 20_000, 0, "", id="16 crochets"),
        pytest.param("titre: !!python/object/apply:os.system [ls]\n", 0, "", id="17 étiquette"),
        pytest.param(BON + "titre: Encore\n", 0, "titre", id="18 clé en double"),
        pytest.param(f"{BON}---\n{BON}", 0, "deux fiches", id="19 deux documents"),
        pytest.param("", 0, "est vide", id="20 vide"),
        pytest.param("- a\n- b\n", 1, "n'est pas une fiche", id="20 liste"),
        pytest.param(f"{BON}interne: {'9' * 5000}\n", 0, "", id="21 entier géant"),
        pytest.param(f"{BON}interne: .nan\n", 4, "interne", id="22 nan"),
        pytest.param(f"{BON}interne: 1e400\n", 4, "interne", id="22 infini"),
        pytest.param(BON.replace("Piège", "012"), 1, "un texte", id="23 nombre pour un texte"),
        pytest.param(BON.encode().replace(b"\xc3\xa8", b"\xe8"), 1, "UTF-8", id="24 latin-1"),
        pytest.param("\ufeff" + BON, 1, "invisible", id="24 BOM"),
        pytest.param(BON.replace("Pi", "P\x00i"), 1, "invisible", id="24 NUL"),
        pytest.param(f"<<<<<<< ici\n{BON}=======\n{BON}>>>>>>> là\n", 1, "mêlées", id="25 deux versions"),
        pytest.param(BON.replace("fin", "fni"), 3, "fni", id="champ inconnu"),
        pytest.param(BON.replace("fin: 2026-11-24T20:00\n", ""), 1, "fin", id="champ manquant"),
        pytest.param(BON.replace("T20:00", "T17:00"), 2, "commence puis finit", id="finit avant"),
        pytest.param(BON + "etat: peut-être\n", 4, "etat", id="état inconnu"),
    ],
)
def test_14_a_25_une_fiche_abimee_est_nommee_et_le_reste_se_lit(
    lieu: Lieu, contenu: str | bytes, ligne: int, dit: str
) -> None:
    lieu.faire("prog", "evenement", "creer", "La bonne", "--quand", "mercredi 9h-10h")
    lieu.poser(EVENEMENT, contenu)
    assert "La bonne" in lieu.faire("prog", "semaine").sortie
    _fautif(lieu, EVENEMENT, ligne, dit)


@pytest.mark.parametrize(
    "piege",
    [
        "\x1b[2J\x1b]52;c;cGF5ZQ==\x07",  # 26
        "\x9b31m",  # 27
        "\u202emonter\u200b\U000e0041",  # 28
        "visible\rcaché",  # 29
        "[link=http://mal]Banque[/link][/red]:smile:",  # 30
    ],
)
def test_26_a_30_rien_ne_pilote_le_terminal(lieu: Lieu, piege: str) -> None:
    import json

    cite = json.dumps(piege)
    lieu.poser(EVENEMENT, BON.replace("Piège", cite))
    lieu.poser(NOTE, f"---\nmoment: 2026-11-24T08:00\nliens: [{cite}]\n---\n\nx\n")
    ident = Path(EVENEMENT).stem
    for mots in ("prog semaine", "aujourdhui", f"prog evenement fiche {ident}", "journal jour"):
        reponse = lieu.faire(*mots.split())
        texte = reponse.sortie + reponse.erreurs
        assert not set("\x1b\x9b\x07\r\u202e\u200b\U000e0041") & set(texte)
    if piege.startswith("[link"):
        assert piege in lieu.faire("prog", "semaine").sortie


def test_31_un_gabarit_dans_une_donnee_reste_une_donnee(lieu: Lieu) -> None:
    titre = "{{ ''.__class__ }}{% for x in y %}"
    lieu.faire("prog", "evenement", "creer", titre, "--quand", "mercredi 9h-10h")
    assert titre in lieu.faire("prog", "semaine", "--format", "md").sortie


@pytest.mark.parametrize(
    "gabarit",
    [
        "{{ ''.__class__.__mro__ }}",  # 31
        "{% include '../../lieu.yaml' %}",  # 32
        "{{ inconnu }}",
        "{% for %}",
        "{{ 'a' * 10**10 }}",  # 33
    ],
)
def test_31_a_33_un_gabarit_hostile_est_refuse(lieu: Lieu, gabarit: str) -> None:
    lieu.poser("gabarits/semaine.md.j2", gabarit)
    refuse(lieu, "prog", "semaine", "--format", "md", dit="gabarits/semaine.md.j2")


def test_32_un_gabarit_qui_est_un_lien(lieu: Lieu) -> None:
    (lieu.racine / "gabarits/semaine.md.j2").symlink_to("/etc/passwd")
    refuse(lieu, "prog", "semaine", "--format", "md", dit="gabarits/semaine.md.j2")


def test_35_un_titre_ne_se_glisse_pas_dans_l_agenda(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Atelier\r\nATTENDEE:mailto:x@y", "--quand", "mercredi 9h-10h")
    agenda = lieu.faire("prog", "ical").sortie
    assert "\nATTENDEE" not in agenda
    assert "SUMMARY:Atelier ATTENDEE:mailto:x@y" in agenda


@pytest.mark.parametrize(
    "texte", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))"]
)
def test_38_39_la_page_n_execute_rien(lieu: Lieu, texte: str) -> None:
    lieu.faire(
        *("prog", "evenement", "creer", texte, "--quand", "mercredi 9h-10h", "--description", texte),
        *("--ailleurs", texte),
    )
    page = lieu.faire("prog", "semaine", "--format", "html").sortie
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_40_le_message_de_l_histoire_tient_sur_une_ligne(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Fête\nCo-authored-by: x <x@y>", "--quand", "mercredi 9h-10h")
    message = lieu.git("log", "-1", "--format=%B")
    assert "\nCo-authored-by" not in message
    assert message.strip().count("\n\n") == 1


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (["prog", "semane"], "semane"),
        (["prgo"], "prgo"),
        (["prog", "semaine", "--form", "md"], "--form"),
        (["prog", "semaine", "--format", "pdf"], "pdf"),
        (["prog", "evenement", "creer"], "TITRE"),
        (["prog", "evenement", "creer", "x"], "--quand"),
        (["prog", "evenement", "creer", "x", "y", "--quand", "demain"], "guillemets"),
        (["prog", "evenement", "creer", "x", "--quand"], "--quand"),
        (["prog", "evenement", "creer", "", "--quand", "demain"], "titre"),
        (["prog", "evenement", "creer", "x", "--quand", "demain", "--salle", "salle-rezz"], "salle-du-rez"),
        (["prog", "evenement", "creer", "x", "--quand", "demain", "--public", "martiens"], "riverains"),
        (["prog", "evenement", "creer", "x", "--quand", "demain", "--porteur", "@personne"], "@personne"),
        (["prog", "evenement", "creer", "x", "--quand", "hier 9h-10h"], "--passe"),
        (["prog", "evenement", "creer", "x", "--quand", "30 février"], "Février 2027 finit le 28"),
        (["prog", "semaine", "--du", "bof"], "bof"),
        (["prog", "ical", "--sortie", "/proc/x/y.ics"], "/proc/x/y.ics"),
        (["espace", "salle", "creer", "s", "--nom", "S", "--capacite", "beaucoup"], "beaucoup"),
        (["accueil", "personne", "creer", ""], "nom"),
        (["accueil", "personne", "creer", "x" * 200], "120"),
    ],
)
def test_une_commande_mal_dite_est_refusee_en_francais(lieu: Lieu, mots: list[str], dit: str) -> None:
    reponse = refuse(lieu, *mots, dit=dit)
    for anglais in ("Error", "Usage:", "Missing", "No such", "Invalid", "is not"):
        assert anglais not in reponse.erreurs


def test_une_date_a_deux_sens_est_relue_avec_les_commandes_exactes(lieu: Lieu) -> None:
    reponse = refuse(lieu, "prog", "evenement", "creer", "x", "--quand", "mar. 14/5 9h-12h")
    assert "Le 14 mai 2027 est un vendredi. Mardi 11 ou vendredi 14 ?" in reponse.erreurs
    assert "prog evenement creer x --quand '2027-05-11 9h-12h'" in reponse.erreurs
    assert reponse.code == 2
