"""Les chapitres du cours. Chaque étape se juge à ce qui est dans le lieu, jamais à ce qui fut tapé."""

from __future__ import annotations

from importlib.util import find_spec

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.passage.modele import PASSAGES, Mouvement
from tiers_lieu_cli.ensemble.apprendre.modele import Chapitre, Etape, Vu
from tiers_lieu_cli.espace.cle.modele import PRETS as CLES_PRETEES
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Sorte
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.journal.modele import CLOTURES, NOTES
from tiers_lieu_cli.journal.passation.modele import PASSATIONS
from tiers_lieu_cli.noyau.gens.personnes import cites
from tiers_lieu_cli.prog.modele import EVENEMENTS
from tiers_lieu_cli.stock.objet.modele import PRETS, Etat

# -- ce qui manque encore -----------------------------------------------------


def _personne(vu: Vu) -> str:
    return "" if vu.a_pose("registre/personnes") else "Personne de neuf n'est au registre."


def _passage(vu: Vu) -> str:
    entres = [p for p in vu.neuves(PASSAGES) if p.sens is Mouvement.ARRIVEE]
    if not entres:
        return "Aucun passage n'est noté depuis le début de l'étape."
    combien = sum(p.nombre for p in entres if not p.personne)
    return "" if combien >= 3 else f"{combien} sans nom : il en est entré trois."


def _connu(vu: Vu) -> str:
    return "" if any(p.personne for p in vu.neuves(PASSAGES)) else "Aucune personne connue n'est entrée."


def _besoin(vu: Vu) -> str:
    ouverts = [b for rangement in BESOINS.rangements for b in vu.neuves(rangement)]
    return "" if ouverts else "Aucun besoin n'est noté depuis le début de l'étape."


def _reservation(vu: Vu) -> str:
    neuves = vu.neuves(RESERVATIONS)
    if not neuves:
        return "Aucune salle n'est réservée depuis le début de l'étape."
    return "" if any(r.pour for r in neuves) else "La salle est prise, mais pour qui ? Ajouter --pour @…"


def _evenement(vu: Vu) -> str:
    if not (neufs := vu.neuves(EVENEMENTS)):
        return "Rien de neuf au programme."
    return "" if any(e.salles or e.ailleurs for e in neufs) else "C'est au programme, mais où ? --salle …"


def _note(vu: Vu) -> str:
    return "" if vu.neuves(NOTES) else "Aucune note n'est au journal depuis le début de l'étape."


def _note_qui_nomme(vu: Vu) -> str:
    if manque := _note(vu):
        return manque
    nomme = any(True for n in vu.neuves(NOTES) for _ in cites(n.texte))
    return "" if nomme else "La note ne nomme personne : écrire @Karim dans la phrase."


def _pret(vu: Vu) -> str:
    sortis = [p for rangement in PRETS.rangements for p in vu.neuves(rangement) if p.etat is Etat.DEHORS]
    return "" if sortis else "Aucun objet n'est sorti depuis le début de l'étape."


def _erreur_defaite(vu: Vu) -> str:
    if any(chemin.startswith("journal/notes/") for chemin in vu.otes):
        return ""
    return "La note en trop est encore là : défaire la dernière action."


def _passation(vu: Vu) -> str:
    return "" if vu.neuves(PASSATIONS) else "La passation n'est pas faite."


def _recue(vu: Vu) -> str:
    return "" if any(p.recue_le for p in vu.neuves(PASSATIONS)) else "La passation n'est pas dite reçue."


def _synchronise(vu: Vu) -> str:
    venue = any("L'autre poste" in n.texte for n in vu.neuves(NOTES))
    return "" if venue else "Ce que l'autre poste a noté n'est pas encore ici."


def _panne(vu: Vu) -> str:
    pannes = [e for e in vu.neuves(ENTRETIENS) if e.sorte is Sorte.PANNE]
    return "" if pannes else "Aucune panne n'est signalée depuis le début de l'étape."


def _heures(vu: Vu) -> str:
    return "" if vu.neuves(HEURES) else "Aucune heure n'est notée depuis le début de l'étape."


def _cle(vu: Vu) -> str:
    rendues = any(chemin.startswith(CLES_PRETEES.en_cours.genre.dossier) for chemin in vu.otes)
    return "" if rendues else "La clé de la cave est encore chez Amina."


def _clos(vu: Vu) -> str:
    return "" if vu.neuves(CLOTURES) else "Le jour n'est pas clos."


def _brouillon(vu: Vu) -> str:
    return "" if vu.a_pose("finance/brouillons") else "Aucun brouillon de facture dans la caisse."


def _emise(vu: Vu) -> str:
    return "" if vu.a_pose("finance/pieces") else "Aucune facture n'est émise depuis le début de l'étape."


