"""La caisse ouverte : son dépôt, son coffre, ce qu'elle sait ; et qui garde son entrée."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec
from msgspec import structs

from tiers_lieu_cli.finance import vendeur as vendeurs
from tiers_lieu_cli.finance.coffre import Coffre
from tiers_lieu_cli.finance.faits import regles as faits
from tiers_lieu_cli.finance.faits.modele import Lot
from tiers_lieu_cli.finance.faits.regles import Memoire
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.piece.livre import Livre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS
from tiers_lieu_cli.finance.plan import Plan, plan
from tiers_lieu_cli.finance.regimes import Droit, droit
from tiers_lieu_cli.finance.rgpd.modele import PURGES
from tiers_lieu_cli.finance.tarif.modele import TARIFS, Tarif
from tiers_lieu_cli.finance.tiers.modele import TIERS, Tiers
from tiers_lieu_cli.finance.transmission.modele import TRANSMISSIONS, Transmission
from tiers_lieu_cli.finance.vendeur import Vendeur
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreDisque
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Gardien
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre
from tiers_lieu_cli.noyau.depot.roles import TRESORIER
from tiers_lieu_cli.noyau.echecs import Defaut, Echec, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche, identifiants
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.gens import formes

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
    from tiers_lieu_cli.noyau.gens.mur import Detecteur

V = TypeVar("V")
#: Le dossier de la caisse, imbriqué dans le lieu et ignoré par l'archive.
DOSSIER = "finance"
LOTS = "faits"
RELEVES = "releves"
#: Ce que chaque import de relevé a rapproché seul.
RAPPROCHEMENTS = "rapprochements"
#: Écrits par l'outil sous un contrat sans texte libre : il n'y a rien à y lire.
_SANS_TEXTE = frozenset({LOTS, RELEVES, RAPPROCHEMENTS})


class Servi(msgspec.Struct, frozen=True):
    """Ce qu'un fait a pris à un carnet d'heures, et qui ne change plus."""

    carnet: str
    fait: str
    jour: date
    quantite: str


class Cloture(Fiche, frozen=True):
    """Un exercice fermé : son nom est l'année. `journal` : l'empreinte de ses écritures.

    `servi` : ce que les carnets y ont servi, quoi qu'on apprenne ensuite d'un lien, d'un prix ou d'un fait.
    `clef` : la clef publique de qui a fermé ; `signature` : ce qu'elle dit de tout le reste.
    """

    le: date
    pieces: int
    tete: str
    journal: str
    resultat: str
    soldes: dict[str, str]
    clef: str
    signature: str = ""
    servi: tuple[Servi, ...] = ()

    @property
    def a_signer(self) -> bytes:
        """Tout, sauf la signature : toujours les mêmes octets."""
        return msgspec.json.encode(structs.replace(self, signature=""), order="deterministic")


CLOTURES = Collection(Genre("clôture", "clotures"), Cloture)


class ExerciceFerme(ErreurUsage):
    """Plus rien n'entre dans un exercice fermé."""

    def __init__(self, jour: date) -> None:
        super().__init__(
            f"L'exercice {jour.year} est fermé : rien n'y entre plus (le {jour:%d/%m/%Y}).",
            "Le porter à l'exercice ouvert.",
        )


class CaisseAbsente(ErreurUsage):
    """Ce poste n'a pas la caisse : rien de ce qui touche à l'argent ne s'y fait."""

    def __init__(self) -> None:
        super().__init__("Ce poste n'a pas la caisse.", "L'ouvrir : tl finance init")


class NomDansLaCaisse(Echec):
    """Un texte que git garderait pour toujours nomme un tiers, ou porte son compte."""

    def __init__(self, extrait: str, chemin: str) -> None:
        super().__init__(
            f"« {extrait} » désigne un tiers ; l'histoire de la caisse ne s'efface pas et n'en garde aucun"
            f" ({chemin or 'la phrase'}).",
            "L'écrire sans le nommer : la facture, elle, dira son nom.",
        )


class DepotDeLaCaisse(Depot):
    """Le dépôt du trésorier. On y attend son tour : une émission prend du temps."""

    ATTENTE = 60.0

    def __init__(self, c: Contexte) -> None:
        super().__init__(c.archive.racine / DOSSIER)
        self._c = c

    @property
    def role(self) -> str:
        """Seul le trésorier y écrit."""
        return TRESORIER

    @contextmanager
    def ecriture(self, moment: datetime, gardien: Gardien) -> Iterator[Ecriture]:
        """Voir `Depot.ecriture` ; ce qu'une mort a laissé d'un contenu dit effacé s'ôte d'abord."""
        with super().ecriture(moment, gardien) as ecriture:
            caisse = self._caisse()
            caisse.coffre.oter(*filter(caisse.coffre.contient, caisse.purges))
            yield ecriture

    def gardien(self) -> Gardien:
        """Les montants y sont chez eux ; les noms, jamais."""
        return _Garde(self._caisse())

    def _caisse(self) -> Caisse:
        return Caisse(self._c, self, ArbreDisque(self.racine))


