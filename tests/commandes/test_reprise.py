"""Écrire à la main, reprendre après une panne : rien n'est perdu, rien n'est ôté sans accord."""

from __future__ import annotations

import re

import msgspec
import pytest
from soutien import Lieu

from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.depot.intention import FICHIER

NOTE = "journal/notes/2026/11/2026-11-24-0812-panne-q2x7.md"


def note(texte: str) -> str:
    return f"---\nmoment: 2026-11-24T08:12\n---\n\n{texte}\n"


def test_une_modification_a_la_main_est_dite_puis_enregistree(lieu: Lieu) -> None:
    cour = lieu.racine / "espace/salles/cour.yaml"
    cour.write_text("# pavée\nnom: Grande cour\n", "utf-8")
    lieu.poser(NOTE, note("Panne"), enregistre=False)
    (lieu.racine / "regles/charte.md").unlink()
    reponse = lieu.faire("enregistrer")
    assert "Salle « Grande cour » : nom « Cour » devient « Grande cour »" in reponse.sortie
    assert "Note « 2026-11-24-0812-panne-q2x7 » : nouvelle" in reponse.sortie
    assert "regles/charte.md : texte retiré" in reponse.sortie
    assert lieu.git("status", "--porcelain") == ""
    assert cour.read_text("utf-8") == "# pavée\nnom: Grande cour\n"
    assert "Rien n'a été changé" in lieu.faire("enregistrer").sortie


def test_une_faute_a_la_main_n_entre_pas(lieu: Lieu) -> None:
    lieu.poser(NOTE, note("Panne"), enregistre=False)
    lieu.poser("espace/salles/cour.yaml", "nom: [\n", enregistre=False)
    avant = lieu.signature()
    refus = lieu.faire("enregistrer", code=1)
    assert "espace/salles/cour.yaml, ligne 1" in refus.erreurs
    assert lieu.signature() == avant
    lieu.faire("enregistrer", NOTE)
    assert lieu.git("status", "--porcelain") == " M espace/salles/cour.yaml\n"


def test_un_nom_a_la_main_n_entre_pas(lieu: Lieu) -> None:
    lieu.faire("accueil", "personne", "creer", "Karim Haddad")
    lieu.poser(NOTE, note("Reçu par Karim Haddad"), enregistre=False)
    assert "registre" in lieu.faire("enregistrer", code=1).erreurs
    assert "Haddad" not in lieu.git("log", "-p", "--all")


#: Un « @mot » tel qu'on l'écrit à la main ; qui il désigne (« » : personne).
MENTIONS = [
    ("Vu @Karim", "karim"),
    ("Vu @karim.", "karim"),
    ("Vu @KARIM, et (@karim)", "karim"),
    ("Vu @haddad", "karim"),
    ("Vu @Karim-Haddad hier", "karim"),
    ("**@momo** a la clé", "momo"),
    ("Vu @mohamed", "momo"),
    ("Voir @media sur le site", ""),
]
#: Où la main écrit : une fiche Markdown, une fiche YAML (et son commentaire), un texte de la maison.
OU = {
    NOTE: note,
    "espace/salles/cour.yaml": lambda dit: f"# {dit}\nnom: '{dit}'\n",
    "regles/charte.md": lambda dit: f"# Charte\n\n- {dit}\n",
}


@pytest.fixture
def peuple(lieu: Lieu) -> tuple[Lieu, dict[str, str]]:
    gens = {
        "karim": lieu.id("accueil", "personne", "creer", "Karim Haddad"),
        "momo": lieu.id("accueil", "personne", "creer", "Mohamed El Amrani", "--surnom", "Momo"),
    }
    return lieu, gens


