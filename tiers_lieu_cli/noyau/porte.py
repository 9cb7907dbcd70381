"""La porte : la seule enveloppe des commandes. Elle ouvre, verrouille, passe la douane, enregistre, parle.

Une commande qui écrit est une fonction qui reçoit le lieu et l'écriture ouverts, et rend ce qui est
fait ; une commande qui lit reçoit le lieu. Tout ce qui entre y devient opaque (« @karim » → son
identifiant), tout ce qui part vers l'archive est examiné par la douane, et rien ne se dit avant que
l'écriture ne soit close : un écran fermé ne peut ni défaire, ni nier, ni refaire une action.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau.completion import selon_les_types
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.ecran import aide
from tiers_lieu_cli.noyau.ecran.options import Brouillon, Essai, Json, Oui, Tout
from tiers_lieu_cli.noyau.fait import Fait, Rien, ne_rien_faire, rendre_compte

if TYPE_CHECKING:
    from tiers_lieu_cli.noyau.depot.ecriture import Ecriture

Ecrit = TypeVar("Ecrit", bound=Callable[..., Fait | Rien])
Lit = TypeVar("Lit", bound=Callable[..., None])
#: Le dépôt où une commande écrit ; l'archive, le plus souvent.
Vers = Callable[[Contexte], Depot]
#: Le même, d'après ce qu'on lui dit : un tableau de gens va au registre.
VersSelon = Callable[[Contexte, Mapping[str, Any]], Depot]
#: Ce qu'une commande montre quand elle n'a rien à écrire ; vrai si elle a tout dit.
Voir = Callable[..., bool]


def registre(c: Contexte) -> Depot:
    """Le registre des personnes ; `RegistreAbsent` si ce poste ne l'a pas."""
    return c.registre.depot


class Application(aide.Application):
    """Des commandes de la maison, qui passent toutes par la porte."""

    def habiller(self, commande: Callable[..., Any]) -> Callable[..., Any]:
        """Voir `completion.selon_les_types`."""
        return selon_les_types(commande)

    def ecrit(
        self,
        nom: str,
        *,
        depot: Vers | None = None,
        selon: VersSelon | None = None,
        oui: bool = False,
        voir: Voir | None = None,
        prevenir: bool = False,
        **reunies: type[msgspec.Struct],
    ) -> Callable[[Ecrit], Ecrit]:
        """Ajouter une commande qui écrit : `(c, e, …) -> Fait` ; elle gagne --json, --essai (et --oui).

        `depot` : où elle écrit, ou `selon` ce qu'on lui dit ; `voir` : la même, `(c, json, …) -> bool`,
        essayée d'abord sans rien ouvrir pour l'écriture ; `prevenir` : des gens
        comptent sur ce qui change, et l'on dit qui ; `reunies` : voir `aide.Application.action`.
        """

        def inscrire(fonction: Ecrit) -> Ecrit:
            options: dict[str, Any] = {"json": Json, "essai": Essai} | ({"oui": Oui} if oui else {})
            options |= {"tout_dire": Tout, "messages": Brouillon} if prevenir else {}
            self.preparer(
                nom,
                fonction,
                lambda: _etendre(_ecrire(fonction, depot, selon, voir), fonction, 2, options),
                reunies,
            )
            return fonction

        return inscrire

    def lit(self, nom: str, **reunies: type[msgspec.Struct]) -> Callable[[Lit], Lit]:
        """Ajouter une commande qui lit : `(c, …) -> None`, et qui parle par `c.ecran`."""

        def inscrire(fonction: Lit) -> Lit:
            self.preparer(nom, fonction, lambda: _etendre(_lire(fonction), fonction, 1, {}), reunies)
            return fonction

        return inscrire


