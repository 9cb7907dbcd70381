"""Un nom fait pour être vu est vu : sous celui qu'on a choisi, et seulement si l'on est d'accord."""

from __future__ import annotations

import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.liens import CITE

QUAND = ("--quand", "vendredi 20h-22h", "--salle", "cour")


@pytest.fixture
def concert(lieu: Lieu) -> Lieu:
    """« Concert de @aminata », au programme, qu'elle ait ou non un nom public."""
    lieu.faire("accueil", "personne", "creer", "Aminata Sow")
    lieu.faire(
        "prog", "evenement", "creer", "Concert de @aminata", *QUAND, "--description", "Avec @aminata au chant"
    )
    return lieu


def publies(lieu: Lieu) -> dict[str, str]:
    """Tout ce qui est public, forme par forme."""
    dossier = lieu.racine.parent / "sortie"
    formes = {"md": "semaine.md", "html": "semaine.html"}
    lus = {}
    for forme, nom in formes.items():
        lieu.faire("prog", "semaine", "--sortie", str(dossier.with_name(nom)), "--ecraser")
        lus[forme] = dossier.with_name(nom).read_text("utf-8")
    lieu.faire("prog", "publier")
    lieu.faire("espace", "flux")
    for fichier in sorted((lieu.racine / "public").rglob("*.*")):
        lus[fichier.name] = fichier.read_text("utf-8").replace("\r\n ", "")
    return lus


def test_le_titre_garde_est_opaque_et_son_nom_de_fiche_ne_cite_personne(concert: Lieu) -> None:
    (fiche,) = (concert.racine / "prog/evenements").rglob("*.yaml")
    assert "@p-" in fiche.read_text("utf-8") and "Aminata" not in fiche.read_text("utf-8")
    assert "concert-de-" in fiche.name and "-p-" not in fiche.name


def test_avec_son_accord_elle_parait_sous_le_nom_choisi(concert: Lieu) -> None:
    concert.faire("accueil", "personne", "modifier", "@aminata", "--nom-public", "Mina")
    lus = publies(concert)
    for nom in ("md", "html", "programme.ics", "programme.json", "cour.ics"):
        assert "Concert de Mina" in lus[nom], nom
    assert "Avec Mina au chant" in lus["html"]
    for nom, texte in lus.items():
        assert "Aminata" not in texte and "Sow" not in texte and not CITE.search(texte), nom
    assert not concert.faire("prog", "publier").erreurs


def test_sans_accord_on_lit_quelqu_un_et_publier_le_dit(concert: Lieu) -> None:
    lus = publies(concert)
    for nom in ("md", "html", "programme.ics", "programme.json", "cour.ics"):
        assert "Concert de quelqu'un" in lus[nom].replace("&#39;", "'"), nom
        assert "Aminata" not in lus[nom]
    dit = concert.faire("prog", "ical").erreurs
    assert "@Aminata n'a pas dit sous quel nom paraître" in dit and "concert-de-" in dit
    assert "tl accueil personne modifier @Aminata --nom-public" in dit


def test_un_accord_retire_ne_laisse_plus_son_nom(concert: Lieu) -> None:
    concert.faire("accueil", "personne", "modifier", "@aminata", "--nom-public", "Mina")
    concert.faire("accueil", "personne", "modifier", "@aminata", "--retire", "nom-public")
    (personne,) = Registre(concert.racine).toutes.fiches
    assert personne.nom_public == "" and personne.consentements[0].retire is not None
    assert Registre(concert.racine).nom_public(personne.id) is None
    assert "Mina" not in publies(concert)["html"]


def test_l_effacer_c_est_retirer_son_accord(concert: Lieu) -> None:
    concert.faire("accueil", "personne", "modifier", "@aminata", "--nom-public", "Mina")
    concert.faire("accueil", "personne", "modifier", "@aminata", "--nom-public", "")
    (personne,) = Registre(concert.racine).toutes.fiches
    assert personne.nom_public == "" and not personne.accepte("nom-public")


def test_accepter_sans_dire_lequel_est_refuse(concert: Lieu) -> None:
    refus = concert.faire("accueil", "personne", "modifier", "@aminata", "--accepte", "nom-public", code=2)
    assert "--nom-public" in refus.erreurs


def test_l_ecran_montre_toujours_son_nom(concert: Lieu) -> None:
    concert.faire("accueil", "personne", "modifier", "@aminata", "--nom-public", "Mina")
    assert "Concert d'Aminata" in concert.faire("prog", "semaine").sortie
    assert "Mina" in concert.faire("accueil", "personne", "fiche", "@aminata").sortie
