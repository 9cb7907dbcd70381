"""Ce qu'un champ cite, dit une fois dans son type : une fiche, quelqu'un, un public, une prose qui mentionne.

`salles: tuple[SalleCitee, ...]` suffit : de cette seule déclaration viennent la vérification des liens
cassés, qui cite quoi, et ce qu'une personne ne doit pas apprendre d'une autre.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from tiers_lieu_cli.noyau.motif import motif

#: Une personne citée dans un texte de l'archive.
CITE = motif(r"@?\b(p-[a-z0-9]{6})\b", re.ASCII)
_SOUS = "cite"
S = TypeVar("S", bound=msgspec.Struct)
_Lecteur = Callable[[Any], Iterator[tuple["Cite", str]]]


class Sorte(StrEnum):
    """Ce qu'on peut citer."""

    FICHE = "fiche"
    #: Une fiche datée, ou une date de série qui n'a pas la sienne.
    DATE = "date"
    PERSONNE = "personne"
    PUBLIC = "public"
    #: Une personne (p-…), ou un public.
    BENEFICIAIRE = "beneficiaire"
    #: Un texte libre, où l'on mentionne par @p-….
    PROSE = "prose"


class Cite(msgspec.Struct, frozen=True):
    """Ce qu'un champ cite ; `dossiers` : les genres où le chercher, aucun pour n'importe lequel.

    `sujet` : la fiche parle d'elle, et non de qui l'a écrite ou y a aidé.
    """

    sorte: Sorte
    quoi: str
    dossiers: tuple[str, ...] = ()
    sujet: bool = False


class Citation(msgspec.Struct, frozen=True):
    """Dans une fiche : ce champ de premier niveau cite `vers`."""

    champ: str
    cite: Cite
    vers: str


def cite(quoi: str, *dossiers: str, sorte: Sorte = Sorte.FICHE) -> msgspec.Meta:
    """De quoi annoter un champ qui cite ; `quoi` se lit après « n'est pas » : « une salle »."""
    return msgspec.Meta(extra={_SOUS: Cite(sorte, quoi, dossiers)})


Texte = Annotated[str, cite("un texte", sorte=Sorte.PROSE)]
PersonneCitee = Annotated[str, cite("personne du registre", sorte=Sorte.PERSONNE)]
#: De qui la fiche parle ; à qui d'autre elle nomme, elle ne se montre pas.
Sujet = Annotated[str, msgspec.Meta(extra={_SOUS: Cite(Sorte.PERSONNE, "personne du registre", sujet=True)})]
PublicCite = Annotated[str, cite("un public du lieu", sorte=Sorte.PUBLIC)]
Beneficiaire = Annotated[str, cite("une personne, ni un public du lieu", sorte=Sorte.BENEFICIAIRE)]
FicheCitee = Annotated[str, cite("une fiche du lieu")]
SalleCitee = Annotated[str, cite("une salle", "espace/salles")]
PeriodeCitee = Annotated[str, cite("une période du lieu", "espace/periodes")]
BesoinCite = Annotated[str, cite("un besoin", "accueil/besoins-en-cours", "accueil/besoins")]
OffreCitee = Annotated[str, cite("une offre", "accueil/offres-en-cours", "accueil/offres")]
IdeeCitee = Annotated[str, cite("une idée", "prog/propositions-en-cours", "prog/propositions")]
ServiceCite = Annotated[str, cite("un service", "prog/services")]
FormationCitee = Annotated[str, cite("une formation", "prog/formations")]
AgendaCite = Annotated[str, cite("un agenda suivi", "prog/reseau")]
EvenementCite = Annotated[str, cite("un événement", "prog/evenements", "prog/longs", sorte=Sorte.DATE)]
SerieCitee = Annotated[str, cite("une série", "prog/series")]
ReservationCitee = Annotated[str, cite("une réservation", "espace/reservations", sorte=Sorte.DATE)]


