"""Faire entrer ce qu'un agenda donne : ce qui est laissé, ce qui changerait, puis l'écrire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import field, structs

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.regles import dire_gene
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.agenda.agenda_lu import (
    TAILLE_MAXIMALE,
    AgendaLu,
    Annulation,
    Dit,
    EvenementLu,
    SerieLue,
    lire_agenda,
)
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.gens.mur import Detecteur, Indice, sans_montant
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Quoi
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau, ecrire_bornes
from tiers_lieu_cli.noyau.texte import a_taper, sha256
from tiers_lieu_cli.prog import fiches, importation, importation_d_un_uid
from tiers_lieu_cli.prog.evenement import suites
from tiers_lieu_cli.prog.importation import Fiches, Importee, Plan, Provenance
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, AgendaAmi, Etat, Evenement
from tiers_lieu_cli.prog.serie import salles
from tiers_lieu_cli.prog.serie.metier import AuProgramme
from tiers_lieu_cli.prog.serie.modele import SERIES, Serie

T = TypeVar("T")
_HORIZON = timedelta(days=366)
_JOUR = len("2026-11-24-")


def octets(chemin: Path) -> bytes:
    """Le contenu, sans lire plus qu'un agenda ne peut contenir."""
    return fichiers.octets(chemin, TAILLE_MAXIMALE, "En demander un export plus court à qui le tient.")


def lire(c: Contexte, contenu: bytes, nom: str) -> AgendaLu:
    """L'agenda de ce fichier ; il se lit hors du verrou, une seule fois."""

    def analyser() -> AgendaLu:
        return lire_agenda(contenu, nom_du_fichier=nom, fuseau=c.lieu.fuseau)

    return hors_du_verrou(c, ("agenda", nom, sha256(contenu)), analyser)


def hors_du_verrou(c: Contexte, cle: tuple[str, ...], faire: Callable[[], T]) -> T:
    """Ce qui est long se fait une fois, sans empêcher personne d'écrire ; son échec est celui d'ici."""

    def essayer() -> T | Echec:
        try:
            return faire()
        except Echec as echec:
            return echec

    obtenu = c.questions.poser(cle, essayer)
    if isinstance(obtenu, Echec):
        raise obtenu
    return obtenu


# -- ce qu'on laisse ----------------------------------------------------------


class Otes(msgspec.Struct):
    """Ce que le mur arrête d'un agenda : combien nomment quelqu'un, combien de contacts et de montants."""

    nommes: int = 0
    contacts: int = 0
    #: Les UID de ce qui nomme quelqu'un.
    uids: set[str] = field(default_factory=set)
    #: De ce qui nomme quelqu'un et n'a pas lieu, cela seul, qui ne nomme personne.
    annules: list[Annulation] = field(default_factory=list)
    #: Les mots qui n'y sont peut-être pas quelqu'un.
    doutes: set[str] = field(default_factory=set)

    def laisses(self, connues: Connues) -> list[str]:
        """Ce qui n'entre pas, en phrases ; ce qu'on en a déjà ici, par son nom de fiche."""
        if not self.nommes:
            return []
        verbe = "laissé : il nomme" if self.nommes == 1 else "laissés : ils nomment"
        laisses = [f"{self.nommes} {verbe} une personne du registre."]
        for uid in sorted(self.uids):
            for ici in (*connues.de(uid).evenements, *connues.de(uid).series):
                verbe = "serie" if isinstance(ici, Serie) else "evenement"
                voir = f"tl prog {verbe} fiche {ici.id}"
                laisses.append(f"{ici.id} en est, et reste tel quel ; le comparer : {voir}")
        for mot in sorted(self.doutes):
            commande = f"tl accueil personne mot {a_taper(mot)}"
            laisses.append(f"« {mot} » y est peut-être quelqu'un ; si c'est un mot : {commande}")
        return laisses

    def avis(self) -> list[str]:
        """Ce qui entre sans tout dire, en phrases."""
        quoi = "contact ou montant ôté" if self.contacts == 1 else "contacts ou montants ôtés"
        combien = f"{self.contacts} {quoi} des textes : l'archive n'en garde pas."
        return [combien] if self.contacts else []


