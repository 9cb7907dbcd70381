"""Ce que les flux d'agenda disent des événements et des séries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec
from msgspec import field, structs

from tiers_lieu_cli.espace.horaires.modele import PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Graphe
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.agenda.flux import Publication, Repetition
from tiers_lieu_cli.noyau.agenda.memoire import Memoire, Passage, changements_vus, noms_publics
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.histoire import Revisions
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.personnes import cites as citees
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.gens.public import QUELQU_UN, Public
from tiers_lieu_cli.noyau.lieu import REGLAGES, Reglages
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.recurrence import Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.regle_ecrite import lire_rrule
from tiers_lieu_cli.noyau.temps.series import date_de, occurrence_de
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog import fermetures, fiches, regles
from tiers_lieu_cli.prog.deja_publie import AUTOUR, FICHES
from tiers_lieu_cli.prog.fermetures import Fermetures
from tiers_lieu_cli.prog.fiches import Programme
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import SERIES, Seance, Serie


class Activite(msgspec.Struct, frozen=True):
    """Un événement, ou une série et ses dates changées : ce qu'un flux prend ou laisse d'un bloc."""

    fiche: Evenement | Serie
    publications: tuple[Publication, ...]
    #: Les salles de toutes ses dates.
    salles: frozenset[str]

    @property
    def dernier_jour(self) -> date:
        """Le dernier où elle a lieu ; d'une série sans fin, il n'y en a pas."""
        repetitions = [p.repetition for p in self.publications if p.repetition]
        if any(r.au is None for r in repetitions):
            return date.max
        jours = [p.creneau.dernier_jour for p in self.publications]
        # Une date de série peut finir le lendemain du dernier jour de la règle.
        return max([*jours, *(r.au + UN_JOUR for r in repetitions if r.au)])


class Redaction(msgspec.Struct, frozen=True):
    """De quoi dire une fiche dans un flux ; ce qui n'est pas encore enregistré n'y est pas."""

    programme: Programme
    memoire: Memoire
    reglages: Reglages
    salles: Mapping[str, str]
    #: Ce qu'un texte d'une fiche dit à tous.
    dire: Callable[[str, str], str] = lambda texte, _: taire(texte, QUELQU_UN)
    fermetures: Fermetures = field(default_factory=Fermetures)
    #: Celles d'aujourd'hui et d'hier, changées ou retirées depuis.
    de_toujours: Fermetures = field(default_factory=Fermetures)
    #: Quand a changé le nom public de chaque personne citée.
    noms: Mapping[str, Sequence[Passage]] = field(default_factory=dict)
    #: Par souche de série, les fiches que ses dates ont eues.
    dates: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Avec ce qui est interne et les brouillons.
    interne: bool = False

    def activites(self) -> Iterator[Activite]:
        """Tout ce que ce flux montre ; jamais ce qui vient d'un agenda ami."""
        a_part: dict[str, dict[str, Evenement]] = {}
        montrees = [s for s in self.programme.series if s.est_a_nous and self._se_montre(s)]
        souches = {s.souche for s in montrees}
        for e in self.programme.evenements:
            if dite := date_de(e.id, souches):
                a_part.setdefault(dite[1], {})[dite[0]] = e
            elif e.est_a_nous and self._se_montre(e):
                yield from self._un_evenement(e)
        for s in montrees:
            yield from self._une_serie(s, a_part.get(s.souche, {}))
        for souche, dates in a_part.items():
            regles_dites = [s.recurrence for s in montrees if s.souche == souche]
            for cle, e in dates.items():
                # Une date que la série n'a plus garde sa fiche : c'est un événement seul.
                if not any(recurrence.prevue(regle, cle) for regle in regles_dites) and self._se_montre(e):
                    yield from self._un_evenement(e)

    def seul(self, e: Evenement) -> Publication | None:
        """Un événement, ou une date de série, dit à part sous son propre nom."""
        if isinstance(e, Seance):
            chemin = SERIES.genre.chemin(e.serie)
        else:
            chemin = fiches.collection(e.id, e.creneau).genre.chemin(e.id)
        revision = self._revision((chemin,), e)
        return self._dire(self.fermetures.appliquer(e), e.id, revision) if revision else None

    def _revision(
        self, propres: Sequence[str], dite: Evenement | Serie, aussi: Iterable[str] = ()
    ) -> Revisions | None:
        """Les changements de ces fiches, et de ce qui change ce qu'on en publie."""
        autour = {*aussi, *map(SALLES.genre.chemin, dite.salles)}
        if not dite.ailleurs:
            autour.add(REGLAGES)
        if isinstance(dite, Evenement):
            autour |= self.de_toujours.fiches(dite)
        cites = {i for texte in (dite.titre, dite.description, dite.ailleurs) for i in citees(texte)}
        noms = [p for i in cites for p in self.noms.get(i, ())]
        return self.memoire.revision(propres, autour, noms)

    def _se_montre(self, fiche: Evenement | Serie) -> bool:
        return self.interne or not (fiche.interne or fiche.etat is Etat.BROUILLON)

    def _un_evenement(self, e: Evenement) -> Iterator[Activite]:
        dite = self.seul(e)
        if dite is not None:
            yield Activite(e, (dite,), frozenset(e.salles))

    def _une_serie(self, s: Serie, a_part: Mapping[str, Evenement]) -> Iterator[Activite]:
        regle = s.recurrence
        fermees = self._fermees(s, a_part, self.fermetures)
        fermees_un_jour = self._fermees(s, a_part, self.de_toujours)
        autour = {fiche for e in fermees_un_jour.values() for fiche in self.de_toujours.fiches(e)}
        autour |= set(map(PERIODES.genre.chemin, regle.sauf))
        autour |= set(self.dates.get(s.souche, ()))
        revision = self._revision((SERIES.genre.chemin(s.id),), s, autour)
        premiere = next(recurrence.dates(regle, date.fromisoformat(regle.du), date.max), None)
        siennes = {cle: e for cle, e in a_part.items() if recurrence.prevue(regle, cle)}
        if premiere is None:
            yield from self._sans_regle(s, siennes)
            return
        if revision is None:
            return
        changees = [
            *self._ecarts(s, siennes),
            *self._a_part(s, siennes),
            *(
                p
                for cle, e in fermees.items()
                if self.fermetures.appliquer(e) != e
                for p in self._une_date(s, cle, e)
            ),
        ]
        cachees = [cle for cle, e in siennes.items() if not self._se_montre(e)]
        repetition = Repetition(
            regle=regle.regle if regle.etrangere else str(lire_rrule(regle.regle)),
            du=date.fromisoformat(regle.du),
            au=date.fromisoformat(regle.au) if regle.au else None,
            sauf=series.dates_sautees(regle, cachees, self.programme.exclus),
            ajouts=tuple(regle.creneau(jour) for jour in series.jours_ajoutes(regle)),
        )
        une_date = series.seance(s, recurrence.Occurrence(premiere, regle.creneau(premiere)))
        maitresse = structs.replace(self._dire(une_date, s.id, revision), repetition=repetition)
        salles = {salle for e in siennes.values() for salle in e.salles}
        salles |= {salle for ecart in regle.ecarts.values() for salle in ecart.salles}
        yield Activite(s, (maitresse, *changees), frozenset({*s.salles, *salles}))

    def _sans_regle(self, s: Serie, a_part: Mapping[str, Evenement]) -> Iterator[Activite]:
        """Une série dont il ne reste que des dates ajoutées : chacune se dit seule."""
        for jour in series.jours_ajoutes(s.recurrence):
            e = a_part.get(str(jour))
            if e is None and (occurrence := occurrence_de(s.recurrence, jour, self.programme.exclus)):
                e = series.seance(s, occurrence)
            if e is not None and self._se_montre(e):
                yield from self._un_evenement(e)

    def _fermees(
        self, s: Serie, a_part: Mapping[str, Evenement], fermetures: Fermetures
    ) -> dict[str, Seance]:
        """Ses dates qui sont tombées dans une fermeture, et qu'aucun écart ni fiche ne dit déjà."""
        trouvees: dict[str, Seance] = {}
        for fermee in fermetures.temps_de(s):
            for seance in series.seances(s, fermee, self.programme.exclus):
                dite = date_de(seance.id, [s.souche])
                if dite and dite[0] not in a_part and dite[0] not in s.recurrence.ecarts:
                    trouvees[dite[0]] = seance
        return dict(sorted(trouvees.items()))

    def _ecarts(self, s: Serie, a_part: Mapping[str, Evenement]) -> Iterator[Publication]:
        """Les dates annulées, à replacer ou déplacées ; celles qu'on saute n'ont rien à dire."""
        for cle, ecart in s.recurrence.ecarts.items():
            if ecart.quoi is Quoi.SAUTE or cle in a_part:
                continue
            occurrence = occurrence_de(s.recurrence, cle, self.programme.exclus)
            if occurrence is not None:
                yield from self._une_date(s, cle, series.seance(s, occurrence))

    def _a_part(self, s: Serie, a_part: Mapping[str, Evenement]) -> Iterator[Publication]:
        """Les dates qui ont leur propre fiche : elles changent quand elle change, ou la série."""
        for cle, e in a_part.items():
            propre = fiches.collection(e.id, e.creneau).genre.chemin(e.id)
            if propre in self.memoire.revisions and self._se_montre(e):
                yield from self._une_date(s, cle, e, propre)

    def _une_date(self, s: Serie, cle: str, e: Evenement, *aussi: str) -> Iterator[Publication]:
        """Ce que cette date a de particulier."""
        revision = self._revision((SERIES.genre.chemin(s.id), *aussi), e)
        if revision:
            dite = self._dire(self.fermetures.appliquer(e), s.id, revision)
            yield structs.replace(dite, occurrence=_prevu(s.recurrence, cle))

    def _dire(self, e: Evenement, ident: str, revision: Revisions) -> Publication:
        ou = regles.lieu_dit(e, self.salles, {})
        return Publication(
            uid=f"{ident}@{self.reglages.domaine}",
            creneau=e.creneau,
            titre=self.dire(e.titre, e.id),
            lieu=", ".join(filter(None, [self.dire(ou, e.id), "" if e.ailleurs else self.reglages.adresse])),
            description=self.dire(e.description, e.id),
            annule=not e.a_lieu,
            provisoire=e.etat is Etat.BROUILLON,
            prive=e.interne,
            mention=flux.A_REPLACER if e.etat is Etat.A_REPLACER else flux.ANNULE,
            categories=tuple(sorted({*e.publics, *e.etiquettes})),
            url=e.lien,
            sequence=revision.changements,
            cree=revision.cree,
            modifie=revision.modifie,
        )


