"""`tl accueil besoin importer` : les besoins d'un tableau, montrés avant d'entrer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import details
from tiers_lieu_cli.accueil.annonce.details import Dits, Entendu
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin
from tiers_lieu_cli.accueil.besoin import importation
from tiers_lieu_cli.accueil.besoin.importation import LigneLue, Tableau
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Defaut, Echec
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import clef

app = Application()
#: Ce qu'on cite dans un aperçu.
CITES = 12


@app.ecrit("importer", oui=True)
def importer(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(help="Le tableau (.csv), ses colonnes nommées en tête.")],
    entendu: Entendu = "aujourd'hui",
) -> Fait | Rien:
    """Faire entrer les besoins d'un tableau, aperçu d'abord ; l'importer encore n'ajoute rien.

    Colonnes : besoin (exigée), public, personne, theme, quand, urgent, date.

    Exemple :
        tl accueil besoin importer atelier-du-3.csv
    """
    jour = details.entendu_le(c, entendu).isoformat()
    tableau = importation.lire(fichiers.octets(fichier, importation.TAILLE_MAXIMALE), fichier.name)
    neufs, defauts, deja = _trier(c, tableau, fichier.name, jour)
    bilan = {"neufs": [b.id for b in neufs], "deja": deja, "defauts": [str(d) for d in defauts]}
    laisses = [*([f"  = {deja} déjà là"] if deja else []), *(f"  ! {defaut}" for defaut in defauts)]
    if not neufs:
        return Rien(phrase="Rien de neuf à importer.", lignes=laisses, details=bilan)
    combien = f"{len(neufs)} besoin{'s' * (len(neufs) > 1)}"
    apercu = [f"{fichier.name} : {combien} à importer", *_citer(neufs), *laisses]
    c.confirmer("Importer ?", apercu)
    for neuf in c.ecran.avancer(neufs, "Besoins"):
        BESOINS.poser(e, neuf)
    return Fait(
        id=fichier.name,
        action="accueil.besoin.importer",
        histoire=f"Besoins recueillis : {len(neufs)}",
        phrase=f"Importé : {combien}.",
        lignes=laisses,
        suite="tl accueil relier",
        details=bilan,
    )


def _trier(c: Contexte, tableau: Tableau, nom: str, entendu: str) -> tuple[list[Besoin], list[Defaut], int]:
    """Les besoins neufs, ce qui ne peut pas entrer et pourquoi, combien sont déjà là."""
    # Les clés de tous les besoins, en cours ou clos, sans en lire un seul.
    connues = {identifiants.abrege(ident) for r in BESOINS.rangements for ident in r.idents(c.arbre)}
    neufs: list[Besoin] = []
    defauts, deja = [*tableau.defauts], 0
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
    """Le besoin d'une ligne ; un nom du registre y est refusé ici, pour ne pas refuser tout le fichier."""
    public = c.lieu.reglages.public(lue.public) or lue.public
    territoire = clef(lue.public) == "territoire"
    dits = Dits(
        personne=lue.personne or None,
        public=None if territoire else public or None,
        territoire=territoire,
        themes=[c.registre.rendre_opaque(lue.theme)],
        quand=[lue.quand],
    )
    nu = Besoin(id="", texte="…", entendu=details.entendu_le(c, lue.entendu or entendu), urgent=lue.urgent)
    return details.nommer(c, nu, dits, c.registre.rendre_opaque(lue.texte), lue.cle)


def _citer(neufs: list[Besoin]) -> list[str]:
    """Les premiers, et combien d'autres."""
    cites = [f"  + {b.texte}{b.de_qui and f' ({b.de_qui})'}{' !' * b.urgent}" for b in neufs[:CITES]]
    reste = len(neufs) - CITES
    return [*cites, f"  + … et {reste} autre{'s' * (reste > 1)}"] if reste > 0 else cites
