"""Vérifier chaque date neuve ou changée d'une série avant d'écrire, la série contre elle-même comprise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace import occupations, proches, refus
from tiers_lieu_cli.espace.examen import Examen, Reglement
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import EmploiDuTemps, Occupation, dire_gene
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.serie import regles
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps import series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.temps import Creneau

_CITEES = 12


class SiPris(StrEnum):
    """Que faire d'une date où la salle est prise."""

    SAUTER = "sauter"
    DEPLACER = "deplacer"
    A_REPLACER = "a-replacer"


class DatePrise(msgspec.Struct, frozen=True):
    """Une date qui ne va pas, ce qui s'y oppose, et où elle tiendrait."""

    voulue: Occupation
    examen: Examen
    propositions: tuple[Proposition, ...]

    @property
    def jour(self) -> date:
        return regles.jour_de(self.voulue)


def promettre(
    c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie], si_pris: SiPris | None, forcage: str
) -> list[Serie]:
    """Les séries dont chaque date neuve ou changée a sa place ; ce qui n'a pas bougé n'est pas reproché.

    Une date prise est réglée par `si_pris`, par qui répond, ou forcée ; sinon c'est un refus.
    """
    promises = list(nouvelles)
    for rang, _ in enumerate(promises):
        while prises := _prises(c, ancienne, promises, rang):
            serie = promises[rang]
            if forcage:
                contre = [n for p in prises for n in p.examen.contre]
                deja = serie.forcage.contre if serie.forcage else ()
                promises[rang] = reservations.forcer(serie, forcage, [*deja, *contre])
                break
            if si_pris is None and not c.ecran.interactif:
                raise _refus(c, prises)
            ecarts = {str(p.jour): _choisir(c, serie, p, si_pris) for p in prises}
            regle = structs.replace(serie.recurrence, ecarts={**serie.recurrence.ecarts, **ecarts})
            promises[rang] = structs.replace(serie, recurrence=regle)
    return promises


def _prises(c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie], rang: int) -> list[DatePrise]:
    """Les dates neuves ou changées de l'une de ces séries qui ne vont pas."""
    serie, exclus = nouvelles[rang], occupations.exclus(c.arbre)
    regle = ancienne.recurrence if ancienne else None
    depuis = series.change_depuis(regle, [s.recurrence for s in nouvelles], c.horloge.aujourdhui())
    avant = {regles.place(o): o for o in regles.vivantes(ancienne, depuis, exclus)} if ancienne else {}
    voulues = [o for o in regles.vivantes(serie, depuis, exclus) if regles.place(o) not in avant]
    if not voulues:
        return []
    reglement = Reglement(c, serie, delais=False, periode=series.etendue(serie.recurrence, depuis))
    siennes = [o for s in nouvelles for o in regles.vivantes(s, depuis, exclus)]
    agenda = _agenda(c, voulues, {o.id for o in (*avant.values(), *siennes)})
    for gardee in siennes:
        if regles.place(gardee) in avant:
            agenda.ajouter(gardee)
    return _refusees(c, reglement, voulues, agenda)


def _agenda(c: Contexte, voulues: Sequence[Occupation], sauf: Iterable[str]) -> EmploiDuTemps:
    """Tout ce qui entoure ces dates, sauf la série elle-même, de quoi proposer compris."""
    premieres, dernieres = (
        proches.fenetre(min(v.creneau for v in voulues)),
        proches.fenetre(max(v.creneau for v in voulues)),
    )
    fenetre = Creneau(premieres.debut, max(premieres.fin, dernieres.fin))
    return occupations.agenda(c.arbre, fenetre, c.horloge.murale(), sauf=frozenset(sauf))


def _refusees(
    c: Contexte, reglement: Reglement, voulues: Sequence[Occupation], agenda: EmploiDuTemps
) -> list[DatePrise]:
    """Les dates qui ne vont pas. Une date admise prend sa place : la suivante doit la respecter."""
    maintenant = c.horloge.murale()
    refusees: list[tuple[Occupation, Examen]] = []
    for rang, voulue in enumerate(voulues):
        genes = tuple((voulue, prise) for prise in agenda.genes(voulue))
        manquements = reglement.manquements(voulue.salle, voulue.annonce, voulue.id, voulues[:rang])
        if genes or manquements:
            refusees.append((voulue, Examen(genes, tuple(manquements))))
        else:
            agenda.ajouter(voulue)
    prises = []
    for voulue, examen in refusees:

        def convient(salle: str, seance: Creneau, ident: str = voulue.id) -> bool:
            return reglement.convient(salle, seance, ident, voulues)

        trouvees = tuple(proches.proposer(voulue, agenda, convient, maintenant))
        prises.append(DatePrise(voulue, examen, trouvees))
    return prises


def _choisir(c: Contexte, serie: Serie, prise: DatePrise, si_pris: SiPris | None) -> Ecart:
    """Ce que devient une date prise."""
    if si_pris is None:
        graphe = occupations.graphe(c.arbre)
        libelles = [refus.libelle(p, prise.voulue, c, graphe) for p in prise.propositions]
        question = f"{temps.dire_jour(prise.jour)} : {refus.dire(prise.examen, graphe)}"
        rang = c.choisir(question, [*libelles, "sauter cette date", "la garder « à replacer »"])
        if rang < len(libelles):
            return regles.vers(serie, prise.propositions[rang])
        si_pris = SiPris.SAUTER if rang == len(libelles) else SiPris.A_REPLACER
    if si_pris is SiPris.DEPLACER and prise.propositions:
        return regles.vers(serie, prise.propositions[0])
    return Ecart(quoi=Quoi.SAUTE if si_pris is SiPris.SAUTER else Quoi.A_REPLACER)


def _refus(c: Contexte, prises: Sequence[DatePrise]) -> refus.PasPossible:
    """Les dates qui ne vont pas, sans personne ni --si-pris pour dire qu'en faire."""
    jour = c.horloge.aujourdhui()
    compte = "une date ne va pas" if len(prises) == 1 else f"{len(prises)} dates ne vont pas"
    dites = [f"  {temps.dire_jour(p.jour, jour)} : {_raison(c, p)}" for p in prises[:_CITEES]]
    if len(prises) > _CITEES:
        dites.append(f"  … et {len(prises) - _CITEES} autres")
    echec = refus.PasPossible(
        "\n".join([f"Pas possible : {compte}.", *dites]),
        "Ajouter --si-pris sauter, --si-pris deplacer ou --si-pris a-replacer.",
    )
    echec.details = {"dates": [{"jour": p.jour, **refus.details(p.examen, p.propositions)} for p in prises]}
    return echec


def _raison(c: Contexte, p: DatePrise) -> str:
    graphe = occupations.graphe(c.arbre)
    raisons = [dire_gene(prise, graphe) for _, prise in p.examen.genes]
    return (raisons + [m.phrase for m in p.examen.manquements])[0]
