"""La file du moyeu : qui a perdu un tour prend un ticket, et chacun porte à son rang.

Un ticket est une référence du moyeu. Son nom dit tout : le rang, combien d'enregistrements ce poste
apporte, et le dernier d'entre eux ; ce qu'elle désigne est toujours le même mot, qui n'apprend rien.
Il a servi dès que le moyeu a cet enregistrement : nul n'a à le rendre, et un poste tué retrouve sa place.

La file ne garde rien : l'histoire n'avance que par comparaison. Ne pas la suivre ne coûte qu'un tour.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

import msgspec

from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.motif import motif

#: Où sont les tickets au moyeu, et où un poste voit ceux qu'il y avait la dernière fois.
TICKETS = "refs/tiers-lieu/file/"
_VUS = "refs/remotes/origin/tiers-lieu/file/"
#: Ce que tout ticket désigne.
MOT = b"tiers-lieu\n"
#: Au-delà, un moyeu n'en prend plus : ce n'est pas une file, c'est une attaque.
PLACES = 200
#: Secondes sans que rien ne bouge avant de tenir le premier pour parti ; et pour chaque enregistrement
#: qu'il apporte, ce que coûte au plus sa lecture, ici et au moyeu.
PATIENCE, PAR_ENREGISTREMENT = 10.0, 0.02
#: Un premier qui n'aboutit jamais, tandis que d'autres passent, n'est pas attendu plus de tant de fois.
_FOIS = 3
#: En secondes : ce que vit un ticket dont personne ne veut plus.
_UNE_VIE = 3600
_RANG_MAXIMAL, _POIDS_MAXIMAL = 999_999, 9_999
_NOM = motif(r"(\d{6})-(\d{4})-([0-9a-f]{40})", re.ASCII)


class Ticket(msgspec.Struct, frozen=True, order=True):
    """Une place : le plus petit passe d'abord ; deux du même rang, dans l'ordre de ce qu'ils apportent."""

    rang: int
    apport: str
    poids: int

    @property
    def nom(self) -> str:
        """La référence de ce ticket, au moyeu."""
        return f"{TICKETS}{self.rang:06}-{self.poids:04}-{self.apport}"

    @property
    def patience(self) -> float:
        """Secondes avant de le tenir pour parti, s'il est le premier et que rien ne bouge."""
        return PATIENCE + PAR_ENREGISTREMENT * self.poids


def lire(nom: str) -> Ticket | None:
    """Le ticket que cette référence du moyeu nomme ; `None` si elle n'en est pas un."""
    lu = _NOM.fullmatch(nom.removeprefix(TICKETS)) if nom.startswith(TICKETS) else None
    return Ticket(int(lu[1]), lu[3], int(lu[2])) if lu else None


def suivant(tickets: Iterable[Ticket], apport: str, poids: int) -> Ticket:
    """Le ticket de qui arrive derrière ceux-là."""
    dernier = max((t.rang for t in tickets), default=0)
    return Ticket(min(dernier + 1, _RANG_MAXIMAL), apport, min(poids, _POIDS_MAXIMAL))


def au_moyeu(depot: Depot) -> list[Ticket]:
    """Ceux que ce moyeu garde, lus chez lui ; le premier d'abord."""
    noms = depot.git("for-each-ref", "--format=%(refname)", TICKETS).decode().split()
    return sorted(filter(None, map(lire, noms)))


def vus(depot: Depot, distant: str) -> tuple[list[Ticket], Ticket | None]:
    """Ceux du moyeu quand ce poste y a pris `distant`, et le sien s'il en a un ; sans ceux qui ont servi."""
    noms = depot.git("for-each-ref", "--format=%(refname)", _VUS).decode().split()
    tickets = sorted(filter(None, (lire(TICKETS + nom.removeprefix(_VUS)) for nom in noms)))
    ici = presents(depot, [t.apport for t in tickets])
    # Ce poste n'a que ce qu'il a fait, et ce que le moyeu lui a donné.
    a_moi = [t for t in tickets if t.apport in ici and not depot.prolonge(t.apport, distant)]
    attendent = [t for t in tickets if t.apport not in ici or t in a_moi[:1]]
    return attendent, next(iter(a_moi), None)


def presents(depot: Depot, apports: Collection[str]) -> frozenset[str]:
    """Ceux de ces enregistrements que ce dépôt a."""
    if not apports:
        return frozenset()
    entree = "".join(f"{apport}\n" for apport in apports).encode()
    lignes = depot.git("cat-file", "--batch-check=%(objectname)", entree=entree).decode().splitlines()
    return frozenset(ligne for ligne in lignes if not ligne.endswith(" missing"))


class Attente:
    """Ce qu'un poste a vu de la file : qui est devant lui, et depuis quand rien n'y bouge.

    Le temps est celui de ce poste, compté depuis ce qu'il a vu : aucune horloge d'ailleurs n'y entre.
    """

    def __init__(self) -> None:
        #: Ceux qui furent premiers et n'ont plus bougé : on ne les attend plus.
        self.partis: set[Ticket] = set()
        self._premier: Ticket | None = None
        self._tete = ""
        self._arrive = self._depuis = 0.0

    def devant(self, tickets: Iterable[Ticket], sien: Ticket | None, tete: str, instant: float) -> int:
        """Combien attendent avant lui ; `tete` : où en est le moyeu, `instant` : des secondes."""
        attendent = sorted(tickets)
        while True:
            attendent = [t for t in attendent if t not in self.partis]
            premier = attendent[0] if attendent else None
            if premier != self._premier:
                self._premier, self._tete, self._arrive, self._depuis = premier, tete, instant, instant
            elif tete != self._tete:
                self._tete, self._depuis = tete, instant
            if premier is None or premier == sien or not self._est_parti(premier, instant):
                return sum(sien is None or t < sien for t in attendent)
            self.partis.add(premier)

    def _est_parti(self, premier: Ticket, instant: float) -> bool:
        immobile, en_tout = instant - self._depuis, instant - self._arrive
        return immobile > premier.patience or en_tout > _FOIS * premier.patience


def a_oter(ages: Mapping[Ticket, float], servis: Collection[str]) -> list[Ticket]:
    """Au moyeu, après un envoi : ce qui a servi, ce qu'un plus récent a dépassé sans qu'il bouge, l'oublié.

    `ages` : depuis combien de secondes chacun est là, par l'horloge du moyeu.
    """
    dernier = max((t for t in ages if t.apport in servis), default=None)
    return [
        t
        for t, age in ages.items()
        if t.apport in servis or age > _UNE_VIE or (dernier and t < dernier and age > t.patience)
    ]
