"""Ce qu'un agenda lu change au programme : décidé ici, sans fichier ni heure courante.

Pour chaque UID : les fiches que le fichier voudrait, celles qu'on en a, et l'une contre l'autre. Ce
que la concierge a corrigé depuis n'est jamais écrasé ; le reste finit comme si l'on importait à neuf.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, Annulation, Dit, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.gens import mur
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps.temps import ecrire_bornes
from tiers_lieu_cli.noyau.texte import en_tirets, est_lisible, sha256
from tiers_lieu_cli.prog import rapprochement, regles
from tiers_lieu_cli.prog.modele import Etat, Evenement, Origine
from tiers_lieu_cli.prog.serie.modele import Serie

#: Ce qu'une clé donne à l'UID, et à la date que l'UID ne dit pas.
_DE_L_UID, _DE_LA_DATE = 6, 6
#: Un nom de fiche, tel que nos flux l'écrivent.
_NOM = motif(r"[a-z0-9]+(?:-[a-z0-9]+)+", re.ASCII)
_DATE = motif(r"\d{4}-\d{2}-\d{2}-", re.ASCII)
DISPARU = "retiré de l'agenda suivi"
#: Ce qui entre dans le lieu.
Importee: TypeAlias = Evenement | Serie
#: Ce qu'un agenda donne : un événement, ou une série.
L = TypeVar("L", EvenementLu, SerieLue)


@dataclass(slots=True)
class Plan:
    """Ce que l'import ferait. `gardes` : ce qui a changé là-bas et ici, où la version d'ici est gardée.

    `retires` : ce qui est devenu autre chose là-bas ; `anciens` : ce dont le fichier donne une version
    plus vieille que la nôtre ; `heurts` : les mises à jour laissées, une salle étant déjà promise, et ce
    qui gêne ; `avis` : ce qui n'est fait qu'à moitié ; `sans_objet` : des annulations de ce qu'on n'a pas.
    """

    neufs: list[Evenement] = field(default_factory=list)
    changes: list[tuple[Evenement, Evenement]] = field(default_factory=list)
    series: list[Serie] = field(default_factory=list)
    series_changees: list[tuple[Serie, Serie]] = field(default_factory=list)
    retires: list[Importee] = field(default_factory=list)
    gardes: list[tuple[Importee, tuple[str, ...]]] = field(default_factory=list)
    anciens: list[Importee] = field(default_factory=list)
    heurts: list[tuple[Importee, str]] = field(default_factory=list)
    avis: list[str] = field(default_factory=list)
    sans_objet: int = 0
    inchanges: int = 0

    @property
    def est_vide(self) -> bool:
        """N'y a-t-il rien à écrire ?"""
        return not (self.neufs or self.changes or self.series or self.series_changees or self.retires)

    def poser(self, voulue: Importee) -> None:
        """Ce qu'on n'avait pas."""
        if isinstance(voulue, Evenement):
            self.neufs.append(voulue)
        else:
            self.series.append(voulue)

    def reunir(
        self,
        connue: Importee,
        voulue: Importee,
        seulement: Collection[str] | None = None,
        *,
        coupures: Collection[str] = (),
    ) -> None:
        """Ce qu'on avait, avec ce que l'agenda en dit maintenant ; voir `rapprochement.reunir`."""
        if isinstance(connue, Evenement) and isinstance(voulue, Evenement):
            reuni, gardes = rapprochement.reunir(connue, voulue, seulement)
            if neuf := not rapprochement.rien_de_neuf(connue, reuni):
                self.changes.append((connue, reuni))
        else:
            assert isinstance(connue, Serie) and isinstance(voulue, Serie)
            reunie, gardes = rapprochement.reunir(connue, voulue, seulement, coupures=coupures)
            if neuf := not rapprochement.rien_de_neuf(connue, reunie):
                self.series_changees.append((connue, reunie))
        if gardes:
            self.gardes.append((connue, gardes))
        self.inchanges += not (gardes or neuf)

    def ancienne(self, connue: Importee, voulue: Evenement) -> None:
        """Une version plus vieille que la nôtre : laissée, et dite si elle diffère."""
        if isinstance(connue, Evenement):
            reunie, _ = rapprochement.reunir(connue, voulue)
            if rapprochement.rien_de_neuf(connue, reunie):
                self.inchanges += 1
                return
        self.anciens.append(connue)

    def retirer(self, connue: Importee, sauf: Collection[str] = ()) -> None:
        """Ce qui est devenu autre chose, si rien n'y a changé ici ; voir `est_intacte`."""
        if rapprochement.est_intacte(connue, sauf):
            self.retires.append(connue)
        else:
            self.gardes.append((connue, ("tout",)))


