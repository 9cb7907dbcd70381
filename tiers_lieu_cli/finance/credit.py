"""`tl finance credit` : vendre des heures d'avance, voir ce qui en reste."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import carnets
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.carnets import CARNETS, Carnet
from tiers_lieu_cli.finance.comptabilite.regles import CARNET
from tiers_lieu_cli.finance.montants import ZERO, euros, nombre, ranger, ranger_montant
from tiers_lieu_cli.finance.options import LeTarif, UnTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece import emission, lignes
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon, Ligne
from tiers_lieu_cli.finance.piece.vues import accorder
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Les heures vendues d'avance : en vendre, voir ce qui en reste.")


@app.ecrit("vendre", depot=caisses.depot)
def vendre(
    c: Contexte,
    e: Ecriture,
    tarif: LeTarif,
    quantite: Annotated[str, typer.Argument(help="Combien d'unités : 10.")],
    tiers: UnTiers,
    prix: Annotated[
        str, typer.Option("--prix", help="Le prix du carnet entier, comme le tarif (HT ou TTC).")
    ],
    expire: Annotated[str, typer.Option("--expire", help="Le dernier jour où il sert.")] = "",
) -> Fait:
    """Vendre des heures d'avance : un brouillon de facture, et un carnet que les faits consomment.

    Exemple :
        tl finance credit vendre salle-rez 10 --tiers "Les Fanfares" --prix 110 --expire 31/12/2027
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    modele = lignes.du_tarif(caisse, tarif, quantite, jour, prix=prix)
    if modele.combien < 0 or not modele.prix_unitaire:
        raise ErreurUsage("Un carnet a un prix et une quantité.", "Dire combien d'unités, et --prix.")
    unite = accorder(modele.unite, modele.combien)
    ligne = msgspec.structs.replace(
        modele,
        designation=f"Carnet de {nombre(modele.combien)} {unite}, {modele.designation}",
        quantite="1",
        unite="carnet",
        tarif=f"{CARNET}{modele.tarif}",
    )
    fin = saisie.lire_jour(expire, c.horloge.murale()) if expire else None
    if fin and fin < jour:
        raise ErreurUsage("Ce carnet serait déjà expiré.", "Dire un jour qui vient : --expire 31/12/2027")
    brouillon, carnet = _poser(caisse, e, actif(designer_tiers(caisse, tiers)).id, modele, ligne, fin)
    return Fait(
        id=carnet.id,
        action="finance.credit.vendre",
        histoire=f"Carnet {carnet.id}",
        phrase=f"Carnet de {nombre(modele.combien)} {unite} pour {caisse.nom(carnet.tiers)} ;"
        f" le brouillon {brouillon.id} attend d'être émis.",
        suite=f"tl finance facture emettre {brouillon.id}",
        details={"brouillon": brouillon.id},
    )


def _poser(
    caisse: Caisse, e: Ecriture, tiers: str, modele: Ligne, ligne: Ligne, fin: date | None
) -> tuple[Brouillon, Carnet]:
    jour, ident = caisse.c.horloge.aujourdhui(), caisses.ident_neuf(caisse, "k", CARNETS.idents(caisse.arbre))
    brouillon = Brouillon(
        id=caisses.ident_neuf(caisse, "b", BROUILLONS.idents(caisse.arbre)),
        tiers=tiers,
        cree=jour,
        lignes=(msgspec.structs.replace(ligne, carnet=ident),),
    )
    BROUILLONS.poser(e, brouillon)
    carnet = Carnet(
        id=ident,
        tiers=tiers,
        tarif=modele.tarif,
        unite=modele.unite,
        quantite=modele.quantite,
        ht=ranger_montant(emission.preparer(caisse, brouillon, jour).totaux.ht),
        du=jour,
        expire=fin,
        brouillon=brouillon.id,
    )
    CARNETS.poser(e, carnet)
    return brouillon, carnet


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les carnets, et ce qui en reste.

    Exemple :
        tl finance credit liste
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    prises: dict[str, Decimal] = {}
    for part in carnets.parts(caisse):
        prises[part.carnet] = prises.get(part.carnet, ZERO) + part.quantite
    contenus = {k.id: k.combien for k in carnets.servables(caisse)}
    tous = sorted(CARNETS.toutes(caisse.arbre).fiches, key=lambda k: (k.du, k.id))
    restes = {
        k.id: max(contenus[k.id] - prises.get(k.id, ZERO), ZERO) if k.sert(jour) else ZERO for k in tous
    }
    if json:
        c.ecran.json(
            [
                {"fiche": k, "reste": ranger(restes[k.id]), "sert": k.sert(jour) and contenus[k.id] > 0}
                for k in tous
            ]
        )
        return
    if not tous:
        c.ecran.dire("Aucun carnet.  En vendre : tl finance credit vendre --help")
        return
    c.ecran.tableau(
        [
            Colonne("Carnet", style=Style.PALE),
            Colonne("Pour", cede=True),
            Colonne("Reste"),
            Colonne("Expire"),
        ],
        [
            (
                k.id,
                caisse.nom(k.tiers),
                f"{nombre(restes[k.id])} {accorder(k.unite, k.combien)} sur {nombre(k.combien)}"
                if contenus[k.id]
                else "annulé",
                _expire(k),
            )
            for k in tous
        ],
    )
    c.ecran.dire(f"Vendu d'avance et pas encore utilisé : {euros(carnets.dette(caisse))}.")


def _expire(carnet: Carnet) -> str:
    return f"{carnet.expire:%d/%m/%Y}" if carnet.expire else "jamais"
