"""Les mises en lien, sans fichier ni heure courante : accords, présentation, suites."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.accueil.annonce import regles as annonces
from tiers_lieu_cli.accueil.annonce.modele import Besoin, Offre
from tiers_lieu_cli.accueil.lien.modele import Lien, Suite
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard

#: Deux semaines suffisent pour s'être vus ; au-delà, on oublie.
DELAI = timedelta(days=14)


class DejaClos(Echec):
    """On relie un besoin ou une offre qui n'attend plus rien."""

    def __init__(self, annonce: Besoin | Offre) -> None:
        quoi = "besoin" if isinstance(annonce, Besoin) else "offre"
        rouvrir = "exprime" if isinstance(annonce, Besoin) else "disponible"
        super().__init__(
            f"« {annonce.texte} » : {annonces.dire_etat(annonce)}.",
            f"Rouvrir d'abord : tl accueil {quoi} modifier {annonce.id} --etat {rouvrir}",
        )


def nouveau(
    besoin: Besoin,
    offre: Offre,
    personnes: Sequence[str],
    accords: Collection[str],
    jour: date,
    hasard: Hasard,
) -> Lien:
    """Une mise en lien prête à enregistrer ; si tous ont dit oui, elle est faite ce jour-là."""
    for annonce in (besoin, offre):
        if not annonce.est_ouvert:
            raise DejaClos(annonce)
    if len(set(personnes)) < len(personnes):
        raise ErreurUsage(
            "Le besoin et l'offre sont de la même personne.", f"Revoir : tl accueil besoin fiche {besoin.id}"
        )
    lien = Lien(
        id=annonces.ident(jour, besoin.texte, "lien", identifiants.hasard(hasard, 4)),
        besoin=besoin.id,
        offre=offre.id,
        propose=jour,
        personnes=tuple(personnes),
        accords=tuple(p for p in personnes if p in accords),
    )
    return structs.replace(lien, presente=None if lien.a_demander else jour)


def accorder(lien: Lien, personne: str, jour: date) -> Lien:
    """Le lien, que cette personne accepte ; si c'était la dernière, on les présente."""
    if personne not in lien.personnes:
        raise ErreurUsage("Cette personne n'est pas de cette mise en lien.")
    if personne in lien.accords:
        raise ErreurUsage("Son accord est déjà noté.")
    accorde = structs.replace(lien, accords=(*lien.accords, personne))
    return accorde if accorde.a_demander else structs.replace(accorde, presente=jour)


def donner_suite(lien: Lien, suite: Suite, jour: date, note: str) -> Lien:
    """Le lien, et ce qu'il a donné ce jour-là."""
    if not lien.est_ouvert:
        raise ErreurUsage(f"Cette mise en lien est déjà close : {dire_suite(lien)}.")
    if suite is not Suite.SANS_SUITE and lien.a_demander:
        raise ErreurUsage(
            "Tout le monde n'a pas encore accepté cette mise en lien.",
            f"Noter un accord : tl accueil lien accord {lien.id} @qui",
        )
    return structs.replace(lien, suite=suite, revu=jour, note=note or lien.note)


def besoin_apres(besoin: Besoin, lien: Lien, jour: date, *, autres: bool) -> Besoin:
    """Ce que devient le besoin quand la mise en lien a changé ; `autres` : il en a une autre, faite."""
    if lien.suite is Suite.COMBLE:
        return annonces.combler(besoin, jour)
    if lien.suite is Suite.SANS_SUITE:
        return besoin if autres else annonces.delier(besoin)
    return annonces.relier(besoin, jour) if lien.presente else besoin


def a_revoir_le(lien: Lien) -> date | None:
    """Le jour où il faut demander ce que cela donne ; `None` si c'est clos, ou si l'on attend un accord."""
    if not lien.est_ouvert or lien.presente is None:
        return None
    return (lien.revu or lien.presente) + DELAI


_SUITES = {
    Suite.ATTENDUE: "on attend",
    Suite.EN_COURS: "en cours",
    Suite.COMBLE: "besoin comblé",
    Suite.SANS_SUITE: "sans suite",
}


def dire_suite(lien: Lien) -> str:
    """Où en est le lien, comme on le dit."""
    return "accord à demander" if lien.est_ouvert and lien.a_demander else _SUITES[lien.suite]


def dire_les_deux(besoin: Besoin | None, offre: Offre | None) -> str:
    """« Léa ↔ Karim » ; à défaut de personne, ce qui est demandé ou offert."""
    cotes = (a and (a.personne or f"« {a.texte} »") for a in (besoin, offre))
    return " ↔ ".join(cote or "?" for cote in cotes)