def citations(fiche: msgspec.Struct) -> Iterator[Citation]:
    """Tout ce que cette fiche cite, champ par champ, tableaux et parties compris."""
    for champ, lire in _lecteurs(type(fiche)):
        for quoi, vers in lire(getattr(fiche, champ)):
            yield Citation(champ, quoi, vers)


def sans_repetition(fiches: Sequence[msgspec.Struct]) -> Iterator[Citation]:
    """Tout ce que des fiches d'un même genre citent, lu une fois par valeur que prend chaque champ."""
    for champ, lire in _lecteurs(type(fiches[0])):
        dits: Iterable[Any] = map(attrgetter(champ), fiches)
        # Une table ne se compare pas : chacune se lit.
        with suppress(TypeError):
            dits = set(map(attrgetter(champ), fiches))
        yield from (Citation(champ, quoi, vers) for dit in dits for quoi, vers in lire(dit))


def personnes(fiche: msgspec.Struct) -> Iterator[str]:
    """Les identifiants des personnes que cette fiche cite."""
    return (c.vers for c in citations(fiche) if c.cite.sorte is Sorte.PERSONNE)


def declare(dit: Any) -> Cite | None:
    """Ce que ce type dit citer, seul ou dans une liste."""
    return _annote(dit) or next(filter(None, map(declare, get_args(dit))), None)


def _annote(dit: Any) -> Cite | None:
    extras = (m.extra or {} for m in getattr(dit, "__metadata__", ()) if isinstance(m, msgspec.Meta))
    return next((e[_SOUS] for e in extras if _SOUS in e), None)


def declarees(structure: type[msgspec.Struct]) -> Iterator[Cite]:
    """Tout ce que cette structure peut citer, parties comprises."""
    for dit in get_type_hints(structure, include_extras=True).values():
        yield from citees(dit)


def citees(dit: Any) -> Iterator[Cite]:
    """Tout ce que ce type peut citer, parties comprises."""
    if cite := _annote(dit):
        yield cite
    elif isinstance(dit, type) and issubclass(dit, msgspec.Struct):
        yield from declarees(dit)
    else:
        for partie in get_args(dit):
            yield from citees(partie)


def nu(dit: Any) -> Any:
    """Le même type, sans ce qu'il dit citer."""
    origine, parties = get_origin(dit), get_args(dit)
    if origine is Annotated:
        return nu(parties[0])
    if origine in (Union, types.UnionType):
        return Union[tuple(map(nu, parties))]  # noqa: UP007  (calculée)
    return origine[tuple(map(nu, parties))] if origine in (list, tuple) else dit


def sujets(fiche: msgspec.Struct) -> list[str]:
    """De qui cette fiche parle, chacun une fois."""
    dits = (c.vers for c in citations(fiche) if c.cite.sorte is Sorte.PERSONNE and c.cite.sujet)
    return list(dict.fromkeys(dits))


def champs(structure: type[msgspec.Struct]) -> tuple[str, ...]:
    """Les champs de premier niveau qui citent."""
    return tuple(champ for champ, _ in _lecteurs(structure))


@cache
def proses(structure: type[msgspec.Struct]) -> tuple[str, ...]:
    """Les champs de premier niveau où l'on écrit librement."""
    dits = get_type_hints(structure, include_extras=True)
    trouves = ((champ, _annote(dits[champ])) for champ in structure.__struct_fields__)
    return tuple(champ for champ, cite in trouves if cite and cite.sorte is Sorte.PROSE)


def suivre(fiche: S, renvois: Mapping[str, str]) -> S:
    """La même fiche, où une personne réunie à une autre porte l'identifiant de celle-ci.

    La prose garde ce qu'on y a écrit : l'écran sait nommer un ancien identifiant.
    """
    if not renvois or renvois.keys().isdisjoint(personnes(fiche)):
        return fiche
    neuve: S = _remplacer(fiche, renvois)
    return neuve


