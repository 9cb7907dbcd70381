"""Un relevé suit le précédent, ses sommes sont refaites, et rien n'y entre deux fois. Des fonctions pures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from tiers_lieu_cli.finance.banque.modele import Detail, Mouvement, MouvementLu, Releve, ReleveLu
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.paiement import lire_ogm, montrer_iban
from tiers_lieu_cli.noyau.texte import clef, sha256

Paires = list[tuple[Mouvement, MouvementLu]]


def numeroter(lu: ReleveLu, pris: Container[str] = ()) -> Paires:
    """Chaque mouvement et sa clé : deux fois le même fichier donne les mêmes (FIN-23).

    Le rang départage deux mouvements que la banque ne distingue en rien ; il passe ceux d'un autre relevé,
    `pris`, si ce relevé-ci n'en redit aucun.
    """
    rangs: Counter[tuple[str, str, str]] = Counter()
    paires = []
    for mouvement in lu.mouvements:
        dit = (mouvement.reference, mouvement.jour.isoformat(), ranger_montant(mouvement.montant))
        while (cle := _cle(lu.iban, dit, rangs[dit])) in pris and not mouvement.unique:
            rangs[dit] += 1
        rangs[dit] += 1
        garde = Mouvement(cle=cle, jour=mouvement.jour, montant=dit[2], communication=mouvement.communication)
        paires.append((garde, mouvement))
    return paires


def _cle(iban: str, dit: tuple[str, str, str], rang: int) -> str:
    return f"sha256:{sha256('|'.join((iban, *dit, str(rang))).encode())}"


def reconnaitre(lu: ReleveLu, deja: Sequence[Releve], pris: Container[str]) -> Paires:
    """Chaque mouvement du relevé et sa clé ; sont déjà pris ceux dont la clé est dans `pris`.

    Sans référence de la banque, deux paiements pareils de deux relevés ont la même clé : les soldes disent
    s'ils n'en font qu'un. Un relevé qui reprend où le dernier finit n'en redit rien. `ReleveRefuse` si tout
    en paraît déjà pris, et que rien de ce qui est importé ne va de son solde initial à son solde final.
    """
    paires = numeroter(lu)
    surs = sum((m.somme for m, d in paires if m.cle in pris and d.unique), ZERO)
    douteux = [m.somme for m, d in paires if m.cle in pris and not d.unique]
    if not douteux or _redit(lu, deja):
        return paires
    suit = lu.initial + surs == Decimal(deja[-1].final)
    if suit and (lu.numero or sum(douteux, ZERO)):
        return numeroter(lu, pris)
    if not suit and all(m.cle in pris for m, _ in paires):
        exiger_la_suite(lu, deja, surs)
    return paires


def _redit(lu: ReleveLu, deja: Sequence[Releve]) -> bool:
    """Un relevé déjà pris sous ce numéro ; à défaut de numéro, un chemin déjà pris d'un solde à l'autre."""
    if lu.numero:
        meme = (lu.jour, lu.numero, lu.final)
        return any((r.jour, r.numero, Decimal(r.final)) == meme for r in deja)
    debuts = [n for n, r in enumerate(deja) if Decimal(r.initial) == lu.initial]
    return any(Decimal(r.final) == lu.final and n >= debuts[0] for n, r in enumerate(deja) if debuts)


def exiger_juste(lu: ReleveLu) -> None:
    """Solde initial + mouvements = solde final ; recalculé, jamais cru."""
    somme = sum((m.montant for m in lu.mouvements), ZERO)
    if lu.initial + somme != lu.final:
        raise ReleveRefuse(
            f"{euros(lu.initial)} et {euros(somme)} de mouvements ne font pas {euros(lu.final)}"
            f" (relevé du {lu.jour:%d/%m/%Y})",
            "Le fichier est incomplet ou altéré : le redemander à la banque ; rien n'est écrit.",
        )


def exiger_la_suite(lu: ReleveLu, deja: Sequence[Releve], connus: Decimal) -> None:
    """Ce relevé suit le dernier importé de ce compte ; `connus` : ses mouvements déjà pris.

    Son solde initial, avancé de ce qu'on a déjà pris, est le dernier solde final. `ReleveRefuse` nomme
    le relevé qui manque.
    """
    if not deja:
        return
    dernier = deja[-1]
    if lu.initial + connus == Decimal(dernier.final):
        return
    if lu.jour < dernier.jour or (lu.numero and (lu.jour, lu.numero) <= (dernier.jour, dernier.numero)):
        raise ReleveRefuse(
            f"celui-ci ({_dater(lu)}) ne vient pas après le dernier importé de {montrer_iban(lu.iban)}"
            f" ({_dater(dernier)})",
            "Ce qui précède le premier relevé importé est dans son solde d'ouverture ; rien n'est écrit.",
        )
    attendu = f"n° {dernier.numero + 1}" if dernier.numero else f"qui suit le {dernier.jour:%d/%m/%Y}"
    raise ReleveRefuse(
        f"il manque le relevé {attendu} de {montrer_iban(lu.iban)} : le dernier finit à"
        f" {euros(Decimal(dernier.final))}, celui-ci ({_dire(lu)}) commence à {euros(lu.initial)}",
        "Importer d'abord celui qui manque ; rien n'est écrit.",
    )


def _dater(releve: ReleveLu | Releve) -> str:
    numero = f"n° {releve.numero} " if releve.numero else ""
    return f"{numero}du {releve.jour:%d/%m/%Y}"


def _dire(lu: ReleveLu) -> str:
    return f"n° {lu.numero}" if lu.numero else f"du {lu.jour:%d/%m/%Y}"


# -- rapprocher --------------------------------------------------------------------


class Ouverte(msgspec.Struct, frozen=True):
    """Une facture : ce qui reste dû, comment elle se paie, à qui."""

    id: str
    numero: str
    reste: Decimal
    communication: str
    nom: str = ""
    compte: str = ""


class Pourquoi(StrEnum):
    """Pourquoi un mouvement n'est pas rapproché seul."""

    DOUBLE = "elle est déjà payée : sans doute un paiement en double, à rendre"
    DITE = "sa communication la désigne"
    LIBRE = "la communication est en texte libre"
    TROP = "il dépasse ce qui reste dû"
    NOM = "le nom est celui du client"
    COMPTE = "le compte est celui du client"
    MONTANT = "le montant est exactement celui qui reste dû"


