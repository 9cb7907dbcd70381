"""Noter, relire, corriger : par la vraie commande, dans un vrai lieu."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from soutien import Lieu


@pytest.fixture
def karim(lieu: Lieu) -> str:
    return lieu.id("accueil", "personne", "creer", "Karim Haddad", "--public", "riverains")


def test_noter_fait_une_fiche_et_un_enregistrement(lieu: Lieu) -> None:
    avant = lieu.git("rev-list", "--count", "HEAD")
    reponse = lieu.faire("journal", "noter", "Livraison de bois à 9h #atelier")
    assert reponse.sortie.startswith("Noté, mardi 24 novembre, 08:52.\n")
    assert "tl journal jour" in reponse.sortie
    assert int(lieu.git("rev-list", "--count", "HEAD")) == int(avant) + 1
    (fiche,) = lieu.git("show", "--name-only", "--format=").split()
    assert fiche.startswith("journal/notes/2026/11/2026-11-24-0852-livraison-de-bois-")
    assert (lieu.racine / fiche).read_text("utf-8") == (
        "---\nmoment: 2026-11-24T08:52\n---\n\nLivraison de bois à 9h #atelier\n"
    )


def test_l_histoire_porte_une_phrase_et_des_lignes_pour_la_machine(lieu: Lieu) -> None:
    ident = lieu.id("journal", "noter", "Un mot")
    message = lieu.git("log", "-1", "--format=%B%an <%ae> %ad", "--date=iso-strict")
    assert message == (
        "Note au journal, mardi 24 novembre 2026, 08:52\n\nAction: journal.noter\n"
        f"Fiche: journal/notes/2026/11/{ident}.md\n"
        "concierge <concierge@lieu.invalid> 2026-11-24T08:52:00+01:00\n"
    )
    assert lieu.git("log", "-1", "--format=%(trailers:key=Action,valueonly)").strip() == "journal.noter"


def test_json_donne_l_identifiant_et_l_enregistrement(lieu: Lieu) -> None:
    rendu = lieu.faire("journal", "noter", "Un mot", "--json").json
    assert rendu["commit"] == lieu.git("rev-parse", "HEAD").strip()
    assert (lieu.racine / f"journal/notes/2026/11/{rendu['id']}.md").is_file()


def test_une_personne_citee_devient_opaque_et_l_ecran_la_nomme(lieu: Lieu, karim: str) -> None:
    lieu.faire("journal", "noter", "Bois reçu, @karim l'a rangé")
    assert f"@{karim} l'a rangé" in lieu.faire("journal", "jour", "--json").json["notes"][0]["texte"]
    assert "Karim l'a rangé" in lieu.faire("journal", "jour").sortie
    assert "arim" not in lieu.git("log", "-p", "--all")


def test_un_nom_du_registre_est_refuse_avec_ce_qu_il_faut_ecrire(lieu: Lieu, karim: str) -> None:
    avant = lieu.signature()
    refus = lieu.faire("journal", "noter", "Bois reçu par KARIM  haddad", code=1)
    assert "KARIM  haddad" in refus.erreurs
    assert "@Karim" in refus.erreurs
    assert lieu.signature() == avant


def test_une_personne_inconnue_est_refusee_avec_les_noms_proches(lieu: Lieu, karim: str) -> None:
    refus = lieu.faire("journal", "noter", "Vu @karin ce matin", code=2)
    assert "@karin" in refus.erreurs
    assert "Voulait-on : @Karim" in refus.erreurs


def test_noter_depuis_un_tube_et_relire(lieu: Lieu) -> None:
    lieu.faire("journal", "noter", "-", entree="Première ligne\r\ndeuxième\n\n")
    (note,) = lieu.faire("journal", "jour", "--json").json["notes"]
    assert note["texte"] == "Première ligne\ndeuxième"


def test_noter_dans_l_editeur(
    lieu: Lieu, commande: Callable[..., object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editeur = tmp_path / "editeur.sh"
    editeur.write_text('#!/bin/sh\nprintf "écrit dans l\'éditeur" > "$1"\n', "utf-8")
    editeur.chmod(editeur.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(editeur))
    monkeypatch.delenv("VISUAL", raising=False)
    ident = lieu.id("journal", "noter", "première version")
    lieu.faire("journal", "editer", ident)
    assert lieu.faire("journal", "jour", "--json").json["notes"][0]["texte"] == "écrit dans l'éditeur"


@pytest.mark.parametrize(
    ("corps", "mots", "code"),
    [
        ('printf "Vu @inconnu" > "$1"', (), 2),
        ('printf "Un texte tapé" > "$1"; exit 3', (), 2),
        ('printf "\\351t\\351" > "$1"', (), 2),
        ('printf "Un essai" > "$1"', ("--essai",), 0),
        ('printf "Douteux @Haddad" > "$1"', (), 2),
        ('printf "Changé" > "$1"; test -f VU || { printf main >> FICHE; touch VU; }', (), 1),
    ],
)
def test_un_texte_tape_et_refuse_est_garde_et_son_chemin_est_dit(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, corps: str, mots: tuple[str, ...], code: int
) -> None:
    for nom in ("Léa Haddad", "Amina Haddad"):
        lieu.faire("accueil", "personne", "creer", nom)
    ident = lieu.id("journal", "noter", "première version")
    fiche = lieu.racine / f"journal/notes/2026/11/{ident}.md"
    editeur = tmp_path / "editeur.sh"
    editeur.write_text(
        f"#!/bin/sh\n{corps.replace('FICHE', str(fiche)).replace('VU', str(tmp_path / 'vu'))}\n", "utf-8"
    )
    editeur.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editeur))
    monkeypatch.delenv("VISUAL", raising=False)
    (tmp_path / "provisoires").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "provisoires"))
    dit = lieu.faire("journal", "editer", ident, *mots, code=code)
    gardes = list((tmp_path / "provisoires").glob("tiers-lieu-*/note.md"))
    assert gardes
    for garde in gardes:
        assert f"Votre texte est gardé dans {garde}" in dit.erreurs
        assert oct(garde.parent.stat().st_mode & 0o777) == "0o700"


@pytest.mark.parametrize(("fois", "code"), [(1, 0), (99, 1)])
def test_une_fiche_changee_pendant_l_edition_ne_perd_rien_et_ne_se_rejoue_pas_sans_fin(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fois: int, code: int
) -> None:
    ident = lieu.id("journal", "noter", "première version")
    editeur, compte = tmp_path / "editeur.sh", tmp_path / "compte"
    autre = f"{sys.executable} -m tiers_lieu_cli --lieu {lieu.racine} journal editer {ident}"
    editeur.write_text(
        f"#!/bin/sh\necho x >> {compte}\nn=$(wc -l < {compte})\n"
        f'[ $n -le {fois} ] && {autre} --texte "autre main $n" > /dev/null\n'
        'echo "ma version $n" > $1\n',
        "utf-8",
    )
    editeur.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editeur))
    monkeypatch.delenv("VISUAL", raising=False)
    (tmp_path / "provisoires").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "provisoires"))
    dit = lieu.faire("journal", "editer", ident, code=code)
    gardes = {f.read_text("utf-8").strip() for f in tmp_path.glob("provisoires/*/note.md")}
    montree = lieu.faire("journal", "jour").sortie
    assert dit.erreurs.count("Votre texte est gardé") == len(gardes)
    if code:
        assert "change à chaque fois" in dit.erreurs
        assert gardes == {"ma version 1", "ma version 2", "ma version 3"}
        assert "autre main 3" in montree
    else:
        assert gardes == {"ma version 1"}
        assert "ma version 2" in montree


def test_un_texte_enregistre_ou_laisse_tel_quel_ne_traine_pas(
    lieu: Lieu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ident = lieu.id("journal", "noter", "première version")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for editeur, code in (("true", 2), ("false", 2), ("sed -i s/première/seconde/", 0)):
        monkeypatch.setenv("EDITOR", editeur)
        assert "gardé" not in lieu.faire("journal", "editer", ident, code=None).erreurs
        assert not list(tmp_path.glob("tiers-lieu-*")), code


def test_un_lien_vers_une_fiche_qui_n_existe_pas_est_refuse(lieu: Lieu) -> None:
    evenement = lieu.id("prog", "evenement", "creer", "Atelier vélo", "--quand", "demain 18h-20h")
    lieu.faire("journal", "noter", "Préparer", "--lien", evenement, "--lien", "cour")
    assert lieu.faire("journal", "jour", "--json").json["notes"][0]["liens"] == [evenement, "cour"]
    assert "caves" in lieu.faire("journal", "noter", "x", "--lien", "caves", code=2).erreurs


def test_editer_ne_change_que_le_texte_et_garde_les_commentaires(lieu: Lieu) -> None:
    chemin = "journal/notes/2026/11/2026-11-24-0700-cle-abcd.md"
    lieu.poser(chemin, "---\n# dictée au téléphone\nmoment: 2026-11-24T07:00\n---\n\nLa clé est rendue\n")
    lieu.faire("journal", "editer", "cle-abcd", "--texte", "La clé est perdue")
    # La ligne du texte, et celle qui dit qu'il fut corrigé.
    assert lieu.git("show", "--format=", "--numstat").split()[:2] == ["2", "1"]
    assert "# dictée au téléphone" in (lieu.racine / chemin).read_text("utf-8")


def test_une_note_modifiee_a_la_main_n_est_pas_ecrasee(lieu: Lieu) -> None:
    ident = lieu.id("journal", "noter", "Un mot")
    fiche = lieu.racine / f"journal/notes/2026/11/{ident}.md"
    fiche.write_text(fiche.read_text("utf-8").replace("Un mot", "Un autre mot"), "utf-8")
    refus = lieu.faire("journal", "editer", ident, "--texte", "Encore un autre", code=1)
    assert "modifié à la main" in refus.erreurs
    assert "Un autre mot" in fiche.read_text("utf-8")


def test_essai_montre_tout_et_n_ecrit_rien(lieu: Lieu) -> None:
    avant = lieu.signature()
    sortie = lieu.faire("journal", "noter", "Un mot", "--essai").sortie
    assert "rien n'est écrit" in sortie
    assert "moment: 2026-11-24T08:52" in sortie
    assert lieu.signature() == avant


def test_une_mauvaise_note_n_empeche_pas_de_lire_les_bonnes(lieu: Lieu) -> None:
    lieu.faire("journal", "noter", "La bonne")
    lieu.poser("journal/notes/2026/11/2026-11-24-0800-mal-abcd.md", "---\nmoment: [\n---\n\nx\n")
    reponse = lieu.faire("journal", "jour")
    assert "La bonne" in reponse.sortie
    assert "2026-11-24-0800-mal-abcd.md, ligne 2" in reponse.erreurs


@pytest.mark.parametrize("texte", ["", "   ", "\n\n", "a\x00b", "x" * 20_001])
def test_une_note_vide_ou_illisible_est_refusee(lieu: Lieu, texte: str) -> None:
    avant = lieu.signature()
    assert lieu.faire("journal", "noter", texte, code=2).erreurs.count("→") == 1
    assert lieu.signature() == avant


def test_sans_registre_on_note_et_on_lit_des_identifiants(lieu: Lieu, karim: str) -> None:
    lieu.faire("journal", "noter", "Vu @karim")
    os.rename(lieu.racine / "registre", lieu.racine.parent / "registre-ailleurs")
    lieu.faire("journal", "noter", f"Revu @{karim}")
    assert lieu.faire("journal", "jour").sortie.count(karim) == 2
