"""Qui vient, par les vraies commandes : la file d'attente, la feuille, les présences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu, lancer

NOMS = ("Léa Petit", "Karim Haddad", "Amina Sow", "Tom | Dubois")


@pytest.fixture
def velo(lieu: Lieu) -> str:
    for nom in NOMS:
        lieu.faire("accueil", "personne", "creer", nom)
    creer = ("prog", "evenement", "creer", "Atelier vélo", "--quand", "2026-11-24 8h30-10h")
    return lieu.id(*creer, "--capacite", "2", "--salle", "cour", "--passe")


def test_la_file_avance_quand_quelqu_un_part(lieu: Lieu, velo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1 sur 2" in lieu.faire("prog", "inscrire", velo, "--personne", "@Léa").sortie
    lieu.faire("prog", "inscrire", velo, "--personne", "@Karim")
    assert "1er sur la liste" in lieu.faire("prog", "inscrire", velo, "--personne", "@Amina").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-24T09:30+01:00")
    assert "2e sur la liste" in lieu.faire("prog", "inscrire", velo, "--groupe", "3").sortie
    assert "déjà" in lieu.faire("prog", "inscrire", velo, "--personne", "@Léa", code=2).erreurs
    assert "déjà" in lieu.faire("prog", "inscrire", velo, "--personne", "@Amina", code=2).erreurs
    assert "complet, 4 en attente" in lieu.faire("prog", "inscrits", velo).sortie
    sortie = lieu.faire("prog", "desinscrire", velo, "--personne", "@Léa").sortie
    assert "Amina quitte la liste d'attente" in sortie
    assert "2e sur la liste" in lieu.faire("prog", "inscrire", velo, "--personne", "@Léa").sortie
    assert "Groupe de 3 quitte" in lieu.faire("prog", "evenement", "modifier", velo, "--capacite", "6").sortie
    trop = lieu.faire("prog", "evenement", "modifier", velo, "--capacite", "3").sortie
    assert "6 inscrits pour 3 places ; les derniers : Groupe de 3" in trop and "Léa" in trop
    lieu.faire("prog", "evenement", "modifier", velo, "--capacite", "6")
    assert lieu.faire("verifier").code == 0


def test_un_report_emmene_les_inscrits(lieu: Lieu, velo: str) -> None:
    for qui in ("@Léa", "@Karim", "@Amina"):
        lieu.faire("prog", "inscrire", velo, "--personne", qui)
    reponse = lieu.faire("prog", "evenement", "reporter", velo, "--quand", "8 décembre 18h")
    assert "Y étaient attendus : 2 inscrits" in reponse.sortie
    refus = lieu.faire("prog", "inscrire", velo, "--personne", "@Tom", code=2).erreurs
    neuf = refus.rpartition(" ")[2].strip()
    suivie = lieu.faire("prog", "inscrits", neuf, "--json").json
    assert (suivie["prises"], suivie["attendent"]) == (2, 1)
    assert len(lieu.faire("prog", "inscrits", velo, "--json").json["inscriptions"]) == 3
    lieu.faire("verifier")


def test_deux_postes_ont_inscrit_trop_de_monde_et_verifier_le_dit(lieu: Lieu, velo: str) -> None:
    for qui in ("@Léa", "@Karim", "@Amina"):
        lieu.faire("prog", "inscrire", velo, "--personne", qui)
    for fiche in (lieu.racine / "prog/inscriptions/2026/11").iterdir():
        if "en attente" in (texte := fiche.read_text("utf-8")):
            lieu.poser(str(fiche.relative_to(lieu.racine)), texte.replace("etat: en attente\n", ""))
    constats = lieu.faire("verifier", "--json", code=1).json["constats"]
    assert [k["regle"] for k in constats] == ["surnombre"]
    assert "3 inscrits pour 2 places" in constats[0]["fait"]
    assert "1 inscrit de trop" in lieu.faire("prog", "inscrits", velo).sortie


def test_presents_absents_et_imprevus(lieu: Lieu, velo: str) -> None:
    lieu.faire("prog", "inscrire", velo, "--personne", "@Léa")
    lieu.faire("prog", "inscrire", velo, "--personne", "@Karim")
    sortie = lieu.faire("prog", "emarger", velo, "--presents", "@Léa", "@Tom", "--sur-place", "3").sortie
    assert "5 participants, 1 absent" in sortie
    liste = lieu.faire("prog", "inscrits", velo, "--json").json["inscriptions"]
    assert sorted(i["fiche"]["presents"] for i in liste) == [0, 1, 1, 3]
    lieu.faire("prog", "emarger", velo, "--tout", code=2)
    assert "absent·e" in lieu.faire("prog", "inscrits", velo).sortie
    assert "--presents" in lieu.faire("prog", "emarger", velo, code=2).erreurs
    tenu = lieu.faire("prog", "evenement", "tenir", velo).sortie
    assert "5 participants" in tenu


def test_on_n_emarge_pas_ce_qui_n_a_pas_commence(lieu: Lieu, velo: str) -> None:
    demain = lieu.id("prog", "evenement", "creer", "Demain", "--quand", "demain 9h-10h")
    assert "pas encore commencé" in lieu.faire("prog", "emarger", demain, "@Léa", code=2).erreurs
    lieu.faire("prog", "inscrire", demain, code=2)
    lieu.faire("prog", "desinscrire", demain, "--personne", "@Léa", code=2)


def test_la_feuille_a_ses_noms_et_ne_va_pas_dans_le_lieu(
    lieu: Lieu, velo: str, tmp_path: Path, or_: Callable[[str, bytes], None]
) -> None:
    lieu.faire("prog", "inscrire", velo, "--personne", "@Tom", "--accompagne", "1", "--note", "fauteuil")
    lieu.faire("prog", "inscrire", velo, "--personne", "@Léa")
    for forme in ("md", "html"):
        page = lieu.faire("prog", "emarger", velo, "--feuille", forme).sortie
        or_(f"emargement.{forme}", page.encode())
    refus = lieu.faire(
        "prog", "emarger", velo, "--feuille", "md", "--sortie", str(lieu.racine / "f.md"), code=2
    )
    assert "noms" in refus.erreurs
    lieu.faire("prog", "emarger", velo, "--feuille", "pdf", code=2)
    pdfs = [tmp_path / f"{n}.pdf" for n in range(2)]
    for fichier in pdfs:
        lieu.faire("prog", "emarger", velo, "--feuille", "pdf", "--sortie", str(fichier))
    assert pdfs[0].read_bytes() == pdfs[1].read_bytes()
    assert pdfs[0].read_bytes().startswith(b"%PDF")


def test_un_groupe_et_un_enfant(lieu: Lieu, velo: str) -> None:
    ident = lieu.id(
        "prog", "inscrire", velo, "--groupe", "2", "--public", "partenaires", "--note", "école du Nord"
    )
    code = ident.rpartition("-")[2]
    lieu.faire("prog", "inscrire", velo, "--personne", "@Amina", "--responsable", "@Karim")
    assert "enfant, voir Karim" in lieu.faire("prog", "inscrits", velo).sortie
    assert "école du Nord" in lieu.faire("prog", "inscrits", velo).sortie
    lieu.faire("prog", "emarger", velo, f"{code}=1")
    assert "1 présents sur 2" in lieu.faire("prog", "inscrits", velo).sortie
    lieu.faire("prog", "desinscrire", velo, "--groupe", code)


def test_un_enfant_a_sur_la_feuille_l_adulte_du_registre(lieu: Lieu, velo: str) -> None:
    creer = ("accueil", "personne", "creer")
    lieu.faire(*creer, "Aïcha Sow", "--telephone", "0470 11 22 33")
    lieu.faire(*creer, "Zoé Sow", "--mineur", "--tuteur", "@Aïcha")
    inscription = lieu.id("prog", "inscrire", velo, "--personne", "@Zoé")
    feuille = lieu.faire("prog", "emarger", velo, "--feuille", "md").sortie
    assert "Zoé Sow |  | enfant, appeler Aïcha Sow 0470 11 22 33" in feuille
    fiche = lieu.racine / f"prog/inscriptions/2026/11/{inscription}.yaml"
    assert "responsable" not in fiche.read_text("utf-8")


@pytest.mark.long
def test_deux_postes_hors_ligne_inscrivent_chacun_le_dernier(lieu: Lieu, velo: str, tmp_path: Path) -> None:
    moyeu = tmp_path / "moyeu"
    assert lancer("moyeu", "init", str(moyeu)).code == 0
    lieu.faire("prog", "inscrire", velo, "--groupe", "1")
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "la")).code == 0
    la = Lieu(tmp_path / "la")
    lieu.faire("prog", "inscrire", velo, "--personne", "@Léa")
    la.faire("prog", "inscrire", velo, "--personne", "@Karim")
    lieu.faire("synchroniser")
    dit = la.faire("synchroniser", code=None)
    assert "3 inscrits pour 2 places" in dit.sortie + dit.erreurs
    lieu.faire("synchroniser", code=None)
    listes = [p.faire("prog", "inscrits", velo, "--json").json["inscriptions"] for p in (lieu, la)]
    assert listes[0] == listes[1]
    assert len(listes[0]) == 3


def test_qui_a_ete_reuni_a_un_autre_nom_reste_inscrit_une_fois(lieu: Lieu, velo: str) -> None:
    double = lieu.id("accueil", "personne", "creer", "Lea Petitt", "--surnom", "leadouble")
    lieu.faire("prog", "inscrire", velo, "--personne", "@leadouble")
    lieu.faire("accueil", "personne", "fusionner", "@Léa-P", "@leadouble", "--oui")
    assert "déjà" in lieu.faire("prog", "inscrire", velo, "--personne", "@Léa", code=2).erreurs
    lieu.faire("prog", "emarger", velo, "@Léa")
    assert len(lieu.faire("prog", "inscrits", velo, "--json").json["inscriptions"]) == 1
    lieu.faire("prog", "desinscrire", velo, "--personne", "@Léa")
    assert double.startswith("p-")
