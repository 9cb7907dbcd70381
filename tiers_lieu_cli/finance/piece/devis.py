"""`tl finance devis` : promettre un prix jusqu'à un jour ; accepté, il devient un brouillon de facture."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import Caisse, propositions
from tiers_lieu_cli.finance.document import page
from tiers_lieu_cli.finance.document.page import dire_date
from tiers_lieu_cli.finance.montants import euros
from tiers_lieu_cli.finance.options import UnTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece import calcul, emission, lignes
from tiers_lieu_cli.finance.piece.calcul import Totaux
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS, Brouillon, Devis
from tiers_lieu_cli.finance.piece.vues import montrer_lignes, vue_des_totaux
from tiers_lieu_cli.noyau import sorties
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Les devis : un prix promis jusqu'à un jour.")
#: Un devis vaut un mois, sauf à dire autrement.
VALIDITE = timedelta(days=30)


def _proposes(caisse: Caisse) -> list[tuple[str, str]]:
    return [(d.id, caisse.nom(d.tiers)) for d in DEVIS.toutes(caisse.arbre).fiches]


_Lequel = Annotated[
    str,
    typer.Argument(
        metavar="DEVIS", help="Le devis (Tab propose).", autocompletion=completion(propositions(_proposes))
    ),
]


@app.ecrit("creer", depot=caisses.depot)
def creer(
    c: Contexte,
    e: Ecriture,
    tiers: UnTiers,
    dites: Annotated[
        list[str], typer.Option("--ligne", metavar="TARIF:QUANTITE", help="Une ligne : salle-rez:3,5.")
    ],
    valable: Annotated[
        str, typer.Option("--valable", help="Le dernier jour où il vaut ; sinon, un mois.")
    ] = "",
) -> Fait:
    """Promettre un prix.

    Exemple :
        tl finance devis creer --tiers "Les Fanfares" --ligne salle-rez:4 --valable 31/12/2026
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    fin = saisie.lire_jour(valable, c.horloge.murale()) if valable else jour + VALIDITE
    if fin < jour:
        raise ErreurUsage(f"Le {fin:%d/%m/%Y} est passé.", "Un devis vaut jusqu'à un jour à venir.")
    neuf = Devis(
        id=caisses.ident_neuf(caisse, "d", DEVIS.idents(caisse.arbre)),
        tiers=actif(designer_tiers(caisse, tiers)).id,
        cree=jour,
        valable=fin,
        lignes=tuple(lignes.a_la_main(caisse, dite, jour) for dite in dites),
    )
    DEVIS.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="finance.devis.creer",
        histoire=f"Devis {neuf.id}",
        phrase=f"Devis {neuf.id} pour {caisse.nom(neuf.tiers)} : {euros(_totaux(caisse, neuf).du)},"
        f" valable jusqu'au {fin:%d/%m/%Y}.",
        suite=f"tl finance devis fiche {neuf.id} --sortie ~/{neuf.id}.pdf",
    )


@app.ecrit("accepter", depot=caisses.depot)
def accepter(c: Contexte, e: Ecriture, lequel: _Lequel) -> Fait:
    """Le client a dit oui : un brouillon de facture est prêt, aux prix promis.

    Exemple :
        tl finance devis accepter d-7k2m9x
    """
    caisse = caisses.ouvrir(c)
    ancien, jour = DEVIS.exiger(caisse.arbre, lequel), c.horloge.aujourdhui()
    if ancien.accepte:
        raise ErreurUsage(f"{ancien.id} est déjà accepté ({ancien.brouillon}).", "tl finance facture liste")
    if ancien.valable < jour:
        raise ErreurUsage(
            f"{ancien.id} ne vaut plus depuis le {ancien.valable:%d/%m/%Y}.", "Faire un autre devis."
        )
    neuf = Brouillon(
        id=caisses.ident_neuf(caisse, "b", BROUILLONS.idents(caisse.arbre)),
        tiers=ancien.tiers,
        cree=jour,
        lignes=ancien.lignes,
        devis=ancien.id,
    )
    BROUILLONS.poser(e, neuf)
    DEVIS.corriger(e, ancien, structs.replace(ancien, accepte=jour, brouillon=neuf.id))
    return Fait(
        id=neuf.id,
        action="finance.devis.accepter",
        histoire=f"Devis {ancien.id} accepté",
        phrase=f"{ancien.id} est accepté ; le brouillon {neuf.id} attend d'être émis.",
        suite=f"tl finance facture emettre {neuf.id}",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les devis, les plus récents d'abord.

    Exemple :
        tl finance devis liste
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    tous = sorted(DEVIS.toutes(caisse.arbre).fiches, key=lambda d: (d.cree, d.id), reverse=True)
    c.ecran.liste(
        [{**_resume(caisse, d), "etat": etat(d, jour)} for d in tous],
        "Aucun devis.  En faire un : tl finance devis creer --help",
        [Colonne("Devis", style=Style.GRAS), Colonne("Pour", cede=True), Colonne("Montant"), Colonne("État")],
        ((d.id, caisse.nom(d.tiers), euros(_totaux(caisse, d).du), etat(d, jour)) for d in tous),
        json=json,
    )


@app.lit("fiche")
def fiche(
    c: Contexte,
    lequel: _Lequel,
    sortie: Annotated[Path | None, typer.Option("--sortie", help="L'écrire en PDF.")] = None,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Un devis, à l'écran ou en PDF.

    Exemple :
        tl finance devis fiche d-7k2m9x --sortie ~/devis.pdf
    """
    caisse = caisses.ouvrir(c)
    trouve, jour = DEVIS.exiger(caisse.arbre, lequel), c.horloge.aujourdhui()
    totaux = _totaux(caisse, trouve)
    if sortie:
        client = caisse.identite(caisse.tiers[trouve.tiers])
        reperes = [("Date", dire_date(trouve.cree)), ("Valable", f"jusqu'au {dire_date(trouve.valable)}")]
        vue = page.du_projet("Devis", trouve.id.upper(), reperes, totaux, caisse.vendeur, client)
        sortie = sorties.ecrire(c, sortie, page.pdf(vue, trouve.cree), ecraser=ecraser, noms=True)
    if json:
        c.ecran.json({**_resume(caisse, trouve), "etat": etat(trouve, jour), **vue_des_totaux(totaux)})
        return
    c.ecran.titre(f"Devis {trouve.id} · {caisse.nom(trouve.tiers)}", etat(trouve, jour))
    montrer_lignes(c.ecran, totaux)
    if sortie:
        c.ecran.dire(f"Écrit dans {sortie}.")


def etat(devis: Devis, jour: date) -> str:
    """Où en est un devis."""
    if devis.accepte:
        return f"accepté le {devis.accepte:%d/%m/%Y}"
    fin = f"{devis.valable:%d/%m/%Y}"
    return f"valable jusqu'au {fin}" if devis.valable >= jour else f"échu le {fin}"


def _totaux(caisse: Caisse, devis: Devis) -> Totaux:
    return calcul.totaliser(devis.lignes, lambda ligne: emission.regime_de(caisse, ligne, devis.cree))


def _resume(caisse: Caisse, devis: Devis) -> dict[str, object]:
    return {"fiche": devis, "du": f"{_totaux(caisse, devis).du:f}"}
