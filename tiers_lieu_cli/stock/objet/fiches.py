"""Les objets et les prêts lus dans le lieu : ce qui est dehors, promis, attendu, sans relire l'histoire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Objet, Pret

#: Ce qu'une fiche montre du passé.
ANCIENS = 8
_DIT = {Etat.DEHORS: "dehors", Etat.RESERVE: "promis", Etat.ATTENTE: "en file"}


def ouverts(arbre: Arbre) -> tuple[Pret, ...]:
    """Les prêts promis, dehors ou en file."""
    return PRETS.en_cours.toutes(arbre).fiches


def voisines(arbre: Arbre, _: Iterable[Fiche]) -> Iterator[tuple[str, Fiche]]:
    """Les fiches (dossier du genre, fiche) qu'il faut lire avec un objet, un prêt ou une réservation."""
    if prets := ouverts(arbre):
        yield from ((PRETS.en_cours.genre.dossier, pret) for pret in prets)
        yield from ((OBJETS.genre.dossier, objet) for objet in OBJETS.toutes(arbre).fiches)
        for ident in {pret.avec for pret in prets if pret.avec}:
            if r := _reservation(arbre, ident):
                yield RESERVATIONS.genre.dossier, r


def _reservation(arbre: Arbre, ident: str) -> Reservation | None:
    """Celle de ce nom ; `None` s'il désigne autre chose (une date d'une série)."""
    try:
        return RESERVATIONS.une(arbre, ident)
    except IdentifiantInvalide:
        return None


def anciens(arbre: Arbre, objet: str) -> list[Pret]:
    """Les derniers prêts finis de cet objet, le plus récent d'abord."""
    return PRETS.dernieres(arbre, en_tirets(objet, "pret"), lambda p: p.objet == objet, ANCIENS)[:ANCIENS]


def exiger(c: Contexte, mot: str) -> Objet:
    """L'objet que ce mot (identifiant ou nom) désigne."""
    return OBJETS.exiger(c.arbre, mot)


def avec_contenu(c: Contexte, objet: Objet) -> list[Objet]:
    """L'objet et, d'un kit, tout ce qui part avec lui."""
    tous, a_voir = {objet.id: objet}, list(objet.contient)
    while a_voir:
        ident = a_voir.pop(0)
        if ident not in tous:
            tous[ident] = OBJETS.exiger(c.arbre, ident)
            a_voir += tous[ident].contient
    return list(tous.values())


def en_main(c: Contexte, e: Ecriture) -> list[Pret]:
    """Les prêts ouverts, tels que cette écriture les laisse."""
    prets = {p.id: p for p in ouverts(c.arbre)} | {p.id: p for p in e.fiches.values() if isinstance(p, Pret)}
    return [p for p in prets.values() if p.est_ouvert]


def exiger_prets(
    c: Contexte, mot: str, connus: Iterable[Pret], etats: frozenset[Etat], geste: str, qui: str = ""
) -> list[Pret]:
    """Les prêts d'une même personne que dit un objet (et `qui` l'a), ou celui que dit son identifiant.

    `geste` : la commande que propose un refus, d'après le prêt ; `ErreurUsage` s'il n'y en a pas, ou chez
    plusieurs personnes.
    """
    connus = list(connus)
    try:
        objet = exiger(c, mot)
    except FicheIntrouvable:
        nommes = PRETS.en_cours.repondent(c.arbre, mot)
        designes = [p for p in connus if p.id in nommes and p.etat in etats]
        if len(designes) == 1:
            return designes
        raise
    siens = sorted(
        (p for p in connus if p.objet == objet.id and qui in ("", p.a)), key=lambda p: (p.debut, p.fin, p.id)
    )
    vises = [p for p in siens if p.etat in etats]
    if not vises:
        chez = f" chez {qui}" if qui else ""
        attendu = (
            "pas dehors"
            if etats == {Etat.DEHORS}
            else f"ni {' ni '.join(_DIT[etat] for etat in sorted(etats))}"
        )
        ailleurs = f"Il est {_DIT[siens[0].etat]} : {regles.liberer(siens[0])}" if siens else ""
        raise ErreurUsage(
            f"« {objet.nom} » n'est {attendu}{chez}.", ailleurs or "Voir ce qui l'est : tl stock prets"
        )
    if len(gens := sorted({p.a for p in vises})) > 1:
        raise _dire_lequel(
            c, f"« {objet.nom} » est chez plusieurs personnes : {', '.join(gens)}.", vises, geste
        )
    return vises


