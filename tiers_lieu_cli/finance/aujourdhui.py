"""`tl finance aujourdhui` : ce que le trésorier a à émettre, envoyer, lier, corriger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.caisse import Caisse
from tiers_lieu_cli.finance.faits import etats, regles
from tiers_lieu_cli.finance.montants import ZERO, euros
from tiers_lieu_cli.finance.moyeu import DESACCORDS
from tiers_lieu_cli.finance.piece import emission
from tiers_lieu_cli.finance.piece.modele import BROUILLONS, DEVIS
from tiers_lieu_cli.finance.tarif.regles import TrouDeTarif
from tiers_lieu_cli.finance.transmission.modele import PATIENCE, Etat, etat_de
from tiers_lieu_cli.finance.vendeur import manques_du_vendeur
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.fiches.echeances import Echeance
from tiers_lieu_cli.noyau.francais import elider
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import accorder

app = Application()


@app.lit("aujourdhui")
def aujourdhui(c: Contexte, json: Json = False) -> None:
    """Ce qui attend le trésorier, chaque tâche avec la commande qui la règle.

    Exemple :
        tl finance aujourdhui
    """
    caisse = caisses.ouvrir(c)
    jour = c.horloge.aujourdhui()
    a_faire = list(taches(caisse, jour))
    if json:
        c.ecran.json({"jour": jour, "a_faire": [e.vue for e in a_faire]})
        return
    c.ecran.titre(f"{temps.dire_jour(jour).capitalize()} · la caisse {elider('de', c.lieu.reglages.nom)}")
    if not a_faire:
        c.ecran.dire("Rien n'attend.")
    for tache in a_faire:
        c.ecran.dire(f"  · {tache.phrase}")
        if tache.commande:
            c.ecran.dire(f"      {tache.commande}")


def taches(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    """Tout ce qui attend, le plus pressé d'abord."""
    yield from _envois(caisse, jour)
    yield from _corrections(caisse, jour)
    yield from _relances(caisse, jour)
    yield from _factures(caisse, jour)
    yield from _faits(caisse, jour)
    for annee in caisse.a_fermer(jour.year)[:1]:
        yield Echeance(
            date(annee, 12, 31),
            f"l'exercice {annee} est fini et n'est pas fermé",
            f"tl finance cloturer {annee}",
        )
    for devis in DEVIS.toutes(caisse.arbre).fiches:
        if not devis.accepte and jour <= devis.valable and (devis.valable - jour).days <= 7:
            quand = temps.dire_echeance(devis.valable, jour)
            yield Echeance(
                jour,
                f"le devis {devis.id} ({caisse.nom(devis.tiers)}) échoit : {quand}",
                f"tl finance devis fiche {devis.id}",
            )
    seuil = emission.seuil_apres(caisse, (), jour)
    if seuil and seuil.approche:
        yield Echeance(
            jour,
            f"franchise : {euros(seuil.chiffre)} cette année, pour un seuil de {euros(seuil.plafond)}",
            "tl finance regime liste",
        )
    for garde in caisse.arbre.noms(DESACCORDS):
        yield Echeance(jour, f"changé sur deux postes, à relire : finance/{DESACCORDS}/{garde}", "")
    if manquent := list(manques_du_vendeur(caisse.vendeur)):
        manque = accorder(len(manquent), "mention manque", "mentions manquent")
        yield Echeance(jour, f"{manque} au lieu pour émettre", "tl finance vendeur fiche")


def _envois(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    for piece in caisse.livre.toutes:
        if not piece.a_transmettre:
            continue
        etat = etat_de(caisse.transmissions.get(piece.id, ()))
        if etat is Etat.TRANSMISE:
            continue
        attend = (jour - piece.emise).days
        retard = f", depuis {attend} jours" if piece.emise + PATIENCE <= jour else ""
        yield Echeance(
            piece.emise,
            f"{piece.numero} ({caisse.nom(piece.tiers)}) est {etat}{retard}",
            f"tl finance facture document {piece.numero} --xml --sortie ~/{piece.numero}.xml",
        )


def _corrections(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    proposees = etats.a_corriger(caisse)
    if proposees:
        s = "s" * (len(proposees) > 1)
        yield Echeance(
            jour,
            f"{len(proposees)} fait{s} facturé{s} a changé depuis"
            if not s
            else f"{len(proposees)} faits facturés ont changé depuis",
            "tl finance faits corrections",
        )


def _relances(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    from tiers_lieu_cli.finance.banque.livre import Banque
    from tiers_lieu_cli.finance.relances import dues

    echues = [d for d in dues(caisse, jour) if not d.suspendue and d.possible <= jour]
    if echues:
        somme = euros(sum((d.reste for d in echues), ZERO))
        s = "s" * (len(echues) > 1)
        yield Echeance(jour, f"{len(echues)} facture{s} échue{s} à relancer ({somme})", "tl finance relance")
    if restants := len(caisse.vue(Banque).restants):
        s = "s" * (restants > 1)
        yield Echeance(
            jour, f"{restants} mouvement{s} de banque à rapprocher", "tl finance banque rapprocher"
        )


def _factures(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    brouillons = BROUILLONS.toutes(caisse.arbre).fiches
    if brouillons:
        combien = f"{len(brouillons)} brouillons attendent" if len(brouillons) > 1 else "1 brouillon attend"
        yield Echeance(jour, f"{combien} d'être émis", "tl finance facture emettre --tout")
    try:
        tiers = {qui for qui, _, _ in etats.a_facturer(caisse)}
    except TrouDeTarif as trou:
        yield Echeance(jour, str(trou).rstrip("."), trou.remede.partition(" : ")[2])
        return
    if tiers:
        yield Echeance(jour, f"{len(tiers)} tiers à facturer", "tl finance facture brouillon --depuis-faits")


def _faits(caisse: Caisse, jour: date) -> Iterator[Echeance]:
    attendent = etats.sans_tiers(caisse)
    for qui, faits in sorted(attendent.items()):
        if qui:
            yield Echeance(
                jour,
                f"{qui} n'a pas de tiers ({len(faits)} fait{'s' * (len(faits) > 1)})",
                f"tl finance tiers lier {qui}",
            )
    manquent = regles.trous(caisse.memoire, jour)
    if manquent:
        s = f"{len(manquent)} jours manquent" if len(manquent) > 1 else "1 jour manque"
        yield Echeance(
            manquent[0], f"{s} aux faits reçus, depuis le {manquent[0]:%d/%m}", "tl finance faits trous"
        )
    elif not caisse.memoire.lots:
        yield Echeance(jour, "aucun fait n'est encore reçu", "tl finance faits importer --help")
