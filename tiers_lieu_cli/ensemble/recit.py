"""Ce qu'une fiche raconte, genre par genre : des moments et des phrases. La table, en clair.

Une phrase ne nomme personne : elle porte des identifiants, que l'écran change en noms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import Annonce, Besoin, EtatBesoin, Offre
from tiers_lieu_cli.accueil.bienvenue.modele import Bienvenue
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation
from tiers_lieu_cli.accueil.heures.modele import Heures
from tiers_lieu_cli.accueil.lien.modele import Lien, Suite
from tiers_lieu_cli.accueil.passage.modele import Mouvement, Passage
from tiers_lieu_cli.accueil.suivi.modele import Suivi
from tiers_lieu_cli.espace.cle.modele import Fin, PretDeCle
from tiers_lieu_cli.espace.entretien.modele import Entretien, Intervention, Sorte
from tiers_lieu_cli.espace.etat.modele import EtatDesLieux
from tiers_lieu_cli.espace.fermeture.modele import Fermeture
from tiers_lieu_cli.espace.reservation.modele import Etat as EtatDePromesse
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.serie.modele import Serie as SerieDeSalle
from tiers_lieu_cli.journal.decision.modele import Decision
from tiers_lieu_cli.journal.modele import Cloture, Note
from tiers_lieu_cli.journal.passation.modele import Passation
from tiers_lieu_cli.journal.suite.modele import Suite as SuiteDeNote
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog.diffusion.modele import Diffusion
from tiers_lieu_cli.prog.equipe.modele import Engagement
from tiers_lieu_cli.prog.idee.modele import Idee, Sort, Soutien
from tiers_lieu_cli.prog.inscription.modele import Etat as EtatInscription
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie.modele import Serie
from tiers_lieu_cli.prog.service.modele import Service, Stade
from tiers_lieu_cli.stock.article.modele import Mouvement as MouvementDeStock
from tiers_lieu_cli.stock.article.modele import Sens
from tiers_lieu_cli.stock.objet.modele import Etat as EtatDePret
from tiers_lieu_cli.stock.objet.modele import Pret

_Traits = Iterator[tuple[str | date | None, str]]
#: Où une fiche dit de quoi elle parle, quand rien ne le dit mieux.
TITRES = ("titre", "nom", "objet", "quoi", "texte", "motif", "activite", "lot", "fiche")


class Trait(msgspec.Struct, frozen=True, order=True):
    """Un moment (jour, ou jour et heure, comme une fiche l'écrit ; vide : de tout temps), et sa phrase."""

    quand: str
    phrase: str


def traits(fiche: Fiche) -> list[Trait]:
    """Ce que cette fiche raconte, du plus ancien au plus récent ; un moment absent n'est pas raconté."""
    raconter = RECITS.get(type(fiche), _ordinaire)
    return sorted(Trait(str(quand), phrase) for quand, phrase in raconter(fiche) if quand is not None)


def nom(fiche: Fiche) -> str:
    """De quoi la nommer, en peu de mots."""
    dite = next((d for champ in TITRES if (d := getattr(fiche, champ, ""))), fiche.id)
    return court(str(dite))


def court(texte: str, longueur: int = 90) -> str:
    """La première ligne d'un texte, coupée à un mot."""
    ligne = texte.strip().split("\n", 1)[0]
    return ligne if len(ligne) <= longueur else f"{ligne[:longueur].rsplit(' ', 1)[0]}…"


def _ordinaire(fiche: Fiche) -> _Traits:
    jour = fiche.id[:10]
    yield (jour if jour[:4].isdecimal() and jour[4:5] == "-" else "", nom(fiche))


def _avec(*mots: str) -> str:
    """Ces mots bout à bout, sans les vides."""
    return ", ".join(filter(None, mots))


def _note(n: Note) -> _Traits:
    yield n.moment, court(n.texte, 300)


def _decision(d: Decision) -> _Traits:
    yield d.le, f"décidé, « {d.titre} » : {court(d.decision, 200)}"
    yield d.revue_le, f"décision relue, « {d.titre} »"


def _cloture(c: Cloture) -> _Traits:
    yield c.clos_le, f"le {c.id[:10]} est clos"


def _passation(p: Passation) -> _Traits:
    yield p.moment, _avec(f"passation de {p.de or 'quelqu’un'} à {p.a or 'qui vient'}", court(p.texte))
    yield p.recue_le or None, _avec(f"passation reçue par {p.recue_par or 'quelqu’un'}", court(p.compris))


def _suite(s: SuiteDeNote) -> _Traits:
    yield s.id[:10], f"{'alerte' if s.alerte else 'à faire'} : {s.quoi}"
    yield s.reglee, _avec(f"réglé : {s.quoi}", s.mot)


def _evenement(e: Evenement) -> _Traits:
    etat = {
        Etat.ANNULE: "annulé",
        Etat.REPORTE: "reporté",
        Etat.A_REPLACER: "à replacer",
        Etat.BROUILLON: "brouillon",
    }.get(e.etat, "")
    venus = f"{e.participants} participants" if e.participants is not None else ""
    par = f"porté par {', '.join(e.porteurs)}" if e.porteurs else ""
    yield e.debut, _avec(f"« {e.titre} »", etat, e.motif, par, venus, e.suite)


def _serie(s: Serie) -> _Traits:
    fin = f"jusqu'au {temps.dire_jour(date.fromisoformat(s.recurrence.au))}" if s.recurrence.au else ""
    yield s.recurrence.du, _avec(f"« {s.titre} » commence", fin)


def _serie_de_salle(s: SerieDeSalle) -> _Traits:
    pour = f"pour {s.pour}" if s.pour else ""
    yield s.recurrence.du, _avec(f"{s.salle} réservée en série, « {s.objet} »", pour)


def _idee(i: Idee) -> _Traits:
    de = f" de {i.de}" if i.de else ""
    yield i.deposee, f"idée{de} : {court(i.texte)}"
    sort = "acceptée" if i.sort is Sort.ACCEPTEE else "déclinée"
    yield i.decidee, _avec(f"idée {sort} : {court(i.texte)}", i.reponse)
    yield i.rendue, f"réponse rendue, {court(i.texte)}"


def _soutien(s: Soutien) -> _Traits:
    yield s.id[:10], f"{s.personne or f'{s.papiers} billets'} soutient l'idée {s.proposition}"


_STADES = {
    Stade.IDEE: "à l'idée",
    Stade.ESSAI: "à l'essai",
    Stade.PERENNE: "pérenne",
    Stade.ARRETE: "arrêté",
}


def _service(s: Service) -> _Traits:
    for etape in s.etapes:
        yield etape.le, _avec(f"service « {s.nom} » {_STADES[etape.stade]}", etape.raison)


def _inscription(i: Inscription) -> _Traits:
    qui = i.personne or f"un groupe de {i.groupe}"
    if i.presents is None:
        dit = {EtatInscription.EN_ATTENTE: "attend une place", EtatInscription.RETIREE: "s'est retiré"}
        yield i.demandee[:16], f"{qui} {dit.get(i.etat, 'est inscrit')}, {i.evenement}"
    else:
        yield i.evenement[:10], f"{qui} {'est venu' if i.presents else 'n’est pas venu'}, {i.evenement}"


def _diffusion(d: Diffusion) -> _Traits:
    yield d.le, _avec(f"annoncé : {d.canal}, {d.evenement}", d.preuve)


def _engagement(g: Engagement) -> _Traits:
    yield g.evenement[:10], f"{g.personne} {'a renoncé à' if g.retire else 'tient'} {g.role}, {g.evenement}"


def _pret_de_cle(p: PretDeCle) -> _Traits:
    yield p.depuis, _avec(f"clé {p.cle} remise à {p.detenteur}", p.pour)
    fin = {Fin.RENDUE: "rendue", Fin.PERDUE: "perdue", None: ""}.get(p.fin, "périmée")
    yield p.fini_le or None, _avec(f"clé {p.cle} {fin} par {p.detenteur}", p.remarque)


def _entretien(e: Entretien) -> _Traits:
    sorte = {Sorte.PANNE: "panne", Sorte.CONTROLE: "contrôle"}.get(e.sorte, "entretien")
    yield e.depuis, _avec(f"{sorte} : {e.titre}", e.salle, e.note)
    yield e.du or None, f"{e.salle} hors service : {e.titre}"
    yield e.fait_le or None, f"{sorte} faite : {e.titre}"


def _intervention(i: Intervention) -> _Traits:
    verdict = {True: "conforme", False: "non conforme"}.get(i.conforme, "") if i.conforme is not None else ""
    yield i.le, _avec(f"{i.entretien} : fait par {i.par or i.prestataire or 'quelqu’un'}", verdict, i.note)


def _passage(p: Passage) -> _Traits:
    sens = "est entré" if p.sens is Mouvement.ARRIVEE else "est reparti"
    yield p.moment, f"{p.personne or f'{p.nombre} {p.public}'} {sens}{'s' * (p.nombre > 1)}"


def _heures(h: Heures) -> _Traits:
    from tiers_lieu_cli.noyau.pages.bilan import dire_duree

    yield h.jour, f"{h.personne} a donné {dire_duree(h.duree)}, {h.activite}"


def _habilitation(h: Habilitation) -> _Traits:
    yield h.obtenue, _avec(f"{h.personne} est habilité·e, {h.sujet}", f"avec {h.avec}" if h.avec else "")
    yield h.retiree, _avec(f"habilitation retirée à {h.personne}, {h.sujet}", h.motif)


def _annonce(sorte: str, a: Annonce) -> str:
    return _avec(f"{sorte} : {court(a.texte)}", a.de_qui)


def _besoin(b: Besoin) -> _Traits:
    yield b.entendu, _annonce("besoin urgent" if b.urgent else "besoin", b)
    yield b.relie_le, f"besoin relié : {court(b.texte)}"
    fin = "comblé" if b.etat is EtatBesoin.COMBLE else "sans suite"
    yield b.clos_le, _avec(f"besoin {fin} : {court(b.texte)}", b.motif)


def _offre(o: Offre) -> _Traits:
    yield o.entendu, _annonce("offre", o)
    yield o.retiree_le, _avec(f"offre retirée : {court(o.texte)}", o.motif)


def _lien(lien: Lien) -> _Traits:
    gens = " et ".join(lien.personnes)
    yield lien.propose, f"mise en lien proposée : {gens}"
    yield lien.presente, f"présentés l'un à l'autre : {gens}"
    fin = {Suite.COMBLE: "a comblé le besoin", Suite.SANS_SUITE: "est restée sans suite"}
    yield lien.revu, _avec(f"la mise en lien {fin.get(lien.suite, 'est en cours')} : {gens}", lien.note)


def _bienvenue(b: Bienvenue) -> _Traits:
    yield b.debut, f"bienvenue de {b.personne} commencée"
    for etape in b.etapes:
        yield etape.faite, f"bienvenue de {b.personne} : {etape.etape}"
    yield b.arretee, f"bienvenue de {b.personne} arrêtée"


def _suivi(s: Suivi) -> _Traits:
    yield s.le, f"accompagnement de {s.personne} : {court(s.texte)}"
    yield s.fait, f"fait avec {s.personne} : {s.prochain}"


def _reservation(r: Reservation) -> _Traits:
    etat = {
        EtatDePromesse.DEMANDEE: "demandée",
        EtatDePromesse.OPTION: "en option",
        EtatDePromesse.ATTENTE: "en file",
        EtatDePromesse.REFUSEE: "refusée",
        EtatDePromesse.ANNULEE: "annulée",
        EtatDePromesse.DEPLACEE: "déplacée",
    }.get(r.etat, "réservée")
    pour = f"pour {r.pour}" if r.pour else ""
    yield (
        r.debut,
        _avec(f"{r.salle} {etat}, « {r.objet} »", pour, r.motif, "on ne les a pas vus" if r.absence else ""),
    )


def _fermeture(f: Fermeture) -> _Traits:
    yield f.debut, f"fermé ({', '.join(f.salles) or 'tout le lieu'}) : {f.motif}"
    yield f.fin or None, f"rouvert : {f.motif}"


def _etat_des_lieux(e: EtatDesLieux) -> _Traits:
    yield (
        e.le,
        _avec(f"état des lieux de {e.salle} ({'entrée' if e.sens == 'entree' else 'sortie'})", e.remarque),
    )


def _pret(p: Pret) -> _Traits:
    yield p.sorti_le or None, _avec(f"{p.objet} remis à {p.a}", p.pour)
    if not p.sorti_le:
        etat = {EtatDePret.ATTENTE: "attendu par", EtatDePret.ANNULE: "annulé pour"}
        yield p.debut, f"{p.objet} {etat.get(p.etat, 'promis à')} {p.a}"
    fin = "perdu" if p.etat is EtatDePret.PERDU else "rendu"
    yield p.fini_le or None, _avec(f"{p.objet} {fin} par {p.a}", p.remarque)


def _mouvement(m: MouvementDeStock) -> _Traits:
    sens = {Sens.ENTREE: "entré", Sens.SORTIE: "sorti"}.get(m.sens, "corrigé")
    yield m.moment, _avec(f"{m.article} : {m.quantite.lstrip('-')} {m.unite} {sens}", m.motif)


#: Un genre qui n'est pas ici se raconte par son nom, au jour que le sien porte.
RECITS: dict[type[Fiche], Callable[[Any], _Traits]] = {
    Note: _note,
    Decision: _decision,
    Cloture: _cloture,
    Passation: _passation,
    SuiteDeNote: _suite,
    Evenement: _evenement,
    Serie: _serie,
    SerieDeSalle: _serie_de_salle,
    Idee: _idee,
    Soutien: _soutien,
    Service: _service,
    Inscription: _inscription,
    Diffusion: _diffusion,
    Engagement: _engagement,
    PretDeCle: _pret_de_cle,
    Entretien: _entretien,
    Intervention: _intervention,
    Passage: _passage,
    Heures: _heures,
    Habilitation: _habilitation,
    Besoin: _besoin,
    Offre: _offre,
    Lien: _lien,
    Bienvenue: _bienvenue,
    Suivi: _suivi,
    Reservation: _reservation,
    Fermeture: _fermeture,
    EtatDesLieux: _etat_des_lieux,
    Pret: _pret,
    MouvementDeStock: _mouvement,
}
