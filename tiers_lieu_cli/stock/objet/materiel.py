"""Le matériel d'une réservation de salle : retenu, déplacé et rendu avec elle (`espace/materiel.py`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from msgspec import structs

from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.stock.objet import fiches, regles
from tiers_lieu_cli.stock.objet.examen import examiner
from tiers_lieu_cli.stock.objet.modele import PRETS, Etat, Objet, Pret

_COMBIEN = motif(r"(\d{1,4})\s+(\S.*)", re.ASCII)


class Materiel:
    """Ce qu'on demande (`dits` : « projecteur », « 20 chaises », pour `a`), ou ce qui l'accompagne déjà."""

    def __init__(self, c: Contexte, dits: Sequence[str] = (), a: str = "", reservation: str = "") -> None:
        self._c, self._a = c, a
        self._siens = [p for p in fiches.ouverts(c.arbre) if reservation and p.avec == reservation]
        self._kits: list[tuple[list[Objet], int]] = []
        for dit in dits:
            compte = _COMBIEN.fullmatch(dit.strip())
            kit = fiches.avec_contenu(c, fiches.exiger(c, compte[2] if compte else dit.strip()))
            self._kits.append((kit, int(compte[1]) if compte else 1))

    def __bool__(self) -> bool:
        return bool(self._kits or self._siens)

    def __str__(self) -> str:
        return ", ".join(_dire(objet, combien) for objet, combien, _ in (*self._neufs, *self._retenus))

    @cached_property
    def _autres(self) -> list[Pret]:
        """Les prêts des autres."""
        return [p for p in fiches.ouverts(self._c.arbre) if p not in self._siens]

    @cached_property
    def _neufs(self) -> list[tuple[Objet, int, str]]:
        """Ce qu'on demande en tout de chaque objet."""
        objets = {objet.id: objet for kit, _ in self._kits for objet in kit}
        comptes = Counter[str]()
        for kit, combien in self._kits:
            comptes.update({objet.id: combien for objet in kit})
        return [(objet, comptes[ident], self._a) for ident, objet in objets.items()]

    @cached_property
    def _retenus(self) -> list[tuple[Objet, int, str]]:
        """Ce qui est promis ; ce qui attend en file, ou est déjà dehors, ne manque pas."""
        promis = [p for p in self._siens if p.etat is Etat.RESERVE]
        return [(fiches.exiger(self._c, p.objet), p.combien, p.a) for p in promis]

    def manques(self, quand: Creneau) -> tuple[str, ...]:
        """Ce qui empêche de le retenir à ces heures, montage compris."""
        dits = []
        for objet, combien, a in (*self._neufs, *self._retenus):
            try:
                examiner(self._c, objet, a, quand, combien, self._autres)
            except Echec as echec:
                dits.append(echec.fait.rstrip("."))
        return tuple(dits)

    def retenir(self, e: Ecriture, reservation: Reservation) -> None:
        """Poser, aux heures de cette réservation, ce qui est demandé et ce qui l'accompagnait déjà."""
        quand, maintenant = reservation.emprise, self._c.horloge.murale()
        for kit, combien in self._kits:
            tete = ""
            for objet in kit:
                dits = (maintenant, self._c.hasard, reservation.objet, reservation.id, tete)
                neuf = regles.nouveau(objet, self._a, quand, combien, Etat.RESERVE, *dits)
                tete = tete or neuf.id
                PRETS.poser(e, neuf)
        debut, fin = temps.ecrire_bornes(quand)
        for p in self._siens:
            heures = {} if p.etat is Etat.DEHORS else {"debut": debut, "fin": fin}
            if (suivi := structs.replace(p, avec=reservation.id, **heures)) != p:
                PRETS.corriger(e, p, suivi)

    def rendre(self, e: Ecriture) -> list[str]:
        """La réservation n'a plus lieu : rien n'en reste retenu ; rend ce qu'il faut en dire."""
        lignes = [f"  Rendu aussi : {', '.join(_dire(o, n) for o, n, _ in self._retenus)}."] * bool(
            self._retenus
        )
        for p in self._siens:
            if p.etat is Etat.DEHORS:
                nom = fiches.exiger(self._c, p.objet).nom
                lignes.append(f"  « {nom} » est déjà dehors : tl stock rendre {p.objet} @{p.a}")
            else:
                PRETS.corriger(e, p, structs.replace(p, etat=Etat.ANNULE))
        for objet, _, _ in self._retenus:
            lignes += fiches.en_file(self._c, objet, self._autres, self._c.horloge.murale())
        return lignes


def _dire(objet: Objet, combien: int) -> str:
    return f"{objet.nom}{f' (×{combien})' * (combien > 1)}"
