"""Une valeur se tape comme elle se montre : accents, capitales, singulier ou pluriel, tirets ou blancs.

Un seul endroit pour les options, les colonnes, les filtres et les fiches : `trouver` reconnaît,
`exiger` refuse ce qui n'est pas connu en disant ce qui l'est.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.texte import clef

#: Ce qu'on cite de valeurs possibles, au plus.
_CITEES = 60
#: Les mots de nos listes fermées et de nos champs, que les fiches écrivent sans accent.
_ACCENTUES = """
abandonné abîmé acceptée acceptés accessibilité activité adressé annulé annulée appliqué arrivée arrêté
arrêtée bénéficiaire bénévolat bénévole capacité changée clé clés clôture comblé composé confirmé confirmée
contrôle corrigée demandé demandée différente durée début décidé décidée décision décisions déclinée délai
délégué démontage départ déplacer déplacé déplacée désabonnement détruit entrée exempté exprimé fermé
forçage gravité habilité idée journée matériel modifié modèle modération nommé partagé pièces privé procès
proposé préavis présence présents présenté prêt publié pérenne périmé périmée quantité rangée refusée
rejetés relié renégocier reporté retiré retirée reçu reçue reçus règle réception récurrence référence
références référent réglée réglées réparation réponse réseau réservation réservé résilier résiliée révision
rôle sauté simplifiée société séances série thème thèmes trésorier tâche téléphone unité usé à âge écarts
échéance équipe équipement équipements étape étapes état étiquettes événement événements
"""
#: En dessous, ôter la fin d'un mot en ferait un autre.
_COURT = 2


class ValeurInconnue(ErreurUsage):
    """Ce qu'on a tapé n'est pas une valeur permise : les voici."""

    def __init__(self, dit: str, quoi: str, connues: Iterable[str], remede: str = "") -> None:
        from difflib import get_close_matches

        connues = list(dict.fromkeys(connues))
        par_cle = {clef(c): c for c in connues}
        proches = [par_cle[cle] for cle in get_close_matches(clef(dit), par_cle, n=1)]
        reste = len(connues) - _CITEES
        voulait = f" Voulait-on « {proches[0]} » ?" if proches else ""
        suite = f" … et {reste} autres" if reste > 0 else ""
        choix = f"Choisir parmi : {', '.join(connues[:_CITEES])}{suite}."
        choix = choix if connues else "Il n'y en a pas encore."
        super().__init__(f"« {dit} » n'est pas {quoi}.{voulait}", f"{choix} {remede}".rstrip())


def singulier(mot: str) -> str:
    """D'un mot sans accents : « riverains » → « riverain », « eaux » → « eau », « locaux » → « local »."""
    if len(mot) <= _COURT or mot[-1] not in "sx":
        return mot
    if mot.endswith("aux"):
        return mot[:-1] if mot.endswith("eaux") else f"{mot[:-3]}al"
    return mot[:-1]


def _au_singulier(cle: str) -> str:
    return "-".join(map(singulier, cle.split("-")))


def _au_masculin(cle: str) -> str:
    """« comblée », « retirées » : l'accord n'en fait pas une autre valeur."""
    return "-".join(
        m[:-1] if len(m) > _COURT + 1 and m[-1] == "e" else m for m in _au_singulier(cle).split("-")
    )


#: Du plus fidèle au plus large ; le premier qui reconnaît l'emporte.
_LECTURES: tuple[Callable[[str], str], ...] = (
    str,
    clef,
    lambda dit: _au_singulier(clef(dit)),
    lambda dit: _au_masculin(clef(dit)),
)


def trouver(dit: str, connues: Mapping[str, Iterable[str]]) -> list[str]:
    """Les valeurs que ce mot dit ; `connues` : chacune, et les autres façons de la dire."""
    for lire in _LECTURES:
        lu = lire(dit)
        trouvees = [v for v, noms in connues.items() if lu and lu in (lire(v), *map(lire, noms))]
        if trouvees:
            return trouvees
    return []


@cache
def _accents() -> dict[str, str]:
    return {clef(mot): mot for mot in _ACCENTUES.split()}


def montrer(valeur: str) -> str:
    """Une valeur d'une liste fermée, en français : « a-replacer » → « à-replacer »."""
    return "-".join(_accents().get(mot, mot) for mot in valeur.split("-")) if "." not in valeur else valeur


def fermee(connues: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Les valeurs d'une liste fermée, et comment chacune se montre."""
    return {connue: (montrer(connue),) for connue in connues}


def parmi(connues: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Des valeurs qui n'ont qu'une façon de se dire."""
    return dict.fromkeys(connues, ())


def exiger(dit: str, connues: Mapping[str, Iterable[str]], quoi: str, remede: str = "") -> str:
    """La valeur que ce mot dit ; `ValeurInconnue` s'il n'en dit pas une seule (`quoi` : « un thème »)."""
    trouvees = trouver(dit, connues)
    if len(trouvees) != 1:
        dites = [next(iter(connues[valeur]), valeur) for valeur in trouvees or connues]
        raise ValeurInconnue(dit, quoi, dites, remede)
    return trouvees[0]


def filtrer(dits: Iterable[str], connues: Iterable[str], quoi: str) -> frozenset[str]:
    """Tout ce que retient un filtre ; une valeur inconnue le refuse, plutôt que de répondre qu'il n'y a rien.

    « fete » retient « fête » et « fete » : deux façons d'écrire la même étiquette n'en font pas deux.
    """
    permises = sorted({*connues} - {""})
    retenues: set[str] = set()
    for dit in dits:
        trouvees = next(
            filter(None, ([v for v in permises if lire(v) == lire(dit)] for lire in _LECTURES[1:])), []
        )
        if not trouvees:
            raise ValeurInconnue(dit, quoi, permises)
        retenues.update(trouvees)
    return frozenset(retenues)
