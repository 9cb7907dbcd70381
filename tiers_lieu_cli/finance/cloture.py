"""`tl finance cloturer` : fermer un exercice, et prouver ensuite qu'il n'a pas bougé (FIN-30, FIN-32)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import structs

from tiers_lieu_cli.finance import achats, carnets, especes
from tiers_lieu_cli.finance import caisse as caisses
from tiers_lieu_cli.finance.banque.livre import Banque
from tiers_lieu_cli.finance.caisse import CLOTURES, Caisse, Cloture
from tiers_lieu_cli.finance.coffre import nommer
from tiers_lieu_cli.finance.comptabilite import exports, regles
from tiers_lieu_cli.finance.comptabilite.livre import Comptes
from tiers_lieu_cli.finance.faits import etats
from tiers_lieu_cli.finance.faits import regles as faits
from tiers_lieu_cli.finance.faits.regles import Memoire
from tiers_lieu_cli.finance.montants import euros, ranger_montant
from tiers_lieu_cli.finance.options import ExerciceAFermer
from tiers_lieu_cli.finance.piece import livre
from tiers_lieu_cli.finance.piece.modele import BROUILLONS
from tiers_lieu_cli.finance.rgpd import retenues
from tiers_lieu_cli.finance.rgpd.modele import PURGES, Purge
from tiers_lieu_cli.finance.rgpd.retenues import Retenue
from tiers_lieu_cli.finance.signature import Signataire, est_signe, marque
from tiers_lieu_cli.finance.tiers.modele import TIERS
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.depot.ecriture import Ecriture
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.ecran.options import Json
from tiers_lieu_cli.noyau.ecran.tableau import Colonne, Style
from tiers_lieu_cli.noyau.fait import Fait, Rien
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.porte import Application
from tiers_lieu_cli.noyau.texte import accorder

cloturer_app, conservation_app, purger_app = Application(), Application(), Application()
#: Au-delà, `tl finance faits trous` les dit tous.
PLAGES_DITES = 4


class PasEncore(Echec):
    """Un exercice ne se ferme que quand tout y est réglé."""

    def __init__(self, annee: int, restes: list[str]) -> None:
        liste = "".join(f"\n  · {reste}" for reste in restes)
        super().__init__(
            f"L'exercice {annee} ne peut pas se fermer :{liste}", "Régler chacun, puis recommencer."
        )


def restes(caisse: Caisse, annee: int, jour: date) -> Iterator[str]:
    """Ce qui empêche de fermer un exercice, chacun avec ce qui le règle."""
    if jour.year <= annee:
        yield f"l'année {annee} n'est pas finie"
    for autre in caisse.a_fermer(annee):
        yield f"l'exercice {autre} n'est pas fermé (tl finance cloturer {autre})"
    for rupture in livre.ruptures(caisse.arbre):
        yield f"la chaîne est rompue : {rupture} (tl finance verifier)"
    brouillons = [b.id for b in BROUILLONS.toutes(caisse.arbre).fiches if b.cree.year <= annee]
    if brouillons:
        quoi = accorder(len(brouillons), "brouillon")
        suite = "…" * (len(brouillons) > 1)
        yield f"{quoi} : {brouillons[0]}{suite} (tl finance facture emettre --tout)"
    banque = caisse.vue(Banque)
    ouverts = [m for m in banque.restants if m.jour.year <= annee]
    if ouverts:
        quoi = accorder(len(ouverts), "mouvement de banque", "mouvements de banque")
        yield f"{quoi} à rapprocher (tl finance banque rapprocher)"
    if attendus := jours_a_recevoir(caisse.memoire, annee):
        yield attendus
    demandes = [a.id for a in achats.a_approuver(caisse) if a.datee.year <= annee]
    if demandes:
        quoi = accorder(len(demandes), "achat", "achats")
        yield f"{quoi} à approuver (tl finance achat approuver {demandes[0]} --par)"
    boite = especes.toutes(caisse)
    mouvements = [m for m in boite if m.le.year <= annee]
    if mouvements and not any(m.comptage for m in boite[len(mouvements) - 1 :]):
        yield "la boîte n'est pas comptée depuis son dernier mouvement (tl finance caisse compter)"


def a_facturer_encore(caisse: Caisse, annee: int) -> Iterator[str]:
    """Ce qui fut rendu dans l'exercice et n'est pas facturé : cela n'empêche pas de le fermer, et se dit.

    Facturé ensuite, c'est un produit du suivant ; qui tient ses comptes par exercice de prestation l'écrirait
    en « factures à établir » : au comptable d'en juger, encore faut-il qu'il le sache.
    """
    a_facturer, attendent = etats.non_factures(caisse, annee)
    if a_facturer:
        sont = "est" if a_facturer < 2 else "sont"
        yield (
            f"  {accorder(a_facturer, 'fait')} de {annee} {sont} encore à facturer :"
            f" tl finance facture brouillon --depuis-faits --du {annee}-01-01 --au {annee}-12-31"
        )
    if attendent:
        verbe = "attend" if attendent < 2 else "attendent"
        quoi = accorder(attendent, "fait")
        yield f"  {quoi} de {annee} {verbe} un tiers ou un prix : tl finance faits trous"


def jours_a_recevoir(su: Memoire, annee: int) -> str | None:
    """Les jours de l'exercice dont aucun lot ne dit rien, depuis le premier jour reçu."""
    manquent = [jour for jour in faits.trous(su, date(annee + 1, 1, 1)) if jour.year == annee]
    if not manquent:
        return None
    quoi = accorder(len(manquent), "jour de faits", "jours de faits")
    return f"{quoi} à recevoir : {_plages(manquent)} (tl finance faits trous)"