class Caisse:
    """La caisse d'un lieu, lue à mesure qu'on en a besoin."""

    def __init__(self, c: Contexte, depot: Depot, arbre: Arbre) -> None:
        self.c = c
        self.depot = depot
        self.arbre = arbre
        self.coffre = Coffre(depot.racine, c.environ)
        self._vues: dict[object, object] = {}

    def vue(self, genre: Callable[[Caisse], V]) -> V:
        """Ce qu'on y lit sous ce jour (la banque, les comptes), bâti une seule fois."""
        if genre not in self._vues:
            self._vues[genre] = genre(self)
        return cast(V, self._vues[genre])

    @cached_property
    def vendeur(self) -> Vendeur:
        """Ce que `caisse.yaml` dit du lieu."""
        octets = self.arbre.lire(vendeurs.FICHIER)
        if octets is None:
            raise FicheFautive(Defaut(vendeurs.FICHIER, 0, "manque", "Le reprendre d'une sauvegarde."))
        return fiche.lire(octets, Vendeur, "caisse", vendeurs.FICHIER)

    @property
    def droit(self) -> Droit:
        """Les règles de son pays."""
        return droit(self.vendeur.pays)

    @cached_property
    def clos(self) -> frozenset[int]:
        """Les exercices fermés."""
        return frozenset(int(ident) for ident in CLOTURES.idents(self.arbre))

    def a_fermer(self, annee: int) -> list[int]:
        """Les exercices d'avant `annee` qui ont des pièces ou des relevés, et ne sont pas fermés."""
        tenus = {p.exercice for p in self.livre.toutes} | {
            int(a) for a in self.arbre.noms(RELEVES) if a.isdecimal()
        }
        return sorted(a for a in tenus - self.clos if a < annee)

    def exiger_ouvert(self, *jours: date) -> None:
        """`ExerciceFerme` si l'un de ces jours est d'un exercice fermé."""
        for jour in jours:
            if jour.year in self.clos:
                raise ExerciceFerme(jour)

    @property
    def plan(self) -> Plan:
        """Le plan comptable de son pays."""
        return plan(self.vendeur.pays)

    @cached_property
    def tiers(self) -> dict[str, Tiers]:
        """Les tiers, par identifiant."""
        recolte = TIERS.toutes(self.arbre)
        _exiger_des_fiches_saines(recolte.defauts)
        return {tiers.id: tiers for tiers in recolte.fiches}

    @cached_property
    def tarifs(self) -> tuple[Tarif, ...]:
        """Les tarifs."""
        recolte = TARIFS.toutes(self.arbre)
        _exiger_des_fiches_saines(recolte.defauts)
        return recolte.fiches

    @cached_property
    def liens(self) -> dict[str, str]:
        """Le tiers que chaque identifiant des opérations désigne."""
        return {lien: tiers.id for tiers in self.tiers.values() for lien in tiers.liens}

    def identite(self, tiers: Tiers) -> Identite:
        """Le nom et l'adresse d'un tiers, lus au coffre."""
        return msgspec.json.decode(self.coffre.lire(tiers.identite), type=Identite)

    def nom(self, ident: str) -> str:
        """Le nom d'un tiers, à l'écran ; son identifiant s'il est restreint ou perdu."""
        tiers = self.tiers.get(ident)
        if tiers is None or tiers.restreint:
            return ident
        try:
            return self.identite(tiers).nom
        except Echec:
            return ident

    @cached_property
    def memoire(self) -> Memoire:
        """Les faits reçus."""
        return faits.memoire(self._lots())

    def _lots(self) -> Iterator[Lot]:
        for annee in self.arbre.noms(LOTS):
            for nom in self.arbre.noms(f"{LOTS}/{annee}"):
                chemin = f"{LOTS}/{annee}/{nom}"
                try:
                    yield msgspec.json.decode(self.arbre.lire(chemin) or b"", type=Lot)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    raise FicheFautive(
                        Defaut(
                            chemin, 0, "n'est plus le lot qui fut reçu", "L'examiner : tl finance verifier"
                        )
                    ) from None

    @cached_property
    def livre(self) -> Livre:
        """Les pièces émises."""
        return Livre(self.arbre)

    @cached_property
    def purges(self) -> frozenset[str]:
        """Les empreintes de ce qui fut effacé exprès."""
        return frozenset(e for purge in PURGES.toutes(self.arbre).fiches for e in purge.empreintes)

    @cached_property
    def transmissions(self) -> dict[str, list[Transmission]]:
        """Ce que le point d'accès a répondu, par pièce."""
        par_piece: dict[str, list[Transmission]] = {}
        for reponse in TRANSMISSIONS.toutes(self.arbre).fiches:
            par_piece.setdefault(reponse.piece, []).append(reponse)
        return par_piece

    @cached_property
    def factures_des_faits(self) -> dict[str, tuple[str, int]]:
        """Où chaque fait (« id:révision ») est facturé : la pièce, ou le brouillon, et le rang de la ligne.

        Une ligne créditée rend ses faits.
        """
        ou: dict[str, tuple[str, int]] = {}
        for brouillon in BROUILLONS.toutes(self.arbre).fiches:
            for rang, ligne in enumerate(brouillon.lignes, start=1):
                ou |= dict.fromkeys(ligne.faits, (brouillon.id, rang))
        return ou | self.livre.faits

    @property
    def facturees(self) -> frozenset[str]:
        """Les faits qu'une pièce ou un brouillon facture, quelle qu'en soit la révision."""
        return frozenset(cle.partition(":")[0] for cle in self.factures_des_faits)