def _ecrire(
    fonction: Callable[..., Fait | Rien], depot: Vers | None, selon: VersSelon | None, voir: Voir | None
) -> Callable[..., None]:
    def commande(
        ctx: typer.Context,
        *,
        json: bool,
        essai: bool,
        oui: bool = False,
        tout_dire: bool | None = None,
        messages: Path | None = None,
        **dits: Any,
    ) -> None:
        c = ouvrir(ctx)
        dire_qui: list[Callable[[], None]] = []
        # Qui demande du JSON est un programme : personne n'est là pour répondre.
        c.ecran.interactif &= not json
        c.questions.oui, c.questions.essai = oui, essai
        vers = depot(c) if depot else selon(c, dits) if selon else None
        au_registre = vers is not None and vers.racine == c.registre.racine
        if voir and voir(c.en_lecture(), json=json, **_entrer(c, dits, au_registre=au_registre)):
            return

        def agir(e: Ecriture) -> tuple[Fait | Rien, Ecriture, str]:
            # Une réponse donnée entre-temps peut changer ce qui a été dit : « Maëlle » était quelqu'un.
            # Le lieu est relu sous le verrou, et aucun fichier deux fois.
            fait = fonction(c.en_lecture(), e, **_entrer(c, dits, au_registre=au_registre))
            if isinstance(fait, Rien):
                return fait, e, ""
            if tout_dire is not None and not json:
                dire_qui[:] = [c.prevenir(c.en_lecture(), e, fait, messages, tout=tout_dire)]
            return fait, e, c.conclure(e, fait, essai=essai)

        try:
            fait, ecriture, commit = c.sous_verrou(agir, vers)
        except BaseException:
            # Refusée ou interrompue : ce qu'on a tapé n'est pas perdu.
            c.questions.ranger_les_brouillons(garde=not c.ecran.acquis)
            raise
        c.questions.ranger_les_brouillons(garde=essai)
        if isinstance(fait, Rien):
            ne_rien_faire(c.ecran, fait, json=json)
        else:
            rendre_compte(c.ecran, ecriture, fait, commit, json=json, tout=tout_dire is not False)
            for dire in dire_qui if commit else ():
                dire()

    return commande


def _lire(fonction: Callable[..., None]) -> Callable[..., None]:
    def commande(ctx: typer.Context, **dits: Any) -> None:
        c = ouvrir(ctx).en_lecture()
        fonction(c, **_entrer(c, dits, au_registre=False))

    return commande


def _entrer(c: Contexte, dits: dict[str, Any], *, au_registre: bool) -> dict[str, Any]:
    """Ce qui a été dit, où chaque « @prénom » est devenu son identifiant ; au registre vivent les noms."""
    return dits if au_registre else {nom: _opaque(c, valeur) for nom, valeur in dits.items()}


def _opaque(c: Contexte, valeur: Any) -> Any:
    # Un choix (StrEnum) n'est pas de la prose.
    if type(valeur) is str:
        return c.entrer(valeur)
    if isinstance(valeur, list):
        return [_opaque(c, v) for v in valeur]
    if isinstance(valeur, msgspec.Struct):
        champs = {f: getattr(valeur, f) for f in valeur.__struct_fields__}
        return structs.replace(valeur, **{f: _opaque(c, v) for f, v in champs.items()})
    return valeur


def _etendre(
    commande: Callable[..., None], fonction: Callable[..., Any], recus: int, options: dict[str, Any]
) -> Callable[..., None]:
    """La commande, avec la signature que typer lit : celle de la fonction sans ce que la porte lui donne."""
    types = get_type_hints(fonction, include_extras=True)
    dits = list(inspect.signature(fonction).parameters.values())[recus:]
    cle = inspect.Parameter.KEYWORD_ONLY
    parametres = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parametres += [p.replace(kind=cle, annotation=types[p.name]) for p in dits]
    parametres += [
        inspect.Parameter(n, cle, default=None if n == "messages" else False, annotation=a)
        for n, a in options.items()
    ]
    commande.__signature__ = inspect.Signature(parametres)  # type: ignore[attr-defined]
    commande.__annotations__ = {p.name: p.annotation for p in parametres}
    commande.__doc__, commande.__name__ = fonction.__doc__, fonction.__name__
    return commande
