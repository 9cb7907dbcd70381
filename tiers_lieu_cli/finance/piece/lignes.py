"""Les lignes d'un brouillon : tirées des faits, ou dites à la main ; leur régime vient toujours du tarif."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.faits.modele import Fait
from tiers_lieu_cli.finance.montants import ranger
from tiers_lieu_cli.finance.piece.modele import Ligne
from tiers_lieu_cli.finance.tarif.modele import Tarif
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.echecs import ErreurUsage

#: Seul un brouillon a des lignes à déduire ; ni un devis, ni un carnet.
_REMISE = "Une remise s'ajoute à un brouillon : tl finance facture ligne --remise"


def des_faits(chiffres: Iterable[tuple[Fait, Tarif]]) -> tuple[Ligne, ...]:
    """Une ligne par tarif : la quantité de tous ses faits, et les jours qu'ils couvrent."""
    groupes: dict[str, list[tuple[Fait, Tarif]]] = {}
    for fait, tarif in chiffres:
        groupes.setdefault(tarif.id, []).append((fait, tarif))
    lignes = []
    for paires in groupes.values():
        faits, tarif = [fait for fait, _ in paires], paires[0][1]
        fois = f", {len(faits)} fois" if len(faits) > 1 else ""
        quantite = sum((fait.combien for fait in faits), Decimal(0))
        lignes.append(
            _ligne(
                tarif,
                quantite,
                f"{tarif.libelle}{fois}",
                faits=tuple(fait.cle for fait in faits),
                du=min(fait.jour for fait in faits),
                au=max(fait.jour for fait in faits),
            )
        )
    return tuple(lignes)


def a_la_main(caisse: Caisse, dite: str, jour: date) -> Ligne:
    """« salle-rez:3,5 » : tant d'unités d'un tarif, au prix de ce jour-là."""
    code, _, quantite = dite.rpartition(":")
    if not code:
        raise ErreurUsage(
            f"« {dite[:60]} » n'est pas une ligne.", "Écrire TARIF:QUANTITE, comme salle-rez:3,5"
        )
    return du_tarif(caisse, code, quantite, jour)


def du_tarif(
    caisse: Caisse, code: str, quantite: str, jour: date, designation: str = "", prix: str = ""
) -> Ligne:
    """Une ligne de ce tarif ; la désignation et le prix convenu peuvent être autres, jamais le régime."""
    tarif = _tarif(caisse, code, jour)
    combien = montants.lire(quantite, "La quantité")
    if not combien:
        raise ErreurUsage("Une quantité nulle ne facture rien.", f"Dire combien. {_REMISE}")
    convenu = montants.ranger_montant(montants.lire_montant(prix, "Le prix")) if prix else tarif.prix
    if convenu.startswith("-"):
        raise ErreurUsage("Un prix n'est pas négatif.", _REMISE)
    if abs(combien * montants.relire(convenu, "prix")) >= montants.PLUS_GRAND:
        raise ErreurUsage(
            f"« {code[:40]} » : {montants.nombre(combien)} × {montants.nombre(Decimal(convenu), 2)} fait"
            f" {montants.euros(montants.PLUS_GRAND)} ou plus.",
            "Relire la quantité.",
        )
    dit = texte.ligne(designation, "La désignation", vide=True) or tarif.libelle
    return _ligne(tarif, combien, dit, prix=convenu)


def _tarif(caisse: Caisse, code: str, jour: date) -> Tarif:
    vivants = [t for t in caisse.tarifs if t.vaut(jour) and code.strip().lower() in (t.code, t.id)]
    if len(vivants) == 1:
        return vivants[0]
    if vivants:
        raise ErreurUsage(
            f"« {code[:40]} » a plusieurs prix ce jour-là : {', '.join(t.id for t in vivants)}.",
            "Dire lequel.",
        )
    raise ErreurUsage(
        f"Aucun tarif « {code[:40]} » ne vaut le {jour:%d/%m/%Y}.", "Les voir : tl finance tarif liste"
    )


def _ligne(
    tarif: Tarif,
    quantite: Decimal,
    designation: str,
    *,
    prix: str = "",
    faits: tuple[str, ...] = (),
    du: date | None = None,
    au: date | None = None,
) -> Ligne:
    return Ligne(
        designation=designation,
        quantite=ranger(quantite),
        unite=tarif.unite,
        prix=prix or tarif.prix,
        regime=tarif.regime,
        ttc=tarif.ttc,
        tarif=tarif.code,
        faits=faits,
        du=du,
        au=au,
    )
