"""Montrer un bilan : à l'écran, en page, en JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from tiers_lieu_cli.noyau.ecran.ecran import Ecran
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.bilan import Bilan
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.sorties import Ici
from tiers_lieu_cli.noyau.temps import saisie

DuMois = Annotated[
    str, typer.Option("--du", metavar="DATE", help="Le premier jour ; sinon le premier du mois.")
]
Au = Annotated[str, typer.Option("--au", metavar="DATE", help="Le dernier jour, compris.")]
APublier = Annotated[
    bool, typer.Option("--public", help="À publier : les comptes de moins de cinq sont tus.")
]


class Options(Page, frozen=True):
    """D'un jour à un autre, pour qui, et sous quelle forme."""

    du: DuMois = ""
    au: Au = "aujourd'hui"
    public: APublier = False


def periode(du: str, au: str, maintenant: datetime) -> tuple[date, date]:
    """Du premier au dernier jour dits, compris ; sans premier jour, depuis le premier du mois."""
    if du:
        return saisie.lire_periode(du, au, maintenant)
    dernier = saisie.lire_jour(au, maintenant, saisie.Sens.PASSE)
    return dernier.replace(day=1), dernier


def montrer(ici: Ici, vu: Bilan, o: Options, commande: str) -> None:
    """Le bilan sous la forme voulue ; `commande` est celle qui l'a fait."""
    forme = rendu.forme(o.format, o.sortie, json=o.json)
    if forme is Format.TERMINAL:
        periode = f" --du {vu.du} --au {vu.au}" if o.du else ""
        _au_terminal(ici.ecran, vu, commande + periode)
    else:
        rendu.ecrire(ici, "bilan", vu, forme, o, "Le bilan")


def _au_terminal(ecran: Ecran, vu: Bilan, commande: str) -> None:
    ecran.titre(f"{vu.lieu} · {vu.titre}", vu.dite)
    for partie in vu.parties:
        if partie.lignes:
            ecran.titre(f"\n{partie.titre}", partie.total)
            ecran.tableau(
                [Colonne(cede=True), Colonne(style=Style.GRAS)],
                ((x.nom, x.dit) for x in partie.lignes),
            )
    if vu.public:
        ecran.dire("\n– : tu, pour que personne ne se reconnaisse (moins de 5, ou de quoi le déduire).")
    else:
        ecran.dire(f"  Ensuite, à publier : {commande} --public --sortie bilan.html")
