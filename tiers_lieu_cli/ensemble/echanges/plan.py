"""Ce qu'un tableau ferait du lieu : du neuf, des mises à jour, et ce qu'on laisse, avec la raison.

Une ligne entre si la même fiche, écrite à la main, passerait `tl verifier` : liens, salles, vie privée.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import field

from tiers_lieu_cli.ensemble import verification
from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.ensemble.echanges.gens import Gens
from tiers_lieu_cli.ensemble.echanges.lignes import Ligne, clef_naturelle, selon
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre, ArbreMemoire, ArbrePose
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import fautes_dites, fiche, identifiants
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.genres import Declare
from tiers_lieu_cli.noyau.fiches.verification import Constat
from tiers_lieu_cli.noyau.texte import a_taper, en_tirets

#: Les dates dont un fait prend son nom, s'il en dit une.
_DATES = ("debut", "jour", "moment", "depuis", "entendu", "du", "le", "promis_le", "clos_le")
_LIEN = "lien"


class Prevue(msgspec.Struct, frozen=True):
    """Une fiche que le tableau pose (`ancienne` : `None`) ou change."""

    rang: int
    fiche: Fiche
    ancienne: Fiche | None = None


class Plan(msgspec.Struct):
    """Ce qui serait fait ; `a_venir` : combien citent ce qui n'est pas (encore) ici."""

    neuves: list[Prevue] = field(default_factory=list)
    changees: list[Prevue] = field(default_factory=list)
    connues: int = 0
    a_venir: int = 0
    laissees: list[tuple[int, str]] = field(default_factory=list)

    def poser(self, e: Ecriture, declare: Declare) -> None:
        """Tout poser dans l'écriture."""
        for prevue in self.neuves:
            declare.poser(e, prevue.fiche)
        for prevue in self.changees:
            declare.corriger(e, prevue.ancienne, prevue.fiche)


