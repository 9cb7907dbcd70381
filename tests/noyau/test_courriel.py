"""Les liens `mailto:` : lisibles, et reconnus au retour quoi qu'un titre contienne."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tiers_lieu_cli.noyau.pages import courriel
from tiers_lieu_cli.noyau.pages.courriel import Geste, Marque
from tiers_lieu_cli.noyau.pages.langues import NOMS, langue

IDENT = "2026-11-24-atelier-velo-7k2m"


def test_un_lien_se_lit_avant_de_s_envoyer() -> None:
    lien = courriel.lien(
        "bonjour@passerelle.be", Geste.INSCRIPTION, "Atelier vélo", IDENT, "mardi 24 novembre"
    )
    adresse = urlsplit(lien)
    dits = parse_qs(adresse.query)
    assert (adresse.scheme, adresse.path) == ("mailto", "bonjour@passerelle.be")
    assert dits["subject"] == ["S'inscrire à Atelier vélo, mardi 24 novembre [inscription 2026-11-24-7k2m]"]
    assert "« Atelier vélo », mardi 24 novembre.\r\n\r\nMon nom : \r\n" in dits["body"][0]
    assert not set(lien) & set(" \n\"'<>&[]") - {"&"}


@given(
    st.sampled_from(sorted(courriel.MODELES)),
    st.text(max_size=300),
    st.sampled_from([IDENT, "salle-rez", ""]),
    st.text(max_size=300),
)
def test_tout_titre_revient_tel_qu_il_est_parti(geste: Geste, titre: str, ident: str, quand: str) -> None:
    titre, quand = (t.encode("utf-8", "replace").decode() for t in (titre, quand))
    lien = courriel.lien("a@b.be", geste, titre, ident, quand)
    sujet = parse_qs(urlsplit(lien).query)["subject"][0]
    assert len(lien) <= courriel.LONGUEUR_MAXIMALE * 2 and "\n" not in sujet
    lu = courriel.lire_sujet(f"Re: {sujet}")
    assert lu and lu.geste is geste and (not ident or courriel.designe(lu.quoi, ident))


@pytest.mark.parametrize(
    ("sujet", "lu"),
    [
        ("S'inscrire à Atelier [inscription 2026-11-24-7k2m]", Marque(Geste.INSCRIPTION, "2026-11-24-7k2m")),
        ("Inschrijven [INSCRIPTION 2026-11-24-7k2m]", Marque(Geste.INSCRIPTION, "2026-11-24-7k2m")),
        ("J’ai besoin d'une échelle", Marque(Geste.BESOIN)),
        ("Je propose des cours de néerlandais", Marque(Geste.OFFRE)),
        ("Demander la salle bleue", Marque(Geste.SALLE)),
        ("Bonjour", None),
        ("Bonjour [libre]", None),
        ("[liste] Réunion", None),
    ],
)
def test_ce_qu_un_sujet_demande(sujet: str, lu: Marque | None) -> None:
    assert courriel.lire_sujet(sujet) == lu


def test_ce_qu_on_remplit_se_relit() -> None:
    corps = "Bonjour,\n\nMon nom : Inès Diallo\nCombien serons nous: 3\n(deux enfants)\nQuand ?\n"
    assert courriel.lire_champs(corps) == {
        "Mon nom": "Inès Diallo",
        "Combien serons-nous": "3\n(deux enfants)\nQuand ?",
    }


@pytest.mark.parametrize("code", NOMS)
def test_dans_toute_langue_il_revient_de_meme(code: str) -> None:
    for geste in courriel.MODELES:
        sujet, corps = courriel.courriel(geste, "Vélo", IDENT, "24/11", langue(code).dire)
        assert courriel.lire_sujet(sujet) == Marque(geste, "2026-11-24-7k2m")
        rempli = corps.replace(" : \n", " : Inès\n")
        assert courriel.lire_champs(rempli) == dict.fromkeys(courriel.MODELES[geste].champs, "Inès")


@pytest.mark.parametrize(
    ("contacts", "adresse"),
    [
        (["02 123 45 67", "bonjour@passerelle.be"], "bonjour@passerelle.be"),
        (["BE68 5390 0754 7034"], ""),
        ([], ""),
    ],
)
def test_ou_l_on_ecrit_a_la_maison(contacts: list[str], adresse: str) -> None:
    assert courriel.adresse(contacts) == adresse
