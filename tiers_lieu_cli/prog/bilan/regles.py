"""Ce que le programme a donné sur une période, sans fichier ni heure courante : des comptes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from tiers_lieu_cli.accueil.heures.modele import Heures, d_une_seule_facon
from tiers_lieu_cli.noyau.pages.bilan import sommer
from tiers_lieu_cli.prog.idee.modele import Idee, Sort
from tiers_lieu_cli.prog.inscription import regles as inscriptions
from tiers_lieu_cli.prog.inscription.modele import Etat as EtatInscription
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Etat, Evenement

TOUS = "tous publics"


class Comptes(msgspec.Struct, frozen=True):
    """Tout ce qu'on a compté, de `du` à `au` compris.

    Une activité de deux publics compte pour chacun : ces parts ne s'ajoutent pas. Un groupe dont on
    a dit le public compte pour le sien.
    """

    du: date
    au: date
    tenues: int
    annulees: int
    reportees: int
    activites_par_public: dict[str, int]
    participants: int
    #: De combien d'activités on sait combien y sont venus.
    comptees: int
    participants_par_public: dict[str, int]
    #: Les places tenues à l'inscription : venues, restées vides, dont on n'a rien noté.
    venus: int
    absents: int
    sans_note: int
    sur_place: int
    attente: int
    #: En minutes, par rôle, et combien de personnes l'ont tenu.
    heures: dict[str, int]
    benevoles: dict[str, int]
    tous_les_benevoles: int
    #: Par service : ses séances, et leurs participants.
    seances: dict[str, int]
    participants_par_service: dict[str, int]
    idees: int
    acceptees: int
    declinees: int
    besoins: int


def compter(
    du: date,
    au: date,
    *,
    evenements: Iterable[Evenement],
    inscriptions_de: Mapping[str, list[Inscription]],
    heures: Iterable[Heures],
    idees: Iterable[Idee],
) -> Comptes:
    """Les comptes d'une période ; un événement compte le jour où il commence."""
    a_nous = [e for e in evenements if e.est_a_nous and du <= e.creneau.premier_jour <= au]
    tenus = [e for e in a_nous if e.a_lieu and e.etat is not Etat.BROUILLON]
    venus = {e.id: inscriptions.participants(e, inscriptions_de.get(e.id, [])) for e in tenus}
    toutes = [i for e in tenus for i in inscriptions_de.get(e.id, [])]
    donnees = d_une_seule_facon(h for h in heures if h.evenement and du <= h.jour <= au)
    tiennent = {(h.activite, h.personne) for h in donnees}
    idees = [*idees]
    decidees = [p for p in idees if p.decidee and du <= p.decidee <= au]
    promises = [i for i in toutes if i.etat is EtatInscription.INSCRITE]
    return Comptes(
        du=du,
        au=au,
        tenues=len(tenus),
        annulees=sum(e.etat is Etat.ANNULE for e in a_nous),
        reportees=sum(e.etat in (Etat.REPORTE, Etat.A_REPLACER) for e in a_nous),
        activites_par_public=sommer((public, 1) for e in tenus for public in e.publics or (TOUS,)),
        participants=sum(n or 0 for n in venus.values()),
        comptees=sum(n is not None for n in venus.values()),
        participants_par_public=sommer(
            part for e in tenus for part in _parts(e, venus[e.id] or 0, inscriptions_de.get(e.id, []))
        ),
        venus=sum(min(i.presents, i.places) for i in promises if i.presents is not None),
        absents=inscriptions.absents(toutes),
        sans_note=sum(i.places for i in promises if i.presents is None),
        sur_place=sum(i.presents or 0 for i in toutes if i.etat is EtatInscription.SUR_PLACE),
        attente=sum(i.places for i in toutes if i.attend),
        heures=sommer((h.activite, h.duree) for h in donnees),
        benevoles=sommer((activite, 1) for activite, _ in tiennent),
        tous_les_benevoles=len({qui for _, qui in tiennent}),
        seances=sommer((e.service, 1) for e in tenus if e.service),
        participants_par_service=sommer((e.service, venus[e.id] or 0) for e in tenus if e.service),
        idees=sum(du <= p.deposee <= au for p in idees),
        acceptees=sum(p.sort is Sort.ACCEPTEE for p in decidees),
        declinees=sum(p.sort is Sort.DECLINEE for p in decidees),
        besoins=len({besoin for e in tenus for besoin in e.besoins}),
    )


def _parts(e: Evenement, venus: int, inscrits: Iterable[Inscription]) -> Iterator[tuple[str, int]]:
    """Ceux dont on a dit le public comptent pour lui ; les autres, pour ceux de l'activité."""
    dits = [(i.public, i.presents) for i in inscrits if i.public and i.presents]
    yield from dits
    reste = max(0, venus - sum(combien for _, combien in dits))
    yield from ((public, reste) for public in e.publics or (TOUS,))
