"""`tl importer csv` : un tableau de fiches d'un genre, colonnes accordées, aperçu d'abord."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.besoin import importer as des_besoins
from tiers_lieu_cli.ensemble.echanges import accord, genres, tables
from tiers_lieu_cli.ensemble.echanges.lignes import Lecteur
from tiers_lieu_cli.ensemble.echanges.modele import retenues
from tiers_lieu_cli.ensemble.echanges.plan import Plan, Planificateur, Prevue, RienALire, exiger_nomme
from tiers_lieu_cli.ensemble.genres import GENRES
from tiers_lieu_cli.espace.echange import importer as des_reservations
from tiers_lieu_cli.espace.echange.modele import Correspondance
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.fiches.identifiants import titre
from tiers_lieu_cli.noyau.fichiers import Tableau
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import accorder, clef

app = Application()
#: Ce qu'on cite dans un aperçu.
CITES = 10


def _importables(_: Contexte) -> list[tuple[str, str]]:
    return [(genres.table(d), GENRES.declare(d).genre.nom) for d in genres.IMPORTABLES]


def _ou(c: Contexte, dits: Mapping[str, Any]) -> Depot:
    """Les gens vont au registre ; le reste, dans l'archive."""
    dossier = genres.designer(dits["genre"], genres.IMPORTABLES)
    return c.registre.depot if genres.est_du_registre(dossier) else c.archive


@app.ecrit("csv", selon=_ou, oui=True)
def csv(
    c: Contexte,
    e: Ecriture,
    genre: Annotated[
        str,
        typer.Argument(
            metavar="GENRE",
            help="De quoi : personnes, heures… (Tab)",
            autocompletion=completion(_importables),
        ),
    ],
    fichier: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="Un .csv, ses colonnes nommées en tête.")
    ],
    correspondance: Annotated[
        list[str] | None,
        typer.Option(
            "--correspondance", metavar="CHAMP=COLONNE", help='Quelle colonne dit quoi : "nom=Membre".'
        ),
    ] = None,
) -> Fait | Rien:
    """Faire entrer les fiches d'un tableur ; ce qui est déjà là se met à jour, rien ne se double.

    Une ligne est reconnue à son id, sinon à ce qui la nomme ; une case vide ne change rien. Les colonnes
    sont proposées, montrées, puis retenues. Ce qu'`exporter csv` écrit se reprend à l'identique.

    Exemples :
        tl importer csv personnes membres.csv
        tl importer csv heures benevoles.csv --correspondance "duree=Minutes"
        tl importer csv objets atelier.csv --essai
    """
    dossier = genres.designer(genre, genres.IMPORTABLES)
    octets = fichiers.octets(fichier, fichiers.TAILLE_D_UN_TABLEAU)
    tableau = fichiers.lire_tableau(octets, fichier.name)
    if not tableau.lignes:
        raise RienALire(fichier.name)
    gens, declare = genres.est_du_registre(dossier), GENRES.declare(dossier)
    structure: type[Fiche] = declare.rangements[0].structure
    if dossier in _A_PART and not accord.est_des_notres(structure, tableau.colonnes):
        return _a_part(c, e, dossier, fichier, correspondance or [])
    retenue = _accorder(c, genres.table(dossier), structure, tableau, correspondance or [], gens=gens)
    lues, laissees = Lecteur(c, structure, gens=gens).lire(tableau, retenue.colonnes)
    plan = Planificateur(c, declare, gens=gens).planifier(lues)
    plan.laissees = sorted([*laissees, *plan.laissees])
    reste = [*_dire_ce_qui_reste(fichier.name, tableau, plan)]
    if not (plan.neuves or plan.changees):
        quoi = "tout y est déjà" if plan.connues else "aucune ligne n'entre"
        return Rien(phrase=f"Rien à importer : {quoi}.", lignes=reste, details=_bilan(plan))
    apercu = [*_apercu(fichier.name, tableau, retenue, plan)]
    c.confirmer("Importer ?", [*apercu, *reste])
    plan.poser(e, declare)
    _retenir(c, e, retenue, gens=gens)
    dit = _compter(plan)
    return Fait(
        id=fichier.name,
        action="importer.csv",
        histoire=f"Import, {declare.genre.nom} : {dit}",
        phrase=f"Importé, {declare.genre.nom} : {dit}.",
        lignes=[*apercu[1:], *reste] if c.questions.oui or c.questions.essai else (),
        suite="tl verifier\ndéfaire : tl defaire",
        details=_bilan(plan),
    )


#: D'un autre outil, ces tableaux ont leur lecture : dates et heures éparses, salles, besoins sans titre.
_A_PART = ("espace/reservations", "accueil/besoins")


