"""Les langues : tout texte public est traduit, un catalogue se lit comme gettext le lit."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.dates import format_date
from babel.messages.pofile import read_po

from tiers_lieu_cli.noyau.pages import courriel, langues
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

RACINE = Path(__file__).parents[2]
CATALOGUES = RACINE / "templates" / "langues"
AUTRES = sorted(f.stem for f in CATALOGUES.glob("*.po"))
#: `t("…")` dans un gabarit, `self._t("…")` ou `langue.dire("…")` dans le code.
_DITS = re.compile(r'\b(?:_?t|dire)\(\s*"((?:[^"\\]|\\.)*)"')


def textes() -> set[str]:
    """Tout ce que le site dit de lui-même."""
    site = RACINE / "tiers_lieu_cli/ensemble/site"
    sources = [*(RACINE / "templates").glob("site*.j2"), site / "pages.py", site / "donnees.py"]
    sources.append(RACINE / "tiers_lieu_cli/ensemble/lettre/vue.py")
    dits = {dit for f in sources for dit in _DITS.findall(f.read_text("utf-8"))}
    ailleurs = ("Annulé", "Reporté", "Fermé ce jour-là", "fermé", "férié", "la journée")
    modeles = courriel.MODELES.values()
    des_courriels = {dit for m in modeles for dit in (m.sujet, m.phrase, *m.champs)}
    return {*dits, courriel.BONJOUR, *des_courriels, *ailleurs, *temps.JOURS, *temps.MOIS}


def test_les_langues_promises_sont_la() -> None:
    assert {*AUTRES, "fr"} == {*langues.NOMS}


@pytest.mark.parametrize("code", AUTRES)
def test_tout_texte_public_est_traduit_et_rien_de_trop(code: str) -> None:
    mots = langues.langue(code).mots
    assert textes() - {*mots} == set()
    for texte, dit in mots.items():
        assert {*re.findall(r"\{\w+\}", texte)} == {*re.findall(r"\{\w+\}", dit)}, texte


@pytest.mark.parametrize("code", AUTRES)
def test_un_catalogue_se_lit_comme_gettext_le_lit(code: str) -> None:
    chemin = CATALOGUES / f"{code}.po"
    with chemin.open("rb") as flux:
        lu = {m.id: m.string for m in read_po(flux) if m.id and m.string}
    assert langues.lire(chemin.read_text("utf-8")) == lu


def test_un_texte_sur_plusieurs_lignes_se_joint() -> None:
    assert langues.lire(
        'msgid ""\n"un "\n"\\"deux\\""\nmsgstr "one "\n"two"\n\nmsgid "vide"\nmsgstr ""\n'
    ) == {'un "deux"': "one two"}


@pytest.mark.parametrize("code", [*AUTRES, "fr"])
def test_un_jour_se_dit_comme_partout(code: str) -> None:
    formes = {"de": "EEEE, d. MMMM y", "fr": "EEEE d MMMM y"}
    for jour in (date(2026, mois, mois + 3) for mois in range(1, 13)):
        voulu = format_date(jour, formes.get(code, "EEEE d MMMM y"), locale=code)
        assert langues.langue(code).jour(jour) == voulu


def test_un_moment_se_dit() -> None:
    soir = Creneau(datetime(2026, 11, 24, 18, 30), datetime(2026, 11, 24, 20))
    foire = Creneau(datetime(2026, 12, 4, 18), datetime(2026, 12, 6, 17))
    nl = langues.langue("nl")
    assert nl.creneau(soir, date(2026, 1, 1)) == "dinsdag 24 november, 18:30–20:00"
    assert nl.heures(foire) == "van vr 4, 18:00 tot zo 6, 17:00"
    assert langues.langue("fr").creneau(Creneau.de_jours(date(2026, 12, 4), date(2026, 12, 6))) == (
        "du vendredi 4 décembre 2026 au dimanche 6 décembre 2026"
    )
    assert (
        langues.langue("de").dire("un texte que personne n'a traduit") == "un texte que personne n'a traduit"
    )