def _client(vu: Vu) -> str:
    return "" if vu.a_pose("finance/tiers") else "Aucun client de neuf dans la caisse."


# -- les étapes que plusieurs chapitres partagent -----------------------------

_NOTER = Etape(
    "noter",
    "Noter le quotidien",
    "Karim a reçu le bois. Une phrase suffit : @Karim y devient un lien, #atelier une étiquette.",
    'tl journal noter "Livraison de bois, @Karim l\'a reçue #atelier"',
    _note_qui_nomme,
    "Dans l'archive, Karim n'est qu'un code : son nom est au registre, et s'efface s'il le demande.",
)
_PASSER = Etape(
    "compter",
    "Compter qui entre",
    "Trois riverains poussent la porte. On ne demande pas leur nom : on les compte.",
    "tl accueil passage riverains 3",
    _passage,
    "Un passage anonyme ne garde que le public ; le bilan de l'année en sort tout seul.",
)
_BESOIN = Etape(
    "besoin",
    "Entendre un besoin",
    "Fatou voudrait apprendre à coudre. On le note comme elle le dit : c'est de là que naît le programme.",
    'tl accueil besoin creer "Apprendre à coudre" --de @Fatou --theme couture',
    _besoin,
    "« tl accueil relier » propose qui pourrait l'aider ; « tl prog besoins », ce que l'on oublie.",
)

CONCIERGE = Chapitre(
    "concierge",
    "Une matinée de concierge",
    "qui tient le lieu",
    25,
    (
        Etape(
            "accueillir",
            "Accueillir quelqu'un",
            "Zoé passe la porte pour la première fois. Son nom va au registre, et nulle part ailleurs.",
            'tl accueil personne creer "Zoé Maes" --public riverains',
            _personne,
            "On la cite partout par @Zoé. « tl accueil personne fiche @Zoé » dit ce que l'on sait d'elle.",
        ),
        _PASSER,
        _BESOIN,
        Etape(
            "reserver",
            "Réserver une salle",
            "Amina veut la salle bleue demain de 14 h à 16 h. Si c'est pris, trois créneaux sont proposés.",
            'tl espace reserver salle-bleue "demain 14h-16h" --pour @Amina --objet "réunion"',
            _reservation,
            "Une salle ne se promet jamais deux fois, qu'on réserve, programme ou importe.",
        ),
        Etape(
            "programmer",
            "Mettre au programme",
            "Un goûter demain à 17 h dans la cuisine, porté par Hélène.",
            'tl prog evenement creer "Goûter" --quand "demain 17h-18h30" --salle cuisine --porteur @Hélène',
            _evenement,
            "« tl prog semaine » le montre ; agenda, affiche et site disent la même chose.",
        ),
        _NOTER,
        Etape(
            "preter",
            "Prêter",
            "Karim emprunte l'échelle pour trois jours.",
            'tl stock preter echelle @Karim --jusqua "dans 3 jours"',
            _pret,
            "S'il tarde, « tl aujourdhui » le dira. Au retour : tl stock rendre echelle @Karim",
        ),
        Etape(
            "se-tromper",
            "Se tromper…",
            "Notez exprès n'importe quoi : on va le défaire.",
            'tl journal noter "Une note en trop"',
            _note,
            "Tout ce qui est enregistré l'est vraiment… et se défait.",
        ),
        Etape(
            "defaire",
            "… et défaire",
            "La note de trop s'ôte d'un mot. Rien n'est caché : l'histoire garde les deux.",
            "tl defaire --oui",
            _erreur_defaite,
            "Avant d'agir, --essai montre sans rien écrire ; après, « tl defaire » revient en arrière.",
        ),
        Etape(
            "passer",
            "Passer la main",
            "Votre tour finit. La passation réunit tout ce qui est ouvert ; un mot de vous la complète.",
            'tl journal passation --pour @Hélène --note "Le four est capricieux"',
            _passation,
            "Qui arrive la lit (tl journal releve) et dit l'avoir reçue. Rien d'ouvert ne se perd en route.",
        ),
        Etape(
            "synchroniser",
            "Mettre en commun",
            "Un deuxième poste, à l'accueil du samedi, a noté quelque chose. Recevez-le, envoyez le vôtre.",
            "tl synchroniser",
            _synchronise,
            "Si deux postes ont promis la même salle, rien n'est perdu : l'outil le dit et demande.",
            avant=(
                ("moyeu", "init", "{moyeu}"),
                ("moyeu", "relier", "{moyeu}"),
                ("synchroniser",),
                ("moyeu", "rejoindre", "{moyeu}", "{autre}"),
                ("--lieu", "{autre}", "journal", "noter", "L'autre poste a rangé les chaises"),
                ("--lieu", "{autre}", "synchroniser"),
            ),
        ),
    ),
)

