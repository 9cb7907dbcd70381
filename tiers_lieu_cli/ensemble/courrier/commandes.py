"""`tl courrier` : lire ce qu'on a répondu au lieu, l'accepter d'une touche, et écrire la réponse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tiers_lieu_cli.ensemble.courrier import actes, boites, fiches, lecture, regles
from tiers_lieu_cli.ensemble.courrier.accepter import Lequel, lignes
from tiers_lieu_cli.ensemble.courrier.modele import Etat
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fait import Fait
from tiers_lieu_cli.noyau.porte import Application, registre
from tiers_lieu_cli.noyau.sorties import dossier_neuf
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder

app = Application("Le courrier reçu : en faire ce qu'il demande, y répondre.")
#: Ce qu'on montre d'une liste ; le JSON donne tout.
A_L_ECRAN = 30
_ICI = "tiers_lieu_cli.ensemble.courrier"

app.differer(
    "lire",
    "Lire le courrier reçu, et proposer ce qu'il demande : le même lu deux fois n'ajoute rien.",
    f"{_ICI}.lire:app",
)


@app.lit("liste")
def liste(c: Contexte, json: Json = False) -> None:
    """Les courriers à traiter, et ceux dont la réponse reste à écrire.

    Exemple :
        tl courrier liste
    """
    _ = c.registre.depot
    trouves = fiches.ouverts(c)
    if json:
        c.ecran.json(trouves)
        return
    a_traiter = [x for x in trouves if x.etat is Etat.A_TRAITER]
    a_repondre = [x for x in trouves if x.etat is Etat.FAIT]
    if not trouves:
        c.ecran.dire("Aucun courrier n'attend.  En lire : tl courrier lire FICHIER.eml")
        return
    c.ecran.titre("Courrier", f"{len(a_traiter)} à traiter, {len(a_repondre)} à répondre")
    for x in a_traiter[:A_L_ECRAN]:
        for ligne in lignes(c, x):
            c.ecran.dire(ligne)
    for x in a_repondre[:A_L_ECRAN]:
        c.ecran.dire(f"{x.de} · {actes.proposition(c, x)} : c'est fait")
        c.ecran.dire(f"    tl courrier repondre {x.id} --sortie ~/reponse.eml")
    reste = len(trouves) - len(a_traiter[:A_L_ECRAN]) - len(a_repondre[:A_L_ECRAN])
    if reste > 0:
        c.ecran.dire(f"… et {reste} de plus : tl courrier liste --json")


@app.lit("voir")
def voir(c: Contexte, courrier: Lequel, json: Json = False) -> None:
    """Lire un courrier, sans ce qu'il cite.

    Exemple :
        tl courrier voir c-7k2m9xq4bd
    """
    x = fiches.exiger(c, courrier)
    if json:
        c.ecran.json(x)
        return
    c.ecran.titre(x.objet or "sans objet", temps.dire_jour(x.recu, c.horloge.aujourdhui()))
    c.ecran.dire(f"De {x.par or x.de or regles.nom_dit(x)}{f' ({x.adresse})' if x.adresse else ''}")
    for ligne in x.texte.splitlines():
        # Ce qu'un autre a écrit ne se prend pas pour ce que l'outil dit.
        c.ecran.dire(f"> {ligne}".rstrip())
    c.ecran.dire()
    for ligne in lignes(c, x):
        c.ecran.dire(ligne)
    c.ecran.dire(f"  Ensuite : tl courrier repondre {x.id} · tl courrier classer {x.id}")


app.differer(
    "accepter",
    "Faire ce qu'un courrier demande : inscrire, réserver, noter un besoin, une offre, une idée, annuler.",
    f"{_ICI}.accepter:app",
)


@app.ecrit("classer", depot=registre)
def classer(c: Contexte, e: Ecriture, courrier: Lequel) -> Fait:
    """Ne plus rien attendre d'un courrier ; sa fiche n'en garde ni texte, ni adresse.

    Exemple :
        tl courrier classer c-7k2m9xq4bd
    """
    x = fiches.exiger(c, courrier)
    fiches.clore(e, x)
    return Fait(
        id=x.id,
        action="courrier.classer",
        histoire="Courrier classé",
        phrase=f"Classé : {x.objet or x.id}.",
        suite="tl courrier liste",
    )


@app.lit("pieces")
def pieces(
    c: Contexte,
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Le courriel (.eml).")],
    vers: Annotated[Path, typer.Option("--vers", metavar="DOSSIER", help="Un dossier neuf, hors du lieu.")],
    json: Json = False,
) -> None:
    """Sortir les pièces jointes d'un courriel, pour les ranger au coffre si l'on veut.

    Exemple :
        tl courrier pieces reponse.eml --vers ~/pieces
    """
    trouvees = [
        p for octets in boites.lire(fichier, entier=True) for p in lecture.lire(octets, pieces=True).pieces
    ]
    noms: list[str] = []
    if trouvees:
        with dossier_neuf(vers, noms=True) as chantier:
            for rang, piece in enumerate(trouvees, 1):
                nom = piece.nom if piece.nom not in noms else f"{rang}-{piece.nom}"
                (chantier / nom).write_bytes(piece.contenu)
                noms.append(nom)
    if json:
        c.ecran.json({"dossier": vers if noms else None, "pieces": noms})
        return
    c.ecran.dire(f"{accorder(len(noms), 'pièce jointe')}{f' dans {vers}' if noms else ''}.")
    for nom in noms:
        c.ecran.dire(f"  {nom}")
    if noms:
        c.ecran.dire("  Ensuite : tl convention document creer --nominatif")


app.differer("repondre", "Écrire la réponse à un courrier.", f"{_ICI}.repondre:app")
