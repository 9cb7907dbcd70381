"""Une vraie caisse dans un vrai lieu : deux clients, deux tarifs, de quoi émettre."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from caisses import Caisse
from ecritures.caisse import VENDEUR


@pytest.fixture(scope="session")
def modele_de_caisse(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une caisse ouverte une fois, recopiée pour chaque essai."""
    racine = tmp_path_factory.mktemp("caisse") / "lieu"
    subprocess.run(["cp", "-a", str(modele), str(racine)], check=True)
    caisse = Caisse(racine)
    caisse.f("init", *VENDEUR)
    caisse.tarif("salle-rez", "12,50", "heure")
    caisse.tarif("poste.journee", "15", "journee", "--ttc")
    adresse = ("--rue", "Quai 5", "--code-postal", "4020", "--ville", "Liège")
    numeros = ("--forme", "SRL", "--tva", "BE0403170701", "--numero", "0403170701")
    caisse.f("tiers", "creer", "Menuiserie Lambert", *numeros, *adresse, "--lien", "o-4x1")
    caisse.f(
        "tiers", "creer", "Amina Benali", *adresse, "--lien", "p-7k2m9x", "--iban", "BE68 5390 0754 7034"
    )
    return racine


@pytest.fixture
def caisse(modele_de_caisse: Path, tmp_path: Path) -> Caisse:
    """Une caisse prête : La Passerelle vend à Menuiserie Lambert et à Amina Benali."""
    racine = tmp_path / "lieu"
    subprocess.run(["cp", "-a", str(modele_de_caisse), str(racine)], check=True)
    return Caisse(racine)