class Planificateur:
    """Le plan d'un tableau, pour un genre."""

    def __init__(self, c: Contexte, declare: Declare, *, gens: bool) -> None:
        self._c, self._declare = c, declare
        self._structure: type[Fiche] = declare.rangements[0].structure
        self._arbre = c.registre.arbre if gens else c.arbre
        self._gens = Gens(c) if gens else None
        self._pris: dict[str, int] = {}

    def planifier(self, lignes: Sequence[Ligne]) -> Plan:
        """Ce que ces lignes feraient."""
        plan = Plan()
        cle = clef_naturelle(self._structure)
        sans_nom = self._gens is None and not all(self._ident(ligne.dits) for ligne in lignes)
        par_cle = self._par_cle(cle) if sans_nom else {}
        for ligne in self._c.ecran.avancer(lignes, "Comparaison"):
            try:
                prevue = self._prevoir(ligne, par_cle.get(selon(cle, ligne.dits) or ()))
            except (Echec, msgspec.ValidationError) as faute:
                fait = faute.fait if isinstance(faute, Echec) else fautes_dites.expliquer(str(faute))[0]
                plan.laissees.append((ligne.rang, fait.rstrip(".")))
                continue
            if deja := self._pris.get(prevue.fiche.id):
                plan.laissees.append((ligne.rang, f"dit la même chose que la ligne {deja}"))
                continue
            self._pris[prevue.fiche.id] = ligne.rang
            if prevue.fiche == prevue.ancienne:
                plan.connues += 1
            else:
                (plan.neuves if prevue.ancienne is None else plan.changees).append(prevue)
                if dite := selon(cle, ligne.dits):
                    par_cle[dite] = prevue.fiche
        if self._gens is None:
            self._ecarter(plan, {ligne.rang for ligne in lignes if self._ident(ligne.dits)})
        return plan

    def _par_cle(self, cle: tuple[str, ...]) -> dict[tuple[str, ...], Fiche]:
        trouvees = {}
        for lue in self._declare.toutes(self._arbre).fiches:
            if dite := selon(cle, tables.valeurs(lue)):
                trouvees[dite] = lue
        return trouvees

    def _prevoir(self, ligne: Ligne, semblable: Fiche | None) -> Prevue:
        dits = ligne.dits
        if self._gens:
            connue = self._gens.ancienne(dits)
            neuve = self._gens.changee(connue, dits) if connue else self._gens.neuve(dits)
            return Prevue(ligne.rang, neuve, connue)
        if ident := self._ident(dits):
            semblable = self._declare.une(self._arbre, ident)
        if semblable is not None:
            change = tables.valeurs(semblable) | dits | {"id": semblable.id}
            return Prevue(ligne.rang, self._valider(change), semblable)
        return Prevue(ligne.rang, self._valider({**dits, "id": ident or self._nommer(dits)}))

    def _ident(self, dits: dict[str, Any]) -> str:
        """L'identifiant que donne la ligne, s'il peut ranger une fiche de ce genre."""
        ident = str(dits.get("id", ""))
        try:
            self._declare.genre.chemin(ident)
        except ErreurUsage:
            return ""
        return ident

    def _valider(self, dits: dict[str, Any]) -> Fiche:
        """La fiche que cela fait : ce que son fichier dirait, relu."""
        telle: Fiche = msgspec.convert(dits, self._structure)
        self._chemin(telle)
        return telle

    def _chemin(self, telle: Fiche) -> str:
        ou = self._declare.rangement(telle) if isinstance(self._declare, Affaires) else self._declare
        return ou.genre.chemin(telle.id)

    def _nommer(self, dits: dict[str, Any]) -> str:
        """Un identifiant neuf : daté si c'est un fait, fait de son nom si c'est une chose."""
        provisoire = msgspec.convert({**dits, "id": "neuve"}, self._structure)
        dit, nom = identifiants.titre(provisoire), self._declare.genre.nom
        if self._declare.genre.par_mois or isinstance(self._declare, Affaires):
            return identifiants.date_de(self._jour(dits), dit, en_tirets(nom, "fiche"), self._c.hasard)
        simple = en_tirets(dit, en_tirets(nom, "fiche"))
        libre = simple not in self._pris and self._declare.une(self._arbre, simple) is None
        return simple if libre else f"{simple}-{identifiants.hasard(self._c.hasard, 4)}"

    def _jour(self, dits: dict[str, Any]) -> date:
        dit = next((str(dits[champ]) for champ in _DATES if dits.get(champ)), "")
        try:
            return date.fromisoformat(dit[:10])
        except ValueError:
            return self._c.horloge.aujourdhui()

    def _ecarter(self, plan: Plan, reviennent: set[int]) -> None:
        """Ôter du plan ce qui ne passerait pas la vérification, ou nomme quelqu'un.

        Un lien cassé n'écarte pas une fiche qui revient avec son identifiant : le reste suit peut-être.
        """
        prevues = {self._chemin(p.fiche): p for p in (*plan.neuves, *plan.changees)}
        poses: dict[str, bytes | None] = {}
        for chemin, p in list(prevues.items()):
            try:
                poses[chemin] = fiche.ecrire(p.fiche, chemin)
            except Echec as faute:
                plan.laissees.append((p.rang, faute.fait.rstrip(".")))
                del prevues[chemin]
                continue
            if p.ancienne and (avant := self._chemin(p.ancienne)) != chemin:
                # Close, ou rouverte : elle change de dossier.
                poses[avant] = None
        apres = ArbreMemoire(ArbrePose(self._c.arbre, poses), self._c.registre.suivre)
        changes = [chemin for chemin, p in prevues.items() if p.ancienne]
        deja = {(k.fichier, k.fait) for k in self._constats(self._c.arbre, changes)}
        for k in self._constats(apres, list(prevues)):
            touchee = prevues.get(k.fichier)
            if touchee is None or (k.fichier, k.fait) in deja:
                continue
            if k.regle == _LIEN and touchee.rang in reviennent:
                plan.a_venir += 1
            else:
                plan.laissees.append((touchee.rang, k.fait))
                del prevues[k.fichier]
        for chemin, p in prevues.items():
            if doute := self._doute(poses[chemin] or b"", p):
                plan.laissees.append((p.rang, doute))
        laissees = {rang for rang, _ in plan.laissees}
        plan.neuves = [p for p in plan.neuves if p.rang not in laissees]
        plan.changees = [p for p in plan.changees if p.rang not in laissees]

    def _constats(self, arbre: Arbre, chemins: list[str]) -> list[Constat]:
        return verification.de_quelques(arbre, self._c.registre, chemins) if chemins else []

    def _doute(self, octets: bytes, p: Prevue) -> str:
        """Venu d'ailleurs, personne n'est là pour dire si un mot est quelqu'un."""
        detecteur = self._c.registre.detecteur
        if not detecteur.suspect(octets):
            return ""
        avant = fiche.ecrire(p.ancienne, self._chemin(p.ancienne)).decode() if p.ancienne else ""
        for indice in detecteur.trouver(octets.decode("utf-8", "replace")):
            if indice.a_demander and indice.extrait not in avant:
                mot = indice.extrait
                commande = f"tl accueil personne mot {a_taper(mot)}"
                return f"« {mot} » y est peut-être quelqu'un ; si c'est un mot : {commande}"
        return ""


def exiger_nomme(champs: Sequence[str], structure: type[Fiche], *, gens: bool) -> str:
    """Le premier champ sans lequel une fiche neuve ne peut pas se faire, et que rien ne dit ; vide sinon."""
    if "id" in champs and not gens:
        return ""
    exiges = [c.nom for c in tables.colonnes(structure) if c.exigee]
    return next((champ for champ in exiges if champ not in champs), "")


class RienALire(ErreurUsage):
    """Une ligne de titres, et rien dessous."""

    def __init__(self, nom: str) -> None:
        super().__init__(
            f"{nom} n'a pas de lignes sous une ligne de titres.",
            "Vérifier que c'est un export CSV, avec ses titres.",
        )
