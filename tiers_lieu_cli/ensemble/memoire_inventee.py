"""Ce que La Passerelle a vécu et retenu : des visages connus, des heures, des décisions, un relais."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tiers_lieu_cli.accueil.heures import regles as heures
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.passage import regles as passages
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Mouvement
from tiers_lieu_cli.accueil.suivi import regles as suivis
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Sorte
from tiers_lieu_cli.journal.decision.modele import DECISIONS, Decision
from tiers_lieu_cli.journal.fiche.modele import PRATIQUES, Pratique
from tiers_lieu_cli.journal.passation.modele import PASSATIONS, Chose, Gravite, Passation, Rubrique
from tiers_lieu_cli.journal.regle.modele import CHARTE, REGLES, Regle
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.personnes import Personne
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, UNE_SEMAINE
from tiers_lieu_cli.prog.formation.modele import FORMATIONS, Formation
from tiers_lieu_cli.prog.serie.modele import SERIES

_CHARTE = """# Charte de La Passerelle

## Ce que nous voulons

Une maison où l'on entre sans raison, et d'où l'on repart avec un nom de plus.

## Comment nous décidons

Au conseil, le premier jeudi du mois : on cherche d'abord ce que personne ne refuse.

## Comment nous prenons soin du lieu

Qui ouvre regarde ; qui ferme range ; qui casse le dit, et personne ne gronde.
"""
_OUVRIR = """1. Couper l'alarme, allumer le hall.
2. Faire le tour : fenêtres, robinets, frigo.
3. Lire la passation et la journée : `tl journal releve`, `tl aujourdhui`.
4. Mettre le panneau dehors.
"""
#: Qui donne des heures, à quoi, combien de minutes chaque semaine.
_BENEVOLES = ((1, "accueil", 180), (3, "atelier couture", 90), (6, "repair café", 120), (11, "cuisine", 150))


def poser(c: Contexte, maintenant: datetime, gens: tuple[Personne, ...]) -> None:
    """Un enregistrement par sorte de souvenir, comme si on l'avait noté à son heure."""
    jour = maintenant.date()
    with c.archive.ecriture(maintenant - timedelta(hours=6), c.gardien(c.archive)) as e:
        _frequenter(c, e, jour, gens)
        _donner(c, e, jour, gens)
        e.enregistrer("Des visiteurs connus, des heures données", "demo.memoire")
    with c.archive.ecriture(maintenant - timedelta(hours=5), c.gardien(c.archive)) as e:
        _former(c, e, gens)
        _accompagner(c, e, jour, gens)
        e.enregistrer("Une formation, deux personnes accompagnées", "demo.memoire")
    with c.archive.ecriture(maintenant - timedelta(hours=4), c.gardien(c.archive)) as e:
        _decider(c, e, jour, gens)
        e.remplacer(CHARTE, _CHARTE.encode())
        e.enregistrer("Deux décisions, une règle, une page pratique, la charte", "demo.memoire")
    with c.archive.ecriture(maintenant - timedelta(hours=3), c.gardien(c.archive)) as e:
        _passer_la_main(c, e, maintenant.replace(tzinfo=None), gens)
        e.enregistrer("Passation d'hier soir", "demo.memoire")


def _frequenter(c: Contexte, e: Ecriture, jour: date, gens: tuple[Personne, ...]) -> None:
    """Quatre habitués, une fois la semaine."""
    for rang, qui in enumerate(gens[:4]):
        for semaine in range(1, 11):
            venue = jour - semaine * UNE_SEMAINE + rang * UN_JOUR
            if venue < jour and venue.weekday() != 6:
                moment = datetime.combine(venue, datetime.min.time()).replace(hour=10 + 2 * rang, minute=15)
                dit = passages.Dit(qui.publics[0], 1, qui.id)
                PASSAGES.poser(e, passages.noter(dit, moment, Mouvement.ARRIVEE, c.hasard))


def _donner(c: Contexte, e: Ecriture, jour: date, gens: tuple[Personne, ...]) -> None:
    for semaine in range(1, 9):
        for rang, activite, minutes in _BENEVOLES:
            donnees = heures.nouvelles(
                *(gens[rang].id, activite, jour - semaine * UNE_SEMAINE, timedelta(minutes=minutes), ""),
                c.hasard,
            )
            HEURES.poser(e, donnees)


