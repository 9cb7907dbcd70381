"""Ce qu'un fichier dit de quelqu'un, ou d'argent, et ne devrait pas : le constat, ou le doute, à en tirer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tiers_lieu_cli.noyau.fiches.verification import Constat, ligne_de
from tiers_lieu_cli.noyau.gens.mur import Indice, Sorte
from tiers_lieu_cli.noyau.gens.personnes import tel_quel
from tiers_lieu_cli.noyau.texte import a_taper

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.gens.registre import Registre


class Doute(msgspec.Struct, frozen=True):
    """Un mot qui désigne peut-être quelqu'un (`personne`), ou un nombre qui est peut-être un numéro."""

    mot: str
    personne: str
    fichier: str
    ligne: int


def doute(chemin: str, octets: bytes, indice: Indice) -> Doute:
    """Ce mot, à regarder."""
    return Doute(indice.extrait, indice.personne, chemin, ligne_de(octets, indice.extrait))


def constat(chemin: str, octets: bytes, indice: Indice, registre: Registre | None) -> Constat:
    """Ce mot, à ôter ou à remplacer."""
    if indice.personne:
        fait = "contient le nom ou le contact d'une personne du registre"
        mention = registre.a_ecrire(indice.personne) if registre else ""
        remede, plutot = f"Écrire {mention or 'son identifiant'} à la place.", f"@{indice.personne}"
        if indice.extrait.startswith("@"):
            fait = f"« {indice.extrait} » nomme une personne du registre"
            remede = f"Écrire @{tel_quel(indice.personne)} à la place ; l'écran montrera le nom."
    elif indice.sorte is Sorte.MONTANT:
        fait = f"contient un montant (« {indice.extrait} »)"
        remede, plutot = "L'ôter : l'argent est au trésorier.", ""
    else:
        fait = f"contient un contact que nul ne connaît (« {indice.extrait} »)"
        remede, plutot = f"L'ôter ; si c'est la maison : tl lieu --contact {a_taper(indice.extrait)}", ""
    return Constat(
        fichier=chemin,
        ligne=ligne_de(octets, indice.extrait),
        fait=fait,
        remede=remede,
        regle="vie-privee",
        remplacer=(indice.extrait, plutot) if plutot else None,
    )
