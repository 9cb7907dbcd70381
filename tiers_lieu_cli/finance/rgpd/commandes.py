"""`tl finance rgpd` : ce que la caisse sait d'un tiers, rendu ou effacé."""

from __future__ import annotations

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
from tiers_lieu_cli.finance.identite import Identite
from tiers_lieu_cli.finance.options import LeTiers, actif, designer_tiers
from tiers_lieu_cli.finance.rgpd import retenues
from tiers_lieu_cli.finance.rgpd.modele import PURGES, Purge
from tiers_lieu_cli.finance.rgpd.retenues import Retenue
from tiers_lieu_cli.finance.tiers.modele import TIERS, Tiers
from tiers_lieu_cli.noyau import systeme
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecran.ecran import en_json
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Les données des tiers : les rendre, les effacer.")
#: Ce qu'une pièce comptable n'a pas à savoir, et qui s'efface d'abord.
_NON_COMPTABLES = ("courriel", "telephone", "peppol", "iban")
#: Comment se disent les sortes de `retenues.tout`.
_SORTES = {
    "anciennes_identites": "Ce qu'elle disait avant de lui",
    "faits": "Faits",
    "devis": "Devis",
    "brouillons": "Brouillons",
    "pieces": "Factures et notes de crédit",
    "transmissions": "Réponses du point d'accès",
    "relances": "Rappels",
    "litiges": "Contestations",
    "achats": "Factures reçues de lui",
    "paiements": "Paiements",
    "cautions": "Cautions",
    "cautions_etapes": "Étapes de ses cautions",
    "carnets": "Carnets",
    "carnets_servis": "Ce qu'ils ont payé",
}


class EncoreEnCours(Echec):
    """On n'efface pas quelqu'un avec qui tout n'est pas réglé : on ne saurait plus à qui rendre."""

    def __init__(self, quoi: Sequence[str]) -> None:
        liste = "".join(f"\n  · {reste}" for reste in quoi)
        super().__init__(
            f"Tout n'est pas réglé avec ce tiers ; rien n'est effacé :{liste}",
            "Régler chacun, puis recommencer.",
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
        tl finance rgpd exporter "Amina Benali" --vers ~/donnees-amina
    """
    caisse = caisses.ouvrir(c)
    trouve = designer_tiers(caisse, tiers)
    su = retenues.tout(caisse, trouve)
    documents = [(n, x) for n, x in retenues.documents(caisse, trouve) if caisse.coffre.contient(x)]
    dossier = {"tiers": trouve, "identite": _identite(caisse, trouve), **su}
    with dossier_neuf(vers, noms=True) as chantier:
        systeme.ecrire_abrite(chantier / "donnees.json", en_json(dossier), 0o600)
        for nom, empreinte in documents:
            octets = caisse.coffre.lire(empreinte)
            systeme.ecrire_abrite(chantier / (nom if "." in nom else _nommer(nom, octets)), octets, 0o600)
    if json:
        c.ecran.json(
            {
                "id": trouve.id,
                "dossier": str(vers),
                "documents": len(documents),
                **{sorte: len(choses) for sorte, choses in su.items()},
            }
        )
        return
    c.ecran.dire(f"Tout ce que la caisse sait {elider('de', caisse.nom(trouve.id))} est dans {vers} :")
    for sorte, choses in su.items():
        if choses:
            c.ecran.dire(f"  {_SORTES[sorte]} : {len(choses)}")
    c.ecran.dire(f"  Documents : {len(documents)}")


@app.ecrit("effacer", depot=caisses.depot, oui=True)
def effacer(c: Contexte, e: Ecriture, tiers: LeTiers) -> Fait:
    """Effacer un tiers : ses liens et ses coordonnées ; ses pièces restent, restreintes, jusqu'à leur terme.

    Exemple :
        tl finance rgpd effacer "Amina Benali"
    """
    caisse = caisses.ouvrir(c)
    trouve, jour = actif(designer_tiers(caisse, tiers)), c.horloge.aujourdhui()
    if reste := list(retenues.en_cours(caisse, trouve, jour)):
        raise EncoreEnCours(reste)
    gardees = [r for r in retenues.retenues(caisse) if r.tiers == trouve.id and r.terme > jour]
    fin = max((r.terme for r in gardees), default=None)
    recu = _recu(caisse, trouve, gardees)
    c.confirmer(f"Effacer {caisse.nom(trouve.id)} ? C'est définitif.", recu)
    anciennes = retenues.identites_d_hier(caisse, trouve)
    carnets.figer_ceux_de(caisse, e, trouve.id)
    if fin is None:
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
        details={"retenues": list(dict.fromkeys(r.nom for r in gardees)), "jusqu_au": fin},
    )


def _recu(caisse: Caisse, tiers: Tiers, gardees: Sequence[Retenue]) -> list[str]:
    """Ce qui part, ce qui reste, pourquoi et jusqu'à quand."""
    qui = caisse.identite(tiers)
    coordonnees = [n for n in _NON_COMPTABLES if getattr(qui, n)]
    partent = [f"{accorder(len(tiers.liens), 'lien')} avec les opérations", *coordonnees]
    lignes = [f"  Effacé : {', '.join(partent)}{'' if gardees else ', son nom et son adresse'}."]
    par_terme: dict[date, list[Retenue]] = {}
    for retenue in gardees:
        par_terme.setdefault(retenue.terme, []).append(retenue)
    lignes += [
        f"  Retenu jusqu'au {fin:%d/%m/%Y} (obligation comptable, {caisse.droit.pays}) :"
        f" {retenues.compter(leurs)}, avec son nom et son adresse ; plus rien d'autre ne s'en sert."
        for fin, leurs in sorted(par_terme.items())
    ]
    return lignes


def _identite(caisse: Caisse, tiers: Tiers) -> Identite | None:
    """Qui il est ; rien si le terme en est passé et qu'elle est effacée."""
    return caisse.identite(tiers) if caisse.coffre.contient(tiers.identite) else None


def _nommer(nom: str, octets: bytes) -> str:
    return f"{nom}.{'pdf' if octets.startswith(b'%PDF-') else 'xml'}"
