"""`tl init` : ouvrir un lieu, d'un bloc, sans jamais rien écraser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.espace.modele import SALLES, Salle
from tiers_lieu_cli.noyau import ressources
from tiers_lieu_cli.noyau.contexte import Poste, poste
from tiers_lieu_cli.noyau.depot.depot import Depot
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.gens.douane import Douane, SansDouane
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER
from tiers_lieu_cli.noyau.gens.registre import Registre
from tiers_lieu_cli.noyau.lieu import FORMAT, REGLAGES, SANS_DOMAINE, Reglages, verifier_fuseau
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.temps.horloge import Horloge, heure_imposee
from tiers_lieu_cli.noyau.texte import a_taper, en_tirets, ligne

app = Application()


@app.action("init")
def init(
    ctx: typer.Context,
    dossier: Annotated[Path, typer.Argument(help="Le dossier du lieu, neuf ou vide.")],
    nom: Annotated[str, typer.Option("--nom", help="Le nom du lieu.")] = "",
    adresse: Annotated[str, typer.Option("--adresse", help="L'adresse que le programme donnera.")] = "",
    salles: Annotated[list[str] | None, typer.Option("--salle", help="Le nom d'une salle.")] = None,
    fuseau: Annotated[str, typer.Option("--fuseau", help="Le fuseau horaire du lieu.")] = "Europe/Brussels",
    domaine: Annotated[
        str, typer.Option("--domaine", help="Le domaine de votre site, pour l'agenda.")
    ] = SANS_DOMAINE,
    json: Json = False,
) -> None:
    """Ouvrir un nouveau lieu.

    Dans un dossier neuf, ou dans celui où l'on est (« . ») s'il est vide ; rien n'y est jamais remplacé.

    Exemples :
        tl init la-passerelle --nom "La Passerelle" --salle "Salle du rez" --salle Cour
        tl init . --nom "La Passerelle"
    """
    ici = poste(ctx)
    racine = dossier.expanduser().resolve()
    if (racine / REGLAGES).is_file():
        raise ErreurUsage(f"{racine} est déjà un lieu.", "Voir ses réglages : tl lieu")
    if not nom and ici.ecran.interactif:
        nom, adresse, salles = _demander(ici, adresse, salles)
    if not nom.strip():
        exemple = f'tl init {a_taper(str(dossier))} --nom "La Passerelle"'
        raise ErreurUsage("Il manque le nom du lieu.", f"Exemple : {exemple}")
    verifier_fuseau(fuseau)
    reglages = Reglages(
        id="lieu",
        format=FORMAT,
        nom=ligne(nom, "Le nom du lieu"),
        adresse=adresse,
        fuseau=fuseau,
        domaine=domaine,
    )
    maintenant = Horloge(verifier_fuseau(fuseau), heure_imposee(ici.environ)).maintenant()
    commit = ouvrir_lieu(dossier, reglages, tuple(salles or ()), maintenant)
    if json:
        ici.ecran.json({"id": str(racine), "commit": commit})
        return
    ici.ecran.dire(f"« {reglages.nom} » est ouvert dans {racine}")
    suites = [] if racine == Path.cwd() else [f"cd {a_taper(str(racine))}"]
    suites += ['tl lieu --heures "lun-ven 9h-18h"', 'tl accueil personne creer "Prénom Nom"', "tl aujourdhui"]
    ici.ecran.dire("  Ensuite :")
    for suite in suites:
        ici.ecran.dire(f"    {suite}")


def _demander(ici: Poste, adresse: str, salles: list[str] | None) -> tuple[str, str, list[str]]:
    """Trois questions, une par ligne ; une réponse vide passe."""
    nom = ici.ecran.demander("Le nom du lieu :")
    adresse = adresse or ici.ecran.demander("Son adresse (facultatif) :")
    dites = salles or ici.ecran.demander("Ses salles, séparées par des virgules (facultatif) :").split(",")
    return nom, adresse, [salle for salle in dites if salle.strip()]


def ouvrir_lieu(dossier: Path, reglages: Reglages, salles: tuple[str, ...], maintenant: datetime) -> str:
    """Bâtir le lieu à côté, puis le mettre à sa place d'un geste ; rend l'empreinte de l'archive."""
    with dossier_neuf(dossier) as chantier:
        return _batir(chantier, reglages, salles, maintenant)


def _batir(racine: Path, reglages: Reglages, salles: tuple[str, ...], maintenant: datetime) -> str:
    modele = ressources.dossier("data_template")
    registre = racine / DOSSIER
    registre.mkdir(mode=0o700)
    with Depot.creer(registre).ecriture(maintenant, SansDouane()) as ecriture:
        for chemin, contenu in _fichiers(modele / DOSSIER):
            ecriture.creer(chemin, contenu)
        ecriture.enregistrer("Ouverture du registre", "init")
    with Depot.creer(racine).ecriture(maintenant, Douane(Registre(racine))) as ecriture:
        for chemin, contenu in _fichiers(modele):
            if chemin == REGLAGES:
                contenu = fiche.modifier(contenu, reglages, REGLAGES)
            if not chemin.startswith(f"{DOSSIER}/"):
                ecriture.creer(chemin, contenu)
        for nom in salles:
            SALLES.poser(ecriture, Salle(id=en_tirets(nom, "salle"), nom=" ".join(nom.split())))
        return ecriture.enregistrer(f"Ouverture de « {reglages.nom} »", "init")


def _fichiers(modele: Path) -> Iterator[tuple[str, bytes]]:
    """Les fichiers d'un modèle ; « _gitignore » y tient la place de « .gitignore »."""
    for fichier in sorted(modele.rglob("*")):
        if fichier.is_file():
            chemin = fichier.relative_to(modele)
            nom = chemin.name.replace("_git", ".git", 1) if chemin.name.startswith("_git") else chemin.name
            yield chemin.with_name(nom).as_posix(), fichier.read_bytes()
