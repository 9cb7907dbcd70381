"""`tl prog reseau lire` : relire les agendas des lieux amis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, lire_agenda
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json
from tiers_lieu_cli.prog import entree
from tiers_lieu_cli.prog.importation import Plan
from tiers_lieu_cli.prog.modele import CALENDRIERS, Calendrier
from tiers_lieu_cli.prog.reseau.commandes import suivis
from tiers_lieu_cli.prog.reseau.telechargement import telecharger

app = Application()
#: Un dossier peut tenir un fichier par événement.
FICHIERS_MAXIMAUX = 500


class Lecture(msgspec.Struct, frozen=True):
    """Ce qu'un agenda suivi a donné."""

    id: str
    neufs: int = 0
    changes: int = 0
    refus: str = ""
    inchange: bool = False


@app.action("lire")
def lire(
    ctx: typer.Context,
    agendas: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]", help="Des lieux amis ; tous sinon.", autocompletion=completion(suivis)
        ),
    ] = None,
    telechargement: Annotated[
        bool, typer.Option("--telecharger", help="Aller sur le réseau pour ceux qui y sont.")
    ] = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Relire les agendas suivis ; lire encore ne double rien. L'outil ne va sur le réseau que si on le dit.

    Exemples :
        tl prog reseau lire
        tl prog reseau lire fablab-d-a-cote --telecharger
    """
    c = ouvrir(ctx)
    voulus = [CALENDRIERS.exiger(c.arbre, mot) for mot in agendas or ()]
    voulus = voulus or [a for a in CALENDRIERS.toutes(c.arbre).fiches if a.source and not a.arrete_le]
    if not voulus:
        raise ErreurUsage(
            "Aucun agenda n'est suivi.", 'En suivre un : tl prog reseau ajouter "Fablab" SOURCE'
        )
    faites = []
    for agenda in voulus:
        try:
            faites.append(_lire_un(c, agenda, telechargement, essai))
        except Echec as echec:
            # L'un ne se lit pas : les autres, si.
            faites.append(Lecture(agenda.id, refus=f"{echec.fait} {echec.remede}".strip()))
    if json:
        c.ecran.json(faites)
    else:
        for lecture in faites:
            c.ecran.dire(f"{lecture.id} : {_dire(lecture)}")
        c.ecran.dire("  Ensuite : tl prog semaine · tl prog reseau liste")
    if all(lecture.refus for lecture in faites):
        raise Echec("Aucun agenda n'a pu être lu.")


def _dire(lecture: Lecture) -> str:
    if lecture.refus:
        return lecture.refus
    if lecture.inchange or not (lecture.neufs or lecture.changes):
        return "rien de neuf"
    return f"{lecture.neufs} événements neufs, {lecture.changes} mis à jour"


def _lire_un(c: Contexte, agenda: Calendrier, telechargement: bool, essai: bool) -> Lecture:
    """Lire la source, comparer, écrire en une fois."""
    octets, lue = _prendre(c, agenda, telechargement)
    if octets is None:
        return Lecture(agenda.id, inchange=True)
    agendas = [
        lire_agenda(
            contenu, nom_du_fichier=agenda.nom, fuseau=c.lieu.fuseau, aujourdhui=c.horloge.aujourdhui()
        )
        for contenu in octets
    ]
    for defaut in (defaut for agenda_lu in agendas for defaut in agenda_lu.defauts):
        c.ecran.avertir(f"{agenda.nom} : {defaut}")
    lus = entree.sans_nom(c, AgendaLu(agenda.nom, tuple(e for a in agendas for e in a.evenements), (), ()))
    if lus.tus:
        c.ecran.avertir(f"{agenda.nom} : {lus.tus} laissés, ils nomment une personne du registre.")
    if essai:
        return _compte(agenda, entree.planifier_un_suivi(c, lus, agenda))
    with c.ecriture() as ecriture:
        plan = entree.planifier_un_suivi(c, lus, agenda)
        if plan.est_vide and lue == agenda:
            return Lecture(agenda.id)
        entree.poser(c, ecriture, plan)
        moment = c.horloge.murale().isoformat(timespec="minutes")
        CALENDRIERS.corriger(ecriture, agenda, structs.replace(lue, lu_le=moment))
        ecriture.enregistrer(f"Agenda de {agenda.nom} relu", "prog.reseau.lire")
    return _compte(agenda, plan)


def _compte(agenda: Calendrier, plan: Plan) -> Lecture:
    return Lecture(agenda.id, neufs=len(plan.neufs), changes=len(plan.changes))


def _prendre(c: Contexte, agenda: Calendrier, telechargement: bool) -> tuple[list[bytes] | None, Calendrier]:
    """Les fichiers de la source (`None` : inchangée), et l'agenda avec ce que son serveur en dit."""
    if "://" in agenda.source:
        if not telechargement:
            raise ErreurUsage(
                "il est sur le réseau, et l'outil n'y va que si on le demande.",
                f"tl prog reseau lire {agenda.id} --telecharger",
            )
        reponse = telecharger(agenda.source, agenda.etag, agenda.modifie)
        lu = structs.replace(agenda, etag=reponse.etag, modifie=reponse.modifie)
        return (None if reponse.octets is None else [reponse.octets]), lu
    if not agenda.source:
        raise ErreurUsage("on ne sait pas où le lire.", f'tl prog reseau ajouter "{agenda.nom}" SOURCE')
    chemin = c.lieu.racine / Path(agenda.source).expanduser()
    if not chemin.is_dir():
        return [entree.octets(chemin)], agenda
    fichiers = sorted(f for f in chemin.glob("*.ics") if f.is_file())
    if not fichiers or len(fichiers) > FICHIERS_MAXIMAUX:
        raise ErreurUsage(f"{len(fichiers)} fichiers .ics dans {chemin}.", f"De 1 à {FICHIERS_MAXIMAUX}.")
    return [entree.octets(fichier) for fichier in fichiers], agenda
