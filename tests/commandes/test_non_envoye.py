"""Ce que le moyeu refuse n'est que non envoyé : c'est montré, refait, et personne n'est enfermé dehors."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from effacements import rejoindre
from hypothesis import given, settings
from hypothesis import strategies as st
from soutien import Lieu, git

NOTE = "journal/notes/2026/11/2026-11-24-0{}00-x-aaaa.md"
CORPS = "---\nmoment: 2026-11-24T0{}:00\n---\n\n{}\n"


def tout_ce_que_garde(racine: Path) -> str:
    """Chaque contenu d'un dépôt, atteint ou non."""
    mots = ["git", "-C", str(racine), "cat-file", "--batch-all-objects", "--batch"]
    return subprocess.run(mots, capture_output=True, check=True).stdout.decode("utf-8", "replace")


def notes(lieu: Lieu) -> list[str]:
    return [n["texte"] for n in lieu.faire("journal", "jour", "--json").json["notes"]]


def test_une_note_nomme_quelqu_un_qu_un_autre_poste_inscrit_d_abord(
    ici: Lieu, moyeu: Path, tmp_path: Path
) -> None:
    la = rejoindre(moyeu, tmp_path / "la")
    la.faire("journal", "noter", "Avant")
    la.faire("journal", "noter", "Karim Haddad passe demain")
    la.faire("journal", "noter", "Après")
    ici.faire("accueil", "personne", "creer", "Karim Haddad")
    ici.faire("journal", "noter", "Vu d'ici")
    ici.faire("synchroniser")

    refus = la.faire("synchroniser", code=1)
    assert "Une action n'est pas envoyée" in refus.erreurs
    assert "le nom deviendra une mention" in refus.erreurs
    assert "tl synchroniser --refaire" in refus.erreurs
    # On reçoit quand même, et l'on recommence autant qu'on veut : rien ne s'empile, rien n'est perdu.
    assert set(notes(la)) >= {"Vu d'ici", "Avant", "Après"}
    dit = la.faire("synchroniser", "--json", code=1).json
    assert [n["phrase"] for n in dit["non_envoyees"]] != []
    assert dit["refus"]["remede"].endswith("--refaire")

    avant = git(la.racine, "rev-parse", "HEAD").strip()
    assert "3 choses envoyées" in la.faire("synchroniser", "--refaire").sortie
    assert git(la.racine, "rev-parse", "refs/tiers-lieu/avant").strip() == avant
    ident = ici.faire("accueil", "personne", "liste", "--json").json[0]["id"]
    assert f"@{ident} passe demain" in notes(la)
    # Une action neuve à la place de chacune, sous la même phrase ; aucune fusion de trop.
    assert len(git(la.racine, "log", "--format=%s", "-3").splitlines()) == 3
    assert git(la.racine, "log", "--merges", "--format=%s") == ""
    assert git(la.racine, "status", "--porcelain") == ""
    ici.faire("synchroniser")
    assert sorted(notes(ici)) == sorted(notes(la))
    # Elles se défont comme toute action de ce poste.
    assert "-apres-" in la.faire("defaire", "--essai").sortie
    la.faire("synchroniser")
    for depot in (la.racine, ici.racine, moyeu):
        assert "Haddad" not in git(depot, "log", "-p", "--all")
    assert "Haddad" not in tout_ce_que_garde(la.racine)


def test_le_registre_se_synchronise_quoi_qu_il_arrive_a_l_archive(
    ici: Lieu, moyeu: Path, tmp_path: Path
) -> None:
    """Une archive que rien ne peut envoyer n'empêche pas un effacement d'arriver."""
    omar = ici.id("accueil", "personne", "creer", "Omar Yildiz")
    ici.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    la.poser("regles/charte.md", "Une amende de 50 €\n")
    la.faire("accueil", "personne", "creer", "Nora Simon")
    ici.faire("donnees", "effacer", omar, "--oui")
    ici.faire("synchroniser")
    la.faire("synchroniser", code=1)
    assert "Yildiz" not in tout_ce_que_garde(la.racine / "registre")
    ici.faire("synchroniser")
    assert "Nora Simon" in ici.faire("accueil", "personne", "liste").sortie
    # Même sans archive lisible du tout.
    (la.racine / ".git/MERGE_HEAD").write_text("x", "utf-8")
    la.faire("accueil", "personne", "creer", "Lou Petit")
    la.faire("synchroniser", code=1)
    ici.faire("synchroniser")
    assert "Lou Petit" in ici.faire("accueil", "personne", "liste").sortie


