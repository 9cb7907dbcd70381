"""Les clés : qui a quoi, ce qu'une perte entraîne, et jamais un secret dans l'archive."""

from __future__ import annotations

from datetime import date

import pytest
from soutien import Lieu

from tiers_lieu_cli.espace.cle import fiches
from tiers_lieu_cli.noyau.depot.arbre import ArbreDisque

CLE = ("espace", "cle")


@pytest.fixture
def trousseau(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.faire("accueil", "personne", "creer", "Léa D'Hondt")
    lieu.faire(*CLE, "creer", "cour", "--ouvre", "cour", "--aussi", "portail", "--exemplaires", "2")
    lieu.faire(*CLE, "creer", "alarme", "--sorte", "code", "--nom", "Code de l'alarme")
    return lieu


def dehors(lieu: Lieu) -> list[tuple[str, str]]:
    return [(p["cle"], p["rendre_le"]) for p in lieu.faire(*CLE, "liste", "--dehors", "--json").json]


def test_une_cle_part_et_revient(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim", "--rendre-le", "vendredi")
    assert dehors(trousseau) == [("cour", "2026-11-27")]
    assert "Karim" in trousseau.faire(*CLE, "liste").sortie
    assert "Karim a rendu" in trousseau.faire(*CLE, "rendre", "cour").sortie
    assert dehors(trousseau) == []
    fiche = trousseau.faire(*CLE, "fiche", "cour", "--json").json
    assert [p["fin"] for p in fiche["anciens"]] == ["rendue"]
    assert trousseau.faire("verifier").code == 0


def test_rendre_et_reprendre_le_meme_jour(trousseau: Lieu) -> None:
    for _ in range(2):
        trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim")
        trousseau.faire(*CLE, "rendre", "cour")
    assert len(trousseau.faire(*CLE, "fiche", "cour", "--json").json["anciens"]) == 2


def test_on_ne_prete_pas_plus_d_exemplaires_qu_il_n_y_en_a(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim")
    trousseau.faire(*CLE, "remettre", "cour", "--societe", "Nettoyage Meuse")
    refus = trousseau.faire(*CLE, "remettre", "cour", "--a", "@léa", code=1).erreurs
    assert all(dit in refus for dit in ("Les 2 exemplaires", "Karim", "Nettoyage Meuse"))
    assert "Dire laquelle" in trousseau.faire(*CLE, "rendre", "cour", code=2).erreurs
    trousseau.faire(*CLE, "rendre", "cour", "--societe", "Nettoyage Meuse")
    assert "personne" not in trousseau.faire(*CLE, "rendre", "cour").erreurs


def test_une_cle_perdue_dit_ce_qu_elle_ouvre_et_ce_qu_il_faut_faire(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim")
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@léa")
    dit = trousseau.faire(*CLE, "perdue", "cour", "--qui", "@karim").sortie
    assert "changer la serrure : Cour" in dit
    assert "changer la serrure : portail" in dit
    assert "Ont aussi un exemplaire : Léa" in dit
    taches = trousseau.faire("espace", "entretien", "liste", "--json").json
    assert [t["fiche"]["salle"] for t in taches].count("cour") == 1
    assert len(taches) == 3
    assert trousseau.faire(*CLE, "fiche", "cour", "--json").json["fiche"]["exemplaires"] == 1
    assert trousseau.faire("verifier").code == 0


def test_un_code_change_et_personne_ne_l_a_plus(trousseau: Lieu) -> None:
    for qui in ("@karim", "@léa"):
        trousseau.faire(*CLE, "remettre", "alarme", "--a", qui)
    assert "--change" in trousseau.faire(*CLE, "rendre", "alarme", "--qui", "@karim", code=2).erreurs
    assert "2 détenteurs" in trousseau.faire(*CLE, "rendre", "alarme", "--change").sortie
    assert dehors(trousseau) == []
    fiche = trousseau.faire(*CLE, "fiche", "alarme", "--json").json
    assert fiche["fiche"]["changee_le"] == "2026-11-24"
    assert {p["fin"] for p in fiche["anciens"]} == {"perimee"}


@pytest.mark.parametrize("secret", ["4521", "45 21", "4-5-2-1", "A1 234B"])
def test_les_chiffres_d_un_code_sont_refuses_partout(trousseau: Lieu, secret: str) -> None:
    avant = trousseau.signature()
    for mots in (
        ("creer", "porte", "--sorte", "code", "--nom", f"Code {secret}"),
        ("creer", "porte", "--sorte", "code", "--aussi", secret),
        ("remettre", "alarme", "--a", "@karim", "--pour", f"c'est {secret}"),
        ("rendre", "alarme", "--change", "--note", f"maintenant {secret}"),
    ):
        assert "Les chiffres d'un code" in trousseau.faire(*CLE, *mots, code=2).erreurs
    assert trousseau.signature() == avant


def test_un_code_ecrit_a_la_main_est_une_faute(trousseau: Lieu) -> None:
    trousseau.poser("espace/cles/porte.yaml", "nom: Porte 4521\nsorte: code\n")
    assert "chiffres d'un code" in trousseau.faire("verifier", code=1).sortie


def test_une_cle_inconnue_donne_la_plus_proche_ou_dit_comment_l_ajouter(trousseau: Lieu) -> None:
    assert "Voulait-on : cour" in trousseau.faire(*CLE, "remettre", "courr", "--a", "@karim", code=2).erreurs
    assert "tl espace cle creer zzz" in trousseau.faire(*CLE, "fiche", "zzz", code=2).erreurs


def test_qui_a_quoi_se_sait_sans_lire_l_histoire(trousseau: Lieu) -> None:
    trousseau.poser("espace/cles-pretees/2020/01/2020-01-01-cour-abcd.yaml", "cle: [")
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim")
    assert trousseau.faire(*CLE, "liste", "--dehors").erreurs == ""


def test_ce_qui_devait_revenir_est_a_reclamer(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "remettre", "cour", "--a", "@karim", "--rendre-le", "demain", "--le", "hier")
    arbre = ArbreDisque(trousseau.racine)
    assert list(fiches.a_faire(arbre, date(2026, 11, 24))) == []
    (due,) = fiches.a_faire(arbre, date(2026, 11, 28))
    assert due.phrase.startswith("faire rendre la clé cour (p-")
    assert due.phrase.endswith(", depuis lundi 23 novembre, en retard de 3 jours)")
    trousseau.faire(*due.commande.split()[1:])
    assert dehors(trousseau) == []


def test_deux_prets_du_meme_exemplaire_reunis_de_deux_postes_se_voient(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "creer", "unique")
    trousseau.faire(*CLE, "remettre", "unique", "--societe", "A")
    trousseau.poser(
        "espace/cles-pretees-en-cours/2026-11-24-unique-zzzz.yaml",
        "cle: unique\ndepuis: 2026-11-24T09:00\nsociete: B\n",
    )
    assert "2 exemplaires de « unique » sont dehors" in trousseau.faire("verifier", code=1).sortie


def test_changer_clot_ce_que_la_perte_avait_mis_a_faire(trousseau: Lieu) -> None:
    trousseau.faire(*CLE, "perdue", "cour")
    a_faire = ("espace", "entretien", "liste", "--json")
    titres = [tache["fiche"]["titre"] for tache in trousseau.faire(*a_faire).json]
    assert any(titre.startswith("changer la serrure") for titre in titres)
    assert "Fait : changer la serrure" in trousseau.faire(*CLE, "rendre", "cour", "--change").sortie
    restent = [tache["fiche"]["titre"] for tache in trousseau.faire(*a_faire).json]
    assert [t for t in titres if t not in restent] == [t for t in titres if t.startswith("changer")]
    assert trousseau.faire("verifier").code == 0
