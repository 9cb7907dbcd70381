"""Les règles du journal, sans fichier ni heure courante."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from tiers_lieu_cli.journal.modele import Note, Sorte
from tiers_lieu_cli.noyau.echecs import ErreurUsage
from tiers_lieu_cli.noyau.fiches import identifiants
from tiers_lieu_cli.noyau.fiches.identifiants import Hasard
from tiers_lieu_cli.noyau.gens.personnes import taire
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.noyau.texte import en_tirets, sans_blancs

_EXEMPLE = 'tl journal noter "Livraison de bois à 9h #atelier"'
#: Une phrase est un bloc ; au-delà, c'est une fiche pratique.
LONGUEUR_MAXIMALE = 20_000


class TexteVide(ErreurUsage):
    """Il n'y a rien à noter, ou à écrire."""


def texte_propre(texte: str, exemple: str = "") -> str:
    """Un texte sans blancs autour ; `ErreurUsage` s'il est vide, démesuré ou illisible.

    `exemple` : une commande qui en donne un, si ce n'est pas celui d'une note.
    """
    propre = sans_blancs(texte)
    if not propre:
        fait = "Il n'y a rien d'écrit." if exemple else "Il n'y a rien à noter."
        raise TexteVide(fait, f"Exemple : {exemple or _EXEMPLE}")
    if len(propre) > LONGUEUR_MAXIMALE:
        raise ErreurUsage(
            f"Ce texte fait {len(propre)} caractères, plus que les {LONGUEUR_MAXIMALE} permis.",
            "Le couper en plusieurs.",
        )
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", propre):
        raise ErreurUsage(
            "Ce texte contient un caractère invisible interdit.", "Le retaper sans copier-coller."
        )
    return propre


def nouvelle(
    texte: str,
    moment: datetime,
    liens: tuple[str, ...],
    hasard: Hasard,
    sorte: Sorte = Sorte.FAIT,
    *,
    auteur: str = "",
    deja: Iterable[Note] = (),
) -> Note:
    """Une note prête à enregistrer ; son nom ne garde des personnes aucune trace.

    `deja` : celles du jour ; elle vient après celles de sa minute.
    """
    titre = taire(texte.split("\n", 1)[0], " ")
    mots = en_tirets(titre, "note").split("-")[:5]
    ident = f"{moment:%Y-%m-%d-%H%M}-{'-'.join(mots)}-{identifiants.hasard(hasard, 4)}"
    ecrit = _a_son_tour(moment, deja)
    return Note(id=ident, moment=ecrit, auteur=auteur, sorte=sorte, liens=liens, texte=texte)


def _a_son_tour(moment: datetime, deja: Iterable[Note]) -> str:
    """Le moment d'une note, tel qu'elle l'écrit : après toutes celles de la même minute."""
    minute = moment.replace(second=0, microsecond=0)
    de_la_minute = (n.instant for n in deja if n.instant.replace(second=0, microsecond=0) == minute)
    derniere = max(de_la_minute, default=None)
    if derniere is None:
        return temps.ecrire_moment(minute)
    suivante = derniere + timedelta(seconds=1)
    if suivante.replace(second=0, microsecond=0) != minute:
        # Soixante notes en une minute : les suivantes se serrent.
        suivante = derniere + timedelta(microseconds=1)
    return suivante.isoformat()


def du_jour(notes: Iterable[Note], jour: date) -> list[Note]:
    """Les notes d'un jour, dans l'ordre où on les a prises."""
    return sorted((n for n in notes if n.jour == jour), key=lambda n: (n.moment, n.id))
