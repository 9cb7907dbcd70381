"""`tl prog reseau lire` : relire les agendas des lieux amis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import reunir
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.liens import AgendaCite
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.prog import entree, import_dit
from tiers_lieu_cli.prog.importation import Plan
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, AgendaAmi
from tiers_lieu_cli.prog.reseau.telechargement import telecharger

app = Application()
#: Un dossier peut tenir un fichier par événement.
FICHIERS_MAXIMAUX = 500


class Lecture(msgspec.Struct, frozen=True):
    """Ce qu'un agenda suivi a donné ; `laisses` et `avis`, en phrases."""

    id: str
    neufs: int = 0
    changes: int = 0
    laisses: tuple[str, ...] = ()
    avis: tuple[str, ...] = ()
    refus: str = ""


@app.ecrit("lire")
def lire(
    c: Contexte,
    e: Ecriture,
    agendas: Annotated[
        list[AgendaCite] | None, typer.Argument(metavar="[ID]", help="Des lieux amis ; tous sinon.")
    ] = None,
    telechargement: Annotated[
        bool, typer.Option("--telecharger", help="Aller sur le réseau pour ceux qui y sont.")
    ] = False,
) -> Fait | Rien:
    """Relire les agendas suivis ; lire encore ne double rien. L'outil ne va sur le réseau que si on le dit.

    Exemples :
        tl prog reseau lire
        tl prog reseau lire fablab-d-a-cote --telecharger
    """
    voulus = [AGENDAS_AMIS.exiger(c.arbre, mot) for mot in agendas or ()]
    voulus = voulus or [a for a in AGENDAS_AMIS.toutes(c.arbre).fiches if a.source and not a.arrete_le]
    if not voulus:
        raise ErreurUsage("Aucun agenda n'est suivi.", 'En suivre un : tl prog reseau creer "Fablab"')
    faites = [_essayer(c, e, agenda, telechargement) for agenda in voulus]
    lignes = [ligne for lecture in faites for ligne in _dire(lecture)]
    if all(lecture.refus for lecture in faites):
        raise Echec("\n".join([*lignes, "Aucun agenda n'a pu être lu."]))
    suite = "tl prog semaine · tl prog reseau liste"
    if not e.poses:
        return Rien(phrase=lignes[0], lignes=lignes[1:], suite=suite, details={"lectures": faites})
    relus = [agenda.nom for agenda, lecture in zip(voulus, faites, strict=True) if not lecture.refus]
    return Fait(
        id=voulus[0].id,
        action="prog.reseau.lire",
        histoire=f"Agendas relus : {', '.join(relus)}",
        phrase=lignes[0],
        lignes=lignes[1:],
        suite=suite,
        details={"lectures": faites},
    )


def _dire(lecture: Lecture) -> list[str]:
    if lecture.refus:
        return [f"{lecture.id} : {lecture.refus}"]
    reste = [f"  ! {phrase}" for phrase in (*lecture.laisses, *lecture.avis)]
    if lecture.neufs or lecture.changes:
        quoi = f"{lecture.neufs} neuf{'s' * (lecture.neufs > 1)}, {lecture.changes} mis à jour"
    else:
        quoi = "rien de neuf, sauf ce qui n'entre pas :" if lecture.laisses else "rien de neuf"
    return [f"{lecture.id} : {quoi}", *reste]


def _essayer(c: Contexte, e: Ecriture, agenda: AgendaAmi, telechargement: bool) -> Lecture:
    """Lire un agenda ; l'un ne se lit pas, les autres si."""
    try:
        return _lire_un(c, e, agenda, telechargement)
    except Echec as echec:
        return Lecture(agenda.id, refus=f"{echec.fait} {echec.remede}".strip())


def _lire_un(c: Contexte, e: Ecriture, agenda: AgendaAmi, telechargement: bool) -> Lecture:
    """Lire la source, comparer, poser."""
    contenus, lue = _prendre(c, agenda, telechargement)
    if contenus is None:
        return Lecture(agenda.id)
    lus = reunir(agenda.nom, [entree.lire(c, octets, agenda.nom) for octets in contenus])
    connues = entree.Connues(c.arbre, entree.provenance(c, agenda))
    sus, otes = entree.sans_nom(c, lus)
    titres: list[str] = []

    def ont_lieu(douteux: list[str]) -> bool:
        titres.extend(douteux)
        return False

    tranche = entree.trancher(sus, entree.gardee_telle_quelle(connues), ont_lieu)
    plan = entree.planifier(c, tranche, agenda, connues)
    avis = [
        *otes.avis(),
        *plan.avis,
        *lus.avis,
        *(f"« {titre} » : pris comme annulé, son titre le dit." for titre in titres),
    ]
    laisses = [*otes.laisses(), *import_dit.reste(plan, c.horloge.aujourdhui()), *lus.laisses]
    if not plan.est_vide or lue != agenda:
        avis += [suite.strip() for suite in entree.poser(c, e, plan)]
        moment = c.horloge.murale().isoformat(timespec="minutes")
        AGENDAS_AMIS.corriger(e, agenda, structs.replace(lue, lu_le=moment))
    return _compte(agenda, plan, tuple(laisses), tuple(avis))


def _compte(agenda: AgendaAmi, plan: Plan, laisses: tuple[str, ...], avis: tuple[str, ...]) -> Lecture:
    return Lecture(
        agenda.id,
        neufs=len(plan.neufs) + len(plan.series),
        changes=len(plan.changes) + len(plan.series_changees) + len(plan.retires),
        laisses=laisses,
        avis=avis,
    )


def _prendre(c: Contexte, agenda: AgendaAmi, telechargement: bool) -> tuple[list[bytes] | None, AgendaAmi]:
    """Les fichiers de la source (`None` : inchangée), et l'agenda avec ce que son serveur en dit."""
    if "://" in agenda.source:
        if not telechargement:
            raise ErreurUsage(
                "il est sur le réseau, et l'outil n'y va que si on le demande.",
                f"tl prog reseau lire {agenda.id} --telecharger",
            )
        source, etag, modifie = agenda.source, agenda.etag, agenda.modifie
        reponse = entree.hors_du_verrou(
            c, ("telecharger", source), lambda: telecharger(source, etag, modifie)
        )
        lu = structs.replace(agenda, etag=reponse.etag, modifie=reponse.modifie)
        return (None if reponse.octets is None else [reponse.octets]), lu
    if not agenda.source:
        raise ErreurUsage("on ne sait pas où le lire.", f'tl prog reseau creer "{agenda.nom}"')
    chemin = c.lieu.racine / Path(agenda.source).expanduser()
    if not chemin.is_dir():
        return [entree.octets(chemin)], agenda
    fichiers = sorted(f for f in chemin.glob("*.ics") if f.is_file())
    if not fichiers or len(fichiers) > FICHIERS_MAXIMAUX:
        raise ErreurUsage(f"{len(fichiers)} fichiers .ics dans {chemin}.", f"De 1 à {FICHIERS_MAXIMAUX}.")
    return [entree.octets(fichier) for fichier in fichiers], agenda
