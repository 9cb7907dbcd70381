"""Un lecteur à part : cinq secondes de calcul, trois cents Mio ; et ce qui est honnête y tient."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from agendas import agenda

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.agenda.agenda_lu import lire_agenda
from tiers_lieu_cli.noyau.pages.gabarit import Gabarit, GabaritFautif

BRUXELLES = ZoneInfo("Europe/Brussels")
EN_LIMITE = pytest.mark.skipif(sys.platform == "win32", reason="Windows ne borne pas un processus ainsi")


def de_la_maison(racine: Path, source: str) -> Gabarit:
    (racine / "gabarits").mkdir()
    (racine / "gabarits/semaine.html.j2").write_text(source, "utf-8")
    return Gabarit(racine, "semaine.html")


def test_dix_mille_evenements_se_lisent() -> None:
    evenements = (
        [f"UID:e{n}@x", f"DTSTART:2026{1 + n % 12:02}{1 + n % 28:02}T180000", "DURATION:PT2H", "SUMMARY:Thé"]
        for n in range(10_000)
    )
    assert len(lire_agenda(agenda(*evenements), nom_du_fichier="x", fuseau=BRUXELLES).evenements) == 10_000


@EN_LIMITE
@pytest.mark.parametrize(
    ("source", "tient"),
    [
        ("{{ ('x' * 100_000_000) | length }}", True),
        ("{{ ('x' * 300_000_000) | length }}", False),
        ("{% for a in range(9999) %}{% endfor %}bon", True),
    ],
)
def test_une_mise_en_page_a_trois_cents_mio(tmp_path: Path, source: str, tient: bool) -> None:
    gabarit = de_la_maison(tmp_path, source)
    if tient:
        assert gabarit.rendre([{}])
    else:
        with pytest.raises(GabaritFautif, match=r"MemoryError|mémoire"):
            gabarit.rendre([{}])


@EN_LIMITE
def test_le_calcul_est_compte_et_non_l_attente(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Une boucle sans fin s'arrête à son calcul, bien avant qu'on cesse de l'attendre."""
    monkeypatch.setattr(borne, "CALCUL", 1.0)
    monkeypatch.setattr(borne.executer, "__kwdefaults__", {"calcul": 1.0, "memoire": borne.MEMOIRE})
    gabarit = de_la_maison(
        tmp_path, "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    )
    with pytest.raises(GabaritFautif, match="trop de temps"):
        gabarit.rendre([{}])
