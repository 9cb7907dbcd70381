"""Ce qu'une commande a fait : ce que l'écran en dit, ce que l'histoire en garde, ce que le JSON en rend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import field, structs

from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.francais import au_conditionnel, capitale, suite_au_conditionnel

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
    from tiers_lieu_cli.noyau.ecran.ecran import Ecran

#: Combien de fichiers un essai montre en entier.
MONTRES = 12
#: Plus longue, une conséquence se résume en ce nombre de lignes.
LONGUE, RESUMEE = 12, 5


class Fait(msgspec.Struct, frozen=True, kw_only=True):
    """Une action faite : ce que l'écran dit, ce que l'histoire garde (sans nom), la suite utile.

    `suite` : une commande par ligne ; `annule` : l'empreinte de l'action qu'elle défait ; `lignes` : ce qui
    se dit encore après la phrase ; `details` : ce que le JSON ajoute.
    """

    id: str
    action: str
    histoire: str
    phrase: str
    suite: str = ""
    lignes: Sequence[str] = ()
    annule: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    #: La commande qui remontre toutes les lignes, quand elles sont longues.
    toutes: str = ""


class Rien(msgspec.Struct, frozen=True, kw_only=True):
    """Il n'y avait rien à faire, et l'on dit pourquoi ; rien n'est enregistré."""

    phrase: str
    lignes: Sequence[str] = ()
    suite: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def rendre_compte(
    ecran: Ecran, ecriture: Ecriture, fait: Fait, commit: str, *, json: bool, tout: bool = True
) -> None:
    """Dire ce qui est fait et la suite, une fois l'écriture close ; sans empreinte, c'était un essai.

    `tout` : une longue conséquence se dit en entier.
    """
    if not (tout or json):
        fait = structs.replace(fait, lignes=resumer(fait.lignes, fait.toutes))
    if json:
        ecran.json({"id": fait.id, "commit": commit or None, **_fiches_de(ecriture, fait), **fait.details})
    elif not commit:
        _montrer_l_essai(ecran, ecriture, fait)
    else:
        for avis in ecriture.avis:
            ecran.avertir(avis)
        _dire(ecran, fait)


def resumer(lignes: Sequence[str], toutes: str) -> list[str]:
    """Une longue conséquence en cinq lignes, sans couper ce qui va ensemble ; la dernière reste si c'est
    une commande.
    """
    if len(lignes) <= LONGUE:
        return list(lignes)
    finale = [lignes[-1]] if "tl " in lignes[-1] else []
    corps = lignes[: len(lignes) - len(finale)]
    retrait = min(len(ligne) - len(ligne.lstrip()) for ligne in corps)
    debuts = [rang for rang, ligne in enumerate(corps) if not ligne[retrait : retrait + 1].isspace()]
    gardes = [rang for rang in debuts if rang < RESUMEE] or debuts[:1]
    fin = next((rang for rang in debuts if rang > gardes[-1]), len(corps))
    if fin > RESUMEE and len(gardes) > 1:
        fin = gardes.pop()
    reste = len(debuts) - len(gardes)
    voir = f" : {toutes}" if toutes else " : --tout"
    return [*corps[:fin], f"{' ' * retrait}… et {reste} de plus{voir}", *finale]


def _montrer_l_essai(ecran: Ecran, ecriture: Ecriture, fait: Fait) -> None:
    """Ce qui serait écrit, et ce qui serait dit ; la douane y est déjà passée."""
    ecran.dire("Essai, rien n'est écrit. Serait enregistré :")
    for chemin, contenu in list(ecriture.poses.items())[:MONTRES]:
        ecran.dire(f"  {chemin}")
        for ligne in _lisible(chemin, contenu).splitlines():
            ecran.dire(f"    {ligne}")
    if (reste := len(ecriture.poses) - MONTRES) > 0:
        ecran.dire(f"  … et {reste} autre{'s' * (reste > 1)}.")
    ecran.dire(capitale(au_conditionnel(fait.phrase)))
    for ligne in fait.lignes:
        ecran.dire(suite_au_conditionnel(ligne))


def _lisible(chemin: str, contenu: bytes | None) -> str:
    if contenu is None:
        return "(ôté)"
    try:
        return "(photo)" if photos.est_photo(chemin) else contenu.decode("utf-8")
    except UnicodeDecodeError:
        return "(image)"


def ne_rien_faire(ecran: Ecran, rien: Rien, *, json: bool) -> None:
    """Dire qu'il n'y avait rien à faire."""
    if json:
        ecran.json({"id": None, "commit": None, **rien.details})
    else:
        _dire(ecran, rien)


def _dire(ecran: Ecran, dit: Fait | Rien) -> None:
    for phrase in (capitale(dit.phrase), *dit.lignes):
        ecran.dire(phrase)
    for suite in dit.suite.splitlines():
        ecran.dire(f"  Ensuite : {suite}")


def _fiches_de(ecriture: Ecriture, fait: Fait) -> dict[str, object]:
    """`fiche` si l'action n'en a posé qu'une ; sinon `fiches`, celle qu'elle nomme d'abord."""
    posees = sorted(ecriture.fiches.values(), key=lambda f: getattr(f, "id", "") != fait.id)
    if not posees:
        return {}
    return {"fiche": posees[0]} if len(posees) == 1 else {"fiches": posees}