@pytest.mark.parametrize("chemin", OU)
@pytest.mark.parametrize(("dit", "qui"), MENTIONS)
def test_une_mention_a_la_main_devient_un_identifiant(
    peuple: tuple[Lieu, dict[str, str]], chemin: str, dit: str, qui: str
) -> None:
    """Comme ce qu'on tape : nul nom dans l'archive, ni dans son histoire, et l'essai n'écrit rien."""
    lieu, gens = peuple
    fichier = lieu.poser(chemin, OU[chemin](dit), enregistre=False)
    avant = fichier.read_bytes()
    lieu.faire("enregistrer", "--essai")
    assert fichier.read_bytes() == avant
    dite = lieu.faire("enregistrer").sortie
    attendu = re.sub(r"@[\w-]*\w", f"@{gens[qui]}", dit) if qui else dit
    assert fichier.read_text("utf-8") == OU[chemin](attendu)
    assert ("devient un identifiant" in dite) == bool(qui)
    assert ("ne connaît pas" in dite) == (not qui)
    histoire = lieu.git("log", "-p", "--all").casefold()
    assert not [mot for mot in ("karim", "haddad", "momo", "mohamed", "amrani") if mot in histoire]
    assert lieu.git("status", "--porcelain") == ""
    assert "Tout est en ordre" in lieu.faire("verifier", "--tout").sortie


def test_une_mention_a_la_main_qui_designe_deux_personnes_se_refuse(
    peuple: tuple[Lieu, dict[str, str]],
) -> None:
    lieu, gens = peuple
    lieu.faire("accueil", "personne", "creer", "Karim Benali")
    fichier = lieu.poser(NOTE, note("Vu @karim"), enregistre=False)
    refus = lieu.faire("enregistrer", code=1).erreurs
    assert "@karim" in refus and "Karim Haddad" in refus and "Karim Benali" in refus
    assert fichier.read_text("utf-8") == note("Vu @karim")
    # Ce que le refus dit d'écrire marche.
    propose = re.search(r"Haddad \((@[^)]+)\)", refus)
    assert propose
    fichier.write_text(note(f"Vu {propose[1]}"), "utf-8")
    lieu.faire("enregistrer")
    assert fichier.read_text("utf-8") == note(f"Vu @{gens['karim']}")


def test_le_remede_d_un_nom_ecrit_a_la_main_marche(peuple: tuple[Lieu, dict[str, str]]) -> None:
    lieu, gens = peuple
    fichier = lieu.poser(NOTE, note("Vu Karim Haddad"), enregistre=False)
    remede = re.search(r"Écrire (\S+) à la place", lieu.faire("enregistrer", code=1).erreurs)
    assert remede
    fichier.write_text(note(f"Vu {remede[1]}"), "utf-8")
    lieu.faire("enregistrer")
    assert fichier.read_text("utf-8") == note(f"Vu @{gens['karim']}")


