"""Quelle colonne d'un tableau dit quel champ : dit, retenu d'une autre fois, ou proposé et confirmé."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tiers_lieu_cli.ensemble.echanges import tables
from tiers_lieu_cli.espace.echange.regles import empreinte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.texte import clef

#: D'un nom complet ; d'une personne, deux colonnes font le sien.
PRENOM = "prenom"
#: À quel point deux noms se ressemblent pour être proposés (0 à 100).
RESSEMBLANCE = 85
#: Comment les tableaux des autres nomment nos champs, quand ce n'est pas comme nous.
_AUSSI = {
    "nom": ("nom-complet", "nom-et-prenom", "nom-de-famille", "name", "designation", "intitule", "libelle"),
    PRENOM: ("prenoms", "first-name", "firstname"),
    "courriel": ("e-mail", "email", "mail", "adresse-mail", "adresse-e-mail", "adresse-electronique"),
    "telephone": ("tel", "gsm", "mobile", "portable", "numero-de-telephone", "phone"),
    "publics": ("public", "groupe", "categorie"),
    "langues": ("langue",),
    "depuis": ("membre-depuis", "inscrit-le", "date-d-adhesion", "adhesion"),
    "titre": ("title", "intitule", "evenement", "activite", "nom", "summary"),
    "debut": ("date-de-debut", "start", "quand", "date"),
    "fin": ("date-de-fin", "end"),
    "salles": ("salle", "lieu", "room"),
    "jour": ("date", "le", "day"),
    "personne": ("qui", "benevole", "nom", "membre"),
    "activite": ("tache", "mission", "quoi"),
    "duree": ("minutes", "temps", "heures"),
    "unite": ("mesure", "unit"),
    "lot": ("nombre", "quantite", "combien"),
    "place": ("emplacement", "rangement", "armoire"),
    "serie": ("numero-de-serie", "n-de-serie"),
    "description": ("details", "texte"),
    "texte": ("note", "besoin", "offre", "demande", "description"),
    "entendu": ("date", "le"),
}


def cle(table: str, colonnes: Sequence[str]) -> str:
    """Le nom sous lequel on retient comment lire ces colonnes-là."""
    return empreinte([table, *colonnes])


def champs(structure: type[Fiche], *, gens: bool) -> list[str]:
    """Ce qu'un tableau peut dire d'un genre."""
    return [*([PRENOM] if gens else []), *(c.nom for c in tables.colonnes(structure))]


def est_des_notres(structure: type[Fiche], colonnes: Sequence[str]) -> bool:
    """Est-ce un tableau qu'`exporter csv` a écrit, au titre près ?"""
    exigees = {c.nom for c in tables.colonnes(structure) if c.exigee}
    return {"id", *exigees} <= {*colonnes}


def proposer(colonnes: Sequence[str], voulus: Sequence[str]) -> dict[str, str]:
    """Une colonne par champ : le même nom, un nom qu'on connaît, puis le plus ressemblant."""
    restantes = {clef(colonne): colonne for colonne in reversed(colonnes)}
    trouvees: dict[str, str] = {}
    for connus in ({champ: (clef(champ),) for champ in voulus}, _AUSSI):
        for champ in voulus:
            nom = next((n for n in connus.get(champ, ()) if n in restantes), None)
            if nom is not None and champ not in trouvees:
                trouvees[champ] = restantes.pop(nom)
    for champ in voulus:
        if champ not in trouvees and champ != "id" and (nom := _ressemblant(champ, restantes)):
            trouvees[champ] = restantes.pop(nom)
    return trouvees


def _ressemblant(champ: str, restantes: Mapping[str, str]) -> str:
    from rapidfuzz import fuzz, process

    voulu = clef(champ)
    trouve = process.extractOne(voulu, list(restantes), scorer=fuzz.ratio, score_cutoff=RESSEMBLANCE)
    return trouve[0] if trouve else ""


def lire_dites(
    dites: Sequence[str], colonnes: Sequence[str], voulus: Sequence[str], retenues: Mapping[str, str]
) -> dict[str, str]:
    """L'accord sur ces colonnes : ce qu'on dit l'emporte, puis ce qu'on a retenu, puis ce qu'on propose.

    « champ= » : aucune colonne ne dit ce champ.
    """
    accord = {**proposer(colonnes, voulus)}
    accord |= {champ: colonne for champ, colonne in retenues.items() if colonne in ("", *colonnes)}
    for dite in dites:
        champ, egal, colonne = (morceau.strip() for morceau in dite.partition("="))
        if not egal:
            raise ErreurUsage(f"« {dite} » ne se comprend pas.", "Écrire --correspondance « CHAMP=COLONNE ».")
        if champ not in voulus:
            raise ErreurUsage(f"« {champ} » n'est pas un champ.", f"Choisir parmi : {', '.join(voulus)}.")
        if colonne and colonne not in colonnes:
            raise ErreurUsage(f"Il n'y a pas de colonne « {colonne} ».", f"Il y a : {', '.join(colonnes)}.")
        accord = {autre: prise for autre, prise in accord.items() if not colonne or prise != colonne}
        accord[champ] = colonne
    return accord


def ignorees(colonnes: Sequence[str], accord: Mapping[str, str]) -> list[str]:
    """Les colonnes que rien ne lit."""
    return [colonne for colonne in colonnes if colonne and colonne not in accord.values()]
