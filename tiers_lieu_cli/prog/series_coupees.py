"""Une série de l'agenda qu'on a coupée ici, ou que l'agenda coupe : ses morceaux, chacun avec ses dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import Dit, EvenementLu, SerieLue
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.temps import recurrence
from tiers_lieu_cli.noyau.temps import series as suites
from tiers_lieu_cli.noyau.temps.recurrence import Recurrence
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR
from tiers_lieu_cli.prog import importation, rapprochement
from tiers_lieu_cli.prog.importation import Provenance
from tiers_lieu_cli.prog.serie.modele import Serie


def morceaux(voulue: Serie, connues: Iterable[Serie]) -> Iterator[Serie]:
    """La série que l'agenda veut, répartie comme on l'a coupée ici (`tl prog serie depuis`)."""
    siennes = _d_une_meme(voulue, connues)
    debuts = [None, *map(_lendemain, siennes[:-1])]
    for connue, depuis, avant in zip(siennes, debuts, [*debuts[1:], None], strict=False):
        try:
            regle = recurrence.restreindre(voulue.recurrence, depuis, avant)
        except ValueError:
            # L'agenda n'a plus de date de ce côté.
            continue
        yield structs.replace(voulue, id=connue.id, suite_de=connue.suite_de, recurrence=regle)
    if not siennes:
        yield voulue


def coupures(serie: Serie, connues: Iterable[Serie]) -> tuple[str, ...]:
    """Les bornes que cette série ne tient que d'avoir été coupée : `du`, `au`, les deux, ou aucune."""
    idents = [s.id for s in _d_une_meme(serie, connues)]
    return ("du",) * (serie.id != idents[0]) + ("au",) * (serie.id != idents[-1])


def _d_une_meme(serie: Serie, connues: Iterable[Serie]) -> list[Serie]:
    assert serie.origine is not None
    siennes = (s for s in connues if s.origine and s.origine.occurrence == serie.origine.occurrence)
    return sorted(siennes, key=lambda s: (s.recurrence.du, s.id))


def _lendemain(serie: Serie) -> date:
    return date.fromisoformat(serie.recurrence.au or serie.recurrence.du) + UN_JOUR


# -- celle-ci et les suivantes, reçues sans leur série ------------------------


def detacher(serie: Serie, clef: str, lu: Dit, d_ou: Provenance) -> tuple[Serie, Serie, set[str]] | None:
    """La série jusqu'à la veille de cette date, sa suite telle que `lu` la dit, et les parts qu'elle perd.

    `None` si rien ne reste d'avant cette date, ou si notre règle ne sait pas dire la suite.
    """
    try:
        jour = date.fromisoformat(clef)
        avant, entiere = recurrence.couper(serie.recurrence, jour)
        # Une date ajoutée ici reste où on l'a ajoutée.
        dites = rapprochement.lues(serie)
        ajouts = tuple(j for j in entiere.ajouts if rapprochement.nom_d_ajout(j) in dites)
        apres = _comme(structs.replace(entiere, ajouts=ajouts), jour, lu)
    except (ValueError, ErreurUsage):
        return None
    assert serie.origine is not None
    repere = SerieLue(
        uid=lu.uid,
        occurrence=lu.occurrence,
        version=lu.version,
        titre=lu.titre or serie.titre,
        recurrence=apres,
    )
    suite = structs.replace(
        serie,
        id=importation.ident_de_serie(repere, d_ou),
        suite_de=serie.souche,
        recurrence=apres,
        origine=structs.replace(importation.origine(repere), empreinte=serie.origine.empreinte),
    )
    suite = rapprochement.dire_parts(suite, ("du", "au"))
    redite, _ = rapprochement.reunir(suite, *_redire(suite, apres, lu, d_ou))
    finie = structs.replace(serie, recurrence=avant)
    perdues = {"au", *(rapprochement.parts(serie).keys() - rapprochement.parts(finie).keys())}
    return rapprochement.dire_parts(finie, perdues), redite, perdues


def redire(serie: Serie, lu: Dit, d_ou: Provenance) -> tuple[Serie, set[str]] | None:
    """Toute la série, telle que `lu` en dit la première date ; et les parts dont il parle."""
    try:
        regle = _comme(serie.recurrence, date.fromisoformat(serie.recurrence.du), lu)
    except (ValueError, ErreurUsage):
        return None
    return _redire(serie, regle, lu, d_ou)


def _redire(serie: Serie, regle: Recurrence, lu: Dit, d_ou: Provenance) -> tuple[Serie, set[str]]:
    if not isinstance(lu, EvenementLu) or lu.annule:
        return rapprochement.annuler(serie, lu.version), {"etat"}
    assert serie.origine is not None
    communs = {nom: getattr(lu, nom) for nom in Dit.__struct_fields__}
    dite = importation.serie(SerieLue(**communs, recurrence=regle), serie.id, d_ou, serie.suite_de)
    noms = rapprochement.parts(dite).keys() - regle.ecarts.keys() - {"au"}
    noms = {nom for nom in noms if not rapprochement.est_un_ajout(nom)}
    assert dite.origine is not None
    origine = structs.replace(dite.origine, occurrence=serie.origine.occurrence, seules=serie.origine.seules)
    neuve = structs.replace(dite, origine=structs.replace(origine, empreinte=serie.origine.empreinte))
    return rapprochement.dire_parts(neuve, noms), noms


def _comme(regle: Recurrence, jour: date, lu: Dit) -> Recurrence:
    """La même règle, à l'heure et au jour que cette date prend ; `ValueError` si rien ne le dit."""
    if not isinstance(lu, EvenementLu) or lu.annule:
        return regle
    prevue = recurrence.prevue(regle, str(jour))
    if prevue is None:
        raise ValueError("ce n'en est pas une date")
    if prevue.creneau == lu.creneau:
        return regle
    if regle.etrangere:
        raise ValueError("une règle d'ailleurs ne se décale pas")
    changee = suites.decaler(regle, jour, lu.creneau)
    if changee.creneau(lu.creneau.premier_jour) != lu.creneau:
        raise ValueError("ses heures ne se disent pas")
    return changee


def retenir(serie: Serie, clef: str, version: tuple[int, str]) -> Serie:
    """La série qui se souvient que cette date est venue sans elle, et de quelle version."""
    assert serie.origine is not None
    seules = {**serie.origine.seules, clef: rapprochement.ecrire_version(version) or "0"}
    return structs.replace(serie, origine=structs.replace(serie.origine, seules=seules))


def arreter(serie: Serie, clef: str, ecrite: str) -> Serie:
    """La série d'un fichier plus vieux que sa suite : arrêtée la veille."""
    finie = structs.replace(
        serie, recurrence=recurrence.restreindre(serie.recurrence, None, date.fromisoformat(clef))
    )
    perdues = rapprochement.parts(serie).keys() - rapprochement.parts(finie).keys()
    return retenir(rapprochement.dire_parts(finie, ("au", *perdues)), clef, rapprochement.version(ecrite))
