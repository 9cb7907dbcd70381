"""Un lot de faits : une fonction pure de l'archive à un enregistrement, et de jours clos.

La révision d'un fait compte les enregistrements qui ont touché sa fiche, ou la convention qui la cite :
elle ne peut que monter, d'où qu'on exporte. Un fait qui n'est plus, mais fut, est dit annulé.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, tzinfo

import msgspec

from tiers_lieu_cli.ensemble.faits.conventions import Liees, touches
from tiers_lieu_cli.ensemble.faits.modele import CONTRAT, Fait, empreinte
from tiers_lieu_cli.ensemble.faits.sources import SOURCES, Lecture, Source
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.objets import ArbreEnregistre, Objets
from tiers_lieu_cli.noyau.echecs import Echec, FicheFautive
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps

#: Ce que `tl journal clore` pose, un fichier par jour clos, dont le nom commence par le jour.
CLOTURES = "journal/clotures"
_JOUR = motif(r"(\d{4}-\d{2}-\d{2})(?:-[a-z0-9-]+)?\.(?:yaml|md)", re.ASCII)


class JoursNonClos(Echec):
    """Seuls des jours clos se disent à la caisse."""

    def __init__(self, jours: list[date]) -> None:
        dits = ", ".join(temps.dire_jour(jour) for jour in jours[:7])
        suite = f" et {len(jours) - 7} autres" if len(jours) > 7 else ""
        un = len(jours) == 1
        super().__init__(
            f"{dits}{suite} {'n’est pas clos' if un else 'ne sont pas clos'} : rien n'est exporté.",
            f"Clore d'abord : tl journal clore {jours[0]}",
        )


class Revision(msgspec.Struct):
    """Ce que l'histoire dit d'une fiche : combien d'enregistrements l'ont touchée, et lesquels."""

    combien: int = 0
    commits: list[str] = msgspec.field(default_factory=list)


def exporter(archive: Depot, commit: str, fuseau: tzinfo, du: date, au: date) -> dict[str, object]:
    """Le lot de ces jours, tel que l'archive le dit à cet enregistrement ; `JoursNonClos` s'il en manque."""
    arbre = ArbreEnregistre(archive.racine, commit)
    manquants = [jour for jour in temps.jours(du, au) if jour not in set(_clos(arbre, du, au))]
    if manquants:
        raise JoursNonClos(manquants)
    lecture = Lecture(arbre, du, au, fuseau)
    faits = dict(_tous(archive, commit, lecture))
    dits = [faits[ident] for ident in sorted(faits)]
    revision = 1 + sum(int(str(dit["revision"])) - 1 for dit in dits)
    nom = f"F-{du}" if du == au else f"F-{du}_{au}"
    dit: dict[str, object] = {
        "contrat": CONTRAT,
        "lot": nom,
        "du": du.isoformat(),
        "au": au.isoformat(),
        "revision": revision,
        "remplace": nom if revision > 1 else None,
        "source": f"git:{commit}",
        "faits": dits,
    }
    return {**dit, "empreinte": empreinte(dit)}


def _clos(arbre: ArbreEnregistre, du: date, au: date) -> Iterator[date]:
    for annee, mois in temps.mois_entre(du, au):
        for nom in arbre.noms(f"{CLOTURES}/{annee:04}/{mois:02}"):
            if trouve := _JOUR.fullmatch(nom):
                yield date.fromisoformat(trouve[1])


def _tous(archive: Depot, commit: str, lecture: Lecture) -> Iterator[tuple[str, dict[str, object]]]:
    """Chaque fait, par identifiant : celui d'aujourd'hui, ou, s'il n'est plus, le dernier qu'on en sut."""
    objets = Objets(archive.racine)
    try:
        liees = Liees(archive, objets, commit, lecture.arbre)
        for groupe in _par_structure():
            yield from _d_un_genre(archive, objets, commit, lecture, groupe, liees)
    finally:
        objets.fermer()


def _par_structure() -> list[list[Source]]:
    """Les rangements d'un même genre ensemble : une fiche passe de l'un à l'autre sans changer de nom."""
    groupes: dict[object, list[Source]] = {}
    for source in SOURCES:
        groupes.setdefault(source.faits, []).append(source)
    return list(groupes.values())


def _d_un_genre(
    archive: Depot, objets: Objets, commit: str, lecture: Lecture, sources: list[Source], liees: Liees
) -> Iterator[tuple[str, dict[str, object]]]:
    presents: dict[str, list[Fait]] = {}
    for source in sources:
        for dossier in source.dossiers(lecture):
            for nom in lecture.arbre.noms(dossier):
                ident = source.collection.genre.ident(f"{dossier}/{nom}")
                if ident is not None:
                    chemin = f"{dossier}/{nom}"
                    presents.setdefault(ident, []).extend(
                        _lire(source, lecture, chemin, ident, lecture.arbre.lire(chemin))
                    )
    for ident, chemins in _histoire(archive, commit, lecture, sources).items():
        maintenant = {fait.id: fait for fait in presents.get(ident, ())}
        revision = sum(revision.combien for _, revision in chemins.values())
        for fait in maintenant.values():
            lie = liees.de(ident, fait)
            yield fait.id, fait.dire(revision + lie.revisions, convention=lie.convention)
        if revision < 2 and ident in presents:
            continue
        for fait in _passes(objets, lecture, ident, chemins):
            if fait.id not in maintenant:
                lie = liees.de(ident, fait)
                yield (
                    fait.id,
                    fait.dire(revision + lie.revisions, annule=True, convention=lie.convention),
                )


def _histoire(
    archive: Depot, commit: str, lecture: Lecture, sources: list[Source]
) -> dict[str, dict[str, tuple[Source, Revision]]]:
    """Par fiche, présente ou non : ses chemins, et ce que l'histoire en dit.

    Chaque différence compte, celles des réunions comprises : on n'en voit jamais moins que la fois d'avant.
    """
    trouvees: dict[str, dict[str, tuple[Source, Revision]]] = {}
    for source in sources:
        for tete, chemin in touches(archive, commit, source.dossiers(lecture)):
            ident = source.collection.genre.ident(chemin)
            if ident is not None:
                _, revision = trouvees.setdefault(ident, {}).setdefault(chemin, (source, Revision()))
                revision.combien += 1
                revision.commits.append(tete)
    return trouvees


def _passes(
    objets: Objets, lecture: Lecture, ident: str, chemins: dict[str, tuple[Source, Revision]]
) -> Iterator[Fait]:
    """Les faits que cette fiche valut, les plus récents d'abord, chacun une fois."""
    vus: set[str] = set()
    for chemin, (source, revision) in chemins.items():
        for commit in revision.commits:
            lu = objets.lire(f"{commit}:{chemin}")
            for fait in _lire(source, lecture, chemin, ident, lu[2]) if lu else ():
                if fait.id not in vus:
                    vus.add(fait.id)
                    yield fait


def _lire(source: Source, lecture: Lecture, chemin: str, ident: str, octets: bytes | None) -> list[Fait]:
    if octets is None:
        return []
    try:
        lue = fiche.lire(octets, source.collection.structure, ident, chemin)
    except FicheFautive:
        # « tl verifier » la dit ; un fait ne se devine pas.
        return []
    return list(source.faits(lue, lecture))
