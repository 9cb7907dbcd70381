"""Des heures vendues d'avance, que chaque fait consomme, les plus anciennes d'abord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

import msgspec

from tiers_lieu_cli.finance import montants
from tiers_lieu_cli.finance.caisse import CLOTURES, Caisse, Servi
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.modele import Ecriture as EcritureComptable
from tiers_lieu_cli.finance.comptabilite.modele import Journal
from tiers_lieu_cli.finance.faits.modele import Fait as FaitRecu
from tiers_lieu_cli.finance.montants import PRECISION_D_UN_PRIX, ZERO, arrondir, ranger
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, Serie
from tiers_lieu_cli.finance.tarif import regles as tarifs
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fiches.collection import Collection
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import Genre


class Carnet(Fiche, frozen=True):
    """Tant d'unités d'un tarif, payées d'avance. `expire` : le dernier jour où elles servent.

    `ht` et `brouillon` : ce qui fut convenu à la vente. Ce qu'il vaut, sa facture le dit, dont une ligne
    nomme le carnet qu'elle vend : retirée avant d'être émise, ou créditée, il ne sert plus, ou en partie.
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


class Facture(msgspec.Struct, frozen=True):
    """Ce qu'une pièce fait d'un carnet : elle le vend (`part` : 1), ou en reprend une part (négative)."""

    jour: date
    net: Decimal
    part: Decimal


class Part(msgspec.Struct, frozen=True):
    """Ce qu'un fait prend à un carnet."""

    carnet: str
    fait: str
    jour: date
    quantite: Decimal


class Usage(msgspec.Struct, frozen=True):
    """Un fait à couvrir : à qui, sous quel tarif, combien ; `facture` : il l'est, en entier ou non."""

    fait: str
    jour: date
    tiers: str
    tarif: str
    unite: str
    quantite: Decimal
    facture: bool = False


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
            # Ce qui était facturé le jour de l'achat ne se paie pas une seconde fois.
            avant = usage.facture and usage.jour <= carnet.du
            sert = memes and carnet.sert(usage.jour) and carnet.sert(jour) and not avant
            pris = min(voulu, restes[carnet.id]) if sert else ZERO
            if pris > 0:
                restes[carnet.id] -= pris
                voulu -= pris
                parts.append(Part(carnet.id, usage.fait, jour, pris))
    return sorted(parts, key=lambda p: (p.jour, p.fait))


def parts(caisse: Caisse) -> list[Part]:
    """Ce que les faits reçus ont pris aux carnets de la caisse."""
    carnets = servables(caisse)
    if not carnets:
        return []
    clotures = CLOTURES.toutes(caisse.arbre).fiches
    servi = [s for tout in (*(f.servi for f in clotures), *(k.servi for k in carnets)) for s in tout]
    figees = (Part(s.carnet, s.fait, s.jour, montants.relire(s.quantite, "quantite")) for s in servi)
    ouvert = date(max(caisse.clos) + 1, 1, 1) if caisse.clos else date.min
    return consommer(carnets, _usages(caisse, carnets), dict.fromkeys(figees), ouvert)


def factures(caisse: Caisse) -> dict[str, list[Facture]]:
    """Par carnet, la pièce émise qui le vend, puis les notes qui l'ont crédité, dans l'ordre du temps."""
    par_carnet: dict[str, list[Facture]] = {}
    for piece in caisse.livre.toutes:
        for rang, figee in enumerate(piece.lignes, start=1):
            if piece.serie is Serie.FACTURE and figee.ligne.carnet:
                suite = par_carnet.setdefault(figee.ligne.carnet, [])
                suite.append(Facture(piece.emise, Decimal(figee.net), Decimal(1)))
                rendues = ((n.emise, f) for n in caisse.livre.credits.get(piece.id, ()) for f in n.lignes)
                suite += (
                    Facture(jour, ZERO - Decimal(f.net), -(f.ligne.combien / figee.ligne.combien))
                    for jour, f in rendues
                    if f.origine == rang
                )
    return par_carnet


def servables(caisse: Caisse) -> list[Carnet]:
    """Les carnets, avec ce qu'ils contiennent encore : rien sans facture, moins ce qu'on a crédité.

    Un brouillon qui attend en tient lieu : ce que le carnet va payer ne se facture pas à côté.
    """
    carnets = CARNETS.toutes(caisse.arbre).fiches
    if not carnets:
        return []
    emises, brouillons = factures(caisse), BROUILLONS.toutes(caisse.arbre).fiches
    attendent = {ligne.carnet for b in brouillons for ligne in b.lignes if ligne.carnet}
    return [
        carnet if carnet.id in attendent else _reduire(carnet, emises.get(carnet.id, ()))
        for carnet in carnets
    ]


