"""Les règles des prêts : ce qui est pris, ce qui est possible, à qui le tour. Sans fichier ni heure.

Les temps sont semi-ouverts : rendu à 14 h, prêté à 14 h. Un objet dehors est pris tant qu'il n'est
pas revenu, même longtemps après la date promise, pour quiconque et pour toute date à venir.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard, date_de
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.stock.objet.modele import Etat, Objet, Pret

#: Jusqu'où l'on cherche un autre moment.
RECHERCHE = timedelta(days=28)
PROPOSITIONS = 3
#: Les heures où quelqu'un peut remettre un objet.
_AU_COMPTOIR = range(8, 22)


class ObjetPris(Echec):
    """Cet objet n'est pas libre à ce moment ; `suites` dit quand il l'est, `remede` ce qu'on peut sinon."""

    def __init__(
        self, objet: Objet, quand: Creneau, pris: Sequence[Pret], commandes: Sequence[str], remede: str = ""
    ) -> None:
        super().__init__(
            f"{dire_pris(objet, quand, pris)}.",
            "" if commandes else remede or "Choisir un autre moment.",
        )
        self.suites = tuple(commandes)
        self.details = {"conflits": [p.id for p in pris]}


def dire_pris(objet: Objet, quand: Creneau, pris: Sequence[Pret]) -> str:
    """Pourquoi cet objet manque à ce moment."""
    if objet.utilisables == 1 and not pris:
        return f"Il n'y a qu'un exemplaire de « {objet.nom} » qui serve"
    if objet.utilisables and not pris:
        return f"Il n'y a que {objet.utilisables} « {objet.nom} » qui servent"
    if not objet.utilisables:
        return f"« {objet.nom} » ne sert plus pour l'instant ({dire_indisponible(objet)})"
    reste = objet.utilisables - sum(p.combien for p in pris)
    libres = f", il en reste {max(reste, 0)}" if objet.lot > 1 else ""
    return f"« {objet.nom} » n'est pas libre {temps.dire_creneau(quand)}{libres} : {_chez(pris)}"


def _chez(pris: Sequence[Pret]) -> str:
    dits = [f"{'chez' if p.etat is Etat.DEHORS else 'promis à'} {p.a} {dire_jusqua(p)}" for p in pris[:3]]
    return " ; ".join(dits) + (f" ; et {len(pris) - 3} autres" if len(pris) > 3 else "")


def dire_jusqua(p: Pret) -> str:
    """« jusqu'au vendredi 27 novembre, 18:00 »."""
    fin = p.creneau.fin
    if fin == temps.minuit(fin.date()):
        return f"jusqu'au {temps.dire_jour(fin.date() - UN_JOUR)} compris"
    return f"jusqu'au {temps.dire_jour(fin.date())}, {fin:%H:%M}"


def dire_indisponible(objet: Objet) -> str:
    """Pourquoi tous les exemplaires ne servent pas : « 1 perdu, 2 en réparation »."""
    dits = [f"{objet.perdus} perdu{'s' * (objet.perdus > 1)}"] if objet.perdus else []
    dits += [f"{objet.en_reparation} en réparation"] if objet.en_reparation else []
    return ", ".join(["retiré"] if objet.retire else dits)


def emprise(objet: Objet, p: Pret, maintenant: datetime) -> Creneau | None:
    """Le temps où ce prêt prend l'objet, remise en état comprise ; rien s'il est fini ou en file."""
    if p.etat not in (Etat.RESERVE, Etat.DEHORS):
        return None
    debut = min(p.sorti or p.creneau.debut, p.creneau.debut)
    en_retard = p.etat is Etat.DEHORS and p.creneau.fin <= maintenant
    fin = temps.SANS_FIN if en_retard else p.creneau.fin + timedelta(minutes=objet.battement)
    return Creneau(debut, fin)


def pris_pendant(objet: Objet, prets: Iterable[Pret], quand: Creneau, maintenant: datetime) -> list[Pret]:
    """Les prêts qui prennent cet objet pendant ce temps, remise en état comprise, dans l'ordre."""
    voulu = Creneau(quand.debut, quand.fin + timedelta(minutes=objet.battement))
    tenus = [
        p
        for p in prets
        if p.objet == objet.id and (e := emprise(objet, p, maintenant)) and e.chevauche(voulu)
    ]
    return sorted(tenus, key=lambda p: (p.debut, p.id))


