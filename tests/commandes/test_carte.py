"""La carte ne ment pas : chaque commande a son aide, son exemple qui marche et sa page."""

from __future__ import annotations

import re
import shlex
from graphlib import TopologicalSorter
from pathlib import Path

import ecritures
import grimp
import pytest
from ecritures import caisse
from repertoire import TOUTES
from soutien import Lieu, lancer

RACINE = Path(__file__).parents[2]
CARTE = (RACINE / "ARCHITECTURE.md").read_text("utf-8")
PAGE = (RACINE / "docs/commandes.md").read_text("utf-8")


@pytest.mark.parametrize(
    "chemin", sorted(set(re.findall(r"`((?:tiers_lieu_cli|templates|docs)[\w./]*)`", CARTE)))
)
def test_la_carte_ne_cite_que_ce_qui_existe(chemin: str) -> None:
    assert (RACINE / chemin).exists()


def test_la_carte_tient_en_une_page() -> None:
    assert len(CARTE.splitlines()) <= 65


def test_le_graphe_des_imports_n_a_pas_de_cycle() -> None:
    vu = grimp.build_graph("tiers_lieu_cli", exclude_type_checking_imports=True, cache_dir=None)
    lus = {m: vu.find_modules_directly_imported_by(m) for m in vu.modules}
    TopologicalSorter(lus).prepare()


def test_un_module_se_lit_d_une_traite() -> None:
    lignes = {m: len(m.read_text("utf-8").splitlines()) for m in (RACINE / "tiers_lieu_cli").rglob("*.py")}
    assert [str(m) for m, combien in lignes.items() if combien > 400] == []


@pytest.mark.parametrize("mots", TOUTES, ids=" ".join)
def test_chaque_commande_a_une_aide_francaise_et_un_exemple(mots: tuple[str, ...]) -> None:
    aide = lancer(*mots, "--help")
    assert aide.code == 0
    assert aide.sortie.startswith(f"Usage : tl {' '.join(mots)}")
    exemples = aide.sortie.partition("\nExemples :\n")[2].partition("\n\n")[0].replace("'", "")
    assert f"tl {' '.join(mots)}" in exemples
    for anglais in ("Usage:", "Options:", "Show this", "required", "default", "<str>", "{"):
        assert anglais not in aide.sortie
    for option in TOUTES[mots].params:
        assert getattr(option, "help", None), f"{mots} : {option.name} n'a pas d'aide"


@pytest.mark.parametrize("mots", TOUTES, ids=" ".join)
def test_chaque_commande_a_sa_page(mots: tuple[str, ...]) -> None:
    assert f"### `tl {' '.join(mots)}" in PAGE


def _nommee(dit: str) -> tuple[str, ...]:
    """La commande par où commence ce qu'on a écrit : « prog semaine » de « prog semaine --affiche »."""
    mots = dit.split()
    connues = (tuple(mots[:n]) for n in range(len(mots), 0, -1))
    return next((nom for nom in connues if nom in TOUTES), ())


@pytest.mark.parametrize("page", re.split(r"^#{2,3} ", PAGE, flags=re.MULTILINE)[1:], ids=lambda p: p[:40])
def test_chaque_option_de_la_page_est_celle_d_aujourd_hui(page: str) -> None:
    """Une option citée est de la commande que nomme son passage, sinon de celles que nomme le titre."""
    titre, _, corps = page.partition("\n")
    de_la_page = [nom for dit in re.findall(r"`tl ([^`]+)`", titre) if (nom := _nommee(dit))]
    for passage in re.findall(r"`([^`]+)`", f"{titre}\n{corps}"):
        autre = re.search(r"\btl (?:--\S+ \S+ )?([^|]*)", " ".join(passage.split()))
        nommees = [_nommee(autre[1])] if autre and _nommee(autre[1]) else de_la_page
        connues = {o for nom in nommees for p in TOUTES[nom].params for o in (*p.opts, *p.secondary_opts)}
        dites = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", passage.removeprefix("tl --au JOUR ")))
        assert not nommees or dites <= connues, (passage, dites - connues)


