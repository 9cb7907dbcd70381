"""`tl finance achat` : ce que le lieu doit ; un doublon se refuse, un gros achat s'approuve à deux."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants, recue
from tiers_lieu_cli.finance.caisse import Caisse, propositions
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture as EcritureComptable
from tiers_lieu_cli.finance.comptabilite.modele import Journal, Ligne
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.options import UnTiers, actif, designer_tiers
from tiers_lieu_cli.finance.plan import Nature
from tiers_lieu_cli.finance.tiers.modele import Tiers
from tiers_lieu_cli.noyau import fichiers, texte
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.texte import clef

app = Application("Les achats : ce qu'on doit, et qui l'a approuvé.")
_TAILLE = 5 * 1024 * 1024


class Achat(Fiche, frozen=True):
    """Une facture reçue. `demande` et `approuve` : des rôles ou des personnes, jamais des noms.

    `arrondi` et `acompte` : ce que la facture ajoute au total TVA comprise, et en dit déjà payé.
    `empreinte` : le document reçu, au coffre.
    """

    fournisseur: str
    numero: str
    datee: date
    echeance: date
    ht: str
    compte: str
    tva: str = "0.00"
    demande: str = ""
    approuve: tuple[str, ...] = ()
    empreinte: str = ""
    arrondi: str = "0.00"
    acompte: str = "0.00"

    def __post_init__(self) -> None:
        for nom in ("ht", "tva", "arrondi", "acompte"):
            montants.relire(getattr(self, nom), nom)

    @property
    def entier(self) -> Decimal:
        """Ce qu'il coûte, acompte compris : c'est ce qui s'approuve."""
        return Decimal(self.ht) + Decimal(self.tva) + Decimal(self.arrondi)

    @property
    def total(self) -> Decimal:
        """Ce qu'on doit."""
        return self.entier - Decimal(self.acompte)


ACHATS = Collection(Genre("achat", "achats"), Achat)


class AchatEnDouble(Echec):
    """Cette facture du même fournisseur est déjà là."""

    def __init__(self, deja: Achat) -> None:
        super().__init__(
            f"La facture {deja.numero} de ce fournisseur est déjà notée ({deja.id}).",
            "La voir : tl finance achat liste",
        )


class AApprouver(Echec):
    """Un gros achat attend l'accord d'une autre personne."""

    def __init__(self, achat: Achat, seuil: Decimal) -> None:
        super().__init__(
            f"{achat.id} dépasse {euros(seuil)} : quelqu'un d'autre que qui le demande l'approuve.",
            f"L'approuver : tl finance achat approuver {achat.id} --par",
        )


def est_approuve(caisse: Caisse, achat: Achat) -> bool:
    """Sous le seuil, d'office ; au-delà, par quelqu'un d'autre que qui l'a demandé.

    D'un exercice fermé, tous l'étaient : le seuil a pu changer depuis.
    """
    ferme, approuve = achat.datee.year in caisse.clos, any(qui != achat.demande for qui in achat.approuve)
    return ferme or approuve or achat.entier <= caisse.vendeur.seuil


def a_approuver(caisse: Caisse) -> list[Achat]:
    """Les achats qui attendent l'accord de quelqu'un d'autre."""
    return [achat for achat in _tous(caisse) if not est_approuve(caisse, achat)]


def _tous(caisse: Caisse) -> tuple[Achat, ...]:
    return ACHATS.toutes(caisse.arbre).fiches


def _proposes(caisse: Caisse) -> Iterator[tuple[str, str]]:
    return ((a.id, f"{caisse.nom(a.fournisseur)}, {euros(a.total)}") for a in _tous(caisse))


_Lequel = Annotated[
    str,
    typer.Argument(
        metavar="ACHAT", help="L'achat (Tab propose).", autocompletion=completion(propositions(_proposes))
    ),
]
_Compte = Annotated[str, typer.Option("--compte", help="Le compte de charge : loyer, fournitures…")]
_Demande = Annotated[str, typer.Option("--demande", help="Qui l'a demandé : @prénom, ou un rôle.")]


def ecritures(caisse: Caisse) -> Iterator[EcritureComptable]:
    """Une charge, la TVA à récupérer, et ce qu'on doit ; seulement ce qui est approuvé."""
    plan = caisse.plan
    for achat in _tous(caisse):
        if est_approuve(caisse, achat) and achat.entier:
            parts = [
                (achat.compte, Decimal(achat.ht)),
                (plan.role("tva-deductible"), Decimal(achat.tva)),
                (plan.role("arrondi"), Decimal(achat.arrondi)),
                (plan.role("fournisseurs"), ZERO - achat.entier),
            ]
            lignes = tuple(Ligne(compte, somme) for compte, somme in parts if somme)
            yield EcritureComptable(achat.datee, Journal.ACHATS, achat.id, f"Achat {achat.id}", lignes)