def _a_part(c: Contexte, e: Ecriture, dossier: str, fichier: Path, correspondance: list[str]) -> Fait | Rien:
    if dossier == "accueil/besoins":
        return des_besoins.importer(c, e, fichier)
    return des_reservations.importer(c, e, fichier, correspondance)


def _accorder(
    c: Contexte,
    table: str,
    structure: type[Fiche],
    tableau: Tableau,
    dites: list[str],
    *,
    gens: bool,
) -> Correspondance:
    """Quelle colonne dit quoi ; ce qui manque est demandé, ou refusé avec la commande qui le dit."""
    ident = accord.cle(table, tableau.colonnes)
    arbre = c.registre.arbre if gens else c.arbre
    ou = retenues(au_registre=gens)
    connue: Correspondance = ou.une(arbre, ident) or ou.structure(id=ident)
    voulus = accord.champs(structure, gens=gens)
    colonnes = accord.lire_dites(dites, tableau.colonnes, voulus, connue.colonnes)
    while manque := exiger_nomme([champ for champ, col in colonnes.items() if col], structure, gens=gens):
        libres = accord.ignorees(tableau.colonnes, colonnes)
        if not (c.ecran.interactif and libres):
            raise ErreurUsage(
                f"Aucune colonne ne dit « {manque} ». Il y a : {', '.join(tableau.colonnes)}.",
                c.questions.redite("--correspondance", f"{manque}=COLONNE"),
            )
        colonnes[manque] = libres[c.choisir(f"Quelle colonne dit « {manque} » ?", libres)]
    return structs.replace(connue, colonnes=colonnes)


def _retenir(c: Contexte, e: Ecriture, accordee: Correspondance, *, gens: bool) -> None:
    """Garder comment lire ces colonnes, pour tous les postes ; l'archive, jamais si l'une nomme quelqu'un."""
    ou = retenues(au_registre=gens)
    if not gens:
        try:
            c.registre.refuser_le_prive(*accordee.colonnes.values())
        except Echec:
            return
    connue = ou.une(c.registre.arbre if gens else c.arbre, accordee.id)
    if connue is None:
        ou.poser(e, accordee)
    elif connue != accordee:
        ou.corriger(e, connue, accordee)


def _apercu(nom: str, tableau: Tableau, retenue: Correspondance, plan: Plan) -> Iterator[str]:
    """Ce qui serait fait, et comment chaque colonne est lue."""
    yield f"{nom} : {_compter(plan)}"
    lues = [
        champ if clef(colonne) == clef(champ) else f"{champ} ← {colonne}"
        for champ, colonne in retenue.colonnes.items()
        if colonne
    ]
    yield f"  Colonnes lues : {', '.join(lues)}"
    if laissees := accord.ignorees(tableau.colonnes, retenue.colonnes):
        yield f"  Colonnes laissées : {', '.join(laissees)}"
    for signe, prevues in (("+", plan.neuves), ("≠", plan.changees)):
        for prevue in prevues[:CITES]:
            yield f"  {signe} {titre(prevue.fiche)}{_dire_les_changements(prevue)}"
        if len(prevues) > CITES:
            yield f"  {signe} … et {len(prevues) - CITES} autres"


def _dire_les_changements(prevue: Prevue) -> str:
    """« : courriel, publics », d'une fiche mise à jour."""
    if prevue.ancienne is None:
        return ""
    avant, apres = tables.valeurs(prevue.ancienne), tables.valeurs(prevue.fiche)
    return f" : {', '.join(champ for champ in apres if avant[champ] != apres[champ])}"


def _dire_ce_qui_reste(nom: str, tableau: Tableau, plan: Plan) -> Iterator[str]:
    """Ce qui n'entre pas, et pourquoi."""
    if tableau.avis:
        yield f"  ! {nom} : {tableau.avis}"
    for rang, raison in plan.laissees[:CITES]:
        yield f"  ! ligne {rang}, laissée : {raison}"
    if len(plan.laissees) > CITES:
        yield f"  ! … et {len(plan.laissees) - CITES} autres laissées"
    if plan.connues:
        yield f"  = {plan.connues} déjà là"
    if plan.a_venir:
        yield f"  {accorder(plan.a_venir, 'lien')} vers ce qui n'est pas encore ici : tl verifier"


def _compter(plan: Plan) -> str:
    neuves, changees = len(plan.neuves), len(plan.changees)
    dits = [accorder(neuves, "fiche neuve")] if neuves else []
    dits += [f"{changees} mise{'s' * (changees > 1)} à jour"] if changees else []
    return ", ".join(dits) or "rien de neuf"


def _bilan(plan: Plan) -> dict[str, object]:
    return {
        "neuves": [p.fiche.id for p in plan.neuves],
        "changees": [p.fiche.id for p in plan.changees],
        "connues": plan.connues,
        "laissees": [{"ligne": rang, "raison": raison} for rang, raison in plan.laissees],
    }
