"""`tl bilan mois|annee|periode` : le rapport d'activité, mission par mission, comparé à l'an d'avant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.ensemble.bilan.missions import missions
from tiers_lieu_cli.journal.modele import NOTES, Sorte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.pages import bilan as bilans
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.bilan import Bilan, Citation, Partie
from tiers_lieu_cli.noyau.pages.compte_rendu import APublier, Options
from tiers_lieu_cli.noyau.pages.rendu import Page
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, mois_de

app = Application("Le rapport d'activité : la maison, mission par mission.")
#: Ce que le rapport cite du journal, au plus.
CITEES = 8
#: Les missions qui comptent ce qui arrive, et non ce qui est : sans elles, l'an d'avant n'a pas été vécu.
VECU = ("2.", "3.", "11.", "12.")
#: L'étiquette qui choisit une note pour le rapport.
CHOISIE = "bilan"

_Contenu = Annotated[
    str, typer.Argument(metavar="[JOUR]", help="Un jour de cette période ; sinon, celle d'aujourd'hui.")
]


class _Une(Page, frozen=True):
    """Laquelle, pour qui, et sous quelle forme."""

    du: _Contenu = ""
    public: APublier = False


@app.lit("mois", options=_Une)
def mois(c: Contexte, options: _Une) -> None:
    """Le rapport d'un mois ; à publier, le dernier mois fini.

    Exemples :
        tl bilan mois
        tl bilan mois 2026-10-01 --sortie ~/octobre.pdf
        tl bilan mois --public --sortie ~/bilan.html
    """
    jour = _jour(c, options, lambda lu: lu.replace(day=1))
    if options.public and not options.du:
        jour = jour.replace(day=1) - UN_JOUR
    _rendre(c, options, jour.replace(day=1), mois_de(jour).dernier_jour, "tl bilan mois")


@app.lit("annee", options=_Une)
def annee(c: Contexte, options: _Une) -> None:
    """Le rapport d'une année, comparée à la précédente ; à publier, jusqu'au dernier mois fini.

    Exemples :
        tl bilan annee
        tl bilan annee 2025-01-01 --sortie ~/2025.html
    """
    jour = _jour(c, options, lambda lu: lu.replace(month=1, day=1))
    if options.public and not options.du:
        jour = jour.replace(day=1) - UN_JOUR
    fin = date(jour.year, 12, 31)
    if options.public and fin >= c.horloge.aujourdhui():
        fin = c.horloge.aujourdhui().replace(day=1) - UN_JOUR
    _rendre(c, options, date(jour.year, 1, 1), fin, "tl bilan annee")


@app.lit("periode", options=Options)
def periode(c: Contexte, options: Options) -> None:
    """Le rapport d'un jour à un autre.

    Exemple :
        tl bilan periode --du 2026-09-01 --au 2026-10-31
    """
    du, au = compte_rendu.periode(options.du, options.au, c.horloge.murale(), public=options.public)
    _rendre(c, options, du, au, "tl bilan periode")


def _jour(c: Contexte, o: _Une, debut: Callable[[date], date]) -> date:
    """Le jour dit, d'une période commencée si l'année n'est pas dite (« décembre », dit en novembre)."""
    if not o.du:
        return c.horloge.aujourdhui()
    jour = saisie.lire_jour(o.du, c.horloge.murale(), saisie.Sens.LIBRE)
    if debut(jour) > c.horloge.aujourdhui():
        passe = saisie.Sens.PASSE
        return saisie.lire_creneau(o.du, c.horloge.murale(), c.lieu.fuseau, sens=passe).premier_jour
    return jour


def _rendre(c: Contexte, o: _Une | Options, du: date, fin: date, commande: str) -> None:
    """Le rapport de ces jours, jusqu'à aujourd'hui au plus ; ce qui vient n'est pas encore une activité."""
    if du > c.horloge.aujourdhui():
        raise ErreurUsage(
            f"Un rapport dit ce qui s'est fait, et sa période ne commence que le {temps.dire_jour(du)}.",
            f"En dire une période commencée : {commande}",
        )
    au = min(fin, c.horloge.aujourdhui())
    if o.public:
        compte_rendu.exiger_des_mois(du, au, c.horloge.aujourdhui())
    finis = compte_rendu.mois_finis(du, au, c.horloge.aujourdhui()) if o.du else None
    dites = ""
    if finis:
        dites = f" --du {finis[0]} --au {finis[1]}" if isinstance(o, Options) else f" {du}"
    compte_rendu.montrer(c, batir(c, du, au, public=o.public), o, commande + dites)


def batir(c: Contexte, du: date, au: date, *, public: bool) -> Bilan:
    """Le rapport, calculé de l'archive seule : la même donne les mêmes octets, quel que soit le jour."""
    parties: list[Partie] = []
    for mission, lire in c.ecran.avancer(missions(c), "Le rapport"):
        siennes = bilans.parties(lire, du, au, public=public, compare=True, mission=mission)
        dites = [p for p in siennes if p.lignes or p.total]
        parties += dites or [Partie("", "", (), mission=mission)]
    fin_avant = bilans.un_an_avant(au + UN_JOUR) - UN_JOUR
    avant = bilans.dire_periode(bilans.un_an_avant(du), fin_avant)
    vecue = any(ligne.avant for p in parties if p.mission.startswith(VECU) for ligne in p.lignes)
    entier = compte_rendu.batir(c.lieu.reglages.nom, "rapport d'activité", (du, au), tuple(parties), public)
    if not vecue:
        return structs.replace(_sans_avant(entier), citations=_citations(c, du, au, public=public))
    return structs.replace(entier, avant=avant, citations=_citations(c, du, au, public=public))


def _sans_avant(b: Bilan) -> Bilan:
    """Le même, sans l'an d'avant : le lieu n'en a rien vécu."""
    nues = [
        structs.replace(
            p,
            total_avant="",
            lignes=tuple(structs.replace(x, avant=None, dit_avant="") for x in p.lignes),
        )
        for p in b.parties
    ]
    return structs.replace(b, parties=tuple(nues))


def _citations(c: Contexte, du: date, au: date, *, public: bool) -> tuple[Citation, ...]:
    """Les mercis, et les notes étiquetées #bilan ; à publier, celles-ci seules. Personne n'y est nommé."""
    notes = [n for n in NOTES.des_mois(c.arbre, du, au).fiches if du <= n.jour <= au]
    choisies = [n for n in notes if CHOISIE in n.etiquettes or (n.sorte is Sorte.MERCI and not public)]
    citees = sorted(choisies, key=lambda n: (CHOISIE not in n.etiquettes, n.moment, n.id))[:CITEES]
    return tuple(
        Citation(temps.dire_jour(n.jour), taire(n.texte, "quelqu'un").replace(f"#{CHOISIE}", "").strip())
        for n in sorted(citees, key=lambda n: (n.moment, n.id))
    )