def _former(c: Contexte, e: Ecriture, gens: tuple[Personne, ...]) -> None:
    (serie,) = (s for s in SERIES.toutes(c.arbre).fiches if s.titre == "Initiation fraiseuse")
    parcours = Formation(
        id="se-servir-de-la-fraiseuse",
        titre="Se servir de la fraiseuse",
        serie=serie.id,
        combien=2,
        enseigne=(gens[9].id,),
        habilite="fraiseuse",
        vaut="1 an",
        themes=("fraiseuse",),
        publics=("membres",),
    )
    FORMATIONS.poser(e, parcours)


def _accompagner(c: Contexte, e: Ecriture, jour: date, gens: tuple[Personne, ...]) -> None:
    omar, fatou, tom, amina = (gens[rang].id for rang in (10, 7, 4, 1))
    for qui, texte, prochain, dans, parcours, par in (
        (omar, "Dossier de bail relu ensemble", "le déposer à la commune", -1, "", amina),
        (fatou, "Veut se servir de la fraiseuse seule", "", 0, "se-servir-de-la-fraiseuse", tom),
    ):
        pour = jour + dans * UN_JOUR if prochain else None
        suivi = suivis.nouveau(qui, texte, par, prochain, pour, jour - 9 * UN_JOUR, c.hasard, parcours)
        SUIVIS.poser(e, suivi)


def _decider(c: Contexte, e: Ecriture, jour: date, gens: tuple[Personne, ...]) -> None:
    """Une décision qui a fait une règle, une autre qu'il est temps de relire."""
    le = jour - 60 * UN_JOUR
    bruit = Decision(
        id=identifiants.date_de(le, "Le bruit du soir", "decision", c.hasard),
        titre="Le bruit du soir",
        le=le,
        contexte="Deux voisins sont venus se plaindre des concerts.",
        options=("Plus de concert du tout", "Des concerts jusqu'à minuit"),
        decision="La musique s'arrête à 22 h, sauf le dernier vendredi du mois.",
        par=(gens[1].id, gens[6].id),
        revoir=jour + 120 * UN_JOUR,
    )
    cles = Decision(
        id=identifiants.date_de(le, "Les clés du samedi", "decision", c.hasard),
        titre="Les clés du samedi",
        le=le,
        decision="Un relais garde les clés du samedi, et les rend le lundi.",
        par=(gens[1].id,),
        revoir=jour + 5 * UN_JOUR,
    )
    for decision in (bruit, cles):
        DECISIONS.poser(e, decision)
    regle = Regle(
        id="le-bruit",
        titre="Le bruit",
        depuis=le,
        decision=bruit.id,
        revoir=jour + 120 * UN_JOUR,
        texte="Plus de musique après 22 h, sauf le dernier vendredi du mois.\n",
    )
    REGLES.poser(e, regle)
    ouvrir = Pratique(
        id="ouvrir-la-maison",
        titre="Ouvrir la maison",
        relue_le=jour - 30 * UN_JOUR,
        tous_les="6 mois",
        texte=_OUVRIR,
    )
    PRATIQUES.poser(e, ouvrir)


def _passer_la_main(c: Contexte, e: Ecriture, maintenant: datetime, gens: tuple[Personne, ...]) -> None:
    """Ce que le relais d'hier soir a laissé, et qui fut reçu."""
    hier = (maintenant - UN_JOUR).replace(hour=18, minute=5, second=0)
    if hier.weekday() == 6:
        hier -= UN_JOUR
    (four,) = (x for x in ENTRETIENS.toutes(c.arbre).fiches if x.sorte is Sorte.PANNE)
    tiede = Chose(
        cle=four.id,
        rubrique=Rubrique.A_FAIRE,
        phrase=four.titre,
        jour=four.depuis,
        commande=f"tl espace entretien fait {four.id}",
        mot="le mettre au minimum",
    )
    passation = Passation(
        id=f"{hier:%Y-%m-%d-%H%M%S}-passation-{identifiants.hasard(c.hasard, 4)}",
        moment=f"{hier:%Y-%m-%dT%H:%M:%S}",
        depuis=f"{hier - UN_JOUR:%Y-%m-%dT%H:%M:%S}",
        gravite=Gravite.A_SURVEILLER,
        de=gens[1].id,
        a=gens[11].id,
        ouvertes=(tiede,),
        si=("le four fume : le couper au tableau",),
        recue_le=f"{hier + timedelta(minutes=20):%Y-%m-%dT%H:%M:%S}",
        recue_par=gens[11].id,
        compris="le four est à surveiller, le réparateur vient cette semaine",
        texte=f"Soirée calme {temps.dire_jour(hier.date())}.\n",
    )
    PASSATIONS.poser(e, passation)
