"""Ce qui doit être vrai pour promettre ou remettre un objet : le même examen pour tous les chemins."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tiers_lieu_cli.accueil.habilitation.modele import est_habilitee
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import Objet, Pret


def examiner(
    c: Contexte,
    objet: Objet,
    a: str,
    quand: Creneau,
    combien: int,
    prets: Sequence[Pret],
    ailleurs: Callable[[], Sequence[str]] = tuple,
    remede: str = "",
) -> None:
    """Refuser ce qui n'est pas possible ; le lecteur de codes et les salles passent ici aussi.

    `ailleurs` : ce qu'un refus propose à d'autres moments (`autres_moments`) ; à défaut, `remede`.
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
        pris = regles.pris_pendant(objet, prets, quand, maintenant)
        if combien > objet.utilisables > 0:
            raise regles.ObjetPris(objet, quand, (), (), "En demander moins : --combien")
        raise regles.ObjetPris(objet, quand, pris, ailleurs(), remede)


def autres_moments(
    c: Contexte,
    voulus: Sequence[tuple[Objet, int]],
    quand: Creneau,
    prets: Sequence[Pret],
    commande: Callable[[Creneau], str],
) -> list[str]:
    """Trois moments où tous les `voulus` (chaque objet, et combien) sont libres, et la `commande` d'alors."""
    maintenant = c.horloge.murale()
    return [
        f"{temps.dire_creneau(t, maintenant.date())} : {commande(t)} --quand {temps.a_taper(t)}"
        for t in regles.proposer(voulus, prets, quand, maintenant)
    ]
