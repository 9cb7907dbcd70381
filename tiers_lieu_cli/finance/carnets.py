"""`tl finance credit` : des heures vendues d'avance, que chaque fait consomme, les plus anciennes d'abord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.caisse import CLOTURES, Caisse, Servi
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture as EcritureComptable
from tiers_lieu_cli.finance.comptabilite.modele import Journal
from tiers_lieu_cli.finance.comptabilite.regles import CARNET
from tiers_lieu_cli.finance.faits.modele import Fait as FaitRecu
from tiers_lieu_cli.finance.montants import ZERO, arrondir, euros, nombre, ranger, ranger_montant
from tiers_lieu_cli.finance.options import LeTarif, UnTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece import emission, lignes
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Brouillon, Ligne
from tiers_lieu_cli.finance.piece.vues import accorder
from tiers_lieu_cli.finance.tarif import regles as tarifs
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie

app = Application("Les heures vendues d'avance : en vendre, voir ce qui en reste.")


class Carnet(Fiche, frozen=True):
    """Tant d'unités d'un tarif, payées d'avance. `expire` : le dernier jour où elles servent.

    `servi` : d'un tiers effacé, ce qu'elles ont payé ; ses liens n'étant plus, rien d'autre ne le dit.
    """

    tiers: str
    tarif: str
    unite: str
    quantite: str
    ht: str
    du: date
    expire: date | None = None
    brouillon: str = ""
    servi: tuple[Servi, ...] = ()

    @property
    def combien(self) -> Decimal:
        """Ce qu'il contenait."""
        return montants.relire(self.quantite, "quantite")

    def sert(self, jour: date) -> bool:
        """Peut-on s'en servir ce jour-là ?"""
        return self.du <= jour and (self.expire is None or jour <= self.expire)


CARNETS = Collection(Genre("carnet", "carnets"), Carnet)


class Part(msgspec.Struct, frozen=True):
    """Ce qu'un fait prend à un carnet."""

    carnet: str
    fait: str
    jour: date
    quantite: Decimal


class Usage(msgspec.Struct, frozen=True):
    """Un fait à couvrir : à qui, sous quel tarif, combien."""

    fait: str
    jour: date
    tiers: str
    tarif: str
    unite: str
    quantite: Decimal


def consommer(
    carnets: Sequence[Carnet], usages: Iterable[Usage], figees: Iterable[Part] = (), ouvert: date = date.min
) -> list[Part]:
    """Les plus anciens d'abord ; jamais plus que ce qu'un carnet contient, l'excédent reste à facturer.

    `figees` : ce qui fut servi et ne change plus. Ce qu'un autre fait prend avant `ouvert`, le premier jour
    que rien n'a fermé, se porte à ce jour : c'est alors qu'on l'apprend.
    """
    parts, restes = [*figees], {c.id: c.combien for c in carnets}
    for part in parts:
        restes[part.carnet] -= part.quantite
    deja, ordre = {p.fait for p in parts}, sorted(carnets, key=lambda c: (c.du, c.id))
    for usage in sorted(usages, key=lambda u: (u.jour, u.fait)):
        voulu, jour = ZERO if usage.fait in deja else usage.quantite, max(usage.jour, ouvert)
        for carnet in ordre:
            memes = (carnet.tiers, carnet.tarif, carnet.unite) == (usage.tiers, usage.tarif, usage.unite)
            sert = memes and carnet.sert(usage.jour) and carnet.sert(jour)
            pris = min(voulu, restes[carnet.id]) if sert else ZERO
            if pris > 0:
                restes[carnet.id] -= pris
                voulu -= pris
                parts.append(Part(carnet.id, usage.fait, jour, pris))
    return sorted(parts, key=lambda p: (p.jour, p.fait))


def parts(caisse: Caisse) -> list[Part]:
    """Ce que les faits reçus ont pris aux carnets de la caisse."""
    carnets = CARNETS.toutes(caisse.arbre).fiches
    if not carnets:
        return []
    clotures = CLOTURES.toutes(caisse.arbre).fiches
    servi = [s for tout in (*(f.servi for f in clotures), *(k.servi for k in carnets)) for s in tout]
    figees = (Part(s.carnet, s.fait, s.jour, montants.relire(s.quantite, "quantite")) for s in servi)
    ouvert = date(max(caisse.clos) + 1, 1, 1) if caisse.clos else date.min
    return consommer(carnets, _usages(caisse, carnets), dict.fromkeys(figees), ouvert)


def figer(parts: Iterable[Part]) -> tuple[Servi, ...]:
    """De quoi garder ce qui fut servi."""
    return tuple(Servi(p.carnet, p.fait, p.jour, ranger(p.quantite)) for p in parts)


