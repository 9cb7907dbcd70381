"""Ce qu'une fermeture met à replacer au programme : calculé à la lecture, la fiche n'en garde rien.

Rouvrir rend donc chaque événement tel qu'il était.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, Entretien
from tiers_lieu_cli.espace.fermeture.modele import FERMETURES, LONGUES, Fermeture
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Graphe
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.temps.temps import Creneau, mois_entre, un_mois_avant
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import Serie

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.histoire import Version

#: « Jusqu'à nouvel ordre » se dit trois ans d'avance ; d'ici là, on aura rouvert, ou renoncé.
SANS_FIN_CONNUE = timedelta(days=3 * 366)


class Fermee(msgspec.Struct, frozen=True):
    """Des salles fermées (aucune : tout le lieu), pourquoi, et la fiche qui le dit.

    `emprise` : d'un bout à l'autre, ce qui fut rouvert compris.
    """

    chemin: str
    motif: str
    salles: tuple[str, ...]
    emprise: Creneau
    fermeture: Fermeture | None = None

    def ferme(self, salle: str, creneau: Creneau) -> bool:
        """Cette salle (vide : le lieu) est-elle fermée pendant ce temps ?"""
        if self.fermeture is None:
            return self.emprise.chevauche(creneau)
        return any(c.chevauche(creneau) for c in self.fermeture.creneaux(salle))


class Fermetures:
    """Les fermetures du lieu, prêtes à dire ce qu'elles empêchent."""

    def __init__(self, graphe: Graphe | None = None, fermees: Iterable[Fermee] = ()) -> None:
        self._graphe = graphe or Graphe(())
        self._fermees = [*fermees]
        #: Un événement ne regarde que les fermetures de ses mois.
        self._par_mois: dict[tuple[int, int], list[Fermee]] = {}
        for f in self._fermees:
            for mois in _mois(f.emprise):
                self._par_mois.setdefault(mois, []).append(f)

    def appliquer(self, e: Evenement) -> Evenement:
        """L'événement, ou le même à replacer ; ce qui s'est tenu malgré tout s'est tenu."""
        if not (e.a_lieu and e.est_a_nous) or e.etat is Etat.TENU:
            return e
        for f in self._autour(e.creneau):
            if any(f.ferme(salle, e.creneau) for salle in self._visees(f, e)):
                return regles.fermer(e, f.motif)
        return e

    def fiches(self, e: Evenement) -> set[str]:
        """Les fiches qui ont, un jour, fermé là où il se tient : l'agenda publié en a changé."""
        autour = self._autour(e.creneau)
        return {f.chemin for f in autour if f.emprise.chevauche(e.creneau) and self._visees(f, e)}

    def temps_de(self, serie: Serie) -> list[Creneau]:
        """Quand là où elle se tient a été fermé, rouvert depuis ou non."""
        return [f.emprise for f in self._fermees if self._visees(f, serie)]

    def _autour(self, creneau: Creneau) -> list[Fermee]:
        mois = _mois(creneau)
        return self._par_mois.get(mois[0], []) if len(mois) == 1 else self._fermees

    def _visees(self, f: Fermee, situe: regles.Situe) -> list[str]:
        """Celles de ces salles que la fermeture touche ; le lieu, pour qui n'en dit aucune."""
        if f.salles:
            return [x for x in f.salles if any(x in self._graphe.genees(salle) for salle in situe.salles)]
        return [*situe.salles] or ([] if situe.ailleurs else [""])


def _mois(creneau: Creneau) -> list[tuple[int, int]]:
    return mois_entre(creneau.premier_jour, creneau.dernier_jour)


def toutes(arbre: Arbre) -> Fermetures:
    """Toutes les fermetures, depuis l'ouverture du lieu."""
    return _lire(arbre, None)


def a_replacer(arbre: Arbre, evenements: Sequence[Evenement]) -> list[Evenement]:
    """Les mêmes, où ce qui tombe dans une fermeture n'a pas lieu, et le dit ; ses mois seuls sont lus."""
    if not evenements:
        return []
    debut, fin = min(e.creneau.debut for e in evenements), max(e.creneau.fin for e in evenements)
    fermetures = _lire(arbre, Creneau(debut, fin))
    return [fermetures.appliquer(e) for e in evenements]


def _lire(arbre: Arbre, fenetre: Creneau | None) -> Fermetures:
    if fenetre is None:
        du_temps, reparees = FERMETURES.toutes(arbre).fiches, FINIS.toutes(arbre).fiches
    else:
        premier = un_mois_avant(fenetre.premier_jour)
        du_temps, reparees = FERMETURES.des_mois(arbre, premier, fenetre.dernier_jour).fiches, ()
    rangees = [(FERMETURES, f) for f in du_temps] + [(LONGUES, f) for f in LONGUES.toutes(arbre).fiches]
    pannes = [(ENTRETIENS, e) for e in ENTRETIENS.toutes(arbre).fiches] + [(FINIS, e) for e in reparees]
    fermees = [Fermee(r.genre.chemin(f.id), f.motif, f.salles, _borner(f.creneau), f) for r, f in rangees]
    # Hors service : la salle rouvre quand la panne est réparée.
    fermees += [
        Fermee(r.genre.chemin(e.id), e.titre, (e.salle,), _borner(e.fermeture))
        for r, e in pannes
        if e.fermeture
    ]
    return Fermetures(Graphe(SALLES.toutes(arbre).fiches), fermees) if fermees else Fermetures()


def de_toujours(graphe: Graphe, versions: Mapping[str, Sequence[Version]]) -> Fermetures:
    """Ce que chaque fermeture a fermé un jour, fût-elle changée ou retirée depuis."""
    dites = ((chemin, v.contenu) for chemin, suite in versions.items() for v in suite if v.contenu)
    return Fermetures(graphe, [f for chemin, octets in dites if (f := _fermee(chemin, octets))])


def _fermee(chemin: str, octets: bytes) -> Fermee | None:
    """Ce que ferme cette fiche ; `None` si ce n'en est pas une, ou si elle ne se lit pas."""
    with suppress(FicheFautive):
        for fermante in (FERMETURES, LONGUES):
            if ident := fermante.genre.ident(chemin):
                f = fiche.lire(octets, Fermeture, ident, chemin)
                return Fermee(chemin, f.motif, f.salles, _borner(f.creneau), f)
        for entretenue in (ENTRETIENS, FINIS):
            if ident := entretenue.genre.ident(chemin):
                e = fiche.lire(octets, Entretien, ident, chemin)
                return Fermee(chemin, e.titre, (e.salle,), _borner(e.fermeture)) if e.fermeture else None
    return None


def _borner(creneau: Creneau) -> Creneau:
    loin = creneau.debut + SANS_FIN_CONNUE
    return Creneau(creneau.debut, loin, creneau.jours_entiers) if creneau.fin > loin else creneau
