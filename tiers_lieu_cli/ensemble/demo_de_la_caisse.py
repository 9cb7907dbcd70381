"""`tl demo --avec-finance` : la caisse du lieu inventé, trois mois de trésorier, par les vraies commandes.

La caisse est une île : la démonstration la fait vivre du dehors, comme une main le ferait. L'accueil a
noté des usages et clos ses jours ; ses faits sortent, passent le mur, se facturent, et la réponse revient.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from tiers_lieu_cli.espace.reservation.modele import RESERVATIONS, Reservation
from tiers_lieu_cli.journal.modele import CLOTURES, Cloture, ident_du_jour
from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.echecs import Echec
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.temps import temps

_VENDEUR = (
    *("--forme", "ASBL", "--assujettissement", "assujetti", "--rue", "Rue de la Station 12"),
    *("--code-postal", "4000", "--ville", "Liège", "--numero", "0202.239.951", "--tva", "BE0202239951"),
    *("--tribunal", "Liège", "--iban", "BE71 0961 2345 6769", "--bic", "GKCCBEBB"),
)
_LIEGE = ("--code-postal", "4000", "--ville", "Liège")
_TIERS: tuple[tuple[str, ...], ...] = (
    (
        *("Menuiserie Lambert", "--forme", "SRL", "--tva", "BE0403170701", "--numero", "0403170701"),
        *("--rue", "Quai des Tanneurs 5", *_LIEGE),
    ),
    ("Fanfare des Guillemins", "--qualite", "non-assujetti", "--rue", "Place du Marché 8", *_LIEGE),
    ("Odile Marchand", "--rue", "Rue Haute 7", *_LIEGE),
    (
        "Atelier Seestrasse",
        "--rue",
        "Seestrasse 1",
        "--code-postal",
        "8001",
        "--ville",
        "Zürich",
        "--pays",
        "CH",
    ),
)
#: (code, prix, unité, régime, le reste)
_TARIFS = (
    ("salle-bleue", "12,50", "heure", "BE-21", ("--libelle", "Salle bleue")),
    ("cour", "9", "heure", "BE-21", ("--libelle", "Cour")),
    ("poste-journee", "15", "journee", "BE-21", ("--ttc", "--libelle", "Poste de travail")),
    ("cours-de-couture", "8", "personne", "BE-44", ("--libelle", "Cours de couture")),
    ("perceuse", "4", "jour", "BE-21", ("--libelle", "Perceuse")),
)
#: Qui vient, où, quels jours de la semaine, de quand à quand ; et à qui cela se facture.
_USAGES = (
    ("Tom Lambert", "lambert", "salle-bleue", 0, "09:00", "11:30"),
    ("Chiara Rossi", "fanfare", "cour", 2, "18:00", "20:00"),
    ("Fatou Diop", "odile", "salle-bleue", 3, "16:00", "17:30"),
)
#: Mois par mois : ce qui se facture sans que l'accueil l'ait vu passer.
_MOIS = (
    (("odile", "poste-journee:3"),),
    (("odile", "cours-de-couture:4"), ("seestrasse", "poste-journee:5")),
    (),
)


class SansCaisse(Echec):
    """Ce poste n'a pas de quoi tenir une caisse."""

    def __init__(self) -> None:
        super().__init__(
            "Ce poste n'a pas de quoi tenir une caisse.",
            "Demander à qui a installé l'outil d'y ajouter « finance », puis recommencer.",
        )


def exiger() -> None:
    """`SansCaisse` si l'extra « finance » manque."""
    if not (find_spec("saxonche") and find_spec("facturx")):
        raise SansCaisse


def noter(c: Contexte, maintenant: datetime) -> None:
    """Ce que l'accueil a noté en trois mois pour que le trésorier en vive : des usages, des jours clos."""
    gens = {personne.nom: personne.id for personne in c.registre.annuaire}
    jours = [jour for du, au in _lots(maintenant) for jour in temps.jours(du, au)]
    with c.archive.ecriture(maintenant - timedelta(minutes=30), c.gardien(c.archive)) as ecriture:
        for jour in jours:
            for qui, _, salle, semaine, debut, fin in _USAGES:
                if jour.weekday() == semaine:
                    usage = Reservation(
                        id=identifiants.date_de(jour, "Usage", "reservation", c.hasard),
                        salle=salle,
                        objet="Usage",
                        pour=gens[qui],
                        debut=f"{jour}T{debut}",
                        fin=f"{jour}T{fin}",
                    )
                    RESERVATIONS.poser(ecriture, usage)
            CLOTURES.poser(ecriture, Cloture(id=ident_du_jour(jour), clos_le=f"{jour}T19:00"))
        ecriture.enregistrer("Trois mois d'usages, jours clos", "demo.usages")


