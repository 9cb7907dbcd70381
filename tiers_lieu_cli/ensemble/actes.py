"""De chaque action, ce qui fut écrit : de quoi la reconnaître parmi d'autres du même nom."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tiers_lieu_cli.ensemble.chercher import fiches
from tiers_lieu_cli.ensemble.chercher.regles import coupe
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.histoire import Acte
from tiers_lieu_cli.noyau.depot.objets import Objets
from tiers_lieu_cli.noyau.gens.personnes import IDENT
from tiers_lieu_cli.noyau.texte import clef

#: Au-delà, une action ne se dit plus par ce qu'elle a écrit.
_FICHES_AU_PLUS = 3
_LARGEUR = 60


def ecrits(depots: Iterable[Depot], actes: Collection[Acte]) -> dict[str, str]:
    """Par action, de quelque dépôt qu'elle soit, ce qu'elle a écrit ou ôté, si sa phrase ne le dit pas."""
    dits: dict[str, str] = {}
    courts = [acte for acte in actes if 0 < len(acte.fiches) <= _FICHES_AU_PLUS]
    for depot in depots:
        siens = _ecrits(depot, courts)
        dits |= siens
        courts = [acte for acte in courts if acte.empreinte not in siens]
    return dits


def _ecrits(depot: Depot, courts: Iterable[Acte]) -> dict[str, str]:
    """De celles de ces actions que ce dépôt a, ce qu'elles ont écrit."""
    # Une fiche ôtée se lit dans l'enregistrement d'avant.
    demandes = [
        (acte, chemin, f"{ou}:{chemin}")
        for acte in courts
        for chemin in acte.fiches
        for ou in (acte.empreinte, *acte.parents[:1])
    ]
    objets = Objets(depot.racine, depot.env)
    try:
        lus = list(objets.contenus([nom for *_, nom in demandes]))
    finally:
        objets.fermer()
    dits: dict[str, dict[str, str]] = {}
    for (acte, chemin, _), octets in zip(demandes, lus, strict=True):
        if octets is None:
            continue
        dit, deja = _titre(chemin, octets), dits.setdefault(acte.empreinte, {})
        if dit and chemin not in deja and clef(dit) not in clef(acte.phrase):
            # « bar » est dans la phrase ; « Karim » n'y est pas.
            morceaux = [m for m in dit.split(" · ") if not m.startswith("@") and clef(m) in clef(acte.phrase)]
            deja[chemin] = " · ".join(m for m in dit.split(" · ") if m not in morceaux)
    return {empreinte: " ; ".join(dict.fromkeys(titres.values())) for empreinte, titres in dits.items()}


def _titre(chemin: str, octets: bytes) -> str:
    nom = chemin.rpartition("/")[2]
    if "/" not in GENRES.dossier(chemin):
        ident = nom.partition(".")[0]
        return f"@{ident}" if IDENT.fullmatch(ident) else ""
    if fiches.est_muet(chemin):
        return ""
    return coupe(fiches.chose(chemin, octets).titre, _LARGEUR)