def _prevu(regle: Recurrence, cle: str) -> Creneau | None:
    """Le créneau que la règle donnait à cette date."""
    prevue = recurrence.prevue(regle, cle)
    return prevue.creneau if prevue else None


def rediger(c: Contexte, public: Public, *, interne: bool) -> Redaction:
    """De quoi écrire les flux de ce lieu, tel qu'il est enregistré."""
    programme = fiches.programme(c.arbre)
    c.ecran.defauts(programme.defauts)
    passe = histoire.passe(c.archive, (*FICHES, *AUTOUR), c.commit)
    dates = _dates_des_series(programme, passe.revisions)
    a_part = [chemin for chemins in dates.values() for chemin in chemins]
    autour = histoire.versions(c.archive, (*AUTOUR, *a_part), c.commit, passe.rangs)
    graphe = Graphe(SALLES.toutes(c.arbre).fiches)
    return Redaction(
        programme,
        Memoire(passe.revisions, changements_vus(autour, _voir)),
        c.lieu.reglages,
        {ident: salle.nom for ident, salle in graphe.salles.items()},
        public.dire,
        fermetures.toutes(c.arbre),
        fermetures.de_toujours(graphe, autour),
        noms_publics(c.registre, _citees(programme)),
        dates,
        interne,
    )


