"""La caisse de démonstration : trois mois de vraies commandes, et tout se tient."""

from __future__ import annotations

from datetime import datetime

import pytest
from soutien import MAINTENANT, Lieu

from tiers_lieu_cli.ensemble import demo_de_la_caisse


@pytest.mark.long
def test_trois_mois_de_caisse_se_tiennent(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    maintenant = datetime.fromisoformat(MAINTENANT)
    for quand, mots in demo_de_la_caisse.vie(maintenant):
        monkeypatch.setenv("TIERS_LIEU_MAINTENANT", quand.isoformat())
        lieu.faire("finance", *mots)
    monkeypatch.setenv("TIERS_LIEU_MAINTENANT", MAINTENANT)
    dits = [lieu.faire("finance", *mots).sortie for mots in demo_de_la_caisse.MONTRES]
    assert "à transmettre" in dits[0] and "2026-0006" in dits[1] and "tout se tient" in dits[2]


def test_sans_l_extra_la_demonstration_le_dit(lieu: Lieu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_de_la_caisse, "find_spec", lambda _: None)
    with pytest.raises(demo_de_la_caisse.SansCaisse):
        demo_de_la_caisse.exiger()
