"""Un relevé suit le précédent, ses sommes sont refaites, et rien n'y entre deux fois. Des fonctions pures."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec

from tiers_lieu_cli.finance.banque.modele import Detail, Mouvement, MouvementLu, Releve, ReleveLu
from tiers_lieu_cli.finance.banque.refus import ReleveRefuse
from tiers_lieu_cli.finance.montants import ZERO, euros, ranger_montant
from tiers_lieu_cli.finance.paiement import lire_ogm, montrer_iban
from tiers_lieu_cli.noyau.texte import clef


def numeroter(lu: ReleveLu) -> list[tuple[Mouvement, MouvementLu]]:
    """Chaque mouvement et sa clé : deux fois le même fichier donne les mêmes (FIN-23).

    Le rang départage deux mouvements que la banque ne distingue en rien.
    """
    rangs: Counter[tuple[str, str, str]] = Counter()
    paires = []
    for mouvement in lu.mouvements:
        dit = (mouvement.reference, mouvement.jour.isoformat(), ranger_montant(mouvement.montant))
        brut = "|".join((lu.iban, *dit, str(rangs[dit]))).encode()
        rangs[dit] += 1
        paires.append(
            (
                Mouvement(
                    cle=f"sha256:{hashlib.sha256(brut).hexdigest()}",
                    jour=mouvement.jour,
                    montant=dit[2],
                    communication=mouvement.communication,
                ),
                mouvement,
            )
        )
    return paires


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
    attendu = f"n° {dernier.numero + 1}" if dernier.numero else f"qui suit le {dernier.jour:%d/%m/%Y}"
    raise ReleveRefuse(
        f"il manque le relevé {attendu} de {montrer_iban(lu.iban)} : le dernier finit à"
        f" {euros(Decimal(dernier.final))}, celui-ci ({_dire(lu)}) commence à {euros(lu.initial)}",
        "Importer d'abord celui qui manque ; rien n'est écrit.",
    )


def _dire(lu: ReleveLu) -> str:
    return f"n° {lu.numero}" if lu.numero else f"du {lu.jour:%d/%m/%Y}"


# -- rapprocher --------------------------------------------------------------------


class Ouverte(msgspec.Struct, frozen=True):
    """Une facture qui attend encore : ce qui reste dû, comment elle se paie, à qui."""

    id: str
    numero: str
    reste: Decimal
    communication: str
    nom: str = ""
    compte: str = ""


class Pourquoi(StrEnum):
    """Pourquoi un mouvement n'est pas rapproché seul."""

    LIBRE = "la communication est en texte libre"
    TROP = "il dépasse ce qui reste dû"
    NOM = "le nom est celui du client"
    COMPTE = "le compte est celui du client"
    MONTANT = "le montant est exactement celui qui reste dû"


class Proposition(msgspec.Struct, frozen=True):
    """Une facture qu'un mouvement paie peut-être, et pourquoi on le croit."""

    facture: Ouverte
    pourquoi: Pourquoi


def certaine(mouvement: Mouvement, ouvertes: Mapping[str, Ouverte]) -> Ouverte | None:
    """La facture (par communication) qu'il paie à coup sûr : ouverte, et pas plus que dû (FIN-24)."""
    facture = ouvertes.get(mouvement.communication) if mouvement.communication else None
    return facture if facture and 0 < mouvement.somme <= facture.reste else None


def possibles(
    mouvement: Mouvement, detail: Detail | None, ouvertes: Collection[Ouverte]
) -> list[Proposition]:
    """Ce qu'il paie peut-être, du plus probable au moins : à confirmer, jamais décidé seul."""
    if mouvement.somme <= 0:
        return []
    trouvees: dict[str, Proposition] = {}

    def proposer(facture: Ouverte, pourquoi: Pourquoi) -> None:
        trouvees.setdefault(facture.id, Proposition(facture, pourquoi))

    libre = lire_ogm(detail.libelle) if detail else ""
    for facture in ouvertes:
        if mouvement.communication == facture.communication and mouvement.somme > facture.reste:
            proposer(facture, Pourquoi.TROP)
        elif libre and libre == facture.communication:
            proposer(facture, Pourquoi.LIBRE)
        elif detail and detail.compte and detail.compte == facture.compte:
            proposer(facture, Pourquoi.COMPTE)
        elif detail and detail.nom and facture.nom and clef(detail.nom) == clef(facture.nom):
            proposer(facture, Pourquoi.NOM)
        elif mouvement.somme == facture.reste:
            proposer(facture, Pourquoi.MONTANT)
    ordre = list(Pourquoi)
    return sorted(trouvees.values(), key=lambda p: (ordre.index(p.pourquoi), p.facture.numero))
