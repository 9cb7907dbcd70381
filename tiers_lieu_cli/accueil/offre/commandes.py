"""`tl accueil offre` : ce que chacun offre de faire, et quand."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.annonce import details, regles
from tiers_lieu_cli.accueil.annonce.details import OFFRE, Dits, Entendu, Motif, Texte, Themes
from tiers_lieu_cli.accueil.annonce.modele import OFFRES, EtatOffre, Offre
from tiers_lieu_cli.accueil.options import De, Public
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import OffreCitee
from tiers_lieu_cli.noyau.porte import Application

app = Application("Les offres : ce que chacun sait et veut faire.")
Laquelle = Annotated[OffreCitee, typer.Argument(metavar="OFFRE", help="L'offre (Tab propose).")]


@app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    texte: Annotated[str, typer.Argument(help="L'offre, comme elle se dit.")],
    dits: Dits,
    entendu: Entendu = "aujourd'hui",
) -> Fait:
    """Noter ce que quelqu'un offre de faire.

    Exemple :
        tl accueil offre creer "Réparer des vélos" --de @karim --theme vélo --quand "samedi matin"
    """
    nue = Offre(id="", texte="…", entendu=details.entendu_le(c, entendu))
    return details.creer(c, e, OFFRE, nue, dits, texte, "tl accueil relier")


@app.lit("liste")
def liste(
    c: Contexte,
    themes: Themes = None,
    personne: De = None,
    public: Public = None,
    tout: Annotated[bool, typer.Option("--tout", help="Retirées comprises.")] = False,
    json: Json = False,
) -> None:
    """Les offres qui valent, les plus récentes d'abord.

    Exemple :
        tl accueil offre liste --theme vélo
    """
    recolte = OFFRES.toutes(c.arbre) if tout else vivants.en_cours(c, OFFRES)
    c.ecran.defauts(recolte.defauts)
    rangees = sorted(recolte.fiches, key=lambda o: (o.entendu, o.id), reverse=True)
    vues = details.retenir(c, rangees, OFFRES, themes, personne, public)
    if json:
        c.ecran.json(vues)
    else:
        details.montrer_liste(c, vues, "Offres", "Aucune.  Noter : tl accueil offre creer")


@app.lit("fiche")
def fiche(c: Contexte, offre: Laquelle, json: Json = False) -> None:
    """Voir une offre, et ce à quoi elle est reliée.

    Exemple :
        tl accueil offre fiche 2026-11-24-reparer-des-velos-7k2m
    """
    details.fiche(c, OFFRE, offre, json=json)


@app.ecrit("modifier", dits=Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    offre: Laquelle,
    dits: Dits,
    texte: Texte = None,
    etat: Annotated[EtatOffre | None, typer.Option("--etat", help="La retirer, ou la remettre.")] = None,
    motif: Motif = "",
) -> Fait:
    """Changer une offre, la retirer ou la remettre ; seul ce qu'on donne change.

    Exemple :
        tl accueil offre modifier 7k2m --etat retiree --motif "reviendra en mars"
    """

    def devenir(o: Offre) -> Offre:
        pourquoi = " ".join(motif.split())
        return regles.proposer(o, etat, c.horloge.aujourdhui(), pourquoi) if etat else o

    return details.modifier(c, e, OFFRE, offre, dits, texte, devenir)
