"""`tl finance faits` : recevoir ce que les opérations disent, voir ce qui manque."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import LOTS, Caisse
from tiers_lieu_cli.finance.faits import etats, regles
from tiers_lieu_cli.finance.faits.etats import Etat, Sort
from tiers_lieu_cli.finance.faits.modele import Fait as FaitRecu
from tiers_lieu_cli.finance.faits.modele import Lot
from tiers_lieu_cli.finance.faits.regles import Correction
from tiers_lieu_cli.finance.montants import nombre
from tiers_lieu_cli.finance.piece.vues import accorder
from tiers_lieu_cli.noyau import fichiers, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.arbre import TAILLE_D_UN_LOT
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application("Les faits venus des opérations : recevoir, voir ce qui manque.")


@app.ecrit("importer", depot=caisses.depot)
def importer(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(help="Le lot, fait par tl faits exporter.")],
) -> Fait | Rien:
    """Recevoir un lot de faits ; deux fois le même ne change rien, un mot de trop fait tout refuser.

    Exemple :
        tl finance faits importer faits-novembre.json
    """
    caisse = caisses.ouvrir(c)
    octets = fichiers.octets(fichier, TAILLE_D_UN_LOT, "Le demander en plusieurs lots.")
    lot = regles.lire(octets, c.horloge.aujourdhui())
    caisse.exiger_ouvert(*(fait.jour for fait in lot.faits))
    recu = regles.recevoir(lot, caisse.memoire)
    caisse.exiger_ouvert(*(caisse.memoire.faits[fait.id].jour for fait in recu.corriges))
    neufs, corriges = len(recu.neufs), len(recu.corriges)
    connus = len(lot.faits) - neufs - corriges
    details = {
        "lot": lot.lot,
        "neufs": neufs,
        "corriges": corriges,
        "connus": connus,
    }
    if not recu and set(temps.jours(lot.du, lot.au)) <= caisse.memoire.couverts:
        return Rien(
            phrase=f"{lot.lot} : 0 nouveau, tout était déjà reçu.",
            suite="tl finance faits trous",
            details=details,
        )
    e.creer(_chemin(caisse, lot), octets)
    touches = {fait.id for fait in recu.corriges} & {
        cle.partition(":")[0] for cle in caisse.factures_des_faits
    }
    etaient = texte.accorder(len(touches), "était facturé", "étaient facturés")
    lignes = [f"{etaient} : une correction est proposée."] if touches else []
    return Fait(
        id=lot.lot,
        action="finance.faits.importer",
        histoire=f"Faits reçus : {lot.lot}, révision {lot.revision}",
        phrase=f"{lot.lot} : {texte.accorder(neufs, 'nouveau')},"
        f" {texte.accorder(corriges, 'corrigé')}, {texte.accorder(connus, 'déjà connu', 'déjà connus')}.",
        lignes=lignes,
        suite="tl finance faits corrections" if touches else "tl finance facture brouillon --depuis-faits",
        details=details,
    )


@app.lit("trous")
def trous(c: Contexte, json: Json = False) -> None:
    """Les jours dont rien n'est reçu, et les faits qui n'ont pas encore de tiers.

    Exemple :
        tl finance faits trous
    """
    caisse = caisses.ouvrir(c)
    manquent = regles.trous(caisse.memoire, c.horloge.aujourdhui())
    attendent = etats.sans_tiers(caisse)
    if json:
        c.ecran.json({"jours": manquent, "sans_tiers": {qui: len(f) for qui, f in sorted(attendent.items())}})
        return
    if not caisse.memoire.lots:
        c.ecran.dire("Rien n'est encore reçu.  Recevoir : tl finance faits importer")
        return
    if manquent:
        c.ecran.dire(f"{texte.accorder(len(manquent), 'jour manque', 'jours manquent')} :")
        for jour in manquent[:31]:
            c.ecran.dire(f"  {temps.dire_jour(jour)}")
        c.ecran.dire(
            f"  Les demander : tl faits exporter --du {manquent[0]} --au {manquent[-1]} --sortie ~/faits.json"
        )
    else:
        c.ecran.dire("Aucun jour ne manque.")
    for qui, faits in sorted(attendent.items()):
        combien = texte.accorder(len(faits), "fait attend", "faits attendent")
        if qui:
            c.ecran.dire(f"{combien} un tiers ({qui}).  tl finance tiers lier {qui}")
        else:
            c.ecran.dire(f"{combien} sans que personne soit dit : à revoir avec l'accueil.")


@app.lit("liste")
def liste(
    c: Contexte,
    tous: Annotated[bool, typer.Option("--tout", help="Ceux qui sont facturés aussi.")] = False,
    json: Json = False,
) -> None:
    """Les faits reçus, et ce qu'ils sont devenus.

    Exemple :
        tl finance faits liste
    """
    caisse = caisses.ouvrir(c)
    factures = {cle.partition(":")[0]: ou[0] for cle, ou in caisse.factures_des_faits.items()}
    faits = sorted(caisse.memoire.faits.values(), key=lambda f: (f.jour, f.id))
    reponses = list(etats.repondre(caisse, (f for f in faits if tous or f.id not in factures)))
    sorts = etats.sorts(caisse)
    c.ecran.liste(
        [
            {"fait": _vue(r.fait), "etat": r.etat, "motif": r.motif, "facture": factures.get(r.fait.id)}
            for r in reponses
        ],
        "Aucun fait n'attend.  Recevoir : tl finance faits importer",
        [
            Colonne("Jour", style=Style.GRAS),
            Colonne("Quoi", cede=True),
            Colonne("Combien"),
            Colonne("Pour", cede=True),
            Colonne("Où", cede=True),
        ],
        (_rang(caisse, r, factures.get(r.fait.id, ""), sorts[r.fait.id]) for r in reponses),
        json=json,
    )


@app.lit("corrections")
def corrections(c: Contexte, json: Json = False) -> None:
    """Les faits facturés qui ont changé depuis : chacun se crédite, puis se refacture.

    Exemple :
        tl finance faits corrections
    """
    caisse = caisses.ouvrir(c)
    proposees = etats.a_corriger(caisse)
    if json:
        c.ecran.json(
            [
                {
                    "facture": caisse.livre.une(_numero(x.facture)).numero,
                    "ligne": x.rang,
                    "facture_comme": _vue(x.facture_comme) if x.facture_comme else None,
                    "devenu": _vue(x.devenu),
                }
                for x in proposees
            ]
        )
        return
    if not proposees:
        c.ecran.dire("Aucun fait facturé n'a changé.")
    for correction in proposees:
        c.ecran.dire(_dire_correction(caisse, correction))
        c.ecran.dire(
            f"    tl finance note-credit creer {_numero(correction.facture)} --fait {correction.devenu.id}"
        )


def _vue(fait: FaitRecu) -> dict[str, object]:
    """Un fait, pour un autre programme : ce n'est pas une fiche, son identifiant est celui des opérations."""
    dit = structs.asdict(fait)
    return {"fait": dit.pop("id"), **dit}


