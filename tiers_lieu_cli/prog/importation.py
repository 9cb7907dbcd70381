"""Ce qu'un agenda lu change au programme : décidé ici, sans fichier ni heure courante.

Importer deux fois ne change rien : une occurrence se retrouve par sa clé, et ce que la
concierge a corrigé depuis n'est jamais écrasé.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec import structs

from tiers_lieu_cli.noyau import identifiants, mur
from tiers_lieu_cli.noyau.temps import ecrire_bornes
from tiers_lieu_cli.prog import regles
from tiers_lieu_cli.prog.agenda_lu import EvenementLu
from tiers_lieu_cli.prog.modele import Etat, Evenement, Origine

LONGUEUR_DE_CLE = 10
DISPARU = "retiré de l'agenda suivi"


@dataclass(slots=True)
class Plan:
    """Ce que l'import ferait. `gardes` : changés là-bas et ici, on garde la version d'ici."""

    neufs: list[Evenement] = field(default_factory=list)
    changes: list[tuple[Evenement, Evenement]] = field(default_factory=list)
    gardes: list[Evenement] = field(default_factory=list)
    inchanges: int = 0

    @property
    def est_vide(self) -> bool:
        """N'y a-t-il rien à écrire ?"""
        return not (self.neufs or self.changes)


def cle(uid: str, occurrence: str, calendrier: str) -> str:
    """La clé d'une occurrence, suffixe de son identifiant : la même à chaque lecture, sur chaque poste."""
    condense = hashlib.sha256("\0".join((calendrier, uid, occurrence)).encode()).digest()
    return base64.b32encode(condense).decode().lower()[:LONGUEUR_DE_CLE]


def planifier(
    lus: Iterable[EvenementLu],
    connus: Mapping[str, Evenement],
    calendrier: str,
    publics: tuple[str, ...] = (),
) -> Plan:
    """Comparer ce qu'on lit à ce qu'on a (`connus` : clé → événement) ; `publics` : à qui cela s'adresse."""
    plan = Plan()
    for lu in lus:
        clef = cle(lu.uid, lu.occurrence, calendrier)
        connu = connus.get(clef)
        voulu = _evenement(lu, clef, calendrier)
        if connu is None:
            plan.neufs.append(structs.replace(voulu, publics=publics))
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


def _evenement(lu: EvenementLu, clef: str, calendrier: str) -> Evenement:
    debut, fin = ecrire_bornes(lu.creneau)
    titre = mur.sans_montant("".join(c for c in lu.titre if c.isprintable())) or "Sans titre"
    neuf = Evenement(
        id=f"{lu.creneau.premier_jour:%Y-%m-%d}-{identifiants.mot(titre, 'evenement')}-{clef}",
        titre=titre[: regles.TITRE_MAXIMAL],
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