def sans_nom(c: Contexte, agenda: AgendaLu) -> tuple[AgendaLu, Otes]:
    """L'agenda sans ce qui nomme une personne du registre, ni contact ni montant dans ses textes."""
    otes = Otes()
    evenements = tuple(vu for lu in agenda.evenements if (vu := _sans_contact(c, lu, otes)))
    series = []
    for lue in agenda.series:
        if vue := _sans_contact(c, lue, otes):
            deja = len(otes.annules)
            dates = {clef: _sans_contact(c, lu, otes) for clef, lu in lue.a_part.items()}
            # Une date qui n'a pas lieu, la série le dit elle-même.
            del otes.annules[deja:]
            series.append(_taire(vue, dates))
    annulations = (*agenda.annulations, *otes.annules)
    return structs.replace(agenda, evenements=evenements, series=tuple(series), annulations=annulations), otes


def _sans_contact(c: Contexte, lu: importation.L, otes: Otes) -> importation.L | None:
    """Ce qu'on peut en garder ; `None` s'il nomme quelqu'un."""
    detecteur = c.registre.detecteur
    champs: dict[str, str] = {}
    vus = 0
    for nom in ("titre", "description", "lieu", "url"):
        texte = str(getattr(lu, nom))
        while detecteur.suspect(texte.encode()):
            indices = _retenus(detecteur, texte)
            if any(indice.personne for indice in indices):
                if lu.annule:
                    otes.annules.append(
                        Annulation(uid=lu.uid, occurrence=lu.occurrence, version=lu.version, annule=True)
                    )
                    return None
                otes.nommes += 1
                otes.uids.add(lu.uid)
                otes.doutes |= {i.extrait for i in indices if i.personne and not i.sur}
                return None
            if not indices:
                break
            vus += len(indices)
            sans = sans_montant(texte)
            for indice in indices:
                sans = sans.replace(indice.extrait, "…")
            texte = "" if nom == "url" or sans == texte else sans
        champs[nom] = texte
    categories = [mot for mot in lu.categories if not _retenus(detecteur, mot)]
    otes.contacts += vus + len(lu.categories) - len(categories)
    return structs.replace(lu, **champs, categories=tuple(categories))


def _retenus(detecteur: Detecteur, texte: str) -> list[Indice]:
    """Ce qui n'entre pas sans qu'on le demande : venu d'ailleurs, personne n'est là pour répondre."""
    return [indice for indice in detecteur.trouver(texte) if indice.sur or indice.a_demander]


def _taire(lue: SerieLue, dates: dict[str, EvenementLu | None]) -> SerieLue:
    """La série et ses dates ; celles qui nomment quelqu'un ne disent plus que leur moment."""
    ecarts = dict(lue.recurrence.ecarts)
    for clef in (clef for clef, gardee in dates.items() if gardee is None):
        lu = lue.a_part[clef]
        debut, fin = ecrire_bornes(lu.creneau)
        deplacee = Ecart(quoi=Quoi.DEPLACE, debut=debut, fin=fin)
        ecarts[clef] = Ecart(quoi=Quoi.ANNULE) if lu.annule else deplacee
    return structs.replace(
        lue,
        recurrence=structs.replace(lue.recurrence, ecarts=dict(sorted(ecarts.items()))),
        a_part={clef: gardee for clef, gardee in dates.items() if gardee is not None},
    )


def trancher(
    agenda: AgendaLu, deja: Callable[[Dit], bool], ont_lieu: Callable[[list[str]], bool]
) -> AgendaLu:
    """Ce que seul son titre dit annulé (« Annulé: ») l'est, sauf si `ont_lieu` répond le contraire.

    `deja` : ce qu'on a gardé tel quel une première fois, qui ne se redemande pas.
    """
    tous = (*agenda.evenements, *agenda.series, *(lu for s in agenda.series for lu in s.a_part.values()))
    douteux = [lu for lu in tous if lu.douteux and not deja(lu)]
    if not douteux or ont_lieu([lu.titre for lu in douteux]):
        return agenda
    ainsi = {(lu.uid, lu.occurrence) for lu in douteux}

    def annuler(lu: importation.L) -> importation.L:
        if (lu.uid, lu.occurrence) not in ainsi or not lu.douteux:
            return lu
        titre = lu.titre.partition(":")[2].strip() or lu.titre
        return structs.replace(lu, annule=True, douteux=False, titre=titre)

    series = (
        structs.replace(annuler(s), a_part={clef: annuler(lu) for clef, lu in s.a_part.items()})
        for s in agenda.series
    )
    return structs.replace(agenda, evenements=tuple(map(annuler, agenda.evenements)), series=tuple(series))


