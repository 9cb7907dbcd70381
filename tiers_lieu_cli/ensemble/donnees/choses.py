"""Ce que quelqu'un a en cours ici : les choses elles-mêmes, et la commande qui les ouvre."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeVar

import msgspec

from tiers_lieu_cli.accueil.annonce.modele import Besoin, Offre
from tiers_lieu_cli.accueil.habilitation.modele import Habilitation
from tiers_lieu_cli.accueil.heures.modele import Heures
from tiers_lieu_cli.accueil.lien.modele import Lien
from tiers_lieu_cli.accueil.passage.modele import Passage
from tiers_lieu_cli.accueil.suivi.modele import Suivi
from tiers_lieu_cli.ensemble.genres import GENRES, structure_de
from tiers_lieu_cli.espace.cle.modele import PretDeCle
from tiers_lieu_cli.espace.reservation.modele import Reservation
from tiers_lieu_cli.espace.serie.modele import Serie
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.pages.bilan import dire_duree
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.regle_redite import dire_regle
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import Evenement
from tiers_lieu_cli.prog.serie.modele import Serie as Permanence
from tiers_lieu_cli.stock.objet.modele import Pret

F = TypeVar("F", bound=Fiche)
#: Ce qui n'est pas à lire pour savoir où quelqu'un en est : des notes, des faits clos.
_VIVANTS = {
    "accueil/besoins-en-cours",
    "accueil/offres-en-cours",
    "accueil/liens-en-cours",
    "accueil/suivis-en-cours",
    "accueil/habilitations",
    "accueil/heures",
    "espace/cles-pretees-en-cours",
    "espace/reservations",
    "espace/series",
    "prog/evenements",
    "prog/longs",
    "prog/inscriptions",
    "prog/series",
    "stock/prets-en-cours",
}
_PASSAGES = "accueil/passages"


class Choses(msgspec.Struct, frozen=True, kw_only=True):
    """Où quelqu'un en est : sa dernière visite, ce qui est ouvert, ce qui vient, ce qu'il a."""

    derniere_visite: Passage | None
    besoins: tuple[Besoin, ...]
    offres: tuple[Offre, ...]
    liens: tuple[Lien, ...]
    suivis: tuple[Suivi, ...]
    reservations: tuple[Reservation, ...]
    series: tuple[Serie, ...]
    permanences: tuple[Permanence, ...]
    evenements: tuple[Evenement, ...]
    inscriptions: tuple[Inscription, ...]
    cles: tuple[PretDeCle, ...]
    prets: tuple[Pret, ...]
    habilitations: tuple[Habilitation, ...]
    #: Les minutes données cette année.
    heures: int


def reunir(c: Contexte, chemins: Iterable[str], noms: frozenset[str]) -> Choses:
    """Lire, de tout ce qui la cite, ce qui est ouvert, ce qui vient, et sa dernière visite."""
    chemins = sorted(chemins)
    maintenant, jour = c.horloge.murale(), c.horloge.aujourdhui()
    passages = (ch for ch in reversed(chemins) if ch.startswith(_PASSAGES))
    visites = (p for ch in passages if (p := _lire(c, ch)) is not None and isinstance(p, Passage))
    utiles = [ch for ch in chemins if GENRES.dossier(ch) in _VIVANTS and _est_utile(ch, jour.year)]
    lues = [f for ch in utiles if (f := _lire(c, ch))]

    def de(structure: type[F]) -> list[F]:
        return [f for f in lues if type(f) is structure]

    return Choses(
        derniere_visite=next(visites, None),
        besoins=tuple(b for b in de(Besoin) if b.personne in noms),
        offres=tuple(o for o in de(Offre) if o.personne in noms),
        liens=tuple(li for li in de(Lien) if noms.intersection(li.personnes)),
        suivis=tuple(s for s in de(Suivi) if s.personne in noms),
        reservations=tuple(r for r in de(Reservation) if r.tient(maintenant) and r.creneau.fin > maintenant),
        series=tuple(s for s in de(Serie) if s.tient(maintenant) and not _est_passee(s, jour)),
        permanences=tuple(
            s for s in de(Permanence) if noms.intersection(s.porteurs) and not _est_passee(s, jour)
        ),
        evenements=tuple(x for x in de(Evenement) if x.a_lieu and x.creneau.fin > maintenant),
        inscriptions=tuple(
            i
            for i in de(Inscription)
            if i.personne in noms and (i.est_attendue or i.attend) and i.evenement[:10] >= str(jour)
        ),
        cles=tuple(p for p in de(PretDeCle) if p.a in noms),
        prets=tuple(p for p in de(Pret) if p.a in noms),
        habilitations=tuple(h for h in de(Habilitation) if h.personne in noms and h.vaut(jour)),
        heures=sum(h.duree for h in de(Heures) if h.personne in noms and h.jour.year == jour.year),
    )


def _est_passee(serie: Serie | Permanence, jour: date) -> bool:
    return bool(serie.recurrence.au) and serie.recurrence.au < str(jour)


def _est_utile(chemin: str, annee: int) -> bool:
    """Une fiche datée d'une autre année n'est plus à venir ; celles de l'an qui vient, si."""
    morceaux = chemin.split("/")
    return len(morceaux) < 5 or not morceaux[2].isdecimal() or int(morceaux[2]) >= annee - 1


