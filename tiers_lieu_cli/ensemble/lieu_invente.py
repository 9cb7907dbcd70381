"""La Passerelle, lieu inventé : ses gens, ses salles, et trois mois de vie. Même graine, même lieu."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import msgspec

from tiers_lieu_cli.accueil.personne.regles import Dit, nouvelle_personne
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.journal import regles as journal
from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau import identifiants, temps
from tiers_lieu_cli.noyau.contexte import Contexte, Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.depot import Depot
from tiers_lieu_cli.noyau.ecriture import Ecriture
from tiers_lieu_cli.noyau.lieu import FORMAT, Reglages
from tiers_lieu_cli.noyau.personnes import PERSONNES, Personne
from tiers_lieu_cli.noyau.temps import UN_JOUR, UNE_SEMAINE
from tiers_lieu_cli.prog import fiches, regles
from tiers_lieu_cli.prog.modele import Etat, Evenement

#: La graine du hasard : deux démonstrations à la même heure sont identiques.
GRAINE = 4000
DUREE = timedelta(weeks=13)
#: Le programme est connu un mois d'avance.
AVANCE = timedelta(weeks=4)

REGLAGES = Reglages(
    id="lieu",
    format=FORMAT,
    nom="La Passerelle",
    adresse="rue du Pont 12, Liège",
    domaine="passerelle.example",
    horaires="ouvert 9:00–18:00",
)

_SALLES = (
    Salle(id="salle-rez", nom="salle du rez", capacite=40, equipements=("projecteur", "sono"), pmr=True),
    Salle(id="salle-bleue", nom="salle bleue", capacite=20, equipements=("projecteur",), pmr=True),
    Salle(id="cour", nom="cour", capacite=60, pmr=True),
    Salle(id="atelier", nom="atelier", capacite=12, equipements=("établis", "fraiseuse")),
    Salle(id="cuisine", nom="cuisine", capacite=15, equipements=("four", "chambre froide"), pmr=True),
)

_GENS = (
    ("Karim Haddad", "riverains"),
    ("Amina Benali", "benevoles"),
    ("Léa D'Hondt", "membres"),
    ("Marie-Ange Van de Velde", "benevoles"),
    ("Tom Lambert", "membres"),
    ("Nadia El Khatib", "riverains"),
    ("Jean-Luc Dupont", "benevoles"),
    ("Fatou Diop", "membres"),
    ("Piet De Smet", "partenaires"),
    ("Chiara Rossi", "membres"),
    ("Omar Yıldız", "riverains"),
    ("Hélène Joris", "benevoles"),
)


class _RendezVous(msgspec.Struct, frozen=True):
    """Ce qui revient : un jour de la semaine, une heure, une salle."""

    titre: str
    jour: int
    debut: time
    duree: timedelta
    salle: str
    public: str
    porteur: int | None
    description: str = ""
    toutes_les: int = 1


_HABITUDES = (
    _RendezVous("Permanence numérique", 2, time(14), timedelta(hours=3), "salle-rez", "riverains", 4),
    _RendezVous(
        *("Atelier vélo", 1, time(18, 30), timedelta(minutes=90), "cour", "riverains", 0),
        "On répare **ensemble** : apporter son vélo, les outils sont là.",
    ),
    _RendezVous("Chorale du quartier", 1, time(19), timedelta(hours=2), "salle-bleue", "membres", 2),
    _RendezVous("Table de conversation", 3, time(10), timedelta(hours=2), "salle-bleue", "riverains", 5),
    _RendezVous("Atelier couture", 3, time(13, 30), timedelta(minutes=90), "salle-rez", "membres", 3),
    _RendezVous("Repas partagé", 4, time(12), timedelta(hours=2), "cuisine", "benevoles", 11),
    _RendezVous("Repair café", 5, time(10), timedelta(hours=2), "atelier", "riverains", 6, toutes_les=2),
    _RendezVous("Conseil des membres", 3, time(20), timedelta(hours=2), "salle-rez", "membres", 1, "", 4),
    _RendezVous("Concert au coin du feu", 4, time(22), timedelta(hours=4), "cour", "riverains", None, "", 6),
    _RendezVous("Initiation fraiseuse", 5, time(14), timedelta(hours=3), "atelier", "membres", 9, "", 3),
)

_NOTES = (
    "Livraison de légumes à 8h30, @{qui} a tout rangé en chambre froide #cuisine",
    "Le four chauffe mal, on l'a mis au minimum ; @{qui} appelle le réparateur #panne",
    "@{qui} cherche quelqu'un pour garder ses enfants le mercredi après-midi #besoin",
    "@{qui} propose d'aider pour les déclarations d'impôts en février #offre",
    "Une classe de l'école d'à côté est venue visiter : 22 enfants, ravis #visite",
    "Fuite sous l'évier de la cuisine, réparée par @{qui} avec un joint neuf #entretien",
    "Deux nouveaux au repas partagé, présentés à @{qui} #accueil",
    "Il manque des tasses, en racheter une vingtaine #stock",
    "Réunion avec la commune : l'éclairage de la cour sera refait au printemps #partenaire",
    "@{qui} a rapporté la clé de la cave #cle",
    "Le Fablab voisin prête sa découpe laser un jour par mois #reseau",
    "Panne d'internet de 10h à 11h30, revenu seul #panne",
)


def ouverture(maintenant: datetime) -> datetime:
    """Le matin où le lieu a ouvert."""
    return datetime.combine((maintenant - DUREE).date(), time(9), maintenant.tzinfo)


def vivre(racine: Path, ici: Poste, maintenant: datetime) -> None:
    """Trois mois de vie, un enregistrement par jour."""
    hasard = Random(GRAINE)  # noqa: S311  (un lieu inventé n'a pas de secret)
    c = ouvrir_lieu(racine, ici, hasard)
    debut = ouverture(maintenant)
    gens = _accueillir(c, debut)
    with c.archive.ecriture(debut + timedelta(minutes=10)) as ecriture:
        for salle in _SALLES:
            SALLES.poser(ecriture, salle)
        ecriture.enregistrer("Les cinq salles", "espace.salle.creer")
    jours = [debut + n * UN_JOUR for n in range((maintenant - debut).days + 1)]
    for matin in c.ecran.avancer(jours, "Trois mois à La Passerelle"):
        _journee(c, hasard, matin, gens, premiere=matin == debut)
    _changer(c, maintenant)


def _accueillir(c: Contexte, debut: datetime) -> tuple[Personne, ...]:
    connues: list[Personne] = []
    with Depot(c.registre.racine).ecriture(debut) as ecriture:
        for nom, public in _GENS:
            neuve = nouvelle_personne(nom, Dit(publics=(public,)), debut.date(), connues, c.hasard)
            connues.append(neuve)
            PERSONNES.poser(ecriture, neuve)
        ecriture.enregistrer("Les premières personnes", "accueil.personne.creer")
    return tuple(connues)


def _journee(
    c: Contexte, hasard: Random, matin: datetime, gens: tuple[Personne, ...], *, premiere: bool
) -> None:
    """Les notes du jour, et le programme du jour où il entre dans l'horizon."""
    horizon = matin.date() + AVANCE
    annonces = [matin.date() + n * UN_JOUR for n in range(AVANCE.days)] if premiere else []
    with c.archive.ecriture(matin + timedelta(hours=8)) as ecriture:
        for jour in [*annonces, horizon]:
            for evenement in _du_jour(c, jour, gens):
                fiches.collection(evenement.id, evenement.creneau).poser(ecriture, evenement)
        _noter(hasard, ecriture, matin, gens)
        if ecriture.poses:
            ecriture.enregistrer(f"La journée du {temps.dire_jour(matin.date())}", "demo.journee")


