"""Comprendre les lignes d'un autre outil : quelle colonne dit quoi, quelle date, quelle heure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from tiers_lieu_cli.espace.reservation.modele import Etat
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fichiers import Tableau, degager
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.noyau.texte import clef, sans_accent

LONGUEUR_DE_CLE = 10
#: Plus longue, une réservation est une fermeture ou une exposition : la dire à part.
DUREE_MAXIMALE = timedelta(days=31)

#: Ce qu'on cherche, et comment GRR, MRBS, les tableurs et notre export le nomment.
CHAMPS: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "numero", "n", "identifiant", "reference", "entry-id"),
    "salle": ("salle", "ressource", "room", "local", "espace", "nom-de-la-ressource", "lieu", "location"),
    "objet": (
        *("objet", "breve-description", "brief-description", "titre", "sujet", "summary", "intitule"),
        *("activite", "nom-de-la-reservation", "description"),
    ),
    "debut": ("debut", "start-time", "start", "date-de-debut", "date-debut", "heure-de-debut", "heure-debut"),
    "fin": ("fin", "end-time", "end", "date-de-fin", "date-fin", "heure-de-fin", "heure-fin"),
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
_MOIS_ANGLAIS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOIS = tuple(map(sans_accent, temps.MOIS))
#: « 18:30 - 2 heures » dit une durée, « 18:30 - 20:30 » une fin.
_EN_MOTS = re.compile(r"[a-z]{2}|\d ?[jm]$")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CHIFFREE = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b")
_DITE = re.compile(r"\b(\d{1,2})(?:er)? ([a-z]{3,9})\.?,? (\d{4})\b")
_HEURE = re.compile(r"(?<![\d/-])(\d{1,2}) ?(?:h|:) ?(\d{2})?(?::\d{2})?(?!\d)(?: ?([ap]m)\b)?")


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
    if "date" not in correspondance:
        exiges.append("debut")
    debuts = tableau.valeurs(correspondance.get("debut", ""))
    if any(map(lire_heure, debuts)) and not correspondance.keys() & {"duree", "heure"}:
        exiges.append("fin")
    return next((champ for champ in exiges if champ not in correspondance), "")


def lire_lignes(
    tableau: Tableau, correspondance: Mapping[str, str], salle: str = ""
) -> tuple[list[Ligne], list[Illisible]]:
    """Les réservations du tableau, et les lignes laissées ; `salle` : celle de toutes, si elle est dite."""
    rangs = {champ: tableau.colonnes.index(colonne) for champ, colonne in correspondance.items()}
    lues: list[Ligne] = []
    laissees: list[Illisible] = []
    for rang, cases in tableau.lignes:
        dits = {champ: degager(cases[n]) for champ, n in rangs.items()}
        try:
            lues.append(_ligne(rang, dits, salle))
        except ErreurUsage as faute:
            laissees.append(Illisible(rang, faute.fait))
    return lues, laissees


def _ligne(rang: int, dits: Mapping[str, str], salle: str) -> Ligne:
    objet = " ".join("".join(c if c.isprintable() else " " for c in dits.get("objet", "")).split())
    if not (salle or dits.get("salle")):
        raise ErreurUsage("pas de salle")
    combien = re.match(r"\d{1,4}\b", dits.get("personnes", ""))
    return Ligne(
        rang=rang,
        salle=salle or dits["salle"],
        objet=objet[:200] or "réservation",
        creneau=lire_creneau(dits),
        pour=dits.get("pour", ""),
        personnes=int(combien[0]) if combien else 0,
        etat=lire_etat(dits.get("etat", "")),
        nom=dits.get("id", ""),
    )


def lire_creneau(dits: Mapping[str, str]) -> Creneau:
    """Le créneau qu'une ligne dit : un début et une fin, ou une date et des heures, ou une durée."""
    debut_dit, fin_dite = dits.get("debut", ""), dits.get("fin", "")
    heure, _, suite = dits.get("heure", "").partition("-")
    jour = lire_date(debut_dit) or lire_date(dits.get("date", ""))
    if jour is None:
        raise ErreurUsage("pas de date qui se comprenne")
    commence = lire_heure(debut_dit)
    if commence is None:
        commence = lire_heure(heure)
    dernier = lire_date(fin_dite) or jour
    en_mots = _EN_MOTS.search(sans_accent(suite))
    finit = lire_heure(fin_dite)
    if finit is None and not en_mots:
        finit = lire_heure(suite)
    duree = _duree(dits.get("duree", "")) or (_duree(suite) if en_mots else None)
    if commence is None:
        return _sur(Creneau.de_jours(jour, max(jour, dernier)))
    debut = temps.minuit(jour) + commence
    if finit is not None:
        fin = temps.minuit(dernier) + finit
        if fin <= debut and dernier == jour:
            fin += temps.UN_JOUR
    elif duree:
        fin = debut + duree
    else:
        raise ErreurUsage("ni fin ni durée")
    if fin <= debut:
        raise ErreurUsage("finit avant de commencer")
    return _sur(Creneau(debut, fin))


