"""Les fiches d'un genre, lues dans un arbre : une, toutes, ou celles de quelques mois."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, cast

import msgspec

from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.depot.arbre import HORS_ARCHIVE, Arbre, ArbreMemoire, Secours
from tiers_lieu_cli.noyau.echecs import Defaut, Echec, ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import F
from tiers_lieu_cli.noyau.fiches.identifiants import (
    MOT_COURT,
    Genre,
    Hasard,
    IdentifiantInvalide,
    hasard,
    nommes,
    verifier,
)
from tiers_lieu_cli.noyau.temps.temps import Creneau, mois_entre
from tiers_lieu_cli.noyau.texte import clef

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

#: Les bornes d'une fiche, telles que l'outil les écrit ; et de quoi ne rien manquer de ce qui les entoure.
_BORNES = rb"(?m)^debut: [\"']?(\d{4}-\d\d-\d\d)[^\n]*\nfin: [\"']?(\d{4}-\d\d-\d\d)"
_MARGE = timedelta(days=2)
#: Combien de fiches on cite quand un mot en désigne plusieurs.
CITEES = 6


class FicheIntrouvable(ErreurUsage):
    """Aucune fiche ne répond à ce mot."""

    def __init__(self, genre: str, mot: str, proches: Iterable[str], remede: str = "") -> None:
        voisins = ", ".join(proches)
        super().__init__(
            f"Aucune fiche « {mot} » ({genre}).",
            f"Voulait-on : {voisins} ?" if voisins else remede,
        )


class MotAmbigu(ErreurUsage):
    """Plusieurs fiches répondent à ce mot : on les liste, on ne choisit pas."""

    def __init__(
        self, mot: str, candidats: list[str], remede: str = "Taper le nom entier de celle qu'on veut."
    ) -> None:
        reste = len(candidats) - CITEES
        suite = f" … et {reste} autres" if reste > 0 else ""
        super().__init__(
            f"« {mot} » désigne plusieurs fiches : {', '.join(candidats[:CITEES])}{suite}.",
            remede,
        )


class FicheChangee(Echec):
    """La fiche n'est plus celle qu'on a lue."""

    def __init__(self, chemin: str) -> None:
        super().__init__(f"{chemin} a changé pendant la correction.", "Relire la fiche, puis recommencer.")


class Recolte(msgspec.Struct, Generic[F], frozen=True):
    """Les bonnes fiches, et les défauts de celles qui ne se lisent pas."""

    fiches: tuple[F, ...]
    defauts: tuple[Defaut, ...]


class Collection(msgspec.Struct, Generic[F], frozen=True):
    """Un genre de fiche et la structure qui la décrit."""

    genre: Genre
    structure: type[F]

    @property
    def rangements(self) -> tuple[Collection[F]]:
        """Le seul (voir `Affaires`)."""
        return (self,)

    def une(self, arbre: Arbre, ident: str) -> F | None:
        """La fiche `ident`, ou `None` ; `FicheFautive` si elle ne se lit, ni ne s'est jamais lue."""
        chemin = self.genre.chemin(ident)
        try:
            octets = arbre.lire(chemin)
            return None if octets is None else self._comprendre(arbre, octets, ident, chemin)
        except FicheFautive as faute:
            ancienne = self._secourir(arbre, ident, chemin, faute.defaut)
            if ancienne is None:
                raise
            return ancienne

    def toutes(self, arbre: Arbre, inutile: Callable[[bytes], bool] | None = None) -> Recolte[F]:
        """Toutes les fiches du genre ; `inutile` dit, sans les analyser, lesquelles passer."""
        return self._lire(arbre, self.dossiers(arbre), inutile=inutile)

    def des_mois(
        self, arbre: Arbre, premier: date, dernier: date, inutile: Callable[[bytes], bool] | None = None
    ) -> Recolte[F]:
        """Les fiches rangées dans les mois de `premier` à `dernier`, compris ; `inutile` : voir `toutes`."""
        dossiers = (self.genre.mois(a, m) for a, m in mois_entre(premier, dernier))
        return self._lire(arbre, dossiers, inutile=inutile)

    def depuis(
        self, arbre: Arbre, premier: date, inutile: Callable[[bytes], bool] | None = None
    ) -> Recolte[F]:
        """Les fiches rangées dans ce mois et tous ceux d'après ; `inutile` : voir `toutes`."""
        debut = self.genre.mois(premier.year, premier.month)
        dossiers = (dossier for dossier in self.dossiers(arbre) if dossier >= debut)
        return self._lire(arbre, dossiers, inutile=inutile)

    def du_dossier(self, arbre: Arbre, dossier: str) -> Recolte[F]:
        """Les fiches d'un de ses dossiers (un mois)."""
        return self._lire(arbre, [dossier])

    def du_jour(self, arbre: Arbre, jour: date) -> Recolte[F]:
        """Les fiches dont l'identifiant porte ce jour ; les autres du mois ne sont pas ouvertes."""
        return self.rattachees(arbre, [f"{jour:%Y-%m-%d}"])

    def rattachees(self, arbre: Arbre, idents: Iterable[str]) -> Recolte[F]:
        """Les fiches dont le nom commence par celui d'une fiche datée ; seuls leurs mois sont listés."""
        par_mois: dict[str, list[str]] = {}
        for ident in idents:
            par_mois.setdefault(self.genre.mois(int(ident[:4]), int(ident[5:7])), []).append(f"{ident}-")
        recoltes = [self._lire(arbre, [mois], tuple(debuts)) for mois, debuts in sorted(par_mois.items())]
        return Recolte(
            tuple(f for recolte in recoltes for f in recolte.fiches),
            tuple(d for recolte in recoltes for d in recolte.defauts),
        )

    def idents(self, arbre: Arbre) -> list[str]:
        """Les identifiants de toutes les fiches, sans en lire une seule."""
        return [ident for ident, _ in self._chemins(arbre, self.dossiers(arbre))]

    def idents_des_mois(self, arbre: Arbre, premier: date, dernier: date) -> list[str]:
        """Les identifiants rangés dans ces mois, sans lire une fiche : la touche Tab n'attend pas."""
        dossiers = (self.genre.mois(a, m) for a, m in mois_entre(premier, dernier))
        return [ident for ident, _ in self._chemins(arbre, dossiers)]

    def designer(self, arbre: Arbre, mot: str) -> str:
        """L'identifiant que désigne sans équivoque un nom, un identifiant, ou le début d'un de leurs mots."""
        try:
            if arbre.lire(self.genre.chemin(mot)) is not None:
                return mot
        except IdentifiantInvalide:
            pass
        candidats = self.repondent(arbre, mot)
        if len(candidats) == 1:
            return candidats[0]
        if candidats:
            raise MotAmbigu(mot, candidats)
        raise FicheIntrouvable(self.genre.nom, mot, _proches(clef(mot), self.idents(arbre)))

    def repondent(self, arbre: Arbre, mot: str) -> list[str]:
        """Les identifiants que ce mot peut désigner, comme on le dit : accents, capitales, pluriel, nom.

        Une fiche datée porte les mots de son titre dans son identifiant : elle n'est pas ouverte.
        """
        idents, cle = self.idents(arbre), clef(mot)
        if not cle:
            return []
        if cle[0].isalpha() and (debut := mot.strip().lower()).endswith("-"):
            # « b- » : le tiret est tapé, c'est le début d'un identifiant et de rien d'autre.
            return [i for i in idents if i.startswith(debut)]
        noms = {} if self.genre.par_mois else {f.id: self.genre.dire(f) for f in self.toutes(arbre).fiches}
        dits = valeurs.trouver(mot, {i: (noms[i],) if i in noms else () for i in idents}) if noms else ()
        titres = {ident: f"-{clef(nom)}-" for ident, nom in noms.items()}
        return (
            list(dits)
            or nommes(cle, idents)
            # « 2026-11- » : de ce qui commence par un chiffre, le tiret ne dit le début qu'en dernier.
            or [i for i in idents if mot.endswith("-") and i.startswith(mot)]
            or [i for i, titre in titres.items() if f"-{cle}-" in titre and len(cle) >= MOT_COURT]
            or nommes(valeurs.singulier(cle), idents)
        )

    def exiger(self, arbre: Arbre, mot: str) -> F:
        """La fiche que ce mot désigne, lue ; `ErreurUsage` s'il n'y en a pas, ou plusieurs."""
        trouvee = self.une(arbre, self.designer(arbre, mot))
        if trouvee is None:
            raise FicheIntrouvable(self.genre.nom, mot, ())
        return trouvee

    def poser(self, ecriture: Ecriture, neuve: F) -> None:
        """Poser une fiche neuve dans une écriture."""
        chemin = self.genre.chemin(neuve.id)
        ecriture.creer(chemin, fiche.ecrire(neuve, chemin))
        ecriture.fiches[chemin] = neuve

    def corriger(self, ecriture: Ecriture, ancienne: F, nouvelle: F) -> None:
        """Poser la nouvelle version d'une fiche, si elle est toujours celle qu'on a lue."""
        chemin = self.genre.chemin(ancienne.id)
        octets = self.inchangee(ecriture, ancienne)
        ecriture.remplacer(chemin, fiche.modifier(octets, nouvelle, chemin))
        ecriture.fiches[chemin] = nouvelle

    def inchangee(self, ecriture: Ecriture, lue: F) -> bytes:
        """Le fichier de cette fiche, s'il dit toujours ce qu'on y a lu ; `FicheChangee` sinon."""
        chemin = self.genre.chemin(lue.id)
        octets = ecriture.lire(chemin)
        la = None if octets is None else fiche.lire(octets, self.structure, lue.id, chemin)
        if octets is None or la is None or lue not in (la, ecriture.suivre(la)):
            raise FicheChangee(chemin)
        return octets

    def ident_libre(self, arbre: Arbre, mot: str, source: Hasard) -> str:
        """Ce mot, ou, s'il nomme déjà une fiche, ce mot et quatre lettres."""
        return f"{mot}-{hasard(source, 4)}" if self.une(arbre, mot) else mot

    def dossiers(self, arbre: Arbre) -> Iterator[str]:
        """Les dossiers où ces fiches sont rangées."""
        if not self.genre.par_mois:
            yield self.genre.dossier
            return
        for annee in arbre.noms(self.genre.dossier):
            for mois in arbre.noms(f"{self.genre.dossier}/{annee}"):
                yield f"{self.genre.dossier}/{annee}/{mois}"

    def _chemins(self, arbre: Arbre, dossiers: Iterable[str]) -> Iterator[tuple[str, str]]:
        for dossier in dossiers:
            if not isinstance(arbre, ArbreMemoire):
                yield from self._du_dossier(arbre, dossier)
                continue
            cle = self.genre.dossier, dossier
            if cle not in arbre.ranges:
                arbre.ranges[cle] = tuple(self._du_dossier(arbre, dossier))
            yield from arbre.ranges[cle]

    def _du_dossier(self, arbre: Arbre, dossier: str) -> Iterator[tuple[str, str]]:
        for nom in arbre.noms(dossier):
            chemin = f"{dossier}/{nom}"
            ident = self.genre.ident(chemin)
            if ident is not None:
                yield ident, chemin

    def _lire(
        self,
        arbre: Arbre,
        dossiers: Iterable[str],
        debuts: tuple[str, ...] = ("",),
        inutile: Callable[[bytes], bool] | None = None,
    ) -> Recolte[F]:
        bonnes: list[F] = []
        defauts: list[Defaut] = []
        for ident, chemin in self._chemins(arbre, dossiers):
            if not ident.startswith(debuts):
                continue
            try:
                octets = arbre.lire(chemin)
                # Un fichier vide ne dit pas qu'il est inutile : c'est une fiche perdue.
                if octets is None or (inutile and octets.strip() and inutile(octets)):
                    continue
                bonnes.append(self._comprendre(arbre, octets, ident, chemin))
            except FicheFautive as faute:
                defauts.append(faute.defaut)
                if (ancienne := self._secourir(arbre, ident, chemin, faute.defaut)) is not None:
                    bonnes.append(ancienne)
        return Recolte(tuple(bonnes), tuple(defauts))

    def _comprendre(self, arbre: Arbre, octets: bytes, ident: str, chemin: str) -> F:
        if not isinstance(arbre, ArbreMemoire):
            return fiche.lire(octets, self.structure, ident, chemin)
        if chemin not in arbre.fiches:
            arbre.fiches[chemin] = arbre.suivre(fiche.lire(octets, self.structure, ident, chemin))
        return cast("F", arbre.fiches[chemin])

    def _secourir(self, arbre: Arbre, ident: str, chemin: str, defaut: Defaut) -> F | None:
        """La dernière version d'une fiche abîmée qui se lisait : ce qu'elle promettait tient encore."""
        if not isinstance(arbre, Secours):
            return None
        if chemin not in arbre.defauts:
            arbre.defauts[chemin] = defaut
            bonne = next(derniers_bons(arbre.passe(chemin), self.structure, ident, chemin), None)
            if bonne:
                suivie = arbre.suivre(bonne[1]) if isinstance(arbre, ArbreMemoire) else bonne[1]
                arbre.retrouvees[chemin] = suivie
        return cast("F | None", arbre.retrouvees.get(chemin))