def test_un_fichier_que_la_main_reprend_pendant_l_action_n_est_pas_ecrase(
    peuple: tuple[Lieu, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    lieu, _ = peuple
    fichier = lieu.poser(NOTE, note("Vu @karim"), enregistre=False)
    vrai = Ecriture.examiner

    def examiner(ecriture: Ecriture, phrase: str, fond: str = "") -> None:
        vrai(ecriture, phrase, fond)
        fichier.write_text(note("Tout autre chose"), "utf-8")

    monkeypatch.setattr(Ecriture, "examiner", examiner)
    lieu.faire("enregistrer", code=1)
    assert fichier.read_text("utf-8") == note("Tout autre chose")


def test_une_fiche_du_registre_ecrite_a_la_main(lieu: Lieu) -> None:
    ident = lieu.id("accueil", "personne", "creer", "Karim Haddad")
    fiche = lieu.racine / f"registre/personnes/{ident}.yaml"
    fiche.write_text(fiche.read_text("utf-8") + "telephone: '0470123456'\n", "utf-8")
    lieu.faire("enregistrer")
    assert Lieu(lieu.racine / "registre").git("status", "--porcelain") == ""


def couper(lieu: Lieu) -> str:
    """Une action morte entre le fichier remplacé et la référence, telle que le protocole la laisse."""
    avant = lieu.git("rev-parse", "HEAD").strip()
    lieu.faire("journal", "noter", "Coupée net")
    apres = lieu.git("rev-parse", "HEAD").strip()
    fiche = lieu.git("show", "--name-only", "--format=").strip()
    blob = lieu.git("rev-parse", f"HEAD:{fiche}").strip()
    lieu.git("update-ref", "HEAD", avant)
    promesse = {
        "phrase": "Note au journal",
        "avant": avant,
        "apres": apres,
        "fiches": {fiche: [None, blob]},
        "provisoires": [],
    }
    (lieu.racine / ".git" / FICHIER).write_bytes(msgspec.json.encode(promesse))
    return apres


def test_la_commande_suivante_finit_l_action_coupee_sans_l_emporter(lieu: Lieu) -> None:
    coupee = couper(lieu)
    reponse = lieu.faire("journal", "noter", "La suite")
    assert "Une action interrompue est terminée : « Note au journal »" in reponse.erreurs
    assert lieu.git("rev-parse", "HEAD~1").strip() == coupee
    assert len(lieu.git("show", "--name-only", "--format=").split()) == 1
    assert lieu.git("status", "--porcelain") == ""


def test_reprise_finit_l_action_coupee(lieu: Lieu) -> None:
    coupee = couper(lieu)
    assert "tl reprise" in lieu.faire("verifier", code=1).sortie
    assert "terminée" in lieu.faire("reprise").sortie
    assert lieu.git("rev-parse", "HEAD").strip() == coupee
    assert "Rien à reprendre" in lieu.faire("reprise").sortie


def test_une_action_coupee_que_la_main_a_depassee_n_est_pas_rejouee(lieu: Lieu) -> None:
    couper(lieu)
    (fiche,) = (lieu.racine / "journal").rglob("*.md")
    fiche.write_text(note("À moi"), "utf-8")
    reponse = lieu.faire("journal", "noter", "La suite")
    assert "tl reprise" in reponse.erreurs
    assert fiche.read_text("utf-8") == note("À moi")
    assert "dépassée" in lieu.faire("reprise").sortie
    lieu.faire("reprise", "--oui")
    assert fiche.read_text("utf-8") == note("À moi")
    lieu.faire("enregistrer")
    assert "Rien à reprendre" in lieu.faire("reprise").sortie


@pytest.mark.parametrize("verrou", ["HEAD.lock", "refs/heads/main.lock", "index.lock"])
def test_un_verrou_sans_maitre_est_montre_puis_ote(lieu: Lieu, verrou: str) -> None:
    (lieu.racine / ".git" / verrou).touch()
    lieu.faire("journal", "noter", "Coincée", code=None)
    assert verrou in lieu.faire("reprise").sortie
    assert (lieu.racine / ".git" / verrou).exists()
    lieu.faire("reprise", "--oui")
    assert not (lieu.racine / ".git" / verrou).exists()
    assert "Coincée" in lieu.faire("journal", "jour").sortie
    assert lieu.git("status", "--porcelain") == ""
    assert "Note au journal" in lieu.git("log", "-1", "--format=%s")


def test_un_verrou_tenu_n_est_pas_sans_maitre(lieu: Lieu) -> None:
    with (lieu.racine / ".git/index.lock").open("w"):
        assert "Rien à reprendre" in lieu.faire("reprise", "--oui").sortie
    assert (lieu.racine / ".git/index.lock").exists()


def test_une_copie_inachevee_est_montree_puis_otee(lieu: Lieu) -> None:
    reste = lieu.racine / "journal/.tmp-abc"
    reste.parent.mkdir(exist_ok=True)
    reste.write_text("moitié", "utf-8")
    assert "journal/.tmp-abc" in lieu.faire("reprise").sortie
    assert reste.exists()
    lieu.faire("reprise", "--oui")
    assert not reste.exists()


def test_une_reception_en_cours_garde_ce_qu_elle_ecrit(lieu: Lieu) -> None:
    """Elle se passe du verrou du lieu : son paquet à moitié reçu n'est pas un reste."""
    lieu.faire("journal", "noter", "Du bois")
    recu = lieu.racine / ".git/objects/pack/tmp_pack_aBcDeF"
    with recu.open("wb") as flux:
        flux.write(b"PACK")
        flux.flush()
        lieu.faire("reprise", "--oui")
        assert recu.exists()
    lieu.faire("reprise", "--oui")
    assert not recu.exists()


def test_reprise_ne_dit_pas_perdu_ce_qui_est_enregistre(lieu: Lieu) -> None:
    lieu.faire("stock", "objet", "creer", "Perceuse")
    (lieu.racine / ".git/index.lock").touch()
    lieu.faire("stock", "objet", "modifier", "perceuse", "--place", "cave")
    dit = lieu.faire("reprise", "--oui").sortie
    assert "C'était bien enregistré : « Perceuse : à jour »" in dit and "rien n'était écrit" not in dit
    assert lieu.faire("stock", "objet", "fiche", "perceuse", "--json").json["fiche"]["place"] == "cave"
    assert lieu.git("status", "--porcelain") == ""