def _plages(jours: Sequence[date]) -> str:
    """« du 24/11 au 29/11, le 03/12 » : des jours qui se suivent se disent ensemble, les premiers seuls."""
    plages: list[tuple[date, date]] = []
    for jour in jours:
        if plages and jour - plages[-1][1] == timedelta(days=1):
            plages[-1] = (plages[-1][0], jour)
        else:
            plages.append((jour, jour))
    dites = [f"le {d:%d/%m}" if d == f else f"du {d:%d/%m} au {f:%d/%m}" for d, f in plages[:PLAGES_DITES]]
    return ", ".join(dites) + "…" * (len(plages) > PLAGES_DITES)


@cloturer_app.ecrit("cloturer", depot=caisses.depot, oui=True)
def cloturer(c: Contexte, e: Ecriture, annee: ExerciceAFermer) -> Fait | Rien:
    """Fermer un exercice : plus rien n'y entre, ses soldes passent au suivant, un manifeste signé le prouve.

    Exemple :
        tl finance cloturer 2025
    """
    caisse = caisses.ouvrir(c)
    if annee in caisse.clos:
        return Rien(phrase=f"L'exercice {annee} est déjà fermé.", suite=f"tl finance bilan {annee}")
    manquent = list(restes(caisse, annee, c.horloge.aujourdhui()))
    if manquent:
        raise PasEncore(annee, manquent)
    comptes = caisse.vue(Comptes)
    ecritures = comptes.de_l_annee(annee)
    sommes = regles.soldes(ecritures)
    resultat = regles.resultat(sommes, comptes.noms)
    rang, tete = _tete(caisse, annee)
    a_savoir = list(a_facturer_encore(caisse, annee))
    c.confirmer(
        f"Fermer {annee} ? Plus rien ne pourra y entrer.",
        [f"  Résultat : {euros(resultat)}", *a_savoir],
    )
    signataire = Signataire(caisse.coffre, e)
    nue = Cloture(
        id=str(annee),
        le=c.horloge.aujourdhui(),
        pieces=rang,
        tete=tete,
        journal=nommer(exports.hledger(comptes, ecritures, annee)[1]),
        resultat=ranger_montant(resultat),
        soldes={compte: ranger_montant(somme) for compte, somme in sommes.items()},
        servi=carnets.figer(p for p in carnets.parts(caisse) if p.jour.year == annee),
        clef=signataire.publique,
    )
    neuve = structs.replace(nue, signature=signataire.signer(nue.a_signer))
    CLOTURES.poser(e, neuve)
    # À l'essai, une clef neuve n'est pas gardée : ce ne sera pas celle-là.
    clef = marque(neuve.clef) if signataire.gardee or not c.questions.essai else None
    signe = f"la clef {clef}" if clef else "une clef neuve, qui se fera alors"
    return Fait(
        id=neuve.id,
        action="finance.cloturer",
        histoire=f"Exercice {annee} fermé",
        phrase=f"L'exercice {annee} est fermé : {accorder(len(ecritures), 'écriture')},"
        f" {accorder(rang, 'pièce')}.",
        lignes=[
            f"  Empreinte du journal : {neuve.journal}",
            f"  Signé par {signe}, à noter au procès-verbal.",
            *a_savoir,
        ],
        suite=f"tl finance exporter fec ~/comptes-{annee} --annee {annee}",
        details={"resultat": neuve.resultat, "journal": neuve.journal, "clef": clef},
    )