def _du_jour(c: Contexte, jour: date, gens: tuple[Personne, ...]) -> Iterator[Evenement]:
    semaine = temps.lundi_de(jour).toordinal() // UNE_SEMAINE.days
    for habitude in _HABITUDES:
        if habitude.jour == jour.weekday() and semaine % habitude.toutes_les == 0:
            debut = datetime.combine(jour, habitude.debut)
            yield Evenement(
                id=identifiants.date_de(jour, habitude.titre, "evenement", c.hasard),
                titre=habitude.titre,
                debut=f"{debut:%Y-%m-%dT%H:%M}",
                fin=f"{debut + habitude.duree:%Y-%m-%dT%H:%M}",
                salles=(habitude.salle,),
                publics=(habitude.public,),
                porteurs=() if habitude.porteur is None else (gens[habitude.porteur].id,),
                description=habitude.description,
            )


def _noter(hasard: Random, ecriture: Ecriture, matin: datetime, gens: tuple[Personne, ...]) -> None:
    if matin.weekday() == 6:
        return
    for rang in range(hasard.randint(1, 3)):
        moment = matin.replace(tzinfo=None, hour=9 + 3 * rang, minute=hasard.randrange(60))
        texte = hasard.choice(_NOTES).format(qui=hasard.choice(gens).id)
        NOTES.poser(ecriture, journal.nouvelle(texte, moment, (), hasard))


def _changer(c: Contexte, maintenant: datetime) -> None:
    """Ce qui ne se passe pas comme prévu, cette semaine : une annulation, un brouillon."""
    semaine = fiches.de_la_fenetre(c.arbre, regles.semaine_de(maintenant.date())).fiches
    with c.archive.ecriture(maintenant - timedelta(hours=12)) as ecriture:
        for e in semaine:
            if e.titre == "Table de conversation":
                fiches.collection(e.id, e.creneau).corriger(
                    ecriture, e, regles.annuler(e, "animatrice souffrante")
                )
        samedi = temps.lundi_de(maintenant.date()) + timedelta(days=5)
        fete = Evenement(
            id=identifiants.date_de(samedi, "Fête des lumières", "evenement", c.hasard),
            titre="Fête des lumières",
            debut=samedi.isoformat(),
            fin=(samedi + UN_JOUR).isoformat(),
            ailleurs="place du Marché",
            publics=("riverains", "membres"),
            etat=Etat.BROUILLON,
        )
        fiches.collection(fete.id, fete.creneau).poser(ecriture, fete)
        ecriture.enregistrer("La semaine change", "demo.journee")
