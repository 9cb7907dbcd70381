"""La Passerelle, lieu inventé : ses gens, ses salles, et trois mois de vie. Même graine, même lieu."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

import msgspec
from msgspec import structs

from tiers_lieu_cli.accueil.passage import regles as passages
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Mouvement
from tiers_lieu_cli.accueil.personne import regles as personnes
from tiers_lieu_cli.ensemble import attentes_inventees, engagements_inventes, memoire_inventee
from tiers_lieu_cli.ensemble.ouverture import ouvrir_lieu as ouvrir_un_lieu
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, Horaires
from tiers_lieu_cli.espace.horaires.saisie import TOUJOURS
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.journal import regles as journal
from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau.contexte import Contexte, Poste, ouvrir_lieu
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.gens.douane import SansDouane
from tiers_lieu_cli.noyau.gens.personnes import PERSONNES, Personne
from tiers_lieu_cli.noyau.lieu import FORMAT, Reglages
from tiers_lieu_cli.noyau.temps import series, temps
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.regle_dite import lire_recurrence
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import fiches
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie

#: La graine du hasard : deux démonstrations à la même heure sont identiques.
GRAINE = 4000
DUREE = timedelta(weeks=13)

REGLAGES = Reglages(
    id="lieu",
    format=FORMAT,
    nom="La Passerelle",
    adresse="rue du Pont 12, Liège",
    domaine="passerelle.example",
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
    ("Amina Benali", "bénévoles"),
    ("Léa D'Hondt", "membres"),
    ("Marie-Ange Van de Velde", "bénévoles"),
    ("Tom Lambert", "membres"),
    ("Nadia El Khatib", "riverains"),
    ("Jean-Luc Dupont", "bénévoles"),
    ("Fatou Diop", "membres"),
    ("Piet De Smet", "partenaires"),
    ("Chiara Rossi", "membres"),
    ("Omar Yıldız", "riverains"),
    ("Hélène Joris", "bénévoles"),
)


class _Habitude(msgspec.Struct, frozen=True):
    """Ce qui revient : la règle comme on la dit, la salle, le public, qui la porte."""

    titre: str
    regle: str
    salle: str
    public: str
    porteur: int | None
    description: str = ""


_HABITUDES = (
    _Habitude("Permanence numérique", "chaque mercredi 14h-17h", "salle-rez", "riverains", 4),
    _Habitude(
        *("Atelier vélo", "chaque mardi 18h30-20h", "cour", "riverains", 0),
        "On répare **ensemble** : apporter son vélo, les outils sont là.",
    ),
    _Habitude("Chorale du quartier", "chaque mardi 19h-21h", "salle-bleue", "membres", 2),
    _Habitude("Table de conversation", "chaque jeudi 10h-12h", "salle-bleue", "riverains", 5),
    _Habitude("Atelier couture", "chaque jeudi 13h30-15h", "salle-rez", "membres", 3),
    _Habitude("Repas partagé", "chaque vendredi 12h-14h", "cuisine", "bénévoles", 11),
    _Habitude("Repair café", "un samedi sur deux 10h-12h", "atelier", "riverains", 6),
    _Habitude("Conseil des membres", "le 1er jeudi du mois 20h-22h", "salle-rez", "membres", 1),
    _Habitude("Concert au coin du feu", "le dernier vendredi du mois 22h-2h", "cour", "riverains", None),
    _Habitude("Initiation fraiseuse", "le 3e samedi du mois 14h-17h", "atelier", "membres", 9),
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


def batir(racine: Path, ici: Poste, maintenant: datetime) -> None:
    """Le lieu, ouvert il y a trois mois, et tout ce qu'il a vécu depuis."""
    ouvrir_un_lieu(racine, REGLAGES, (), ouverture(maintenant))
    vivre(racine.expanduser().resolve(), ici, maintenant)


