"""`tl espace salle` : les salles, leur graphe et ce qu'elles offrent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace import a_replacer, album, heurts, occupations, saisies
from tiers_lieu_cli.espace.fermeture.fermer import fermer_sans_fin
from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.espace.regle import regles as charte
from tiers_lieu_cli.espace.regle.modele import CHARTES
from tiers_lieu_cli.espace.regles import parties
from tiers_lieu_cli.espace.reservation.options import Motif
from tiers_lieu_cli.espace.salle.mois import montrer
from tiers_lieu_cli.espace.salle.vie import vie
from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application("Les salles : en ajouter, les voir, les décrire.")
app.differer("mois", "Le mois d'une salle, pannes et notes.", "tiers_lieu_cli.espace.salle.mois:app")
#: Ce qu'une fiche montre d'avance.
_A_VENIR = timedelta(days=30)

_Laquelle = Annotated[SalleCitee, typer.Argument(metavar="SALLE", help="La salle (Tab propose).")]
_Capacite = Annotated[
    int | None, typer.Option("--capacite", min=0, help="Personnes au plus ; 0 : sans limite.")
]
_ComposeDe = Annotated[
    list[SalleCitee] | None, typer.Option("--compose-de", metavar="SALLE", help="Une salle qu'elle réunit.")
]
_Exclut = Annotated[
    list[SalleCitee] | None,
    typer.Option("--exclut", metavar="SALLE", help="Une salle inutilisable en même temps."),
]
_Partage = Annotated[
    bool | None,
    typer.Option("--partage/--sans-partage", help="Plusieurs réservations à la fois, dans sa capacité."),
]
_Dispositions = Annotated[
    list[str] | None,
    typer.Option("--disposition", metavar="NOM:N", help='Ses places selon les tables : "théâtre:60".'),
]
_Equipements = Annotated[list[str] | None, typer.Option("--equipement", help="Ce qu'on y trouve.")]
_Pmr = Annotated[bool | None, typer.Option("--pmr/--sans-pmr", help="Accessible en fauteuil.")]
_Photos = Annotated[
    list[Path] | None,
    typer.Option("--photo", metavar="FICHIER", help="Une photo ; elle est réduite."),
]
_Consignes = Annotated[
    str | None, typer.Option("--consignes", help="Ce qu'il faut savoir : clé, chauffage, rangement.")
]


class _Dits(msgspec.Struct, frozen=True):
    """Les options d'une salle ; `None` : on n'en a rien dit."""

    capacite: _Capacite = None
    compose_de: _ComposeDe = None
    exclut: _Exclut = None
    partage: _Partage = None
    dispositions: _Dispositions = None
    equipements: _Equipements = None
    pmr: _Pmr = None
    photos: _Photos = None
    consignes: _Consignes = None


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    dite: Annotated[str, typer.Argument(metavar="NOM", help="Son nom, ou un mot court qui la désignera.")],
    dits: _Dits,
    nom: Annotated[str, typer.Option("--nom", help="Son nom, si l'on a dit un mot court.")] = "",
) -> Fait:
    """Ajouter une salle.

    Exemples :
        tl espace salle creer "Salle du rez" --capacite 40 --equipement projecteur --pmr
        tl espace salle creer rez-entier --nom "Le rez entier" --compose-de salle-rez --compose-de cuisine
        tl espace salle creer Bureaux --capacite 12 --partage
    """
    nue = Salle(id=identifiants.du_nom(dite, nom), nom=nom.strip() or dite)
    neuve = _completer(c, e, nue, dits, nue.nom)
    SALLES.poser(e, neuve)
    return Fait(
        id=neuve.id,
        action="espace.salle.creer",
        histoire=f"Nouvelle salle : {neuve.nom}",
        phrase=f"La salle « {neuve.nom} » est ajoutée.",
        suite=f'tl espace reserver {neuve.id} "demain 14h-16h" --objet',
    )


@app.ecrit("modifier", oui=True, dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    laquelle: _Laquelle,
    dits: _Dits,
    nom: Annotated[str | None, typer.Option("--nom", help="Son nouveau nom.")] = None,
) -> Fait:
    """Changer une salle ; seul ce qu'on donne change, et une liste donnée remplace l'ancienne.

    Exemple :
        tl espace salle modifier salle-rez --disposition théâtre:60 --disposition tables:24 --photo rez.jpg
    """
    ancienne = SALLES.exiger(c.arbre, laquelle)
    nouvelle = _completer(c, e, ancienne, dits, nom)
    modification.exiger(ancienne, nouvelle)
    SALLES.corriger(e, ancienne, nouvelle)
    dits_heurts = list(heurts.dire(c, heurts.neufs(c, e)))
    if dits_heurts:
        c.confirmer("Des promesses se gêneraient. Changer quand même ?", dits_heurts)
    return Fait(
        id=nouvelle.id,
        action="espace.salle.modifier",
        histoire=f"Salle modifiée : {nouvelle.nom}",
        phrase=f"La salle « {nouvelle.nom} » est modifiée.",
        lignes=[*modification.changements(ancienne, nouvelle, c.horloge.aujourdhui()), *dits_heurts],
        suite=f"tl espace salle fiche {nouvelle.id}",
    )


@app.ecrit("retirer", oui=True)
def retirer(
    c: Contexte,
    e: Ecriture,
    laquelle: _Laquelle,
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="À partir de ce jour.")] = "aujourd'hui",
    motif: Motif = "",
) -> Fait:
    """Ne plus promettre une salle : elle ferme pour de bon, et ce qui y est promis se montre, à replacer.

    Rien n'est effacé : ce qui y fut y reste, et l'on peut revenir en arrière.

    Exemple :
        tl espace salle retirer cave --le "1er janvier" --motif "devient un atelier privé"
    """
    ancienne = SALLES.exiger(c.arbre, laquelle)
    if ancienne.retiree:
        raise ErreurUsage(f"« {ancienne.nom} » est déjà retirée.", "Revenir en arrière : tl defaire")
    jour = saisie.lire_jour(le, c.horloge.murale())
    dit = saisies.lire_motif(motif) or "salle retirée"
    fermeture, touchees = fermer_sans_fin(c, e, ancienne.id, dit, jour)
    if touchees:
        apercu = [*a_replacer.dire(c, touchees)]
        combien = texte.accorder(len(touchees), "promesse")
        c.confirmer(f"{combien} y sont à replacer. Retirer « {ancienne.nom} » ?", apercu)
    SALLES.corriger(e, ancienne, structs.replace(ancienne, retiree=jour))
    return Fait(
        id=ancienne.id,
        action="espace.salle.retirer",
        histoire=f"Salle retirée : {ancienne.nom}, {temps.dire_jour(jour)}",
        phrase=f"« {ancienne.nom} » n'est plus promise à partir du "
        f"{temps.dire_jour(jour, c.horloge.aujourdhui())} ({fermeture.motif}).",
        lignes=list(a_replacer.dire(c, touchees)),
        suite="revenir en arrière : tl defaire",
        details={"fermeture": fermeture.id, "a_replacer": [a_replacer.vue(a) for a in touchees]},
    )


def _completer(c: Contexte, ecriture: Ecriture, salle: Salle, dits: _Dits, nom: str | None) -> Salle:
    """La salle, avec ce qu'on en dit : vérifié, et sans nom de personne."""
    champs: dict[str, object] = {"capacite": dits.capacite, "partage": dits.partage, "pmr": dits.pmr}
    if nom is not None:
        champs["nom"] = texte.ligne(nom, "Le nom")
    for champ, liste in (("compose_de", dits.compose_de), ("exclut", dits.exclut)):
        champs[champ] = None if liste is None else tuple(SALLES.designer(c.arbre, s) for s in liste if s)
    if dits.dispositions is not None:
        champs["dispositions"] = dict(_lire_disposition(d) for d in dits.dispositions if d)
    if dits.equipements is not None:
        champs["equipements"] = tuple(texte.ligne(e, "Un équipement") for e in dits.equipements if e)
    if dits.photos is not None:
        champs["photos"] = tuple(dict.fromkeys(album.garder(c, ecriture, photo) for photo in dits.photos))
    if dits.consignes is not None:
        champs["consignes"] = dits.consignes.strip()
    try:
        complete = structs.replace(salle, **{n: valeur for n, valeur in champs.items() if valeur is not None})
    except ValueError as faute:
        raise ErreurUsage(f"{str(faute).capitalize()}.", "Revoir --capacite et --disposition.") from None
    if salle.id in parties(salle.id, {**occupations.graphe(c.arbre).salles, salle.id: complete}):
        raise ErreurUsage(f"« {salle.id} » serait faite d'elle-même.", "Revoir --compose-de.")
    return complete