def _reduire(carnet: Carnet, suite: Sequence[Facture]) -> Carnet:
    return msgspec.structs.replace(carnet, quantite=ranger(_contenu(carnet, suite)))


def _contenu(carnet: Carnet, suite: Iterable[Facture]) -> Decimal:
    """Une part d'heure se compte à huit décimales, comme un fichier l'écrit ; jamais plus que payé."""
    reste = carnet.combien * sum((f.part for f in suite), ZERO)
    return max(reste, ZERO).quantize(PRECISION_D_UN_PRIX, ROUND_DOWN)


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
    clients, factures = {c.tiers for c in carnets}, caisse.facturees
    for fait in caisse.memoire.faits.values():
        qui = caisse.liens.get(fait.qui, "")
        tarif = None if fait.annule or qui not in clients else tarifs.du_fait(fait, caisse.tarifs)
        if tarif is not None:
            deja = fait.id in factures
            yield Usage(fait.id, fait.jour, qui, tarif.code, fait.unite, fait.combien, deja)


def couverts(caisse: Caisse) -> dict[str, Decimal]:
    """Par fait, ce qu'un carnet paie déjà."""
    sommes: dict[str, Decimal] = {}
    for part in parts(caisse):
        sommes[part.fait] = sommes.get(part.fait, ZERO) + part.quantite
    return sommes


def a_facturer(fait: FaitRecu, deja: Decimal) -> FaitRecu:
    """Le même fait, sans ce qu'un carnet paie."""
    return msgspec.structs.replace(fait, quantite=ranger(fait.combien - deja)) if deja else fait


class Produit(msgspec.Struct, frozen=True):
    """Ce qui, d'un carnet, devient un produit ; négatif, ce qu'un crédit en reprend."""

    jour: date
    libelle: str
    somme: Decimal


def produits(
    carnet: Carnet, suite: Sequence[Facture], parts: Sequence[Part], aujourdhui: date
) -> Iterator[Produit]:
    """Ce que ses heures ont fait gagner, au centime, jamais plus que ce qui en reste facturé à ce jour-là.

    Chaque somme ne dépend que de ce qui la précède : un crédit d'après la clôture n'y change rien.
    """
    etapes: list[tuple[date, int, Facture | Part | None]] = [(f.jour, 0, f) for f in suite]
    etapes += ((p.jour, 1, p) for p in parts)
    if carnet.expire and carnet.expire < aujourdhui:
        etapes.append((carnet.expire, 2, None))
    vendu, vus, pris, acquis, expire = ZERO, list[Facture](), ZERO, ZERO, False
    for jour, _, etape in sorted(etapes, key=lambda e: e[:2]):
        match etape:
            case Facture():
                vus.append(etape)
                vendu = vendu or etape.net
            case Part():
                pris += etape.quantite
            case _:
                expire = True
        valeur = sum((f.net for f in vus), ZERO)
        tout = expire or pris >= _contenu(carnet, vus)
        gagne = valeur if tout else min(valeur, arrondir(vendu * pris / carnet.combien))
        libelle = "Heures rendues" if gagne < acquis else "Heures expirées" if expire else "Heures utilisées"
        if gagne != acquis:
            yield Produit(jour, libelle, gagne - acquis)
        acquis = gagne


def _par_carnet(caisse: Caisse) -> Iterator[tuple[Carnet, list[Facture], list[Produit]]]:
    prises: dict[str, list[Part]] = {}
    for part in parts(caisse):
        prises.setdefault(part.carnet, []).append(part)
    emises, jour = factures(caisse), caisse.c.horloge.aujourdhui()
    for carnet in CARNETS.toutes(caisse.arbre).fiches:
        suite = emises.get(carnet.id, [])
        yield carnet, suite, list(produits(carnet, suite, prises.get(carnet.id, []), jour))


def ecritures(caisse: Caisse) -> Iterator[EcritureComptable]:
    """Vendu d'avance, c'est une dette ; utilisé, ou expiré, un produit ; au centime, jusqu'au dernier."""
    dette, vente = caisse.plan.role("credits"), caisse.plan.role("ventes")
    for carnet, _, gagnes in _par_carnet(caisse):
        for p in gagnes:
            yield regles.simple(p.jour, Journal.DIVERS, carnet.id, p.libelle, dette, vente, p.somme)


def dette(caisse: Caisse) -> Decimal:
    """Ce que porte le compte des heures vendues d'avance."""
    return sum(
        (
            sum((f.net for f in suite), ZERO) - sum((p.somme for p in gagnes), ZERO)
            for _, suite, gagnes in _par_carnet(caisse)
        ),
        ZERO,
    )
