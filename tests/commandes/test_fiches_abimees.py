"""Une fiche vide, abîmée ou à moitié écrite : dite, jamais prise pour rien, et remise d'un geste."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu

ABIMER: dict[str, Callable[[bytes], bytes]] = {
    "vidée": lambda _: b"",
    "blanche": lambda _: b"\n \n",
    "à moitié": lambda o: o[: len(o) // 3] + b"\x00",
    "mêlée": lambda o: b"<<<<<<< ici\n" + o,
    "autre chose": lambda _: b"- un\n- deux\n",
}


def reservee(lieu: Lieu) -> Path:
    ident = lieu.id("espace", "reserver", "cour", "14h-16h", "--objet", "Réunion du CPAS")
    return lieu.racine / f"espace/reservations/2026/11/{ident}.yaml"


@pytest.mark.parametrize("enregistree", [False, True], ids=["à la main", "enregistrée"])
@pytest.mark.parametrize("comment", ABIMER)
def test_une_reservation_abimee_tient_encore_sa_salle(lieu: Lieu, comment: str, enregistree: bool) -> None:
    fiche = reservee(lieu)
    bonne = fiche.read_bytes()
    lieu.poser(str(fiche.relative_to(lieu.racine)), ABIMER[comment](bonne), enregistre=enregistree)
    vu = lieu.faire("espace", "jour")
    assert "Réunion du CPAS" in vu.sortie
    assert vu.erreurs.count(fiche.name) == 1
    assert "tl reprise" in vu.erreurs
    refus = lieu.faire("espace", "reserver", "cour", "15h-17h", "--objet", "Autre", code=1)
    assert "est prise" in refus.erreurs
    assert fiche.name in refus.erreurs
    assert "Fiche abîmée" in lieu.faire("aujourdhui").sortie + lieu.faire("reprise").sortie
    assert fiche.read_bytes() != bonne
    lieu.faire("reprise", "--oui")
    assert fiche.read_bytes() == bonne
    assert lieu.git("status", "--porcelain") == ""
    assert lieu.faire("espace", "jour").erreurs == ""
    assert "Rien à reprendre" in lieu.faire("reprise").sortie


def test_ce_qui_ne_s_est_jamais_lu_empeche_la_promesse_qu_il_contredirait(lieu: Lieu) -> None:
    lieu.poser("espace/reservations/2026/11/2026-11-24-x-2222.yaml", "salle: [\n", enregistre=False)
    refus = lieu.faire("espace", "reserver", "cour", "15h-17h", "--objet", "Autre", code=1)
    assert "une fiche abîmée tient peut-être" in refus.erreurs
    assert "tl reprise" in refus.erreurs
    lieu.faire("prog", "evenement", "creer", "Fête", "--quand", "19h-21h", "--salle", "cour", code=1)
    lieu.faire("espace", "reserver", "cour", "demain 15h-17h", "--objet", "Autre")
    # Ce qui en reste parle d'une autre salle : elle ne tient pas celle-ci.
    lieu.poser(
        "espace/reservations/2026/11/2026-11-24-x-2222.yaml",
        "salle: salle-du-rez\nobjet: [\n",
        enregistre=False,
    )
    lieu.faire("espace", "reserver", "cour", "15h-17h", "--objet", "Autre")


def test_une_personne_dont_la_fiche_est_vidée_reste_quelqu_un(lieu: Lieu) -> None:
    ident = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    fiche = lieu.racine / f"registre/personnes/{ident}.yaml"
    fiche.write_text("", "utf-8")
    assert "Karim Haddad" in (vu := lieu.faire("accueil", "personne", "fiche", "@karim")).sortie
    assert f"registre/personnes/{ident}.yaml : est vide" in vu.erreurs
    assert "registre" in lieu.faire("journal", "noter", "Vu Karim Haddad", code=1).erreurs
    lieu.faire("reprise", "--oui")
    assert "Karim" in fiche.read_text("utf-8")
