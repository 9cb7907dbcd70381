"""`tl finance facture brouillon…` : préparer une facture, la relire, l'ôter."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.document import page
from tiers_lieu_cli.finance.document.page import dire_date
from tiers_lieu_cli.finance.faits import etats
from tiers_lieu_cli.finance.faits.modele import Fait as FaitRecu
from tiers_lieu_cli.finance.montants import euros
from tiers_lieu_cli.finance.options import LeBrouillon, LeTarif, UnTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece import emission, lignes
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon, Ligne
from tiers_lieu_cli.finance.piece.vues import montrer_lignes, vue_des_totaux
from tiers_lieu_cli.finance.tarif.modele import Tarif
from tiers_lieu_cli.noyau import sorties, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import Ecraser
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Les factures : brouillon, émission, suivi.")
app.anciens["supprimer"] = "retirer"


@app.ecrit("brouillon", depot=caisses.depot)
def brouillon(
    c: Contexte,
    e: Ecriture,
    tiers: UnTiers = "",
    depuis_faits: Annotated[
        bool,
        typer.Option(
            "--depuis-faits", help="Tout ce qui n'est pas encore facturé (sans --tiers : à chacun)."
        ),
    ] = False,
    dites: Annotated[
        list[str] | None, typer.Option("--ligne", metavar="TARIF:QUANTITE", help="Une ligne : salle-rez:3,5.")
    ] = None,
    du: Annotated[str, typer.Option("--du", help="Les faits à partir de ce jour.")] = "",
    au: Annotated[str, typer.Option("--au", help="Les faits jusqu'à ce jour compris.")] = "",
    operation: Annotated[str, typer.Option("--operation", help="Le jour de la prestation.")] = "",
    echeance: Annotated[str, typer.Option("--echeance", help="Le dernier jour pour payer.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Ce que le client veut y lire.")] = "",
) -> Fait | Rien:
    """Préparer une facture, d'après les faits reçus ou à la main.

    Exemples :
        tl finance facture brouillon --tiers "Menuiserie Lambert" --depuis-faits
        tl finance facture brouillon --depuis-faits
        tl finance facture brouillon --tiers "Amina Benali" --ligne salle-rez:3,5
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    if not tiers and (dites or not depuis_faits):
        raise ErreurUsage("Il manque pour qui.", "Dire --tiers NOM, ou --depuis-faits pour chacun.")
    voulu = actif(designer_tiers(caisse, tiers)).id if tiers else ""
    nu = Brouillon(
        id="b",
        tiers=voulu,
        cree=jour,
        operation=_jour(c, operation),
        echeance=_jour(c, echeance),
        reference=texte.ligne(reference, "La référence", vide=True),
    )
    if nu.echeance and nu.echeance < jour:
        raise ErreurUsage("Cette échéance est déjà passée.", "Dire un jour qui vient : --echeance 31/12/2026")
    main = tuple(lignes.a_la_main(caisse, dite, nu.operation or jour) for dite in dites or ())
    par_tiers: dict[str, tuple[Ligne, ...]] = {voulu: main} if voulu else {}
    if depuis_faits:
        bornes = (_jour(c, du) or date.min, _jour(c, au) or date.max)
        for qui, leurs in _faits_par_tiers(caisse, voulu, *bornes).items():
            par_tiers[qui] = (*leurs, *par_tiers.get(qui, ()))
        par_tiers = {qui: leurs for qui, leurs in par_tiers.items() if leurs}
        if not par_tiers:
            return Rien(phrase="Aucun fait n'est à facturer.", suite="tl finance faits trous")
    poses: list[Brouillon] = []
    pris = set(BROUILLONS.idents(caisse.arbre))
    for qui, leurs in sorted(par_tiers.items()):
        neuf = structs.replace(nu, id=caisses.ident_neuf(caisse, "b", pris), tiers=qui, lignes=leurs)
        BROUILLONS.poser(e, neuf)
        pris.add(neuf.id)
        poses.append(neuf)
    return _prepares(caisse, poses, jour)


def _faits_par_tiers(caisse: Caisse, voulu: str, du: date, au: date) -> dict[str, tuple[Ligne, ...]]:
    par_tiers: dict[str, list[tuple[FaitRecu, Tarif]]] = {}
    for qui, fait, tarif in etats.a_facturer(caisse, voulu, du, au):
        par_tiers.setdefault(qui, []).append((fait, tarif))
    return {qui: lignes.des_faits(paires) for qui, paires in par_tiers.items()}


def _prepares(caisse: Caisse, poses: list[Brouillon], jour: date) -> Fait:
    dits = [
        f"  {p.id}  {caisse.nom(p.tiers)}  {euros(emission.preparer(caisse, p, jour).totaux.du)}"
        for p in poses[:12]
    ]
    if len(poses) > len(dits):
        dits.append(f"  … et {accorder(len(poses) - len(dits), 'autre')} : tl finance facture liste")
    premier = poses[0]
    combien = f"{len(poses)} brouillons sont prêts" if len(poses) > 1 else "Un brouillon est prêt"
    return Fait(
        id=premier.id,
        action="finance.facture.brouillon",
        histoire=f"{len(poses)} brouillon{'s' * (len(poses) > 1)} de facture",
        phrase=f"{combien}, à relire avant d'émettre :",
        lignes=dits,
        suite=f"tl finance facture apercu {premier.id}"
        if len(poses) == 1
        else "tl finance facture emettre --tout",
        details={"brouillons": [p.id for p in poses]},
    )


