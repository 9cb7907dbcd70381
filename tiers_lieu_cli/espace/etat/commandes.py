"""`tl espace etat` : l'état des lieux à l'entrée, à la sortie, et ce qui a changé."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace import album
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS
from tiers_lieu_cli.espace.etat import fiches, regles
from tiers_lieu_cli.espace.etat.modele import ETATS, EtatDesLieux, Occasion
from tiers_lieu_cli.espace.etat.regles import Ecart
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot import photos
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import PersonneCitee, SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps

app = Application("L'état des lieux, à l'entrée et à la sortie ; ce qui a changé.")

Ou = Annotated[SalleCitee, typer.Argument(metavar="OÙ", help="La salle, ou la réservation.")]
Points = Annotated[
    list[str] | None,
    typer.Option("--point", metavar="CHOSE: ÉTAT", help='"porte: abîmée, la poignée", "chaises: 40".'),
]
Photos = Annotated[
    list[Path] | None, typer.Option("--photo", metavar="FICHIER", help="Une photo (JPEG, PNG).")
]
Avec = Annotated[PersonneCitee, typer.Option("--avec", help="Qui était là.")]
Par = Annotated[PersonneCitee, typer.Option("--par", help="Qui l'a fait.")]
Remarque = Annotated[str, typer.Option("--note", help="Ce qu'il faut retenir de plus.")]


class _Dits(msgspec.Struct, frozen=True):
    """Ce qu'on dit d'un état des lieux, à l'entrée comme à la sortie."""

    points: Points = None
    photos: Photos = None
    avec: Avec = ""
    par: Par = ""
    remarque: Remarque = ""


@app.ecrit("entree", dits=_Dits)
def entree(
    c: Contexte,
    e: Ecriture,
    ou: Ou,
    dits: _Dits,
) -> Fait:
    """L'état des lieux à l'entrée ; l'équipement de la salle qu'on ne cite pas est vu « bon ».

    Exemple :
        tl espace etat entree salle-rez --avec @amina --point "chaises: 40" --photo porte.jpg
    """
    vu = _voir(c, e, Occasion.ENTREE, ou, dits)
    salle = SALLES.une(c.arbre, vu.salle)
    complet = structs.replace(vu, points=regles.completer(vu.points, salle.equipements if salle else ()))
    ETATS.poser(e, complet)
    return Fait(
        id=vu.id,
        action="espace.etat.entree",
        histoire=f"État des lieux d'entrée : {vu.salle}",
        phrase=f"État des lieux d'entrée noté : {_compte(complet)}.",
        suite=f"à la fin, tl espace etat sortie {vu.reservation or vu.salle} --rien-a-signaler",
    )


@app.ecrit("sortie", dits=_Dits)
def sortie(
    c: Contexte,
    e: Ecriture,
    ou: Ou,
    dits: _Dits,
    rien: Annotated[
        bool, typer.Option("--rien-a-signaler", help="Tout ce qu'on ne cite pas est comme à l'entrée.")
    ] = False,
) -> Fait:
    """L'état des lieux à la sortie, comparé à l'entrée ; chaque dégât devient une panne à réparer.

    Exemples :
        tl espace etat sortie salle-rez --rien-a-signaler
        tl espace etat sortie salle-rez --point "chaises: 38" --point "porte: abîmée, la poignée tourne"
    """
    if not (rien or dits.points):
        raise ErreurUsage(
            "Qu'a-t-on vu ?", f'tl espace etat sortie {ou} --rien-a-signaler   (ou --point "CHOSE: ÉTAT")'
        )
    vu = _voir(c, e, Occasion.SORTIE, ou, dits)
    avant = fiches.entree_de(c.arbre, vu.salle, vu.reservation, vu.moment)
    attendus = avant.points if rien and avant else ()
    points = regles.completer(vu.points, attendus)
    complet = structs.replace(vu, points=points, entree=avant.id if avant else "")
    ETATS.poser(e, complet)
    ecarts = regles.comparer(avant, complet)
    degats = regles.degats(ecarts, complet, c.hasard)
    for degat in degats:
        ENTRETIENS.poser(e, degat)
    return Fait(
        id=vu.id,
        action="espace.etat.sortie",
        histoire=f"État des lieux de sortie : {vu.salle}",
        phrase=f"État des lieux de sortie noté : {_compte(complet)}.{'' if ecarts else ' Rien n’a changé.'}",
        lignes=_dire_ecarts(ecarts),
        suite=f"réparer, puis tl espace entretien fait {degats[0].id}"
        if degats
        else f"tl espace etat fiche {vu.id}",
    )


