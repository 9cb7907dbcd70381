"""Les règles d'une note : un texte propre, un nom qui ne trahit personne, un tour dans sa minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest

from tiers_lieu_cli.journal.modele import Note, Sorte
from tiers_lieu_cli.journal.regles import LONGUEUR_MAXIMALE, TexteVide, du_jour, nouvelle, texte_propre
from tiers_lieu_cli.noyau.echecs import ErreurUsage

QUAND = datetime(2026, 11, 24, 8, 52, 40, 7)
RIEN = ("Il n'y a rien à noter.", 'Exemple : tl journal noter "Livraison de bois à 9h #atelier"')
TROP = ("Ce texte fait 20001 caractères, plus que les 20000 permis.", "Le couper en plusieurs.")
INVISIBLE = ("Ce texte contient un caractère invisible interdit.", "Le retaper sans copier-coller.")


def note(moment: str, ident: str = "x") -> Note:
    return Note(id=ident, moment=moment, texte="Vu")


def nom(texte: str) -> str:
    """Le nom d'une note, sans le jour, l'heure ni le hasard."""
    ident = nouvelle(texte, QUAND, (), Random(1)).id
    assert ident[:16] == "2026-11-24-0852-"
    assert ident[-5] == "-"
    return ident[16:-5]


@pytest.mark.parametrize(
    ("tape", "garde"),
    [
        ("  Bonjour \n", "Bonjour"),
        ("Un  \r\n  deux\t\r\n\r\ntrois", "Un\n  deux\n\ntrois"),
        ("é" * LONGUEUR_MAXIMALE, "é" * LONGUEUR_MAXIMALE),
        ("tab\tulé", "tab\tulé"),
    ],
)
def test_un_texte_propre(tape: str, garde: str) -> None:
    assert texte_propre(tape) == garde


@pytest.mark.parametrize(
    ("tape", "dit"),
    [
        ("", RIEN),
        (" \r\n\t", RIEN),
        ("é" * (LONGUEUR_MAXIMALE + 1), TROP),
        *((f"a{c}b", INVISIBLE) for c in "\0\x08\x0b\x1f\x7f\ufffe\uffff\udc80"),
    ],
)
def test_un_texte_refuse(tape: str, dit: tuple[str, str]) -> None:
    with pytest.raises(ErreurUsage) as refus:
        texte_propre(tape)
    assert (refus.value.fait, refus.value.remede) == dit
    assert isinstance(refus.value, TexteVide) == (dit == RIEN)


def test_une_note_neuve() -> None:
    texte = "Livraison de bois à 9h, quai nord\nEt la suite"
    faite = nouvelle(texte, QUAND, ("cour",), Random(1), Sorte.MERCI, auteur="p-aaaaaa")
    assert (faite.moment, faite.auteur, faite.sorte) == ("2026-11-24T08:52", "p-aaaaaa", Sorte.MERCI)
    assert (faite.liens, faite.texte) == (("cour",), texte)
    simple = nouvelle("x", QUAND, (), Random(1))
    assert (simple.auteur, simple.sorte, simple.liens) == ("", Sorte.FAIT, ())


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("Livraison de bois à 9h, quai nord", "livraison-de-bois-a-9h"),
        ("Un\nDeux\nTrois", "un"),
        ("Un deux", "un-deux"),
        ("Vu @p-aaaaaa au bar", "vu-au-bar"),
        ("@p-aaaaaa", "note"),
        ("😀", "note"),
    ],
)
def test_son_nom_ne_garde_que_ses_mots(texte: str, dit: str) -> None:
    assert nom(texte) == dit


def test_a_son_tour_dans_sa_minute() -> None:
    deja = [note(f"2026-11-24T08:{fin}") for fin in ("52", "52:07", "51:59", "53")]
    assert nouvelle("x", QUAND, (), Random(1), deja=deja).moment == "2026-11-24T08:52:08"
    assert nouvelle("x", QUAND, (), Random(1), deja=deja[2:]).moment == "2026-11-24T08:52"
    plein = [note("2026-11-24T08:52:59.000004")]
    assert nouvelle("x", QUAND, (), Random(1), deja=plein).moment == "2026-11-24T08:52:59.000005"
    presque = [note("2026-11-24T08:52:58.000004")]
    assert nouvelle("x", QUAND, (), Random(1), deja=presque).moment == "2026-11-24T08:52:59.000004"


def test_soixante_dix_notes_en_une_minute_gardent_leur_ordre() -> None:
    deja: list[Note] = []
    for rang in range(70):
        deja.append(nouvelle(f"n{rang}", QUAND, (), Random(rang), deja=deja))
    assert du_jour(reversed(deja), QUAND.date()) == deja
    assert {n.instant.replace(second=0, microsecond=0) for n in deja} == {datetime(2026, 11, 24, 8, 52)}


def test_les_notes_d_un_jour() -> None:
    hier = QUAND - timedelta(days=1)
    une, deux = note("2026-11-24T08:52", "b"), note("2026-11-24T08:52", "a")
    assert du_jour([une, note(f"{hier:%Y-%m-%dT%H:%M}"), deux], date(2026, 11, 24)) == [deux, une]
