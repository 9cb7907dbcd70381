"""« Celle-ci et les suivantes » : `tl prog serie depuis`."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.noyau.contexte import ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.prog.evenement.details import Dits, completer
from tiers_lieu_cli.prog.serie import changements, salles
from tiers_lieu_cli.prog.serie.dates import UneDate, lire
from tiers_lieu_cli.prog.serie.modele import SERIES
from tiers_lieu_cli.prog.serie.options import (
    AutreRegle,
    Fin,
    Laquelle,
    avec_une_autre_regle,
    dire_regle,
    ident_neuf,
)

depuis_app = Application()


@depuis_app.action("depuis", dits=Dits)
def depuis(
    ctx: typer.Context,
    serie: Laquelle,
    jour_dit: UneDate,
    dits: Dits,
    titre: Annotated[str | None, typer.Option("--titre", help="Le nouveau titre.")] = None,
    regle: AutreRegle = None,
    au: Fin = None,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Changer une date et toutes les suivantes : la série se coupe en deux, et le dit.

    Les dates qui restent les mêmes jours gardent leur nom : inscriptions et équipes suivent.

    Exemples :
        tl prog serie depuis chorale-7k2m 5/1 --regle "chaque mercredi 19h-21h"
        tl prog serie depuis chorale-7k2m 5/1 --salle cour
    """
    c = ouvrir(ctx)
    with c.ecriture() as ecriture:
        ancienne, (jour,) = lire(c, serie, [jour_dit])
        avant, apres = changements.couper(ancienne, jour, ident_neuf(c, ancienne.titre))
        changee = avec_une_autre_regle(c, completer(c, apres, dits, titre), regle, au, jour)
        if changee == apres:
            raise ErreurUsage("Rien ne change.", "Donner ce qui change : --regle, --salle, --au, --titre…")
        changee = salles.promettre(c.arbre, changee, jour, c.horloge.murale(), remplacees=[avant.id])
        SERIES.corriger(ecriture, ancienne, avant)
        SERIES.poser(ecriture, changee)
        fait = Fait(
            id=changee.id,
            action="prog.serie.depuis",
            histoire=f"Série « {ancienne.titre} » coupée en deux : {dire_regle(changee)}",
            phrase=(
                f"Deux séries désormais : « {avant.titre} » jusqu'au {avant.recurrence.au} ({avant.id}), "
                f"puis « {changee.titre} », {dire_regle(changee)} ({changee.id})."
            ),
            suite=f"tl prog serie fiche {changee.id}",
        )
        c.achever(ecriture, fait, json=json, essai=essai)
