"""Une année entière d'une caisse inventée, de vide à clôturée ; et ce que d'autres programmes en disent.

Tout passe par les vraies commandes. La même graine donne la même année ; `Verite` tient, à part et
autrement, ce que les comptes doivent dire à la fin.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from caisses import Caisse, fait
from ecritures.caisse import VENDEUR
from releves import IBAN, Ligne, camt, coda

ANNEE = 2026
EPARGNE = "BE62510007547061"
ZERO = Decimal(0)
#: Ce qui se vend : genre du fait, objet, unité, prix, régime, TVA comprise ou non, quantités possibles.
VENDUS = (
    ("espace.usage", "salle-rez", "heure", "12,50", "BE-21", False, ("2", "3.5", "0.45")),
    ("espace.usage", "cour", "heure", "9", "BE-21", False, ("4", "7.25")),
    ("poste.journee", "poste", "journee", "15", "BE-21", True, ("1", "3")),
    ("prog.inscription", "cours-de-couture", "personne", "8", "BE-44", False, ("1", "2")),
    ("materiel.pret", "fraiseuse", "heure", "17,33", "BE-21", False, ("0.45", "1.5")),
)
#: Comment une facture est payée : le plus souvent d'une fois, sous sa communication.
MANIERES = (*["d'une fois"] * 14, "en deux fois", "en texte libre", "en espèces", "trop", "deux fois", "tard")


@dataclass
class Verite:
    """Ce que l'année a vu passer, compté sans l'outil."""

    banque: dict[str, Decimal] = field(default_factory=lambda: {IBAN: Decimal("2500.00"), EPARGNE: ZERO})
    boite: Decimal = ZERO
    faits: int = 0
    pieces: dict[str, Decimal] = field(default_factory=dict)
    credits: Decimal = ZERO
    a_rendre: Decimal = ZERO


def le(jour: date, heure: int = 9) -> None:
    """Poser l'horloge."""
    os.environ["TIERS_LIEU_MAINTENANT"] = f"{jour}T{heure:02}:00+01:00"


def vivre(caisse: Caisse, *, clients: int, faits: int) -> Verite:
    """Vivre l'année : douze fois `clients` factures, de `faits` faits chacune."""
    vie = Vie(caisse, clients, faits)
    le(date(ANNEE, 1, 2))
    vie.ouvrir()
    for mois in range(1, 13):
        vie.mois(mois)
    vie.finir()
    return vie.verite