def _lire_disposition(dite: str) -> tuple[str, int]:
    nom, _, places = dite.rpartition(":")
    combien = texte.entier(places) or 0
    if not nom.strip() or combien < 1:
        raise ErreurUsage(f"« {dite} » n'est pas une disposition.", "Écrire par exemple théâtre:60.")
    return texte.ligne(nom, "Une disposition"), combien


@app.lit("fiche")
def fiche(c: Contexte, laquelle: _Laquelle, json: Json = False) -> None:
    """Tout ce qu'on sait d'une salle : ses règles, ce qui vient, ses pannes, ses clés, ce qu'on en a noté.

    Exemple :
        tl espace salle fiche salle-rez
    """
    s = SALLES.exiger(c.arbre, laquelle)
    maintenant = c.horloge.murale()
    fenetre = Creneau(maintenant, maintenant + _A_VENIR)
    if json:
        c.ecran.json(s)
        return
    graphe = occupations.graphe(c.arbre)
    c.ecran.titre(s.nom, f"{s.capacite} personnes" if s.capacite else "")
    genees = sorted(graphe.nom(g) for g in graphe.genees(s.id) if g != s.id)
    for etiquette, valeur in (
        ("Faite de", ", ".join(graphe.nom(p) for p in s.compose_de)),
        ("Prise, elle prend aussi", ", ".join(genees)),
        ("Se partage", "plusieurs réservations à la fois, dans sa capacité" if s.partage else ""),
        ("Dispositions", ", ".join(f"{nom} ({places})" for nom, places in s.dispositions.items())),
        ("Équipements", ", ".join(s.equipements)),
        ("Accès", "en fauteuil" if s.pmr else ""),
        ("Consignes", s.consignes),
        ("Retirée", f"depuis le {temps.dire_jour(s.retiree)}" if s.retiree else ""),
        ("Photos", "\n  ".join(str(c.lieu.racine / photos.chemin(p)) for p in s.photos)),
        ("Fiche", s.id),
    ):
        if valeur:
            c.ecran.dire(f"{etiquette} : {valeur}")
    noms = {ident: salle.nom for ident, salle in graphe.salles.items()}
    for regle in charte.applicables(CHARTES.toutes(c.arbre).fiches, {s.id, *parties(s.id, graphe.salles)}):
        for phrase in charte.dire(regle, noms):
            c.ecran.dire(f"Règle · {phrase}")
    montrer(c, vie(c.arbre, s, fenetre, maintenant), maintenant.date())
    c.ecran.dire(f"  Tout le mois : tl espace salle mois {s.id}")


@app.lit("liste")
def liste(
    c: Contexte,
    tout: Annotated[bool, typer.Option("--tout", help="Celles qu'on a retirées aussi.")] = False,
    json: Json = False,
) -> None:
    """Voir les salles.

    Exemple :
        tl espace salle liste
    """
    recolte = SALLES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    salles = [s for s in recolte.fiches if tout or not s.retiree]
    c.ecran.liste(
        salles,
        'Aucune salle.  En ajouter une : tl espace salle creer salle-rez --nom "Salle du rez"',
        [
            Colonne("salle", style=Style.GRAS),
            Colonne("nom"),
            Colonne("personnes"),
            Colonne("équipements", cede=True),
        ],
        (
            (
                s.id,
                s.nom,
                str(s.capacite or "—"),
                ", ".join([*s.equipements, *(["accès PMR"] if s.pmr else [])]),
            )
            for s in salles
        ),
        json=json,
    )
