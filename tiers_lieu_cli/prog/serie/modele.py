"""Une série : une activité qui revient. Une fiche la porte toute, écarts compris."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fin, Mot
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.fiches.qui_revient import QuiRevient
from tiers_lieu_cli.noyau.liens import (
    AgendaCite,
    BesoinCite,
    IdeeCitee,
    PersonneCitee,
    PublicCite,
    SalleCitee,
    SerieCitee,
    ServiceCite,
    Texte,
)
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence
from tiers_lieu_cli.prog.modele import USAGE, Etat, Evenement, Origine, Quart


class SiFerme(StrEnum):
    """Ce que devient une date qui tombe un jour de fermeture : choisi une fois, pour toute la série."""

    REFUSER = "refuser"
    SAUTER = "sauter"
    A_REPLACER = "a-replacer"


class Serie(QuiRevient, frozen=True):
    """Une activité qui revient ; ce qu'elle partage avec un événement porte le même nom.

    `suite_de` : la série dont on l'a détachée (« celle-ci et les suivantes ») ; ses dates gardent
    alors le nom qu'elles avaient, et ce qui s'y rattache (inscriptions, équipes) suit.
    `calendrier` : elle vient d'un agenda ami que l'on suit ; elle n'est pas à nous.
    """

    ENSEMBLE = (("etat", "motif"), ("age_min", "age_max"))
    FINS = (Fin("etat", (Etat.ANNULE,), ("recurrence", "salles")),)

    titre: Texte
    recurrence: Recurrence
    si_ferme: SiFerme = SiFerme.REFUSER
    salles: tuple[SalleCitee, ...] = ()
    ailleurs: str = ""
    publics: tuple[PublicCite, ...] = ()
    porteurs: tuple[PersonneCitee, ...] = ()
    etat: Etat = Etat.CONFIRME
    interne: bool = False
    motif: Texte = ""
    calendrier: AgendaCite = ""
    etiquettes: tuple[Mot, ...] = ()
    lien: str = ""
    langues: tuple[str, ...] = ()
    accessibilite: tuple[str, ...] = ()
    age_min: int = 0
    age_max: int = 0
    capacite: int = 0
    besoins: tuple[BesoinCite, ...] = ()
    proposition: IdeeCitee = ""
    service: ServiceCite = ""
    equipe: tuple[Quart, ...] = ()
    origine: Origine | None = None
    suite_de: SerieCitee = ""
    description: Texte = ""

    def __post_init__(self) -> None:
        if not self.titre.strip():
            raise ValueError("le titre est vide")
        if self.etat in (Etat.REPORTE, Etat.A_REPLACER, Etat.TENU):
            raise ValueError("une série ne se reporte ni ne se tient d'un coup : ses dates, une à une")

    @property
    def est_a_nous(self) -> bool:
        """Est-ce une série du lieu, et non d'un agenda ami ?"""
        return not self.calendrier


class Seance(Evenement, frozen=True, dict=True, kw_only=True):
    """Une date d'une série, vue comme un événement.

    Elle n'a pas de fiche à elle tant que rien ne la distingue ; dès qu'elle en a une, sous le
    même nom, c'est cette fiche qui vaut.
    """

    serie: str

    def a_part(self) -> Evenement:
        """Le même événement, sous la forme qu'une fiche garde."""
        champs = {nom: getattr(self, nom) for nom in Evenement.__struct_fields__}
        return Evenement(**champs)


class FautLeJour(ErreurUsage):
    """Ce mot désigne une série, et il faut une de ses dates."""

    def __init__(self, series: Sequence[str], exemple: str) -> None:
        super().__init__(
            f"C'est une série ({', '.join(series[:3])}) : dire laquelle de ses dates.",
            f"{exemple and f'Par exemple {exemple} ; '}les voir : tl prog serie fiche {series[0]}",
        )


#: Durable et petit : toute lecture à fenêtre lit toutes les séries.
SERIES = Collection(
    Genre(
        "série",
        "prog/series",
        ouvrir="tl prog serie fiche {id}",
        feminin=True,
        plutot="tl prog serie annuler {id}",
        usage=USAGE,
        verifier_chacune="prog.serie.verification:verifier",
        voisines=("espace.occupations:voisines",),
        a_faire="prog.serie.fiches:a_faire",
        dates="prog.verification:evenements_nommes",
    ),
    Serie,
)
