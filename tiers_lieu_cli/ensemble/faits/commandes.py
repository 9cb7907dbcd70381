"""`tl faits exporter` : dire à la caisse ce qui s'est passé, les jours qui sont clos."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.faits import exportation
from tiers_lieu_cli.ensemble.faits.modele import ecrire
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Ce que le lieu dit au trésorier : des faits, sans un nom ni un montant.")


@app.lit("exporter", vers=Vers)
def exporter(
    c: Contexte,
    jour: Annotated[str, typer.Option("--le", help="Un seul jour, clos.")] = "",
    du: Annotated[str, typer.Option("--du", help="Le premier jour.")] = "",
    au: Annotated[str, typer.Option("--au", help="Le dernier jour, compris ; sinon, le premier.")] = "",
    vers: Vers = A_L_ECRAN,
    json: Json = False,
) -> None:
    """Dire au trésorier ce qui s'est passé : usages, annulations, présences, clés. Ni nom, ni montant.

    Le même enregistrement donne toujours les mêmes octets ; ce qui fut corrigé monte d'une révision.

    Exemples :
        tl faits exporter --le hier
        tl faits exporter --du 1/11 --au 23/11 --sortie ~/faits-novembre.json
    """
    premier, dernier = _jours(c, jour, du, au)
    commit = c.archive.empreinte(c.commit)
    lot = exportation.exporter(c.archive, commit, c.lieu.fuseau, premier, dernier)
    if vers.sortie is None:
        c.ecran.page(ecrire(lot).decode())
        return
    sortie = vers.ecrire(c, ecrire(lot))
    faits = lot["faits"]
    assert isinstance(faits, list)
    if json:
        c.ecran.json(
            {k: v for k, v in lot.items() if k != "faits"} | {"faits": len(faits), "fichier": str(sortie)}
        )
        return
    c.ecran.dire(f"{lot['lot']}, révision {lot['revision']} : {len(faits)} faits dans {sortie}, sans un nom.")
    c.ecran.dire(f"  Au trésorier : tl finance faits importer {sortie}")


def _jours(c: Contexte, jour: str, du: str, au: str) -> tuple[date, date]:
    if bool(jour) == bool(du):
        raise ErreurUsage("Il manque quels jours.", "Dire --le hier, ou --du 1/11 --au 23/11")
    premier, dernier = saisie.lire_periode(jour or du, jour or au or du, c.horloge.murale())
    if dernier >= c.horloge.aujourdhui():
        raise ErreurUsage("Aujourd'hui n'est pas fini.", "S'arrêter à hier au plus tard.")
    return premier, dernier
