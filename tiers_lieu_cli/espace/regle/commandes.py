"""`tl espace regle` : la charte des salles, que l'outil applique."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.regle import regles
from tiers_lieu_cli.espace.regle.modele import CHARTES, Charte, CharteCitee
from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import PublicCite, SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps.delais import lire_delai
from tiers_lieu_cli.noyau.temps.heures import lire_duree
from tiers_lieu_cli.noyau.texte import en_tirets

app = Application("Qui peut réserver, combien, dans quels délais.")
app.anciens["oter"] = "retirer"


_Laquelle = Annotated[CharteCitee, typer.Argument(metavar="ID", help="La règle (Tab propose).")]
_Salles = Annotated[
    list[SalleCitee] | None,
    typer.Option("--salle", metavar="SALLE", help="Une salle où elle vaut ; sans elle, toutes."),
]
_Publics = Annotated[list[PublicCite] | None, typer.Option("--public", help="Un public qui peut réserver.")]
_DelaiMin = Annotated[
    str | None, typer.Option("--delai-min", metavar="DUREE", help='S\'y prendre au moins : "2 jours".')
]
_DelaiMax = Annotated[
    str | None, typer.Option("--delai-max", metavar="DUREE", help='Pas plus longtemps avant : "3 mois".')
]
_DureeMax = Annotated[str | None, typer.Option("--duree-max", metavar="DUREE", help='Au plus : "4h".')]
_ParSemaine = Annotated[
    int | None, typer.Option("--par-semaine", min=0, help="Réservations par personne et par semaine.")
]
_HeuresParSemaine = Annotated[
    int | None, typer.Option("--heures-par-semaine", min=0, help="Heures par personne et par semaine.")
]
_Moderation = Annotated[
    bool | None,
    typer.Option("--moderation/--sans-moderation", help="L'équipe valide chaque demande."),
]
_Habilitation = Annotated[
    str | None,
    typer.Option("--habilitation", metavar="MOT", help="Celle qu'il faut : cuisine, fraiseuse."),
]
_Horaires = Annotated[
    bool | None, typer.Option("--horaires/--hors-horaires", help="Seulement aux heures d'ouverture.")
]


class _Dits(msgspec.Struct, frozen=True):
    """Les options d'une règle ; `None` : on n'en a rien dit."""

    salles: _Salles = None
    publics: _Publics = None
    delai_min: _DelaiMin = None
    delai_max: _DelaiMax = None
    duree_max: _DureeMax = None
    par_semaine: _ParSemaine = None
    heures_par_semaine: _HeuresParSemaine = None
    moderation: _Moderation = None
    habilitation: _Habilitation = None
    horaires: _Horaires = None


@app.ecrit("creer", dits=_Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    mot: Annotated[str, typer.Argument(metavar="MOT", help="Un mot qui la désignera, comme cuisine.")],
    dits: _Dits,
) -> Fait:
    """Ajouter une règle : tout ce qui vaut pour une salle s'ajoute.

    Exemples :
        tl espace regle creer cuisine --salle cuisine --habilitation cuisine --moderation
        tl espace regle creer tous --delai-max "90 jours" --par-semaine 3 --horaires
    """
    champs = _champs(c, dits)
    neuve = structs.replace(Charte(id=identifiants.verifier(mot)), **champs)
    if not regles.dire(neuve, {}):
        raise ErreurUsage("Cette règle ne demande rien.", "Dire quoi : --public, --delai-min, --moderation…")
    CHARTES.poser(e, neuve)
    return _fait(c, neuve, "espace.regle.creer", "Nouvelle règle")


@app.ecrit("modifier", dits=_Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    laquelle: _Laquelle,
    dits: _Dits,
) -> Fait:
    """Changer une règle ; seul ce qu'on donne change, « "" » ou 0 ôte une limite.

    Exemple :
        tl espace regle modifier cuisine --delai-min "3 jours" --sans-moderation
    """
    champs = _champs(c, dits)
    ancienne = CHARTES.exiger(c.arbre, laquelle)
    nouvelle = structs.replace(ancienne, **champs)
    modification.exiger(ancienne, nouvelle)
    CHARTES.corriger(e, ancienne, nouvelle)
    lignes = modification.changements(ancienne, nouvelle, c.horloge.aujourdhui())
    return structs.replace(_fait(c, nouvelle, "espace.regle.modifier", "Règle modifiée"), lignes=[*lignes])


def _champs(c: Contexte, dits: _Dits) -> dict[str, object]:
    """Les champs donnés, vérifiés ; ceux qu'on n'a pas donnés sont absents."""
    champs = {nom: valeur for nom, valeur in structs.asdict(dits).items() if valeur is not None}
    if dits.salles is not None:
        champs["salles"] = tuple(SALLES.designer(c.arbre, s) for s in dits.salles if s)
    if dits.publics is not None:
        champs["publics"] = c.lieu.reglages.publics_connus(filter(None, dits.publics))
    if dits.habilitation is not None:
        champs["habilitation"] = en_tirets(dits.habilitation, "")
    for delai in filter(None, (dits.delai_min, dits.delai_max)):
        lire_delai(delai)
    if dits.duree_max:
        lire_duree(dits.duree_max)
    return champs


def _fait(c: Contexte, regle: Charte, action: str, quoi: str) -> Fait:
    phrases = regles.dire(regle, {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches})
    return Fait(
        id=regle.id,
        action=action,
        histoire=f"{quoi} : {' '.join(phrases)}",
        phrase="\n".join(phrases),
        suite="tl espace regle liste",
    )


@app.ecrit("retirer")
def retirer(c: Contexte, e: Ecriture, laquelle: _Laquelle) -> Fait:
    """Ôter une règle ; l'histoire la garde.

    Exemple :
        tl espace regle retirer cuisine
    """
    regle = CHARTES.exiger(c.arbre, laquelle)
    e.retirer(CHARTES.genre.chemin(regle.id))
    return Fait(
        id=regle.id,
        action="espace.regle.retirer",
        histoire=f"Règle ôtée : {regle.id}",
        phrase=f"La règle {regle.id} ne vaut plus.",
        suite="tl espace regle liste",
    )


@app.lit("liste")
def liste(
    c: Contexte,
    salle: Annotated[SalleCitee, typer.Argument(metavar="[SALLE]", help="Les règles d'une salle.")] = "",
    json: Json = False,
) -> None:
    """Lire les règles, comme une charte.

    Exemple :
        tl espace regle liste
    """
    recolte = CHARTES.toutes(c.arbre)
    c.ecran.defauts(recolte.defauts)
    toutes = list(recolte.fiches)
    if salle:
        toutes = regles.applicables(toutes, {SALLES.designer(c.arbre, salle)})
    if json:
        c.ecran.json(toutes)
        return
    if not toutes:
        c.ecran.dire('Aucune règle.  Exemple : tl espace regle creer tous --delai-max "90 jours"')
        return
    noms = {s.id: s.nom for s in SALLES.toutes(c.arbre).fiches}
    c.ecran.titre(f"{c.lieu.reglages.nom} · règles des salles")
    for regle in sorted(toutes, key=lambda r: (r.salles, r.id)):
        for phrase in regles.dire(regle, noms):
            c.ecran.dire(f"  {phrase}  [{regle.id}]")
