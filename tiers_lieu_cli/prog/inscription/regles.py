"""Les règles des inscriptions, sans fichier ni heure courante."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog.inscription.modele import Etat, Inscription
from tiers_lieu_cli.prog.modele import Evenement

#: Un groupe qui ne tient pas laisse passer tant de demandes arrivées après lui ; ensuite, les places
#: qui se libèrent lui sont gardées, s'il peut un jour tenir.
DEPASSEMENTS = 2


class DejaInscrite(ErreurUsage):
    """Une personne ne s'inscrit qu'une fois à un événement."""

    def __init__(self, evenement: Evenement, deja: Inscription) -> None:
        ou = "déjà sur la liste d'attente" if deja.attend else "déjà inscrit·e"
        super().__init__(
            f"{dire_qui(deja)} est {ou} à « {evenement.titre} ».",
            f"Voir la liste : tl prog inscrits {evenement.id}",
        )


class Affluence(msgspec.Struct, frozen=True):
    """Combien de places sont prises, et combien de gens attendent ; `capacite` 0 : sans limite."""

    capacite: int
    prises: int
    attendent: int

    @property
    def libres(self) -> int:
        """Les places qui restent ; négatif si l'on en a promis trop."""
        return self.capacite - self.prises

    @property
    def est_complet(self) -> bool:
        return bool(self.capacite) and self.libres <= 0

    def dire(self) -> str:
        """« complet, 2 en attente », « 8 sur 12 », « 8 inscrits »."""
        attente = f"{self.attendent} en attente" if self.attendent else ""
        if self.capacite and self.libres < 0:
            tete = f"{-self.libres} inscrit{'s' * (self.libres < -1)} de trop"
        elif self.est_complet:
            tete = "complet"
        elif self.capacite and self.prises:
            tete = f"{self.prises} sur {self.capacite}"
        else:
            tete = f"{self.prises} inscrit{'s' * (self.prises > 1)}" if self.prises else ""
        return ", ".join(filter(None, [tete, attente]))


def affluence(capacite: int, inscriptions: Iterable[Inscription]) -> Affluence:
    """Ce que ces inscriptions prennent de places."""
    prises = attendent = 0
    for i in inscriptions:
        if i.est_attendue:
            prises += i.places
        elif i.attend:
            attendent += i.places
    return Affluence(capacite, prises, attendent)


def exiger_ouvert(evenement: Evenement) -> None:
    """Refuser d'inscrire à ce qui n'est pas à nous, ou n'aura pas lieu."""
    if not evenement.est_a_nous:
        raise ErreurUsage(f"« {evenement.titre} » est d'un agenda ami : on s'y inscrit chez eux.")
    if not evenement.a_lieu:
        vers = f"Inscrire à la nouvelle date : {evenement.reporte_a}" if evenement.reporte_a else ""
        raise ErreurUsage(f"« {evenement.titre} » n'a pas lieu à cette date.", vers)


def de_personne(evenement: Evenement, personne: str, moment: datetime) -> Inscription:
    """L'inscription d'une personne : toujours le même nom, elle ne s'inscrit qu'une fois."""
    return Inscription(
        id=f"{evenement.id}-{personne}",
        evenement=evenement.id,
        demandee=moment.isoformat(timespec="microseconds"),
        personne=personne,
    )


def de_groupe(evenement: Evenement, groupe: int, moment: datetime, hasard: Hasard) -> Inscription:
    """L'inscription d'un groupe sans nom : une classe, une association."""
    return Inscription(
        id=f"{evenement.id}-groupe-{identifiants.hasard(hasard, 4)}",
        evenement=evenement.id,
        demandee=moment.isoformat(timespec="microseconds"),
        groupe=groupe,
    )


def reprendre(evenement: Evenement, ancienne: Inscription, demande: Inscription) -> Inscription:
    """La demande de qui s'était déjà inscrit : retiré, il revient ; en attente, il garde son rang."""
    if ancienne.attend:
        return structs.replace(demande, demandee=ancienne.demandee)
    if ancienne.etat is Etat.RETIREE:
        return demande
    raise DejaInscrite(evenement, ancienne)


def exiger_que_tous_tiennent(
    evenement: Evenement, deja: Iterable[Inscription], ancienne: Inscription, nouvelle: Inscription
) -> None:
    """Refuser un groupe qui grandit au-delà des places ; il garde celles qu'il a."""
    sans = affluence(evenement.capacite, (i for i in deja if i.id != ancienne.id))
    if evenement.capacite and ancienne.est_attendue and nouvelle.places > sans.libres:
        raise ErreurUsage(
            f"« {evenement.titre} » n'a que {sans.libres} places pour {nouvelle.places} personnes.",
            f"Ils gardent leurs {ancienne.places} places. Les autres, en attente : "
            f"tl prog inscrire {evenement.id} --groupe {nouvelle.places - sans.libres}",
        )


