"""Les langues des textes publics : le français est le texte lui-même, une autre langue est un catalogue.

Un catalogue (`templates/langues/nl.po`) est au format de gettext : tout outil de traduction l'ouvre. Les
jours, les mois et la façon de dire une date y sont aussi.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date
from functools import cache

import msgspec

from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

FRANCAIS = "fr"
#: Le nom d'une langue, dans cette langue.
NOMS = {"fr": "français", "nl": "Nederlands", "en": "English", "de": "Deutsch"}
_ENTREE = motif(r"^(msgid|msgstr) (\".*\")$|^(\".*\")$")


class Langue(msgspec.Struct, frozen=True):
    """Une langue : son code, et ce qu'elle met à la place de chaque texte français."""

    code: str
    mots: Mapping[str, str]

    def dire(self, texte: str, **valeurs: object) -> str:
        """Ce texte dans cette langue, français s'il n'est pas traduit ; `{nom}` y devient sa valeur."""
        dit = self.mots.get(texte) or texte
        for nom, valeur in valeurs.items():
            dit = dit.replace(f"{{{nom}}}", str(valeur))
        return dit

    def jour(self, jour: date, aujourdhui: date | None = None) -> str:
        """« mardi 24 novembre » ; l'année n'est dite que si elle n'est pas celle d'`aujourdhui`."""
        ecrit = (
            "{jour} {n} {mois}" if aujourdhui and jour.year == aujourdhui.year else "{jour} {n} {mois} {an}"
        )
        n = self.dire("1er") if jour.day == 1 else str(jour.day)
        noms = {"jour": temps.JOURS[jour.weekday()], "mois": temps.MOIS[jour.month - 1]}
        dits = {cle: self.dire(mot) for cle, mot in noms.items()}
        return self.dire(ecrit, n=n, an=jour.year, **dits)

    def court(self, jour: date) -> str:
        """« mar 24 »."""
        return f"{self.dire(temps.JOURS[jour.weekday()])[: 3 if self.code == FRANCAIS else 2]} {jour.day}"

    def mois(self, jour: date) -> str:
        """« novembre 2026 »."""
        return f"{self.dire(temps.MOIS[jour.month - 1])} {jour.year}"

    def heures(self, creneau: Creneau) -> str:
        """« 18:30–20:00 », « la journée », « du ven 4 à 18:00 au dim 6 à 17:00 »."""
        if creneau.est_d_un_jour:
            return self.dire("la journée") if creneau.jours_entiers else temps.dire_heures(creneau)
        du, au = self.court(creneau.premier_jour), self.court(creneau.dernier_jour)
        if creneau.jours_entiers:
            return self.dire("du {du} au {au}", du=du, au=au)
        debut, fin = f"{du}, {creneau.debut:%H:%M}", f"{au}, {_fin(creneau)}"
        return self.dire("du {du} au {au}", du=debut, au=fin)

    def creneau(self, creneau: Creneau, aujourdhui: date | None = None) -> str:
        """« mardi 24 novembre, 18:30–20:00 », « du mercredi 3 juin au vendredi 5 juin »."""
        premier = self.jour(creneau.premier_jour, aujourdhui)
        if creneau.est_d_un_jour:
            return premier if creneau.jours_entiers else f"{premier}, {temps.dire_heures(creneau)}"
        dernier = self.jour(creneau.dernier_jour, aujourdhui)
        if not creneau.jours_entiers:
            premier, dernier = f"{premier}, {creneau.debut:%H:%M}", f"{dernier}, {_fin(creneau)}"
        return self.dire("du {du} au {au}", du=premier, au=dernier)


def _fin(creneau: Creneau) -> str:
    """L'heure de la fin ; minuit est de la veille."""
    return f"{creneau.fin:%H:%M}" if creneau.fin.date() == creneau.dernier_jour else "24:00"


@cache
def langue(code: str) -> Langue:
    """La langue de ce code."""
    if code == FRANCAIS:
        return Langue(code, {})
    texte = (ressources.dossier("templates") / "langues" / f"{code}.po").read_text("utf-8")
    return Langue(code, lire(texte))


def lire(texte: str) -> dict[str, str]:
    """Ce qu'un catalogue traduit, de chaque texte à sa traduction ; sans pluriel ni contexte."""
    mots: dict[str, list[str]] = {}
    champs: dict[str, list[str]] = {"msgid": [], "msgstr": []}
    ouvert = "msgid"
    for ligne in [*texte.splitlines(), 'msgid ""']:
        trouve = _ENTREE.match(ligne.strip())
        if not trouve:
            continue
        if trouve[1] == "msgid":
            mots["".join(champs["msgid"])] = champs["msgstr"]
            champs = {"msgid": [], "msgstr": []}
        ouvert = trouve[1] or ouvert
        champs[ouvert].append(ast.literal_eval(trouve[2] or trouve[3]))
    dits = {cle: "".join(morceaux) for cle, morceaux in mots.items()}
    return {cle: dit for cle, dit in dits.items() if cle and dit}