def _exiger_des_fiches_saines(defauts: Iterable[Defaut]) -> None:
    for defaut in defauts:
        raise FicheFautive(defaut)


def depot(c: Contexte) -> Depot:
    """Le dépôt de la caisse, où ses commandes écrivent ; `CaisseAbsente` si ce poste ne l'a pas."""
    trouve = DepotDeLaCaisse(c)
    if not trouve.existe:
        raise CaisseAbsente
    return trouve


def ouvrir(c: Contexte) -> Caisse:
    """La caisse de ce lieu, telle qu'elle est, ou telle qu'elle était (`--au`)."""
    trouve = depot(c)
    if c.au is None:
        return Caisse(c, trouve, ArbreDisque(trouve.racine))
    commit = histoire.au(trouve, c.au)
    if not commit:
        raise ErreurUsage("La caisse n'était pas encore ouverte ce jour-là.", "Choisir un jour plus récent.")
    return Caisse(c, trouve, ArbreEnregistre(trouve.racine, commit))


def ident_neuf(caisse: Caisse, lettre: str, pris: Container[str]) -> str:
    """« b-7k2m9x » : un identifiant court, que rien ne porte encore."""
    while (ident := f"{lettre}-{identifiants.hasard(caisse.c.hasard, 6)}") in pris:
        pass
    return ident


def propositions(
    dire: Callable[[Caisse], Iterable[tuple[str, str]]],
) -> Callable[[Contexte], list[tuple[str, str]]]:
    """De quoi compléter une valeur de la caisse ; rien si ce poste ne l'a pas."""
    return lambda c: list(dire(ouvrir(c)))


class _Nommee(msgspec.Struct, frozen=True):
    """Un tiers, comme le mur reconnaît quelqu'un."""

    id: str
    nom: str
    courriel: str
    telephone: str
    surnom: str = ""
    # « @mot » désigne une personne du registre, jamais un tiers.
    cle: str = ""
    repond_a: frozenset[str] = frozenset()

    @property
    def pivots(self) -> tuple[str, ...]:
        return formes.pivots(self.nom)

    @property
    def appels(self) -> tuple[str, ...]:
        return formes.appels(self.nom)


class _Garde:
    """Ce qui entre dans la caisse : aucun nom de tiers, aucun IBAN d'un tiers ; les montants passent."""

    def __init__(self, caisse: Caisse) -> None:
        self._caisse = caisse

    @cached_property
    def _identites(self) -> dict[str, Identite]:
        identites = {}
        for tiers in self._caisse.tiers.values():
            if not tiers.restreint:
                identites[tiers.id] = self._caisse.identite(tiers)
        return identites

    @cached_property
    def _detecteur(self) -> Detecteur:
        from tiers_lieu_cli.noyau.gens.mur import Detecteur

        tiers = [_Nommee(t, i.nom, i.courriel, i.telephone) for t, i in self._identites.items()]
        return Detecteur([*tiers, *self._caisse.c.registre.annuaire])

    @cached_property
    def _comptes(self) -> tuple[str, ...]:
        return tuple(i.iban for i in self._identites.values() if i.iban)

    def examiner(
        self, phrase: str, poses: Mapping[str, bytes | None], avant: Callable[[], Iterable[bytes]]
    ) -> Iterable[str]:
        """Voir `depot.ecriture.Gardien`."""
        textes = {"": phrase}
        textes |= {
            chemin: octets.decode("utf-8", "replace")
            for chemin, octets in poses.items()
            if octets is not None and chemin.partition("/")[0] not in _SANS_TEXTE
        }
        for chemin, texte in textes.items():
            for indice in self._detecteur.nommes(texte):
                raise NomDansLaCaisse(indice.extrait, chemin)
            compact = re.sub(r"\s", "", texte)
            for compte in self._comptes:
                if compte in compact:
                    raise NomDansLaCaisse(f"{compte[:4]}…{compte[-4:]}", chemin)
        return ()
