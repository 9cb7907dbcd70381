"""Comprendre les lignes d'un autre outil : quelle colonne dit quoi, quelle date, quelle heure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from functools import reduce

import msgspec
from msgspec import structs

from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, EvenementLu, developper
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fichiers import Tableau, degager
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import colonnes as colonnes_lues
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.colonnes import Case, Ordre
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import clef, est_lisible, sans_accent

LONGUEUR_DE_CLE = 10
#: Plus longue, une réservation est une fermeture ou une exposition : la dire à part.
DUREE_MAXIMALE = timedelta(days=31)
#: D'une série, les dates prises : de quoi remplir un planning, sans promettre dans dix ans.
PASSE, AVENIR = timedelta(days=31), timedelta(days=366)

#: Ce qu'on cherche, et comment GRR, MRBS, les tableurs et notre export le nomment.
CHAMPS: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "numero", "n", "identifiant", "reference", "entry-id"),
    "salle": ("salle", "ressource", "room", "local", "espace", "nom-de-la-ressource", "lieu", "location"),
    "objet": (
        *("objet", "breve-description", "brief-description", "titre", "sujet", "summary", "intitule"),
        *("activite", "nom-de-la-reservation", "description"),
    ),
    "debut": ("debut", "date-de-debut", "date-debut", "jour-de-debut", "start-date", "start-time", "start"),
    "heure_debut": ("heure-de-debut", "heure-debut", "start-hour", "start-time"),
    "fin": ("fin", "date-de-fin", "date-fin", "jour-de-fin", "end-date", "end-time", "end"),
    "heure_fin": ("heure-de-fin", "heure-fin", "end-hour", "end-time"),
    "date": ("date", "jour", "day"),
    "heure": ("heure", "horaire", "heure-duree", "heures", "time"),
    "duree": ("duree", "duration"),
    "pour": (
        *("pour", "beneficiaire", "reservation-au-nom-de", "au-nom-de", "reserve-par", "created-by"),
        *("cree-par", "utilisateur", "demandeur", "nom"),
    ),
    "personnes": (
        "personnes",
        "participants",
        "nombre-de-personnes",
        "effectif",
        "attendees",
        "participation",
    ),
    "etat": ("etat", "statut", "status", "confirmation-status", "statut-de-confirmation", "moderation"),
}
_ETATS = (
    (("annul", "cancel", "refus", "reject", "supprim", "deplac"), Etat.ANNULEE),
    (("moder", "attente", "pending", "provis", "tentative", "option", "reserve", "a valider"), Etat.DEMANDEE),
)
#: « 18:30 - 2 heures » dit une durée, « 18:30 - 20:30 » une fin.
_TIRETS = motif("[–—‒−]")
#: De quoi penser qu'une case de début dit aussi son heure.
_DIT_UNE_HEURE = motif(r"\d ?[h:u]|[t ]\d{1,2}\b", re.IGNORECASE)
_EN_MOTS = motif(r"[a-z]{2}|\d ?[jm]$")


class Ligne(msgspec.Struct, frozen=True, kw_only=True):
    """Une réservation lue ; `salle` et `pour` sont encore des mots du fichier."""

    rang: int
    salle: str
    objet: str
    creneau: Creneau
    pour: str = ""
    personnes: int = 0
    etat: Etat = Etat.CONFIRMEE
    #: Le nom que la ligne portait dans l'autre outil, ou dans notre export.
    nom: str = ""


class Illisible(msgspec.Struct, frozen=True):
    """Une ligne qu'on laisse, et pourquoi."""

    rang: int
    raison: str


def proposer(colonnes: Sequence[str]) -> dict[str, str]:
    """Quelle colonne dit quoi, à son nom ; une colonne ne dit qu'une chose."""
    restantes = {clef(colonne): colonne for colonne in reversed(colonnes)}
    trouvees = {}
    for champ, noms in CHAMPS.items():
        nom = next((n for n in noms if n in restantes), None)
        if nom is not None:
            trouvees[champ] = restantes.pop(nom)
    return trouvees


