"""Lire ce qu'un apport contient : la même lecture au moyeu, à la réception, et avant d'envoyer.

L'histoire reçue est permanente : chaque enregistrement se lit, contre chacun de ses ascendants,
avec chaque version de chaque fichier ; le schéma, lui, ne se vérifie que sur ce qui en reste.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import chain, islice
from typing import TypeVar

import msgspec

from tiers_lieu_cli.ensemble.genres import est_libre, structure_de
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.depot import enregistrement, histoire
from tiers_lieu_cli.noyau.depot.arbre import TAILLE_MAXIMALE, Arbre, taille_permise
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.enregistrement import Enregistrement
from tiers_lieu_cli.noyau.depot.git import GitRefuse
from tiers_lieu_cli.noyau.depot.histoire import Changement
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets, TropGros
from tiers_lieu_cli.noyau.depot.photos import est_photo
from tiers_lieu_cli.noyau.depot.poses import empreinte_de
from tiers_lieu_cli.noyau.depot.roles import ROLES, permis, qui_peut
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import controle, fiche
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Indice, Sorte
from tiers_lieu_cli.noyau.lieu import REGLAGES, FormatFutur, lire_reglages

T = TypeVar("T")
#: Deux postes ne sont pas réglés pareil ; au-delà, une horloge est fausse, ou l'on ment.
AVANCE = timedelta(days=1)
#: Combien d'enregistrements, ou de fichiers, se demandent ensemble.
_LOT = 512
_DIFFERENCES = ("-r", "-t", "-m", "--root", "-z", "--no-renames", "--pretty=format:%x01%H%x00")


class Nature(StrEnum):
    """Ce qu'une faute de lecture met en cause."""

    FORME = "forme"
    ENREGISTREMENT = "enregistrement"
    ROLE = "role"
    NOM = "nom"
    MONTANT = "montant"
    SCHEMA = "schema"


class Faute(msgspec.Struct, frozen=True):
    """Pourquoi un apport ne passe pas : la phrase, l'enregistrement et le fichier en cause.

    `personnes` : celles qu'un nom écrit désigne, « » si le registre ne la connaît pas ; `moment` :
    quand il fut écrit.
    """

    fait: str
    nature: Nature
    commit: str = ""
    chemin: str = ""
    personnes: tuple[str, ...] = ()
    moment: datetime = enregistrement.EPOQUE


class Apport(msgspec.Struct, frozen=True):
    """Un enregistrement lu, et ce qu'il change contre chacun de ses ascendants (un seul, le plus souvent)."""

    lu: Enregistrement
    contre: tuple[dict[str, Changement], ...]

    def neufs(self) -> Iterator[tuple[str, Changement]]:
        """Ce qui n'est d'aucun ascendant : ce que cet enregistrement-ci apporte."""
        premier, *autres = self.contre
        return ((chemin, change) for chemin, change in premier.items() if all(chemin in a for a in autres))