def _voir(c: Contexte, e: Ecriture, sens: Occasion, ou: str, dits: _Dits) -> EtatDesLieux:
    """Ce qui a été dit et montré, les photos posées."""
    salle, reservation = fiches.designer(c.arbre, ou)
    moment = c.horloge.murale()
    return EtatDesLieux(
        id=identifiants.date_de(moment.date(), f"{sens}-{salle}", "etat", c.hasard),
        sens=sens,
        salle=salle,
        le=temps.ecrire_moment(moment),
        reservation=reservation,
        par=c.registre.designer(dits.par) if dits.par else "",
        avec=c.registre.designer(dits.avec) if dits.avec else "",
        points=tuple(regles.lire_point(texte.ligne(dit, "Un point")) for dit in dits.points or ()),
        photos=tuple(dict.fromkeys(album.garder(c, e, fichier) for fichier in dits.photos or ())),
        remarque=texte.ligne(dits.remarque, "Une remarque", vide=True),
    )


def _compte(etat: EtatDesLieux) -> str:
    dits = [f"{len(etat.points)} point{'s' * (len(etat.points) > 1)}"]
    if etat.photos:
        dits.append(f"{len(etat.photos)} photo{'s' * (len(etat.photos) > 1)}")
    return ", ".join(dits)


def _dire_ecarts(ecarts: list[Ecart]) -> list[str]:
    """Les différences, une par ligne ; ce qui est à réparer est marqué."""
    return [
        f"  {'!' if e.degat else '·'} {e.quoi} : {e.avant or '—'} → {e.apres}"
        + (f" ({e.remarque})" if e.remarque else "")
        for e in ecarts
    ]


@app.lit("fiche")
def fiche(
    c: Contexte,
    ident: Annotated[str, typer.Argument(metavar="LEQUEL", help="Lequel, ou le dernier d'une salle.")],
    json: Json = False,
) -> None:
    """Un état des lieux ; pour une sortie, ce qui a changé depuis l'entrée.

    Exemple :
        tl espace etat fiche salle-rez
    """
    etat = fiches.exiger(c.arbre, ident)
    avant = ETATS.une(c.arbre, etat.entree) if etat.entree else None
    ecarts = regles.comparer(avant, etat) if etat.sens is Occasion.SORTIE else []
    if json:
        c.ecran.json({"fiche": etat, "ecarts": ecarts})
        return
    salle = SALLES.une(c.arbre, etat.salle)
    sens = "d'entrée" if etat.sens is Occasion.ENTREE else "de sortie"
    c.ecran.titre(f"{salle.nom if salle else etat.salle} · état des lieux {sens}", etat.id)
    jour = temps.dire_jour(etat.moment.date(), c.horloge.aujourdhui())
    gens = [qui for qui in (etat.par, etat.avec) if qui]
    c.ecran.dire(
        " · ".join(filter(None, [f"{jour}, {etat.moment:%H:%M}", ", ".join(gens), etat.reservation]))
    )
    c.ecran.tableau(
        [Colonne(style=Style.GRAS), Colonne(), Colonne(cede=True)],
        [(p.quoi, regles.dire(p), p.remarque) for p in etat.points],
    )
    if etat.remarque:
        c.ecran.dire(etat.remarque)
    if ecarts:
        c.ecran.dire("\n".join(["Depuis l'entrée", *_dire_ecarts(ecarts)]))
    for nom in etat.photos:
        c.ecran.dire(f"  photo  {c.lieu.racine / photos.chemin(nom)}")
