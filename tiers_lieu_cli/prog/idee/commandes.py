"""La boîte à idées : `tl prog proposer`, `soutenir`, `boite`, `accepter`, `decliner`, `repondu`."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import IdeeCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog.idee import fiches, regles
from tiers_lieu_cli.prog.idee.modele import IDEES, SOUTIENS, Idee
from tiers_lieu_cli.prog.options import De, Publics, Qui
from tiers_lieu_cli.prog.origines import Besoins, besoins_designes

proposer_app = Application()
soutenir_app = Application()
boite_app = Application()
decliner_app = Application()
repondu_app = Application()


Laquelle = Annotated[IdeeCitee, typer.Argument(metavar="ID", help="L'idée (Tab propose).")]
Reponse = Annotated[str, typer.Option("--reponse", help="Ce qu'on en dira à qui l'a eue.")]


@proposer_app.ecrit("proposer")
def proposer(
    c: Contexte,
    e: Ecriture,
    texte: Annotated[str, typer.Argument(help="L'idée, comme elle est dite.")],
    de: De = None,
    besoins: Besoins = None,
    publics: Publics = None,
) -> Fait:
    """Déposer une idée dans la boîte ; n'importe qui, même sans nom.

    Exemples :
        tl prog proposer "Un café des langues le dimanche" --de @lea --public riverains
        tl prog proposer "Réparer les vélos des enfants"
    """
    neuve = regles.nouvelle(
        regles.texte_propre(texte),
        c.horloge.aujourdhui(),
        c.registre.designer(de) if de else "",
        besoins_designes(c, besoins or ()),
        c.lieu.reglages.publics_connus(publics or ()),
        c.hasard,
    )
    IDEES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="prog.proposer",
        histoire=f"Nouvelle idée : « {neuve.titre} »",
        phrase=f"« {neuve.titre} » est dans la boîte ({neuve.id}).",
        suite=f"tl prog soutenir {neuve.id}\ntl prog boite",
    )


@soutenir_app.ecrit("soutenir")
def soutenir(
    c: Contexte,
    e: Ecriture,
    idee: Laquelle,
    personne: Qui = None,
    papiers: Annotated[
        int, typer.Option("--papier", metavar="NOMBRE", min=0, help="Des billets sans nom.")
    ] = 0,
) -> Fait:
    """Compter un soutien à une idée : une personne (une seule fois), ou des billets sans nom.

    Exemples :
        tl prog soutenir 2026-11-24-cafe-des-langues-7k2m @karim
        tl prog soutenir 2026-11-24-cafe-des-langues-7k2m --papier 4
    """
    personne = personne or (None if papiers or not c.ecran.interactif else c.demander("Qui soutient ?"))
    if bool(personne) == bool(papiers):
        raise ErreurUsage("Qui soutient ?", "Dire @QUI, ou --papier NOMBRE pour des billets sans nom.")
    p = IDEES.exiger(c.arbre, idee)
    if personne:
        soutien = regles.soutien_de(p, c.registre.designer(personne))
    else:
        soutien = regles.soutien_sur_papier(p, papiers, c.hasard)
    deja = {s.personne for s in SOUTIENS.rattachees(c.arbre, [p.id]).fiches if s.personne}
    if soutien.personne and not deja.isdisjoint(c.registre.anciens(soutien.personne)):
        raise ErreurUsage(f"{soutien.personne} soutient déjà « {p.titre} » ; une voix chacun.")
    SOUTIENS.poser(e, soutien)
    voix = fiches.voix(c.arbre, [p]).get(p.id, 0) + soutien.voix
    return Fait(
        id=soutien.id,
        action="prog.soutenir",
        histoire=f"Soutien à l'idée « {p.titre} »",
        phrase=f"« {p.titre} » a {regles.dire_voix(voix)}.",
        suite="tl prog boite",
    )


@boite_app.lit("boite")
def boite(c: Contexte, json: Json = False) -> None:
    """Voir la boîte à idées : celles qui attendent trop en tête, puis les plus soutenues.

    Exemple :
        tl prog boite
    """
    recolte = IDEES.en_cours.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    jour = c.horloge.aujourdhui()
    voix = fiches.voix(c.arbre, recolte.fiches)
    attendent = regles.ranger((p for p in recolte.fiches if p.attend_une_decision), voix, jour)
    a_rendre = sorted((p for p in recolte.fiches if p.decidee), key=lambda p: (str(p.decidee), p.id))
    if json:
        c.ecran.json(
            {
                "en_attente": [_vue(p, voix) for p in attendent],
                "a_rendre": [_vue(p, voix) for p in a_rendre],
            }
        )
        return
    c.ecran.titre(
        f"{c.lieu.reglages.nom} · la boîte à idées", accorder(len(attendent), "idée") if attendent else ""
    )
    if not attendent:
        c.ecran.dire("Rien en attente.  Déposer une idée : tl prog proposer")
    colonnes = [Colonne(style=Style.GRAS), *[Colonne(cede=True)] * 3, Colonne(style=Style.PALE)]
    c.ecran.tableau(
        colonnes,
        [
            (
                regles.dire_voix(voix.get(p.id, 0)),
                p.texte,
                ", ".join(filter(None, [p.de, *p.publics])),
                _depuis((jour - p.deposee).days),
                p.id.rpartition("-")[2],
            )
            for p in attendent
        ],
    )
    if a_rendre:
        c.ecran.titre("Réponses à rendre")
        c.ecran.tableau(
            colonnes,
            [
                (
                    p.de,
                    f"{p.titre} : {p.sort.value.replace('ee', 'ée')}",
                    p.reponse,
                    "",
                    p.id.rpartition("-")[2],
                )
                for p in a_rendre
            ],
        )
    if attendent:
        c.ecran.dire("  Répondre : tl prog accepter · tl prog decliner")


def _depuis(jours: int) -> str:
    return {0: "aujourd'hui", 1: "hier"}.get(jours, f"depuis {jours} jours")


def _vue(p: Idee, voix: dict[str, int]) -> dict[str, object]:
    return {"fiche": p, "soutiens": voix.get(p.id, 0)}


@decliner_app.ecrit("decliner")
def decliner(c: Contexte, e: Ecriture, idee: Laquelle, reponse: Reponse) -> Fait:
    """Ne pas faire une idée, et noter ce qu'on en dira à qui l'a eue.

    Exemple :
        tl prog decliner 2026-11-24-cafe-des-langues-7k2m --reponse "le CPAS le fait déjà, on y va ensemble"
    """
    ancienne = IDEES.exiger(c.arbre, idee)
    declinee = regles.decliner(ancienne, c.horloge.aujourdhui(), regles.reponse_propre(reponse))
    IDEES.corriger(e, ancienne, declinee)
    return Fait(
        id=ancienne.id,
        action="prog.decliner",
        histoire=f"Idée déclinée : « {ancienne.titre} »",
        phrase=f"« {ancienne.titre} » est déclinée.",
        suite=regles.suite_de_la_reponse(declinee),
    )


@repondu_app.ecrit("repondu")
def repondu(c: Contexte, e: Ecriture, idee: Laquelle) -> Fait:
    """Noter que la réponse a été rendue à qui avait eu l'idée.

    Exemple :
        tl prog repondu 2026-11-24-cafe-des-langues-7k2m
    """
    ancienne, jour = IDEES.exiger(c.arbre, idee), c.horloge.aujourdhui()
    IDEES.corriger(e, ancienne, regles.rendre(ancienne, jour))
    return Fait(
        id=ancienne.id,
        action="prog.repondu",
        histoire=f"Réponse rendue, idée « {ancienne.titre} », {temps.dire_jour(jour)}",
        phrase=f"La réponse à « {ancienne.titre} » est rendue.",
        suite="tl prog boite",
    )
