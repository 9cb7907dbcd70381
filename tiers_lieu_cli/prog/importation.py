"""Ce qu'un agenda lu change au programme : décidé ici, sans fichier ni heure courante.

Importer deux fois ne change rien : une occurrence se retrouve par sa clé, et ce que la
concierge a corrigé depuis n'est jamais écrasé.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import EvenementLu, SerieLue
from tiers_lieu_cli.noyau.gens import mur
from tiers_lieu_cli.noyau.temps.temps import ecrire_bornes
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.modele import Etat, Evenement, Origine
from tiers_lieu_cli.prog.serie.modele import Serie

LONGUEUR_DE_CLE = 10
#: Un nom de fiche, tel que nos flux l'écrivent.
_NOM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}-", re.ASCII)
DISPARU = "retiré de l'agenda suivi"


@dataclass(slots=True)
class Plan:
    """Ce que l'import ferait. `gardes` : changés là-bas et ici, on garde la version d'ici."""

    neufs: list[Evenement] = field(default_factory=list)
    changes: list[tuple[Evenement, Evenement]] = field(default_factory=list)
    gardes: list[Evenement | Serie] = field(default_factory=list)
    series: list[Serie] = field(default_factory=list)
    series_changees: list[tuple[Serie, Serie]] = field(default_factory=list)
    inchanges: int = 0

    @property
    def est_vide(self) -> bool:
        """N'y a-t-il rien à écrire ?"""
        return not (self.neufs or self.changes or self.series or self.series_changees)


def cle(uid: str, occurrence: str, calendrier: str) -> str:
    """La clé d'une occurrence, suffixe de son identifiant : la même à chaque lecture, sur chaque poste."""
    condense = hashlib.sha256("\0".join((calendrier, uid, occurrence)).encode()).digest()
    return base64.b32encode(condense).decode().lower()[:LONGUEUR_DE_CLE]


class Provenance(msgspec.Struct, frozen=True):
    """D'où vient ce qu'on lit : un agenda suivi et ses publics, ou de quoi faire nos événements.

    `domaine` : le nôtre ; ce qu'un flux à nous a nommé retrouve son nom.
    """

    calendrier: str = ""
    publics: tuple[str, ...] = ()
    domaine: str = ""

    def identite(self, uid: str, occurrence: str = "") -> str:
        """Le nom qu'un de nos flux lui donnait, ou sa clé."""
        local = uid.removesuffix(f"@{self.domaine}")
        if not (self.calendrier or occurrence or local == uid) and _NOM.fullmatch(local):
            return local
        return cle(uid, occurrence, self.calendrier)


def planifier(lus: Iterable[EvenementLu], connus: Mapping[str, Evenement], d_ou: Provenance) -> Plan:
    """Comparer ce qu'on lit à ce qu'on a (`connus` : identité → événement)."""
    plan = Plan()
    for lu in lus:
        identite = d_ou.identite(lu.uid, lu.occurrence)
        connu = connus.get(identite)
        voulu = _evenement(lu, identite, d_ou.calendrier)
        if connu is None:
            plan.neufs.append(structs.replace(voulu, publics=d_ou.publics))
        elif connu.origine is None:
            # Il est né ici : c'est un de nos flux qui revient.
            plan.inchanges += 1
        elif connu.origine and voulu.origine and connu.origine.empreinte == voulu.origine.empreinte:
            plan.inchanges += 1
        elif connu.origine and connu.origine.empreinte != _empreinte(connu):
            plan.gardes.append(connu)
        else:
            plan.changes.append((connu, _mis_a_jour(connu, voulu)))
    return plan


def retirer_les_disparus(plan: Plan, suivis: Iterable[Evenement], lus: Iterable[EvenementLu]) -> None:
    """Un événement à venir que l'agenda suivi ne montre plus est annulé ; il reste visible."""
    presents = {cle(lu.uid, lu.occurrence, "") for lu in lus}
    for e in suivis:
        if e.origine and e.a_lieu and cle(e.origine.uid, e.origine.occurrence, "") not in presents:
            plan.changes.append((e, structs.replace(e, etat=Etat.ANNULE, motif=DISPARU)))


