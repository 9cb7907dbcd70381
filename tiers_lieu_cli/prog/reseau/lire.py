"""`tl prog reseau lire` : relire les agendas des lieux amis."""

from __future__ import annotations

from typing import Annotated

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.liens import AgendaCite
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder
from tiers_lieu_cli.prog import entree, import_dit
from tiers_lieu_cli.prog.importation import Plan
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, AgendaAmi
from tiers_lieu_cli.prog.reseau import regles
from tiers_lieu_cli.prog.reseau.prendre import Pris, prendre
from tiers_lieu_cli.prog.reseau.regles import Lecture

app = Application()
#: Au-delà, on ne nomme plus tout le monde.
NOMMES = 12


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
    pris = prendre(c, voulus, telechargement)
    faites = [_essayer(c, e, agenda, pris[agenda.id]) for agenda in voulus]
    lignes = _dire_tout(faites)
    if all(lecture.refus for lecture in faites):
        raise Echec("\n".join([*lignes, "Aucun agenda n'a pu être lu."]))
    suite = "tl prog semaine\ntl prog reseau liste"
    if not e.poses:
        return Rien(phrase=lignes[0], lignes=lignes[1:], suite=suite, details={"lectures": faites})
    relus = [agenda.nom for agenda, lecture in zip(voulus, faites, strict=True) if not lecture.refus]
    dits = relus if len(relus) <= NOMMES else [*relus[:NOMMES], f"et {len(relus) - NOMMES} autres"]
    return Fait(
        id=voulus[0].id,
        action="prog.reseau.lire",
        histoire=f"Agendas relus : {', '.join(dits)}",
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


def _dire_tout(faites: list[Lecture]) -> list[str]:
    """Un agenda par ligne ; s'il y en a beaucoup, un compte, puis ceux qui demandent qu'on les regarde.

    Une panne ou trente, ce qu'il faut y faire se dit une fois.
    """
    remedes = [f"  → {remede}" for remede in dict.fromkeys(filter(None, (f.remede for f in faites)))]
    if len(faites) <= NOMMES:
        return [*(ligne for lecture in faites for ligne in _dire(lecture)), *remedes]
    a_voir = [lecture for lecture in faites if lecture.refus or lecture.laisses or lecture.avis]
    changes = [f"{f.id} ({f.neufs + f.changes})" for f in faites if f not in a_voir and f.neufs + f.changes]
    reste = [f"et {accorder(n, 'autre')} (--json les dit)"] if (n := len(changes) - NOMMES) > 0 else []
    dits = [f"  ont changé : {', '.join([*changes[:NOMMES], *reste])}"] if changes else []
    a_dire = (ligne for lecture in a_voir for ligne in _dire(lecture))
    return [regles.compter(faites), *dits, *a_dire, *remedes]


def _essayer(c: Contexte, e: Ecriture, agenda: AgendaAmi, pris: Pris) -> Lecture:
    """Faire entrer un agenda ; l'un ne se lit pas, les autres si."""
    if pris.refus is not None:
        return Lecture(agenda.id, refus=pris.refus.fait, remede=pris.refus.remede)
    try:
        return _entrer(c, e, agenda, pris)
    except Echec as echec:
        return Lecture(agenda.id, refus=echec.fait, remede=echec.remede)


def _entrer(c: Contexte, e: Ecriture, agenda: AgendaAmi, pris: Pris) -> Lecture:
    """Comparer, poser."""
    moment = temps.ecrire_moment(c.horloge.murale())
    redire = regles.est_a_redire(agenda, c.horloge.aujourdhui())
    if pris.lus is None:
        if redire:
            AGENDAS_AMIS.corriger(e, agenda, structs.replace(agenda, lu_le=moment))
        return Lecture(agenda.id)
    lus = pris.lus
    lue = structs.replace(agenda, etag=pris.etag, modifie=pris.modifie)
    connues = entree.Connues(c.arbre, entree.provenance(c, agenda))
    sus, otes = entree.sans_nom(c, lus)
    titres: list[str] = []

    def ont_lieu(douteux: list[str]) -> bool:
        titres.extend(douteux)
        return False

    tranche = entree.trancher(sus, entree.gardee_telle_quelle(connues), ont_lieu)
    plan = entree.planifier(c, tranche, agenda, connues, otes)
    avis = [
        *otes.avis(),
        *plan.avis,
        *lus.avis,
        *(f"« {titre} » : pris comme annulé, son titre le dit." for titre in titres),
    ]
    laisses = [*otes.laisses(connues), *import_dit.reste(plan, c.horloge.aujourdhui()), *lus.laisses]
    if not plan.est_vide or lue != agenda or redire:
        avis += [suite.strip() for suite in entree.poser(c, e, plan)]
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