def manque(tableau: Tableau, correspondance: Mapping[str, str], *, salle_dite: bool) -> str:
    """Le premier champ sans lequel on ne peut rien lire ; vide si tout y est."""
    exiges = ["objet"] if salle_dite else ["salle", "objet"]
    if not correspondance.keys() & {"date", "debut"}:
        exiges.append("debut")
    debuts = tableau.valeurs(correspondance.get("debut", ""))
    heures = correspondance.keys() & {"duree", "heure", "heure_fin"}
    if not heures and ("heure_debut" in correspondance or any(map(_DIT_UNE_HEURE.search, debuts))):
        exiges.append("fin")
    return next((champ for champ in exiges if champ not in correspondance), "")


def ordre_des_dates(tableau: Tableau, correspondance: Mapping[str, str]) -> Ordre:
    """Ce que le fichier entier prouve de l'ordre du jour et du mois."""
    colonnes = (correspondance.get(champ, "") for champ in ("debut", "fin", "date"))
    return colonnes_lues.ordre_des_dates(v for colonne in colonnes for v in tableau.valeurs(colonne))


def lire_lignes(
    tableau: Tableau, correspondance: Mapping[str, str], fuseau: tzinfo, ordre: Ordre, salle: str = ""
) -> tuple[list[Ligne], list[Illisible]]:
    """Les réservations du tableau, et les lignes laissées ; `salle` : celle de toutes, si elle est dite."""
    rangs = {champ: tableau.colonnes.index(colonne) for champ, colonne in correspondance.items()}
    lues: list[Ligne] = []
    laissees: list[Illisible] = []
    for rang, cases in tableau.lignes:
        dits = {champ: degager(cases[n]) for champ, n in rangs.items()}
        try:
            lues.append(_ligne(rang, dits, salle, lire_creneau(dits, fuseau, ordre)))
        except ErreurUsage as faute:
            laissees.append(Illisible(rang, faute.fait))
    return lues, laissees


def _ligne(rang: int, dits: Mapping[str, str], salle: str, creneau: Creneau) -> Ligne:
    objet = " ".join("".join(c if est_lisible(c) else " " for c in dits.get("objet", "")).split())
    if not (salle or dits.get("salle")):
        raise ErreurUsage("pas de salle")
    combien = re.match(r"\d{1,4}\b", dits.get("personnes", ""))
    return Ligne(
        rang=rang,
        salle=salle or dits["salle"],
        objet=objet[:200] or "réservation",
        creneau=creneau,
        pour=dits.get("pour", ""),
        personnes=int(combien[0]) if combien else 0,
        etat=lire_etat(dits.get("etat", "")),
        nom=dits.get("id", ""),
    )


def lire_creneau(dits: Mapping[str, str], fuseau: tzinfo, ordre: Ordre = Ordre.JOUR_DABORD) -> Creneau:
    """Le créneau qu'une ligne dit : un début et une fin, ou une date et des heures, ou une durée.

    Rien n'est supposé : une heure qui ne se comprend pas est une faute, jamais une journée entière.
    """
    commence, _, suite = _TIRETS.sub("-", dits.get("heure", "")).partition("-")
    en_mots = _EN_MOTS.search(sans_accent(suite))
    debut, fin = (
        _reunir([dits.get(champ, "") for champ in champs] + [heure], fuseau, ordre)
        for champs, heure in (
            (("date", "debut", "heure_debut"), commence),
            (("fin", "heure_fin"), "" if en_mots else suite),
        )
    )
    duree = None
    if fin.heure is None:
        duree = _duree(dits.get("duree", "")) or (_duree(suite) if en_mots else None)
    return _sur(colonnes_lues.lire_creneau(debut, fin, duree))


def _reunir(cases: Iterable[str], fuseau: tzinfo, ordre: Ordre) -> Case:
    lues = (colonnes_lues.lire_case(case, fuseau, ordre) for case in cases)
    return reduce(colonnes_lues.reunir, lues, Case())


