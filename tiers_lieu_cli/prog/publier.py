"""`tl prog publier` : tous les flux du programme, chacun réécrit seulement s'il change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.agenda.flux import Publication
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import INTERNE, PUBLIC, Ecraser, Sorties
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import deja_publie, publication, schema_org
from tiers_lieu_cli.prog.deja_publie import Composes
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.publication import Activite, Redaction
from tiers_lieu_cli.prog.serie import fiches as series

app = Application()
#: Un domaine que personne ne peut avoir (RFC 2606) : le lieu n'a pas encore dit le sien.
SANS_DOMAINE = ".invalid"
AGENDAS, EQUIPE, ARCHIVES = "agendas", "equipe", "archives"
#: Ce qu'un agenda tient en arrière : un an et un mois, de quoi comparer à l'an passé.
MOIS_TENUS = 13
Depuis = Annotated[
    str,
    typer.Option("--depuis", metavar="DATE", help="Le premier jour tenu ; sinon, treize mois en arrière."),
]
_NOM = re.compile(rb"^NAME:((?:[^\r\n]|\r\n )*)", re.MULTILINE)


class Flux(msgspec.Struct, frozen=True):
    """Un flux à écrire : son fichier, son nom, ce qu'il dit."""

    fichier: str
    nom: str
    publications: list[Publication]


@app.lit("publier")
def publier(
    c: Contexte,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="DOSSIER", help="Ce qui est public ; sinon public/.")
    ] = None,
    interne: Annotated[
        Path | None,
        typer.Option("--interne", metavar="DOSSIER", help="Ce qui est à l'équipe ; sinon interne/."),
    ] = None,
    depuis: Depuis = "",
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Écrire tous les agendas : public, par public, par salle, par étiquette ; et ceux de l'équipe.

    Chacun tient treize mois en arrière et tout ce qui vient ; les années d'avant sont dans archives/ :
    les agendas en ligne refusent un gros fichier. Publier encore ne réécrit que ce qui a changé. L'agenda
    interne et celui de chaque bénévole vont dans un dossier à part, jamais dans ce qui se met en ligne.

    Exemples :
        tl prog publier
        tl prog publier --sortie ~/site --interne ~/partage-equipe
        tl prog publier --depuis 1/1/2024
    """
    public = sorties.verifier(sortie or c.lieu.racine / PUBLIC, dossier=True)
    prive = sorties.verifier(interne or c.lieu.racine / INTERNE, dossier=True)
    if prive.is_relative_to(public):
        raise ErreurUsage(
            f"{prive} est dans ce qui se met en ligne ({public}).",
            "L'agenda interne va ailleurs : --interne DOSSIER",
        )
    debut = premier_jour(c, depuis)
    deja = deja_publie.retrouver(c, debut, public, prive)
    if deja:
        for phrase in deja.avis:
            c.ecran.avertir(phrase)
        _dire(
            c, public, prive, [Path(f) for f in deja.fichiers if not f.endswith(".gitignore")], [], json=json
        )
        return
    a_tous = Public(c.registre)
    redaction = publication.rediger(c, a_tous, interne=False)
    composes = Composes(c.lieu.racine, c.lieu.fuseau)
    with Sorties(c, ecraser=ecraser) as neuves:
        for dossier in (public, prive):
            neuves.dossier(dossier)
        aussi = []
        if interne is None:
            # Ce dossier s'ignore lui-même : rien de ce qu'il contient n'entre dans l'archive.
            aussi.append(neuves.ecrire(prive / ".gitignore", [b"*\n"]))
        ecrits = _ecrire_le_public(c, neuves, public, redaction, composes, debut)
        avis = list(a_tous.avis())
        internes = _flux_internes(c, structs.replace(redaction, interne=True), debut)
        ecrits += _ecrire_les_flux(c, neuves, prive, internes, composes)
    composes.garder()
    deja_publie.retenir(c, debut, [*ecrits, *aussi], avis, public, prive)
    changes = [chemin for chemin in ecrits if chemin in set(neuves.changes)]
    for phrase in avis:
        c.ecran.avertir(phrase)
    _dire(c, public, prive, ecrits, changes, json=json)


def publier_a_tous(c: Contexte, neuves: Sorties, public: Path) -> list[Path]:
    """Écrire dans ce dossier, qui existe, tous les agendas publics."""
    debut = premier_jour(c, "")
    deja = deja_publie.retrouver(c, debut, public)
    if deja:
        return [Path(f) for f in deja.fichiers]
    composes = Composes(c.lieu.racine, c.lieu.fuseau)
    redaction = publication.rediger(c, Public(c.registre), interne=False)
    ecrits = _ecrire_le_public(c, neuves, public, redaction, composes, debut)
    composes.garder()
    deja_publie.retenir(c, debut, ecrits, (), public)
    return ecrits


def premier_jour(c: Contexte, depuis: str) -> date:
    """Le premier jour qu'un agenda tient : treize mois en arrière, au premier du mois, ou celui qu'on dit."""
    jour = c.horloge.aujourdhui()
    if depuis:
        return saisie.lire_jour(depuis, c.horloge.murale(), Sens.PASSE)
    mois = jour.year * 12 + jour.month - 1 - MOIS_TENUS
    return date(mois // 12, mois % 12 + 1, 1)


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


def _dire(
    c: Contexte, public: Path, prive: Path, ecrits: list[Path], changes: list[Path], *, json: bool
) -> None:
    if json:
        c.ecran.json({"fichiers": [str(f) for f in ecrits], "ecrits": [str(f) for f in changes]})
        return
    if not changes:
        c.ecran.dire(f"Rien n'a changé : les {len(ecrits)} fichiers publiés sont à jour.")
        return
    c.ecran.dire(f"{len(changes)} fichiers écrits, {len(ecrits) - len(changes)} déjà à jour.")
    c.ecran.dire(f"  Public : {public}")
    c.ecran.dire(f"  À l'équipe, jamais en ligne : {prive}")
    domaine = c.lieu.reglages.domaine
    if domaine.endswith(SANS_DOMAINE):
        c.ecran.dire(
            "  Ensuite : mettre public en ligne ; d'abord le nom du site : tl lieu --domaine passerelle.be"
        )
    else:
        c.ecran.dire(
            f"  Ensuite : mettre public en ligne ; s'abonner à https://{domaine}/programme.ics"
            f" ou webcal://{domaine}/programme.ics"
        )
