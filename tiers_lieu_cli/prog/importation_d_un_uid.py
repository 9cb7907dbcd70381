"""Un même UID : les fiches que le fichier voudrait, celles qu'on en a, et l'une contre l'autre."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, Annulation, Dit, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps import series as suites
from tiers_lieu_cli.noyau.temps.recurrence import Quoi
from tiers_lieu_cli.noyau.temps.temps import ecrire_bornes
from tiers_lieu_cli.prog import importation, rapprochement, series_coupees
from tiers_lieu_cli.prog.dates_changees import JOUR, Version, avec, cle_de, est_d_apres, excepter, version_de
from tiers_lieu_cli.prog.exceptions_seules import Seules, a_moitie
from tiers_lieu_cli.prog.importation import Connues, DUnUid, Fiches, Importee, Plan, Provenance
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import Serie


def planifier(agenda: AgendaLu, connues: Connues, d_ou: Provenance) -> Plan:
    """Comparer ce qu'on lit à ce qu'on a."""
    plan = Plan()
    for dit in _par_uid(agenda):
        comparer(plan, dit, connues.de(dit.uid), d_ou)
    return plan


def _par_uid(agenda: AgendaLu) -> Iterable[DUnUid]:
    """Ce que l'agenda dit, réuni par UID."""
    dits: dict[str, DUnUid] = {}
    tout: list[Dit] = [*agenda.series, *agenda.evenements, *agenda.annulations]
    for lu in tout:
        dits.setdefault(lu.uid, DUnUid(lu.uid)).prendre(lu)
    return dits.values()


def comparer(plan: Plan, dit: DUnUid, connues: Fiches, d_ou: Provenance) -> None:
    """Porter au plan ce que ce fichier change à ce qu'on a de cet UID."""
    if connues.nees_ici and not (connues.series or connues.evenements):
        _revenues(plan, dit, connues)
        return
    mere = connues.principale
    if connues.series or connues.evenements:
        # Un avis d'annulation n'a pas à redire ce qu'il annule : on l'a déjà.
        for avis in [lu for lu in dit.evenements if lu.message]:
            dit.evenements.remove(avis)
            dit.annulations.append(
                Annulation(
                    uid=avis.uid, occurrence=avis.occurrence, version=avis.version, suivantes=avis.suivantes
                )
            )
    seul = next((lu for lu in dit.evenements if not lu.occurrence), None)
    if not dit.series and seul is None and mere is not None:
        _exceptions_seules(plan, dit, connues, mere, d_ou)
        return
    plan.avis += [a_moitie(lu) for lu in dit.evenements if lu.suivantes]
    voulues = _Voulues(dit, connues, d_ou)
    voulues.annuler(plan)
    if voulues.tete is not None and mere is not None and _est_plus_vieille(voulues.tete, mere):
        plan.anciens.append(mere)
        return
    voulues.retenir_ce_qui_vint_seul()
    _confronter(plan, voulues, connues)


def _revenues(plan: Plan, dit: DUnUid, connues: Fiches) -> None:
    """C'est un de nos flux qui revient : notre version est la bonne ; si la sienne diffère, on le dit."""
    nee = connues.nees_ici[0]
    tout: list[Dit] = [*dit.series, *dit.evenements]
    lu = next((lu for lu in tout if not lu.occurrence), None)
    differe = lu is not None and importation.titre(lu.titre) != nee.titre
    if isinstance(lu, EvenementLu) and isinstance(nee, Evenement) and nee.a_lieu:
        differe |= lu.creneau != nee.creneau
    if differe:
        plan.gardes.append((nee, ("tout",)))
    else:
        plan.inchanges += 1


def _est_plus_vieille(voulue: Importee, connue: Importee) -> bool:
    return rapprochement.est_plus_vieille(version_de(voulue), version_de(connue))


def _occurrence(serie: Serie) -> str:
    return serie.origine.occurrence if serie.origine else ""


# -- ce que le fichier voudrait -----------------------------------------------


