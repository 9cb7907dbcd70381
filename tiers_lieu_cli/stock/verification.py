"""Ce que le stock vérifie : nul objet n'est prêté deux fois, ni retenu pour une salle qui ne l'est plus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.reservation.modele import Etat as EtatDeSalle
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Pret


def verifier(fonds: Fonds) -> Iterator[Constat]:
    """Tout ce que le stock vérifie."""
    yield from _promis_deux_fois(fonds)
    yield from _sans_sa_salle(fonds)


def _sans_sa_salle(fonds: Fonds) -> Iterator[Constat]:
    """Deux postes hors ligne : l'un retient du matériel pour une réservation, l'autre la change."""
    attendus = [p for p in fonds.toutes(PRETS.en_cours) if p.avec and p.etat is Etat.RESERVE]
    reservations = {r.id: r for r in fonds.toutes(RESERVATIONS)} if attendus else {}
    for p in attendus:
        salle = reservations.get(p.avec)
        if salle is None:
            continue
        if salle.etat in (EtatDeSalle.ANNULEE, EtatDeSalle.REFUSEE, EtatDeSalle.DEPLACEE):
            fait = f"« {p.objet} » reste retenu pour « {salle.objet} », qui n'a plus lieu alors"
        elif not (p.creneau.debut <= salle.emprise.debut and salle.emprise.fin <= p.creneau.fin):
            fait = f"« {p.objet} » n'est plus retenu aux heures de « {salle.objet} »"
        else:
            continue
        remede = f"L'annuler, ou le retenir de nouveau : tl stock annuler {p.id}"
        yield fonds.constat(PRETS.en_cours, p.id, "avec", "sans-sa-salle", fait, remede)


def _promis_deux_fois(fonds: Fonds) -> Iterator[Constat]:
    """Deux postes hors ligne ont pu promettre le même exemplaire : tout est gardé, et dit."""
    objets = {o.id: o for o in fonds.toutes(OBJETS)}
    par_objet: dict[str, list[Pret]] = defaultdict(list)
    for p in fonds.toutes(PRETS.en_cours):
        if p.etat in (Etat.RESERVE, Etat.DEHORS) and p.objet in objets:
            par_objet[p.objet].append(p)
    for ident, prets in par_objet.items():
        for p, ensemble in regles.en_trop(objets[ident], prets):
            autres = ", ".join(x.id for x in ensemble if x.id != p.id)
            fait = f"« {objets[ident].nom} » est promis plus de fois qu'il n'y en a (avec {autres})"
            remede = f"En libérer un : {regles.liberer(p)}"
            yield fonds.constat(PRETS.en_cours, p.id, "debut", "double-promesse", fait, remede)