def hors_de(fenetre: Creneau) -> Callable[[bytes], bool]:
    """Dit, sans l'analyser, qu'une fiche qui a un `debut` et une `fin` ne touche pas cette fenêtre.

    Deux jours de marge couvrent montage, démontage et jours entiers ; une fiche écrite autrement se lit.
    """
    premier = str(fenetre.premier_jour - _MARGE).encode() if fenetre.premier_jour > date.min + _MARGE else b""
    dernier = (
        str(fenetre.dernier_jour + _MARGE).encode() if fenetre.dernier_jour < date.max - _MARGE else b"a"
    )

    def ailleurs(octets: bytes) -> bool:
        bornes = _bornes(octets)
        return bornes is not None and (bornes[1] < premier or bornes[0] > dernier)

    return ailleurs


@lru_cache(maxsize=4096)
def _bornes(octets: bytes) -> tuple[bytes, bytes] | None:
    """Le premier et le dernier jour écrits ; une matinée regarde les mêmes mois par plusieurs fenêtres."""
    trouve = re.search(_BORNES, octets)
    return (trouve[1], trouve[2]) if trouve else None


def derniers_bons(
    contenus: Iterable[bytes], structure: type[F], ident: str, chemin: str
) -> Iterator[tuple[bytes, F]]:
    """De ces contenus d'une fiche, ceux qui se lisent."""
    for octets in contenus:
        with suppress(FicheFautive):
            yield octets, fiche.lire(octets, structure, ident, chemin)


