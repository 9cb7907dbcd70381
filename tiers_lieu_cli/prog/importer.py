"""`tl importer` : faire entrer un agenda venu d'ailleurs, après l'avoir montré."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

import typer
from msgspec import structs

from tiers_lieu_cli.noyau.agenda.agenda_lu import AgendaLu, lire_agenda
from tiers_lieu_cli.noyau.contexte import Contexte, ouvrir
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.series import dire_regle
from tiers_lieu_cli.noyau.temps import saisie, temps
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.texte import en_tirets
from tiers_lieu_cli.prog import entree, regles
from tiers_lieu_cli.prog.importation import Plan
from tiers_lieu_cli.prog.modele import CALENDRIERS, Calendrier

app = Application("Faire entrer un agenda venu d'ailleurs.")
#: Ce qu'on cite dans un aperçu.
CITES = 12
_HORIZON = timedelta(days=366)


@app.action("ics")
def ics(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FICHIER", help="Le fichier .ics, ou son adresse file://.")
    ],
    suivre: Annotated[
        str,
        typer.Option(
            "--suivre", metavar="NOM", help="C'est l'agenda d'un lieu ami : montré à part, relu en entier."
        ),
    ] = "",
    du: Annotated[str | None, typer.Option("--du", metavar="DATE", help="Rien avant ce jour.")] = None,
    au: Annotated[str | None, typer.Option("--au", metavar="DATE", help="Rien après ce jour.")] = None,
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Importer un agenda (.ics), aperçu d'abord ; l'importer encore ne double rien.

    Exemples :
        tl importer ics agenda.ics
        tl importer ics fablab.ics --suivre "Fablab d'à côté"
    """
    c = ouvrir(ctx)
    chemin = _chemin(source)
    maintenant = c.horloge.murale()
    agenda = lire_agenda(
        entree.octets(chemin),
        nom_du_fichier=chemin.name,
        fuseau=c.lieu.fuseau,
        aujourdhui=maintenant.date(),
        du=saisie.lire_jour(du, maintenant, Sens.LIBRE) if du else None,
        au=saisie.lire_jour(au, maintenant, Sens.LIBRE) if au else None,
    )
    calendrier = _calendrier(c, suivre)
    lus = entree.sans_nom(c, agenda)
    plan = _planifier(c, lus, calendrier)
    if not json:
        _apercu(c, agenda, plan, lus.tus)
    if plan.est_vide:
        c.ecran.json(_bilan(chemin, plan, None)) if json else c.ecran.dire("Rien de neuf : tout y est déjà.")
        return
    if essai or not _accepte(c, source, oui):
        c.ecran.json(_bilan(chemin, plan, None)) if json else c.ecran.dire("Rien n'est importé.")
        return
    with c.ecriture() as ecriture:
        plan = _planifier(c, lus, calendrier)
        entree.poser(c, ecriture, plan)
        if calendrier:
            _poser_calendrier(c, ecriture, calendrier)
        commit = ecriture.enregistrer(f"Import d'un agenda : {_compter(plan)}", "importer.ics")
    if json:
        c.ecran.json(_bilan(chemin, plan, commit))
    else:
        c.ecran.dire(f"Importé : {_compter(plan)}.")
        premiers = [str(e.creneau.premier_jour) for e in [*plan.neufs, *(n for _, n in plan.changes)]]
        premiers += [s.recurrence.du for s in [*plan.series, *(n for _, n in plan.series_changees)]]
        c.ecran.dire(f"  Ensuite : tl prog semaine --du {min(premiers)}")


def _planifier(c: Contexte, lus: entree.Lus, calendrier: Calendrier | None) -> Plan:
    return entree.planifier_un_suivi(c, lus, calendrier) if calendrier else entree.planifier(c, lus)


def _compter(plan: Plan) -> str:
    """« 3 événements neufs, 1 série neuve, 2 mis à jour »."""
    comptes = (
        (len(plan.neufs), "événements neufs"),
        (len(plan.series), "séries neuves"),
        (len(plan.changes) + len(plan.series_changees), "mis à jour"),
    )
    return ", ".join(f"{nombre} {quoi}" for nombre, quoi in comptes if nombre)


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


def _accepte(c: Contexte, source: str, oui: bool) -> bool:
    if oui:
        return True
    if not c.ecran.interactif:
        raise ErreurUsage("Rien n'est encore importé.", f"Pour le faire : tl importer ics {source} --oui")
    return c.ecran.confirmer("Importer ?")


def _calendrier(c: Contexte, nom: str) -> Calendrier | None:
    """L'agenda suivi de ce nom, connu ou à connaître ; `None` si ce n'en est pas un."""
    if not nom:
        return None
    c.registre.refuser_le_prive(nom)
    ident = en_tirets(nom, "agenda")
    return CALENDRIERS.une(c.arbre, ident) or Calendrier(id=ident, nom=" ".join(nom.split()))


def _poser_calendrier(c: Contexte, ecriture: Ecriture, calendrier: Calendrier) -> None:
    lu = structs.replace(calendrier, lu_le=c.horloge.murale().isoformat(timespec="minutes"))
    if CALENDRIERS.une(c.arbre, calendrier.id) is None:
        CALENDRIERS.poser(ecriture, lu)
    else:
        CALENDRIERS.corriger(ecriture, calendrier, lu)


def _bilan(chemin: Path, plan: Plan, commit: str | None) -> dict[str, object]:
    return {
        "id": chemin.name,
        "commit": commit,
        "neufs": [e.id for e in (*plan.series, *plan.neufs)],
        "changes": [nouveau.id for _, nouveau in (*plan.series_changees, *plan.changes)],
        "gardes": [e.id for e in plan.gardes],
        "inchanges": plan.inchanges,
    }


def _apercu(c: Contexte, agenda: AgendaLu, plan: Plan, tus: int) -> None:
    """Ce qui serait fait, avant de le faire."""
    aujourdhui = c.horloge.aujourdhui()
    c.ecran.titre(agenda.nom or "Agenda sans nom", f"{len(agenda.evenements)} événements lus")
    for signe, evenements in (("+", plan.neufs), ("≠", [nouveau for _, nouveau in plan.changes])):
        for e in sorted(evenements, key=lambda e: e.debut)[:CITES]:
            ecart = regles.dire_ecart(e, aujourdhui)
            c.ecran.dire(
                f"  {signe} {temps.dire_creneau(e.creneau, aujourdhui)} · {e.titre}{ecart and f' · {ecart}'}"
            )
        if len(evenements) > CITES:
            c.ecran.dire(f"  {signe} … et {len(evenements) - CITES} autres")
    for signe, series in (("+", plan.series), ("≠", [nouvelle for _, nouvelle in plan.series_changees])):
        for s in series:
            c.ecran.dire(f"  {signe} {dire_regle(s.recurrence)} · {s.titre}")
    for garde in plan.gardes:
        dit = f"« {garde.titre} » a changé là-bas et ici : la version d'ici est gardée ({garde.id})."
        c.ecran.dire(f"  ! {dit}")
    if plan.inchanges:
        c.ecran.dire(f"  = {plan.inchanges} déjà là, inchangés")
    if tus:
        c.ecran.dire(f"  ! {tus} laissés : ils nomment une personne du registre.")
    for defaut in agenda.defauts:
        c.ecran.avertir(f"  ! {defaut}")
