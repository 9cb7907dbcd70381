"""Lire un agenda venu d'ailleurs, dans un autre processus : il peut être faux, démesuré ou hostile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from msgspec import field, structs

from tiers_lieu_cli.noyau import borne
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps.recurrence import Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import Creneau, ecrire_bornes

#: Un agenda ordinaire fait quelques dizaines de Kio.
TAILLE_MAXIMALE = 4 * 1024 * 1024
DELAI = 20.0
_LECTEUR = "tiers_lieu_cli.noyau.agenda.lecteur_ics"
_TRES_TOT, _TRES_TARD = date(1600, 1, 1), date(2300, 1, 1)


class AgendaRefuse(Echec):
    """Ce fichier ne peut pas être lu comme un agenda."""

    def __init__(
        self, nom: str, fait: str, remede: str = "Demander un autre export à qui l'a envoyé."
    ) -> None:
        super().__init__(f"{nom} {fait}.", remede)


class Dit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ce qu'un agenda dit d'un événement ou d'une série. (`uid`, `occurrence`) le retrouve toujours.

    `occurrence` : vide, ou le début prévu à l'heure du lieu (RECURRENCE-ID, RFC 5545 § 3.8.4.4), qui ne
    change pas quand on déplace la date ; ou, quand l'UID ne dit rien, le début. `version` : SEQUENCE, puis
    DTSTAMP. `douteux` : seul son titre le dit annulé (Outlook). `interne` : CLASS n'est pas PUBLIC.
    `suivantes` : il vaut aussi pour les dates d'après (RANGE=THISANDFUTURE) d'une série qu'on ne lit pas là.
    """

    uid: str
    occurrence: str = ""
    version: tuple[int, str] = (0, "")
    titre: str = ""
    description: str = ""
    lieu: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    annule: bool = False
    douteux: bool = False
    interne: bool = False
    brouillon: bool = False
    suivantes: bool = False


class EvenementLu(Dit, frozen=True):
    """Un événement, aux heures du lieu. `orphelin` : la date d'une série qui n'est pas dans le fichier.

    `message` : un avis d'annulation (METHOD:CANCEL), qui n'a pas à redire ce qu'il annule.
    """

    creneau: Creneau
    orphelin: bool = False
    message: bool = False


class SerieLue(Dit, frozen=True):
    """Une série et ses exceptions. `a_part` : par clé de date, celles qui ont leur propre contenu.

    `versions` : celles de toutes ses exceptions. `suite` : « celle-ci et les suivantes », détachées de la
    série de même UID qui la précède.
    """

    recurrence: Recurrence
    a_part: dict[str, EvenementLu] = field(default_factory=dict)
    versions: dict[str, tuple[int, str]] = field(default_factory=dict)
    suite: bool = False


class Annulation(Dit, frozen=True):
    """Ce qu'un agenda annule sans le redire (METHOD:CANCEL, RFC 5546 § 3.2.5)."""


class AgendaLu(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui a pu être lu ; en phrases : `laisses`, ce qui est resté dehors, `avis`, ce qu'il faut savoir."""

    nom: str = ""
    evenements: tuple[EvenementLu, ...] = ()
    series: tuple[SerieLue, ...] = ()
    annulations: tuple[Annulation, ...] = ()
    laisses: tuple[str, ...] = ()
    avis: tuple[str, ...] = ()


class Reponse(AgendaLu, frozen=True):
    """Ce que le processus répond : l'agenda, ou pourquoi il n'a pu être lu."""

    refus: str = ""


class Demande(msgspec.Struct, frozen=True):
    """Ce que le processus doit savoir du lieu."""

    fuseau: str


def lire_agenda(octets: bytes, *, nom_du_fichier: str, fuseau: ZoneInfo, delai: float = DELAI) -> AgendaLu:
    """Lire un .ics en entier ; `AgendaRefuse` s'il ne peut être lu."""
    if len(octets) > TAILLE_MAXIMALE:
        raise AgendaRefuse(nom_du_fichier, f"dépasse {TAILLE_MAXIMALE // 1024 // 1024} Mio")
    demande = msgspec.json.encode(Demande(fuseau.key))
    try:
        sortie = borne.executer(_LECTEUR, demande + b"\n" + octets, delai=delai)
        reponse = msgspec.json.decode(sortie, type=Reponse)
    except (borne.Depassement, msgspec.DecodeError):
        raise AgendaRefuse(nom_du_fichier, "demande trop de temps ou de mémoire pour être lu") from None
    if reponse.refus:
        raise AgendaRefuse(nom_du_fichier, reponse.refus)
    return AgendaLu(**{nom: getattr(reponse, nom) for nom in AgendaLu.__struct_fields__})


def reunir(nom: str, agendas: list[AgendaLu]) -> AgendaLu:
    """Plusieurs fichiers d'une même source, en un seul."""
    autres = ("evenements", "series", "annulations", "laisses", "avis")
    return AgendaLu(nom=nom, **{n: tuple(v for a in agendas for v in getattr(a, n)) for n in autres})


def restreindre(agenda: AgendaLu, du: date | None, au: date | None) -> AgendaLu:
    """Ce qui a lieu, au moins en partie, entre ces jours ; une série y est entière ou n'y est pas."""
    if du is None and au is None:
        return agenda
    fenetre = Creneau.de_jours(du or _TRES_TOT, au or _TRES_TARD)
    return structs.replace(
        agenda,
        evenements=tuple(e for e in agenda.evenements if e.creneau.chevauche(fenetre)),
        series=tuple(s for s in agenda.series if _touche(s, fenetre)),
    )


def _touche(serie: SerieLue, fenetre: Creneau) -> bool:
    if any(e.creneau.chevauche(fenetre) for e in serie.a_part.values()):
        return True
    premier = max(fenetre.premier_jour, date.fromisoformat(serie.recurrence.du))
    dernier = min(fenetre.dernier_jour, premier + recurrence.HORIZON)
    return premier <= dernier and bool(
        recurrence.occurrences(serie.recurrence, Creneau.de_jours(premier, dernier))
    )


def developper(agenda: AgendaLu, fenetre: Creneau) -> Iterator[EvenementLu]:
    """Chaque date de la fenêtre, une à une : pour qui ne garde que des dates."""
    for e in agenda.evenements:
        if e.creneau.chevauche(fenetre):
            yield e
    for s in agenda.series:
        communs = {nom: getattr(s, nom) for nom in Dit.__struct_fields__ if nom != "annule"}
        for o in recurrence.occurrences(s.recurrence, fenetre):
            prevue = recurrence.prevue(s.recurrence, o.cle)
            if o.cle in s.a_part or prevue is None:
                continue
            debut, _ = ecrire_bornes(prevue.creneau)
            annule = s.annule or bool(o.ecart and o.ecart.quoi is Quoi.ANNULE)
            yield EvenementLu(**{**communs, "occurrence": debut}, creneau=o.creneau, annule=annule)
        yield from (e for e in s.a_part.values() if e.creneau.chevauche(fenetre))
