"""Les objets et les prêts lus dans le lieu : ce qui est dehors, promis, attendu, sans relire l'histoire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import IdentifiantInvalide
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.stock.objet import regles
from tiers_lieu_cli.stock.objet.modele import OBJETS, PRETS, Etat, Objet, Pret

#: Ce qu'une fiche montre du passé.
ANCIENS = 8


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


def exiger_pret(c: Contexte, mot: str, qui: str, etats: frozenset[Etat]) -> Pret:
    """Le prêt ouvert que dit un objet (et qui l'a), ou l'identifiant d'un prêt."""
    connus = [p for p in ouverts(c.arbre) if p.etat in etats]
    try:
        objet = exiger(c, mot)
    except FicheIntrouvable:
        nommes = PRETS.en_cours.repondent(c.arbre, mot)
        designes = [p for p in connus if p.id in nommes]
        if len(designes) == 1:
            return designes[0]
        raise
    siens = [p for p in connus if p.objet == objet.id and qui in ("", p.a)]
    if not siens:
        chez = f" chez {qui}" if qui else ""
        attendu = "dehors" if etats == {Etat.DEHORS} else "ni dehors ni promis"
        raise ErreurUsage(f"« {objet.nom} » n'est pas {attendu}{chez}.", "Voir ce qui l'est : tl stock prets")
    if len({p.a for p in siens}) > 1:
        raise ErreurUsage(
            f"« {objet.nom} » est chez plusieurs personnes : {', '.join(sorted({p.a for p in siens}))}.",
            f"Dire qui : tl stock rendre {objet.id} @{siens[0].a}",
        )
    return min(siens, key=lambda p: (p.debut, p.id))


def en_file(c: Contexte, objet: Objet, prets: list[Pret], maintenant: datetime) -> list[str]:
    """Qui attendait cet objet et peut l'avoir, l'objet étant sur l'étagère ; et comment le lui remettre."""
    dits = []
    for p in regles.file(objet, prets, maintenant)[:1]:
        dits.append(
            f"  {c.registre.nom(p.a)} l'attendait, {temps.dire_creneau(p.creneau, maintenant.date())}."
        )
        dits.append(f"    Le lui retenir : tl stock reserver {objet.id} @{p.a} --attente-de {p.id}")
    return dits


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce qui devait revenir, et ce qu'on vient chercher aujourd'hui."""
    midi = datetime.combine(jour, datetime.max.time())
    for p in ouverts(arbre):
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
