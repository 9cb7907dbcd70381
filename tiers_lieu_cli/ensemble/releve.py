"""`tl journal releve`, `accuser` : lire la passation, et redire ce qu'on en a compris."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.journal import fiches
from tiers_lieu_cli.journal import regles as notes
from tiers_lieu_cli.journal.passation.modele import (
    PASSATIONS,
    Chose,
    Gravite,
    Passation,
    Reglee,
    Rubrique,
    derniere,
)
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import phrase

releve_app, accuser_app = Application(), Application()
TITRES = {
    Rubrique.URGENT: "Urgent",
    Rubrique.FERME: "Fermé, hors service",
    Rubrique.A_FAIRE: "À faire",
    Rubrique.DEHORS: "Clés et prêts dehors",
    Rubrique.PROMIS: "Promis, en attente",
    Rubrique.COURT: "Ce qui court aussi",
}
_GRAVITES = {
    Gravite.CALME: "La maison est calme",
    Gravite.A_SURVEILLER: "À surveiller",
    Gravite.URGENT: "Urgent",
}
#: Ce qui tient sur une page : des lignes de tant de lettres, et de chaque liste à côté ; la fiche garde tout.
SUR_LA_PAGE, COLONNE, A_COTE = 44, 56, 8


def _passations(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in sorted(PASSATIONS.idents(c.arbre), reverse=True)[:30]]


_Laquelle = Annotated[
    str,
    typer.Argument(metavar="[PASSATION]", help="Sinon, la dernière.", autocompletion=completion(_passations)),
]


class Section(msgspec.Struct, frozen=True):
    """Une rubrique à montrer : ce qu'on y lit, et combien il y en a de plus."""

    titre: str
    lignes: tuple[dict[str, str], ...]
    reste: int = 0


class Releve(msgspec.Struct, frozen=True):
    """Une passation à lire, à plat ; les gens y sont nommés."""

    lieu: str
    id: str
    quand: str
    de: str
    a: str
    gravite: str
    etat: str
    texte: str
    si: tuple[str, ...]
    journee: tuple[str, ...]
    sections: tuple[Section, ...]
    reglees: tuple[str, ...]
    change: tuple[str, ...]
    depuis: str
    recue: str


@releve_app.lit("releve", page=Page)
def releve(c: Contexte, page: Page, laquelle: _Laquelle = "") -> None:
    """Prendre la relève : lire la dernière passation, à l'écran ou sur une page imprimée.

    Exemples :
        tl journal releve
        tl journal releve --sortie ~/passation.pdf
    """
    p = _exiger(c, laquelle)
    forme = rendu.forme(page.format, page.sortie, json=page.json)
    if forme is Format.JSON and page.sortie is None:
        c.ecran.json(p)
        return
    if forme is Format.TERMINAL:
        _au_terminal(c, p)
        return
    vue = _vue(c, p, entiere=forme is Format.MD)
    rendu.ecrire(c, "passation", p if forme is Format.JSON else vue, forme, page, "La passation", noms=True)


def _exiger(c: Contexte, mot: str) -> Passation:
    trouvee = PASSATIONS.exiger(c.arbre, mot) if mot else derniere(c.arbre)
    if trouvee is None:
        raise ErreurUsage("Aucune passation encore.", "En faire une : tl journal passation --pour @QUI")
    return trouvee


def _par_rubrique(p: Passation) -> int:
    """Combien de chaque rubrique la page peut montrer, pour qu'elle reste une page."""
    rubriques = [[x for x in p.ouvertes if x.rubrique is r] for r in TITRES if r is not Rubrique.COURT]
    combien = max(1, *map(len, rubriques))
    while combien > 1 and sum(_lignes(x) for r in rubriques for x in r[:combien]) > SUR_LA_PAGE:
        combien -= 1
    return combien


