"""`tl federation lire` : réunir dans un dossier ce que les maisons suivies publient."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from tiers_lieu_cli.ensemble.federation import agendas, regles, tables
from tiers_lieu_cli.ensemble.federation.modele import MAISONS, Agenda, Maison, MaisonCitee
from tiers_lieu_cli.ensemble.federation.prendre import (
    FEDERATION,
    dossier,
    gardees,
    oublier_les_autres,
    prendre,
)
from tiers_lieu_cli.ensemble.federation.regles import Etat, Lecture
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import INTERNE
from tiers_lieu_cli.noyau.texte import accorder

P = TypeVar("P")
app = Application()
#: Combien de pannes l'écran nomme ; toutes sont dans --json.
NOMMEES = 12


@app.lit("lire")
def lire(
    c: Contexte,
    maisons: Annotated[
        list[MaisonCitee] | None, typer.Argument(metavar="[ID]", help="Des maisons ; toutes sinon.")
    ] = None,
    telechargement: Annotated[
        bool, typer.Option("--telecharger", help="Aller sur le réseau pour celles qui y sont.")
    ] = False,
    programmes: Annotated[
        bool, typer.Option("--agendas", help="Prendre aussi l'agenda que chacune publie.")
    ] = False,
    vers: Annotated[
        Path | None,
        typer.Option("--vers", metavar="DOSSIER", help="Où les réunir ; sinon, interne/federation."),
    ] = None,
    json: Json = False,
) -> None:
    """Réunir ce que les maisons suivies publient : des comptes sans personne (docs/federation.md).

    Relancer ne redemande que ce qui a changé, et reprend ce qu'une coupure a laissé. Une maison en panne est
    dite, garde sa dernière version, et n'empêche pas les autres.

    Exemples :
        tl federation lire --telecharger --agendas
        tl federation lire le-moulin --vers ~/federation
    """
    tables.exiger()
    suivies = MAISONS.toutes(c.arbre).fiches
    if not suivies:
        _tout_oublier(c, vers, json=json)
        return
    voulues = [MAISONS.exiger(c.arbre, mot) for mot in maisons or ()] or list(suivies)
    ou = dossier(c, vers)
    lues = gardees(ou, suivies)
    lectures = _suivre(c, "Lire", len(voulues), prendre(c, ou, voulues, dict(lues), telechargement), lues)
    # Qui n'est plus suivi part, même si rien d'autre ne se lit.
    otees = oublier_les_autres(ou, suivies)
    if not lues:
        if otees:
            tables.ecrire(ou, regles.tables(regles.reunir({}, {}), regles.fenetre(c.horloge.aujourdhui())))
        raise Echec("\n".join([*_pannes(lectures), "Aucune maison n'a pu être lue."]), _remede(lectures))
    lus = agendas.gardes(ou, suivies)
    des_agendas = _les_agendas(c, ou, voulues, lectures, lus, telechargement) if programmes else []
    reunies = regles.reunir(lues, lus)
    lignes = regles.tables(reunies, regles.fenetre(c.horloge.aujourdhui()))
    tables.ecrire(ou, lignes)
    comptes = {table: len(dites) for table, dites in lignes.items()}
    if json:
        c.ecran.json({"dossier": str(ou), "maisons": lectures, "agendas": des_agendas, "tables": comptes})
        return
    c.ecran.dire(f"{regles.compter(lectures)}.")
    for phrase in _pannes(lectures):
        c.ecran.dire(f"  ! {phrase}")
    if des_agendas:
        c.ecran.dire(f"{regles.compter(des_agendas, 'agenda')}.")
    for phrase in (*_pannes(des_agendas), *_laisses(des_agendas)):
        c.ecran.dire(f"  ! {phrase}")
    if remede := _remede([*lectures, *des_agendas]):
        c.ecran.dire(f"  {remede}")
    for ident, combien in regles.apports(lues, reunies).items():
        c.ecran.dire(f"  {ident} : {combien}")
    dits = ", ".join(f"{table} {n}" for table, n in comptes.items() if n)
    c.ecran.dire(f"{vers or f'{INTERNE}/{FEDERATION}'}, en lignes : {dits}.")
    c.ecran.dire("  Les interroger : docs/federation.md")


def _tout_oublier(c: Contexte, vers: Path | None, *, json: bool) -> None:
    """Plus aucune maison n'est suivie : ce qu'on avait lu d'elles part. `ErreurUsage` s'il n'y a rien."""
    ou = vers or c.lieu.racine / INTERNE / FEDERATION
    if not ou.is_dir() or not oublier_les_autres(ou := dossier(c, vers), ()):
        raise ErreurUsage(
            "Aucune maison n'est suivie.",
            'En suivre une : tl federation creer "Le Moulin" https://moulin.example',
        )
    lignes = regles.tables(regles.reunir({}, {}), regles.fenetre(c.horloge.aujourdhui()))
    tables.ecrire(ou, lignes)
    if json:
        vides = {table: len(dites) for table, dites in lignes.items()}
        c.ecran.json({"dossier": str(ou), "maisons": [], "agendas": [], "tables": vides})
        return
    c.ecran.dire("Plus aucune maison n'est suivie : ce qu'on avait lu d'elles est ôté.")