def partout(arbre: Arbre, ident: str) -> list[str]:
    """Les chemins des fiches nommées `ident`, de quelque genre qu'elles soient."""
    verifier(ident)
    mois = f"/{ident[:4]}/{ident[5:7]}" if re.match(r"\d{4}-\d{2}-", ident) else ""
    return [
        f"{boite}/{genre}{dossier}/{nom}"
        for boite in arbre.noms("")
        if boite not in HORS_ARCHIVE
        for genre in arbre.noms(boite)
        for dossier in {"", mois}
        for nom in arbre.noms(f"{boite}/{genre}{dossier}")
        if nom in (f"{ident}.yaml", f"{ident}.md")
    ]


def nommer(arbre: Arbre, ident: str) -> str:
    """Comment dire une fiche qu'on cite : son titre ou son nom, et de quoi la désigner."""
    with suppress(IdentifiantInvalide, FicheFautive):
        for chemin in partout(arbre, ident):
            if titre := fiche.titre(arbre.lire(chemin) or b"", chemin):
                return titre if titre == ident else f"{titre} ({ident})"
    return ident


def _proches(mot: str, idents: list[str]) -> list[str]:
    from difflib import get_close_matches

    dedans = [i for i in idents if mot in i] if len(mot) >= MOT_COURT else []
    return dedans[:3] or get_close_matches(mot, idents, n=3)
