"""`tl finance verifier` : la chaîne, les numéros, les sommes, et chaque octet du coffre."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import typer

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance import cautions, cloture, especes
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import CLOTURES, Caisse
from tiers_lieu_cli.finance.coffre import PieceAbsente
from tiers_lieu_cli.finance.comptabilite import regles
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.faits.modele import Lot
from tiers_lieu_cli.finance.faits.regles import empreinte_canonique
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.piece import livre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS, Piece
from tiers_lieu_cli.finance.signature import marque
from tiers_lieu_cli.finance.tarif.modele import TARIFS
from tiers_lieu_cli.finance.tiers.modele import TIERS
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import CodeSortie, Defaut, Echec
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import accorder

app = Application()
_SAUVEGARDE = "Le reprendre d'une sauvegarde (tl restaurer)."


@app.lit("verifier")
def verifier(c: Contexte, json: Json = False) -> None:
    """Tout relire : la chaîne des pièces, les numéros, les sommes, le coffre.

    La tête de chaîne, imprimée au rapport du mois ou confiée à quelqu'un, prouve que rien n'a changé avant.

    Exemple :
        tl finance verifier
    """
    caisse = caisses.ouvrir(c)
    defauts = list(_defauts(caisse))
    rang, tete = caisse.livre.tete
    purges = caisse.purges
    fermes = [(x.id, marque(x.clef)) for x in CLOTURES.toutes(caisse.arbre).fiches]
    if json:
        c.ecran.json(
            {
                "pieces": rang,
                "tete": tete,
                "purgees": len(purges),
                "fermes": [{"annee": int(annee), "clef": clef} for annee, clef in fermes],
                "defauts": defauts,
            }
        )
    else:
        for defaut in defauts:
            c.ecran.dire(f"{defaut}")
            c.ecran.dire(f"    {defaut.remede}")
        pieces = f"{rang} pièce{'s' * (rang > 1)} relue{'s' * (rang > 1)}"
        quoi = accorder(len(purges), "contenu purgé", "contenus purgés")
        purgees = f", {quoi} à terme ou sur demande" if purges else ""
        c.ecran.dire(f"{pieces}{purgees} : {'tout se tient' if not defauts else 'à revoir'}.")
        c.ecran.dire(f"  Tête de chaîne : {tete}")
        for annee, clef in fermes:
            c.ecran.dire(f"  Exercice {annee} fermé, signé par la clef {clef}")
    if defauts:
        raise typer.Exit(CodeSortie.REFUS)


def _defauts(caisse: Caisse) -> Iterator[Defaut]:
    for collection in (TIERS, TARIFS, BROUILLONS, DEVIS, CLOTURES):
        yield from collection.toutes(caisse.arbre).defauts
    chaine = list(livre.ruptures(caisse.arbre))
    yield from chaine
    if chaine:
        return
    purges = caisse.purges
    for piece in caisse.livre.toutes:
        for empreinte in _documents(piece):
            yield from _au_coffre(caisse, livre.chemin(piece), empreinte, purges)
    for tiers in caisse.tiers.values():
        yield from _au_coffre(caisse, TIERS.genre.chemin(tiers.id), tiers.identite, purges)
    for empreinte in sorted(purges):
        if caisse.coffre.contient(empreinte):
            yield Defaut(
                f"coffre/{empreinte[7:19]}…",
                0,
                "devait être effacé et ne l'est pas encore : une mort l'en a empêché",
                "La prochaine écriture de la caisse l'ôte ; ou l'ôter de finance/coffre.",
            )
    yield from _lots_changes(caisse)
    yield from _comptes_trahis(caisse)


def _comptes_trahis(caisse: Caisse) -> Iterator[Defaut]:
    """Chaque compte qui se tient porte ce qu'il doit ; un exercice fermé n'a pas bougé (FIN-26, FIN-30)."""
    comptes, banque = caisse.vue(Comptes), caisse.vue(Banque)
    soldes = regles.soldes(comptes.ecritures)
    attendus = [
        (caisse.plan.role("cautions"), -cautions.dues(caisse), "cautions", "les cautions dues font"),
        (caisse.plan.role("caisse"), especes.solde(caisse), "especes", "la boîte contient"),
    ]
    for iban in banque.ibans:
        final = Decimal(banque.de(iban)[-1].final) if banque.de(iban) else ZERO
        attendus.append((comptes.compte_de_banque(iban), final, "releves", "son dernier relevé finit à"))
    for compte, attendu, ou, quoi in attendus:
        if (solde := soldes.get(compte, ZERO)) != attendu:
            sens = -1 if compte == caisse.plan.role("cautions") else 1
            fait = f"le compte {compte} porte {euros(sens * solde)}, et {quoi} {euros(sens * attendu)}"
            revoir = "Revoir ce qui fut porté à ce compte : tl finance livre"
            yield Defaut(ou, 0, fait, revoir)
    for trahi in cloture.manifestes_trahis(caisse):
        yield Defaut("clotures", 0, trahi, _SAUVEGARDE)


def _documents(piece: Piece) -> Iterator[str]:
    yield piece.documents.pdf
    yield piece.documents.cii
    if piece.documents.ubl:
        yield piece.documents.ubl


def _au_coffre(caisse: Caisse, fichier: str, empreinte: str, purges: frozenset[str]) -> Iterator[Defaut]:
    if empreinte in purges:
        return
    try:
        caisse.coffre.lire(empreinte)
    except PieceAbsente:
        yield Defaut(fichier, 0, f"cite {empreinte[:19]}…, que le coffre n'a plus tel quel", _SAUVEGARDE)
    except Echec as echec:
        yield Defaut(fichier, 0, str(echec), echec.remede)


def _lots_changes(caisse: Caisse) -> Iterator[Defaut]:
    import msgspec

    for annee in caisse.arbre.noms(caisses.LOTS):
        for nom in caisse.arbre.noms(f"{caisses.LOTS}/{annee}"):
            chemin = f"{caisses.LOTS}/{annee}/{nom}"
            octets = caisse.arbre.lire(chemin) or b""
            try:
                juste = msgspec.json.decode(octets, type=Lot).empreinte == empreinte_canonique(
                    msgspec.json.decode(octets)
                )
            except (msgspec.MsgspecError, UnicodeDecodeError):
                juste = False
            if not juste:
                yield Defaut(chemin, 0, "n'est plus le lot qui fut reçu", _SAUVEGARDE)
