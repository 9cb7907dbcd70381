"""Combien de temps le lieu garde ce qu'il sait des gens : une règle, calculée à la lecture.

Rien n'est jamais effacé de soi-même : on propose, quelqu'un décide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from tiers_lieu_cli.noyau.depot.arbre import Arbre
from tiers_lieu_cli.noyau.fiches import fiche
from tiers_lieu_cli.noyau.fiches.fiche import Fiche
from tiers_lieu_cli.noyau.gens.personnes import PORTRAIT, Personne

FICHIER = "regles/conservation.yaml"


class Conservation(Fiche, frozen=True):
    """Les durées, en mois. `publics` : celles propres à un public ; la plus longue l'emporte."""

    # Aucune loi ne fixe ces durées : « pas plus que nécessaire » (RGPD, article 5.1.e). Trois ans après le
    # dernier contact est l'usage (CNIL, référentiel « gestion commerciale », 2022) ; un an pour un mineur est
    # notre choix. Le lieu les change dans `regles/conservation.yaml`.
    id: str = "conservation"
    sans_nouvelle: int = 36
    mineurs: int = 12
    publics: dict[str, int] = msgspec.field(default_factory=dict)
    accord_du_portrait: int = 36

    def __post_init__(self) -> None:
        durees = (self.sans_nouvelle, self.mineurs, self.accord_du_portrait, *self.publics.values())
        if not all(0 < mois <= 1200 for mois in durees):
            raise ValueError("une durée de conservation est un nombre de mois, de 1 à 1200")

    def mois(self, personne: Personne) -> int:
        """Combien de mois garder cette personne sans nouvelle d'elle."""
        if personne.mineur:
            return self.mineurs
        return max(
            (self.publics[p] for p in personne.publics if p in self.publics), default=self.sans_nouvelle
        )


class AEffacer(msgspec.Struct, frozen=True, order=True):
    """Ce qu'il n'y a plus de raison de garder, depuis quand, et la commande qui le règle."""

    depuis: date
    personne: str
    raison: str
    commande: str


def regle(arbre: Arbre) -> Conservation:
    """La règle du lieu ; celle de l'outil si le lieu n'en a pas écrit."""
    octets = arbre.lire(FICHIER)
    return fiche.lire(octets, Conservation, "conservation", FICHIER) if octets else Conservation()


def a_revoir(
    personnes: Iterable[Personne], nouvelles: Mapping[str, date], regle: Conservation, jour: date
) -> list[AEffacer]:
    """Qui n'a plus donné de nouvelle depuis trop longtemps, et quels accords sont à redemander.

    `nouvelles` : le dernier jour où il fut question de chacun. Qui répond d'un enfant reste avec lui.
    """
    personnes = tuple(personnes)
    derniers = {p.id: nouvelles.get(p.id) or p.depuis or jour for p in personnes}
    for p in personnes:
        if p.tuteur in derniers:
            derniers[p.tuteur] = max(derniers[p.tuteur], derniers[p.id])
    trouvees = []
    for p in personnes:
        mois = regle.mois(p)
        if _ajouter(derniers[p.id], mois) <= jour:
            raison = f"sans nouvelle depuis plus de {mois} mois"
            trouvees.append(AEffacer(derniers[p.id], p.id, raison, f"tl donnees effacer {p.id}"))
            continue
        for accord in p.consentements:
            vieux = _ajouter(accord.donne, regle.accord_du_portrait) <= jour
            if accord.but == PORTRAIT and accord.retire is None and p.portrait and vieux:
                raison = (
                    f"accord de portrait vieux de plus de {regle.accord_du_portrait} mois : le redemander"
                )
                commande = f"tl accueil personne modifier {p.id} --retire portrait"
                trouvees.append(AEffacer(accord.donne, p.id, raison, commande))
    return sorted(trouvees)


def _ajouter(depart: date, mois: int) -> date:
    """Tant de mois plus tard, ramené au dernier jour qui existe."""
    from dateutil.relativedelta import relativedelta

    return depart + relativedelta(months=mois)