def _tete(caisse: Caisse, annee: int) -> tuple[int, str]:
    """Le rang et l'empreinte de la dernière pièce de l'exercice, ou d'avant."""
    siennes = [p for p in caisse.livre.toutes if p.exercice <= annee]
    if not siennes:
        return 0, caisse.livre.tete[1] if not caisse.livre.chemins else ""
    return siennes[-1].rang, nommer(livre.ecrire(siennes[-1]))


def manifestes_trahis(caisse: Caisse) -> Iterator[str]:
    """Les exercices fermés qui ne sont plus ceux qu'on a fermés, ou dont le manifeste n'est plus signé."""
    comptes = caisse.vue(Comptes)
    for cloture in CLOTURES.toutes(caisse.arbre).fiches:
        annee = int(cloture.id)
        if not est_signe(cloture.a_signer, cloture.clef, cloture.signature):
            yield f"le manifeste de {annee} n'est plus celui qui fut signé"
        journal = exports.hledger(comptes, comptes.de_l_annee(annee), annee)[1]
        # Avant, sa première ligne portait le nom du lieu.
        titre = f"; {caisse.c.lieu.reglages.nom}, {annee}\n".encode()
        admis = (nommer(journal), nommer(titre + journal.partition(b"\n")[2]))
        if cloture.journal not in admis or _tete(caisse, annee) != (cloture.pieces, cloture.tete):
            yield f"l'exercice {annee} est fermé, et ses écritures ont changé"


# -- conserver --------------------------------------------------------------------------


@conservation_app.lit("conservation")
def conservation(c: Contexte, json: Json = False) -> None:
    """Jusqu'à quand chaque exercice se garde, et ce qui est arrivé à son terme.

    Exemple :
        tl finance conservation
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    par_terme: dict[date, list[Retenue]] = {}
    for retenue in retenues.retenues(caisse):
        par_terme.setdefault(retenue.terme, []).append(retenue)
    if json:
        c.ecran.json(
            [{"terme": t, "pieces": len(p), "echu": t <= jour} for t, p in sorted(par_terme.items())]
        )
        return
    if not par_terme:
        c.ecran.dire("Aucune pièce à garder.")
        return
    c.ecran.tableau(
        [Colonne("À garder jusqu'au", style=Style.GRAS), Colonne("Quoi"), Colonne("")],
        [
            (f"{t:%d/%m/%Y}", retenues.compter(p), "échu" if t <= jour else "")
            for t, p in sorted(par_terme.items())
        ],
    )
    if any(t <= jour for t in par_terme):
        c.ecran.dire("  Effacer ce qui est échu : tl finance purger")


@purger_app.ecrit("purger", depot=caisses.depot, oui=True)
def purger(c: Contexte, e: Ecriture) -> Fait | Rien:
    """Effacer du coffre ce qui arrive à son terme, jamais avant ; la chaîne en garde l'empreinte.

    Ce qui restait d'un tiers effacé part avec sa dernière pièce.

    Exemple :
        tl finance purger
    """
    caisse, jour = caisses.ouvrir(c), c.horloge.aujourdhui()
    gardees = list(retenues.retenues(caisse))
    retenus = {r.tiers for r in gardees if r.terme > jour}
    oublies = [t for t in caisse.tiers.values() if t.restreint and t.id not in retenus]
    empreintes = {x for r in gardees if r.terme <= jour for x in r.empreintes}
    empreintes = (empreintes | {t.identite for t in oublies}) - caisse.purges
    if not empreintes and not oublies:
        return Rien(phrase="Rien n'est arrivé à son terme.", suite="tl finance conservation")
    echues = retenues.compter([r for r in gardees if r.terme <= jour])
    quoi = accorder(len(empreintes), "contenu")
    c.confirmer(f"Effacer {quoi} du coffre ({echues}) ? C'est définitif.")
    for tiers in oublies:
        e.retirer(TIERS.genre.chemin(tiers.id))
    purge = Purge(
        id=identifiants.date_de(jour, "terme", "terme", c.hasard),
        le=jour,
        motif="terme légal",
        empreintes=tuple(sorted(empreintes)),
    )
    PURGES.poser(e, purge)
    e.ensuite(lambda: caisse.coffre.oter(*purge.empreintes))
    sont = "est effacé" if len(empreintes) < 2 else "sont effacés"
    return Fait(
        id=purge.id,
        action="finance.purger",
        histoire=f"{quoi} du coffre, à terme",
        phrase=f"{quoi} du coffre {sont} ; la chaîne reste vérifiable.",
        suite="tl finance verifier",
    )
