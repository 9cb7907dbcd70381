"""De la première ligne à la signature : les textes, leurs versions, ce que le mur refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from soutien import Lieu

OCCUPATION = ("convention", "creer", "--modele", "occupation", "--avec", "comite-du-pont")
AN = ("--du", "1/1/2027", "--au", "31/12/2027")


@pytest.fixture
def maison(lieu: Lieu) -> Lieu:
    lieu.faire("accueil", "personne", "creer", "Piet De Smet")
    lieu.faire(
        "convention", "partenaire", "creer", "Comité du Pont", "--sorte", "citoyen", "--contact", "@Piet"
    )
    return lieu


def test_d_un_modele_a_la_signature_puis_a_l_avenant(maison: Lieu, tmp_path: Path) -> None:
    """Le vrai PDF est ouvert, et son texte relu ; l'archive ne nomme personne."""
    ident = maison.id(*OCCUPATION, *AN, "--objet", "table de quartier", "--preavis", "3 mois")
    pdf = tmp_path / "texte.pdf"
    maison.faire("convention", "texte", "table", "--sortie", str(pdf))
    imprime = " ".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert "Piet De Smet" in imprime and "30 septembre 2027" in imprime and ident in imprime
    assert "Smet" not in maison.git("log", "-p", "--all")
    assert maison.faire("convention", "avenant", ident, "Un an de plus", code=1).erreurs
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf.read_bytes())
    maison.faire("convention", "signer", ident, "--par", "@Piet", "--fichier", str(scan))
    assert "déjà signée" in maison.faire("convention", "signer", ident, code=1).erreurs
    maison.faire("convention", "avenant", ident, "Un an de plus", "--au", "31/12/2028")
    premiere = maison.faire("convention", "texte", ident, "--version", "1").sortie
    assert "2028" not in premiere and "2028" in maison.faire("convention", "texte", ident).sortie
    fiche = maison.faire("convention", "fiche", ident, "--json").json
    assert [s["version"] for s in fiche["fiche"]["signatures"]] == [1] and not fiche["signee"]
    assert maison.faire("verifier").code == 0


def test_le_texte_suit_tant_qu_il_n_est_pas_signe_sauf_ce_qu_une_main_y_met(maison: Lieu) -> None:
    ident = maison.id(*OCCUPATION, *AN)
    maison.faire("convention", "modifier", ident, "--preavis", "2 mois")
    assert "2 mois" in maison.faire("convention", "texte", ident).sortie
    chemin = f"convention/textes/{ident}-v1.md"
    ecrit = (maison.racine / chemin).read_text("utf-8") + "\nLa cuisine est comprise.\n"
    maison.poser(chemin, ecrit)
    dit = maison.faire("convention", "modifier", ident, "--preavis", "4 mois").sortie
    assert "retouché à la main" in dit
    assert "La cuisine est comprise" in maison.faire("convention", "texte", ident).sortie


