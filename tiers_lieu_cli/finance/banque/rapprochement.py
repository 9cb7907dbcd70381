"""Noter ce qu'un mouvement règle ; rapprocher seul ce qui est sûr, dans quelque ordre qu'on importe."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import structs

from tiers_lieu_cli.finance.banque import regles
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.banque.modele import REGLEMENTS, Mouvement, Reglement, Releve
from tiers_lieu_cli.finance.caisse import RAPPROCHEMENTS
from tiers_lieu_cli.finance.montants import ZERO, ranger_montant
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches import identifiants


class Rapproches(msgspec.Struct, frozen=True):
    """Ce qu'un import rapproche seul ; ce qu'il rend à rapprocher ; ce qui paie une seconde fois."""

    faits: tuple[Mouvement, ...]
    rendus: tuple[Mouvement, ...]
    doubles: tuple[Mouvement, ...]


def rapprocher_seul(banque: Banque, e: Ecriture, releves: Sequence[Releve]) -> Rapproches:
    """Rejuger, avec les nouveaux, tous les paiements des mêmes factures que personne n'a réglés à la main.

    Un paiement plus ancien prend la place d'un plus récent, par une contre-passation. Le tout tient en un
    fichier, au nom du relevé : le même, importé sur deux postes, ne règle rien deux fois.
    """
    neufs = [m for releve in releves for m in releve.mouvements]
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
    faits = [libres[cle] for cle in voulus if cle not in poses]
    jour, ou = banque.caisse.c.horloge.aujourdhui(), releves[-1].id
    notes = [
        structs.replace(
            r, id=f"{ou}-{r.mouvement[7:15]}-c", montant=ranger_montant(-r.somme), contrepasse=r.id
        )
        for r in rendus
    ]
    notes += [
        Reglement(
            id=f"{ou}-{m.code}-r",
            mouvement=m.cle,
            montant=m.montant,
            le=jour,
            piece=voulus[m.cle].id,
            auto=True,
        )
        for m in faits
    ]
    if notes:
        octets = msgspec.json.format(msgspec.json.encode(notes, order="deterministic"), indent=1)
        e.creer(f"{RAPPROCHEMENTS}/{releves[-1].jour.year}/{ou}.json", octets + b"\n")
    doubles = [m for m in neufs if m.somme > 0 and m.communication in ouvertes and m.cle not in voulus]
    return Rapproches(tuple(faits), tuple(libres[r.mouvement] for r in rendus), tuple(doubles))


def _est_libre(banque: Banque, mouvement: Mouvement) -> bool:
    """Personne n'a rien décidé de lui, et son exercice est ouvert."""
    siens = banque.histoire_de.get(mouvement.cle, ())
    return mouvement.jour.year not in banque.caisse.clos and all(r.auto for r in siens)


def regler(
    banque: Banque,
    e: Ecriture,
    mouvement: Mouvement,
    somme: Decimal,
    *,
    piece: str = "",
    compte: str = "",
    contrepasse: str = "",
) -> None:
    """Noter ce qu'une main dit d'une part d'un mouvement : elle règle une pièce, ou va à un compte."""
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
        contrepasse=contrepasse,
    )
    REGLEMENTS.poser(e, neuf)
