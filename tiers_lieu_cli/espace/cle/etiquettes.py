"""`tl espace cle etiquettes` : de quoi étiqueter chaque exemplaire d'une clé, en PDF."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.espace.cle.modele import CLES, CleCitee, Sorte
from tiers_lieu_cli.espace.cle.options import exiger
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.pages import charte, pdf, qr
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Vers

app = Application()


class Etiquette(msgspec.Struct, frozen=True, kw_only=True):
    """Une étiquette ; jamais l'adresse de ce que la clé ouvre : elle se perd."""

    id: str
    nom: str
    numero: str
    rangee: str
    qr: str


@app.lit("etiquettes", vers=Vers)
def etiquettes(
    c: Contexte,
    vers: Vers,
    lesquelles: Annotated[
        list[CleCitee] | None, typer.Argument(metavar="[CLE]…", help="Sinon, toutes.")
    ] = None,
    json: Json = False,
) -> None:
    """Des étiquettes à découper, une par exemplaire : le nom, le numéro, où elle se range, et un QR.

    Rien n'y dit ce qu'elle ouvre ni où : une clé se perd.

    Exemple :
        tl espace cle etiquettes cave --sortie ~/cles.pdf
    """
    voulues = [exiger(c, mot) for mot in lesquelles or ()]
    connues = voulues or [cle for cle in CLES.toutes(c.arbre).fiches if not cle.retiree]
    toutes = [cle for cle in connues if cle.sorte is not Sorte.CODE]
    if json:
        c.ecran.json(toutes)
        return
    if not toutes:
        raise ErreurUsage("Aucune clé à étiqueter.", 'En ajouter une : tl espace cle creer cave --nom "Cave"')
    vers.exiger("cles.pdf")
    dites = [
        Etiquette(
            id=cle.id,
            nom=cle.nom,
            numero=f"{n} / {cle.exemplaires}" if cle.exemplaires > 1 else "",
            rangee=cle.rangee,
            qr=qr.svg(cle.id),
        )
        for cle in toutes
        for n in range(1, cle.exemplaires + 1)
    ]
    vue = {"titre": f"Clés · {c.lieu.reglages.nom}", "etiquettes": dites}
    ecrit = vers.ecrire(c, pdf.composer("etiquettes-de-cles", vue, charte.du_lieu(c.lieu)))
    c.ecran.dire(f"{len(dites)} étiquette{'s' * (len(dites) > 1)} dans {ecrit}.")
