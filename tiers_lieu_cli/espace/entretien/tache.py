"""`tl espace entretien creer` : une chose à faire, une fois ou régulièrement."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.entretien import regles
from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS, Entretien, Sorte
from tiers_lieu_cli.espace.entretien.options import Note, OuSalle, Par, Prestataire, charge
from tiers_lieu_cli.noyau import texte, valeurs
from tiers_lieu_cli.noyau.contexte import Contexte, completion
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.francais import tous_les
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, saisie, temps

app = Application()


def _controles(_: Contexte) -> list[tuple[str, str]]:
    return [(nom, f"{controle.titre}, {controle.source}") for nom, controle in regles.CONTROLES.items()]


@app.ecrit("creer")
def tache(
    c: Contexte,
    e: Ecriture,
    titre: Annotated[str, typer.Argument(help="Ce qu'il faut faire.")] = "",
    controle: Annotated[
        str,
        typer.Option(
            "--controle",
            metavar="LEQUEL",
            help="Un contrôle légal (Tab propose).",
            autocompletion=completion(_controles),
        ),
    ] = "",
    tous_les: Annotated[
        str, typer.Option("--tous-les", metavar="PÉRIODE", help="10 jours, 2 semaines, 3 mois, 1 an.")
    ] = "",
    apres_usage: Annotated[
        bool, typer.Option("--apres-usage", help="Chaque fois que la salle a servi.")
    ] = False,
    pour: Annotated[str, typer.Option("--le", metavar="JOUR", help="Pour quand, la première fois.")] = "",
    dernier: Annotated[
        str, typer.Option("--dernier", metavar="JOUR", help="Fait pour la dernière fois ce jour-là.")
    ] = "",
    salle: OuSalle = "",
    par: Par = "",
    prestataire: Prestataire = "",
    note: Note = "",
) -> Fait:
    """Ajouter une tâche ou un contrôle légal ; ce qui est dû se calcule à chaque lecture.

    Exemples :
        tl espace entretien creer "Purger les radiateurs" --tous-les "1 an" --le "15 octobre"
        tl espace entretien creer "Balayer" --salle salle-rez --apres-usage
        tl espace entretien creer --controle extincteurs --dernier 12/3/2026 --prestataire "Sécuri-feu"
    """
    modele = _modele(controle)
    dit = texte.ligne(titre or (modele.titre if modele else ""), "Le titre")
    if apres_usage and (tous_les or not salle):
        raise ErreurUsage(
            "Après l'usage de quelle salle ?", "« --apres-usage » demande --salle, et se passe de --tous-les."
        )
    maintenant = c.horloge.murale()
    periode = delais.lire(tous_les) if tous_les else modele.tous_les if modele else ""
    ou = charge(c, salle, par, prestataire)
    neuf = Entretien(
        id=regles.ident_neuf(
            dit,
            maintenant.date(),
            ENTRETIENS.idents(c.arbre),
            c.hasard,
            revient=bool(periode) or apres_usage,
        ),
        titre=dit,
        sorte=Sorte.CONTROLE if modele else Sorte.TACHE,
        tous_les=periode,
        apres_usage=apres_usage,
        pour_le=saisie.lire_jour(pour, maintenant) if pour else None,
        depuis=maintenant.date(),
        fait_le=saisie.lire_jour_venu(dernier, maintenant).isoformat() if dernier else "",
        note=texte.ligne(note, "Une note", vide=True),
        salle=ou.salle,
        par=ou.par,
        prestataire=ou.prestataire,
    )
    ENTRETIENS.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="espace.entretien.creer",
        histoire=f"À entretenir : {neuf.titre}",
        phrase=f"Noté : {neuf.titre}{_dire_rythme(neuf, maintenant.date())}.",
        suite=f"tl espace entretien fait {neuf.id}",
    )


def _modele(controle: str) -> regles.Controle | None:
    if not controle:
        return None
    permis, remede = valeurs.parmi(regles.CONTROLES), "Ou donner un titre et --tous-les."
    return regles.CONTROLES[valeurs.exiger(controle, permis, "un contrôle légal connu", remede)]


def _dire_rythme(e: Entretien, jour: date) -> str:
    if e.apres_usage:
        return ", chaque fois que la salle a servi"
    du = regles.du_le(e, {})
    assert du
    pour = f", pour {'aujourd’hui' if du == jour else temps.dire_jour(du, jour)}"
    return f"{pour}, puis {tous_les(e.tous_les)}" if e.tous_les else pour
