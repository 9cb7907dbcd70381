"""Mettre un dépôt en commun : prendre, réunir, lire, porter ; à son tour, si d'autres postes attendent.

Le moyeu ne prend que ce qui prolonge ce qu'il a : entre prendre et porter, un autre poste peut passer
devant. Qui a perdu un tour se met à la file du moyeu (`noyau/depot/tickets`), et tout nouveau venu la
voit en prenant. Un tour perdu ne refait que ce qui a changé.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import msgspec
from msgspec import structs

from tiers_lieu_cli.ensemble import partage, refaire, verification
from tiers_lieu_cli.ensemble.documents import Portes
from tiers_lieu_cli.ensemble.donnees import epoques
from tiers_lieu_cli.ensemble.donnees.epoques import Realignement
from tiers_lieu_cli.ensemble.lecture import Faute, Lecture
from tiers_lieu_cli.ensemble.refaire import NonEnvoyee
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import moyeu, tickets
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.moyeu import MoyeuEnAvance, RefusDuMoyeu
from tiers_lieu_cli.noyau.depot.ouvert import Avancee
from tiers_lieu_cli.noyau.depot.purge import COMMUN
from tiers_lieu_cli.noyau.depot.tickets import Attente, Ticket
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.verification import Constat

#: Tentatives quand d'autres postes passent sans cesse devant ; sans file, les attentes font ≈ 25 s en tout.
ESSAIS = 14
_PREMIERE_ATTENTE, _PLUS_LONGUE_ATTENTE = 0.05, 4.0
#: Secondes qu'on passe au plus dans la file du moyeu ; ensuite on porte, quitte à perdre.
_DANS_LA_FILE = 600.0
#: Secondes entre deux regards sur la file, par poste qui est devant : au moins, et au plus en tout.
_UN_REGARD, _LE_PLUS_LOIN = 0.3, 15.0
#: Une mise en commun ne montre que ce qui engage quelqu'un ; `tl verifier` dit le reste.
_A_DIRE = ("double-promesse", "surnombre", "lien", "schema")


class MoyeuTropOccupe(Echec):
    """D'autres postes déposent sans cesse."""

    def __init__(self) -> None:
        super().__init__(
            "D'autres postes déposent sans cesse ; ce qui est à vous est gardé ici.",
            "Recommencer dans un instant : tl synchroniser",
        )


class NonEnvoye(Echec):
    """Des actions de ce poste ne peuvent pas être reçues telles quelles ; elles restent ici, entières."""

    def __init__(
        self, non_envoyees: list[NonEnvoyee], fautes: list[Faute], role: str, *, refaisable: bool
    ) -> None:
        combien = len(non_envoyees)
        quoi = "Une action n'est pas envoyée" if combien < 2 else f"{combien} actions ne sont pas envoyées"
        remede = "Les refaire sans cela, puis envoyer : tl synchroniser --refaire"
        super().__init__(
            f"{quoi} ; rien n'est perdu, tout reste sur ce poste.",
            remede if refaisable else "Prévenir la personne qui tient le moyeu.",
        )
        self.non_envoyees = non_envoyees
        self.fautes = fautes
        self.role = role
        self.refaisable = refaisable


class Bilan(msgspec.Struct, frozen=True):
    """Ce qu'une mise en commun a fait, en nombre d'actions ; et ce qui reste à régler ensemble."""

    envoyees: int = 0
    recues: int = 0
    refaites: int = 0
    laisses: tuple[str, ...] = ()
    realignement: Realignement = Realignement()
    desaccords: tuple[str, ...] = ()
    constats: tuple[Constat, ...] = ()
    #: Ce qui est entré et qu'il vaut mieux corriger.
    a_corriger: tuple[Faute, ...] = ()
    documents: Portes = Portes()
    #: Ce qui a empêché la mise en commun d'aller au bout.
    echec: Echec | None = None


class Interrompue(Exception):
    """Une mise en commun qui n'est pas allée au bout, et ce qu'elle avait déjà fait."""

    def __init__(self, bilan: Bilan, echec: Echec) -> None:
        super().__init__()
        self.bilan = bilan
        self.echec = echec