def le_plus_pris(objet: Objet, prets: Iterable[Pret], quand: Creneau, maintenant: datetime) -> int:
    """Combien d'exemplaires sont pris en même temps, au pire moment de ce temps."""
    tenus = [
        (emprise(objet, p, maintenant), p.combien) for p in pris_pendant(objet, prets, quand, maintenant)
    ]
    debuts = [max(e.debut, quand.debut) for e, _ in tenus if e]
    return max((sum(n for e, n in tenus if e and e.debut <= d < e.fin) for d in debuts), default=0)


def manque(objet: Objet, prets: Iterable[Pret], quand: Creneau, combien: int, maintenant: datetime) -> int:
    """Combien d'exemplaires manquent pour ce prêt ; 0 s'il est possible."""
    return max(0, le_plus_pris(objet, prets, quand, maintenant) + combien - objet.utilisables)


def proposer(
    voulus: Sequence[tuple[Objet, int]], prets: Sequence[Pret], voulu: Creneau, maintenant: datetime
) -> list[Creneau]:
    """Trois moments aussi longs, les plus proches, où tout est libre : après un retour, ou un autre jour.

    `voulus` : chaque objet, et combien.
    """
    if any(combien > objet.utilisables for objet, combien in voulus):
        return []
    duree = voulu.fin - voulu.debut
    retours = [
        e.fin
        for objet, _ in voulus
        for p in prets
        if p.objet == objet.id and (e := emprise(objet, p, maintenant)) and not e.est_sans_fin
    ]
    departs = [] if voulu.jours_entiers else [r for r in retours if r > maintenant and r.hour in _AU_COMPTOIR]
    departs += [voulu.debut + UN_JOUR * n for n in range(-7, RECHERCHE.days)]
    trouves: list[Creneau] = []
    for depart in sorted(set(departs), key=lambda d: (abs(d - voulu.debut), d)):
        essai = Creneau(depart, depart + duree, voulu.jours_entiers)
        if depart >= maintenant and not any(manque(o, prets, essai, n, maintenant) for o, n in voulus):
            if not any(essai.chevauche(t) for t in trouves):
                trouves.append(essai)
            if len(trouves) == PROPOSITIONS:
                break
    return sorted(trouves, key=lambda t: t.debut)


def exiger_permis(objet: Objet, siens: Iterable[Pret], quand: Creneau, combien: int) -> None:
    """Les bornes d'un prêt : combien de jours, combien à la fois par personne."""
    if objet.jours_max and quand.fin - quand.debut > UN_JOUR * objet.jours_max:
        raise ErreurUsage(
            f"« {objet.nom} » se prête {objet.jours_max} jour{'s' * (objet.jours_max > 1)} au plus.",
            "Choisir un temps plus court ; il se prolonge si personne ne l'attend.",
        )
    tenus = [p for p in siens if p.objet == objet.id and p.etat is not Etat.ATTENTE]
    deja = sum(p.combien for p in tenus)
    if objet.par_personne and deja + combien > objet.par_personne:
        raise ErreurUsage(
            f"« {objet.nom} » : {objet.par_personne} par personne au plus, et elle en a déjà {deja}.",
            f"D'abord : {liberer(tenus[0])}" if tenus else "Revoir --combien.",
        )


def exiger_lot(objet: Objet, lot: int, prets: Iterable[Pret]) -> None:
    """Refuser un lot plus petit que ce qui en est dehors, perdu ou en réparation."""
    dehors = sum(p.combien for p in prets if p.objet == objet.id and p.etat is Etat.DEHORS)
    if lot < objet.perdus + objet.en_reparation + dehors:
        dits = ", ".join(filter(None, (f"{dehors} dehors" * bool(dehors), dire_indisponible(objet))))
        raise ErreurUsage(f"{dits} : il y en a au moins autant.", "Revoir --lot.")


def liberer(p: Pret) -> str:
    """La commande qui rend ce prêt, ou l'annule s'il n'est pas parti."""
    return f"tl stock {'rendre' if p.etat is Etat.DEHORS else 'annuler'} {p.id}"


def en_trop(objet: Objet, prets: Iterable[Pret]) -> Iterator[tuple[Pret, list[Pret]]]:
    """Chaque prêt de cet objet dont le début trouve plus d'exemplaires pris qu'il n'y en a, et lesquels."""
    pris = [p for p in prets if p.objet == objet.id and p.etat in (Etat.RESERVE, Etat.DEHORS)]
    for p in pris:
        ensemble = [x for x in pris if x.creneau.debut <= p.creneau.debut < x.creneau.fin]
        if len(ensemble) > 1 and sum(x.combien for x in ensemble) > objet.utilisables:
            yield p, ensemble