def _les_agendas(
    c: Contexte,
    ou: Path,
    voulues: list[Maison],
    lectures: list[Lecture],
    lus: dict[str, Agenda],
    telechargement: bool,
) -> list[Lecture]:
    """Ceux des maisons qu'on vient de lire ; une fédération les a dans ses tables."""
    en_panne = {lecture.id for lecture in lectures if lecture.etat is Etat.PANNE}
    a_lire = [m for m in voulues if m.id not in en_panne and not m.en_suit_d_autres]
    pris = agendas.prendre(c, ou, a_lire, dict(lus), telechargement)
    return _suivre(c, "Agendas", len(a_lire), pris, lus)


def _suivre(
    c: Contexte, quoi: str, combien: int, pris: Iterable[tuple[Lecture, P | None]], gardees: dict[str, P]
) -> list[Lecture]:
    """Recueillir ce qui arrive, en montrant où l'on en est ; ce qui s'en garde va dans `gardees`."""
    lectures = []
    with c.ecran.transport() as avancer:
        for rang, (lecture, gardee) in enumerate(pris, start=1):
            lectures.append(lecture)
            if gardee:
                gardees[lecture.id] = gardee
            if avancer:
                avancer(quoi, rang, combien)
    return lectures


def _laisses(lectures: list[Lecture]) -> list[str]:
    """Ce qui ne se comprend pas dans les agendas, en une phrase."""
    chez = [lecture for lecture in lectures if lecture.laisses]
    combien = sum(lecture.laisses for lecture in chez)
    return [
        f"{accorder(combien, 'événement')} qui ne se lisent pas, dans {accorder(len(chez), 'agenda')}."
    ] * bool(chez)


def _pannes(lectures: list[Lecture]) -> list[str]:
    """Celles qu'on n'a pas pu lire, et si l'on garde d'elles une version."""
    en_panne = sorted((p for p in lectures if p.etat is Etat.PANNE), key=lambda p: p.id)
    dites = [
        f"{p.id} : {p.panne}{' Sa dernière version reste.' if p.gardee else ''}" for p in en_panne[:NOMMEES]
    ]
    reste = len(en_panne) - NOMMEES
    return [*dites, f"et {accorder(reste, 'autre')} (--json les dit)."] if reste > 0 else dites


def _remede(lectures: list[Lecture]) -> str:
    etats = {lecture.etat for lecture in lectures}
    if Etat.LAISSEE in etats:
        return "L'outil ne va sur le réseau que si on le dit : tl federation lire --telecharger"
    return "Réessayer plus tard ; si cela dure, prévenir la maison." if Etat.PANNE in etats else ""
