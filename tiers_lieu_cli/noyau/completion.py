"""Ce que la touche Tab propose : ce qu'un type cite se complète de lui-même, le reste d'une fonction."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typer.models import OptionInfo, ParameterInfo

from tiers_lieu_cli.noyau import liens
from tiers_lieu_cli.noyau.contexte import Contexte, completion, personnes_a_citer, publics_du_lieu
from tiers_lieu_cli.noyau.fiches.affaires import Affaires
from tiers_lieu_cli.noyau.fiches.genres import charger
from tiers_lieu_cli.noyau.liens import Cite, Sorte

Propositions = list[tuple[str, str]]
#: De ce qui est rangé par mois, ce qu'on propose : les noms d'à peu près un mois avant, et deux après.
_AVANT, _APRES = timedelta(days=31), timedelta(days=60)
_A_ECRIRE = {Sorte.PERSONNE: "@QUI", Sorte.BENEFICIAIRE: "@QUI", Sorte.PUBLIC: "PUBLIC"}


def proposer(cite: Cite, c: Contexte) -> Propositions:
    """Ce qu'on peut citer ainsi, et comment cela se dit."""
    if cite.sorte is Sorte.PERSONNE:
        return personnes_a_citer(c)
    if cite.sorte is Sorte.PUBLIC:
        return publics_du_lieu(c)
    if cite.sorte is Sorte.BENEFICIAIRE:
        return personnes_a_citer(c) + publics_du_lieu(c)
    trouvees = (proposition for dossier in cite.dossiers for proposition in _du_genre(c, dossier))
    return list(dict.fromkeys((ident, c.registre.a_l_ecran(dit)) for ident, dit in trouvees))


def _du_genre(c: Contexte, dossier: str) -> Propositions:
    declare, jour = c.genres.declare(dossier), c.horloge.aujourdhui()
    if declare.genre.proposer:
        rendues: Propositions = charger(declare.genre.proposer)(c.arbre, jour)
        return rendues
    rangee = declare.en_cours if isinstance(declare, Affaires) else declare
    if rangee.genre.par_mois:
        idents = rangee.idents_des_mois(c.arbre, jour - _AVANT, jour + _APRES)
        return [(ident, "") for ident in idents]
    genre = rangee.genre
    # Ce qui n'a pas de boîte est au registre.
    arbre = c.arbre if "/" in genre.dossier else c.registre.arbre
    return [(f.id, genre.nommer(f)) for f in rangee.toutes(arbre).fiches if genre.sert(f)]


def selon_les_types(commande: Callable[..., Any]) -> Callable[..., Any]:
    """Donner à Tab, pour chaque argument et chaque option, ce que son type cite."""
    parametres = list(inspect.signature(commande).parameters.values())
    # La porte a déjà évalué les types de ses commandes.
    dits = {p.name: p.annotation for p in parametres}
    if any(isinstance(dit, str) for dit in dits.values()):
        dits = get_type_hints(commande, include_extras=True)
    completes = {p.name: _completee(dits[p.name]) for p in parametres}
    commande.__annotations__ = completes
    commande.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [p.replace(annotation=completes[p.name]) for p in parametres]
    )
    return commande


def _completee(dit: Any) -> Any:
    """Ce type pour typer, qui ne connaît pas les nôtres ; ce qu'il cite y devient une complétion."""
    cite = liens.declare(dit) if get_origin(dit) is Annotated else None
    if cite is None or cite.sorte is Sorte.PROSE:
        return dit
    sorte, *annotes = get_args(dit)
    (info,) = (copy.copy(a) for a in annotes if isinstance(a, ParameterInfo))
    info.autocompletion = info.autocompletion or completion(partial(proposer, cite))
    if isinstance(info, OptionInfo):
        info.metavar = info.metavar or _A_ECRIRE.get(cite.sorte, "ID")
    return Annotated[liens.nu(sorte), info]
