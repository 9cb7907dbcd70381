"""Ce que `prog publier` et le site écrivent : chaque agenda, réécrit seulement s'il change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from tiers_lieu_cli import __version__
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.agenda.flux import Publication
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.sorties import Sorties
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import deja_publie, publication, schema_org
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.publication import Activite, Redaction
from tiers_lieu_cli.prog.serie import fiches as series

AGENDAS, EQUIPE, ARCHIVES = "agendas", "equipe", "archives"
_COMPOSES = "tiers-lieu.flux"
_NOM = motif(rb"^NAME:((?:[^\r\n]|\r\n )*)", re.MULTILINE)


class Flux(msgspec.Struct, frozen=True):
    """Un flux à écrire : son fichier, son nom, ce qu'il dit."""

    fichier: str
    nom: str
    publications: list[Publication]


class Composes:
    """Les octets de chaque publication : composés une fois, tant que ce qu'elle dit ne change pas."""

    def __init__(self, racine: Path, fuseau: ZoneInfo) -> None:
        self._fichier, self._fuseau = racine / ".git" / _COMPOSES, fuseau
        self._avant: dict[bytes, bytes] = {}
        with suppress(OSError, msgspec.DecodeError):
            lu = systeme.lire_ordinaire(self._fichier)
            self._avant = msgspec.msgpack.decode(lu, type=dict[bytes, bytes])
        self._apres: dict[bytes, bytes] = {}
        self._cles: dict[int, tuple[Publication, bytes]] = {}

    def octets(self, p: Publication) -> bytes:
        """Les octets de cette publication."""
        connue = self._cles.get(id(p))
        if connue is not None:
            return self._apres[connue[1]]
        somme = blake2b(f"{__version__} {self._fuseau.key}".encode(), digest_size=16)
        somme.update(msgspec.msgpack.encode(p))
        cle = somme.digest()
        self._cles[id(p)] = (p, cle)
        if cle not in self._apres:
            self._apres[cle] = self._avant.get(cle) or flux.composer(p, self._fuseau)
        return self._apres[cle]

    def garder(self) -> None:
        """Retenir ce qui a servi."""
        if self._apres.keys() != self._avant.keys() and self._fichier.parent.is_dir():
            with suppress(Echec, OSError):
                systeme.remplacer(self._fichier, [msgspec.msgpack.encode(self._apres)])


def tout(
    c: Contexte, neuves: Sorties, public: Path, prive: Path, depuis: date
) -> tuple[list[Path], list[str]]:
    """Écrire tous les agendas, ceux de l'équipe compris ; rend les fichiers, et qui y a été tu."""
    a_tous = Public(c.registre)
    redaction = publication.rediger(c, a_tous, interne=False)
    composes = Composes(c.lieu.racine, c.lieu.fuseau)
    ecrits = _ecrire_le_public(c, neuves, public, redaction, composes, depuis)
    avis = list(a_tous.avis())
    internes = _flux_internes(c, structs.replace(redaction, interne=True), depuis)
    ecrits += _ecrire_les_flux(c, neuves, prive, internes, composes)
    composes.garder()
    return ecrits, avis


def publics(c: Contexte, neuves: Sorties, public: Path, debut: date) -> list[Path]:
    """Écrire dans ce dossier, qui existe, tous les agendas publics."""
    deja = deja_publie.retrouver(c, debut, public)
    if deja:
        return [Path(f) for f in deja.fichiers]
    composes = Composes(c.lieu.racine, c.lieu.fuseau)
    redaction = publication.rediger(c, Public(c.registre), interne=False)
    ecrits = _ecrire_le_public(c, neuves, public, redaction, composes, debut)
    composes.garder()
    deja_publie.retenir(c, debut, ecrits, (), public)
    return ecrits


def _ecrire_le_public(
    c: Contexte, neuves: Sorties, public: Path, redaction: Redaction, composes: Composes, depuis: date
) -> list[Path]:
    toutes = list(redaction.activites())
    tenues = [a for a in toutes if a.dernier_jour >= depuis]
    passees = [a for a in toutes if a.dernier_jour < depuis]
    voulus = [*_flux_publics(c, tenues), *_archives(c, passees)]
    ecrits = list(_ecrire_les_flux(c, neuves, public, voulus, composes))
    graphe = schema_org.programme(tenues, c.lieu.reglages, c.lieu.fuseau)
    return [*ecrits, neuves.ecrire(public / "programme.json", [en_json(graphe, indent=1)])]


def _archives(c: Contexte, passees: Iterable[Activite]) -> Iterator[Flux]:
    """Un agenda par année passée : ce que les autres ne tiennent plus."""
    par_annee: dict[int, list[Publication]] = {}
    for a in passees:
        par_annee.setdefault(a.dernier_jour.year, []).extend(a.publications)
    for annee, dites in sorted(par_annee.items()):
        yield Flux(f"{ARCHIVES}/{annee}.ics", f"{c.lieu.reglages.nom} · {annee}", dites)


