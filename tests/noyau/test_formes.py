"""La forme d'un fichier : ce qu'on dit et ce que dit son nom s'accordent, ou se refusent."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.echecs import ErreurUsage


class Forme(StrEnum):
    TERMINAL = "terminal"
    CSV = "csv"
    PDF = "pdf"


@pytest.mark.parametrize(
    ("dite", "nom", "voulue"),
    [
        (None, None, Forme.TERMINAL),
        (Forme.CSV, None, Forme.CSV),
        (None, "x.csv", Forme.CSV),
        (None, "x.PDF", Forme.PDF),
        (Forme.PDF, "x.pdf", Forme.PDF),
        (Forme.CSV, "x.txt", Forme.CSV),
        *((Forme.TERMINAL, nom, None) for nom in ("x.csv", "x")),
        *((None, nom, None) for nom in ("x", "x.txt", "x.terminal")),
        (Forme.CSV, "x.pdf", None),
    ],
)
def test_la_forme_dite_ou_nommee(dite: Forme | None, nom: str | None, voulue: Forme | None) -> None:
    sortie = Path(nom) if nom else None
    if voulue:
        assert sorties.forme(Forme, dite, sortie, ecran=Forme.TERMINAL) is voulue
        return
    with pytest.raises(ErreurUsage, match="Sous quelle forme"):
        sorties.forme(Forme, dite, sortie, ecran=Forme.TERMINAL)


@pytest.mark.parametrize(
    ("commande", "suffixe", "debut"),
    [
        (("stock", "inventaire"), "csv", "place"),
        (("stock", "inventaire"), "json", "["),
        (("stock", "inventaire", "--json"), "json", "["),
        (("stock", "inventaire"), "pdf", "%PDF"),
        (("espace", "exporter"), "csv", "id;"),
        (("espace", "exporter"), "ics", "BEGIN:VCALENDAR"),
        (("espace", "planning"), "html", "<!doctype"),
    ],
)
def test_un_fichier_demande_s_ecrit_sous_sa_forme(
    lieu: Lieu, tmp_path: Path, commande: tuple[str, ...], suffixe: str, debut: str
) -> None:
    lieu.faire("stock", "article", "creer", "Café", "--unite", "kg")
    voulu = tmp_path / f"feuille.{suffixe}"
    lieu.faire(*commande, "--sortie", str(voulu))
    assert voulu.read_bytes().decode("utf-8-sig", "replace").lower().startswith(debut.lower())
    inconnu = tmp_path / "feuille.xyz"
    lieu.faire(*commande, "--sortie", str(inconnu), code=0 if {"--json", "exporter"} & {*commande} else 2)
