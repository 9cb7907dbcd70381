"""Ce que des maisons publient, sans fichier ni heure : où le lire, ce qui en est valable, les tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.federation.modele import (
    DES_TABLES,
    FICHIER,
    FORMAT,
    LONGUEUR,
    Agenda,
    Donnees,
    Federation,
    Gardee,
    Nommee,
    ParPublic,
    ParSalle,
    ParTheme,
    Publiee,
    Reunie,
)
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import accorder

_OU = re.compile(r"`\$\.?([^`]*)`")
#: Ce que chaque table dit d'une maison ; `maison` est le nom sous lequel nous la suivons.
_PAR_MAISON: dict[str, type[msgspec.Struct]] = {
    "besoins": ParTheme,
    "offres": ParTheme,
    "heures": Donnees,
    "salles": ParSalle,
    "activites": ParPublic,
}
EVENEMENTS = "evenements"
#: L'agenda qu'une maison publie, à côté de ses comptes.
PROGRAMME = "programme.ics"
#: En jours, ce qu'on lit d'un agenda autour d'aujourd'hui ; la marge évite de le développer chaque jour.
AVANT, APRES, MARGE = timedelta(days=92), timedelta(days=366), timedelta(days=31)
_ENTIERS = frozenset(
    {"annee", "nombre", "minutes", "benevoles", "capacite", "prises", "ouvertes", "activites"}
)
#: Par table, ses colonnes et leur type (Parquet, DuckDB).
TABLES: dict[str, dict[str, str]] = {
    "maisons": {
        "maison": "VARCHAR",
        "nom": "VARCHAR",
        "pays": "VARCHAR",
        "commune": "VARCHAR",
        "jusqu_au": "DATE",
        "lue_le": "VARCHAR",
        "adresse": "VARCHAR",
    },
    **{
        table: {"maison": "VARCHAR"}
        | {champ: "BIGINT" if champ in _ENTIERS else "VARCHAR" for champ in structure.__struct_fields__}
        for table, structure in _PAR_MAISON.items()
    },
    EVENEMENTS: {
        "maison": "VARCHAR",
        "uid": "VARCHAR",
        "titre": "VARCHAR",
        "debut": "TIMESTAMP",
        "fin": "TIMESTAMP",
        "lieu": "VARCHAR",
        "annule": "BOOLEAN",
    },
}


class Refusee(Echec):
    """Ce n'est pas ce qu'une maison publie."""

    def __init__(self, fait: str) -> None:
        super().__init__(f"ce qu'elle publie {fait}.", "La prévenir : elle refait « tl site ».")


class _Forme(msgspec.Struct):
    format: int = 0


class Etat(StrEnum):
    """Ce que donne une lecture."""

    NEUVE = "neuve"
    CHANGEE = "changee"
    INCHANGEE = "inchangee"
    #: Elle est sur le réseau, et l'on n'y est pas allé.
    LAISSEE = "laissee"
    PANNE = "panne"


class Lecture(msgspec.Struct, frozen=True):
    """Ce qu'une maison a donné ; `panne` : pourquoi elle n'a pu être lue ; `gardee` : on en a une version.

    `laisses` : de son agenda, ce qui ne s'est pas compris.
    """

    id: str
    etat: Etat
    panne: str = ""
    gardee: bool = True
    laisses: int = 0


def ou_lire(source: str) -> str:
    """Le fichier d'une source : elle-même, ou celui que son site ou son dossier contient."""
    return source if source.endswith(".json") else f"{source.rstrip('/')}/{FICHIER}"


def ou_lire_l_agenda(source: str) -> str:
    """L'agenda d'une source, que `tl site` met à côté de ses comptes."""
    return f"{ou_lire(source).rpartition('/')[0]}/{PROGRAMME}"


def fenetre(aujourdhui: date) -> Creneau:
    """Ce qu'on réunit des agendas : de trois mois en arrière à un an devant."""
    return Creneau.de_jours(aujourdhui - AVANT, aujourdhui + APRES)


