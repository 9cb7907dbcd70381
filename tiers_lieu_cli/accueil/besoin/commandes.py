"""`tl accueil besoin` : ce dont on a besoin ici, entendu au comptoir ou recueilli en atelier."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.accueil.annonce import details, regles
from tiers_lieu_cli.accueil.annonce.details import BESOIN, Dits, Entendu, Motif, Texte, Themes
from tiers_lieu_cli.accueil.annonce.modele import BESOINS, Besoin, EtatBesoin
from tiers_lieu_cli.accueil.options import De, Public
from tiers_lieu_cli.noyau import vivants
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.liens import BesoinCite
from tiers_lieu_cli.noyau.porte import Application

_ICI = "tiers_lieu_cli.accueil.besoin"
app = Application("Les besoins : entendus au comptoir, ou recueillis en atelier.")
Lequel = Annotated[BesoinCite, typer.Argument(metavar="BESOIN", help="Le besoin (Tab propose).")]


@app.ecrit("creer", dits=Dits)
def creer(
    c: Contexte,
    e: Ecriture,
    texte: Annotated[str, typer.Argument(help="Le besoin, comme il se dit.")],
    dits: Dits,
    urgent: Annotated[bool, typer.Option("--urgent", help="Ne peut pas attendre.")] = False,
    entendu: Entendu = "aujourd'hui",
) -> Fait:
    """Noter un besoin : d'une personne, d'un public, du territoire, ou sans dire de qui.

    Exemples :
        tl accueil besoin creer "Garde d'enfants le mercredi" --de @lea --theme garde --urgent
        tl accueil besoin creer "Un banc devant l'école" --territoire
    """
    nu = Besoin(id="", texte="…", entendu=details.entendu_le(c, entendu), urgent=urgent)
    return details.creer(c, e, BESOIN, nu, dits, texte, "tl accueil relier")


@app.lit("liste")
def liste(
    c: Contexte,
    themes: Themes = None,
    personne: De = None,
    public: Public = None,
    etat: Annotated[EtatBesoin | None, typer.Option("--etat", help="Seulement dans cet état.")] = None,
    tout: Annotated[bool, typer.Option("--tout", help="Comblés et sans suite compris.")] = False,
    json: Json = False,
) -> None:
    """Les besoins en cours, urgents d'abord.

    Exemples :
        tl accueil besoin liste --theme garde
        tl accueil besoin liste --public riverains --tout
    """
    fini = etat in (EtatBesoin.COMBLE, EtatBesoin.SANS_SUITE)
    recolte = BESOINS.toutes(c.arbre) if tout or fini else vivants.en_cours(c, BESOINS)
    c.ecran.defauts(recolte.defauts)
    ranges = regles.dans_l_ordre(b for b in recolte.fiches if etat in (None, b.etat))
    vus = details.retenir(c, ranges, BESOINS, themes, personne, public)
    if json:
        c.ecran.json(vus)
    else:
        details.montrer_liste(c, vus, "Besoins", "Aucun.  Noter : tl accueil besoin creer")


@app.lit("fiche")
def fiche(c: Contexte, besoin: Lequel, json: Json = False) -> None:
    """Voir un besoin, et ce à quoi il est relié.

    Exemple :
        tl accueil besoin fiche 2026-11-24-garde-d-enfants-7k2m
    """
    b = details.fiche(c, BESOIN, besoin, json=json)
    if b.est_ouvert and not json:
        c.ecran.dire(f"  Ensuite : tl accueil relier {identifiants.abrege(b.id)}")


@app.ecrit("modifier", dits=Dits)
def modifier(
    c: Contexte,
    e: Ecriture,
    besoin: Lequel,
    dits: Dits,
    texte: Texte = None,
    urgent: Annotated[
        bool | None, typer.Option("--urgent/--pas-urgent", help="Ne peut pas attendre, ou le peut.")
    ] = None,
    etat: Annotated[EtatBesoin | None, typer.Option("--etat", help="Comblé, sans suite, rouvert…")] = None,
    motif: Motif = "",
) -> Fait:
    """Changer un besoin, ou dire ce qu'il est devenu ; seul ce qu'on donne change.

    Exemples :
        tl accueil besoin modifier 7k2m --etat comble --motif "trouvé en dehors"
        tl accueil besoin modifier 7k2m --theme garde --urgent
    """

    def devenir(b: Besoin) -> Besoin:
        change = b if urgent is None else structs.replace(b, urgent=urgent)
        pourquoi = " ".join(motif.split())
        return regles.mettre(change, etat, c.horloge.aujourdhui(), pourquoi) if etat else change

    return details.modifier(c, e, BESOIN, besoin, dits, texte, devenir)


app.differer("feuille", "Une feuille à imprimer, pour un atelier.", f"{_ICI}.feuille:app")
app.differer("importer", "Faire entrer des besoins d'un tableur.", f"{_ICI}.importer:app")