@app.ecrit("creer", depot=caisses.depot)
def creer(
    c: Contexte,
    e: Ecriture,
    numero: Annotated[str, typer.Argument(help="Le numéro que le fournisseur lui donne.")],
    tiers: UnTiers,
    ht: Annotated[str, typer.Option("--ht", help="Le montant hors TVA.")],
    compte: _Compte,
    tva: Annotated[str, typer.Option("--tva", help="La TVA à récupérer.")] = "0",
    le: Annotated[str, typer.Option("--le", help="La date de la facture ; sinon, aujourd'hui.")] = "",
    demande: _Demande = "tresorier",
) -> Fait:
    """Noter une facture reçue.

    Exemple :
        tl finance achat creer F-2026-88 --tiers "Papeterie Dumont" --ht 48 --tva 10,08 --compte fournitures
    """
    caisse = caisses.ouvrir(c)
    jour = saisie.lire_jour_venu(le, c.horloge.murale()) if le else c.horloge.aujourdhui()
    neuf = Achat(
        id=caisses.ident_neuf(caisse, "a", ACHATS.idents(caisse.arbre)),
        fournisseur=actif(designer_tiers(caisse, tiers)).id,
        numero=texte.ligne(numero, "Le numéro"),
        datee=jour,
        echeance=jour + timedelta(days=30),
        ht=ranger_montant(montants.lire_montant(ht, "Le montant")),
        tva=ranger_montant(montants.lire_montant(tva, "La TVA")),
        compte=_charge(caisse, compte),
        demande=demande.removeprefix("@"),
    )
    return _noter(caisse, e, neuf)


@app.ecrit("recevoir", depot=caisses.depot)
def recevoir(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(help="La facture reçue : UBL (Peppol), ou PDF Factur-X.")],
    compte: _Compte,
    demande: _Demande = "tresorier",
) -> Fait:
    """Noter une facture électronique reçue ; le document va au coffre.

    Exemple :
        tl finance achat recevoir facture.pdf --compte loyer
    """
    caisse = caisses.ouvrir(c)
    octets = fichiers.octets(fichier, _TAILLE)
    lue = recue.lire(octets)
    vendeurs = [t for t in caisse.tiers.values() if not t.restreint and _a_un(caisse, t, lue.vendeurs)]
    if len(vendeurs) != 1:
        qui = lue.vendeurs[0] if lue.vendeurs else ""
        creer = ["tl finance tiers creer"]
        creer += [f"--{'tva' if qui[:2].isalpha() else 'numero'} {qui}"] if qui else []
        raise ErreurUsage(
            f"Aucun tiers n'a le numéro {qui or '(absent)'}.",
            f"L'ajouter d'abord : {' '.join(creer)}",
        )
    neuf = Achat(
        id=caisses.ident_neuf(caisse, "a", ACHATS.idents(caisse.arbre)),
        fournisseur=vendeurs[0].id,
        numero=texte.ligne(lue.numero, "Le numéro"),
        datee=lue.datee,
        echeance=lue.echeance,
        ht=ranger_montant(lue.ht),
        tva=ranger_montant(lue.tva),
        arrondi=ranger_montant(lue.arrondi),
        acompte=ranger_montant(lue.acompte),
        compte=_charge(caisse, compte),
        demande=demande.removeprefix("@"),
        empreinte=caisse.coffre.ranger(e, octets),
    )
    return _noter(caisse, e, neuf)


def _charge(caisse: Caisse, dit: str) -> str:
    compte = caisse.plan.designer(dit)
    if compte.nature is not Nature.CHARGE:
        raise ErreurUsage(
            f"« {compte.nom} » n'est pas une charge.", "Dire ce qu'on achète : --compte fournitures"
        )
    return compte.numero


def _a_un(caisse: Caisse, tiers: Tiers, numeros: Sequence[str]) -> bool:
    qui = caisse.identite(tiers)
    return any(numero in (qui.tva, qui.numero) for numero in numeros)


def _lu(numero: str) -> tuple[str, ...]:
    """Ce qu'un numéro dit, comme on le recopie : « F-88 », « f 88 » et « F088 » sont le même."""
    mots = tuple(mot.lstrip("0") for mot in re.findall(r"[^\W\d_]+|\d+", clef(numero)))
    return mots or (numero,)


def _noter(caisse: Caisse, e: Ecriture, neuf: Achat) -> Fait:
    caisse.exiger_ouvert(neuf.datee)
    for deja in _tous(caisse):
        if (deja.fournisseur, _lu(deja.numero)) == (neuf.fournisseur, _lu(neuf.numero)):
            raise AchatEnDouble(deja)
    if neuf.entier <= 0:
        raise ErreurUsage("Un achat a un montant.", "Une note de crédit reçue se porte à la banque.")
    ACHATS.poser(e, neuf)
    attend = not est_approuve(caisse, neuf)
    suite = f"tl finance achat approuver {neuf.id} --par" if attend else "tl finance achat liste"
    return Fait(
        id=neuf.id,
        action="finance.achat.creer",
        histoire=f"Achat {neuf.id}",
        phrase=f"{euros(neuf.total)} à payer à {caisse.nom(neuf.fournisseur)}"
        + (", une fois approuvé par quelqu'un d'autre." if attend else "."),
        lignes=[_acompte(caisse, neuf)] if Decimal(neuf.acompte) else [],
        suite=suite,
    )