class Lecture:
    """Une lecture ; `detecteur` est `None` là où vivent les noms, au registre.

    Ce qu'elle a lu sans faute n'est pas relu : un tour perdu au moyeu ne coûte que ce qui a changé.
    """

    def __init__(self, depot: Depot, detecteur: Detecteur | None, maintenant: datetime) -> None:
        self._depot = depot
        self._detecteur = detecteur
        self._au_plus_tard = int((maintenant + AVANCE).timestamp())
        self._sans_faute: set[str] = set()
        self._bons: set[tuple[str, str | None]] = set()
        self._innocents: set[str | tuple[str, str | None]] = set()

    @cached_property
    def _objets(self) -> Objets:
        return Objets(self._depot.racine, self._depot.env)

    @cached_property
    def _attributs(self) -> str:
        modele = ressources.dossier("data_template") / "_gitattributes"
        return empreinte_de(modele.read_bytes()) or ""

    def fautes(
        self, ancien: str, neuf: str, suivre: Callable[[list[str]], Iterable[str]] = iter
    ) -> Iterator[Faute]:
        """Tout ce qui ne passe pas dans ce que `neuf` ajoute à `ancien` (vide : tout est neuf)."""
        lus: set[tuple[str, Changement]] = set()
        for lot in par_lots(self.apports(ancien, neuf, suivre, self._sans_faute), _LOT):
            self._prevoir(change for apport in lot for _, change in apport.neufs())
            self._trier(lot)
            for apport in lot:
                siennes = False
                for faute in self._d_un_apport(apport, lus):
                    siennes = True
                    yield faute
                if not siennes:
                    self._sans_faute.add(apport.lu.empreinte)
        if self._est_d_un_outil_a_venir(neuf):
            return
        net = histoire.changements(self._depot, ancien, neuf)
        if REGLAGES in net and net[REGLAGES].apres is None:
            yield Faute(
                f"{REGLAGES} ne s'ôte pas : sans lui, il n'y a plus de lieu.", Nature.SCHEMA, "", REGLAGES
            )
        reste = [(c, change) for c, change in net.items() if (c, change.apres) not in self._bons]
        for fichiers in par_lots(reste, _LOT):
            self._prevoir(change for _, change in fichiers)
            for defaut, chemin, octets in controle.controler(fichiers, self._objets, self._attributs):
                if defaut:
                    continue
                if fait := schema(chemin, octets):
                    yield Faute(fait, Nature.SCHEMA, "", chemin)
                else:
                    self._bons.add((chemin, net[chemin].apres))

    def _prevoir(self, changes: Iterable[Changement]) -> None:
        """Demander d'avance les deux versions de ces fichiers."""
        voulus = (e for change in changes if change.mode != "040000" for e in (change.apres, change.avant))
        self._objets.prevoir(list(dict.fromkeys(filter(None, voulus))), TAILLE_MAXIMALE)

    def _trier(self, apports: list[Apport]) -> None:
        """Chercher d'un coup ce dont le mur ne dirait rien : ces phrases, ces fichiers ne s'y liront plus."""
        self._innocents = set()
        if self._detecteur is None:
            return
        for dits in par_lots(self._ce_que_disent(apports), _LOT):
            suspects = set(self._detecteur.suspects([texte.encode() for _, texte in dits]))
            self._innocents.update(clef for rang, (clef, _) in enumerate(dits) if rang not in suspects)

    def _ce_que_disent(self, apports: list[Apport]) -> Iterator[tuple[str | tuple[str, str | None], str]]:
        """Les phrases de ces enregistrements et les fichiers qu'ils changent, ceux du moins qui se lisent."""
        lus = set()
        for apport in apports:
            yield apport.lu.empreinte, _a_lire(apport)
            for chemin, change in controle.fichiers(apport.neufs()):
                clef = (chemin, change.apres)
                if change.apres and clef not in lus and not est_photo(chemin):
                    lus.add(clef)
                    with suppress(TropGros, UnicodeDecodeError):
                        lu = self._objets.lire(change.apres, taille_permise(chemin))
                        if lu and lu[2].decode("utf-8"):
                            yield clef, tout_ce_que_dit(chemin, lu[2])

    def _d_un_apport(self, apport: Apport, lus: set[tuple[str, Changement]]) -> Iterator[Faute]:
        """Ce qui ne passe pas dans un enregistrement ; `lus` : les fichiers déjà lus dans un autre."""
        code = apport.lu.empreinte
        yield from self.de_l_enregistrement(apport)
        yield from self.du_role(apport)
        neufs = list(apport.neufs())
        if not neufs and len(apport.lu.parents) < 2:
            yield Faute(f"L'enregistrement {code[:8]} ne change rien.", Nature.ENREGISTREMENT, code)
        for vide in controle.dossiers_vides(neufs):
            yield Faute(str(vide), Nature.FORME, code, vide.fichier)
        fichiers = [n for n in controle.fichiers(neufs) if n not in lus]
        lus.update(fichiers)
        yield from self.des_fichiers(fichiers, code, apport.lu.moment)

    def _est_d_un_outil_a_venir(self, neuf: str) -> bool:
        """Ce lieu est-il d'un format que cet outil ne connaît pas ? Il n'en juge alors pas les fiches."""
        try:
            lire_reglages(ArbreEnregistre(self._depot.racine, neuf, self._depot.env))
        except FormatFutur:
            return True
        except Echec:
            return False
        return False

    def apports(
        self,
        ancien: str,
        neuf: str,
        suivre: Callable[[list[str]], Iterable[str]] = iter,
        sauf: Container[str] = (),
    ) -> Iterator[Apport]:
        """Les enregistrements que `neuf` a et qu'`ancien` n'a pas, du plus ancien au plus récent."""
        bornes = (neuf, f"^{ancien}") if ancien else (neuf,)
        dits = self._depot.git("rev-list", "--reverse", "--topo-order", *bornes).decode().split()
        empreintes = [dit for dit in dits if dit not in sauf]
        lignes = "".join(f"{empreinte}\n" for empreinte in empreintes).encode()
        sortie = self._depot.git("diff-tree", "--stdin", "--always", *_DIFFERENCES, entree=lignes)
        changes: dict[str, list[dict[str, Changement]]] = {}
        for bloc in sortie.decode("utf-8", "replace").split("\x01")[1:]:
            commit, *morceaux = bloc.lstrip("\n").split("\0")
            changes.setdefault(commit, []).append(
                dict(histoire.lire_changements(m.lstrip("\n") for m in morceaux))
            )
        for rang, empreinte in enumerate(suivre(empreintes)):
            if rang % _LOT == 0:
                lus = self._enregistrements(empreintes[rang : rang + _LOT])
            lu = lus[empreinte]
            contre = changes.get(empreinte) or [{}]
            if len(lu.parents) > len(contre):
                # Identique à l'un de ses ascendants : git ne dit rien de celui-là, ni duquel il s'agit.
                contre = [histoire.changements(self._depot, parent, empreinte) for parent in lu.parents]
            yield Apport(lu, tuple(contre))

    def _enregistrements(self, empreintes: list[str]) -> dict[str, Enregistrement]:
        self._objets.prevoir(empreintes, controle.TEXTE_MAXIMAL)
        lus = {}
        for empreinte in empreintes:
            try:
                lu = self._objets.lire(empreinte, controle.TEXTE_MAXIMAL)
            except TropGros:
                lu = None
            lus[empreinte] = enregistrement.lire(empreinte, lu[2] if lu else b"")
        return lus

    def de_l_enregistrement(self, apport: Apport) -> Iterator[Faute]:
        """Qui, quand, ce qu'il dit : la forme, puis les noms et les montants."""
        lu = apport.lu
        for forme in controle.formes(lu, self._au_plus_tard):
            fait = f"L'enregistrement {lu.empreinte[:8]} {forme}."
            yield Faute(fait, Nature.ENREGISTREMENT, lu.empreinte)
        dits = [] if lu.empreinte in self._innocents else self.indices(_a_lire(apport))
        for nature, quoi, personnes in _indiscretions(dits):
            fait = f"L'enregistrement {lu.empreinte[:8]} contient {quoi}, dans sa phrase."
            yield Faute(fait, nature, lu.empreinte, "", personnes, lu.moment)

    def des_fichiers(
        self,
        changes: Iterable[tuple[str, Changement]],
        commit: str = "",
        moment: datetime = enregistrement.EPOQUE,
    ) -> Iterator[Faute]:
        """La forme de chaque fichier, puis ce qu'il dit de neuf, son nom compris."""
        lus = dict(changes)
        for defaut, chemin, octets in controle.controler(lus.items(), self._objets, self._attributs):
            if defaut:
                yield Faute(str(defaut), Nature.FORME, commit, chemin)
                continue
            if (chemin, lus[chemin].apres) in self._innocents:
                continue
            indices = self.indices(tout_ce_que_dit(chemin, octets))
            avant = lus[chemin].avant
            if indices and avant:
                # Ce que le fichier disait déjà a été jugé quand il l'a dit : peut-être ne le savait-on pas.
                lu = self._objets.lire(avant)
                indices = neufs(indices, chemin, lu[2] if lu else b"")
            for nature, quoi, personnes in _indiscretions(indices):
                fait = f"{chemin} contient {quoi} ; l'histoire est permanente, il ne peut pas y entrer."
                yield Faute(fait, nature, commit, chemin, personnes, moment)

    def indices(self, texte: str) -> list[Indice]:
        """Ce qui, dans ce texte, ne doit pas entrer dans l'histoire."""
        if self._detecteur is None or not self._detecteur.suspect(texte.encode()):
            return []
        # Un prénom seul est une question, qui se pose en écrivant : ici, on ne juge que ce qui est sûr.
        return [indice for indice in self._detecteur.trouver(texte) if indice.sur]

    def du_role(self, apport: Apport) -> Iterator[Faute]:
        """Ce que ce rôle ne peut pas changer ; réunir n'est pas changer, choisir l'est."""
        lu = apport.lu
        # Un rôle inconnu est déjà une faute ; celui qui peut tout n'a rien à prouver.
        if lu.auteur.nom not in ROLES or permis(lu.auteur.nom, ""):
            return
        for chemin in self._changes_par_choix(apport):
            if not permis(lu.auteur.nom, chemin):
                peuvent = " ou ".join(qui_peut(chemin))
                fait = f"Le rôle « {lu.auteur.nom} » ne change pas {chemin} ({peuvent} le peut)."
                yield Faute(fait, Nature.ROLE, lu.empreinte, chemin)

    def _changes_par_choix(self, apport: Apport) -> list[str]:
        if len(apport.contre) < 2:
            return [chemin for chemin, _ in controle.fichiers(apport.contre[0].items())]
        if len(apport.contre) > 2:
            return []
        cotes = [dict(controle.fichiers(contre.items())) for contre in apport.contre]
        bases = self._bases(apport.lu.parents)
        # Ce que chaque côté a changé depuis leur ascendant commun ; sans ascendant, tout est un choix.
        depuis = [
            set(chain.from_iterable(histoire.changements(self._depot, b, p) for b in bases or ("",)))
            for p in apport.lu.parents
        ]
        choisis = []
        for chemin in sorted({*cotes[0], *cotes[1]}):
            d_un, de_l_autre = (chemin in cote for cote in depuis)
            # Changé d'un seul côté, un fichier est pris là ; de nul côté, il ne change pas.
            attendu = 0 if d_un and not de_l_autre else 1 if de_l_autre and not d_un else None
            if attendu is None or chemin in cotes[attendu]:
                choisis.append(chemin)
        return choisis

    def _bases(self, parents: tuple[str, ...]) -> list[str]:
        try:
            return self._depot.git("merge-base", "--all", *parents).decode().split()
        except GitRefuse:
            return []


