"""Une coupure de courant au milieu d'une vraie écriture : dit enregistré ⇒ là ; sinon, rien ou tout.

`make fiabilite` coupe une commande de chaque démarche, à chaque barrière.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import coupure
import coupure_du_moyeu
import pytest
from pannes import Vue, gestes
from soutien import Lieu

_ENTRE = 7


@pytest.mark.long
@pytest.mark.skipif(not coupure.possible(), reason="il faut strace, et qu'il puisse suivre un processus")
def test_une_coupure_de_courant(lieu: Lieu, tmp_path: Path) -> None:
    """Ce qui n'était pas abrité manque, est vide, ou rempli de zéros."""
    geste = next(gestes(lieu, tmp_path))
    vues = list(coupure.eprouver(geste.avant, geste.mots, tmp_path, geste.juger, _ENTRE))
    assert len(vues) > 10
    assert not [vue for vue in vues if vue.fautes or vue.demande]


@pytest.mark.long
@pytest.mark.skipif(not coupure.possible(), reason="il faut strace, et qu'il puisse suivre un processus")
@pytest.mark.parametrize(
    ("jouer", "combien", "entre"),
    [
        (coupure_du_moyeu.mettre_en_commun, coupure_du_moyeu.PEU, 400),
        (coupure_du_moyeu.rejoindre, coupure_du_moyeu.PEU, 400),
    ],
)
def test_une_coupure_pendant_qu_on_partage(
    jouer: Callable[[Path, int, int], Iterator[Vue]], combien: int, entre: int, tmp_path: Path
) -> None:
    """Au poste, au moyeu, ou sous les deux : rien d'acquitté ne manque, et la même commande finit.

    Un long envoi, que le moyeu garde en paquet, est dans `make fiabilite`.
    """
    vues = list(jouer(tmp_path, combien, entre))
    assert len(vues) > 10
    assert not [vue for vue in vues if vue.fautes or vue.demande]


@pytest.mark.skipif(not coupure.possible(), reason="il faut strace")
def test_le_rejeu_voit_ce_qu_il_doit_voir(lieu: Lieu, tmp_path: Path) -> None:
    """Tout gardé, l'état est celui du disque ; rien gardé avant la première barrière, celui d'avant."""
    avant = {f.relative_to(lieu.racine).as_posix(): f.read_bytes() for f in _fichiers(lieu.racine)}
    journal = coupure.noter(
        lieu.racine, ["--lieu", str(lieu.racine), "journal", "noter", "Du bois"], tmp_path
    )
    entiers = {f.relative_to(lieu.racine).as_posix(): f.read_bytes() for f in _fichiers(lieu.racine)}
    assert avant != entiers
    fin = {c: o for c, o in coupure.tout(journal).items() if o is not None}
    assert fin == entiers
    debut = next(coupure.etats(journal))
    assert {c: o for c, o in debut.fichiers.items() if o is not None} == avant
    # Sans rien d'abrité, une coupure à la fin ne laisse rien : le rejeu n'invente pas de barrière.
    nue = coupure.Journal(
        journal.racine, journal.noeuds, [g for g in journal.gestes if g.sorte != "barriere"], 0, ""
    )
    assert {c: o for c, o in next(coupure.etats(nue)).fichiers.items() if o is not None} == avant


def _fichiers(racine: Path) -> list[Path]:
    return [f for f in racine.rglob("*") if f.is_file()]