def lisible(texte: str) -> str:
    """Le texte sur une ligne, sans rien d'invisible, à la longueur que la forme permet."""
    return " ".join("".join(x if x.isprintable() else " " for x in texte).split())[:LONGUEUR].rstrip()


def comprendre(octets: bytes) -> Publiee:
    """Ce que ces octets publient, et rien d'autre de ce qu'ils contiennent ; `Refusee` sinon."""
    try:
        # D'abord la forme : une plus récente peut n'avoir rien d'autre en commun.
        if msgspec.json.decode(octets, type=_Forme).format > FORMAT:
            raise Refusee("est d'une forme plus récente que cet outil n'en lit")
        return msgspec.json.decode(octets, type=Publiee)
    except msgspec.ValidationError as faute:
        ou = _OU.search(str(faute))
        raise Refusee(f"ne suit pas le schéma{f' ({ou[1]})' if ou and ou[1] else ''}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        page = octets.lstrip()[:1] == b"<"
        quoi = "est une page web, non un fichier de la fédération" if page else "n'est pas du JSON"
        raise Refusee(quoi) from None


def reunir(
    gardees: Mapping[str, Gardee | Federation], agendas: Mapping[str, Agenda] | None = None
) -> dict[str, Reunie]:
    """Chaque maison une fois : celles qu'on suit, puis celles que seule une fédération suit.

    Une maison est la même si son adresse est la même ou, faute d'une des deux, son nom et sa commune. Que
    deux fédérations la suivent, la plus récente compte ; à égalité, la moins indirecte.
    """
    reunies = {
        ident: Reunie(
            adresse=g.source if "://" in g.source else "",
            lue_le=g.lue_le,
            publiee=g.publiee,
            evenements=agendas[ident].evenements if agendas and ident in agendas else (),
        )
        for ident, g in gardees.items()
        if isinstance(g, Gardee)
    }
    connues = _Connues(reunies.values())
    ailleurs = [
        (f"{ident}/{nom}", reunie)
        for ident, g in gardees.items()
        if isinstance(g, Federation)
        for nom, reunie in g.maisons.items()
    ]
    ailleurs.sort(key=lambda x: (-x[1].publiee.jusqu_au.toordinal(), x[0].count("/"), x[0]))
    for nom, reunie in ailleurs:
        if not connues.a_deja(reunie):
            reunies[nom] = reunie
            connues.ajouter(reunie)
    return reunies


def apports(gardees: Mapping[str, Gardee | Federation], reunies: Mapping[str, Reunie]) -> dict[str, str]:
    """Par fédération, ce qu'elle apporte : « 512 maisons, dont 3 déjà lues ailleurs »."""
    dits = {}
    for ident, g in sorted(gardees.items()):
        if isinstance(g, Federation):
            deja = sum(f"{ident}/{nom}" not in reunies for nom in g.maisons)
            reste = f", dont {deja} déjà lue{'s' * (deja > 1)} ailleurs" if deja else ""
            dits[ident] = f"{accorder(len(g.maisons), 'maison')}{reste}"
    return dits


class _Connues:
    """Les maisons déjà réunies : par adresse, et par nom, avec les adresses de celles qui le portent."""

    def __init__(self, reunies: Iterable[Reunie]) -> None:
        self._adresses: set[str] = set()
        self._noms: dict[tuple[str, ...], set[str]] = {}
        for reunie in reunies:
            self.ajouter(reunie)

    def ajouter(self, reunie: Reunie) -> None:
        """Celle-ci y est."""
        adresse = _meme_adresse(reunie.adresse)
        self._adresses.add(adresse)
        self._noms.setdefault(_qui(reunie), set()).add(adresse)

    def a_deja(self, reunie: Reunie) -> bool:
        """Y est-elle, sous quelque nom ?"""
        adresse, homonymes = _meme_adresse(reunie.adresse), self._noms.get(_qui(reunie), set())
        return (
            bool(adresse and adresse in self._adresses) or bool(homonymes and not adresse) or "" in homonymes
        )


def _meme_adresse(adresse: str) -> str:
    """L'adresse sans ce qui ne change rien : les capitales de l'hôte, la barre, le fichier même."""
    sans_fichier = adresse.removesuffix(f"/{FICHIER}").rstrip("/")
    protocole, barres, reste = sans_fichier.partition("://")
    hote, barre, chemin = reste.partition("/")
    return f"{protocole}{barres}{hote.lower()}{barre}{chemin}"


def _qui(reunie: Reunie) -> tuple[str, ...]:
    p = reunie.publiee
    return p.pays, p.commune.casefold(), p.nom.casefold()


def tables(reunies: Mapping[str, Reunie], du_au: Creneau | None = None) -> dict[str, list[dict[str, Any]]]:
    """Par table, ses lignes, maison par maison dans l'ordre de leurs noms ; des agendas, ce créneau seul."""
    lignes: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for ident, reunie in sorted(reunies.items()):
        p = reunie.publiee
        lignes["maisons"].append(
            {
                "maison": ident,
                "nom": p.nom,
                "pays": p.pays,
                "commune": p.commune,
                "jusqu_au": p.jusqu_au,
                "lue_le": reunie.lue_le,
                "adresse": reunie.adresse or None,
            }
        )
        for table in _PAR_MAISON:
            dites: Iterable[msgspec.Struct] = getattr(p, table)
            lignes[table] += ({"maison": ident, **msgspec.structs.asdict(dite)} for dite in dites)
        lignes[EVENEMENTS] += (
            {"maison": ident, **msgspec.structs.asdict(e)}
            for e in reunie.evenements
            if du_au is None or (e.debut < du_au.fin and e.fin > du_au.debut)
        )
    return lignes


def des_tables(lignes: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, Reunie]:
    """L'inverse de `tables`, pour des tables venues d'ailleurs ; `Refusee` si l'une ne suit pas la forme."""
    maisons: dict[str, dict[str, Any]] = {}
    for ligne in lignes["maisons"]:
        if ligne["maison"] in maisons:
            raise Refusee(f"nomme deux fois une maison ({DES_TABLES})")
        maisons[ligne["maison"]] = ligne | {table: [] for table in (*_PAR_MAISON, EVENEMENTS)}
    for table in (*_PAR_MAISON, EVENEMENTS):
        for ligne in lignes[table]:
            if ligne["maison"] not in maisons:
                raise Refusee(f"parle d'une maison qui n'y est pas ({table}.parquet)")
            maisons[ligne["maison"]][table].append(ligne)
    try:
        return {
            msgspec.convert(nom, Nommee): msgspec.convert(
                {
                    "adresse": dite["adresse"] or "",
                    "lue_le": dite["lue_le"],
                    "publiee": dite,
                    EVENEMENTS: dite[EVENEMENTS],
                },
                Reunie,
            )
            for nom, dite in maisons.items()
        }
    except msgspec.ValidationError as faute:
        ou = _OU.search(str(faute))
        raise Refusee(f"ne suit pas le schéma{f' ({ou[1]})' if ou and ou[1] else ''}") from None


#: Comment se dit chaque état, d'une maison puis d'un agenda.
_DITS = {
    Etat.NEUVE: ("neuve", "neuf"),
    Etat.CHANGEE: ("changée", "changé"),
    Etat.INCHANGEE: ("inchangée", "inchangé"),
    Etat.LAISSEE: ("laissée sur le réseau", "laissé sur le réseau"),
}


def compter(lectures: Sequence[Lecture], quoi: str = "maison") -> str:
    """« 1000 maisons : 12 neuves, 34 changées, 951 inchangées, 3 en panne » ; ou des agendas."""
    morceaux = []
    for etat, mots in _DITS.items():
        if n := sum(lecture.etat is etat for lecture in lectures):
            premier, espace, reste = mots[quoi != "maison"].partition(" ")
            morceaux.append(f"{accorder(n, premier)}{espace}{reste}")
    if n := sum(lecture.etat is Etat.PANNE for lecture in lectures):
        morceaux.append(f"{n} en panne")
    return f"{accorder(len(lectures), quoi)} : {', '.join(morceaux)}"
