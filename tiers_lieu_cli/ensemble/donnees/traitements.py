"""`tl donnees registre-traitements` : le registre de l'article 30, tiré de ce que le lieu note vraiment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS
from tiers_lieu_cli.ensemble.donnees import conservation
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches.identifiants import Base, Usage
from tiers_lieu_cli.noyau.gens import mentions
from tiers_lieu_cli.noyau.gens.personnes import Personne, effacees
from tiers_lieu_cli.noyau.pages import gabarit
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import Montre

app = Application()
_BOITES = {"prog": "Programme", "espace": "Espaces", "convention": "Conventions"}


class Traitement(msgspec.Struct, frozen=True, kw_only=True):
    """Un usage que le lieu fait de ce qu'il sait des gens."""

    nom: str
    finalite: str
    base: str
    donnees: str
    personnes: str
    combien: str
    conservation: str


class Vue(msgspec.Struct, frozen=True, kw_only=True):
    """Le registre, prêt à rendre."""

    lieu: str
    adresse: str
    le: date
    jour: Montre
    personnes: int
    effacees: int
    publics: tuple[str, ...]
    traitements: tuple[Traitement, ...]
    mesures: tuple[str, ...]


class Format(StrEnum):
    """La forme du registre."""

    MD = "md"
    HTML = "html"


@app.action("registre-traitements")
def registre_traitements(
    ctx: typer.Context,
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.MD,
    json: Json = False,
) -> None:
    """Le registre des traitements (RGPD, article 30), rempli de ce que le lieu note vraiment.

    Exemples :
        tl donnees registre-traitements
        tl donnees registre-traitements --format html > traitements.html
    """
    c = ouvrir(ctx)
    dresse = vue(c)
    if json:
        c.ecran.json(dresse)
    else:
        c.ecran.dire(gabarit.rendre(c.lieu.racine, f"traitements.{format}", dresse).rstrip("\n"))


def vue(c: Contexte) -> Vue:
    """Lire le registre et l'archive, et dire ce qu'on y fait des gens."""
    gens = c.personnes()
    regle = conservation.regle(c.arbre)
    return Vue(
        lieu=c.lieu.reglages.nom,
        adresse=c.lieu.reglages.adresse,
        le=c.horloge.aujourdhui(),
        jour=temps.dire_jour(c.horloge.aujourdhui()),
        personnes=len(gens),
        effacees=len(effacees(c.registre.arbre)),
        publics=c.lieu.reglages.publics,
        traitements=(*_du_registre(gens, regle), *_du_courrier(c), *_de_l_archive(c)),
        mesures=tuple(_mesures(c)),
    )


def _du_registre(gens: list[Personne], regle: conservation.Conservation) -> Iterator[Traitement]:
    champs = {
        "nom": len(gens),
        "courriel": sum(bool(p.courriel) for p in gens),
        "téléphone": sum(bool(p.telephone) for p in gens),
        "autre contact": sum(bool(p.autre) for p in gens),
        "langues": sum(bool(p.langues) for p in gens),
        "qui répond d'un mineur": sum(p.mineur for p in gens),
    }
    duree = f"{regle.sans_nouvelle} mois sans nouvelle ({regle.mineurs} pour un mineur)"
    propres = ", ".join(f"{public} : {mois} mois" for public, mois in sorted(regle.publics.items()))
    yield Traitement(
        nom="Registre des personnes",
        finalite="Reconnaître et joindre les gens du lieu",
        base=Base.INTERET,
        donnees=", ".join(nom for nom, combien in champs.items() if combien) or "aucune encore",
        personnes=", ".join(sorted({public for p in gens for public in p.publics})) or "les gens du lieu",
        combien=_compte(len(gens), "personne"),
        conservation=" ; ".join(filter(None, (duree, propres))) + ", puis effacement proposé",
    )
    accords = Counter(a.but for p in gens for a in p.consentements if a.retire is None)
    if accords:
        yield Traitement(
            nom="Ce à quoi les gens consentent",
            finalite="Publier un portrait, écrire, photographier, mettre en lien : seulement qui l'a accepté",
            base=Base.ACCORD,
            donnees=", ".join(f"{but} ({combien})" for but, combien in sorted(accords.items())),
            personnes="celles qui ont accepté",
            combien=_compte(sum(accords.values()), "accord"),
            conservation=f"jusqu'au retrait ; un portrait se redemande après {regle.accord_du_portrait} mois",
        )


def _du_courrier(c: Contexte) -> Iterator[Traitement]:
    ecrits = [rangee.idents(c.registre.arbre) for rangee in (COURRIERS, LUS)]
    if any(ecrits) and (usage := COURRIERS.genre.usage):
        yield Traitement(
            nom="Le courrier reçu",
            finalite=usage.finalite,
            base=usage.base,
            donnees="ce que la personne a écrit et d'où, tant qu'on n'a pas répondu",
            personnes="celles qui écrivent au lieu",
            combien=_compte(sum(map(len, ecrits)), "courriel"),
            conservation=usage.duree,
        )


def _de_l_archive(c: Contexte) -> Iterator[Traitement]:
    """Un traitement par genre de fiche qui cite vraiment quelqu'un."""
    # Un genre peut avoir deux rangements (en cours, clos) : un seul traitement.
    cites: Counter[tuple[str, str]] = Counter()
    qui: dict[tuple[str, str], set[str]] = {}
    usages: dict[tuple[str, str], Usage] = {}
    for dossier, lues in mentions.de_l_archive(c.archive, c.horloge.aujourdhui()):
        rangee = GENRES.collection(GENRES.dossier(f"{dossier}/")) if lues.fichiers else None
        if rangee is None or (usage := rangee.genre.usage) is None:
            continue
        nom = (dossier.partition("/")[0], rangee.genre.nom)
        cites[nom] += lues.fichiers
        qui.setdefault(nom, set()).update(lues.qui)
        usages[nom] = usage
    for nom, usage in sorted(usages.items(), key=lambda u: u[0]):
        boite, genre = nom
        yield Traitement(
            nom=f"{_BOITES.get(boite, boite.capitalize())} : {genre}",
            finalite=usage.finalite,
            base=usage.base,
            donnees="un identifiant opaque, et ce que dit la fiche",
            personnes=_compte(len(qui[nom]), "personne"),
            combien=_compte(cites[nom], "fiche"),
            conservation=usage.duree,
        )


def _compte(combien: int, quoi: str) -> str:
    return f"{combien} {quoi}{'s' * (combien > 1)}"


def _mesures(c: Contexte) -> Iterator[str]:
    yield "Les noms et les contacts sont à part (le registre), fermés aux autres comptes de l'ordinateur."
    yield "Le reste du lieu ne porte qu'un identifiant opaque ; l'outil refuse qu'un nom y entre."
    yield "Effacer quelqu'un ôte son nom de toute l'histoire du registre, sur chaque poste."
    yield "Les sauvegardes sont chiffrées (age) ; aucune note sur une personne qu'on n'oserait lui lire."
    if moyeu.liee(c.archive):
        yield "Les postes du lieu se retrouvent sur un moyeu, qui refuse ce qui ne doit pas y entrer."
