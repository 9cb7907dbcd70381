"""La table des genres : une ligne par dossier de fiches, et où son genre se déclare, chargé si on le demande.

Tout le reste (place, vérifications, échéances, mots, données, complétion) est dans la déclaration.
"""

from __future__ import annotations

from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.genres import Genres
from tiers_lieu_cli.noyau.lieu import REGLAGES, Reglages

GENRES = Genres(
    {
        # Le registre a son propre dépôt.
        "personnes": "noyau.gens.personnes:PERSONNES",
        "renvois": "noyau.gens.personnes:RENVOIS",
        "effacees": "noyau.gens.personnes:EFFACEES",
        "mots": "noyau.gens.personnes:MOTS",
        "courriers": "ensemble.courrier.modele:COURRIERS",
        "courriers-lus": "ensemble.courrier.modele:LUS",
        "correspondances": "ensemble.echanges.modele:AU_REGISTRE",
        "journal/notes": "journal.modele:NOTES",
        "journal/clotures": "journal.modele:CLOTURES",
        "journal/decisions": "journal.decision.modele:DECISIONS",
        "journal/suites": "journal.suite.modele:SUITES",
        "journal/passations": "journal.passation.modele:PASSATIONS",
        "journal/regles": "journal.regle.modele:REGLES",
        "journal/pratiques": "journal.fiche.modele:PRATIQUES",
        "prog/evenements": "prog.modele:EVENEMENTS",
        "prog/longs": "prog.modele:LONGS",
        "prog/series": "prog.serie.modele:SERIES",
        "prog/reseau": "prog.modele:AGENDAS_AMIS",
        "prog/propositions": "prog.idee.modele:IDEES",
        "prog/soutiens": "prog.idee.modele:SOUTIENS",
        "prog/services": "prog.service.modele:SERVICES",
        "prog/formations": "prog.formation.modele:FORMATIONS",
        "prog/inscriptions": "prog.inscription.modele:INSCRIPTIONS",
        "prog/diffusions": "prog.diffusion.modele:DIFFUSIONS",
        "prog/equipes": "prog.equipe.modele:EQUIPES",
        "espace/salles": "espace.modele:SALLES",
        "journal/desaccords": "ensemble.desaccords:DESACCORDS",
        "espace/cles": "espace.cle.modele:CLES",
        "espace/cles-pretees": "espace.cle.modele:PRETS",
        "espace/entretien": "espace.entretien.modele:ENTRETIENS",
        "espace/entretien-fini": "espace.entretien.modele:FINIS",
        "espace/interventions": "espace.entretien.modele:INTERVENTIONS",
        "accueil/passages": "accueil.passage.modele:PASSAGES",
        "accueil/heures": "accueil.heures.modele:HEURES",
        "accueil/habilitations": "accueil.habilitation.modele:HABILITATIONS",
        "accueil/besoins": "accueil.annonce.modele:BESOINS",
        "accueil/offres": "accueil.annonce.modele:OFFRES",
        "accueil/liens": "accueil.lien.modele:LIENS",
        "accueil/bienvenues": "accueil.bienvenue.modele:BIENVENUES",
        "accueil/suivis": "accueil.suivi.modele:SUIVIS",
        "espace/reservations": "espace.reservation.modele:RESERVATIONS",
        "espace/series": "espace.serie.modele:SERIES",
        "espace/fermetures": "espace.fermeture.modele:FERMETURES",
        "espace/fermetures-longues": "espace.fermeture.modele:LONGUES",
        "espace/horaires": "espace.horaires.modele:HORAIRES",
        "espace/periodes": "espace.horaires.modele:PERIODES",
        "espace/regles": "espace.regle.modele:CHARTES",
        "espace/etats": "espace.etat.modele:ETATS",
        "espace/correspondances": "espace.echange.modele:CORRESPONDANCES",
        "accueil/retours": "ensemble.faits.retour:RETOURS",
        "stock/articles": "stock.article.modele:ARTICLES",
        "stock/mouvements": "stock.article.modele:MOUVEMENTS",
        "stock/objets": "stock.objet.modele:OBJETS",
        "stock/prets": "stock.objet.modele:PRETS",
        "convention/partenaires": "convention.partenaire.modele:PARTENAIRES",
        "convention/conventions": "convention.convention.modele:CONVENTIONS",
        "convention/textes": "convention.convention.modele:VERSIONS",
        "convention/engagements": "convention.engagement.modele:ENGAGEMENTS",
        "federation/maisons": "ensemble.federation.modele:MAISONS",
        "convention/documents": "convention.document.modele:DOCUMENTS",
    }
)
#: La prose du lieu : ni fiches, ni désordre.
LIBRES = ("regles/", "gabarits/")
LIBRES_A_LA_RACINE = frozenset({"LISEZMOI.md", ".gitignore", ".gitattributes"})


def structure_de(chemin: str) -> tuple[str, type[Fiche]] | None:
    """L'identifiant et la structure de la fiche de ce chemin ; `None` si ce n'est pas une fiche."""
    if chemin == REGLAGES:
        return "lieu", Reglages
    trouve = GENRES.de(chemin)
    return (trouve[0], trouve[1].structure) if trouve else None


def nom_du_genre(dossier: str) -> str:
    """Comment l'écran nomme les fiches de ce dossier."""
    trouve = GENRES.collection(dossier)
    return trouve.genre.nom.capitalize() if trouve else "Fiche"


def est_libre(chemin: str) -> bool:
    """Un fichier de prose, que rien n'oblige à être une fiche."""
    return chemin in LIBRES_A_LA_RACINE or chemin.startswith(LIBRES)
