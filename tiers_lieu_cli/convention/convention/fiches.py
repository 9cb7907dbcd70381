"""Les conventions lues dans le lieu : les désigner, ce qu'elles demandent aujourd'hui."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import structs

from tiers_lieu_cli.convention.convention import regles
from tiers_lieu_cli.convention.convention.modele import CONVENTIONS, NOMS, PIECES, Convention
from tiers_lieu_cli.convention.convention.regles import Alerte
from tiers_lieu_cli.convention.document.modele import DOCUMENTS, Document
from tiers_lieu_cli.convention.partenaire.modele import PARTENAIRES, Partenaire
from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, MotAmbigu, Recolte
from tiers_lieu_cli.noyau.fiches.echeances import Echeance, Gravite
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import clef

#: La ligne qu'une convention résiliée porte, telle que l'outil l'écrit.
_FINIE = motif(rb"^finie_le: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


def toutes(arbre: Arbre) -> tuple[Convention, ...]:
    """Toutes, finies comprises : une maison en signe quelques dizaines par an."""
    return CONVENTIONS.toutes(arbre).fiches


def proposer(arbre: Arbre, _jour: date) -> list[tuple[str, str]]:
    """De quoi compléter une convention : son nom, et avec qui."""
    connus = noms(arbre)
    return [(x.id, f"{x.nom} ({connus.get(x.avec, x.avec)})") for x in toutes(arbre)]


def vivantes(arbre: Arbre, jour: date) -> Recolte[Convention]:
    """Celles qui peuvent encore demander quelque chose ; les vieilles histoires ne sont pas analysées.

    Une assurance finie compte : elle dit ce qui fut couvert.
    """
    limite = str(jour).encode()

    def inutile(octets: bytes) -> bool:
        finie = _FINIE.search(octets)
        return finie is not None and finie[1] < limite and b"modele: assurance" not in octets

    return CONVENTIONS.toutes(arbre, inutile)


def noms(arbre: Arbre) -> dict[str, str]:
    """Le nom de chaque partenaire."""
    return {p.id: p.nom for p in PARTENAIRES.toutes(arbre).fiches}


def partenaire(arbre: Arbre, mot: str) -> Partenaire:
    """Le partenaire dit par son nom, ou son identifiant."""
    try:
        return PARTENAIRES.exiger(arbre, mot)
    except FicheIntrouvable as inconnu:
        inconnu.remede = inconnu.remede or f'Le noter : tl convention partenaire creer "{mot[:40]}"'
        raise


def exiger(arbre: Arbre, mot: str) -> Convention:
    """La convention dite par son identifiant, ou par un mot de son objet ou de son partenaire."""
    idents = CONVENTIONS.idents(arbre)
    if mot in idents:
        return CONVENTIONS.exiger(arbre, mot)
    cle, connus = clef(mot), noms(arbre)
    dites = [
        c
        for c in toutes(arbre)
        if cle and cle in clef(f"{c.objet} {NOMS[c.modele]} {connus.get(c.avec, '')}")
    ]
    if len(dites) == 1:
        return dites[0]
    if dites:
        raise MotAmbigu(mot, [f"{c.id} ({c.nom}, {connus.get(c.avec, c.avec)})" for c in dites])
    return CONVENTIONS.exiger(arbre, mot)


def exiger_vive(arbre: Arbre, mot: str) -> Convention:
    """La même, si rien n'y a mis fin ; `Echec` d'une convention résiliée : elle ne change plus."""
    dite = exiger(arbre, mot)
    if dite.finie_le:
        raise Echec(
            f"« {dite.nom} » est résiliée ; elle finit le {temps.dire_jour(dite.finie_le)}.",
            f"La voir : tl convention fiche {dite.id} ; en écrire une autre : tl convention creer",
        )
    return dite


def piece(arbre: Arbre, ident: str) -> Document | None:
    """Le document qui prouve, tant que son contenu est gardé ; détruit, il ne prouve plus rien."""
    trouve = DOCUMENTS.une(arbre, ident) if ident else None
    return trouve if trouve and not trouve.detruit_le else None


def _prouvee(arbre: Arbre, c: Convention) -> Convention:
    """La même, où une pièce détruite manque."""
    perdues = {champ: "" for champ in PIECES if getattr(c, champ) and not piece(arbre, getattr(c, champ))}
    return structs.replace(c, **perdues) if perdues else c


def alertes(arbre: Arbre, lues: Sequence[Convention], connus: Mapping[str, str], jour: date) -> list[Alerte]:
    """Tout ce que ces conventions demandent ce jour-là, ce qui est rouge d'abord ; `connus` : qui est qui."""
    prouvees = (_prouvee(arbre, c) for c in lues)
    trouvees = [a for c in prouvees for a in regles.alertes(c, connus.get(c.avec, c.avec), jour)]
    trouvees += _decouverts(lues, jour)
    return sorted(trouvees, key=lambda a: (not a.rouge, a))


def _decouverts(lues: Sequence[Convention], jour: date) -> Iterator[Alerte]:
    for t in regles.trous(lues, jour):
        quand = "n'est plus couvert depuis" if t.depuis <= jour else "ne sera plus couvert à partir du"
        jusque = f", jusqu'au {temps.dire_jour(t.jusque, jour)}" if t.jusque else ""
        le = "le " if t.depuis <= jour else ""
        yield Alerte(
            min(t.depuis, jour),
            t.derniere,
            f"À DÉCOUVERT : « {t.risque} » {quand} {le}{temps.dire_jour(t.depuis, jour)}{jusque}",
            "tl convention liste --modele assurance --tout",
            rouge=True,
        )


def a_faire(arbre: Arbre, jour: date) -> Iterator[Echeance]:
    """Ce que `tl aujourd'hui` en dit."""
    for a in alertes(arbre, vivantes(arbre, jour).fiches, noms(arbre), jour):
        gravite = Gravite.A_DECIDER if a.rouge else Gravite.RESTE
        yield Echeance(a.jour, a.phrase, a.commande, gravite=gravite)
