"""`tl donnees effacer` : oublier quelqu'un, ici puis partout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import documents
from tiers_lieu_cli.ensemble.donnees import epoques
from tiers_lieu_cli.ensemble.donnees import recu as recus
from tiers_lieu_cli.ensemble.donnees.recu import Recu
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.depot import moyeu
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.gens.personnes import Personne, tel_quel
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties

app = Application()


@app.action("effacer")
def effacer(
    ctx: typer.Context,
    qui: Annotated[
        str,
        typer.Argument(metavar="QUI", help="La personne.", autocompletion=completion(personnes_a_citer)),
    ],
    recu: Annotated[
        Path | None, typer.Option("--recu", help="Le fichier (Markdown) où garder le reçu.")
    ] = None,
    ecraser: Ecraser = False,
    oui: Oui = False,
    json: Json = False,
    essai: Essai = False,
) -> None:
    """Effacer une personne du registre, histoire comprise ; c'est définitif.

    L'archive garde son identifiant, montré « personne effacée ». Chaque autre poste l'efface à sa
    prochaine synchronisation.

    Exemples :
        tl donnees effacer @karim --essai
        tl donnees effacer @karim --oui --recu recu.md
    """
    c = ouvrir(ctx)
    depot = c.registre.depot
    personne = c.registre.exiger(qui)
    sorties = Sorties(c, ecraser=ecraser)
    if recu is not None:
        recu = sorties.reserver(recu)
    dresse = recus.dresser(c, personne)
    if not json and (essai or not oui):
        _montrer(c, dresse, fait=False)
    if not (oui or essai) and not _confirmer(c, personne):
        c.ecran.dire("Rien n'est effacé.")
        return
    commit = None
    if not essai:
        documents.effacer(c, c.registre.anciens(personne.id))
        with c.ecriture(depot) as ecriture:
            commit = epoques.effacer(
                depot, ecriture, personne.id, c.horloge.aujourdhui(), c.horloge.maintenant()
            )
            for avis in ecriture.avis:
                c.ecran.avertir(avis)
        if recu is not None:
            with sorties:
                sorties.ecrire(recu, [recus.page(c, dresse).encode()])
    if json:
        c.ecran.json({"id": personne.id, "commit": commit, "recu": dresse})
        return
    if essai:
        c.ecran.dire("Essai, rien n'est effacé.")
        return
    c.ecran.dire(f"Le registre a oublié {personne.nom} ; il n'en reste que {tel_quel(personne.id)}.")
    if oui:
        _montrer(c, dresse, fait=True)
    if moyeu.liee(depot):
        c.ecran.dire("  Ensuite : tl synchroniser, ici puis sur chaque poste")


def _confirmer(c: Contexte, personne: Personne) -> bool:
    if not c.ecran.interactif:
        raise ErreurUsage(
            f"C'est définitif : à confirmer pour {personne.nom}.",
            f"L'effacer : tl donnees effacer {personne.id} --oui",
        )
    return c.ecran.confirmer(
        f"Effacer {personne.nom} ? C'est définitif, sur ce poste puis sur chaque poste à sa prochaine "
        "synchronisation."
    )


def _montrer(c: Contexte, dresse: Recu, *, fait: bool) -> None:
    for ligne in recus.lignes(c, dresse, fait=fait):
        c.ecran.dire(ligne)
