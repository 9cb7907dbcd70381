"""Les pages imprimées : une page typst livrée avec l'outil, qui ne reçoit que des données.

La vue passe en JSON : aucun texte de l'usager n'est jamais lu comme du typst.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.pages.charte import MAISON, Charte

#: Une affiche A4 y fait mille points de large : de quoi l'envoyer, et la lire sur un téléphone.
_PPP = 120.0


class SansTypst(Echec):
    """Ce poste n'a pas de quoi faire un PDF."""

    def __init__(self) -> None:
        super().__init__(
            "Pour faire un PDF, il manque un complément à cet ordinateur.",
            "Demander à qui a installé l'outil d'y ajouter « pdf » ; ou, sans "
            "rien ajouter, écrire une page (--sortie ~/page.html) et l'imprimer depuis le navigateur.",
        )


def composer(
    nom: str,
    vue: object,
    charte: Charte = MAISON,
    *,
    norme: Literal["", "a-3b"] = "",
    moment: datetime | None = None,
    image: bool = False,
) -> bytes:
    """Le PDF de la page `nom` (« emargement » : `templates/emargement.typ`) pour cette vue.

    `norme` : celle de l'archivage (« a-3b ») ; `moment` : la date que le PDF dit de lui-même ; `image` : sa
    première page, en PNG.
    Mêmes données, mêmes octets. Une police de la machine n'y entre que pour une écriture que la nôtre n'a
    pas (l'arabe, le chinois), et jamais dans une pièce qu'on archive.
    """
    try:
        import typst
    except ImportError:
        raise SansTypst from None
    dossier = ressources.dossier("templates")
    fichiers = {f"{n}.typ": (dossier / f"{n}.typ").read_bytes() for n in (nom, "charte")}
    fichiers["main.typ"] = fichiers.pop(f"{nom}.typ")
    if charte.logo:
        fichiers[charte.logo.nom] = charte.logo.octets
    couleurs = {"accent": charte.accent, "vive": charte.vive, "sur_vive": charte.sur_vive}
    dite = couleurs | {"logo": charte.logo.nom if charte.logo else ""}
    # Typst prend aussi plusieurs fichiers ; ses types ne le disent pas.
    sources: Any = fichiers
    try:
        pdf: Any = typst.compile(
            sources,
            font_paths=[dossier / "polices"],
            sys_inputs={
                "vue": msgspec.json.encode(vue).decode(),
                "charte": msgspec.json.encode(dite).decode(),
            },
            timestamp=moment or 0,
            pdf_standards=[norme] if norme else [],
            ignore_system_fonts=bool(norme),
            format="png" if image else "pdf",
            ppi=_PPP if image else None,
        )
    except typst.TypstError as faute:
        # Le logo est la seule chose du lieu que typst lise : c'est lui, ou un défaut de l'outil.
        raise Echec(f"Cette page ne s'imprime pas : {faute}.", "Regarder le logo de lieu.yaml.") from None
    premiere: bytes = pdf[0] if isinstance(pdf, list) else pdf
    return premiere
