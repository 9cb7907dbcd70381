"""`tl espace entretien modifier` : une tâche, une panne ou un contrôle, redit."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from tiers_lieu_cli.espace.entretien.modele import ENTRETIENS
from tiers_lieu_cli.espace.entretien.options import Lequel
from tiers_lieu_cli.espace.modele import SALLES
from tiers_lieu_cli.noyau import modification, texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.liens import PersonneCitee, SalleCitee
from tiers_lieu_cli.noyau.modification import lu
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import delais, saisie

app = Application()


class Dits(msgspec.Struct, frozen=True):
    """Ce qu'on change d'un entretien ; `None` : on n'en a rien dit, vide : on l'ôte."""

    titre: Annotated[str | None, typer.Option("--titre", help="Ce qu'il faut faire.")] = None
    tous_les: Annotated[
        str | None,
        typer.Option("--tous-les", metavar="PÉRIODE", help="10 jours, 3 mois, 1 an ; vide : une fois."),
    ] = None
    pour: Annotated[
        str | None, typer.Option("--le", metavar="JOUR", help="Pour quand ; vide : sans date.")
    ] = None
    salle: Annotated[SalleCitee | None, typer.Option("--salle", help="La salle concernée.")] = None
    par: Annotated[PersonneCitee | None, typer.Option("--par", help="Qui s'en charge.")] = None
    prestataire: Annotated[
        str | None, typer.Option("--prestataire", metavar="SOCIÉTÉ", help="La société qui s'en charge.")
    ] = None
    note: Annotated[str | None, typer.Option("--note", help="Ce qu'il faut savoir de plus.")] = None


@app.ecrit("modifier", dits=Dits)
def modifier(c: Contexte, e: Ecriture, lequel: Lequel, dits: Dits) -> Fait:
    """Changer une tâche, une panne ou un contrôle ; seul ce qu'on donne change.

    Exemple :
        tl espace entretien modifier purger-les-radiateurs --le "15 octobre" --par @karim
    """
    ancien = ENTRETIENS.exiger(c.arbre, lequel)
    nouveau = modification.changer(
        ancien,
        titre=lu(dits.titre, texte.ligne, "Le titre"),
        tous_les=dits.tous_les and delais.lire(dits.tous_les),
        pour_le=modification.RIEN if dits.pour == "" else lu(dits.pour, saisie.lire_jour, c.horloge.murale()),
        salle=dits.salle and SALLES.designer(c.arbre, dits.salle),
        par=dits.par and c.registre.designer(dits.par),
        prestataire=lu(dits.prestataire, texte.ligne, "Le nom d'une société", vide=True),
        note=lu(dits.note, texte.ligne, "Une note", vide=True),
    )
    ENTRETIENS.corriger(e, ancien, nouveau)
    return modification.fait(
        ancien,
        nouveau,
        action="espace.entretien.modifier",
        histoire=f"Entretien modifié : {nouveau.titre}",
        nom=f"« {nouveau.titre} »",
        jour=c.horloge.aujourdhui(),
        suite=f"tl espace entretien fiche {nouveau.id}",
    )
