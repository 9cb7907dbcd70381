"""Le rapport d'activité : les douze missions, l'an d'avant, les mêmes octets quel que soit le jour."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import Lieu

MISSIONS = 12


@pytest.fixture
def vecu(lieu: Lieu) -> Lieu:
    """Un peu de 2025 et de 2026."""
    for annee, combien in (("2025", 20), ("2026", 31)):
        lieu.poser(
            f"accueil/passages/{annee}/03/{annee}-03-02-0900-riverains-q2x7.yaml",
            f"moment: {annee}-03-02T09:00\npublic: riverains\nnombre: {combien}\n",
        )
    lieu.poser(
        "journal/notes/2026/03/2026-03-03-1000-merci-q2x7.md",
        "---\nmoment: 2026-03-03T10:00\nsorte: merci\n---\n\nMerci à @p-7k2m9x pour la soupe\n",
    )
    lieu.poser(
        "journal/notes/2026/03/2026-03-04-1000-bilan-q2x8.md",
        "---\nmoment: 2026-03-04T10:00\n---\n\nLe quartier est venu en nombre #bilan\n",
    )
    return lieu


def test_les_douze_missions_comparees_a_l_an_d_avant(vecu: Lieu) -> None:
    vu = vecu.faire("bilan", "annee", "--json").json
    assert len({p["mission"] for p in vu["parties"]}) == MISSIONS
    assert (vu["du"], vu["au"]) == ("2026-01-01", "2026-11-24")
    assert vu["avant"].startswith("du mercredi 1er janvier") and "2025" in vu["avant"]
    (passages,) = [p for p in vu["parties"] if p["titre"] == "Passages"]
    assert passages["lignes"][0] == {"nom": "riverains", "nombre": 31, "avant": 20}
    # Les mercis et ce qu'on a choisi sont cités ; personne n'y est nommé.
    assert [m["texte"] for m in vu["citations"]] == [
        "Merci à quelqu'un pour la soupe",
        "Le quartier est venu en nombre",
    ]
    dit = vecu.faire("bilan", "mois", "--du", "2026-03-10").sortie
    assert "mars 2026" in dit and "À droite, mars 2025." in dit and "Rien de noté." in dit


def test_en_public_des_mois_entiers_et_seulement_ce_qu_on_a_choisi(vecu: Lieu) -> None:
    vu = vecu.faire("bilan", "annee", "--public", "--json").json
    assert vu["au"] == "2026-10-31"
    (passages,) = [p for p in vu["parties"] if p["titre"] == "Passages"]
    assert (passages["lignes"][0]["nombre"], passages["lignes"][0]["avant"]) == (30, 20)
    assert [m["texte"] for m in vu["citations"]] == ["Le quartier est venu en nombre"]
    partiel = ("bilan", "periode", "--du", "2026-03-02", "--au", "2026-10-31", "--public")
    assert "mois entiers" in vecu.faire(*partiel, code=2).erreurs
    assert vecu.faire("bilan", "mois", "--public", "--json").json["du"] == "2026-10-01"


@pytest.mark.parametrize("suffixe", ["md", "html", "pdf", "json"])
def test_le_meme_rapport_un_autre_jour_a_les_memes_octets(
    vecu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffixe: str
) -> None:
    rendus = []
    for jour in ("2026-11-24T08:52+01:00", "2031-02-03T23:00+01:00"):
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", jour)
        fichier = tmp_path / f"{jour[:4]}.{suffixe}"
        vecu.faire("bilan", "mois", "--du", "2026-03-01", "--sortie", str(fichier))
        rendus.append(fichier.read_bytes())
    assert rendus[0] == rendus[1] and rendus[0]


def test_un_lieu_neuf_a_un_rapport_sans_an_d_avant(lieu: Lieu) -> None:
    vu = lieu.faire("bilan", "mois", "--json").json
    assert vu["avant"] is None and len({p["mission"] for p in vu["parties"]}) == MISSIONS


@pytest.mark.parametrize(
    ("dit", "du"),
    [("décembre", "2025-12-01"), ("29/2", "2024-02-01"), ("30/11", "2026-11-01"), ("octobre", "2026-10-01")],
)
def test_un_jour_dit_sans_annee_est_du_dernier_mois_commence(lieu: Lieu, dit: str, du: str) -> None:
    assert lieu.faire("bilan", "mois", dit, "--json").json["du"] == du


@pytest.mark.parametrize(
    "mots",
    [
        ("mois", "2027-01-01"),
        ("annee", "2027-01-01"),
        ("annee", "2027-01-01", "--public"),
        ("periode", "--du", "2027-01-01", "--au", "2027-02-01"),
    ],
)
def test_ce_qui_n_a_pas_commence_ne_se_raconte_pas(lieu: Lieu, mots: tuple[str, ...]) -> None:
    """Ni bogue, ni rapport vide : on dit quand cela commence."""
    refus = lieu.faire("bilan", *mots, code=2).erreurs
    assert "ne commence que le vendredi 1er janvier 2027" in refus and f"tl bilan {mots[0]}" in refus
