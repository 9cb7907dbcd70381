"""`tl journal remonter` : toute l'histoire d'un sujet, à travers les métiers, en phrases et en dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.ensemble import recit
from tiers_lieu_cli.ensemble.chercher import commandes as recherche
from tiers_lieu_cli.ensemble.chercher.regles import Demande
from tiers_lieu_cli.ensemble.chercher.regles import lire as lire_la_demande
from tiers_lieu_cli.ensemble.genres import GENRES, structure_de
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer
from tiers_lieu_cli.noyau.echecs import ErreurUsage, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.collection import partout
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.liens import Sorte
from tiers_lieu_cli.noyau.pages import document
from tiers_lieu_cli.noyau.pages.document import Document, Fait, Section
from tiers_lieu_cli.noyau.pages.rendu import Format, Page, forme
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import clef

app = Application()
DE_TOUJOURS = "de tout temps"


class Moment(msgspec.Struct, frozen=True, order=True):
    """Un moment d'une histoire : quand, la phrase, la fiche qui le dit, et la commande qui l'ouvre."""

    quand: str
    phrase: str
    fiche: str
    genre: str
    ouvrir: str


class Lien(msgspec.Struct, frozen=True, order=True):
    """Une fiche que le sujet cite, ou qui le cite : ce qu'elle est, et comment l'ouvrir."""

    genre: str
    nom: str
    fiche: str
    ouvrir: str


class Histoire(msgspec.Struct, frozen=True):
    """L'histoire d'un sujet, du plus ancien au plus récent, et ce à quoi il est lié."""

    sujet: str
    moments: tuple[Moment, ...]
    liens: tuple[Lien, ...]


def _sujets(c: Contexte) -> list[tuple[str, str]]:
    durables = (
        (ident, rangee.genre.nom)
        for rangee in GENRES.de_l_archive()
        if not rangee.genre.par_mois
        for ident in rangee.idents(c.arbre)
    )
    return [*personnes_a_citer(c), *durables]


@app.lit("remonter", page=Page)
def remonter(
    c: Contexte,
    sujet: Annotated[
        str,
        typer.Argument(
            metavar="SUJET",
            help="@quelqu'un, une salle, un objet, une fiche, '#étiquette', ou des mots.",
            autocompletion=completion(_sujets),
        ),
    ],
    page: Page,
) -> None:
    """Remonter l'histoire d'une personne, d'une salle, d'un objet, d'un sujet, à travers toute la maison.

    Exemples :
        tl journal remonter @karim
        tl journal remonter "salle bleue"
        tl journal remonter '#panne' --sortie ~/pannes.md
    """
    histoire = _histoire(c, sujet)
    voulue = forme(page.format, page.sortie, json=page.json)
    if voulue is Format.JSON and page.sortie is None:
        c.ecran.json(histoire)
        return
    nommee = page.sortie is not None or voulue is not Format.TERMINAL
    vue = _vue(c, histoire, nommer=nommee)
    if not document.rendre(c, vue, page, "L'histoire", noms=True):
        document.dire(c, vue)
        c.ecran.dire(
            f"\n  Ensuite, la garder : tl journal remonter {_a_taper(sujet)} --sortie ~/histoire.html"
        )


def _a_taper(sujet: str) -> str:
    return sujet if sujet.replace("-", "").replace("@", "").isalnum() else f"'{sujet}'"


def _histoire(c: Contexte, sujet: str) -> Histoire:
    """Ce qui cite le sujet, et le sujet même s'il est une fiche ; `ErreurUsage` si rien n'en parle."""
    propres = [] if sujet.startswith(("@", "#", "p-")) else _fiches_de(c, sujet)
    if propres:
        demandes = [Demande(salle=lue.id) for _, lue in propres]
        dit = " et ".join(dict.fromkeys(recit.nom(lue) for _, lue in propres))
    else:
        demandes, dit = [_demande(c, sujet)], sujet
    chemins = {t.chemin for demande in demandes for t in recherche.trouver(c, demande).fiches}
    lues = {chemin: lue for chemin in sorted(chemins) if (lue := _lire(c, chemin))}
    lues |= dict(propres)
    moments = sorted(m for chemin, lue in lues.items() for m in _moments(chemin, lue))
    if not moments:
        raise ErreurUsage(
            f"Rien n'est noté de « {sujet} ».", f"Chercher autrement : tl chercher {_a_taper(sujet)}"
        )
    return Histoire(dit, tuple(moments), tuple(sorted(set(_liens(c, propres)))))


def _demande(c: Contexte, sujet: str) -> Demande:
    if sujet.startswith(("@", "p-")):
        return Demande(gens=(c.registre.designer(sujet, effacee=True),))
    return lire_la_demande([sujet])


def _fiches_de(c: Contexte, sujet: str) -> list[tuple[str, Fiche]]:
    """Les fiches que ce mot désigne : par leur identifiant, ou par leur nom pour ce qui dure."""
    try:
        chemins = partout(c.arbre, sujet)
    except IdentifiantInvalide:
        chemins = []
    trouvees = [(chemin, lue) for chemin in chemins if (lue := _lire(c, chemin))]
    if trouvees:
        return trouvees
    voulu = clef(sujet)
    return [
        (rangee.genre.chemin(lue.id), lue)
        for rangee in GENRES.de_l_archive()
        if not rangee.genre.par_mois and {"nom", "titre"} & set(rangee.structure.__struct_fields__)
        for lue in rangee.toutes(c.arbre).fiches
        if voulu and clef(str(getattr(lue, "nom", "") or getattr(lue, "titre", ""))) == voulu
    ]


def _lire(c: Contexte, chemin: str) -> Fiche | None:
    """La fiche de ce chemin ; `None` si ce n'en est pas une, ou si elle ne se lit pas (c'est dit)."""
    trouve = structure_de(chemin)
    if trouve is None or "/" not in GENRES.dossier(chemin):
        return None
    try:
        octets = c.arbre.lire(chemin)
        return fiche.lire(octets, trouve[1], trouve[0], chemin) if octets is not None else None
    except FicheFautive as faute:
        c.ecran.defauts([faute.defaut])
        return None


def _moments(chemin: str, lue: Fiche) -> Iterator[Moment]:
    genre = GENRES.exiger(chemin).genre
    for trait in recit.traits(lue):
        # Ce qui dure n'a pas de date : on dit ce que c'est.
        phrase = trait.phrase if trait.quand else f"{genre.nom} : {trait.phrase}"
        yield Moment(trait.quand, phrase, lue.id, genre.nom, _ouvrir(chemin, lue))


def _ouvrir(chemin: str, lue: Fiche) -> str:
    return GENRES.exiger(chemin).genre.ouvrir.format(id=lue.id, jour=lue.id[:10], fiche=lue)


def _liens(c: Contexte, propres: Sequence[tuple[str, Fiche]]) -> Iterator[Lien]:
    """Les fiches que le sujet cite, telles que son genre le déclare."""
    for _, lue in propres:
        for citation in liens.citations(lue):
            if citation.cite.sorte in (Sorte.FICHE, Sorte.DATE):
                for chemin in partout(c.arbre, citation.vers):
                    if citee := _lire(c, chemin):
                        genre = GENRES.exiger(chemin).genre
                        yield Lien(genre.nom, recit.nom(citee), citee.id, _ouvrir(chemin, citee))


def _vue(c: Contexte, h: Histoire, *, nommer: bool) -> Document:
    """Une section par année ; ce qui n'a pas de date vient d'abord."""
    montrer = c.registre.montrer if nommer else str
    annees: dict[str, list[Fait]] = {}
    for m in h.moments:
        annee = m.quand[:4] if m.quand else DE_TOUJOURS
        annees.setdefault(annee, []).append(Fait(_quand(m.quand), montrer(m.phrase), m.ouvrir))
    sections = [Section(annee, faits=tuple(faits)) for annee, faits in annees.items()]
    if h.liens:
        lies = tuple(Fait(lien.genre, montrer(lien.nom), lien.ouvrir) for lien in h.liens)
        sections.append(Section("Lié à", faits=lies))
    combien = f"{len(h.moments)} moment{'s' * (len(h.moments) > 1)}"
    return Document(c.lieu.reglages.nom, f"L'histoire de {montrer(h.sujet)}", combien, tuple(sections))


def _quand(ecrit: str) -> str:
    """« mar. 24 novembre, 10:12 » ; l'année est en tête de section."""
    if not ecrit:
        return ""
    jour, heure = temps.jour_ou_moment(ecrit[:16])
    dit = temps.dire_jour(jour, jour)
    return f"{dit}, {heure:%H:%M}" if heure else dit
