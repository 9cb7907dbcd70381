"""`tl donnees effacer` : oublier quelqu'un, ici puis partout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble import documents
from tiers_lieu_cli.ensemble.donnees import epoques, reecriture
from tiers_lieu_cli.ensemble.donnees import recu as recus
from tiers_lieu_cli.ensemble.donnees.endroits import chercher, sans_elle
from tiers_lieu_cli.ensemble.donnees.recu import Recu
from tiers_lieu_cli.ensemble.donnees.traces import Traces
from tiers_lieu_cli.noyau.contexte import Contexte, completion, ouvrir, personnes_a_citer
from tiers_lieu_cli.noyau.depot import moyeu, roles
from tiers_lieu_cli.noyau.echecs import Echec, ErreurUsage
from tiers_lieu_cli.noyau.ecran.aide import Application
from tiers_lieu_cli.noyau.ecran.options import Essai, Json, Oui
from tiers_lieu_cli.noyau.gens.douane import HorsDuRole
from tiers_lieu_cli.noyau.gens.personnes import DOSSIER, EFFACEES, Personne, tel_quel
from tiers_lieu_cli.noyau.sorties import Ecraser, Sorties

app = Application()


@app.action("effacer")
def effacer(
    ctx: typer.Context,
    qui: Annotated[
        str,
        typer.Argument(metavar="@QUI", help="La personne.", autocompletion=completion(personnes_a_citer)),
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
        tl donnees effacer @karim --oui --recu ~/recu.md
    """
    c = ouvrir(ctx)
    depot = c.registre.depot
    personne = c.registre.exiger(qui)
    if not roles.permis(depot.role, (trace := EFFACEES.genre.chemin(personne.id))):
        raise HorsDuRole(depot.role, trace)
    sorties = Sorties(c, ecraser=ecraser)
    if recu is not None:
        recu = sorties.reserver(recu)
    prevues, restera = epoques.prevoir(depot, personne.id)
    endroits = [
        e for e in chercher(c, prevues) if not e.chemin.startswith(f"{DOSSIER}/") or restera(e.chemin)
    ]
    recrits = {chemin: octets for t in prevues for chemin, octets in sans_elle(c, endroits, t).items()}
    dresse = recus.dresser(c, personne, endroits, recrits)
    if not json and (essai or not oui):
        _montrer(c, dresse, fait=False)
    if not (oui or essai) and not _confirmer(c, personne):
        c.ecran.dire("Rien n'est effacé.")
        return
    commit = None
    if not essai:
        faits = _rendre_opaque(c, recrits, personne.id)
        documents.effacer(c, c.registre.anciens(personne.id))
        with c.ecriture(depot) as ecriture:
            commit, traces = epoques.effacer(
                depot, ecriture, personne.id, c.horloge.aujourdhui(), c.horloge.maintenant()
            )
            for avis in ecriture.avis:
                c.ecran.avertir(avis)
        dresse = recus.apres(c, dresse, chercher(c, traces), faits)
        if recu is not None:
            with sorties:
                page = recus.page(c, dresse, lambda texte: opaque(texte, traces))
                sorties.ecrire(recu, [page.encode()])
    if json:
        c.ecran.json({"id": personne.id, "commit": commit, "recu": dresse})
        return
    if essai:
        c.ecran.dire("Essai, rien n'est effacé.")
        return
    c.ecran.dire(f"Le registre a oublié {personne.nom} ; il n'en reste que {tel_quel(personne.id)}.")
    _montrer(c, dresse, fait=True)
    if moyeu.liee(depot):
        c.ecran.dire("  Ensuite : tl synchroniser, ici puis sur chaque poste")


def opaque(texte: str, traces: Iterable[Traces]) -> str:
    """Ce texte, où l'effacé n'est plus que son identifiant."""
    for t in traces:
        texte = t.opaque(texte)
    return texte


def _rendre_opaque(c: Contexte, recrits: Mapping[str, bytes], ident: str) -> list[str]:
    """Récrire dans l'archive les fichiers présents qui la nomment ; rend ceux qui le sont.

    Un fichier que la main a changé, ou que ce rôle ne change pas, reste comme il est : le reçu le nomme.
    """
    if not recrits:
        return []
    poses = []
    try:
        with c.ecriture() as ecriture:
            for chemin, octets in recrits.items():
                with suppress(Echec):
                    ecriture.remplacer(chemin, octets)
                    poses.append(chemin)
            if poses:
                ecriture.enregistrer(f"Mentions rendues opaques : {ident}", reecriture.ACTION)
    except Echec as echec:
        c.ecran.avertir(f"Son nom reste dans l'archive : {echec.fait}")
        return []
    return poses


def _confirmer(c: Contexte, personne: Personne) -> bool:
    if not c.ecran.interactif:
        raise ErreurUsage(
            f"C'est définitif : à confirmer pour {personne.nom}.",
            f"L'effacer : {c.questions.redite('--oui')}",
        )
    return c.ecran.confirmer(
        f"Effacer {personne.nom} ? C'est définitif, sur ce poste puis sur chaque poste à sa prochaine "
        "synchronisation."
    )


def _montrer(c: Contexte, dresse: Recu, *, fait: bool) -> None:
    for ligne in recus.lignes(c, dresse, fait=fait):
        c.ecran.dire(ligne)
