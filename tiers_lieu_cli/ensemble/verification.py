"""Vérifier le lieu : chaque fichier, puis ce qui les lie ; ou seulement quelques fiches.

Tout se constate avant qu'on en parle : un défaut n'en cache pas un autre.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Noms
from typing import TYPE_CHECKING, Any

import msgspec

from tiers_lieu_cli.ensemble.genres import GENRES, est_libre
from tiers_lieu_cli.noyau import a_cote
from tiers_lieu_cli.noyau.depot import intention, photos, purge
from tiers_lieu_cli.noyau.depot import sante as etat
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.genres import Declare, charger
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.fiches.verification import Ailleurs, Constat, Existants, Fonds, ligne_de
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Indice, Sorte
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.lieu import REGLAGES, Reglages
from tiers_lieu_cli.noyau.texte import a_taper
from tiers_lieu_cli.prog.inscription.modele import Inscription

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.empreintes import Empreintes

#: Combien de fichiers se lisent d'un trait.
PAQUET = 1000
_CORRIGER = "Corriger le fichier, puis : tl enregistrer"


class Doute(msgspec.Struct, frozen=True):
    """Un mot qui désigne peut-être quelqu'un (`personne`), ou un nombre qui est peut-être un numéro."""

    mot: str
    personne: str
    fichier: str
    ligne: int


class _Part(msgspec.Struct):
    """Ce qu'une part de la lecture a trouvé, à rendre à qui l'a demandée."""

    constats: list[Constat]
    doutes: list[Doute]
    combien: int
    publics: tuple[str, ...]
    #: Par dossier, ce qu'on y a lu.
    lues: dict[str, Ailleurs]
    #: Voir `Empreintes.dites`.
    empreintes: dict[str, list[bytes]]
    #: Combien de lots, pris par la fin.
    lots: int