def par_lots(elements: Iterable[T], combien: int) -> Iterator[list[T]]:
    """Les mêmes, par paquets d'autant au plus."""
    suite = iter(elements)
    while lot := list(islice(suite, combien)):
        yield lot


def _a_lire(apport: Apport) -> str:
    """Ce qu'un enregistrement dit ; les fiches qu'il change se lisent pour elles-mêmes."""
    changees = {f"Fiche: {chemin}" for contre in apport.contre for chemin in contre}
    return "\n".join(ligne for ligne in apport.lu.texte.split("\n") if ligne not in changees)


def contacts_publics(arbre: Arbre) -> tuple[str, ...]:
    """Ce que la maison donne à tous, d'après ses réglages ; rien s'ils ne se lisent pas."""
    try:
        return tuple(lire_reglages(arbre).contacts)
    except Echec:
        return ()


def neufs(indices: list[Indice], chemin: str, avant: bytes) -> list[Indice]:
    """De ces indices, ceux que le fichier d'avant ne portait pas."""
    disait = tout_ce_que_dit(chemin, avant)
    return [indice for indice in indices if indice.extrait not in disait]


def _indiscretions(indices: list[Indice]) -> Iterator[tuple[Nature, str, tuple[str, ...]]]:
    if des_gens := [i for i in indices if i.sorte is not Sorte.MONTANT]:
        personnes = tuple(dict.fromkeys(i.personne for i in des_gens))
        yield Nature.NOM, "le nom ou le contact de quelqu'un", personnes
    if len(des_gens) < len(indices):
        yield Nature.MONTANT, "un montant", ()


def tout_ce_que_dit(chemin: str, octets: bytes) -> str:
    """Un fichier à lire en entier : son nom, ses octets, et ce qu'ils veulent dire une fois lus."""
    lus = fiche.textes(octets, chemin) if chemin.endswith((".yaml", ".md")) else ""
    return "\n.\n".join((chemin, octets.decode("utf-8", "replace"), lus))


def schema(chemin: str, octets: bytes) -> str:
    """En quoi ce fichier n'est pas une fiche de la maison ; vide s'il en est une, ou un texte libre."""
    trouve = structure_de(chemin)
    if trouve is None:
        return "" if est_libre(chemin) else f"{chemin} n'est pas une fiche que l'outil connaît."
    try:
        fiche.lire(octets, trouve[1], trouve[0], chemin)
    except FicheFautive as faute:
        return faute.fait
    return ""