class Fiches(msgspec.Struct, frozen=True):
    """Ce que le lieu a d'un même UID ; `nees_ici` : ce qu'aucun agenda ne nous a donné."""

    series: tuple[Serie, ...] = ()
    evenements: tuple[Evenement, ...] = ()
    nees_ici: tuple[Importee, ...] = ()

    @property
    def principale(self) -> Serie | None:
        """La série que cet UID nomme à lui seul."""
        return next((s for s in self.series if s.origine and not s.origine.occurrence), None)


class Connues(Protocol):
    """De quoi retrouver ce que le lieu a déjà d'un UID."""

    def de(self, uid: str) -> Fiches: ...


def cle(uid: str, occurrence: str, calendrier: str) -> str:
    """La clé d'un événement, suffixe de son identifiant : la même à chaque lecture, sur chaque poste.

    Tout ce qui est d'un même UID commence de même.
    """
    return _condenser(f"{calendrier}\0{uid}")[:_DE_L_UID] + _condenser(occurrence)[:_DE_LA_DATE]


def condenser_uid(uid: str) -> str:
    """Ce qu'une fiche garde d'un UID : de quoi le reconnaître, et non l'adresse qu'il porte souvent."""
    return sha256(uid)[:20].translate(rapprochement.EN_LETTRES)


def _condenser(texte: str) -> str:
    return base64.b32encode(hashlib.sha256(texte.encode()).digest()).decode().lower()


class Provenance(msgspec.Struct, frozen=True):
    """D'où vient ce qu'on lit : un agenda suivi et ses publics, ou de quoi faire nos événements.

    `domaine` : le nôtre ; ce qu'un flux à nous a nommé retrouve son nom.
    """

    calendrier: str = ""
    publics: tuple[str, ...] = ()
    domaine: str = ""

    def nom(self, uid: str) -> str:
        """Le nom qu'un de nos flux lui donnait ; vide s'il n'en vient pas."""
        local = uid.removesuffix(f"@{self.domaine}")
        return local if local != uid and not self.calendrier and _NOM.fullmatch(local) else ""

    def racine(self, uid: str) -> str:
        """Ce par quoi commencent les clés de cet UID."""
        return cle(uid, "", self.calendrier)[:_DE_L_UID]

    def identite(self, uid: str, occurrence: str = "") -> str:
        """Le nom qu'un de nos flux lui donnait, ou sa clé."""
        nom = "" if occurrence else self.nom(uid)
        return nom or cle(uid, occurrence, self.calendrier)


# -- ce que l'agenda dit, en fiches -------------------------------------------


def titre(lu: str) -> str:
    """Le titre, sans montant, sur une ligne."""
    propre = mur.sans_montant("".join(c for c in lu if est_lisible(c))) or "Sans titre"
    return propre[: regles.TITRE_MAXIMAL]


def _communs(lu: Dit, d_ou: Provenance) -> dict[str, object]:
    return {
        "titre": titre(lu.titre),
        "ailleurs": mur.sans_montant(lu.lieu),
        "etat": Etat.ANNULE if lu.annule else Etat.BROUILLON if lu.brouillon else Etat.CONFIRME,
        "interne": lu.interne,
        "etiquettes": lu.categories,
        "lien": lu.url,
        "description": regles.description_propre(mur.sans_montant(lu.description)),
        "calendrier": d_ou.calendrier,
        "publics": d_ou.publics,
    }


