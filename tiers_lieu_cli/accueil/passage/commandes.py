"""`tl accueil passage` : qui entre. Au comptoir, on dit « riverains 3 » et c'est noté."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.options import Public, qui
from tiers_lieu_cli.accueil.passage import regles
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Sens
from tiers_lieu_cli.accueil.passage.regles import Dit
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.saisie import Sens as Vers
from tiers_lieu_cli.noyau.temps.saisie import lire_moment

app = Application()


Mots = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PUBLIC [NOMBRE] | @QUI]…",
        help="Comme on le dit : riverains 3, @karim.",
        autocompletion=completion(qui),
    ),
]
Personnes = Annotated[
    list[str] | None,
    typer.Option(
        "--personne",
        metavar="@QUI",
        help="Une personne connue.",
        autocompletion=completion(personnes_a_citer),
    ),
]
Nombre = Annotated[int | None, typer.Option("--nombre", help="Combien de personnes de ce public.")]
Quand = Annotated[
    str, typer.Option("--quand", help='Le moment, si ce n\'est pas maintenant : "9h15", "hier 14h", "hier".')
]


@app.action("passage")
def passage(
    ctx: typer.Context,
    mots: Mots = None,
    connues: Personnes = None,
    public: Public = None,
    nombre: Nombre = None,
    quand: Quand = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Noter qui entre : une personne connue, ou des anonymes d'un public.

    D'un anonyme, rien n'est gardé que son public.

    Exemples :
        tl accueil passage riverains 3
        tl accueil passage @karim membres 2
        tl accueil passage --public riverains --nombre 3 --quand "hier 14h"
    """
    c = ouvrir(ctx)
    dits = dire(c, mots, connues, public, nombre)
    moment = moment_dit(c, quand)
    with c.ecriture() as ecriture:
        neufs = [regles.noter(dit, moment, Sens.ARRIVEE, c.hasard) for dit in dits]
        for neuf in neufs:
            PASSAGES.poser(ecriture, neuf)
        jour = moment.date() if isinstance(moment, datetime) else moment
        total = regles.combien((*PASSAGES.du_jour(c.arbre, jour).fiches, *neufs))
        le_jour = (
            "aujourd'hui" if jour == c.horloge.aujourdhui() else temps.dire_jour(jour, c.horloge.aujourdhui())
        )
        fait = Fait(
            id=neufs[0].id,
            action="accueil.passage",
            histoire=f"Passage : {dire_sans_nom(dits)}, {temps.dire_jour(jour)}",
            phrase=f"{_dire(c, dits)} ({total} passage{'s' * (total > 1)} {le_jour}).",
            suite="tl accueil presents"
            if jour == c.horloge.aujourdhui()
            else f"tl accueil passages --du {jour}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def dire(
    c: Contexte,
    mots: list[str] | None,
    connues: list[str] | None,
    public: str | None,
    nombre: int | None,
) -> list[Dit]:
    """Ce qu'on a dit, personnes désignées ; leur public est celui qu'on donne, sinon celui du registre."""
    publics = c.lieu.reglages.publics
    citees = [f"@{mot.removeprefix('@')}" for mot in connues or ()]
    seul = public if citees and not mots and nombre is None else None
    groupe = [*filter(None, [public]), *([] if nombre is None else [str(nombre)])]
    dits = regles.comprendre([*(mots or ()), *([] if seul else groupe), *citees], publics)
    if not dits:
        raise ErreurUsage("Qui passe ?", f"Dire par exemple : tl accueil passage {publics[0]} 3")
    le_sien = c.lieu.reglages.publics_connus([seul])[0] if seul else ""
    return [_designer(c, dit, le_sien) if dit.personne else dit for dit in dits]


def _designer(c: Contexte, dit: Dit, public: str) -> Dit:
    ident = c.registre.designer(dit.personne)
    connue = c.registre.une(ident)
    return Dit(public or (connue.publics[0] if connue and connue.publics else ""), 1, ident)


def moment_dit(c: Contexte, quand: str) -> datetime | date:
    """Maintenant, ou le moment donné ; un jour sans heure reste sans heure."""
    return lire_moment(quand, c.horloge.murale(), c.lieu.fuseau, Vers.PASSE) if quand else c.horloge.murale()


def dire_sans_nom(dits: list[Dit]) -> str:
    """Ce que l'histoire en garde : des nombres et des publics, personne d'autre."""
    return ", ".join(
        "une personne" if dit.personne else regles.dire_groupe(dit.public, dit.nombre).lower() for dit in dits
    )


def _dire(c: Contexte, dits: list[Dit]) -> str:
    groupes = [regles.dire_groupe(d.public, d.nombre) for d in dits if not d.personne]
    noms = [c.registre.nom(d.personne) for d in dits if d.personne]
    if noms and not groupes:
        return f"{_et(noms)} {'est là' if len(noms) == 1 else 'sont là'}"
    pluriel = len(dits) > 1 or dits[0].nombre > 1
    suite = [groupes[0], *(g[0].lower() + g[1:] for g in groupes[1:]), *noms]
    return f"{_et(suite)} accueilli{'s' * pluriel}"


def _et(mots: list[str]) -> str:
    return " et ".join(filter(None, [", ".join(mots[:-1]), mots[-1]]))
