"""Un refus : ce qui gêne, et trois façons de faire autrement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import structs

from tiers_lieu_cli.espace import occupations, proches
from tiers_lieu_cli.espace.examen import Examen, Reglement
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import Graphe, Occupation, dire_gene
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.temps import temps

#: La commande à taper pour prendre une proposition.
Commande = Callable[[Proposition], str]
#: Ce qu'on cite d'un refus ; le JSON donne tout.
_CITES = 4
_RIEN_DE_LIBRE = "Rien de libre dans les deux semaines : choisir un autre moment."


class PasPossible(Echec):
    """Une promesse que d'autres promesses, une fermeture ou une règle empêchent."""


def choisir(
    c: Contexte, examen: Examen, voulue: Occupation, reglement: Reglement, commande: Commande
) -> Proposition:
    """Proposer autre chose, et rendre ce qui est choisi ; sans personne pour choisir, refuser."""
    trouvees = proposer(c, voulue, reglement)
    fait = dire(examen, reglement.graphe)
    if not c.ecran.interactif or not trouvees:
        raise _refus(c, fait, examen, trouvees, commande, reglement.graphe)
    return trouvees[c.choisir(fait, [libelle(p, voulue, c, reglement.graphe) for p in trouvees])]


def refuser(
    c: Contexte, examen: Examen, voulue: Occupation, reglement: Reglement, commande: Commande
) -> PasPossible:
    """Le refus de cette promesse, et trois façons de faire autrement."""
    trouvees = proposer(c, voulue, reglement)
    return _refus(c, dire(examen, reglement.graphe), examen, trouvees, commande, reglement.graphe)


def au_programme(
    c: Contexte, voulues: Sequence[Occupation], commande: Commande, reprendre: Callable[[Reservation], str]
) -> Proposition | Reservation | None:
    """Où mettre un événement dont une salle est prise : ailleurs, ou dans la réservation qui la tient.

    `None` : rien ne le gêne. Sans personne pour choisir, un refus, et les commandes qui conviendraient.
    """
    maintenant = c.horloge.murale()
    if not (genes := occupations.genes(c.arbre, voulues, maintenant)):
        return None
    graphe, examen = occupations.graphe(c.arbre), Examen(tuple(genes))
    tenues = list(dict.fromkeys(r for _, prise in genes if (r := _qui_tient(c, prise, voulues, maintenant))))
    trouvees = _ailleurs(c, voulues, maintenant)
    libelles = [f"mettre au programme la réservation « {r.objet} »" for r in tenues]
    libelles += [libelle(p, voulues[0], c, graphe) for p in trouvees]
    fait = dire(examen, graphe)
    choix: list[Proposition | Reservation] = [*tenues, *trouvees]
    if c.ecran.interactif and choix:
        return choix[c.choisir(fait, libelles)]
    commandes = [*map(reprendre, tenues), *map(commande, trouvees)]
    refus = PasPossible(fait, "" if choix else _RIEN_DE_LIBRE)
    refus.suites = tuple(f"{dit} : {ligne}" for dit, ligne in zip(libelles, commandes, strict=True))
    reservations = [r.id for r in tenues]
    refus.details = {**details(examen, trouvees), "reservations": reservations, "commandes": commandes}
    raise refus


def _qui_tient(
    c: Contexte, prise: Occupation, voulues: Sequence[Occupation], maintenant: datetime
) -> Reservation | None:
    """La réservation qui tient toute la salle voulue ; une date de série n'en est pas une."""
    try:
        reservation = RESERVATIONS.une(c.arbre, prise.id)
    except IdentifiantInvalide:
        return None
    if reservation is None or not reservation.tient(maintenant):
        return None
    tient = any(occupations.contient(reservation, voulue) for voulue in voulues)
    return reservation if tient and not occupations.au_programme(c.arbre, reservation) else None


def _ailleurs(c: Contexte, voulues: Sequence[Occupation], maintenant: datetime) -> list[Proposition]:
    """Trois créneaux aux heures d'ouverture ; à plusieurs salles, les mêmes, toutes libres."""
    premiere, *autres = voulues
    agenda = occupations.agenda(c.arbre, proches.fenetre(premiere.creneau), maintenant, sauf={premiere.id})
    horaires = HORAIRES.toutes(c.arbre).fiches

    def convient(salle: str, seance: temps.Creneau) -> bool:
        ecart = seance.debut - premiere.annonce.debut
        ensemble = (structs.replace(a, creneau=proches.translater(a.creneau, ecart)) for a in autres)
        return (
            ouverture.est_ouvert(horaires, seance)
            and (not autres or salle == premiere.salle)
            and not any(agenda.genes(autre) for autre in ensemble)
        )

    return proches.proposer(premiere, agenda, convient, maintenant)


def proposer(c: Contexte, voulue: Occupation, reglement: Reglement) -> list[Proposition]:
    """Trois créneaux proches, que rien ne gêne et que les règles admettent."""
    maintenant = c.horloge.murale()
    agenda = occupations.agenda(c.arbre, proches.fenetre(voulue.creneau), maintenant, sauf={voulue.id})

    def convient(salle: str, seance: temps.Creneau) -> bool:
        return reglement.convient(salle, seance, voulue.id)

    return proches.proposer(voulue, agenda, convient, maintenant)


def dire(examen: Examen, graphe: Graphe) -> str:
    """« Pas possible : la cour est prise… » ; une ligne par raison."""
    raisons = [dire_gene(prise, graphe) for _, prise in examen.genes]
    raisons += [m.phrase for m in examen.manquements]
    raisons += examen.manques
    raisons = list(dict.fromkeys(raisons))
    reste = len(raisons) - _CITES
    suite = [f"… et {reste} autres raisons."] if reste > 0 else []
    return "\n".join([f"Pas possible : {raisons[0]}.", *(f"  et {r}." for r in raisons[1:_CITES]), *suite])


def libelle(p: Proposition, voulue: Occupation, c: Contexte, graphe: Graphe) -> str:
    """« Salle bleue · jeudi 26 novembre, 14:00–16:00 (20 places, projecteur, accès PMR) »."""
    salle = graphe.salles[p.salle]
    offre = f" ({', '.join(salle.atouts)})" if p.salle != voulue.salle and salle.atouts else ""
    return f"{salle.nom} · {temps.dire_creneau(p.seance, c.horloge.aujourdhui())}{offre}"


def vue(p: Proposition) -> dict[str, str]:
    """Une proposition, pour une machine."""
    debut, fin = temps.ecrire_bornes(p.seance)
    return {"salle": p.salle, "debut": debut, "fin": fin}


def details(examen: Examen, trouvees: Sequence[Proposition]) -> dict[str, object]:
    """Ce qui s'oppose, et ce qu'on propose, pour une machine."""
    return {
        "conflits": list(dict.fromkeys(prise.id for _, prise in examen.genes)),
        "regles": [{"regle": m.regle, "fait": m.phrase} for m in examen.manquements],
        "materiel": list(examen.manques),
        "propositions": [vue(p) for p in trouvees],
    }


def _refus(
    c: Contexte,
    fait: str,
    examen: Examen,
    trouvees: Sequence[Proposition],
    commande: Commande,
    graphe: Graphe,
) -> PasPossible:
    jour = c.horloge.aujourdhui()
    refus = PasPossible(fait, "" if trouvees else _RIEN_DE_LIBRE)
    refus.suites = tuple(
        f"{graphe.nom(p.salle)} · {temps.dire_creneau(p.seance, jour)} : {commande(p)}" for p in trouvees
    )
    refus.details = {**details(examen, trouvees), "commandes": [commande(p) for p in trouvees]}
    return refus
