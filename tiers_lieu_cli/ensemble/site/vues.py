"""Ce que chaque page du site reçoit : des vues à plat, où tout est déjà public."""

from __future__ import annotations

import msgspec


class Lien(msgspec.Struct, frozen=True):
    """Où aller, et comment cela se dit ; `ici` : c'est la page où l'on est."""

    vers: str
    dit: str
    ici: bool = False
    #: La langue de là-bas.
    code: str = ""


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """Un événement dans une liste. `ecart` : ce qui fait qu'il n'a pas lieu comme prévu."""

    vers: str
    heures: str
    debut: str
    titre: str
    ou: str = ""
    pour: str = ""
    ecart: str = ""
    motif: str = ""
    complet: bool = False


class Jour(msgspec.Struct, frozen=True, kw_only=True):
    """Un jour : son nom, quand la maison est ouverte, ce qui s'y passe."""

    jour: str
    dit: str
    ouvert: str = ""
    ferme: bool = False
    lignes: tuple[Ligne, ...] = ()


class Partie(msgspec.Struct, frozen=True, kw_only=True):
    """Des jours sous un titre ; `vide` : ce qui se dit s'il n'y en a pas, `ancre` : le début de leurs ancres.

    Un jour peut être sous deux titres ; une ancre, dans une page, n'est qu'à un endroit.
    """

    titre: str
    jours: tuple[Jour, ...]
    vide: str = ""
    ancre: str = "j"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui entoure toute page. `racine` : comment en revenir au dossier du site (« ../ »)."""

    langue: str
    lieu: str
    titre: str
    resume: str
    racine: str
    accueil: str
    menu: tuple[Lien, ...]
    langues: tuple[Lien, ...] = ()
    adresse: str = ""
    contacts: tuple[Lien, ...] = ()
    logo: str = ""
    canonique: str = ""
    agenda: Lien | None = None
    abonnement: str = ""
    atom: str = ""
    #: Des données pour les moteurs de recherche, déjà écrites sans rien qui puisse fermer la balise.
    donnees: str = ""


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """L'accueil, un mois : des jours, des liens vers les voisins, de quoi répondre."""

    langue: str
    titre: str
    dit: str = ""
    parties: tuple[Partie, ...] = ()
    avant: Lien | None = None
    apres: Lien | None = None
    repondre: tuple[Lien, ...] = ()


class Evenement(msgspec.Struct, frozen=True, kw_only=True):
    """La page d'un événement."""

    langue: str
    titre: str
    quand: str
    debut: str
    ou: str
    adresse: str = ""
    ecart: str = ""
    motif: str = ""
    vers: Lien | None = None
    complet: bool = False
    passe: bool = False
    faits: tuple[tuple[str, str], ...] = ()
    description: str = ""
    lien: str = ""
    inscription: str = ""
    annulation: str = ""
    agenda: str = ""
    autres: tuple[Lien, ...] = ()
    mois: Lien | None = None


class Salle(msgspec.Struct, frozen=True, kw_only=True):
    """Une salle, ce qu'elle offre, et ses heures libres jour par jour."""

    id: str
    nom: str
    atouts: tuple[str, ...] = ()
    dispositions: tuple[str, ...] = ()
    libre: tuple[tuple[str, str], ...] = ()
    demander: str = ""


class Salles(msgspec.Struct, frozen=True, kw_only=True):
    """Les salles, et ce que la page en dit."""

    langue: str
    titre: str
    dit: str
    salles: tuple[Salle, ...]


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Un service ouvert au public, et ses prochaines dates."""

    nom: str
    essai: bool = False
    pour: str = ""
    description: str = ""
    dates: tuple[Lien, ...] = ()


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que la maison offre dans la durée."""

    langue: str
    titre: str
    services: tuple[Service, ...]


class Membre(msgspec.Struct, frozen=True, kw_only=True):
    """Quelqu'un qui a voulu paraître, sous le nom qu'il a choisi."""

    nom: str
    portrait: str


class Membres(msgspec.Struct, frozen=True, kw_only=True):
    """Ceux de la maison qui ont voulu paraître."""

    langue: str
    titre: str
    membres: tuple[Membre, ...]


class Annonce(msgspec.Struct, frozen=True, kw_only=True):
    """Un besoin ou une offre qu'on montre."""

    texte: str
    de: str = ""
    quand: str = ""
    themes: str = ""
    urgent: bool = False
    repondre: str = ""


class Entraide(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'on cherche et ce qu'on propose."""

    langue: str
    titre: str
    besoins: tuple[Annonce, ...]
    offres: tuple[Annonce, ...]
    repondre: tuple[Lien, ...] = ()


class Nouvelle(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui s'est passé un jour."""

    ancre: str
    quand: str
    jour: str
    texte: str


class Nouvelles(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui s'est passé."""

    langue: str
    titre: str
    nouvelles: tuple[Nouvelle, ...]


#: Le gabarit de chaque sorte de page, et ce qu'il reçoit.
GABARITS: dict[str, type[msgspec.Struct]] = {
    "site-programme.html": Programme,
    "site-evenement.html": Evenement,
    "site-salles.html": Salles,
    "site-services.html": Services,
    "site-membres.html": Membres,
    "site-entraide.html": Entraide,
    "site-nouvelles.html": Nouvelles,
}
#: Ce qui entoure toutes les pages.
TOUTE_PAGE = "site.html"
