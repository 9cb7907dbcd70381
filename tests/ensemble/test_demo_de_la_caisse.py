"""La caisse de démonstration : trois mois de vrais faits, exportés, facturés, répondus ; et tout se tient."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from soutien import MAINTENANT, Lieu, lancer

from tiers_lieu_cli.ensemble import demo_de_la_caisse
from tiers_lieu_cli.noyau.contexte import Poste, ouvrir_lieu


@pytest.mark.long
def test_trois_mois_de_caisse_se_tiennent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lancer("demo", "demo").code == 0
    lieu, maintenant = Lieu(tmp_path / "demo"), datetime.fromisoformat(MAINTENANT)
    demo_de_la_caisse.noter(ouvrir_lieu(lieu.racine, Poste(), Random(1)), maintenant)
    for mots in demo_de_la_caisse.exports(maintenant, tmp_path):
        assert " 0 faits" not in lieu.faire(*mots).sortie
    for quand, mots in demo_de_la_caisse.vie(maintenant, tmp_path):
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", quand.isoformat())
        lieu.faire("finance", *mots)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
    dits = [lieu.faire("finance", *mots).sortie for mots in demo_de_la_caisse.MONTRES]
    assert "à transmettre" in dits[0] and "brouillon" in dits[0] and "manque" not in dits[0]
    assert (
        "2026-0006" in dits[1]
        and "Loyer" in dits[2]
        and "Resterait" in dits[3]
        and "tout se tient" in dits[4]
    )
    lieu.faire("finance", "retour", "exporter", str(tmp_path / "retour.json"))
    assert "accepté" in lieu.faire("retour", "importer", str(tmp_path / "retour.json")).sortie


def test_sans_l_extra_la_demonstration_le_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_de_la_caisse, "find_spec", lambda _: None)
    with pytest.raises(demo_de_la_caisse.SansCaisse):
        demo_de_la_caisse.exiger()
