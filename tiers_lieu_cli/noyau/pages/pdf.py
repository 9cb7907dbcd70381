"""Les pages imprimées : une page typst livrée avec l'outil, qui ne reçoit que des données.

La vue passe en JSON : aucun texte de l'usager n'est jamais lu comme du typst.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.echecs import Echec


class SansTypst(Echec):
    """Ce poste n'a pas de quoi faire un PDF."""

    def __init__(self) -> None:
        super().__init__(
            "Ce poste n'a pas de quoi faire un PDF.",
            "Installer : pipx inject tiers-lieu-cli typst · ou prendre la page : html.",
        )


def composer(
    nom: str, vue: object, *, norme: Literal["", "a-3b"] = "", moment: datetime | None = None
) -> bytes:
    """Le PDF de la page `nom` (« emargement » : `templates/emargement.typ`) pour cette vue.

    `norme` : celle de l'archivage (« a-3b ») ; `moment` : la date que le PDF dit de lui-même.
    Mêmes données, mêmes octets : aucune police de la machine n'y entre.
    """
    try:
        import typst
    except ImportError:
        raise SansTypst from None
    source = (ressources.dossier("templates") / f"{nom}.typ").read_bytes()
    donnees = msgspec.json.encode(vue).decode()
    pdf: bytes = typst.compile(
        source,
        sys_inputs={"vue": donnees},
        timestamp=moment or 0,
        pdf_standards=[norme] if norme else [],
        ignore_system_fonts=bool(norme),
    )
    return pdf