EVENEMENT = "prog/evenements/2026/11/2026-11-28-fete-7k2m.yaml"
FETE = "titre: Fête\ndebut: 2026-11-28T10:00\nfin: 2026-11-28T12:00\netiquettes: [musique, 12 EUR]\n"


def test_une_categorie_importee_qui_est_un_montant(ici: Lieu, moyeu: Path) -> None:
    ici.poser(EVENEMENT, FETE)
    assert "le montant sera retiré" in ici.faire("synchroniser", code=1).erreurs
    ici.faire("synchroniser", "--refaire")
    fiche = ici.faire("prog", "evenement", "fiche", "2026-11-28-fete-7k2m", "--json").json
    assert "musique" in fiche["etiquettes"]
    assert "12 EUR" not in git(moyeu, "log", "-p", "--all")


def enregistrer(lieu: Lieu, message: str, qui: str, date: str = "2026-11-24T08:52+01:00") -> None:
    lieu.git("add", "-A")
    nom, _, adresse = qui.partition("|")
    lieu.git(
        *("-c", f"user.name={nom}", "-c", f"user.email={adresse}", "commit", "-q", f"--date={date}"),
        *("-m", message),
    )


def test_un_enregistrement_fait_a_la_main(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Une personne, son adresse, son message, une date à venir : l'action reste, au nom du poste."""
    ici.poser("regles/charte.md", "Fermer les volets.\n", enregistre=False)
    enregistrer(
        ici, "Volets\n\nRelu avec Marie\n\nSigned-off-by: M <m@x.be>", "Marie|marie@x.be", "2031-01-01"
    )
    refus = ici.faire("synchroniser", code=1).erreurs
    assert "rôle de la maison" in refus
    ici.faire("synchroniser", "--refaire")
    dernier = git(moyeu, "log", "-1", "--format=%an %ae %cn %B", "main")
    assert dernier.startswith("concierge concierge@lieu.invalid concierge Volets\n\nAction: enregistrer\n")
    assert "Marie" not in git(moyeu, "log", "--format=raw", "--all")
    assert (rejoindre(moyeu, tmp_path / "la").racine / "regles/charte.md").exists()


@pytest.mark.long
def test_un_lieu_qui_a_vecu_sans_moyeu_s_y_relie(lieu: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Tout est non envoyé : des noms écrits avant l'inscription, une main d'avant l'outil, un lien."""
    lieu.faire("journal", "noter", "Karim Haddad passe demain")
    lieu.faire("journal", "noter", "Bonjour")
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser("regles/charte.md", "Mieux\n", enregistre=False)
    enregistrer(lieu, "à la main", "Marie|marie@x.be")
    os.symlink("/etc/passwd", lieu.racine / "regles/lien.md")
    lieu.poser("regles/é.md", "x\n", enregistre=False)
    enregistrer(lieu, "un lien", "Marie|marie@x.be")
    lieu.faire("moyeu", "relier", str(moyeu))
    assert "3 actions ne sont pas envoyées" in lieu.faire("synchroniser", code=1).erreurs
    lieu.faire("synchroniser", "--refaire")
    la = rejoindre(moyeu, tmp_path / "la")
    assert "Bonjour" in notes(la)
    assert git(lieu.racine, "status", "--porcelain") == ""
    assert not os.path.lexists(lieu.racine / "regles/lien.md")
    assert la.faire("verifier").code == 0


def test_ce_que_seul_le_moyeu_sait_reprocher(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Un poste sans registre ne sait pas qui est nommé : le moyeu le dit, le fichier est laissé de côté."""
    ici.faire("accueil", "personne", "creer", "Karim Haddad")
    ici.faire("synchroniser")
    (moyeu / "registre").rename(tmp_path / "cache")
    sans = rejoindre(moyeu, tmp_path / "sans")
    (tmp_path / "cache").rename(moyeu / "registre")
    sans.faire("journal", "noter", "Karim Haddad passe demain")
    sans.faire("journal", "noter", "Bonjour")
    assert "nom ou le contact" in sans.faire("synchroniser", code=1).erreurs
    dit = sans.faire("synchroniser", "--refaire").sortie
    assert "Laissés de côté" in dit
    assert "Bonjour" in notes(sans)
    (copie,) = (sans.racine / ".git/tiers-lieu.non-envoyes").rglob("*.md")
    assert "Karim Haddad" in copie.read_text("utf-8")
    sans.faire("journal", "noter", "Encore")
    sans.faire("synchroniser")
    assert not (sans.racine / ".git/tiers-lieu.non-envoyes").exists()


def test_au_terminal_la_question_se_pose(ici: Lieu, moyeu: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tiers_lieu_cli.noyau.ecran.ecran import Ecran

    ici.poser("regles/charte.md", "Une amende de 50 €\n")
    vrai = Ecran.du_terminal

    def terminal(environ: dict[str, str]) -> Ecran:
        ecran = vrai(environ)
        ecran.interactif = True
        return ecran

    monkeypatch.setattr(Ecran, "du_terminal", staticmethod(terminal))
    assert "Les refaire ainsi" in ici.faire("synchroniser", entree="n\n", code=1).sortie
    assert "50 €" in (ici.racine / "regles/charte.md").read_text("utf-8")
    assert "1 chose envoyée" in ici.faire("synchroniser", entree="o\n").sortie
    assert "50 €" not in (ici.racine / "regles/charte.md").read_text("utf-8")


BONNE, NOMMEE, CHERE = ("Bonjour à tous", "Karim Haddad est venu", "Un don de 50 €")
GESTES = st.sampled_from([BONNE, NOMMEE, CHERE, "retirer", "la", "synchroniser"])


@pytest.mark.long
@settings(max_examples=5)
@given(gestes=st.lists(GESTES, min_size=3, max_size=7))
def test_quel_que_soit_le_melange_tout_ce_qui_est_bon_arrive(
    modele: Path, tmp_path_factory: pytest.TempPathFactory, gestes: list[str]
) -> None:
    """Actions bonnes et mauvaises, retraits, travail d'un autre, envois refusés : tous se retrouvent.

    Le moyeu est un simple dépôt : c'est chaque poste qui lit.
    """
    a_part = tmp_path_factory.mktemp("melange")
    ici = Lieu(a_part / "ici")
    shutil.copytree(modele, ici.racine)
    moyeu = a_part / "moyeu"
    for dossier in (moyeu, moyeu / "registre"):
        dossier.mkdir()
        git(dossier, "init", "-q", "--bare", "-b", "main")
    ici.faire("moyeu", "relier", str(moyeu))
    ici.faire("synchroniser")
    la = rejoindre(moyeu, a_part / "la")
    la.faire("accueil", "personne", "creer", "Karim Haddad")
    la.faire("synchroniser")
    posees: list[str] = []
    for rang, geste in enumerate(gestes):
        chemin = NOTE.format(rang)
        if geste == "synchroniser":
            ici.faire("synchroniser", code=None)
        elif geste == "la":
            la.faire("journal", "noter", f"De là {rang}")
            la.faire("synchroniser")
        elif geste == "retirer" and posees:
            (ici.racine / posees.pop()).unlink()
            ici.git("add", "-A")
            ici.git("commit", "-qm", "Retrait")
        elif geste != "retirer":
            ici.poser(chemin, CORPS.format(rang, geste))
            posees.append(chemin)
    ici.faire("synchroniser", "--refaire")
    la.faire("synchroniser")
    ici.faire("synchroniser")
    assert git(ici.racine, "rev-parse", "HEAD^{tree}") == git(la.racine, "rev-parse", "HEAD^{tree}")
    assert ici.git("status", "--porcelain") == la.git("status", "--porcelain") == ""
    for chemin in posees:
        assert (la.racine / chemin).exists()
    histoire = git(moyeu, "log", "-p", "--all")
    assert "Haddad" not in histoire
    assert "50 €" not in histoire
    assert ici.faire("verifier").code == 0