# -- ce qu'on a déjà ----------------------------------------------------------


class Connues:
    """Ce que le lieu a d'un UID, retrouvé par le nom des fiches sans les lire toutes."""

    def __init__(self, arbre: Arbre, d_ou: Provenance) -> None:
        self._arbre, self._d_ou = arbre, d_ou
        self._par_racine: dict[str, list[str]] = {}
        self._par_souche: dict[str, list[str]] = {}
        self._ou = {
            ident: rangement for rangement in (EVENEMENTS, LONGS) for ident in rangement.idents(arbre)
        }
        self._series = set(SERIES.idents(arbre))
        for ident in (*self._ou, *self._series):
            souche = ident if ident in self._series else ident[_JOUR:]
            sans_heure = souche[:-5] if souche[-5:-4] == "-" and souche[-4:].isdigit() else souche
            for nom in {souche, sans_heure, ident}:
                self._par_souche.setdefault(nom, []).append(ident)
            racine = sans_heure.rpartition("-")[2]
            self._par_racine.setdefault(racine[: len(d_ou.racine(""))], []).append(ident)

    def de(self, uid: str) -> Fiches:
        """Les fiches de cet UID."""
        idents = list(self._par_racine.get(self._d_ou.racine(uid), ()))
        if nom := self._d_ou.nom(uid):
            idents += self._par_souche.get(nom, ())
        lues = {ident: fiche for ident in idents if (fiche := self._une(ident))}
        condense = importation.condenser_uid(uid)
        siennes = [f for f in lues.values() if f.origine and f.origine.uid == condense]
        souches = {s.souche for s in siennes if isinstance(s, Serie)}
        autres = {i: f for souche in souches for i in self._par_souche.get(souche, ()) if (f := self._une(i))}
        nees_ici = [f for f in {**lues, **autres}.values() if f.origine is None]
        return Fiches(
            series=tuple(f for f in siennes if isinstance(f, Serie)),
            evenements=tuple(f for f in siennes if isinstance(f, Evenement)),
            nees_ici=tuple(f for f in nees_ici if f.id in autres or f.id == nom or isinstance(f, Serie)),
        )

    def _une(self, ident: str) -> Evenement | Serie | None:
        fiche: Evenement | Serie | None
        fiche = (
            SERIES.une(self._arbre, ident)
            if ident in self._series
            else self._ou[ident].une(self._arbre, ident)
        )
        return fiche if fiche and fiche.calendrier == self._d_ou.calendrier else None


def gardee_telle_quelle(connues: Connues) -> Callable[[Dit], bool]:
    """Cette lecture est-elle déjà entrée, sous le titre même qui fait douter ?"""

    def deja(lu: Dit) -> bool:
        siennes: list[Importee] = [*(connues.de(lu.uid).evenements), *(connues.de(lu.uid).series)]
        titre = importation.titre(lu.titre)
        return any(f.titre == titre and f.origine and f.origine.occurrence == lu.occurrence for f in siennes)

    return deja


# -- ce qui changerait --------------------------------------------------------


def provenance(c: Contexte, calendrier: AgendaAmi | None) -> Provenance:
    """D'où vient ce qu'on lit."""
    if calendrier is None:
        return Provenance(domaine=c.lieu.reglages.domaine)
    return Provenance(calendrier=calendrier.id, publics=calendrier.publics)


def planifier(
    c: Contexte, agenda: AgendaLu, calendrier: AgendaAmi | None, connues: Connues, otes: Otes
) -> Plan:
    """Ce que cet agenda ferait du programme ; d'un lieu ami, ce qui en a disparu est annulé.

    Ce que le mur en ôte n'en a pas disparu.
    """
    plan = importation_d_un_uid.planifier(agenda, connues, provenance(c, calendrier))
    if calendrier is not None:
        jour = c.horloge.aujourdhui()
        la_bas = {importation.condenser_uid(uid) for uid in otes.uids}
        vus = (f for f in suivis(c, calendrier, jour) if not (f.origine and f.origine.uid in la_bas))
        importation.retirer_les_disparus(plan, vus, agenda, str(jour - UN_JOUR))
    _laisser_les_heurts(c, plan)
    return plan


