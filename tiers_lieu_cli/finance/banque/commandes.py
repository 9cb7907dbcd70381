"""`tl finance banque` : faire entrer les relevés, dire ce que chaque mouvement paie."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import identite
from tiers_lieu_cli.finance.banque import camt, coda, regles
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.banque.modele import (
    COMPTES,
    Detail,
    Mouvement,
    Releve,
    ReleveLu,
)
from tiers_lieu_cli.finance.banque.rapprochement import Rapproches, rapprocher_seul, regler
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.banque.regles import Ouverte, Proposition
from tiers_lieu_cli.finance.caisse import RELEVES, Caisse, propositions
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.options import LaFacture
from tiers_lieu_cli.noyau import fichiers, texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.porte import Application

app = Application("La banque : relevés, et ce que chaque mouvement paie.")
#: Un an d'une grande maison tient dans dix fois moins.
TAILLE_MAXIMALE = 20 * 1024 * 1024
#: Ce qu'on règle d'une traite.
A_LA_FOIS = 40


def _a_regler(caisse: Caisse) -> Iterator[tuple[str, str]]:
    banque = caisse.vue(Banque)
    return ((m.code, f"{m.jour:%d/%m} {euros(m.somme)}") for m in banque.restants)


_Lequel = Annotated[
    str,
    typer.Argument(
        metavar="MOUVEMENT",
        help="Son code (Tab propose).",
        autocompletion=completion(propositions(_a_regler)),
    ),
]


@app.ecrit("compte", depot=caisses.depot)
def compte(
    c: Contexte,
    e: Ecriture,
    iban: Annotated[str, typer.Argument(help="L'IBAN d'un autre compte du lieu.")],
    nom: Annotated[str, typer.Option("--nom", help="Comme on l'appelle : épargne, projet…")] = "",
) -> Fait | Rien:
    """Dire un autre compte du lieu ; celui des factures est déjà connu.

    Exemple :
        tl finance banque compte "BE68 5390 0754 7034" --nom épargne
    """
    banque = caisses.ouvrir(c).vue(Banque)
    propre = identite.verifier(identite.Identite(nom="x", iban=iban)).iban
    if propre in banque.ibans:
        return Rien(phrase="Ce compte est déjà connu.", suite="tl finance banque liste")
    neuf = banque.compte_neuf(propre, texte.ligne(nom, "Le nom", vide=True))
    COMPTES.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="finance.banque.compte",
        histoire=f"Compte du lieu …{propre[-4:]}",
        phrase=f"Le compte …{propre[-4:]} est connu.",
        suite="tl finance banque importer --help",
    )


@app.ecrit("importer", depot=caisses.depot)
def importer(
    c: Contexte, e: Ecriture, fichier: Annotated[Path, typer.Argument(help="Un relevé CODA ou camt.053.")]
) -> Fait | Rien:
    """Faire entrer un relevé ; deux fois le même ne change rien, un relevé manquant est nommé.

    Les paiements dont la communication structurée désigne une facture ouverte sont aussitôt rapprochés.

    Exemple :
        tl finance banque importer releve.coda
    """
    caisse = caisses.ouvrir(c)
    octets = fichiers.octets(fichier, TAILLE_MAXIMALE, "Le demander à la banque en plusieurs fichiers.")
    banque = caisse.vue(Banque)
    neufs = _faire_entrer(banque, e, octets, _lire(octets))
    if not neufs:
        return Rien(
            phrase="0 nouveau mouvement : tout était déjà pris.", suite="tl finance banque rapprocher"
        )
    combien = sum(len(r.mouvements) for r in neufs)
    fait = rapprocher_seul(banque, e, neufs)
    auto = len(fait.faits)
    return Fait(
        id=neufs[-1].id,
        action="finance.banque.importer",
        histoire=f"{len(neufs)} relevé{'s' * (len(neufs) > 1)}, {combien} mouvement{'s' * (combien > 1)}",
        phrase=f"{combien} nouveau{'x' * (combien > 1)} mouvement{'s' * (combien > 1)},"
        f" {auto} rapproché{'s' * (auto > 1)} seul{'s' * (auto > 1)}.",
        lignes=list(_a_savoir(fait)),
        suite="tl finance banque rapprocher",
        details={
            "releves": [r.id for r in neufs],
            "mouvements": combien,
            "rapproches": auto,
            "rendus": [m.code for m in fait.rendus],
            "doubles": [m.code for m in fait.doubles],
        },
    )


def _a_savoir(fait: Rapproches) -> Iterator[str]:
    for m in fait.rendus:
        yield f"  {m.code} ({euros(m.somme)}, {m.jour:%d/%m}) laisse sa place à un paiement plus ancien."
    for m in fait.doubles:
        yield f"  {m.code} ({euros(m.somme)}, {m.jour:%d/%m}) paie plus que ce qui reste dû : à voir."


def _lire(octets: bytes) -> list[ReleveLu]:
    if coda.est_du_coda(octets):
        return coda.lire(octets)
    if camt.est_du_camt(octets):
        return camt.lire(octets)
    raise ReleveRefuse(
        "ce n'est ni un fichier CODA, ni un camt.053", "Choisir l'un de ces formats à la banque."
    )


def _faire_entrer(banque: Banque, e: Ecriture, octets: bytes, lus: list[ReleveLu]) -> list[Releve]:
    neufs: list[Releve] = []
    source = banque.caisse.coffre.ranger(e, octets)
    deja = {iban: banque.de(iban) for iban in banque.ibans}
    connus = set(banque.mouvements)
    for lu in sorted(lus, key=lambda r: (r.iban, r.jour, r.numero)):
        if lu.iban not in banque.ibans:
            raise ReleveRefuse(
                f"le compte …{lu.iban[-4:]} n'est pas du lieu",
                f"S'il l'est : tl finance banque compte {lu.iban}",
            )
        regles.exiger_juste(lu)
        paires = regles.reconnaitre(lu, deja[lu.iban], connus)
        a_prendre = [paire for paire in paires if paire[0].cle not in connus]
        rang = sum((r.jour, r.numero) == (lu.jour, lu.numero) for r in deja[lu.iban])
        if not a_prendre and (paires or rang):
            continue
        banque.caisse.exiger_ouvert(*(m.jour for m, _ in a_prendre))
        pris = sum((m.somme for m, _ in paires if m.cle in connus), ZERO)
        regles.exiger_la_suite(lu, deja[lu.iban], pris)
        details = {m.cle: Detail(libelle=d.libelle, nom=d.nom, compte=d.compte) for m, d in a_prendre}
        releve = Releve(
            iban=lu.iban,
            numero=lu.numero,
            jour=lu.jour,
            initial=ranger_montant(lu.initial + pris),
            final=ranger_montant(lu.final),
            mouvements=tuple(m for m, _ in a_prendre),
            source=source,
            details=banque.caisse.coffre.ranger(e, msgspec.json.encode(details)),
            rang=rang,
        )
        octets_du_releve = msgspec.json.format(msgspec.json.encode(releve, order="deterministic"), indent=1)
        e.creer(f"{RELEVES}/{releve.jour.year}/{releve.id}.json", octets_du_releve + b"\n")
        deja[lu.iban].append(releve)
        connus |= {m.cle for m in releve.mouvements}
        neufs.append(releve)
    return neufs


@app.lit("rapprocher")
def rapprocher(c: Contexte, json: Json = False) -> None:
    """Les mouvements à régler, ce qu'ils paient peut-être, et pourquoi on le croit.

    Exemple :
        tl finance banque rapprocher
    """
    banque = caisses.ouvrir(c).vue(Banque)
    restants = banque.restants
    index = regles.indexer(banque.factures)
    proposees = {m.cle: regles.possibles(m, banque.details.get(m.cle), index) for m in restants}
    if json:
        c.ecran.json(
            [{**_vue(banque, m), "propositions": [_proposee(p) for p in proposees[m.cle]]} for m in restants]
        )
        return
    if not restants:
        c.ecran.dire("Tout est rapproché.")
    for mouvement in restants[:A_LA_FOIS]:
        detail = banque.details.get(mouvement.cle, Detail())
        qui = " · ".join(filter(None, (detail.nom, detail.libelle)))
        c.ecran.dire(
            f"{mouvement.code}  {mouvement.jour:%d/%m/%Y}  {euros(banque.reste(mouvement))}  {qui}".rstrip()
        )
        for proposee in proposees[mouvement.cle][:3]:
            facture = proposee.facture
            du = f" ({facture.nom}, {euros(facture.reste)})" if facture.reste > 0 else ""
            c.ecran.dire(f"    {facture.numero}{du} : {proposee.pourquoi}")
            c.ecran.dire(f"    {_geste(banque, mouvement, proposee)}")
        if not proposees[mouvement.cle]:
            c.ecran.dire(f"    tl finance banque affecter {mouvement.code} --compte attente")
    if len(restants) > A_LA_FOIS:
        c.ecran.dire(f"… et {len(restants) - A_LA_FOIS} autres, une fois ceux-ci réglés.")


def _geste(banque: Banque, mouvement: Mouvement, proposee: Proposition) -> str:
    if proposee.pourquoi is regles.Pourquoi.DOUBLE:
        return f"tl finance banque affecter {mouvement.code} --compte {banque.caisse.plan.role('clients')}"
    return f"tl finance banque payer {mouvement.code} {proposee.facture.numero}"


def _proposee(proposition: Proposition) -> dict[str, object]:
    return {"facture": proposition.facture.numero, "pourquoi": proposition.pourquoi.name.lower()}


@app.ecrit("payer", depot=caisses.depot)
def payer(c: Contexte, e: Ecriture, lequel: _Lequel, facture: LaFacture) -> Fait:
    """Dire qu'un mouvement paie une facture ; un trop-perçu garde son reste.

    Exemple :
        tl finance banque payer 3fa9c2d1 2026-0001
    """
    banque = caisses.ouvrir(c).vue(Banque)
    mouvement, piece = banque.designer(lequel), banque.caisse.livre.une(facture)
    ouverte = next((o for o in banque.ouvertes if o.id == piece.id), None)
    reste = banque.reste(mouvement)
    if reste < 0:
        fait = f"Le mouvement {mouvement.code} sort du compte ({euros(reste)}) : il ne paie pas une facture"
        raise ErreurUsage(f"{fait}.", "Un achat se paie ainsi : tl finance achat payer --help")
    if ouverte is None or not reste:
        fait = f"{piece.numero} ne doit plus rien" if ouverte is None else "Ce mouvement est déjà réglé"
        raise ErreurUsage(f"{fait}.", "Voir ce qui reste : tl finance banque rapprocher")
    somme = min(reste, ouverte.reste)
    regler(banque, e, mouvement, somme, piece=piece.id)
    return _paye(banque, mouvement, ouverte, somme)


def _paye(banque: Banque, mouvement: Mouvement, facture: Ouverte, somme: Decimal) -> Fait:
    du, trop = facture.reste - somme, banque.reste(mouvement) - somme
    reste = f" Il reste dû {euros(du)}." if du else f" Trop-perçu : {euros(trop)}." if trop else ""
    return Fait(
        id=mouvement.code,
        action="finance.banque.payer",
        histoire=f"Paiement de {facture.numero}",
        phrase=f"{euros(somme)} pour {facture.numero}.{reste}",
        suite="tl finance banque rapprocher",
    )


@app.ecrit("affecter", depot=caisses.depot)
def affecter(
    c: Contexte,
    e: Ecriture,
    lequel: _Lequel,
    compte: Annotated[str, typer.Option("--compte", help="Le compte du plan : 61, loyer…")],
) -> Fait:
    """Porter un mouvement à un compte du plan : loyer, frais, subside, remboursement.

    Exemple :
        tl finance banque affecter 3fa9c2d1 --compte loyer
    """
    banque = caisses.ouvrir(c).vue(Banque)
    mouvement = banque.designer(lequel)
    reste = banque.reste(mouvement)
    if not reste:
        raise ErreurUsage("Ce mouvement est déjà réglé.", "Voir ce qui reste : tl finance banque rapprocher")
    voulu = banque.caisse.plan.contrepartie(compte)
    regler(banque, e, mouvement, reste, compte=voulu.numero)
    return Fait(
        id=mouvement.code,
        action="finance.banque.affecter",
        histoire=f"Mouvement porté au compte {voulu.numero}",
        phrase=f"{euros(reste)} au compte {voulu.numero}, {voulu.nom}.",
        suite="tl finance banque rapprocher",
    )


@app.ecrit("defaire", depot=caisses.depot)
def defaire(
    c: Contexte, e: Ecriture, lequel: Annotated[str, typer.Argument(metavar="MOUVEMENT", help="Son code.")]
) -> Fait:
    """Défaire ce qu'un mouvement réglait, par une contre-passation : l'histoire garde les deux.

    Exemple :
        tl finance banque defaire 3fa9c2d1
    """
    banque = caisses.ouvrir(c).vue(Banque)
    mouvement = banque.designer(lequel)
    siens = [r for r in banque.reglements if r.mouvement == mouvement.cle]
    if not siens:
        raise ErreurUsage("Ce mouvement ne règle rien.", "Voir ce qui reste : tl finance banque rapprocher")
    for r in siens:
        regler(banque, e, mouvement, ZERO - r.somme, piece=r.piece, compte=r.compte, contrepasse=r.id)
    return Fait(
        id=mouvement.code,
        action="finance.banque.defaire",
        histoire=f"Mouvement {mouvement.code} de nouveau à rapprocher",
        phrase=f"{euros(mouvement.somme)} du {mouvement.jour:%d/%m/%Y} est de nouveau à rapprocher.",
        suite="tl finance banque rapprocher",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    tous: Annotated[
        bool, typer.Option("--tout", help="Depuis toujours ; sinon, les trente derniers.")
    ] = False,
    json: Json = False,
) -> None:
    """Les comptes, leur solde, les derniers mouvements.

    Exemple :
        tl finance banque liste
    """
    banque = caisses.ouvrir(c).vue(Banque)
    mouvements = list(banque.mouvements.values())[0 if tous else -30 :]
    soldes = {iban: Decimal(banque.de(iban)[-1].final) if banque.de(iban) else ZERO for iban in banque.ibans}
    if json:
        c.ecran.json(
            {
                "soldes": {i: ranger_montant(s) for i, s in soldes.items()},
                "mouvements": [_vue(banque, m) for m in mouvements],
            }
        )
        return
    for iban, solde in soldes.items():
        c.ecran.dire(f"{banque.ibans[iban]} (…{iban[-4:]}) : {euros(solde)}")
    if not mouvements:
        c.ecran.dire("Aucun relevé.  Faire entrer : tl finance banque importer")
        return
    c.ecran.tableau(
        [
            Colonne("Code", style=Style.PALE),
            Colonne("Jour"),
            Colonne("Montant"),
            Colonne("De, pour", cede=True),
            Colonne("Règle", cede=True),
        ],
        [
            (m.code, f"{m.jour:%d/%m/%Y}", euros(m.somme), _qui(banque, m), _quoi(banque, m))
            for m in reversed(mouvements)
        ],
    )


def _qui(banque: Banque, mouvement: Mouvement) -> str:
    detail = banque.details.get(mouvement.cle, Detail())
    return detail.nom or detail.libelle


def _quoi(banque: Banque, mouvement: Mouvement) -> str:
    siens = [r for r in banque.reglements if r.mouvement == mouvement.cle]
    return ", ".join(r.piece.partition("-")[2] or r.compte for r in siens) or "à rapprocher"


def _vue(banque: Banque, mouvement: Mouvement) -> dict[str, object]:
    return {
        "code": mouvement.code,
        "jour": mouvement.jour,
        "montant": mouvement.montant,
        "reste": ranger_montant(banque.reste(mouvement)),
        "compte": banque.iban_de[mouvement.cle],
        "regle": [
            {"piece": r.piece or None, "compte": r.compte or None, "montant": r.montant}
            for r in banque.reglements
            if r.mouvement == mouvement.cle
        ],
    }
