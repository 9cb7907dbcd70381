"""Ce qui est montré pour confirmation est ce qui est enregistré, même si la main écrit entre-temps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu, lancer

from tiers_lieu_cli.noyau.ecran.ecran import Ecran

CHARTE = "regles/charte.md"


@pytest.fixture
def pendant(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object], str], list[str]]:
    """Un terminal où, à la première question, la main fait encore quelque chose ; rend les questions."""

    def preparer(geste: Callable[[], object], reponse: str) -> list[str]:
        posees: list[str] = []

        def repondre(question: str) -> None:
            posees.append(question)
            if len(posees) == 1:
                geste()

        def confirmer(_: Ecran, question: str) -> bool:
            repondre(question)
            return reponse == "o"

        def choisir(_: Ecran, question: str, choix: tuple[str, ...]) -> int:
            repondre("\n".join(choix))
            return int(reponse)

        vrai = Ecran.du_terminal

        def au_terminal(*mots: object) -> Ecran:
            ecran = vrai(*mots)  # type: ignore[arg-type]
            ecran.interactif = True
            return ecran

        monkeypatch.setattr(Ecran, "du_terminal", staticmethod(au_terminal))
        monkeypatch.setattr(Ecran, "confirmer", confirmer)
        monkeypatch.setattr(Ecran, "choisir", choisir)
        return posees

    return preparer


Pendant = Callable[[Callable[[], object], str], list[str]]


def test_enregistrer_relit_ce_qui_a_change(lieu: Lieu, pendant: Pendant) -> None:
    fichier = lieu.poser(CHARTE, "Un long texte.\n", enregistre=False)
    posees = pendant(lambda: fichier.write_text("Autre texte, aussi long.\n", "utf-8"), "o")
    reponse = lieu.faire("enregistrer")
    assert len(posees) == 2
    assert "Cela vient de changer" in reponse.sortie
    assert lieu.git("show", f"HEAD:{CHARTE}") == "Autre texte, aussi long.\n"


def test_ce_que_la_main_a_remis_n_est_plus_a_enregistrer(lieu: Lieu, pendant: Pendant) -> None:
    avant = lieu.git("rev-parse", "HEAD")
    fichier = lieu.poser("regles/neuf.md", "Un long texte.\n", enregistre=False)
    pendant(fichier.unlink, "o")
    assert "Rien n'est enregistré" in lieu.faire("enregistrer").sortie
    assert lieu.git("rev-parse", "HEAD") == avant


def test_enregistrer_ne_redemande_pas_ce_qui_n_a_pas_change(lieu: Lieu, pendant: Pendant) -> None:
    lieu.poser(CHARTE, "Un long texte.\n", enregistre=False)
    assert len(pendant(lambda: None, "o")) == 0
    posees = pendant(lambda: None, "o")
    lieu.faire("enregistrer")
    assert len(posees) == 1
    assert lieu.git("show", f"HEAD:{CHARTE}") == "Un long texte.\n"


def test_une_faute_arrivee_pendant_la_question_arrete_tout(lieu: Lieu, pendant: Pendant) -> None:
    avant = lieu.git("rev-parse", "HEAD")
    salle = lieu.poser("espace/salles/cour.yaml", "nom: La cour\n", enregistre=False)
    pendant(lambda: salle.write_text("nom: [\n", "utf-8"), "o")
    assert "Rien n'est enregistré" in lieu.faire("enregistrer", code=1).erreurs
    assert lieu.git("rev-parse", "HEAD") == avant


def test_trancher_remontre_ce_qui_a_change(lieu: Lieu, pendant: Pendant, tmp_path: Path) -> None:
    moyeu = str(tmp_path / "moyeu")
    lancer("moyeu", "init", moyeu)
    lieu.faire("moyeu", "relier", moyeu)
    lieu.faire("synchroniser")
    lancer("moyeu", "rejoindre", moyeu, str(tmp_path / "la"))
    la = Lieu(tmp_path / "la")
    lieu.faire("espace", "salle", "modifier", "cour", "--nom", "Jardin")
    la.faire("espace", "salle", "modifier", "cour", "--nom", "Préau")
    lieu.faire("synchroniser")
    la.faire("synchroniser")
    (attend,) = la.faire("trancher", "--json").json

    def changer() -> None:
        la.poser("espace/salles/cour.yaml", "nom: Grand jardin\n")

    posees = pendant(changer, "0")
    la.faire("trancher", attend["id"])
    assert len(posees) == 2
    assert "Grand jardin" in posees[1]
    assert "Grand jardin" in (la.racine / "espace/salles/cour.yaml").read_text("utf-8")


def test_reparer_n_ecrase_pas_ce_qui_est_ecrit_pendant_la_question(lieu: Lieu, pendant: Pendant) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    charte = lieu.poser(CHARTE, "Écrire à Karim Haddad.\n")
    posees = pendant(lambda: charte.write_text("Écrire à Karim Haddad.\nEt fermer.\n", "utf-8"), "o")
    lieu.faire("verifier", "--reparer", code=None)
    assert len(posees) == 2
    assert "Haddad" not in charte.read_text("utf-8")
    assert "Et fermer." in charte.read_text("utf-8")
