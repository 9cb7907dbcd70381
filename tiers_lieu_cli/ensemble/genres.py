"""Tous les genres de fiches de l'archive, et les vérifications des métiers : la table, en clair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Collection as Noms
from functools import cache

from tiers_lieu_cli.accueil import verification as accueil
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, VERSIONS
from tiers_lieu_cli.convention.document.modele import DOCUMENTS
from tiers_lieu_cli.convention.engagement.modele import ENGAGEMENTS
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES
from tiers_lieu_cli.ensemble.desaccords import DESACCORDS
from tiers_lieu_cli.ensemble.faits.retour import RETOURS
from tiers_lieu_cli.espace import verification as espace
from tiers_lieu_cli.espace.cle import verification as cle
from tiers_lieu_cli.espace.cle.modele import CLES, PRETS
from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, FINIS, INTERVENTIONS
from tiers_lieu_cli.espace.etat import verification as etat
from tiers_lieu_cli.espace.etat.modele import ETATS
from tiers_lieu_cli.espace.fermeture.modele import FERMETURES, LONGUES
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, PERIODES
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.promesse import verification as promesse
from tiers_lieu_cli.espace.regle.modele import CHARTES
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.espace.serie.fiches import de_la_date
from tiers_lieu_cli.espace.serie.modele import SERIES
from tiers_lieu_cli.journal import verification as journal
from tiers_lieu_cli.journal.decision.modele import DECISIONS
from tiers_lieu_cli.journal.fiche.modele import PRATIQUES
from tiers_lieu_cli.journal.modele import CLOTURES, NOTES
from tiers_lieu_cli.journal.passation.modele import PASSATIONS
from tiers_lieu_cli.journal.regle.modele import REGLES
from tiers_lieu_cli.journal.suite.modele import SUITES
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.fiches.verification import Constat, Fonds
from tiers_lieu_cli.noyau.gens.personnes import EFFACEES, MOTS, PERSONNES, RENVOIS
from tiers_lieu_cli.noyau.lieu import REGLAGES, Reglages
from tiers_lieu_cli.prog import verification as prog
from tiers_lieu_cli.prog.equipe.modele import EQUIPES
from tiers_lieu_cli.prog.idee import verification as proposition
from tiers_lieu_cli.prog.idee.modele import IDEES, SOUTIENS
from tiers_lieu_cli.prog.inscription import verification as inscription
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, EVENEMENTS, LONGS
from tiers_lieu_cli.prog.serie import verification as serie
from tiers_lieu_cli.prog.serie.modele import SERIES as SERIES_DU_PROGRAMME
from tiers_lieu_cli.prog.service.modele import SERVICES
from tiers_lieu_cli.stock import verification as stock
from tiers_lieu_cli.stock.article.modele import ARTICLES, MOUVEMENTS
from tiers_lieu_cli.stock.objet.modele import OBJETS
from tiers_lieu_cli.stock.objet.modele import PRETS as PRETS_D_OBJETS

GENRES: dict[str, tuple[Genre, type[Fiche]]] = {
    c.genre.dossier: (c.genre, c.structure)
    for c in (
        NOTES,
        CLOTURES,
        DECISIONS,
        PASSATIONS,
        REGLES,
        PRATIQUES,
        *SUITES.rangements,
        EVENEMENTS,
        LONGS,
        SERIES_DU_PROGRAMME,
        AGENDAS_AMIS,
        *IDEES.rangements,
        SOUTIENS,
        SERVICES,
        INSCRIPTIONS,
        EQUIPES,
        SALLES,
        DESACCORDS,
        CLES,
        *PRETS.rangements,
        ENTRETIENS,
        FINIS,
        INTERVENTIONS,
        PASSAGES,
        HEURES,
        HABILITATIONS,
        *BESOINS.rangements,
        *OFFRES.rangements,
        *LIENS.rangements,
        *BIENVENUES.rangements,
        *SUIVIS.rangements,
        RESERVATIONS,
        SERIES,
        FERMETURES,
        LONGUES,
        HORAIRES,
        PERIODES,
        CHARTES,
        ETATS,
        CORRESPONDANCES,
        RETOURS,
        ARTICLES,
        MOUVEMENTS,
        OBJETS,
        *PRETS_D_OBJETS.rangements,
        PARTENAIRES,
        CONVENTIONS,
        VERSIONS,
        *ENGAGEMENTS.rangements,
        DOCUMENTS,
    )
}
#: Les fiches du registre, qui a son propre dépôt.
GENRES_DU_REGISTRE: dict[str, tuple[Genre, type[Fiche]]] = {
    c.genre.dossier: (c.genre, c.structure) for c in (PERSONNES, RENVOIS, EFFACEES, MOTS)
}
VERIFICATIONS: tuple[Callable[[Fonds], Iterator[Constat]], ...] = (
    accueil.verifier,
    espace.verifier,
    promesse.verifier,
    cle.verifier,
    etat.verifier,
    prog.verifier,
    proposition.verifier,
    serie.verifier,
    inscription.verifier,
    stock.verifier,
    journal.verifier,
)
#: La prose du lieu : ni fiches, ni désordre.
LIBRES = ("regles/", "gabarits/")
LIBRES_A_LA_RACINE = frozenset({"LISEZMOI.md", ".gitignore", ".gitattributes"})


def dates_de_series(fonds: Fonds, noms: Noms[str]) -> Noms[str]:
    """De ces noms, ceux qui désignent une date d'une série : du programme, ou de réservations."""
    programmees = prog.evenements_nommes(fonds, noms)
    return {nom for nom in noms if nom in programmees or de_la_date(fonds.arbre, nom)}


def genre_de(chemin: str) -> str:
    """Le dossier du genre que ce chemin rangerait : ses deux premiers niveaux, un seul au registre."""
    return _genre_du_dossier(chemin.rpartition("/")[0])


@cache
def _genre_du_dossier(dossier: str) -> str:
    boite, _, reste = dossier.partition("/")
    return boite if boite in GENRES_DU_REGISTRE else f"{boite}/{reste.partition('/')[0]}"


def structure_de(chemin: str) -> tuple[str, type[Fiche]] | None:
    """L'identifiant et la structure de la fiche de ce chemin ; `None` si ce n'est pas une fiche."""
    if chemin == REGLAGES:
        return "lieu", Reglages
    trouve = _rangement(chemin.rpartition("/")[0])
    ident = trouve[0].ident(chemin) if trouve else None
    return (ident, trouve[1]) if trouve and ident is not None else None


@cache
def _rangement(dossier: str) -> tuple[Genre, type[Fiche]] | None:
    """Le genre et la structure des fiches de ce dossier, retrouvés une fois pour tout ce qu'il contient."""
    genre = _genre_du_dossier(dossier)
    return GENRES.get(genre) or GENRES_DU_REGISTRE.get(genre)


def nom_du_genre(dossier: str) -> str:
    """Comment l'écran nomme les fiches de ce dossier."""
    trouve = _rangement(dossier)
    return trouve[0].nom.capitalize() if trouve else "Fiche"


def est_libre(chemin: str) -> bool:
    """Un fichier de prose, que rien n'oblige à être une fiche."""
    return chemin in LIBRES_A_LA_RACINE or chemin.startswith(LIBRES)
