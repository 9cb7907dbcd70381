"""De qui l'on n'a plus de nouvelles : ni passage, ni heure, ni réservation, ni besoin, ni note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.accueil.suivi.modele import SUIVIS
from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS
from tiers_lieu_cli.journal.modele import NOTES
from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps import delais
from tiers_lieu_cli.prog.inscription.modele import INSCRIPTIONS
from tiers_lieu_cli.stock.objet.modele import PRETS

#: Ce qui est une nouvelle de quelqu'un, rangé au mois où on l'eut.
_AFFAIRES = (SUIVIS, BESOINS, OFFRES, PRETS)
_DATEES = (PASSAGES, HEURES, RESERVATIONS, INSCRIPTIONS, NOTES, *(a.closes for a in _AFFAIRES))
_EN_COURS = tuple(a.en_cours for a in _AFFAIRES)


class Nouvelles(msgspec.Struct, frozen=True):
    """Qui a donné de ses nouvelles depuis un jour."""

    jour: date
    vues: frozenset[str]

    def sont_sans(self, noms: Iterable[str], connue: date | None) -> bool:
        """Personne sous ces noms n'a-t-il donné de nouvelles ? Qui vient d'arriver n'est pas perdu de vue."""
        return (connue is None or connue < self.jour) and self.vues.isdisjoint(noms)


def depuis(c: Contexte, delai: str) -> Nouvelles:
    """Les personnes dont on a eu des nouvelles depuis « 6 mois »."""
    aujourdhui = c.horloge.aujourdhui()
    periode = delais.periode(delais.lire(delai))
    assert periode
    jour = delais.apres(aujourdhui, periode, -1)
    lues = [f for genre in _DATEES for f in genre.depuis(c.arbre, jour).fiches]
    lues += [f for genre in _EN_COURS for f in genre.toutes(c.arbre).fiches]
    # Un mois commence avant le jour voulu : le nom d'une fiche dit son jour.
    recentes = (f for f in lues if f.id[:10] >= str(jour))
    return Nouvelles(jour, frozenset(qui for f in recentes for qui in liens.personnes(f)))