@dataclass
class _Voulues:
    """Les fiches que le fichier voudrait, sous le nom qu'elles ont ici si on les a."""

    dit: DUnUid
    connues: Fiches
    d_ou: Provenance
    #: Par nom : une série, ses suites, les dates qui ont leur fiche, les événements seuls.
    fiches: dict[str, Importee] = field(default_factory=dict)
    #: Les versions des exceptions que le fichier donne avec leur série.
    versions: dict[tuple[str, str], Version] = field(default_factory=dict)
    #: Ce qu'on garde tel quel : une exception reçue seule, plus récente que la série.
    tenues: set[str] = field(default_factory=set)
    #: Ce dont le fichier parle seulement, s'il ne redit pas tout.
    seulement: dict[str, set[str]] = field(default_factory=dict)
    tete: Importee | None = None

    def __post_init__(self) -> None:
        souche = ""
        for lue in self.dit.series:
            ident = self._ident_de_serie(lue)
            connue = next((s for s in self.connues.series if s.id == ident), None)
            suite_de = connue.suite_de if connue else souche if lue.suite else ""
            serie = importation.serie(lue, ident, self.d_ou, suite_de)
            souche = souche or serie.souche
            for morceau in series_coupees.morceaux(serie, self.connues.series):
                self._prendre(morceau)
            for clef, lu in lue.a_part.items():
                nom = series.ident_de(serie, clef)
                self.fiches[nom] = importation.evenement(lu, nom, self.d_ou)
            self.versions |= {(serie.souche, clef): version for clef, version in lue.versions.items()}
        for lu in self.dit.evenements:
            trouvee = self._date_d_une_serie(lu.occurrence) if lu.orphelin else None
            if trouvee is None:
                self._prendre(self._seul(lu))
            else:
                self.excepter(*trouvee, importation.evenement(lu, "", self.d_ou))

    def _prendre(self, fiche: Importee) -> None:
        self.fiches[fiche.id] = fiche
        if fiche.origine and not fiche.origine.occurrence:
            self.tete = fiche

    def series(self) -> list[Serie]:
        return [f for f in self.fiches.values() if isinstance(f, Serie)]

    def _ident_de_serie(self, lue: SerieLue) -> str:
        for connue in self.connues.series:
            if connue.origine and connue.origine.occurrence == lue.occurrence:
                return connue.id
        if not lue.suite and (seul := self._connu(lue.occurrence)):
            # Un événement qui se met à revenir : il devient la première date de sa série.
            return seul.id[JOUR + 1 :]
        return importation.ident_de_serie(lue, self.d_ou)

    def _seul(self, lu: EvenementLu) -> Evenement:
        debut, _ = ecrire_bornes(lu.creneau)
        mere = self.connues.principale
        connu = self._connu(lu.occurrence) or self._connu_au(debut, lu)
        if connu is not None:
            ident = connu.id
        elif mere is not None and not lu.occurrence:
            # Une série qui ne revient plus : sa date garde le nom qu'elle avait.
            ident = f"{lu.creneau.premier_jour}-{mere.souche}"
        else:
            ident = importation.ident_d_evenement(lu, self.d_ou)
        return importation.evenement(lu, ident, self.d_ou)

    def _connu(self, occurrence: str) -> Evenement | None:
        """L'événement seul qu'on a pour cette date de l'UID."""
        siens = (e for e in self.seuls_connus() if e.origine and e.origine.occurrence == occurrence)
        # D'un événement parti à un autre mois, la fiche qui reste n'est qu'une trace.
        return max(siens, key=lambda e: not e.reporte_a, default=None)

    def _connu_au(self, debut: str, lu: EvenementLu) -> Evenement | None:
        """Le même, quand l'UID en désigne plusieurs et n'en désignait qu'un, ou l'inverse."""
        deja = {lu.occurrence for lu in self.dit.evenements}
        titre = importation.titre(lu.titre)
        # Au même moment, chacun le sien : d'abord par le titre.
        ailleurs = {
            importation.titre(autre.titre)
            for autre in self.dit.evenements
            if ecrire_bornes(autre.creneau)[0] == debut
        } - {titre}
        siens = (
            e
            for e in self.seuls_connus()
            if e.debut == debut and not lu.orphelin and e.origine and e.origine.occurrence not in deja
            if e.id not in self.fiches and e.titre not in ailleurs
        )
        return min(siens, key=lambda e: e.titre != titre, default=None)

    def seuls_connus(self) -> Iterator[Evenement]:
        """Les événements connus qui ne sont pas la date d'une série connue."""
        souches = {s.souche for s in self.connues.series}
        for e in self.connues.evenements:
            dite = suites.date_de(e.id, souches)
            if dite is None:
                yield e

    def _date_d_une_serie(self, occurrence: str) -> tuple[Serie, str] | None:
        for serie in self.series():
            if (clef := cle_de(serie.recurrence, occurrence)) is not None:
                return serie, clef
        return None

    def excepter(self, serie: Serie, clef: str, e: Evenement | None) -> None:
        """Changer une date d'une série voulue ; `None` l'annule."""
        changee, fiche = excepter(serie, clef, e)
        self.fiches[serie.id] = changee
        nom = series.ident_de(serie, clef)
        if fiche is None:
            self.fiches.pop(nom, None)
        else:
            self.fiches[nom] = fiche

    def annuler(self, plan: Plan) -> None:
        """Ce que le même fichier annule."""
        for a in self.dit.annulations:
            trouvee = self._date_d_une_serie(a.occurrence) if a.occurrence else None
            fiche = self._de_l_occurrence(a.occurrence)
            if trouvee is not None and a.suivantes and self._detacher(*trouvee, a):
                continue
            if trouvee is not None:
                self.excepter(*trouvee, None)
            elif fiche is not None:
                self.fiches[fiche.id] = rapprochement.annuler(fiche, a.version)
            elif connu := self._connu(a.occurrence):
                self.fiches[connu.id] = rapprochement.annuler(connu, a.version)
                self.seulement[connu.id] = {"etat"}
            else:
                plan.sans_objet += 1

    def _detacher(self, serie: Serie, clef: str, lu: Dit) -> bool:
        """Faire de cette date et des suivantes leur propre série ; faux si on ne le peut pas."""
        detachees = series_coupees.detacher(serie, clef, lu, self.d_ou)
        if detachees is None:
            return False
        avant, suite, _ = detachees
        self.fiches |= {avant.id: avant, suite.id: suite}
        for nom in [nom for nom in self.fiches if est_d_apres(nom, serie, clef)]:
            self.fiches[nom] = rapprochement.annuler(self.fiches[nom], lu.version)
        return True

    def _de_l_occurrence(self, occurrence: str) -> Importee | None:
        siennes = (f for f in self.fiches.values() if f.origine and f.origine.occurrence == occurrence)
        return next(siennes, None)

    def retenir_ce_qui_vint_seul(self) -> None:
        """Une exception reçue sans sa série, plus récente qu'elle, vaut encore (RFC 5546 § 2.1.5)."""
        for connue in self.connues.series:
            voulue = self.fiches.get(connue.id)
            if not isinstance(voulue, Serie) or connue.origine is None:
                continue
            for clef, ecrite in connue.origine.seules.items():
                if self._est_depassee(voulue, clef, rapprochement.version(ecrite)):
                    continue
                if self._est_detachee(voulue, clef):
                    voulue = self.fiches[connue.id] = series_coupees.arreter(voulue, clef, ecrite)
                    self.tenues |= {s.id for s in self.connues.series if _occurrence(s)[:JOUR] >= clef}
                    self.tenues |= {e.id for e in self.connues.evenements if est_d_apres(e.id, connue, clef)}
                    continue
                voulue = self.fiches[connue.id] = avec(
                    voulue, clef, connue.recurrence.ecarts.get(clef), ecrite
                )
                nom = series.ident_de(connue, clef)
                self.fiches.pop(nom, None)
                self.tenues.add(nom)
        for seul in [e for e in self.seuls_connus() if e.origine and e.origine.occurrence]:
            assert seul.origine is not None
            trouvee = self._date_d_une_serie(seul.origine.occurrence)
            if trouvee is None:
                continue
            serie, clef = trouvee
            if not self._est_depassee(serie, clef, version_de(seul)):
                self.excepter(serie, clef, seul)
                voulue = self.fiches[serie.id]
                assert isinstance(voulue, Serie)
                ecart = voulue.recurrence.ecarts.get(clef)
                self.fiches[serie.id] = avec(voulue, clef, ecart, seul.origine.version)

    def _est_detachee(self, voulue: Serie, clef: str) -> bool:
        """A-t-on fait de cette date et des suivantes leur propre série ?"""
        return any(
            cle_de(voulue.recurrence, rang) == clef for s in self.connues.series if (rang := _occurrence(s))
        )

    def _est_depassee(self, serie: Serie, clef: str, version: Version) -> bool:
        """Ce fichier en sait-il autant, ou la série n'a-t-elle plus cette date ?"""
        if recurrence.prevue(serie.recurrence, clef) is None:
            return True
        dite = self.versions.get((serie.souche, clef), version_de(serie))
        return not rapprochement.est_plus_vieille(dite, version)


