"""Les habilitations qui expirent bientôt, ou viennent d'expirer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.accueil.habilitation import regles
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.prog.formation.modele import FORMATIONS


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Une échéance par habilitation à renouveler, au jour où elle expire ; par son parcours, s'il y en a."""
    parcours = {f.habilite: f.id for f in FORMATIONS.toutes(arbre).fiches if f.est_donnee}
    for h in HABILITATIONS.toutes(arbre).fiches:
        if h.expire and regles.est_a_renouveler(h, jour):
            yield Echeance(
                h.expire,
                f"habilitation de {h.personne} ({h.sujet}), {regles.dire_etat(h, jour)}",
                f"tl prog formation inscrire {parcours[h.sujet]} @{h.personne}"
                if h.sujet in parcours
                else f"tl accueil habilitation creer @{h.personne} {h.sujet} --expire",
                h.id,
            )
