"""`tl importer` : faire entrer un agenda venu d'ailleurs, après l'avoir montré."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, restreindre
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import conges, entree, import_dit
from tiers_lieu_cli.prog.import_dit import CITES
from tiers_lieu_cli.prog.importation import Importee, Plan
from tiers_lieu_cli.prog.modele import AGENDAS_AMIS, AgendaAmi, Evenement

app = Application()


@app.ecrit("ics", oui=True)
def ics(
    c: Contexte,
    e: Ecriture,
    source: Annotated[
        str, typer.Argument(metavar="FICHIER", help="Le fichier .ics, ou son adresse file://.")
    ],
    suivre: Annotated[
        str,
        typer.Option(
            "--suivre", metavar="NOM", help="C'est l'agenda d'un lieu ami : montré à part, relu en entier."
        ),
    ] = "",
    periode: Annotated[
        str,
        typer.Option(
            "--periode", metavar="NOM", help="Ce sont des congés : les noter dans cette période du lieu."
        ),
    ] = "",
    programme: Annotated[
        bool, typer.Option("--programme", help="Au programme, même des jours qui semblent des congés.")
    ] = False,
    du: Annotated[
        str | None, typer.Option("--du", metavar="JOUR", help="Seulement ce qui n'est pas fini ce jour-là.")
    ] = None,
    au: Annotated[
        str | None, typer.Option("--au", metavar="JOUR", help="Seulement ce qui a commencé ce jour-là.")
    ] = None,
) -> Fait | Rien:
    """Importer un agenda (.ics), aperçu d'abord ; l'importer encore ne double rien.

    Une série entre entière, exceptions comprises. Ce que vous avez changé ici reste, champ par champ ; le
    reste suit l'agenda. Des vacances ou des fériés se notent comme périodes, que les séries sautent.

    Exemples :
        tl importer ics agenda.ics
        tl importer ics fablab.ics --suivre "Fablab d'à côté"
        tl importer ics vacances-2027.ics --periode vacances-scolaires
    """
    chemin = _chemin(source)
    maintenant = c.horloge.murale()
    agenda = restreindre(
        entree.lire(c, entree.octets(chemin), chemin.name),
        saisie.lire_jour(du, maintenant, Sens.LIBRE) if du else None,
        saisie.lire_jour(au, maintenant, Sens.LIBRE) if au else None,
    )
    sus, otes = entree.sans_nom(c, agenda)
    if nom := "" if suivre or programme else periode or conges.proposer(c, sus):
        return conges.noter(c, e, sus, nom)
    calendrier = _calendrier(c, suivre)
    connues = entree.Connues(c.arbre, entree.provenance(c, calendrier))
    tranche = entree.trancher(sus, entree.gardee_telle_quelle(connues), lambda titres: _ont_lieu(c, titres))
    plan = entree.planifier(c, tranche, calendrier, connues, otes)
    laisses = [*otes.laisses(connues), *agenda.laisses]
    restent = (*import_dit.reste(plan, c.horloge.aujourdhui()), *laisses)
    dehors = [f"  ! {phrase}" for phrase in restent]
    avis = [f"  ! {phrase}" for phrase in (*otes.avis(), *plan.avis, *agenda.avis)]
    bilan = _bilan(chemin, plan, agenda, otes)
    if plan.est_vide:
        return _rien(plan, dehors, avis, bilan)
    apercu = [*_apercu(c, agenda, plan), *dehors, *avis]
    c.confirmer("Importer ?", apercu)
    suites = [*entree.poser(c, e, plan)]
    if calendrier:
        _poser_calendrier(c, e, calendrier)
    # Ce que l'aperçu vient de montrer ne se redit pas.
    lignes = [*(apercu if c.questions.oui or c.questions.essai else dehors), *suites]
    return Fait(
        id=chemin.name,
        action="importer.ics",
        histoire=f"Import d'un agenda : {_compter(plan)}",
        phrase=f"Importé : {_compter(plan)}.",
        lignes=lignes,
        suite=f"tl prog semaine {_premier_jour(plan, str(maintenant.date()))}",
        details=bilan,
    )


def _rien(plan: Plan, dehors: list[str], avis: list[str], bilan: dict[str, object]) -> Rien:
    """« Rien de neuf » ne se dit que si tout y est."""
    if dehors:
        quoi = f"{plan.inchanges} déjà là ; le reste n'entre pas :" if plan.inchanges else "Rien n'entre :"
    elif plan.inchanges:
        quoi = "Rien de neuf : tout y est déjà."
    else:
        quoi = "Rien à importer : cet agenda est vide."
    return Rien(phrase=quoi, lignes=[*dehors, *avis], details=bilan)


def _premier_jour(plan: Plan, aujourdhui: str) -> str:
    evenements = (*plan.neufs, *(nouveau for _, nouveau in plan.changes))
    jours = [str(e.creneau.premier_jour) for e in evenements]
    for s in (*plan.series, *(nouvelle for _, nouvelle in plan.series_changees)):
        finie = s.recurrence.au and s.recurrence.au < aujourdhui
        jours.append(s.recurrence.du if finie else max(s.recurrence.du, aujourdhui))
    return min(jours, default=aujourdhui)


def _ont_lieu(c: Contexte, titres: list[str]) -> bool:
    cites = " ; ".join(f"« {titre} »" for titre in titres[:CITES])
    question = f"Seul leur titre les dit annulés : {cites}. Ont-ils lieu quand même ?"
    return False if c.questions.oui else c.accorder(question)


def _compter(plan: Plan) -> str:
    """« 3 événements neufs, 1 série neuve, 2 mis à jour »."""
    comptes = (
        (len(plan.neufs), "événement neuf", "événements neufs"),
        (len(plan.series), "série neuve", "séries neuves"),
        (len(plan.changes) + len(plan.series_changees), "mis à jour", "mis à jour"),
        (len(plan.retires), "retiré", "retirés"),
    )
    return ", ".join(
        f"{nombre} {un if nombre == 1 else plusieurs}" for nombre, un, plusieurs in comptes if nombre
    )


def _chemin(source: str) -> Path:
    adresse = urlsplit(source)
    if adresse.scheme in ("http", "https", "webcal"):
        raise ErreurUsage(
            f"« {source} » est sur le réseau, et l'outil n'y va pas de lui-même.",
            "Télécharger le fichier, puis donner son nom.",
        )
    if adresse.scheme == "file" and adresse.netloc not in ("", "localhost"):
        raise ErreurUsage(
            f"« {source} » désigne un autre ordinateur.", "Copier le fichier ici, puis donner son nom."
        )
    return Path(unquote(adresse.path) if adresse.scheme == "file" else source).expanduser()


def _calendrier(c: Contexte, nom: str) -> AgendaAmi | None:
    """L'agenda suivi de ce nom, connu ou à connaître ; `None` si ce n'en est pas un."""
    if not nom:
        return None
    ident = en_tirets(nom, "agenda")
    return AGENDAS_AMIS.une(c.arbre, ident) or AgendaAmi(id=ident, nom=" ".join(nom.split()))


def _poser_calendrier(c: Contexte, ecriture: Ecriture, calendrier: AgendaAmi) -> None:
    lu = structs.replace(calendrier, lu_le=temps.ecrire_moment(c.horloge.murale()))
    if AGENDAS_AMIS.une(c.arbre, calendrier.id) is None:
        AGENDAS_AMIS.poser(ecriture, lu)
    else:
        AGENDAS_AMIS.corriger(ecriture, calendrier, lu)


def _bilan(chemin: Path, plan: Plan, agenda: AgendaLu, otes: entree.Otes) -> dict[str, object]:
    return {
        "fichier": chemin.name,
        "neufs": [f.id for f in (*plan.series, *plan.neufs)],
        "changes": [f.id for _, f in (*plan.series_changees, *plan.changes)],
        "retires": [f.id for f in plan.retires],
        "gardes": [f.id for f, _ in plan.gardes],
        "anciens": [f.id for f in plan.anciens],
        "heurts": [f.id for f, _ in plan.heurts],
        "inchanges": plan.inchanges,
        "laisses": [*agenda.laisses],
        "nomment": otes.nommes,
        "contacts_otes": otes.contacts,
        "avis": [*plan.avis, *agenda.avis],
    }


def _apercu(c: Contexte, agenda: AgendaLu, plan: Plan) -> Iterator[str]:
    """Ce qui serait fait, avant de le faire."""
    comptes = ((len(agenda.evenements), "événement"), (len(agenda.series), "série"))
    lus = ", ".join(f"{n} {quoi}{'s' * (n > 1)}" for n, quoi in comptes if n)
    yield f"{agenda.nom or 'Agenda sans nom'}  ({lus})" if lus else agenda.nom or "Agenda sans nom"
    neufs: list[Importee] = [*plan.series, *plan.neufs]
    changes: list[Importee] = [*(n for _, n in plan.series_changees), *(n for _, n in plan.changes)]
    for signe, fiches in (("+", neufs), ("≠", changes), ("-", plan.retires)):
        for fiche in sorted(fiches, key=_quand)[:CITES]:
            yield f"  {signe} {import_dit.dire(fiche, c.horloge.aujourdhui())}"
        if len(fiches) > CITES:
            yield f"  {signe} … et {len(fiches) - CITES} autres"
    if plan.inchanges:
        yield f"  = {plan.inchanges} déjà là, inchangé{'s' * (plan.inchanges > 1)}"


def _quand(fiche: Importee) -> str:
    return fiche.debut if isinstance(fiche, Evenement) else fiche.recurrence.du
