"""Ce que l'espace sait de ses séries, que les verbes communs (`noyau/series`) lui demandent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.etat.modele import ETATS
from tiers_lieu_cli.espace.promesse import fiches as promesses
from tiers_lieu_cli.espace.reservation import regles as reservations
from tiers_lieu_cli.espace.serie import regles, verifier
from tiers_lieu_cli.espace.serie.modele import SERIES, Serie
from tiers_lieu_cli.espace.serie.verifier import SiPris
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.temps import series
from tiers_lieu_cli.noyau.temps.series import Exclus


class Reservee:
    """Un `Metier`. `si_pris` : le sort des dates prises ; `forcage` : pourquoi on force."""

    nom = "espace serie"
    series = SERIES

    def __init__(self, si_pris: SiPris | None = None, forcage: str = "") -> None:
        self._si_pris = si_pris
        self._forcage = forcage

    def titre(self, serie: Serie) -> str:
        """Son objet."""
        return serie.objet

    def exiger_vivante(self, serie: Serie) -> None:
        """Une série annulée ou refusée ne se change plus."""
        reservations.exiger_vivante(serie)

    def annulee(self, serie: Serie, motif: str) -> Serie:
        """Annulée : elle reste, et le dit."""
        return reservations.annuler(serie, motif)

    def exclus(self, arbre: Arbre) -> Exclus:
        """Les périodes que le lieu nomme."""
        return occupations.exclus(arbre)

    def portees(self, arbre: Arbre, serie: Serie, depuis: date) -> Mapping[date, str]:
        """Les états des lieux de chaque date, et les absences qu'on y a notées."""
        par_date: dict[date, list[str]] = defaultdict(list)
        dernier = max(series.etendue(serie.recurrence, depuis).dernier_jour, depuis)
        noms = (series.lire_nom(etat.reservation) for etat in ETATS.des_mois(arbre, depuis, dernier).fiches)
        for jour in sorted({nom[0] for nom in noms if nom and nom[1] == serie.souche}):
            par_date[jour].append("un état des lieux")
        for jour in serie.absences:
            par_date[jour].append("une absence notée")
        return {jour: ", ".join(dits) for jour, dits in par_date.items() if jour >= depuis}

    def exiger_sans_fiche(self, arbre: Arbre, serie: Serie, jours: Sequence[date]) -> None:
        """Aucune date de réservation n'a sa propre fiche."""

    def promettre(self, c: Contexte, ancienne: Serie | None, nouvelles: Sequence[Serie]) -> list[Serie]:
        """Les mêmes, dont chaque date neuve ou changée a sa place."""
        return verifier.promettre(c, ancienne, nouvelles, self._si_pris, self._forcage)

    def suivre(self, c: Contexte, e: Ecriture, ancienne: Serie, nouvelles: Sequence[Serie]) -> Iterator[str]:
        """Qui attendait une place que ces dates rendent."""
        exclus, jour = self.exclus(c.arbre), c.horloge.aujourdhui()
        gardees = {regles.place(o) for n in nouvelles for o in regles.vivantes(n, jour, exclus)}
        rendues = (o for o in regles.vivantes(ancienne, jour, exclus) if regles.place(o) not in gardees)
        yield from promesses.en_file(c, e, rendues)
