"""`tl espace occupation` : combien les salles servent, par salle, par heure, par public."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.horaires import regles as ouverture
from tiers_lieu_cli.espace.horaires.modele import HORAIRES
from tiers_lieu_cli.espace.planning import fiches
from tiers_lieu_cli.espace.planning.regles import jours_de
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.taux import regles
from tiers_lieu_cli.espace.taux.regles import Usage
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.pages import dessin, gabarit
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()
#: La barre pleine d'un taux de cent pour cent, dans le terminal.
_BARRE = 20


class Format(StrEnum):
    """La forme de la réponse."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    JSON = "json"


@app.lit("occupation", vers=Vers)
def occupation(
    c: Contexte,
    du: Annotated[
        str, typer.Option("--du", metavar="DATE", help="Premier jour ; sinon, le 1er du mois.")
    ] = "",
    au: Annotated[str, typer.Option("--au", metavar="DATE", help="Dernier jour.")] = "aujourd'hui",
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.TERMINAL,
    vers: Vers = A_L_ECRAN,
    json: Json = False,
) -> None:
    """Combien les salles servent : taux par salle, par heure de la semaine, heures par public.

    Le taux compte les heures prises (montage compris) pendant les heures d'ouverture ; une salle
    fermée ce jour-là n'est pas comptée comme ouverte.

    Exemples :
        tl espace occupation
        tl espace occupation --du 2026-09-01 --au 2026-12-31 --format html --sortie usage.html
    """
    maintenant = c.horloge.murale()
    dernier = saisie.lire_jour(au, maintenant, Sens.LIBRE)
    premier = saisie.lire_jour(du, maintenant, Sens.LIBRE) if du else dernier.replace(day=1)
    if premier > dernier:
        raise ErreurUsage("La période finit avant de commencer.", "Donner --du avant --au.")
    vue = _vue(c, Creneau.de_jours(premier, dernier))
    voulu = Format.JSON if json else format
    if voulu is Format.TERMINAL and vers.sortie is None:
        _au_terminal(c, vue)
        return
    page = _rendre(c, vue, Format.MD if voulu is Format.TERMINAL else voulu)
    if vers.sortie is None:
        c.ecran.page(page)
        return
    c.ecran.dire(f"L'usage des salles est dans {vers.ecrire(c, page.encode())}.")


def _vue(c: Contexte, fenetre: Creneau) -> Usage:
    graphe, prises = fiches.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    horaires = HORAIRES.toutes(c.arbre).fiches
    jours = jours_de(fenetre)
    ouvertures = [o for jour in jours for o in ouverture.ouvertures(horaires, jour)]
    return regles.usage(
        fenetre,
        prises,
        graphe,
        ouvertures if horaires else regles.journees(jours),
        _publics(c, fenetre, prises),
        horaires=bool(horaires),
        fuseau=c.lieu.fuseau,
    )


def _publics(c: Contexte, fenetre: Creneau, prises: list[Occupation]) -> dict[str, tuple[str, ...]]:
    """Les publics de chaque occupation : ceux de l'événement, du bénéficiaire, ou le bénéficiaire même."""
    publics = {e.id: e.publics for e in occupations.evenements_de(c.arbre, fenetre).values()}
    reservees = (o.id for o in prises if o.id not in publics)
    for ident, promesse in fiches.promesses(c.arbre, reservees).items():
        if promesse.pour.startswith("p-"):
            personne = c.registre.une(promesse.pour)
            publics[ident] = personne.publics if personne else ()
        elif promesse.pour:
            publics[ident] = (promesse.pour,)
    return publics


def _au_terminal(c: Contexte, vue: Usage) -> None:
    c.ecran.titre(f"Usage des salles, {vue.dit}", f"{vue.taux} %")
    c.ecran.tableau(
        [Colonne("salle", Style.GRAS), *map(Colonne, ("prise", "ouverte", "taux", ""))],
        [
            (
                s.nom,
                regles.dire(s.prises),
                regles.dire(s.ouvertes),
                f"{s.taux} %",
                "█" * round(s.taux * _BARRE / 100),
            )
            for s in vue.salles
        ],
    )
    if vue.publics:
        c.ecran.titre("Par public")
        c.ecran.tableau(
            [Colonne(style=Style.GRAS), Colonne()],
            [(nom, regles.dire(heures)) for nom, heures in vue.publics],
        )
    c.ecran.titre("Par heure de la semaine, en pour cent")
    c.ecran.dire("    " + "".join(f"{h:>3}h" for h in vue.heures))
    for jour, taux in zip(temps.JOURS, vue.semaine, strict=True):
        c.ecran.dire(f"{jour[:3]} " + "".join(f"{t or '·':>4}" for t in taux))
    if not vue.horaires:
        c.ecran.dire("  Sans horaires dits, une journée compte de 8 h à 22 h.")


def _rendre(c: Contexte, vue: Usage, voulu: Format) -> str:
    if voulu is Format.JSON:
        return c.ecran.en_json(vue).decode()
    taux = [(s.nom, s.taux) for s in vue.salles]
    semaine = {(jour, n): t for jour, ligne in enumerate(vue.semaine) for n, t in enumerate(ligne)}
    publics = [(nom, round(heures)) for nom, heures in vue.publics]
    dessins = {
        "salles": dessin.barres("Taux d'occupation par salle", taux, [f"{t} %" for _, t in taux]),
        "semaine": dessin.grille(
            "Taux d'occupation par heure de la semaine, en pour cent",
            [jour.capitalize() for jour in temps.JOURS],
            [f"{h}h" for h in vue.heures],
            semaine,
        ),
        "publics": dessin.barres("Heures par public", publics, [regles.dire(h) for _, h in vue.publics]),
    }
    page = {"lieu": c.lieu.reglages.nom, "u": msgspec.to_builtins(vue), "dessins": dessins}
    return gabarit.rendre(c.lieu.racine, f"occupation.{voulu}", page)
