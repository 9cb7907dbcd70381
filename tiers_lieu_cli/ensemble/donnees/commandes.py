"""`tl donnees` : les droits des personnes sur ce que le lieu sait d'elles."""

from __future__ import annotations

from tiers_lieu_cli.noyau.aide import Application

_ICI = "tiers_lieu_cli.ensemble.donnees"

app = Application("Ce que le lieu sait des gens : le rendre, l'effacer, ne pas le garder trop.")
app.differer("effacer", "Effacer quelqu'un, histoire comprise.", f"{_ICI}.effacer:app")
