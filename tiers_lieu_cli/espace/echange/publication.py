"""Ce que l'agenda d'une salle dit : quand elle est prise ; par quoi, si c'est public ou interne."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Graphe, Occupation
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Etat
from tiers_lieu_cli.espace.reservation.regles import occuper
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau.agenda.flux import Publication
from tiers_lieu_cli.noyau.agenda.memoire import Memoire, changements_vus, noms_publics
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.personnes import cites, taire
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.modele import Etat as EtatDuProgramme
from tiers_lieu_cli.prog.serie.modele import SERIES as SERIES_DU_PROGRAMME
from tiers_lieu_cli.prog.serie.modele import Seance

_DOSSIERS = ("espace/reservations", "espace/series", "prog/evenements", "prog/longs", "prog/series")
PASSE, AVENIR = timedelta(days=92), timedelta(days=400)


def fenetre_autour(jour: date) -> Creneau:
    """Des mois entiers : trois passés, un an à venir ; les mêmes octets tout au long du mois."""
    premier, dernier = (jour - PASSE).replace(day=1), (jour.replace(day=1) + AVENIR).replace(day=1)
    return Creneau.de_jours(premier, dernier)


class Agenda:
    """Les publications des salles, sur une fenêtre."""

    def __init__(self, c: Contexte, fenetre: Creneau, *, interne: bool) -> None:
        self._c = c
        self._interne = interne
        #: Comment dire les titres à tous, et qui y a été tu.
        self.a_tous = Public(c.registre)
        self.graphe: Graphe = occupations.graphe(c.arbre)
        maintenant = c.horloge.murale()
        annulees = [r for r in occupations.reservations_de(c.arbre, fenetre).fiches if r.etat is Etat.ANNULEE]
        self._annulees = {r.id for r in annulees}
        self._prises = [
            *occupations.de_la_fenetre(c.arbre, fenetre, maintenant),
            *(occuper(r) for r in annulees),
        ]
        self._evenements = occupations.evenements_de(c.arbre, fenetre)
        passe = histoire.passe(c.archive, (*_DOSSIERS, SALLES.genre.dossier), c.commit)
        salles = histoire.versions(c.archive, [SALLES.genre.dossier], c.commit, passe.rangs)
        self._memoire = Memoire(passe.revisions, changements_vus(salles, _nom))
        self._noms = noms_publics(c.registre, {i for o in self._prises for i in cites(o.titre)})

    def de(self, salle: str) -> list[Publication]:
        """Ce qui prend cette salle ; ce qui n'est pas encore enregistré n'y est pas."""
        return list(self._publier(o for o in self._prises if o.salle == salle))

    def _publier(self, prises: Iterable[Occupation]) -> Iterator[Publication]:
        for o in prises:
            noms = [p for i in cites(o.titre) for p in self._noms.get(i, ())]
            revision = self._memoire.revision([self._chemin(o)], [SALLES.genre.chemin(o.salle)], noms)
            if revision is not None:
                nature = f" ({o.nature})" if o.nature else ""
                yield Publication(
                    uid=f"{o.id}-{o.salle}@{self._c.lieu.reglages.domaine}",
                    creneau=o.annonce,
                    titre=f"{self._titre(o)}{nature}",
                    lieu=self.graphe.nom(o.salle),
                    annule=o.id in self._annulees,
                    provisoire=bool(o.nature),
                    sequence=revision.changements,
                    cree=revision.cree,
                    modifie=revision.modifie,
                )

    def _titre(self, o: Occupation) -> str:
        evenement = self._evenements.get(o.id)
        prive = evenement is None or evenement.interne or evenement.etat is EtatDuProgramme.BROUILLON
        if prive:
            return taire(o.titre) if self._interne else "Réservée"
        return self.a_tous.dire(o.titre, o.id)

    def _chemin(self, o: Occupation) -> str:
        """La fiche d'où vient cette occupation."""
        evenement = self._evenements.get(o.id)
        if evenement is not None:
            return _fiche_de(evenement)
        dite = de_la_date(self._c.arbre, o.id)
        return SERIES.genre.chemin(dite[0].id) if dite else RESERVATIONS.genre.chemin(o.id)


def _nom(chemin: str, contenu: bytes | None) -> object:
    """Le nom d'une salle, tel que son fichier le dit."""
    try:
        return fiche.valeur(contenu, "nom", chemin) if contenu else None
    except FicheFautive:
        return None


def _fiche_de(e: Evenement) -> str:
    if isinstance(e, Seance):
        return SERIES_DU_PROGRAMME.genre.chemin(e.serie)
    range_par_mois = temps.tient_dans_son_mois(e.id, e.creneau)
    return (EVENEMENTS if range_par_mois else LONGS).genre.chemin(e.id)
