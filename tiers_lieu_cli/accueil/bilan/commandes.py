"""`tl accueil bilan` : une période en comptes et en dessins."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.annonce.modele import BESOINS
from tiers_lieu_cli.accueil.bienvenue.modele import BIENVENUES
from tiers_lieu_cli.accueil.bilan import regles, vue
from tiers_lieu_cli.accueil.bilan.regles import Comptes
from tiers_lieu_cli.accueil.habilitation.modele import HABILITATIONS
from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.accueil.lien.modele import LIENS
from tiers_lieu_cli.accueil.passage.modele import PASSAGES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.compte_rendu import Options
from tiers_lieu_cli.noyau.porte import Application

app = Application()


@app.lit("bilan", options=Options)
def bilan(c: Contexte, options: Options) -> None:
    """Le bilan de l'accueil : passages, besoins exprimés, reliés et comblés, heures données.

    Exemples :
        tl accueil bilan --du 2026-01-01
        tl accueil bilan --du 1/10 --au 31/12 --public --sortie bilan.html
        tl accueil bilan --du 2026-01-01 --sortie bilan.pdf
    """
    premier, dernier = compte_rendu.periode(options.du, options.au, c.horloge.murale())
    vu = vue.batir(
        _compter(c, premier, dernier), c.lieu.reglages.nom, c.horloge.aujourdhui(), public=options.public
    )
    compte_rendu.montrer(c, vu, options, "tl accueil bilan")


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
