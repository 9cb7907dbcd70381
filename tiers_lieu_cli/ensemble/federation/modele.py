"""Ce qu'une maison publie d'elle pour les autres ; les maisons qu'on suit, et ce qu'on a lu d'elles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.liens import cite
from tiers_lieu_cli.noyau.temps.temps import Creneau

#: Le numéro de la forme publiée ; une forme plus récente est refusée, un champ de plus est laissé.
FORMAT = 1
#: Le fichier du site, et ce à quoi on le reconnaît.
FICHIER, MARQUE = "federation.json", "tiers-lieu-cli/federation"
#: Ce qu'une maison peut dire, au plus, dans une table : cent fois une grande maison.
LIGNES = 2000
#: Ce qu'un agenda dit de dates, au plus, dans la fenêtre qu'on en lit : dix par jour.
DATES = 5000
#: Par quoi finit la source d'une fédération : des tables comme les nôtres, à côté de celle-ci.
DES_TABLES = "maisons.parquet"

#: En caractères, ce qu'un nom ou un thème a au plus.
LONGUEUR = 120
#: Ce qui se voit, sur une ligne : rien qui pilote un écran ni ne retourne un texte.
Mot = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+\Z",
        max_length=LONGUEUR,
    ),
]
Annee = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
Nombre = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]


class ParTheme(msgspec.Struct, frozen=True):
    """Des besoins entendus, ou des offres, d'un thème ; arrondis à cinq."""

    annee: Annee
    theme: Mot
    nombre: Nombre


class Donnees(msgspec.Struct, frozen=True):
    """Les heures données, en minutes, et par combien de bénévoles ; `None` : tu."""

    annee: Annee
    minutes: Nombre | None = None
    benevoles: Nombre | None = None


class ParSalle(msgspec.Struct, frozen=True):
    """L'usage d'une salle : des minutes prises pendant l'ouverture, sur des minutes ouvertes.

    `capacite` 0 : non dite. Une salle faite d'autres n'y est pas : celles-ci y sont déjà.
    """

    annee: Annee
    salle: Mot
    nom: Mot
    capacite: Nombre
    prises: Nombre
    ouvertes: Nombre


class ParPublic(msgspec.Struct, frozen=True):
    """Les activités tenues pour un public ; une activité pour deux publics compte dans chacun."""

    annee: Annee
    public: Mot
    activites: Nombre


class Publiee(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'une maison publie, par année, de janvier au dernier mois fini (`jusqu_au`) : sans personne.

    Un compte de gens est arrondi à cinq, ou absent (docs/decisions/0013-bilans-publics.md).
    """

    genre: Literal["tiers-lieu-cli/federation"] = "tiers-lieu-cli/federation"
    format: Annotated[int, msgspec.Meta(ge=1)] = FORMAT
    nom: Mot
    pays: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
    commune: Mot
    jusqu_au: date
    besoins: Annotated[tuple[ParTheme, ...], msgspec.Meta(max_length=LIGNES)] = ()
    offres: Annotated[tuple[ParTheme, ...], msgspec.Meta(max_length=LIGNES)] = ()
    heures: Annotated[tuple[Donnees, ...], msgspec.Meta(max_length=LIGNES)] = ()
    salles: Annotated[tuple[ParSalle, ...], msgspec.Meta(max_length=LIGNES)] = ()
    activites: Annotated[tuple[ParPublic, ...], msgspec.Meta(max_length=LIGNES)] = ()

    def __post_init__(self) -> None:
        # Un compte dit deux fois compterait double.
        cles = (
            [(x.annee, x.theme) for x in self.besoins],
            [(x.annee, x.theme) for x in self.offres],
            [x.annee for x in self.heures],
            [(x.annee, x.salle) for x in self.salles],
            [(x.annee, x.public) for x in self.activites],
        )
        if any(len(set(dites)) < len(dites) for dites in cles):
            raise ValueError("la même ligne est dite deux fois")


class Maison(Fiche, frozen=True):
    """Une maison qu'on suit, ou une fédération qui en suit d'autres.

    `source` : l'adresse https de son site, ou un dossier, ou le fichier même ; d'une fédération, celle de
    sa table `maisons.parquet`.
    """

    nom: str
    source: str

    @property
    def en_suit_d_autres(self) -> bool:
        """Est-ce une fédération, qui publie ses tables ?"""
        return self.source.endswith(DES_TABLES)


MAISONS = Collection(
    Genre(
        "maison suivie",
        "federation/maisons",
        ouvrir="tl federation liste",
        pluriel="maisons suivies",
        feminin=True,
    ),
    Maison,
)


MaisonCitee = Annotated[str, cite("une maison suivie", "federation/maisons")]


class Gardee(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on garde d'une maison, et de quoi ne pas la redemander pour rien ; `lue_le` : heure murale."""

    source: str
    etag: str = ""
    modifie: str = ""
    lue_le: str
    publiee: Publiee


#: Le nom d'une maison dans des tables : le sien, ou « fédération/le sien » s'il vient d'une autre.
Nommee = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9-]+(/[a-z0-9-]+)*\Z", max_length=LONGUEUR)]
#: L'adresse d'un site, telle que l'outil l'admet (`telechargement.adresse_permise`), ou rien.
Adresse = Annotated[str, msgspec.Meta(pattern=r"\A(https?://[!-~]+)?\Z", max_length=2000)]
Mural = Annotated[datetime, msgspec.Meta(tz=False)]
Moment = Annotated[str, msgspec.Meta(pattern=r"\A\d{4}-\d\d-\d\dT\d\d:\d\d\Z")]


class Evenement(msgspec.Struct, frozen=True, kw_only=True):
    """Une date d'un agenda publié, de `debut` inclus à `fin` exclue (les mêmes : un instant).

    Aux heures murales de qui lit. Une journée entière va de minuit à minuit ; une série y est date par date.
    """

    uid: Mot
    titre: Mot
    debut: Mural
    fin: Mural
    lieu: Mot | None = None
    annule: bool = False


class Agenda(msgspec.Struct, frozen=True, kw_only=True):
    """L'agenda qu'on garde d'une maison, développé jusqu'à `au` ; `laisses` : ce qui ne s'y lit pas."""

    source: str
    etag: str = ""
    modifie: str = ""
    lue_le: str
    au: date
    evenements: tuple[Evenement, ...]
    laisses: int = 0


class Lot(msgspec.Struct, frozen=True):
    """Des agendas à lire dans un autre processus ; `fuseau` et `fenetre` : ceux de qui lit."""

    agendas: tuple[bytes, ...]
    fuseau: str
    fenetre: Creneau


class Lu(msgspec.Struct, frozen=True):
    """Les dates d'un agenda, ou pourquoi il n'a pu être lu."""

    evenements: tuple[Evenement, ...] = ()
    laisses: int = 0
    refus: str = ""


class Reunie(msgspec.Struct, frozen=True, kw_only=True):
    """Une maison dans les tables. `adresse` : où on la lit, si c'est sur le réseau ; `lue_le` : murale."""

    adresse: Adresse = ""
    lue_le: Moment
    publiee: Publiee
    evenements: Annotated[tuple[Evenement, ...], msgspec.Meta(max_length=DATES)] = ()


class Federation(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on garde d'une fédération ; `validateurs` : par table, son ETag et sa date."""

    source: str
    validateurs: dict[str, tuple[str, str]] = {}
    lue_le: str
    maisons: dict[Nommee, Reunie]
