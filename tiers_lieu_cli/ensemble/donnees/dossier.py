"""Tout ce que le lieu sait d'une personne, réuni pour le lui rendre ; des autres, rien."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS
from tiers_lieu_cli.ensemble.donnees.fiche import lignes
from tiers_lieu_cli.ensemble.genres import GENRES, nom_du_genre
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.echecs import FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.gens import citations
from tiers_lieu_cli.noyau.gens.citations import Citant
from tiers_lieu_cli.noyau.gens.personnes import CITE, PERSONNES, Personne
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

AUTRE = "une autre personne"
#: Un jour ou un moment écrit pour les machines, seul ou dans une liste.
_MOMENT = motif(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?![\w-])")


class Ligne(msgspec.Struct, frozen=True):
    """Un champ et ce qu'il dit."""

    nom: str
    valeur: str


class Citation(msgspec.Struct, frozen=True):
    """Une fiche de l'archive qui cite la personne ; d'autrui, elle ne dit que « une autre personne »."""

    genre: str
    fichier: str
    contenu: dict[str, Any]
    lignes: tuple[Ligne, ...]


class Version(msgspec.Struct, frozen=True):
    """Ce que sa fiche disait à un moment."""

    moment: str
    contenu: dict[str, Any]


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """De quoi répondre à « que savez-vous de moi ? »."""

    lieu: str
    adresse: str
    jour: str
    nom: str
    personne: Personne
    fiche: tuple[Ligne, ...]
    versions: tuple[Version, ...]
    archive: tuple[Citation, ...]
    courriers: tuple[Citation, ...]
    tresorier: str = (
        "Le trésorier du lieu peut garder à part des pièces comptables à votre nom, que la loi l'oblige à "
        "conserver. L'accueil ne les voit pas : les lui demander directement."
    )


def reunir(c: Contexte, personne: Personne) -> Dossier:
    """Lire le registre et son histoire, puis chaque fiche de l'archive qui cite cette personne."""
    anciens = c.registre.anciens(personne.id)
    trouves = list(citations.de(c.archive, c.arbre, GENRES, anciens, c.commit))
    return Dossier(
        lieu=c.lieu.reglages.nom,
        adresse=c.lieu.reglages.adresse,
        jour=temps.dire_jour(c.horloge.aujourdhui()),
        nom=personne.nom,
        personne=personne,
        fiche=tuple(Ligne(nom, dit) for nom, dit in (("nom", personne.nom), *lignes(c, personne)) if dit),
        versions=tuple(_versions(c, anciens)),
        archive=tuple(_citation(c, trouve, anciens) for trouve in c.ecran.avancer(trouves, "Lecture")),
        courriers=tuple(_courriers(c, anciens, personne.courriel.lower())),
    )


def _courriers(c: Contexte, anciens: frozenset[str], adresse: str) -> Iterator[Citation]:
    """Ce que le registre garde de ses courriels ; de ce qu'un autre écrit pour elle, seulement le jour."""
    for rangee in (COURRIERS, LUS):
        for lu in rangee.toutes(c.registre.arbre).fiches:
            ecrit = (lu.par or ("" if lu.fil else lu.de)) in anciens or bool(
                adresse and lu.adresse == adresse
            )
            if ecrit or {lu.de, lu.par} & anciens:
                contenu = {**msgspec.to_builtins(lu)} if ecrit else {"recu": str(lu.recu)}
                contenu = _sans_autrui(contenu, anciens)
                yield Citation(rangee.genre.nom.capitalize(), lu.id, contenu, tuple(_plates(c, contenu)))


def _versions(c: Contexte, anciens: frozenset[str]) -> Iterator[Version]:
    depot = c.registre.depot
    objets = Objets(depot.racine)
    for ident in sorted(anciens):
        chemin = PERSONNES.genre.chemin(ident)
        for acte in histoire.actes(depot, chemin):
            lu = objets.lire(f"{acte.empreinte}:{chemin}")
            if lu:
                moment = acte.moment.astimezone(c.lieu.fuseau).isoformat(timespec="minutes")
                yield Version(moment, _champs(_lue(lu[2], ident, chemin), lu[2]))
    objets.fermer()


def _lue(octets: bytes, ident: str, chemin: str) -> Personne | None:
    try:
        return fiche.lire(octets, Personne, ident, chemin)
    except FicheFautive:
        return None


def _citation(c: Contexte, trouve: Citant, anciens: frozenset[str]) -> Citation:
    contenu = _sans_autrui(_a_elle(c, trouve, anciens), anciens)
    genre = GENRES.dossier(trouve.chemin)
    # Le nom d'une fiche dit parfois de qui elle parle, et ses premiers mots.
    ou = _sans_autrui(trouve.chemin, anciens) if "id" in contenu else genre
    return Citation(nom_du_genre(genre), ou, contenu, tuple(_plates(c, contenu)))


def _a_elle(c: Contexte, trouve: Citant, anciens: frozenset[str]) -> dict[str, Any]:
    """Ce qu'une fiche dit d'elle : tout, ou, si elle parle d'un autre, seulement qu'elle y est nommée."""
    champs = _champs(trouve.fiche, c.arbre.lire(trouve.chemin) or b"")
    sujets = {x.vers for x in liens.citations(trouve.fiche) if x.cite.sujet} if trouve.fiche else set()
    if not sujets or sujets & anciens:
        return champs
    # Dans la prose d'un autre, elle n'est que mentionnée : ni le texte, ni de qui il parle.
    siens = {x.champ for x in trouve.citations}
    return {nom: v if v in anciens else "nommée" for nom, v in champs.items() if nom in siens}


def _champs(lue: Fiche | None, octets: bytes) -> dict[str, Any]:
    """Les champs d'une fiche ; d'un texte, ou d'une fiche abîmée, le texte entier."""
    champs: dict[str, Any] = msgspec.to_builtins(lue) if lue else {"texte": octets.decode("utf-8", "replace")}
    return champs


def _sans_autrui(valeur: Any, anciens: frozenset[str]) -> Any:
    """La même valeur, où l'on ne reconnaît personne d'autre."""
    if isinstance(valeur, str):
        return CITE.sub(lambda m: m[0] if m[1] in anciens else AUTRE, valeur)
    if isinstance(valeur, dict):
        return {nom: _sans_autrui(v, anciens) for nom, v in valeur.items()}
    if isinstance(valeur, (list, tuple)):
        return [_sans_autrui(v, anciens) for v in valeur]
    return valeur


def _plates(c: Contexte, contenu: dict[str, Any]) -> Iterator[Ligne]:
    for nom, valeur in contenu.items():
        if nom != "id" and valeur not in ("", [], {}, None, False):
            yield Ligne(nom.replace("_", " "), c.registre.montrer(_dire(valeur)))


def _dire(valeur: Any) -> str:
    if isinstance(valeur, dict):
        return ", ".join(f"{nom} : {_dire(v)}" for nom, v in valeur.items())
    if isinstance(valeur, list):
        return ", ".join(map(_dire, valeur))
    return "oui" if valeur is True else _MOMENT.sub(_lisible, str(valeur))


def _lisible(trouve: re.Match[str]) -> str:
    """« 2026-11-24T08:12 » tel qu'on le dit ; ce qui n'est pas une date reste comme il est."""
    try:
        moment = datetime.fromisoformat(trouve[0])
    except ValueError:
        return trouve[0]
    jour = temps.dire_jour(moment.date())
    return f"{jour}, {moment:%H:%M}" if "T" in trouve[0] else jour
