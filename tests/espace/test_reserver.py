"""Réserver, par la vraie commande : ce qui se gêne, ce qu'on propose, ce qu'on en fait ensuite."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from soutien import Lieu, lancer

OBJET = ("--objet", "réunion")


def reserver(lieu: Lieu, salle: str, quand: str, *mots: str) -> str:
    return lieu.id("espace", "reserver", salle, quand, *OBJET, *mots)


def refus(lieu: Lieu, salle: str, quand: str, *mots: str, code: int = 1) -> str:
    avant = lieu.signature()
    dit = lieu.faire("espace", "reserver", salle, quand, *OBJET, *mots, code=code).erreurs
    assert lieu.signature() == avant
    return dit


def test_reserver_dit_ce_qui_est_fait_et_la_fiche_se_lit_sans_outil(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Amina Diallo", "--surnom", "Amina")
    dit = lieu.faire("espace", "reserver", "cour", "jeu 14h-16h", *OBJET, "--pour", "@Amina").sortie
    assert dit.startswith("Cour est réservée jeudi 26 novembre, 14:00–16:00, pour Amina (2026-11-26-reunion-")
    (fiche,) = (lieu.racine / "espace/reservations/2026/11").iterdir()
    lignes = fiche.read_text("utf-8").splitlines()
    assert lignes[:2] == ["salle: cour", "objet: réunion"]
    assert lignes[-2:] == ["debut: 2026-11-26T14:00", "fin: 2026-11-26T16:00"]
    assert "Amina" not in fiche.read_text("utf-8")


def test_un_refus_nomme_la_gene_et_propose_trois_creneaux_avec_leur_commande(lieu: Lieu) -> None:
    prise = reserver(lieu, "cour", "jeu 13h30-15h", "--demontage", "30min")
    dit = refus(lieu, "cour", "jeu 14h-16h")
    assert "Cour est prise jeudi 26 novembre 2026, 13:30–15:30 (réunion, démontage compris" in dit
    assert prise in dit
    lignes = dit.splitlines()[1:]
    assert [ligne.split(" : ")[0] for ligne in lignes] == [
        "  → Cour · jeudi 26 novembre, 15:30–17:30",
        "  → Salle du rez · jeudi 26 novembre, 14:00–16:00",
        "  → Cour · vendredi 27 novembre, 14:00–16:00",
    ]
    lieu.faire(*lignes[0].partition(" : tl ")[2].replace("'", "").split())


def test_un_refus_en_json_sort_1_et_liste_les_conflits(lieu: Lieu) -> None:
    prise = reserver(lieu, "cour", "jeu 14h-16h")
    refus = lieu.faire("espace", "reserver", "cour", "jeu 15h-17h", *OBJET, "--json", code=1).json["refus"]
    assert (refus["code"], refus["conflits"]) == ("pas_possible", [prise])
    assert len(refus["propositions"]) == len(refus["commandes"]) == 3
    assert refus["commandes"][0].startswith("tl espace reserver cour 2026-11-26T16:00/2026-11-26T18:00")
    assert refus["propositions"][0] == {
        "salle": "cour",
        "debut": "2026-11-26T16:00:00+01:00",
        "fin": "2026-11-26T18:00:00+01:00",
    }


@pytest.mark.parametrize(
    ("premiere", "seconde", "libre"),
    [
        (("jeu 14h-16h",), ("jeu 16h-17h",), True),
        (("jeu 14h-16h",), ("jeu 12h-14h",), True),
        (("jeu 14h-16h",), ("jeu 15h59-17h",), False),
        (("jeu 14h-16h", "--demontage", "30min"), ("jeu 16h-17h",), False),
        (("jeu 14h-16h",), ("jeu 16h-17h", "--montage", "15min"), False),
        (("ven 22h-2h",), ("sam 1h-3h",), False),
        (("ven 22h-2h",), ("sam 2h-3h",), True),
        (("1/12 9h-10h", "--montage", "10h"), ("30/11 23h-23h30",), False),
        (("jeu",), ("jeu 20h-21h",), False),
    ],
)
def test_ce_qui_se_touche_ne_se_gene_pas_ce_qui_deborde_oui(
    lieu: Lieu, premiere: tuple[str, ...], seconde: tuple[str, ...], libre: bool
) -> None:
    reserver(lieu, "cour", *premiere)
    code = 0 if libre else 1
    lieu.faire("espace", "reserver", "cour", seconde[0], *OBJET, *seconde[1:], code=code)


def test_une_salle_composee_contre_ses_parties_et_ce_qu_elle_exclut(lieu: Lieu) -> None:
    creer = ("espace", "salle", "creer")
    lieu.faire(*creer, "tout", "--nom", "Tout", "--compose-de", "cour", "--compose-de", "salle-du-rez")
    lieu.faire(*creer, "bruyante", "--nom", "Bruyante", "--exclut", "salle-du-rez")
    reserver(lieu, "cour", "jeu 14h-16h")
    refus(lieu, "tout", "jeu 15h-17h")
    reserver(lieu, "tout", "jeu 16h-17h")
    refus(lieu, "salle-du-rez", "jeu 16h-17h")
    refus(lieu, "bruyante", "jeu 16h30-18h")
    reserver(lieu, "bruyante", "jeu 14h-16h")
    refus(lieu, "salle-du-rez", "jeu 14h-16h")


def test_une_salle_partagee_se_remplit_jusqu_a_sa_capacite(lieu: Lieu) -> None:
    lieu.faire("espace", "salle", "creer", "bureaux", "--nom", "Bureaux", "--capacite", "4", "--partage")
    reserver(lieu, "bureaux", "jeu 9h-12h", "--personnes", "2")
    reserver(lieu, "bureaux", "jeu 10h-18h", "--personnes", "2")
    refus(lieu, "bureaux", "jeu 11h-13h", "--personnes", "1")
    reserver(lieu, "bureaux", "jeu 12h-13h", "--personnes", "2")
    refus(lieu, "bureaux", "jeu 17h-19h")


def test_evenements_et_reservations_se_genent(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "jeu 20h-23h", "--salle", "cour")
    assert "Bal" in refus(lieu, "cour", "jeu 22h-23h")
    reserver(lieu, "cour", "jeu 18h-20h")
    evenement = ("prog", "evenement", "creer", "Chorale", "--quand", "jeu 19h-20h", "--salle", "cour")
    assert "réunion" in lieu.faire(*evenement, code=1).erreurs


@pytest.mark.parametrize(
    ("salle", "quand", "mots", "code", "dit"),
    [
        ("courr", "jeu 14h-16h", (), 2, "Voulait-on : cour"),
        ("cour", "jeu 20h-18h", (), 2, "finit avant de commencer"),
        ("cour", "jeu 14h", ("--jusqua", "2026-11-25 10h"), 2, "avant le début"),
        ("cour", "2026-11-20 9h-10h", (), 2, "--passe"),
        ("cour", "jeu 14h", (), 2, "il manque l'heure de fin"),
        ("cour", "jeu 14h-16h", ("--forcer",), 2, "--motif"),
        ("cour", "jeu 14h-16h", ("--attente",), 2, "il n'y a rien à attendre"),
        ("cour", "jeu 14h-16h", ("--option", "hier"), 2, "passé"),
        ("cour", "jeu 14h-16h", ("--pour", "@personne"), 2, "personne"),
        ("cour", "2026-03-29 2h30-4h", ("--passe",), 2, "n'existe pas"),
        ("cour", "du 1/12 au 15/1", (), 2, "28 jours"),
        ("petite", "jeu 14h-16h", ("--personnes", "7"), 1, "accueille 6 personnes au plus, pas 7"),
        ("petite", "jeu 14h-16h", ("--disposition", "théâtre"), 1, "pas de disposition"),
    ],
)
def test_une_mauvaise_demande_est_refusee_en_une_phrase(
    lieu: Lieu, salle: str, quand: str, mots: tuple[str, ...], code: int, dit: str
) -> None:
    lieu.faire("espace", "salle", "creer", "petite", "--nom", "Petite", "--capacite", "6")
    assert dit in refus(lieu, salle, quand, *mots, code=code)


def test_l_heure_double_d_octobre_est_un_seul_creneau_du_mur(lieu: Lieu) -> None:
    reserver(lieu, "cour", "2027-10-31 2h30-3h30")
    refus(lieu, "cour", "2027-10-31 3h-4h")
    reserver(lieu, "cour", "2027-10-31 3h30-4h")
    assert "2:30 n'existe pas" in refus(lieu, "cour", "2027-03-28 2h30-3h30", code=2)


@pytest.mark.parametrize(
    ("quand", "jusqua", "dit"),
    [
        ("demain 14h", "demain 16h", "mercredi 25 novembre, 14:00–16:00"),
        ("demain 14h", "16h", "mercredi 25 novembre, 14:00–16:00"),
        ("sam 22h", "2h", "samedi 28 novembre, 22:00–02:00"),
        ("sam 22h", "dim 2h", "samedi 28 novembre, 22:00–02:00"),
        ("20/12", "22/12", "du dimanche 20 au mardi 22 décembre"),
        ("20/12 9h", "22/12", "du dimanche 20 à 09:00 au mardi 22 décembre"),
        ("30/12 9h", "2/1 12h", "du mercredi 30 décembre 2026 à 09:00 au samedi 2 janvier 2027 à 12:00"),
    ],
)
def test_jusqua_se_dit_comme_on_parle(lieu: Lieu, quand: str, jusqua: str, dit: str) -> None:
    assert dit in lieu.faire("espace", "reserver", "cour", quand, "--jusqua", jusqua, *OBJET).sortie


def test_le_nom_du_fichier_ne_garde_personne(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Amina Diallo", "--surnom", "Amina")
    ident = lieu.id("espace", "reserver", "cour", "jeu 9h-10h", "--objet", "Fête de @Amina")
    assert ident.startswith("2026-11-26-fete-de-")
    assert "-p-" not in ident
    assert (
        lieu.id("espace", "fermer", "--du", "demain", "--au", "demain", "--motif", "x")[:10] == "2026-11-25"
    )
    (fermeture,) = lieu.faire("espace", "fermer", "--liste", "--json").json
    assert fermeture["fin"] == "2026-11-25"


def test_forcer_se_dit_se_garde_et_n_est_plus_une_double_promesse(lieu: Lieu) -> None:
    prise = reserver(lieu, "cour", "jeu 14h-16h")
    forcee = reserver(lieu, "cour", "jeu 15h-17h", "--forcer", "--motif", "urgence")
    fiche = (lieu.racine / f"espace/reservations/2026/11/{forcee}.yaml").read_text("utf-8")
    assert f"forcage:\n  motif: urgence\n  contre:\n    - {prise}\n" in fiche
    assert "(forcé : urgence)" in lieu.faire("historique").sortie
    assert "concierge" in lieu.git("log", "-1", "--format=%an")
    lieu.faire("verifier")


def test_deux_postes_promettent_la_meme_salle_et_verifier_le_dit(lieu: Lieu) -> None:
    reserver(lieu, "cour", "jeu 14h-16h")
    autre = "espace/reservations/2026/11/2026-11-26-bal-7k2m.yaml"
    lieu.poser(autre, "salle: cour\nobjet: bal\ndebut: 2026-11-26T15:00\nfin: 2026-11-26T17:00\n")
    dit = lieu.faire("verifier", code=1).sortie
    assert "Cour est promise deux fois" in dit
    assert "tl espace deplacer 2026-11-26-bal-7k2m" in dit


def test_une_option_tient_la_place_puis_tombe_toute_seule(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = reserver(lieu, "cour", "lun 14h-16h", "--option", "vendredi 18h")
    assert "option" in refus(lieu, "cour", "lun 15h-17h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-27T18:00+01:00")
    reserver(lieu, "cour", "lun 15h-17h")
    assert "option expirée" in lieu.faire("espace", "fiche", option).sortie
    assert "Cour est prise" in lieu.faire("espace", "valider", option, code=1).erreurs
    lieu.faire("verifier")


def test_la_file_d_attente_est_montree_quand_la_place_se_libere(lieu: Lieu) -> None:
    prise = reserver(lieu, "cour", "jeu 14h-16h")
    attente = reserver(lieu, "cour", "jeu 15h-17h", "--attente")
    derniere = reserver(lieu, "cour", "jeu 16h-17h")
    assert attente not in lieu.faire("espace", "annuler", prise, "--oui").sortie
    assert f"tl espace valider {attente}" in lieu.faire("espace", "annuler", derniere, "--oui").sortie
    assert "est confirmée" in lieu.faire("espace", "valider", attente).sortie
    refus(lieu, "cour", "jeu 15h-16h")


def test_moderation_valider_refuser(lieu: Lieu) -> None:
    lieu.faire("espace", "regle", "creer", "cour", "--salle", "cour", "--moderation")
    demande = reserver(lieu, "cour", "jeu 14h-16h")
    assert "à valider" in refus(lieu, "cour", "jeu 15h-16h")
    assert demande in lieu.faire("espace", "demandes").sortie
    assert "dire pourquoi" in lieu.faire("espace", "refuser", demande, code=2).erreurs
    lieu.faire("espace", "refuser", demande, "--motif", "travaux")
    assert "refusée (travaux)" in lieu.faire("espace", "fiche", demande).sortie
    reserver(lieu, "cour", "jeu 15h-16h")
    assert "n'attend pas" in lieu.faire("espace", "valider", demande, code=2).erreurs


def test_deplacer_garde_la_duree_et_le_nom_puis_change_de_nom_s_il_change_de_mois(lieu: Lieu) -> None:
    ident = reserver(lieu, "cour", "jeu 14h-16h", "--montage", "1h")
    assert (
        "Cour, vendredi 27 novembre, 10:00–12:00" in lieu.faire("espace", "deplacer", ident, "ven 10h").sortie
    )
    reserver(lieu, "cour", "jeu 14h-16h")
    reserver(lieu, "cour", "mer 9h-10h")
    assert "Cour est prise" in lieu.faire("espace", "deplacer", ident, "mer 10h30-11h", code=1).erreurs
    nouveau = lieu.id("espace", "deplacer", ident, "2027-02-04 10h-12h", "--salle", "salle-du-rez")
    assert nouveau.startswith("2027-02-04-")
    assert f"Partie à : {nouveau}" in lieu.faire("espace", "fiche", ident).sortie
    assert "déplacée" in lieu.faire("espace", "annuler", ident, "--oui", code=2).erreurs
    assert "Rien ne change" in lieu.faire("espace", "deplacer", nouveau, code=2).erreurs


def test_une_absence_est_un_fait(lieu: Lieu) -> None:
    ident = reserver(lieu, "cour", "mar 8h-8h30", "--passe")
    futur = reserver(lieu, "cour", "jeu 14h-16h")
    assert "pas encore commencé" in lieu.faire("espace", "absent", futur, code=2).erreurs
    lieu.faire("espace", "absent", ident)
    assert "Absence : on ne les a pas vus" in lieu.faire("espace", "fiche", ident).sortie


def test_les_regles_refusent_disent_pourquoi_et_se_lisent_comme_une_charte(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Amina Diallo", "--surnom", "Amina", "--public", "membres")
    lieu.faire("espace", "horaires", "lun-ven 9h-18h")
    lieu.faire(
        "espace", "regle", "creer", "cour", "--salle", "cour", "--public", "benevoles", "--delai-min",
        "2 jours", "--duree-max", "3h", "--par-semaine", "1", "--horaires", "--habilitation", "four",
    )  # fmt: skip
    dit = refus(lieu, "cour", "mer 16h-20h", "--pour", "@Amina")
    for raison in ("réservée à : bénévoles", "au moins 2 jours", "dure 3h au plus"):
        assert raison in dit
    lieu.faire("espace", "regle", "modifier", "cour", "--public", "membres")
    assert "l'habilitation « four »" in refus(lieu, "cour", "ven 10h-12h", "--pour", "@Amina")
    assert "dire pour qui" in refus(lieu, "cour", "ven 10h-12h")
    lieu.faire("accueil", "habilitation", "creer", "@Amina", "four")
    assert "n'est pas ouvert" in refus(lieu, "cour", "ven 17h-19h", "--pour", "@Amina")
    reserver(lieu, "cour", "ven 10h-12h", "--pour", "@Amina")
    assert "1 réservation par personne et par semaine" in refus(
        lieu, "cour", "ven 14h-15h", "--pour", "@Amina"
    )
    reserver(lieu, "cour", "mar 1/12 14h-15h", "--pour", "@Amina")
    charte = lieu.faire("espace", "regle", "liste").sortie
    assert "Cour : on réserve au moins 2 jours d'avance." in charte
    lieu.faire("espace", "regle", "retirer", "cour")
    reserver(lieu, "cour", "mer 16h-20h")


def test_un_delai_se_dit_en_mois_et_une_duree_en_jours(lieu: Lieu) -> None:
    """Le 24 novembre, trois mois d'avance vont jusqu'au 24 février : quatre-vingt-douze jours."""
    lieu.faire("espace", "regle", "creer", "loin", "--delai-max", "3 mois")
    assert "au plus 3 mois d'avance" in lieu.faire("espace", "regle", "liste").sortie
    reserver(lieu, "cour", "24/2/2027 8h-8h30")
    assert "plus de 3 mois d'avance" in refus(lieu, "cour", "24/2/2027 9h-10h")
    modifier = ("espace", "regle", "modifier", "loin", "--duree-max", "1 mois")
    assert "Dire combien de jours : 30 jours." in lieu.faire(*modifier, code=2).erreurs
    assert lieu.faire("verifier").code == 0


def test_verifier_voit_les_liens_casses_et_propose_le_nom_proche(lieu: Lieu) -> None:
    lieu.poser(
        "espace/reservations/2026/11/2026-11-26-bal-7k2m.yaml",
        "salle: courr\nobjet: bal\npour: p-zzzzzz\ndebut: 2026-11-26T15:00\nfin: 2026-11-26T17:00\n",
    )
    lieu.poser(
        "espace/reservations/2026/11/2026-11-26-loin-7k2m.yaml",
        "salle: cour\nobjet: bal\ndebut: 2027-05-26T15:00\nfin: 2027-05-26T17:00\n",
    )
    lieu.poser("espace/regles/charte.yaml", "salles:\n  - courr\nmoderation: true\n")
    dit = lieu.faire("verifier", code=1).sortie
    for constat in ("« courr » n'est pas une salle. Voulait-on cour ?", "p-zzzzzz", "aucune lecture ne"):
        assert constat in dit
    assert dit.count("n'est pas une salle") == 2


def test_deux_postes_hors_ligne_promettent_la_meme_salle(lieu: Lieu, tmp_path: Path) -> None:
    depot, autre = tmp_path / "moyeu", Lieu(tmp_path / "poste-2")
    lancer("moyeu", "init", str(depot))
    lieu.faire("moyeu", "relier", str(depot))
    lieu.faire("synchroniser")
    assert lancer("moyeu", "rejoindre", str(depot), str(autre.racine)).code == 0
    ici, la = reserver(lieu, "cour", "jeu 14h-16h"), reserver(autre, "cour", "jeu 15h-17h")
    lieu.faire("synchroniser")
    dit = autre.faire("synchroniser").sortie
    assert "Cour est promise deux fois" in dit
    assert ici in dit
    assert la in dit
    assert "tl espace deplacer" in dit
    autre.faire("espace", "deplacer", la, "jeu 16h-18h")
    autre.faire("verifier")


def test_au_terminal_le_choix_d_une_proposition_reserve(lieu: Lieu) -> None:
    reserver(lieu, "cour", "jeu 14h-16h")
    dit = au_terminal(lieu, "2\n", "espace", "reserver", "cour", "jeu 15h-17h", *OBJET)
    assert "Lequel ? [1/2/3/aucun]" in dit
    assert "Salle du rez est réservée jeudi 26 novembre, 15:00–17:00" in dit
    avant = lieu.signature()
    assert "Rien n'est changé." in au_terminal(
        lieu, "aucun\n", "espace", "reserver", "cour", "jeu 15h-17h", *OBJET
    )
    assert lieu.signature() == avant


def au_terminal(lieu: Lieu, reponse: str, *mots: str) -> str:
    """Lancer une commande devant un vrai terminal, et lui répondre."""
    maitre, esclave = pty.openpty()
    os.write(maitre, reponse.encode())
    with subprocess.Popen(
        [sys.executable, "-m", "tiers_lieu_cli", "--lieu", str(lieu.racine), *mots],
        stdin=esclave,
        stdout=esclave,
        stderr=esclave,
    ) as fini:
        fini.wait(timeout=60)
    os.close(esclave)
    dit = b""
    with contextlib.suppress(OSError):
        while morceau := os.read(maitre, 65536):
            dit += morceau
    os.close(maitre)
    return dit.decode().replace("\r\n", "\n")


def test_la_file_suit_l_ordre_d_arrivee_et_non_le_nom(lieu: Lieu) -> None:
    prise = reserver(lieu, "cour", "jeu 14h-16h")
    file = [
        lieu.id("espace", "reserver", "cour", "jeu 14h-16h", "--objet", objet, "--attente")
        for objet in ("zumba", "aquarelle", "mosaïque")
    ]
    dit = lieu.faire("espace", "reserver", "cour", "jeu 14h-16h", "--objet", "bal", "--attente").sortie
    assert "3 avant elle dans la file" in dit
    en_file = [r["id"] for r in lieu.faire("espace", "demandes", "--json").json["en_file"]]
    assert en_file[:3] == file
    suite = lieu.faire("espace", "annuler", prise).sortie
    rangs = [suite.index(f"tl espace valider {ident}") for ident in file]
    assert rangs == sorted(rangs)


def test_une_demande_se_voit_quelle_que_soit_sa_date(lieu: Lieu) -> None:
    lieu.faire("espace", "regle", "creer", "cour", "--salle", "cour", "--moderation")
    loin = reserver(lieu, "cour", "2027-11-20 14h-16h")
    assert loin in lieu.faire("espace", "demandes").sortie
    assert loin in lieu.faire("aujourdhui").sortie


def test_changer_une_salle_dit_les_promesses_qui_se_generaient(lieu: Lieu) -> None:
    cour = reserver(lieu, "cour", "jeu 14h-16h")
    rez = reserver(lieu, "salle-du-rez", "jeu 15h-17h")
    modifier = ("espace", "salle", "modifier", "cour", "--exclut", "salle-du-rez")
    avant = lieu.signature()
    dit = lieu.faire(*modifier, code=2).erreurs
    assert "À trancher : Cour et Salle du rez, jeudi 26 novembre" in dit
    assert f"tl espace deplacer {rez}" in dit
    assert lieu.signature() == avant
    assert "À trancher" in lieu.faire(*modifier, "--oui").sortie
    lieu.faire("espace", "deplacer", rez, "ven 15h-17h")
    # Ce qui se gênait déjà n'est pas reproché une seconde fois.
    lieu.faire("espace", "salle", "modifier", "cour", "--capacite", "30")
    assert cour


def test_une_validation_refusee_dit_ses_conflits_en_json(lieu: Lieu) -> None:
    option = reserver(lieu, "cour", "jeu 14h-16h", "--option", "demain 10h")
    prise = reserver(lieu, "cour", "jeu 15h-17h", "--forcer", "--motif", "convenu")
    refus = lieu.faire("espace", "valider", option, "--json", code=1).json["refus"]
    assert (refus["code"], refus["conflits"]) == ("pas_possible", [prise])


def test_hors_des_heures_d_ouverture_on_le_dit_et_rien_n_y_est_propose(lieu: Lieu) -> None:
    reserver = ("espace", "reserver", "cour")
    lieu.faire("espace", "horaires", "lun-ven 9h-18h")
    assert "hors des heures" not in lieu.faire(*reserver, "jeu 9h-11h", "--objet", "A").sortie
    dit = lieu.faire(*reserver, "jeu 17h-19h", "--objet", "Tardive").sortie
    assert "hors des heures d'ouverture (jeudi 26 novembre 2026, ouvert " in dit
    assert "fermé" in lieu.faire("espace", "deplacer", "tardive", "samedi 10h-12h").sortie
    refus = lieu.faire(*reserver, "jeu 9h-11h", "--objet", "C", "--json", code=1).json["refus"]
    assert refus["propositions"]
    for p in refus["propositions"]:
        assert "09:00" <= p["debut"][11:16] <= p["fin"][11:16] <= "18:00"
        assert date.fromisoformat(p["debut"][:10]).weekday() < 5