def avec_les_siens(p: Pret, prets: Iterable[Pret]) -> list[Pret]:
    """Ce prêt et, d'un kit, ceux de ce qui est parti, promis ou en file avec lui."""
    return [p, *(x for x in prets if x.kit == p.id and x.etat is p.etat)]


def nouveau(
    objet: Objet,
    a: str,
    quand: Creneau,
    combien: int,
    etat: Etat,
    maintenant: datetime,
    hasard: Hasard,
    pour: str,
    avec: str = "",
    kit: str = "",
) -> Pret:
    """Un prêt neuf : promis, en file, ou déjà dehors ; `avec` : pour cette réservation de salle, `kit` : avec
    le prêt de ce kit.
    """
    debut, fin = temps.ecrire_bornes(quand)
    return Pret(
        id=date_de(quand.premier_jour, objet.id, "pret", hasard),
        objet=objet.id,
        a=a,
        debut=debut,
        fin=fin,
        combien=combien,
        etat=etat,
        demande_le=maintenant.isoformat(timespec="microseconds"),
        sorti_le=temps.ecrire_moment(maintenant) if etat is Etat.DEHORS else "",
        caution=objet.caution,
        pour=pour,
        avec=avec,
        kit=kit,
    )


def sortir(p: Pret, maintenant: datetime) -> Pret:
    """Le prêt promis, remis en main."""
    return structs.replace(p, etat=Etat.DEHORS, sorti_le=temps.ecrire_moment(maintenant))


def finir(p: Pret, maintenant: datetime, *, perdu: bool, remarque: str) -> Pret:
    """Le prêt revenu, ou perdu."""
    return structs.replace(
        p,
        etat=Etat.PERDU if perdu else Etat.RENDU,
        fini_le=temps.ecrire_moment(maintenant),
        remarque=remarque or p.remarque,
    )


def revenir(dehors: Sequence[Pret], combien: int) -> Iterator[tuple[Pret, int]]:
    """De ces prêts, ceux qui reviennent, en tout ou en partie : les premiers partis d'abord."""
    for p in dehors:
        if combien > 0:
            yield p, min(combien, p.combien)
        combien -= p.combien


def detacher(p: Pret, combien: int, hasard: Hasard) -> tuple[Pret, Pret]:
    """D'un prêt de plusieurs, ce qui en reste dehors, et le prêt de ce qui revient avant."""
    part = date_de(p.creneau.premier_jour, p.objet, "pret", hasard)
    return structs.replace(p, combien=p.combien - combien), structs.replace(p, id=part, combien=combien)


def en_retard(p: Pret, maintenant: datetime) -> bool:
    """Devrait-il être revenu ?"""
    return p.etat is Etat.DEHORS and p.creneau.fin <= maintenant


def file(objet: Objet, prets: Iterable[Pret], maintenant: datetime) -> list[Pret]:
    """Ceux qui attendent cet objet : premier arrivé, premier servi ; seuls ceux que rien ne gêne plus."""
    connus = list(prets)
    attendent = sorted(
        (p for p in connus if p.objet == objet.id and p.etat is Etat.ATTENTE and p.creneau.fin > maintenant),
        key=lambda p: (p.demande_le, p.id),
    )
    return [p for p in attendent if not manque(objet, connus, p.creneau, p.combien, maintenant)]


def attendu_par(objet: Objet, prets: Iterable[Pret], avant: datetime) -> list[Pret]:
    """Qui attend cet objet d'ici là."""
    return [p for p in prets if p.objet == objet.id and p.etat is Etat.ATTENTE and p.creneau.debut < avant]


class Retard(msgspec.Struct, frozen=True):
    """Depuis combien de jours un prêt devrait être revenu."""

    jours: int

    def __str__(self) -> str:
        if self.jours < 1:
            return "en retard depuis aujourd'hui"
        return f"en retard de {self.jours} jour{'s' * (self.jours > 1)}"


def retard(p: Pret, jour: date) -> Retard:
    """Son retard, en jours entamés."""
    dernier = (p.creneau.fin - timedelta(microseconds=1)).date()
    return Retard(max(0, (jour - dernier).days))