def exports(maintenant: datetime, dossier: Path) -> Iterator[tuple[str, ...]]:
    """Ce que l'accueil exporte : les faits de chaque mois, sans un nom."""
    for rang, (du, au) in enumerate(_lots(maintenant)):
        yield "faits", "exporter", "--du", f"{du}", "--au", f"{au}", "--sortie", str(_fichier(dossier, rang))


def _lots(maintenant: datetime) -> list[tuple[date, date]]:
    """Trois fois quatre semaines, jusqu'à avant-hier : le trésorier en reçoit une à la fois."""
    fin = maintenant.date() - timedelta(days=1)
    debuts = [fin - timedelta(days=28 * n - 1) for n in (3, 2, 1)]
    return [(debut, debut + timedelta(days=27)) for debut in debuts]


def _fichier(dossier: Path, rang: int) -> Path:
    return dossier / f"faits-{rang + 1}.json"


def vie(maintenant: datetime, dossier: Path) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Ce que le trésorier a fait depuis trois mois : quand, et quelle commande ; `dossier` : les exports."""
    lots = _lots(maintenant)
    ouverture = maintenant - timedelta(days=86)
    depuis = f"{ouverture - timedelta(days=60):%Y-%m-%d}"
    yield ouverture, ("init", *_VENDEUR)
    for tiers in _TIERS:
        yield ouverture, ("tiers", "creer", *tiers)
    for qui, tiers_de, *_ in _USAGES:
        yield ouverture, ("tiers", "lier", f"@{qui.split()[0]}", tiers_de)
    for code, prix, unite, regime, plus in _TARIFS:
        dits = ("--prix", prix, "--unite", unite, "--regime", regime, "--du", depuis)
        yield ouverture, ("tarif", "creer", code, *dits, *plus)
    annee = f"{maintenant:%Y}"
    for compte, montant in (("loyer", "2700"), ("prestations", "2500"), ("don", "100")):
        yield ouverture, ("voter", compte, "--montant", montant, "--annee", annee, "--pv", "AG d'ouverture")
    loyer = ("--montant", "450", "--compte", "loyer", "--du", f"{lots[0][0]:%Y-%m}-05")
    yield ouverture, ("engagement", "creer", "c-014", *loyer)
    yield ouverture, ("caution", "attendre", "c-012", "--tiers", "fanfare", "--montant", "200")
    yield ouverture, ("caution", "recevoir", "c-012", "--par", "caisse")
    for rang, (_, au) in enumerate(lots):
        quand = datetime.combine(au + timedelta(days=1), maintenant.timetz())
        yield quand, ("faits", "importer", str(_fichier(dossier, rang)))
        recu = ("--ht", "450", "--compte", "loyer", "--tiers", "seestrasse")
        yield quand, ("achat", "creer", f"L-{rang + 1}", *recu)
        yield quand, ("caisse", "noter", "20", "--compte", "don")
        yield quand, ("facture", "brouillon", "--depuis-faits")
        for client, ligne in _MOIS[rang]:
            yield quand, ("facture", "brouillon", "--tiers", client, "--ligne", ligne)
        if rang < 2:
            yield quand, ("facture", "emettre", "--tout", "--oui")
    corrigee = maintenant - timedelta(days=20)
    une_heure = ("--ligne", "1:1", "--motif", "une heure de trop")
    annee = f"{lots[0][1] + timedelta(days=1):%Y}"
    yield corrigee, ("note-credit", "creer", f"{annee}-0001", *une_heure)
    yield maintenant, ("devis", "creer", "--tiers", "fanfare", "--ligne", "cour:12")


#: Ce que la démonstration montre, une fois ces trois mois passés.
MONTRES: tuple[tuple[str, ...], ...] = (
    ("aujourdhui",),
    ("facture", "liste"),
    ("budget",),
    ("tableau",),
    ("verifier",),
)
