"""`tl espace entretien fait` : ce qui est fait, par qui, avec quel verdict."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from tiers_lieu_cli.espace.entretien import fiches, regles
from tiers_lieu_cli.espace.entretien.modele import (
    ENTRETIENS,
    Entretien,
    Intervention,
    Sorte,
)
from tiers_lieu_cli.espace.entretien.options import Lequel, Note, Par, Prestataire, charge
from tiers_lieu_cli.noyau import texte
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import saisie, temps

app = Application()


@app.ecrit("fait")
def fait(
    c: Contexte,
    e: Ecriture,
    ident: Lequel,
    le: Annotated[str, typer.Option("--le", metavar="JOUR", help="Le jour où ce fut fait.")] = "aujourd'hui",
    par: Par = "",
    prestataire: Prestataire = "",
    conforme: Annotated[
        bool | None, typer.Option("--conforme/--non-conforme", help="Le verdict d'un contrôle.")
    ] = None,
    note: Note = "",
) -> Fait:
    """Dire qu'un entretien est fait : ce qui revient est reporté, une panne est close.

    Un contrôle non conforme ouvre une panne à réparer.

    Exemples :
        tl espace entretien fait extincteurs --prestataire "Sécuri-feu" --conforme
        tl espace entretien fait purger-les-radiateurs --le hier --par @karim
    """
    jour = saisie.lire_jour_venu(le, c.horloge.murale())
    ancien = ENTRETIENS.exiger(c.arbre, ident)
    qui = charge(c, "", par, prestataire)
    intervention = Intervention(
        id=identifiants.date_de(jour, ancien.id, "entretien", c.hasard),
        entretien=ancien.id,
        le=jour,
        par=qui.par or ancien.par,
        prestataire=qui.prestataire or ancien.prestataire,
        conforme=conforme,
        note=texte.ligne(note, "Une note", vide=True),
    )
    nouveau = fiches.clore(e, ancien, intervention, c.horloge.murale())
    suite = "tl espace entretien liste"
    if conforme is False:
        panne = regles.a_reparer(nouveau, jour, c.hasard)
        ENTRETIENS.poser(e, panne)
        suite = f"réparer, puis tl espace entretien fait {panne.id}"
    return _fait(nouveau, c.horloge.aujourdhui(), suite)


def _fait(e: Entretien, jour: date, suite: str) -> Fait:
    prochain = regles.du_le(e, {}) if e.tous_les else None
    rouverte = " La salle est rouverte." if e.hors_service and e.sorte is Sorte.PANNE else ""
    encore = f" La prochaine fois : {temps.dire_jour(prochain, jour)}." if prochain else ""
    return Fait(
        id=e.id,
        action="espace.entretien.fait",
        histoire=f"Fait : {e.titre}",
        phrase=f"Fait : {e.titre}.{rouverte}{encore}",
        suite=suite,
    )
