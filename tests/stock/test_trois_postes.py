"""Trois postes hors ligne, puis réunis : le stock est une somme, un objet promis deux fois se dit."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

from soutien import Lieu, lancer


def test_trois_postes_hors_ligne_puis_reunis(lieu: Lieu, ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    for nom in ("Karim Haddad", "Léa Dupont"):
        ici.faire("accueil", "personne", "creer", nom)
    ici.faire("stock", "article", "creer", "Café", "--unite", "kg")
    ici.faire("stock", "entrer", "cafe", "10")
    ici.faire("stock", "objet", "creer", "Scie")
    ici.faire("stock", "objet", "creer", "Chaise", "--lot", "20")
    ici.faire("synchroniser")
    postes = [ici]
    for nom in ("la", "ailleurs"):
        assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / nom)).code == 0
        postes.append(Lieu(tmp_path / nom))
    for combien, poste in enumerate(postes, 1):
        poste.faire("stock", "sortir", "cafe", str(combien))
        poste.faire("stock", "reserver", "chaise", "@Karim", "--quand", "samedi 10h-12h", "--combien", "6")
    scies = [p.id("stock", "reserver", "scie", "@Léa", "--quand", "samedi 10h-12h") for p in postes[1:]]
    for poste, _ in zip(cycle(postes), range(5), strict=False):
        poste.faire("synchroniser")
    for poste in postes:
        assert poste.git("rev-parse", "HEAD") == ici.git("rev-parse", "HEAD")
        assert poste.faire("stock", "niveau", "cafe", "--json").json[0]["niveau"] == "4"
        # Six chaises trois fois tiennent dans vingt : rien à dire. La scie, elle, est promise deux fois.
        dit = poste.faire("verifier", code=1).sortie
        assert "« Scie » est promis plus de fois" in dit and "Chaise" not in dit
        assert all(ident in dit for ident in scies)
    refus = ici.faire(
        "stock", "reserver", "chaise", "@Léa", "--quand", "samedi 11h-13h", "--combien", "3", code=1
    )
    assert "il en reste 2" in refus.erreurs
    ici.faire("stock", "annuler", scies[1])
    assert "Tout est en ordre" in ici.faire("verifier").sortie