def _acompte(caisse: Caisse, achat: Achat) -> str:
    porter = f"tl finance banque affecter --compte {caisse.plan.role('fournisseurs')}"
    return (
        f"  Acompte de {euros(Decimal(achat.acompte))} : porter ce qui l'a payé aux fournisseurs ({porter})."
    )


@app.ecrit("approuver", depot=caisses.depot)
def approuver(
    c: Contexte,
    e: Ecriture,
    lequel: _Lequel,
    par: Annotated[str, typer.Option("--par", help="Qui approuve : @prénom, ou un rôle.")],
) -> Fait:
    """Approuver un achat ; pas par qui l'a demandé.

    Exemple :
        tl finance achat approuver a-7k2m9x --par president
    """
    caisse = caisses.ouvrir(c)
    ancien, qui = ACHATS.exiger(caisse.arbre, lequel), texte.ligne(par, "Qui approuve").removeprefix("@")
    if qui == ancien.demande:
        raise ErreurUsage("Qui demande n'approuve pas.", "Le faire approuver par quelqu'un d'autre.")
    if qui in ancien.approuve:
        raise ErreurUsage("C'est déjà approuvé par cette personne.", "tl finance achat liste")
    caisse.exiger_ouvert(ancien.datee)
    ACHATS.corriger(e, ancien, structs.replace(ancien, approuve=(*ancien.approuve, qui)))
    return Fait(
        id=ancien.id,
        action="finance.achat.approuver",
        histoire=f"Achat {ancien.id} approuvé",
        phrase=f"{ancien.id} est approuvé.",
        suite="tl finance achat liste",
    )


@app.ecrit("payer", depot=caisses.depot)
def payer(
    c: Contexte,
    e: Ecriture,
    lequel: _Lequel,
    mouvement: Annotated[str, typer.Argument(help="Le mouvement de banque qui le paie.")],
) -> Fait:
    """Dire quel mouvement de banque paie un achat approuvé.

    Exemple :
        tl finance achat payer a-7k2m9x 3fa9c2d1
    """
    from tiers_lieu_cli.finance.banque.livre import Banque
    from tiers_lieu_cli.finance.banque.rapprochement import regler

    caisse = caisses.ouvrir(c)
    achat, banque = ACHATS.exiger(caisse.arbre, lequel), caisse.vue(Banque)
    if not est_approuve(caisse, achat):
        raise AApprouver(achat, caisse.vendeur.seuil)
    trouve = banque.designer(mouvement)
    du = achat.total + banque.paye.get(achat.id, ZERO)
    somme = max(banque.reste(trouve), ZERO - du)
    if somme >= 0:
        raise ErreurUsage(
            "Ce mouvement ne paie pas cet achat.", "Voir ce qui reste : tl finance banque rapprocher"
        )
    regler(banque, e, trouve, somme, piece=achat.id)
    reste = du + somme
    return Fait(
        id=achat.id,
        action="finance.achat.payer",
        histoire=f"Paiement de l'achat {achat.id}",
        phrase=f"{euros(ZERO - somme)} pour {achat.id}." + (f" Il reste dû {euros(reste)}." if reste else ""),
        suite="tl finance banque rapprocher",
    )


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les achats, ce qui reste à approuver ou à payer.

    Exemple :
        tl finance achat liste
    """
    from tiers_lieu_cli.finance.banque.livre import Banque

    caisse = caisses.ouvrir(c)
    paye = caisse.vue(Banque).paye
    tous = sorted(_tous(caisse), key=lambda a: (a.datee, a.id), reverse=True)
    etats = {a.id: _etat(caisse, a, ZERO - paye.get(a.id, ZERO)) for a in tous}
    c.ecran.liste(
        [{"fiche": a, "total": ranger_montant(a.total), "etat": etats[a.id]} for a in tous],
        "Aucun achat.  En noter un : tl finance achat creer --help",
        [
            Colonne("Achat", style=Style.PALE),
            Colonne("De", cede=True),
            Colonne("Montant"),
            Colonne("Échéance"),
            Colonne("État"),
        ],
        (
            (a.id, caisse.nom(a.fournisseur), euros(a.total), f"{a.echeance:%d/%m/%Y}", etats[a.id])
            for a in tous
        ),
        json=json,
    )


def _etat(caisse: Caisse, achat: Achat, paye: Decimal) -> str:
    if paye >= achat.total:
        return "payé"
    if not est_approuve(caisse, achat):
        return "à approuver"
    return "payé en partie" if paye else "à payer"