def _flux_publics(c: Contexte, activites: list[Activite]) -> Iterator[Flux]:
    """Le programme, puis un agenda par public, par salle et par étiquette que quelque chose porte."""
    lieu = c.lieu.reglages.nom
    yield Flux("programme.ics", lieu, [p for a in activites for p in a.publications])
    par_mot: dict[str, list[Publication]] = {}
    noms: dict[str, str] = {}
    for a in activites:
        sortes = (("public", a.fiche.publics), ("salle", a.salles), ("mot", a.fiche.etiquettes))
        fichiers = {
            f"{AGENDAS}/{sorte}-{en_tirets(mot, 'autre')}.ics": mot
            for sorte, mots in sortes
            for mot in sorted(mots)
        }
        noms = {**fichiers, **noms}
        for fichier in fichiers:
            par_mot.setdefault(fichier, []).extend(a.publications)
    for fichier, dites in sorted(par_mot.items()):
        yield Flux(fichier, f"{lieu} · {noms[fichier]}", dites)


def _flux_internes(c: Contexte, redaction: Redaction, depuis: date) -> Iterator[Flux]:
    """Tout, brouillons compris, puis l'agenda de chaque personne : ce qu'elle porte, et ses rôles."""
    lieu = c.lieu.reglages.nom
    activites = [a for a in redaction.activites() if a.dernier_jour >= depuis]
    yield Flux("programme-interne.ics", f"{lieu} · interne", [p for a in activites for p in a.publications])
    par_personne: dict[str, list[Publication]] = {}
    for a in activites:
        for qui in a.fiche.porteurs:
            par_personne.setdefault(qui, []).extend(a.publications)
    for qui, tenue in _roles(c, redaction):
        if tenue.creneau.dernier_jour < depuis:
            continue
        siennes = par_personne.setdefault(qui, [])
        if tenue.uid not in {p.uid for p in siennes}:
            siennes.append(tenue)
    for qui, dites in sorted(par_personne.items()):
        yield Flux(f"{EQUIPE}/{qui}.ics", f"{lieu} · {qui}", dites)


def _roles(c: Contexte, redaction: Redaction) -> Iterator[tuple[str, Publication]]:
    """Chaque personne et chaque événement où elle tient des rôles ; d'une série, ses dates seulement."""
    roles: dict[tuple[str, str], list[str]] = {}
    for g in EQUIPES.toutes(c.arbre).fiches:
        if not g.retire:
            roles.setdefault((g.personne, g.evenement), []).append(g.role)
    connus = {e.id: e for e in redaction.programme.evenements}
    for (qui, ident), tenus in sorted(roles.items()):
        e = connus.get(ident) or series.seance(c.arbre, ident)
        dite = e and redaction.seul(e)
        if dite:
            yield qui, structs.replace(dite, titre=f"{dite.titre} ({', '.join(sorted(tenus))})")


def _ecrire_les_flux(
    c: Contexte, neuves: Sorties, dossier: Path, voulus: Iterable[Flux], composes: Composes
) -> Iterator[Path]:
    """Écrire ces flux ; une publication n'est composée qu'une fois pour tous."""
    fuseau, faits = c.lieu.fuseau, set()
    for voulu in voulus:
        ordonnees = flux.ordonner(voulu.publications)
        octets = (composes.octets(p) for p in ordonnees)
        morceaux = (flux.en_tete(voulu.nom, fuseau, ordonnees), *octets, flux.PIED)
        chemin = dossier / voulu.fichier
        if chemin.parent != dossier:
            neuves.dossier(chemin.parent)
        faits.add(chemin)
        yield neuves.ecrire(chemin, morceaux)
    for sous in (AGENDAS, EQUIPE, ARCHIVES):
        for reste in sorted({*(dossier / sous).glob("*.ics")} - faits):
            yield from _vider(neuves, reste, fuseau)


def _vider(neuves: Sorties, chemin: Path, fuseau: ZoneInfo) -> Iterator[Path]:
    """Un agenda à nous qui n'a plus rien reste, vide : ses abonnés ne voient pas une erreur."""
    if chemin.is_symlink() or not chemin.is_file():
        return
    octets = chemin.read_bytes()
    nom = _NOM.search(octets)
    if nom and flux.PRODID.encode() in octets[: nom.start()]:
        dit = nom[1].replace(b"\r\n ", b"").decode("utf-8", "replace").replace("\\", "")
        yield neuves.ecrire(chemin, [flux.en_tete(dit, fuseau, ()), flux.PIED])