def suivis(c: Contexte, calendrier: AgendaAmi, jour: date) -> Iterator[Evenement | Serie]:
    """Ce qu'on suit de cet agenda et qui est à venir, ou n'a pas fini."""
    fenetre = Creneau.de_jours(jour, jour + _HORIZON)
    for e in fiches.de_la_fenetre(c.arbre, fenetre).fiches:
        if e.calendrier == calendrier.id and e.creneau.premier_jour >= jour:
            yield e
    for s in SERIES.toutes(c.arbre).fiches:
        if s.calendrier == calendrier.id and (not s.recurrence.au or s.recurrence.au >= str(jour)):
            yield s


def _laisser_les_heurts(c: Contexte, plan: Plan) -> None:
    """Une mise à jour qui gênerait ce qu'une salle a promis est laissée : à la concierge de décider."""
    maintenant = c.horloge.murale()
    changes, plan.changes = plan.changes, []
    for ancien, nouveau in changes:
        memes = nouveau.creneau == ancien.creneau and nouveau.a_lieu == ancien.a_lieu
        prises = [] if memes else occupations.genes(c.arbre, [*fiches.occupations([nouveau])], maintenant)
        if prises:
            plan.heurts.append((nouveau, dire_gene(prises[0][1], occupations.graphe(c.arbre))))
        else:
            plan.changes.append((ancien, nouveau))
    changees, plan.series_changees = plan.series_changees, []
    for ancienne, voulue in changees:
        # La suite que l'agenda en détache a ses salles, ou tout reste comme avant.
        detachees = [s for s in plan.series if s.suite_de == voulue.souche and s.salles]
        promises = [voulue, *detachees]
        try:
            if any(s.salles for s in promises):
                promises = salles.promettre(c, ancienne, promises)
            plan.series_changees.append((ancienne, promises[0]))
        except salles.DatesPrises as refus:
            plan.heurts.append((voulue, _prises(refus)))
            promises = promises[:1]
        plan.series = [s for s in plan.series if s not in detachees] + promises[1:]


def _prises(refus: salles.DatesPrises) -> str:
    return refus.fait.removeprefix("Pas possible : ").removesuffix(".")


# -- l'écrire -----------------------------------------------------------------


def poser(c: Contexte, ecriture: Ecriture, plan: Plan) -> Iterator[str]:
    """Poser ce qui est neuf et ce qui a changé ; rend qui il faut prévenir."""
    for fiche in plan.retires:
        rangement = SERIES if isinstance(fiche, Serie) else fiches.collection(fiche.id, fiche.creneau)
        ecriture.retirer(rangement.genre.chemin(fiche.id))
    for serie in plan.series:
        SERIES.poser(ecriture, serie)
    for ancienne, nouvelle in plan.series_changees:
        SERIES.corriger(ecriture, ancienne, nouvelle)
        yield from AuProgramme().prevenir(c, ecriture, ancienne, [nouvelle])
    for neuf in c.ecran.avancer(plan.neufs, "Import"):
        fiches.collection(neuf.id, neuf.creneau).poser(ecriture, neuf)
    for ancien, nouveau in c.ecran.avancer(plan.changes, "Mise à jour"):
        yield from suites.suivre(c, ecriture, ancien, _changer(c, ecriture, ancien, nouveau))


def _changer(c: Contexte, ecriture: Ecriture, ancien: Evenement, nouveau: Evenement) -> Evenement:
    """Corriger la fiche ; une date que son nom ne sait plus ranger laisse une trace, et garde sa clé."""
    rangement = fiches.collection(ancien.id, ancien.creneau)
    if fiches.collection(ancien.id, nouveau.creneau) is rangement:
        rangement.corriger(ecriture, ancien, nouveau)
        return nouveau
    nom = f"{nouveau.creneau.premier_jour:%Y-%m-%d}-{nouveau.id[_JOUR:]}"
    parti = structs.replace(ancien, etat=Etat.REPORTE, motif="", reporte_a=nom)
    arrive = structs.replace(nouveau, id=nom)
    rangement.corriger(ecriture, ancien, parti)
    la_bas = fiches.collection(nom, nouveau.creneau)
    deja = la_bas.une(c.arbre, nom)
    if deja is None:
        la_bas.poser(ecriture, arrive)
    else:
        # Il y revient : la trace qu'il y avait laissée redevient lui.
        la_bas.corriger(ecriture, deja, arrive)
    return arrive
