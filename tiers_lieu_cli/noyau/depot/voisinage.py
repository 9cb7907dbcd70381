"""Où vit un lieu : sur le disque de ce poste, ou dans un dossier que d'autres machines écrivent aussi.

Le verrou du lieu est celui du système (`flock`), et un verrou de git sans maître se reconnaît à ce qu'aucun
processus d'ici ne le tient : ni l'un ni l'autre ne voit une autre machine. Deux postes qui écrivent dans le
même dossier réseau se défont donc l'un l'autre ; un moyeu, lui, est fait pour cela (docs/decisions/0019).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tiers_lieu_cli.noyau.depot.git import EchecDuDepot
from tiers_lieu_cli.noyau.motif import motif

#: Qui déclare qu'un seul poste écrit dans ce dossier, comme un dossier personnel servi par le réseau.
VARIABLE = "TIERS_LIEU_UN_SEUL_POSTE"
_MONTAGES = Path("/proc/self/mountinfo")
#: Ceux de tous les jours, reconnus sans plus chercher.
_D_ICI = frozenset({"", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "overlay", "vfat", "exfat", "ntfs3"})
#: Les disques que plusieurs machines montent à la fois, d'après le noyau Linux et les FUSE courants.
_RESEAU = motif(
    r"nfs4?|cifs|smb[23]|smbfs|afs|coda|ceph|glusterfs|lustre|beegfs|gpfs|orangefs|ocfs2|gfs2|davfs"
    r"|fuse\.(sshfs|rclone|davfs2?|s3fs|gcsfuse|goofys|glusterfs|ceph(-fuse)?|smbnetfs|curlftpfs|mfs.*"
    r"|juicefs|gvfsd-fuse|kio-fuse|afsfuse|seaweedfs|onedriver|google-drive-ocamlfuse)"
)
#: Les dossiers qu'une machine virtuelle reçoit de son hôte : il y écrit peut-être aussi.
_HOTE = motif(r"9p|virtiofs|vboxsf|prl_fs|vmhgfs|fuse\.vmhgfs-fuse|drvfs")
_OCTAL = motif(r"\\([0-7]{3})")


class DossierReseau(EchecDuDepot):
    """Ce lieu est dans un dossier que d'autres postes peuvent écrire au même moment."""

    def __init__(self, racine: Path, sorte: str) -> None:
        super().__init__(
            f"{racine} est sur un dossier réseau ({sorte}) : deux postes pourraient y écrire l'un par-dessus "
            "l'autre sans se voir. On y lit ; rien n'y est écrit.",
            "Garder le lieu sur le disque de ce poste, et le partager par un moyeu, qui peut, lui, être dans "
            "ce dossier : tl moyeu init, puis tl moyeu rejoindre. Si aucun autre poste ne s'en sert : "
            f"{VARIABLE}=oui",
        )


def sorte(montages: str, chemin: str) -> str:
    """La sorte du disque où est ce chemin (absolu, sans lien) ; vide si c'est la racine, ou inconnue.

    `montages` : le texte de `/proc/self/mountinfo` (proc(5)) ; le point de montage le plus proche l'emporte,
    et, de deux au même endroit, le dernier. La racine de la machine n'est qu'à elle, d'où qu'elle vienne.
    """
    proche, trouvee = "", ""
    for ligne in montages.splitlines():
        tete, _, suite = ligne.partition(" - ")
        champs = tete.split(" ")
        if len(champs) < 5 or not suite:
            continue
        point = champs[4]
        if "\\" in point:
            point = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), point)
        if len(point) >= len(proche) and point != "/" and f"{chemin}/".startswith(f"{point.rstrip('/')}/"):
            proche, trouvee = point, suite.split(" ")[0]
    return trouvee


def examiner(racine: Path, environ: Mapping[str, str]) -> list[str]:
    """Ce qu'il faut dire avant d'écrire ici ; `DossierReseau` si d'autres postes y écrivent peut-être.

    Sans `/proc` (macOS, Windows), on ne sait rien et l'on ne dit rien.
    """
    if environ.get(VARIABLE):
        return []
    try:
        montages = _MONTAGES.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return []
    trouvee = sorte(montages, os.path.realpath(racine))
    if trouvee in _D_ICI:
        return []
    if _RESEAU.fullmatch(trouvee):
        raise DossierReseau(racine, trouvee)
    if _HOTE.fullmatch(trouvee):
        return [f"Dossier partagé avec une autre machine ({trouvee}) : n'y écrire que d'un seul poste."]
    return []
