"""Noter ce qu'un mouvement règle ; rapprocher seul ce qui est sûr, dans quelque ordre qu'on importe."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import structs

from tiers_lieu_cli.finance.banque import regles
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.banque.modele import REGLEMENTS, Mouvement, Reglement
from tiers_lieu_cli.finance.montants import ZERO, ranger_montant
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches import identifiants


class Rapproches(msgspec.Struct, frozen=True):
    """Ce qu'un import rapproche seul ; ce qu'il rend à rapprocher ; ce qui paie une seconde fois."""

    faits: tuple[Mouvement, ...]
    rendus: tuple[Mouvement, ...]
    doubles: tuple[Mouvement, ...]


def rapprocher_seul(banque: Banque, e: Ecriture, neufs: Sequence[Mouvement]) -> Rapproches:
    """Rejuger, avec les nouveaux, tous les paiements des mêmes factures que personne n'a réglés à la main.

    Un paiement plus ancien prend la place d'un plus récent, par une contre-passation.
    """
    visees = {m.communication for m in neufs if m.communication}
    connus = {m.cle: m for m in (*banque.mouvements.values(), *neufs) if m.communication in visees}
    libres = {cle: m for cle, m in connus.items() if _est_libre(banque, m)}
    poses = {r.mouvement: r for r in banque.reglements if r.mouvement in libres}
    repris: dict[str, Decimal] = {}
    for r in poses.values():
        repris[r.piece] = repris.get(r.piece, ZERO) + r.somme
    ouvertes = {
        f.communication: structs.replace(f, reste=max(f.reste, ZERO) + repris.get(f.id, ZERO))
        for f in banque.factures
        if f.communication in visees
    }
    voulus = regles.apparier(libres.values(), ouvertes)
    rendus = [r for cle, r in poses.items() if cle not in voulus]
    for r in rendus:
        contrepasser(banque, e, libres[r.mouvement], r, auto=True)
    faits = [libres[cle] for cle in voulus if cle not in poses]
    for m in faits:
        regler(banque, e, m, m.somme, piece=voulus[m.cle].id, auto=True)
    doubles = [m for m in neufs if m.somme > 0 and m.communication in ouvertes and m.cle not in voulus]
    return Rapproches(tuple(faits), tuple(libres[r.mouvement] for r in rendus), tuple(doubles))


def _est_libre(banque: Banque, mouvement: Mouvement) -> bool:
    """Personne n'a rien décidé de lui, et son exercice est ouvert."""
    siens = banque.histoire_de.get(mouvement.cle, ())
    return mouvement.jour.year not in banque.caisse.clos and all(r.auto for r in siens)


def contrepasser(
    banque: Banque, e: Ecriture, mouvement: Mouvement, r: Reglement, *, auto: bool = False
) -> None:
    """Défaire un règlement par son inverse."""
    regler(banque, e, mouvement, ZERO - r.somme, piece=r.piece, compte=r.compte, contrepasse=r.id, auto=auto)


def regler(
    banque: Banque,
    e: Ecriture,
    mouvement: Mouvement,
    somme: Decimal,
    *,
    piece: str = "",
    compte: str = "",
    auto: bool = False,
    contrepasse: str = "",
) -> None:
    """Noter ce qu'une part d'un mouvement règle : une pièce, ou un compte."""
    c = banque.caisse.c
    banque.caisse.exiger_ouvert(mouvement.jour)
    jour = c.horloge.aujourdhui()
    suffixe = "c" if contrepasse else "r"
    neuf = Reglement(
        id=f"{jour:%Y-%m-%d}-{mouvement.code}-{suffixe}{identifiants.hasard(c.hasard, 4)}",
        mouvement=mouvement.cle,
        montant=ranger_montant(somme),
        le=jour,
        piece=piece,
        compte=compte,
        auto=auto,
        contrepasse=contrepasse,
    )
    REGLEMENTS.poser(e, neuf)
