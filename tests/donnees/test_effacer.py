"""Effacer quelqu'un, pour de vrai : un moyeu nu, plusieurs postes, et plus aucune trace nulle part."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from effacements import EFFACER, PERSONNE, registre, rejoindre, traces
from soutien import Lieu, git


@pytest.fixture
def ici(ici: Lieu) -> Lieu:
    """Un poste relié, où vivent Karim et Léa."""
    ici.faire(*PERSONNE, "creer", "Karim Haddad")
    ici.faire(*PERSONNE, "creer", "Léa Dupont")
    ici.faire("synchroniser")
    return ici


def porter(poste: Lieu, moyeu: Path, *mots: str) -> str:
    """Porter le registre à la main, sans l'outil ; rend le refus."""
    fini = subprocess.run(
        ["git", "-C", str(registre(poste)), "push", *mots, str(moyeu / "registre"), "HEAD:refs/heads/main"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    assert fini.returncode, "le moyeu a accepté"
    return fini.stderr


@pytest.mark.long
def test_un_enfant_venu_a_un_evenement_passe(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """L'événement compte toujours quelqu'un ; plus un seul objet d'aucun poste ne dit qui."""
    zoe = ici.id(
        *(*PERSONNE, "creer", "Zoé Haddad", "--mineur", "--tuteur", "@karim"),
        *("--courriel", "zoe@exemple.be", "--telephone", "0470 12 34 56"),
    )
    ici.faire(*PERSONNE, "modifier", zoe, "--nom", "Zoé Haddad-Peeters")
    evenement = ici.id(
        *("prog", "evenement", "creer", "Atelier cirque", "--quand", "2026-11-20 14h-16h"),
        *("--passe", "--porteur", zoe),
    )
    ici.faire("prog", "inscrire", evenement, "--personne", zoe, "--responsable", "@karim")
    avant = ici.faire("prog", "inscrits", evenement, "--json").json
    ici.faire("journal", "noter", f"@{zoe} a tenu l'atelier cirque")
    ici.faire("synchroniser")
    la, ailleurs = (rejoindre(moyeu, tmp_path / nom) for nom in ("la", "ailleurs"))
    la.faire(*PERSONNE, "creer", "Omar Yıldız")
    la.faire(*PERSONNE, "modifier", "@léa", "--telephone", "0499 99 99 99")
    la.faire(*PERSONNE, "modifier", zoe, "--autre", "chez sa tante")

    recu = ici.faire(*EFFACER, zoe, "--oui", "--json").json["recu"]
    assert recu["archive"] == {"journal/notes": 1, "prog/evenements": 1, "prog/inscriptions": 1}
    assert ici.faire("synchroniser").sortie.startswith("Tout était déjà") is False
    for refus in (porter(ailleurs, moyeu, "--force"), porter(la, moyeu, "--force")):
        assert "Sur ce poste : tl synchroniser" in refus
    dit = la.faire("synchroniser").sortie
    assert "une personne est effacée ici" in dit.casefold()
    assert "n'est pas repris" in dit
    ailleurs.faire("synchroniser")
    ici.faire("synchroniser")

    for poste in (ici, la, ailleurs):
        fiche = poste.faire("prog", "evenement", "fiche", evenement, "--json").json
        assert fiche["porteurs"] == [zoe]
        assert poste.faire("prog", "inscrits", evenement, "--json").json == avant
        assert "personne effacée a tenu" in poste.faire("journal", "jour").sortie
        gens = {p["nom"]: p for p in poste.faire(*PERSONNE, "liste", "--json").json}
        assert set(gens) == {"Karim Haddad", "Léa Dupont", "Omar Yıldız"}
        assert gens["Léa Dupont"]["telephone"] == "0499 99 99 99"
        assert poste.faire("verifier").code == 0
        assert git(registre(poste), "fsck", "--strict").strip() == ""
        for depot in (poste.racine, registre(poste)):
            assert not traces(depot, "zoé", "peeters", "zoe@exemple", "0470 12 34 56", "sa tante")
    assert not traces(moyeu, "zoé", "peeters", "zoe@exemple", "0470 12 34 56", "sa tante")
    assert len({git(registre(p), "rev-parse", "HEAD") for p in (ici, la, ailleurs)}) == 1
    assert ici.faire("synchroniser").sortie == "Tout était déjà en commun.\n"


def test_un_effacement_ne_s_annule_pas_et_se_redit(ici: Lieu) -> None:
    ident = ici.id(*PERSONNE, "creer", "Omar Yıldız")
    assert "--oui" in ici.faire(*EFFACER, "@omar", code=2).erreurs
    assert "rien n'est effacé" in ici.faire(*EFFACER, "@omar", "--essai").sortie
    ici.faire(*EFFACER, "@omar", "--oui")
    assert "ne s'annule pas" in ici.faire("defaire", "--oui", code=2).erreurs
    assert "a été effacée" in ici.faire(*EFFACER, ident, "--oui", code=2).erreurs
    assert "Aucune fiche" in ici.faire(*EFFACER, "@omar", "--oui", code=2).erreurs
    assert "Effacement" in ici.faire("historique", ident).sortie


def test_rien_d_autre_ne_bouge(ici: Lieu) -> None:
    """Ce que la main avait commencé dans le registre reste tel quel."""
    ici.faire(*PERSONNE, "creer", "Omar Yıldız")
    lisezmoi = registre(ici) / "LISEZMOI.md"
    lisezmoi.write_text("À moi\n", "utf-8")
    ici.faire(*EFFACER, "@omar", "--oui")
    assert lisezmoi.read_text("utf-8") == "À moi\n"
    assert git(registre(ici), "status", "--porcelain") == " M LISEZMOI.md\n"


def test_l_ancienne_fiche_reunie_part_aussi(ici: Lieu) -> None:
    garde = ici.id(*PERSONNE, "creer", "Omar Yıldız", "--surnom", "omar")
    ancien = ici.id(*PERSONNE, "creer", "Omer Yildiz", "--courriel", "omer@exemple.be")
    ici.faire(*PERSONNE, "fusionner", garde, ancien, "--oui")
    ici.faire("journal", "noter", "Vu @omar")
    ici.faire(*EFFACER, ancien, "--oui")
    assert not traces(registre(ici), "omar", "omer", "yıldız", "yildiz")
    ici.faire("journal", "noter", f"Vu @{ancien}")
    assert ici.faire("journal", "jour").sortie.count("Vu personne effacée") == 2
    assert ici.faire("verifier").code == 0


def test_un_homonyme_reste(ici: Lieu) -> None:
    un = ici.id(*PERSONNE, "creer", "Omar Yıldız", "--courriel", "un@exemple.be")
    deux = ici.id(*PERSONNE, "creer", "Omar Yıldız", "--courriel", "deux@exemple.be")
    ici.faire(*EFFACER, un, "--oui")
    assert ici.faire(*PERSONNE, "fiche", deux, "--json").json["fiche"]["nom"] == "Omar Yıldız"
    assert not traces(registre(ici), "un@exemple.be")


def test_un_nom_ecrit_ailleurs_dans_le_registre(ici: Lieu) -> None:
    """Présent, il devient son identifiant ; passé, il disparaît, phrases de l'histoire comprises."""
    omar = ici.id(*PERSONNE, "creer", "Omar Yıldız")
    (lea,) = (f for f in (registre(ici) / "personnes").iterdir() if "Dupont" in f.read_text("utf-8"))
    lea.write_text(lea.read_text("utf-8") + "autre: chez Omar Yıldız\n", "utf-8")
    git(registre(ici), "commit", "-qam", "Léa loge chez Omar Yıldız")
    ici.faire(*EFFACER, "@omar", "--oui")
    assert not traces(registre(ici), "omar", "yıldız")
    assert f"autre: chez {omar}\n" in lea.read_text("utf-8")
    assert "chez personne effacée" in ici.faire(*PERSONNE, "fiche", "@léa").sortie
    assert f"Léa loge chez {omar}" in git(registre(ici), "log", "--format=%s")
    ici.faire("synchroniser")


def test_qui_repond_d_un_enfant_peut_partir(ici: Lieu) -> None:
    ici.id(*PERSONNE, "creer", "Zoé", "--mineur", "--tuteur", "@karim")
    dit = ici.faire(*EFFACER, "@karim", "--oui").sortie
    assert "modifier @Zoé --tuteur" in dit
    assert "personne effacée répond d'elle" in ici.faire(*PERSONNE, "fiche", "@zoé").sortie
    ici.faire(*PERSONNE, "modifier", "@zoé", "--tuteur", "@léa")
    assert ici.faire("verifier").code == 0


def test_un_nom_ecrit_a_la_main_dans_l_archive_est_dit(ici: Lieu) -> None:
    ici.poser("regles/charte.md", "Demander la clé à KARIM HADDAD\n")
    assert "regles/charte.md" in ici.faire(*EFFACER, "@karim", "--essai").sortie


@pytest.mark.parametrize("dit", ["@karim", "@Karim", "@rose", "@Rose-Haddad", "(@haddad)"])
def test_une_mention_restee_en_clair_devient_son_identifiant(ici: Lieu, dit: str) -> None:
    """Rose est aussi un mot : avec une arobase, c'est quelqu'un."""
    ici.faire(*EFFACER, "@karim", "--oui")
    qui = ici.id(*PERSONNE, "creer", "Rose Haddad" if "ose" in dit else "Karim Haddad")
    charte = ici.poser("regles/charte.md", f"Demander la clé à {dit}, le soir\n")
    ici.faire(*EFFACER, qui, "--oui")
    attendu = re.sub(r"@[\w-]+", f"@{qui}", dit)
    assert charte.read_text("utf-8") == f"Demander la clé à {attendu}, le soir\n"


@pytest.mark.parametrize("garde", [True, False])
@pytest.mark.parametrize("synchronises", [0, 1, 2])
@pytest.mark.parametrize("rejoint", [True, False])
def test_le_recu_dit_vrai_du_moyeu(
    lieu: Lieu, moyeu: Path, nu: Path, tmp_path: Path, garde: bool, synchronises: int, rejoint: bool
) -> None:
    """Avant et après l'effacement, sur le poste qui a relié et sur celui qui a rejoint."""
    adresse = moyeu if garde else nu
    lieu.faire(*PERSONNE, "creer", "Karim Haddad")
    lieu.faire("moyeu", "relier", str(adresse))
    for _ in range(max(synchronises, int(rejoint))):
        lieu.faire("synchroniser")
    poste = rejoindre(adresse, tmp_path / "la") if rejoint else lieu
    essai = poste.faire(*EFFACER, "@karim", "--essai").sortie
    fait = poste.faire(*EFFACER, "@karim", "--oui").sortie
    depose = bool(synchronises) or rejoint
    for dit in (essai, fait):
        assert "sur chaque autre poste" in dit
        assert ("au moyeu, qui ne garde rien" in dit) == (depose and not garde)


@pytest.mark.long
def test_deux_postes_effacent_chacun_hors_ligne(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Deux personnes, puis la même : les postes se retrouvent, et personne ne revient."""
    for nom in ("Omar Yıldız", "Ana Silva", "Béa Noël"):
        ici.faire(*PERSONNE, "creer", nom)
    ici.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    ici.faire(*EFFACER, "@omar", "--oui")
    la.faire(*EFFACER, "@ana", "--oui")
    for poste in (ici, la):
        poste.faire(*EFFACER, "@béa", "--oui")
    la.faire(*PERSONNE, "creer", "Nora")
    ici.faire("synchroniser")
    dit = la.faire("synchroniser").sortie.casefold()
    assert "effacée au moyeu" in dit
    assert "effacée ici" in dit
    ici.faire("synchroniser")
    for poste in (ici, la):
        assert {p["nom"] for p in poste.faire(*PERSONNE, "liste", "--json").json} == {
            *("Karim Haddad", "Léa Dupont", "Nora")
        }
        assert not traces(registre(poste), "omar", "yıldız", "silva", "noël")
        assert poste.faire("trancher").sortie == "Rien à trancher.\n"
    assert not traces(moyeu, "omar", "yıldız", "silva", "noël")
    assert git(registre(ici), "rev-parse", "HEAD") == git(registre(la), "rev-parse", "HEAD")


@pytest.mark.long
def test_un_desaccord_sur_quelqu_un_part_avec_lui(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    omar = ici.id(*PERSONNE, "creer", "Omar Yıldız")
    ici.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    ici.faire(*PERSONNE, "modifier", omar, "--telephone", "0470 00 00 00")
    la.faire(*PERSONNE, "modifier", omar, "--telephone", "0471 11 11 11")
    ici.faire("synchroniser")
    assert "a changé sur deux postes" in la.faire("synchroniser").sortie
    la.faire(*EFFACER, omar, "--oui")
    la.faire("synchroniser")
    ici.faire("synchroniser")
    for depot in (registre(ici), registre(la), moyeu):
        assert not traces(depot, "omar", "0470 00", "0471 11")
    assert la.faire("trancher").sortie == "Rien à trancher.\n"


def test_le_passe_ne_revient_pas_par_une_fusion_a_la_main(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    ici.faire(*PERSONNE, "creer", "Omar Yıldız")
    ici.faire("synchroniser")
    la = rejoindre(moyeu, tmp_path / "la")
    ici.faire(*EFFACER, "@omar", "--oui")
    ici.faire("synchroniser")
    git(registre(la), "pull", "-q", "--no-rebase", str(moyeu / "registre"), "main")
    assert "Sur ce poste : tl synchroniser" in porter(la, moyeu)
    assert not traces(moyeu, "omar")


@pytest.mark.parametrize("geste", ["autre", "sans-trace", "garde"])
def test_le_moyeu_n_admet_qu_un_effacement(ici: Lieu, moyeu: Path, geste: str) -> None:
    """Réécrire en changeant autre chose, en ôtant sans trace, ou en gardant l'histoire : refusé."""
    omar = ici.id(*PERSONNE, "creer", "Omar Yıldız")
    ici.faire("synchroniser")
    depot = registre(ici)
    fiche = depot / f"personnes/{omar}.yaml"
    if geste == "garde":
        fiche.unlink()
        (depot / "effacees").mkdir()
        (depot / f"effacees/{omar}.yaml").write_text("le: '2026-11-24'\n", "utf-8")
        git(depot, "add", "-A")
        git(depot, "commit", "-qm", "Faux effacement")
        assert "Sur ce poste" in porter(ici, moyeu)
        return
    if geste == "autre":
        ici.faire(*EFFACER, omar, "--oui")
        (depot / "LISEZMOI.md").write_text("Autre chose\n", "utf-8")
        git(depot, "commit", "-qa", "--amend", "-m", "Plus")
        assert "LISEZMOI.md change aussi" in porter(ici, moyeu, "--force")
        return
    git(depot, "reset", "-q", "--hard", "HEAD~1")
    assert "Sur ce poste" in porter(ici, moyeu, "--force")


def test_un_poste_copie_qui_efface_puis_se_relie(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    """Une copie sans mémoire du moyeu efface, puis s'y relie : le moyeu efface aussi."""
    omar = ici.id(*PERSONNE, "creer", "Omar Yıldız")
    ici.faire("synchroniser")
    copie = Lieu(tmp_path / "copie")
    shutil.copytree(ici.racine, copie.racine)
    for depot in (copie.racine, registre(copie)):
        git(depot, "config", "--unset", "remote.origin.url")
        for nom in git(depot, "for-each-ref", "--format=%(refname)", "refs/remotes").split():
            git(depot, "update-ref", "-d", nom)
    copie.faire(*EFFACER, omar, "--oui")
    copie.faire("moyeu", "relier", str(moyeu))
    copie.faire("synchroniser")
    ici.faire("synchroniser")
    assert not traces(moyeu, "omar")
    assert not traces(registre(ici), "omar")