class Vie:
    """Un trésorier au travail."""

    def __init__(self, caisse: Caisse, clients: int, faits: int) -> None:
        self.caisse = caisse
        self.verite = Verite()
        self._clients, self._faits = clients, faits
        self._hasard = Random(ANNEE)
        #: Ce que le prochain relevé contiendra ; ce qu'il faudra en faire ensuite.
        self._a_venir: list[tuple[Ligne, tuple[str, ...]]] = []
        self._en_retard: list[tuple[str, Decimal, str]] = []
        self._relances = 0

    # -- avant ---------------------------------------------------------------------

    def ouvrir(self) -> None:
        """La caisse, les prix, les clients, le budget."""
        f = self.caisse.f
        f("init", *VENDEUR)
        f("banque", "compte", EPARGNE, "--nom", "épargne")
        for genre, objet, unite, prix, regime, ttc, _ in VENDUS:
            code = genre if genre == "poste.journee" else objet
            self.caisse.tarif(code, prix, unite, *(["--ttc"] if ttc else []), regime=regime)
        adresse = ("--rue", "Quai 5", "--code-postal", "4020", "--ville", "Liège")
        for n in range(self._clients):
            base = 4_031_700 + n
            numero = f"0{base}{97 - int(f'0{base}') % 97:02}"
            pro = ("--forme", "SRL", "--tva", f"BE{numero}", "--numero", numero) if n % 3 == 0 else ()
            f("tiers", "creer", f"Zorvane{n:02} Kelm", *adresse, *pro, "--lien", f"p-client{n:02}")
        f("tiers", "creer", "Bailleur Moreau")
        for compte, montant in (("loyer", "7440"), ("prestations", "30000"), ("subside", "5000")):
            f("voter", compte, "--montant", montant, "--annee", str(ANNEE), "--pv", "AG du 12 décembre")
        for convention, tiers, montant in (("c-012", 0, "200"), ("c-013", 1, "150"), ("c-014", 2, "80")):
            f("caution", "attendre", convention, "--tiers", self._nom(tiers), "--montant", montant)

    def _nom(self, n: int) -> str:
        return f"Zorvane{n:02} Kelm"

    # -- un mois ---------------------------------------------------------------------

    def mois(self, mois: int) -> None:
        """Le 10, la banque ; le 15, ce qui ne revient pas tous les mois ; le 28, les factures ; la boîte."""
        le(date(ANNEE, mois, 10))
        self._banque(date(ANNEE, mois, 9), mois)
        le(date(ANNEE, mois, 15))
        self._extraordinaire(mois)
        self._achats(mois)
        le(date(ANNEE, mois, 28))
        self._factures(mois)
        self._boite(mois)

    def _factures(self, mois: int) -> None:
        lot = f"F-{ANNEE}-{mois:02}-01_{ANNEE}-{mois:02}-27"
        bornes = {"lot": lot, "du": f"{ANNEE}-{mois:02}-01", "au": f"{ANNEE}-{mois:02}-27"}
        self.caisse.importer(*self._les_faits(mois), **bornes)
        if mois == 3:
            self._corriger(bornes)
        self.caisse.f("facture", "brouillon", "--depuis-faits")
        emises = self.caisse.j("facture", "emettre", "--tout", "--oui")["pieces"]
        if mois == 5:
            self._de_mai = [piece["numero"] for piece in emises]
        for piece in emises:
            self.verite.pieces[piece["numero"]] = Decimal(piece["du"])
            self._payer(piece)

    def _les_faits(self, mois: int) -> Iterator[dict[str, Any]]:
        for n in range(self._clients):
            for k in range(self._faits):
                genre, objet, unite, *_, quantites = VENDUS[self._hasard.randrange(len(VENDUS))]
                self.verite.faits += 1
                yield fait(
                    f"f-{mois:02}{n:03}{k:02}",
                    jour=f"{ANNEE}-{mois:02}-{self._hasard.randrange(1, 28):02}",
                    genre=genre,
                    personne=f"p-client{n:02}",
                    objet=objet,
                    unite=unite,
                    quantite=self._hasard.choice(quantites),
                )

    def _payer(self, piece: dict[str, Any]) -> None:
        """Prévoir comment cette facture sera payée le mois suivant."""
        numero, du, dite = piece["numero"], Decimal(piece["du"]), piece["communication"]
        maniere = MANIERES[len(self.verite.pieces) % len(MANIERES)]
        dix = Decimal(10)
        match maniere:
            case "en deux fois":
                moitie = (du / 2).quantize(Decimal("0.01"))
                self._attendre(moitie, communication=dite)
                self._attendre(du - moitie, communication=dite)
            case "en texte libre":
                libelle = f"facture +++{dite[:3]}/{dite[3:7]}/{dite[7:]}+++"
                self._attendre(du, "banque", "payer", "CODE", numero, libelle=libelle)
            case "en espèces":
                self.caisse.f("caisse", "noter", f"{du}".replace(".", ","), "--facture", numero)
                self.verite.boite += du
            case "trop":
                self._attendre(du + dix, "banque", "payer", "CODE", numero, communication=dite)
                self._attendre(ZERO - dix, "banque", "affecter", "CODE", "--compte", "400000")
            case "deux fois":
                self._attendre(du, communication=dite)
                self._attendre(du, communication=dite)
                self._attendre(ZERO - du, "banque", "affecter", "CODE", "--compte", "400000")
            case "tard":
                self._en_retard.append((numero, du, dite))
            case _:
                self._attendre(du, communication=dite)

    def _attendre(self, somme: Decimal, *geste: str, **ligne: str) -> None:
        self._a_venir.append((Ligne(f"{somme:.2f}", **ligne), geste))

    def _banque(self, jour: date, mois: int) -> None:
        """Le relevé du mois, et ce que chaque mouvement veut dire ; un trimestre, celui de l'épargne."""
        self._attendre(Decimal("-12.10"), "banque", "affecter", "CODE", "--compte", "frais")
        if mois in (4, 10):
            self._attendre(Decimal("2500.00"), "banque", "affecter", "CODE", "--compte", "subside")
        if mois % 3 == 0:
            self._attendre(Decimal("-100.00"), "banque", "affecter", "CODE", "--compte", "virement")
        lignes, self._a_venir = self._a_venir, []
        self._importer(IBAN, jour, mois, lignes)
        if mois % 3 == 0:
            entre = (Ligne("100.00"), ("banque", "affecter", "CODE", "--compte", "virement"))
            self._importer(EPARGNE, jour, mois // 3, [entre])

    def _importer(
        self, iban: str, jour: date, numero: int, lignes: list[tuple[Ligne, tuple[str, ...]]]
    ) -> None:
        # Les communications désignent seules ; pour le reste, le code que le trésorier lirait à l'écran.
        posees = [
            Ligne(x.montant, x.communication, x.libelle, reference=f"R{numero:02}{n:04}")
            for n, (x, _) in enumerate(lignes)
        ]
        ecrire = coda if iban == IBAN else camt
        fichier = self.caisse.racine.parent / "releve"
        fichier.write_bytes(
            ecrire(posees, initial=f"{self.verite.banque[iban]:.2f}", numero=numero, jour=jour, iban=iban)
        )
        self.caisse.f("banque", "importer", str(fichier))
        self.verite.banque[iban] += sum((Decimal(x.montant) for x in posees), ZERO)
        for posee, (_, geste) in zip(posees, lignes, strict=True):
            if geste:
                brut = f"{iban}|{posee.reference}|{jour}|{posee.montant}|0"
                code = hashlib.sha256(brut.encode()).hexdigest()[:8]
                self.caisse.f(*(code if mot == "CODE" else mot for mot in geste))
        for m in self.caisse.j("banque", "rapprocher"):
            # Un trop-perçu garde son reste, un double paiement tout : c'est au client qu'on le doit.
            self.caisse.f("banque", "affecter", m["code"], "--compte", "400000")

    def _achats(self, mois: int) -> None:
        """Un loyer, qui s'approuve à deux ; des fournitures, TVA à récupérer."""
        for numero, ht, tva, compte in (
            (f"L-{mois:02}", "620", "0", "loyer"),
            (f"P-{mois:02}", "48", "10,08", "fournitures"),
        ):
            mots = ("--tiers", "moreau", "--ht", ht, "--tva", tva, "--compte", compte)
            achat = self.caisse.j("achat", "creer", numero, *mots)["id"]
            if ht == "620":
                self.caisse.f("achat", "approuver", achat, "--par", "president")
            total = Decimal(ht) + Decimal(tva.replace(",", "."))
            self._attendre(ZERO - total, "achat", "payer", achat, "CODE")

    def _boite(self, mois: int) -> None:
        self.caisse.f("caisse", "noter", "20", "--compte", "don")
        self.verite.boite += 20
        if mois == 12:
            le(date(ANNEE, 12, 31), 20)
        if mois % 3 == 0:
            self.verite.boite -= Decimal("0.50")
            self.caisse.f("caisse", "compter", f"{self.verite.boite:.2f}".replace(".", ","))

    # -- ce qui n'arrive pas tous les mois ---------------------------------------------

    def _extraordinaire(self, mois: int) -> None:
        f = self.caisse.f
        if mois == 2:
            f("caution", "recevoir", "c-012", "--par", "banque")
            self._attendre(Decimal(200), "banque", "affecter", "CODE", "--compte", "attente")
            f("caution", "recevoir", "c-013", "--par", "caisse")
            self.verite.boite += 150
            self.verite.a_rendre += 350
            self._carnets()
        if mois == 6:
            f("voter", "loyer", "--montant", "-200", "--annee", str(ANNEE), "--pv", "CA de juin")
            f("caution", "retenir", "c-013", "--montant", "50", "--motif", "vitre cassée")
            f("caution", "rendre", "c-013", "--par", "caisse")
            self.verite.boite -= 100
            self.verite.a_rendre -= 150
        if mois == 7:
            self._crediter()
        if mois == 9:
            f("caution", "rendre", "c-012", "--montant", "120", "--par", "banque")
            self._attendre(Decimal(-120), "banque", "affecter", "CODE", "--compte", "attente")
            self.verite.a_rendre -= 120
        self._relancer(mois)

    def _carnets(self) -> None:
        """Un carnet que des faits usent, un autre qui expire."""
        for n, expire in ((0, f"31/12/{ANNEE}"), (1, f"30/06/{ANNEE}")):
            mots = ("--tiers", self._nom(n), "--prix", "100", "--expire", expire)
            vente = self.caisse.j("credit", "vendre", "salle-rez", "10", *mots)
            (piece,) = self.caisse.j("facture", "emettre", vente["brouillon"], "--oui")["pieces"]
            self.verite.pieces[piece["numero"]] = Decimal(piece["du"])
            self._attendre(Decimal(piece["du"]), communication=piece["communication"])

    def _corriger(self, bornes: dict[str, str]) -> None:
        """Un fait facturé en février change : une note de crédit de ce fait, et la suite le refacture."""
        fevrier = {
            "lot": bornes["lot"].replace("-03-", "-02-"),
            "du": f"{ANNEE}-02-01",
            "au": f"{ANNEE}-02-27",
        }
        tous = (x["fait"] for x in self.caisse.j("faits", "liste", "--tout"))
        ancien = next(x for x in tous if x["fait"] == "f-0200300")
        neuf = {**ancien, "id": ancien.pop("fait"), "revision": 2, "quantite": "0.5"}
        neuf.pop("fait")
        self.caisse.importer(neuf, revision=2, **fevrier)
        (proposee,) = self.caisse.j("faits", "corrections")
        self._note("note-credit", "creer", proposee["facture"], "--fait", "f-0200300")

    def _crediter(self) -> None:
        """Une note de crédit par sorte : entière, annulée, une ligne, une part de ligne."""
        entiere, une_ligne, une_part, annulee, *_ = self._de_mai
        self._note("note-credit", "creer", entiere, "--motif", "prestation annulée")
        self._note("note-credit", "creer", une_ligne, "--ligne", "1")
        self._note("note-credit", "creer", une_part, "--ligne", "1:0,45")
        self._note("facture", "annuler", annulee, "--motif", "mauvais client")

    def _note(self, *mots: str) -> None:
        (note,) = self.caisse.j(*mots, "--oui")["pieces"]
        self.verite.credits += Decimal(note["du"])

    def _relancer(self, mois: int) -> None:
        """Les factures en retard : un rappel gratuit, un second, un litige ; puis elles se paient."""
        if mois % 2 or mois < 4:
            return
        for due in self.caisse.j("relance"):
            if due["suspendue"] is None:
                self._relances += 1
                self.caisse.f("relancer", due["facture"], "--confirmer")
                if self._relances % 3 == 0:
                    self.caisse.f("litige", due["facture"], "--motif", "contestée")
        if mois >= 8 and self._en_retard:
            _, du, dite = self._en_retard.pop(0)
            self._attendre(du, communication=dite)

    # -- la fin ------------------------------------------------------------------------

    def finir(self) -> None:
        """Fermer l'exercice ; puis janvier, qui ne doit plus rien y changer."""
        le(date(ANNEE + 1, 1, 5))
        # Les fins de mois, où rien ne s'est passé, se reçoivent aussi : un lot vide les couvre.
        du, au = f"{ANNEE}-01-01", f"{ANNEE}-12-31"
        self.caisse.importer(lot=f"F-{du}_{au}", du=du, au=au)
        self.caisse.f("cloturer", str(ANNEE), "--oui")
        le(date(ANNEE + 1, 1, 10))
        lignes, self._a_venir = self._a_venir, []
        fermee = dict(self.verite.banque)
        self._importer(IBAN, date(ANNEE + 1, 1, 9), 13, lignes)
        self.verite.banque = fermee


# -- ce que d'autres en disent ---------------------------------------------------------


def ecarts(caisse: Caisse, verite: Verite, dossier: Path) -> list[str]:
    """Où l'outil, hledger, beancount et ce qui s'est vraiment passé ne disent pas la même chose."""
    dit = soldes(caisse.j("livre", str(ANNEE)))
    autres = {
        "hledger": de_hledger(caisse, dossier),
        "beancount": de_beancount(caisse, dossier),
    }
    fautes = [
        f"{qui}, compte {compte} : {lus.get(compte)} au lieu de {dit.get(compte)}"
        for qui, lus in autres.items()
        for compte in sorted({*dit, *lus})
        if dit.get(compte) != lus.get(compte)
    ]
    fautes += [
        f"{quoi} : {un} au lieu de {deux}" for quoi, un, deux in _temoins(caisse, verite, dit) if un != deux
    ]
    return fautes


def _temoins(caisse: Caisse, verite: Verite, dit: dict[str, Decimal]) -> Iterator[tuple[str, object, object]]:
    yield "banque", dit["550000"], verite.banque[IBAN]
    yield "épargne", dit["550001"], verite.banque[EPARGNE]
    yield "boîte", dit["570000"], verite.boite
    yield "cautions", ZERO - dit["488000"], verite.a_rendre
    for compte in ("499000", "580000", "440000"):
        attendu = ZERO - Decimal("678.08") if compte == "440000" else None
        yield f"compte {compte}", dit.get(compte), attendu
    facture = sum(verite.pieces.values(), ZERO) - verite.credits
    ventes = [e for e in caisse.j("livre", str(ANNEE)) if e["journal"] == "VE"]
    yield "facturé, crédité", soldes(ventes)["400000"], facture
    etats = {nom: caisse.j(nom, str(ANNEE)) for nom in ("bilan", "compte-resultat")}
    produits, charges = (_somme(etats["compte-resultat"][cote]) for cote in ("produits", "charges"))
    resultat = Decimal(etats["compte-resultat"]["resultat"])
    yield "résultat", resultat, produits - charges
    yield "produits", produits, ZERO - sum((s for c, s in dit.items() if c[0] == "7"), ZERO)
    yield "charges", charges, sum((s for c, s in dit.items() if c[0] == "6"), ZERO)
    yield "bilan", _somme(etats["bilan"]["actif"]), _somme(etats["bilan"]["passif"]) + resultat
    ouverture = soldes(caisse.j("livre", str(ANNEE + 1))[:1])
    repris = {c: s for c, s in dit.items() if c[0] not in "67"}
    repris["140000"] = repris.get("140000", ZERO) - resultat
    yield "à-nouveaux", ouverture, {c: s for c, s in repris.items() if s}


def _somme(postes: Iterable[dict[str, str]]) -> Decimal:
    return sum((Decimal(p["somme"]) for p in postes), ZERO)


def soldes(livre: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """Par compte, ce que ces écritures donnent ; sans les comptes soldés."""
    sommes: dict[str, Decimal] = {}
    for ecriture in livre:
        for x in ecriture["lignes"]:
            sommes[x["compte"]] = sommes.get(x["compte"], ZERO) + Decimal(x["debit"]) - Decimal(x["credit"])
    return {c: s for c, s in sommes.items() if s}


def de_hledger(caisse: Caisse, dossier: Path) -> dict[str, Decimal]:
    """Les soldes que hledger calcule du journal exporté, vérifié par lui d'abord."""
    journal = _exporter(caisse, dossier, "hledger")
    subprocess.run(["hledger", "-f", journal, "check", "-s"], check=True)
    mots = ["hledger", "-f", journal, "balance", "--flat", "-O", "csv", "-N"]
    dit = subprocess.run(mots, capture_output=True, text=True, check=True).stdout
    rangs = csv.reader(io.StringIO(dit))
    return {compte.split(":")[1][:6]: Decimal(somme.split()[0]) for compte, somme in rangs if ":" in compte}


def de_beancount(caisse: Caisse, dossier: Path) -> dict[str, Decimal]:
    """Les soldes que beancount calcule, sans nos affirmations ; avec elles, il ne doit rien trouver."""
    from beancount import loader
    from beancount.core import realization

    journal = _exporter(caisse, dossier, "beancount")
    _, erreurs, _ = loader.load_file(str(journal))
    assert not erreurs, erreurs
    nu = "\n".join(x for x in journal.read_text("utf-8").splitlines() if " balance " not in x)
    entrees, _, _ = loader.load_string(nu)
    lus = {}
    for compte in realization.iter_children(realization.realize(entrees), leaf_only=True):
        somme = compte.balance.get_currency_units("EUR").number
        if somme:
            lus[compte.account.split(":")[1][1:7]] = somme
    return lus


def _exporter(caisse: Caisse, dossier: Path, format_: str) -> Path:
    mots = ("exporter", format_, str(dossier), "--annee", str(ANNEE), "--ecraser")
    return Path(caisse.j(*mots)["fichier"])