class Verification:
    """Une vérification en cours : on lui donne des chemins, elle accumule fiches et constats."""

    def __init__(self, arbre: Arbre, registre: Registre | None, detecteur: Detecteur) -> None:
        self.constats: list[Constat] = []
        #: Ce qui nomme peut-être quelqu'un : à regarder, et qui n'empêche rien.
        self.doutes: list[Doute] = []
        self.combien = 0
        self._arbre = arbre
        self._registre = registre
        self._detecteur = detecteur
        self._lues: dict[str, list[Fiche]] = {}
        self._ailleurs: dict[str, Ailleurs] = {}
        self._idents: set[str] = set()
        self._publics: tuple[str, ...] = ()
        #: De tout ce qu'on lit, si on le demande.
        self.empreintes: Empreintes | None = None

    def preparer(self) -> None:
        """Charger ce dont les deux parts se serviront, avant qu'elles ne se séparent."""
        self._detecteur.suspect(b"Un mot")
        for declare in GENRES:
            for regle in filter(None, (declare.genre.verifier, declare.genre.verifier_chacune)):
                charger(regle)

    def examiner_a_deux(
        self, chemins: Sequence[str], avancer: Callable[[str, int, int | None], None] | None
    ) -> None:
        """Examiner beaucoup de fichiers sur deux cœurs ; `avancer` : dire où l'on en est."""
        # Ce qui se juge ensemble se lit ici, autant que possible : le reste n'a pas à y revenir.
        ensemble = tuple(f"{declare.genre.dossier}/" for declare in GENRES if declare.genre.voisines)
        chemins = [
            *(chemin for chemin in chemins if chemin.startswith(ensemble)),
            *(chemin for chemin in chemins if not chemin.startswith(ensemble)),
        ]
        lots = a_cote.en_lots(chemins, PAQUET)
        partage = a_cote.Partage(len(lots))
        la = a_cote.commencer(lambda: self._a_part(map(lots.__getitem__, partage.par_la_fin())))
        ici = 0
        for rang in partage.par_le_debut():
            self.examiner(lots[rang])
            ici = rang + 1
            if avancer:
                # L'autre en a lu à peu près autant.
                avancer("Lecture", min(2 * ici, len(lots)), len(lots))
        part = msgspec.msgpack.decode(la(), type=_Part)
        partage.fermer()
        # Ce que l'autre avait pris, s'il est mort en route.
        for lot in lots[ici : len(lots) - part.lots]:
            self.examiner(lot)
        self._joindre(part)

    def _joindre(self, part: _Part) -> None:
        self.constats += part.constats
        self.doutes += part.doutes
        self.combien += part.combien
        self._publics = part.publics or self._publics
        if self.empreintes:
            self.empreintes.joindre(part.empreintes)
        self._ailleurs = part.lues
        for lues in part.lues.values():
            self._idents.update(lues.idents)

    def _a_part(self, lots: Iterable[Sequence[str]]) -> bytes:
        autre, pris = Verification(self._arbre, self._registre, self._detecteur), 0
        autre.empreintes = type(self.empreintes)() if self.empreintes else None
        for lot in lots:
            autre.examiner(lot)
            pris += 1
        autre.constats += autre._seules(GENRES)
        lues = {dossier: Ailleurs.de(lues) for dossier, lues in autre._lues.items()}
        dites = autre.empreintes.dites() if autre.empreintes else {}
        return msgspec.msgpack.encode(
            _Part(autre.constats, autre.doutes, autre.combien, autre._publics, lues, dites, pris)
        )

    def examiner(self, chemins: Iterable[str]) -> None:
        """Lire des fichiers : leur rangement, leur schéma, ce qu'ils ne devraient pas dire."""
        textes: list[tuple[str, bytes]] = []
        for chemin in chemins:
            self.combien += 1
            try:
                octets = self._arbre.lire(chemin)
            except FicheFautive as faute:
                self._constater(faute.defaut, "fichier")
                continue
            if octets is None:
                continue
            if self.empreintes is not None:
                self.empreintes.ajouter(chemin, octets)
            if photos.est_photo(chemin):
                if mal := photos.faute(chemin, octets):
                    self._constater(Defaut(chemin, 0, mal), "photo")
                continue
            textes.append((chemin, octets))
            if len(textes) == PAQUET:
                self._retenir(textes)
                textes.clear()
        self._retenir(textes)

    def regler(self, octets: bytes | None = None) -> None:
        """Lire les réglages du lieu."""
        octets = octets or self._arbre.lire(REGLAGES) or b""
        try:
            lus = fiche.lire(octets, Reglages, "lieu", REGLAGES)
        except FicheFautive as faute:
            self._constater(faute.defaut, "schema")
            return
        self._publics = lus.publics
        if lus.horaires:
            self.constats.append(_autrefois(octets, lus.horaires))

    def _retenir(self, textes: list[tuple[str, bytes]]) -> None:
        """Comprendre des fichiers, genre par genre, et voir ce qu'ils ne devraient pas dire."""
        rangees: dict[str, Collection[Any] | None] = {}
        par_genre: dict[str, list[fiche.Contenu]] = {}
        for chemin, octets in textes:
            if chemin == REGLAGES:
                self.regler(octets)
                continue
            # Les fichiers d'un dossier sont d'un même genre.
            dossier = chemin.rpartition("/")[0]
            if dossier not in rangees:
                rangees[dossier] = GENRES.collection(GENRES.dossier(chemin))
            rangee = rangees[dossier]
            ident = rangee.genre.ident(chemin) if rangee else None
            if rangee and ident is not None:
                par_genre.setdefault(rangee.genre.dossier, []).append((ident, chemin, octets))
            elif not est_libre(chemin):
                self.constats.append(self._egare(chemin))
        for genre, contenus in par_genre.items():
            self._comprendre(genre, contenus)
        self._surveiller(textes)

    def _comprendre(self, dossier: str, contenus: list[fiche.Contenu]) -> None:
        for lue in fiche.lire_toutes(contenus, GENRES.exiger(contenus[0][1]).structure):
            if isinstance(lue, Defaut):
                self._constater(lue, "schema")
            else:
                self._idents.add(lue.id)
                self._lues.setdefault(dossier, []).append(lue)

    def _egare(self, chemin: str) -> Constat:
        """Un fichier qui n'est pas à sa place ; s'il n'en a qu'une possible, on la propose."""
        rangee, nom = GENRES.collection(GENRES.dossier(chemin)), chemin.rpartition("/")[2]
        ailleurs = ""
        if rangee and nom.endswith(rangee.genre.suffixe):
            try:
                ailleurs = rangee.genre.chemin(nom.removesuffix(rangee.genre.suffixe))
            except IdentifiantInvalide:
                ailleurs = ""
        if ailleurs and self._arbre.lire(ailleurs) is None:
            return Constat(
                fichier=chemin,
                ligne=0,
                fait="cette fiche n'est pas dans le dossier que son nom désigne",
                remede=f"La ranger : {ailleurs}",
                regle="rangement",
                deplacer=ailleurs,
            )
        return Constat(
            fichier=chemin,
            ligne=0,
            fait="ce fichier n'est pas une fiche, et l'outil ne le connaît pas",
            remede="Le ranger hors du lieu, ou dans regles/ si c'est un texte de la maison.",
            regle="rangement",
        )

    def _surveiller(self, textes: list[tuple[str, bytes]]) -> None:
        """La vie privée : ni nom, ni contact, ni montant. Un paquet se lit d'un coup."""
        suspects = self._detecteur.suspects([octets for _, octets in textes])
        for chemin, octets in (textes[rang] for rang in suspects):
            for indice in self._detecteur.trouver(octets.decode("utf-8", "replace")):
                # Au registre vivent les noms et les contacts ; un montant n'est nulle part chez lui.
                if indice.sur and (self._registre or indice.sorte is Sorte.MONTANT):
                    self.constats.append(_indiscretion(chemin, octets, indice))
                elif indice.a_demander and self._registre:
                    self.doutes.append(_doute(chemin, octets, indice))

    def ajouter(self, dossier: str, fiches: Iterable[Fiche]) -> None:
        """Des fiches déjà lues, qui entourent celles qu'on vérifie."""
        lues = self._lues.setdefault(dossier, [])
        deja = {lue.id for lue in lues}
        lues += (f for f in fiches if f.id not in deja)

    def entourer(self) -> None:
        """Lire ce que les fiches déjà lues touchent : ce qui se juge à plusieurs."""
        par_regle: dict[str, list[Fiche]] = {}
        for dossier, lues in self._lues.items():
            for regle in GENRES.declare(dossier).genre.voisines:
                par_regle.setdefault(regle, []).extend(lues)
        autour: dict[str, dict[str, Fiche]] = {}
        for regle, lues in par_regle.items():
            for dossier, voisine in charger(regle)(self._arbre, lues):
                autour.setdefault(dossier, {})[voisine.id] = voisine
        for dossier, voisines in autour.items():
            self.ajouter(dossier, voisines.values())

    def genres_lus(self) -> list[Declare]:
        """Les genres dont on a lu une fiche."""
        return list({id(d): d for d in (GENRES.declare(dossier) for dossier in self._lues)}.values())

    def lues(self) -> list[Fiche]:
        """Les fiches lues, de tous genres."""
        return [fiche for lues in self._lues.values() for fiche in lues]

    def relier(self, idents: Noms[str] | None = None, *, genres: Iterable[Declare] = GENRES) -> None:
        """Une fois tout lu : les règles entre fiches, métier par métier."""
        # D'abord : ensuite, les fiches lues à côté, et déjà jugées là, seront peut-être parmi celles d'ici.
        seules = list(self._seules(genres))
        fonds = self._fonds(self._idents if idents is None else idents, self._ailleurs)
        self.constats += fonds.liens()
        for declare in genres:
            if isinstance(declare, Affaires):
                self.constats += fonds.mal_rangees(declare)
            if declare.genre.verifier:
                self.constats += charger(declare.genre.verifier)(fonds)
        self.constats += seules

    def _seules(self, genres: Iterable[Declare]) -> Iterator[Constat]:
        """Ce que chaque fiche lue ici doit être, quoi que disent les autres."""
        fonds = self._fonds(self._idents, {})
        for declare in genres:
            if declare.genre.verifier_chacune:
                yield from charger(declare.genre.verifier_chacune)(fonds)

    def _fonds(self, idents: Noms[str], ailleurs: dict[str, Ailleurs]) -> Fonds:
        registre = self._registre
        return Fonds(
            arbre=self._arbre,
            lues=self._lues,
            idents=idents,
            personnes=registre.idents() if registre and registre.est_la else None,
            genres=GENRES,
            suivre=registre.resoudre if registre else str,
            publics=self._publics,
            ailleurs=ailleurs,
        )

    def _constater(self, defaut: Defaut, regle: str) -> None:
        self.constats.append(Constat(defaut.fichier, defaut.ligne, defaut.fait, _CORRIGER, regle=regle))


