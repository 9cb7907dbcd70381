"""Ce qui doit être vrai pour promettre ou remettre un objet : le même examen pour tous les chemins."""

from __future__ import annotations

from collections.abc import Sequence

from tiers_lieu_cli.accueil.habilitation.modele import est_habilitee
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import Objet, Pret


def examiner(
    c: Contexte, objet: Objet, a: str, quand: Creneau, combien: int, prets: Sequence[Pret], commande: str = ""
) -> None:
    """Refuser ce qui n'est pas possible ; le lecteur de codes et les salles passent ici aussi.

    `commande` : celle qu'un refus propose à trois autres moments ; sans elle, il n'en cherche pas.
    """
    maintenant = c.horloge.murale()
    if objet.retire:
        raise Echec(f"« {objet.nom} » ne se prête plus.", "Voir ce qui se prête : tl stock objet liste")
    if objet.habilitation and not est_habilitee(
        c.arbre, a, objet.habilitation, quand.premier_jour, c.registre.anciens(a)
    ):
        raise Echec(
            f"« {objet.nom} » demande l'habilitation « {objet.habilitation} », que {a} n'a pas ce jour-là.",
            f"La noter, si elle l'a obtenue : tl accueil habilitation creer @{a} {objet.habilitation}",
        )
    siens = [p for p in prets if c.registre.resoudre(p.a) == a]
    regles.exiger_permis(objet, siens, quand, combien)
    if regles.manque(objet, prets, quand, combien, maintenant):
        libres = regles.proposer(objet, prets, quand, combien, maintenant) if commande else []
        suites = [
            f"{temps.dire_creneau(t, maintenant.date())} : {commande} --quand {temps.a_taper(t)}"
            for t in libres
        ]
        raise regles.ObjetPris(objet, quand, regles.pris_pendant(objet, prets, quand, maintenant), suites)
