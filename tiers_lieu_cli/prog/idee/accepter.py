"""`tl prog accepter` : une idée devient une activité, qui garde d'où elle vient."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import SerieCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches as evenements
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.idee import regles
from tiers_lieu_cli.prog.idee.commandes import Laquelle, Reponse
from tiers_lieu_cli.prog.idee.modele import IDEES, Idee
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.options import Ailleurs, Capacite, Porteurs, Publics, Salles
from tiers_lieu_cli.prog.serie.modele import SERIES

app = Application()


@app.ecrit("accepter")
def accepter(
    c: Contexte,
    e: Ecriture,
    idee: Laquelle,
    quand: Annotated[
        list[str] | None,
        typer.Option("--quand", help='Le moment : "mardi 18h30-20h" ; plusieurs fois pour plusieurs dates.'),
    ] = None,
    titre: Annotated[
        str | None, typer.Option("--titre", help="Le titre au programme ; sinon l'idée.")
    ] = None,
    salles: Salles = None,
    ailleurs: Ailleurs = None,
    publics: Publics = None,
    porteurs: Porteurs = None,
    capacite: Capacite = None,
    brouillon: Annotated[bool, typer.Option("--brouillon", help="Pas encore sûr : jamais publié.")] = False,
    serie: Annotated[SerieCitee | None, typer.Option("--serie", help="Une série déjà créée.")] = None,
    reponse: Reponse = "",
) -> Fait:
    """Faire d'une idée une activité du programme ; le public et le besoin d'origine suivent.

    Exemples :
        tl prog accepter 2026-11-24-cafe-des-langues-7k2m --quand "dimanche 15h-17h" --salle cour
        tl prog accepter cafe-des-langues --quand "dim 6/12 15h-17h" --quand "dim 13/12 15h-17h"
        tl prog accepter cafe-des-langues --serie cafe-des-langues-q2x7
    """
    ancienne, dite = IDEES.exiger(c.arbre, idee), reponse and regles.reponse_propre(reponse)
    if serie:
        return _relier_a_la_serie(c, e, ancienne, serie, quand, dite)
    moments = [saisie.lire_creneau(q, c.horloge.murale(), c.lieu.fuseau) for q in quand or ()]
    _exiger_distincts(moments)
    dits = Dits(salles=salles, ailleurs=ailleurs, publics=publics, porteurs=porteurs, capacite=capacite)
    neufs = [_evenement(c, ancienne, creneau, dits, titre, brouillon) for creneau in moments]
    acceptee = regles.accepter(ancienne, c.horloge.aujourdhui(), dite, tuple(n.id for n in neufs), serie="")
    occupations.exiger_libre(c.arbre, evenements.occupations(neufs), c.horloge.murale())
    for neuf in neufs:
        evenements.collection(neuf.id, neuf.creneau).poser(e, neuf)
    IDEES.corriger(e, ancienne, acceptee)
    dates = " · ".join(temps.dire_creneau(n.creneau, c.horloge.aujourdhui()) for n in neufs)
    return Fait(
        id=neufs[0].id,
        action="prog.accepter",
        histoire=f"Idée acceptée : « {ancienne.titre} » devient « {neufs[0].titre} »",
        phrase=f"« {neufs[0].titre} » est au programme, {dates} ({neufs[0].id}).",
        suite=regles.suite_de_la_reponse(acceptee),
    )


def _relier_a_la_serie(
    c: Contexte, e: Ecriture, ancienne: Idee, serie: str, quand: list[str] | None, dite: str
) -> Fait:
    """L'idée est devenue une série, qui en garde l'origine."""
    if quand:
        raise ErreurUsage(
            "Une idée devient des dates, ou une série.", "Donner --quand ou --serie, pas les deux."
        )
    reliee = SERIES.exiger(c.arbre, serie)
    if reliee.proposition:
        raise ErreurUsage(f"« {reliee.titre} » vient déjà d'une idée : {reliee.proposition}.")
    acceptee = regles.accepter(ancienne, c.horloge.aujourdhui(), dite, (), serie=reliee.id)
    besoins = tuple(dict.fromkeys((*reliee.besoins, *ancienne.besoins)))
    SERIES.corriger(e, reliee, structs.replace(reliee, proposition=ancienne.id, besoins=besoins))
    IDEES.corriger(e, ancienne, acceptee)
    return Fait(
        id=reliee.id,
        action="prog.accepter",
        histoire=f"Idée acceptée : « {ancienne.titre} » devient la série « {reliee.titre} »",
        phrase=f"« {ancienne.titre} » est devenue « {reliee.titre} » ({reliee.id}).",
        suite=regles.suite_de_la_reponse(acceptee),
    )


def _exiger_distincts(moments: list[Creneau]) -> None:
    if not moments:
        raise ErreurUsage(
            "Quand aura-t-elle lieu ?", 'Le dire : --quand "mardi 18h30-20h", ou --serie ID si elle revient.'
        )
    for un, autre in combinations(moments, 2):
        if un.chevauche(autre):
            raise ErreurUsage(
                f"{temps.dire_creneau(un)} et {temps.dire_creneau(autre)} se chevauchent.",
                "Donner des moments qui se suivent.",
            )


def _evenement(
    c: Contexte, idee: Idee, creneau: Creneau, dits: Dits, titre: str | None, brouillon: bool
) -> Evenement:
    debut, fin = temps.ecrire_bornes(creneau)
    dit = structs.replace(dits, publics=dits.publics or list(idee.publics))
    nu = Evenement(
        id=idee.id,
        titre="-",
        debut=debut,
        fin=fin,
        etat=Etat.BROUILLON if brouillon else Etat.CONFIRME,
        proposition=idee.id,
        besoins=idee.besoins,
    )
    complet = completer(c, nu, dit, titre or regles.titre_au_programme(idee))
    ident = identifiants.date_de(creneau.premier_jour, complet.titre, "evenement", c.hasard)
    return structs.replace(complet, id=ident)
