"""Le mur : aucun nom de personne dans l'archive, quelle que soit la commande."""

from __future__ import annotations

import ecritures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soutien import Lieu, objets

NOMS = [
    "Karim Haddad",
    "Léa D'Hondt",
    "Marie-Ange Van de Velde",
    "Zoë Ørsted",
    "花子 田中",
    "O'Brien 👩‍🔧 Tess",
]
textes = st.lists(
    st.sampled_from(
        [*NOMS, *(n.upper() for n in NOMS), "@Karim", "@Léa", "réparer", "le vélo", "#tag", "\n"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@pytest.fixture
def peuple(lieu: Lieu) -> Lieu:
    for nom in NOMS:
        lieu.faire("accueil", "personne", "creer", nom, "--courriel", f"{abs(hash(nom)) % 997}@exemple.be")
    return lieu


@pytest.mark.long
@given(titre=textes, texte=textes)
@settings(max_examples=3)
def test_aucune_commande_n_ecrit_un_nom_dans_l_archive(peuple: Lieu, titre: str, texte: str) -> None:
    for mots in ecritures.toutes(titre, texte):
        peuple.faire(*mots, code=None)
    vus = objets(peuple)
    for nom in NOMS:
        assert nom.casefold() not in vus
    for fichier in peuple.racine.rglob("*.yaml"):
        if "registre" not in fichier.parts:
            assert not any(nom.casefold() in fichier.read_text("utf-8").casefold() for nom in NOMS)


def test_le_registre_n_est_pas_dans_l_archive(peuple: Lieu) -> None:
    assert "registre" not in peuple.git("ls-files").split()
    assert peuple.git("status", "--porcelain") == ""
    assert "personnes/p-" not in peuple.git("log", "-p", "--all")
