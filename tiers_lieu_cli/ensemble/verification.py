"""Vérifier le lieu : chaque fichier, puis ce qui les lie ; ou seulement quelques fiches.

Tout se constate avant qu'on en parle : un défaut n'en cache pas un autre.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Noms

import msgspec

from tiers_lieu_cli.ensemble import indiscretions
from tiers_lieu_cli.ensemble.etats_du_disque import Dossier, Racine, Releve
from tiers_lieu_cli.ensemble.genres import GENRES, est_libre
from tiers_lieu_cli.ensemble.indiscretions import Doute
from tiers_lieu_cli.noyau import a_cote
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire
from tiers_lieu_cli.noyau.depot.empreintes import Empreintes
from tiers_lieu_cli.noyau.echecs import Defaut, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.genres import Declare, charger
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.fiches.verification import Ailleurs, Constat, Existants, Fonds, ligne_de
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Sorte
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.lieu import REGLAGES, Reglages
from tiers_lieu_cli.prog.inscription.modele import Inscription

#: Combien de fichiers se lisent d'un trait.
PAQUET = 500
#: L'identifiant de la fiche de ce chemin, s'il en est une.
Nommer = Callable[[str], str | None]
_CORRIGER = "Corriger le fichier, puis : tl enregistrer"


class _Part(msgspec.Struct):
    """Ce qu'une part de la lecture a trouvé, à rendre à qui l'a demandée."""

    constats: list[Constat]
    doutes: list[Doute]
    combien: int
    publics: tuple[str, ...]
    #: Par dossier, ce qu'on y a lu.
    lues: dict[str, Ailleurs]
    etats: Releve
    modes: int
    empreintes: Empreintes | None
    #: Combien de lots, pris par la fin.
    lots: int


class Verification:
    """Une vérification en cours : on lui donne des chemins, elle accumule fiches et constats."""

    def __init__(
        self,
        arbre: Arbre,
        registre: Registre | None,
        detecteur: Detecteur,
        empreintes: Empreintes | None = None,
    ) -> None:
        self.constats: list[Constat] = []
        #: Ce qui nomme peut-être quelqu'un : à regarder, et qui n'empêche rien.
        self.doutes: list[Doute] = []
        self.combien = 0
        #: De chaque dossier lu en entier, l'état de ses fichiers ; et leur empreinte, si on la demande.
        self.etats: Releve = {}
        #: Les modes de tous ces fichiers, réunis bit à bit.
        self.modes = 0
        self._empreintes = empreintes
        self._arbre = arbre
        self._registre = registre
        self._detecteur = detecteur
        self._lues: dict[str, list[Fiche]] = {}
        self._ailleurs: dict[str, Ailleurs] = {}
        self._idents: set[str] = set()
        self._publics: tuple[str, ...] = ()

    def preparer(self) -> None:
        """Charger ce dont les deux parts se serviront, avant qu'elles ne se séparent."""
        self._detecteur.suspect(b"Un mot")
        for declare in GENRES:
            for regle in filter(None, (declare.genre.verifier, declare.genre.verifier_chacune)):
                charger(regle)

    def examiner_a_deux(
        self,
        racine: Racine,
        dossiers: Iterable[Dossier],
        avancer: Callable[[str, int, int | None], None] | None,
        entre_temps: Callable[[], None],
    ) -> None:
        """Examiner des dossiers sur deux cœurs ; `avancer` : dire où l'on en est.

        `entre_temps` : quoi faire d'ici que l'autre ait rendu ce qu'il a lu.
        """
        lots = _lots(dossiers)
        partage = a_cote.Partage(len(lots))
        la = a_cote.commencer(lambda: self._a_part(racine, map(lots.__getitem__, partage.par_la_fin())))
        ici = 0
        for rang in partage.par_le_debut():
            self.examiner_dossiers(racine, lots[rang])
            ici = rang + 1
            if avancer:
                # L'autre en a lu à peu près autant.
                avancer("Lecture", min(2 * ici, len(lots)), len(lots))
        # Avant de réunir : ce que l'autre a lu, il le juge.
        self.constats += self._seules(GENRES)
        entre_temps()
        part = msgspec.msgpack.decode(la(), type=_Part)
        partage.fermer()
        self._joindre(part)
        # Ce que l'autre avait pris, s'il est mort en route.
        for lot in lots[ici : len(lots) - part.lots]:
            seul = self._neuve()
            seul.examiner_dossiers(racine, lot)
            self._joindre(msgspec.msgpack.decode(seul._rendre(1), type=_Part))

    def _neuve(self) -> Verification:
        empreintes = Empreintes() if self._empreintes else None
        return Verification(self._arbre, self._registre, self._detecteur, empreintes)

    def _a_part(self, racine: Racine, lots: Iterable[Sequence[Dossier]]) -> bytes:
        autre, pris = self._neuve(), 0
        for lot in lots:
            autre.examiner_dossiers(racine, lot)
            pris += 1
        return autre._rendre(pris)

    def _rendre(self, lots: int) -> bytes:
        """Ce qu'on a lu et jugé, pour qui l'a demandé."""
        self.constats += self._seules(GENRES)
        lues = {
            dossier: Ailleurs.de(lues, ecrire=bool(GENRES.declare(dossier).genre.voisines))
            for dossier, lues in self._lues.items()
        }
        dits = (self.constats, self.doutes, self.combien, self._publics, lues, self.etats)
        return msgspec.msgpack.encode(_Part(*dits, self.modes, self._empreintes, lots))

    def _joindre(self, part: _Part) -> None:
        self.constats += part.constats
        self.doutes += part.doutes
        self.combien += part.combien
        self._publics = part.publics or self._publics
        self.etats |= part.etats
        self.modes |= part.modes
        if self._empreintes and part.empreintes:
            self._empreintes.joindre(part.empreintes)
        for dossier, lues in part.lues.items():
            self._ailleurs[dossier] = lues.et(self._ailleurs.get(dossier))
            self._idents.update(lues.idents)

    def examiner_dossiers(self, racine: Racine, dossiers: Iterable[Dossier]) -> None:
        """Lire des dossiers entiers : voir `examiner`."""
        textes: list[tuple[str, bytes]] = []
        for dossier in dossiers:
            lus, chemin = racine.lire(dossier), dossier.chemin
            self.combien += len(lus.contenus) + len(lus.fautes)
            for faute in lus.fautes:
                self._constater(faute, "fichier")
            self.modes |= lus.modes
            self.etats[racine.prefixe + chemin] = msgspec.msgpack.encode(lus.etats)
            if self._empreintes is not None:
                self._empreintes.ajouter(chemin[:-1], lus.contenus, feuille=dossier.feuille)
            siens = ((chemin + nom, octets) for nom, octets in lus.contenus)
            textes += self._sans_les_photos(siens) if chemin.startswith(photos.DOSSIER) else siens
            if len(textes) >= PAQUET:
                self._retenir(textes)
                textes.clear()
        self._retenir(textes)

    def examiner(self, chemins: Iterable[str]) -> None:
        """Lire des fichiers : leur rangement, leur schéma, ce qu'ils ne devraient pas dire."""
        self._retenir(list(self._sans_les_photos(self._lire(chemins))))

    def _lire(self, chemins: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for chemin in chemins:
            self.combien += 1
            try:
                octets = self._arbre.lire(chemin)
            except FicheFautive as faute:
                self._constater(faute.defaut, "fichier")
                continue
            if octets is not None:
                yield chemin, octets

    def _sans_les_photos(self, lus: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Ce qui est du texte ; une photo se juge à part."""
        for chemin, octets in lus:
            if not photos.est_photo(chemin):
                yield chemin, octets
            elif mal := photos.faute(chemin, octets):
                self._constater(Defaut(chemin, 0, mal), "photo")

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
        # Les fichiers d'un dossier sont d'un même genre : de quoi les nommer, et où ils vont.
        dossiers: dict[str, tuple[Nommer, list[fiche.Contenu]]] = {}
        par_genre: dict[str, list[fiche.Contenu]] = {}
        for chemin, octets in textes:
            if chemin == REGLAGES:
                self.regler(octets)
                continue
            dossier = chemin.rpartition("/")[0]
            if dossier not in dossiers:
                rangee = GENRES.collection(genre := GENRES.dossier(chemin))
                nommer: Nommer = rangee.genre.ident if rangee else _sans_nom
                dossiers[dossier] = nommer, par_genre.setdefault(genre, [])
            nommer, siens = dossiers[dossier]
            if (ident := nommer(chemin)) is not None:
                siens.append((ident, chemin, octets))
            elif not est_libre(chemin):
                self.constats.append(self._egare(chemin))
        for genre, contenus in par_genre.items():
            if contenus:
                self._comprendre(genre, contenus)
        self._surveiller(textes)

    def _comprendre(self, dossier: str, contenus: list[fiche.Contenu]) -> None:
        lues: list[Fiche] = []
        for lue in fiche.lire_toutes(contenus, GENRES.exiger(contenus[0][1]).structure):
            if isinstance(lue, Defaut):
                self._constater(lue, "schema")
            else:
                lues.append(lue)
        if lues:
            self._idents.update(lue.id for lue in lues)
            self._lues.setdefault(dossier, []).extend(lues)

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
                    self.constats.append(indiscretions.constat(chemin, octets, indice, self._registre))
                elif indice.a_demander and self._registre:
                    self.doutes.append(indiscretions.doute(chemin, octets, indice))

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

    def lues(self) -> list[Fiche]:
        """Les fiches lues, de tous genres."""
        return [fiche for lues in self._lues.values() for fiche in lues]

    def juger_avec_ce_qui_entoure(self) -> None:
        """Quelques fiches lues : lire ce qu'elles touchent, et juger le tout."""
        self.entourer()
        genres = list({id(d): d for d in (GENRES.declare(dossier) for dossier in self._lues)}.values())
        self.constats += self._seules(genres)
        self.relier(Existants(self._arbre), genres=genres)

    def relier(self, idents: Noms[str] | None = None, *, genres: Iterable[Declare] = GENRES) -> None:
        """Une fois tout lu : les règles entre fiches, métier par métier."""
        fonds = self._fonds(self._idents if idents is None else idents, self._ailleurs)
        self.constats += fonds.liens()
        for declare in genres:
            if isinstance(declare, Affaires):
                self.constats += fonds.en_double(declare)
            if declare.genre.verifier:
                self.constats += charger(declare.genre.verifier)(fonds)

    def _seules(self, genres: Iterable[Declare]) -> Iterator[Constat]:
        """Ce que chaque fiche lue ici doit être, quoi que disent les autres."""
        fonds = self._fonds(self._idents, {})
        for declare in genres:
            if isinstance(declare, Affaires):
                yield from fonds.mal_rangees(declare)
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


def _sans_nom(_chemin: str) -> str | None:
    """Ce qui n'est pas une fiche n'a pas d'identifiant."""
    return None


def _lots(dossiers: Iterable[Dossier]) -> list[list[Dossier]]:
    """Des dossiers qui se lisent d'un trait, de `PAQUET` fichiers environ.

    Ce qui se juge ensemble vient d'abord : qui relie tout le lit lui-même, autant que possible.
    """
    ensemble = tuple(f"{declare.genre.dossier}/" for declare in GENRES if declare.genre.voisines)
    lots: list[list[Dossier]] = []
    place = 0
    for dossier in sorted(dossiers, key=lambda dossier: not dossier.chemin.startswith(ensemble)):
        if place <= 0:
            lots.append([])
            place = PAQUET
        lots[-1].append(dossier)
        place -= len(dossier.noms)
    return lots


def _autrefois(octets: bytes, horaires: str) -> Constat:
    """Les heures qu'un ancien `lieu.yaml` dit encore, et que plus rien ne lit."""
    fait = f"les heures (« {horaires} ») ne s'écrivent plus ici"
    remede = 'Les dire : tl lieu --heures "lun-ven 9h-18h"'
    return Constat(REGLAGES, ligne_de(octets, "horaires"), fait, remede, regle="reglages")


def de_quelques(arbre: Arbre, registre: Registre, chemins: Iterable[str]) -> list[Constat]:
    """Les constats qui touchent ces fiches : elles-mêmes, et ce qu'elles font aux autres."""
    # Les fiches d'un mois s'entourent l'une l'autre : rien n'est lu ni compris deux fois.
    arbre = arbre if isinstance(arbre, ArbreMemoire) else ArbreMemoire(arbre)
    chemins = {chemin: None for chemin in chemins if arbre.lire(chemin) is not None}
    maison = Verification(arbre, registre, registre.detecteur)
    maison.examiner([REGLAGES, *(chemin for chemin in chemins if chemin != REGLAGES)])
    # Une inscription de plus se voit à l'événement qu'elle remplit, non à elle-même.
    cites = {lue.evenement for lue in maison.lues() if isinstance(lue, Inscription)}
    maison.juger_avec_ce_qui_entoure()
    idents = cites | {chemin.rpartition("/")[2].rpartition(".")[0] for chemin in chemins}
    return [k for k in maison.constats if k.fichier in chemins or any(i in k.fait for i in idents)]
