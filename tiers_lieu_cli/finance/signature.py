"""La clef de signature d'un trésorier : ce qu'elle signe à la clôture ne se refait pas sans elle.

ed25519. La clef reste au coffre de ce poste, hors de git ; la partie publique est dans ce qu'elle signe,
et sa marque, de quoi la reconnaître, se lit au procès-verbal.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from tiers_lieu_cli.finance.coffre import Coffre
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.texte import sha256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FICHIER = "signature.txt"


class ClefAbimee(Echec):
    """La clef de signature de ce poste ne se lit plus."""

    def __init__(self) -> None:
        super().__init__(
            f"finance/coffre/{FICHIER} n'est plus une clef de signature.", "La reprendre d'une sauvegarde."
        )


class Signataire:
    """La clef de ce poste ; la première fois, une clef neuve, rangée au coffre avec ce qu'elle signe."""

    def __init__(self, coffre: Coffre, e: Ecriture) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        fichier = coffre.dossier / FICHIER
        #: Est-elle déjà au coffre ?
        self.gardee = fichier.exists()
        if self.gardee:
            self._privee = _lire(fichier)
        else:
            self._privee = Ed25519PrivateKey.generate()
            ecrite = base64.b64encode(self._privee.private_bytes_raw()) + b"\n"
            e.d_abord(lambda: systeme.ecrire_abrite(fichier, ecrite, 0o600))

    @property
    def publique(self) -> str:
        """Sa partie publique."""
        return base64.b64encode(self._privee.public_key().public_bytes_raw()).decode()

    def signer(self, octets: bytes) -> str:
        """Ce qu'elle dit de ces octets."""
        return base64.b64encode(self._privee.sign(octets)).decode()


def est_signe(octets: bytes, clef: str, signature: str) -> bool:
    """Cette clef publique a-t-elle signé ces octets ?"""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        vraie = Ed25519PublicKey.from_public_bytes(base64.b64decode(clef, validate=True))
        vraie.verify(base64.b64decode(signature, validate=True), octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def marque(clef: str) -> str:
    """« 3fa9-c2d1-77e0-41b8 » : de quoi reconnaître une clef publique, à voix haute."""
    chiffres = sha256(clef)[:16]
    return "-".join(chiffres[n : n + 4] for n in range(0, 16, 4))


def _lire(fichier: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        octets = base64.b64decode(fichier.read_bytes().strip(), validate=True)
        return Ed25519PrivateKey.from_private_bytes(octets)
    except (OSError, ValueError):
        raise ClefAbimee from None
