"""Des exceptions reçues sans leur série : une date changée, ou « celle-ci et les suivantes »."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import Annulation, Dit, EvenementLu
from tiers_lieu_cli.prog import importation, rapprochement, series_coupees
from tiers_lieu_cli.prog.dates_changees import JOUR, avec, cle_de, est_d_apres, excepter, version_de
from tiers_lieu_cli.prog.importation import Fiches, Plan, Provenance
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import Serie


def a_moitie(lu: Dit) -> str:
    """Ce qu'il faut dire quand « et les suivantes » n'a pu changer que cette date."""
    return (
        f"« {lu.titre} » : l'agenda change aussi ses dates suivantes, sans redire la série ; "
        "lui demander l'agenda entier."
    )


@dataclass
class Seules:
    """Des exceptions reçues sans leur série, et ce qu'elles en font."""

    plan: Plan
    connues: Fiches
    d_ou: Provenance
    #: Les séries, telles que ces exceptions les laissent, et les parts dont elles parlent.
    encours: dict[str, Serie]
    dites: dict[str, set[str]] = field(default_factory=dict)

    def changer(self, serie: Serie, *noms: str) -> None:
        """Retenir la série changée, et les parts dont l'agenda a parlé."""
        self.encours[serie.id] = serie
        self.dites.setdefault(serie.id, set()).update(noms)

    def trouver(self, occurrence: str) -> tuple[Serie, str] | None:
        """La série, et la clé qu'y a cette date ; une suite garde l'ancienne heure pour nom de ses dates."""
        for s in self.encours.values():
            if (clef := cle_de(s.recurrence, occurrence)) is not None:
                return s, clef
        for s in self.encours.values():
            if s.origine and s.origine.occurrence and (clef := cle_de(s.recurrence, occurrence[:JOUR])):
                return s, clef
        return None

    def prendre(self, lu: Dit) -> bool:
        """Ce que cette exception change ; faux si aucune série n'a cette date."""
        if lu.suivantes and (deja := self._deja_detachee(lu.occurrence)):
            return self._redire(deja, lu)
        trouvee = self.trouver(lu.occurrence)
        if trouvee is None:
            return False
        serie, clef = trouvee
        assert serie.origine is not None
        deja_dite = rapprochement.version(serie.origine.seules.get(clef, serie.origine.version))
        if rapprochement.est_plus_vieille(lu.version, deja_dite):
            self.plan.anciens.append(serie)
        elif not (lu.suivantes and self._detacher(serie, clef, lu)):
            self._excepter(serie, clef, lu)
        return True

    def _deja_detachee(self, occurrence: str) -> Serie | None:
        return next(
            (s for s in self.encours.values() if s.origine and s.origine.occurrence == occurrence), None
        )

    def _redire(self, serie: Serie, lu: Dit) -> bool:
        if _est_plus_vieille_que(lu, serie):
            self.plan.anciens.append(serie)
        elif redite := series_coupees.redire(serie, lu, self.d_ou):
            self.changer(redite[0], *redite[1])
        else:
            self.plan.avis.append(a_moitie(lu))
        return True

    def _detacher(self, serie: Serie, clef: str, lu: Dit) -> bool:
        detachees = series_coupees.detacher(serie, clef, lu, self.d_ou)
        if detachees is not None:
            avant, suite, perdues = detachees
            self.changer(series_coupees.retenir(avant, clef, lu.version), *perdues)
            self.encours[suite.id] = suite
        elif clef == serie.recurrence.du and (redite := series_coupees.redire(serie, lu, self.d_ou)):
            self.changer(redite[0], *redite[1])
        else:
            self.plan.avis.append(a_moitie(lu))
            return False
        if isinstance(lu, Annulation) or lu.annule:
            for e in self.connues.evenements:
                if est_d_apres(e.id, serie, clef):
                    self.plan.reunir(e, rapprochement.annuler(e, lu.version), {"etat"})
        return True

    def _excepter(self, serie: Serie, clef: str, lu: Dit) -> None:
        e = importation.evenement(lu, "", self.d_ou) if isinstance(lu, EvenementLu) else None
        sienne = next((f for f in self.connues.evenements if f.id == series.ident_de(serie, clef)), None)
        if sienne is not None:
            voulu = e or rapprochement.annuler(sienne, lu.version)
            self.plan.reunir(sienne, structs.replace(voulu, id=sienne.id))
            ecart, fiche = serie.recurrence.ecarts.get(clef), None
        else:
            changee, fiche = excepter(serie, clef, e)
            ecart = changee.recurrence.ecarts.get(clef)
        if fiche is not None and fiche.id not in {f.id for f in self.connues.nees_ici}:
            self.plan.poser(fiche)
        ecrite = rapprochement.ecrire_version(lu.version) or "0"
        self.changer(avec(serie, clef, ecart, ecrite), clef)

    def finir(self) -> None:
        """Porter au plan ce qu'elles ont changé."""
        connues = {s.id: s for s in self.connues.series}
        for ident, serie in self.encours.items():
            if ident not in connues:
                self.plan.poser(serie)
            elif ident in self.dites:
                self.plan.reunir(connues[ident], serie, self.dites[ident])


def _est_plus_vieille_que(lu: Dit, serie: Serie) -> bool:
    return rapprochement.est_plus_vieille(lu.version, version_de(serie))
