"""Les règles des clés : qui peut en recevoir une, ce qu'entraîne une perte. Sans fichier ni heure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from msgspec import structs

from tiers_lieu_cli.espace.cle.modele import Cle, Fin, PretDeCle, Sorte, refuser_un_secret
from tiers_lieu_cli.espace.entretien.modele import Entretien
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.temps import temps

DEFINIE = {Sorte.CLE: "la clé", Sorte.BADGE: "le badge", Sorte.CODE: "le code"}

#: Ce qu'une perte oblige à faire.
SERRURE, BADGE, CODE = _CHANGER = ("changer la serrure", "désactiver le badge", "changer le code")


class SecretDansLArchive(ErreurUsage):
    """On allait écrire de quoi ouvrir une porte."""

    def __init__(self) -> None:
        super().__init__(
            "Les chiffres d'un code ne s'écrivent pas ici : l'archive est permanente.",
            "Noter seulement qui l'a reçu, et quand il a changé.",
        )


class PlusDExemplaire(Echec):
    """Tous les exemplaires sont dehors."""

    def __init__(self, cle: Cle, chez: str) -> None:
        super().__init__(
            f"{_tous(cle)} : {chez}." if chez else f"« {cle.nom} » n'a plus d'exemplaire.",
            f"En faire rendre un : tl espace cle rendre {cle.id}",
        )


def refuser_le_secret(sorte: Sorte, *textes: str) -> None:
    """`SecretDansLArchive` si un texte sur un code porte de quoi le composer."""
    try:
        refuser_un_secret(sorte, *textes)
    except ValueError:
        raise SecretDansLArchive from None


def exiger_assez(cle: Cle, pretees: Iterable[PretDeCle]) -> None:
    """Refuser qu'il y ait moins d'exemplaires qu'il n'y en a dehors."""
    dehors = de_la_cle(pretees, cle.id)
    if cle.sorte is not Sorte.CODE and len(dehors) > cle.exemplaires:
        qui = ", ".join(p.detenteur for p in dehors)
        raise ErreurUsage(f"{len(dehors)} exemplaires sont dehors : {qui}.", "Les reprendre d'abord.")


def exiger_un_exemplaire(cle: Cle, pretees: Iterable[PretDeCle]) -> None:
    """Refuser de prêter ce qui est déjà dehors ou retiré ; un code se donne à autant de gens qu'on veut."""
    if cle.retiree:
        raise ErreurUsage(
            f"« {cle.nom} » est retirée du trousseau.", "Voir ce qui reste : tl espace cle liste"
        )
    dehors = de_la_cle(pretees, cle.id)
    if cle.sorte is not Sorte.CODE and len(dehors) >= cle.exemplaires:
        raise PlusDExemplaire(cle, ", ".join(p.detenteur for p in dehors))


def en_trop(cles: Iterable[Cle], pretees: Iterable[PretDeCle]) -> Iterator[tuple[Cle, str]]:
    """Les clés dont il y a plus d'exemplaires dehors qu'il n'en existe, et ce qu'il faut en dire."""
    dehors = Counter(p.cle for p in pretees)
    for cle in cles:
        combien = dehors[cle.id]
        if cle.sorte is not Sorte.CODE and combien > cle.exemplaires:
            reste = f"il n'y en a que {cle.exemplaires}"
            yield cle, f"{combien} exemplaires de « {cle.nom} » sont dehors, et {reste}"


def de_la_cle(pretees: Iterable[PretDeCle], cle: str) -> list[PretDeCle]:
    """Les exemplaires de cette clé qui sont dehors, du plus ancien prêt au plus récent."""
    return sorted((p for p in pretees if p.cle == cle), key=lambda p: (p.depuis, p.id))


def choisir(cle: Cle, dehors: list[PretDeCle], qui: str) -> PretDeCle:
    """Le prêt dont on parle : le seul, ou celui de `qui`."""
    siens = [p for p in dehors if p.detenteur == qui] if qui else dehors
    if len(siens) == 1 or (qui and siens):
        return siens[0]
    if not siens:
        chez = f" de {qui}" if qui else ""
        raise ErreurUsage(
            f"Aucun exemplaire de « {cle.nom} » n'est aux mains{chez or ' de quelqu’un'}.",
            "Voir qui a quoi : tl espace cle liste --dehors",
        )
    chez = ", ".join(p.detenteur for p in siens)
    raise ErreurUsage(f"Plusieurs personnes ont « {cle.nom} » : {chez}.", "Dire laquelle : @QUI.")


def finir(pret: PretDeCle, fin: Fin, moment: datetime, remarque: str = "") -> PretDeCle:
    """Le prêt, une fois la clé rendue, perdue ou périmée."""
    if moment < pret.depuis_quand:
        raise ErreurUsage(f"Cette clé n'a été remise que le {temps.dire_jour(pret.depuis_quand.date())}.")
    return structs.replace(
        pret, fin=fin, fini_le=temps.ecrire_moment(moment), remarque=remarque or pret.remarque
    )


def apres_perte(
    cle: Cle, autres: Iterable[PretDeCle], salles: Mapping[str, str], jour: date, hasard: Hasard
) -> list[Entretien]:
    """Ce qu'une perte oblige à faire : neutraliser ce qu'elle ouvre, et prévenir.

    `autres` : les exemplaires encore dehors, dont les détenteurs sont à prévenir.
    """
    if cle.sorte is Sorte.CLE:
        travaux = [(f"{SERRURE} : {salles.get(s, s)}", s) for s in cle.ouvre]
        travaux += [(f"{SERRURE} : {autre}", "") for autre in cle.aussi]
        travaux = travaux or [(f"{SERRURE} de « {cle.nom} »", "")]
    else:
        geste = BADGE if cle.sorte is Sorte.BADGE else CODE
        travaux = [(f"{geste} « {cle.nom} »", cle.ouvre[0] if cle.ouvre else "")]
    gens = " ".join(dict.fromkeys(f"@{p.a}" if p.a else p.societe for p in autres))
    travaux.append((f"prévenir de la perte de « {cle.nom} »", ""))
    return [
        Entretien(
            id=identifiants.date_de(jour, titre, "entretien", hasard),
            titre=titre,
            salle=salle,
            pour_le=jour,
            depuis=jour,
            liens=(cle.id,),
            note=f"Ont aussi un exemplaire : {gens}" if gens and titre.startswith("prévenir") else "",
        )
        for titre, salle in travaux
    ]


def est_a_changer(tache: Entretien, cle: Cle) -> bool:
    """Est-ce ce qu'une perte de cette clé a mis à changer ou à désactiver ?"""
    return cle.id in tache.liens and tache.titre.startswith(_CHANGER)


def dire_retour(pret: PretDeCle, jour: date) -> str:
    """Quand elle doit revenir ; vide sans promesse."""
    return temps.dire_echeance(pret.rendre_le, jour) if pret.rendre_le else ""


def _tous(cle: Cle) -> str:
    if cle.exemplaires == 1:
        return f"« {cle.nom} » est dehors"
    return f"Les {cle.exemplaires} exemplaires de « {cle.nom} » sont dehors"
