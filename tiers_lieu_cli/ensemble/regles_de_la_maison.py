"""`tl regles` : la charte et les règles de la maison, d'où elles viennent, ce qui les applique."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regle.modele import CHARTES, CharteCitee
from tiers_lieu_cli.espace.regle.regles import dire as dire_la_regle
from tiers_lieu_cli.journal import regles as notes
from tiers_lieu_cli.journal.decision.modele import DECISIONS, DecisionCitee
from tiers_lieu_cli.journal.regle.modele import CHARTE, REGLES, Regle, RegleCitee
from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte, remonter
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.pages import document
from tiers_lieu_cli.noyau.pages.document import Document, Section
from tiers_lieu_cli.noyau.pages.rendu import Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.texte import en_tirets

app = Application("La charte et les règles de la maison : lire, écrire, relire.")
app.anciens["oter"] = "retirer"


_EXEMPLE = 'tl regles creer "Le bruit" --texte "Plus de musique après 22 h."'
_Laquelle = Annotated[RegleCitee, typer.Argument(metavar="ID", help="La règle (Tab propose).")]
_Texte = Annotated[
    str | None, typer.Option("--texte", help="Le texte, en Markdown ; sans lui, l'éditeur s'ouvre.")
]
_Decision = Annotated[
    DecisionCitee | None, typer.Option("--decision", metavar="ID", help="La décision qui l'a faite.")
]
_Applique = Annotated[
    list[CharteCitee] | None,
    typer.Option("--applique", metavar="ID", help="La règle des salles qui l'applique."),
]
_Revoir = Annotated[str | None, typer.Option("--revoir", metavar="JOUR", help="Quand la relire : dans 1 an.")]


@app.lit("lire", page=Page)
def lire(
    c: Contexte,
    page: Page,
    laquelle: Annotated[RegleCitee, typer.Argument(metavar="[ID]", help="Une seule règle.")] = "",
) -> None:
    """La charte et les règles de la maison : qui les a décidées, ce que l'outil en applique.

    Exemples :
        tl regles lire
        tl regles lire --sortie ~/regles.pdf
    """
    vue = _vue(c, c.arbre, laquelle, "")
    if not document.rendre(c, vue, page, "La page"):
        document.dire(c, vue)
        if len(vue.sections) < 2 and not laquelle:
            c.ecran.dire('\n  Ensuite : tl regles creer "Le bruit" --texte "Plus de musique après 22 h."')


@app.lit("au", page=Page)
def au(
    c: Contexte,
    jour: Annotated[str, typer.Argument(metavar="JOUR", help="Le jour : 1/1/2026, il y a 3 mois.")],
    page: Page,
) -> None:
    """Les règles telles qu'elles étaient un jour, et ce qui en a changé depuis.

    Exemple :
        tl regles au 24/11/2026
    """
    soir, _, arbre = remonter(c.archive, c.horloge, jour)
    vue = _vue(c, arbre, "", f"au {temps.dire_jour(soir.date())}")
    vue = structs.replace(vue, sections=(*vue.sections, *_depuis(arbre, c.arbre)))
    if not document.rendre(c, vue, page, "La page"):
        document.dire(c, vue)


def _depuis(alors: Arbre, ici: Arbre) -> Iterator[Section]:
    """Ce qui a changé entre ces règles et celles d'aujourd'hui."""
    avant, apres = ({r.id: r for r in REGLES.toutes(arbre).fiches} for arbre in (alors, ici))
    dits = [f"ajoutée : {apres[i].titre}" for i in sorted(apres.keys() - avant.keys())]
    dits += [f"ôtée : {avant[i].titre}" for i in sorted(avant.keys() - apres.keys())]
    dits += [
        f"changée : {apres[i].titre}"
        for i in sorted(apres.keys() & avant.keys())
        if (apres[i].titre, apres[i].texte) != (avant[i].titre, avant[i].texte)
    ]
    if alors.lire(CHARTE) != ici.lire(CHARTE):
        dits.append("changée : la charte")
    if dits:
        yield Section("Depuis", notes=tuple(dits))


def _vue(c: Contexte, arbre: Arbre, laquelle: str, quand: str) -> Document:
    """La charte d'abord, puis chaque règle avec ce qui la fonde et ce qui l'applique."""
    regles = [REGLES.exiger(arbre, laquelle)] if laquelle else list(REGLES.toutes(arbre).fiches)
    sections = [_section(arbre, r) for r in sorted(regles, key=lambda r: (r.titre, r.id))]
    prose = (arbre.lire(CHARTE) or b"").decode("utf-8", "replace") if not laquelle else ""
    if prose.strip():
        sections.insert(0, Section("", prose))
    return Document(c.lieu.reglages.nom, "Charte et règles", quand, tuple(sections))


def _section(arbre: Arbre, r: Regle) -> Section:
    dits = [f"depuis le {temps.dire_jour(r.depuis)}"]
    decision = DECISIONS.une(arbre, r.decision) if r.decision else None
    if decision:
        dits.append(f"décidée le {temps.dire_jour(decision.le)} : « {decision.titre} »")
    if r.revoir:
        dits.append(f"à relire {temps.dire_jour(r.revoir)}")
    noms = {s.id: s.nom for s in SALLES.toutes(arbre).fiches}
    appliquees = (charte for ident in r.applique if (charte := CHARTES.une(arbre, ident)))
    dites = [phrase for charte in appliquees for phrase in dire_la_regle(charte, noms)]
    return Section(
        r.titre,
        taire(r.texte, "quelqu'un"),
        notes=(" ; ".join(dits), *(f"l'outil l'applique : {d}" for d in dites)),
    )


@app.ecrit("creer")
def creer(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="En quelques mots.")],
    contenu: _Texte = None,
    decision: _Decision = None,
    applique: _Applique = None,
    revoir: _Revoir = None,
) -> Fait:
    """Écrire une règle de la maison, et dire d'où elle vient.

    Exemple :
        tl regles creer "Le bruit" --texte "Plus de musique après 22 h." --revoir "dans 1 an"
    """
    dit = texte.ligne(titre, "Le titre")
    neuve = Regle(
        id=REGLES.ident_libre(c.arbre, en_tirets(taire(dit, " "), "regle"), c.hasard),
        titre=dit,
        depuis=c.horloge.aujourdhui(),
        texte=notes.texte_propre(contenu if contenu is not None else c.editer(""), _EXEMPLE),
        decision=_decision(c, decision or ""),
        applique=tuple(CHARTES.exiger(c.arbre, mot).id for mot in applique or ()),
        revoir=_jour(c, revoir or ""),
    )
    REGLES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="regles.creer",
        histoire=f"Règle de la maison : « {neuve.titre} »",
        phrase=f"« {neuve.titre} » est une règle de la maison.",
        suite="tl regles lire",
    )


def _decision(c: Contexte, mot: str) -> str:
    return DECISIONS.exiger(c.arbre, mot).id if mot else ""


def _jour(c: Contexte, dit: str) -> date | None:
    return saisie.lire_jour(dit, c.horloge.murale()) if dit else None


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    laquelle: _Laquelle,
    contenu: _Texte = None,
    decision: _Decision = None,
    applique: _Applique = None,
    revoir: _Revoir = None,
) -> Fait:
    """Changer une règle ; l'histoire garde l'ancienne (tl regles au DATE).

    Exemple :
        tl regles modifier le-bruit --texte "Plus de musique après 21 h."
    """
    ancienne = REGLES.exiger(c.arbre, laquelle)
    champs: dict[str, object] = {}
    if decision is not None:
        champs["decision"] = _decision(c, decision)
    if applique is not None:
        champs["applique"] = tuple(CHARTES.exiger(c.arbre, mot).id for mot in applique if mot)
    if revoir is not None:
        champs["revoir"] = _jour(c, revoir)
    if contenu is not None or not champs:
        champs["texte"] = notes.texte_propre(
            contenu if contenu is not None else c.editer(ancienne.texte), _EXEMPLE
        )
    nouvelle = structs.replace(ancienne, **champs)
    modification.exiger(ancienne, nouvelle)
    REGLES.corriger(e, ancienne, nouvelle)
    return _dit(nouvelle, "regles.modifier", "Règle changée", "est changée")


@app.ecrit("revoir")
def revoir_(c: Contexte, e: Ecriture, laquelle: _Laquelle, revoir: _Revoir = None) -> Fait:
    """Dire qu'on a relu une règle, et qu'elle tient.

    Exemple :
        tl regles revoir le-bruit --revoir "dans 1 an"
    """
    ancienne = REGLES.exiger(c.arbre, laquelle)
    neuve = structs.replace(ancienne, relue_le=c.horloge.aujourdhui(), revoir=_jour(c, revoir or ""))
    REGLES.corriger(e, ancienne, neuve)
    return _dit(neuve, "regles.revoir", "Règle relue", "est relue et tient")


@app.ecrit("retirer")
def retirer(c: Contexte, e: Ecriture, laquelle: _Laquelle) -> Fait:
    """Ôter une règle ; l'histoire la garde.

    Exemple :
        tl regles retirer le-bruit
    """
    regle = REGLES.exiger(c.arbre, laquelle)
    e.retirer(REGLES.genre.chemin(regle.id))
    return _dit(regle, "regles.retirer", "Règle ôtée", "n'est plus une règle de la maison")


@app.ecrit("charte")
def charte(c: Contexte, e: Ecriture, contenu: _Texte = None) -> Fait:
    """Écrire la charte, dans l'éditeur ; l'histoire en garde chaque version (tl regles au DATE).

    Exemples :
        tl regles charte
        tl regles charte --texte "Ici, on entre sans raison."
    """
    avant = (e.lire(CHARTE) or b"").decode("utf-8", "replace")
    exemple = 'tl regles charte --texte "Ici, on entre sans raison."'
    propre = notes.texte_propre(contenu if contenu is not None else c.editer(avant), exemple)
    octets = f"{propre.rstrip()}\n".encode()
    if octets == avant.encode():
        raise ErreurUsage("Rien ne change : la charte dit déjà cela.", "La lire : tl regles lire")
    e.remplacer(CHARTE, octets)
    return Fait(
        id="charte",
        action="regles.charte",
        histoire="La charte change" if avant.strip() else "La charte est écrite",
        phrase="La charte est enregistrée.",
        suite="tl regles lire",
    )


def _dit(r: Regle, action: str, histoire: str, fait: str) -> Fait:
    return Fait(
        id=r.id,
        action=action,
        histoire=f"{histoire} : « {r.titre} »",
        phrase=f"« {r.titre} » {fait}.",
        suite="tl regles lire",
    )
