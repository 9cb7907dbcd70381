"""Les pages vues par un vrai navigateur : au téléphone, de nuit, au clavier, par une voix de synthèse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
import navigateur
import pytest
from navigateur import AXE, CHROMIUM, Navigateur
from soutien import MAINTENANT, Lieu

HOSTILE = '<script>alert(1)</script> [link](javascript:alert(1)) {{7*7}} "onmouseover="x'
LONG = "Une très longue fête des voisins et des voisines" + "é" * 140
RTL = "أمسية شعرية مع ليلى"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'
REGLAGES = """\
contacts: [bonjour@passerelle.example, "+32 4 123 45 67"]
domaine: passerelle.example
adresse: rue du Pont 12, Liège
langues: [fr, nl]
couleur: '#e0a800'
logo: gabarits/logo.svg
"""
#: Les pages d'un seul fichier, qui ne sont pas du site.
PAGES = {
    "semaine": ("prog", "semaine"),
    "planning": ("espace", "planning"),
    "bilan": ("bilan", "mois"),
}
#: Une par sorte de page ; les autres ne diffèrent que par ce qu'elles disent.
SORTES = (
    "index.html",
    "mois/2026-11.html",
    "salles.html",
    "services.html",
    "entraide.html",
    "membres.html",
    "nouvelles.html",
    "nl/index.html",
)


@pytest.fixture(scope="module")
def site(modele: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le site d'un lieu vivant, où l'on a tout essayé."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
        racine = tmp_path_factory.mktemp("site") / "lieu"
        shutil.copytree(modele, racine, symlinks=True)
        lieu = Lieu(racine)
        reglages = racine / "lieu.yaml"
        noms = ("contacts", "langues", "couleur", "logo", "domaine", "adresse")
        gardees = [x for x in reglages.read_text("utf-8").splitlines() if not x.startswith(noms)]
        reglages.write_text("\n".join([*gardees, REGLAGES]), "utf-8")
        lieu.poser("gabarits/logo.svg", LOGO)
        lieu.faire("accueil", "personne", "creer", "Karim Haddad")
        for titre in (HOSTILE, LONG, RTL, "Table de conversation"):
            mots = ("--quand", "28/11 18h-20h", "--description", f"{HOSTILE}\n\n# {LONG}")
            ident = lieu.id("prog", "evenement", "creer", titre, *mots, "--public", "riverains")
        lieu.faire("prog", "evenement", "annuler", ident, "--motif", "animatrice souffrante")
        lieu.faire("prog", "serie", "creer", "Chorale", "--regle", "chaque jeudi 19h-21h", "--du", "jeudi")
        service = lieu.id("prog", "service", "creer", "Prêt d'outils", "--description", LONG)
        lieu.faire("prog", "service", "essai", service, "--motif", "on verra")
        lieu.faire("espace", "horaires", "lun-ven 9h-12h30 et 14h-18h", "sam 10h-17h")
        lieu.faire("espace", "fermer", "--du", "26/11", "--au", "26/11", "--motif", "travaux")
        lieu.faire("espace", "reserver", "cour", "vendredi 14h-16h", "--objet", "réunion")
        lieu.faire(
            *("accueil", "personne", "modifier", "@karim", "--nom-public", "DJ Karim"),
            *("--accepte", "portrait", "--portrait", f"Il répare.\n\n## {LONG}"),
        )
        lieu.faire("accueil", "besoin", "creer", LONG[:180], "--territoire", "--publier", "--urgent")
        lieu.faire("accueil", "offre", "creer", "Réparer", "--personne", "@karim", "--publier")
        lieu.faire("journal", "noter", f"{HOSTILE} finie #site")
        lieu.faire("site")
        for page, mots in PAGES.items():
            lieu.faire(*mots, "--sortie", str(racine / "public" / f"{page}.html"))
    return racine / "public"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Navigateur]:
    if CHROMIUM is None:
        pytest.skip("Chromium n'est pas là")
    with navigateur.ouvrir() as ouvert:
        yield ouvert


def evenement(site: Path, mot: str) -> str:
    return next(
        f"evenements/{f.name}"
        for f in sorted((site / "evenements").glob("*.html"))
        if f.name.startswith("2026-11-2") and mot in f.read_text("utf-8").partition("</title>")[0]
    )


def toutes_les_sortes(site: Path) -> list[str]:
    return [
        *SORTES,
        evenement(site, "alert(1)"),
        evenement(site, "longue fête"),
        evenement(site, RTL[:5]),
        evenement(site, "Table de conversation"),
        *(f"{page}.html" for page in PAGES),
    ]


def test_ni_defilement_ni_demande_ailleurs_et_accessible(site: Path, chrome: Navigateur) -> None:
    axe = AXE.read_text("utf-8") if AXE.is_file() else ""
    fautes: list[str] = []
    for page in toutes_les_sortes(site):
        for largeur, sombre in ((360, False), (360, True), (768, False), (1280, True)):
            chrome.taille(largeur, sombre=sombre)
            chrome.aller((site / page).as_uri())
            ou = f"{page} à {largeur}{' de nuit' * sombre}"
            large = chrome.valeur("document.documentElement.scrollWidth")
            if large > largeur:
                fautes.append(f"{ou} : {large} pixels de large")
            dehors = [d for d in chrome.demandes if not d.startswith((site.as_uri(), "data:"))]
            fautes += [f"{ou} : demande {d}" for d in dehors]
            fautes += [f"{ou} : {p}" for p in chrome.plaintes]
            if axe and largeur == 360:
                chrome.valeur(f"{axe}; 0")
                regles = "{runOnly: ['color-contrast']}" if sombre else "{}"
                trouvees = chrome.valeur(
                    f"axe.run({regles}).then(r => r.violations.map("
                    "v => v.id + ' ' + v.nodes.slice(0, 2).map(n => n.html)))"
                )
                fautes += [f"{ou} : {v}" for v in trouvees]
    assert not fautes, "\n".join(fautes)


def test_tout_se_fait_au_clavier(site: Path, chrome: Navigateur) -> None:
    chrome.taille(1280)
    chrome.aller((site / "index.html").as_uri())
    combien = chrome.valeur("document.querySelectorAll('a[href]').length")
    vus = []
    for _ in range(combien):
        chrome.touche("Tab", 9)
        vus.append(chrome.valeur("document.activeElement.textContent.trim()"))
        assert chrome.valeur("getComputedStyle(document.activeElement).outlineStyle") != "none", vus[-1]
    assert vus[0] == "Aller au contenu"
    assert vus == chrome.valeur("[...document.querySelectorAll('a[href]')].map(a => a.textContent.trim())")
    chrome.aller((site / "index.html").as_uri())
    chrome.touche("Tab", 9)
    chrome.touche("Enter", 13)
    assert chrome.valeur("location.hash") == "#contenu"


def test_un_titre_hostile_se_lit_et_ne_fait_rien(site: Path, chrome: Navigateur) -> None:
    chrome.taille(360)
    chrome.aller((site / evenement(site, "alert(1)")).as_uri())
    assert chrome.valeur("document.querySelector('h1').textContent") == HOSTILE
    assert chrome.valeur("document.querySelectorAll('script').length") == 1
    assert chrome.valeur("document.querySelector('script').type") == "application/ld+json"
    assert chrome.valeur("JSON.parse(document.querySelector('script').textContent).name") == HOSTILE
    assert chrome.valeur("[...document.querySelectorAll('*')].filter(e => e.onmouseover).length") == 0
    liens = chrome.valeur("[...document.querySelectorAll('a[href]')].map(a => a.protocol)")
    assert {*liens} <= {"file:", "mailto:", "tel:", "webcal:"}
    chrome.aller((site / evenement(site, RTL[:5])).as_uri())
    assert chrome.valeur("getComputedStyle(document.querySelector('h1')).direction") == "rtl"


class _Liens(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.liens: list[str] = []
        self.ancres: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for nom, valeur in attrs:
            if nom in ("href", "src") and valeur is not None:
                self.liens.append(valeur)
            if nom == "id" and valeur:
                self.ancres.add(valeur)


def test_tout_lien_mene_quelque_part_et_toute_page_est_du_html(site: Path) -> None:
    pages = {f: _Liens(f.read_text("utf-8")) for f in site.rglob("*.html")}
    fautes = []
    for f, lue in pages.items():
        for lien in lue.liens:
            dit = urlsplit(lien)
            if dit.scheme:
                assert dit.scheme in ("mailto", "tel", "webcal", "https", "data"), lien
                continue
            cible = (f.parent / unquote(dit.path)).resolve() if dit.path else f
            if not cible.is_file() or (dit.fragment and dit.fragment not in pages[cible].ancres):
                fautes.append(f"{f.relative_to(site)} → {lien}")
    assert not fautes, "\n".join(fautes[:20])
    for page in toutes_les_sortes(site):
        lecteur = html5lib.HTMLParser()
        lecteur.parse((site / page).read_text("utf-8"))
        assert [e for e in lecteur.errors if e[1] != "unexpected-null"] == [], page


def test_une_page_d_accueil_est_legere(site: Path) -> None:
    """Avec son habit et ses lettres, sous soixante kilo-octets."""
    accueil = (
        "index.html",
        "site.css",
        "polices/atkinson-latin-400.woff2",
        "polices/atkinson-latin-700.woff2",
    )
    assert sum((site / f).stat().st_size for f in accueil) < 60_000