def planifier_les_series(
    plan: Plan,
    lues: Iterable[SerieLue],
    occurrences: Mapping[tuple[str, str], EvenementLu],
    connues: Mapping[str, Serie],
    a_part: Mapping[str, Evenement],
    d_ou: Provenance,
) -> None:
    """Les séries lues d'un bloc, et celles de leurs dates qui ont leur propre contenu.

    `connues` : identité → série ; `a_part` : les événements déjà nommés comme de telles dates.
    """
    for lue in lues:
        identite = d_ou.identite(lue.uid)
        voulue = _serie(lue, identite)
        connue = connues.get(identite)
        if connue is None:
            plan.series.append(voulue)
        elif connue.origine is None or connue.origine == voulue.origine:
            plan.inchanges += 1
        elif connue.origine.empreinte != _empreinte_de_serie(connue):
            plan.gardes.append(connue)
        else:
            plan.series_changees.append((connue, _serie_mise_a_jour(connue, voulue)))
        ident = connue.id if connue else voulue.id
        for jour, clef in lue.a_part.items():
            nom = f"{jour}-{ident}"
            if nom not in a_part and (lu := occurrences.get((lue.uid, clef))):
                plan.neufs.append(structs.replace(_evenement(lu, clef, ""), id=nom))


def _serie(lue: SerieLue, identite: str) -> Serie:
    titre = _titre(lue.titre)
    neuve = Serie(
        id=identite if "-" in identite else f"{en_tirets(titre, 'serie')}-{identite}",
        titre=titre,
        recurrence=lue.recurrence,
        ailleurs=mur.sans_montant(lue.lieu),
        etat=Etat.ANNULE if lue.annule else Etat.CONFIRME,
        etiquettes=lue.categories,
        lien=lue.url,
        description=regles.description_propre(mur.sans_montant(lue.description)),
    )
    origine = Origine(uid=lue.uid, empreinte=_empreinte_de_serie(neuve))
    return structs.replace(neuve, origine=origine)


def _serie_mise_a_jour(connue: Serie, voulue: Serie) -> Serie:
    """La série connue, avec ce que l'agenda dit maintenant ; salles, publics et porteurs restent."""
    champs = ("titre", "recurrence", "ailleurs", "etat", "etiquettes", "lien", "description", "origine")
    return structs.replace(connue, motif="", **{nom: getattr(voulue, nom) for nom in champs})


def _empreinte_de_serie(s: Serie) -> str:
    annulee = s.etat is Etat.ANNULE
    dit = (s.titre, s.recurrence, s.ailleurs, s.description, s.lien, annulee, s.etiquettes)
    return hashlib.sha256(msgspec.json.encode(dit)).hexdigest()[:16]


def _titre(lu: str) -> str:
    propre = mur.sans_montant("".join(c for c in lu if c.isprintable())) or "Sans titre"
    return propre[: regles.TITRE_MAXIMAL]


def _evenement(lu: EvenementLu, identite: str, calendrier: str) -> Evenement:
    debut, fin = ecrire_bornes(lu.creneau)
    titre = _titre(lu.titre)
    nom = f"{lu.creneau.premier_jour:%Y-%m-%d}-{en_tirets(titre, 'evenement')}-{identite}"
    neuf = Evenement(
        id=identite if _DATE.match(identite) else nom,
        titre=titre,
        debut=debut,
        fin=fin,
        ailleurs=mur.sans_montant(lu.lieu),
        etat=Etat.ANNULE if lu.annule else Etat.CONFIRME,
        etiquettes=lu.categories,
        lien=lu.url,
        calendrier=calendrier,
        description=regles.description_propre(mur.sans_montant(lu.description)),
    )
    origine = Origine(uid=lu.uid, occurrence=lu.occurrence, empreinte=_empreinte(neuf))
    return structs.replace(neuf, origine=origine)


def _mis_a_jour(connu: Evenement, voulu: Evenement) -> Evenement:
    """L'événement connu, avec ce que l'agenda dit maintenant ; salles, publics et porteurs restent."""
    return structs.replace(
        connu,
        titre=voulu.titre,
        debut=voulu.debut,
        fin=voulu.fin,
        ailleurs=voulu.ailleurs,
        etat=voulu.etat,
        motif="",
        etiquettes=voulu.etiquettes,
        lien=voulu.lien,
        description=voulu.description,
        origine=voulu.origine,
    )


def _empreinte(e: Evenement) -> str:
    """L'empreinte de ce qui vient de l'agenda."""
    dit = (e.titre, e.debut, e.fin, e.ailleurs, e.description, e.lien, e.etat is Etat.ANNULE, e.etiquettes)
    return hashlib.sha256(repr(dit).encode()).hexdigest()[:16]
