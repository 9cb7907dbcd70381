"""Ce que le site montre, lu une fois : rien qui soit brouillon, interne, ou sans accord de qui il s'agit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import BESOINS, OFFRES, Besoin, Offre
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.libre import regles as libre
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.espace.planning import fiches as planning
from tiers_lieu_cli.journal.modele import NOTES, Note
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.gens.personnes import PORTRAIT, Personne
from tiers_lieu_cli.noyau.gens.public import Public
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.prog import fiches as prog
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.affichage import fiches as affichage
from tiers_lieu_cli.prog.modele import EVENEMENTS, Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import SERIES
from tiers_lieu_cli.prog.service.modele import SERVICES, Service

#: Jusqu'où le site regarde : une série sans fin y est dite un an d'avance.
AVENIR = timedelta(days=396)
#: L'étiquette d'une note qu'on a choisi de montrer : « La fresque est finie #site ».
CHOISIE = "site"
#: Combien de jours de salles libres on montre.
JOURS_LIBRES = 14


class Recolte(msgspec.Struct, frozen=True, dict=True):
    """Le lieu tel que tout le monde peut le voir, un jour donné."""

    c: Contexte
    public: Public
    jour: date
    evenements: tuple[Evenement, ...]
    noms_des_salles: Mapping[str, str]
    noms_des_amis: Mapping[str, str]

    @cached_property
    def _par_mois(self) -> dict[tuple[int, int], list[Evenement]]:
        """Ce qui touche chaque mois."""
        mois: dict[tuple[int, int], list[Evenement]] = {}
        for e in self.evenements:
            for cle in temps.mois_entre(e.creneau.premier_jour, e.creneau.dernier_jour):
                mois.setdefault(cle, []).append(e)
        return mois

    @property
    def mois(self) -> list[date]:
        """Le premier de chaque mois où il y a quelque chose à nous, et de celui-ci."""
        dits = {cle for cle, evenements in self._par_mois.items() if any(e.est_a_nous for e in evenements)}
        return [date(a, m, 1) for a, m in sorted(dits | {(self.jour.year, self.jour.month)})]

    def jours(self, fenetre: Creneau, *, a_nous: bool = True) -> dict[date, list[Evenement]]:
        """Ce qui a lieu chaque jour de la fenêtre, chez nous ou chez nos voisins."""
        mois = temps.mois_entre(fenetre.premier_jour, fenetre.dernier_jour)
        vus = {id(e): e for cle in mois for e in self._par_mois.get(cle, ()) if e.est_a_nous is a_nous}
        return regles.par_jour(vus.values(), fenetre)

    @cached_property
    def a_nous(self) -> dict[str, Evenement]:
        """Les événements qui ont leur page ; d'une date partie ailleurs, là où elle est."""
        dits: dict[str, Evenement] = {}
        for e in self.evenements:
            if e.est_a_nous and (e.id not in dits or e.a_lieu):
                dits[e.id] = e
        return dits

    @cached_property
    def complets(self) -> frozenset[str]:
        """Ceux de l'avenir où il n'y a plus de place."""
        attendus = [e for e in self.a_nous.values() if e.capacite and e.creneau.dernier_jour >= self.jour]
        remarques = affichage.remarques(self.c.arbre, attendus, self.c.horloge.murale())
        return frozenset(ident for ident, r in remarques.items() if r.complet)

    def dire(self, texte: str, ident: str = "") -> str:
        """Le texte d'une fiche, où chacun a le nom qu'il a choisi, ou n'en a pas."""
        return self.public.dire(texte, ident)

    def ou(self, e: Evenement) -> str:
        """Où cela se tient."""
        return self.dire(regles.lieu_dit(e, self.noms_des_salles, self.noms_des_amis), e.id)

    def ouvert(self, jours: list[date]) -> dict[date, str]:
        """« 9:00–18:00 », « fermé (travaux) » ; rien si le lieu n'a pas dit ses heures."""
        return dict(zip(jours, planning.ouvert(self.c.arbre, jours), strict=True))

    @cached_property
    def salles(self) -> list[Salle]:
        """Celles qu'on peut demander."""
        return sorted((s for s in SALLES.toutes(self.c.arbre).fiches if not s.retiree), key=lambda s: s.nom)

    @cached_property
    def libres(self) -> dict[str, list[Creneau]]:
        """Par salle, les temps libres d'au moins une heure, à partir de demain."""
        demain = self.jour + UN_JOUR
        moment = Creneau.de_jours(demain, demain + timedelta(days=JOURS_LIBRES - 1))
        maintenant = self.c.horloge.murale()
        graphe, prises = planning.de_la_fenetre(self.c.arbre, moment, maintenant)
        horaires = HORAIRES.toutes(self.c.arbre).fiches
        jours = [demain + timedelta(days=n) for n in range(JOURS_LIBRES)]
        fermes = {j for j, dit in self.ouvert(jours).items() if dit.startswith("férié")}
        ouvertures = [
            o
            for j in jours
            if j not in fermes
            for o in (ouverture.ouvertures(horaires, j) if horaires else [Creneau.de_jours(j, j)])
        ]
        fenetres = libre.fenetres(moment, ouvertures if horaires else None, maintenant)
        besoin = libre.Besoin(0, (), False, libre.AU_MOINS)
        return {s.id: libre.libres(s.id, fenetres, prises, graphe, besoin) for s in self.salles}

    @cached_property
    def services(self) -> list[Service]:
        """Ceux où le public peut venir."""
        return sorted(
            (s for s in SERVICES.toutes(self.c.arbre).fiches if s.est_ouvert), key=lambda s: s.nom.casefold()
        )

    @cached_property
    def membres(self) -> list[Personne]:
        """Ceux qui ont accepté un portrait, sous le nom qu'ils ont choisi ; jamais un enfant."""
        if not self.c.registre.est_la:
            return []
        vus = [
            p
            for p in self.c.registre.toutes.fiches
            if p.portrait and p.accepte(PORTRAIT) and self.c.registre.nom_public(p.id) and not p.mineur
        ]
        return sorted(vus, key=lambda p: (p.nom_public.casefold(), p.id))

    @cached_property
    def besoins(self) -> list[Besoin]:
        """Ceux qu'on a choisi de montrer, les plus récents d'abord."""
        return _recentes(b for b in vivants.en_cours(self.c, BESOINS).fiches if b.publie and b.est_ouvert)

    @cached_property
    def offres(self) -> list[Offre]:
        """Celles qu'on a choisi de montrer, les plus récentes d'abord."""
        return _recentes(o for o in vivants.en_cours(self.c, OFFRES).fiches if o.publie and o.est_ouvert)

    @cached_property
    def nouvelles(self) -> list[Note]:
        """Les notes qu'on a choisi de montrer, la dernière d'abord ; les autres ne sont pas analysées."""
        choisies = NOTES.toutes(self.c.arbre, inutile=lambda octets: b"#site" not in octets.lower()).fiches
        return sorted((n for n in choisies if CHOISIE in n.etiquettes), key=lambda n: n.moment, reverse=True)


