"""`tl finance tableau` : ce qu'on a, ce qui doit entrer et sortir, semaine par semaine."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import cautions, engagements, especes
from tiers_lieu_cli.finance.achats import ACHATS, est_approuve
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application()


class Semaine(msgspec.Struct, frozen=True):
    """Ce qui doit entrer et sortir une semaine, et ce qu'il resterait à la fin."""

    lundi: date
    entre: Decimal
    sort: Decimal
    reste: Decimal


def avoir(caisse: Caisse) -> Decimal:
    """Ce qui est en banque et dans la boîte."""
    banque = caisse.vue(Banque)
    en_banque = sum((Decimal(banque.de(iban)[-1].final) for iban in banque.ibans if banque.de(iban)), ZERO)
    return en_banque + especes.solde(caisse)


def prevoir(caisse: Caisse, jour: date, combien: int) -> list[Semaine]:
    """Les semaines qui viennent : factures, achats, engagements ; ce qui est échu compte pour la première."""
    banque = caisse.vue(Banque)
    depart = temps.lundi_de(jour)
    entrees: dict[date, Decimal] = {}
    sorties: dict[date, Decimal] = {}
    for piece in caisse.livre.toutes:
        if piece.serie == "F" and (reste := banque.reste_du(piece)) > 0:
            lundi = max(temps.lundi_de(piece.echeance), depart)
            entrees[lundi] = entrees.get(lundi, ZERO) + reste
    for achat in ACHATS.toutes(caisse.arbre).fiches:
        du = achat.total + banque.paye.get(achat.id, ZERO)
        if du > 0 and est_approuve(caisse, achat):
            lundi = max(temps.lundi_de(achat.echeance), depart)
            sorties[lundi] = sorties.get(lundi, ZERO) + du
    for promis in engagements.a_venir(caisse, jour, depart + timedelta(weeks=combien, days=-1)):
        cote = entrees if promis.entre else sorties
        lundi = temps.lundi_de(promis.jour)
        cote[lundi] = cote.get(lundi, ZERO) + promis.somme
    semaines, reste = [], avoir(caisse)
    for rang in range(combien):
        lundi = depart + timedelta(weeks=rang)
        entre, sort = entrees.get(lundi, ZERO), sorties.get(lundi, ZERO)
        reste += entre - sort
        semaines.append(Semaine(lundi, entre, sort, reste))
    return semaines


@app.lit("tableau")
def tableau(
    c: Contexte,
    combien: Annotated[int, typer.Option("--semaines", min=1, max=52, help="Combien de semaines.")] = 8,
    json: Json = False,
) -> None:
    """La trésorerie des semaines qui viennent, d'après les échéances et les engagements connus.

    Exemple :
        tl finance tableau --semaines 12
    """
    caisse = caisses.ouvrir(c)
    semaines = prevoir(caisse, c.horloge.aujourdhui(), combien)
    a_rendre = cautions.dues(caisse)
    if json:
        c.ecran.json(
            {
                "avoir": ranger_montant(avoir(caisse)),
                "cautions": ranger_montant(a_rendre),
                "semaines": [
                    {
                        "lundi": s.lundi,
                        **{n: ranger_montant(getattr(s, n)) for n in ("entre", "sort", "reste")},
                    }
                    for s in semaines
                ],
            }
        )
        return
    rendre = f", dont {euros(a_rendre)} de cautions à rendre" if a_rendre else ""
    c.ecran.titre(f"{c.lieu.reglages.nom} · trésorerie", f"{euros(avoir(caisse))} aujourd'hui{rendre}")
    c.ecran.tableau(
        [
            Colonne("Semaine du", style=Style.GRAS),
            Colonne("Doit entrer"),
            Colonne("Doit sortir"),
            Colonne("Resterait"),
        ],
        [(f"{s.lundi:%d/%m/%Y}", euros(s.entre), euros(s.sort), euros(s.reste)) for s in semaines],
    )
