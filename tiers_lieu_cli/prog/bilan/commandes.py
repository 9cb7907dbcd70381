"""`tl prog bilan` : ce que le programme a donné, en comptes et en dessins."""

from __future__ import annotations

from datetime import date

from tiers_lieu_cli.accueil.heures.modele import HEURES
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import compte_rendu
from tiers_lieu_cli.noyau.pages.compte_rendu import Options
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps.temps import Creneau
from tiers_lieu_cli.prog import fermetures, fiches
from tiers_lieu_cli.prog.bilan import regles, vue
from tiers_lieu_cli.prog.bilan.regles import Comptes
from tiers_lieu_cli.prog.idee.modele import IDEES
from tiers_lieu_cli.prog.inscription import fiches as inscriptions
from tiers_lieu_cli.prog.service.modele import SERVICES

app = Application()


@app.lit("bilan", options=Options)
def bilan(c: Contexte, options: Options) -> None:
    """Le bilan du programme : activités, participants, absences, heures des équipes, services, idées.

    Exemples :
        tl prog bilan --du 2026-01-01
        tl prog bilan --du 1/10 --au 31/12 --public --sortie bilan.html
    """
    premier, dernier = compte_rendu.periode(options.du, options.au, c.horloge.murale())
    services = {s.id: s.nom for s in SERVICES.toutes(c.arbre).fiches}
    vu = vue.batir(
        _compter(c, premier, dernier),
        c.lieu.reglages.nom,
        services,
        c.horloge.aujourdhui(),
        public=options.public,
    )
    compte_rendu.montrer(c, vu, options, "tl prog bilan")


def _compter(c: Contexte, du: date, au: date) -> Comptes:
    """Seuls les mois de la période sont lus, et les idées, qu'on peut décider longtemps après."""
    evenements = fiches.de_la_fenetre(c.arbre, Creneau.de_jours(du, au))
    heures, idees = HEURES.des_mois(c.arbre, du, au), IDEES.toutes(c.arbre)
    for recolte in (evenements, heures, idees):
        c.ecran.defauts(recolte.defauts)
    return regles.compter(
        du,
        au,
        evenements=fermetures.a_replacer(c.arbre, evenements.fiches),
        inscriptions_de=inscriptions.par_evenement(c.arbre, (e.id for e in evenements.fiches)),
        heures=heures.fiches,
        idees=idees.fiches,
    )