class Proposition(msgspec.Struct, frozen=True):
    """Une facture qu'un mouvement paie peut-être, et pourquoi on le croit."""

    facture: Ouverte
    pourquoi: Pourquoi


def apparier(mouvements: Iterable[Mouvement], ouvertes: Mapping[str, Ouverte]) -> dict[str, Ouverte]:
    """La facture (par communication) que chaque mouvement (par clé) paie à coup sûr (FIN-24).

    Ouverte, et jamais plus que dû. Quand deux paiements se la disputent, la date décide, puis la clé :
    l'ordre où les relevés sont importés n'y change rien.
    """
    trouvees: dict[str, Ouverte] = {}
    restes = {dite: facture.reste for dite, facture in ouvertes.items() if dite}
    for m in sorted(mouvements, key=lambda m: (m.jour, m.cle)):
        if 0 < m.somme <= restes.get(m.communication, ZERO):
            restes[m.communication] -= m.somme
            trouvees[m.cle] = ouvertes[m.communication]
    return trouvees


class Index(msgspec.Struct, frozen=True):
    """Les factures ouvertes, par tout ce qui peut les faire reconnaître ; toutes, par leur communication."""

    communications: Mapping[str, list[Ouverte]]
    comptes: Mapping[str, list[Ouverte]]
    noms: Mapping[str, list[Ouverte]]
    restes: Mapping[Decimal, list[Ouverte]]


def indexer(factures: Iterable[Ouverte]) -> Index:
    """De quoi proposer vite, pour mille mouvements."""
    tables: tuple[dict[Any, list[Ouverte]], ...] = ({}, {}, {}, {})
    for facture in factures:
        cles = (facture.communication, facture.compte, clef(facture.nom), facture.reste)
        for table, cle in zip(tables, cles, strict=True):
            if cle and (facture.reste > 0 or table is tables[0]):
                table.setdefault(cle, []).append(facture)
    return Index(*tables)


def possibles(mouvement: Mouvement, detail: Detail | None, index: Index) -> list[Proposition]:
    """Ce qu'il paie peut-être, du plus probable au moins : à confirmer, jamais décidé seul."""
    if mouvement.somme <= 0:
        return []
    trouvees: dict[str, Proposition] = {}

    def proposer(factures: Iterable[Ouverte], pourquoi: Pourquoi) -> None:
        for facture in factures:
            trouvees.setdefault(facture.id, Proposition(facture, pourquoi))

    dites = index.communications.get(mouvement.communication, ())
    proposer((f for f in dites if f.reste <= 0), Pourquoi.DOUBLE)
    proposer((f for f in dites if 0 < f.reste < mouvement.somme), Pourquoi.TROP)
    proposer(dites, Pourquoi.DITE)
    if detail:
        libres = index.communications.get(lire_ogm(detail.libelle), ())
        proposer((f for f in libres if f.reste <= 0), Pourquoi.DOUBLE)
        proposer(libres, Pourquoi.LIBRE)
        proposer(index.comptes.get(detail.compte, ()), Pourquoi.COMPTE)
        proposer(index.noms.get(clef(detail.nom), ()), Pourquoi.NOM)
    proposer(index.restes.get(mouvement.somme, ()), Pourquoi.MONTANT)
    ordre = list(Pourquoi)
    return sorted(trouvees.values(), key=lambda p: (ordre.index(p.pourquoi), p.facture.numero))