def figer_ceux_de(caisse: Caisse, e: Ecriture, tiers: str) -> None:
    """Les carnets d'un tiers qu'on efface gardent ce qu'ils ont servi : plus aucun lien ne le dira."""
    toutes = parts(caisse)
    for carnet in CARNETS.toutes(caisse.arbre).fiches:
        servi = figer(p for p in toutes if p.carnet == carnet.id)
        if carnet.tiers == tiers and servi != carnet.servi:
            CARNETS.corriger(e, carnet, msgspec.structs.replace(carnet, servi=servi))


def _usages(caisse: Caisse, carnets: Sequence[Carnet]) -> Iterator[Usage]:
    clients = {c.tiers: min(x.du for x in carnets if x.tiers == c.tiers) for c in carnets}
    factures = caisse.facturees
    for fait in caisse.memoire.faits.values():
        qui = caisse.liens.get(fait.qui, "")
        # Ce qui était facturé le jour de l'achat ne se paie pas une seconde fois.
        avant = fait.id in factures and qui in clients and fait.jour <= clients[qui]
        tarif = None if fait.annule or qui not in clients or avant else tarifs.du_fait(fait, caisse.tarifs)
        if tarif is not None:
            yield Usage(fait.id, fait.jour, qui, tarif.code, fait.unite, fait.combien)


def couverts(caisse: Caisse) -> dict[str, Decimal]:
    """Par fait, ce qu'un carnet paie déjà."""
    sommes: dict[str, Decimal] = {}
    for part in parts(caisse):
        sommes[part.fait] = sommes.get(part.fait, ZERO) + part.quantite
    return sommes


def a_facturer(fait: FaitRecu, deja: Decimal) -> FaitRecu:
    """Le même fait, sans ce qu'un carnet paie."""
    return msgspec.structs.replace(fait, quantite=ranger(fait.combien - deja)) if deja else fait


def ecritures(caisse: Caisse) -> Iterator[EcritureComptable]:
    """Vendu d'avance, c'est une dette ; utilisé, ou expiré, un produit ; au centime, jusqu'au dernier."""
    dette, vente = caisse.plan.role("credits"), caisse.plan.role("ventes")
    toutes, jour = parts(caisse), caisse.c.horloge.aujourdhui()
    for carnet in CARNETS.toutes(caisse.arbre).fiches:
        if carnet.brouillon in {b.id for b in BROUILLONS.toutes(caisse.arbre).fiches}:
            continue
        pris = reconnu = ZERO
        for part in (p for p in toutes if p.carnet == carnet.id):
            pris += part.quantite
            somme = arrondir(Decimal(carnet.ht) * pris / carnet.combien) - reconnu
            reconnu += somme
            if somme:
                yield regles.simple(
                    part.jour, Journal.DIVERS, carnet.id, "Heures utilisées", dette, vente, somme
                )
        if carnet.expire and carnet.expire < jour and (reste := Decimal(carnet.ht) - reconnu):
            yield regles.simple(
                carnet.expire, Journal.DIVERS, carnet.id, "Heures expirées", dette, vente, reste
            )


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
    jour = caisse.c.horloge.aujourdhui()
    brouillon = Brouillon(
        id=caisses.ident_neuf(caisse, "b", BROUILLONS.idents(caisse.arbre)),
        tiers=tiers,
        cree=jour,
        lignes=(ligne,),
    )
    BROUILLONS.poser(e, brouillon)
    carnet = Carnet(
        id=caisses.ident_neuf(caisse, "k", CARNETS.idents(caisse.arbre)),
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
    for part in parts(caisse):
        prises[part.carnet] = prises.get(part.carnet, ZERO) + part.quantite
    tous = sorted(CARNETS.toutes(caisse.arbre).fiches, key=lambda k: (k.du, k.id))
    restes = {k.id: k.combien - prises.get(k.id, ZERO) for k in tous}
    if json:
        c.ecran.json([{"fiche": k, "reste": ranger(restes[k.id]), "sert": k.sert(jour)} for k in tous])
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
                f"{nombre(restes[k.id])} {k.unite} sur {nombre(k.combien)}",
                _expire(k),
            )
            for k in tous
        ],
    )
    c.ecran.dire(f"Vendu d'avance et pas encore utilisé : {euros(_dette(tous, restes))}.")


def _dette(carnets: Sequence[Carnet], restes: dict[str, Decimal]) -> Decimal:
    return sum((arrondir(Decimal(k.ht) * restes[k.id] / k.combien) for k in carnets), ZERO)


def _expire(carnet: Carnet) -> str:
    return f"{carnet.expire:%d/%m/%Y}" if carnet.expire else "jamais"
