"""`tl espace horaires` : les heures d'ouverture, par saison."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.horaires import regles
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, Horaires
from tiers_lieu_cli.espace.horaires.saisie import TOUJOURS, lire_semaine, noter
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import JOURS, UN_JOUR
from tiers_lieu_cli.noyau.texte import en_tirets

horaires_app = Application()


def _saisons(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in HORAIRES.idents(c.arbre)]


def _voir(c: Contexte, *, json: bool, **dits: object) -> bool:
    """Les heures notées, si l'on n'en dit rien de plus."""
    if any(dits.values()):
        return False
    recolte = HORAIRES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    if json:
        c.ecran.json(recolte.fiches)
    elif not recolte.fiches:
        c.ecran.dire('Aucun horaire noté.  Exemple : tl espace horaires "lun-ven 9h-18h" "sam 10h-13h"')
    else:
        _montrer(c, recolte.fiches)
    return True


def _montrer(c: Contexte, tous: Sequence[Horaires]) -> None:
    for h in tous:
        c.ecran.titre(
            "Toute l'année"
            if not h.du
            else f"{h.id.capitalize()}, du {_quantieme(h.du)} au {_quantieme(h.au)}"
        )
        lignes = [
            (f"  {j}", " et ".join(p.replace("-", "–") for p in h.semaine.get(j, ())) or "fermé")
            for j in JOURS
        ]
        c.ecran.tableau([Colonne(style=Style.GRAS), Colonne()], lignes)
    lundi = temps.lundi_de(c.horloge.aujourdhui())
    dits = [f"{JOURS[n]} {regles.dire_jour(tous, lundi + n * UN_JOUR)}" for n in range(7)]
    if len(tous) > 1:
        c.ecran.dire(f"Cette semaine : {' · '.join(dits)}")


@horaires_app.ecrit("horaires", voir=_voir)
def horaires(
    c: Contexte,
    e: Ecriture,
    plages: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PLAGE]…", help='Comme "lun-ven 9h-12h30 et 14h-18h", "dim fermé".'),
    ] = None,
    saison: Annotated[
        str,
        typer.Option(
            "--saison",
            metavar="NOM",
            help="Ne change que cette saison.",
            autocompletion=completion(_saisons),
        ),
    ] = "",
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="D'une saison neuve : 1/7.")] = "",
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="D'une saison neuve : 31/8.")] = "",
) -> Fait:
    """Dire les heures d'ouverture ; sans rien, les voir.

    Exemples :
        tl espace horaires
        tl espace horaires "lun-ven 9h-12h30 et 14h-18h" "sam 10h-13h"
        tl espace horaires "lun-ven 9h-16h" --saison ete --du 1/7 --au 31/8
    """
    if not plages:
        raise ErreurUsage(
            "Il manque les heures.", 'Les dire : tl espace horaires "lun-ven 9h-18h" "sam fermé"'
        )
    semaine = lire_semaine(plages)
    ident = identifiants.verifier(en_tirets(saison, TOUJOURS))
    ancien = HORAIRES.une(c.arbre, ident)
    bornes = _bornes(c, ancien, saison, du, au)
    noter(c.arbre, e, semaine, ident, bornes)
    dite = f"Horaires ({ident})" if saison else "Horaires"
    return Fait(
        id=ident,
        action="espace.horaires",
        histoire=f"{dite} : {', '.join(plages)}",
        phrase=f"{dite} notés : {', '.join(plages)}.",
        suite="tl espace horaires",
    )


def _bornes(c: Contexte, ancien: Horaires | None, saison: str, du: str, au: str) -> tuple[str, str]:
    """La saison, en quantièmes : elle revient chaque année."""
    if not (du or au):
        if saison and ancien is None:
            raise ErreurUsage("Une saison neuve a un début et une fin.", "Ajouter --du 1/7 --au 31/8.")
        return (ancien.du, ancien.au) if ancien else ("", "")
    if not (saison and du and au):
        raise ErreurUsage("Une saison a un nom, un début et une fin.", "--saison ete --du 1/7 --au 31/8")
    maintenant = c.horloge.murale()
    premier, dernier = (saisie.lire_jour(dit, maintenant, saisie.Sens.LIBRE) for dit in (du, au))
    return f"{premier:%m-%d}", f"{dernier:%m-%d}"


def _quantieme(borne: str) -> str:
    return temps.dire_jour(date.fromisoformat(f"2024-{borne}")).split(maxsplit=1)[1].rpartition(" ")[0]