def _numero(piece: str) -> str:
    return piece.partition("-")[2]


def _dire_correction(caisse: Caisse, correction: Correction) -> str:
    """Ce qui fut facturé et ce qu'il est devenu : ce qui diffère, et rien d'autre."""
    alors, devenu = correction.facture_comme, correction.devenu
    avant, apres = _traits(caisse, alors) if alors else {}, _traits(caisse, devenu)
    changes = [trait for trait in apres if alors and avant[trait] != apres[trait]]
    dit_avant = (
        ", ".join(avant[t] for t in changes) if alors and changes else avant.get("quantite", "inconnu")
    )
    dit_apres = "annulé" if devenu.annule else ", ".join(apres[t] for t in changes or ("quantite",))
    quoi = devenu.objet or devenu.genre
    return f"  {devenu.jour:%d/%m/%Y}  {quoi} : facturé {dit_avant}, devenu {dit_apres}"


def _traits(caisse: Caisse, fait: FaitRecu) -> dict[str, str]:
    """Ce qu'un fait dit, chaque chose en mots."""
    return {
        "quantite": f"{nombre(fait.combien)} {accorder(fait.unite, fait.combien)}",
        "genre": str(fait.genre),
        "objet": fait.objet or "sans objet",
        "jour": f"le {fait.jour:%d/%m/%Y}",
        "qui": f"pour {_nommer(caisse, fait)}",
        "convention": fait.convention or "sans convention",
    }


def _nommer(caisse: Caisse, fait: FaitRecu) -> str:
    return caisse.nom(caisse.liens[fait.qui]) if fait.qui in caisse.liens else fait.qui or "personne"


def _rang(caisse: Caisse, r: etats.Reponse, facture: str, sort: Sort) -> tuple[str, ...]:
    ou = _numero(facture) if facture and not facture.startswith("b-") else facture
    if not ou and r.etat is Etat.EN_ATTENTE:
        ou = "attend un prix" if r.fait.qui in caisse.liens else "attend un tiers"
    elif not ou:
        ou = sort if r.etat is Etat.ACCEPTE else "unité sans prix"
    combien = f"{nombre(r.fait.combien)} {accorder(r.fait.unite, r.fait.combien)}"
    quoi = f"{r.fait.objet or ''} ({r.fait.genre})".strip()
    return f"{r.fait.jour:%d/%m}", quoi, combien, _nommer(caisse, r.fait), ou


def _chemin(caisse: Caisse, lot: Lot) -> str:
    """Où ranger un lot ; le même, reçu d'un autre enregistrement, ne remplace pas le premier."""
    dossier = f"{LOTS}/{lot.au.year}"
    nom = f"{lot.lot}.r{lot.revision}"
    pris = set(caisse.arbre.noms(dossier))
    rang = next(n for n in range(1, len(pris) + 2) if f"{_suffixe(nom, n)}.json" not in pris)
    return f"{dossier}/{_suffixe(nom, rang)}.json"


def _suffixe(nom: str, rang: int) -> str:
    return nom if rang == 1 else f"{nom}.{rang}"
