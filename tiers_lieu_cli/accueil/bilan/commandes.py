"""`tl accueil bilan` : une période en comptes et en dessins."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.bilan import regles, vue
from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.accueil.bilan.vue import Bilan
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.options import Au
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau import gabarit, pdf, saisie
from tiers_lieu_cli.noyau.aide import Application
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.options import Json
from tiers_lieu_cli.noyau.tableau import Colonne, Style

app = Application()


class Format(StrEnum):
    """La forme du bilan."""

    TERMINAL = "terminal"
    MD = "md"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


@app.action("bilan")
def bilan(
    ctx: typer.Context,
    du: Annotated[
        str, typer.Option("--du", metavar="DATE", help="Le premier jour ; sinon le premier du mois.")
    ] = "",
    au: Au = "aujourd'hui",
    public: Annotated[
        bool, typer.Option("--public", help="À publier : les comptes de moins de cinq sont tus.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="La forme voulue.")] = Format.TERMINAL,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="FICHIER", help="Où l'écrire ; exigé pour un PDF.")
    ] = None,
    json: Json = False,
) -> None:
    """Le bilan de l'accueil : passages, besoins exprimés, reliés et comblés, heures données.

    Exemples :
        tl accueil bilan --du 2026-01-01
        tl accueil bilan --du 1/10 --au 31/12 --public --format html > bilan.html
        tl accueil bilan --du 2026-01-01 --format pdf --sortie bilan.pdf
    """
    c = ouvrir(ctx)
    maintenant = c.horloge.murale()
    dernier = saisie.lire_jour(au, maintenant, saisie.Sens.PASSE)
    premier, dernier = saisie.lire_periode(du or str(dernier.replace(day=1)), str(dernier), maintenant)
    vu = vue.batir(_compter(c, premier, dernier), c.lieu.reglages.nom, c.horloge.aujourdhui(), public=public)
    if json or format is Format.JSON:
        c.ecran.json(vu)
    elif format is Format.TERMINAL:
        _au_terminal(c, vu)
    else:
        _rendre(c, vu, format, sortie)


def _rendre(c: Contexte, vu: Bilan, format: Format, sortie: Path | None) -> None:
    """Le bilan en page, dans un fichier ou dans le tube."""
    if format is Format.PDF:
        if sortie is None:
            raise ErreurUsage("Un PDF s'écrit dans un fichier.", "Dire où : --sortie bilan.pdf")
        page = pdf.composer("bilan-accueil", vu)
    else:
        page = gabarit.rendre(c.lieu.racine, f"bilan-accueil.{format}", vu).encode()
    if sortie is None:
        c.ecran.sortie.write(page.decode())
        return
    sortie.write_bytes(page)
    c.ecran.dire(f"Le bilan est dans {sortie}.")


def _compter(c: Contexte, du: date, au: date) -> Comptes:
    """Les faits datés sont lus dans leurs mois ; besoins et mises en lien, tous.

    Un besoin d'il y a deux ans peut être comblé ce mois-ci, et il reste rangé au mois où on l'a
    entendu. Mille fiches se lisent en trente millièmes de seconde ; un bilan se fait chaque mois.
    """
    passages, heures = PASSAGES.des_mois(c.arbre, du, au), HEURES.des_mois(c.arbre, du, au)
    besoins, liens = BESOINS.toutes(c.arbre), LIENS.toutes(c.arbre)
    habilitations, bienvenues = HABILITATIONS.toutes(c.arbre), BIENVENUES.des_mois(c.arbre, du, au)
    for recolte in (passages, heures, besoins, liens, habilitations, bienvenues):
        c.ecran.defauts(recolte.defauts)
    return regles.compter(
        du,
        au,
        passages=passages.fiches,
        besoins=besoins.fiches,
        liens=liens.fiches,
        heures=heures.fiches,
        obtenues=[h.obtenue for h in habilitations.fiches],
        arrivees=[b.debut for b in bienvenues.fiches],
    )


def _au_terminal(c: Contexte, vu: Bilan) -> None:
    c.ecran.titre(f"{vu.lieu} · bilan de l'accueil", vu.dite)
    for partie in vu.parties:
        if partie.lignes:
            c.ecran.titre(f"\n{partie.titre}", partie.total)
            c.ecran.tableau(
                [Colonne(cede=True), Colonne(style=Style.GRAS)],
                ((c.registre.montrer(x.nom), x.dit) for x in partie.lignes),
            )
    if vu.public:
        c.ecran.dire("\n– : tu, pour que personne ne se reconnaisse (moins de 5, ou de quoi le déduire).")
    else:
        c.ecran.dire("  Ensuite, à publier : tl accueil bilan --public --format html > bilan.html")
