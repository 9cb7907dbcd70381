"""Le programme d'un jour, d'une semaine, d'un mois : ce qu'on y lit, et pour qui."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu


@pytest.fixture
def anime(lieu: Lieu) -> Lieu:
    """Une semaine avec un complet, un trou, un tenu, un report."""
    for nom in ("Léa Petit", "Karim Haddad", "Amina Sow"):
        lieu.faire("accueil", "personne", "creer", nom)
    creer = ("prog", "evenement", "creer")
    chorale = lieu.id(
        *creer,
        "Chorale",
        "--quand",
        "mer 19h-21h",
        "--salle",
        "cour",
        "--capacite",
        "1",
        "--public",
        "membres",
    )
    for qui in ("@Léa", "@Karim", "@Amina"):
        lieu.faire("prog", "inscrire", chorale, "--personne", qui)
    conte = lieu.id(
        *creer, "Conte", "--quand", "jeu 14h-16h", "--age", "6-12", "--langue", "ar", "--etiquette", "enfants"
    )
    lieu.faire("prog", "equipe", "creneaux", conte, "--role", "accueil")
    hier = lieu.id(*creer, "Repas", "--quand", "23 novembre 2026 12h-14h", "--porteur", "@Karim", "--passe")
    lieu.faire("prog", "evenement", "tenir", hier, "--participants", "30")
    bal = lieu.id(*creer, "Bal", "--quand", "samedi 20h-23h")
    lieu.faire("prog", "evenement", "reporter", bal, "--motif", "salle froide")
    return lieu


def test_la_semaine_dit_les_places_et_les_trous(anime: Lieu, or_: Callable[[str, bytes], None]) -> None:
    or_("semaine-animee.txt", anime.faire("prog", "semaine").sortie.encode())
    or_("semaine-animee.md", anime.faire("prog", "semaine", "--format", "md").sortie.encode())


def test_ce_qui_se_publie_tait_l_attente_et_les_trous(anime: Lieu) -> None:
    for forme in ("md", "html"):
        page = anime.faire("prog", "semaine", "--format", forme).sortie
        assert "complet" in page
        assert "en attente" not in page
        assert "manque" not in page
        assert "Karim" not in page


def test_on_ne_voit_que_ce_qu_on_demande(anime: Lieu) -> None:
    """Un événement sans public est pour tous."""
    for tri, titres in (
        (("--public", "membres"), ["Repas", "Chorale", "Conte", "Bal"]),
        (("--public", "riverains"), ["Repas", "Conte", "Bal"]),
        (("--salle", "cour"), ["Chorale"]),
        (("--langue", "ar"), ["Conte"]),
        (("--etiquette", "enfants", "--salle", "cour"), []),
    ):
        jours = anime.faire("prog", "semaine", *tri, "--json").json["jours"]
        assert [e["titre"] for jour in jours for e in jour["evenements"]] == titres
    assert "n'est pas une langue" in anime.faire("prog", "semaine", "--langue", "nl", code=2).erreurs


def test_un_jour_et_un_mois(anime: Lieu) -> None:
    assert "mercredi 25 novembre 2026    1 activité" in anime.faire("prog", "jour", "demain").sortie
    mois = anime.faire("prog", "mois", "--du", "1/11/2026").sortie
    assert mois.startswith("La Passerelle · novembre 2026    3 activités")
    assert "Rien encore" in anime.faire("prog", "mois", "--du", "1/12").sortie


def test_la_page_et_le_pdf_vont_dans_un_fichier(anime: Lieu, tmp_path: Path) -> None:
    anime.faire("prog", "mois", "--format", "pdf", code=2)
    pdfs = [tmp_path / f"{n}.pdf" for n in range(2)]
    for fichier in pdfs:
        anime.faire("prog", "mois", "--format", "pdf", "--sortie", str(fichier))
    assert pdfs[0].read_bytes() == pdfs[1].read_bytes()
    anime.faire("prog", "mois", "--format", "html", "--sortie", str(tmp_path / "m.html"))
    assert "Conte" in (tmp_path / "m.html").read_text("utf-8")
