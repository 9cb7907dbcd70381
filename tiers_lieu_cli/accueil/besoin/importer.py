"""`tl accueil besoin importer` : les besoins d'un tableau, montrés avant d'entrer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.annonce import details, regles
from tiers_lieu_cli.accueil.annonce.details import Entendu
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin
from tiers_lieu_cli.accueil.besoin import importation
from tiers_lieu_cli.accueil.besoin.importation import LigneLue, Tableau
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.echecs import Defaut, Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.texte import clef

app = Application()
#: Ce qu'on cite dans un aperçu.
CITES = 12


@app.action("importer")
def importer(
    ctx: typer.Context,
    fichier: Annotated[Path, typer.Argument(help="Le tableau (.csv), ses colonnes nommées en tête.")],
    entendu: Entendu = "aujourd'hui",
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Faire entrer les besoins d'un tableau, aperçu d'abord ; l'importer encore n'ajoute rien.

    Colonnes : besoin (exigée), public, personne, theme, quand, urgent, date.

    Exemple :
        tl accueil besoin importer atelier-du-3.csv
    """
    c = ouvrir(ctx)
    jour = saisie.lire_jour_venu(entendu, c.horloge.murale())
    tableau = importation.lire(fichiers.octets(fichier, importation.TAILLE_MAXIMALE), fichier.name)
    neufs, defauts, deja = _trier(c, tableau, fichier.name, jour.isoformat())
    if not json:
        _apercu(c, fichier.name, neufs, defauts, deja)
    if essai or not neufs or not _accepte(c, fichier, oui):
        if json:
            c.ecran.json(_bilan(fichier, neufs, defauts, deja, None))
        else:
            c.ecran.dire("Rien n'est importé." if neufs else "Rien de neuf à importer.")
        return
    with c.ecriture() as ecriture:
        connues = _cles(c)
        neufs = [n for n in neufs if details.abrege(n.id) not in connues]
        for neuf in c.ecran.avancer(neufs, "Besoins"):
            BESOINS.poser(ecriture, neuf)
        commit = ecriture.enregistrer(f"Besoins recueillis : {len(neufs)}", "accueil.besoin.importer")
    if json:
        c.ecran.json(_bilan(fichier, neufs, defauts, deja, commit))
    else:
        c.ecran.dire(f"Importé : {len(neufs)} besoin{'s' * (len(neufs) > 1)}.")
        c.ecran.dire("  Ensuite : tl accueil relier")


def _cles(c: Contexte) -> set[str]:
    """Les clés de tous les besoins, en cours ou clos, sans en lire un seul."""
    return {details.abrege(ident) for r in BESOINS.rangements for ident in r.idents(c.arbre)}


def _trier(c: Contexte, tableau: Tableau, nom: str, entendu: str) -> tuple[list[Besoin], list[Defaut], int]:
    """Les besoins neufs, ce qui ne peut pas entrer et pourquoi, combien sont déjà là."""
    connues, neufs, defauts, deja = _cles(c), [], [*tableau.defauts], 0
    for lue in tableau.lignes:
        if lue.cle in connues:
            deja += 1
            continue
        try:
            neufs.append(_besoin(c, lue, entendu))
        except Echec as echec:
            defauts.append(Defaut(nom, lue.ligne, f"{echec.fait} {echec.remede}".strip()))
    return neufs, sorted(defauts, key=lambda d: d.ligne), deja


def _besoin(c: Contexte, lue: LigneLue, entendu: str) -> Besoin:
    public = next((p for p in c.lieu.reglages.publics if clef(p) == clef(lue.public)), lue.public)
    territoire = clef(lue.public) == "territoire"
    champs = details.lire(
        c,
        lue.texte,
        lue.personne or None,
        None if territoire else public or None,
        territoire,
        [lue.theme],
        [lue.quand],
    )
    jour = saisie.lire_jour_venu(lue.entendu or entendu, c.horloge.murale())
    nom = regles.ident(jour, str(champs["texte"]), "besoin", lue.cle)
    return structs.replace(Besoin(id=nom, texte="…", entendu=jour, urgent=lue.urgent), **champs)


def _accepte(c: Contexte, fichier: Path, oui: bool) -> bool:
    if oui:
        return True
    if not c.ecran.interactif:
        raise ErreurUsage(
            "Rien n'est encore importé.", f"Pour le faire : tl accueil besoin importer {fichier} --oui"
        )
    return c.ecran.confirmer("Importer ?")


def _apercu(c: Contexte, nom: str, neufs: list[Besoin], defauts: list[Defaut], deja: int) -> None:
    """Ce qui serait fait, avant de le faire."""
    c.ecran.titre(nom, f"{len(neufs)} à importer")
    for besoin in neufs[:CITES]:
        de = regles.de_qui(besoin, c.registre.nom)
        c.ecran.dire(f"  + {c.registre.montrer(besoin.texte)}{de and f' ({de})'}{' !' * besoin.urgent}")
    if len(neufs) > CITES:
        c.ecran.dire(f"  + … et {len(neufs) - CITES} autres")
    if deja:
        c.ecran.dire(f"  = {deja} déjà là")
    for defaut in defauts:
        c.ecran.avertir(f"  ! {defaut}")


def _bilan(
    fichier: Path, neufs: list[Besoin], defauts: list[Defaut], deja: int, commit: str | None
) -> dict[str, object]:
    return {
        "id": fichier.name,
        "commit": commit,
        "neufs": [b.id for b in neufs],
        "deja": deja,
        "defauts": [str(d) for d in defauts],
    }
