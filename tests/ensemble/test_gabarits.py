"""Les mises en page : celles de l'outil rendent toute vue ; celles de la maison disent leur faute."""

from __future__ import annotations

from pathlib import Path

import pytest
from soutien import Lieu

from tiers_lieu_cli.ensemble import gabarits
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.pages.gabarit import Gabarit

CONNUS = [nom for nom in gabarits.connus() if nom.rpartition(".")[0].rpartition(".")[0] in gabarits.VUES]


@pytest.mark.parametrize("nom", CONNUS)
def test_chaque_mise_en_page_rend_une_page_pleine_et_une_vide(nom: str, tmp_path: Path) -> None:
    for vue in gabarits._exemples(nom.removesuffix(".j2")):
        page = Gabarit(tmp_path, nom.removesuffix(".j2")).rendre(
            [vue | {"charte": {"style": "", "logo": "x", "vive": ""}, "corps": ""}]
        )[0]
        assert isinstance(page, str)


def test_une_page_sur_deux_au_moins_est_eprouvee_ainsi() -> None:
    assert len(CONNUS) * 3 > len(gabarits.connus()) * 2


@pytest.mark.parametrize(
    ("nom", "source", "faute"),
    [
        ("semaine.html.j2", "<h1>{{ lieu }}</h1>", ""),
        ("semaine.html.j2", "<h1>{{ lieu }}</h1>\n\n{{ lieux }}", "ligne 3, 'lieux' is undefined"),
        ("semaine.html.j2", "{% for j in jours %}\n{{ j.dite }}\n{% endfor %}", "ligne 2"),
        ("semaine.html.j2", "{% if not jours %}\n\n{{ rien }}{% endif %}", "ligne 3"),
        ("semaine.html.j2", "{% if lieu %}", "ligne 1"),
        ("semaine.md.j2", "{{ ''.__class__.__mro__ }}", "ligne 1"),
        ("semaines.html.j2", "x", "aucune page ne porte ce nom ; voulait-on semaine.html.j2 ?"),
        ("convention-bail.md.j2", "{{ titre }}\n{{ titra }}", "ligne 2, la page ne donne pas « titra »"),
        ("site-membres.html.j2", "{% for m in membres %}{{ m.nom }}{{ t('Libre') }}{% endfor %}", ""),
        ("site.html.j2", "{{ corps | safe }}{{ titre }}{{ charte.vive }}", ""),
        ("notes.md", "un fichier à nous", ""),
    ],
)
def test_une_mise_en_page_de_la_maison_dit_sa_faute(lieu: Lieu, nom: str, source: str, faute: str) -> None:
    lieu.poser(f"gabarits/{nom}", source)
    reponse = lieu.faire("gabarit", "essayer", code=1 if faute else 0)
    assert faute in reponse.sortie
    if faute:
        assert f"gabarits/{nom}" in reponse.sortie
        assert "une mise en page à corriger".replace("une", "1") in reponse.erreurs


def test_on_voit_lesquelles_sont_a_nous(lieu: Lieu) -> None:
    lieu.poser("gabarits/semaine.md.j2", "{{ lieu }}")
    vus = {v["nom"]: v["a_nous"] for v in lieu.faire("gabarit", "liste", "--json").json}
    assert vus["semaine.md.j2"]
    assert not vus["site.html.j2"]
    assert str(ressources.dossier("templates")) in lieu.faire("gabarit", "liste").sortie
    assert "bon" in lieu.faire("gabarit", "essayer", "semaine").sortie
    assert "Voulait-on : semaine.md.j2" in lieu.faire("gabarit", "essayer", "semain.md", code=2).erreurs
