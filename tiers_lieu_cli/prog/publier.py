"""`tl prog publier` : tous les flux du programme, chacun réécrit seulement s'il change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import publication, schema_org
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.publication import Activite, Redaction
from tiers_lieu_cli.prog.serie import fiches as series

app = Application()
#: Un domaine que personne ne peut avoir (RFC 2606) : le lieu n'a pas encore dit le sien.
SANS_DOMAINE = ".invalid"
AGENDAS, EQUIPE = "agendas", "equipe"
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
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Écrire tous les agendas : public, par public, par salle, par étiquette ; et ceux de l'équipe.

    Publier encore ne réécrit que ce qui a changé. L'agenda interne et celui de chaque bénévole
    vont dans un dossier à part, jamais dans ce qui se met en ligne.

    Exemples :
        tl prog publier
        tl prog publier --sortie ~/site --interne ~/partage-equipe
    """
    public = sorties.verifier(sortie or c.lieu.racine / PUBLIC, dossier=True)
    prive = sorties.verifier(interne or c.lieu.racine / INTERNE, dossier=True)
    if prive.is_relative_to(public):
        raise ErreurUsage(
            f"{prive} est dans ce qui se met en ligne ({public}).",
            "L'agenda interne va ailleurs : --interne DOSSIER",
        )
    a_tous = Public(c.registre)
    redaction = publication.rediger(c, a_tous, interne=False)
    composes: dict[Publication, bytes] = {}
    with Sorties(c, ecraser=ecraser) as neuves:
        for dossier in (public, prive):
            neuves.dossier(dossier)
        if interne is None:
            # Ce dossier s'ignore lui-même : rien de ce qu'il contient n'entre dans l'archive.
            neuves.ecrire(prive / ".gitignore", [b"*\n"])
        ecrits = _ecrire_le_public(c, neuves, public, redaction, composes)
        avis = list(a_tous.avis())
        internes = _flux_internes(c, structs.replace(redaction, interne=True))
        ecrits += _ecrire_les_flux(c, neuves, prive, internes, composes)
    changes = [chemin for chemin in ecrits if chemin in set(neuves.changes)]
    for phrase in avis:
        c.ecran.avertir(phrase)
    _dire(c, public, prive, ecrits, changes, json=json)


def publier_a_tous(c: Contexte, neuves: Sorties, public: Path) -> list[Path]:
    """Écrire dans ce dossier, qui existe, tous les agendas publics."""
    return _ecrire_le_public(c, neuves, public, publication.rediger(c, Public(c.registre), interne=False), {})


def _ecrire_le_public(
    c: Contexte, neuves: Sorties, public: Path, redaction: Redaction, composes: dict[Publication, bytes]
) -> list[Path]:
    publiques = list(redaction.activites())
    ecrits = list(_ecrire_les_flux(c, neuves, public, _flux_publics(c, publiques), composes))
    graphe = schema_org.programme(publiques, c.lieu.reglages, c.lieu.fuseau)
    return [*ecrits, neuves.ecrire(public / "programme.json", [en_json(graphe, indent=1)])]


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


def _flux_internes(c: Contexte, redaction: Redaction) -> Iterator[Flux]:
    """Tout, brouillons compris, puis l'agenda de chaque personne : ce qu'elle porte, et ses rôles."""
    lieu = c.lieu.reglages.nom
    activites = list(redaction.activites())
    yield Flux("programme-interne.ics", f"{lieu} · interne", [p for a in activites for p in a.publications])
    par_personne: dict[str, list[Publication]] = {}
    for a in activites:
        for qui in a.fiche.porteurs:
            par_personne.setdefault(qui, []).extend(a.publications)
    for qui, tenue in _roles(c, redaction):
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
    c: Contexte, neuves: Sorties, dossier: Path, voulus: Iterable[Flux], composes: dict[Publication, bytes]
) -> Iterator[Path]:
    """Écrire ces flux ; une publication n'est composée qu'une fois pour tous."""
    fuseau, faits = c.lieu.fuseau, set()
    for voulu in voulus:
        ordonnees = flux.ordonner(voulu.publications)
        for p in ordonnees:
            if p not in composes:
                composes[p] = flux.composer(p, fuseau)
        morceaux = (flux.en_tete(voulu.nom, fuseau, ordonnees), *(composes[p] for p in ordonnees), flux.PIED)
        chemin = dossier / voulu.fichier
        if chemin.parent != dossier:
            neuves.dossier(chemin.parent)
        faits.add(chemin)
        yield neuves.ecrire(chemin, morceaux)
    for sous in (AGENDAS, EQUIPE):
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