def lecture(c: Contexte, depot: Depot) -> Lecture:
    """La lecture de ce qui entre dans ce dépôt, ou en part : comme le moyeu la fera."""
    detecteur = c.registre.detecteur if depot.racine == c.lieu.racine else None
    return Lecture(depot, detecteur, c.horloge.maintenant())


class MiseEnCommun:
    """Une mise en commun d'un dépôt, et ce qu'elle sait déjà quand elle doit recommencer."""

    def __init__(self, c: Contexte, depot: Depot) -> None:
        self._c = c
        self._depot = depot
        self._url = moyeu.liee(depot)
        self._lecture = lecture(c, depot)
        self._attente = Attente()
        self._en_file = True
        self._chemins: set[str] = set()
        self._fait = Bilan()

    def faire(self) -> Bilan:
        """Recommencer tant qu'un autre poste passe devant ; `Interrompue` si cela ne va pas au bout."""
        echec: Echec | None = None
        try:
            self._jusqu_a_porter()
        except Echec as refus:
            echec = refus
        try:
            bilan = self._constater()
        except Echec as refus:
            # Ce qui est envoyé l'est : on le dira, et ce qui n'a pas pu se juger ensuite aussi.
            bilan, echec = self._fait, echec or refus
        if echec:
            raise Interrompue(bilan, echec) from None
        return bilan

    def _jusqu_a_porter(self) -> None:
        depot = self._depot
        for essai in range(ESSAIS):
            try:
                distant = self._prendre_a_son_tour()
            except MoyeuEnAvance:
                _attendre(essai, self._c.hasard.choice)
                continue
            if distant:
                self._recevoir(distant)
            if depot.tete() == distant:
                return
            a_porter = depot.combien(f"{distant}..HEAD" if distant else "HEAD")
            try:
                self._porter(distant)
            except MoyeuEnAvance:
                self._perdre(distant, a_porter, essai)
                continue
            depot.git("update-ref", COMMUN, "HEAD")
            self._fait = structs.replace(self._fait, envoyees=a_porter)
            return
        raise MoyeuTropOccupe

    def _prendre_a_son_tour(self) -> str:
        """Ce que le moyeu garde, une fois que plus personne n'attend devant ; qui n'a rien à porter passe."""
        debut = time.monotonic()
        with self._c.ecran.transport() as avancee:
            au_depart = 0
            while True:
                regard = time.monotonic()
                distant = self._prendre(avancee)
                # Un moyeu lent, ou chargé, se regarde moins souvent ; qui est loin aussi.
                pas = max(_UN_REGARD, time.monotonic() - regard)
                devant = self._devant(distant)
                if not devant or time.monotonic() - debut > _DANS_LA_FILE:
                    return distant
                au_depart = max(au_depart, devant)
                if avancee:
                    avancee("Attend son tour", au_depart - devant, au_depart)
                time.sleep(_a_peu_pres(min(pas * devant, _LE_PLUS_LOIN), self._c.hasard.choice))

    def _prendre(self, avancee: Avancee | None) -> str:
        """Prendre ; au registre, où l'on efface, il faut d'abord être de la même époque que le moyeu."""
        c, depot = self._c, self._depot
        if depot.racine == c.lieu.racine:
            return moyeu.prendre(depot, self._url, avancee)
        with c.ecriture(depot, reunit=True) as ecriture:
            distant, realignement = epoques.accorder(depot, ecriture, self._url, c.horloge.maintenant())
        if realignement:
            desaccords = (*self._fait.desaccords, *realignement.desaccords)
            self._fait = structs.replace(self._fait, realignement=realignement, desaccords=desaccords)
        return distant

    def _devant(self, distant: str) -> int:
        """Combien de postes attendent de porter avant celui-ci, qui prend place derrière eux."""
        if not (self._en_file and distant) or self._depot.empreinte("HEAD") == distant:
            return 0
        file, sien = tickets.vus(self._depot, distant)
        if not file:
            return 0
        poids = self._depot.combien(f"{distant}..HEAD")
        devant = self._attente.devant(file, sien, distant, time.monotonic()) if poids else 0
        if devant and sien is None:
            self._prendre_place(file, poids)
        return devant if self._en_file else 0

    def _perdre(self, distant: str, poids: int, essai: int) -> None:
        """Un autre poste est passé devant : prendre place dans la file, s'il y en a une."""
        if self._en_file:
            file, sien = tickets.vus(self._depot, distant)
            if sien is None:
                self._prendre_place(file, poids)
        if not self._en_file:
            _attendre(essai, self._c.hasard.choice)

    def _prendre_place(self, file: list[Ticket], poids: int) -> None:
        ticket = tickets.suivant(file, self._depot.tete(), poids)
        self._en_file = moyeu.prendre_un_ticket(self._depot, self._url, ticket)

    def _recevoir(self, distant: str) -> None:
        """Lire ce que le moyeu propose, puis le réunir à ce qui est ici."""
        c, depot = self._c, self._depot
        recues = depot.combien(f"HEAD..{distant}")
        a_corriger = list[Faute]()
        if recues:
            partage.base_commune(depot, distant)
            admis = partage.admis(moyeu.etait_garde(depot), partage.inscriptions(c.registre))
            ici = depot.tete()
            a_corriger = partage.lire_l_apport(
                self._lecture, ici, distant, admis=admis, suivre=self._montrer("Lit ce qui arrive")
            )
        with c.ecriture(depot, reunit=True) as ecriture:
            reunion = partage.reunir(depot, ecriture, distant, c.horloge.maintenant())
            for avis in ecriture.avis:
                c.ecran.avertir(avis)
        self._chemins |= set(reunion.chemins)
        depot.git("update-ref", COMMUN, distant)
        self._fait = structs.replace(
            self._fait,
            recues=self._fait.recues + recues,
            desaccords=(*self._fait.desaccords, *reunion.desaccords),
            a_corriger=(*self._fait.a_corriger, *a_corriger),
        )

    def _porter(self, distant: str) -> None:
        """Lire ce qui va partir comme le moyeu le lira, puis le porter ; `NonEnvoye` si cela ne passe pas."""
        depot, lue = self._depot, self._lecture
        fautes = list(lue.fautes(distant, "HEAD", self._montrer("Relit ce qui part")))
        if not fautes:
            try:
                with self._c.ecran.transport() as avancee:
                    moyeu.porter(depot, self._url, avancee=avancee)
                self._quitter_la_file(distant)
                return
            except RefusDuMoyeu as refus:
                fautes = refaire.reconnaitre(lue, distant, refus.raisons)
                if not fautes:
                    raise
        non_envoyees = refaire.non_envoyees(lue, distant, fautes)
        raise NonEnvoye(non_envoyees, fautes, depot.role, refaisable=bool(non_envoyees))

    def _montrer(self, quoi: str) -> Callable[[list[str]], Iterable[str]]:
        """De quoi montrer où en est une longue lecture : le retour d'un an sans réseau."""
        return lambda commits: self._c.ecran.avancer(commits, quoi)

    def _quitter_la_file(self, distant: str) -> None:
        """Une garde ôte elle-même ce qui a servi ; sans elle, c'est à nous, et de ceux qui sont partis."""
        if self._en_file and distant and not moyeu.etait_garde(self._depot):
            file, sien = tickets.vus(self._depot, distant)
            a_rendre = [t for t in file if t == sien or t in self._attente.partis]
            moyeu.rendre_des_tickets(self._depot, self._url, a_rendre)

    def _constater(self) -> Bilan:
        """Ce qui est fait, et les règles du lieu sur ce qui est réuni : on garde tout, et on le dit."""
        c = self._c
        # Sans réglages qui se lisent, les règles du lieu ne se jugent pas ; tout se met en commun quand même.
        if self._depot.racine != c.lieu.racine or not self._chemins or c.lieu.faute:
            return self._fait
        trouves = verification.de_quelques(c.arbre, c.registre, sorted(self._chemins))
        return structs.replace(self._fait, constats=tuple(k for k in trouves if k.regle in _A_DIRE))


def _attendre(essai: int, tirer: Callable[[str], str]) -> None:
    """Sans file : les premières fois tout de suite ; ensuite de plus en plus, chacun à son rythme."""
    if essai > 1:
        time.sleep(_a_peu_pres(min(_PREMIERE_ATTENTE * 1.6**essai, _PLUS_LONGUE_ATTENTE), tirer))


def _a_peu_pres(secondes: float, tirer: Callable[[str], str]) -> float:
    """Deux postes qui attendent autant ne reviennent pas ensemble."""
    return secondes * (0.5 + int(tirer("0123456789")) / 10)
