"""`tl verifier` : chaque règle a son défaut planté à la main, et ce qui se répare est réparé."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.ensemble import verification
from tiers_lieu_cli.ensemble.etats_du_disque import Dossier, Racine
from tiers_lieu_cli.noyau import a_cote
from tiers_lieu_cli.noyau.gens.mur import Detecteur
from tiers_lieu_cli.noyau.gens.personnes import Personne

NOTE = "journal/notes/2026/11/2026-11-24-0812-panne-q2x7.md"
EVENEMENT = "prog/evenements/2026/11/2026-11-28-anniversaire-k3p9.yaml"


def evenement(**champs: str) -> str:
    defaut = {"titre": "Anniversaire", "debut": "2026-11-28T11:00", "fin": "2026-11-28T13:00"}
    return "".join(f"{nom}: {valeur}\n" for nom, valeur in {**defaut, **champs}.items())


def note(texte: str, liens: str = "") -> str:
    return f"---\nmoment: 2026-11-24T08:12\n{liens}---\n\n{texte}\n"


@pytest.mark.parametrize(
    ("chemin", "contenu", "regle", "dit"),
    [
        (EVENEMENT, evenement(titre="[oubli"), "schema", "ligne 2"),
        (EVENEMENT, evenement(couleur="bleu"), "schema", "ligne 4"),
        (EVENEMENT, evenement(fin="2026-11-28T10:00"), "schema", "commence puis finit"),
        (EVENEMENT, evenement(salles="[salle-du-rezz]"), "lien", "Voulait-on salle-du-rez ?"),
        (EVENEMENT, evenement(publics="[martiens]"), "lien", "un public du lieu"),
        (EVENEMENT, evenement(porteurs="[p-zzzzzz]"), "lien", "n'est personne du registre"),
        (EVENEMENT, evenement(calendrier="nulle-part"), "lien", "un agenda suivi"),
        (EVENEMENT, evenement(reporte_a="2026-12-01-rien-aaaa"), "lien", "un événement"),
        (NOTE, note("Panne", "liens: [2026-11-24-perdue-zzzz]\n"), "lien", "ligne 3"),
        (NOTE, note("Vu @p-zzzzzz ce matin"), "lien", "ligne 5"),
        (NOTE, note("Le four coûte 450 € à réparer"), "vie-privee", "montant (« 450 € »)"),
        (NOTE, note("Reçu par Karim Haddad"), "vie-privee", "ligne 5"),
        (NOTE, note("Reçu par @karim"), "vie-privee", "« @karim »"),
        (NOTE, note("L'appeler au 0470/12.34.56"), "vie-privee", "personne du registre"),
        (NOTE, note("Écrire à karim@exemple.be"), "vie-privee", "personne du registre"),
        (NOTE.replace("2026/11/", "2026/10/"), note("Panne"), "rangement", "dossier que son nom désigne"),
        (EVENEMENT, evenement(debut="2027-02-01T11:00", fin="2027-02-01T12:00"), "rangement", "sa date"),
        ("journal/notes/2026/11/Brouillon.md", note("Panne"), "rangement", "n'est pas une fiche"),
        ("factures/2026.txt", "rien\n", "rangement", "n'est pas une fiche"),
        ("espace/salles/boucle.yaml", "nom: B\ncompose_de: [boucle]\n", "boucle", "faite d'elle-même"),
        ("espace/salles/seule.yaml", "nom: S\nexclut: [fantome]\n", "lien", "n'est pas une salle"),
    ],
)
def test_chaque_defaut_est_situe_et_dit(lieu: Lieu, chemin: str, contenu: str, regle: str, dit: str) -> None:
    lieu.faire(
        *("accueil", "personne", "creer", "Karim Haddad", "--courriel", "karim@exemple.be"),
        *("--telephone", "0470 12 34 56"),
    )
    lieu.poser(chemin, contenu)
    reponse = lieu.faire("verifier", code=1)
    assert dit in reponse.sortie
    trouves = lieu.faire("verifier", "--json", code=1).json["constats"]
    assert any(k["regle"] == regle and k["fichier"] == chemin and k["remede"] for k in trouves), trouves


def test_un_lieu_neuf_est_en_ordre(lieu: Lieu) -> None:
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_une_salle_promise_deux_fois_nomme_les_deux(lieu: Lieu) -> None:
    premiere = lieu.id(
        "prog", "evenement", "creer", "Repair café", "--quand", "2026-11-28 10h-12h", "--salle", "cour"
    )
    lieu.poser(EVENEMENT, evenement(salles="[cour]"))
    reponse = lieu.faire("verifier", code=1)
    assert "promise deux fois" in reponse.sortie
    assert premiere in reponse.sortie
    assert "2026-11-28-anniversaire-k3p9" in reponse.sortie


def test_reparer_corrige_d_un_bloc_ce_qui_est_sur(lieu: Lieu) -> None:
    karim = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser(EVENEMENT, "# à la main\n" + evenement(salles="[salle-du-rezz]", titre="Chez Karim Haddad"))
    lieu.poser(NOTE.replace("2026/11/", "2026/10/"), note("Reçu par Karim Haddad, puis @karim"))
    avant = int(lieu.git("rev-list", "--count", "HEAD"))
    lieu.faire("verifier", "--reparer", "--essai", code=1)
    assert int(lieu.git("rev-list", "--count", "HEAD")) == avant
    reponse = lieu.faire("verifier", "--reparer")
    assert "« salle-du-rezz » devient « salle-du-rez »" in reponse.erreurs
    assert "Tout est en ordre" in reponse.sortie
    assert int(lieu.git("rev-list", "--count", "HEAD")) == avant + 1
    corrige = (lieu.racine / EVENEMENT).read_text("utf-8")
    assert corrige.startswith("# à la main\n")
    assert f"Chez @{karim}" in corrige
    assert f"Reçu par @{karim}, puis @{karim}\n" in (lieu.racine / NOTE).read_text("utf-8")
    assert not (lieu.racine / NOTE.replace("2026/11/", "2026/10/")).exists()
    assert lieu.git("status", "--porcelain") == ""


def test_reparer_n_emporte_pas_ce_que_la_main_n_a_pas_enregistre(lieu: Lieu) -> None:
    karim = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser(NOTE, note("Reçu par Karim Haddad"), enregistre=False)
    avant = lieu.git("rev-parse", "HEAD")
    reponse = lieu.faire("verifier", "--reparer")
    assert "il reste à enregistrer" in reponse.erreurs
    assert f"@{karim}" in (lieu.racine / NOTE).read_text("utf-8")
    assert lieu.git("rev-parse", "HEAD") == avant
    lieu.faire("enregistrer")
    assert lieu.git("status", "--porcelain") == ""


def _reglage(racine: Path) -> None:
    config = racine / ".git/config"
    config.write_text(config.read_text("utf-8") + "[core]\n\tfsmonitor = touch x\n", "utf-8")


def _greffe(racine: Path) -> None:
    (racine / ".git/info").mkdir(exist_ok=True)
    (racine / ".git/info/grafts").touch()


def _crochet(racine: Path) -> None:
    (racine / ".git/hooks").mkdir(exist_ok=True)
    (racine / ".git/hooks/post-commit").write_text("#!/bin/sh\ntrue\n", "utf-8")


def _tete_detachee(racine: Path) -> None:
    (racine / ".git/HEAD").write_text("0" * 40, "utf-8")


def _objet_abime(racine: Path) -> None:
    objet = max((racine / ".git/objects").glob("??/*"), key=lambda f: f.stat().st_size)
    contenu = bytearray(objet.read_bytes())
    contenu[len(contenu) // 2] ^= 0xFF
    objet.chmod(0o644)
    objet.write_bytes(contenu)


@pytest.mark.parametrize(
    ("abimer", "dit"),
    [
        (_reglage, "core.fsmonitor"),
        (_crochet, "post-commit"),
        (_tete_detachee, "état ancien"),
        (lambda r: (r / ".git/MERGE_HEAD").write_text("x"), "n'est pas finie"),
        (_objet_abime, "abîmé"),
        (
            lambda r: (r / ".git/info").mkdir(exist_ok=True) or (r / ".git/info/grafts").write_text(""),
            "grafts",
        ),
    ],
)
def test_une_archive_douteuse_est_dite(lieu: Lieu, abimer: object, dit: str) -> None:
    abimer(lieu.racine)  # type: ignore[operator]
    reponse = lieu.faire("verifier", code=1)
    assert dit in reponse.sortie + reponse.erreurs
    assert "git " not in (reponse.sortie + reponse.erreurs).replace(".git", "")


@pytest.mark.parametrize(
    ("chemin", "dit"), [(".gitmodules", "façon de lire"), ("espace/.gitattributes", "façon de lire")]
)
def test_un_fichier_qui_commande_a_l_archive_est_refuse(lieu: Lieu, chemin: str, dit: str) -> None:
    lieu.poser(chemin, "* filter=x\n")
    assert dit in lieu.faire("verifier", code=1).sortie


def test_un_lien_enregistre_est_refuse(lieu: Lieu) -> None:
    os.symlink("/etc/passwd", lieu.racine / "espace/salles/piege.yaml")
    lieu.git("add", "-A")
    lieu.git("commit", "-qm", "piège")
    assert "un lien vers ailleurs" in lieu.faire("verifier", code=1).sortie


def test_un_contenu_remplace_est_dit(lieu: Lieu) -> None:
    un, deux = (
        lieu.git("rev-parse", f"HEAD:espace/salles/{s}.yaml").strip() for s in ("cour", "salle-du-rez")
    )
    lieu.git("replace", un, deux)
    lieu.git("pack-refs", "--all")
    (lieu.racine / ".git/refs/replace").rmdir()
    assert "remplacé par un autre" in lieu.faire("verifier", code=1).sortie


NOMS = ("Karim Haddad", "Zoë D'Hondt", "Ørsted Ñuñez", "田中 花子", "Élodie van de Velde")


@given(
    st.lists(
        st.sampled_from([*NOMS, *map(str.upper, NOMS), "Elodie Van De Velde", "bois", "«", "3 €", "l'été"]),
        max_size=5,
    ).map(", ".join)
)
def test_le_passage_rapide_ne_laisse_rien_passer(texte: str) -> None:
    """`suspect` peut douter à tort, jamais se taire à tort."""
    detecteur = Detecteur(Personne(id=f"p-{n}", nom=nom) for n, nom in enumerate(NOMS))
    if list(detecteur.trouver(texte)):
        assert detecteur.suspect(texte.encode())


def test_a_deux_coeurs_la_meme_chose(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Une grande maison se lit en deux parts : des fautes dans l'une, dans l'autre, et entre les deux."""
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser(EVENEMENT, evenement(salles="[cour]", publics="[martiens]"))
    lieu.poser(EVENEMENT.replace("k3p9", "k3q9"), evenement(salles="[cour]", titre="Autre"))
    lieu.poser("espace/reservations/2026/11/2026-11-28-reunion-m4n6.yaml", "salle: cour\nobjet: [\n")
    for n, texte in enumerate(("Reçu par Karim Haddad", "450 €", "Karim est passé", "Vu @p-zzzzzz", "Panne")):
        lieu.poser(NOTE.replace("q2x7", f"q2x{n + 2}"), note(texte))
    lieu.poser("accueil/brouillon.txt", "rien\n")
    lieu.poser("zut/brouillon.txt", "rien\n")
    d_un_coeur = lieu.faire("verifier", "--tout", "--json", code=1).json
    assert len(d_un_coeur["constats"]) > 6
    parts: list[bytes] = []
    commencer = a_cote.commencer

    def compter(travail: Callable[[], bytes]) -> Callable[[], bytes]:
        attendre = commencer(travail)
        return lambda: (dit := attendre(), parts.append(dit))[0]

    monkeypatch.setattr(a_cote, "commencer", compter)
    for paquet in (1, 3, 5):
        monkeypatch.setattr(verification, "PAQUET", paquet)
        parts.clear()
        a_deux = lieu.faire("verifier", "--tout", "--json", code=1).json
        assert any(b"constats" in part for part in parts)
        assert trie(a_deux) == trie(d_un_coeur)


