"""Les options que plusieurs commandes partagent, dites une seule fois."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Répondre en JSON, pour un autre programme.")]
Essai = Annotated[bool, typer.Option("--essai", help="Montrer ce qui serait fait, sans rien écrire.")]
Oui = Annotated[bool, typer.Option("--oui", help="Ne pas demander confirmation.")]
Passe = Annotated[bool, typer.Option("--passe", help="La date est passée, et c'est voulu.")]
Tout = Annotated[bool, typer.Option("--tout", help="Tout montrer, aussi long que ce soit.")]
Brouillon = Annotated[
    Path | None,
    typer.Option("--brouillon", metavar="DOSSIER", help="Y écrire un message prêt pour chacun (.eml)."),
]
