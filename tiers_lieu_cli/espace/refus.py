"""Un refus : ce qui gêne, et trois façons de faire autrement."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tiers_lieu_cli.espace import occupations, proches
from tiers_lieu_cli.espace.examen import Examen, Reglement
from tiers_lieu_cli.espace.proches import Proposition
from tiers_lieu_cli.espace.regles import Graphe, Occupation, dire_gene
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.temps import temps

#: La commande à taper pour prendre une proposition.
Commande = Callable[[Proposition], str]
#: Ce qu'on cite d'un refus ; le JSON donne tout.
_CITES = 4


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


def proposer(c: Contexte, voulue: Occupation, reglement: Reglement) -> list[Proposition]:
    """Trois créneaux proches, que rien ne gêne et que les règles admettent."""
    maintenant = c.horloge.murale()
    agenda = occupations.agenda(c.arbre, proches.fenetre(voulue.creneau), maintenant, sauf={voulue.id})

    def convient(salle: str, seance: temps.Creneau) -> bool:
        return not reglement.manquements(salle, seance, voulue.id)

    return proches.proposer(voulue, agenda, convient, maintenant)


def dire(examen: Examen, graphe: Graphe) -> str:
    """« Pas possible : la cour est prise… » ; une ligne par raison."""
    raisons = [dire_gene(prise, graphe) for _, prise in examen.genes]
    raisons += [m.phrase for m in examen.manquements]
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
    refus = PasPossible(
        fait, "" if trouvees else "Rien de libre dans les deux semaines : choisir un autre moment."
    )
    refus.suites = tuple(
        f"{graphe.nom(p.salle)} · {temps.dire_creneau(p.seance, jour)} : {commande(p)}" for p in trouvees
    )
    refus.details = {**details(examen, trouvees), "commandes": [commande(p) for p in trouvees]}
    return refus
