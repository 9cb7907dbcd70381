"""Une promesse est-elle possible ? Ce qui la gêne, et les règles qu'elle ne respecte pas."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from tiers_lieu_cli.accueil.habilitation.modele import est_habilitee
from tiers_lieu_cli.espace import occupations, regles
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, Horaires
from tiers_lieu_cli.espace.materiel import Materiel
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regle import regles as charte
from tiers_lieu_cli.espace.regle.modele import CHARTES, Charte
from tiers_lieu_cli.espace.regle.regles import Demande, Manquement
from tiers_lieu_cli.espace.regles import Graphe, Occupation
from tiers_lieu_cli.espace.reservation.modele import Promesse
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UNE_SEMAINE, Creneau


class Examen(msgspec.Struct, frozen=True):
    """Ce qui s'oppose à une promesse : d'autres promesses, des règles, un matériel pris."""

    genes: tuple[tuple[Occupation, Occupation], ...] = ()
    manquements: tuple[Manquement, ...] = ()
    #: Le matériel qui n'est pas libre ; on ne passe pas outre : il ne se prête pas deux fois.
    manques: tuple[str, ...] = ()

    @property
    def est_possible(self) -> bool:
        return not (self.genes or self.manquements or self.manques)

    @property
    def contre(self) -> tuple[str, ...]:
        """Ce que forcer gênerait : les fiches, puis les règles."""
        noms = [prise.id for _, prise in self.genes] + [m.regle for m in self.manquements]
        return tuple(dict.fromkeys(filter(None, noms)))


class Reglement:
    """Les règles du lieu, appliquées à une promesse : lues une fois, et seulement ce qu'elles demandent."""

    def __init__(
        self,
        c: Contexte,
        promesse: Promesse,
        *,
        delais: bool,
        periode: Creneau | None = None,
        materiel: Materiel | None = None,
    ) -> None:
        self._c = c
        self._promesse = promesse
        self._maintenant = c.horloge.murale()
        self._delais = delais
        self._periode = periode
        self._materiel = materiel
        self._regles = CHARTES.toutes(c.arbre).fiches

    @cached_property
    def graphe(self) -> Graphe:
        """Les salles, et celles qui se gênent."""
        return Graphe(SALLES.toutes(self._c.arbre).fiches)

    @cached_property
    def _horaires(self) -> tuple[Horaires, ...]:
        return HORAIRES.toutes(self._c.arbre).fiches

    def de(self, salle: str) -> list[Charte]:
        """Les règles qui valent pour cette salle, et pour ce dont elle est faite."""
        return charte.applicables(self._regles, {salle, *regles.parties(salle, self.graphe.salles)})

    def modere(self, salle: str) -> bool:
        """Une demande pour cette salle doit-elle être validée ?"""
        return any(regle.moderation for regle in self.de(salle))

    def est_ouvert(self, seance: Creneau) -> bool:
        """Le lieu est-il ouvert d'un bout à l'autre ? Sans horaires connus, il l'est toujours."""
        return ouverture.est_ouvert(self._horaires, seance)

    def convient(
        self, salle: str, seance: Creneau, ident: str = "", aussi: Sequence[Occupation] = ()
    ) -> bool:
        """Ce créneau se propose-t-il : aux heures d'ouverture, et selon les règles de la salle ?"""
        return (
            self.est_ouvert(seance)
            and not self.manquements(salle, seance, ident, aussi)
            and not self.manques(self._promesse.etendre(seance))
        )

    def manques(self, emprise: Creneau) -> tuple[str, ...]:
        """Le matériel demandé qui n'est pas libre à ces heures."""
        return self._materiel.manques(emprise) if self._materiel else ()

    def avis(self, seance: Creneau) -> list[str]:
        """Ce qui n'empêche rien, et qu'il vaut mieux savoir."""
        if self.est_ouvert(seance):
            return []
        jour = seance.premier_jour
        heures = ouverture.dire_jour(self._horaires, jour)
        dites = heures if heures == "fermé" else f"ouvert {heures}"
        return [f"  Attention : hors des heures d'ouverture ({temps.dire_jour(jour)}, {dites})."]

    def manquements(
        self, salle: str, seance: Creneau, ident: str = "", aussi: Sequence[Occupation] = ()
    ) -> list[Manquement]:
        """Ce que la promesse ne respecterait pas dans cette salle, à ce moment.

        `ident` : son nom ; `aussi` : les autres dates qu'on veut en même temps.
        """
        applicables = self.de(salle)
        demande = Demande(
            salle=self.graphe.salles[salle],
            seance=seance,
            fuseau=self._c.lieu.fuseau,
            personnes=self._promesse.personnes,
            disposition=self._promesse.disposition,
            publics=self._publics,
            deja=self._deja(applicables, seance, ident, aussi),
            habilitations=self._habilitations(applicables, seance),
            ouvert=not any(r.horaires for r in applicables) or self.est_ouvert(seance),
            maintenant=self._maintenant if self._delais else None,
        )
        return charte.manquements(demande, applicables)

    @property
    def _qui(self) -> str:
        """La personne dont on regarde les droits : le bénéficiaire, sinon qui demande."""
        return next((p for p in (self._promesse.pour, self._promesse.demandeur) if p.startswith("p-")), "")

    @cached_property
    def _publics(self) -> tuple[str, ...] | None:
        if not self._qui:
            return (self._promesse.pour,) if self._promesse.pour else None
        personne = self._c.registre.une(self._qui)
        return personne.publics if personne else None

    def _habilitations(self, applicables: list[Charte], seance: Creneau) -> frozenset[str] | None:
        sujets = {regle.habilitation for regle in applicables if regle.habilitation}
        if not self._qui:
            return None
        if not sujets:
            return frozenset()
        jour, anciens = seance.premier_jour, self._c.registre.anciens(self._qui)
        return frozenset(s for s in sujets if est_habilitee(self._c.arbre, self._qui, s, jour, anciens))

    def _deja(
        self, applicables: list[Charte], seance: Creneau, ident: str, aussi: Sequence[Occupation]
    ) -> tuple[Creneau, ...] | None:
        if not self._qui or not any(r.par_semaine or r.heures_par_semaine for r in applicables):
            return None
        lundi = temps.minuit(temps.lundi_de(seance.premier_jour))
        semaine = Creneau(lundi, lundi + UNE_SEMAINE)
        tenues = self._tenues if self._periode else self._tenues_dans(semaine)
        tenues = tenues | {o.id: o.seance or o.creneau for o in aussi}
        return tuple(
            creneau
            for nom, creneau in tenues.items()
            if nom != ident and semaine.debut <= creneau.debut < semaine.fin
        )

    def _tenues_dans(self, fenetre: Creneau) -> dict[str, Creneau]:
        return occupations.tenues_par(self._c.arbre, self._qui, fenetre, self._maintenant)

    @cached_property
    def _tenues(self) -> dict[str, Creneau]:
        """Ce que la personne tient dans toute la période d'une série : lu une fois pour ses dates."""
        assert self._periode is not None
        marge = Creneau(self._periode.debut - UNE_SEMAINE, self._periode.fin + UNE_SEMAINE)
        return self._tenues_dans(marge)


def examiner(c: Contexte, reglement: Reglement, voulues: Sequence[Occupation]) -> Examen:
    """Ce qui s'oppose à ces occupations."""
    genes = occupations.genes(c.arbre, voulues, c.horloge.murale())
    manquements = [
        manquement
        for rang, v in enumerate(voulues)
        for manquement in reglement.manquements(v.salle, v.seance or v.creneau, v.id, voulues[:rang])
    ]
    manques = [manque for v in voulues for manque in reglement.manques(v.creneau)]
    return Examen(tuple(genes), tuple(dict.fromkeys(manquements)), tuple(dict.fromkeys(manques)))
