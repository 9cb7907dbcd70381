"""Ce que chaque côté promet, ce qui est tenu, et la page qui le dit aux deux."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader
from soutien import Lieu

from tiers_lieu_cli.convention.engagement import regles
from tiers_lieu_cli.convention.engagement.modele import Cote, Engagement, Report
from tiers_lieu_cli.convention.engagement.regles import Ou

LE_24 = date(2026, 11, 24)
DIX = date(2026, 12, 10)
REPORT = Report(le=LE_24, de=date(2026, 12, 1), a=DIX)
AJOUTER = ("convention", "engagement", "creer")


@pytest.mark.parametrize(
    ("dits", "jour", "attendu"),
    [
        ({}, date(2030, 1, 1), Ou.PROMIS),
        ({"pour_le": DIX}, DIX, Ou.PROMIS),
        ({"pour_le": DIX}, date(2026, 12, 11), Ou.EN_RETARD),
        ({"pour_le": DIX, "reports": (REPORT,)}, DIX, Ou.RENEGOCIE),
        ({"pour_le": DIX, "reports": (REPORT,)}, date(2026, 12, 11), Ou.EN_RETARD),
        ({"pour_le": DIX, "tenu_le": DIX}, date(2030, 1, 1), Ou.TENU),
        ({"pour_le": DIX, "tenu_le": date(2026, 12, 11)}, date(2030, 1, 1), Ou.TENU_EN_RETARD),
        ({"pour_le": DIX, "abandonne_le": LE_24}, date(2030, 1, 1), Ou.ABANDONNE),
    ],
)
def test_ou_en_est_un_engagement(dits: dict[str, object], jour: date, attendu: Ou) -> None:
    promis = Engagement(id="x", convention="c", de=Cote.MAISON, quoi="x", promis_le=LE_24, **dits)  # type: ignore[arg-type]
    assert regles.ou(promis, jour) is attendu


def test_les_deux_cotes_sur_une_page(lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promis, tenu avec sa preuve, reporté, en retard : écran, page et vrai PDF disent la même chose."""
    lieu.faire("convention", "partenaire", "creer", "Comité du Pont", "--sorte", "citoyen")
    creer = ("convention", "creer", "--modele", "partenariat", "--avec", "comite-du-pont")
    ident = lieu.id(*creer, "--du", "1/9/2026", "--au", "31/8/2027", "--objet", "le quartier")
    lieu.faire(*AJOUTER, ident, "Prêter la cour le samedi", "--pour", "5/12/2026")
    assert "Prêter la cour" in lieu.faire("convention", "texte", ident).sortie, "tant que rien n'est signé"
    lieu.faire(*AJOUTER, ident, "Trois ateliers vélo", "--de", "partenaire", "--pour", "1/12/2026")
    lieu.faire(*AJOUTER, ident, "Tenir le bar", "--de", "partenaire", "--pour", "2/12/2026")
    preuve = lieu.id("prog", "evenement", "creer", "Fête du quartier", "--quand", "demain 14h-18h")
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", "2026-12-03T09:00+01:00")
    lieu.faire("convention", "engagement", "tenir", "preter-la-cour", "--preuve", preuve)
    tenir = ("convention", "engagement", "renegocier", "Tenir le bar")
    lieu.faire(*tenir, "--pour", "2027-01-10", "--motif", "vacances")
    assert "demander à Comité du Pont : Trois ateliers vélo" in lieu.faire("aujourdhui", "--tout").sortie
    pdf, html = tmp_path / "bilan.pdf", tmp_path / "bilan.html"
    for fichier in (pdf, html):
        lieu.faire("convention", "bilan", "Comité du Pont", "--sortie", str(fichier))
    imprime = " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    assert len(PdfReader(pdf).pages) == 1
    for dit in (lieu.faire("convention", "bilan", "comite").sortie, html.read_text("utf-8"), imprime):
        lu = " ".join(dit.split())
        for attendu in (
            "1 sur 1 tenu",
            "0 sur 2 tenu",
            "en retard de 2 jours",
            "Fête du quartier",
            "vacances",
        ):
            assert attendu in lu, attendu
    assert lieu.faire("verifier").code == 0
    refus = lieu.faire("convention", "engagement", "tenir", "preter-la-cour", code=1)
    assert "est déjà tenu" in refus.erreurs


