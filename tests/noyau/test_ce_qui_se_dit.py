"""Les dates dites, lues dans `ce_qui_se_dit.txt` : chacune se comprend, se demande ou se refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tiers_lieu_cli.noyau.echecs import ErreurUsage, SaisieAmbigue
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

BRUXELLES = ZoneInfo("Europe/Brussels")
UNE_MINUTE = timedelta(minutes=1)
_QUAND = re.compile(r"@ (?P<jour>.+), (?P<heure>\d\d:\d\d), (?P<sens>[^,]+?)(?P<moment>, moment)?")


class Ligne(NamedTuple):
    dit: str
    signe: str
    sens: str
    maintenant: datetime
    vers: Sens
    duree: timedelta | None

    def lire(self, texte: str) -> Creneau:
        return saisie.lire_creneau(texte, self.maintenant, BRUXELLES, sens=self.vers, duree=self.duree)

    def redire(self, creneau: Creneau) -> str:
        if creneau.duree == UNE_MINUTE:
            return f"{temps.dire_jour(creneau.premier_jour)}, {creneau.debut:%H:%M}"
        return temps.dire_creneau(creneau)


def lignes() -> Iterator[Ligne]:
    maintenant, vers, duree = datetime(2026, 11, 25), Sens.A_VENIR, None
    for ligne in Path(__file__).with_name("ce_qui_se_dit.txt").read_text("utf-8").splitlines():
        if quand := _QUAND.fullmatch(ligne):
            jour = saisie.lire_jour(quand["jour"], maintenant)
            maintenant = datetime.fromisoformat(f"{jour}T{quand['heure']}")
            vers, duree = Sens(quand["sens"]), UNE_MINUTE if quand["moment"] else None
        elif ligne and not ligne.startswith("#"):
            trouve = re.fullmatch(r"(.+?) +([=?!]) (.+)", ligne)
            assert trouve, f"ligne illisible : {ligne}"
            yield Ligne(*trouve.groups(), maintenant, vers, duree)


TOUTES = list(lignes())


def les(signe: str) -> list[Ligne]:
    return [ligne for ligne in TOUTES if ligne.signe == signe]


@pytest.mark.parametrize("ligne", les("="), ids=lambda ligne: ligne.dit)
def test_se_comprend(ligne: Ligne) -> None:
    assert ligne.redire(ligne.lire(ligne.dit)) == ligne.sens


@pytest.mark.parametrize("ligne", les("?"), ids=lambda ligne: ligne.dit)
def test_se_demande(ligne: Ligne) -> None:
    """Chaque lecture proposée se retape, et ne veut plus dire qu'elle."""
    with pytest.raises(SaisieAmbigue) as demande:
        ligne.lire(ligne.dit)
    assert demande.value.texte == ligne.dit
    assert " | ".join(lecture.libelle for lecture in demande.value.lectures) == ligne.sens
    for lecture in demande.value.lectures:
        assert ligne.redire(ligne.lire(lecture.texte)) == lecture.libelle


@pytest.mark.parametrize("ligne", les("!"), ids=lambda ligne: ligne.dit)
def test_se_refuse(ligne: Ligne) -> None:
    with pytest.raises(ErreurUsage) as refus:
        ligne.lire(ligne.dit)
    assert not isinstance(refus.value, SaisieAmbigue)
    assert ligne.sens in refus.value.fait
    assert refus.value.remede


def test_un_jour_se_lit_partout_pareil() -> None:
    """Une commande qui veut un jour, et une qui veut un moment, comprennent le même."""
    for ligne in les("="):
        if re.fullmatch(r"[a-z]+ \S+ \S+ \d{4}", ligne.sens) and "journée" not in ligne.dit:
            jour = saisie.lire_jour(ligne.dit, ligne.maintenant, ligne.vers)
            assert Creneau.de_jours(jour, jour) == ligne.lire(ligne.dit)
    for ligne in les("?"):
        if not re.search("–|du |moment|, ", ligne.sens):
            with pytest.raises(SaisieAmbigue) as demande:
                saisie.lire_jour(ligne.dit, ligne.maintenant, ligne.vers)
            assert " | ".join(lecture.libelle for lecture in demande.value.lectures) == ligne.sens


def test_la_table_est_assez_grande() -> None:
    assert len(les("=")) >= 150
    assert len(les("?") + les("!")) >= 60