def _voir(chemin: str, contenu: bytes | None) -> object:
    """Ce qu'un agenda dit de ce fichier : l'adresse du lieu, le nom d'une salle ; d'un autre, tout.

    D'une date à part, ce que la série en dit : seulement qu'elle se cache.
    """
    if contenu is None:
        return None
    try:
        if chemin == REGLAGES:
            return fiche.valeur(contenu, "adresse", chemin)
        if SALLES.genre.ident(chemin):
            return fiche.valeur(contenu, "nom", chemin)
        if chemin.startswith("prog/"):
            brouillon = fiche.valeur(contenu, "etat", chemin) == Etat.BROUILLON
            return brouillon or fiche.valeur(contenu, "interne", chemin) is True or None
    except FicheFautive:
        return None
    return contenu


def _citees(programme: Programme) -> set[str]:
    toutes: list[Evenement | Serie] = [*programme.evenements, *programme.series]
    a_nous = [a for a in toutes if a.est_a_nous]
    return {i for a in a_nous for texte in (a.titre, a.description, a.ailleurs) for i in citees(texte)}


def _dates_des_series(programme: Programme, revisions: Iterable[str]) -> dict[str, list[str]]:
    """Les fiches que les dates de chaque série ont eues, fussent-elles retirées depuis."""
    souches, trouvees = {s.souche for s in programme.series}, dict[str, list[str]]()
    for chemin in revisions if souches else ():
        if chemin.startswith(("prog/evenements/", "prog/longs/")):
            nom = chemin.rpartition("/")[2].partition(".")[0]
            if dite := date_de(nom, souches):
                trouvees.setdefault(dite[1], []).append(chemin)
    return {souche: sorted(chemins) for souche, chemins in trouvees.items()}
