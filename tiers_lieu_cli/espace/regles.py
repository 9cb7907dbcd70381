"""La seule fonction de conflit : qui occupe quelle salle, quand, et qui gêne qui."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Au-delà, une occupation (une fermeture, souvent) n'est pas rangée jour par jour.
LONGUE = timedelta(days=62)
#: La nature d'une salle fermée.
FERMEE = "fermée"
#: La nature de ce qu'une fiche abîmée, qui ne s'est jamais lue, tient peut-être.
ILLISIBLE = "une fiche abîmée"


class Occupation(msgspec.Struct, frozen=True):
    """Une salle prise pendant un créneau par une fiche, ou une date d'une série (`id`).

    `creneau` : tout le temps pris, montage et démontage compris ; `seance` : ce qui est annoncé.
    `nature` dit ce qui n'est pas encore ferme (« option »). `personnes` compte dans une salle
    partagée ; 0 : toute la salle. `contre` : ce que l'occupation gêne, et qu'on a voulu ainsi ; `dans` : la
    réservation qui tient déjà la salle pour elle.
    """

    id: str
    titre: str
    salle: str
    creneau: Creneau
    seance: Creneau | None = None
    personnes: int = 0
    nature: str = ""
    contre: tuple[str, ...] = ()
    dans: str = ""

    @property
    def annonce(self) -> Creneau:
        """Ce qui est annoncé, sans montage ni démontage."""
        return self.seance or self.creneau


class SalleDejaPromise(Echec):
    """Deux occupations se gênent."""

    #: Une salle prise est le même refus, qu'on sache ou non proposer autre chose.
    sorte = "pas_possible"

    def __init__(
        self, genes: Sequence[tuple[Occupation, Occupation]], graphe: Graphe, remede: str = ""
    ) -> None:
        self.genes = genes
        super().__init__(
            f"Pas possible : {dire_gene(genes[0][1], graphe)}.",
            remede or "Choisir un autre moment ou une autre salle.",
        )
        self.details = {"conflits": list(dict.fromkeys(prise.id for _, prise in genes))}


def dire_gene(prise: Occupation, graphe: Graphe) -> str:
    """« Cour est prise mardi 24 novembre 2026, 18:00–20:30 (Chorale, montage compris, 2026-…) »."""
    if prise.nature == FERMEE:
        return f"{graphe.nom(prise.salle)} est fermée {temps.dire_creneau(prise.creneau)} ({prise.titre})"
    if prise.nature == ILLISIBLE:
        quand = temps.dire_jour(prise.creneau.premier_jour)
        return f"{ILLISIBLE} tient peut-être {graphe.nom(prise.salle)} {quand} ({prise.id} ; tl reprise)"
    precisions = [prise.titre, prise.nature, _preparation(prise), prise.id]
    quand = temps.dire_creneau(prise.creneau)
    return f"{graphe.nom(prise.salle)} est prise {quand} ({', '.join(filter(None, precisions))})"


def _preparation(prise: Occupation) -> str:
    if prise.seance is None or prise.seance == prise.creneau:
        return ""
    avant, apres = prise.creneau.debut < prise.seance.debut, prise.seance.fin < prise.creneau.fin
    return f"{' et '.join(['montage'] * avant + ['démontage'] * apres)} compris"


class Graphe:
    """Les salles du lieu, et celles qui se gênent : calculé une fois par salle demandée."""

    def __init__(self, salles: Iterable[Salle]) -> None:
        self.salles: Mapping[str, Salle] = {salle.id: salle for salle in salles}
        self._parties = {ident: {ident} | parties(ident, self.salles) for ident in self.salles}
        self._genees: dict[str, frozenset[str]] = {}

    def genees(self, salle: str) -> frozenset[str]:
        """Les salles qu'on ne peut plus occuper quand `salle` l'est, elle comprise.

        Deux salles se gênent si elles partagent une partie, ou si une partie de l'une exclut une
        partie de l'autre : la gêne vaut toujours dans les deux sens.
        """
        if salle not in self._genees:
            prises = self._parties.get(salle, {salle})
            exclues = {e for p in prises if p in self.salles for e in self.salles[p].exclut}
            exclues |= {s.id for s in self.salles.values() if prises & set(s.exclut)}
            touchees = prises | exclues
            self._genees[salle] = frozenset(
                {salle, *(s for s, faite_de in self._parties.items() if touchees & faite_de)}
            )
        return self._genees[salle]

    def nom(self, salle: str) -> str:
        """Le nom d'une salle ; son identifiant si elle n'existe plus."""
        return self.salles[salle].nom if salle in self.salles else salle


def parties(salle: str, salles: Mapping[str, Salle]) -> set[str]:
    """Les salles dont une salle est faite, à toute profondeur."""
    vues: set[str] = set()
    reste = [salle]
    while reste:
        fiche = salles.get(reste.pop())
        for partie in fiche.compose_de if fiche else ():
            if partie not in vues:
                vues.add(partie)
                reste.append(partie)
    return vues


def conflits(voulue: Occupation, prises: Iterable[Occupation], graphe: Graphe) -> list[Occupation]:
    """Les occupations que `voulue` gênerait ; ni elle-même, ni la réservation où elle a lieu."""
    genees = graphe.genees(voulue.salle)
    genantes = [
        prise
        for prise in prises
        if prise.id not in (voulue.id, voulue.dans)
        and not (prise.dans and prise.dans == voulue.id)
        and prise.salle in genees
        and prise.creneau.chevauche(voulue.creneau)
    ]
    partagee = graphe.salles.get(voulue.salle)
    if partagee is None or not partagee.partage or not genantes:
        return genantes
    voisines = [prise for prise in genantes if prise.salle == partagee.id]
    trop = _de_trop(voulue, voisines, partagee)
    return [prise for prise in genantes if prise.salle != partagee.id or prise in trop]


def _de_trop(voulue: Occupation, voisines: list[Occupation], salle: Salle) -> list[Occupation]:
    """Dans une salle partagée, celles avec qui `voulue` dépasse la capacité à un moment."""
    trop: set[Occupation] = set()
    for instant in {voulue.creneau.debut, *(v.creneau.debut for v in voisines)}:
        ensemble = [v for v in voisines if v.creneau.debut <= instant < v.creneau.fin]
        if (
            instant < voulue.creneau.debut
            or sum(_places(o, salle) for o in (voulue, *ensemble)) <= salle.capacite
        ):
            continue
        trop |= set(ensemble)
    return [v for v in voisines if v in trop]


def _places(occupation: Occupation, salle: Salle) -> int:
    return occupation.personnes or salle.capacite


def doubles(occupations: Iterable[Occupation], graphe: Graphe) -> Iterator[tuple[Occupation, Occupation]]:
    """Les paires d'occupations qui se gênent sans qu'on l'ait voulu, en un seul balayage du temps."""
    ouvertes: list[Occupation] = []
    for suivante in sorted(occupations, key=lambda o: (o.creneau.debut, o.id)):
        ouvertes = [o for o in ouvertes if o.creneau.fin > suivante.creneau.debut]
        if ouvertes:
            for ouverte in conflits(suivante, ouvertes, graphe):
                if ouverte.id not in suivante.contre and suivante.id not in ouverte.contre:
                    yield ouverte, suivante
        ouvertes.append(suivante)


