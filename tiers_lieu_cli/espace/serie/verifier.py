"""Vérifier chaque date d'une série avant d'écrire, la série contre elle-même comprise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from tiers_lieu_cli.espace import occupations, proches
from tiers_lieu_cli.espace.examen import Examen, Reglement
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import Agenda, Occupation
from tiers_lieu_cli.espace.serie.modele import lire_nom_de_date
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps.temps import Creneau


class DatePrise(msgspec.Struct, frozen=True):
    """Une date qui ne va pas, ce qui s'y oppose, et où elle tiendrait."""

    voulue: Occupation
    examen: Examen
    propositions: tuple[Proposition, ...]

    @property
    def jour(self) -> date:
        return date.fromisoformat(lire_nom_de_date(self.voulue.id)[1])


def agenda_de(c: Contexte, voulues: Sequence[Occupation], ident: str) -> Agenda:
    """Tout ce qui entoure ces dates, sauf la série elle-même, de quoi proposer compris."""
    premieres, dernieres = (
        proches.fenetre(min(v.creneau for v in voulues)),
        proches.fenetre(max(v.creneau for v in voulues)),
    )
    fenetre = Creneau(premieres.debut, max(premieres.fin, dernieres.fin))
    return occupations.agenda(c.arbre, fenetre, c.horloge.murale(), sauf_fiche=ident)


def dates_prises(
    c: Contexte, reglement: Reglement, voulues: Sequence[Occupation], agenda: Agenda
) -> list[DatePrise]:
    """Les dates qui ne vont pas. Une date admise prend sa place : la suivante doit la respecter."""
    maintenant = c.horloge.murale()
    refusees: list[tuple[Occupation, Examen]] = []
    for rang, voulue in enumerate(voulues):
        seance = voulue.seance or voulue.creneau
        genes = tuple((voulue, prise) for prise in agenda.genes(voulue))
        manquements = reglement.manquements(voulue.salle, seance, voulue.id, voulues[:rang])
        if genes or manquements:
            refusees.append((voulue, Examen(genes, tuple(manquements))))
        else:
            agenda.ajouter(voulue)
    prises = []
    for voulue, examen in refusees:

        def convient(salle: str, seance: Creneau, ident: str = voulue.id) -> bool:
            return not reglement.manquements(salle, seance, ident, voulues)

        trouvees = tuple(proches.proposer(voulue, agenda, convient, maintenant))
        prises.append(DatePrise(voulue, examen, trouvees))
    return prises