def arrivee(maintenant: datetime, deja: Iterable[Inscription]) -> datetime:
    """L'instant d'une demande neuve : toujours après celles qu'on a déjà, fût-ce d'une microseconde."""
    dernieres = [datetime.fromisoformat(i.demandee) + timedelta.resolution for i in deja]
    return max([maintenant, *dernieres])


def placer(capacite: int, deja: Iterable[Inscription], demande: Inscription) -> Inscription:
    """La demande, inscrite s'il y a la place pour tous les siens et que c'est son tour, sinon en attente."""
    attend = structs.replace(demande, etat=Etat.EN_ATTENTE)
    promues = promouvoir(capacite, (*deja, attend))
    return next((i for i in promues if i.id == demande.id), attend)


def promouvoir(capacite: int, inscriptions: Iterable[Inscription]) -> list[Inscription]:
    """Celles qui quittent l'attente, dans l'ordre d'arrivée, chaque fois que tous les leurs tiennent.

    Un groupe qui ne tient pas laisse passer `DEPASSEMENTS` demandes arrivées après lui, reparties
    depuis ou non ; ensuite les places lui sont gardées, sauf s'il est plus grand que la salle.
    """
    inscriptions = tuple(inscriptions)
    libres = affluence(capacite, inscriptions).libres
    passees = [i.rang for i in inscriptions if i.est_attendue or i.etat is Etat.RETIREE]
    promues: list[Inscription] = []
    laissees: list[Inscription] = []
    for i in _en_file(inscriptions):
        if any(sum(rang > g.rang for rang in passees) >= DEPASSEMENTS for g in laissees):
            break
        if not capacite or i.places <= libres:
            libres -= i.places
            passees.append(i.rang)
            promues.append(structs.replace(i, etat=Etat.INSCRITE))
        elif i.places <= capacite:
            laissees.append(i)
    return promues


def _en_file(inscriptions: Iterable[Inscription]) -> list[Inscription]:
    return sorted((i for i in inscriptions if i.attend), key=lambda i: i.rang)


def retirer(inscription: Inscription) -> Inscription:
    """La personne ne viendra pas ; la fiche reste."""
    if inscription.etat is Etat.RETIREE:
        raise ErreurUsage(f"{dire_qui(inscription)} : n'est plus inscrit·e.")
    return structs.replace(inscription, etat=Etat.RETIREE)


class Presences(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on dit d'une feuille de présence.

    `venus` : par nom d'inscription, combien sont venus (`None` : tous) ; `reste` : ce qu'il en est de
    ceux qu'on ne nomme pas (`None` : on n'en dit rien, sinon venus ou absents).
    """

    venus: Mapping[str, int | None] = msgspec.field(default_factory=dict)
    reste: bool | None = None
    sur_place: int = 0
    public: str = ""


def noter(deja: Iterable[Inscription], dites: Presences) -> list[Inscription]:
    """Les inscriptions que ces présences changent, telles qu'elles deviennent."""
    changees = []
    for i in deja:
        if i.id in dites.venus:
            notee = venir(i, dites.venus[i.id])
        elif dites.reste is not None and i.est_attendue and i.presents is None:
            notee = venir(i, None if dites.reste else 0)
        else:
            continue
        if notee != i:
            changees.append(notee)
    return changees


def arriver(inscription: Inscription, combien: int | None) -> Inscription:
    """Qui vient sans s'être inscrit."""
    neuve = structs.replace(inscription, etat=Etat.SUR_PLACE)
    return structs.replace(neuve, presents=neuve.places if combien is None else combien)


def venir(inscription: Inscription, combien: int | None = None) -> Inscription:
    """Elle est venue, avec tous les siens ou `combien` d'entre eux ; 0 est une absence.

    Qui vient sans avoir de place, ou après s'être retiré, est venu sur place.
    """
    presents = inscription.places if combien is None else combien
    etat = Etat.SUR_PLACE if presents and not inscription.est_attendue else inscription.etat
    return structs.replace(inscription, presents=presents, etat=etat)


def a_emarger(inscriptions: Iterable[Inscription]) -> list[Inscription]:
    """Celles qu'on attendait et dont on n'a pas noté si elles sont venues."""
    return [i for i in inscriptions if i.est_attendue and i.presents is None]


def venus(inscriptions: Iterable[Inscription]) -> int | None:
    """Combien de gens sont venus ; `None` si l'on n'a rien noté."""
    notes = [i.presents for i in inscriptions if i.presents is not None]
    return sum(notes) if notes else None


def participants(evenement: Evenement, inscriptions: Iterable[Inscription]) -> int | None:
    """Combien sont venus : ce qu'on en a dit, sinon ce que la feuille de présence compte."""
    return venus(inscriptions) if evenement.participants is None else evenement.participants


