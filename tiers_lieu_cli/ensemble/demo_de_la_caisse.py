"""`tl demo --avec-finance` : la caisse du lieu inventé, trois mois de trésorier, par les vraies commandes.

La caisse est une île : la démonstration la fait vivre du dehors, comme une main le ferait.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec

from tiers_lieu_cli.noyau.echecs import Echec

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
)
#: Mois par mois : ce qui se facture, à qui.
_MOIS = (
    (("lambert", "salle-bleue:6"), ("fanfare", "cour:8"), ("odile", "poste-journee:3")),
    (("lambert", "salle-bleue:4,5"), ("odile", "cours-de-couture:4"), ("seestrasse", "poste-journee:5")),
)


class SansCaisse(Echec):
    """Ce poste n'a pas de quoi tenir une caisse."""

    def __init__(self) -> None:
        super().__init__(
            "Ce poste n'a pas de quoi tenir une caisse.",
            'L\'installer : pipx install "tiers-lieu-cli[finance]", puis recommencer.',
        )


def exiger() -> None:
    """`SansCaisse` si l'extra « finance » manque."""
    if not (find_spec("saxonche") and find_spec("facturx")):
        raise SansCaisse


def vie(maintenant: datetime) -> Iterator[tuple[datetime, tuple[str, ...]]]:
    """Ce que le trésorier a fait depuis trois mois : quand, et quelle commande."""
    ouverture = maintenant - timedelta(days=75)
    depuis = f"{ouverture - timedelta(days=60):%Y-%m-%d}"
    yield ouverture, ("init", *_VENDEUR)
    for tiers in _TIERS:
        yield ouverture, ("tiers", "creer", *tiers)
    for code, prix, unite, regime, plus in _TARIFS:
        dits = ("--prix", prix, "--unite", unite, "--regime", regime, "--du", depuis)
        yield ouverture, ("tarif", "creer", code, *dits, *plus)
    for rang, factures in enumerate(_MOIS):
        quand = maintenant - timedelta(days=60 - 30 * rang)
        for client, ligne in factures:
            yield quand, ("facture", "brouillon", "--tiers", client, "--ligne", ligne)
        yield quand, ("facture", "emettre", "--tous", "--oui")
    corrigee = maintenant - timedelta(days=20)
    une_heure = ("--ligne", "1:1", "--motif", "une heure de trop")
    yield corrigee, ("note-credit", "creer", f"{(maintenant - timedelta(days=60)):%Y}-0001", *une_heure)
    hier = maintenant - timedelta(days=1)
    yield hier, ("devis", "creer", "--tiers", "fanfare", "--ligne", "cour:12")
    yield hier, ("facture", "brouillon", "--tiers", "lambert", "--ligne", "salle-bleue:3")


#: Ce que la démonstration montre, une fois ces trois mois passés.
MONTRES: tuple[tuple[str, ...], ...] = (("aujourdhui",), ("facture", "liste"), ("verifier",))
