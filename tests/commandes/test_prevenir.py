"""Qui prévenir, avec son numéro, à l'écran seulement ; un message prêt pour chacun ; le long se résume."""

from __future__ import annotations

import email
import re
import shlex
from datetime import date, timedelta
from email.policy import default
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau.fait import resumer

GENS = {
    "Amina Benali": ("amina@exemple.be", "0470 11 22 33"),
    "Karim Haddad": ("karim@exemple.be", ""),
    "Léa D'Hondt": ("", "0480 44 55 66"),
}


@pytest.fixture
def peuple(lieu: Lieu) -> Lieu:
    for nom, (adresse, numero) in GENS.items():
        lieu.faire("accueil", "personne", "creer", nom, "--courriel", adresse, "--telephone", numero)
    return lieu


def reserver(lieu: Lieu, quand: str, pour: str) -> str:
    return lieu.id("espace", "reserver", "cour", quand, "--objet", "goûter", "--pour", pour)


def test_fermer_dit_qui_prevenir_et_ecrit_leurs_messages(peuple: Lieu, tmp_path: Path) -> None:
    for quand, qui in (("21/12 14h-16h", "@amina"), ("22/12 14h-16h", "@léa"), ("23/12 14h-16h", "@amina")):
        reserver(peuple, quand, qui)
    dossier = tmp_path / "messages"
    fermer = ("espace", "fermer", "cour", "--du", "21/12", "--au", "25/12", "--motif", "travaux")
    assert "0470" not in peuple.faire(*fermer, "--essai").sortie
    dit = peuple.faire(*fermer, "--brouillon", str(dossier)).sortie
    assert "À prévenir    2 personnes" in dit
    assert "Amina Benali" in dit and "0470 11 22 33" in dit and "amina@exemple.be" in dit
    assert "1 message à relire dans" in dit and "1 personne sans adresse, à appeler" in dit
    (fichier,) = dossier.iterdir()
    assert fichier.stat().st_mode & 0o077 == 0
    message = email.message_from_bytes(fichier.read_bytes(), policy=default)
    assert message["To"] == "amina@exemple.be" and message["X-Unsent"] == "1"
    corps = message.get_content()
    assert corps.count("« goûter »") == 2 and "lundi 21 décembre" in corps and "travaux" in corps
    assert "Léa" not in corps
    for numero in ("0470", "amina@"):
        assert numero not in git(peuple.racine, "log", "-p", "--all")


@pytest.mark.parametrize("geste", ["annuler", "deplacer"])
def test_annuler_et_deplacer_disent_qui_prevenir_mais_pas_en_json(peuple: Lieu, geste: str) -> None:
    ident = reserver(peuple, "21/12 14h-16h", "@karim")
    mots = ("espace", geste, ident, *(("22/12 14h-16h",) if geste == "deplacer" else ("--oui",)))
    assert "karim@exemple.be" in peuple.faire(*mots).sortie
    autre = reserver(peuple, "28/12 14h-16h", "@karim")
    mots = ("espace", geste, autre, *(("29/12 14h-16h",) if geste == "deplacer" else ("--oui",)))
    assert "karim@exemple.be" not in peuple.faire(*mots, "--json").sortie


def test_un_evenement_annule_previent_ses_inscrits_et_une_place_rendue_celui_qui_attend(peuple: Lieu) -> None:
    bal = peuple.id("prog", "evenement", "creer", "Bal", "--quand", "sam 20h-23h", "--capacite", "1")
    for qui in ("@amina", "@karim"):
        peuple.faire("prog", "inscrire", bal, "--personne", qui)
    rendue = peuple.faire("prog", "desinscrire", bal, "--personne", "@amina").sortie
    assert "karim@exemple.be" in rendue and "amina@exemple.be" not in rendue
    assert "karim@exemple.be" in peuple.faire("prog", "evenement", "annuler", bal, "--oui").sortie


@pytest.mark.parametrize(
    "mots",
    [
        ("annuler", "{serie}", "--oui"),
        ("annuler", "{serie}", "8/12", "--suivantes"),
        ("annuler", "{serie}", "8/12"),
        ("depuis", "{serie}", "8/12", "--regle", "chaque mardi 18h-20h"),
        ("modifier", "{serie}", "--regle", "chaque mardi 18h-20h"),
    ],
)
def test_une_serie_previent_les_inscrits_de_ses_dates_qui_changent(
    peuple: Lieu, mots: tuple[str, ...]
) -> None:
    regle = ("--regle", "chaque mardi 19h-21h", "--du", "1/12/2026", "--au", "2027-06-01")
    serie = peuple.id("prog", "serie", "creer", "Chorale", *regle, "--porteur", "@léa")
    for qui, jour in (("@amina", "2026-12-08"), ("@amina", "2026-12-15"), ("@karim", "2026-12-01")):
        peuple.faire("prog", "inscrire", f"{jour}-{serie}", "--personne", qui)
    dit = peuple.faire("prog", "serie", *(m.format(serie=serie) for m in mots)).sortie
    entiere = "8/12" not in mots
    assert f"À prévenir    {2 + entiere} personnes" in dit
    assert dit.count("amina@exemple.be") == 1 and "0480 44 55 66" in dit
    assert ("karim@exemple.be" in dit) is entiere


