"""Ce que l'espace vérifie : un graphe de salles qui tient debout."""

from __future__ import annotations

from collections.abc import Iterator

from tiers_lieu_cli.espace import occupations, regles
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regles import Graphe
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds, ligne_de
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.recurrence import est_une_date
from tiers_lieu_cli.noyau.temps.series import lire_nom
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS
from tiers_lieu_cli.prog.serie.modele import SERIES as PROGRAMMEES


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Aucune salle n'est promise deux fois, ni faite d'elle-même."""
    graphe = regles.Graphe(fonds.toutes(SALLES))
    salles = graphe.salles
    yield from _doubles(fonds, graphe)
    for salle in salles.values():
        if salle.id in regles.parties(salle.id, salles):
            yield fonds.constat(
                SALLES,
                salle.id,
                "compose_de",
                "boucle",
                "cette salle est faite d'elle-même",
                "Revoir compose_de.",
            )


def _doubles(fonds: Fonds, graphe: Graphe) -> Iterator[Constat]:
    """Aucune salle n'est promise deux fois, par une réservation, une série ou un événement."""
    for premiere, seconde in regles.doubles(occupations.du_fonds(fonds), graphe):
        chemin, commande = _ou(fonds, seconde.id)
        yield Constat(
            fichier=chemin,
            ligne=ligne_de(fonds.arbre.lire(chemin) or b"", "debut"),
            fait=f"{graphe.nom(seconde.salle)} est promise deux fois {temps.dire_creneau(seconde.creneau)} : "
            f"« {premiere.titre} » ({premiere.id}) et « {seconde.titre} » ({seconde.id})",
            remede=f"Déplacer l'un : {commande}",
            regle="double-promesse",
        )


def _ou(fonds: Fonds, ident: str) -> tuple[str, str]:
    """Le fichier d'une occupation, et la commande qui la déplace."""
    dit = lire_nom(ident)
    if any(r.id == ident for r in fonds.toutes(RESERVATIONS)):
        return RESERVATIONS.genre.chemin(ident), f"tl espace deplacer {ident}"
    for reservee in fonds.toutes(SERIES):
        if dit and reservee.souche == dit[1] and est_une_date(reservee.recurrence, dit[0]):
            return SERIES.genre.chemin(reservee.id), f"tl espace deplacer {ident}"
    for serie in fonds.toutes(PROGRAMMEES):
        if dit and serie.souche == dit[1] and serie.salles:
            commande = f"tl prog serie deplacer {serie.id} {dit[0]} --quand"
            return PROGRAMMEES.genre.chemin(serie.id), commande
    rangement = EVENEMENTS if any(e.id == ident for e in fonds.toutes(EVENEMENTS)) else LONGS
    return rangement.genre.chemin(ident), f"tl prog evenement modifier {ident} --quand"