def _sur(creneau: Creneau) -> Creneau:
    if creneau.duree > DUREE_MAXIMALE:
        raise ErreurUsage("dure plus d'un mois ; la dire à part (tl espace fermer)")
    return creneau


def _duree(dite: str) -> timedelta | None:
    """« 2 heures », « 1,5 heure », « 90 min », « 01:30 »."""
    propre = sans_accent(dite).strip()
    if horloge := re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", propre):
        return timedelta(hours=int(horloge[1]), minutes=int(horloge[2]))
    if heures := re.fullmatch(r"(\d{1,3})[.,](\d{1,2}) ?h(?:eures?|ours?)?", propre):
        return timedelta(hours=float(f"{heures[1]}.{heures[2]}"))
    propre = re.sub(r" ?(?:hours?|heures?)\b", "h", propre)
    propre = re.sub(r" ?(?:days?)\b", " jours", propre)
    try:
        return saisie.lire_duree(propre) if propre else None
    except ErreurUsage:
        return None


def lire_date(dite: str) -> date | None:
    """Une date ISO, chiffrée à la française, ou dite en français ou en anglais."""
    propre = sans_accent(dite)
    try:
        if iso := _ISO.search(propre):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if chiffree := _CHIFFREE.search(propre):
            annee = int(chiffree[3]) + (2000 if len(chiffree[3]) == 2 else 0)
            return date(annee, int(chiffree[2]), int(chiffree[1]))
        if toutes_lettres := _DITE.search(propre):
            mois = _mois(toutes_lettres[2])
            return date(int(toutes_lettres[3]), mois, int(toutes_lettres[1])) if mois else None
    except ValueError:
        return None
    return None


def _mois(nom: str) -> int:
    """Le mois de ce nom, entier ou abrégé, français ou anglais ; 0 si ce n'en est pas un."""
    francais = (n for n, mois in enumerate(_MOIS, 1) if mois.startswith(nom))
    anglais = (n for n, mois in enumerate(_MOIS_ANGLAIS, 1) if nom.startswith(mois))
    return next(francais, 0) or next(anglais, 0)


def lire_heure(dite: str) -> timedelta | None:
    """L'heure depuis minuit ; « 2:30 pm » compris."""
    trouve = _HEURE.search(sans_accent(dite))
    if not trouve:
        return None
    heures, minutes = int(trouve[1]), int(trouve[2] or 0)
    if trouve[3]:
        heures = heures % 12 + (12 if trouve[3] == "pm" else 0)
    return timedelta(hours=heures, minutes=minutes) if heures <= 24 and minutes < 60 else None


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


def lignes_d_agenda(
    evenements: Iterable[tuple[str, str, str, Creneau, bool]], salle: str
) -> tuple[list[Ligne], list[Illisible]]:
    """Les réservations d'un agenda lu : (nom, titre, lieu, créneau, annulé)."""
    lues: list[Ligne] = []
    laissees: list[Illisible] = []
    for rang, (nom, titre, lieu, creneau, annule) in enumerate(evenements, start=1):
        if not (salle or lieu):
            laissees.append(Illisible(rang, "pas de salle"))
        elif creneau.duree > DUREE_MAXIMALE:
            laissees.append(Illisible(rang, "dure plus d'un mois"))
        else:
            etat = Etat.ANNULEE if annule else Etat.CONFIRMEE
            lues.append(
                Ligne(
                    rang=rang,
                    salle=salle or lieu,
                    objet=titre[:200] or "réservation",
                    creneau=creneau,
                    etat=etat,
                    nom=nom,
                )
            )
    return lues, laissees