def test_qui_sait_deja_qu_une_date_n_a_pas_lieu_n_est_pas_reprevenu(peuple: Lieu) -> None:
    serie = peuple.id("prog", "serie", "creer", "Chorale", "--regle", "chaque mardi 19h-21h", "--du", "1/12")
    peuple.faire("prog", "inscrire", f"2026-12-08-{serie}", "--personne", "@karim")
    peuple.faire("prog", "inscrire", f"2026-12-15-{serie}", "--personne", "@amina")
    peuple.faire("prog", "serie", "annuler", serie, "8/12")
    dit = peuple.faire("prog", "serie", "annuler", serie, "--oui").sortie
    assert "amina@exemple.be" in dit and "karim@exemple.be" not in dit


@pytest.mark.parametrize(
    "mots",
    [
        ("prog", "evenement", "annuler", "{bal}", "--motif", "pluie, encore"),
        ("prog", "evenement", "reporter", "{bal}", "--quand", "dim 20h-23h"),
        ("prog", "desinscrire", "{bal}", "--personne", "@karim"),
        ("prog", "serie", "annuler", "{serie}"),
        ("prog", "serie", "deplacer", "{serie}", "8/12", "--quand", "9/12 19h-21h"),
        ("espace", "fermer", "cour", "--du", "28/11", "--au", "29/11", "--motif", "travaux"),
    ],
    ids=lambda mots: " ".join(mots[:3]),
)
def test_les_commandes_proposees_pour_les_messages_les_ecrivent(
    peuple: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mots: tuple[str, ...]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    bal = peuple.id(
        *("prog", "evenement", "creer", "Bal", "--quand", "sam 20h-23h", "--capacite", "1"),
        *("--porteur", "@amina", "--salle", "cour"),
    )
    for qui in ("@karim", "@amina"):
        peuple.faire("prog", "inscrire", bal, "--personne", qui)
    serie = peuple.id("prog", "serie", "creer", "Tri", "--regle", "chaque mardi 19h-21h", "--du", "1/12/2026")
    peuple.faire("prog", "inscrire", f"2026-12-08-{serie}", "--personne", "@amina")
    dit = peuple.faire(*(m.format(bal=bal, serie=serie) for m in mots)).sortie
    fiches = peuple.git("ls-tree", "-r", "HEAD")
    annuler, refaire = re.findall(r"^    (tl .*)$", dit, re.MULTILINE)
    peuple.faire(*annuler.split()[1:], "--oui")
    refaite = lancer(*(m.replace("~", str(tmp_path)) for m in shlex.split(refaire)[1:]))
    assert refaite.code == 0 and "à relire dans" in refaite.sortie, refaite
    assert [*(tmp_path / "messages").iterdir()]
    if mots[1] not in ("evenement", "fermer"):
        assert peuple.git("ls-tree", "-r", "HEAD") == fiches


def test_sans_aucune_adresse_aucun_message_n_est_promis(peuple: Lieu, tmp_path: Path) -> None:
    dossier = tmp_path / "messages"
    seule = reserver(peuple, "21/12 14h-16h", "@léa")
    autre = reserver(peuple, "22/12 14h-16h", "@léa")
    assert "message" not in peuple.faire("espace", "annuler", seule, "--oui").sortie
    dit = peuple.faire("espace", "annuler", autre, "--oui", "--brouillon", str(dossier)).sortie
    assert "Aucun message : 1 personne sans adresse, à appeler." in dit and not dossier.exists()


def test_deplacer_une_date_la_ou_elle_est_ne_s_enregistre_pas_deux_fois(peuple: Lieu) -> None:
    serie = peuple.id("prog", "serie", "creer", "Tri", "--regle", "chaque mardi 19h-21h", "--du", "1/12")
    mots = ("prog", "serie", "deplacer", serie, "8/12", "--quand", "9/12 19h-21h")
    peuple.faire(*mots)
    avant = peuple.signature()
    assert "Rien ne change" in peuple.faire(*mots, code=2).erreurs
    assert peuple.signature() == avant


def test_une_longue_consequence_tient_en_cinq_lignes(peuple: Lieu) -> None:
    for n in range(14):
        reserver(peuple, f"{date(2026, 12, 1) + timedelta(days=n)} 14h-16h", "@karim")
    fermer = ("espace", "fermer", "cour", "--du", "1/12", "--au", "31/12", "--motif", "travaux")
    bref = peuple.faire(*fermer).sortie
    assert len(bref.splitlines()) <= 14
    assert "… et 13 de plus : tl espace demandes --tout" in bref and "tl espace replacer 1" in bref
    assert len(peuple.faire("espace", "demandes").sortie.splitlines()) <= 8
    assert peuple.faire("espace", "demandes", "--tout").sortie.count("(travaux)") == 14


@pytest.mark.parametrize("combien", [0, 1, 12, 13, 40])
def test_le_resume_ne_coupe_rien_en_deux(combien: int) -> None:
    lignes = [ligne for n in range(combien) for ligne in (f"  chose {n}", f"     détail {n}")]
    dit = resumer(lignes, "tl x")
    assert dit == lignes if len(lignes) <= 12 else len(dit) <= 6
    if len(lignes) > 12:
        choses = sum(ligne.startswith("  chose") for ligne in dit)
        assert dit[-1] == f"  … et {combien - choses} de plus : tl x"
        assert dit[-2].startswith("     détail")
