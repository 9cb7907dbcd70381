"""Des vacances, des fériés : un agenda de journées entières est une période du lieu, non des activités."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.espace.horaires.modele import PERIODES, Periode, Plage
from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, EvenementLu, developper
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_redite import FERIES, VACANCES, dire_nature
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import en_tirets, sans_accent

#: En dessous, quelques journées entières ne font pas un calendrier de congés.
_AU_MOINS = 3
_CITEES = 12
#: Un congé qui change de dates reste le même s'il n'en est pas plus loin.
_PROCHE = timedelta(days=45)
_AVANT, _APRES = timedelta(days=366), timedelta(days=3 * 366)
_CONGE = motif(r"\b(vacances|conges?|detente|relache|holidays?|half.?term|vakanties?|verlof|ferien)\b")
_FERIE = motif(
    r"\b(feries?|public holidays?|bank holiday|feestdag(?:en)?|feiertage?|noel|nouvel an|paques"
    r"|ascension|pentecote|assomption|toussaint|armistice|fete nationale|fete du travail|victoire 1945"
    r"|christmas|easter|new year|good friday|kerst(?:mis)?|pasen|nieuwjaar)\b"
)


def proposer(c: Contexte, agenda: AgendaLu) -> str:
    """La période où noter cet agenda, s'il semble de congés et qu'on en convient ; vide sinon."""
    nom = nom_propose(agenda)
    if not nom or c.questions.oui or c.questions.essai:
        return nom
    fait = "Ce fichier ne dit que des jours de congé : ce ne sont pas des activités."
    if not c.ecran.interactif:
        refus = ErreurUsage(fait)
        refus.suites = (
            f"Les noter comme période : {c.questions.redite('--periode', nom)}",
            f"Au programme quand même : {c.questions.redite('--programme')}",
        )
        raise refus
    choix = [f"la période « {nom} », que les séries sautent", "des activités du programme"]
    return nom if c.choisir(f"{fait} Où les mettre ?", choix) == 0 else ""


def nom_propose(agenda: AgendaLu) -> str:
    """Le nom d'une période, si tout y est journées entières et congés ; vide sinon."""
    dites = [*(e.creneau for e in agenda.evenements), *_premieres(agenda)]
    titres = [sans_accent(lu.titre) for lu in (*agenda.evenements, *agenda.series)]
    if len(dites) < _AU_MOINS or not all(creneau.jours_entiers for creneau in dites):
        return ""
    nom = sans_accent(agenda.nom)
    for mot, periode in ((_CONGE, VACANCES), (_FERIE, FERIES)):
        if mot.search(nom) or 2 * sum(bool(mot.search(t)) for t in titres) >= len(titres):
            return periode
    conges = sum(bool(_CONGE.search(t) or _FERIE.search(t)) for t in titres)
    return VACANCES if 2 * conges >= len(titres) else ""


def _premieres(agenda: AgendaLu) -> Iterable[Creneau]:
    return (s.recurrence.creneau(date.fromisoformat(s.recurrence.du)) for s in agenda.series)


def noter(c: Contexte, e: Ecriture, agenda: AgendaLu, nom: str) -> Fait | Rien:
    """Noter ces jours dans une période du lieu ; les noter encore ne double rien."""
    ident = identifiants.verifier(en_tirets(nom, "periode"))
    jour = c.horloge.aujourdhui()
    fenetre = Creneau.de_jours(jour - _AVANT, jour + _APRES)
    seules = tuple(lu for lu in agenda.evenements if not lu.annule)
    dites = [*seules, *developper(structs.replace(agenda, evenements=()), fenetre)]
    lues = [_plage(lu) for lu in dites if not lu.annule and lu.creneau.jours_entiers]
    ancienne = PERIODES.une(c.arbre, ident)
    base = ancienne or Periode(id=ident, nom=dire_nature(ident) if ident == FERIES else " ".join(nom.split()))
    neuve = structs.replace(base, plages=reunir(base.plages, lues))
    bilan: dict[str, object] = {"periode": ident, "plages": len(lues), "laisses": [*agenda.laisses]}
    dehors = [f"  ! {phrase}" for phrase in (*agenda.laisses, *agenda.avis)]
    heures = sum(not lu.creneau.jours_entiers for lu in dites)
    if heures:
        laisses = "1 laissé" if heures == 1 else f"{heures} laissés"
        dehors.append(f"  ! {laisses} : une période est faite de jours entiers.")
    if neuve == ancienne or not lues:
        phrase = "Rien de neuf : tout y est déjà." if lues and not dehors else "Rien n'est noté."
        return Rien(phrase=phrase, lignes=dehors, details=bilan)
    neuves = [plage for plage in neuve.plages if plage not in base.plages]
    cites = [f"  + {temps.dire_creneau(p.creneau, jour)} · {p.quoi}" for p in neuves[:_CITEES]]
    cites += [f"  + … et {len(neuves) - _CITEES} autres"] if len(neuves) > _CITEES else []
    c.confirmer(
        f"Les noter dans la période « {base.nom} » ?",
        [*cites, *dehors],
    )
    PERIODES.poser(e, neuve) if ancienne is None else PERIODES.corriger(e, ancienne, neuve)
    return Fait(
        id=ident,
        action="importer.ics",
        histoire=f"Période « {neuve.nom} » : {len(neuves)} plages venues d'un agenda",
        phrase=f"« {neuve.nom} » compte {len(neuves)} plage{'s' * (len(neuves) > 1)} de plus.",
        lignes=[*(cites if c.questions.oui else []), *dehors],
        suite=f"tl espace periode {ident}\nau programme plutôt : {c.questions.redite('--programme')}",
        details=bilan,
    )


def _plage(lu: EvenementLu) -> Plage:
    return Plage(du=lu.creneau.premier_jour, au=lu.creneau.dernier_jour, quoi=lu.titre)


def reunir(connues: Iterable[Plage], lues: Iterable[Plage]) -> tuple[Plage, ...]:
    """Les plages connues et les lues ; un congé du même nom, à peu de jours près, a changé de dates."""
    gardees = {(p.du, p.au): p for p in connues}
    lues = list(lues)
    for lue in lues:
        for bornes, connue in list(gardees.items()):
            if (
                connue.quoi == lue.quoi
                and abs(lue.du - connue.du) <= _PROCHE
                and not any(p == connue for p in lues)
            ):
                del gardees[bornes]
        gardees[lue.du, lue.au] = lue
    return tuple(gardees[bornes] for bornes in sorted(gardees))
