"""`tl finance dossier` : ce que l'assemblée reçoit, en un seul document à signer."""

from __future__ import annotations

from tiers_lieu_cli.finance import budgets
from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import CLOTURES, Caisse
from tiers_lieu_cli.finance.comptabilite import etats
from tiers_lieu_cli.finance.comptabilite.etats import Pages
from tiers_lieu_cli.finance.identite import ecrire_numero
from tiers_lieu_cli.finance.montants import euros
from tiers_lieu_cli.finance.options import DernierExercice
from tiers_lieu_cli.finance.signature import marque
from tiers_lieu_cli.finance.tableau import avoir
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format, Page
from tiers_lieu_cli.noyau.porte import Application

app = Application()

_SIGNENT = ("Pour la trésorerie", "Vérification aux comptes", "Pour l'organe d'administration")


@app.lit("dossier", vers=Page)
def dossier(
    c: Contexte,
    vers: Page,
    annee: DernierExercice = None,
) -> None:
    """Le dossier de l'assemblée : résultat, patrimoine, budget de l'exercice et du suivant, à signer.

    Exemple :
        tl finance dossier 2026 --sortie ~/assemblee.pdf
    """
    caisse = caisses.ouvrir(c)
    exercice = annee or c.horloge.aujourdhui().year - 1
    forme = rendu.forme(vers.format, vers.sortie, json=vers.json)
    cahier = composer(caisse, exercice)
    if forme is Format.TERMINAL:
        c.ecran.titre(f"{cahier.lieu} · {cahier.titre.lower()}")
        for quoi, dit in cahier.garde:
            c.ecran.dire(f"{quoi} : {dit}")
        for page in cahier.pages:
            etats.montrer(c.ecran, cahier.lieu, page)
        return
    rendu.ecrire(c, "etats", cahier, forme, vers, f"Le dossier de {exercice}")


def composer(caisse: Caisse, annee: int) -> Pages:
    """Ce que l'assemblée lit, dans l'ordre où elle le lit ; un budget que rien ne dit n'a pas de page."""
    lignes = [(exercice, budgets.lignes(caisse, exercice)) for exercice in (annee, annee + 1)]
    votes = [budgets.page(exercice, toutes) for exercice, toutes in lignes if any(x.vote for x in toutes)]
    return Pages(
        caisse.c.lieu.reglages.nom,
        f"Comptes {annee}",
        (etats.page(etats.resultats(caisse, annee)), etats.page(etats.patrimoine(caisse, annee)), *votes),
        tuple(_garde(caisse, annee)),
        _SIGNENT,
    )


def _garde(caisse: Caisse, annee: int) -> list[tuple[str, str]]:
    vendeur = caisse.vendeur
    dits = [("Lieu", " ".join(mot for mot in (vendeur.denomination, vendeur.forme) if mot))]
    if vendeur.numero:
        dits.append(("Numéro", ecrire_numero(vendeur.numero, vendeur.pays)))
    dits.append(("Exercice", f"du 1er janvier au 31 décembre {annee}"))
    pieces = [p.numero for p in caisse.livre.toutes if p.exercice == annee]
    dits.append(("Pièces émises", f"{len(pieces)}, de {pieces[0]} à {pieces[-1]}" if pieces else "aucune"))
    cloture = next((x for x in CLOTURES.toutes(caisse.arbre).fiches if x.id == str(annee)), None)
    if cloture is None:
        dits.append(("État", "provisoire, l'exercice n'est pas fermé"))
        return [*dits, ("Avoir aujourd'hui", euros(avoir(caisse)))]
    return [
        *dits,
        ("État", f"fermé le {cloture.le:%d/%m/%Y}"),
        ("Empreinte du journal", cloture.journal.removeprefix("sha256:")),
        ("Tête de la chaîne des pièces", cloture.tete.removeprefix("sha256:")),
        ("Signé par la clef", marque(cloture.clef)),
    ]
