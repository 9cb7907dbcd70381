"""Les courriers du registre : ceux qui attendent, ceux qu'on a lus, ce qu'il en reste à faire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.ensemble.courrier import regles
from tiers_lieu_cli.ensemble.courrier.modele import COURRIERS, LUS, Courrier, Etat
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.texte import accorder

#: Ce que l'histoire du registre garde d'un courrier accepté, une fois au lieu ce qu'il demande.
ACCEPTER = "courrier.accepter"


def ouverts(c: Contexte) -> list[Courrier]:
    """Ceux qui attendent, du plus ancien au plus récent ; aucun si ce poste n'a pas le registre."""
    lus = COURRIERS.toutes(c.registre.arbre).fiches if c.registre.est_la else ()
    return sorted(map(c.registre.suivre, lus), key=lambda x: (x.recu, x.id))


def exiger(c: Contexte, mot: str) -> Courrier:
    """Le courrier que ce mot désigne, parmi ceux qui attendent."""
    _ = c.registre.depot
    return c.registre.suivre(COURRIERS.exiger(c.registre.arbre, mot))


def connu(c: Contexte, ident: str) -> Courrier | None:
    """Un courrier déjà lu, qu'il attende ou non."""
    try:
        trouve = COURRIERS.une(c.registre.arbre, ident) or LUS.une(c.registre.arbre, ident)
    except IdentifiantInvalide:
        return None
    return c.registre.suivre(trouve) if trouve else None


def du_fil(c: Contexte, courrier: Courrier) -> Courrier:
    """Ce courrier, sachant ce qu'est devenu le premier du fil : qui a demandé, ce qu'on en a fait."""
    racine = connu(c, courrier.fil) if courrier.fil else None
    if racine is None:
        return courrier
    return structs.replace(courrier, de=racine.de, quoi=racine.quoi, suite=racine.suite or courrier.suite)


def changer(e: Ecriture, ancien: Courrier, nouveau: Courrier) -> None:
    """Poser ce qu'un courrier devient ; clos, il quitte ceux qui attendent."""
    if nouveau.etat is Etat.CLOS:
        COURRIERS.inchangee(e, ancien)
        e.retirer(COURRIERS.genre.chemin(ancien.id))
        LUS.poser(e, nouveau)
    elif nouveau != ancien:
        COURRIERS.corriger(e, ancien, nouveau)


def clore(e: Ecriture, courrier: Courrier) -> None:
    """Voir `regles.clore`."""
    changer(e, courrier, regles.clore(courrier))


def a_faire(c: Contexte, jour: date) -> Iterator[Echeance]:
    """Les courriers à traiter, et les réponses à écrire."""
    trouves = ouverts(c)
    for etat, mots, suite in (
        (Etat.A_TRAITER, "courrier", "à traiter"),
        (Etat.FAIT, "courrier accepté", "dont la réponse reste à écrire"),
    ):
        siens = [x for x in trouves if x.etat is etat]
        if siens:
            phrase = f"{accorder(len(siens), mots)} {suite}"
            yield Echeance(min(jour, siens[0].recu), phrase, "tl courrier liste", gravite=Gravite.A_REPONDRE)
