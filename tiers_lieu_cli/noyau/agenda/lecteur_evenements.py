"""Un événement d'un fichier .ics : ce qu'il dit, et quand il a lieu à l'heure du lieu."""

from __future__ import annotations

import re

from msgspec import structs

from tiers_lieu_cli.noyau.agenda import lecteur_champs as champs
from tiers_lieu_cli.noyau.agenda import lecteur_series
from tiers_lieu_cli.noyau.agenda.agenda_lu import Dit, EvenementLu
from tiers_lieu_cli.noyau.agenda.flux import sans_mention
from tiers_lieu_cli.noyau.agenda.lecteur_venus import LONGUEURS, Lecture, Venu
from tiers_lieu_cli.noyau.motif import motif
from tiers_lieu_cli.noyau.temps import regle_etrangere
from tiers_lieu_cli.noyau.temps.temps import UN_JOUR, Creneau

#: Outlook annule en le disant dans le titre seul.
_ANNULE_EN_TITRE = motif(
    r"(annulée?s?|canceled|cancelled|geannuleerd|afgelast|abgesagt|annullato|cancelado)\s?:\s*", re.IGNORECASE
)
_CATEGORIES = 20


def evenement(venu: Venu, occurrence: str, lecture: Lecture) -> EvenementLu:
    """Un événement seul , `occurrence` le distinguant sous un même UID ; `Illisible` s'il n'a pas de sens."""
    dit = dire(venu, occurrence, lecture)
    message = venu.composant.methode == "CANCEL"
    return EvenementLu(**structs.asdict(dit), creneau=_creneau(venu, lecture), message=message)


def dire(venu: Venu, occurrence: str, lecture: Lecture) -> Dit:
    """Ce qu'un événement ou une série dit, aux longueurs d'une fiche ; ce qui est coupé est dit."""
    e = venu.composant
    titre = champs.ligne(e.un("SUMMARY"))
    en_titre = _ANNULE_EN_TITRE.match(titre)
    if venu.annule:
        # Un agenda comme le nôtre, ou Outlook, le dit aussi dans le titre.
        titre = sans_mention(titre)[en_titre.end() if en_titre else 0 :]
    textes = {
        "titre": titre or "Sans titre",
        "description": champs.description(e),
        "lieu": champs.ligne(e.un("LOCATION")),
    }
    tenus = {nom: champs.couper(texte, LONGUEURS[nom]) for nom, texte in textes.items()}
    url = "".join(champs.texte(e.un("URL")).split())
    categories = champs.categories(e)
    coupes = [
        f"{'le ' if nom in ('titre', 'lieu') else 'la '}{nom} ({len(textes[nom])} caractères) est coupé"
        + "e" * (nom == "description")
        for nom in textes
        if tenus[nom] != textes[nom]
    ]
    if len(url) > LONGUEURS["url"]:
        url = ""
        coupes.append("son adresse, démesurée, est laissée")
    if len(categories) > _CATEGORIES:
        coupes.append(f"{_CATEGORIES} étiquettes gardées sur {len(categories)}")
    if coupes:
        lecture.avis.append(f"« {tenus['titre']} » : {', '.join(coupes)}.")
    return Dit(
        uid=venu.uid,
        occurrence=occurrence,
        version=venu.version,
        url=url,
        categories=tuple(categories[:_CATEGORIES]),
        annule=venu.annule,
        douteux=bool(en_titre) and not venu.annule,
        # Ce que CLASS dit et qu'on ne connaît pas se traite comme PRIVATE (RFC 5545 § 3.8.1.3).
        interne=e.valeur("CLASS") not in ("", "PUBLIC"),
        brouillon=e.valeur("STATUS") == "TENTATIVE",
        titre=tenus["titre"],
        description=tenus["description"],
        lieu=tenus["lieu"],
    )


def _creneau(venu: Venu, lecture: Lecture) -> Creneau:
    """Quand il a lieu, à l'heure du lieu."""
    e, debut, lieu = venu.composant, venu.debut, lecture.fuseau
    assert debut is not None
    nom, ecrite = lecteur_series.duree_de(e, debut, lecture.zones, lieu)
    if debut.est_un_jour:
        au_mur = UN_JOUR
        if nom == "DURATION":
            au_mur, reelle = champs.durees(ecrite)
            au_mur += reelle // UN_JOUR * UN_JOUR
        elif nom:
            au_mur = regle_etrangere.lire_moment(ecrite) - debut.mural
        return Creneau.de_jours(debut.mural.date(), debut.mural.date() + max(au_mur, UN_JOUR) - UN_JOUR)
    depart, fin = debut.au(lieu), debut.au(lieu)
    if nom == "DURATION":
        au_mur, reelle = champs.durees(ecrite)
        fin = regle_etrangere.ajouter(depart, au_mur, reelle)
    elif nom:
        fin = regle_etrangere.lire_moment(ecrite).replace(tzinfo=depart.tzinfo)
    return regle_etrangere.au_lieu(depart, fin, lieu)
