"""`tl retour importer` : recevoir ce que le trésorier répond, sans un montant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.faits import retour
from tiers_lieu_cli.ensemble.faits.retour import MOTIFS, RETOURS, Retour
from tiers_lieu_cli.noyau import fichiers
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application

app = Application("Ce que le trésorier répond au lieu : jamais un montant, jamais pourquoi.")


@app.ecrit("importer")
def importer(
    c: Contexte,
    e: Ecriture,
    fichier: Annotated[Path, typer.Argument(help="Le retour, fait par tl finance retour exporter.")],
) -> Fait | Rien:
    """Recevoir la réponse du trésorier ; deux fois la même ne change rien.

    Exemple :
        tl retour importer retour.json
    """
    lot = retour.lire(fichiers.octets(fichier, retour.TAILLE_MAXIMALE))
    deja = [r for r in RETOURS.des_mois(c.arbre, lot.au, lot.au).fiches if r.empreinte == lot.empreinte]
    if deja:
        return Rien(phrase=f"{lot.lot} était déjà reçu.", suite="tl retour voir")
    neuf = retour.retenir(lot, identifiants.date_de(lot.au, "retour", "retour", c.hasard))
    RETOURS.poser(e, neuf)
    return Fait(
        id=neuf.id,
        action="retour.importer",
        histoire=f"Retour du trésorier {neuf.lot}",
        phrase=f"Reçu : {_accepter(neuf)}, {neuf.en_attente} en attente, {len(neuf.rejetes)} à revoir.",
        lignes=[f"À renvoyer au trésorier : {', '.join(neuf.voir)}."] if neuf.voir else [],
        suite="tl retour voir",
    )


@app.lit("voir")
def voir(c: Contexte, json: Json = False) -> None:
    """La dernière réponse du trésorier : ce qu'il refuse, qui lui renvoyer.

    Exemple :
        tl retour voir
    """
    recus = sorted(RETOURS.toutes(c.arbre).fiches, key=lambda r: (r.au, r.id))
    if json:
        c.ecran.json(recus[-1] if recus else None)
        return
    if not recus:
        c.ecran.dire("Le trésorier n'a encore rien répondu.  Recevoir : tl retour importer")
        return
    dernier = recus[-1]
    c.ecran.titre(f"Réponse du trésorier, au {dernier.au:%d/%m/%Y}")
    c.ecran.dire(f"{_accepter(dernier)}, {dernier.en_attente} en attente d'un tiers ou d'un tarif.")
    for ident, motif in sorted(dernier.rejetes.items()):
        c.ecran.dire(f"  {ident} refusé : {MOTIFS[motif]}")
    for qui in dernier.voir:
        c.ecran.dire(f"  {qui} : voir le trésorier")


def _accepter(retour: Retour) -> str:
    return f"{retour.acceptes} fait{'s' * (retour.acceptes > 1)} accepté{'s' * (retour.acceptes > 1)}"
