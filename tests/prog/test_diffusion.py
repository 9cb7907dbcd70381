"""Le plan de communication : où annoncer, pour quand, avec quels mots ; ce qui est dû se voit, ce qui est fait se prouve."""

# ruff: noqa: E501

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.pages import prose
from tiers_lieu_cli.prog.diffusion import regles, textes
from tiers_lieu_cli.prog.diffusion.modele import Canal, Diffusion, Etape, Plan
from tiers_lieu_cli.prog.diffusion.textes import LONGUEURS, REMPLACEMENT, Faits
from tiers_lieu_cli.prog.modele import Etat, Evenement

PLAN = Plan(
    sortes={
        "tous": (Etape(canal=Canal.AFFICHE, jours=14), Etape(canal=Canal.LETTRE, jours=7)),
        "Concert": (Etape(canal=Canal.PRESSE, jours=28), Etape(canal=Canal.AFFICHE, jours=21, qui="bar")),
        "riverains": (Etape(canal=Canal.TABLEAU, jours=2),),
        "series": (Etape(canal=Canal.TABLEAU, jours=1),),
    }
)


def evenement(**champs: object) -> Evenement:
    dits = {"titre": "Bal", "debut": "2026-12-12T20:00", "fin": "2026-12-12T23:00", **champs}
    return Evenement(id="2026-12-12-bal-7k2m", **dits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("champs", "de_serie", "attendus"),
    [
        ({}, False, [("affiche", 14), ("lettre", 7)]),
        ({"etiquettes": ("concert",)}, False, [("presse", 28), ("affiche", 21), ("lettre", 7)]),
        ({"publics": ("riverains",)}, False, [("affiche", 14), ("lettre", 7), ("tableau", 2)]),
        ({"etiquettes": ("tous", "series")}, False, [("affiche", 14), ("lettre", 7)]),
        ({"etiquettes": ("concert",)}, True, [("tableau", 1)]),
    ],
)
def test_ce_que_le_plan_demande(
    champs: dict[str, object], de_serie: bool, attendus: list[tuple[str, int]]
) -> None:
    etapes = regles.etapes(PLAN, evenement(**champs), de_serie=de_serie)
    assert [(e.canal, e.jours) for e in etapes] == attendus


def test_ce_qui_est_du_et_ce_qui_est_fait() -> None:
    e = evenement()
    faites = [
        Diffusion(id=f"{e.id}-affiche", evenement=e.id, canal=Canal.AFFICHE, le=date(2026, 11, 20)),
        Diffusion(id=f"{e.id}-presse", evenement=e.id, canal=Canal.PRESSE, le=date(2026, 11, 21)),
    ]
    vues = regles.annonces(e, regles.etapes(PLAN, e, de_serie=False), faites)
    assert [(a.canal, a.pour, a.faite is not None) for a in vues] == [
        ("affiche", date(2026, 11, 28), True),
        ("lettre", date(2026, 12, 5), False),
        ("presse", date(2026, 11, 21), True),
    ]
    assert [a.canal for a in vues if a.est_due(date(2026, 12, 4))] == []
    assert [a.canal for a in vues if a.est_due(date(2026, 12, 5))] == ["lettre"]


@pytest.mark.parametrize(
    ("champs", "montre"),
    [
        ({}, True),
        ({"interne": True}, False),
        ({"etat": Etat.BROUILLON}, False),
        ({"etat": Etat.ANNULE}, False),
        ({"etat": Etat.A_REPLACER}, False),
        ({"calendrier": "ami"}, False),
    ],
)
def test_ce_qui_n_est_pas_sur_ne_s_annonce_pas(champs: dict[str, object], montre: bool) -> None:
    assert regles.se_montre(evenement(**champs)) is montre


mots = st.text(max_size=400)


@given(
    st.builds(
        Faits,
        lieu=mots,
        titre=mots,
        quand=mots,
        bref=mots,
        ou=mots,
        pour=mots,
        description=st.text(max_size=4000),
        etiquettes=st.lists(mots, max_size=5).map(tuple),
        page=st.text(max_size=300),
        contact=mots,
    )
)
def test_aucun_texte_ne_deborde(f: Faits) -> None:
    for canal, dit in textes.textes(f).items():
        assert len(dit) <= LONGUEURS[canal], canal
    assert len(textes.remplacement(f)) <= REMPLACEMENT


@given(st.text(max_size=300), st.integers(2, 100))
def test_couper_garde_des_mots_entiers(texte: str, longueur: int) -> None:
    coupe = textes.couper(texte, longueur)
    propre = " ".join(texte.split())
    assert len(coupe) <= longueur
    assert coupe == propre or (coupe.endswith("…") and propre.startswith(coupe[:-1]))


# -- une activité, annoncée d'un bout à l'autre ------------------------------------------


@pytest.fixture
def bal(lieu: Lieu) -> str:
    lieu.faire("lieu", "--contact", "bonjour@passerelle.be")
    mots = ("--salle", "cour", "--etiquette", "concert", "--description", "Un **bal**, et une soupe.")
    return lieu.id("prog", "evenement", "creer", "Grand bal", "--quand", "samedi 5/12 20h-23h", *mots)


