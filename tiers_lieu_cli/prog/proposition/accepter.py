"""`tl prog accepter` : une idée devient une activité, qui garde d'où elle vient."""

from __future__ import annotations

from itertools import combinations
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fiches as evenements
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.options import Ailleurs, Capacite, Porteurs, Publics, Salles
from tiers_lieu_cli.prog.proposition import regles
from tiers_lieu_cli.prog.proposition.commandes import Idee, Reponse, suite_de_la_reponse
from tiers_lieu_cli.prog.proposition.modele import PROPOSITIONS, Proposition
from tiers_lieu_cli.prog.serie.modele import SERIES

app = Application()


def _series(c: Contexte) -> list[tuple[str, str]]:
    return [(serie.id, serie.titre) for serie in SERIES.toutes(c.arbre).fiches]


@app.action("accepter")
def accepter(
    ctx: typer.Context,
    idee: Idee,
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
    serie: Annotated[
        str | None,
        typer.Option(
            "--serie", metavar="ID", help="Une série déjà créée.", autocompletion=completion(_series)
        ),
    ] = None,
    reponse: Reponse = "",
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Faire d'une idée une activité du programme ; le public et le besoin d'origine suivent.

    Exemples :
        tl prog accepter 2026-11-24-cafe-des-langues-7k2m --quand "dimanche 15h-17h" --salle cour
        tl prog accepter cafe-des-langues --quand "dim 6/12 15h-17h" --quand "dim 13/12 15h-17h"
        tl prog accepter cafe-des-langues --serie cafe-des-langues-q2x7
    """
    c = ouvrir(ctx)
    if serie:
        _relier_a_la_serie(c, idee, serie, quand, reponse, json=json, essai=essai)
        return
    moments = [saisie.lire_creneau(q, c.horloge.murale(), c.lieu.fuseau) for q in quand or ()]
    _exiger_distincts(moments)
    dite = " ".join(c.registre.rendre_opaque(reponse).split())
    dits = Dits(salles=salles, ailleurs=ailleurs, publics=publics, porteurs=porteurs, capacite=capacite)
    with c.ecriture() as ecriture:
        ancienne = PROPOSITIONS.exiger(c.arbre, idee)
        neufs = [_evenement(c, ancienne, creneau, dits, titre, brouillon) for creneau in moments]
        acceptee = regles.accepter(
            ancienne, c.horloge.aujourdhui(), dite, tuple(e.id for e in neufs), serie=""
        )
        _poser(c, ecriture, neufs)
        PROPOSITIONS.corriger(ecriture, ancienne, acceptee)
        dates = " · ".join(temps.dire_creneau(e.creneau, c.horloge.aujourdhui()) for e in neufs)
        fait = Fait(
            id=neufs[0].id,
            action="prog.accepter",
            histoire=f"Idée acceptée : « {ancienne.titre} » devient « {neufs[0].titre} »",
            phrase=f"« {neufs[0].titre} » est au programme, {dates} ({neufs[0].id}).",
            suite=suite_de_la_reponse(c, acceptee),
        )
        c.achever(ecriture, fait, json=json, essai=essai)


def _relier_a_la_serie(
    c: Contexte, idee: str, serie: str, quand: list[str] | None, reponse: str, *, json: bool, essai: bool
) -> None:
    """L'idée est devenue une série, qui en garde l'origine."""
    if quand:
        raise ErreurUsage(
            "Une idée devient des dates, ou une série.", "Donner --quand ou --serie, pas les deux."
        )
    dite = " ".join(c.registre.rendre_opaque(reponse).split())
    with c.ecriture() as ecriture:
        ancienne, reliee = PROPOSITIONS.exiger(c.arbre, idee), SERIES.exiger(c.arbre, serie)
        if reliee.proposition:
            raise ErreurUsage(f"« {reliee.titre} » vient déjà d'une idée : {reliee.proposition}.")
        acceptee = regles.accepter(ancienne, c.horloge.aujourdhui(), dite, (), serie=reliee.id)
        besoins = tuple(dict.fromkeys((*reliee.besoins, *ancienne.besoins)))
        SERIES.corriger(ecriture, reliee, structs.replace(reliee, proposition=ancienne.id, besoins=besoins))
        PROPOSITIONS.corriger(ecriture, ancienne, acceptee)
        fait = Fait(
            id=reliee.id,
            action="prog.accepter",
            histoire=f"Idée acceptée : « {ancienne.titre} » devient la série « {reliee.titre} »",
            phrase=f"« {c.registre.montrer(ancienne.titre)} » est devenue « {reliee.titre} » ({reliee.id}).",
            suite=suite_de_la_reponse(c, acceptee),
        )
        c.achever(ecriture, fait, json=json, essai=essai)


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
    c: Contexte, idee: Proposition, creneau: Creneau, dits: Dits, titre: str | None, brouillon: bool
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


def _poser(c: Contexte, ecriture: Ecriture, neufs: list[Evenement]) -> None:
    occupations.exiger_libre(c.arbre, evenements.occupations(neufs), c.horloge.murale())
    for e in neufs:
        evenements.collection(e.id, e.creneau).poser(ecriture, e)