def _lignes(x: Chose) -> int:
    """Les lignes qu'elle prend dans la colonne."""
    return sum(1 + len(dit) // COLONNE for dit in (x.phrase, *x.mot.splitlines()))


def _quelques(dits: Sequence[str], combien: int) -> tuple[str, ...]:
    reste = len(dits) - combien
    return tuple(dits if reste <= 0 else [*dits[:combien], f"… et {reste} de plus"])


def _vue(c: Contexte, p: Passation, *, entiere: bool) -> Releve:
    """Ce qu'on lit ; `entiere`, ou ce qui tient sur une page."""
    combien = len(p.ouvertes) if entiere else _par_rubrique(p)
    a_cote = 10**6 if entiere else A_COTE
    nomme = c.registre.montrer
    sections = []
    for rubrique, titre in TITRES.items():
        siennes = [x for x in p.ouvertes if x.rubrique is rubrique]
        if rubrique is Rubrique.COURT:
            continue
        lignes = tuple({"phrase": nomme(x.phrase), "mot": nomme(x.mot)} for x in siennes[:combien])
        if siennes:
            sections.append(Section(titre, lignes, len(siennes) - len(lignes)))
    recue = f"reçue {_dire(p.recue_le)} par {c.registre.nom(p.recue_par)}" if p.recue_par else ""
    return Releve(
        lieu=c.lieu.reglages.nom,
        id=p.id,
        quand=f"{temps.dire_jour(p.quand.date())}, {p.quand:%H:%M}",
        de=c.registre.nom(p.de) if p.de else "",
        a=c.registre.nom(p.a) if p.a else "",
        gravite=p.gravite,
        etat=_GRAVITES[p.gravite],
        texte=nomme(p.texte),
        si=_quelques([*map(nomme, p.si)], a_cote),
        journee=_quelques([*map(nomme, p.journee)], a_cote),
        sections=(*sections, *_courent(p)),
        reglees=_quelques([nomme(_dire_reglee(r)) for r in p.reglees], a_cote),
        change=_quelques([*map(nomme, p.change)], a_cote),
        depuis=_dire(p.depuis),
        recue=f"{recue} : « {nomme(p.compris)} »" if recue and p.compris else recue,
    )


def _courent(p: Passation) -> Iterator[Section]:
    """Ce qui court est compté par sorte : « 14 besoins »."""
    comptes: dict[str, int] = {}
    for x in p.ouvertes:
        if x.rubrique is Rubrique.COURT:
            sorte = x.phrase.partition(" :")[0].partition(" de ")[0]
            comptes[sorte] = comptes.get(sorte, 0) + 1
    if comptes:
        dit = ", ".join(f"{n} {sorte}{'s' * (n > 1 and ' ' not in sorte)}" for sorte, n in comptes.items())
        yield Section(TITRES[Rubrique.COURT], ({"phrase": dit, "mot": ""},))


def _dire(moment: str) -> str:
    lu = datetime.fromisoformat(moment)
    return f"{temps.dire_jour(lu.date())}, {lu:%H:%M}"


def _dire_reglee(r: Reglee) -> str:
    return f"{r.phrase} → {r.comment}" if r.comment else r.phrase


def _au_terminal(c: Contexte, p: Passation) -> None:
    vue = _vue(c, p, entiere=True)
    gens = f"{vue.de or '…'} → {vue.a or '…'}" if vue.de or vue.a else ""
    c.ecran.titre(f"{vue.lieu} · passation du {vue.quand}", gens)
    c.ecran.dire(f"{vue.etat}.{f' {phrase(vue.recue)}' if vue.recue else ''}")
    if vue.texte:
        c.ecran.dire(f"\n{vue.texte}")
    _liste(c, "Si…", vue.si)
    _liste(c, "Aujourd'hui et demain", vue.journee)
    for section in vue.sections:
        _liste(c, section.titre, [_avec_son_mot(x["phrase"], x["mot"]) for x in section.lignes])
    _liste(c, "Réglé", vue.reglees)
    _liste(c, f"Ce qui a changé depuis {vue.depuis}", vue.change)
    if not p.recue_le:
        c.ecran.dire("\n  Ensuite, dire qu'on l'a reçue : tl journal accuser --compris")


def _avec_son_mot(dit: str, mot: str) -> str:
    return "\n      ".join([dit, *mot.splitlines()])


def _liste(c: Contexte, titre: str, lignes: Sequence[str]) -> None:
    if lignes:
        c.ecran.dire(f"\n{titre}")
        for ligne in lignes:
            c.ecran.dire(f"  · {ligne}")


@accuser_app.ecrit("accuser")
def accuser(
    c: Contexte,
    e: Ecriture,
    compris: Annotated[str, typer.Option("--compris", help="Ce qu'on en retient, redit avec ses mots.")],
    laquelle: _Laquelle = "",
    par: Annotated[PersonneCitee, typer.Option("--par", help="Qui la reçoit.")] = "",
) -> Fait:
    """Dire qu'on a reçu une passation, et ce qu'on en a compris : celle qui part l'entend redire.

    Exemple :
        tl journal accuser --compris "La clé de la cave d'abord ; ne pas toucher au four"
    """
    p = _exiger(c, laquelle)
    if p.recue_le:
        raise ErreurUsage(
            f"Elle est déjà reçue, {_dire(p.recue_le)}.", f"La relire : tl journal releve {p.id}"
        )
    qui = c.registre.exiger(par).id if par else p.a or fiches.qui_note(c, "")
    recue = structs.replace(
        p,
        recue_le=temps.ecrire_moment(c.horloge.murale()),
        recue_par=qui,
        compris=notes.texte_propre(compris, 'tl journal accuser --compris "La clé de la cave, en premier"'),
    )
    PASSATIONS.corriger(e, p, recue)
    return Fait(
        id=p.id,
        action="journal.accuser",
        histoire=f"Passation reçue, {_dire(p.moment)}",
        phrase=f"Passation reçue{f' par {qui}' if qui else ''}.",
        suite="tl aujourdhui",
    )
