"""`tl espace exporter` : les réservations, pour un tableur (CSV) ou un agenda (ICS)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from tiers_lieu_cli.espace import occupations
from tiers_lieu_cli.espace.echange.publication import Agenda
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.espace.planning.fiches import promesses
from tiers_lieu_cli.espace.regles import Occupation
from tiers_lieu_cli.espace.reservation.modele import Etat, Promesse
from tiers_lieu_cli.espace.reservation.regles import occuper
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.agenda.flux import ecrire_flux
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.liens import SalleCitee
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import A_L_ECRAN, Vers, forme
from tiers_lieu_cli.noyau.temps import saisie
from tiers_lieu_cli.noyau.temps.saisie import Sens
from tiers_lieu_cli.noyau.temps.temps import Creneau

app = Application()
#: Sans dernier jour dit, on exporte un trimestre.
TRIMESTRE = timedelta(days=91)
COLONNES = ("id", "salle", "début", "fin", "objet", "pour", "personnes", "état", "montage", "démontage")
#: Ce qui n'a pas lieu reste dans l'export, et le dit.
_PASSEES = (Etat.ANNULEE, Etat.REFUSEE)


class Format(StrEnum):
    """La forme de l'export."""

    CSV = "csv"
    ICS = "ics"


@app.lit("exporter", vers=Vers)
def exporter(
    c: Contexte,
    du: Annotated[str, typer.Option("--du", metavar="JOUR", help="Premier jour.")] = "aujourd'hui",
    au: Annotated[str, typer.Option("--au", metavar="JOUR", help="Dernier jour ; sinon, un trimestre.")] = "",
    salle: Annotated[SalleCitee, typer.Option("--salle", help="Une seule salle.")] = "",
    format: Annotated[
        Format | None, typer.Option("--format", help="La forme voulue ; sinon, selon --sortie, ou csv.")
    ] = None,
    noms: Annotated[
        bool, typer.Option("--noms", help="Avec le nom des personnes : à garder pour soi.")
    ] = False,
    vers: Vers = A_L_ECRAN,
    json: Json = False,
) -> None:
    """Exporter les réservations et les dates de séries ; les réimporter ne double rien.

    Exemples :
        tl espace exporter --du 2026-01-01 --au 2026-12-31 --sortie ~/reservations.csv
        tl espace exporter --salle salle-rez --sortie ~/salle.ics
    """
    maintenant = c.horloge.murale()
    premier = saisie.lire_jour(du, maintenant, Sens.LIBRE)
    dernier = saisie.lire_jour(au, maintenant, Sens.LIBRE) if au else premier + TRIMESTRE
    if dernier < premier:
        raise ErreurUsage("La période finit avant de commencer.", "Donner --du avant --au.")
    fenetre = Creneau.de_jours(premier, dernier)
    voulue = SALLES.designer(c.arbre, salle) if salle else ""
    if forme(Format, format, vers.sortie, ecran=Format.CSV) is Format.ICS:
        agenda = Agenda(c, fenetre, interne=True)
        salles = [voulue] if voulue else list(agenda.graphe.salles)
        publications = [p for s in salles for p in agenda.de(s)]
        octets, combien = (
            b"".join(ecrire_flux(c.lieu.reglages.nom, publications, c.lieu.fuseau)),
            len(publications),
        )
    else:
        lignes = list(_lignes(c, fenetre, voulue, noms=noms))
        octets, combien = fichiers.ecrire_tableau(COLONNES, lignes), len(lignes)
    if vers.sortie is None:
        if json:
            c.ecran.json({"fichier": None, "reservations": combien, "document": octets.decode("utf-8-sig")})
        else:
            c.ecran.sortie.buffer.write(octets)
        return
    sortie = vers.ecrire(c, octets, noms=noms)
    if json:
        c.ecran.json({"fichier": str(sortie), "reservations": combien})
    else:
        c.ecran.dire(f"{combien} réservation{'s' * (combien > 1)} dans {sortie}.")


def _lignes(c: Contexte, fenetre: Creneau, salle: str, *, noms: bool) -> Iterator[tuple[str, ...]]:
    """Une ligne par réservation ou date de série, dans l'ordre du temps."""
    prises = occupations.de_la_fenetre(c.arbre, fenetre, c.horloge.murale())
    eteintes = [
        occuper(r) for r in occupations.reservations_de(c.arbre, fenetre).fiches if r.etat in _PASSEES
    ]
    toutes = {o.id: o for o in [*prises, *eteintes] if salle in ("", o.salle)}
    connues = promesses(c.arbre, toutes)
    for o in sorted(toutes.values(), key=lambda o: (o.creneau.debut, o.id)):
        if o.id in connues:
            yield _ligne(c, o, connues, noms=noms)


def _ligne(c: Contexte, o: Occupation, connues: dict[str, Promesse], *, noms: bool) -> tuple[str, ...]:
    p, seance = connues[o.id], o.annonce
    fin = f"{seance.dernier_jour:%d/%m/%Y}" if seance.jours_entiers else f"{seance.fin:%d/%m/%Y %H:%M}"
    debut = f"{seance.debut:%d/%m/%Y}" if seance.jours_entiers else f"{seance.debut:%d/%m/%Y %H:%M}"
    return (
        o.id,
        o.salle,
        debut,
        fin,
        c.registre.montrer(p.objet) if noms else p.objet,
        c.registre.nom(p.pour) if noms else p.pour,
        str(p.personnes or ""),
        p.etat.value,
        str(p.montage or ""),
        str(p.demontage or ""),
    )
