"""À plusieurs : un vrai moyeu, de vrais clones ; rien de perdu, rien d'imposé, rien d'exécuté."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from soutien import Lieu, git, lancer

from tiers_lieu_cli.noyau.depot import moyeu as transport
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ouvert import LIT

NOTE = "journal/notes/2026/11/2026-11-24-0812-x-aaaa.md"
CREER = ("prog", "evenement", "creer")


@pytest.fixture
def la(ici: Lieu, moyeu: Path, tmp_path: Path) -> Lieu:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "la")).code == 0
    return Lieu(tmp_path / "la")


def test_deux_postes_se_retrouvent(ici: Lieu, la: Lieu) -> None:
    ici.faire("journal", "noter", "Vu d'ici")
    assert ici.faire("synchroniser").sortie == "1 chose envoyée, aucune reçue.\n"
    la.faire("journal", "noter", "Vu de là")
    assert la.faire("synchroniser").sortie == "1 chose envoyée, 1 reçue.\n"
    assert ici.faire("synchroniser", "--json").json["recues"] == 1
    assert ici.faire("synchroniser").sortie == "Tout était déjà en commun.\n"
    for poste in (ici, la):
        assert {"Vu d'ici", "Vu de là"} <= {
            n["texte"] for n in poste.faire("journal", "jour", "--json").json["notes"]
        }
        assert poste.git("status", "--porcelain") == ""
        assert poste.git("fsck", "--strict").strip() == ""
    assert ici.git("rev-parse", "HEAD") == la.git("rev-parse", "HEAD")


def test_la_meme_fiche_se_reunit_champ_par_champ(ici: Lieu, la: Lieu) -> None:
    ident = ici.id(*CREER, "Fête", "--quand", "samedi 10h-12h")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    ici.faire("prog", "evenement", "modifier", ident, "--titre", "Grande fête")
    la.faire("prog", "evenement", "modifier", ident, "--salle", "cour")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    ici.faire("synchroniser")
    for poste in (ici, la):
        fiche = poste.faire("prog", "evenement", "fiche", ident, "--json").json
        assert (fiche["titre"], fiche["salles"]) == ("Grande fête", ["cour"])


def test_un_desaccord_garde_les_deux_et_se_tranche(ici: Lieu, la: Lieu) -> None:
    ident = ici.id(*CREER, "Fête", "--quand", "samedi 10h-12h")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    ici.faire("prog", "evenement", "modifier", ident, "--titre", "Bal")
    la.faire("prog", "evenement", "modifier", ident, "--titre", "Kermesse")
    ici.faire("synchroniser")
    dit = la.faire("synchroniser").sortie
    assert "titre « Bal »" in dit
    assert "titre « Kermesse »" in dit
    assert "git" not in dit
    ici.faire("synchroniser")
    (attend,) = ici.faire("trancher", "--json").json
    assert ici.faire("verifier").code == 0
    ici.faire("trancher", attend["id"], code=2)
    ici.faire("trancher", attend["id"], "--garder", "autre")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    assert la.faire("prog", "evenement", "fiche", ident, "--json").json["titre"] == "Kermesse"
    assert "Rien à trancher" in la.faire("trancher").sortie


def test_un_desaccord_sur_une_serie_dit_quelles_dates(ici: Lieu, la: Lieu) -> None:
    serie = ici.id(
        *("espace", "serie", "creer", "cour", "--regle", "chaque lundi 9h-10h"),
        *("--du", "30/11", "--au", "30/6", "--objet", "chorale"),
    )
    ici.faire("synchroniser")
    la.faire("synchroniser")
    ici.faire("espace", "serie", "deplacer", serie, "7/12", "--quand", "8/12 9h-10h")
    ici.faire("espace", "serie", "sauter", serie, "14/12")
    la.faire("espace", "serie", "annuler", serie, "7/12", "--motif", "férié")
    la.faire("espace", "serie", "ajouter", serie, "9/12")
    ici.faire("synchroniser")
    dit = la.faire("synchroniser").sortie
    assert "en place : lundi 7 décembre 2026 « déplacée : mardi 8 décembre 2026, 09:00–10:00 »\n" in dit
    assert "autre : lundi 7 décembre 2026 « annulée (férié) »\n" in dit
    # Chaque commande se colle telle qu'imprimée, seule sur sa ligne.
    proposees = [ligne.split("→ tl ")[1].split() for ligne in dit.splitlines() if "→ tl trancher" in ligne]
    assert [mots[-1] for mots in proposees] == ["en-place", "autre"]
    la.faire(*proposees[1])
    # Les dates qu'un seul poste a changées y sont, quelle que soit la version gardée.
    recurrence = la.faire("espace", "fiche", serie, "--json").json["recurrence"]
    assert {d: e["quoi"] for d, e in recurrence["ecarts"].items()} == {
        "2026-12-07": "annule",
        "2026-12-14": "saute",
    }
    assert recurrence["ajouts"] == ["2026-12-09"]


def test_annuler_ici_deplacer_la_est_un_desaccord(ici: Lieu, la: Lieu) -> None:
    reservation = ici.id("espace", "reserver", "cour", "jeudi 14h-16h", "--objet", "réunion")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    ici.faire("espace", "annuler", reservation, "--motif", "malade")
    la.faire("espace", "deplacer", reservation, "vendredi 10h-12h")
    ici.faire("synchroniser")
    dit = la.faire("synchroniser").sortie
    assert "en place : état « annulée » · motif « malade »" in dit
    assert "autre : état « confirmée » · sans motif" in dit
    ici.faire("synchroniser")
    (attend,) = ici.faire("trancher", "--json").json
    ici.faire("trancher", attend["id"], "--garder", "autre")
    fiche = ici.faire("espace", "fiche", reservation, "--json").json
    assert (fiche["etat"], fiche["debut"]) == ("confirmee", "2026-11-27T10:00:00+01:00")


@pytest.mark.parametrize("premier", ["en-place", "autre"])
@pytest.mark.parametrize("second", ["en-place", "autre"])
def test_trancher_de_deux_facons_se_retranche(ici: Lieu, la: Lieu, premier: str, second: str) -> None:
    """Chacun s'est entendu dire que sa version est gardée : deux choix contraires ne s'effacent pas."""
    ident = ici.id(*CREER, "Fête", "--quand", "samedi 10h-12h")
    for poste in (ici, la):
        poste.faire("synchroniser")
    ici.faire("prog", "evenement", "modifier", ident, "--titre", "Bal")
    la.faire("prog", "evenement", "modifier", ident, "--titre", "Kermesse")
    for poste in (ici, la, ici):
        poste.faire("synchroniser")
    (attend,) = ici.faire("trancher", "--json").json
    for poste, choix in ((ici, premier), (la, second)):
        poste.faire("trancher", attend["id"], "--garder", choix)
    la.faire("prog", "evenement", "modifier", ident, "--salle", "cour")
    for poste in (ici, la, ici):
        poste.faire("synchroniser")
    dits = [poste.faire("prog", "evenement", "fiche", ident, "--json").json for poste in (ici, la)]
    titres = {"en-place": "Bal", "autre": "Kermesse"}
    assert [(dit["titre"], dit["salles"]) for dit in dits] == [(titres[premier], ["cour"])] * 2
    restent = la.faire("trancher", "--json").json
    if premier == second:
        assert restent == []
        return
    (encore,) = restent
    assert f"titre « {titres[second]} »" in la.faire("trancher").sortie
    la.faire("trancher", encore["id"], "--garder", "autre")
    assert la.faire("prog", "evenement", "fiche", ident, "--json").json["titre"] == titres[second]


def test_deux_promesses_hors_ligne_sont_gardees_et_dites(ici: Lieu, la: Lieu) -> None:
    un = ici.id(*CREER, "Repair café", "--quand", "samedi 10h-12h", "--salle", "cour")
    deux = la.id(*CREER, "Anniversaire", "--quand", "samedi 11h-13h", "--salle", "cour")
    ici.faire("synchroniser")
    dit = la.faire("synchroniser").sortie
    assert "promise deux fois" in dit
    assert un in dit
    assert deux in dit
    ici.faire("synchroniser")
    assert "promise deux fois" in ici.faire("verifier", code=1).sortie


def test_retiree_ici_changee_la_reste(ici: Lieu, la: Lieu) -> None:
    ici.faire("journal", "noter", "À retirer")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    (fiche,) = (la.racine / "journal/notes").rglob("*.md")
    ici.faire("defaire", "--oui")
    la.faire("journal", "editer", fiche.stem, "--texte", "À garder")
    ici.faire("synchroniser")
    assert "retirée" in la.faire("synchroniser").sortie
    assert "À garder" in la.faire("journal", "jour").sortie


def test_le_registre_a_son_moyeu_et_un_poste_peut_s_en_passer(
    ici: Lieu, la: Lieu, moyeu: Path, tmp_path: Path
) -> None:
    ici.faire("accueil", "personne", "creer", "Karim Haddad")
    ici.faire("journal", "noter", "Vu @Karim")
    ici.faire("synchroniser")
    la.faire("synchroniser")
    assert "Vu Karim" in la.faire("journal", "jour").sortie
    assert "Haddad" not in git(moyeu, "log", "-p", "--all")
    shutil.rmtree(moyeu / "registre")
    assert "sans le registre" in lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "sans")).sortie
    assert "Vu p-" in Lieu(tmp_path / "sans").faire("journal", "jour").sortie


def test_hors_ligne_le_travail_continue(ici: Lieu, moyeu: Path) -> None:
    moyeu.rename(moyeu.with_name("ailleurs"))
    ici.faire("journal", "noter", "Sans réseau")
    refus = ici.faire("synchroniser", code=1)
    assert "ne répond pas" in refus.erreurs
    assert "Rien n'est perdu" in refus.erreurs
    moyeu.with_name("ailleurs").rename(moyeu)
    assert ici.faire("synchroniser", "--json").json["envoyees"] == 1


def test_une_modification_a_la_main_n_est_jamais_ecrasee(ici: Lieu, la: Lieu) -> None:
    salle = "espace/salles/cour.yaml"
    ici.poser(salle, "nom: Cour\npmr: true\n", enregistre=False)
    ici.faire("enregistrer")
    ici.faire("synchroniser")
    la.poser(salle, "nom: La cour\n", enregistre=False)
    avant = la.signature()
    assert "tl enregistrer" in la.faire("synchroniser", code=1).erreurs
    assert la.signature() == avant
    la.faire("enregistrer")
    la.faire("synchroniser")
    assert (la.racine / salle).read_text("utf-8") == "nom: La cour\npmr: true\n"


def test_un_autre_lieu_n_est_pas_melange(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    assert lancer("init", str(tmp_path / "autre"), "--nom", "Autre").code == 0
    autre = Lieu(tmp_path / "autre")
    autre.faire("moyeu", "relier", str(moyeu))
    assert "autre lieu" in autre.faire("synchroniser", code=1).erreurs


@pytest.mark.parametrize(
    "url", ["ext::sh -c touch% /tmp/x", "--upload-pack=touch /tmp/x", "git://x/y", "http://a\r\nb", "fd::17"]
)
def test_une_adresse_qui_lance_un_programme_est_refusee(lieu: Lieu, url: str, tmp_path: Path) -> None:
    for mots in (("moyeu", "relier", "--", url), ("moyeu", "rejoindre", "--", url, str(tmp_path / "x"))):
        reponse = lieu.faire(*mots, code=2)
        assert "n'est pas une adresse" in reponse.erreurs
    lieu.git("config", "remote.origin.url", url)
    assert lieu.faire("synchroniser", code=None).code in (1, 2)


def pousser(poste: Lieu, moyeu: Path, *mots: str) -> str:
    """Porter à la main, comme quelqu'un qui se passerait de l'outil ; rend le refus."""
    fini = subprocess.run(
        ["git", "-C", str(poste.racine), "push", *mots, str(moyeu), "HEAD:refs/heads/main"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    assert fini.returncode, "le moyeu a accepté"
    return fini.stderr


def enregistrer_a_la_main(poste: Lieu, *, role: str = "concierge") -> None:
    poste.git("add", "-A")
    poste.git(
        "-c", f"user.name={role}", "-c", f"user.email={role}@lieu.invalid", "commit", "-qm", "à la main"
    )


@pytest.mark.parametrize(
    ("chemin", "contenu", "dit"),
    [
        ("espace/salles/cour.yaml", "nom: [\n", "ligne"),
        (
            "journal/notes/2026/11/2026-11-24-0812-x-aaaa.md",
            "---\nmoment: 2026-11-24T08:12\n---\n\n50 €\n",
            "montant",
        ),
        ("regles/charte.md", "Écrire à Karim Haddad\n", "nom ou le contact"),
        (".gitmodules", "[submodule]\n", "façon de lire"),
        (".gitattributes", "* filter=x\n", "façon de lire"),
        ("virus.exe", "x\n", "n'est pas une fiche"),
        ("regles/gros.md", "x" * 70_000, "64 Kio"),
        ("regles/é.md", "x\n", "n'est pas permis"),
    ],
)
def test_le_moyeu_relit_tout(ici: Lieu, moyeu: Path, chemin: str, contenu: str, dit: str) -> None:
    ici.faire("accueil", "personne", "creer", "Karim Haddad")
    ici.faire("synchroniser")
    avant = git(moyeu, "rev-parse", "main")
    ici.poser(chemin, contenu, enregistre=False)
    enregistrer_a_la_main(ici)
    assert dit in pousser(ici, moyeu)
    refus = ici.faire("synchroniser", code=1).erreurs
    assert "Une action n'est pas envoyée" in refus
    assert dit in refus
    assert git(moyeu, "rev-parse", "main") == avant
    # Refaite sans cela, tout le reste part ; le moyeu ne garde rien de ce qu'il a refusé.
    ici.faire("journal", "noter", "Après")
    ici.faire("synchroniser", "--refaire")
    assert ici.git("rev-parse", "HEAD").strip() == git(moyeu, "rev-parse", "main").strip()
    assert f"+{contenu.splitlines()[-1]}\n" not in git(moyeu, "log", "-p", "--all", "--", chemin)
    assert ici.git("status", "--porcelain") == ""
    assert "Tout était déjà" in ici.faire("synchroniser").sortie
    assert ici.git("for-each-ref", "refs/tiers-lieu/avant") == ""


def test_le_moyeu_lit_aussi_ce_qui_fut_corrige_depuis(ici: Lieu, moyeu: Path) -> None:
    ici.poser("regles/charte.md", "Une amende de 50 €\n", enregistre=False)
    enregistrer_a_la_main(ici)
    ici.poser("regles/charte.md", "Une amende\n", enregistre=False)
    enregistrer_a_la_main(ici)
    assert "montant" in pousser(ici, moyeu)


def test_un_lien_un_programme_ne_sont_pas_recus(ici: Lieu, moyeu: Path) -> None:
    os.symlink("/etc/passwd", ici.racine / "regles/lien.md")
    enregistrer_a_la_main(ici)
    assert "lien vers ailleurs" in pousser(ici, moyeu)


def test_l_histoire_ne_se_reecrit_ni_ne_s_efface(ici: Lieu, moyeu: Path) -> None:
    ici.faire("journal", "noter", "Un")
    ici.faire("synchroniser")
    ici.git("reset", "-q", "--hard", "HEAD~1")
    ici.faire("journal", "noter", "Deux")
    pousser(ici, moyeu, "--force")
    for mots in (("push", str(moyeu), ":refs/heads/main"), ("push", str(moyeu), "HEAD:refs/heads/autre")):
        with pytest.raises(subprocess.CalledProcessError):
            ici.git(*mots)


def test_un_role_ne_change_que_ce_qui_est_a_lui(ici: Lieu, moyeu: Path, tmp_path: Path) -> None:
    assert lancer("moyeu", "rejoindre", str(moyeu), str(tmp_path / "b"), "--role", "benevole").code == 0
    benevole = Lieu(tmp_path / "b")
    benevole.faire("journal", "noter", "Merci pour la soupe")
    benevole.faire("synchroniser")
    assert benevole.git("log", "-1", "--format=%an").strip() == "benevole"
    avant = benevole.signature()
    for essai in ((), ("--essai",)):
        refus = benevole.faire("espace", "salle", "creer", "cave", "--nom", "Cave", *essai, code=1)
        assert "Ce poste tient le rôle « benevole »" in refus.erreurs
        assert "« concierge »" in refus.erreurs
    assert benevole.signature() == avant
    # À la main, l'outil ne voit rien passer : le moyeu, si ; et le poste n'est pas enfermé pour autant.
    benevole.poser("espace/salles/cave.yaml", "nom: Cave\n", enregistre=False)
    enregistrer_a_la_main(benevole, role="benevole")
    benevole.faire("journal", "noter", "Et pour le café")
    assert "« benevole » ne change pas espace/salles/cave.yaml" in pousser(benevole, moyeu)
    assert "« concierge »" in benevole.faire("synchroniser", code=1).erreurs
    assert "espace/salles/cave.yaml" in benevole.faire("synchroniser", "--refaire").sortie
    copie = benevole.racine / ".git/tiers-lieu.non-envoyes/espace/salles/cave.yaml"
    assert copie.read_text("utf-8") == "nom: Cave\n"
    ici.faire("synchroniser")
    assert "Et pour le café" in ici.faire("journal", "jour").sortie
    assert not (ici.racine / "espace/salles/cave.yaml").exists()


def test_un_nom_dans_l_histoire_est_refuse(ici: Lieu, moyeu: Path) -> None:
    ici.poser("regles/charte.md", "Mieux\n", enregistre=False)
    enregistrer_a_la_main(ici, role="Marie Dupont")
    assert "Marie Dupont" in pousser(ici, moyeu)


@pytest.mark.long
def test_un_moyeu_peut_exiger_des_signatures(lieu: Lieu, tmp_path: Path) -> None:
    clefs = {}
    for qui in ("concierge", "intrus"):
        clef = tmp_path / qui
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(clef)], check=True)
        clefs[qui] = clef.with_suffix(".pub")
    moyeu = tmp_path / "moyeu"
    lancer("moyeu", "init", str(moyeu), "--signe")
    lieu.faire("moyeu", "relier", str(moyeu))
    lieu.faire("synchroniser")
    lieu.faire("journal", "noter", "Sans signature")
    assert "n'est pas signé" in lieu.faire("synchroniser", code=1).erreurs
    lieu.git("reset", "-q", "--hard", "HEAD~1")
    for chacun in (moyeu, moyeu / "registre"):
        (chacun / "signataires").write_text(f"concierge {clefs['concierge'].read_text('utf-8')}", "utf-8")
    lieu.faire("moyeu", "relier", str(moyeu), "--clef", str(clefs["concierge"]))
    lieu.faire("journal", "noter", "Signé")
    lieu.faire("synchroniser")
    assert lieu.git("log", "-1", "--format=%(trailers:key=Action,valueonly)").strip() == "journal.noter"
    lieu.faire("moyeu", "relier", str(moyeu), "--clef", str(clefs["intrus"]))
    lieu.faire("journal", "noter", "Pas de la maison")
    assert "n'est pas signé" in lieu.faire("synchroniser", code=1).erreurs


def test_la_garde_dit_ou_elle_en_est_pendant_qu_elle_lit(
    ici: Lieu, moyeu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """La vraie garde, qui parle à chaque enregistrement : le poste le montre, et n'y voit pas un refus."""

    def bavarde(dossier: Path, _: object) -> None:
        corps = "from tiers_lieu_cli.ensemble import garde; garde._ENTRE_DEUX_MOTS = -1"
        crochet = dossier / "pre-receive"
        crochet.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{corps}; exit(garde.principal())'\n")
        crochet.chmod(0o755)

    monkeypatch.setattr(transport, "poser_la_garde", bavarde)
    for mot in ("Du bois", "De la colle", "Des clous"):
        assert ici.faire("journal", "noter", mot).code == 0
    vus: list[tuple[str, int, int | None]] = []
    transport.porter(Depot(ici.racine), str(moyeu), avancee=lambda *vu: vus.append(vu))
    assert [vu for vu in vus if vu[0] == LIT] == [(LIT, 0, 3), (LIT, 1, 3), (LIT, 2, 3)]
