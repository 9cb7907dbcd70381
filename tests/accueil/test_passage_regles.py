"""Les passages, règle par règle : qui est là, qui entre, qui part, et comment cela se compte et se dit."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest

from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.accueil.passage.regles import (
    Compte,
    Dit,
    PasLa,
    Present,
    combien,
    compter,
    dire_arrivee,
    dire_deja_la,
    dire_groupe,
    dire_sans_nom,
    entrants,
    exiger_presents,
    noter,
    presents,
    soiree_de,
)

JOUR = date(2026, 11, 24)
MATIN = datetime(2026, 11, 24, 9, 12, 30)
ARRIVE, PART = Mouvement.ARRIVEE, Mouvement.DEPART


def passe(
    heure: str, qui: str = "membres", nombre: int = 1, sens: Mouvement = ARRIVE, jour: str = "24"
) -> Passage:
    moment = f"2026-11-{jour}" + (f"T{heure}" if heure else "")
    personne = qui if qui.startswith("p-") else ""
    public = "" if personne else qui
    return Passage(
        id=f"{moment}-{qui}-{nombre}",
        moment=moment,
        public=public,
        personne=personne,
        nombre=nombre,
        sens=sens,
    )


def test_un_passage_ne_nomme_que_le_public() -> None:
    groupe = noter(Dit("jeunes adultes", 3), MATIN, ARRIVE, Random(1))
    assert groupe.id.startswith("2026-11-24-0912-jeunes-adultes-")
    assert len(groupe.id) == len("2026-11-24-0912-jeunes-adultes-") + 4
    assert (groupe.moment, groupe.public, groupe.nombre) == ("2026-11-24T09:12", "jeunes adultes", 3)
    assert (groupe.personne, groupe.sens) == ("", ARRIVE)
    elle = noter(Dit(personne="p-aaaaaa"), JOUR, PART, Random(1))
    assert elle.id.startswith("2026-11-24-personne-")
    assert (elle.moment, elle.personne, elle.sens, elle.nombre) == ("2026-11-24", "p-aaaaaa", PART, 1)
    assert noter(Dit("😀"), JOUR, ARRIVE, Random(1)).id.startswith("2026-11-24-public-")


@pytest.mark.parametrize(
    ("maintenant", "jour"),
    [(datetime(2026, 11, 24, 4, 59), 23), (datetime(2026, 11, 24, 5), 24), (datetime(2026, 11, 24, 23), 24)],
)
def test_la_soiree_de_la_veille_dure_jusqu_au_matin(maintenant: datetime, jour: int) -> None:
    assert soiree_de(maintenant) == date(2026, 11, jour)


def test_qui_est_la() -> None:
    passages = [
        passe("11:00", "membres", 2, PART),
        passe("09:00", "membres"),
        passe("10:00", "membres", 4),
        passe("09:30", "p-aaaaaa"),
        passe("10:30", "p-aaaaaa"),
        passe("09:00", "p-bbbbbb"),
        passe("09:40", "p-bbbbbb", sens=PART),
        passe("", "riverains", 9),
    ]
    assert presents(passages) == [
        Present("", "membres", 3, "10:00"),
        Present("p-aaaaaa", "", 1, "09:30"),
    ]
    assert presents([passe("09:00", sens=PART)]) == []
    # Dans la même minute, on arrive avant de repartir.
    assert presents([passe("09:00", "p-aaaaaa", sens=PART), passe("09:00", "p-aaaaaa")]) == []


def test_une_personne_n_entre_pas_deux_fois() -> None:
    la = [passe("09:00", "p-aaaaaa"), passe("10:00", "p-bbbbbb")]
    elle, autre, groupe = Dit(personne="p-aaaaaa"), Dit(personne="p-bbbbbb"), Dit("membres", 2)
    entrent, deja = entrants([elle, groupe, autre, autre, groupe], la, datetime(2026, 11, 24, 9, 59))
    assert entrent == [groupe, autre, groupe]
    assert deja == [Present("p-aaaaaa", "", 1, "09:00"), Present("p-bbbbbb", "", 1, "")]
    assert entrants([autre], la, datetime(2026, 11, 24, 10))[0] == []
    partie = [*la, passe("09:30", "p-aaaaaa", sens=PART)]
    assert entrants([elle], partie, datetime(2026, 11, 24, 9, 59)) == ([elle], [])
    # Compté le lendemain, sans l'heure : un jour entier.
    assert entrants([elle], [*la, passe("12:00", "p-cccccc", jour="23")], JOUR)[1] == [
        Present("p-aaaaaa", "", 1, "09:00")
    ]
    assert entrants([Dit(personne="p-cccccc")], [passe("12:00", "p-cccccc", jour="23")], JOUR)[1] == []


def test_qui_est_deja_la_se_dit_une_fois() -> None:
    ana, leo = Present("Ana", "", 1, "09:12"), Present("Léo", "", 1, "")
    assert dire_deja_la([ana, leo, ana]) == "Ana est déjà là, depuis 09:12 ; Léo est déjà là"
    assert dire_deja_la([]) == ""


def test_on_ne_part_que_si_l_on_est_la() -> None:
    la = [Present("", "membres", 3, ""), Present("p-aaaaaa", "", 1, "")]
    exiger_presents([Dit("membres", 2), Dit("membres", 1), Dit(personne="p-aaaaaa")], la)
    with pytest.raises(PasLa) as trop:
        exiger_presents([Dit("membres", 2), Dit("membres", 2)], la)
    assert trop.value.fait == "membres : 3 seulement de présent d'après les passages notés."
    assert trop.value.remede == "Voir qui est là : tl accueil presents"
    with pytest.raises(PasLa) as absent:
        exiger_presents([Dit(personne="p-bbbbbb")], la)
    assert absent.value.fait == "p-bbbbbb : personne de présent d'après les passages notés."


def test_ce_qu_on_compte() -> None:
    passages = [
        passe("09:10", "membres", 2),
        passe("09:50", "riverains", 5),
        passe("18:00", "membres", 1, jour="25"),
        passe("", "membres", 4),
        passe("10:00", "membres", 7, PART),
        passe("09:00", "membres", 8, jour="23"),
        passe("09:00", "membres", 8, jour="26"),
    ]
    assert combien(passages) == 28
    assert compter(passages, JOUR, date(2026, 11, 25)) == Compte(
        total=12,
        par_public={"membres": 7, "riverains": 5},
        par_jour={"2026-11-24": 11, "2026-11-25": 1},
        par_heure={-1: {"membres": 4}, 9: {"membres": 2, "riverains": 5}, 18: {"membres": 1}},
    )
    assert list(compter(reversed(passages), JOUR, date(2026, 11, 25)).par_heure) == [-1, 9, 18]
    assert list(compter(reversed(passages), JOUR, date(2026, 11, 25)).par_jour) == [
        "2026-11-24",
        "2026-11-25",
    ]


@pytest.mark.parametrize(
    ("public", "nombre", "dit"),
    [
        ("riverains", 1, "Un riverain"),
        ("jeunes adultes", 1, "Un jeune adulte"),
        ("riverains", 3, "Trois riverains"),
        ("riverains", 12, "Douze riverains"),
        ("riverains", 13, "13 riverains"),
    ],
)
def test_un_groupe_se_dit(public: str, nombre: int, dit: str) -> None:
    assert dire_groupe(public, nombre) == dit


@pytest.mark.parametrize(
    ("dits", "dit"),
    [
        ([Dit(personne="Karim")], "Karim est là"),
        ([Dit(personne="Karim"), Dit(personne="Léa"), Dit(personne="Ana")], "Karim, Léa et Ana sont là"),
        ([Dit("riverains", 1)], "Un riverain accueilli"),
        ([Dit("riverains", 3)], "Trois riverains accueillis"),
        ([Dit(personne="Karim"), Dit("riverains", 1)], "Un riverain et Karim accueillis"),
        ([Dit("riverains", 3), Dit("membres", 2)], "Trois riverains et deux membres accueillis"),
    ],
)
def test_une_arrivee_se_dit(dits: list[Dit], dit: str) -> None:
    assert dire_arrivee(dits) == dit


def test_l_histoire_n_en_garde_que_des_nombres() -> None:
    assert dire_sans_nom([Dit("riverains", 3), Dit(personne="p-aaaaaa")]) == "trois riverains, une personne"
