"""`tl finance rgpd` : ce que la caisse sait d'un tiers, rendu ou effacé."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec import structs

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import carnets
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.options import LeTiers, actif, designer_tiers
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS, EMPREINTE, Piece
from tiers_lieu_cli.finance.rgpd.modele import PURGES, Purge, terme
from tiers_lieu_cli.finance.tiers.modele import TIERS, Tiers
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf

app = Application("Les données des tiers : les rendre, les effacer.")
#: Ce qu'une pièce comptable n'a pas à savoir, et qui s'efface d'abord.
_NON_COMPTABLES = ("courriel", "telephone", "peppol", "iban")


class EncoreEnCours(Echec):
    """On n'efface pas quelqu'un à qui l'on est en train de facturer."""

    def __init__(self, quoi: Sequence[str]) -> None:
        super().__init__(
            f"Ce tiers a encore {', '.join(quoi)}.",
            "Les émettre ou les ôter d'abord : tl finance facture retirer",
        )


@app.lit("exporter")
def exporter(
    c: Contexte,
    tiers: LeTiers,
    vers: Annotated[Path, typer.Option("--vers", help="Un dossier neuf, où tout écrire.")],
    json: Json = False,
) -> None:
    """Remettre à un tiers tout ce que la caisse sait de lui : un JSON, et ses pièces.

    Exemple :
        tl finance rgpd exporter "Amina Benali" --vers donnees-amina
    """
    caisse = caisses.ouvrir(c)
    trouve = designer_tiers(caisse, tiers)
    pieces = [p for p in caisse.livre.toutes if p.tiers == trouve.id]
    faits = [f for f in caisse.memoire.faits.values() if f.qui in trouve.liens]
    dossier = {"tiers": trouve, "identite": caisse.identite(trouve), "pieces": pieces, "faits": faits}
    with dossier_neuf(vers, noms=True) as chantier:
        octets = en_json(dossier)
        systeme.ecrire_abrite(chantier / "donnees.json", octets, 0o600)
        for piece in pieces:
            if caisse.coffre.contient(piece.documents.pdf):
                systeme.ecrire_abrite(
                    chantier / f"{piece.numero}.pdf", caisse.coffre.lire(piece.documents.pdf), 0o600
                )
    if json:
        c.ecran.json({"id": trouve.id, "dossier": str(vers), "pieces": len(pieces), "faits": len(faits)})
        return
    c.ecran.dire(f"{len(pieces)} pièces et {len(faits)} faits sont dans {vers}, avec ce qu'on sait de lui.")


@app.ecrit("effacer", depot=caisses.depot, oui=True)
def effacer(c: Contexte, e: Ecriture, tiers: LeTiers) -> Fait:
    """Effacer un tiers : ses liens et ses coordonnées ; ses pièces restent, restreintes, jusqu'à leur terme.

    Exemple :
        tl finance rgpd effacer "Amina Benali"
    """
    caisse = caisses.ouvrir(c)
    trouve, jour = actif(designer_tiers(caisse, tiers)), c.horloge.aujourdhui()
    _refuser_si_en_cours(caisse, trouve)
    pieces = [p for p in caisse.livre.toutes if p.tiers == trouve.id]
    fin = max((terme(p, caisse.droit) for p in pieces), default=None)
    recu = _recu(caisse, trouve, pieces, fin)
    c.confirmer(f"Effacer {caisse.nom(trouve.id)} ? C'est définitif.", recu)
    anciennes = _identites_d_hier(caisse, trouve)
    carnets.figer_ceux_de(caisse, e, trouve.id)
    if fin is None or fin <= jour:
        e.retirer(TIERS.genre.chemin(trouve.id))
    else:
        restee = structs.replace(caisse.identite(trouve), **dict.fromkeys(_NON_COMPTABLES, ""))
        empreinte = caisse.coffre.ranger(e, msgspec.json.encode(restee))
        anciennes -= {empreinte}
        TIERS.corriger(
            e, trouve, structs.replace(trouve, liens=(), voir=False, identite=empreinte, restreint=jour)
        )
    purge = Purge(
        id=identifiants.date_de(jour, "tiers", "tiers", c.hasard),
        le=jour,
        motif="effacement demandé",
        empreintes=tuple(sorted(anciennes)),
    )
    PURGES.poser(e, purge)
    e.ensuite(lambda: caisse.coffre.oter(*purge.empreintes))
    return Fait(
        id=trouve.id,
        action="finance.rgpd.effacer",
        histoire=f"Tiers {trouve.id} effacé",
        phrase=f"{trouve.id} est effacé de la caisse.",
        lignes=recu,
        suite="tl finance verifier",
        details={"retenues": [p.numero for p in pieces], "jusqu_au": fin},
    )


def _refuser_si_en_cours(caisse: Caisse, tiers: Tiers) -> None:
    jour = caisse.c.horloge.aujourdhui()
    en_cours = [f"le brouillon {b.id}" for b in BROUILLONS.toutes(caisse.arbre).fiches if b.tiers == tiers.id]
    en_cours += [
        f"le devis {d.id}"
        for d in DEVIS.toutes(caisse.arbre).fiches
        if d.tiers == tiers.id and not d.accepte and d.valable >= jour
    ]
    if en_cours:
        raise EncoreEnCours(en_cours)


def _recu(caisse: Caisse, tiers: Tiers, pieces: Sequence[Piece], fin: date | None) -> list[str]:
    """Ce qui part, ce qui reste, pourquoi et jusqu'à quand."""
    qui = caisse.identite(tiers)
    coordonnees = [n for n in _NON_COMPTABLES if getattr(qui, n)]
    partent = [f"{len(tiers.liens)} lien{'s' * (len(tiers.liens) > 1)} avec les opérations", *coordonnees]
    lignes = [f"  Effacé : {', '.join(partent)}{'' if pieces else ', son nom et son adresse'}."]
    if pieces and fin:
        lignes.append(
            f"  Retenu jusqu'au {fin:%d/%m/%Y} (obligation comptable, {caisse.droit.pays}) :"
            f" {len(pieces)} pièce{'s' * (len(pieces) > 1)}, restreinte{'s' * (len(pieces) > 1)}."
        )
    return lignes


def _identites_d_hier(caisse: Caisse, tiers: Tiers) -> set[str]:
    """Toutes les empreintes d'identité que ce tiers a eues : git les cite encore, le coffre les oublie."""
    chemin = TIERS.genre.chemin(tiers.id)
    histoire = caisse.depot.git("log", "-p", "--format=", "--", chemin).decode("utf-8", "replace")
    return {tiers.identite, *re.findall(EMPREINTE.pattern, histoire)}