BENEVOLE = Chapitre(
    "benevole",
    "Dix minutes au comptoir",
    "bénévole, ou relais d'une heure",
    10,
    (
        _PASSER,
        Etape(
            "connu",
            "Reconnaître un habitué",
            "Karim arrive. Celui-là, on le connaît.",
            "tl accueil passage @Karim",
            _connu,
            "« tl accueil presents » dit qui est là ; « tl accueil depart @Karim » quand il s'en va.",
        ),
        _BESOIN,
        Etape(
            "panne",
            "Signaler une panne",
            "Le robinet de la cuisine goutte. Qui voit le dit, sans chercher qui répare.",
            'tl espace entretien panne "Le robinet goutte" --salle cuisine',
            _panne,
            "La panne est dans « tl aujourdhui » de tout le monde jusqu'à ce qu'elle soit réparée.",
        ),
        _NOTER,
        Etape(
            "heures",
            "Noter ses heures",
            "Hélène a tenu l'accueil deux heures. On ne les paie pas, mais on les reconnaît.",
            "tl accueil heures noter @Hélène 2h --activite accueil",
            _heures,
            "Une faute de frappe ? « tl defaire » ôte la dernière action.",
        ),
    ),
)

RELAIS = Chapitre(
    "relais",
    "Dix minutes pour prendre le relais",
    "qui ouvre ou ferme",
    10,
    (
        Etape(
            "recevoir",
            "Recevoir la passation",
            "Lisez ce qu'on vous laisse (tl journal releve), puis redites-le avec vos mots : c'est reçu.",
            'tl journal accuser --par @Hélène --compris "le four est à surveiller"',
            _recue,
            "Redire avec ses mots, c'est ce qui évite l'oubli : les hôpitaux font ainsi.",
            avant=(("journal", "passation", "--pour", "@Hélène", "--note", "Le four est capricieux"),),
        ),
        Etape(
            "cle",
            "Reprendre une clé",
            "Amina rapporte la clé de la cave.",
            "tl espace cle rendre cave",
            _cle,
            "Qui a quelle clé se sait toujours : tl espace cle liste",
        ),
        _NOTER,
        Etape(
            "clore",
            "Clore le jour",
            "On ferme. Clore montre ce qui reste ouvert, et demande si c'est bien ainsi.",
            "tl journal clore --oui",
            _clos,
            "Un jour clos peut se rouvrir, et cela se voit.",
        ),
    ),
)

_VENDEUR = (
    *("--forme", "ASBL", "--assujettissement", "assujetti", "--rue", "Rue de la Station 12"),
    *("--code-postal", "4000", "--ville", "Liège", "--numero", "0202.239.951", "--tva", "BE0202239951"),
    *("--tribunal", "Liège", "--iban", "BE71 0961 2345 6769", "--bic", "GKCCBEBB"),
)
TRESORIER = Chapitre(
    "tresorier",
    "Un quart d'heure à la caisse",
    "le trésorier, sur son poste à lui",
    15,
    (
        Etape(
            "client",
            "Connaître un client",
            "Odile Marchand loue la salle bleue. Son adresse va au coffre, fermé à la concierge.",
            'tl finance tiers creer "Odile Marchand" --rue "Rue Haute 7" --code-postal 4000 --ville Liège',
            _client,
            "Ce qu'on facture vient d'ordinaire des faits que la concierge a notés, sans nom ni montant.",
            avant=(
                ("finance", "init", *_VENDEUR),
                (
                    *("finance", "tarif", "creer", "salle-bleue", "--prix", "12,50", "--unite", "heure"),
                    *("--regime", "BE-21", "--du", "2020-01-01", "--libelle", "Salle bleue"),
                ),
            ),
        ),
        Etape(
            "brouillon",
            "Préparer une facture",
            "Six heures de salle bleue, au tarif du lieu.",
            "tl finance facture brouillon --tiers odile --ligne salle-bleue:6",
            _brouillon,
            "Un brouillon se relit et se jette ; il n'a pas de numéro.",
        ),
        Etape(
            "emettre",
            "Émettre",
            "Relue, la facture s'émet : elle prend son numéro, sans trou, et ne change plus.",
            "tl finance facture emettre --tout --oui",
            _emise,
            "Une faute sur une facture émise se corrige par une note de crédit, jamais autrement.",
        ),
    ),
)


def chapitres() -> tuple[Chapitre, ...]:
    """Ceux de ce poste : la caisse n'est que chez le trésorier."""
    caisse = (TRESORIER,) if find_spec("saxonche") and find_spec("facturx") else ()
    return (CONCIERGE, BENEVOLE, RELAIS, *caisse)
