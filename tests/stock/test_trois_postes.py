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
    assert "« Scie » est promis plus de fois" in ici.faire("aujourdhui").sortie
    ici.faire("stock", "annuler", scies[1])
    assert "« Scie »" not in ici.faire("aujourdhui").sortie
    assert "Tout est en ordre" in ici.faire("verifier").sortie


def test_ce_que_deux_postes_ont_sorti_se_dit_et_le_remede_se_fait(
    lieu: Lieu, ici: Lieu, moyeu: Path, tmp_path: Path
) -> None:
    """Le même objet, la dernière clé, le dernier kilo : sortis à deux endroits, rien n'est perdu ni tu."""
    for nom in ("Karim Haddad", "Léa Dupont"):
        ici.faire("accueil", "personne", "creer", nom)
    ici.faire("stock", "objet", "creer", "Scie")
    ici.faire("stock", "article", "creer", "Café", "--unite", "kg")
    ici.faire("stock", "entrer", "cafe", "3")
    ici.faire("espace", "cle", "creer", "Clé du rez")
    ici.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "la")).code == 0
    la = Lieu(tmp_path / "la")
    for poste, qui in ((ici, "@Karim"), (la, "@Léa")):
        poste.faire("stock", "preter", "scie", qui, "--jusqua", "demain")
        poste.faire("stock", "sortir", "cafe", "2")
        poste.faire("espace", "cle", "remettre", "cle-du-rez", "--a", qui)
    for poste in (ici, la, ici):
        poste.faire("synchroniser")
    dites = {e["phrase"]: e["commande"] for e in ici.faire("aujourdhui", "--json").json["a_faire"]}
    assert any("Café (-1 kg)" in dite for dite in dites)
    assert any("2 exemplaires de « Clé du rez » sont dehors" in dite for dite in dites)
    assert any("« Scie » est promis plus de fois" in dite for dite in dites)
    remedes = {
        c["remede"].split(" : tl ")[1] for c in ici.faire("verifier", "--json", code=1).json["constats"]
    }
    (rendre, _) = sorted(r for r in remedes if r.startswith("stock rendre"))
    ici.faire(*rendre.split())
    assert "Scie" not in ici.faire("verifier", code=1).sortie