def origine(lu: Dit) -> Origine:
    """D'où vient cette lecture."""
    version = rapprochement.ecrire_version(lu.version)
    return Origine(uid=condenser_uid(lu.uid), occurrence=lu.occurrence, version=version, empreinte="")


def evenement(lu: EvenementLu, ident: str, d_ou: Provenance) -> Evenement:
    """L'événement que cette lecture donne, sous ce nom."""
    debut, fin = ecrire_bornes(lu.creneau)
    champs = {"id": ident, "debut": debut, "fin": fin, **_communs(lu, d_ou)}
    return rapprochement.dire_origine(msgspec.convert(champs, Evenement), origine(lu))


def serie(lue: SerieLue, ident: str, d_ou: Provenance, suite_de: str = "") -> Serie:
    """La série que cette lecture donne, sous ce nom."""
    champs = {"id": ident, "recurrence": lue.recurrence, "suite_de": suite_de, **_communs(lue, d_ou)}
    return rapprochement.dire_origine(msgspec.convert(champs, Serie), origine(lue))


def ident_d_evenement(lu: EvenementLu, d_ou: Provenance) -> str:
    """Son jour, son titre, sa clé ; ou le nom qu'un de nos flux lui donnait."""
    identite = d_ou.identite(lu.uid, lu.occurrence)
    if _DATE.match(identite):
        return identite
    return f"{lu.creneau.premier_jour:%Y-%m-%d}-{en_tirets(titre(lu.titre), 'evenement')}-{identite}"


def ident_de_serie(lue: SerieLue, d_ou: Provenance) -> str:
    """Son titre, sa clé ; ou le nom qu'un de nos flux lui donnait."""
    identite = d_ou.identite(lue.uid, lue.occurrence)
    return identite if "-" in identite else f"{en_tirets(titre(lue.titre), 'serie')}-{identite}"


# -- le plan ------------------------------------------------------------------


@dataclass
class DUnUid:
    """Ce que le fichier dit d'un même UID."""

    uid: str
    series: list[SerieLue] = field(default_factory=list)
    evenements: list[EvenementLu] = field(default_factory=list)
    annulations: list[Annulation] = field(default_factory=list)

    def prendre(self, lu: Dit) -> None:
        """Ranger ce qui a été lu."""
        if isinstance(lu, SerieLue):
            self.series.append(lu)
        elif isinstance(lu, EvenementLu):
            self.evenements.append(lu)
        elif isinstance(lu, Annulation):
            self.annulations.append(lu)


def retirer_les_disparus(plan: Plan, suivis: Iterable[Importee], agenda: AgendaLu, hier: str) -> None:
    """Ce qui est à venir et que l'agenda suivi ne montre plus est annulé ; une série s'arrête hier."""
    tout: list[Dit] = [*agenda.evenements, *agenda.series]
    presents = {(condenser_uid(lu.uid), lu.occurrence) for lu in tout}
    entieres = {condenser_uid(lue.uid) for lue in agenda.series}
    touches = {f.id for f, _ in (*plan.changes, *plan.series_changees)} | {f.id for f in plan.retires}
    for fiche in suivis:
        o = fiche.origine
        if o is None or fiche.id in touches or (o.uid, o.occurrence) in presents or o.uid in entieres:
            continue
        if isinstance(fiche, Evenement) and fiche.a_lieu:
            plan.changes.append((fiche, _disparaitre(fiche)))
        elif isinstance(fiche, Serie) and fiche.etat is not Etat.ANNULE:
            if fiche.recurrence.du > hier:
                plan.series_changees.append((fiche, _disparaitre(fiche)))
            elif not fiche.recurrence.au or fiche.recurrence.au > hier:
                finie = structs.replace(fiche, recurrence=structs.replace(fiche.recurrence, au=hier))
                plan.series_changees.append((fiche, rapprochement.dire_origine(finie, o)))


def _disparaitre(fiche: rapprochement.F) -> rapprochement.F:
    assert fiche.origine is not None
    annulee = structs.replace(fiche, etat=Etat.ANNULE, motif=DISPARU)
    return rapprochement.dire_parts(annulee, ("etat",))
