"""Ce que les événements attendent : être confirmés, être portés, qu'on dise ce qu'ils ont donné."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog import fermetures, fiches, regles
from tiers_lieu_cli.prog.modele import Etat

#: Ce qu'il faut préparer se voit une semaine d'avance.
AVANT = timedelta(days=7)
#: Soixante jours d'absence ne font rien manquer (`docs/principes.md`, règle 4).
APRES = timedelta(days=62)
#: Une fiche qui n'écrit aucun de ces champs n'attend pas de suite (`regles.merite_une_suite`).
_SUITES = (b"capacite:", b"equipe:", b"service:", b"proposition:", b"besoins:")


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce que la semaine attend : brouillons, sans porteur, fermés ; et les passés dont rien n'est dit."""
    viennent = fiches.de_la_fenetre(arbre, Creneau.de_jours(jour, jour + AVANT)).fiches
    for prevu, e in zip(viennent, fermetures.a_replacer(arbre, viennent), strict=True):
        premier = e.creneau.premier_jour
        titre = f"« {e.titre} », {temps.dire_jour(premier, jour)}"
        if e != prevu and not e.salles:
            # Ce qui occupe une salle, l'espace le dit déjà.
            yield Echeance(
                premier,
                f"replacer {titre} ({e.motif})",
                f"tl prog evenement modifier {e.id} --quand",
                e.id,
            )
        elif not (e.est_a_nous and e.a_lieu) or e.etat is Etat.TENU:
            continue
        elif e.etat is Etat.BROUILLON:
            yield Echeance(
                premier, f"confirmer {titre}", f"tl prog evenement modifier {e.id} --confirmer", e.id
            )
        elif not e.porteurs:
            yield Echeance(
                premier, f"personne ne porte {titre}", f"tl prog evenement modifier {e.id} --porteur", e.id
            )
    passes = fiches.de_la_fenetre(arbre, Creneau.de_jours(jour - APRES, jour - UN_JOUR), _sans_suite)
    for e in passes.fiches:
        dernier = e.creneau.dernier_jour
        attend = e.est_a_nous and e.a_lieu and e.etat is not Etat.TENU and regles.merite_une_suite(e)
        if attend and dernier < jour:
            titre = f"« {e.titre} », {temps.dire_jour(e.creneau.premier_jour, jour)}"
            commande = f"tl prog evenement tenir {e.id} --participants"
            yield Echeance(dernier, f"dire ce que {titre}, a donné", commande, e.id)


def _sans_suite(octets: bytes) -> bool:
    return not any(champ in octets for champ in _SUITES)
