"""`tl prog publier` : tous les flux du programme, chacun réécrit seulement s'il change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau import flux, identifiants, systeme
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.flux import Publication
from tiers_lieu_cli.noyau.options import Json
from tiers_lieu_cli.prog import publication, schema_org
from tiers_lieu_cli.prog.publication import Activite

app = Application()
PUBLIC, INTERNE = "public", "interne"
AGENDAS = "agendas"
_NOM = re.compile(rb"^NAME:((?:[^\r\n]|\r\n )*)", re.MULTILINE)


class Flux(msgspec.Struct, frozen=True):
    """Un flux à écrire : son fichier, son nom, ce qu'il retient."""

    fichier: str
    nom: str
    retient: Callable[[Activite], bool]


@app.action("publier")
def publier(
    ctx: typer.Context,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="DOSSIER", help="Ce qui est public ; sinon public/.")
    ] = None,
    interne: Annotated[
        Path | None,
        typer.Option("--interne", metavar="DOSSIER", help="Ce qui est à l'équipe ; sinon interne/."),
    ] = None,
    json: Json = False,
) -> None:
    """Écrire tous les agendas : public, par public, par salle, par étiquette ; et ceux de l'équipe.

    Publier encore ne réécrit que ce qui a changé. L'agenda interne et celui de chaque bénévole
    vont dans un dossier à part, jamais dans ce qui se met en ligne.

    Exemples :
        tl prog publier
        tl prog publier --sortie ~/site --interne ~/partage-equipe
    """
    c = ouvrir(ctx)
    public = (sortie or c.lieu.racine / PUBLIC).expanduser().resolve()
    prive = (interne or c.lieu.racine / INTERNE).expanduser().resolve()
    if prive.is_relative_to(public):
        raise ErreurUsage(
            f"{prive} est dans ce qui se met en ligne ({public}).",
            "L'agenda interne va ailleurs : --interne DOSSIER",
        )
    if interne is None:
        _ecarter_de_l_archive(prive)
    redaction = publication.rediger(c, interne=False)
    publiques = list(redaction.activites())
    internes = list(structs.replace(redaction, interne=True).activites())
    composes: dict[Publication, bytes] = {}
    ecrits = list(_ecrire_les_flux(c, public, _flux_publics(c, publiques), publiques, composes))
    ecrits += _ecrire_les_flux(c, prive, _flux_internes(c, internes), internes, composes)
    graphe = schema_org.programme(publiques, c.lieu.reglages, c.lieu.fuseau)
    texte = msgspec.json.format(msgspec.json.encode(graphe), indent=1) + b"\n"
    ecrits.append((public / "programme.json", _ecrire(public / "programme.json", texte)))
    _dire(c, public, prive, ecrits, json=json)


def _flux_publics(c: Contexte, activites: Iterable[Activite]) -> Iterator[Flux]:
    """Le programme, puis un agenda par public, par salle et par étiquette que quelque chose porte."""
    lieu = c.lieu.reglages.nom
    yield Flux("programme.ics", lieu, lambda _: True)
    par_mot: dict[str, set[str]] = {}
    noms: dict[str, str] = {}
    for a in activites:
        for sorte, mots in (("public", a.fiche.publics), ("salle", a.salles), ("mot", a.fiche.etiquettes)):
            for mot in sorted(mots):
                fichier = f"{AGENDAS}/{sorte}-{identifiants.mot(mot, 'autre')}.ics"
                noms.setdefault(fichier, mot)
                par_mot.setdefault(fichier, set()).add(a.publications[0].uid)
    for fichier, uids in sorted(par_mot.items()):
        yield Flux(fichier, f"{lieu} · {noms[fichier]}", _parmi(uids))


def _flux_internes(c: Contexte, activites: Iterable[Activite]) -> Iterator[Flux]:
    """Tout, brouillons compris, puis l'agenda de chaque personne qui porte quelque chose."""
    lieu = c.lieu.reglages.nom
    yield Flux("programme-interne.ics", f"{lieu} · interne", lambda _: True)
    par_personne: dict[str, set[str]] = {}
    for a in activites:
        for qui in a.personnes:
            par_personne.setdefault(qui, set()).add(a.publications[0].uid)
    for qui, uids in sorted(par_personne.items()):
        yield Flux(f"equipe/{qui}.ics", f"{lieu} · {qui}", _parmi(uids))


def _parmi(uids: set[str]) -> Callable[[Activite], bool]:
    return lambda activite: activite.publications[0].uid in uids


def _ecrire_les_flux(
    c: Contexte,
    dossier: Path,
    voulus: Iterable[Flux],
    activites: list[Activite],
    composes: dict[Publication, bytes],
) -> Iterator[tuple[Path, bool]]:
    """Écrire ces flux ; une publication n'est composée qu'une fois pour tous."""
    fuseau, faits = c.lieu.fuseau, set()
    for voulu in voulus:
        ordonnees = flux.ordonner(p for a in activites if voulu.retient(a) for p in a.publications)
        for p in ordonnees:
            if p not in composes:
                composes[p] = flux.composer(p, fuseau)
        morceaux = (flux.en_tete(voulu.nom, fuseau, ordonnees), *(composes[p] for p in ordonnees), flux.PIED)
        chemin = dossier / voulu.fichier
        faits.add(chemin)
        yield chemin, _ecrire(chemin, b"".join(morceaux))
    for sous in (AGENDAS, "equipe"):
        # Un agenda qui n'a plus rien reste, vide : ceux qui y sont abonnés ne voient pas une erreur.
        for reste in sorted({*(dossier / sous).glob("*.ics")} - faits):
            if nom := _NOM.search(reste.read_bytes()):
                dit = nom[1].replace(b"\r\n ", b"").decode("utf-8", "replace").replace("\\", "")
                yield reste, _ecrire(reste, flux.en_tete(dit, fuseau, ()) + flux.PIED)


def _ecrire(chemin: Path, octets: bytes) -> bool:
    """Écrire le fichier s'il change ; sinon, n'y pas toucher."""
    if chemin.is_file() and chemin.read_bytes() == octets:
        return False
    systeme.remplacer(chemin, [octets])
    return True


def _ecarter_de_l_archive(dossier: Path) -> None:
    """Ce dossier s'ignore lui-même : rien de ce qu'il contient n'entre dans l'archive."""
    _ecrire(dossier / ".gitignore", b"*\n")


def _dire(c: Contexte, public: Path, prive: Path, ecrits: list[tuple[Path, bool]], *, json: bool) -> None:
    changes = [chemin for chemin, change in ecrits if change]
    if json:
        c.ecran.json({"fichiers": [str(f) for f, _ in ecrits], "ecrits": [str(f) for f in changes]})
        return
    if not changes:
        c.ecran.dire(f"Rien n'a changé : les {len(ecrits)} fichiers publiés sont à jour.")
        return
    c.ecran.dire(f"{len(changes)} fichiers écrits, {len(ecrits) - len(changes)} déjà à jour.")
    c.ecran.dire(f"  Public : {public}")
    c.ecran.dire(f"  À l'équipe, jamais en ligne : {prive}")
    domaine = c.lieu.reglages.domaine
    c.ecran.dire(
        f"  Ensuite : mettre le dossier public en ligne ; s'abonner à https://{domaine}/programme.ics"
        f" ou webcal://{domaine}/programme.ics"
    )