@app.ecrit("ligne", depot=caisses.depot)
def ligne(
    c: Contexte,
    e: Ecriture,
    lequel: LeBrouillon,
    tarif: LeTarif,
    quantite: Annotated[str, typer.Argument(help="Combien : 3,5.")],
    designation: Annotated[str, typer.Option("--designation", help="Ce que la ligne dit.")] = "",
    prix: Annotated[str, typer.Option("--prix", help="Un prix convenu, autre que celui du tarif.")] = "",
    remise: Annotated[bool, typer.Option("--remise", help="À déduire, et non à ajouter.")] = False,
    oter: Annotated[int | None, typer.Option("--oter", help="Ôter d'abord cette ligne (1, 2…).")] = None,
) -> Fait:
    """Ajouter une ligne à un brouillon ; son régime de TVA est celui du tarif.

    Exemple :
        tl finance facture ligne b-7k2m9x salle-rez 3,5 --designation "Assemblée générale"
    """
    caisse = caisses.ouvrir(c)
    ancien = BROUILLONS.exiger(caisse.arbre, lequel)
    jour = ancien.operation or c.horloge.aujourdhui()
    gardees = tuple(garde for rang, garde in enumerate(ancien.lignes, start=1) if rang != oter)
    if oter is not None and len(gardees) == len(ancien.lignes):
        raise ErreurUsage(
            f"« {ancien.id} » n'a pas de ligne {oter}.", f"tl finance facture apercu {ancien.id}"
        )
    neuve = lignes.du_tarif(caisse, tarif, f"-{quantite}" if remise else quantite, jour, designation, prix)
    neuf = structs.replace(ancien, lignes=(*gardees, neuve))
    BROUILLONS.corriger(e, ancien, neuf)
    total = emission.preparer(caisse, neuf, jour).totaux.du
    return Fait(
        id=neuf.id,
        action="finance.facture.ligne",
        histoire=f"Une ligne de plus au brouillon {neuf.id}",
        phrase=f"Ajouté ; le brouillon {elider('de', caisse.nom(neuf.tiers))} demande {euros(total)}.",
        suite=f"tl finance facture apercu {neuf.id}",
    )


@app.ecrit("retirer", depot=caisses.depot)
def retirer(c: Contexte, e: Ecriture, lequel: LeBrouillon) -> Fait:
    """Ôter un brouillon ; ses faits redeviennent à facturer. Une facture émise, elle, ne s'ôte jamais.

    Exemple :
        tl finance facture retirer b-7k2m9x
    """
    caisse = caisses.ouvrir(c)
    ancien = BROUILLONS.exiger(caisse.arbre, lequel)
    e.retirer(BROUILLONS.genre.chemin(ancien.id))
    return Fait(
        id=ancien.id,
        action="finance.facture.supprimer",
        histoire=f"Brouillon {ancien.id} ôté",
        phrase=f"Le brouillon {elider('de', caisse.nom(ancien.tiers))} est ôté ;"
        " ses faits sont de nouveau à facturer.",
        lignes=[f"  Le carnet {x.carnet} ne sert plus." for x in ancien.lignes if x.carnet],
        suite="tl finance facture liste",
    )


@app.lit("apercu")
def apercu(
    c: Contexte,
    lequel: LeBrouillon,
    sortie: Annotated[Path | None, typer.Option("--sortie", help="Écrire l'aperçu en PDF.")] = None,
    ecraser: Ecraser = False,
    json: Json = False,
) -> None:
    """Relire un brouillon : ses lignes, ses totaux, ce qui manque pour l'émettre.

    Exemple :
        tl finance facture apercu b-7k2m9x --sortie ~/apercu.pdf
    """
    caisse = caisses.ouvrir(c)
    trouve = BROUILLONS.exiger(caisse.arbre, lequel)
    jour = c.horloge.aujourdhui()
    voulue = emission.preparer(caisse, trouve, jour)
    client = caisse.identite(voulue.tiers)
    manquent = list(emission.manques(caisse, voulue, client, jour))
    if sortie:
        reperes = [("Date", dire_date(jour)), ("Échéance", dire_date(voulue.echeance))]
        vue = page.du_projet("Facture", trouve.id, reperes, voulue.totaux, caisse.vendeur, client)
        sortie = sorties.ecrire(c, sortie, page.pdf(vue, jour), ecraser=ecraser, noms=True)
    if json:
        c.ecran.json({"fiche": trouve, **vue_des_totaux(voulue.totaux), "manques": manquent})
        return
    c.ecran.titre(
        f"Brouillon {trouve.id} · {client.nom}", f"à payer au plus tard le {dire_date(voulue.echeance)}"
    )
    montrer_lignes(c.ecran, voulue.totaux)
    for manque in manquent:
        c.ecran.dire(f"  Manque · {manque}")
    if sortie:
        c.ecran.dire(f"Aperçu écrit dans {sortie}.")
    if not manquent:
        c.ecran.dire(f"  Ensuite : tl finance facture emettre {trouve.id}")


def _jour(c: Contexte, dit: str) -> date | None:
    return saisie.lire_jour(dit, c.horloge.murale(), Sens.LIBRE) if dit else None
