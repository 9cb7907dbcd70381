"""La feuille de présence : des noms, pour le papier ou l'écran, jamais pour l'archive."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tiers_lieu_cli.noyau.contexte import Contexte
from tiers_lieu_cli.noyau.pages import rendu
from tiers_lieu_cli.noyau.pages.rendu import Format
from tiers_lieu_cli.noyau.sorties import Vers
from tiers_lieu_cli.noyau.temps import temps
from tiers_lieu_cli.prog import fiches as programme
from tiers_lieu_cli.prog.inscription import fiches, regles
from tiers_lieu_cli.prog.inscription.modele import Inscription
from tiers_lieu_cli.prog.inscription.suites import responsable_de
from tiers_lieu_cli.prog.modele import Evenement

#: De quoi écrire à la main ceux qu'on n'attendait pas.
LIGNES_LIBRES = 8


class Forme(StrEnum):
    """La forme de la feuille de présence."""

    MD = "md"
    HTML = "html"
    PDF = "pdf"


class Ligne(msgspec.Struct, frozen=True):
    """Une ligne de la feuille : qui, combien de places, ce qu'il faut savoir."""

    qui: str
    places: str
    note: str


class Feuille(msgspec.Struct, frozen=True):
    """La feuille, prête à imprimer."""

    lieu: str
    titre: str
    quand: str
    ou: str
    compte: str
    inscrits: tuple[Ligne, ...]
    attente: tuple[Ligne, ...]
    libres: int = LIGNES_LIBRES


def imprimer(c: Contexte, e: Evenement, forme: Forme, vers: Vers) -> None:
    """Écrire la feuille dans un fichier, hors du lieu, ou dans le tube."""
    voulue = rendu.forme(Format(forme), vers.sortie)
    quoi = f"La feuille de « {e.titre} »"
    rendu.ecrire(c, "emargement", _vue(c, e), voulue, vers, quoi, noms=True)
    if vers.sortie:
        c.ecran.dire(f"  Ensuite : l'imprimer, puis tl prog emarger {e.id}")


def _nom_entier(c: Contexte, i: Inscription) -> str:
    """Sur le papier, on cherche quelqu'un par son nom, non par son surnom."""
    personne = c.registre.une(i.personne) if i.personne else None
    return regles.dire_qui(i, personne.nom if personne else "")


def _a_savoir(c: Contexte, i: Inscription) -> str:
    """La note, et pour un enfant qui appeler."""
    qui = responsable_de(c, i)
    adulte = c.registre.une(qui) if qui else None
    appeler = f"enfant, appeler {adulte.nom} {adulte.telephone}".strip() if adulte else ""
    return ", ".join(filter(None, [appeler, c.registre.montrer(i.note)]))


def _vue(c: Contexte, e: Evenement) -> Feuille:
    liste = regles.en_ordre(fiches.de(c.arbre, e.id))

    def lignes(attend: bool) -> tuple[Ligne, ...]:
        return tuple(
            Ligne(_nom_entier(c, i), str(i.places) if i.places > 1 else "", _a_savoir(c, i))
            for i in liste
            if (i.attend if attend else i.est_attendue)
        )

    return Feuille(
        lieu=c.lieu.reglages.nom,
        titre=e.titre,
        quand=temps.dire_creneau(e.creneau),
        ou=programme.ou(c.arbre, e),
        compte=regles.affluence(e.capacite, liste).dire(),
        inscrits=lignes(attend=False),
        attente=lignes(attend=True),
    )
