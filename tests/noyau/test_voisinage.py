"""Un lieu sur un dossier réseau : reconnu à ce que le système en dit, et refusé avant d'y écrire."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from soutien import Lieu, lancer

from tiers_lieu_cli.noyau.depot import voisinage

MONTAGES = """\
22 1 254:0 / / rw,relatime shared:1 - nfs4 serveur:/racine rw
23 22 0:21 / /proc rw,nosuid shared:5 - proc proc rw
30 22 0:30 / /home rw shared:7 - ext4 /dev/sda2 rw
31 30 0:31 / /home/lea/Le\\040partage rw shared:8 master:2 - cifs //nas/commun rw,vers=3.1.1
32 30 0:32 / /home/lea/loin rw - fuse.sshfs lea@loin: rw
33 30 0:33 / /home/lea/auto rw - autofs systemd-1 rw
34 33 0:34 / /home/lea/auto rw - nfs nas:/auto rw
35 22 0:35 / /mnt/hote rw - 9p hote rw,trans=virtio
36 31 0:36 / /home/lea/Le\\040partage/cle rw - vfat /dev/sdb1 rw
une ligne abîmée
"""


@pytest.mark.parametrize(
    ("chemin", "attendue"),
    [
        ("/srv/lieu", ""),
        ("/home/lea/lieu", "ext4"),
        ("/home/lea/Le partage", "cifs"),
        ("/home/lea/Le partage/lieu", "cifs"),
        ("/home/lea/Le partage bis", "ext4"),
        ("/home/lea/loin/lieu", "fuse.sshfs"),
        ("/home/lea/auto/lieu", "nfs"),
        ("/mnt/hote/lieu", "9p"),
        ("/home/lea/Le partage/cle/lieu", "vfat"),
    ],
)
def test_la_sorte_du_disque(chemin: str, attendue: str) -> None:
    """La racine d'une machine sans disque n'est qu'à elle ; un blanc, un montage par-dessus un autre."""
    assert voisinage.sorte(MONTAGES, chemin) == attendue


def _montages(ici: Path, sorte: str) -> str:
    return f"22 1 254:0 / / rw - ext4 /dev/sda rw\n40 22 0:40 / {ici} rw - {sorte} ailleurs rw\n"


@pytest.mark.parametrize("sorte", ["nfs", "nfs4", "cifs", "smb3", "afs", "fuse.sshfs", "fuse.gvfsd-fuse"])
def test_on_lit_un_dossier_reseau_et_l_on_n_y_ecrit_pas(
    lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sorte: str
) -> None:
    (tmp_path / "montages").write_text(_montages(lieu.racine, sorte), "utf-8")
    monkeypatch.setattr(voisinage, "_MONTAGES", tmp_path / "montages")
    avant = lieu.signature()
    refus = lieu.faire("journal", "noter", "Du bois", code=1)
    assert "dossier réseau" in refus.erreurs
    assert "tl moyeu init" in refus.erreurs
    assert lieu.signature() == avant
    lieu.faire("journal", "jour")
    monkeypatch.setenv(voisinage.VARIABLE, "oui")
    lieu.faire("journal", "noter", "Du bois")


def test_un_dossier_de_l_hote_se_dit(lieu: Lieu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "montages").write_text(_montages(lieu.racine, "9p"), "utf-8")
    monkeypatch.setattr(voisinage, "_MONTAGES", tmp_path / "montages")
    assert "un seul poste" in lieu.faire("journal", "noter", "Du bois").erreurs


@pytest.fixture
def monte(tmp_path: Path) -> Iterator[Path]:
    """Un vrai montage FUSE qui se dit sshfs, dont le serveur est parti."""
    point = tmp_path / "reseau"
    point.mkdir()
    if os.geteuid() or not os.path.exists("/dev/fuse"):
        pytest.skip("il faut pouvoir monter un disque")
    poignee = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={poignee},rootmode=40000,user_id=0,group_id=0,subtype=sshfs"
    mots = ["mount", "-i", "-t", "fuse", "-o", options, "ailleurs:", str(point)]
    fait = subprocess.run(mots, pass_fds=(poignee,), check=False, capture_output=True)
    os.close(poignee)
    if fait.returncode:
        pytest.skip(f"ce système ne monte pas : {fait.stderr!r}")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def test_un_vrai_montage_est_reconnu(monte: Path, moyeu: Path) -> None:
    with pytest.raises(voisinage.DossierReseau):
        voisinage.examiner(monte / "lieu", {})
    refus = lancer("moyeu", "rejoindre", str(moyeu), str(monte / "lieu"))
    assert refus.code == 1
    assert "fuse.sshfs" in refus.erreurs
