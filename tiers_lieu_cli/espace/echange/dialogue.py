"""S'accorder sur les colonnes et les salles d'un fichier : reconnues, retenues, dites, ou demandées."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace.echange import regles
from tiers_lieu_cli.espace.echange.modele import CORRESPONDANCES, Correspondance
from tiers_lieu_cli.espace.echange.regles import Ligne
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import valeurs
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fichiers import Tableau
from tiers_lieu_cli.noyau.temps.colonnes import Ordre

_DITS = {"salle": "la salle", "objet": "l'objet", "debut": "le début", "fin": "la fin"}
#: Un exemple de ce que dit une colonne, à côté de son nom.
_EXEMPLE = 30


class Reglage(msgspec.Struct, frozen=True):
    """Ce que la ligne de commande dit du fichier ; `toutes` : la salle de toutes ses lignes."""

    colonnes: dict[str, str]
    salles: dict[str, str]
    toutes: str = ""
    ordre: Ordre | None = None

    @classmethod
    def de(
        cls, c: Contexte, correspondances: Sequence[str], salles: Sequence[str], mois_dabord: bool | None
    ) -> Reglage:
        """Les « CHAMP=COLONNE » et les « NOM=SALLE » dits, et l'ordre du jour et du mois."""
        couples = (_couper(dit, "--correspondance", "CHAMP=COLONNE") for dit in correspondances)
        permis = valeurs.parmi(regles.CHAMPS)
        colonnes = {valeurs.exiger(champ, permis, "un champ"): colonne for champ, colonne in couples}
        dites = {n: SALLES.designer(c.arbre, s) for n, _, s in (s.rpartition("=") for s in salles)}
        ordre = None
        if mois_dabord is not None:
            ordre = Ordre.MOIS_DABORD if mois_dabord else Ordre.JOUR_DABORD
        return cls(colonnes, {nom: salle for nom, salle in dites.items() if nom}, dites.get("", ""), ordre)


def _couper(dit: str, option: str, forme: str) -> tuple[str, str]:
    gauche, egal, droite = dit.partition("=")
    if not egal or not droite.strip():
        raise ErreurUsage(f"« {dit} » ne se comprend pas.", f"Écrire {option} « {forme} ».")
    return gauche.strip(), droite.strip()


def accorder_les_colonnes(c: Contexte, fichier: Path, tableau: Tableau, reglage: Reglage) -> Correspondance:
    """Quelle colonne dit quoi : ce qu'on dit l'emporte, puis ce qu'on a retenu, puis ce qu'on reconnaît."""
    colonnes = tableau.colonnes
    ident = regles.empreinte(colonnes)
    connue = CORRESPONDANCES.une(c.arbre, ident) or Correspondance(id=ident)
    for colonne in reglage.colonnes.values():
        if colonne not in colonnes:
            raise ErreurUsage(f"Il n'y a pas de colonne « {colonne} ».", f"Il y a : {', '.join(colonnes)}.")
    retenues = {champ: col for champ, col in connue.colonnes.items() if col in colonnes}
    accord = {**regles.proposer(colonnes), **retenues, **reglage.colonnes}
    while champ := regles.manque(tableau, accord, salle_dite=bool(reglage.toutes)):
        accord[champ] = _demander_la_colonne(c, fichier, champ, tableau)
    return structs.replace(connue, colonnes=accord, salles={**connue.salles, **reglage.salles})


def _demander_la_colonne(c: Contexte, fichier: Path, champ: str, tableau: Tableau) -> str:
    colonnes = tableau.colonnes
    if c.ecran.interactif:
        exemples = (next(iter(tableau.valeurs(colonne)), "vide")[:_EXEMPLE] for colonne in colonnes)
        libelles = [f"{col} ({exemple})" for col, exemple in zip(colonnes, exemples, strict=True)]
        return colonnes[c.choisir(f"Quelle colonne dit {_DITS[champ]} ?", libelles)]
    raise ErreurUsage(
        f"Aucune colonne reconnue pour {_DITS[champ]}. Il y a : {', '.join(colonnes)}.",
        f'tl espace importer {fichier} --correspondance "{champ}=COLONNE"'
        + (" (ou --salle SALLE pour toutes)" if champ == "salle" else ""),
    )


def accorder_l_ordre(c: Contexte, fichier: Path, prouve: Ordre, reglage: Reglage) -> Ordre:
    """Le jour d'abord, sauf preuve du contraire : le fichier entier est alors demandé."""
    if reglage.ordre is not None:
        return reglage.ordre
    if prouve in (Ordre.JOUR_DABORD, Ordre.INDECIDABLE):
        return Ordre.JOUR_DABORD
    comment = (
        "tantôt le mois d'abord, tantôt le jour" if prouve is Ordre.CONTRADICTOIRE else "le mois d'abord"
    )
    question = f"Des dates de {fichier.name} disent {comment}. Comment les lire toutes ?"
    if c.ecran.interactif:
        return (Ordre.MOIS_DABORD, Ordre.JOUR_DABORD)[
            c.choisir(question, ["12/05 : le 5 décembre (mois d'abord)", "12/05 : le 12 mai (jour d'abord)"])
        ]
    refus = ErreurUsage(question)
    refus.suites = tuple(f"tl espace importer {fichier} --{ordre}-dabord" for ordre in ("mois", "jour"))
    raise refus


def accorder_les_salles(
    c: Contexte, lues: Iterable[Ligne], reglage: Reglage, accord: Correspondance | None
) -> Correspondance | None:
    """Chaque nom de salle du fichier a sa salle ; on demande pour ceux qu'on ne reconnaît pas."""
    noms = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
    dites = {**(accord.salles if accord else {}), **reglage.salles}
    inconnus = [
        nom
        for nom in dict.fromkeys(ligne.salle for ligne in lues)
        if nom not in dites and not regles.reconnaitre(nom, noms)
    ]
    if inconnus and not c.ecran.interactif:
        raise ErreurUsage(
            f"Salles inconnues dans le fichier : {', '.join(inconnus[:8])}.",
            " ".join(f'--salle "{nom}=SALLE"' for nom in inconnus[:8]) + f"   (parmi : {', '.join(noms)})",
        )
    for nom in inconnus:
        choix = [*noms.values(), "aucune : laisser ses lignes"]
        rang = c.choisir(f"Quelle salle est « {nom} » ?", choix)
        dites[nom] = [*noms, ""][rang]
    accord = accord or Correspondance(id=regles.empreinte(["agenda"]))
    return structs.replace(accord, salles=dites)
