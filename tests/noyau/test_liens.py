"""Ce qu'un champ cite se dit dans son type : tableaux, tables, parties et prose compris."""

from __future__ import annotations

import msgspec
import pytest

from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.liens import (
    Beneficiaire,
    EvenementCite,
    FicheCitee,
    PersonneCitee,
    SalleCitee,
    Sorte,
    Texte,
    champs,
    citations,
    personnes,
)


class Partie(msgspec.Struct, frozen=True):
    salles: tuple[SalleCitee, ...] = ()
    muet: str = ""


class Exemple(Fiche, frozen=True):
    muet: str = ""
    qui: PersonneCitee = ""
    autres: tuple[PersonneCitee, ...] = ()
    par_jour: dict[str, SalleCitee] = {}
    partie: Partie | None = None
    parties: tuple[Partie, ...] = ()
    table: dict[str, Partie] = {}
    pour: Beneficiaire = ""
    texte: Texte = ""
    quand: EvenementCite = ""
    peut_etre: FicheCitee | None = None


@pytest.mark.parametrize(
    ("dit", "attendu"),
    [
        ({}, []),
        ({"muet": "p-aaaaaa"}, []),
        ({"qui": "p-aaaaaa"}, [("qui", Sorte.PERSONNE, "p-aaaaaa")]),
        ({"autres": ("p-a", "p-b")}, [("autres", Sorte.PERSONNE, "p-a"), ("autres", Sorte.PERSONNE, "p-b")]),
        ({"par_jour": {"lundi": "cour", "mardi": ""}}, [("par_jour", Sorte.FICHE, "cour")]),
        ({"partie": Partie(("cour",))}, [("partie", Sorte.FICHE, "cour")]),
        ({"parties": (Partie(), Partie(("rez",)))}, [("parties", Sorte.FICHE, "rez")]),
        ({"table": {"x": Partie(("rez",))}}, [("table", Sorte.FICHE, "rez")]),
        ({"pour": "p-aaaaaa"}, [("pour", Sorte.PERSONNE, "p-aaaaaa")]),
        ({"pour": "riverains"}, [("pour", Sorte.PUBLIC, "riverains")]),
        ({"texte": "vu @p-aaaaaa, pas p-x"}, [("texte", Sorte.PERSONNE, "p-aaaaaa")]),
        ({"quand": "2026-11-24-x-aaaa"}, [("quand", Sorte.DATE, "2026-11-24-x-aaaa")]),
        ({"peut_etre": "cour"}, [("peut_etre", Sorte.FICHE, "cour")]),
    ],
)
def test_ce_qu_une_fiche_cite_se_lit(dit: dict[str, object], attendu: list[tuple[str, str, str]]) -> None:
    fiche = msgspec.structs.replace(Exemple(id="x"), **dit)
    assert [(c.champ, c.cite.sorte, c.vers) for c in citations(fiche)] == attendu
    assert list(personnes(fiche)) == [vers for _, sorte, vers in attendu if sorte is Sorte.PERSONNE]


def test_un_champ_muet_ne_coute_rien() -> None:
    assert "muet" not in champs(Exemple)
    assert champs(Partie) == ("salles",)
