"""`tl accueil passage` : qui entre. Au comptoir, on dit « riverains 3 » et c'est noté."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.accueil.options import Public
from tiers_lieu_cli.accueil.passage import fiches, regles
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Mouvement
from tiers_lieu_cli.accueil.passage.regles import Dit
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.saisie import Sens as Vers
from tiers_lieu_cli.noyau.temps.saisie import lire_moment

app = Application()

Mots = Annotated[
    list[liens.Beneficiaire] | None,
    typer.Argument(metavar="[PUBLIC [NOMBRE] | @QUI]…", help="Comme on le dit : riverains 3, @karim."),
]
Nombre = Annotated[int | None, typer.Option("--nombre", help="Combien de personnes de ce public.")]
Quand = Annotated[
    str, typer.Option("--quand", help='Le moment, si ce n\'est pas maintenant : "9h15", "hier 14h", "hier".')
]


class Qui(msgspec.Struct, frozen=True):
    """Qui passe la porte, comme on le dit au comptoir, et quand."""

    mots: Mots = None
    public: Public = None
    nombre: Nombre = None
    quand: Quand = ""


@app.ecrit("passage", qui=Qui)
def passage(c: Contexte, e: Ecriture, qui: Qui) -> Fait | Rien:
    """Noter qui entre : une personne connue, ou des anonymes d'un public.

    D'un anonyme, rien n'est gardé que son public. Qui est déjà là n'est pas compté deux fois.

    Exemples :
        tl accueil passage riverains 3
        tl accueil passage @karim membres 2
        tl accueil passage --public riverains --nombre 3 --quand "hier 14h"
    """
    dits, moment, aujourdhui = (
        dire(c, qui, "passage"),
        moment_dit(c, qui.quand),
        c.horloge.aujourdhui(),
    )
    jour = moment.date() if isinstance(moment, datetime) else moment
    du_jour = PASSAGES.du_jour(c.arbre, jour).fiches
    soiree = fiches.de_la_soiree(c.arbre, moment).fiches if isinstance(moment, datetime) else du_jour
    dits, la = regles.entrants(dits, soiree, moment)
    if not dits:
        return Rien(phrase=f"{regles.dire_deja_la(la)} : rien de plus à noter.", suite="tl accueil presents")
    neufs = [regles.noter(dit, moment, Mouvement.ARRIVEE, c.hasard) for dit in dits]
    for neuf in neufs:
        PASSAGES.poser(e, neuf)
    total = regles.combien((*du_jour, *neufs))
    le_jour = "aujourd'hui" if jour == aujourdhui else temps.dire_jour(jour, aujourdhui)
    return Fait(
        id=neufs[0].id,
        action="accueil.passage",
        histoire=f"Passage : {regles.dire_sans_nom(dits)}, {temps.dire_jour(jour)}",
        phrase=f"{regles.dire_arrivee(dits)} ({total} passage{'s' * (total > 1)} {le_jour}).",
        lignes=[f"{regles.dire_deja_la(la)}."] if la else (),
        suite="tl accueil presents" if jour == aujourdhui else f"tl accueil passages --du {jour}",
    )


_QUESTIONS = {"passage": "Qui passe ?", "depart": "Qui repart ?"}


def dire(c: Contexte, qui: Qui, verbe: str) -> list[Dit]:
    """Ce qu'on a dit, personnes désignées ; leur public est celui qu'on donne, sinon celui du registre.

    `verbe` : celui de l'accueil qui le demande, pour dire comment répondre.
    """
    publics = c.lieu.reglages.publics
    gens = [mot for mot in qui.mots or () if mot.startswith("@")]
    seul = qui.public if gens and len(gens) == len(qui.mots or ()) and qui.nombre is None else None
    groupe = [*filter(None, [qui.public]), *([] if qui.nombre is None else [str(qui.nombre)])]
    dits = regles.comprendre([*(qui.mots or ()), *([] if seul else groupe)], publics)
    if not dits:
        raise ErreurUsage(_QUESTIONS[verbe], f"Dire par exemple : tl accueil {verbe} {publics[0]} 3")
    le_sien = c.lieu.reglages.publics_connus([seul])[0] if seul else ""
    return [_designer(c, dit, le_sien) if dit.personne else dit for dit in dits]


def _designer(c: Contexte, dit: Dit, public: str) -> Dit:
    ident = c.registre.designer(dit.personne)
    connue = c.registre.une(ident)
    return Dit(public or (connue.publics[0] if connue and connue.publics else ""), 1, ident)


def moment_dit(c: Contexte, quand: str) -> datetime | date:
    """Maintenant, ou le moment donné ; un jour sans heure reste sans heure."""
    return lire_moment(quand, c.horloge.murale(), c.lieu.fuseau, Vers.PASSE) if quand else c.horloge.murale()