class EmploiDuTemps:
    """Des occupations rangées par jour : dire qui est gêné ne regarde que les jours touchés."""

    def __init__(self, graphe: Graphe, occupations: Iterable[Occupation] = ()) -> None:
        self.graphe = graphe
        self._par_jour: dict[date, list[Occupation]] = {}
        self._longues: list[Occupation] = []
        for occupation in occupations:
            self.ajouter(occupation)

    def ajouter(self, occupation: Occupation) -> None:
        """Une occupation de plus."""
        if occupation.creneau.duree > LONGUE:
            self._longues.append(occupation)
            return
        for jour in _jours(occupation.creneau):
            self._par_jour.setdefault(jour, []).append(occupation)

    def autour(self, creneau: Creneau) -> list[Occupation]:
        """Les occupations des jours que touche ce créneau, chacune une fois."""
        jours = _jours(creneau)
        if len(jours) == 1:
            return [*self._par_jour.get(jours[0], ()), *self._longues]
        vues = {id(o): o for jour in jours for o in self._par_jour.get(jour, ())}
        return [*vues.values(), *self._longues]

    def genes(self, voulue: Occupation) -> list[Occupation]:
        """Ce que cette occupation gênerait."""
        return conflits(voulue, self.autour(voulue.creneau), self.graphe)


def _jours(creneau: Creneau) -> list[date]:
    premier = creneau.premier_jour
    return [premier + timedelta(days=n) for n in range((creneau.dernier_jour - premier).days + 1)]


def genes(
    voulues: Sequence[Occupation], prises: Iterable[Occupation], graphe: Graphe
) -> list[tuple[Occupation, Occupation]]:
    """Ce que des occupations voulues gêneraient, et ce en quoi elles se gênent entre elles.

    Ce qui porte le nom d'une voulue est remplacé par elle.
    """
    remplacees = {v.id for v in voulues}
    agenda = EmploiDuTemps(graphe, (*voulues, *(p for p in prises if p.id not in remplacees)))
    return [(voulue, prise) for voulue in voulues for prise in agenda.genes(voulue)]