def accentuer(fiche: S, publics: Mapping[str, str]) -> S:
    """La même fiche, où un public écrit sans ses accents l'est comme le lieu l'écrit."""
    changes: dict[str, Any] = {}
    for champ in _publics(type(fiche)):
        valeur = getattr(fiche, champ)
        neuve = (
            publics.get(valeur, valeur)
            if isinstance(valeur, str)
            else tuple(dict.fromkeys(publics.get(v, v) for v in valeur))
        )
        if neuve != valeur:
            changes[champ] = neuve
    return msgspec.structs.replace(fiche, **changes) if changes else fiche


@cache
def _publics(structure: type[msgspec.Struct]) -> tuple[str, ...]:
    """Les champs de premier niveau qui disent un public, ou plusieurs."""
    dits = get_type_hints(structure, include_extras=True)
    trouves = ((champ, declare(dits[champ])) for champ in structure.__struct_fields__)
    return tuple(c for c, cite in trouves if cite and cite.sorte in (Sorte.PUBLIC, Sorte.BENEFICIAIRE))


def _remplacer(valeur: Any, renvois: Mapping[str, str]) -> Any:
    if isinstance(valeur, str):
        # Un texte qui n'est qu'un identifiant de personne ne peut être qu'elle.
        return renvois.get(valeur, valeur) if type(valeur) is str else valeur
    if isinstance(valeur, tuple):
        neufs = [_remplacer(v, renvois) for v in valeur]
        # Deux fiches d'une même personne n'en font qu'une dans une liste de gens.
        return valeur if neufs == list(valeur) else tuple(dict.fromkeys(neufs))
    if isinstance(valeur, dict):
        return {cle: _remplacer(v, renvois) for cle, v in valeur.items()}
    if isinstance(valeur, msgspec.Struct):
        dits = {champ: getattr(valeur, champ) for champ in valeur.__struct_fields__}
        neufs_dits = {champ: _remplacer(v, renvois) for champ, v in dits.items()}
        changes = {champ: v for champ, v in neufs_dits.items() if v != dits[champ]}
        return msgspec.structs.replace(valeur, **changes) if changes else valeur
    return valeur


@cache
def _lecteurs(structure: type[msgspec.Struct]) -> tuple[tuple[str, _Lecteur], ...]:
    """Par champ qui cite, de quoi lire ce qu'il cite ; cherché une fois par structure."""
    dits = get_type_hints(structure, include_extras=True)
    trouves = ((champ, _lecteur(dits[champ])) for champ in structure.__struct_fields__)
    return tuple((champ, lire) for champ, lire in trouves if lire)


def _lecteur(dit: Any) -> _Lecteur | None:
    origine, parties = get_origin(dit), get_args(dit)
    if origine is Annotated:
        dite = _annote(dit)
        return _citer(dite) if dite else _lecteur(parties[0])
    if origine in (Union, types.UnionType):
        return next(filter(None, map(_lecteur, parties)), None)
    if origine is tuple and (dedans := _lecteur(parties[0])):
        return _de_chacun(dedans)
    if origine is dict and (dedans := _lecteur(parties[1])):
        chacun = _de_chacun(dedans)
        return lambda table: chacun(table.values())
    if isinstance(dit, type) and issubclass(dit, msgspec.Struct) and _lecteurs(dit):
        return lambda partie: ((c.cite, c.vers) for c in citations(partie)) if partie else iter(())
    return None


def _de_chacun(lire: _Lecteur) -> _Lecteur:
    return lambda valeurs: (trouve for valeur in valeurs for trouve in lire(valeur))


def _citer(quoi: Cite) -> _Lecteur:
    if quoi.sorte is Sorte.PROSE:
        qui = Cite(Sorte.PERSONNE, "personne du registre")
        return lambda texte: (
            ((qui, trouve[1]) for trouve in CITE.finditer(texte)) if texte and "p-" in texte else iter(())
        )
    if quoi.sorte is Sorte.BENEFICIAIRE:
        qui = Cite(Sorte.PERSONNE, "personne du registre", sujet=True)
        public = Cite(Sorte.PUBLIC, quoi.quoi)
        return lambda mot: iter([(qui if mot.startswith("p-") else public, mot)] if mot else ())
    return lambda mot: iter([(quoi, mot)] if mot else ())
