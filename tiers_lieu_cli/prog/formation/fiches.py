"""Les séances d'un parcours, qui en est où, et ce qui reste à faire : habiliter qui a fini."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from tiers_lieu_cli.accueil.habilitation.modele import Habilitation, tenues
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.temps import series as suites
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog.formation import regles
from tiers_lieu_cli.prog.formation.modele import FORMATIONS, Formation
from tiers_lieu_cli.prog.formation.regles import Avancee, Etape
from tiers_lieu_cli.prog.inscription.fiches import par_evenement
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.modele import EVENEMENTS, LONGS, Evenement
from tiers_lieu_cli.prog.serie import fiches as series
from tiers_lieu_cli.prog.serie.modele import SERIES
from tiers_lieu_cli.prog.serie.regles import seances as seances_de

#: Une séance reportée de report en report finit par avoir lieu, ou non.
_REPORTS = 8


class Parcours(msgspec.Struct, frozen=True):
    """Une formation, ses étapes, et où chacun en est."""

    formation: Formation
    etapes: list[Etape]
    gens: list[Avancee]


def parcours(
    arbre: Arbre,
    formation: Formation,
    jour: date,
    registre: Registre,
    notees: Mapping[str, Sequence[Inscription]] | None = None,
    *,
    a_venir: bool = True,
) -> Parcours:
    """Ce que les feuilles de présence en disent ; `notees` : celles qu'on vient de remplir."""
    seances = [e for ident in formation.seances if (e := _seance(arbre, ident))]
    de_la_serie = dates(arbre, formation.serie, jour, a_venir=a_venir)
    etapes = regles.etapes(formation, seances, de_la_serie)
    inscriptions: dict[str, Sequence[Inscription]] = {}
    inscriptions |= par_evenement(arbre, (s.id for s in (*seances, *de_la_serie)))
    inscriptions |= {ident: liste for ident, liste in (notees or {}).items() if ident in inscriptions}

    def tenue(qui: str) -> Habilitation | None:
        siennes = tenues(arbre, registre.anciens(qui), formation.habilite) if formation.habilite else []
        return max(siennes, key=lambda h: (h.vaut(jour), h.obtenue), default=None)

    return Parcours(formation, etapes, regles.avancees(etapes, inscriptions, tenue))


def _seance(arbre: Arbre, ident: str) -> Evenement | None:
    """L'événement ou la date de série de ce nom, là où les reports l'ont mené."""
    for _ in range(_REPORTS):
        e: Evenement | None = next(
            filter(None, (r.une(arbre, ident) for r in (EVENEMENTS, LONGS))), None
        ) or series.seance(arbre, ident)
        if e is None or not e.reporte_a:
            return e
        ident = e.reporte_a
    return None


def dates(arbre: Arbre, ident: str, jour: date, *, a_venir: bool = True) -> list[Evenement]:
    """Les dates de la série, depuis un an, et `a_venir` : d'ici un an ; la fiche d'une date l'emporte."""
    premiere = SERIES.une(arbre, ident) if ident else None
    if premiere is None:
        return []
    fenetre = Creneau.de_jours(jour - regles.UN_AN, jour + regles.UN_AN if a_venir else jour)
    suites_d_elle = (s for s in SERIES.toutes(arbre).fiches if s.souche == premiere.souche)
    trouvees: dict[str, Evenement] = {}
    for serie in suites_d_elle:
        exclus = series.jours_exclus(arbre) if serie.recurrence.sauf else {}
        for s in seances_de(serie, fenetre, exclus):
            trouvees[s.id] = EVENEMENTS.une(arbre, s.id) or LONGS.une(arbre, s.id) or s
    return list(trouvees.values())


def de_la_seance(arbre: Arbre, e: Evenement) -> list[Formation]:
    """Les parcours dont cet événement est une séance."""
    return [f for f in FORMATIONS.toutes(arbre).fiches if f.est_donnee and _en_est(arbre, f, e)]


def _en_est(arbre: Arbre, f: Formation, e: Evenement) -> bool:
    serie = SERIES.une(arbre, f.serie) if f.serie else None
    if serie and suites.date_de(e.id, (serie.souche,)):
        return True
    return any((s := _seance(arbre, ident)) and s.id == e.id for ident in f.seances)


def a_faire(c: Contexte, jour: date) -> Iterator[Echeance]:
    """Ceux qui ont fini un parcours et n'ont pas encore leur habilitation, au jour où ils ont fini."""
    for f in FORMATIONS.toutes(c.arbre).fiches:
        if not f.habilite:
            continue
        finis = regles.a_habiliter(parcours(c.arbre, f, jour, c.registre, a_venir=False).gens)
        if finis and finis[0].finie_le:
            qui = ", ".join(a.personne for a in finis[:3])
            reste = f" et {len(finis) - 3} de plus" if len(finis) > 3 else ""
            phrase = f"habiliter {qui}{reste} : « {f.titre} » est fini"
            yield Echeance(finis[0].finie_le, phrase, f"tl prog formation habiliter {f.id}", f.id)


def nes_d_un_besoin(formations: Iterable[Formation]) -> set[str]:
    """Les séances et les séries qui répondent à un besoin par leur parcours."""
    vives = [f for f in formations if f.est_donnee and (f.besoins or f.themes)]
    return {ident for f in vives for ident in (*f.seances, f.serie) if ident}