def _autrefois(octets: bytes, horaires: str) -> Constat:
    """Les heures qu'un ancien `lieu.yaml` dit encore, et que plus rien ne lit."""
    fait = f"les heures (« {horaires} ») ne s'écrivent plus ici"
    remede = 'Les dire : tl lieu --heures "lun-ven 9h-18h"'
    return Constat(REGLAGES, ligne_de(octets, "horaires"), fait, remede, regle="reglages")


def _doute(chemin: str, octets: bytes, indice: Indice) -> Doute:
    return Doute(indice.extrait, indice.personne, chemin, ligne_de(octets, indice.extrait))


def _indiscretion(chemin: str, octets: bytes, indice: Indice) -> Constat:
    if indice.personne:
        fait = "contient le nom ou le contact d'une personne du registre"
        remede, plutot = f"Écrire @{indice.personne} à la place.", f"@{indice.personne}"
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


def de_quelques(arbre: Arbre, registre: Registre, chemins: Iterable[str]) -> list[Constat]:
    """Les constats qui touchent ces fiches : elles-mêmes, et ce qu'elles font aux autres."""
    # Les fiches d'un mois s'entourent l'une l'autre : rien n'est lu ni compris deux fois.
    arbre = arbre if isinstance(arbre, ArbreMemoire) else ArbreMemoire(arbre)
    chemins = {chemin: None for chemin in chemins if arbre.lire(chemin) is not None}
    maison = Verification(arbre, registre, registre.detecteur)
    maison.examiner([REGLAGES, *(chemin for chemin in chemins if chemin != REGLAGES)])
    # Une inscription de plus se voit à l'événement qu'elle remplit, non à elle-même.
    cites = {lue.evenement for lue in maison.lues() if isinstance(lue, Inscription)}
    maison.entourer()
    maison.relier(Existants(arbre), genres=maison.genres_lus())
    idents = cites | {chemin.rpartition("/")[2].rpartition(".")[0] for chemin in chemins}
    return [k for k in maison.constats if k.fichier in chemins or any(i in k.fait for i in idents)]


def sante(depot: Depot) -> Iterator[Constat]:
    """L'état du dépôt lui-même, au-delà de ce qui se vérifie avant de s'en servir."""
    for d in (*etat.chantiers(depot.racine), *etat.remplaces(depot.racine)):
        yield Constat(d.fichier, d.ligne, d.fait, d.remede, regle="archive")
    if purge.est_commence(depot.interne):
        fait = "un effacement a été interrompu"
        yield Constat(".git", 0, fait, "Le finir : tl reprise", regle="reprise")
    coupees = [intention.lire(depot.interne), *intention.laissees(depot.interne).values()]
    for coupee in filter(None, coupees):
        fait = f"une action a été interrompue : « {coupee.phrase} »"
        yield Constat(".git", 0, fait, "La finir ou l'abandonner : tl reprise", regle="reprise")
