"""`tl donnees` : les droits des personnes sur ce que le lieu sait d'elles."""

from __future__ import annotations

from tiers_lieu_cli.noyau.ecran.aide import Application

_ICI = "tiers_lieu_cli.ensemble.donnees"

app = Application("Ce que le lieu sait des gens : le rendre, l'effacer, ne pas le garder trop.")
app.differer("exporter", "Rendre à quelqu'un tout ce que le lieu sait de lui.", f"{_ICI}.exporter:app")
app.differer("effacer", "Effacer quelqu'un, histoire comprise.", f"{_ICI}.effacer:app")
app.differer("conserver", "Ce qu'il n'y a plus de raison de garder.", f"{_ICI}.conserver:app")
app.differer(
    "registre-traitements", "Le registre des traitements (RGPD, article 30).", f"{_ICI}.traitements:app"
)