def test_une_activite_s_annonce(lieu: Lieu, bal: str, tmp_path: Path) -> None:
    assert "En poser un : tl prog plan" in lieu.faire("prog", "diffusion").sortie
    assert "annoncer" not in lieu.faire("aujourdhui", "--tout").sortie
    lieu.faire("prog", "plan")
    assert "concert : presse 28 j avant (accueil)" in lieu.faire("prog", "plan").sortie
    vu = lieu.faire("prog", "diffusion").sortie
    assert "5 à faire, 0 faite" in vu
    du = "annoncer « Grand bal », samedi 5 décembre : presse (accueil), agenda-communal (accueil), affiche (accueil)"
    assert du in lieu.faire("aujourdhui").sortie
    # Ce qui est fait est prouvé, et n'est plus dû.
    lieu.faire("prog", "annoncer", bal, "presse", "--preuve", "La Meuse du 20", "--le", "hier")
    reste = lieu.faire("prog", "annoncer", bal, "affiche", "--preuve", "au panneau").sortie
    assert "Restent : agenda-communal, lettre, reseau-social." in reste
    assert "presse" not in lieu.faire("aujourdhui").sortie
    fiche = lieu.faire("prog", "diffusion", bal).sortie
    assert "La Meuse du 20" in fiche and "COMMUNIQUÉ · La Passerelle" in fiche
    assert "Un bal, et une soupe." in fiche and "**" not in fiche
    # Les fichiers prêts, image et texte de remplacement compris.
    sortie = tmp_path / "bal"
    lieu.faire("prog", "diffusion", bal, "--sortie", str(sortie))
    assert {f.name for f in sortie.iterdir()} >= {f"{canal}.txt" for canal in Canal}
    if (sortie / "image.png").exists():
        assert (sortie / "image.png").read_bytes().startswith(b"\x89PNG")
        assert "Grand bal" in (sortie / "image-texte-de-remplacement.txt").read_text("utf-8")
    assert "Tout est en ordre" in lieu.faire("verifier").sortie


def test_le_bilan_dit_a_quoi_chaque_canal_a_servi(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    ident = lieu.id("prog", "evenement", "creer", "Bal", "--quand", "demain 20h-23h")
    lieu.faire("prog", "annoncer", ident, "tableau", "--preuve", "à l'entrée")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-11-30T10:00+01:00")
    lieu.faire("prog", "evenement", "tenir", ident, "--participants", "42")
    dit = lieu.faire("bilan", "periode", "--du", "2026-11-01", "--au", "2026-11-30").sortie
    assert "Les annonces, par canal" in dit and "Venus à ce qu'un canal annonçait" in dit
    assert "42" in dit.partition("Venus à ce qu'un canal")[2]


def test_un_plan_mal_ecrit_se_dit(lieu: Lieu) -> None:
    lieu.faire("prog", "evenement", "creer", "Bal", "--quand", "demain 20h-23h")
    lieu.poser("regles/communication.yaml", "sortes:\n  tous:\n    - canal: pigeon\n")
    assert (
        "le plan de communication ne se lit pas : regles/communication.yaml"
        in lieu.faire("aujourdhui").sortie
    )
    assert "regles/communication.yaml" in lieu.faire("prog", "plan", code=1).erreurs
    lieu.poser("regles/communication.yaml", "sortes:\n  tous:\n    - canal: presse\n    - canal: presse\n")
    assert "deux fois le même canal" in lieu.faire("prog", "diffusion", code=1).erreurs


def test_ce_qui_est_entre_nous_ne_s_annonce_pas(lieu: Lieu) -> None:
    ident = lieu.id("prog", "evenement", "creer", "Réunion", "--quand", "demain 9h-10h", "--interne")
    for mots in (("diffusion", ident), ("annoncer", ident, "presse", "--preuve", "x")):
        assert "ne s'annonce pas" in lieu.faire("prog", *mots, code=2).erreurs


def test_qui_s_en_charge_et_jusqu_ou_regarder() -> None:
    e = evenement(etiquettes=("concert",))
    vues = regles.annonces(e, regles.etapes(PLAN, e, de_serie=False), [])
    assert [(a.canal, a.qui) for a in vues] == [("presse", ""), ("affiche", "bar"), ("lettre", "")]
    assert regles.horizon(PLAN).days == 28
    assert regles.horizon(Plan()).days == 0
    for de_serie in (True, False):
        assert regles.etapes(Plan(), evenement(publics=("x",)), de_serie=de_serie) == []


def test_ce_qui_ne_s_annonce_pas_dit_ou_le_voir() -> None:
    regles.exiger_montrable(evenement())
    with pytest.raises(ErreurUsage) as refus:
        regles.exiger_montrable(evenement(interne=True))
    assert refus.value.fait.startswith("« Bal » ne s'annonce pas")
    assert refus.value.remede == "Le voir : tl prog evenement fiche 2026-12-12-bal-7k2m"


def test_un_tableau_et_une_liste_se_disent_sur_une_ligne() -> None:
    texte = "Venez **tous**.\n\n| Jour | Où |\n|---|---|\n| lundi | *Cour* |\n| mardi | |\n\n- vélo\n- couture\n\nFin."
    dit = prose.sur_une_ligne(prose.blocs(texte))
    assert dit == "Venez tous. Jour · Où ; lundi · Cour ; mardi vélo ; couture Fin."
