"""Une date d'une série, que l'agenda change : la retrouver, l'écarter, lui donner sa fiche."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps import series as suites
from tiers_lieu_cli.noyau.temps.recurrence import Ecart, Occurrence, Quoi, Recurrence
from tiers_lieu_cli.noyau.temps.temps import ecrire_bornes
from tiers_lieu_cli.prog import rapprochement
from tiers_lieu_cli.prog.importation import Importee
from tiers_lieu_cli.prog.modele import Etat, Evenement
from tiers_lieu_cli.prog.serie import regles as series
from tiers_lieu_cli.prog.serie.modele import Serie

Version = tuple[int, str]
JOUR = len("2026-11-24")
#: Ce qu'une date tient de sa série ; si elle en diffère, elle a sa propre fiche.
_DE_LA_SERIE = ("titre", "description", "ailleurs", "lien", "etiquettes", "interne")


def version_de(fiche: Importee) -> Version:
    """La version que l'agenda a donnée de cette fiche."""
    return rapprochement.version(fiche.origine.version) if fiche.origine else (0, "")


def _prevues(regle: Recurrence, occurrence: str) -> Iterator[Occurrence]:
    jour = date.fromisoformat(occurrence[:JOUR])
    for o in recurrence.nominales(regle, jour, jour):
        debut, _ = ecrire_bornes(o.creneau)
        if occurrence in (debut, str(o.jour)):
            yield o


def cle_de(regle: Recurrence, occurrence: str) -> str | None:
    """La clé de la date que la série prévoyait à ce moment ; `None` si elle n'en prévoyait pas."""
    return next((o.cle for o in _prevues(regle, occurrence.partition("#")[0])), None)


def est_d_apres(nom: str, serie: Serie, clef: str) -> bool:
    """Est-ce le nom d'une date de cette série, celle-ci ou une suivante ?"""
    dite = suites.date_de(nom, {serie.souche})
    return dite is not None and dite[0] >= clef


def excepter(serie: Serie, clef: str, e: Evenement | None) -> tuple[Serie, Evenement | None]:
    """La série dont cette date change comme `e` le dit (`None` : annulée), et la fiche qu'il lui faut."""
    prevue = recurrence.prevue(serie.recurrence, clef)
    assert prevue is not None
    ecart, fiche = None, None
    differe = e is not None and any(
        getattr(e, champ) != getattr(serie, champ)
        for champ in _DE_LA_SERIE
        if not (e.etat is Etat.ANNULE and getattr(e, champ) in ("", "Sans titre", (), False))
    )
    if e is None or (e.etat is Etat.ANNULE and not differe):
        ecart = Ecart(quoi=Quoi.ANNULE)
    elif differe or e.etat is not serie.etat:
        fiche = structs.replace(e, id=series.ident_de(serie, clef))
    elif e.creneau != prevue.creneau:
        ecart = Ecart(quoi=Quoi.DEPLACE, debut=e.debut, fin=e.fin)
    return avec(serie, clef, ecart), fiche


def avec(serie: Serie, clef: str, ecart: Ecart | None, seule: str = "") -> Serie:
    """La série que l'agenda donnerait avec cet écart ; `seule` : la version d'une exception venue seule."""
    ecarts = {c: e for c, e in serie.recurrence.ecarts.items() if c != clef} | (
        {clef: ecart} if ecart else {}
    )
    assert serie.origine is not None
    seules = {**serie.origine.seules, **({clef: seule} if seule else {})}
    changee = structs.replace(
        serie,
        recurrence=structs.replace(serie.recurrence, ecarts=dict(sorted(ecarts.items()))),
        origine=structs.replace(serie.origine, seules=seules),
    )
    return rapprochement.dire_parts(changee, (clef,))