def test_le_texte_non_signe_dit_tout_ce_qui_est_promis_et_rien_d_autre(lieu: Lieu) -> None:
    """Après chaque geste, quel qu'en soit l'ordre : ce qui est promis, pour sa date ; jamais « retouché »."""
    lieu.faire("convention", "partenaire", "creer", "Comité du Pont")
    modele = ("convention", "creer", "--modele", "partenariat", "--avec", "comite-du-pont")
    ident = lieu.id(*modele, "--du", "1/1/2027", "--au", "31/12/2027")
    attendus: dict[str, str] = {}

    def jouer(*mots: str) -> str:
        dit = lieu.faire("convention", *mots)
        assert "ne suit plus" not in dit.sortie, mots
        ecrit = lieu.faire("convention", "texte", ident).sortie
        lignes = [x for x in ecrit.splitlines() if x.startswith(("| la maison", "| le partenaire"))]
        assert len(lignes) == len(attendus), (mots, lignes)
        for quoi, pour in attendus.items():
            assert any(f"| {quoi} | {pour} |" in x for x in lignes), (mots, quoi)
        return ecrit

    # Dans un ordre qui n'est ni celui des mots, ni son inverse.
    for quoi, cote in (
        ("Prêter la salle", "maison"),
        ("Fleurir la cour", "partenaire"),
        ("Tenir", "partenaire"),
    ):
        attendus[quoi] = "toute la durée"
        jouer("engagement", "creer", ident, quoi, "--de", cote)
    attendus["Fleurir la cour"] = "mercredi 30 juin 2027"
    jouer("engagement", "renegocier", "fleurir", "--le", "30/6/2027")
    jouer("engagement", "tenir", "preter")
    del attendus["Tenir"]
    jouer("engagement", "abandonner", "tenir")
    assert "Comité des Ponts" in jouer(
        "partenaire", "modifier", "comite-du-pont", "--nom", "Comité des Ponts"
    )
    attendus["Arroser"] = "toute la durée"
    jouer("engagement", "creer", ident, "Arroser", "--de", "maison")
    lieu.faire("convention", "signer", ident)
    signe = lieu.faire("convention", "texte", ident).sortie
    lieu.faire("convention", "engagement", "abandonner", "arroser")
    assert lieu.faire("convention", "texte", ident).sortie == signe


def test_la_page_a_signer_nomme_les_gens_partout_ou_elle_les_cite(lieu: Lieu, tmp_path: Path) -> None:
    """L'engagement, pourquoi on l'a reporté, l'objet de l'accord : un nom, jamais un identifiant."""
    lieu.faire("accueil", "personne", "creer", "Amina Benali")
    lieu.faire("convention", "partenaire", "creer", "Comité du Pont")
    modele = ("convention", "creer", "--modele", "partenariat", "--avec", "comite-du-pont")
    ident = lieu.id(*modele, "--du", "1/1/2026", "--au", "31/12/2026", "--objet", "suivre @Amina")
    lieu.faire(*AJOUTER, ident, "Un atelier pour @Amina", "--le", "30/11/2026")
    report = ("renegocier", "atelier", "--le", "15/12/2026", "--motif", "@Amina est absente")
    lieu.faire("convention", "engagement", *report)
    opaque = lieu.faire("convention", "bilan", "comite-du-pont", "--json").sortie
    assert "Benali" not in opaque and opaque.count("@p-") == 3
    for suffixe in ("md", "html", "pdf"):
        page = tmp_path / f"bilan.{suffixe}"
        lieu.faire("convention", "bilan", "comite-du-pont", "--sortie", str(page))
        imprime = (
            " ".join(f.extract_text() for f in PdfReader(page).pages)
            if suffixe == "pdf"
            else page.read_text("utf-8")
        )
        assert " ".join(imprime.split()).count("Amina Benali") == 3, suffixe
        assert "p-" not in "".join(re.findall(r"\bp-[a-z0-9]{6}\b", imprime))
        # Ce qui nomme des gens n'est lisible que de qui l'écrit.
        assert page.stat().st_mode & 0o077 == 0