def _sur(creneau: Creneau) -> Creneau:
    if creneau.duree > DUREE_MAXIMALE:
        raise ErreurUsage("dure plus d'un mois ; la dire à part (tl espace fermer)")
    return creneau


def _duree(dite: str) -> timedelta | None:
    """« 2 heures », « 1,5 heure », « 90 min », « 01:30 »."""
    propre = sans_accent(dite).strip()
    if not propre:
        return None
    if horloge := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", propre):
        return timedelta(hours=int(horloge[1]), minutes=int(horloge[2]))
    if heures := re.fullmatch(r"(\d{1,3})[.,](\d{1,2}) ?h(?:eures?|ours?)?", propre):
        return timedelta(hours=float(f"{heures[1]}.{heures[2]}"))
    propre = re.sub(r" ?(?:hours?|heures?)\b", "h", propre)
    return saisie.lire_duree(re.sub(r" ?(?:days?)\b", " jours", propre))


def lire_etat(dit: str) -> Etat:
    """L'état que ces mots disent ; confirmée, sauf s'ils disent autre chose."""
    propre = sans_accent(dit)
    for debuts, etat in _ETATS:
        if any(debut in propre for debut in debuts):
            return etat
    return Etat.CONFIRMEE


def cle(ligne: Ligne, salle: str) -> str:
    """La clé d'une réservation importée : la même à chaque lecture, sur chaque poste."""
    debut, fin = temps.ecrire_bornes(ligne.creneau)
    dit = (ligne.nom,) if ligne.nom else (salle, debut, fin, ligne.objet)
    condense = hashlib.sha256("\0".join(dit).encode()).digest()
    return base64.b32encode(condense).decode().lower()[:LONGUEUR_DE_CLE]


def reconnaitre(nom: str, salles: Mapping[str, str]) -> str:
    """La salle que ce nom désigne (identifiant → nom) ; vide si aucune."""
    cherche = clef(nom)
    for ident, dit in salles.items():
        if cherche in (ident, clef(dit)):
            return ident
    return ""


def empreinte(colonnes: Iterable[str]) -> str:
    """Le nom sous lequel on retient comment lire ces colonnes."""
    return "c-" + hashlib.sha256("\0".join(map(clef, colonnes)).encode()).hexdigest()[:10]


def dates_d_agenda(agenda: AgendaLu, jour: date) -> Iterator[EvenementLu]:
    """Les événements, et les dates des séries autour de ce jour : une réservation par date."""
    yield from agenda.evenements
    autour = Creneau.de_jours(jour - PASSE, jour + AVENIR)
    yield from developper(structs.replace(agenda, evenements=()), autour)


def lignes_d_agenda(lus: Iterable[EvenementLu], salle: str) -> tuple[list[Ligne], list[Illisible]]:
    """Les réservations d'un agenda lu ; ce qui est privé ne dit pas ce que c'est."""
    lues: list[Ligne] = []
    laissees: list[Illisible] = []
    for rang, lu in enumerate(lus, start=1):
        if not (salle or lu.lieu):
            laissees.append(Illisible(rang, "pas de salle"))
        elif lu.creneau.duree > DUREE_MAXIMALE:
            laissees.append(Illisible(rang, "dure plus d'un mois"))
        elif lu.creneau.duree == temps.INSTANT:
            laissees.append(Illisible(rang, "ne dure pas"))
        else:
            annulee = lu.annule or lu.douteux
            lues.append(
                Ligne(
                    rang=rang,
                    salle=salle or lu.lieu,
                    objet="privé" if lu.interne else lu.titre[:200] or "réservation",
                    creneau=lu.creneau,
                    etat=Etat.ANNULEE if annulee else Etat.DEMANDEE if lu.brouillon else Etat.CONFIRMEE,
                    nom=f"{lu.uid} {lu.occurrence}",
                )
            )
    return lues, laissees