# -- l'un contre l'autre ------------------------------------------------------


def _confronter(plan: Plan, voulues: _Voulues, connues: Fiches) -> None:
    """Ce qu'on veut et ce qu'on a, fiche par fiche ; ce qu'un UID n'est plus disparaît."""
    siennes: list[Importee] = [*connues.series, *connues.evenements]
    ici = {f.id: f for f in siennes}
    a_nous = {f.id for f in connues.nees_ici}
    for nom, voulue in voulues.fiches.items():
        connue = ici.get(nom)
        if nom in a_nous:
            plan.inchanges += 1
        elif connue is None:
            plan.poser(voulue)
        elif isinstance(voulue, Evenement) and _est_plus_vieille(voulue, connue):
            plan.ancienne(connue, voulue)
        else:
            coupures = series_coupees.coupures(connue, connues.series) if isinstance(connue, Serie) else ()
            plan.reunir(connue, voulue, voulues.seulement.get(nom), coupures=coupures)
    devenues = {s.origine.occurrence for s in voulues.series() if s.origine}
    for nom, connue in ici.items():
        # Sans tête, l'UID en désigne plusieurs : seul ce qui s'est mis à revenir a changé de fiche.
        dites = voulues.tete is not None or (connue.origine and connue.origine.occurrence in devenues)
        if dites and nom not in voulues.fiches and nom not in voulues.tenues:
            _quitter(plan, connue, voulues)


