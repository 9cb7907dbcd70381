"""D'une ligne d'un tableau, ce qu'elle dit d'une fiche : des valeurs, des gens et des fiches désignés."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.ensemble.echanges.tables import Colonne
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide, titre
from tiers_lieu_cli.noyau.fichiers import Tableau
from tiers_lieu_cli.noyau.gens.personnes import IDENT
from tiers_lieu_cli.noyau.liens import Cite, Sorte
from tiers_lieu_cli.noyau.temps.colonnes import Ordre
from tiers_lieu_cli.noyau.texte import clef


class Ligne(msgspec.Struct, frozen=True):
    """Une ligne lue : son rang dans le fichier, et les seuls champs dont elle dit quelque chose."""

    rang: int
    dits: dict[str, Any]


class Lecteur:
    """Lire les lignes d'un tableau ; ce qu'elles citent se cherche une fois."""

    def __init__(self, c: Contexte, structure: type[Fiche], *, gens: bool) -> None:
        self._c, self._structure, self._gens = c, structure, gens
        self._noms: dict[str, dict[str, list[str]]] = {}

    def lire(self, tableau: Tableau, ou: Mapping[str, str]) -> tuple[list[Ligne], list[tuple[int, str]]]:
        """Les lignes, et celles qu'on laisse avec leur raison."""
        rangs = {champ: tableau.colonnes.index(colonne) for champ, colonne in ou.items() if colonne}
        ordre = tables.ordre_des_dates(self._structure, rangs, [cases for _, cases in tableau.lignes])
        if ordre is Ordre.CONTRADICTOIRE:
            raise ErreurUsage(
                "Des dates disent tantôt le jour d'abord, tantôt le mois.", "Les écrire toutes 2026-11-24."
            )
        lues, laissees = [], []
        en_heures = {champ for champ, colonne in ou.items() if "heure" in clef(colonne)}
        par_nom = {colonne.nom: colonne for colonne in tables.colonnes(self._structure)}
        for rang, cases in self._c.ecran.avancer(tableau.lignes, "Lecture"):
            try:
                dits = {
                    champ: self._valeur(par_nom.get(champ), cases[n], ordre, en_heures=champ in en_heures)
                    for champ, n in rangs.items()
                    if cases[n]
                }
                lues.append(Ligne(rang, dits))
            except Echec as faute:
                laissees.append((rang, faute.fait))
        return lues, laissees

    def _valeur(self, colonne: Colonne | None, case: str, ordre: Ordre, *, en_heures: bool) -> Any:
        if colonne is None:
            # Le prénom d'une personne, qui n'est pas un champ.
            return case
        lue = tables.lire(colonne, case, self._c.lieu.fuseau, ordre, en_heures=en_heures)
        if colonne.cite is None or colonne.sorte is tables.Sorte.JSON:
            return lue
        if isinstance(lue, list):
            return [self._citer(colonne.cite, mot) for mot in lue]
        return self._citer(colonne.cite, lue) if lue else lue

    def _citer(self, cite: Cite, dit: str) -> str:
        """Ce que le mot du tableau désigne ici."""
        if cite.sorte is Sorte.PROSE:
            return dit if self._gens else self._c.entrer(dit)
        if cite.sorte in (Sorte.PUBLIC, Sorte.BENEFICIAIRE) and (public := self._public(dit)):
            return public
        if cite.sorte is Sorte.PUBLIC:
            return dit
        if cite.sorte in (Sorte.PERSONNE, Sorte.BENEFICIAIRE):
            nu = dit.removeprefix("@")
            return nu if IDENT.fullmatch(nu) else self._c.registre.designer(dit)
        return dit if self._est_la(cite, dit) else self._designer(cite, dit)

    def _public(self, dit: str) -> str:
        """Le public que ce mot dit, comme le lieu l'écrit ; un mot d'ici au mot près, tel quel."""
        reglages = self._c.lieu.reglages
        return dit if dit in reglages.publics else reglages.public(dit)

    def _est_la(self, cite: Cite, dit: str) -> bool:
        try:
            rangees = filter(None, map(GENRES.collection, cite.dossiers))
            return any(self._c.arbre.lire(r.genre.chemin(dit)) is not None for r in rangees)
        except IdentifiantInvalide:
            return False

    def _designer(self, cite: Cite, dit: str) -> str:
        """« Salle du rez » → salle-rez : la seule fiche qui porte ce nom ; sinon, le mot tel quel."""
        trouvees = [i for dossier in cite.dossiers for i in self._nommees(dossier).get(clef(dit), ())]
        if len(trouvees) > 1:
            raise ErreurUsage(f"« {dit} » désigne plusieurs fiches : {', '.join(trouvees)}.")
        return trouvees[0] if trouvees else dit

    def _nommees(self, dossier: str) -> dict[str, list[str]]:
        if dossier not in self._noms:
            par_nom: dict[str, list[str]] = {}
            rangee = GENRES.collection(dossier)
            for lue in rangee.toutes(self._c.arbre).fiches if rangee else ():
                par_nom.setdefault(clef(titre(lue)), []).append(lue.id)
            self._noms[dossier] = par_nom
        return self._noms[dossier]


def clef_naturelle(structure: type[Fiche]) -> tuple[str, ...]:
    """Sans identifiant, ce qui dit que deux lignes parlent de la même fiche.

    Une chose se reconnaît à son nom ; un fait, à tout ce qu'il lui faut dire.
    """
    exigees = [c for c in tables.colonnes(structure) if c.exigee]
    datees = any(c.nom in tables.MOMENTS or c.sorte is tables.Sorte.JOUR for c in exigees)
    if not datees and any(c.nom == "nom" for c in exigees):
        return ("nom",)
    return tuple(c.nom for c in exigees)


def selon(cle: tuple[str, ...], dits: Mapping[str, Any]) -> tuple[str, ...] | None:
    """La clef de ce qui est dit ; `None` s'il en manque un morceau."""
    if not cle or any(champ not in dits for champ in cle):
        return None
    return tuple(clef(str(dits[champ])) for champ in cle)