@pytest.mark.parametrize("mots", TOUTES, ids=" ".join)
def test_une_commande_qui_ecrit_a_son_essai_et_une_qui_lit_son_json(mots: tuple[str, ...]) -> None:
    options = {option for param in TOUTES[mots].params for option in param.opts}
    if mots[0] not in ("init", "demo", "completion"):
        assert "--json" in options
    if mots[-1] in ("creer", "modifier", "annuler", "noter", "editer", "ics"):
        assert "--essai" in options


#: Elles n'ajoutent pas de texte de l'usager : elles défont, relisent ou prennent ce qui est déjà écrit.
SANS_TEXTE = {
    ("defaire",),
    ("verifier",),
    ("enregistrer",),
    ("reprise",),
    ("trancher",),
    ("espace", "replacer"),
    ("importer", "ics"),
    ("importer", "csv"),
    ("espace", "importer"),
    ("accueil", "besoin", "importer"),
    # Ce qu'elles écrivent ne va qu'au registre.
    ("accueil", "personne", "creer"),
    ("accueil", "personne", "modifier"),
    ("accueil", "personne", "fusionner"),
    ("accueil", "personne", "mot"),
    ("donnees", "effacer"),
    # Un contrat fermé : aucun texte n'y entre.
    ("retour", "importer"),
    # Rien n'entre dans l'archive : le site bâti est mis en ligne.
    ("site", "envoyer"),
}


@pytest.mark.parametrize("mots", TOUTES, ids=" ".join)
def test_chaque_commande_qui_ecrit_passe_l_epreuve_du_mur(mots: tuple[str, ...]) -> None:
    if "--essai" not in {o for param in TOUTES[mots].params for o in param.opts} or mots in SANS_TEXTE:
        return
    jouees = (*ecritures.toutes("", ""), *caisse.commandes("", ""))
    assert any(jouee[: len(mots)] == mots for jouee in jouees), "tests/ecritures/"


def test_les_exemples_du_readme_marchent_dans_l_ordre(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agenda-du-fablab.ics").write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:a\nSUMMARY:Bois\n"
        "DTSTART:20261126T100000Z\nEND:VEVENT\nEND:VCALENDAR\n",
        "utf-8",
    )
    texte = (RACINE / "README.md").read_text("utf-8")
    for ligne in re.findall(r"^tl .*|^cd .*", texte, re.MULTILINE):
        mots = shlex.split(ligne)
        if mots[0] == "cd":
            monkeypatch.chdir(mots[1])
            (Path.cwd() / "agenda-du-fablab.ics").symlink_to(tmp_path / "agenda-du-fablab.ics")
            continue
        if mots[1] == "importer":
            mots.append("--oui")
        reponse = lancer(*mots[1:])
        assert reponse.code == 0, (ligne, reponse)


def test_sans_commande_on_montre_l_aide(lieu: Lieu) -> None:
    for mots in ([], ["prog"], ["espace", "salle"]):
        assert lancer(*mots).sortie.startswith("Usage : tl")
    assert lancer("--version").sortie.startswith("tiers-lieu 0.")


@pytest.mark.parametrize(
    ("dits", "propose"),
    [
        (("acceuil",), "accueil"),
        (("historqiue",), "historique"),
        (("noter", "x"), "journal noter"),
        (("accueil", "personne", "ajouter", "Léa"), "creer"),
    ],
)
def test_un_mot_mal_tape_recoit_celui_qu_on_voulait(dits: tuple[str, ...], propose: str) -> None:
    refus = lancer(*dits)
    assert refus.code == 2 and f"Voulait-on « {propose} »" in refus.erreurs


def test_une_commande_se_trouve_par_ce_qu_elle_fait() -> None:
    assert "tl espace entretien panne" in lancer("aide", "panne").sortie
    assert "tl espace cle" in lancer("aide", "clés").sortie
    assert "tl espace horaires" in lancer("aide", "horaires").sortie


def test_le_mot_d_avant_marche_encore_et_dit_le_nouveau(lieu: Lieu) -> None:
    lieu.faire("journal", "noter", "Un mot")
    assert "« defaire »" in lieu.faire("annuler", "--oui").erreurs
