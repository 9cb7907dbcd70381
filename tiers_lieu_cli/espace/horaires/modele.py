"""Les heures d'ouverture, et les périodes nommées (« vacances scolaires », « fériés »)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from msgspec import field

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau


class Plage(Fiche, frozen=True, kw_only=True):
    """Des jours, du premier au dernier compris ; `quoi` dit lesquels (« Noël »)."""

    id: str = ""
    du: date
    au: date
    quoi: str = ""

    def __post_init__(self) -> None:
        if self.au < self.du:
            raise ValueError("la plage finit avant de commencer")

    @property
    def creneau(self) -> Creneau:
        return Creneau.de_jours(self.du, self.au)


class Periode(Fiche, frozen=True):
    """Une nature de jours que le lieu nomme ; aucune bibliothèque ne connaît nos congés scolaires."""

    nom: str
    plages: tuple[Plage, ...] = ()

    def __post_init__(self) -> None:
        if not self.nom.strip():
            raise ValueError("le nom de la période est vide")

    def __contains__(self, jour: object) -> bool:
        """Ce jour est-il dans la période ? C'est ce qu'une série demande à ses `sauf`."""
        return isinstance(jour, date) and any(plage.du <= jour <= plage.au for plage in self.plages)

    def jours(self) -> Iterator[date]:
        """Tous ses jours, plage par plage."""
        for plage in self.plages:
            jour = plage.creneau.premier_jour
            while jour <= plage.creneau.dernier_jour:
                yield jour
                jour += temps.UN_JOUR


class Horaires(Fiche, frozen=True):
    """Une semaine d'ouverture : par jour, des plages « 09:00-12:30 » ; un jour absent est fermé.

    `du` et `au` (MM-JJ) : la saison où elle vaut, chaque année ; vides, elle vaut le reste du temps.
    """

    ENSEMBLE = (("du", "au"),)

    du: str = ""
    au: str = ""
    semaine: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if bool(self.du) != bool(self.au):
            raise ValueError("une saison a un « du » et un « au » (07-01), ou aucun")
        for borne in filter(None, (self.du, self.au)):
            date.fromisoformat(f"2024-{borne}")
        for jour, plages in self.semaine.items():
            if jour not in temps.JOURS:
                raise ValueError(f"« {jour} » n'est pas un jour de la semaine")
            for plage in plages:
                lire_plage(plage)

    def couvre(self, jour: date) -> bool:
        """Ce jour est-il dans la saison ? Une saison peut passer le nouvel an."""
        if not self.du:
            return True
        quantieme = f"{jour:%m-%d}"
        if self.du <= self.au:
            return self.du <= quantieme <= self.au
        return quantieme >= self.du or quantieme <= self.au


def lire_plage(texte: str) -> tuple[time, time]:
    """Le début et la fin d'une plage écrite « 09:00-12:30 » ; minuit en fin ferme le jour."""
    debut, _, fin = texte.partition("-")
    try:
        bornes = time.fromisoformat(debut), time.fromisoformat(fin)
    except ValueError:
        raise ValueError(f"« {texte} » n'est pas une plage (écrire 09:00-12:30)") from None
    if bornes[1] != time() and bornes[1] <= bornes[0]:
        raise ValueError(f"« {texte} » finit avant de commencer")
    return bornes


PERIODES = Collection(Genre("période", "espace/periodes", ouvrir="tl espace horaires", feminin=True), Periode)
HORAIRES = Collection(
    Genre("horaires", "espace/horaires", ouvrir="tl espace horaires", pluriel="horaires"), Horaires
)