def absents(inscriptions: Iterable[Inscription]) -> int:
    """Combien de places tenues sont restées vides : un fait, pas une sanction."""
    return sum(
        max(0, i.places - i.presents) for i in inscriptions if i.est_attendue and i.presents is not None
    )


def suivre(inscription: Inscription, ancien: Evenement, nouveau: Evenement) -> Inscription:
    """La même inscription, à la nouvelle date de l'événement."""
    ident = f"{nouveau.id}{inscription.id.removeprefix(ancien.id)}"
    return structs.replace(inscription, id=ident, evenement=nouveau.id, presents=None)


def dire_qui(inscription: Inscription, nom: str = "") -> str:
    """« Léa + 1 », « Léa (3 places) », « Groupe de 22 » ; sans `nom`, l'écran mettra celui de la personne."""
    nom = nom or inscription.personne
    avec = f" + {inscription.accompagne}" if inscription.accompagne else ""
    if not nom:
        return f"Groupe de {inscription.groupe}{avec}"
    return f"{nom} ({inscription.groupe} places){avec}" if inscription.groupe else f"{nom}{avec}"


def dire_la_place(evenement: Evenement, inscrite: Inscription, deja: Iterable[Inscription]) -> str:
    """Ce qu'on répond à qui vient de demander une place, parmi celles qui le sont `deja`."""
    toutes = [*(i for i in deja if i.id != inscrite.id), inscrite]
    total = affluence(evenement.capacite, toutes)
    if not inscrite.attend:
        return f"{dire_qui(inscrite)} : inscrit·e à « {evenement.titre} » ({total.dire()})."
    rang = sum(i.rang <= inscrite.rang for i in _en_file(toutes))
    reste = f"n'a plus que {total.libres} place{'s' * (total.libres > 1)}" if total.libres > 0 else ""
    return (
        f"« {evenement.titre} » {reste or 'est complet'} : {dire_qui(inscrite)} est "
        f"{'1er' if rang == 1 else f'{rang}e'} sur la liste d'attente."
    )


def dire_le_tour(evenement: Evenement, placee: Inscription, deja: Iterable[Inscription]) -> Iterator[str]:
    """Ce qu'il faut savoir de l'ordre : qui l'on dépasse, pour qui les places sont gardées."""
    deja = [i for i in deja if i.id != placee.id]
    # Qui est plus nombreux que la salle n'a pas de tour.
    avant = [
        i
        for i in _en_file(deja)
        if i.rang < placee.rang and (not evenement.capacite or i.places <= evenement.capacite)
    ]
    if not placee.attend:
        for i in avant:
            yield f"Attention, hors de son tour : {_dire_en_file(i)} attend depuis plus longtemps."
    elif evenement.capacite and placee.places > evenement.capacite:
        yield f"Il n'y aura jamais {placee.places} places sur {evenement.capacite} : rien ne leur est gardé."
    elif placee.places <= affluence(evenement.capacite, deja).libres:
        yield f"Les places libres sont gardées pour {_dire_en_file(avant[0])}, qu'on a déjà dépassé."


def _dire_en_file(i: Inscription) -> str:
    return f"{dire_qui(i)}{i.code and f' ({i.code})'}"


def dire_le_surnombre(evenement: Evenement, inscriptions: Sequence[Inscription]) -> Iterator[str]:
    """Il y a moins de places que d'inscrits : les dernières arrivées, et quoi en faire."""
    trop = de_trop(evenement.capacite, inscriptions)
    if trop:
        prises = affluence(evenement.capacite, inscriptions).prises
        qui = ", ".join(map(_dire_en_file, trop))
        places = accorder(evenement.capacite, "place")
        yield f"Attention : {accorder(prises, 'inscrit')} pour {places} ; les derniers : {qui}."
        yield "  → Leur trouver une autre date, ou les ôter de la liste :"
        yield f"    tl prog desinscrire {evenement.id}"


def en_ordre(inscriptions: Iterable[Inscription]) -> list[Inscription]:
    """Ceux qui ont leur place, puis la liste d'attente, puis le reste ; dans l'ordre d'arrivée."""
    etats = list(Etat)
    return sorted(inscriptions, key=lambda i: (etats.index(i.etat), i.rang))


def de_trop(capacite: int, inscriptions: Sequence[Inscription]) -> list[Inscription]:
    """Les dernières arrivées de celles qu'on a promises au-delà de la capacité."""
    exces = -affluence(capacite, inscriptions).libres if capacite else 0
    trop = []
    for i in sorted((i for i in inscriptions if i.est_attendue), key=lambda i: i.rang, reverse=True):
        if exces <= 0:
            break
        exces -= i.places
        trop.append(i)
    return trop[::-1]