def exiger_pret(c: Contexte, mot: str, connus: Iterable[Pret], etats: frozenset[Etat], geste: str) -> Pret:
    """Le seul prêt que dit ce mot (voir `exiger_prets`) ; s'il en dit deux, on demande lequel."""
    vises = exiger_prets(c, mot, connus, etats, geste)
    if len(vises) > 1:
        raise _dire_lequel(c, f"« {mot} » dit {len(vises)} prêts : dire lequel.", vises, geste)
    return vises[0]


def _dire_lequel(c: Contexte, fait: str, vises: Iterable[Pret], geste: str) -> ErreurUsage:
    refus, jour = ErreurUsage(fait), c.horloge.aujourdhui()
    refus.suites = tuple(f"{p.a}, {temps.dire_creneau(p.creneau, jour)} : {geste.format(p=p)}" for p in vises)
    return refus


def en_file(c: Contexte, objet: Objet, prets: Sequence[Pret], maintenant: datetime) -> list[str]:
    """Qui attendait cet objet et peut l'avoir, l'objet étant sur l'étagère ; et comment le lui remettre.

    D'un kit, il faut que tout soit revenu.
    """
    for p in regles.file(objet, prets, maintenant):
        tete = next((x for x in prets if x.id == p.kit and x.etat is Etat.ATTENTE), p)
        if any(_manque(c, x, prets, maintenant) for x in regles.avec_les_siens(tete, prets)):
            continue
        return [
            f"  {c.registre.nom(p.a)} l'attendait, {temps.dire_creneau(p.creneau, maintenant.date())}.",
            f"    Le lui retenir : tl stock reserver {tete.objet} @{p.a} --attente-de {tete.id}",
        ]
    return []


def _manque(c: Contexte, p: Pret, prets: Iterable[Pret], maintenant: datetime) -> int:
    return regles.manque(exiger(c, p.objet), prets, p.creneau, p.combien, maintenant)


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce qui est promis deux fois, ce qui devait revenir, et ce qu'on vient chercher aujourd'hui."""
    midi = datetime.combine(jour, datetime.max.time())
    prets = ouverts(arbre)
    yield from _promis_deux_fois(arbre, prets, jour)
    avec_leur_kit = {x.id for p in prets for x in regles.avec_les_siens(p, prets)[1:]}
    for p in prets:
        if p.id in avec_leur_kit:
            continue
        commande = f"tl stock rendre {p.objet} @{p.a}"
        objet = OBJETS.une(arbre, p.objet)
        nom = f"« {objet.nom} »" if objet else p.objet
        if p.etat is Etat.DEHORS and p.creneau.dernier_jour < jour:
            yield Echeance(
                p.creneau.dernier_jour,
                f"faire rendre {nom} ({p.a}, {regles.retard(p, jour)})",
                commande,
                p.id,
            )
        elif p.etat is Etat.DEHORS and p.creneau.dernier_jour == jour:
            yield Echeance(jour, f"{nom} revient aujourd'hui ({p.a})", commande, p.id)
        elif p.etat is Etat.RESERVE and p.creneau.debut <= midi:
            quand = temps.dire_creneau(p.creneau, jour)
            yield Echeance(
                jour, f"remettre {nom} à {p.a} ({quand})", f"tl stock preter {p.objet} @{p.a}", p.id
            )


def _promis_deux_fois(arbre: Arbre, prets: Sequence[Pret], jour: date) -> Iterator[Echeance]:
    """Deux postes ont promis ou prêté le même exemplaire."""
    for ident in sorted({p.objet for p in prets}):
        if (objet := OBJETS.une(arbre, ident)) is None:
            continue
        for p, ensemble in regles.en_trop(objet, prets):
            if p.etat is Etat.DEHORS or p.creneau.dernier_jour >= jour:
                gens = " et ".join(dict.fromkeys(x.a for x in ensemble))
                phrase = f"« {objet.nom} » est promis plus de fois qu'il n'y en a ({gens})"
                commande, gravite = regles.liberer(p), Gravite.PROMIS_DEUX_FOIS
                yield Echeance(p.creneau.premier_jour, phrase, commande, p.id, gravite)
                break
