"""L'annuaire d'un grand registre : jamais en retard d'un fichier, jamais plus bavard que lui."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot.purge import ANNUAIRE
from tiers_lieu_cli.noyau.gens import annuaire
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.texte import sans_accent


@pytest.fixture
def grand(lieu: Lieu) -> Lieu:
    """Trois cents personnes, assez vieilles sur le disque pour que l'annuaire s'y fie."""
    for n in range(annuaire.PETIT_REGISTRE):
        fichier = lieu.racine / f"registre/personnes/p-{n:06}.yaml"
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text(f"nom: Karim Haddad{chr(97 + n % 26)}{n}\n", "utf-8")
        os.utime(fichier, (1_700_000_000, 1_700_000_000))
    lieu.faire("enregistrer", "--oui")
    return lieu


def noms(lieu: Lieu) -> set[str]:
    return {e.nom for e in Registre(lieu.racine).annuaire}


def garde(lieu: Lieu) -> Path:
    return lieu.racine / "registre/.git" / ANNUAIRE


def test_il_dit_ce_que_disent_les_fiches(grand: Lieu) -> None:
    toutes = {p.nom for p in Registre(grand.racine).toutes.fiches}
    assert noms(grand) == toutes
    assert garde(grand).exists()
    assert noms(grand) == toutes


def test_une_main_une_commande_un_retrait_se_voient_aussitot(grand: Lieu) -> None:
    noms(grand)
    fichier = grand.racine / "registre/personnes/p-000007.yaml"
    taille = fichier.stat().st_size
    fichier.write_bytes(fichier.read_bytes().replace(b"Karim", b"Samir"))
    assert fichier.stat().st_size == taille
    (grand.racine / "registre/personnes/p-000008.yaml").unlink()
    assert "Samir Haddadh7" in noms(grand)
    assert "Karim Haddadh7" not in noms(grand)
    assert "Karim Haddadi8" not in noms(grand)
    grand.faire("enregistrer", "--oui")
    grand.faire("accueil", "personne", "creer", "Léa D'Hondt")
    assert "Léa D'Hondt" in grand.faire("accueil", "personne", "chercher", "dhondt").sortie
    assert "registre" in grand.faire("journal", "noter", "vu lea dhondt", code=1).erreurs


def test_abime_ou_ferme_il_ne_manque_a_personne(grand: Lieu) -> None:
    attendus = noms(grand)
    garde(grand).write_bytes(b"\x00pas un annuaire")
    assert noms(grand) == attendus
    garde(grand).unlink()
    garde(grand).mkdir()
    assert noms(grand) == attendus


def test_une_fiche_abimee_se_dit_a_chaque_fois(grand: Lieu) -> None:
    noms(grand)
    fichier = grand.racine / "registre/personnes/p-000007.yaml"
    fichier.write_text("nom: [\n", "utf-8")
    (grand.racine / "registre/personnes/p-zzzzzz.yaml").write_text("nom: [\n", "utf-8")
    garde(grand).unlink()
    for _ in range(2):
        lu = grand.faire("accueil", "reseau")
        assert "p-000007" in lu.erreurs
        assert "p-zzzzzz" in lu.erreurs
        assert "300 isolées" in lu.sortie, "sa dernière bonne version sert en attendant"
    fichier.write_text("nom: Samir Neuf\n", "utf-8")
    assert "Samir Neuf" in noms(grand)


def test_le_reseau_et_tab_disent_ce_que_disent_les_fiches(grand: Lieu) -> None:
    """Une arrivée, un surnom, un début de nom : l'annuaire n'en perd rien, et une retouche s'y voit."""
    fiches = grand.racine / "registre/personnes"
    (fiches / "p-000011.yaml").write_text("nom: Zoé Œuvrard\nsurnom: zouzou\ndepuis: 2026-11-20\n", "utf-8")
    fiches_lues = Registre(grand.racine).toutes.fiches
    attendus = {p.id: p.depuis.isoformat() if p.depuis else None for p in fiches_lues}
    for _ in range(2):
        vu = grand.faire("accueil", "reseau", "--json").json["isolees"]
        assert {n["id"]: n["depuis"] for n in vu} == attendus
        assert vu[0]["id"] == "p-000011"
    assert "zouzou" in grand.faire("accueil", "reseau").sortie
    tous = proposees(grand, "")
    assert "@zouzou" in tous
    for debut in ("@zou", "@Karim-Haddada0", "@p-0000", "zou", "@KARIM-haddadb", "@œ", "@nul"):
        attendues = [m for m in tous if sans_accent(m).startswith(sans_accent(debut))]
        assert proposees(grand, debut) == attendues, debut
    (fiches / "p-000011.yaml").write_text("nom: Zoé Œuvrard\nsurnom: zaza\n", "utf-8")
    assert "@zaza" in proposees(grand, "@za")


def proposees(lieu: Lieu, debut: str) -> list[str]:
    """Ce que Tab propose pour quelqu'un, avant que l'interprète n'y mette sa main."""
    from types import SimpleNamespace

    from tiers_lieu_cli.noyau import contexte

    ctx = SimpleNamespace(find_root=lambda: SimpleNamespace(obj=contexte.Poste(lieu.racine), params={}))
    return sorted(mot for mot, _ in contexte.completion(contexte.personnes_a_citer)(ctx, debut))  # type: ignore[arg-type]


def test_un_effacement_l_emporte(grand: Lieu) -> None:
    noms(grand)
    grand.faire("donnees", "effacer", "p-000007", "--oui")
    assert not garde(grand).exists()
    assert "Karim Haddadh7" not in noms(grand)


def test_un_petit_registre_s_en_passe(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Léa")
    lieu.faire("accueil", "personne", "chercher", "lea")
    assert not garde(lieu).exists()