@pytest.mark.parametrize("lus", [0, 1, 3])
def test_l_autre_coeur_mort_en_route_rien_ne_manque(
    lieu: Lieu, lus: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for mois in range(1, 10):
        chemin = NOTE.replace("2026/11", f"2026/{mois:02}").replace("2026-11", f"2026-{mois:02}")
        lieu.poser(chemin, note(f"450 € ({mois})").replace("2026-11", f"2026-{mois:02}"))
    attendu = lieu.faire("verifier", "--tout", "--json", code=1).json
    assert len(attendu["constats"]) == 9
    ici, examiner, faits = os.getpid(), verification.Verification.examiner_dossiers, []
    part, mort = tmp_path / "part", tmp_path / "mort"

    def mourir(self: verification.Verification, racine: Racine, dossiers: list[Dossier]) -> None:
        if os.getpid() != ici and len(faits) == lus:
            mort.touch()
            os._exit(3)
        faits.append(dossiers)
        if os.getpid() != ici:
            part.touch()
        elif len(faits) < 5:
            # L'autre a le temps de prendre sa part.
            time.sleep(0.02)
        examiner(self, racine, dossiers)

    monkeypatch.setattr(verification, "PAQUET", 1)
    monkeypatch.setattr(verification.Verification, "examiner_dossiers", mourir)
    assert trie(lieu.faire("verifier", "--tout", "--json", code=1).json) == trie(attendu)
    assert mort.exists()
    assert part.exists() == bool(lus)


def trie(vu: dict[str, Any]) -> dict[str, Any]:
    return {nom: sorted(dit, key=repr) if isinstance(dit, list) else dit for nom, dit in vu.items()}