def vivre(racine: Path, ici: Poste, maintenant: datetime) -> None:
    """Trois mois de vie, un enregistrement par jour ; puis ce qui attend la concierge ce matin."""
    hasard = Random(GRAINE)  # noqa: S311  (un lieu inventé n'a pas de secret)
    c = ouvrir_lieu(racine, ici, hasard)
    debut = ouverture(maintenant)
    gens = _accueillir(c, debut)
    with c.archive.ecriture(debut + timedelta(minutes=10), c.gardien(c.archive)) as ecriture:
        for salle in _SALLES:
            SALLES.poser(ecriture, salle)
        HORAIRES.poser(ecriture, Horaires(id=TOUJOURS, semaine=dict.fromkeys(temps.JOURS, ("08:00-22:00",))))
        ecriture.enregistrer("Les cinq salles", "espace.salle.creer")
    with c.archive.ecriture(debut + timedelta(minutes=20), c.gardien(c.archive)) as ecriture:
        for habitude in _HABITUDES:
            SERIES.poser(ecriture, _serie(c, habitude, debut.date(), gens))
        ecriture.enregistrer("Ce qui revient", "prog.serie.creer")
    jours = [debut + n * UN_JOUR for n in range((maintenant - debut).days + 1)]
    for matin in c.ecran.avancer(jours, "Trois mois à La Passerelle"):
        _journee(c, hasard, matin, gens)
    _changer(c, maintenant)
    attentes_inventees.poser(c, maintenant, gens)
    engagements_inventes.poser(c, maintenant, gens)
    memoire_inventee.poser(c, maintenant, gens)


def _accueillir(c: Contexte, debut: datetime) -> tuple[Personne, ...]:
    connues: list[Personne] = []
    with c.registre.depot.ecriture(debut, SansDouane()) as ecriture:
        for rang, (nom, public) in enumerate(_GENS):
            # Des numéros que personne n'aura : l'opérateur les réserve aux fictions.
            telephone = f"+32 470 00 00 {rang:02}" if rang % 3 else None
            courriel = f"{en_tirets(nom, 'x').replace('-', '.')}@exemple.be" if rang % 2 else None
            dit = personnes.Dit(publics=(public,), telephone=telephone, courriel=courriel)
            neuve = personnes.nouvelle_personne(nom, dit, debut.date(), connues, c.hasard)
            connues.append(neuve)
            PERSONNES.poser(ecriture, neuve)
        ecriture.enregistrer("Les premières personnes", "accueil.personne.creer")
    return tuple(connues)


def _serie(c: Contexte, habitude: _Habitude, debut: date, gens: tuple[Personne, ...]) -> Serie:
    return Serie(
        id=f"{en_tirets(habitude.titre, 'serie')}-{identifiants.hasard(c.hasard, 4)}",
        titre=habitude.titre,
        recurrence=lire_recurrence(habitude.regle, debut, None),
        salles=(habitude.salle,),
        publics=(habitude.public,),
        porteurs=() if habitude.porteur is None else (gens[habitude.porteur].id,),
        description=habitude.description,
    )


def _journee(c: Contexte, hasard: Random, matin: datetime, gens: tuple[Personne, ...]) -> None:
    """Les notes et les passages d'un jour ; le dimanche, la maison dort."""
    if matin.weekday() == 6:
        return
    jour = matin.replace(tzinfo=None)
    with c.archive.ecriture(matin + timedelta(hours=8), c.gardien(c.archive)) as ecriture:
        for rang in range(hasard.randint(1, 3)):
            moment = jour.replace(hour=9 + 3 * rang, minute=hasard.randrange(60))
            texte = hasard.choice(_NOTES).format(qui=hasard.choice(gens).id)
            NOTES.poser(ecriture, journal.nouvelle(texte, moment, (), hasard))
        for rang in range(hasard.randint(2, 4)):
            moment = jour.replace(hour=10 + 2 * rang, minute=hasard.randrange(60))
            dit = passages.Dit(public=hasard.choice(REGLAGES.publics), nombre=hasard.randint(1, 6))
            PASSAGES.poser(ecriture, passages.noter(dit, moment, Mouvement.ARRIVEE, hasard))
        ecriture.enregistrer(f"La journée du {temps.dire_jour(matin.date())}", "demo.journee")


def _changer(c: Contexte, maintenant: datetime) -> None:
    """Ce qui ne se passe pas comme prévu, cette semaine : une annulation, un brouillon."""
    lundi = temps.lundi_de(maintenant.date())
    with c.archive.ecriture(maintenant - timedelta(hours=12), c.gardien(c.archive)) as ecriture:
        for serie in SERIES.toutes(c.arbre).fiches:
            if serie.titre == "Table de conversation":
                jeudi = [lundi + timedelta(days=3)]
                ecart = Ecart(quoi=Quoi.ANNULE, motif="animatrice souffrante")
                annulee = structs.replace(serie, recurrence=series.ecarter(serie.recurrence, jeudi, ecart))
                SERIES.corriger(ecriture, serie, annulee)
        samedi = lundi + timedelta(days=5)
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
