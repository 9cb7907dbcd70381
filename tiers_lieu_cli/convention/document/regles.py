"""Ce qu'on garde d'un document, et jusqu'à quand ; ce qui tombe à renouveler, à détruire. Sans fichier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date

import msgspec

from tiers_lieu_cli.convention.convention import regles as conventions
from tiers_lieu_cli.convention.convention.modele import Convention
from tiers_lieu_cli.convention.document.modele import Classe, Document, Durees
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.noyau.texte import sans_accent

#: Combien de jours avant sa date un document se rappelle.
AVANT = 30
#: De part et d'autre d'un mot trouvé, en caractères.
AUTOUR = 45


def terme(d: Document, durees: Durees, convention: Convention | None, jour: date) -> date | None:
    """Le premier jour où il peut être détruit ; `None` s'il se garde encore sans terme.

    On compte du 1er janvier qui suit sa date, son échéance, ou la fin de la convention qu'il prouve.
    """
    annees = getattr(durees, str(d.classe))
    if not annees:
        return None
    depuis = max(d.le, d.echeance or d.le)
    if convention:
        if not conventions.est_finie(convention, jour):
            return None
        depuis = max(depuis, conventions.courant(convention, jour).fin)
    return date(depuis.year + 1 + annees, 1, 1)


def remplaces(documents: Iterable[Document]) -> Set[str]:
    """Ceux qu'un plus récent remplace ; détruit, il ne remplace plus rien."""
    return {d.remplace for d in documents if d.remplace and not d.detruit_le}


def a_faire(
    documents: Iterable[Document], durees: Durees, liees: Mapping[str, Convention], jour: date
) -> Iterator[Echeance]:
    """Ce qui expire et n'est pas remplacé ; ce qu'il n'y a plus de raison de garder."""
    documents = [d for d in documents if not d.detruit_le]
    anciens = remplaces(documents)
    for d in documents:
        fin = terme(d, durees, liees.get(d.convention), jour)
        if fin and fin <= jour:
            yield Echeance(
                fin,
                f"détruire « {d.titre} », gardé assez longtemps",
                f"tl convention document detruire {d.id}",
            )
        elif d.echeance and d.id not in anciens and d.echeance <= jour + AVANT * UN_JOUR:
            quand = temps.dire_jour(d.echeance, jour)
            dit = f"« {d.titre} » {'a expiré' if d.echeance < jour else 'expire'} le {quand} : le remplacer"
            commande = f"tl convention document creer nouveau.pdf --remplace {d.id}"
            yield Echeance(d.echeance, dit, commande)


class Trouve(msgspec.Struct, frozen=True):
    """Un document où tous les mots sont ; `extrait` : autour du premier, s'il est dans son texte."""

    document: Document
    extrait: str
    rang: int


def chercher(mots: Iterable[str], d: Document, texte: str, noms: Iterable[str]) -> Trouve | None:
    """Tous les mots, dans le titre, les étiquettes, les parties ou le texte ; le titre passe d'abord."""
    cherches = [sans_accent(mot) for mot in mots]
    titre = sans_accent(d.titre)
    fiche = " ".join((titre, *map(sans_accent, (*d.etiquettes, *noms, d.sorte, d.convention, d.id))))
    plat = sans_accent(texte)
    if not all(mot in fiche or mot in plat for mot in cherches):
        return None
    dans_le_texte = next((mot for mot in cherches if mot not in fiche), "")
    return Trouve(
        d,
        _extrait(texte, plat, dans_le_texte) if dans_le_texte else "",
        sum(mot not in titre for mot in cherches),
    )


def _extrait(texte: str, plat: str, mot: str) -> str:
    # Sans accents, la longueur peut changer (« œ ») : l'extrait se prend alors à peu près.
    ou = plat.find(mot)
    debut, fin = max(0, ou - AUTOUR), ou + len(mot) + AUTOUR
    return f"…{' '.join(texte[debut:fin].split())}…"


# -- les gens qu'il nomme -----------------------------------------------------


class Sort(msgspec.Struct, frozen=True):
    """Ce que devient un document quand on efface quelqu'un qu'il nomme ; gardé, pourquoi et jusqu'à quand."""

    document: Document
    detruit: bool
    pourquoi: str = ""
    jusque: date | None = None


def sort(d: Document, idents: Set[str], durees: Durees, convention: Convention | None, jour: date) -> Sort:
    """Détruit s'il ne nomme qu'elle et que rien n'oblige à le garder ; gardé sinon, et on le dit."""
    fin = terme(d, durees, convention, jour)
    if d.classe in (Classe.CONTRAT, Classe.ASSURANCE, Classe.TOUJOURS) and not (fin and fin <= jour):
        return Sort(d, False, "il prouve ce que la maison a convenu", fin)
    if not set(d.nomme) <= idents:
        return Sort(d, False, "il nomme aussi d'autres gens", fin)
    return Sort(d, True)
