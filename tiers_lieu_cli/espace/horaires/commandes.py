"""`tl espace horaires` : les heures d'ouverture, par saison."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace import saisies
from tiers_lieu_cli.espace.horaires import regles
from tiers_lieu_cli.espace.horaires.modele import HORAIRES, Horaires
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
#: La semaine qui vaut hors de toute saison.
TOUJOURS = "semaine"
_PLAGE = re.compile(
    r"(?P<jours>[^\d]+?)\s*:?\s*(?P<heures>ferme|\d.*)",
)


def _saisons(c: Contexte) -> list[tuple[str, str]]:
    return [(ident, "") for ident in HORAIRES.idents(c.arbre)]


def _voir(c: Contexte, *, json: bool, plages: list[str] | None, **_: object) -> bool:
    """Les heures notées, si l'on n'en dit pas d'autres."""
    if plages:
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
    assert plages
    semaine = _lire_semaine(plages)
    ident = identifiants.verifier(en_tirets(saison, TOUJOURS))
    ancien = HORAIRES.une(c.arbre, ident)
    bornes = _bornes(c, ancien, saison, du, au)
    complets = {**(ancien.semaine if ancien else {}), **semaine}
    neuf = Horaires(
        id=ident, du=bornes[0], au=bornes[1], semaine={j: complets[j] for j in JOURS if j in complets}
    )
    HORAIRES.poser(e, neuf) if ancien is None else HORAIRES.corriger(e, ancien, neuf)
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


def _lire_semaine(plages: list[str]) -> dict[str, tuple[str, ...]]:
    """« lun-ven 9h-12h30 et 14h-18h » : chaque jour, et ses plages."""
    semaine: dict[str, tuple[str, ...]] = {}
    for plage in plages:
        trouve = _PLAGE.fullmatch(saisie.normaliser(plage))
        if not trouve:
            raise _incomprise(plage)
        heures = trouve["heures"]
        ouvertes = (
            () if heures == "ferme" else tuple(saisies.lire_heures(h) for h in re.split(" et |, ?", heures))
        )
        for jour in _jours(trouve["jours"], plage):
            semaine[jour] = ouvertes
    return semaine


def _jours(dits: str, plage: str) -> list[str]:
    """« lun-ven », « sam et dim », « mardi » : des jours de la semaine."""
    jours: list[str] = []
    for morceau in re.split(r" et |, ?| ", re.sub(r" ?(?:-| au? ) ?", "-", dits.removeprefix("du ").strip())):
        bouts = [_rang(mot, plage) for mot in morceau.split("-") if mot]
        if not bouts:
            continue
        jours += JOURS[bouts[0] : bouts[-1] + 1] if bouts[0] <= bouts[-1] else []
    if not jours:
        raise _incomprise(plage)
    return jours


def _rang(mot: str, plage: str) -> int:
    nu = mot.strip(" .")
    rangs = [n for n, jour in enumerate(JOURS) if len(nu) >= 3 and jour.startswith(nu)]
    if not rangs:
        raise _incomprise(plage)
    return rangs[0]


def _incomprise(plage: str) -> ErreurUsage:
    return ErreurUsage(
        f"« {plage} » n'est pas une plage que je comprends.",
        'Dire par exemple : "lun-ven 9h-12h30 et 14h-18h", "sam 10h-13h", "dim fermé".',
    )


def _quantieme(borne: str) -> str:
    return temps.dire_jour(date.fromisoformat(f"2024-{borne}")).split(maxsplit=1)[1].rpartition(" ")[0]
