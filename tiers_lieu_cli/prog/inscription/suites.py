"""Ce qu'un changement d'événement entraîne pour ses inscrits : qui suit, qui a sa place, qui prévenir."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog.inscription import fiches, regles
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS, Inscription
from tiers_lieu_cli.prog.modele import Evenement


def suivre(c: Contexte, ecriture: Ecriture, ancien: Evenement, nouveau: Evenement) -> Iterator[str]:
    """Faire suivre les inscriptions ; rend ce qu'il faut en dire aux gens."""
    deja = fiches.de(c.arbre, ancien.id)
    if nouveau.id != ancien.id:
        deja = fiches.suivre(ecriture, ancien, nouveau, deja)
    if nouveau.a_lieu and nouveau.capacite != ancien.capacite:
        yield from dire_promues(nouveau, fiches.promouvoir(ecriture, nouveau, deja), deja)
        yield from regles.dire_le_surnombre(nouveau, deja)
    attendus = sum(i.places for i in deja if i.est_attendue)
    if attendus and (nouveau.creneau != ancien.creneau or nouveau.a_lieu != ancien.a_lieu):
        combien = accorder(attendus, "inscrit")
        yield f"Y étaient attendus : {combien} (tl prog inscrits {nouveau.id})."


def dire_promues(e: Evenement, promues: Sequence[Inscription], deja: Iterable[Inscription]) -> Iterator[str]:
    """À qui dire qu'il quitte la liste d'attente, et qui l'on dépasse alors."""
    sieges = {i.id for i in promues}
    autres = [i for i in deja if i.id not in sieges]
    for i in promues:
        yield f"{regles.dire_qui(i)} quitte la liste d'attente et a sa place : le lui dire."
        yield from regles.dire_le_tour(e, i, autres)


def de_personne(c: Contexte, deja: Iterable[Inscription], qui: str) -> Inscription | None:
    """L'inscription de cette personne, fût-elle sous un nom qu'on a réuni au sien depuis."""
    noms = c.registre.anciens(qui)
    return next((i for i in deja if i.personne in noms), None)


def responsable_de(c: Contexte, i: Inscription) -> str:
    """L'adulte qui répond d'un mineur : celui qu'on a dit, sinon celui que le registre connaît."""
    personne = c.registre.une(i.personne) if i.personne else None
    return i.responsable or (personne.tuteur if personne else "")


def placer(
    c: Contexte, e: Ecriture, vise: Evenement, deja: Sequence[Inscription], demande: Inscription
) -> Inscription:
    """Poser la demande, avec la place qu'on peut lui donner."""
    ancienne = de_personne(c, deja, demande.personne) if demande.personne else None
    if ancienne:
        demande = structs.replace(demande, id=ancienne.id, personne=ancienne.personne)
        demande = regles.reprendre(vise, ancienne, demande)
    placee = regles.placer(vise.capacite, (i for i in deja if i.id != demande.id), demande)
    if ancienne is None:
        INSCRIPTIONS.poser(e, placee)
    elif ancienne.attend and placee.attend and ancienne.places == placee.places:
        raise regles.DejaInscrite(vise, ancienne)
    else:
        INSCRIPTIONS.corriger(e, ancienne, placee)
    return placee
