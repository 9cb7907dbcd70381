"""La vie d'une salle : ce qui la prend, la ferme, l'abîme ; ses clés, et ce qu'on en a noté."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from tiers_lieu_cli.espace.cle import fiches as cles
from tiers_lieu_cli.espace.cle import regles as des_cles
from tiers_lieu_cli.espace.cle.modele import CLES, Sorte
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, Entretien
from tiers_lieu_cli.espace.modele import Salle
from tiers_lieu_cli.espace.planning import fiches as planning
from tiers_lieu_cli.espace.regles import FERMEE
from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import Montre, clef


class Prise(msgspec.Struct, frozen=True, kw_only=True):
    """Un temps où elle est prise, ou fermée ; `par` : la salle qui la prend avec elle."""

    id: str
    debut: datetime
    fin: datetime
    quand: Montre
    titre: str
    pour: str = ""
    nature: str = ""
    par: str = ""


class CleDeLaSalle(msgspec.Struct, frozen=True, kw_only=True):
    """Une clé qui l'ouvre, et chez qui elle est."""

    id: str
    nom: str
    ici: int
    chez: tuple[str, ...]


class Panne(msgspec.Struct, frozen=True, kw_only=True):
    """Une panne ou un entretien de cette salle."""

    id: str
    titre: str
    sorte: str
    depuis: str
    hors_service: bool


class Notee(msgspec.Struct, frozen=True, kw_only=True):
    """Une note qui parle d'elle."""

    id: str
    moment: datetime
    texte: str


class Vie(msgspec.Struct, frozen=True, kw_only=True):
    """Tout cela, pendant un temps."""

    salle: str
    nom: str
    du: str
    au: str
    prises: tuple[Prise, ...]
    fermee: tuple[Prise, ...]
    pannes: tuple[Panne, ...]
    cles: tuple[CleDeLaSalle, ...]
    notes: tuple[Notee, ...]


def vie(arbre: Arbre, salle: Salle, fenetre: Creneau, maintenant: datetime) -> Vie:
    """Ce qui arrive à cette salle dans la fenêtre."""
    prises = list(_prises(arbre, salle, fenetre, maintenant))
    return Vie(
        salle=salle.id,
        nom=salle.nom,
        du=str(fenetre.premier_jour),
        au=str(fenetre.dernier_jour),
        prises=tuple(p for p in prises if p.nature != FERMEE),
        fermee=tuple(p for p in prises if p.nature == FERMEE),
        pannes=tuple(_pannes(arbre, salle, fenetre)),
        cles=tuple(_cles(arbre, salle)),
        notes=tuple(_notes(arbre, salle, fenetre)),
    )


def _prises(arbre: Arbre, salle: Salle, fenetre: Creneau, maintenant: datetime) -> Iterator[Prise]:
    graphe, toutes = planning.de_la_fenetre(arbre, fenetre, maintenant)
    genees = graphe.genees(salle.id)
    jour = maintenant.date()
    for o in sorted(toutes, key=lambda o: (o.annonce.debut, o.id)):
        if o.salle not in genees or not o.creneau.chevauche(fenetre):
            continue
        promesse = planning.promesse_de(arbre, o.id) if o.nature != FERMEE else None
        yield Prise(
            id=o.id,
            debut=o.annonce.debut,
            fin=o.annonce.fin,
            quand=temps.dire_creneau(o.annonce, jour),
            titre=o.titre,
            pour=promesse.pour if promesse else "",
            nature=o.nature,
            par="" if o.salle == salle.id else graphe.nom(o.salle),
        )


def _pannes(arbre: Arbre, salle: Salle, fenetre: Creneau) -> Iterator[Panne]:
    """Ce qui est à réparer ou à entretenir, et ce qui est né dans la fenêtre et fut réparé."""
    finis = FINIS.des_mois(arbre, fenetre.premier_jour, fenetre.dernier_jour).fiches
    lus: tuple[Entretien, ...] = (*ENTRETIENS.toutes(arbre).fiches, *finis)
    for e in sorted(lus, key=lambda e: (e.depuis, e.id)):
        if e.salle == salle.id and e.depuis <= fenetre.dernier_jour:
            yield Panne(
                id=e.id, titre=e.titre, sorte=e.sorte, depuis=str(e.depuis), hors_service=e.hors_service
            )


def _cles(arbre: Arbre, salle: Salle) -> Iterator[CleDeLaSalle]:
    pretees = cles.pretees(arbre)
    for cle in CLES.toutes(arbre).fiches:
        if salle.id in cle.ouvre and not cle.retiree:
            dehors = des_cles.de_la_cle(pretees, cle.id)
            ici = 0 if cle.sorte is Sorte.CODE else max(0, cle.exemplaires - len(dehors))
            yield CleDeLaSalle(id=cle.id, nom=cle.nom, ici=ici, chez=tuple(p.detenteur for p in dehors))


def _notes(arbre: Arbre, salle: Salle, fenetre: Creneau) -> Iterator[Notee]:
    """Les notes qui la citent, ou disent son nom."""
    noms = {f"-{clef(salle.nom)}-", f"-{salle.id}-"}
    for note in NOTES.des_mois(arbre, fenetre.premier_jour, fenetre.dernier_jour).fiches:
        dit = f"-{clef(note.texte)}-"
        if salle.id in note.liens or any(nom in dit for nom in noms):
            yield Notee(id=note.id, moment=note.instant, texte=note.texte)
