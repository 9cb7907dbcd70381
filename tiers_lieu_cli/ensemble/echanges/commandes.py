"""`tl importer` : ce qui vient d'ailleurs entre dans le lieu, après avoir été montré."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

app = Application("Faire entrer un agenda ou un tableau venu d'ailleurs, aperçu d'abord.")
app.differer("ics", "Un agenda (.ics) au programme.", "tiers_lieu_cli.prog.importer:app")
app.differer(
    "csv", "Un tableau (.csv) de fiches de tout genre.", "tiers_lieu_cli.ensemble.echanges.importer:app"
)
