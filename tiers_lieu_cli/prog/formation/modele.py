"""Une formation : ce qu'il faut avoir suivi pour savoir faire quelque chose."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche, Fin
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import BesoinCite, EvenementCite, PersonneCitee, PublicCite, SerieCitee, Texte
from tiers_lieu_cli.noyau.temps import delais
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog.modele import USAGE


class Formation(Fiche, frozen=True):
    """Un parcours : toutes ces `seances`, et `combien` dates de la `serie`.

    Deux séances de même titre sont la même, à deux dates : l'une suffit. `habilite` : à quoi l'on est
    habilité quand on l'a fini, pour la durée `vaut` (« 2 ans » ; vide : sans limite). `themes` : ceux des
    besoins auxquels il répond, en plus de `besoins`. `arretee_le` : on ne le donne plus.
    """

    ENSEMBLE = (("serie", "combien"), ("arretee_le", "motif"))
    FINS = (Fin("arretee_le", (), ("seances", "serie", "combien")),)

    titre: Texte
    seances: tuple[EvenementCite, ...] = ()
    serie: SerieCitee = ""
    combien: int = 0
    enseigne: tuple[PersonneCitee, ...] = ()
    habilite: str = ""
    vaut: str = ""
    themes: tuple[str, ...] = ()
    besoins: tuple[BesoinCite, ...] = ()
    publics: tuple[PublicCite, ...] = ()
    arretee_le: date | None = None
    motif: Texte = ""
    description: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip():
            raise ValueError("le titre est vide")
        if bool(self.serie) != (self.combien > 0):
            raise ValueError("une « serie » et « combien » de ses dates il faut suivre vont ensemble")
        if self.habilite and en_tirets(self.habilite, "") != self.habilite:
            raise ValueError("« habilite » est un mot court, en minuscules et sans accent, comme fraiseuse")
        if self.vaut and not self.habilite:
            raise ValueError("« vaut » dit combien de temps vaut ce qu'« habilite » nomme")
        delais.periode(self.vaut)

    @property
    def est_donnee(self) -> bool:
        """La donne-t-on encore ?"""
        return self.arretee_le is None

    def jusqu_au(self, obtenue: date) -> date | None:
        """Le dernier jour d'une habilitation obtenue ce jour-là ; `None` : sans limite."""
        duree = delais.periode(self.vaut)
        return delais.apres(obtenue, duree) if duree else None


FORMATIONS = Collection(
    Genre(
        "formation",
        "prog/formations",
        ouvrir="tl prog formation fiche {id}",
        feminin=True,
        sert=lambda formation: formation.est_donnee,
        plutot="tl prog formation finir {id}",
        usage=USAGE,
        a_faire_du_lieu="prog.formation.fiches:a_faire",
    ),
    Formation,
)
