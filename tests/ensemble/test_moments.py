"""Un moment mal écrit à la main se refuse à la lecture, dans tous les genres, en disant sa ligne."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import ecritures
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soutien import Lieu

from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.temps import temps

_ECRIT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
#: Ce qu'une main écrit, et qui n'est pas une heure murale.
MAUVAIS = (
    "hier",
    "2026-02-30T10:00",
    "2026-11-24T25:00",
    "2026-11-24T18:00Z",
    "2026-11-24T18:00+01:00",
    "18:00",
)


@pytest.fixture(scope="module")
def vecu(la_passerelle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Le lieu inventé, où chaque commande qui écrit a été jouée."""
    racine = tmp_path_factory.mktemp("vecu") / "lieu"
    shutil.copytree(la_passerelle, racine, symlinks=True)
    for mots in ecritures.toutes("Une fête", "Un mot"):
        Lieu(racine).faire(*mots, code=None)
    return racine


def moments_ecrits(racine: Path) -> Iterator[tuple[Path, str, str]]:
    """De chaque genre, chaque champ où le lieu inventé écrit un moment : la fiche, son champ, son texte."""
    vus = set()
    for fichier in sorted((*racine.rglob("*.yaml"), *racine.rglob("*.md"))):
        chemin = fichier.relative_to(racine).as_posix()
        if (trouvee := GENRES.de(chemin)) is None:
            continue
        ident, structure = trouvee[0], trouvee[1].structure
        lue = fiche.lire(fichier.read_bytes(), structure, ident, chemin)
        for champ in msgspec.structs.fields(lue):
            dit = getattr(lue, champ.name)
            if isinstance(dit, str) and _ECRIT.match(dit) and (structure, champ.name) not in vus:
                vus.add((structure, champ.name))
                yield fichier, champ.encode_name, dit


def test_un_moment_mal_ecrit_se_refuse_en_disant_sa_ligne(vecu: Path) -> None:
    trouves = list(moments_ecrits(vecu))
    assert len(trouves) > 20
    for fichier, champ, _ in trouves:
        chemin = fichier.relative_to(vecu).as_posix()
        trouvee = GENRES.de(chemin)
        assert trouvee
        texte = fichier.read_text("utf-8")
        for mauvais in MAUVAIS:
            abime, combien = re.subn(rf"(?m)^{champ}: .*$", f'{champ}: "{mauvais}"', texte, count=1)
            assert combien == 1, (chemin, champ)
            with pytest.raises(FicheFautive) as refus:
                fiche.lire(abime.encode(), trouvee[1].structure, trouvee[0], chemin)
            ligne = abime[: abime.index(f'{champ}: "{mauvais}"')].count("\n") + 1
            assert refus.value.defaut.ligne == ligne, (chemin, champ, refus.value.defaut)
            assert f"« {mauvais} »" in refus.value.fait, (chemin, champ, refus.value.fait)


@given(st.datetimes(), st.sampled_from(["minutes", "seconds", "microseconds"]))
def test_un_moment_ecrit_se_relit(quand: object, finesse: str) -> None:
    ecrit = quand.isoformat(timespec=finesse)  # type: ignore[attr-defined]
    assert temps.moment(ecrit).isoformat(timespec=finesse) == ecrit


@given(st.datetimes(timezones=st.timezones()))
def test_un_moment_qui_dit_son_fuseau_n_en_est_pas_un(quand: object) -> None:
    with pytest.raises(ValueError, match="n'est pas un moment"):
        temps.moment(str(quand))


@pytest.mark.parametrize("ecrit", [*MAUVAIS, "", "2026-11-24", "20261124T1012"])
def test_rien_d_autre_n_est_un_moment(ecrit: str) -> None:
    with pytest.raises(ValueError, match="n'est pas un moment"):
        temps.moment(ecrit)


def test_un_jour_ou_un_moment() -> None:
    assert temps.jour_ou_moment("2026-11-24")[1] is None
    assert str(temps.jour_ou_moment("2026-11-24T10:12")[1]) == "2026-11-24 10:12:00"
    for ecrit in MAUVAIS:
        with pytest.raises(ValueError, match="ni un jour ni un moment"):
            temps.jour_ou_moment(ecrit)
