"""Ce que l'accueil vérifie : ce que ses fiches citent existe, chacune est rangée où son état la met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Annonce
from tiers_lieu_cli.accueil.bienvenue import fiches as bienvenues
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS, ident_de
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens.personnes import cites

A = TypeVar("A", bound=Annonce)


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Les personnes, publics, événements, besoins et offres cités existent."""
    yield from _faits(fonds)
    yield from _habilitations(fonds)
    yield from _annonces(fonds, BESOINS)
    yield from _annonces(fonds, OFFRES)
    yield from _accompagnement(fonds)
    yield from _parcours(fonds)
    yield from fonds.mal_rangees(LIENS)
    for rangement in LIENS.rangements:
        for lien in fonds.toutes(rangement):
            yield from fonds.liens_casses(rangement, lien.id, [lien.besoin], fonds.idents, "un besoin")
            yield from fonds.liens_casses(rangement, lien.id, [lien.offre], fonds.idents, "une offre")
            yield from fonds.inconnues(rangement, lien.id, {*lien.personnes, *lien.accords})


def _accompagnement(fonds: Fonds) -> Iterator[Constat]:
    yield from fonds.mal_rangees(BIENVENUES)
    yield from fonds.mal_rangees(SUIVIS)
    for parcours in BIENVENUES.rangements:
        for b in fonds.toutes(parcours):
            yield from fonds.inconnues(parcours, b.id, [b.personne])
    for pas in SUIVIS.rangements:
        for s in fonds.toutes(pas):
            yield from fonds.inconnues(pas, s.id, filter(None, [s.personne, s.par, *cites(s.texte)]))


def _parcours(fonds: Fonds) -> Iterator[Constat]:
    try:
        bienvenues.parcours(fonds.arbre)
    except FicheFautive as faute:
        defaut = faute.defaut
        yield Constat(defaut.fichier, defaut.ligne, defaut.fait, defaut.remede, regle="schema")


def _faits(fonds: Fonds) -> Iterator[Constat]:
    for p in fonds.toutes(PASSAGES):
        if p.personne:
            yield from fonds.inconnues(PASSAGES, p.id, [p.personne])
        if not p.id.startswith(p.jour.isoformat()):
            yield fonds.constat(
                PASSAGES,
                p.id,
                "moment",
                "rangement",
                f"ce passage du {p.jour} n'est pas rangé à son jour : on ne le comptera pas",
                "Corriger « moment », ou le nom du fichier.",
            )
        if p.public and fonds.publics:
            yield from fonds.liens_casses(PASSAGES, p.id, [p.public], fonds.publics, "un public du lieu")
    for h in fonds.toutes(HEURES):
        yield from fonds.inconnues(HEURES, h.id, [h.personne])
        if h.evenement:
            yield from fonds.liens_casses(HEURES, h.id, [h.evenement], fonds.idents, "une fiche du lieu")


def _habilitations(fonds: Fonds) -> Iterator[Constat]:
    for h in fonds.toutes(HABILITATIONS):
        yield from fonds.inconnues(HABILITATIONS, h.id, filter(None, [h.personne, h.avec]))
        if h.id != ident_de(h.personne, h.sujet):
            yield fonds.constat(
                HABILITATIONS,
                h.id,
                "sujet",
                "nom",
                "cette habilitation n'est pas au nom de sa personne et de son sujet : on ne la trouvera pas",
                f"La renommer {ident_de(h.personne, h.sujet)}.yaml.",
            )


def _annonces(fonds: Fonds, annonces: Affaires[A]) -> Iterator[Constat]:
    yield from fonds.mal_rangees(annonces)
    for rangement in annonces.rangements:
        for a in fonds.toutes(rangement):
            yield from fonds.inconnues(rangement, a.id, filter(None, [a.personne, *cites(a.texte)]))
            if a.public and fonds.publics:
                yield from fonds.liens_casses(rangement, a.id, [a.public], fonds.publics, "un public du lieu")