def _lire(c: Contexte, chemin: str) -> Fiche | None:
    trouve = structure_de(chemin)
    try:
        octets = c.arbre.lire(chemin)
        return fiche.lire(octets, trouve[1], trouve[0], chemin) if trouve and octets is not None else None
    except FicheFautive:
        return None


def dire(c: Contexte, choses: Choses) -> Iterator[tuple[str, str, str]]:
    """Chaque chose : de quelle sorte, ce qu'on en dit, la commande qui l'ouvre."""
    jour = c.horloge.aujourdhui()

    def le(quand: date) -> str:
        return temps.dire_jour(quand, jour)

    if visite := choses.derniere_visite:
        heure = f", {visite.instant:%H:%M}" if visite.instant else ""
        ouvrir = f"tl accueil passages --du {visite.jour} --au {visite.jour}"
        yield "dernière visite", f"{le(visite.jour)}{heure}", ouvrir
    for b in choses.besoins:
        yield "besoin", b.texte, f"tl accueil besoin fiche {b.id}"
    for o in choses.offres:
        yield "offre", o.texte, f"tl accueil offre fiche {o.id}"
    for lien in choses.liens:
        yield "mise en lien", f"proposée {le(lien.propose)}", f"tl accueil lien fiche {lien.id}"
    for s in choses.suivis:
        pour = f", pour {le(s.pour)}" if s.pour else ""
        yield "prochain pas", f"{s.prochain}{pour}", f"tl accueil suivi liste @{s.personne}"
    for r in sorted(choses.reservations, key=lambda r: r.debut):
        yield "réservation", f"{r.objet}, {temps.dire_creneau(r.creneau, jour)}", f"tl espace fiche {r.id}"
    for serie in choses.series:
        yield "série", serie.objet, f"tl espace fiche {serie.id}"
    for permanence in choses.permanences:
        dit = f"{permanence.titre}, {dire_regle(permanence.recurrence)}"
        yield "tient", dit, f"tl prog serie fiche {permanence.id}"
    for x in sorted(choses.evenements, key=lambda x: x.debut):
        quand = temps.dire_creneau(x.creneau, jour)
        yield "événement", f"{x.titre}, {quand}", f"tl prog evenement fiche {x.id}"
    for i in choses.inscriptions:
        dit = f"{_titre(c, i)}{', en attente' if i.attend else ''}"
        yield "inscription", dit, f"tl prog inscrits {i.evenement}"
    for cle in choses.cles:
        yield "clé", f"{cle.cle}, depuis {le(cle.depuis_quand.date())}", f"tl espace cle fiche {cle.cle}"
    for p in choses.prets:
        fin = le(datetime.fromisoformat(p.fin).date())
        yield "prêt", f"{p.objet}, jusqu'au {fin}", f"tl stock objet fiche {p.objet}"
    for h in choses.habilitations:
        fin = f", jusqu'au {le(h.expire)}" if h.expire else ""
        yield "badge", f"{h.sujet}{fin}", "tl accueil habilitation liste"
    if choses.heures:
        dit = f"{dire_duree(choses.heures)} cette année"
        yield "heures données", dit, f"tl accueil heures liste --du {jour.year}-01-01"


def _titre(c: Contexte, i: Inscription) -> str:
    """L'événement où elle vient, et quand."""
    try:
        trouve = programme.exiger(c.arbre, i.evenement)
    except Echec:
        return i.evenement
    return f"{trouve.titre}, {temps.dire_creneau(trouve.creneau, c.horloge.aujourdhui())}"
