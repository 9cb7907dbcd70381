"""`tl convention engagement` : ce que chaque côté promet, tient, renégocie ; avec sa preuve."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.convention.convention import fiches as conventions
from tiers_lieu_cli.convention.convention import textes
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, Convention
from tiers_lieu_cli.convention.engagement import preuves, regles
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS, Cote, Engagement, EngagementCite, Report
from tiers_lieu_cli.convention.options import AvecLui, De, Laquelle, Le, Note, jour_libre, jour_passe
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, MotAmbigu
from tiers_lieu_cli.noyau.fiches.identifiants import date_de
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import clef

app = Application("Les engagements réciproques : promis, tenus, renégociés.")
app.anciens["ajouter"] = "creer"


Lequel = Annotated[EngagementCite, typer.Argument(metavar="ID", help="L'engagement (Tab propose).")]
Pour = Annotated[str, typer.Option("--le", metavar="JOUR", help="Pour quand ; sinon, toute la durée.")]


def _exiger(c: Contexte, mot: str) -> Engagement:
    """L'engagement dit par son identifiant, ou par un mot de ce qu'il promet."""
    try:
        return ENGAGEMENTS.exiger(c.arbre, mot)
    except (FicheIntrouvable, MotAmbigu):
        cle = clef(mot)
        dits = [e for e in ENGAGEMENTS.en_cours.toutes(c.arbre).fiches if cle and cle in clef(e.quoi)]
        if len(dits) != 1:
            raise
        return dits[0]


def _exiger_ouvert(c: Contexte, mot: str) -> Engagement:
    lu = _exiger(c, mot)
    if not lu.est_ouvert:
        etat = regles.ou(lu, c.horloge.aujourdhui())
        raise Echec(f"« {lu.quoi} » est déjà {etat}.", "Voir ce qui reste : tl convention engagement liste")
    return lu


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    laquelle: Laquelle,
    quoi: Annotated[str, typer.Argument(help="À quoi l'on s'engage, en une phrase.")],
    de: Annotated[Cote, typer.Option("--de", help="Qui promet : la maison, ou le partenaire.")] = Cote.MAISON,
    pour: Pour = "",
    note: Note = "",
) -> Fait:
    """Ajouter ce qu'un côté promet ; tant que la convention n'est pas signée, son texte le dit aussi.

    Exemples :
        tl convention engagement creer c-7k2m "Prêter la salle le mardi soir"
        tl convention engagement creer c-7k2m "Tenir trois ateliers" --de partenaire --le 30/6/2027
    """
    convention = conventions.exiger_vive(c.arbre, laquelle)
    jour = c.horloge.aujourdhui()
    dit = texte.ligne(quoi, "L'engagement")
    neuf = Engagement(
        id=date_de(jour, taire(dit, " "), "engagement", c.hasard),
        convention=convention.id,
        de=de,
        quoi=dit,
        promis_le=jour,
        pour_le=jour_libre(c, pour) if pour else None,
        note=texte.ligne(note, "La note", vide=True),
    )
    if neuf.pour_le and neuf.pour_le < jour:
        raise ErreurUsage(
            f"{temps.dire_jour(neuf.pour_le)} est passé.", "Dire une date à venir, année comprise."
        )
    ENGAGEMENTS.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="convention.engagement.creer",
        histoire=f"Engagement ({_qui(c, convention, de)}) : {dit}",
        phrase=f"{texte.capitale(_qui(c, convention, de))} s'engage : {dit}.",
        lignes=textes.refaire(c, e, convention, neuf),
        suite=f"tl convention bilan {convention.avec}",
    )


def _qui(c: Contexte, convention: Convention | None, de: Cote) -> str:
    if de is Cote.MAISON or convention is None:
        return "la maison" if de is Cote.MAISON else "le partenaire"
    return conventions.noms(c.arbre).get(convention.avec, convention.avec)


@app.ecrit("tenir")
def tenir(
    c: Contexte,
    e: Ecriture,
    lequel: Lequel,
    preuve: Annotated[
        list[str] | None,
        typer.Option(
            "--preuve",
            metavar="FICHE",
            help="Un événement, une réservation, un prêt, des heures, un document.",
        ),
    ] = None,
    le: Le = "",
    note: Note = "",
) -> Fait:
    """Dire qu'un engagement est tenu, et ce qui le montre.

    Exemples :
        tl convention engagement tenir trois-ateliers
        tl convention engagement tenir trois-ateliers --preuve 2026-11-28-repair-cafe-7k2m
    """
    ancien = _exiger_ouvert(c, lequel)
    jour = jour_passe(c, le)
    neuf = structs.replace(
        ancien,
        tenu_le=jour,
        preuves=(*ancien.preuves, *(preuves.designer(c.arbre, mot) for mot in preuve or ())),
        note=texte.ligne(note, "La note", vide=True) or ancien.note,
    )
    ENGAGEMENTS.corriger(e, ancien, neuf)
    dit = "tenu en retard" if regles.ou(neuf, jour) is regles.Ou.TENU_EN_RETARD else "tenu"
    return Fait(
        id=neuf.id,
        action="convention.engagement.tenir",
        histoire=f"Engagement {dit} : {neuf.quoi}",
        phrase=f"« {neuf.quoi} » est {dit}.",
        lignes=[f"  Preuve : {preuves.dire(c.arbre, p)}" for p in neuf.preuves],
        suite="tl convention engagement liste",
    )


@app.ecrit("renegocier")
def renegocier(
    c: Contexte,
    e: Ecriture,
    lequel: Lequel,
    pour: Annotated[str, typer.Option("--le", metavar="JOUR", help="La nouvelle date, ensemble.")],
    motif: Annotated[str, typer.Option("--motif", help="Pourquoi, en quelques mots.")] = "",
) -> Fait:
    """Reporter un engagement d'un commun accord ; l'ancienne date se retrouve au bilan.

    Exemple :
        tl convention engagement renegocier trois-ateliers --le 30/9/2027 --motif "salle en travaux"
    """
    ancien = _exiger_ouvert(c, lequel)
    jour, vers = c.horloge.aujourdhui(), jour_libre(c, pour)
    if vers < jour:
        raise ErreurUsage(f"{temps.dire_jour(vers)} est passé.", "Dire une date à venir, année comprise.")
    report = Report(le=jour, de=ancien.pour_le, a=vers, motif=texte.ligne(motif, "Le motif", vide=True))
    neuf = structs.replace(ancien, pour_le=vers, reports=(*ancien.reports, report))
    ENGAGEMENTS.corriger(e, ancien, neuf)
    return Fait(
        id=neuf.id,
        action="convention.engagement.renegocier",
        histoire=f"Engagement renégocié : {neuf.quoi}, pour le {temps.dire_jour(vers)}",
        phrase=f"« {neuf.quoi} » est promis pour le {temps.dire_jour(vers, jour)}.",
        lignes=_dans_le_texte(c, e, neuf),
        suite="tl convention engagement liste",
    )


@app.ecrit("abandonner")
def abandonner(c: Contexte, e: Ecriture, lequel: Lequel, note: Note = "") -> Fait:
    """Y renoncer ensemble ; il n'est plus promis, son histoire reste.

    Exemple :
        tl convention engagement abandonner trois-ateliers --note "plus d'animateur"
    """
    ancien = _exiger_ouvert(c, lequel)
    neuf = structs.replace(
        ancien,
        abandonne_le=c.horloge.aujourdhui(),
        note=texte.ligne(note, "La note", vide=True) or ancien.note,
    )
    ENGAGEMENTS.corriger(e, ancien, neuf)
    return Fait(
        id=neuf.id,
        action="convention.engagement.abandonner",
        histoire=f"Engagement abandonné : {neuf.quoi}",
        phrase=f"« {neuf.quoi} » n'est plus promis.",
        lignes=_dans_le_texte(c, e, neuf),
        suite="tl convention engagement liste",
    )


def _dans_le_texte(c: Contexte, e: Ecriture, neuf: Engagement) -> list[str]:
    """Le texte de sa convention le suit, tant qu'il n'est pas signé."""
    convention = CONVENTIONS.une(c.arbre, neuf.convention)
    return textes.refaire(c, e, convention, neuf) if convention else []


@app.lit("liste")
def liste(
    c: Contexte,
    avec: AvecLui = "",
    convention: De = "",
    tout: Annotated[bool, typer.Option("--tout", help="Aussi ce qui est tenu ou abandonné.")] = False,
    json: Json = False,
) -> None:
    """Ce qui est promis des deux côtés, ce qui presse d'abord.

    Exemple :
        tl convention engagement liste --avec comite-du-pont
    """
    jour, noms = c.horloge.aujourdhui(), conventions.noms(c.arbre)
    qui = conventions.partenaire(c.arbre, avec).id if avec else ""
    de = conventions.exiger(c.arbre, convention).id if convention else ""
    siennes = {x.id: x.avec for x in conventions.toutes(c.arbre)}
    source = ENGAGEMENTS.toutes(c.arbre) if tout else ENGAGEMENTS.en_cours.toutes(c.arbre)
    c.ecran.defauts(source.defauts)
    vus = sorted(
        (e for e in source.fiches if de in ("", e.convention) and qui in ("", siennes.get(e.convention, ""))),
        key=lambda e: (e.pour_le is None, e.pour_le or jour, e.id),
    )
    c.ecran.liste(
        [{"fiche": e, "ou": regles.ou(e, jour)} for e in vus],
        "Rien n'est promis.  Ajouter : tl convention engagement creer --help",
        [
            Colonne("qui", Style.GRAS, cede=True),
            Colonne("s'engage à", cede=True),
            Colonne("pour", cede=True),
            Colonne(""),
            Colonne("", Style.PALE),
        ],
        (
            (
                "la maison"
                if e.de is Cote.MAISON
                else noms.get(siennes.get(e.convention, ""), "le partenaire"),
                e.quoi,
                temps.dire_jour(e.pour_le, jour) if e.pour_le else "toute la durée",
                regles.ou(e, jour),
                e.convention,
            )
            for e in vus
        ),
        json=json,
    )
