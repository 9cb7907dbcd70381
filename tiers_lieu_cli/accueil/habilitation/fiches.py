"""Les habilitations qui expirent bientôt, ou viennent d'expirer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.accueil.habilitation import regles
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Une échéance par habilitation à renouveler, au jour où elle expire."""
    for h in HABILITATIONS.toutes(arbre).fiches:
        if h.expire and regles.est_a_renouveler(h, jour):
            yield Echeance(
                h.expire,
                f"habilitation de {h.personne} ({h.sujet}), {regles.dire_etat(h, jour)}",
                f"tl accueil habilitation creer @{h.personne} {h.sujet} --expire …",
                h.id,
            )
