"""`tl journal semaine` : une semaine du journal, jour par jour, à l'écran ou sur une page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import typer

from tiers_lieu_cli.journal import fiches, regles
from tiers_lieu_cli.journal.modele import CLOTURES, NOTES, Note, Sorte, ident_du_jour
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import document
from tiers_lieu_cli.noyau.pages.document import Document, Fait, Section
from tiers_lieu_cli.noyau.pages.rendu import Format, Page, forme
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau
from tiers_lieu_cli.noyau.texte import accorder

app = Application()


@app.lit("semaine", page=Page)
def semaine(
    c: Contexte,
    page: Page,
    jour: Annotated[
        str, typer.Argument(metavar="[JOUR]", help="Un jour de la semaine voulue : lundi, 12/11.")
    ] = "aujourd'hui",
    genre: Annotated[Sorte | None, typer.Option("--genre", help="Seulement les notes de ce genre.")] = None,
) -> None:
    """Relire une semaine du journal, jour par jour.

    Exemples :
        tl journal semaine
        tl journal semaine "il y a 2 semaines" --genre merci
        tl journal semaine --sortie ~/journal.pdf
    """
    lundi = temps.lundi_de(saisie.lire_jour(jour, c.horloge.murale(), Sens.LIBRE))
    dimanche = lundi + timedelta(days=6)
    recolte = NOTES.des_mois(c.arbre, lundi, dimanche)
    c.ecran.defauts(recolte.defauts)
    notes = [n for n in recolte.fiches if lundi <= n.jour <= dimanche and genre in (None, n.sorte)]
    par_jour = {lundi + n * UN_JOUR: regles.du_jour(notes, lundi + n * UN_JOUR) for n in range(7)}
    voulue = forme(page.format, page.sortie, json=page.json)
    if voulue is Format.JSON and page.sortie is None:
        jours = [
            {"jour": quand, "clos": _est_clos(c, quand), "notes": siennes}
            for quand, siennes in par_jour.items()
        ]
        c.ecran.json({"du": lundi, "au": dimanche, "jours": jours})
        return
    vue = Document(
        c.lieu.reglages.nom,
        f"Journal, {temps.dire_semaine(Creneau.de_jours(lundi, dimanche))}",
        accorder(len(notes), "note"),
        tuple(
            _section(c, quand, siennes, nommees=voulue is not Format.TERMINAL)
            for quand, siennes in par_jour.items()
            if siennes
        ),
    )
    if not document.rendre(c, vue, page, "Le journal", noms=True):
        document.dire(c, vue)
        if not notes:
            c.ecran.dire("Rien de noté.")


def _est_clos(c: Contexte, jour: date) -> bool:
    return CLOTURES.une(c.arbre, ident_du_jour(jour)) is not None


def _section(c: Contexte, jour: date, notes: Sequence[Note], *, nommees: bool) -> Section:
    montrer = c.registre.montrer if nommees else str
    clos = " (clos)" if _est_clos(c, jour) else ""
    faits = tuple(Fait(f"{n.instant:%H:%M}", montrer(fiches.dire(c, n)), n.id) for n in notes)
    return Section(f"{temps.dire_jour(jour).capitalize()}{clos}", faits=faits)
