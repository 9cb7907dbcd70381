"""`tl accueil heures` : les heures des bénévoles, notées et totalisées."""

from __future__ import annotations

from typing import Annotated

import typer

from tiers_lieu_cli.accueil.heures import regles
from tiers_lieu_cli.accueil.heures.modele import HEURES, d_une_seule_facon
from tiers_lieu_cli.accueil.heures.regles import Par
from tiers_lieu_cli.accueil.options import Au, Du, Qui, UnePersonne
from tiers_lieu_cli.noyau import modification
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches.collection import FicheIntrouvable, partout
from tiers_lieu_cli.noyau.liens import EvenementCite
from tiers_lieu_cli.noyau.pages.bilan import dire_duree
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application("Les heures des bénévoles : les noter, les totaliser.")


def _connues(c: Contexte) -> list[str]:
    """Les activités des deux derniers mois."""
    jour = c.horloge.aujourdhui()
    recentes = HEURES.des_mois(c.arbre, temps.un_mois_avant(jour), jour).fiches
    return list(regles.totaux(recentes, Par.ACTIVITE))


def _activites(c: Contexte) -> list[tuple[str, str]]:
    return [(activite, "") for activite in _connues(c)]


def _recentes(c: Contexte) -> list[tuple[str, str]]:
    jour = c.horloge.aujourdhui()
    recentes = HEURES.des_mois(c.arbre, temps.un_mois_avant(jour), jour).fiches
    return [(h.id, f"{dire_duree(h.duree)}, {h.activite}") for h in recentes]


def _exiger_l_evenement(c: Contexte, ident: str) -> None:
    if ident and not partout(c.arbre, ident):
        raise FicheIntrouvable("événement", ident, (), "Voir le programme : tl prog semaine")


@app.ecrit("noter")
def noter(
    c: Contexte,
    e: Ecriture,
    qui: Qui,
    duree: Annotated[str, typer.Argument(help="Combien de temps : 2h30, 45 min.")],
    activite: Annotated[
        str, typer.Option("--activite", help="À quoi : bar, atelier…", autocompletion=completion(_activites))
    ],
    jour: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour.")] = "aujourd'hui",
    evenement: Annotated[
        EvenementCite, typer.Option("--evenement", help="L'événement que ces heures ont servi.")
    ] = "",
) -> Fait:
    """Noter des heures données au lieu.

    Exemple :
        tl accueil heures noter @karim 2h30 --activite bar --le hier
    """
    personne = c.registre.designer(qui)
    le = saisie.lire_jour_venu(jour, c.horloge.murale())
    _exiger_l_evenement(c, evenement)
    activite = regles.activite_propre(activite, _connues(c))
    neuves = regles.nouvelles(personne, activite, le, saisie.lire_duree(duree), evenement, c.hasard)
    HEURES.poser(e, neuves)
    dite = dire_duree(neuves.duree)
    return Fait(
        id=neuves.id,
        action="accueil.heures.noter",
        histoire=f"Heures données : {dite}, {temps.dire_jour(le)}",
        phrase=f"{personne} : {dite}, {temps.dire_jour(le, c.horloge.aujourdhui())}.",
        suite=f"tl accueil heures liste @{personne}",
    )


@app.ecrit("modifier")
def modifier(
    c: Contexte,
    e: Ecriture,
    lesquelles: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="Les heures (tl accueil heures liste).", autocompletion=completion(_recentes)
        ),
    ],
    duree: Annotated[str, typer.Option("--duree", help="Combien de temps : 2h30, 45 min.")] = "",
    activite: Annotated[
        str | None,
        typer.Option("--activite", help="À quoi : bar, atelier…", autocompletion=completion(_activites)),
    ] = None,
    jour: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour.")] = "",
    evenement: Annotated[
        str | None, typer.Option("--evenement", metavar="ID", help="L'événement que ces heures ont servi.")
    ] = None,
) -> Fait:
    """Corriger des heures notées ; seul ce qu'on donne change.

    Exemple :
        tl accueil heures modifier 7k2m --duree 3h --activite bar
    """
    anciennes = HEURES.exiger(c.arbre, lesquelles)
    _exiger_l_evenement(c, evenement or "")
    nouvelles = modification.changer(
        anciennes,
        duree=regles.minutes(saisie.lire_duree(duree)) if duree else None,
        activite=modification.lu(activite, regles.activite_propre),
        jour=saisie.lire_jour_venu(jour, c.horloge.murale()) if jour else None,
        evenement=evenement,
    )
    posees = modification.redater(e, HEURES, anciennes, nouvelles, str(nouvelles.jour))
    aujourdhui = c.horloge.aujourdhui()
    return modification.fait(
        anciennes,
        posees,
        action="accueil.heures.modifier",
        histoire=f"Heures corrigées : {dire_duree(posees.duree)}, {temps.dire_jour(posees.jour)}",
        nom=f"{posees.personne}, {posees.activite}, {temps.dire_jour(posees.jour, aujourdhui)}",
        jour=aujourdhui,
        suite=f"tl accueil heures liste @{posees.personne}",
        dire={"duree": lambda m: dire_duree(int(str(m)))},
    )


@app.lit("liste")
def liste(
    c: Contexte,
    du: Du = "",
    au: Au = "aujourd'hui",
    par: Annotated[Par, typer.Option("--selon", help="Faire les totaux par.")] = Par.ACTIVITE,
    personne: UnePersonne = None,
    json: Json = False,
) -> None:
    """Les heures données, et leurs totaux ; depuis lundi si l'on ne dit rien.

    Exemples :
        tl accueil heures liste --du 1/11 --selon personne
        tl accueil heures liste @karim --du 2026-01-01 --selon mois
    """
    premier, dernier = saisie.lire_periode(du, au, c.horloge.murale())
    recolte = HEURES.des_mois(c.arbre, premier, dernier)
    c.ecran.defauts(recolte.defauts)
    qui = c.registre.anciens(c.registre.designer(personne, effacee=True)) if personne else None
    heures = regles.de_la_periode(d_une_seule_facon(recolte.fiches), premier, dernier, qui)
    totaux = regles.totaux(heures, par)
    total = sum(totaux.values())
    if json:
        c.ecran.json({"du": premier, "au": dernier, "minutes": total, f"par_{par}": totaux, "heures": heures})
        return
    periode = temps.dire_creneau(temps.Creneau.de_jours(premier, dernier), c.horloge.aujourdhui())
    c.ecran.titre(f"Heures données, {periode}", dire_duree(total) if total else "")
    if not heures:
        c.ecran.dire("Aucune.  Noter : tl accueil heures noter @qui 2h --activite bar")
        return
    c.ecran.tableau(
        [Colonne(), Colonne(style=Style.GRAS), Colonne(cede=True), Colonne(), Colonne(style=Style.PALE)],
        [
            (
                f"{temps.JOURS[h.jour.weekday()][:3]} {h.jour.day}/{h.jour.month}",
                h.personne,
                h.activite,
                dire_duree(h.duree),
                h.id.rpartition("-")[2],
            )
            for h in heures
        ],
    )
    c.ecran.titre(f"\nPar {'activité' if par is Par.ACTIVITE else par}")
    dire = regles.dire_mois if par is Par.MOIS else str
    c.ecran.tableau(
        [Colonne(cede=True), Colonne()], [(dire(cle), dire_duree(m)) for cle, m in totaux.items()]
    )
