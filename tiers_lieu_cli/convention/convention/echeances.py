"""`tl convention echeances`, `ical` : ce qu'il faut décider, et d'ici quand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.convention.convention import fiches, regles
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, Convention
from tiers_lieu_cli.convention.convention.regles import Terme
from tiers_lieu_cli.noyau.agenda import flux
from tiers_lieu_cli.noyau.agenda.flux import Publication
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import histoire
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

echeances_app, ical_app = Application(), Application()
#: Sans rien dire, on regarde un trimestre ; au plus, dix ans.
UN_TRIMESTRE, LE_PLUS_LOIN = 92 * UN_JOUR, 3660 * UN_JOUR
#: L'agenda de l'équipe va un an et demi plus loin, et garde un mois de passé.
AVANT, APRES = 31 * UN_JOUR, 550 * UN_JOUR


class Date(msgspec.Struct, frozen=True, order=True):
    """Une date d'une convention : le préavis, la fin, la reconduction."""

    jour: date
    convention: str
    quoi: str
    nom: str
    avec: str


def dates(lues: Sequence[Convention], noms: Mapping[str, str], du: date, au: date) -> list[Date]:
    """Toutes les dates de ces conventions qui tombent entre ces jours."""
    return sorted(
        Date(jour, x.id, quoi, x.nom, noms.get(x.avec, x.avec))
        for x in lues
        if not (x.finie_le and x.finie_le < du)
        for t in _termes(x, au)
        for jour, quoi in _nommer(x, t)
        if du <= jour <= au
    )


def _termes(x: Convention, au: date) -> Iterator[Terme]:
    for t in regles.termes(x, au + LE_PLUS_LOIN if x.delai else au):
        yield t
        if min(t.limite, t.a_poster or t.limite) > au:
            return


def _nommer(x: Convention, t: Terme) -> Iterator[tuple[date, str]]:
    if t.a_poster:
        yield t.a_poster, "à poster"
    if t.preavis:
        yield t.preavis, "préavis"
    yield t.fin, "fin"
    if x.pas and not x.finie_le:
        yield t.reconduction, "reconduction"


@echeances_app.lit("echeances")
def echeances(
    c: Contexte,
    jusqua: Annotated[
        str, typer.Option("--au", metavar="JOUR", help="Jusqu'à quand regarder ; sinon, trois mois.")
    ] = "",
    json: Json = False,
) -> None:
    """Ce qui demande une décision, puis les dates qui viennent : préavis, fin, reconduction.

    Rien ne dépend d'un rappel : tout se calcule à la lecture, et reste dû tant que ce n'est pas décidé.

    Exemples :
        tl convention echeances
        tl convention echeances --au 31/12/2027
    """
    jour = c.horloge.aujourdhui()
    au = saisie.lire_jour(jusqua, c.horloge.murale()) if jusqua else jour + UN_TRIMESTRE
    if au > jour + LE_PLUS_LOIN:
        raise ErreurUsage("C'est trop loin : dix ans au plus.", "Rapprocher --au.")
    recolte, noms = fiches.vivantes(c.arbre, jour), fiches.noms(c.arbre)
    c.ecran.defauts(recolte.defauts)
    dues, viennent = (
        fiches.alertes(c.arbre, recolte.fiches, noms, jour),
        dates(recolte.fiches, noms, jour, au),
    )
    if json:
        c.ecran.json({"a_decider": dues, "dates": viennent})
        return
    if dues:
        c.ecran.titre("À décider")
        for a in dues:
            c.ecran.dire(f"  {'!' if a.rouge else '·'} {a.phrase}")
            c.ecran.dire(f"      {a.commande}")
    if viennent:
        c.ecran.titre("\nDates" if dues else "Dates", f"jusqu'au {temps.dire_jour(au, jour)}")
        c.ecran.tableau(
            [Colonne(cede=True), Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(style=Style.PALE)],
            [(temps.dire_jour(d.jour, jour), d.quoi, f"{d.nom} ({d.avec})", d.convention) for d in viennent],
        )
    if not dues and not viennent:
        c.ecran.dire(f"Rien à décider, aucune date jusqu'au {temps.dire_jour(au, jour)}.")


@ical_app.lit("ical", vers=Vers)
def ical(c: Contexte, vers: Vers = A_L_ECRAN, json: Json = False) -> None:
    """Les échéances en agenda (.ics), pour l'équipe : préavis, fins, reconductions.

    Les mêmes données donnent les mêmes octets, tout au long du mois.

    Exemple :
        tl convention ical --sortie interne/echeances.ics
    """
    premier = (c.horloge.aujourdhui() - AVANT).replace(day=1)
    dernier = (premier + APRES).replace(day=1)
    vues = dates(fiches.vivantes(c.arbre, premier).fiches, fiches.noms(c.arbre), premier, dernier)
    publiees = list(_publier(c, vues))
    morceaux = flux.ecrire_flux(f"{c.lieu.reglages.nom} · échéances", publiees, c.lieu.fuseau)
    ensuite = "l'ouvrir dans l'agenda de l'équipe ; il ne se publie pas."
    flux.rendre(c, vers, morceaux, len(publiees), "échéances écrites", ensuite, json=json)


def _publier(c: Contexte, vues: list[Date]) -> Iterator[Publication]:
    """Ce qui n'est pas encore enregistré n'y est pas."""
    revisions = histoire.revisions(c.archive, [CONVENTIONS.genre.dossier], c.commit)
    for d in vues:
        revision = revisions.get(CONVENTIONS.genre.chemin(d.convention))
        if revision is None:
            continue
        mot = {"à poster": "poste", "préavis": "preavis"}.get(d.quoi, d.quoi)
        yield Publication(
            uid=f"{d.convention}-{mot}-{d.jour:%Y%m%d}@{c.lieu.reglages.domaine}",
            creneau=Creneau.de_jours(d.jour, d.jour),
            titre=taire(f"{d.quoi.capitalize()} : {d.nom}, {d.avec}"),
            categories=("échéance",),
            sequence=revision.changements,
            cree=revision.cree,
            modifie=revision.modifie,
        )