def _recentes(annonces: Iterable[Besoin] | Iterable[Offre]) -> list[Any]:
    return sorted(annonces, key=lambda a: (a.entendu, a.id), reverse=True)


def lire(c: Contexte) -> Recolte:
    """Tout ce que le site peut montrer aujourd'hui."""
    jour = c.horloge.aujourdhui()
    fenetre = Creneau.de_jours(_premier_jour(c, jour), jour + AVENIR)
    recolte = affichage.a_montrer(c.arbre, fenetre)
    c.ecran.defauts(recolte.defauts)
    publics = tuple(e for e in recolte.fiches if not e.interne and e.etat is not Etat.BROUILLON)
    salles = prog.noms_des_salles(c.arbre, (s for e in publics for s in e.salles))
    amis = prog.noms_des_amis(c.arbre, (e.calendrier for e in publics))
    return Recolte(c, Public(c.registre), jour, publics, salles, amis)


def _premier_jour(c: Contexte, jour: date) -> date:
    """Le premier jour du programme, d'après ses noms et ses séries."""
    jours = [ident[:10] for ident in EVENEMENTS.idents(c.arbre)]
    jours += [s.recurrence.du for s in SERIES.toutes(c.arbre).fiches]
    return temps.jour_ou_moment(min([*jours, str(jour)]))[0]
