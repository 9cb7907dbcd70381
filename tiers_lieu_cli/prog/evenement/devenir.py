"""Ce qu'un événement devient : `tl prog evenement annuler`, `reporter`, `tenir`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.heures.modele import Heures
from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.equipe import fiches as equipes
from tiers_lieu_cli.prog.evenement import suites
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.inscription.regles import venus
from tiers_lieu_cli.prog.options import Lequel, Quand

annuler_app = Application()
reporter_app = Application()
tenir_app = Application()
Motif = Annotated[str, typer.Option("--motif", help="Ce que le programme dira.")]


@annuler_app.ecrit("annuler", oui=True, prevenir=True)
def annuler(c: Contexte, e: Ecriture, evenement: Lequel, motif: Motif = "") -> Fait:
    """Annuler un événement : il reste au programme et dans l'agenda, marqué « annulé ».

    Exemple :
        tl prog evenement annuler 2026-11-24-atelier-velo-7k2m --motif "intervenant malade"
    """
    ancien = fiches.exiger(c.arbre, evenement)
    annule = regles.annuler(ancien, " ".join(motif.split()))
    quand = temps.dire_creneau(ancien.creneau, c.horloge.aujourdhui())
    if c.ecran.interactif:
        c.confirmer(f"Annuler « {ancien.titre} », {quand} ?")
    fiches.corriger(e, ancien, annule, lambda _: ancien.id)
    return Fait(
        id=ancien.id,
        action="prog.evenement.annuler",
        histoire=f"Événement annulé : « {ancien.titre} », {temps.dire_creneau(ancien.creneau)}",
        phrase=f"« {ancien.titre} », {quand}, est annulé ; il reste visible, marqué « annulé ».",
        lignes=[*suites.suivre(c, e, ancien, annule)],
        suite=f"le remettre : tl prog evenement modifier {ancien.id} --confirmer",
    )


@reporter_app.ecrit("reporter", prevenir=True)
def reporter(c: Contexte, e: Ecriture, evenement: Lequel, quand: Quand = None, motif: Motif = "") -> Fait:
    """Reporter un événement : l'ancienne date reste au programme et dit où il est parti.

    Sans --quand, il est reporté « à une date à fixer ».

    Exemples :
        tl prog evenement reporter 2026-11-24-atelier-velo-7k2m --quand "jeudi 3 décembre 18h30"
        tl prog evenement reporter atelier-velo --motif "intervenant malade"
    """
    dit = " ".join(motif.split())
    ancien = fiches.exiger(c.arbre, evenement)
    regles.exiger_a_venir(ancien)
    if quand is None:
        suivi = regles.suspendre(ancien, dit)
        fiches.corriger(e, ancien, suivi, lambda _: ancien.id)
        quand_dit, suite = "à une date à fixer", f"tl prog evenement reporter {ancien.id} --quand"
    else:
        creneau = saisie.lire_creneau(quand, c.horloge.murale(), c.lieu.fuseau, duree=ancien.creneau.duree)
        deplace = regles.deplacer(ancien, creneau)
        occupations.exiger_libre(c.arbre, fiches.occupations([deplace]), c.horloge.murale())
        ident = identifiants.date_de(creneau.premier_jour, ancien.titre, "evenement", c.hasard)
        suivi = fiches.reporter(e, ancien, deplace, ident, dit)
        quand_dit = f"au {temps.dire_creneau(creneau, c.horloge.aujourdhui())} ({suivi.id})"
        suite = f"tl prog semaine {creneau.premier_jour}"
    return Fait(
        id=suivi.id,
        action="prog.evenement.reporter",
        histoire=f"Événement reporté : « {ancien.titre} », {temps.dire_creneau(ancien.creneau)}",
        phrase=f"« {ancien.titre} » est reporté {quand_dit}.",
        lignes=[*suites.suivre(c, e, ancien, suivi)],
        suite=suite,
    )


@tenir_app.ecrit("tenir")
def tenir(
    c: Contexte,
    e: Ecriture,
    evenement: Lequel,
    participants: Annotated[
        int | None, typer.Option("--participants", min=0, help="Combien de gens sont venus.")
    ] = None,
    suite: Annotated[str, typer.Option("--note", help="Ce que cela a donné, ce qui s'ensuit.")] = "",
    sans_heures: Annotated[
        bool, typer.Option("--sans-heures", help="Ne pas noter les heures de l'équipe.")
    ] = False,
) -> Fait:
    """Dire qu'un événement a eu lieu, combien on y fut, et ce qui s'ensuit.

    Sans --participants, on compte ceux que la feuille de présence dit venus. Les heures de l'équipe
    sont notées du même geste, une seule fois.

    Exemple :
        tl prog evenement tenir 2026-11-24-atelier-velo-7k2m --participants 14 --note "@lea veut le refaire"
    """
    ancien = fiches.exiger(c.arbre, evenement)
    comptes = venus(inscriptions.de(c.arbre, ancien.id)) if participants is None else participants
    tenu = regles.tenir(ancien, c.horloge.murale(), comptes, regles.description_propre(suite))
    fiches.corriger(e, ancien, tenu, lambda _: ancien.id)
    equipe = [] if sans_heures else equipes.de(c.arbre, ancien.id)
    donnees = equipes.noter_les_heures(c.arbre, e, tenu, equipe, c.lieu.fuseau)
    combien = "" if tenu.participants is None else f", {regles.dire_participants(tenu.participants)}"
    return Fait(
        id=ancien.id,
        action="prog.evenement.tenir",
        histoire=f"Événement tenu : « {ancien.titre} », {temps.dire_creneau(ancien.creneau)}{combien}",
        phrase=f"« {ancien.titre} » a eu lieu{combien}.",
        lignes=_dire_les_heures(donnees),
        suite=f"tl prog evenement fiche {ancien.id}",
    )


def _dire_les_heures(donnees: Sequence[Heures]) -> list[str]:
    """« Heures notées : Léa 1h30 (accueil). »"""
    dites = (f"{h.personne} {h.duree // 60}h{h.duree % 60:02} ({h.activite})" for h in donnees)
    return [f"Heures notées : {', '.join(dites)}."] if donnees else []