@pytest.mark.parametrize(
    ("gabarit", "dit"),
    [
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "trop de temps"),
        ("{% include '/etc/passwd' %}", "gabarits/convention"),
        ("{{ lieu.__class__.__mro__ }}", "gabarits/convention"),
        ("Loyer : 850 € par mois", "montant"),
    ],
    ids=["boucle", "dehors", "interpréteur", "montant"],
)
def test_un_gabarit_de_la_maison_ne_boucle_ni_ne_lit_dehors(
    maison: Lieu, gabarit: str, dit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dit == "trop de temps":
        monkeypatch.setattr("tiers_lieu_cli.noyau.pages.gabarit.DELAI", 0.5)
    maison.poser("gabarits/convention-occupation.md.j2", gabarit)
    avant = maison.signature()
    assert dit in maison.faire(*OCCUPATION, *AN, code=1).erreurs
    assert maison.signature() == avant


def test_un_gabarit_de_la_maison_remplace_celui_de_l_outil(maison: Lieu) -> None:
    maison.poser("gabarits/convention-occupation.md.j2", "# À nous\n\nAvec {{ partenaire.nom }}, {{ id }}.")
    ident = maison.id(*OCCUPATION, *AN)
    assert f"Avec Comité du Pont, {ident}." in maison.faire("convention", "texte", ident).sortie


@pytest.mark.parametrize(
    ("mots", "dit"),
    [
        (("--objet", "Loyer de 850 €"), "montant"),
        (("--objet", "pour Piet De Smet"), "personne du registre"),
        (("--preavis", "trois lunes"), "n'est pas une période"),
        (("--au", "31/12/2026"), "finit avant"),
        (("--au", "31/12/9999"), "hors de l'histoire"),
    ],
)
def test_ce_qui_n_entre_pas(maison: Lieu, mots: tuple[str, ...], dit: str) -> None:
    avant = maison.signature()
    dits = (*OCCUPATION, *AN, *mots) if mots[0] != "--au" else (*OCCUPATION, *AN[:2], *mots)
    reponse = maison.faire(*dits, code=None)
    assert reponse.code in (1, 2) and dit in reponse.erreurs
    assert maison.signature() == avant


def test_une_assurance_dont_le_preavis_a_failli_etre_manque(
    maison: Lieu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Soixante jours d'absence ; au retour, tout est encore à l'écran ; résiliée, on dit comment."""
    maison.faire("convention", "partenaire", "creer", "Assurances Meuse")
    ident = maison.id(
        *(
            "convention",
            "creer",
            "--modele",
            "assurance",
            "--avec",
            "Assurances Meuse",
            "--risque",
            "incendie",
        ),
        *("--du", "1/3/2026", "--au", "28/2/2027", "--preavis", "2 mois", "--reconduction", "1 an"),
        *("--forme", "lettre recommandée", "--marge", "3", "--compte", "reception"),
    )
    maison.faire("convention", "signer", ident)
    assert "préavis au plus tard le" in maison.faire("aujourdhui", "--tout").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-01-23T09:00+01:00")
    assert "reconduite sans décision" in maison.faire("convention", "echeances").sortie
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-26T09:00+01:00")
    dit = maison.faire("convention", "resilier", ident).sortie
    assert "28 février 2027" in dit and "lettre recommandée" in dit and "à poster le lundi 28 décembre" in dit
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2027-03-02T09:00+01:00")
    vue = maison.faire("convention", "echeances", "--json").json["a_decider"]
    assert vue[0]["rouge"] and "incendie" in vue[0]["phrase"]


def test_les_echeances_en_agenda_sont_stables(maison: Lieu, tmp_path: Path) -> None:
    maison.faire(*OCCUPATION, *AN, "--preavis", "3 mois")
    un, deux = tmp_path / "un.ics", tmp_path / "deux.ics"
    for ou in (un, deux):
        maison.faire("convention", "ical", "--sortie", str(ou))
    assert un.read_bytes() == deux.read_bytes()
    assert b"20270930" in un.read_bytes() and b"Smet" not in un.read_bytes()


GESTES = (
    ("signer",),
    ("modifier", "--preavis", "2 mois"),
    ("avenant", "Prolongée", "--au", "31/12/2030"),
    ("decider", "renouveler"),
    ("avis",),
    ("resilier",),
    ("engagement", "creer", "Prêter la salle"),
)


@pytest.mark.parametrize("geste", GESTES, ids=lambda g: g[0])
def test_rien_ne_change_plus_une_convention_resiliee(maison: Lieu, geste: tuple[str, ...]) -> None:
    ident = maison.id(*OCCUPATION, *AN)
    maison.faire("convention", "resilier", ident, "--fin", "30/6/2027")
    avant = maison.signature()
    rang = 2 if geste[0] == "engagement" else 1
    refus = maison.faire("convention", *geste[:rang], ident, *geste[rang:], code=1).erreurs
    assert "est résiliée" in refus and "30 juin 2027" in refus and f"tl convention fiche {ident}" in refus
    assert maison.signature() == avant


@pytest.mark.parametrize("geste", [("decider", "renouveler"), ("decider", "vu"), ("avis",)], ids=" ".join)
def test_redire_le_meme_jour_n_ecrit_rien(maison: Lieu, geste: tuple[str, ...]) -> None:
    ident = maison.id(*OCCUPATION, *AN, "--reconduction", "1 an", "--preavis", "3 mois")
    mots = ("convention", geste[0], ident, *geste[1:])
    maison.faire(*mots)
    avant = maison.signature()
    assert "déjà" in maison.faire(*mots).sortie
    assert maison.signature() == avant
    # Un autre jour, c'est autre chose ; une note aussi.
    maison.faire(*mots, "--le", "hier")
    assert maison.signature() != avant