def _quitter(plan: Plan, connue: Importee, voulues: _Voulues) -> None:
    """Ce que l'UID ne dit plus : une date redevenue comme les autres, une série qui n'en est plus une."""
    if isinstance(connue, Serie):
        # Coupée ici, ses bornes ne sont pas celles de l'agenda.
        plan.retirer(connue, series_coupees.coupures(connue, voulues.connues.series))
        return
    assert connue.origine is not None
    siennes = voulues.series()
    dite = suites.date_de(connue.id, {s.souche for s in (*siennes, *voulues.connues.series)})
    if dite is None:
        # Un autre événement, sous le même UID, qui a quitté la source : il reste, sauf s'il en est une date.
        occurrence = connue.origine.occurrence
        if connue.reporte_a or not any(cle_de(s.recurrence, occurrence) for s in siennes if occurrence):
            return
        plan.retirer(connue)
        return
    mere = next(
        (s for s in siennes if s.souche == dite[1] and recurrence.prevue(s.recurrence, dite[0])), None
    )
    if mere is None or rapprochement.est_intacte(connue):
        plan.retirer(connue)
    elif voulu := _comme_la_serie(mere, dite[0]):
        plan.reunir(connue, rapprochement.dire_origine(voulu, connue.origine))


def _comme_la_serie(serie: Serie, clef: str) -> Evenement | None:
    """Ce que la série donne à cette date, sous la forme d'une fiche."""
    prevue = recurrence.prevue(serie.recurrence, clef)
    if prevue is None:
        return None
    ecart = serie.recurrence.ecarts.get(clef)
    if ecart is not None and ecart.quoi is Quoi.SAUTE:
        return None
    creneau = ecart.creneau if ecart and ecart.quoi is Quoi.DEPLACE else prevue.creneau
    return series.seance(serie, structs.replace(prevue, creneau=creneau, ecart=ecart)).a_part()


# -- des exceptions reçues sans leur série ------------------------------------


def _exceptions_seules(plan: Plan, dit: DUnUid, connues: Fiches, mere: Serie, d_ou: Provenance) -> None:
    """Elles changent la série qu'on a (RFC 5545 § 3.8.4.4) ; celles qu'elle n'a pas sont des événements."""
    seules = Seules(plan, connues, d_ou, {s.id: s for s in connues.series})
    restes = DUnUid(dit.uid)
    tout: list[Dit] = [*dit.evenements, *dit.annulations]
    for lu in sorted(tout, key=lambda lu: (not lu.suivantes, lu.occurrence)):
        if not lu.occurrence:
            seules.changer(rapprochement.annuler(seules.encours[mere.id], lu.version), "etat")
        elif not seules.prendre(lu):
            restes.prendre(lu)
    seules.finir()
    if restes.evenements or restes.annulations:
        plan.avis += [a_moitie(lu) for lu in restes.evenements if lu.suivantes]
        seuls = _Voulues(restes, connues, d_ou)
        seuls.annuler(plan)
        _confronter(plan, seuls, connues)
